#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""An open world: senders that no table knows, and as many of the known ones beside them.

Each sender is a capture of its own: 1 to 4 bursts on a MAC, seen on one or two
paths, with other traffic before and after (or none, then the capture's bounds are
not told), and sometimes cut by the capture's begin or end. A stranger that nobody
could tell from a known sender is drawn again (rows.py has the rule).

simulate.py's classes hold the frames. Frame numbers run through all captures, in
order of time, so that one answer a number will do, whoever answers.
"""
import collections
import math
import random

import rows
import simulate

UNKNOWN = 'unknown'
CLIENT = 'RARP client'
SHORTEST = 0.02     # s: what is closer looks like copies of one notice
LONGEST_BURST = 1800.0

# draw(rng): rounds(host, start, rng), which yields (index, time); names: right answers, the first
# one is the sender's; recall: can it be told from everybody else by five rounds? SEEN, with others
# lost between them, IN_A_ROW (parameters that have to be fitted), or NEVER.
NEVER, SEEN, IN_A_ROW = range(3)
Kind = collections.namedtuple('Kind', 'draw names lengths vendors recall jitter macs again copies')


def log_uniform(rng, low, high):
    return low * (high / low) ** rng.random()


# ── strangers' intervals ───────────────────────────────────────────────────

def same_each_time(draw_gaps):
    """Intervals drawn once a sender: every burst of it is alike."""
    def draw(rng):
        gaps = draw_gaps(rng, rng.randint(1, 19))
        return simulate.intervals(*sensible(gaps))
    return draw


def anew_each_time(draw_gaps):
    """A habit drawn once a sender, the intervals in each burst."""
    def draw(rng):
        habit, count = rng.random(), rng.randint(1, 19)

        def rounds(host, start, rng):
            gaps = draw_gaps(rng, count, habit)
            return simulate.intervals(*sensible(gaps))(host, start, rng)
        return rounds
    return draw


def sensible(gaps):
    """Not so close that they look like copies, not for hours."""
    kept, total = [], 0.0
    for gap in gaps:
        gap = max(gap, SHORTEST)
        total += gap
        if total > LONGEST_BURST and kept:
            break
        kept.append(gap)
    return kept


def constant(rng, count):
    return [log_uniform(rng, SHORTEST, 120)] * count


def constant_round(rng, count):
    """Round figures, many of them a known sender's."""
    return [rng.choice((.05, .1, .2, .25, .3, .5, 1, 1.5, 2, 3, 5, 10, 15, 30, 60))] * count


def linear(rng, count):
    base = rng.choice((log_uniform(rng, .05, 10), rng.choice((.05, .1, .5, 1, 2, 5))))
    step = base * rng.choice((rng.uniform(.1, 2), .5, 1, 2))
    cap = base + step * rng.randint(2, 10) if rng.random() < .5 else math.inf
    return [min(base + k * step, cap) for k in range(count)]


def geometric(rng, count):
    base = rng.choice((log_uniform(rng, .05, 5), rng.choice((.1, .5, 1, 2, 3, 4))))
    ratio = rng.choice((1.25, 1.5, 1.75, 2, 2, 3, 4))
    cap = base * ratio ** rng.uniform(1, 6) if rng.random() < .5 else math.inf
    return [min(base * ratio ** k, cap) for k in range(count)]


def backoff(rng, count, habit):
    """Exponential with jitter, as network software is told to do it."""
    base, spread = .1 * 50 ** habit, rng.choice((.1, .25, .5))
    return [min(base * 2 ** k, 64 * base) * rng.uniform(1 - spread, 1 + spread) for k in range(count)]


def poisson(rng, count, habit):
    return [SHORTEST + rng.expovariate(1 / (.2 * 150 ** habit)) for _ in range(count)]


def by_hand(rng, count, _habit):
    return [rng.uniform(.3, 3) for _ in range(count)]


def random_table(rng, count):
    return [log_uniform(rng, .05, 20) for _ in range(count)]


def near_miss(rng, count):
    """Sums like Fibonacci's, of another unit or with other beginnings."""
    unit = rng.choice((1, 2, rng.uniform(.3, 5)))
    gaps = list(rng.choice(((1, 1), (1, 2), (2, 3), (1, 3), (2, 5), (1, 1, 2), (1, 2, 3))))
    other = rng.choice(('Lucas', 'Pell', 'three', 'one wrong'))
    while len(gaps) < min(count, 10):
        gaps.append(sum(gaps[-3:]) if other == 'three' else gaps[-1] * (1 + (other == 'Pell')) + gaps[-2])
    if other == 'one wrong':
        k = rng.randrange(len(gaps))
        gaps[k] *= rng.choice((.5, 1.5, 2))
    return [unit * gap for gap in gaps[:count]]


def one_notice(_rng):
    return simulate.single


def one_or_constant(rng):
    """What head-end replication copies: single notices, and bursts of them."""
    return simulate.single if rng.random() < .5 else same_each_time(constant)(rng)


LENGTHS = {60: 45, 42: 20, 64: 12, 46: 8, 68: 8, 0: 7}  # 0: any other
VENDORS = {'005056': 15, '000c29': 10, '525400': 20, 'fa163e': 10, 'local': 15, 'vendor': 30}
OTHER_VENDORS = ('001b21', '3cfdfe', '001018', 'b827eb', '0025b5', '00e04c', '70b3d5')


def stranger(draw, copies=0.0):
    """copies: share of senders whose notices a network copies."""
    return Kind(draw, (UNKNOWN,), LENGTHS, VENDORS, NEVER, None, (1, 1), (0,), copies)


STRANGERS = {
    'constant': stranger(same_each_time(constant)),
    'constant, round': stranger(same_each_time(constant_round)),
    'linear': stranger(same_each_time(linear)),
    'geometric': stranger(same_each_time(geometric)),
    'back-off': stranger(anew_each_time(backoff)),
    'Poisson': stranger(anew_each_time(poisson)),
    'by hand': stranger(anew_each_time(by_hand)),
    'random table': stranger(same_each_time(random_table)),
    'near miss': stranger(same_each_time(near_miss)),
    'copies': stranger(one_or_constant, 1.0),
    'single': stranger(one_notice),
}


# ── known senders' intervals ───────────────────────────────────────────────

def always(rounds):
    return lambda rng: rounds


def esxi_reference(host, start, rng):
    """2 4 6 10 16 s lie between ticks 2 and 21; whether the two before them were sent is not known."""
    for index, time in simulate.intervals(2, 4, 6, 10, 16)(host, start, rng):
        yield index + 2, time


def qemu_own(rng):
    """Parameters of the user's, with a step that shows at least twice."""
    initial, step = rng.choice((.01, .02, .05, .1, .2, .5, 1)), rng.choice((.05, .1, .2, .5, 1))
    maximum = round(initial + step * rng.uniform(2, 12), 1)
    return simulate.intervals(*simulate.qemu_delays(initial, step, maximum,
                                                    rng.choice((4, 5, 6, 8, 10, 15, 20))))


def qemu_constant(rng):
    return simulate.intervals(*[rng.choice((.1, .25, .3, .75, 1.5))] * rng.randint(3, 14))


def ovn_endless(rng):
    maximum = rng.choice((8, 16, 30, 60))
    return simulate.intervals(*(min(2**k, maximum) for k in range(rng.randint(6, 40))))


def linux(rng):
    """The first gap is random each time; all are slept in ticks of a hundredth of a second."""
    count = rng.randint(2, 6)

    def rounds(host, start, rng):
        gaps = [rng.uniform(2, 3)]
        while len(gaps) < count - 1:
            gaps.append(min(gaps[-1] * 7 / 4, 30))
        return simulate.intervals(*gaps)(host, start, rng)
    return rounds


def iou(rng):
    """Each gap a little late, as measured; one round in fifty is 2 s late, the next one is not."""
    count = rng.randint(5, 20)

    def rounds(host, start, rng):
        time = start
        for index in range(count):
            late = 2 if index > 6 and rng.random() < .02 else 0
            yield index, time + late
            if index < 6:
                time += 2 + rng.uniform(.2e-3, 8e-3)
            else:
                time += rng.uniform(38.08, 38.13) if index == 6 else 15 + rng.uniform(.3e-3, 9e-3)
    return rounds


def loader(gaps, rng):
    """These gaps; the first one is shorter where the clock's second had begun."""
    shorter = rng.random() < .3

    def rounds(host, start, rng):
        first = gaps[0] - (rng.uniform(.1, .9) if shorter else 0)
        return simulate.intervals(first, *gaps[1:])(host, start, rng)
    return rounds


def freebsd_loader(rng):
    return loader([2 * k for k in range(1, rng.randint(3, 12))], rng)


def netbsd_loader(rng):
    return loader([min(2 ** k, 20) for k in range(1, rng.randint(4, 10))], rng)


def every(gap):
    return lambda rng: simulate.intervals(*[gap] * rng.randint(3, 40))


def back_to_back(_host, start, rng):
    for index in range(3):
        yield index, start
        start += rng.uniform(20e-6, 60e-6)


def known(draw, names, length, vendors, recall=SEEN, jitter=300e-6, macs=(1, 1), again=(0,), copies=0.0):
    names = (names,) if isinstance(names, str) else names
    return Kind(draw, names, {length: 1}, vendors, recall, jitter, macs, again, copies)


VMWARE = {'005056': 70, '000c29': 20, 'local': 5, 'vendor': 5}
QEMU_MACS = {'525400': 1}
CLOUD = {'fa163e': 50, '525400': 20, 'local': 20, 'vendor': 10}
MACHINES = {'vendor': 60, '525400': 10, '000c29': 10, 'local': 20}

KNOWN = {
    'esxi1': known(always(simulate.esxi(1.0)), 'VMware ESXi', 60, VMWARE, jitter=200e-6),
    'esxi2': known(always(simulate.esxi(2.0)), 'VMware ESXi', 60, VMWARE, jitter=200e-6),
    'esxi2ref': known(always(esxi_reference), 'VMware ESXi', 60, VMWARE, jitter=200e-6),
    'qemu': known(always(simulate.intervals(*simulate.QEMU_DEFAULT)), 'QEMU', 60, QEMU_MACS),
    'qemu-own': known(qemu_own, 'QEMU', 60, QEMU_MACS, IN_A_ROW),
    'qemu-constant': known(qemu_constant, ('QEMU', UNKNOWN), 60, QEMU_MACS, NEVER),
    'qemu-paused': known(always(simulate.qemu_paused), 'QEMU', 60, QEMU_MACS, jitter=0.0),
    'nova': known(always(simulate.intervals(*simulate.QEMU_DEFAULT)), 'QEMU', 60, {'fa163e': 1}, again=(0, 1, 2)),
    'dpdk': known(always(simulate.intervals(*simulate.QEMU_DEFAULT)), ('QEMU', UNKNOWN), 64, QEMU_MACS, NEVER),
    'cloud-hypervisor': known(always(simulate.intervals(.2, .2, .2, .2)), 'Cloud Hypervisor', 60,
                              {'2e8930': 1, 'local': 1}, copies=.3),
    'ovs': known(one_notice, ('Open vSwitch', UNKNOWN), 42, CLOUD, NEVER, macs=(2, 8)),
    'ovn-new': known(always(simulate.intervals(1, 2, 4, 8)), 'OVN', 42, CLOUD),
    'ovn-old': known(always(simulate.intervals(2, 4, 8, 16)), 'OVN', 42, CLOUD),
    'ovn-endless': known(ovn_endless, 'OVN', 42, CLOUD),
    'linux': known(linux, CLIENT, 60, MACHINES, jitter=3e-3),
    'bsd': known(always(simulate.intervals(*[.5] * 19)), CLIENT, 60, MACHINES),
    'uboot': known(always(simulate.intervals(5, 5, 5, 5)), CLIENT, 60, {'vendor': 1}),
    'iou': known(iou, CLIENT, 60, {'aabbcc': 1, 'local': 1}, jitter=0.0),
    'freebsd-loader': known(freebsd_loader, CLIENT, 60, MACHINES),
    'netbsd-loader': known(netbsd_loader, CLIENT, 60, MACHINES),
    'illumos': known(every(5), (CLIENT, UNKNOWN), 60, {'080020': 1, 'vendor': 1}, NEVER),
    'sunos': known(every(3), (CLIENT, UNKNOWN), 60, {'080020': 1}, NEVER),
    'minix': known(always(simulate.intervals(1, 1, 1, 1)), (CLIENT, UNKNOWN), 60, MACHINES, NEVER),
    'sun': known(one_notice, (CLIENT, UNKNOWN), 64, {'080020': 1}, NEVER),
    'ldoms': known(always(back_to_back), (UNKNOWN,), 60, {'vendor': 1}, NEVER, jitter=0.0),
    'os-ken': known(always(simulate.intervals(.3)), (UNKNOWN,), 42, MACHINES, NEVER, macs=(2, 8)),
}


# ── senders ────────────────────────────────────────────────────────────────

class Sender:
    """Who sends, its bursts, and the capture that saw them. What simulate.py calls a machine."""

    def __init__(self, world, name, kind, is_known):
        rng = world.rng
        self.kind, self.is_known, self.names, self.recall = name, is_known, kind.names, kind.recall
        self.announcer, self.schedule, self.may_restart = kind.names[0], '', False
        self.length = weighted(rng, kind.lengths) or rng.choice((43, 50, 52, 56, 61, 72, 100, 128))
        vendor = weighted(rng, kind.vendors)
        self.macs = [world.new_mac_of(vendor) for _ in range(rng.randint(*kind.macs))]
        self.vlan = rng.choice((None, rng.randint(2, 400)))
        self.paths = rng.choice((1, 1, 1, 2))
        self.loss = rng.choice((0, 0, .05, .10))
        self.jitter = rng.choice((0, 50e-6, 1e-3, 10e-3)) if kind.jitter is None else kind.jitter
        self.copied = rng.randint(1, 4) if rng.random() < kind.copies else 0
        self.clocked = rng.random() < .8  # is there other traffic, which tells the capture's bounds?
        self.rounds, self.again = kind.draw(rng), kind.again
        self.host = simulate.Host(rng)
        self.bursts, self.outside = [], {}  # outside: burst → numbers of rounds before, after
        self.gaps = {}  # burst → its longest interval, rounds outside the capture included
        self.begin = self.end = 0.0  # of the capture


def weighted(rng, choices):
    return rng.choices(list(choices), list(choices.values()))[0]


class World(simulate.Simulation):
    """So many strangers and so many known senders, each kind in turn."""

    def __init__(self, seed=1, senders=660):
        # no super().__init__(): only what is seen, written and counted is shared
        self.rng = random.Random(f'{seed}/open world')
        self.seed, self.loss, self.mix, self.late, self.paths = seed, 0, 'open world', 0, 2
        self.used_macs, self.runs, self.all_frames = set(), [], []
        self.redrawn = collections.Counter()  # (kind, row that fits)
        self.senders = []
        for kinds, is_known in ((STRANGERS, False), (KNOWN, True)):
            names = list(kinds)
            for k in range(senders):
                name = names[k % len(names)]
                self.senders.append(self.draw_sender(name, kinds[name], is_known))
        for sender in self.senders:
            for burst in sender.bursts:
                self.runs.append(burst)
                for notice in burst.seen():
                    self.write_down(sender, notice)
        self.arrange()

    def new_mac_of(self, vendor):
        if vendor == 'vendor':
            return self.new_mac(self.rng.choice(OTHER_VENDORS))
        if vendor == 'local':
            return self.new_mac(f'{self.rng.randrange(64) << 2 | 2:02x}{self.rng.randrange(65536):04x}')
        return self.new_mac(vendor)

    def draw_sender(self, name, kind, is_known):
        while True:
            sender = Sender(self, name, kind, is_known)
            self.live_through(sender)
            row = None if is_known else who_fits(sender)
            if row is None and any(burst.seen() for burst in sender.bursts):
                return sender
            self.redrawn[name, row or 'all lost'] += 1

    def live_through(self, sender):
        """Plan the bursts, then begin and end the capture, then lose rounds."""
        rng, plans = self.rng, []
        time = rng.uniform(0, 6 * 3600)
        for _ in range(rng.randint(1, 4)):
            for again in sender.again:
                plans.append(list(sender.rounds(sender.host, time + again, rng)))
            times = [when for _, when in plans[-1]]
            longest = max((b - a for a, b in zip(times, times[1:])), default=0)
            time = times[-1] + log_uniform(rng, max(65, 6 * longest), 7200)
        self.bound(sender, plans)
        for mac in sender.macs:
            later = rng.uniform(0, 300e-6) if len(sender.macs) > 1 else 0
            for plan in plans:
                self.send(sender, mac, [(index, when + later) for index, when in plan])

    def bound(self, sender, plans):
        """The capture's bounds: in other traffic, or within the first or last burst."""
        rng, first, last = self.rng, plans[0], plans[-1]
        cut = rng.choices(('none', 'begin', 'end'), (70, 15, 15))[0]
        sender.begin = first[0][1] - log_uniform(rng, .5, 3600)
        sender.end = last[-1][1] + log_uniform(rng, .5, 3600)
        if cut == 'begin' and len(first) >= 4:
            k = rng.randint(1, min(3, len(first) - 3))
            sender.begin = rng.uniform(first[k - 1][1], first[k][1])
        if cut == 'end' and len(last) >= 4:
            k = rng.randint(2, len(last) - 1)
            sender.end = rng.uniform(last[k - 1][1], last[k][1])

    def send(self, sender, mac, plan):
        """One burst: jitter, what the capture saw of it, losses."""
        rng, burst = self.rng, simulate.Burst(sender, mac)
        planned = [when for _, when in plan]
        shortest = min((b - a for a, b in zip(planned, planned[1:])), default=1)
        jitter = min(sender.jitter, shortest / 8)
        sent = [simulate.Notice(burst, index, when + rng.gauss(0, jitter) if jitter else when)
                for index, when in plan]
        sent.sort(key=lambda notice: notice.time)
        burst.notices = [notice for notice in sent if sender.begin <= notice.time <= sender.end]
        if not burst.notices:
            return
        for notice in burst.notices:
            notice.lost = rng.random() < sender.loss
        sender.outside[burst] = (sum(notice.time < sender.begin for notice in sent),
                                 sum(notice.time > sender.end for notice in sent))
        sender.gaps[burst] = max((b - a for a, b in zip(planned, planned[1:])), default=0)
        sender.bursts.append(burst)

    def write_down(self, sender, notice):
        """The sightings of a notice: on each path, and copies of it on the first one."""
        rng = self.rng
        order = rng.sample(range(sender.paths), sender.paths)
        places = [(notice.time + k * rng.uniform(2e-6, 50e-6), path) for k, path in enumerate(order)]
        time = notice.time
        for _ in range(sender.copied):
            time += log_uniform(rng, 10e-6, 500e-6)
            places.append((time, order[0]))
        self.all_frames += [simulate.Frame(round(when * 1e9), notice, path, sender.vlan)
                            for when, path in places]
        if sender.kind == 'sun':
            self.all_frames.append(simulate.Frame(round(notice.time * 1e9) + 196_000, notice, 0,
                                                  sender.vlan, True))

    # ── files ──────────────────────────────────────────────────────────────

    def write_captures(self, path):
        """The frames as text, one capture a sender."""
        frames = collections.defaultdict(list)
        for number, frame in enumerate(self.all_frames, 1):
            frames[frame.notice.burst.machine].append((number, frame))
        with open(path, 'w', encoding='ascii') as file:
            for k, sender in enumerate(self.senders):
                file.write('capture\n' if k else '')
                lines = [self.frame_line(number, frame) for number, frame in frames[sender]]
                if sender.clocked:
                    lines.insert(0, f'clock {simulate.EPOCH + round(sender.begin * 1e9)}\n')
                    lines.append(f'clock {simulate.EPOCH + round(sender.end * 1e9)}\n')
                file.writelines(lines)


def who_fits(sender):
    """The known row that a stranger could be, by rule 6 of rows.py."""
    for burst in sender.bursts:
        for notices in (burst.notices, burst.seen()):
            row = notices and rows.who_fits_burst(burst.mac, sender.length,
                                                  [notice.time for notice in notices], sender.copied + 1)
            if row:
                return row
    return None
