# test_gui.py - the cut-over and the switch's table in a real Wireshark: the rows that tshark prints.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Screenshots stay in tests/artefacts/.

import csv
import io
import sys

import conftest
import tables
from test_cutover import ethernet, gratuitous_arp, migration, pcapng

sys.path.insert(0, str(conftest.TESTS / "gui"))
import desktop  # noqa: E402


def saved(table, path):
    """The rows of a table saved as CSV, as tables.rows() gives those of tshark."""
    return comparable(csv.DictReader(io.StringIO(table.save(path))))


def comparable(rows):
    """By MAC, and without the column after tshark's last bar."""
    return sorted(({name: value.strip() for name, value in row.items() if name} for row in rows),
                  key=lambda row: row["MAC"])


def test_cutover(wireshark, screen):
    frames = migration(frames=[(41, 1, ethernet(gratuitous_arp()))])
    frames.sort(key=lambda frame: -frame[1])  # as dumpcap may write two interfaces
    capture = wireshark.write("gui.pcapng", pcapng(frames))
    screen.open("-r", str(capture), "-z", "vmotion_notify,cutover")
    table = desktop.Table(screen, "vMotion Notify Cut-over")
    table.enlarge(1380, 300)
    screen.screenshot(conftest.ARTEFACTS / "cutover-table.png", table.window)
    expected = comparable(tables.cutover(wireshark, capture))
    assert saved(table, wireshark.work / "cutover.csv") == expected
    assert expected[0]["Silence (s)"] == "0.041000"
    for filter, rows in (("udp", []), ("vmotion_notify", expected)):
        table.apply_filter(filter)
        assert saved(table, wireshark.work / ("cutover-%d.csv" % len(rows))) == rows


def test_switch(wireshark, screen):
    path = wireshark.write("table.txt", (conftest.CAPTURES / "nested-esxi-mac-table.txt").read_bytes())
    screen.open("-r", str(wireshark.capture("nested-esxi-vmotion")), "-o", "vmotion_notify.mac_table:%s" % path,
                "-z", "vmotion_notify,switch")
    table = desktop.Table(screen, "vMotion Notify Switch")
    table.enlarge(1000, 300)
    screen.screenshot(conftest.ARTEFACTS / "switch-table.png", table.window)
    assert saved(table, wireshark.work / "switch.csv") == comparable(
        tables.switch(wireshark, "nested-esxi-vmotion", path))
