# test_gui_dialogs.py - statistics windows that are open together in a real Wireshark.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Windows of one table share its rows in the plugin. Wireshark fills a window when it opens and
# when Apply is pressed, and at no other time.
# Screenshots stay in tests/artefacts/.

import conftest
import desktop
import rows
from rows import TITLES

REFERENCE = "nested-esxi-vmotion"
EVACUATION = "qemu-evacuate-3vms"
FIRST, SECOND = "vmotion_notify.burst == 1", "vmotion_notify.burst >= 3"


def main_window(screen, capture):
    return screen.window("^" + capture)


def test_windows_of_one_table_and_of_another(wireshark, screen):
    """Each shows its own rows, whatever the others do."""
    everything = wireshark.json(EVACUATION)
    first, second = (wireshark.json(EVACUATION, filter=filter) for filter in (FIRST, SECOND))
    one = screen.open_table("schedule", EVACUATION, filter=FIRST)
    main = main_window(screen, EVACUATION)
    macs = screen.open_from_statistics_menu(main, TITLES["mac"])
    other = screen.open_from_statistics_menu(main, TITLES["schedule"])
    rows.assert_shows(other, "schedule", everything)
    other.apply_filter(SECOND)
    for table, kind, document in ((other, "schedule", second), (one, "schedule", first),
                                  (macs, "mac", everything)):
        rows.assert_shows(table, kind, document)
    screen.screenshot(conftest.ARTEFACTS / "three-tables.png")

    one.apply()  # fills the rows that both share anew
    rows.assert_shows(one, "schedule", first)
    rows.assert_shows(other, "schedule", second)
    one.close()
    rows.assert_shows(other, "schedule", second)
    rows.assert_shows(macs, "mac", everything)
    other.apply_filter("")
    rows.assert_shows(other, "schedule", everything)
    macs.close()
    other.apply_filter(FIRST)
    rows.assert_shows(other, "schedule", first)
    other.close()
    again = screen.open_from_statistics_menu(main, TITLES["schedule"])
    rows.assert_shows(again, "schedule", everything)


def test_several_on_one_command_line(wireshark, screen):
    """Wireshark fills the first window and does not get to the others: Apply does."""
    kinds = ["schedule", "event", "mac"]
    screen.open("-r", str(wireshark.capture(REFERENCE)),
                *[word for kind in kinds for word in ("-z", "vmotion_notify," + kind)])
    document = wireshark.json(REFERENCE)
    tables = [desktop.Table(screen, TITLES[kind]) for kind in kinds]
    rows.assert_shows(tables[0], "schedule", document)
    for table, kind in zip(tables, kinds):
        rows.assert_shows(table, kind, document, apply=True)
