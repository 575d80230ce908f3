# test_gui_sort.py - a click on a column's name sorts numbers as numbers.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Screenshots stay in tests/artefacts/.

import sys

import pytest

import conftest
import rows

sys.path[:0] = [str(conftest.TESTS / "bench"), str(conftest.TESTS / "lab")]
import make_capture  # noqa: E402 - found through the line above
import test_cutover  # noqa: E402


@pytest.fixture
def screen_size():
    return "2000x900"


@pytest.fixture
def bursts(wireshark):
    """Hundreds of bursts: numbers of one, two and more digits, deviations of both signs."""
    path = wireshark.work / "sort.pcap"
    make_capture.write_capture(path, 3000, 60)
    path.chmod(0o644)
    return path


@pytest.fixture
def migrations(wireshark):
    """Twelve machines, each a tenth of a second silent for longer than the one before it."""
    frames = []
    for machine in range(12):
        mac = "5254005000%02x" % machine
        start, silence = 20000 * machine, 100 * (machine + 1)
        frames += [(start + 10 * i, 0, test_cutover.ethernet(test_cutover.datagram(i, mac), mac))
                   for i in range(machine % 3 + 1)]
        frames += [(start + 50 + t, 1, test_cutover.ethernet(test_cutover.notice(mac), mac))
                   for t in test_cutover.QEMU]
        frames += [(start + 20 + silence, 1,
                    test_cutover.ethernet(test_cutover.datagram(9, mac), mac))]
    frames.sort(key=lambda frame: frame[0])
    return wireshark.write("migrations.pcapng", test_cutover.pcapng(frames))


def numeric_columns(table):
    return [name for name in rows.shown(table)[0]
            if name in rows.COUNTS | rows.FLOATS | set(rows.OPTIONAL)]


def assert_sorts(table, columns):
    """Each of these columns sorts by a click, by a second one the other way round."""
    names, places = list(rows.shown(table)[0]), table.columns()
    sorted_otherwise = 0
    for name in columns:
        up, down = False, False
        for _ in range(2):
            table.click_header(places[names.index(name)])
            found = [row[name] for row in rows.values(rows.shown(table))]
            up = up or found == sorted(found)
            down = down or found == sorted(found, reverse=True)
            sorted_otherwise += found not in (sorted(found, key=str),
                                              sorted(found, key=str, reverse=True))
        assert up and down, name
    assert sorted_otherwise, "as texts the same order: the capture shows nothing"


@pytest.mark.parametrize("kind", conftest.few(["event", "mac", "schedule"], "schedule"))
def test_numbers_sort_as_numbers(wireshark, screen, bursts, kind):
    table = screen.open_table(kind, bursts)
    table.enlarge(1980, 600)
    rows.assert_shows(table, kind, wireshark.json(bursts))
    assert_sorts(table, numeric_columns(table))
    table.photograph(kind + "-table-sorted")


def test_cutover_sorts_as_numbers(wireshark, screen, migrations):
    table = screen.open_table("cutover", migrations)
    table.enlarge(1980, 600)
    document = wireshark.json(migrations, "-o", "vmotion_notify.cutover:TRUE")
    rows.assert_shows(table, "cutover", document)
    assert_sorts(table, numeric_columns(table))
    table.photograph("cutover-table-sorted")
