#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Write captures that no network makes: impossible times, missing times, very many MACs.

    odd_captures.py FOLDER [MACS]     MACS: how many in the crowd (default 2000)
"""
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bench"))
from make_capture import rarp_frame, write_capture  # noqa: E402

SECTION, INTERFACE, SIMPLE, PACKET = 0x0A0D0D0A, 1, 3, 6
OPTION_TSRESOL, OPTION_TSOFFSET = 9, 14
INT64_MAX = 2**63 - 1


def block(kind, body):
    body = body.ljust((len(body) + 3) // 4 * 4, b"\0")
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)


def option(code, value):
    return struct.pack("<HH", code, len(value)) + value.ljust((len(value) + 3) // 4 * 4, b"\0")


def head(resolution=9, offset=0):
    """Section header and one Ethernet interface with times of 10^-resolution s, from offset seconds on."""
    options = option(OPTION_TSRESOL, bytes([resolution])) + \
        option(OPTION_TSOFFSET, struct.pack("<q", offset)) + struct.pack("<HH", 0, 0)
    return block(SECTION, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + \
        block(INTERFACE, struct.pack("<HHI", 1, 0, 65535) + options)


def packet(ticks, mac=0, frame=None):
    frame = frame or rarp_frame(mac)
    return block(PACKET, struct.pack("<IIIII", 0, ticks >> 32 & 0xFFFFFFFF, ticks & 0xFFFFFFFF,
                                     len(frame), len(frame)) + frame)


def untimed(mac=0):
    frame = rarp_frame(mac)
    return block(SIMPLE, struct.pack("<I", len(frame)) + frame)


def write(folder, name, blocks):
    (folder / f"{name}.pcapng").write_bytes(b"".join(blocks))


def write_times(folder):
    extremes = [0, 1, 2**31, 2**32, 2**63 - 1, 2**63, 2**64 - 1, 0, 2**62]
    for resolution in (0, 3, 6, 9, 0x80 | 20):
        write(folder, f"extreme-{resolution}",
              [head(resolution)] + [packet(t, i % 2) for i, t in enumerate(extremes)])
    for name, offset in (("far", INT64_MAX), ("past", -INT64_MAX - 1), ("before-1970", -10**9)):
        write(folder, f"offset-{name}", [head(9, offset)] + [packet(t * 10**9) for t in range(9)])
    write(folder, "equal", [head()] + [packet(10**18, i % 3) for i in range(300)])
    write(folder, "backwards", [head()] + [packet(10**18 - i * 10**9) for i in range(300)])
    write(folder, "to-and-fro", [head()] + [packet(10**18 + (-1)**i * i * 10**8) for i in range(300)])
    # What the MAC sends besides its notices, as far from them as times can be.
    other = rarp_frame(0)[:12] + b"\x08\x00" + bytes(46)
    write(folder, "far-apart", [head(9, -INT64_MAX // 10**9)] +
          [packet(t, 0, other if i % 2 else None) for i, t in enumerate(sorted(extremes * 3))])
    write(folder, "untimed", [head()] + [untimed(i % 3) for i in range(30)])
    write(folder, "half-timed",
          [head()] + [untimed() if i % 2 else packet(10**18 + i * 10**9) for i in range(30)])


def main():
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    macs = int(sys.argv[2]) if len(sys.argv) == 3 else 2000
    write_times(folder)
    write_capture(folder / "crowd.pcap", macs, macs)
    write_capture(folder / "one-mac.pcap", 10 * macs, 1)
    write_capture(folder / "storm.pcap", 10 * macs, 1, storm=True)


if __name__ == "__main__":
    main()
