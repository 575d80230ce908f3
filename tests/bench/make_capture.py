#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Write a capture of any size for measuring: RARP notices of many MACs, alone or among other traffic.

    make_capture.py --frames 1000000 --macs 20000 rarp.pcap
    make_capture.py --frames 1000000 --rarp-share 0.001 mix.pcap
    make_capture.py --frames 1000000 --macs 1 --storm storm.pcap
    make_capture.py --frames 1000000 --single single.pcap
    make_capture.py --frames 1000000 --much stacks stacks.pcap

Every MAC is announced in bursts as hypervisors send them: half of the MACs belong to ESXi
(Fibonacci ticks of 1 or 2 s, a host's MACs share the tick's phase, one burst in four is cut
short by a restart, one notice in three is seen twice), half to QEMU (50, 150, 250, 350 ms).
Two rounds in a hundred are lost. With --single, every MAC has one ESXi burst, whole and seen
once, so that nothing that came before says what it is; there are as many MACs as that takes.
With --much, there is much of one thing; `MUCH` says what. The same options and seed always give
the same file.
"""
import argparse
import random
import struct

SECOND = 1_000_000  # times are µs
START = 1_700_000_000 * SECOND
TICKS = (0, 1, 2, 3, 5, 8, 13, 21, 34, 55)
QEMU_OFFSETS = (0, 50_000, 200_000, 450_000, 800_000)
SILENCE = 300 * SECOND  # mean, between two bursts of a MAC
LOSS = 0.02
COPIES = 1 / 3
RESTARTS = 1 / 4
MACS_PER_HOST = 50
MAC_BITS = 24
BROADCAST = b"\xff" * 6


def esxi_burst(rng, start, host, restarts=RESTARTS):
    """Times of one ESXi burst's rounds: the first at once, the others on the host's ticks."""
    period = SECOND * (1 + host % 2)
    phase = host * 7919 % period
    first_tick = (start - phase) // period * period + phase
    rounds = rng.randint(3, 9) if rng.random() < restarts else 10
    times = [start]
    times += [first_tick + tick * period + rng.randint(-90, 90) for tick in TICKS[1:rounds]]
    restarted = rounds < 10
    return times, restarted


def qemu_burst(rng, start):
    """Times of one QEMU burst's rounds: offsets that grow a little late, as timers do."""
    return [start + offset + rng.randint(0, 400) for offset in QEMU_OFFSETS]


def mac_times(rng, mac, quota):
    """quota times of one MAC's frames, in order of bursts."""
    times = []
    host = mac // (2 * MACS_PER_HOST)
    start = START + rng.randrange(12 * SILENCE)
    while len(times) < quota:
        restarted = False
        if mac % 2 == 0:
            burst, restarted = esxi_burst(rng, start, host)
        else:
            burst = qemu_burst(rng, start)
        end = burst[-1]
        for time in burst:
            if rng.random() < LOSS and time != start:
                continue
            times.append(time)
            if mac % 2 == 0 and rng.random() < COPIES:
                times.append(time + 1)
        pause = rng.randint(100_000, 900_000) if restarted else int(rng.expovariate(1 / SILENCE))
        start = end + SECOND // 2 + pause
    return times[:quota]


def burst_keys(rng, frames, macs):
    """All RARP frames as time << MAC_BITS | MAC, in order of time."""
    keys = []
    for mac in range(macs):
        quota = frames * (mac + 1) // macs - frames * mac // macs
        keys += [time << MAC_BITS | mac for time in mac_times(rng, mac, quota)]
    keys.sort()
    return keys


def single_keys(rng, frames):
    """A whole ESXi burst of each MAC, as many MACs as that takes; one begins every 0.1 s."""
    keys = []
    for mac in range(0, -(-frames // len(TICKS)) * 2, 2):
        times, _ = esxi_burst(rng, START + mac * SECOND // 20, mac // (2 * MACS_PER_HOST), 0)
        keys += [time << MAC_BITS | mac for time in times]
    return sorted(keys[:frames])


def storm_keys(frames, macs):
    """All MACs in turn, a frame every 7 µs without end."""
    return [(START + 7 * i) << MAC_BITS | i % macs for i in range(frames)]


def mac_address(mac):
    prefix = b"\x00\x50\x56" if mac % 2 == 0 else b"\x52\x54\x00"
    return prefix + struct.pack(">I", mac)[1:]


def rarp_frame(mac):
    """A notice as it lies on the wire: 60 octets, zero padding."""
    address = mac_address(mac)
    arp = struct.pack(">HHBBH", 1, 0x0800, 6, 4, 3) + address + bytes(4) + address + bytes(4)
    return (BROADCAST + address + b"\x80\x35" + arp).ljust(60, b"\x00")


def ipv4(protocol, source, payload):
    header = struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0,
                         0x0A000000 | source, 0x0A010001)
    return mac_address(1) + mac_address(2 * source) + b"\x08\x00" + header + payload


def other_frames():
    """Endless: UDP and TCP segments of a few hundred flows, 142 and 154 octets long."""
    data = bytes(range(100))
    sequence = [1] * 256
    while True:
        for flow in range(256):
            if flow % 2 == 0:
                udp = struct.pack(">HHHH", 40000 + flow, 41000, 8 + len(data), 0)
                yield ipv4(17, flow, udp + data)
            else:
                tcp = struct.pack(">HHIIBBHHH", 40000 + flow, 41001, sequence[flow], 1, 0x50, 0x10,
                                  65535, 0, 0)
                sequence[flow] = (sequence[flow] + len(data)) & 0xFFFFFFFF
                yield ipv4(6, flow, tcp + data)


def notice(mac, opcode=3, tags=(), asks=False):
    """A notice of a MAC, or a request or reply of it, 60 octets long without its tags."""
    address, server = mac_address(mac), mac_address(1 << 23)
    target = b"\xff" * 4 if asks else bytes(4)
    source, sender = (server, server) if opcode == 4 else (address, address)
    arp = struct.pack(">HHBBH", 1, 0x0800, 6, 4, opcode) + sender + bytes(4) + address + target
    stack = b"".join(struct.pack(">HH", 0x8100, tag) for tag in tags)
    destination = address if opcode == 4 else BROADCAST
    return destination + source + stack + b"\x80\x35" + arp.ljust(46, b"\x00")


def tunnelled(frame, network, source):
    """The frame in VXLAN; source: the lower 24 bits of the outer IPv4 address."""
    vxlan = struct.pack(">II", 0x08000000, network << 8) + frame
    return ipv4(17, source, struct.pack(">HHHH", 50000, 4789, 8 + len(vxlan), 0) + vxlan)


def much_plain(n):
    for i in range(n):
        yield (i // 10 * 200 + TICKS[i % 10]) * SECOND, notice(i // 50 * 2)


def much_stacks(n):
    """One MAC in n / 10 stacks of two or three tags."""
    for i in range(n):
        stack = i % (n // 10)
        tags = (1 + stack // 4000, 1 + stack % 4000, 1 + stack % 4000)
        yield i * 1000, notice(1, tags=tags[:2 + stack % 2])


def much_networks(n):
    """One MAC in n / 10 networks of VXLAN."""
    for i in range(n):
        yield i * 1000, tunnelled(notice(1), i % (n // 10), 1)


def much_lengths(n):
    """Plain frames of up to 70,000 lengths; 60 octets of each are captured."""
    for i, (time, frame) in enumerate(much_plain(n)):
        yield time, frame, 60 + i % min(n // 2, 70_000)


def much_companions(n):
    """n / 4 bursts of two rounds, and with their second rounds n / 2 MACs that are announced once."""
    for i in range(n):
        second = i >= n // 4
        mac = i if not second else n + i if i % 3 else (i - n // 4) // 3
        yield SECOND * second + i * 4000 // n, notice(mac)


def much_event(n):
    """QEMU announces n / 5 MACs at the same time."""
    macs = n // 5
    for i in range(macs * 5):
        yield QEMU_OFFSETS[i // macs] + i % macs // 1000, notice(i % macs * 2 + 1)


def much_replies(n):
    """A station asks n / 2 times and is answered each time."""
    for i in range(n):
        yield i * SECOND, notice(1, 3 + i % 2, asks=i % 2 == 0)


def much_addresses(n):
    """A burst of ten rounds, each from n / 10 outer addresses."""
    addresses = n // 10
    for i in range(addresses * 10):
        time = TICKS[i // addresses] * SECOND + i % addresses * 4000 // addresses
        yield time, tunnelled(notice(2), 5000, i % addresses)


MUCH = {"plain": much_plain, "stacks": much_stacks, "networks": much_networks,
        "lengths": much_lengths, "companions": much_companions, "event": much_event,
        "replies": much_replies, "addresses": much_addresses}


def write_much(path, what, frames):
    """Write about `frames` frames with much of one thing, a key of MUCH."""
    writer = PcapWriter(path)
    for time, frame, *length in MUCH[what](frames):
        writer.write(START + time, frame, *length)
    writer.close()


class PcapWriter:
    """A pcap file in µs, written in large pieces."""

    def __init__(self, path):
        self.file = open(path, "wb", buffering=1 << 20)
        self.file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))

    def write(self, time, frame, length=None):
        """length: of the frame on the wire, where the file holds only its begin."""
        self.file.write(struct.pack("<IIII", time // SECOND, time % SECOND, len(frame),
                                    length or len(frame)))
        self.file.write(frame)

    def close(self):
        self.file.close()


def write_capture(path, frames, macs, rarp_share=1.0, storm=False, seed=1, single=False):
    """Write a capture of `frames` frames, of which rarp_share are RARP from `macs` MACs."""
    notices = max(1, round(frames * rarp_share))
    macs = min(macs, notices)
    rng = random.Random(seed)
    if storm:
        keys = storm_keys(notices, macs)
    elif single:
        keys = single_keys(rng, notices)
    else:
        keys = burst_keys(rng, notices, macs)
    cache = {}
    others = other_frames()
    writer = PcapWriter(path)
    for i, key in enumerate(keys):
        mac = key & ((1 << MAC_BITS) - 1)
        time = key >> MAC_BITS
        frame = cache.get(mac)
        if frame is None:
            frame = cache[mac] = rarp_frame(mac)
        writer.write(time, frame)
        others_due = (frames * (i + 1) // notices - frames * i // notices) - 1
        for _ in range(others_due):
            writer.write(time, next(others))
    writer.close()


def main():
    parser = argparse.ArgumentParser(description="Write a capture for measuring.")
    parser.add_argument("file")
    parser.add_argument("--frames", type=int, default=100_000)
    parser.add_argument("--macs", type=int, help="default: one for 50 RARP frames")
    parser.add_argument("--rarp-share", type=float, default=1.0)
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--storm", action="store_true", help="no bursts: a frame every 7 µs")
    kind.add_argument("--single", action="store_true", help="one ESXi burst a MAC")
    kind.add_argument("--much", choices=MUCH, help="much of one thing")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.much:
        write_much(options.file, options.much, options.frames)
        return
    notices = max(1, round(options.frames * options.rarp_share))
    if options.single and options.macs:
        parser.error("--single takes as many MACs as there are bursts: leave out --macs")
    macs = options.macs or max(1, notices // 50)
    if not 0 < macs < 1 << MAC_BITS or not 0 < options.rarp_share <= 1 or options.frames < 1:
        parser.error("frames, MACs or share out of range")
    write_capture(options.file, options.frames, macs, options.rarp_share, options.storm,
                  options.seed, options.single)


if __name__ == "__main__":
    main()
