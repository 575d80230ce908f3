# test_gui_captures.py - every capture in a real Wireshark: the rows of its tables are the JSON's.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pytest

import conftest
import desktop
import rows
from rows import TITLES

KINDS = ["schedule", "event", "mac"]
FILTER = "vmotion_notify.burst == 1"


@pytest.mark.parametrize("capture", conftest.all_captures())
def test_tables_are_the_json(wireshark, screen, capture):
    """All rows, and those that a filter leaves: in one window of each capture, which take turns; in the
    long form in all."""
    document = wireshark.json(capture)
    turn = conftest.all_captures().index(capture) % len(KINDS)
    filtered = KINDS if conftest.LONG else KINDS[turn:turn + 1]
    screen.open("-r", str(wireshark.capture(capture)),
                *[word for kind in KINDS for word in ("-z", "vmotion_notify," + kind)])
    for kind in KINDS:
        table = desktop.Table(screen, TITLES[kind])
        # Wireshark fills the first window of several; Apply fills the others.
        rows.assert_shows(table, kind, document, apply=kind != KINDS[0])
        if kind in filtered:
            table.apply_filter(FILTER)
            # In two passes: the window's filter asks the final answers, too.
            rows.assert_shows(table, kind, wireshark.json(capture, "-2", filter=FILTER))
