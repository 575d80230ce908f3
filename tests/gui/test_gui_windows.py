# test_gui_windows.py - the report and the timeline in windows of a real Wireshark.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Screenshots stay in tests/artefacts/.

import pathlib
import shutil

import pytest

import conftest
from desktop import TextWindow
from test_gui_live import MACHINES, pipe  # noqa: F401, a fixture

REFERENCE = "nested-esxi-vmotion"
EVACUATION = "qemu-evacuate-3vms"
REPORT = "vMotion Notify Report"
TIMELINE = "vMotion Notify Timeline"
WHAT = {REPORT: ("report", 100), TIMELINE: ("timeline", 120)}
OTHER_ENTRIES = 5  # of a frame's context menu, above the plugin's
NO_FILE = "No file is open.\n"
FILTER = "vmotion_notify.burst == 2"


def printed(wireshark, title, capture, filter=None, options=()):
    """What tshark prints where a window with this title is to show it."""
    kind, width = WHAT[title]
    done = wireshark.run(["env", "COLUMNS=%d" % width, "tshark", "-q", "-r", wireshark.capture(capture), *options, "-z",
                          ",".join(["vmotion_notify", kind] + ([filter] if filter else []))])
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def below_title(text, line):
    """A text with one more line below its first."""
    first, rest = text.split("\n", 1)
    return "%s\n%s\n%s" % (first, line, rest)


@pytest.fixture
def browser(wireshark, monkeypatch):
    """A stand-in for the browser, called as any: it keeps the address it is given, and the page."""
    folder = wireshark.work / "bin"
    folder.mkdir(exist_ok=True)
    opened = wireshark.home / "opened"
    opened.write_text("")
    opened.chmod(0o666)
    program = folder / "xdg-open"
    program.write_text('#!/bin/sh\necho "$1" >>"%s"\n' % opened)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return lambda: [line[len("file://"):] for line in opened.read_text().splitlines()]


def test_files_come_and_go(wireshark, screen):
    """Two windows say what tshark prints of the file that is open, as long as one is."""
    main = screen.open("-r", str(wireshark.capture(REFERENCE)))
    windows = {title: screen.open_text_window(main, title) for title in (REPORT, TIMELINE)}
    for title, window in windows.items():
        window.assert_shows(printed(wireshark, title, REFERENCE))
        window.photograph(title.split()[-1].lower() + "-window")
    screen.focus(main)
    screen.key("ctrl+r")
    for title, window in windows.items():
        window.assert_shows(printed(wireshark, title, REFERENCE))
    screen.open_file(main, wireshark.capture(EVACUATION))
    for title, window in windows.items():
        window.assert_shows(printed(wireshark, title, EVACUATION))
    screen.focus(main)
    screen.key("ctrl+w")
    for window in windows.values():
        window.assert_shows(NO_FILE)
    windows[REPORT].close()
    screen.open_file(main, wireshark.capture(REFERENCE))
    windows[TIMELINE].assert_shows(printed(wireshark, TIMELINE, REFERENCE))
    assert screen.quit(main) == 0


def test_filter(wireshark, screen):
    """A window keeps the filter that stood in the main window when it was opened, and says so."""
    main = screen.open("-r", str(wireshark.capture(REFERENCE)))
    everything = screen.open_text_window(main, TIMELINE)
    screen.type_main_filter(main, FILTER)
    second = screen.open_text_window(main, TIMELINE)
    filtered = below_title(printed(wireshark, TIMELINE, REFERENCE, FILTER), "Display filter: " + FILTER)
    assert second.window != everything.window and "1 burst" in filtered
    second.assert_shows(filtered)
    screen.type_main_filter(main, "vmotion_notify.burst == 1")
    screen.key("Return")  # applied: all frames come by again
    second.assert_shows(filtered)
    everything.assert_shows(printed(wireshark, TIMELINE, REFERENCE))
    screen.type_main_filter(main, "no.such.field")
    screen.key("Escape")
    shown = screen.windows(TIMELINE)
    with pytest.raises(AssertionError):
        screen.open_from_statistics_menu(main, TIMELINE, entries=screen.menu_entry + 1)
    assert screen.windows(TIMELINE) == shown
    screen.screenshot(conftest.ARTEFACTS / "window-wrong-filter.png")


def test_preference(wireshark, screen):
    """A changed preference changes the text."""
    before = printed(wireshark, TIMELINE, EVACUATION)
    after = printed(wireshark, TIMELINE, EVACUATION, options=["-o", "vmotion_notify.event_window_ms:1"])
    assert before != after
    main = screen.open("-r", str(wireshark.capture(EVACUATION)))
    window = screen.open_text_window(main, TIMELINE)
    window.assert_shows(before)
    screen.set_preference(main, "250", "1")
    window.assert_shows(after)
    assert screen.quit(main) == 0
    shutil.rmtree(wireshark.home / ".config" / "wireshark")  # the choice is not for the next test


def test_capture(wireshark, screen, pipe):
    """A window follows a capture by itself, stays when it is held, and may be closed at any time."""
    def timeline():
        return printed(wireshark, TIMELINE, wireshark.write("sent.pcap", pipe.sent))
    screen.start("-k", "-i", str(pipe.path), "-w", str(wireshark.work / "live.pcapng"))
    pipe.open()
    main = screen.window("Capturing from", 60)
    report = screen.open_text_window(main, REPORT)  # before there is any notice
    report.assert_shows(lambda text: "52:54" not in text)
    pipe.send([0, 1])
    report.assert_shows(lambda text: text.count("52:54:00:00:00:01") >= 1)
    window = screen.open_text_window(main, TIMELINE)
    window.assert_shows(timeline())
    pipe.send([2])
    window.assert_shows(timeline())
    window.photograph("timeline-window-live")

    held = timeline()
    window.press(TextWindow.HOLD)
    pipe.send([3])
    report.close()
    screen.wait_until_idle(60)
    assert window.copy().startswith(held.split("\n")[0] + "\nHeld: ")
    assert set(held.splitlines()) <= set(window.copy().splitlines())
    window.press(TextWindow.HOLD)
    window.assert_shows(timeline())
    assert timeline() != held

    window.close()
    pipe.send([4])
    screen.wait_until_idle(60)
    again = screen.open_text_window(main, TIMELINE)
    again.assert_shows(timeline())
    assert timeline().count(" 5/5 ") == MACHINES
    screen.focus(main)
    screen.key("alt+c", "t")  # Capture > Stop
    screen.wait_for(lambda: "Capturing" not in screen.title(main), "the end of the capture")
    again.assert_shows(timeline())


def test_page(wireshark, screen, browser):
    """The browser gets a page that only the user can read and that goes with Wireshark."""
    main = screen.open("-r", str(wireshark.capture(REFERENCE)))
    for number, title in enumerate((REPORT, TIMELINE), 1):
        window = screen.open_text_window(main, title)
        window.press(TextWindow.PAGE)
        path = screen.wait_for(lambda: len(browser()) == number and pathlib.Path(browser()[-1]), "a page")
        page = path.read_text(encoding="utf-8")
        assert path.suffix == ".html" and "<html" in page and "00:50:56:60:e5:ed" in page
        assert path.parent.stat().st_mode & 0o077 == 0
    assert screen.quit(main) == 0
    assert not path.parent.exists()


def test_save(wireshark, screen):
    """A text, a page; a file that is there is not replaced, a folder that is not there is said."""
    main = screen.open("-r", str(wireshark.capture(REFERENCE)))
    window = screen.open_text_window(main, REPORT)
    text = window.copy()
    path = wireshark.work / "saved.txt"
    window.ask_to_save(path)
    screen.wait_for(path.exists, str(path))
    assert path.read_text(encoding="utf-8") == text
    page = wireshark.work / "saved.html"
    window.ask_to_save(page)
    screen.wait_for(page.exists, str(page))
    assert "<html" in page.read_text(encoding="utf-8")

    path.write_text("mine")
    for wrong in (path, wireshark.work / "no-such-folder" / "saved.txt"):
        window.ask_to_save(wrong)
        screen.wait_for(lambda: screen.active_title() == "Wireshark", "a message")
        screen.screenshot(conftest.ARTEFACTS / "window-save-refused.png")
        screen.key("Return")
        screen.wait_for(lambda: screen.active_title() != "Wireshark", "the end of the message")
        screen.window("Save as")  # another name?
        screen.key("Escape")
        screen.wait_for(lambda: not screen.windows("Save as"), "the end of the dialog")
    assert path.read_text() == "mine"


@pytest.mark.parametrize("entry, filter", [(1, "vmotion_notify.burst == 1"), (2, "vmotion_notify.mac == 52:54:00:e0:00:01"),
                                           (3, "vmotion_notify.event == 1")])
def test_context_menu(wireshark, screen, entry, filter):
    """What a notice's context menu sets as display filter."""
    if wireshark.version < (4, 2):
        pytest.skip("Wireshark %d.%d lets no plugin add to this menu" % wireshark.version)
    main = screen.open("-r", str(wireshark.capture(EVACUATION)))
    screen.maximize(main)
    screen.click(main, 300, 112, button=3)  # the first frame
    screen.key(*["Down"] * (OTHER_ENTRIES + entry), "Return")
    screen.focus(main)
    screen.key("ctrl+slash", "ctrl+a")
    assert screen.copied(lambda: screen.key("ctrl+c")) == filter
    screen.screenshot(conftest.ARTEFACTS / ("context-menu-%d.png" % entry))
    assert screen.quit(main) == 0
