# test_gui_filter.py - the buttons Apply and Save as of a statistics table in a real Wireshark.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Screenshots stay in tests/artefacts/.

import pytest

import conftest
import desktop
import rows

REFERENCE = "nested-esxi-vmotion"
EVACUATION = "qemu-evacuate-3vms"
# Colours of a filter that Wireshark takes, and of one that it does not.
GREEN = (175, 255, 175)
RED = (255, 175, 175)


@pytest.mark.parametrize("kind, capture", conftest.few(
    [("event", EVACUATION), ("schedule", REFERENCE)], ("schedule", REFERENCE)))
def test_save_in_every_format(wireshark, screen, kind, capture):
    table = screen.open_table(kind, capture)
    document = wireshark.json(capture)
    rows.assert_shows(table, kind, document)
    for suffix in desktop.FORMATS:
        text = table.save(wireshark.work / ("%s-saved.%s" % (kind, suffix)))
        rows.assert_equal(kind, rows.READERS[suffix](text), document)


def test_filter(wireshark, screen):
    """A filter selects rows; a wrong one is refused, and nothing is lost."""
    everything = wireshark.json(REFERENCE)
    table = screen.open_table("schedule", REFERENCE)
    rows.assert_shows(table, "schedule", everything)

    filter = "vmotion_notify.burst == 2"
    table.apply_filter(filter)
    second = wireshark.json(REFERENCE, filter=filter)
    assert len(second["bursts"]) == 1
    rows.assert_shows(table, "schedule", second)
    assert table.filter_colour() == GREEN
    table.photograph("schedule-table-filtered")

    table.apply_filter("vmotion_notify.burst == (")
    assert table.filter_colour() == RED
    table.photograph("schedule-table-bad-filter")
    rows.assert_shows(table, "schedule", second)

    table.apply_filter("udp")
    rows.assert_shows(table, "schedule", wireshark.json(REFERENCE, filter="udp"))
    table.apply_filter("")
    rows.assert_shows(table, "schedule", everything)


def test_wrong_filter_on_the_command_line(wireshark, screen):
    """The window opens and says so; a better filter can be typed."""
    table = screen.open_table("schedule", REFERENCE, filter="vmotion_notify.burst == (")
    screen.wait_for(lambda: table.filter_colour() == RED, "the refusal")
    table.photograph("schedule-table-bad-option")
    rows.assert_shows(table, "schedule", {"bursts": []})
    table.apply_filter("vmotion_notify.burst == 2")
    rows.assert_shows(table, "schedule",
                      wireshark.json(REFERENCE, filter="vmotion_notify.burst == 2"))
