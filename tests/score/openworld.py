#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Count what is said of senders that no table knows, and of known ones beside them.

    openworld.py --engine build/tests/score/score                # the tables: four seeds
    openworld.py --engine build/tests/score/score --seed 7 --wrong 20   # why it errs

README.md says what each figure means.
"""
import argparse
import collections
import os
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import score  # noqa: E402
import strangers  # noqa: E402

SENDERS = 660     # of each sort, a seed
ROUNDS = 5        # seen ones from which on a known sender must be named
CONFIDENCES = (0.0, 0.90, 0.95, 0.99)
EDGES = 'edges'
CLAIMS = ('missing', 'restart', 'hosts', EDGES)


# ── answers ────────────────────────────────────────────────────────────────

class Said:
    """What is said of one burst. first, last: the true notices of its first and last frame."""

    def __init__(self, values):
        self.text = ', '.join(f'{name}={value}' for name, value in values.items())
        self.number = int(values['burst'])
        self.announcer, self.confidence = values['announcer'], float(values['confidence'])
        self.restart = values['restart'] == '1' or values['state'] == 'cut short by a restart'
        self.hosts = values['several_hosts'] == '1'
        self.before = values['began_before'] == '1'
        self.after = values['may_go_on'] == '1' or values['state'] == 'ends with the capture'
        self.head_missing = int(values.get('head_missing', 0))
        self.first = self.last = None

    @property
    def named(self):
        return self.announcer != strangers.UNKNOWN


class Answers:
    """Settled answers: by frame, and (the engine only) by sender and number of the burst said."""

    def __init__(self, world, frames, bursts):
        self.frames, self.bursts = frames, collections.defaultdict(dict)
        for frame, values in bursts:
            said = Said(values)
            self.bursts[world.all_frames[frame - 1].notice.burst.machine][said.number] = said
        for number, frame in enumerate(world.all_frames, 1):
            said = self.burst_of(frame.notice.burst.machine, number)
            if said and not frame.reply:
                said.first = said.first or frame.notice
                said.last = frame.notice

    def frame(self, number):
        return self.frames.get(number, score.NO_ANSWER)

    def burst_of(self, sender, number):
        return self.bursts[sender].get(self.frame(number).burst)


def engine(world, program):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'captures.frames')
        world.write_captures(path)
        _, settled, bursts = score.engine_and_bursts(path, program, '--bursts')
    return Answers(world, settled, bursts)


def truth(world):
    """What somebody who knows everything says."""
    frames, bursts = {}, []
    for burst in world.runs:
        previous, seen = None, burst.seen()
        for notice in seen:
            prev = previous.frames[0] if previous else 0
            missing = notice.index - previous.index - 1 if previous else 0
            for sighting, number in enumerate(notice.frames, 1):
                frames[number] = score.Answer(burst.number, prev, notice.index + 1, sighting, missing)
            previous = notice
        if seen:
            before, after = burst.machine.outside[burst]
            bursts.append((seen[0].frames[0], {
                'burst': burst.number, 'announcer': burst.machine.announcer, 'confidence': 1,
                'restart': '0', 'several_hosts': '0', 'began_before': str(int(before > 0)),
                'may_go_on': str(int(after > 0)), 'state': 'ended early'}))
    return Answers(world, frames, bursts)


# ── figures ────────────────────────────────────────────────────────────────

class Judge:
    """One contender's answers to one world. wrong: sender → {'named', 'missing', …}."""

    def __init__(self, world, answers):
        self.world, self.answers = world, answers
        self.wrong = collections.defaultdict(set)
        self.named = []  # (is it a known sender?, confidence, right?) of every name given
        self.recalled = collections.defaultdict(collections.Counter)  # kind → of, right
        for sender in world.senders:
            for burst in sender.bursts:
                if burst.seen():
                    self.judge_rounds(sender, burst)
                    self.judge_recall(sender, burst)
            for said in answers.bursts[sender].values():
                self.judge_claims(sender, said)
                self.judge_name(sender, said)

    def judge_rounds(self, sender, burst):
        """Pieces, joined bursts, copies taken for rounds (or the other way), rounds said to be missing."""
        wrong, previous = self.wrong[sender], None
        for notice in burst.seen():
            for number in notice.frames:
                answer, first = self.answers.frame(number), number == notice.frames[0]
                if score.begins(answer) != (first and previous is None):
                    wrong.add('joined' if first and previous is None else 'split')
                if (answer.sighting == 1) != first:
                    wrong.add('copies')
            lost = notice.index - previous.index - 1 if previous else 0
            if self.answers.frame(notice.frames[0]).missing > lost:
                wrong.add('missing')
            previous = notice

    def judge_claims(self, sender, said):
        """No sender of this world restarts or is two hosts. Edges: see README.md."""
        wrong = self.wrong[sender]
        if said.restart:
            wrong.add('restart')
        if said.hosts:
            wrong.add('hosts')
        if said.first is None:
            return
        if said.head_missing > said.first.index:
            wrong.add('missing')
        if sender.clocked and (
                (said.before and self.far_from_edge(said.first, said.first.time - sender.begin, 0)) or
                (said.after and self.far_from_edge(said.last, sender.end - said.last.time, 1))):
            wrong.add(EDGES)

    @staticmethod
    def far_from_edge(notice, distance, side):
        """Is it plain that none of the burst's rounds lies outside the capture?"""
        burst = notice.burst
        sender = burst.machine
        return sender.outside[burst][side] == 0 and distance > max(1, 2 * sender.gaps[burst])

    def judge_name(self, sender, said):
        if not said.named:
            return
        right = said.announcer in sender.names
        self.named.append((sender.is_known, said.confidence, right))
        if not right:
            self.wrong[sender].add('named')

    def judge_recall(self, sender, burst):
        seen = burst.seen()
        rounds = in_a_row(seen) if sender.recall == strangers.IN_A_ROW else len(seen)
        if rounds < ROUNDS or sender.recall == strangers.NEVER or not is_telling(sender, burst):
            return
        said = self.answers.burst_of(sender, seen[-1].frames[0])
        right = said is not None and said.announcer == sender.announcer
        self.recalled[sender.kind].update({'of': 1, 'right': right})
        if not right:
            self.wrong[sender].add('recall')


def in_a_row(seen):
    """The most rounds of a burst that were seen with none lost between them."""
    best = row = 1
    for previous, notice in zip(seen, seen[1:]):
        row = row + 1 if notice.index == previous.index + 1 else 1
        best = max(best, row)
    return best


def is_telling(sender, burst):
    """A burst that lost its head to the capture's begin still has to show three intervals that
    differ; what is left of a schedule with a cap may be a constant interval, as anybody has it.
    And what a paused QEMU sends all at once looks like copies of one notice."""
    times = [notice.time for notice in burst.notices]
    intervals = [after - before for before, after in zip(times, times[1:])]
    apart = sum(interval > strangers.SHORTEST for interval in intervals)
    different = {round(interval, 1) for interval in intervals}
    return apart >= 2 and (sender.outside[burst][0] == 0 or len(different) >= 3)


class Figures:
    """The judges of several worlds together."""

    def __init__(self, judges):
        self.judges = judges
        self.senders = [(judge, sender) for judge in judges for sender in judge.world.senders]

    def share(self, is_known, *ways, kind=None):
        """Percent of the senders that went wrong in one of these ways."""
        chosen = [(judge, sender) for judge, sender in self.senders
                  if sender.is_known == is_known and kind in (None, sender.kind)]
        return percent(sum(bool(judge.wrong[sender] & set(ways)) for judge, sender in chosen), len(chosen))

    def count(self, is_known, kind=None):
        return sum(sender.is_known == is_known and kind in (None, sender.kind) for _, sender in self.senders)

    def redrawn(self, kind=None):
        return sum(count for judge in self.judges for (name, _), count in judge.world.redrawn.items()
                   if kind in (None, name))

    def recall(self, kind=None):
        """Percent of the bursts that must be named, and how many there are."""
        total = collections.Counter()
        for judge in self.judges:
            for name, counts in judge.recalled.items():
                if kind in (None, name):
                    total.update(counts)
        return percent(total['right'], total['of']), total['of']

    def worst_recall(self):
        """The recall of the kind that has the worst one."""
        return min(self.recall(kind)[0] for judge in self.judges for kind in judge.recalled)

    def calibration(self, confidence):
        """Of the names given at that confidence or more: percent right, and how many. As many
        strangers as known senders send."""
        given = [right for judge in self.judges for _, sure, right in judge.named if sure >= confidence]
        return percent(sum(given), len(given)), len(given)


def percent(part, whole):
    return 100 * part / whole if whole else float('nan')


# ── tables ─────────────────────────────────────────────────────────────────

WAYS = (('named', ('named',)), ('claim', CLAIMS), *((claim, (claim,)) for claim in CLAIMS),
        ('split', ('split',)), ('joined', ('joined',)), ('copies', ('copies',)))


def head(title, *columns):
    names = [*columns, *(name for name, _ in WAYS)]
    return f'{title:18}' + ''.join(f'{name:>9}' for name in names)


def shares(figures, is_known, kind=None):
    return ''.join(f'{figures.share(is_known, *ways, kind=kind):9.2f}' for _, ways in WAYS)


def stranger_row(name, figures, kind=None):
    return (f'{name:18}{figures.count(False, kind):9}{figures.redrawn(kind):9}'
            + shares(figures, False, kind))


def known_row(name, figures, kind=None):
    recall, bursts = figures.recall(kind)
    recall = f'{recall:9.2f}' if bursts else f'{"–":>9}'
    return f'{name:18}{figures.count(True, kind):9}{bursts:9}{recall}' + shares(figures, True, kind)


def tables(each, figures):
    """Lines: strangers by kind, known senders by kind, names by confidence. each: (seed, figures)."""
    yield head('strangers', 'senders', 'redrawn')
    for kind in strangers.STRANGERS:
        yield stranger_row(kind, figures, kind)
    for seed, one in each:
        yield stranger_row(f'  seed {seed}', one)
    yield stranger_row('all', figures)
    yield ''
    yield head('known senders', 'senders', 'bursts', 'recall')
    for kind in strangers.KNOWN:
        yield known_row(kind, figures, kind)
    for seed, one in each:
        yield known_row(f'  seed {seed}', one)
    yield known_row('all', figures)
    yield ''
    yield f'{"names given":18}{"bursts":>9}{"right":>9}'
    for confidence in CONFIDENCES:
        right, given = figures.calibration(confidence)
        name = f'at ≥ {100 * confidence:.0f} %' if confidence else 'at all'
        yield f'{name:18}{given:9}{right:9.2f}'


def split_lines(splits):
    """Senders torn, by contenders that name nobody. splits: contender → figures."""
    yield f'{"others":18}{"":9}{"split: strangers":>18}{"known":>9}'
    for name, figures in splits.items():
        yield f'{name:27}{figures.share(False, "split"):18.2f}{figures.share(True, "split"):9.2f}'


# ── explanations ───────────────────────────────────────────────────────────

def tally(judge):
    counts = collections.Counter()
    for sender in judge.world.senders:
        for way in judge.wrong[sender]:
            counts[(sender.is_known, sender.kind, way)] += 1
    yield f'{"wrong":>7}  what'
    for (is_known, kind, way), count in counts.most_common():
        yield f'{count:7}  {way}: {"known" if is_known else "stranger"}, {kind}'


def explain(judge, count, ways):
    wrong = [sender for sender in judge.world.senders if judge.wrong[sender] & ways]
    for k, sender in enumerate(wrong[:count], 1):
        yield ''
        yield (f'── {k} of {len(wrong)}: {"known" if sender.is_known else "stranger"}, {sender.kind}: wrong '
               + ', '.join(sorted(judge.wrong[sender])))
        yield (f'   {sender.length} octets, {sender.paths} path(s), {sender.copied} copies, jitter '
               f'{sender.jitter * 1e6:.0f} µs, loss {100 * sender.loss:g} %, capture '
               + (f'from 0 to {sender.end - sender.begin:.6f} s' if sender.clocked else 'holds RARP only'))
        for burst in sender.bursts:
            yield from explain_burst(judge, sender, burst)
    if not wrong:
        yield 'no wrong sender'


def explain_burst(judge, sender, burst):
    """The rounds, each with the burst that it was said to belong to; then what was said of those."""
    before, after = sender.outside[burst]
    yield (f'   {burst.mac.hex(":")} true burst {burst.number}: {before} rounds before the capture, '
           f'{after} after it')
    last, said = None, {}
    for notice in burst.notices:
        gap = f'{notice.time - last:14.6f}' if last else f'{"":14}'
        last = notice.time
        line = f'     {notice.time - sender.begin:14.6f}{gap}  #{notice.index}'
        if notice.lost:
            yield line + ' lost'
            continue
        answers = [judge.answers.frame(number) for number in notice.frames]
        for number in notice.frames:
            one = judge.answers.burst_of(sender, number)
            if one:
                said[one.number] = one
        yield line + f' ×{len(answers)}  |' + ''.join(
            f' b{a.burst} r{a.round}' + (f' sighting {a.sighting}' if a.sighting > 1 else '')
            + (f' missing {a.missing}' if a.missing else '') for a in answers)
    for one in said.values():
        yield f'     {one.text}'


# ── runs ───────────────────────────────────────────────────────────────────

def baselines(world, args):
    """They have neither names nor claims: only what they tear."""
    yield '60 s threshold', score.threshold(world)
    if args.lua:
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            path = os.path.join(folder, 'world.pcapng')
            world.write_pcapng(path)
            os.chmod(path, 0o644)
            yield 'Lua ' + pathlib.Path(args.lua).stem, score.lua_script(path, args.lua)


def run(args):
    judges, others = [], collections.defaultdict(list)
    for seed in args.seed:
        world = strangers.World(seed, args.senders)
        for name, frames in baselines(world, args):
            others[name].append(Judge(world, Answers(world, frames, ())))
        if args.engine:
            judges.append(Judge(world, engine(world, args.engine)))
    if args.wrong is not None:
        for seed, judge in zip(args.seed, judges):
            print(f'seed {seed}')
            print('\n'.join(tally(judge)))
            print('\n'.join(explain(judge, args.wrong, set(args.ways.split(',')))))
        return
    if judges:
        each = zip(args.seed, (Figures([judge]) for judge in judges)) if args.each else ()
        print('\n'.join(tables(list(each), Figures(judges))))
    print()
    print('\n'.join(split_lines({name: Figures(list_of) for name, list_of in others.items()})))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--seed', type=int, nargs='+', default=[1, 2, 3, 4])
    parser.add_argument('--senders', type=int, default=SENDERS, help='strangers, and known ones, a seed')
    parser.add_argument('--engine', help='program built from score.c')
    parser.add_argument('--lua', help='Lua script that prints rarpannounce.prev, as a second baseline')
    parser.add_argument('--each', action='store_true', help='also a row for each seed')
    parser.add_argument('--wrong', type=int, metavar='N', help='explain the first N senders that went wrong')
    parser.add_argument('--ways', default=','.join(('named', *CLAIMS, 'recall')),
                        help='which errors: named, recall, split, joined, copies, ' + ', '.join(CLAIMS))
    args = parser.parse_args()
    if not args.engine:
        print('no engine given (--engine PROGRAM): only baselines are counted')
    if args.lua and not (os.path.exists(args.lua) and shutil.which('tshark')):
        print(f'no Lua script {args.lua}, or no tshark: left out')
        args.lua = None
    run(args)


if __name__ == '__main__':
    main()
