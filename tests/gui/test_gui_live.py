# test_gui_live.py - a statistics window of a real Wireshark that captures.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Wireshark captures from a named pipe, which needs no privilege: to the plugin its frames are as
# live as those of an interface. Screenshots stay in tests/artefacts/.

import os
import shutil
import struct
import sys

import pytest

import conftest
import rows

sys.path[:0] = [str(conftest.TESTS / "bench")]
from make_capture import QEMU_OFFSETS, SECOND, START, rarp_frame  # noqa: E402

MACHINES = 4


class Pipe:
    """A pipe to capture from. What went through it is in a capture file, too."""

    def __init__(self, wireshark):
        self.path = wireshark.work / "live.pipe"
        self._wireshark = wireshark
        self.sent = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
        os.mkfifo(self.path)
        if wireshark.command([]):
            shutil.chown(self.path, conftest.NOBODY, conftest.NOBODY)

    def open(self):
        """Wait for the reader."""
        self._file = open(self.path, "wb", buffering=0)
        self._file.write(self.sent)

    def send(self, rounds):
        """Some rounds of every machine's burst, by number."""
        octets = b""
        for number in rounds:
            for machine in range(MACHINES):
                time = START + QEMU_OFFSETS[number] + 40 * machine
                frame = rarp_frame(2 * machine + 1)
                octets += struct.pack("<IIII", time // SECOND, time % SECOND, len(frame),
                                      len(frame)) + frame
        self._file.write(octets)
        self.sent += octets

    def document(self):
        """The JSON of what was sent so far, seen at this pipe."""
        document = self._wireshark.json(self._wireshark.write("sent.pcap", self.sent))
        for burst in document["bursts"]:
            for path in burst["paths"]:
                path["interface"] = str(self.path)
        return document

    def close(self):
        self._file.close()
        self.path.unlink()


@pytest.fixture
def pipe(wireshark):
    pipe = Pipe(wireshark)
    yield pipe
    pipe.close()


def test_capture(wireshark, screen, pipe):
    """What is known so far, at each Apply; in the end what the saved file says."""
    saved = wireshark.work / "live.pcapng"
    screen.start("-k", "-i", str(pipe.path), "-w", str(saved))
    pipe.open()
    main = screen.window("Capturing from", 60)
    pipe.send([0, 1, 2])
    first = pipe.document()
    # Not by -z: 4.4 takes a window that is older than its file for one whose file was closed.
    table = screen.open_from_statistics_menu(main, rows.TITLES["schedule"])
    table.enlarge(1380, 220)
    rows.assert_shows(table, "schedule", first, apply=True)
    table.photograph("schedule-table-live")

    pipe.send([3, 4])
    rows.assert_shows(table, "schedule", pipe.document(), apply=True)
    assert [burst["rounds"] for burst in first["bursts"]] == [3] * MACHINES
    assert [burst["rounds"] for burst in pipe.document()["bursts"]] == [5] * MACHINES

    screen.focus(main)
    screen.key("alt+c", "t")  # Capture > Stop
    screen.wait_for(lambda: "Capturing" not in screen.title(main), "the end of the capture")
    rows.assert_shows(table, "schedule", pipe.document())
    rows.assert_shows(table, "schedule", wireshark.json(saved), apply=True)
    screen.screenshot(conftest.ARTEFACTS / "live-stopped.png")
    table.close()
    again = screen.open_from_statistics_menu(main, rows.TITLES["schedule"])
    rows.assert_shows(again, "schedule", wireshark.json(saved))
