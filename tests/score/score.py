#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Count what the engine, the plugin and two simple ways get right on simulated announcements.

    score.py --engine build/tests/score/score                       # the table
    score.py --engine build/tests/score/score --seed 7 --loss 5 --wrong 20   # why it errs

README.md says what each figure means.
"""
import argparse
import collections
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import simulate  # noqa: E402

NS = 10**9
COPY, GAP = NS // 1000, 60 * NS  # the threshold's two constants

# What somebody answers about one frame. burst 0: not answered.
Answer = collections.namedtuple('Answer', 'burst prev round sighting missing announcer schedule',
                                defaults=(0, 1, 0, '', ''))
NO_ANSWER = Answer(0, 0)


def begins(answer):
    return answer.burst > 0 and answer.prev == 0 and answer.sighting == 1


# ── contenders: each returns {frame number: Answer} ────────────────────────

def threshold(simulation):
    """A gap of more than 60 s begins a burst, less than 1 ms is a copy; nothing is ever missing."""
    answers, last, bursts = {}, {}, 0
    for number, frame in enumerate(simulation.all_frames, 1):
        if frame.reply:
            continue
        mac = frame.notice.burst.mac
        time, burst, first, prev, rounds, sighting = last.get(mac, (None, 0, 0, 0, 0, 0))
        if time is None or frame.time - time > GAP:
            bursts += 1
            burst, first, prev, rounds, sighting = bursts, number, 0, 1, 1
        elif abs(frame.time - time) < COPY:
            sighting += 1
        else:
            first, prev, rounds, sighting = number, first, rounds + 1, 1
        last[mac] = (frame.time, burst, first, prev, rounds, sighting)
        answers[number] = Answer(burst, prev, rounds, sighting)
    return answers


def as_user():
    """Wireshark ignores plugins outside its own folders for root."""
    if os.geteuid() == 0 and shutil.which('setpriv'):
        return ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']
    return []


def tshark_fields(pcapng, fields, options, plugins=None):
    """Rows of tshark -T fields over the capture; first occurrence of each field."""
    with tempfile.TemporaryDirectory() as home:
        os.chmod(home, 0o777)
        environment = dict(os.environ, HOME=home, TZ='UTC', LC_ALL='C.UTF-8')
        if plugins:
            environment['WIRESHARK_PLUGIN_DIR'] = plugins
        command = [*as_user(), 'tshark', *options, '-r', pcapng, '-T', 'fields', '-E', 'occurrence=f']
        for field in ('frame.number', *fields):
            command += ['-e', field]
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(f'tshark: {run.stderr.strip()}')
    rows = (line.split('\t') for line in run.stdout.splitlines())
    return [row for row in rows if len(row) == len(fields) + 1]  # a script may print lines of its own


def lua_script(pcapng, script):
    """A Lua script that prints rarpannounce.prev (the frame before, copies included) and .copy."""
    answers, fields = {}, ('rarpannounce.prev', 'rarpannounce.index', 'rarpannounce.copy')
    firsts, prevs, bursts = {}, {}, 0  # by frame: its round's first frame, that round's previous one
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copy(script, folder)
        os.chmod(folder, 0o755)
        os.chmod(copy, 0o644)
        rows = tshark_fields(pcapng, fields, ['-X', f'lua_script:{copy}'])
    for number, prev, index, is_copy in rows:
        if not index:
            continue
        number, prev = int(number), int(prev or 0)
        if is_copy in ('1', 'True') and prev in firsts:
            firsts[number], prevs[number], sighting = firsts[prev], prevs[prev], 2
        else:
            firsts[number], prevs[number], sighting = number, firsts.get(prev, 0), 1
        bursts += prev == 0
        answers[number] = Answer(bursts or 1, prevs[number], 0, sighting)
    return answers


def engine(frames, program):
    """Causal and settled answers of the engine alone."""
    return engine_and_bursts(frames, program)[:2]


def engine_and_bursts(frames, program, *options):
    """Causal and settled answers; with --bursts what is said of each burst, too: a list of pairs,
    its first frame and {name: value}, both text as printed but for the frame."""
    run = subprocess.run([program, *options, frames], capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(f'{program}: {run.stderr.strip()} (status {run.returncode})')
    answers, bursts = {'c': {}, 's': {}}, []
    for line in run.stdout.splitlines():
        kind, number, *rest = line.split('\t')
        if kind == 'b':
            bursts.append((int(number), dict(part.split('=', 1) for part in rest)))
            continue
        *counts, announcer, schedule = rest
        burst, prev, place, sighting, missing = map(int, counts)
        answers[kind][int(number)] = Answer(burst, prev, place, sighting, missing, announcer, schedule)
    return answers['c'], answers['s'], bursts


def plugin(pcapng, two_passes, plugins):
    """The fields that the dissector prints."""
    answers = {}
    fields = ['vmotion_notify.' + name for name in (
        'burst', 'prev', 'round', 'sighting', 'missing', 'announcer', 'schedule')]
    for number, *counts, announcer, schedule in tshark_fields(
            pcapng, fields, ['-2'] if two_passes else [], plugins):
        if counts[0]:
            answers[int(number)] = Answer(*(int(count or 0) for count in counts), announcer, schedule)
    return answers


# ── figures ────────────────────────────────────────────────────────────────

class Figures(collections.Counter):
    """Counts of one contender."""

    @classmethod
    def total(cls, runs):
        figures = cls()
        for run in runs:
            figures.update(run)
        return figures

    def percent(self, part, whole):
        return 100 * self[part] / self[whole] if self[whole] else float('nan')

    @property
    def links(self):
        return self.percent('links', 'frames')

    @property
    def starts(self):
        return self.percent('starts', 'bursts')

    @property
    def false_starts(self):
        return self.percent('false starts', 'bursts')

    @property
    def missing(self):
        return self.percent('missing', 'rounds')

    @property
    def gaps(self):
        return self.percent('gaps', 'all gaps')

    @property
    def announcers(self):
        return self.percent('announcers', 'long bursts')

    @property
    def misnamed(self):
        return self.percent('misnamed', 'named bursts')


class Score:
    """One contender's answers held against the truth."""

    def __init__(self, simulation, answers):
        self.simulation, self.answers = simulation, answers
        self.figures = Figures()
        self.names_announcers = any(answer.announcer for answer in answers.values())
        self.wrong = collections.defaultdict(set)  # burst → {'start', 'false start', 'link', …}
        for burst in simulation.runs:
            if burst.seen():
                self.count_burst(burst)

    def answer(self, number):
        return self.answers.get(number, NO_ANSWER)

    def count_burst(self, burst):
        figures, previous = self.figures, None
        figures['bursts'] += 1
        for notice in burst.seen():
            self.count_notice(burst, notice, previous)
            previous = notice
        self.count_announcer(burst)

    def count_notice(self, burst, notice, previous):
        figures, first = self.figures, notice.frames[0]
        prev = previous.frames[0] if previous else 0
        missing = notice.index - previous.index - 1 if previous else 0
        for number in notice.frames:
            good = self.answer(number).prev == prev and self.answer(number).burst > 0
            started = begins(self.answer(number))
            figures['frames'] += 1
            figures['links'] += good
            if not good:
                self.wrong[burst].add('link')
            if number == first and prev == 0:
                figures['starts'] += started
                if not started:
                    self.wrong[burst].add('start')
            elif started:
                figures['false starts'] += 1
                self.wrong[burst].add('false start')
        right = self.answer(first).missing == missing
        figures['rounds'] += 1
        figures['missing'] += right
        figures['all gaps'] += missing > 0
        figures['gaps'] += right and missing > 0
        if not right:
            self.wrong[burst].add('missing')

    def count_announcer(self, burst):
        """By the answer on the burst's last round. Named: anything but unknown."""
        expected, seen = burst.machine.announcer, burst.seen()
        answer = self.answer(seen[-1].frames[0]).announcer
        right = answer == expected
        if expected == 'any' or not self.names_announcers:
            return
        self.figures['named bursts'] += 1
        self.figures['misnamed'] += not right and answer not in ('', 'unknown')
        if len(seen) >= 3 or burst.machine.rounds is simulate.single:
            self.figures['long bursts'] += 1
            self.figures['announcers'] += right
            if not right:
                self.wrong[burst].add('announcer')


HEAD = (f'{"":22}{"loss":>5}{"frames":>9}{"bursts":>8}{"links":>9}{"starts":>9}{"false":>8}'
        f'{"missing":>9}{"gaps":>8}{"announcer":>11}{"misnamed":>10}')


def table_row(name, loss, figures):
    named = (f'{figures.announcers:11.2f}{figures.misnamed:10.2f}' if figures['named bursts']
             else f'{"–":>11}{"–":>10}')
    return (f'{name:22}{loss:4g}%{figures["frames"]:9}{figures["bursts"]:8}{figures.links:9.3f}'
            f'{figures.starts:9.3f}{figures.false_starts:8.3f}{figures.missing:9.3f}'
            f'{figures.gaps:8.2f}{named}')


# ── explanations ───────────────────────────────────────────────────────────

def tally(score):
    """How often which kind of burst went wrong in which way."""
    counts, totals = collections.Counter(), collections.Counter()
    for burst in score.simulation.runs:
        if burst.seen():
            totals[(burst.machine.kind, burst.how)] += 1
    for burst, ways in score.wrong.items():
        for way in ways:
            counts[(burst.machine.kind, burst.how, way)] += 1
    yield f'{"wrong":>7} {"of":>7}  what'
    for (kind, how, way), count in counts.most_common():
        yield f'{count:7} {totals[(kind, how)]:7}  {way} of {kind}, {how}'


class Explainer:
    """Prints wrong bursts with the rounds around them: truth left, answer right."""

    AROUND = 130.0  # s of the same MAC shown before and after

    def __init__(self, score):
        self.score, self.simulation = score, score.simulation
        self.by_mac = collections.defaultdict(list)
        for burst in self.simulation.runs:
            self.by_mac[burst.mac].append(burst)

    def explain(self, count, ways):
        wrong = [burst for burst in self.simulation.runs if self.score.wrong.get(burst, set()) & ways]
        shown, printed = set(), 0
        for burst in wrong:
            if burst in shown:
                continue
            if printed == count:
                break
            printed += 1
            around = self.neighbours(burst)
            shown.update(around)
            yield ''
            yield f'── {printed} of {len(wrong)}: {self.title(burst)}'
            yield from self.rows(around)
        if not wrong:
            yield 'no wrong burst'

    def title(self, burst):
        ways = ', '.join(sorted(self.score.wrong[burst]))
        return (f'{burst.mac.hex(":")} true burst {burst.number} ({burst.machine.kind}, {burst.how}): '
                f'wrong {ways}')

    def neighbours(self, burst):
        low, high = burst.notices[0].time - self.AROUND, burst.notices[-1].time + self.AROUND
        return [other for other in self.by_mac[burst.mac]
                if other.notices[-1].time >= low and other.notices[0].time <= high
                and other.machine.vlan == burst.machine.vlan]

    def rows(self, bursts):
        yield (f'   {"time":>12}{"gap seen":>12}  {"true burst":<26}{"path":>8}{"frame":>8}{"prev":>8}{"miss":>5}'
               f'   | {"burst":>6}{"round":>6}{"prev":>8}{"miss":>5}  schedule')
        notices = sorted((notice for burst in bursts for notice in burst.notices),
                         key=lambda notice: notice.time)
        zero, last, replay = notices[0].time, None, []
        previous = {}
        for notice in notices:
            yield from self.note_restart(notice, zero)
            if notice.lost:
                yield f'   {notice.time - zero:12.6f}{"":12}  {self.place(notice):<26}{"":8}{"lost":>8}'
            else:
                seen = previous.get(notice.burst)
                yield from self.notice_rows(notice, seen, last, zero)
                previous[notice.burst] = last = notice
                replay.append(round((notice.time - zero) * 1e6))
        yield '   seen at us: ' + ', '.join(map(str, replay))

    @staticmethod
    def note_restart(notice, zero):
        """A line above the first notice of a burst that did not just begin."""
        burst = notice.burst
        if notice is burst.notices[0] and burst.how != 'begun':
            time = f'{burst.restart_time - zero:.6f}'
            yield f'   {time:>12}  -- {burst.how}, cutting b{burst.cuts.number} --'

    @staticmethod
    def place(notice):
        tick = ''
        if notice.burst.machine.kind in ('esxi1', 'esxi2'):
            tick = f' tick {simulate.ESXI_TICKS[notice.index]}'
        return f'b{notice.burst.number} #{notice.index}{tick}'

    def path(self, number):
        """Where a frame was seen: interface/VLAN."""
        frame = self.simulation.all_frames[number - 1]
        return f'{frame.interface}/{"-" if frame.vlan is None else frame.vlan}'

    def notice_rows(self, notice, previous, last, zero):
        """One line a round; one more for each sighting that is answered otherwise."""
        prev = previous.frames[0] if previous else 0
        missing = notice.index - previous.index - 1 if previous else 0
        gap = f'{notice.time - last.time:.6f}' if last else ''
        said = None
        for number in notice.frames:
            answer = self.score.answer(number)
            key = (answer.burst, answer.prev, answer.missing)
            first = number == notice.frames[0]
            if not first and key == said:
                continue
            said = key
            bad = answer.prev != prev or (first and answer.missing != missing) or (
                begins(answer) and not (first and prev == 0))
            place = self.place(notice) if first else '  seen again'
            copies = f'×{len(notice.frames)} ' if first and len(notice.frames) > 1 else ''
            yield (f' {"*" if bad else " "} {notice.time - zero:12.6f}{gap if first else "":>12}  '
                   f'{place:<22}{copies:>4}{self.path(number):>8}{number:>8}{prev or "start":>8}{missing or "":>5}   | '
                   f'{answer.burst:>6}{answer.round:>6}{answer.prev or "start":>8}'
                   f'{answer.missing or "":>5}  {answer.announcer}, {answer.schedule}'
                   f'{"" if first else f", sighting {answer.sighting}"}')


# ── runs ───────────────────────────────────────────────────────────────────

def contenders(simulation, args, folder):
    """Names and answers of everybody who takes part in this run."""
    base = os.path.join(folder, 'capture')
    yield '60 s threshold', threshold(simulation)
    if args.lua or args.plugin or args.plugin_dir:
        simulation.write_pcapng(base + '.pcapng')
        os.chmod(base + '.pcapng', 0o644)
    if args.lua:
        yield 'Lua ' + pathlib.Path(args.lua).stem, lua_script(base + '.pcapng', args.lua)
    if args.engine:
        simulation.write_frames(base + '.frames')
        causal, settled = engine(base + '.frames', args.engine)
        yield 'engine, causal', causal
        yield 'engine, settled', settled
    if args.plugin or args.plugin_dir:
        yield 'plugin, tshark', plugin(base + '.pcapng', False, args.plugin_dir)
        yield 'plugin, tshark -2', plugin(base + '.pcapng', True, args.plugin_dir)


def absent(args):
    """What cannot take part, and why."""
    if args.lua and not os.path.exists(args.lua):
        yield f'no Lua script {args.lua}: left out'
        args.lua = None
    if (args.lua or args.plugin or args.plugin_dir) and not shutil.which('tshark'):
        yield 'tshark is not installed: Lua script and plugin left out'
        args.lua = args.plugin = args.plugin_dir = None
    if not args.lua:
        yield 'no Lua script given (--lua FILE): that baseline is left out'
    if not args.engine:
        yield 'no engine given (--engine PROGRAM): only baselines are scored'


def simulation_of(args, seed, loss):
    return simulate.Simulation(seed, loss / 100, args.mix, args.frames, args.macs,
                               **simulate.chosen_options(args))


def differences(name, one, other):
    """Frames on which two contenders disagree."""
    frames = [number for number in sorted(set(one) | set(other))
              if one.get(number, NO_ANSWER) != other.get(number, NO_ANSWER)]
    yield f'{name}: {len(frames)} of {len(one)} frames answered differently'
    for number in frames[:5]:
        yield f'   frame {number}: {tuple(one.get(number, NO_ANSWER))} {tuple(other.get(number, NO_ANSWER))}'


def print_table(args):
    """One table: every contender at every loss, seeds added up. Returns False when the plugin
    and the engine disagree."""
    totals, agree, notes = {}, True, []
    for loss in args.loss:
        for seed in args.seed:
            simulation = simulation_of(args, seed, loss)
            with tempfile.TemporaryDirectory() as folder:
                os.chmod(folder, 0o755)
                results = dict(contenders(simulation, args, folder))
            for name, answers in results.items():
                figures = Score(simulation, answers).figures
                totals.setdefault((name, loss), []).append(figures)
            if 'plugin, tshark -2' in results and 'engine, settled' in results:
                for a, b in (('plugin, tshark', 'engine, causal'), ('plugin, tshark -2', 'engine, settled')):
                    agree = agree and results[a] == results[b]
                    notes += differences(f'{a} and {b}, seed {seed}, loss {loss:g} %', results[a], results[b])
    print(HEAD)
    for name, loss in sorted(totals, key=lambda key: (key[1],)):
        runs = totals[(name, loss)]
        print(table_row(name, loss, Figures.total(runs)))
        if args.each:
            for seed, figures in zip(args.seed, runs):
                print(table_row(f'    seed {seed}', loss, figures))
    for note in notes:
        print(note)
    return agree


def print_wrong(args):
    """The tally of errors and the first wrong bursts of one contender, for each seed and loss."""
    for loss in args.loss:
        for seed in args.seed:
            simulation = simulation_of(args, seed, loss)
            with tempfile.TemporaryDirectory() as folder:
                os.chmod(folder, 0o755)
                results = dict(contenders(simulation, args, folder))
            if args.who not in results:
                raise SystemExit(f'{args.who}: not in this run; there are: ' + ', '.join(results))
            score = Score(simulation, results[args.who])
            print(f'seed {seed}, loss {loss:g} %, {args.who}')
            print(HEAD)
            print(table_row(args.who, loss, score.figures))
            print('\n'.join(tally(score)))
            ways = set(args.ways.split(','))
            print('\n'.join(Explainer(score).explain(args.wrong, ways)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--seed', type=int, nargs='+', default=[1, 2, 3])
    parser.add_argument('--loss', type=float, nargs='+', help='percent; default 0 5 10 20')
    parser.add_argument('--engine', help='program built from score.c')
    parser.add_argument('--lua', help='Lua script that prints rarpannounce.prev, as a second baseline')
    parser.add_argument('--plugin', action='store_true', help='score the installed plugin, too')
    parser.add_argument('--plugin-dir', help='score the plugin below this folder (X.Y/epan/…)')
    parser.add_argument('--each', action='store_true', help='also a row for each seed')
    parser.add_argument('--wrong', type=int, metavar='N', help='explain the first N wrong bursts')
    parser.add_argument('--who', default='engine, settled', help='whose errors --wrong explains')
    parser.add_argument('--ways', default='start,false start,link,missing',
                        help='which errors: start,false start,link,missing,announcer')
    simulate.add_options(parser)
    parser.set_defaults(frames=40_000)
    args = parser.parse_args()
    if args.loss is None:
        args.loss = [0, 5, 10, 20] if args.wrong is None else [5]
    for note in absent(args):
        print(note)
    if args.wrong is not None:
        print_wrong(args)
        return 0
    return 0 if print_table(args) else 1


if __name__ == '__main__':
    sys.exit(main())
