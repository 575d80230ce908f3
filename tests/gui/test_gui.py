# test_gui.py - the schedule table in a real Wireshark, its rows equal to the JSON.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Screenshots stay in tests/artefacts/.

import csv
import decimal
import io

import pytest

import conftest
import desktop

REFERENCE = "nested-esxi-vmotion"
TITLE = "vMotion Notify Schedules"

if desktop.missing_programs():
    pytest.skip("not installed: " + ", ".join(desktop.missing_programs()),
                allow_module_level=True)


@pytest.fixture
def screen(wireshark):
    with desktop.Desktop(wireshark) as screen:
        yield screen


def rows_of(text):
    """The rows of a saved table, by column name."""
    return list(csv.DictReader(io.StringIO(text)))


def microseconds(seconds):
    return float(decimal.Decimal(seconds) * 1000000)


def assert_equal(rows, bursts):
    """Every value of the table is the JSON's."""
    assert len(rows) == len(bursts)
    for row, burst in zip(sorted(rows, key=lambda row: int(row["Burst"])), bursts):
        assert int(row["Burst"]) == burst["burst"]
        for column, name in (("MAC", "mac"), ("Announcer", "announcer"),
                             ("Schedule", "schedule"), ("State", "state")):
            assert row[column].strip() == burst[name]
        for column, name in (("Rounds", "rounds"), ("Missing", "missing"), ("Frames", "frames"),
                             ("First frame", "first_frame")):
            assert int(row[column]) == burst[name]
        assert abs(int(row["Max. deviation (µs)"]) - (burst["max_deviation_us"] or 0)) <= 0.5
        assert abs(microseconds(row["Span (s)"]) - burst["span_us"]) <= 1  # a float of six digits
        shown = [] if row["Intervals (s)"] == "-" else row["Intervals (s)"].split()
        assert [microseconds(interval) for interval in shown] == burst["intervals_us"]
        assert burst["start"].startswith(row["Start (UTC)"].replace(" ", "T"))


def test_table_opened_on_the_command_line(wireshark, screen):
    screen.open("-r", str(wireshark.capture(REFERENCE)), "-z", "vmotion_notify,schedule")
    table = desktop.Table(screen, TITLE)
    table.enlarge(1380, 220)
    screen.screenshot(conftest.ARTEFACTS / "schedule-table.png", table.window)
    bursts = wireshark.json(REFERENCE)["bursts"]
    assert_equal(rows_of(table.save_csv(wireshark.work / "schedule.csv")), bursts)

    copied = table.copy()
    for burst in bursts:
        assert burst["mac"] in copied and burst["schedule"] in copied

    table.apply_filter("vmotion_notify.burst == 2")
    screen.screenshot(conftest.ARTEFACTS / "schedule-table-filtered.png", table.window)
    rows = rows_of(table.save_csv(wireshark.work / "filtered.csv"))
    assert_equal(rows, bursts[1:])


def test_table_opened_from_the_menu(wireshark, screen):
    main = screen.open("-r", str(wireshark.capture("qemu-announce-4nics-default")))
    table = screen.open_from_statistics_menu(main, TITLE)
    table.enlarge(1380, 220)
    screen.screenshot(conftest.ARTEFACTS / "schedule-table-from-menu.png")
    rows = rows_of(table.save_csv(wireshark.work / "menu.csv"))
    assert_equal(rows, wireshark.json("qemu-announce-4nics-default")["bursts"])


def test_layer_in_the_main_window(wireshark, screen):
    """The layer is the last one of the packet details; its lines can be copied from there."""
    main = screen.open("-r", str(wireshark.capture(REFERENCE)))
    screen.maximize(main)
    screen.key("ctrl+g")
    screen.type("4")
    screen.key("Return", "Escape")
    width, height = screen.size(main)
    screen.click(main, width // 4, height * 7 // 8)  # the details: left, below the packet list
    screen.key("Home", "End", "Right")
    screen.screenshot(conftest.ARTEFACTS / "main-window.png", main)
    screen.key("ctrl+alt+shift+a")  # Edit > Copy > All Visible Items
    lines = screen.wait_for(screen.clipboard, "the copied lines").splitlines()
    layer = next(number for number, line in enumerate(lines) if line.startswith("[vMotion Notify"))
    assert lines[layer].startswith("[vMotion Notify, burst 1, round 3 of 6, +4.000198 s")
    inside = [line.strip() for line in lines[layer + 1:]]
    assert "[Announced MAC: VMware_60:e5:ed (00:50:56:60:e5:ed)]" in inside
    assert "[Announcer: VMware ESXi]" in inside
