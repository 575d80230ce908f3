# test_gui_changes.py - a statistics window of a real Wireshark while the file changes under it.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# When the file is closed, and be it for Reload, Wireshark makes Apply grey for good, but the window
# still shows rows that the plugin owns.
# Screenshots stay in tests/artefacts/.

import shutil

import pytest

import conftest
import rows
from rows import TITLES

REFERENCE = "nested-esxi-vmotion"
EVACUATION = "qemu-evacuate-3vms"


@pytest.fixture
def screen(wireshark, screen):
    yield screen
    # What a test chose in Preferences is not for the next one.
    shutil.rmtree(wireshark.home / ".config" / "wireshark", ignore_errors=True)


def main_window(screen, capture):
    return screen.window("^" + capture)


def test_reload(wireshark, screen):
    """A window keeps its rows, a new one has them anew, and once."""
    document = wireshark.json(EVACUATION)
    table = screen.open_table("schedule", EVACUATION)
    rows.assert_shows(table, "schedule", document)
    main = main_window(screen, EVACUATION)
    for _ in range(2):
        screen.focus(main)
        screen.key("ctrl+r")
        screen.wait_for(lambda: EVACUATION not in screen.title(table.window), "the reload")
        rows.assert_shows(table, "schedule", document)
        new = screen.open_from_statistics_menu(main, TITLES["schedule"])
        rows.assert_shows(new, "schedule", document)
        rows.assert_shows(table, "schedule", document)
        table = new
    table.photograph("schedule-table-reloaded")


def test_another_file(wireshark, screen):
    """A window keeps what it showed of a file that is gone; a new one shows the new file."""
    before, after = wireshark.json(EVACUATION), wireshark.json(REFERENCE)
    old = screen.open_table("schedule", EVACUATION)
    rows.assert_shows(old, "schedule", before)
    main = main_window(screen, EVACUATION)
    screen.open_file(main, wireshark.capture(REFERENCE))
    rows.assert_shows(old, "schedule", before)
    new = screen.open_from_statistics_menu(main, TITLES["schedule"])
    rows.assert_shows(new, "schedule", after)
    rows.assert_shows(old, "schedule", before)
    screen.screenshot(conftest.ARTEFACTS / "two-files.png")
    old.close()
    new.apply()
    rows.assert_shows(new, "schedule", after)

    screen.focus(main)
    screen.key("ctrl+w")  # File > Close
    screen.wait_for(lambda: "pcapng" not in screen.title(main), "the file to close")
    rows.assert_shows(new, "schedule", after)
    new.close()
    screen.open_file(main, wireshark.capture(EVACUATION))
    again = screen.open_from_statistics_menu(main, TITLES["schedule"])
    rows.assert_shows(again, "schedule", before)


def test_preference(wireshark, screen):
    """A change counts from the next filling on."""
    before = wireshark.json(EVACUATION)
    after = wireshark.json(EVACUATION, "-o", "vmotion_notify.event_window_ms:1")
    assert len(before["events"]) < len(after["events"])
    table = screen.open_table("event", EVACUATION)
    rows.assert_shows(table, "event", before)
    screen.set_preference(main_window(screen, EVACUATION), "250", "1")
    rows.shown(table)  # rows of the dissection that is gone: only not a crash
    table.apply()
    rows.assert_shows(table, "event", after)
    table.photograph("event-table-preference")
