#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Machines that a tap and an uplink see, each with losses of its own: of how many is the answer wrong?

    uplink.py --engine build/tests/score/score                      # seeds 1 2 3, either order
    uplink.py --engine … --seed 7 --away -10 --wrong 5              # the first five wrong machines

README.md says what is simulated and what counts as wrong.
"""
import argparse
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import score  # noqa: E402
import simulate  # noqa: E402

TAP, UPLINK = 0, 1
KINDS = {'esxi1': 12, 'esxi2': 2, 'esxi2ref': 2, 'qemu': 2, 'ovn-new': 1, 'ovn-old': 1}
AWAY = 10  # µs


class TapAndUplink(simulate.Simulation):
    """Machines of one MAC and two bursts each; the tap alone sees the first burst of every second
    machine. The uplink shows the VLAN, and is `away` µs (of either sign) behind the tap. Each loses
    a tenth of the notices. one_path: the tap shows what either of them saw, and the uplink nothing."""

    def __init__(self, seed=1, away=AWAY, one_path=False, machines=300, loss=0.1):
        self.away, self.one_path, self.wanted = away, one_path, machines
        self.first_bursts = {}
        super().__init__(seed, loss, kinds=KINDS, cut=0.0, bursts=(2, 2), short_silence=0.0)

    def is_full(self, frames, macs):
        return len(self.machines) >= self.wanted

    def live(self, machine):
        machine.macs = machine.macs[:1]
        machine.vlan = machine.vlan or self.rng.randint(2, 400)
        super().live(machine)

    def is_on_uplink(self, burst):
        first = self.first_bursts.setdefault(burst.machine, burst) is burst
        return not (first and len(self.machines) % 2)

    def lose(self, burst):
        paths = (TAP, UPLINK) if self.is_on_uplink(burst) else (TAP,)
        for notice in burst.notices:
            seen = [path for path in paths if self.rng.random() >= self.loss]
            for path in seen[:1] if self.one_path else seen:
                self.see_on(notice, TAP if self.one_path else path)
            notice.lost = not notice.frames

    def see_on(self, notice, path):
        time = round(notice.time * 1e9) + path * self.away * 1000
        vlan = notice.burst.machine.vlan if path == UPLINK else None
        frame = simulate.Frame(time, notice, path, vlan)
        self.all_frames.append(frame)
        notice.frames.append(frame)


def answers_of(simulation, program):
    """The engine's final answers."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'x.frames')
        simulation.write_frames(path)
        return score.engine(path, program)[1]


def schedules(simulation, answers):
    """{number of the true burst: the schedule that its last seen round bears}"""
    return {burst.number: answers[burst.seen()[-1].frames[0]].schedule
            for burst in simulation.runs if burst.seen()}


def wrong_machines(simulation, answers, one_path, one_path_answers):
    """{machine: ways in which the answer is wrong}. Bursts, rounds and missing counts are held against
    the truth; the schedule against the answer where one path shows the same notices, for of
    a burst that lost its head nobody may know it."""
    ways = {}
    for burst, wrong in score.Score(simulation, answers).wrong.items():
        ways.setdefault(burst.machine, set()).update(wrong - {'announcer'})
    ours, theirs = schedules(simulation, answers), schedules(one_path, one_path_answers)
    for burst in simulation.runs:
        if ours.get(burst.number) != theirs.get(burst.number):
            ways.setdefault(burst.machine, set()).add('schedule')
    return {machine: found for machine, found in ways.items() if found}


def judge(program, seed, away):
    """The simulation, the answers, and the machines of which they are wrong."""
    simulation, one_path = TapAndUplink(seed, away), TapAndUplink(seed, away, one_path=True)
    answers = answers_of(simulation, program)
    return simulation, answers, wrong_machines(simulation, answers, one_path,
                                               answers_of(one_path, program))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--engine', required=True, help='the program built from score.c')
    parser.add_argument('--seed', type=int, nargs='*', default=[1, 2, 3])
    parser.add_argument('--away', type=int, nargs='*', default=[AWAY, -AWAY], help='µs')
    parser.add_argument('--wrong', type=int, default=0, help='show so many wrong bursts')
    args = parser.parse_args()
    for seed in args.seed:
        for away in args.away:
            simulation, answers, wrong = judge(args.engine, seed, away)
            print(f'seed {seed}, uplink {away:+d} µs: {len(wrong)} of {len(simulation.machines)} machines wrong')
            if args.wrong:
                explainer = score.Explainer(score.Score(simulation, answers))
                print('\n'.join(explainer.explain(args.wrong, {'link', 'start', 'false start', 'missing'})))


if __name__ == '__main__':
    main()
