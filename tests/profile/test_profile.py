# test_profile.py - the profile "vMotion Notify", installed as cmake installs it, through tshark -C.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import re
import shutil
import subprocess

import pytest

import conftest

NAME = "vMotion Notify"
REFERENCE = "nested-esxi-vmotion"
SOURCE = conftest.REPOSITORY / "profile"
FILES = ["colorfilters", "dfilter_buttons", "io_graphs", "preferences", "recent"]


@pytest.fixture(scope="session")
def installed(wireshark):
    """The folder of global configuration that cmake's installation of the profile makes."""
    script = conftest.built_plugin().resolve().parents[1] / "profile" / "cmake_install.cmake"
    root = wireshark.folder / "installed"
    done = subprocess.run(
        ["cmake", "-DCMAKE_INSTALL_PREFIX=/usr", "-DCMAKE_INSTALL_LOCAL_ONLY=1", "-P", script],
        env={**os.environ, "DESTDIR": str(root)}, cwd=wireshark.folder, capture_output=True,
        encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return root / "usr" / "share" / "wireshark"


@pytest.fixture
def tshark(wireshark, installed):
    """Runs tshark -C for a user who has never seen the profile."""
    profiles = wireshark.home / ".config" / "wireshark" / "profiles"

    def run(capture, *options):
        shutil.rmtree(profiles / NAME, ignore_errors=True)
        done = wireshark.run(["env", "WIRESHARK_DATA_DIR=%s" % installed, "tshark", "-C", NAME,
                              "-2", "-r", wireshark.capture(capture), *options])
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    yield run
    shutil.rmtree(profiles / NAME, ignore_errors=True)


def table_rows(name):
    """The rows of one of the profile's tables, each a list of its values."""
    lines = (SOURCE / name).read_text(encoding="utf-8").splitlines()
    return [re.findall('"([^"]*)"', line) for line in lines if not line.startswith("#")]


def colour_rules():
    """Name and filter of each colour rule."""
    lines = (SOURCE / "colorfilters").read_text(encoding="utf-8").splitlines()
    return [line.split("@")[1:3] for line in lines if not line.startswith("#")]


def test_every_file_is_installed(installed):
    folder = installed / "profiles" / NAME
    assert sorted(path.name for path in folder.iterdir()) == FILES
    for name in FILES:
        assert (folder / name).read_bytes() == (SOURCE / name).read_bytes()


def test_columns(tshark):
    """No., Time, MAC, VLAN, burst, round, sighting, interval, deviation, announcer, schedule …"""
    rows = [line.split("\t") for line in tshark(REFERENCE, "-T", "tabs", "-n").splitlines()]
    assert len(rows) == 12
    assert [cell.strip() for cell in rows[1][:11]] == [
        "2", "2.000141", "00:50:56:60:e5:ed", "", "1", "2", "1", "2.000141000", "141",
        "VMware ESXi", "Fibonacci × 2 s"]
    assert [cell.strip() for cell in rows[2][4:9]] == ["1", "2", "2", "", ""]
    assert rows[3][-1].endswith("[burst 1, round 3 of 6, +4.000 s]") or \
        rows[3][-1].endswith("[burst 1, round 3, +4.000 s]")


def test_vlan_column(tshark):
    rows = [line.split("\t") for line in tshark("esxi-2018-restart-6-plus-9", "-T", "tabs").splitlines()]
    assert {row[3] for row in rows} == {"3"}


def test_widths_go_with_the_columns(wireshark):
    """4.4 and later take the widths by position, 4.0 by format: both have to agree."""
    columns = [row[1] for row in table_rows("preferences") if len(row) == 2]
    text = (SOURCE / "recent").read_text(encoding="utf-8")
    words = re.search(r"^column\.width: (.*)$", text, re.MULTILINE).group(1).split(", ")
    assert words[0::2] == [re.sub(r":0:[UR]$", "", column) for column in columns]
    assert all(re.fullmatch(r"\d+(:R)?", width) for width in words[1::2])


FIRST_MATCH = {
    "nested-esxi-vmotion": [
        "first round", "later round", "seen again", "later round", "seen again", "later round",
        "seen again", "later round", "seen again", "single", "later round", "seen again"],
    "rarp-genuine-linux-diskless-rarpd": ["request or reply"] * 2,
    "qemu-announce-reissued-sameid": [
        "first round", "later round", "a restart", *["later round"] * 4],
}


@pytest.mark.parametrize("capture", FIRST_MATCH)
def test_colour_of_each_frame(tshark, capture):
    text = tshark(capture, "--color", "-T", "fields", "-e", "frame.coloring_rule.name")
    assert [name.split(": ")[1] for name in text.splitlines()] == FIRST_MATCH[capture]


def test_warnings_and_gratuitous_arp_have_colours(tshark):
    text = tshark("rarp-genuine-arpscan-rarpd", "--color", "-Y", "frame.number >= 7",
                  "-T", "fields", "-e", "frame.coloring_rule.name")
    assert {name.split(" (")[0] for name in text.splitlines()} == {"Notice: worth a look"}
    text = tshark("qemu-migrate-linuxguest-virtio", "--color", "-Y", "arp.isgratuitous == 1",
                  "-T", "fields", "-e", "frame.coloring_rule.name")
    assert set(text.splitlines()) == {"Gratuitous ARP"}


FILTERS = [rule[1] for rule in colour_rules()] + [row[2] for row in table_rows("dfilter_buttons")] + \
    [row[2] for row in table_rows("io_graphs") if row[2]]


@pytest.mark.parametrize("filter", FILTERS if not conftest.SHORT else [" || ".join(map("({})".format, FILTERS))])
def test_every_filter_is_one(wireshark, filter):
    wireshark.tshark(REFERENCE, "-2", "-Y", filter)


BUTTONS = {"Notices": 12, "Rounds": 7, "Burst starts": 2, "Restarts": 0, "Worth a look": 0,
           "Genuine RARP": 0, "With guest's ARP": 12}


def test_buttons(wireshark):
    rows = table_rows("dfilter_buttons")
    assert {label for _, label, _, _ in rows} == set(BUTTONS)
    for shown, label, filter, comment in rows:
        assert shown == "TRUE" and comment != ""
        assert "/" not in label  # would make a menu of it
        found = wireshark.tshark(REFERENCE, "-2", "-Y", filter).splitlines()
        assert len(found) == BUTTONS[label], label


def test_graphs_have_nine_values_and_known_fields(wireshark):
    for row in table_rows("io_graphs"):
        assert len(row) == 9
        if row[6]:
            assert any(values[0] for values in wireshark.fields(REFERENCE, row[6]))
