# kinds.py - traffic made beside the captures: other members of the same kinds.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Everything that goes into a capture is a list of (time in ns, frame, interface); capture()
# sorts such lists into one file. Gaps and times are in seconds. What looks like chance comes
# from a numbered generator: the same calls always make the same octets.

import pathlib
import random
import struct

import pcapng

START = 1_700_000_000 * 10**9
SECOND = 10**9

VM = "00:50:56:00:00:01"     # VMware's range
LOCAL = "02:00:00:00:00:01"  # nobody's
KVM = "52:54:00:00:01:01"
PEER = "02:00:00:00:0a:01"   # somebody else

ESXI = [0.69, 1, 1, 2, 3, 5, 8, 13, 21]  # T = 1 s from the immediate notice on
QEMU = [0.05, 0.15, 0.25, 0.35]


def ns(seconds):
    return round(seconds * SECOND)


def capture(*parts, interfaces=("test0",)):
    """The octets of a capture with all these frames in order of time."""
    written = pcapng.Capture(application="tests")
    for name in interfaces:
        written.interface(name, decimals=9)
    for time, frame, interface in sorted(sum(parts, []), key=lambda item: item[0]):
        written.frame(START + time, frame, interface=interface)
    return written.octets()


def times_of(gaps, at=0.0, slip=0.0001):
    """When the notices leave whose intervals are these; each interval is `slip` longer."""
    times = [at]
    for gap in gaps:
        times.append(times[-1] + gap + slip)
    return times


def sent(gaps, mac=LOCAL, at=0.0, slip=0.0001, interface=0, skip=(), vlans=(), length=60, **fields):
    """One sender's notices with these gaps; the rounds in `skip`, from 1, are not seen here."""
    frame = pcapng.ethernet(pcapng.rarp(mac, **fields), mac, vlans=vlans, length=length)
    return [(ns(time), frame, interface)
            for number, time in enumerate(times_of(gaps, at, slip), 1) if number not in skip]


def copies(notices, number, apart, interface=None):
    """Every notice `number` times, `apart` seconds from one to the next."""
    return [(time + copy * ns(apart), frame, own if interface is None else interface)
            for time, frame, own in notices for copy in range(number)]


def held(offsets, until):
    """Gaps of a paused QEMU: what was due before `until` leaves then, microseconds apart."""
    times = [max(offset, until + 7e-6 * number) for number, offset in enumerate(offsets)]
    return [later - earlier for earlier, later in zip(times, times[1:])]


def irregular(seed, number, low, high):
    chance = random.Random(seed)
    return [round(chance.uniform(low, high), 3) for _ in range(number)]


def iou(seed, more=0, late=None, mac=LOCAL, at=0.0):
    """A Cisco IOU client: 7 notices, then one after 38.1 s, then `more` of them every 15 s.

    Round `late` comes 2 s late; the ones after it keep the grid.
    """
    chance = random.Random(seed)
    gaps = [2 + chance.uniform(0.0002, 0.008) for _ in range(6)]
    if more:
        gaps += [chance.uniform(38.08, 38.13)]
        gaps += [15 + chance.uniform(0.0003, 0.009) for _ in range(more - 1)]
    if late:
        gaps[late - 2] += 2
        gaps[late - 1] -= 2
    return sent(gaps, mac=mac, at=at, slip=0)


def together(macs, staggered, length=60, apart=0.00003, vlans=()):
    """Many machines at once, and each once more: the last one first, `staggered` s one by one."""
    return sum([sent([staggered * (len(macs) - number) + 1.3], mac=mac, at=number * apart,
                     slip=-number * apart, length=length, vlans=vlans)
                for number, mac in enumerate(macs)], [])


def in_passes(macs, starts, staggered):
    """Many machines one by one, the last one first, from each of these times on."""
    return sum([sent([], mac=mac, at=start + staggered * (len(macs) - 1 - number))
                for start in starts for number, mac in enumerate(macs)], [])


def at_once(macs, apart=0.00001, at=0.0, **shape):
    """Many machines at once, once each."""
    return sum([sent([], mac=mac, at=at + number * apart, **shape)
                for number, mac in enumerate(macs)], [])


def macs(vendors, number):
    return ["%s:00:%02x:%02x" % (vendors[i % len(vendors)], i, 7 * i) for i in range(number)]


def two_sights(gaps, mac, late, lost):
    """A burst on the tap alone; an hour later one on the tap and, `late` seconds later or, below
    0, earlier, with a tag on the uplink, which the rounds in `lost` never reach.

    With several numbers in `late` the rounds take turns.
    """
    made = sent(gaps, mac) + sent(gaps, mac, at=3600)
    for turn, behind in enumerate(late):
        others = [number for number in range(1, len(gaps) + 2) if number % len(late) != turn]
        made += sent(gaps, mac, at=3600 + behind, interface=1, vlans=[10], skip=[*lost, *others])
    return capture(made, interfaces=("tap", "uplink"))


# Other traffic


def ipv4(payload, source, destination, protocol=17):
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 1, 0x4000, 64, protocol, 0)
    return header + _address(source) + _address(destination) + payload


def ipv6(payload, source, destination, protocol=17):
    header = struct.pack("!IHBB", 6 << 28, len(payload), protocol, 64)
    return header + source + destination + payload


def udp(payload, port):
    return struct.pack("!HHHH", 49152, port, 8 + len(payload), 0) + payload


def tcp(payload, port, sequence=1):
    return struct.pack("!HHIIBBHHH", 49152, port, sequence, 1, 5 << 4, 0x18, 1024, 0, 0) + payload


def packet(at, mac=PEER, to="02:00:00:00:0a:02", body=None, interface=0):
    """One IP packet of a station, UDP unless the body is another."""
    payload = body or ipv4(udp(b"some data", 9), "192.0.2.1", "192.0.2.2")
    return [(ns(at), pcapng.ethernet(payload, mac, ethertype=0x0800, destination=to), interface)]


def segment(at, **where):
    return packet(at, body=ipv4(tcp(b"", 80), "192.0.2.1", "192.0.2.2", protocol=6), **where)


def arp(at, mac=PEER, ask="192.0.2.2", interface=0):
    """An ARP request; a gratuitous one where it asks for the sender's own 192.0.2.1."""
    payload = pcapng.rarp("00:00:00:00:00:00", opcode=1, sender=mac, spa="192.0.2.1", tpa=ask)
    return [(ns(at), pcapng.ethernet(payload, mac, ethertype=0x0806), interface)]


def gratuitous(at, mac, interface=0):
    return arp(at, mac, ask="192.0.2.1", interface=interface)


def every(step, start, end, make, **options):
    """make(time) at every step from start up to, and without, end."""
    number = round((end - start) / step)
    return sum([make(start + step * i, **options) for i in range(number)], [])


# Traffic that was recorded


def recorded(name):
    """The frames of a classic pcap file in captures/, the first at 0."""
    octets = (pathlib.Path(__file__).resolve().parent / "captures" / name).read_bytes()
    unit = {0xA1B2C3D4: 1000, 0xA1B23C4D: 1}[struct.unpack_from("<I", octets)[0]]
    found, at = [], 24
    while at < len(octets):
        seconds, part, length = struct.unpack_from("<III", octets, at)
        found.append((seconds * SECOND + part * unit, octets[at + 16:at + 16 + length], 0))
        at += 16 + length
    return [(time - found[0][0], frame, interface) for time, frame, interface in found]


# Tunnels


def vxlan(vni):
    return lambda frame: udp(struct.pack("!II", 0x08000000, vni << 8) + frame, 4789)


def geneve(vni, options=b""):
    header = struct.pack("!BBHI", len(options) // 4, 0, 0x6558, vni << 8) + options
    return lambda frame: udp(header + frame, 6081)


def erspan(session):
    """ERSPAN type II in GRE with a sequence number."""
    header = struct.pack("!HHI", 0x1000, 0x88BE, 1) + struct.pack("!HHI", 0x1000, session, 0)
    return lambda frame: header + frame


def tunnelled(notices, wrap, source, destination, protocol=17, late=0.0):
    """The notices inside a tunnel between two IPv4 addresses, seen `late` seconds later."""
    return [(time + ns(late),
             pcapng.ethernet(ipv4(wrap(frame), source, destination, protocol), "02:aa:00:00:00:01",
                             ethertype=0x0800, destination="02:aa:00:00:00:09"), interface)
            for time, frame, interface in notices]


def tunnelled6(notices, wrap, source, destination):
    """The same between 2001:db8::source and 2001:db8::destination."""
    ends = [bytes.fromhex("20010db8") + bytes(11) + bytes([end]) for end in (source, destination)]
    return [(time, pcapng.ethernet(ipv6(wrap(frame), *ends), "02:aa:00:00:00:01",
                                   ethertype=0x86DD, destination="02:aa:00:00:00:09"), interface)
            for time, frame, interface in notices]


def packet_in(notices, version):
    """Each notice inside an OpenFlow PACKET_IN of version 1 (1.0) or 4 (1.3), in a TCP segment."""
    made = []
    sequence = 1
    for time, frame, interface in notices:
        if version == 1:
            body = struct.pack("!IHHBx", 0xFFFFFFFF, len(frame), 1, 0) + frame
        else:
            match = struct.pack("!HHIIxxxx", 1, 12, 0x80000004, 1)
            body = struct.pack("!IHBBQ", 0xFFFFFFFF, len(frame), 0, 0, 0) + match + b"\0\0" + frame
        message = struct.pack("!BBHI", version, 10, 8 + len(body), 1) + body
        segment_of_it = ipv4(tcp(message, 6653, sequence), "192.0.2.1", "192.0.2.2", protocol=6)
        sequence += len(message)
        made.append((time, pcapng.ethernet(segment_of_it, "02:00:00:00:00:02", ethertype=0x0800,
                                           destination="02:00:00:00:00:01"), interface))
    return made


def asking(at, sender, target, spa="0.0.0.0", tpa="0.0.0.0", length=60, **shape):
    """One frame whose sender is not its target."""
    payload = pcapng.rarp(target, sender=sender, spa=spa, tpa=tpa)
    return [(ns(at), pcapng.ethernet(payload, sender, length=length, **shape), 0)]


def _address(text):
    return bytes(int(part) for part in text.split("."))
