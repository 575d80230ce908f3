#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measure what the plugin costs, side by side with bare tshark and with other ways to the same end.

    tests/bench/bench.py --plugin build/vmotion_notify.so [--peers DIR] [PART…]

Parts: instructions, time, frames, macs (growth), scale; without any: instructions and time.
A folder of peers may hold Lua scripts (*.lua) and MATE configurations (*.mate).

instructions  valgrind counts them in two captures of different size; the difference over
              the frames more is the cost of a frame, without tshark's start. Hash tables
              get the same seed in every run: else the same frames cost 2 % more or less.
time          the variants take turns on one capture; ratios are medians over the turns.
              Memory is the largest resident set above that of a ten-frame capture.
frames, macs  CPU time a frame, without tshark's start, over captures of growing size.
scale         CPU time of frames with much of one thing (tag stacks, VXLAN networks, lengths …) beside
              that of as many plain ones: of tshark, and the plugin's share. Statistics are asked for.

Runs as an unprivileged user where it can (Wireshark keeps plugins from root), with a home,
a configuration and a plugin folder of its own. Prints Markdown.
"""
import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from make_capture import MUCH, write_capture, write_much  # noqa: E402

NOBODY = "65534"
PLUGIN = "vmotion_notify.so"
ONE_PASS = ("-Y", "frame.number==0")
NO_TREE = ("-q", "-z", "io,stat,0")
SCHEDULE = ("-q", "-z", "vmotion_notify,schedule")
JSON = ("-q", "-z", "vmotion_notify,json")
CUTOVER = ("-q", "-z", "vmotion_notify,cutover")
# What is run: name, options of the plugin's variant, options of the others.
MODES = {
    "one pass, -Y frame.number==0": (ONE_PASS, ONE_PASS),
    "one pass, -q -z io,stat,0": (NO_TREE, NO_TREE),
    "two passes, -2 -Y frame.number==0": (("-2",) + ONE_PASS, ("-2",) + ONE_PASS),
    "one pass, -z schedule (others: -z io,stat,0)": (SCHEDULE, NO_TREE),
    "one pass, -z json (others: -z io,stat,0)": (JSON, NO_TREE),
    "one pass, packet list": ((), ()),
    "one pass, -z cutover (others: -z io,stat,0)": (CUTOVER, NO_TREE),
}
# Wireshark seeds its hash tables with g_random_int(); any odd number with many bits does.
FIXED_SEED = "unsigned g_random_int(void);\nunsigned g_random_int(void) { return 2654435769u; }\n"
RARP_ONLY, MIX = 1.0, 0.001  # shares of RARP frames
# What the captures hold: a title, and the rest of what capture() takes.
BURSTS = ("RARP only, ESXi and QEMU", {})
SINGLE = ("RARP only, one ESXi burst a MAC", {"single": True})
MIXED = ("mix, 0.1 % RARP", {"rarp_share": MIX})


class Sandbox:
    """Folders for the runs, captures made once, and the way to run tshark in there."""

    def __init__(self, folder, tshark, plugin, peers):
        self.folder = Path(folder)
        self.tshark = tshark
        self.as_nobody = []
        if os.geteuid() == 0:
            self.as_nobody = ["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]
        self.series = ".".join(self.version().split(".")[:2])
        home = self.folder / "home"
        home.mkdir()
        if self.as_nobody:
            os.chown(home, int(NOBODY), int(NOBODY))
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(home), "TZ": "UTC",
                            "LC_ALL": "C.UTF-8"}
        self.variants = {"bare": (self.plugin_folder("bare", None), [])}
        self.variants["plugin"] = (self.plugin_folder("with", plugin), [])
        for peer in self.copied_peers(peers):
            switch = ["-X", f"lua_script:{peer}"] if peer.suffix == ".lua" else \
                ["-o", f"mate.config:{peer}"]
            self.variants[peer.name] = (self.variants["bare"][0], switch)
        self.check_plugin()

    def version(self):
        output = subprocess.run([self.tshark, "--version"], capture_output=True, text=True,
                                check=True).stdout
        return re.match(r"TShark \(Wireshark\) ([0-9.]+)", output).group(1)

    def plugin_folder(self, name, plugin):
        """tshark's own plugins, with ours or without: all else shall be equal."""
        output = subprocess.run([self.tshark, "-G", "folders"], capture_output=True, text=True,
                                check=True).stdout
        installed = Path(re.search(r"^Global Plugins:\s*(\S+)", output, re.M).group(1))
        if installed.name != self.series:
            installed /= self.series
        target = self.folder / name / self.series
        (target / "epan").mkdir(parents=True)
        for path in installed.glob("*/*.so"):
            if path.name != PLUGIN:
                (target / path.parent.name).mkdir(exist_ok=True)
                (target / path.parent.name / path.name).symlink_to(path)
        if plugin:
            shutil.copy(plugin, target / "epan" / PLUGIN)
        return self.folder / name

    def fixed_seed(self):
        """A library to load first, by which hash tables are the same in every run; made when first asked for."""
        library = self.folder / "seed.so"
        if not library.exists():
            subprocess.run(["gcc", "-shared", "-fPIC", "-x", "c", "-", "-o", library],
                           input=FIXED_SEED, text=True, check=True)
        return str(library)

    def copied_peers(self, peers):
        if not peers:
            return []
        found = sorted(Path(peers).glob("*.lua")) + sorted(Path(peers).glob("*.mate"))
        return [Path(shutil.copy(path, self.folder)) for path in found]

    def check_plugin(self):
        command, environment = self.command("plugin", ["-G", "plugins"])
        output = subprocess.run(command, env=environment, capture_output=True, text=True).stdout
        if PLUGIN not in output:
            sys.exit(f"bench: {self.tshark} does not load the plugin")

    def command(self, variant, arguments):
        plugins, switch = self.variants[variant]
        environment = dict(self.environment, WIRESHARK_PLUGIN_DIR=str(plugins))
        return [*self.as_nobody, self.tshark, *switch, *arguments], environment

    def capture(self, frames, macs=None, rarp_share=RARP_ONLY, single=False):
        """A capture of that size."""
        macs = macs or max(1, int(frames * rarp_share) // 50)
        path = self.folder / f"{frames}-{macs}-{rarp_share}-{single}.pcap"
        return self.written(path, write_capture, frames, macs, rarp_share, single=single)

    def much(self, what, frames):
        """A capture with much of one thing."""
        return self.written(self.folder / f"{what}-{frames}.pcap", write_much, what, frames)

    def written(self, path, write, *arguments, **more):
        """The file, written if there is none; in a process of its own, so that this one stays small."""
        if not path.exists():
            child = os.fork()
            if child == 0:
                write(path, *arguments, **more)
                os._exit(0)
            if os.waitpid(child, 0)[1] != 0:
                sys.exit(f"bench: could not write {path}")
        return path

    def run(self, variant, capture, options, wrapper=(), **more):
        """Run tshark to its end, with `more` in its environment; its resource usage and standard error."""
        command, environment = self.command(variant, ["-n", "-r", str(capture), *options])
        environment.update(more)
        at = len(self.as_nobody)
        command[at:at] = wrapper
        with tempfile.TemporaryFile() as errors:
            start = os.times().elapsed
            process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL,
                                       stderr=errors)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            wall = os.times().elapsed - start
            errors.seek(0)
            text = errors.read().decode(errors="replace")
        if process.returncode != 0:
            sys.exit(f"bench: {' '.join(command)}: status {process.returncode}\n{text}")
        return Figures(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, text)


class Figures:
    """What one run took: wall-clock and CPU seconds, octets of memory; and what it said."""

    def __init__(self, wall, cpu, memory, text):
        self.wall, self.cpu, self.memory, self.text = wall, cpu, memory, text


def options_for(mode, variant):
    of_plugin, of_others = MODES[mode]
    return of_plugin if variant == "plugin" else of_others


def print_table(title, head, rows):
    print(f"\n### {title}\n")
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |", flush=True)


def count_instructions(sandbox, variant, capture, options):
    wrapper = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
    text = sandbox.run(variant, capture, options, wrapper, LD_PRELOAD=sandbox.fixed_seed()).text
    return int(re.search(r"I\s+refs:\s+([0-9,]+)", text).group(1).replace(",", ""))


def instructions_a_frame(sandbox, variant, mode, traffic, sizes):
    counts = [count_instructions(sandbox, variant, sandbox.capture(size, **traffic),
                                 options_for(mode, variant)) for size in sizes]
    return (counts[1] - counts[0]) / (sizes[1] - sizes[0])


def measure_instructions(sandbox, options):
    for title, traffic in options.traffics:
        def row(mode):
            costs = [instructions_a_frame(sandbox, variant, mode, traffic, options.sizes)
                     for variant in sandbox.variants]
            return [mode, f"{costs[0]:,.0f}"] + \
                [f"{cost:,.0f} ({cost / costs[0]:.4f} ×)" for cost in costs[1:]]
        print_table(f"Instructions a frame, {title}, {options.sizes[1] - options.sizes[0]} frames",
                    ["mode", *sandbox.variants], map(row, options.modes))


def measure_time(sandbox, options):
    for title, traffic in options.traffics:
        capture = sandbox.capture(options.frames, **traffic)
        notices = options.frames * traffic.get("rarp_share", RARP_ONLY)
        print_table(f"Time and memory, {title}, {options.frames} frames, {options.turns} turns",
                    ["mode", "variant", "wall s", "CPU s", "wall ×", "CPU ×", "MiB",
                     "octets a RARP frame above bare"],
                    time_rows(sandbox, options, capture, notices))


def time_rows(sandbox, options, capture, notices):
    for mode in options.modes:
        turns = {variant: [] for variant in sandbox.variants}
        for _ in range(options.turns):
            for variant in sandbox.variants:
                turns[variant].append(sandbox.run(variant, capture, options_for(mode, variant)))
        idle = {variant: sandbox.run(variant, sandbox.capture(10), options_for(mode, variant)).memory
                for variant in sandbox.variants}
        bare = turns["bare"]
        growth = {variant: statistics.median(run.memory for run in runs) - idle[variant]
                  for variant, runs in turns.items()}
        for variant, runs in turns.items():
            ratio = [statistics.median(getattr(run, what) / getattr(other, what)
                                       for run, other in zip(runs, bare))
                     for what in ("wall", "cpu")]
            yield [mode, variant, f"{statistics.median(run.wall for run in runs):.2f}",
                   f"{statistics.median(run.cpu for run in runs):.2f}",
                   f"{ratio[0]:.3f}", f"{ratio[1]:.3f}",
                   f"{statistics.median(run.memory for run in runs) / 2**20:.0f}",
                   f"{(growth[variant] - growth['bare']) / notices:.0f}"]


def growth_rows(sandbox, options, captures):
    """One row a capture and mode: CPU time and memory a frame, start-up taken off."""
    small = sandbox.capture(10)
    for label, frames, macs in captures:
        capture = sandbox.capture(frames, macs)
        for mode in options.modes:
            cells = []
            totals = {}
            for variant in sandbox.variants:
                choice = options_for(mode, variant)
                idle = sandbox.run(variant, small, choice)
                run = sandbox.run(variant, capture, choice)
                totals[variant] = run.cpu
                cells.append(f"{(run.cpu - idle.cpu) / frames * 1e6:.2f} µs "
                             f"({run.cpu / totals['bare']:.2f} ×), "
                             f"{(run.memory - idle.memory) / frames:.0f} B, "
                             f"{run.memory / 2**20:.0f} MiB")
            yield [label, mode, *cells]
        if frames > 1_000_000:
            capture.unlink()  # the next one may need the room


def measure_frames(sandbox, options):
    captures = [(f"{frames:,}", frames, None) for frames in powers(10_000, options.most_frames)]
    print_table("Growth with frames, RARP only, 50 frames a MAC: CPU time a frame (CPU of bare), "
                "memory a frame, largest", ["frames", "mode", *sandbox.variants],
                growth_rows(sandbox, options, captures))


def measure_macs(sandbox, options):
    most = min(1_000_000, options.frames)
    captures = [(f"{macs:,}", options.frames, macs) for macs in powers(100, most)]
    print_table(f"Growth with MACs, RARP only, {options.frames} frames: the same columns",
                ["MACs", "mode", *sandbox.variants], growth_rows(sandbox, options, captures))


def scale_rows(sandbox, frames, turns):
    """One row for each thing of which there is much: medians over the turns."""
    plain = {}
    for what in MUCH:
        capture, runs = sandbox.much(what, frames), {"bare": [], "plugin": []}
        for _ in range(turns):
            for variant, options in (("bare", NO_TREE), ("plugin", JSON)):
                runs[variant].append(sandbox.run(variant, capture, options).cpu)
        cpu = {variant: statistics.median(seconds) for variant, seconds in runs.items()}
        cpu["share"] = max(cpu["plugin"] - cpu["bare"], 1e-6)
        plain = plain or cpu
        yield [what, f"{cpu['bare']:.2f}", f"{cpu['plugin']:.2f}", f"{cpu['plugin'] / plain['plugin']:.2f}",
               f"{cpu['share'] / frames * 1e6:.2f}", f"{cpu['share'] / plain['share']:.2f}"]
        capture.unlink()


def measure_scale(sandbox, options):
    print_table(f"Much of one thing, {options.frames} frames, {options.turns} turns, -z json",
                ["much", "bare: CPU s", "plugin: CPU s", "× plain", "plugin's share, µs a frame",
                 "× plain"], scale_rows(sandbox, options.frames, options.turns))


def powers(first, last):
    while first <= last:
        yield first
        first *= 10


PARTS = {"instructions": measure_instructions, "time": measure_time, "frames": measure_frames,
         "macs": measure_macs, "scale": measure_scale}


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--plugin", required=True, type=Path)
    parser.add_argument("--peers", type=Path, help="folder of *.lua and *.mate to compare with")
    parser.add_argument("--tshark", default="tshark")
    parser.add_argument("--frames", type=int, default=1_000_000, help="for time, macs and scale")
    parser.add_argument("--most-frames", type=int, default=10_000_000, help="for frames")
    parser.add_argument("--sizes", type=int, nargs=2, default=[20_000, 60_000],
                        help="captures whose difference gives the instructions a frame")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--no-mix", action="store_true", help="RARP frames alone")
    parser.add_argument("--mode", type=int, nargs="*", default=[],
                        help="; ".join(f"{i}: {mode}" for i, mode in enumerate(MODES)))
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()),
                        help="where captures and homes lie meanwhile (default %(default)s)")
    options = parser.parse_args()
    unknown = [part for part in options.parts if part not in PARTS]
    if unknown:
        parser.error(f"no part {unknown[0]}; there are: {', '.join(PARTS)}")
    if options.peers and not options.peers.is_dir():
        parser.error(f"no folder {options.peers}")
    if not options.plugin.is_file():
        parser.error(f"no file {options.plugin}: build the plugin first")
    names = list(MODES)
    options.modes = [names[i] for i in options.mode] or names
    options.traffics = [BURSTS, SINGLE] + ([] if options.no_mix else [MIXED])
    return options


def main():
    options = parse()
    tshark = shutil.which(options.tshark)
    if not tshark:
        sys.exit(f"bench: {options.tshark} is missing")
    os.umask(0o022)
    with tempfile.TemporaryDirectory(prefix="vmotion-notify-bench-", dir=options.folder) as folder:
        os.chmod(folder, 0o755)
        sandbox = Sandbox(folder, tshark, options.plugin, options.peers)
        print(f"tshark {sandbox.version()}, {options.plugin}")
        for part in options.parts or ["instructions", "time"]:
            PARTS[part](sandbox, options)


if __name__ == "__main__":
    main()
