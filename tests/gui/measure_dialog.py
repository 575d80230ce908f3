#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measure how long a real Wireshark takes with the schedule table of a large capture.

    measure_dialog.py [--macs 20000] [--frames 1000000] [--kind schedule]

prints the seconds until the capture is loaded, until the window shows its rows, until a click on a
column's name has sorted them, until Apply has filled it again, and until it is closed. A step ends
when Wireshark no longer uses the processor.
"""
import argparse
import pathlib
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "bench")]
import conftest  # noqa: E402 - found through the line above
import desktop  # noqa: E402
import make_capture  # noqa: E402
import rows  # noqa: E402

LIMIT = 1800  # seconds for one step


def main():
    parser = argparse.ArgumentParser(description="Time the statistics table of a large capture.")
    parser.add_argument("--macs", type=int, default=20_000)
    parser.add_argument("--frames", type=int, default=1_000_000)
    parser.add_argument("--kind", choices=sorted(rows.TITLES), default="schedule")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder)
        path.chmod(0o755)
        wireshark = conftest.Wireshark(path)
        capture = wireshark.work / "large.pcap"
        make_capture.write_capture(capture, options.frames, options.macs)
        capture.chmod(0o644)
        with desktop.Desktop(wireshark, "2000x900") as screen:
            measure(screen, wireshark.capture("nested-esxi-vmotion"), capture, options.kind)


class Step:
    """Prints how long a part of the work took, when it is over."""

    def __init__(self, screen, what):
        self._screen = screen
        self._what = what

    def __enter__(self):
        self._screen.wait_until_idle(LIMIT)
        self._work = self._screen.work()
        self._start = time.monotonic()

    def __exit__(self, *exception):
        if not any(exception):
            seconds = self._screen.wait_until_idle(LIMIT) - self._start
            work = self._screen.work() - self._work
            print("%-16s %8.1f s, processor %6.1f s" % (self._what, seconds, work), flush=True)


def measure(screen, small, large, kind):
    main_window = screen.open("-r", str(small))
    table = screen.open_from_statistics_menu(main_window, rows.TITLES[kind])
    names = list(rows.shown(table)[0])
    table.close()
    with Step(screen, "load"):
        screen.open_file(main_window, large, LIMIT)
    with Step(screen, "open"):
        table = screen.open_from_statistics_menu(main_window, rows.TITLES[kind])
    table.enlarge(1980, 600)
    for column in ("Frames", "MAC"):
        with Step(screen, "sort by " + column):
            table.click_header(table.columns()[names.index(column)])
    with Step(screen, "Apply"):
        table.apply()
    table.photograph("measured-table")
    with Step(screen, "close"):
        table.close()


if __name__ == "__main__":
    main()
