# test_live.py - the lab's migration as it happens, in the report's window of a real Wireshark.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A screenshot stays in tests/artefacts/: it is docs/img/lab-live.png. So does the lab's capture, for it is
# another one each time.

import os
import shutil
import subprocess
import sys

import pytest

import conftest


@pytest.fixture
def live_lab(wireshark):
    """A lab whose capture goes into a pipe as well: the pipe, the running lab, and where its results will be."""
    pipe, results = wireshark.work / "lab.pipe", wireshark.work / "lab"
    os.mkfifo(pipe)
    if wireshark.command([]):
        shutil.chown(pipe, conftest.NOBODY, conftest.NOBODY)
    lab = subprocess.Popen([sys.executable, conftest.CAPTURES / "lab" / "lab.py", "-o", results, "--live", pipe,
                            "--before", "10", "--after", "6"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    yield pipe, lab, results
    lab.terminate()
    lab.communicate(timeout=60)
    pipe.unlink()


def without_origin(report):
    """A report without its part on the file: of a pipe, little is known."""
    return report[:report.index("\nWhere it comes from")]


def test_lab_live(wireshark, screen, live_lab):
    """A migration that is watched in the report's window; in the end it says what the lab's file says."""
    pipe, lab, results = live_lab
    screen.start("-k", "-i", str(pipe))
    screen.wait_for(lambda: lab.poll() == 77 or screen.windows("Capturing from"), "the capture", 60)
    if lab.poll() == 77:
        pytest.skip(lab.stdout.read().strip())
    main = screen.window("Capturing from")
    window = screen.open_text_window(main, "vMotion Notify Report")
    window.assert_shows(lambda text: "QEMU" not in text)
    screen.maximize(main)
    window.enlarge(930, 480, at=(440, 380))
    window.assert_shows(lambda text: "5 of 5" in text, 120)
    screen.screenshot(conftest.ARTEFACTS / "lab-live.png")
    output = lab.communicate(timeout=120)[0]
    assert lab.returncode == 0, output
    shutil.copy(results / "capture.pcapng", conftest.ARTEFACTS / "lab-live.pcapng")
    capture = wireshark.write("lab.pcapng", (results / "capture.pcapng").read_bytes())
    printed = wireshark.run(["env", "COLUMNS=100", "tshark", "-q", "-r", capture, "-z", "vmotion_notify,report"]).stdout
    # named as the file has them, and dumpcap writes two interfaces as they come
    assert "on pA and pB" in printed or "on pB and pA" in printed, printed
    window.assert_shows(lambda text: without_origin(text) == without_origin(printed))
