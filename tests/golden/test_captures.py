# test_captures.py - the made captures are what their script writes, and all are documented.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import subprocess
import sys

import conftest
import make_captures


def test_made_captures_are_what_the_script_writes():
    script = conftest.CAPTURES / "make_captures.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True,
                          encoding="utf-8")
    assert done.stdout + done.stderr == ""
    assert done.returncode == 0


def test_a_changed_capture_is_found(tmp_path, monkeypatch):
    for name, make in make_captures.MADE.items():
        (tmp_path / name).write_bytes(make().octets())
    monkeypatch.setattr(make_captures, "FOLDER", str(tmp_path))
    assert make_captures.check() == 0
    with open(tmp_path / "nested-esxi-vmotion.pcapng", "ab") as file:
        file.write(b"\0")
    (tmp_path / "esxi-2012-first-rounds.pcapng").unlink()
    assert make_captures.check() == 2


def test_every_capture_is_documented_with_its_number_of_frames(wireshark):
    text = (conftest.CAPTURES / "README.md").read_text(encoding="utf-8")
    for name, frames in wireshark.numbers_of_frames(conftest.all_captures()).items():
        assert "| %s | %d |" % (name, frames) in text


def test_reference_capture_says_which_frame_was_published(wireshark):
    comments = wireshark.fields("nested-esxi-vmotion", "frame.comment", "frame.len", plugin=False)
    numbers = [int(comment.split("frame ")[1].split()[0]) for comment, _ in comments]
    assert numbers == [14, 17, 18, 21, 22, 25, 26, 29, 30, 33, 34, 35]
    assert {length for _, length in comments} == {"60"}
