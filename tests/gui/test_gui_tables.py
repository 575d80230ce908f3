# test_gui_tables.py - every statistics table in a real Wireshark: its rows are the JSON's.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Screenshots stay in tests/artefacts/.

import sys

import pytest

import conftest
import rows
from rows import TITLES

sys.path[:0] = [str(conftest.TESTS / "bench"), str(conftest.TESTS / "lab")]
import make_capture  # noqa: E402 - found through the line above
import test_cutover  # noqa: E402

REFERENCE = "nested-esxi-vmotion"


@pytest.fixture
def mac_table(wireshark):
    """The options that name the switch's table of the reference case."""
    path = wireshark.write("table.txt",
                           (conftest.CAPTURES / "nested-esxi-mac-table.txt").read_bytes())
    return "-o", "vmotion_notify.mac_table:%s" % path


@pytest.fixture
def migration(wireshark):
    """A capture that has frames before and after its notices, and an own announcement."""
    frames = test_cutover.migration(
        frames=[(41, 1, test_cutover.ethernet(test_cutover.gratuitous_arp()))])
    return wireshark.write("migration.pcapng", test_cutover.pcapng(frames))


@pytest.mark.parametrize("kind", conftest.few(["event", "mac", "schedule"], "schedule"))
def test_opened_on_the_command_line(wireshark, screen, kind):
    table = screen.open_table(kind, REFERENCE)
    document = wireshark.json(REFERENCE)
    rows.assert_shows(table, kind, document)
    table.photograph(kind + "-table")
    text = table.save(wireshark.work / (kind + ".csv"))
    rows.assert_equal(kind, rows.from_csv(text), document)


def test_switch_opened_on_the_command_line(wireshark, screen, mac_table):
    table = screen.open_table("switch", REFERENCE, *mac_table)
    document = wireshark.json(REFERENCE, *mac_table)
    assert document["macs"][0]["switch"]["port"] == "Gi0/6"
    rows.assert_shows(table, "switch", document)
    table.photograph("switch-table")


def test_cutover_opened_on_the_command_line(wireshark, screen, migration):
    table = screen.open_table("cutover", migration)
    document = wireshark.json(migration, "-o", "vmotion_notify.cutover:TRUE")
    assert document["bursts"][0]["cutover"]["silence_us"] == 41000
    rows.assert_shows(table, "cutover", document)
    table.photograph("cutover-table")


def test_opened_from_the_menu(wireshark, screen, mac_table):
    """All five, one after another."""
    main = screen.open("-r", str(wireshark.capture(REFERENCE)), *mac_table)
    document = wireshark.json(REFERENCE, *mac_table, "-o", "vmotion_notify.cutover:TRUE")
    for kind in sorted(TITLES):
        table = screen.open_from_statistics_menu(main, TITLES[kind])
        table.enlarge(1380, 220)
        rows.assert_shows(table, kind, document)
        table.photograph(kind + "-table-from-menu")
        table.close()


def test_thousands_of_rows(wireshark, screen):
    path = wireshark.work / "many.pcap"
    make_capture.write_capture(path, 20_000, 2_000)
    path.chmod(0o644)
    document = wireshark.json(path)
    assert len(document["bursts"]) > 2_000
    table = screen.open_table("schedule", path)
    rows.assert_shows(table, "schedule", document)
    table.photograph("schedule-table-many")
