#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Turn captures into seeds for fuzz_engine and fuzz_dissector, in the formats their heads describe.

    make_seeds.py FOLDER CAPTURE…     writes FOLDER/engine/* and FOLDER/dissector/*
"""
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

ENCAPSULATION = {1: 0, 113: 1, 276: 2}  # link type to the fuzzer's number
RARP = tuple(struct.pack(">HHBBH", 1, 0x0800, 6, 4, opcode) for opcode in (3, 4))
NO_CONFIGURATION = bytes(6)


def frames_of(capture):
    """Time in ns, encapsulation and octets of each frame."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.pcap"
        subprocess.run(["editcap", "-F", "nsecpcap", str(capture), str(plain)], check=True)
        data = plain.read_bytes()
    order = "<" if data[:4] == b"\x4d\x3c\xb2\xa1" else ">"
    link = struct.unpack_from(order + "I", data, 20)[0] & 0xFFFF
    at = 24
    while at < len(data):
        seconds, nanoseconds, captured, _ = struct.unpack_from(order + "4I", data, at)
        at += 16
        yield seconds * 10**9 + nanoseconds, ENCAPSULATION[link], data[at:at + captured]
        at += captured


def engine_steps(frames):
    """One step 15 a RARP layer: which MAC (as few as the fuzzer has), time, shape."""
    macs = {}
    for time, _, octets in frames:
        for head in RARP:
            at = octets.find(head)
            if at < 0:
                continue
            mac = octets[at + 18:at + 24]
            who = macs.setdefault(mac, len(macs)) % 16
            shape = 4 if head == RARP[1] else 7 if len(octets) < 60 else 0
            yield bytes([15, who]) + struct.pack("<q", time) + bytes([shape])
    yield bytes([11, 14])


def dissector_frames(frames):
    for time, encapsulation, octets in frames:
        octets = octets[:255]
        yield bytes([0x40 | encapsulation]) + struct.pack("<qI", *divmod(time, 10**9)) + \
            bytes([len(octets)]) + octets


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    for kind in ("engine", "dissector"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
    for capture in map(Path, sys.argv[2:]):
        frames = list(frames_of(capture))
        (folder / "engine" / capture.stem).write_bytes(
            NO_CONFIGURATION + b"".join(engine_steps(frames)))
        (folder / "dissector" / capture.stem).write_bytes(b"".join(dissector_frames(frames)))


if __name__ == "__main__":
    main()
