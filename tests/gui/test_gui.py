# test_gui.py - the layer in the main window of a real Wireshark.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Screenshots stay in tests/artefacts/.

import pytest

import conftest

REFERENCE = "nested-esxi-vmotion"


@pytest.fixture
def details(wireshark, screen):
    """The main window with frame 4 chosen, its layer opened and chosen in the packet details."""
    main = screen.open("-r", str(wireshark.capture(REFERENCE)))
    screen.maximize(main)
    go_to_frame(screen, 4)
    width, height = screen.size(main)
    screen.click(main, width // 4, height * 7 // 8)  # the details: left, below the packet list
    screen.key("Home", "End", "Right")
    return main


def go_to_frame(screen, number):
    screen.key("ctrl+g")
    screen.type(str(number))
    screen.key("Return", "Escape")


def visible_lines(screen):
    """All lines of the packet details: Edit > Copy > All Visible Items."""
    return screen.copied(lambda: screen.key("ctrl+alt+shift+a")).splitlines()


def chosen_line(screen):
    """The chosen line of the packet details: Edit > Copy > Description."""
    return screen.copied(lambda: screen.key("ctrl+alt+shift+d"))


def test_layer_in_the_main_window(screen, details):
    """The layer is the last one of the packet details; its lines can be copied from there."""
    screen.screenshot(conftest.ARTEFACTS / "main-window.png", details)
    lines = visible_lines(screen)
    layer = next(number for number, line in enumerate(lines) if line.startswith("[vMotion Notify"))
    assert lines[layer].startswith("[vMotion Notify, burst 1, round 3 of 6, +4.000198 s")
    inside = [line.strip() for line in lines[layer + 1:]]
    assert "[Announced MAC: VMware_60:e5:ed (00:50:56:60:e5:ed)]" in inside
    assert "[Announcer: VMware ESXi]" in inside


def place_of_chosen_line(screen, main):
    """Where the chosen line of the packet details is: what changes when the choice moves."""
    width, height = screen.size(main)
    left, top = 60, height // 2
    here = screen.pixels(main, left, top, width // 4, height - top - 30)
    screen.key("Up")
    above = screen.pixels(main, left, top, width // 4, height - top - 30)
    screen.key("Down")
    changed = [y for y, (one, other) in enumerate(zip(here, above)) if one != other]
    middle = (changed[0] + changed[-1]) / 2  # between the two lines
    return left, round(top + (middle + changed[-1]) / 2)


def test_double_click_on_a_frame_number(screen, details):
    """Lines that name a frame lead to it."""
    for _ in range(40):
        if "[Next round:" in chosen_line(screen):
            break
        screen.key("Right", "Down")  # opens the line if it has others below it
    assert "[Next round: 6]" in chosen_line(screen)
    screen.screenshot(conftest.ARTEFACTS / "main-window-link.png", details)
    screen.double_click(details, *place_of_chosen_line(screen, details))
    screen.wait_for(lambda: any(line.startswith("Frame 6:") for line in visible_lines(screen)),
                    "frame 6")
    screen.screenshot(conftest.ARTEFACTS / "main-window-link-followed.png", details)
