# hostile.py - captures that are hard on a page: names that nobody should have, and many bursts.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import random

import frames
import pcapng

MS, US = 10**6, 10**3
FIBONACCI = (0, 1, 2, 3, 5, 8, 13, 21, 34, 55)  # ticks
QEMU = (0, 50, 200, 450, 800)  # ms
# What markup, a terminal or a reader could fall for; the last one is no UTF-8.
NAMES = [b"<script>alert(1)</script>", b"\"'><img src=x onerror=alert(1)>", b"&lt;&amp;]]>--><!--",
         "\u202egnp.erutpac\u2066\u200f".encode(), b"tab\tline\nbell\x07escape\x1b[31m",
         "\ufffe\ufdd0\u2028\ud7ff".encode(), b"\xff\xfe\xc3(\xe2\x82"]


class Interface(str):
    """A name of any octets, as pcapng.Capture takes it."""

    def __new__(cls, octets):
        self = super().__new__(cls, "any")
        self.octets = octets
        return self

    def encode(self, *_):
        return self.octets


def capture(offsets=QEMU):
    """A burst of each of two MACs, rounds at these times (ms), at every interface with a bad name; not every
    round at all of them."""
    made = pcapng.Capture(application="tests")
    for name in NAMES:
        made.interface(Interface(name))
    for number, offset in enumerate(offsets):
        for interface in range(len(NAMES)):
            if number == 2 and interface < 2:
                continue
            for mac in ("52:54:00:00:00:01", "52:54:00:00:00:02"):
                made.frame(frames.START + offset * MS + interface * 100 * US, pcapng.notice(mac),
                           interface=interface)
    return made.octets()


def evacuation(number, loss=0.02):
    """So many bursts: machines of up to four NICs leave three ESXi hosts one after another, some rounds are
    lost, some seen twice, some bursts cut short and begun again; an hour later some more leave."""
    rng = random.Random(number)
    seen, made = [], 0

    def burst(mac, start, tick, phase, rounds):
        for round in range(rounds):
            when = start + (phase + FIBONACCI[round] * tick + rng.randrange(90) * US if round else 0)
            if round == 0 or rng.random() >= loss:
                seen.extend((when + copy * rng.randrange(20, 400) * US, copy, mac)
                            for copy in range(1 + made % 3 // 2))

    while made < number:
        start = frames.START + made * 450 * MS + (3600 * frames.SECOND if made > number * 9 // 10 else 0)
        tick, phase = (1 + made % 2) * frames.SECOND, rng.randrange(-900, 0) * MS
        for nic in range(min(rng.choice((1, 1, 2, 4)), number - made)):
            mac = "00:50:56:00:%02x:%02x" % (made >> 8, made & 0xFF)
            begin, again = start + nic * 30 * US, rng.random() < 0.1 and made + 1 < number
            burst(mac, begin, tick, phase, rng.randint(5, 8) if again else 10)
            made += 1
            if again:
                burst(mac, begin + phase + 14 * tick, tick, 0, 10)
                made += 1
    capture = pcapng.Capture(application="tests")
    for name in ("vmnic0", "vmnic1"):
        capture.interface(name)
    for when, interface, mac in sorted(seen):
        capture.frame(when // US * US, pcapng.notice(mac), interface=interface)
    return capture.octets()
