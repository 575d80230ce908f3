#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The rule that keeps the open world fair: which known sender could have sent this?

A stranger of whom nobody could tell that it is one must not count. It is drawn
again when what it shows is what a known sender shows, by these sentences:

  1. A burst fits a row when its frames have one of the row's lengths, its MAC one
     of the row's addresses, and every interval lies within the row's jitter of a
     run of the row's consecutive intervals, from any round on.
  2. An interval that a row leaves free (ESXi's and a boot loader's first, Linux's
     first of 2 to 3 s) fits when it is in its range, but is no evidence: a burst
     with no other interval fits nothing.
  3. A row whose parameters are the user's (QEMU) fits from three intervals on; any
     two intervals would have parameters that fit.
  4. One notice of 42 octets is what an Open vSwitch bond sends.
  5. Five sends at once, 60 octets, QEMU's addresses: QEMU that was held back.
  6. Both a burst as sent within the capture and as seen (with its losses) are
     asked; one burst that fits is enough to draw the whole sender again.

Everything else about a stranger can be told in principle: by length, by address,
by its jitter, or because too little was seen to name anybody.
"""
import collections

# name, lengths, addresses(mac, intervals), fits(intervals)
Row = collections.namedtuple('Row', 'name lengths addresses fits')

SLACK = 2e-3  # s: an interval's jitter; two notices that are each off by less than 1 ms …
DRIFT = 2e-4  # … and the two clocks


def near(seen, expected, slack=SLACK):
    return abs(seen - expected) <= slack + DRIFT * expected


# ── intervals ──────────────────────────────────────────────────────────────

def table(gaps, slack=SLACK, free=None):
    """A run of these intervals; free: the range (low, high) that the first one may be in."""
    def fits_from(start, seen):
        fixed = seen
        if start == 0 and free:
            if not free[0] <= seen[0] <= free[1] + slack:
                return False
            start, fixed = 1, seen[1:]
        return bool(fixed) and len(fixed) <= len(gaps) - start and all(
            near(interval, gap, slack) for interval, gap in zip(fixed, gaps[start:]))

    return lambda seen: any(fits_from(start, seen) for start in range(len(gaps)))


def constant(gap, rounds, slack=SLACK):
    return lambda seen: len(seen) < rounds and all(near(interval, gap, slack) for interval in seen)


def linear(seen):
    """QEMU with parameters of the user's: base + k × step, at most a cap; step may be 0."""
    if len(seen) < 3:
        return False
    for k in range(1, len(seen)):
        step = (seen[k] - seen[0]) / k
        if step > -SLACK and all(near(interval, min(seen[0] + j * step, max(seen)), 3e-3)
                                 for j, interval in enumerate(seen)):
            return True
    return False


def linux(seen):
    """2 to 3 s, then each × 7/4, at most 30 s, at most 6 rounds; from any round on."""
    growing = sum(interval < 29.9 for interval in seen)
    if not (2 <= len(seen) <= 5 and growing):
        return False
    for skipped in range(6 - len(seen)):
        first = seen[growing - 1] / 1.75 ** (skipped + growing - 1)
        if 1.99 <= first <= 3.02 and all(
                near(interval, min(first * 1.75 ** (skipped + k), 30), 15e-3)
                for k, interval in enumerate(seen)):
            return True
    return False


def ovn(seen):
    """1 2 4 … s up to a cap that the user sets, or 2 4 8 16 s."""
    cap = round(max(seen))
    grows = len(seen) == 1 or seen[-1] > 1.5 * seen[0]
    return grows and any(
        all(near(interval, min(2 ** (start + k), cap)) for k, interval in enumerate(seen))
        for start in range(8))


def iou(seen):
    """7 × (2 s + 0 to 10 ms), 38.0 to 38.2 s, then every 15 s + 0 to 12 ms; from any round on."""
    ranges = [(1.999, 2.010)] * 6 + [(38.0, 38.2)] + [(14.999, 15.012)] * 40
    return any(all(low <= interval <= high for interval, (low, high) in zip(seen, ranges[start:]))
               for start in range(len(ranges) - len(seen) + 1))


# ── addresses ──────────────────────────────────────────────────────────────

def anything(_mac, _intervals):
    return True


def is_vmware(mac):
    return mac[:3].hex() in ('005056', '000c29', '000569', '001c14')


def is_local(mac):
    return mac[0] & 3 == 2


def of(ranges, enough=None):
    """One of the ranges; from so many intervals on, the schedule alone tells."""
    return lambda mac, intervals: ranges(mac) or (enough is not None and intervals >= enough)


CLIENT = (42, 60)  # as sent, and padded by the NIC

ROWS = (
    Row('ESXi, T = 1 s', (60,), of(is_vmware, 4), table((1, 1, 1, 2, 3, 5, 8, 13, 21), free=(0, 1))),
    Row('ESXi, T = 2 s', (60,), of(is_vmware, 4), table((2, 2, 2, 4, 6, 10, 16, 26, 42), free=(0, 2))),
    Row('QEMU', (60, 64), of(is_local, 4), table((.05, .15, .25, .35, .45, *[.55] * 20))),
    Row('QEMU, own parameters', (60,), of(is_local), linear),
    Row('Cloud Hypervisor', (60,), of(is_local, 4), constant(.2, 5)),
    Row('OVN', (42,), anything, ovn),
    Row('Linux', CLIENT, anything, linux),
    Row('NetBSD', CLIENT, anything, constant(.5, 20)),
    Row('U-Boot, Minix, illumos', CLIENT, anything, constant(5, 10**6, 5e-3)),
    Row('SunOS', CLIENT, anything, constant(3, 10**6, 5e-3)),
    Row('Minix', CLIENT, anything, constant(1, 5, 5e-3)),
    Row('Cisco IOU', CLIENT, anything, iou),
    Row('FreeBSD loader', CLIENT, anything, table(range(2, 122, 2), 5e-3, free=(1, 2))),
    Row('NetBSD loader', CLIENT, anything, table((2, 4, 8, 16, *[20] * 20), 5e-3, free=(1, 2))),
)


def who_fits_burst(mac, length, times, sightings):
    """Name of a row that could have sent this burst, or None. sightings: the most of one notice."""
    seen = [after - before for before, after in zip(times, times[1:])]
    if len(times) == 1 and length == 42:
        return 'Open vSwitch'
    if sightings == 5 and length == 60 and is_local(mac):
        return 'QEMU, held back'
    if not seen:
        return None
    for row in ROWS:
        if length in row.lengths and row.addresses(mac, len(seen)) and row.fits(seen):
            return row.name
    return None
