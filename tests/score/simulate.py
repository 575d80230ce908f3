#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Simulated RARP announcements with known truth.

    simulate.py --seed 1 --loss 5 --frames 100000 OUT
    simulate.py --seed 1 --loss 5 --macs 200 OUT

writes OUT.pcapng (nanoseconds, interfaces), OUT.frames (the same frames as
text, for the scorer that links the engine alone) and OUT.truth. The same
options and seed give the same three files, byte for byte.

Time line of one machine (its MACs announce together):

    burst ── silence ── burst ─┬─ silence ── burst …
                               └ restart: the burst is cut and starts anew

What announcers send is in SCHEDULES below. ESXi ticks lie on the host's timer
grid (a phase and a slow drift of its own); only tick 0 is sent at once.

Truth file, tab separated, one line a frame in file order:

    frame  notice  burst  prev  missing  start  index  announcer  schedule  mac  time_ns

  frame      number in the capture, from 1; 0: a notice that was lost (printed for
             the reader and for explanations, placed by its time)
  notice     number of the notice; sightings of one notice share it
  burst      number of the true burst; 0: not to be scored (a RARP reply)
  prev       previous link: the first frame, in file order, of the previous SEEN
             round of the same true burst, on every sighting; 0: there is none
  missing    rounds lost between that round and this one (0 at a start: what was
             lost before a burst's first seen round leaves no trace to count)
  start      1 on the first frame of a burst's first seen round, else 0
  index      the round's place in its schedule, from 0; ESXi bursts restarted without
             the immediate frame begin at 1
  announcer, schedule   as the fields of the same name print them; announcer
             "any" where one frame alone cannot say
"""
import argparse
import math
import random
import struct

ESXI_TICKS = (0, 1, 2, 3, 5, 8, 13, 21, 34, 55)
EPOCH = 1_600_000_000 * 10**9  # ns: an arbitrary begin of the capture
BROADCAST = b'\xff' * 6


class Host:
    """Where machines run: a clock that is off by some ppm and two timer grids."""

    def __init__(self, rng):
        self.drift = rng.uniform(-20e-6, 60e-6)  # captures: up to 45 us/s, mostly late
        self.phase = {1.0: rng.random(), 2.0: 2 * rng.random()}

    def grid(self, period, time):
        """Number of the last grid point at or before time."""
        return math.floor((time - self.phase[period]) / (period * (1 + self.drift)))

    def tick(self, period, number):
        return self.phase[period] + number * period * (1 + self.drift)


def esxi(period):
    """Tick 0 at once, the others on the host's grid: 0 < first interval <= period."""
    def rounds(host, start, rng, immediate=True):
        base = host.grid(period, start)
        for index, tick in enumerate(ESXI_TICKS):
            if index:
                yield index, host.tick(period, base + tick)
            elif immediate:
                yield 0, start
    return rounds


def offsets(*seconds):
    """Rounds at fixed distances from the start, by the host's clock."""
    def rounds(host, start, rng):
        for index, offset in enumerate(seconds):
            yield index, start + offset * (1 + host.drift)
    return rounds


def intervals(*seconds):
    total, places = 0.0, [0.0]
    for interval in seconds:
        total += interval
        places.append(total)
    return offsets(*places)


def qemu_delays(initial, step, maximum, count):
    return [min(initial + k * step, maximum) for k in range(count - 1)]


QEMU_DEFAULT = qemu_delays(0.050, 0.100, 0.550, 5)


def qemu_user(host, start, rng):
    """User-set parameters, drawn among round values."""
    initial = rng.choice((0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0))
    step = rng.choice((0.0, 0.05, 0.1, 0.2, 0.5, 1.0))
    maximum = rng.choice((0.55, 1.0, 2.0, 5.0))
    count = rng.choice((3, 5, 8, 10, 15, 20))
    return intervals(*qemu_delays(initial, step, max(initial, maximum), count))(host, start, rng)


def qemu_paused(host, start, rng):
    """Rounds that fell due while the machine was paused leave all at once when it continues."""
    resume = start + rng.choice((0.02, 0.12, 0.4, 3.0))
    for index, time in intervals(*QEMU_DEFAULT)(host, start, rng):
        resume += rng.uniform(7e-6, 90e-6)
        yield index, max(time, resume)


def ovn_endless(host, start, rng):
    """garp-max-timeout-sec: doubling up to the maximum, then on and on (here for 20 to 60 rounds)."""
    maximum = rng.choice((8, 16, 30, 60))
    return intervals(*(min(2**k, maximum) for k in range(rng.randint(20, 60))))(host, start, rng)


def linux_client(host, start, rng):
    """ipconfig: a first gap of 2 to 3 s, then each times 7/4, at most 30 s."""
    gaps, gap = [], rng.uniform(2, 3)
    for _ in range(rng.randint(1, 5)):
        gaps.append(gap)
        gap = min(gap * 7 / 4, 30)
    return intervals(*gaps)(host, start, rng)


def single(host, start, rng):
    yield 0, start


# kind: rounds, announcer, schedule as printed, length, octets of the MAC's vendor, may be cut by a restart
SCHEDULES = {
    'esxi1': (esxi(1.0), 'VMware ESXi', 'Fibonacci × 1 s', 60, '005056', True),
    'esxi2': (esxi(2.0), 'VMware ESXi', 'Fibonacci × 2 s', 60, '005056', True),
    'esxi2ref': (intervals(2, 4, 6, 10, 16), 'VMware ESXi', 'Fibonacci × 2 s', 60, '005056', True),
    'qemu': (intervals(*QEMU_DEFAULT), 'QEMU', '50 ms + 100 ms', 60, '525400', True),
    'qemu-user': (qemu_user, 'QEMU', 'user-set', 60, '525400', True),
    'qemu-paused': (qemu_paused, 'QEMU', '50 ms + 100 ms', 60, '525400', False),
    'cloud-hypervisor': (intervals(0.2, 0.2, 0.2, 0.2), 'Cloud Hypervisor', 'constant 200 ms', 60,
                         '2e8930', False),
    'ovn-new': (intervals(1, 2, 4, 8), 'OVN', 'doubling from 1 s', 42, 'fa163e', False),
    'ovn-old': (intervals(2, 4, 8, 16), 'OVN', 'doubling from 2 s', 42, 'fa163e', False),
    'ovn-endless': (ovn_endless, 'OVN', 'doubling from 1 s', 42, 'fa163e', False),
    'ovs': (single, 'Open vSwitch', 'single', 42, '525400', False),
    'guest': (single, 'any', 'single', 60, '000c29', False),
    'linux': (linux_client, 'RARP client', '× 7/4', 60, '001b21', False),
    'bsd': (intervals(*[0.5] * 19), 'RARP client', 'constant 500 ms', 60, '0800de', False),
    'uboot': (intervals(5, 5, 5, 5), 'RARP client', 'constant 5 s', 60, '000476', False),
    'iou': (intervals(*[2] * 6, 38, *[15] * 5), 'RARP client', 'constant 2 s', 60, 'aabbcc', False),
    'sun': (single, 'RARP client', 'single', 64, '080020', False),
}

# Share of machines of each kind, and what differs from DEFAULTS.
MIXES = {
    # the mix of the acceptance figures
    'standard': {'kinds': {'esxi1': 20, 'esxi2': 4, 'esxi2ref': 4, 'qemu': 12, 'ovn-new': 20,
                           'ovn-old': 20, 'ovs': 4, 'guest': 10}},
    'esxi': {'kinds': {'esxi1': 3, 'esxi2': 1, 'esxi2ref': 1}},
    'qemu': {'kinds': {'qemu': 1}},
    # open families, clients
    'families': {'kinds': {kind: 1 for kind in SCHEDULES if kind != 'qemu-paused'}},
    'clients': {'kinds': {'linux': 1, 'bsd': 1, 'uboot': 1, 'iou': 1, 'sun': 1}},
    # the standard mix as two ports of a switch see it, one of them written late; tenants
    'paths': {'paths': 2, 'late': 0.150, 'tenants': 0.1, 'strip': 0.25, 'loss_unit': 'frame'},
    'paused': {'kinds': {'qemu-paused': 1}},
    'interleaved': {'kinds': {'esxi1': 1, 'qemu': 1}, 'interleave': 0.3},
}
MIXES['paths']['kinds'] = MIXES['standard']['kinds']

DEFAULTS = {
    'cut': 0.25,        # share of ESXi and QEMU bursts cut by a restart (a restarted one, too)
    'cut_by': 'time',   # the restart's moment is uniform over the burst's time or over its rounds
    'absent': 1 / 3,    # share of ESXi restarts without the immediate frame
    'loss_unit': 'round',  # lost is a round with all its sightings, or each sighting for itself
    'loss_head': 0.0,   # share of bursts that lose their first 1 to 3 rounds
    'loss_tail': 0.0,   # share of bursts that lose their last 1 to 3 rounds
    'jitter': 300e-6,   # s: standard deviation of each notice's time
    'copies': 0.30,     # share of notices seen again, on the same or another interface
    'strip': 0.10,      # share of machines in a VLAN whose second interface shows no tag
    'paths': 1,         # interfaces on which every notice is seen
    'late': 0.0,        # s: the second interface is written in blocks of that length
    'tenants': 0.0,     # share of machines that use the MACs of another one, in another VLAN
    'interleave': 0.0,  # share of bursts joined by a second run on the same MAC
    'nova': 0.0,        # share of QEMU bursts announced three times, 1 s apart
    'short_silence': 0.02,     # share of the silences between a MAC's bursts that are short
    'silence': (65.0, 7200.0),  # s: the others, log-uniform, from one burst's end to the next
    'short': (5.0, 60.0),       # s: short ones, log-uniform (a second event soon after)
    'bursts': (3, 8),   # events a machine lives through
    'hosts': 24,
    'duration': 6 * 3600.0,  # s: machines' first bursts begin within it
}


class Notice:
    __slots__ = ('number', 'burst', 'index', 'time', 'frames', 'lost')

    def __init__(self, burst, index, time):
        self.burst, self.index, self.time = burst, index, time
        self.number, self.frames, self.lost = 0, [], False


class Burst:
    """One run of the schedule on one MAC. how: how it came about; a restart has its time (s) and
    the burst that it cut, which may have had no notice yet."""
    __slots__ = ('number', 'machine', 'mac', 'notices', 'how', 'restart_time', 'cuts')

    def __init__(self, machine, mac):
        self.machine, self.mac = machine, mac
        self.how, self.restart_time, self.cuts = 'begun', None, None
        self.number, self.notices = 0, []

    def seen(self):
        return [notice for notice in self.notices if not notice.lost]


class Machine:
    """A virtual machine: its kind, its NICs' MACs, where it is seen."""

    def __init__(self, simulation):
        rng, self.simulation = simulation.rng, simulation
        self.kind = simulation.draw_kind()
        (self.rounds, self.announcer, self.schedule, self.length, vendor,
         self.may_restart) = SCHEDULES[self.kind]
        nics = rng.choices((1, 2, 3, 4), (70, 20, 6, 4))[0]
        if self.kind == 'ovs':  # a bond announces every MAC that it has learned
            nics = rng.randint(2, 8)
        self.macs = [simulation.new_mac(vendor) for _ in range(nics)]
        self.vlan = rng.choice((None, rng.randint(2, 400)))
        self.strip = self.vlan is not None and rng.random() < simulation.strip
        if simulation.machines and rng.random() < simulation.tenants:
            landlord = rng.choice(simulation.machines)
            self.macs = landlord.macs
            landlord.vlan = landlord.vlan or rng.randint(2, 400)
            self.vlan = simulation.new_tenant_vlan()
            self.strip = landlord.strip = False


class Frame:
    __slots__ = ('time', 'written', 'notice', 'interface', 'vlan', 'reply')

    def __init__(self, time, notice, interface, vlan, reply=False):
        self.time, self.written, self.notice = time, time, notice
        self.interface, self.vlan, self.reply = interface, vlan, reply


class Simulation:
    """One capture: frames in file order, bursts with their notices (lost ones, too). It has
    about so many frames, or at least so many MACs."""

    def __init__(self, seed=1, loss=0.0, mix='standard', frames=100_000, macs=None, **options):
        settings = {**DEFAULTS, **MIXES[mix], **options}
        self.kinds = settings.pop('kinds')
        for name, value in settings.items():
            if name not in DEFAULTS:
                raise TypeError(f'no option {name}')
            setattr(self, name, value)
        self.loss, self.seed, self.mix = loss, seed, mix
        self.rng = random.Random(f'{seed}/{loss}/{mix}')
        self.used_macs, self.tenant_vlan = set(), 400
        self.machines, self.runs, self.all_frames = [], [], []
        self.host_list = [Host(self.rng) for _ in range(self.hosts)]
        while not self.is_full(frames, macs):
            machine = Machine(self)
            self.machines.append(machine)
            self.live(machine)
        self.arrange()

    def is_full(self, frames, macs):
        return len(self.used_macs) >= macs if macs else len(self.all_frames) >= frames

    # ── who ────────────────────────────────────────────────────────────────

    def draw_kind(self):
        return self.rng.choices(list(self.kinds), list(self.kinds.values()))[0]

    def new_mac(self, vendor):
        while True:
            mac = bytes.fromhex(vendor) + self.rng.randbytes(3)
            if mac not in self.used_macs:
                self.used_macs.add(mac)
                return mac

    def new_tenant_vlan(self):
        self.tenant_vlan = 401 + (self.tenant_vlan - 400) % 3600
        return self.tenant_vlan

    # ── when ───────────────────────────────────────────────────────────────

    def log_uniform(self, low, high):
        return low * (high / low) ** self.rng.random()

    def draw_silence(self):
        short = self.rng.random() < self.short_silence
        return self.log_uniform(*(self.short if short else self.silence))

    def live(self, machine):
        """All events of one machine; each may run on another host (it was moved)."""
        rng = self.rng
        time = rng.uniform(0, self.duration)
        for _ in range(rng.randint(*self.bursts)):
            host = rng.choice(self.host_list)
            end = self.announce(machine, host, time)
            if rng.random() < self.interleave:
                other = rng.choice(self.host_list)
                end = max(end, self.announce(machine, other, time + rng.uniform(0, end - time)))
            if machine.kind == 'qemu' and rng.random() < self.nova:
                for again in (1, 2):
                    end = self.announce(machine, host, time + again)
            time = end + self.draw_silence()

    def announce(self, machine, host, start):
        """One event: a run of the schedule, perhaps cut by a restart, and again. Returns its end."""
        immediate, cut_bursts, how = True, None, 'begun'
        while True:
            plan = self.plan(machine, host, start, immediate)
            cut = self.draw_cut(machine, plan)
            sent = [step for step in plan if cut is None or step[1] < cut]
            bursts = self.run(machine, sent)
            for k, burst in enumerate(bursts if cut_bursts else ()):
                burst.how, burst.restart_time, burst.cuts = how, start, cut_bursts[k]
            if cut is None:
                return plan[-1][1]
            immediate = self.draw_immediate(machine, host, start, cut)
            how = 'restarted' if immediate else 'restarted without immediate frame'
            cut_bursts, start = bursts, cut

    def plan(self, machine, host, start, immediate):
        if immediate:
            return list(machine.rounds(host, start, self.rng))
        return list(machine.rounds(host, start, self.rng, immediate=False))

    def draw_cut(self, machine, plan):
        if not machine.may_restart or self.rng.random() >= self.cut:
            return None
        if self.cut_by == 'time':
            return self.rng.uniform(plan[0][1], plan[-1][1])
        k = self.rng.randrange(len(plan) - 1)
        return self.rng.uniform(plan[k][1], plan[k + 1][1])

    def draw_immediate(self, machine, host, start, cut):
        """Is the restart's immediate frame sent? A restart without it, and before the next tick
        of the grid, would change nothing on the wire: that is no restart, so it is sent then."""
        period = {'esxi1': 1.0, 'esxi2': 2.0}.get(machine.kind)
        if period is None or host.grid(period, start) == host.grid(period, cut):
            return True
        return self.rng.random() >= self.absent

    # ── what is seen ───────────────────────────────────────────────────────

    def run(self, machine, plan):
        """The plan on each of the machine's MACs, some microseconds apart. Returns their bursts."""
        jitter, bursts = 0 if machine.kind == 'qemu-paused' else self.jitter, []
        for nic, mac in enumerate(machine.macs):
            later = nic * self.rng.uniform(5e-6, 40e-6)
            times = sorted(time + later + self.rng.gauss(0, jitter) for _, time in plan)
            burst = Burst(machine, mac)
            burst.notices = [Notice(burst, index, time) for (index, _), time in zip(plan, times)]
            self.lose(burst)
            bursts.append(burst)
        self.runs += bursts
        return bursts

    def lose(self, burst):
        rng, notices = self.rng, burst.notices
        if self.loss_head and rng.random() < self.loss_head:
            for notice in notices[:rng.randint(1, 3)]:
                notice.lost = True
        if self.loss_tail and rng.random() < self.loss_tail:
            for notice in notices[-rng.randint(1, 3):]:
                notice.lost = True
        for notice in notices:
            if self.loss_unit == 'round' and rng.random() < self.loss:
                notice.lost = True
            if not notice.lost:
                self.see(notice)

    def see(self, notice):
        """Write down a notice's sightings."""
        rng, machine = self.rng, notice.burst.machine
        places = [(notice.time, 0)]
        if self.paths > 1:
            order = rng.sample(range(self.paths), self.paths)
            places = [(notice.time + k * rng.uniform(2e-6, 50e-6), interface)
                      for k, interface in enumerate(order)]
        if rng.random() < self.copies:
            for _ in range(rng.choices((1, 2, 3), (70, 20, 10))[0]):
                places.append((notice.time + self.draw_distance(), rng.randrange(2)))
        for time, interface in places:
            if self.loss_unit == 'frame' and rng.random() < self.loss:
                continue
            vlan = None if machine.strip and interface else machine.vlan
            frame = Frame(round(time * 1e9), notice, interface, vlan)
            self.all_frames.append(frame)
            notice.frames.append(frame)
        notice.lost = not notice.frames
        if machine.kind == 'sun' and not notice.lost:
            self.all_frames.append(Frame(round(notice.time * 1e9) + 196_000, notice, 0,
                                         machine.vlan, True))

    def draw_distance(self):
        """Copies: mostly the same microsecond or a few more, up to 0.5 ms (dup-ovs-host…)."""
        low, high = self.rng.choices(((0, 1e-6), (1e-6, 35e-6), (35e-6, 500e-6)), (40, 40, 20))[0]
        return self.rng.uniform(low, high)

    # ── file order, truth ──────────────────────────────────────────────────

    def arrange(self):
        block = round(self.late * 1e9)
        for frame in self.all_frames:
            if block and frame.interface:
                frame.written = (frame.time // block + 1) * block
        self.all_frames.sort(key=lambda frame: (frame.written, frame.time))
        self.runs.sort(key=lambda burst: burst.notices[0].time)
        for notice in (notice for burst in self.runs for notice in burst.notices):
            notice.frames = []
        for number, frame in enumerate(self.all_frames, 1):
            if not frame.reply:
                frame.notice.frames.append(number)
        count = 0
        for number, burst in enumerate(self.runs, 1):
            burst.number = number
            for notice in burst.notices:
                count += 1
                notice.number = count

    def truth(self):
        """Lines of the truth file, as tuples."""
        links, lines = {}, []
        for burst in self.runs:
            previous = None
            for notice in burst.notices:
                place = (notice.number, burst.number, burst.machine, burst.mac, notice)
                if notice.lost:
                    time = round(notice.time * 1e9)
                    lines.append(((time, 0), (0, 0, 0), place, time))
                    continue
                links[notice] = (0, 0) if previous is None else (
                    previous.frames[0], notice.index - previous.index - 1)
                previous = notice
        for number, frame in enumerate(self.all_frames, 1):
            notice = frame.notice
            prev, missing = links[notice]
            start = prev == 0 and notice.frames[0] == number
            place = (notice.number, 0 if frame.reply else notice.burst.number,
                     notice.burst.machine, notice.burst.mac, notice)
            lines.append(((frame.written, number), (prev, missing, start), place, frame.time))
        lines.sort(key=lambda line: line[0])
        for (_, number), (prev, missing, start), place, time in lines:
            notice_number, burst, machine, mac, notice = place
            yield (number, notice_number, burst, prev, missing, int(start), notice.index,
                   machine.announcer, machine.schedule, mac.hex(':'), EPOCH + time)

    def write_truth(self, path):
        with open(path, 'w', encoding='utf-8') as file:
            file.write('# frame notice burst prev missing start index announcer schedule mac '
                       f'time_ns; seed {self.seed}, loss {self.loss}, mix {self.mix}\n')
            for line in self.truth():
                file.write('\t'.join(map(str, line)) + '\n')

    # ── frames ─────────────────────────────────────────────────────────────

    def addresses(self, frame):
        """Ethernet destination and source, opcode, sender and target hardware address,
        sender and target protocol address."""
        mac, kind = frame.notice.burst.mac, frame.notice.burst.machine.kind
        if frame.reply:
            server = b'\x08\x00\x20\x00\x00\x01'
            return mac, server, 4, server, mac, 0x0A000001, 0x0A000002
        return BROADCAST, mac, 3, mac, mac, 0, 0xFFFFFFFF if kind == 'uboot' else 0

    def octets(self, frame):
        dst, src, opcode, sha, tha, spa, tpa = self.addresses(frame)
        tag = b'' if frame.vlan is None else struct.pack('>HH', 0x8100, frame.vlan)
        head = dst + src + tag + b'\x80\x35'
        body = struct.pack('>HHBBH6sI6sI', 1, 0x0800, 6, 4, opcode, sha, spa, tha, tpa)
        return head + body + bytes(self.length(frame) - 42)

    @staticmethod
    def length(frame):
        return frame.notice.burst.machine.length

    def write_frames(self, path):
        """One frame a line: number, ns, Ethernet destination and source, opcode, sha, tha, spa,
        tpa, untagged length, interface, VLAN or -. All padding is zero."""
        with open(path, 'w', encoding='ascii') as file:
            for number, frame in enumerate(self.all_frames, 1):
                file.write(self.frame_line(number, frame))

    def frame_line(self, number, frame):
        dst, src, opcode, sha, tha, spa, tpa = self.addresses(frame)
        vlan = '-' if frame.vlan is None else frame.vlan
        return (f'{number} {EPOCH + frame.time} {dst.hex()} {src.hex()} {opcode} '
                f'{sha.hex()} {tha.hex()} {spa} {tpa} {self.length(frame)} '
                f'{frame.interface} {vlan}\n')

    def write_pcapng(self, path):
        interfaces = max(2, self.paths)
        with open(path, 'wb') as file:
            file.write(block(0x0A0D0D0A, struct.pack('<IHHq', 0x1A2B3C4D, 1, 0, -1)))
            for k in range(interfaces):
                name = f'port{k}'.encode()
                body = struct.pack('<HHI', 1, 0, 0)
                body += struct.pack('<HH', 2, len(name)) + pad(name)
                body += struct.pack('<HHB3x', 9, 1, 9) + bytes(4)
                file.write(block(1, body))
            for frame in self.all_frames:
                data, time = self.octets(frame), EPOCH + frame.time
                file.write(block(6, struct.pack('<IIIII', frame.interface, time >> 32,
                                                time & 0xFFFFFFFF, len(data), len(data)) + pad(data)))


def pad(data):
    return data + bytes(-len(data) % 4)


def block(kind, body):
    length = struct.pack('<I', len(body) + 12)
    return struct.pack('<I', kind) + length + body + length


def add_options(parser):
    """The ingredients as command-line options; None: as the mix has it."""
    parser.add_argument('--mix', choices=MIXES, default='standard', help='what announces')
    parser.add_argument('--frames', type=int, default=100_000, help='stop after about that many')
    parser.add_argument('--macs', type=int, help='instead: stop after about so many MACs')
    parser.add_argument('--kinds', help='instead of the mix\'s: kind=weight,… of ' + ' '.join(SCHEDULES))
    for name, value in DEFAULTS.items():
        option = '--' + name.replace('_', '-')
        if isinstance(value, tuple):
            parser.add_argument(option, type=type(value[0]), nargs=2, metavar=('LOW', 'HIGH'))
        else:
            parser.add_argument(option, type=type(value))


def chosen_options(args):
    options = {name: getattr(args, name) for name in DEFAULTS if getattr(args, name) is not None}
    if args.kinds:
        pairs = (part.partition('=') for part in args.kinds.split(','))
        options['kinds'] = {kind: float(weight or 1) for kind, _, weight in pairs}
        for kind in options['kinds']:
            if kind not in SCHEDULES:
                raise SystemExit(f'no kind {kind}')
    return options


def main():
    parser = argparse.ArgumentParser(description='Write OUT.pcapng, OUT.frames and OUT.truth.')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--loss', type=float, default=0.0, help='percent of the rounds that are lost')
    parser.add_argument('out')
    add_options(parser)
    args = parser.parse_args()
    simulation = Simulation(args.seed, args.loss / 100, args.mix, args.frames, args.macs,
                            **chosen_options(args))
    simulation.write_pcapng(args.out + '.pcapng')
    simulation.write_frames(args.out + '.frames')
    simulation.write_truth(args.out + '.truth')
    print(f'{len(simulation.all_frames)} frames, {len(simulation.runs)} bursts, '
          f'{len(simulation.used_macs)} MACs')


if __name__ == '__main__':
    main()
