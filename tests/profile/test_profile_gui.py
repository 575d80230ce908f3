# test_profile_gui.py - the profile in a real Wireshark: packet list with its colours, I/O graphs.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Screenshots stay in tests/artefacts/.

import csv
import io
import shutil
import subprocess
import sys

import pytest

import conftest

sys.path[:0] = [str(conftest.TESTS / "gui")]
import desktop  # noqa: E402 - found through the line above

NAME = "vMotion Notify"
REFERENCE = "nested-esxi-vmotion"
ROUNDS = "Rounds per interval (x 100)"
LARGEST = "Largest deviation (us)"
SOURCE = conftest.REPOSITORY / "profile"

if desktop.missing_programs():
    pytest.skip("not installed: " + ", ".join(desktop.missing_programs()),
                allow_module_level=True)


@pytest.fixture
def screen(wireshark):
    profile = wireshark.home / ".config" / "wireshark" / "profiles" / NAME
    shutil.rmtree(profile, ignore_errors=True)
    profile.mkdir(parents=True)
    for path in SOURCE.iterdir():
        if path.name != "CMakeLists.txt":
            shutil.copy(path, profile)
    # Wireshark writes into it.
    for path in [*wireshark.home.rglob("*")]:
        if wireshark.command([]):
            shutil.chown(path, conftest.NOBODY, conftest.NOBODY)
    with desktop.Desktop(wireshark, "1600x900") as screen:
        yield screen
    shutil.rmtree(profile, ignore_errors=True)


def colours(path):
    """The colours that cover a noticeable part of a picture, as RGB of 8 bits."""
    done = subprocess.run(["convert", path, "-depth", "8", "-format", "%c", "histogram:info:"],
                          capture_output=True, encoding="utf-8", check=True)
    found = set()
    for line in done.stdout.splitlines():
        count, _, rest = line.strip().partition(":")
        if count.isdigit() and int(count) > 2000:
            found.add(rest.split("#")[1][:6].upper())
    return found


def rule_background(name):
    for line in (SOURCE / "colorfilters").read_text(encoding="utf-8").splitlines():
        if line.startswith("@%s" % name):
            numbers = line.split("@")[3].split("]")[0].strip("[").split(",")
            return "".join("%02X" % (int(number) >> 8) for number in numbers)
    raise AssertionError("no colour rule " + name)


def test_packet_list(wireshark, screen):
    main = screen.open("-C", NAME, "-r", str(wireshark.capture(REFERENCE)))
    screen.maximize(main)
    path = conftest.ARTEFACTS / "profile-packet-list.png"
    wanted = {rule_background(rule)
              for rule in ("Notice: later round", "Notice: seen again", "Notice: single")}

    def drawn():
        screen.screenshot(path, main)
        return wanted <= colours(path)

    screen.wait_for(drawn, "the rows' colours")


def test_io_graphs(wireshark, screen):
    """The profile's graphs are there, and what Wireshark plots are the rounds and the deviations."""
    screen.open("-C", NAME, "-r", str(wireshark.capture(REFERENCE)), "-z", "io,stat")
    window = screen.window("I/O Graphs", 30)
    screen._xdotool("windowsize", "--sync", window, 1100, 700)
    screen.wait_for(lambda: screen.size(window) == (1100, 700), "the size of the window")
    screen.focus(window)
    width, height = screen.size(window)

    def copied():
        screen.click(window, width - 318, height - 24)  # Copy: the graphs as CSV
        rows = list(csv.DictReader(io.StringIO(screen.clipboard())))
        return rows if any(row.get(ROUNDS) not in (None, "0") for row in rows) else None

    rows = screen.wait_for(copied, "the graphs' values", 30)
    screen.screenshot(conftest.ARTEFACTS / "profile-io-graphs.png", window)
    rounds = {float(row["Interval start"]): float(row[ROUNDS]) for row in rows}
    assert {start: value for start, value in rounds.items() if value} == {
        0: 1, 2: 1, 6: 1, 12: 1, 22: 1, 38: 2}  # the factor of 100 is for the picture alone
    largest = {float(row["Interval start"]): float(row[LARGEST] or 0) for row in rows}
    assert {start: value for start, value in largest.items() if value} == {
        2: 141, 6: 198, 12: 295, 22: 630, 38: 1021}
