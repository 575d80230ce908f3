# test_exercises.py - the exercises for a class: the plugin solves them and agrees with the answer sheet.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The answers are the truth of what was made (captures/exercise), not what a run of the plugin printed once.
# VMN_LONG_TESTS solves 200 exercises.

import importlib.machinery
import importlib.util
import json
import re
import subprocess
import sys

import pytest

import conftest

EXERCISE = conftest.CAPTURES / "exercise"
LEVELS = (1, 2, 3, 4)
SEEDS = range(50) if conftest.LONG else range(3 if conftest.SHORT else 8)
FILES = ["answers.md", "capture.pcapng", "questions.md"]


def make(folder, seed, level):
    """Make an exercise; return its files, {name: octets}."""
    subprocess.run([sys.executable, EXERCISE, seed, str(level), folder], check=True)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def truth_of(files):
    return json.loads(re.search(r"```json\n(.*?)```", files["answers.md"].decode(), re.S)[1])


def differences(truth, said, where=""):
    """Where what is said is not the truth. It may have more members."""
    if isinstance(truth, dict) and isinstance(said, dict):
        return [line for key in truth for line in differences(truth[key], said.get(key), where + "." + key)]
    if isinstance(truth, list) and isinstance(said, list) and len(truth) == len(said):
        return [line for k, pair in enumerate(zip(truth, said), 1)
                for line in differences(*pair, "%s[%d]" % (where, k))]
    return [] if truth == said else ["%s: true %r, said %r" % (where, truth, said)]


def solve(wireshark, capture):
    """The plugin's bursts, with the members of an answer sheet."""
    bursts = wireshark.json(capture, "-o", "vmotion_notify.cutover:TRUE")["bursts"]
    for burst in bursts:
        burst["restart"] = "restart" in burst["notes"]
    return bursts


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("level", LEVELS)
def test_the_plugin_agrees_with_the_answers(wireshark, tmp_path, level, seed):
    files = make(tmp_path, "class %d" % seed, level)
    capture = wireshark.write("exercise-%d-%d.pcapng" % (level, seed), files["capture.pcapng"])
    assert differences(truth_of(files)["bursts"], solve(wireshark, capture)) == []


def test_differences_are_found():
    truth = {"rounds": 5, "paths": [{"missing": []}], "state": "complete"}
    assert differences(truth, {**truth, "more": 1}) == []
    assert differences(truth, {**truth, "rounds": 6}) == [".rounds: true 5, said 6"]
    assert differences(truth, {**truth, "paths": [{"missing": [2]}]}) == [".paths[1].missing: true [], said [2]"]
    assert differences(truth, {**truth, "paths": []}) != [] and differences(truth, {"rounds": 5}) != []


@pytest.mark.parametrize("level", LEVELS)
def test_one_seed_one_exercise(tmp_path, level):
    """The same seed makes the same octets, another one a different capture with different answers."""
    first = make(tmp_path / "first", "a word, Ann", level)
    assert sorted(first) == FILES and first == make(tmp_path / "again", "a word, Ann", level)
    other = make(tmp_path / "other", "a word, Bob", level)
    assert first["questions.md"] == other["questions.md"]
    macs = [{burst["mac"] for burst in truth_of(files)["bursts"]} for files in (first, other)]
    assert first["capture.pcapng"] != other["capture.pcapng"] and not macs[0] & macs[1]


def test_the_capture_does_not_tell(tmp_path):
    """Students get no answer, and no seed to make the answers with."""
    for level in LEVELS:
        files = make(tmp_path / str(level), "a secret word", level)
        for name in ("capture.pcapng", "questions.md"):
            for word in (b"secret", b"Fibonacci", b"ESXi", b"QEMU", b"OVN"):
                assert word not in files[name]


def test_every_sort_of_answer_occurs():
    """Among some exercises: each schedule, restarts with and without the immediate notice, lost rounds, companions,
    machines that announce themselves and that do not."""
    loader = importlib.machinery.SourceFileLoader("exercise", str(EXERCISE))
    exercise = importlib.util.module_from_spec(importlib.util.spec_from_loader("exercise", loader))
    loader.exec_module(exercise)
    found = set()
    for level in LEVELS:
        for seed in range(12):
            for burst in exercise.make(str(seed), level).truth()["bursts"]:
                found |= {burst["schedule"], ("companion", burst["companion_of"] is not None)}
                found |= {("restart", burst["expected_us"][0] is None)} if burst["restart"] else set()
                found |= {("missing", min(burst["missing"], 2))}
                found |= {("own", burst["cutover"]["own_announcement"] is not None)} if "cutover" in burst else set()
    schedules = {"Fibonacci × 1 s", "Fibonacci × 2 s", "50 ms + 100 ms", "constant 200 ms", "doubling from 1 s",
                 "doubling from 2 s", "single"}
    assert found == schedules | {(what, yes) for what in ("companion", "restart", "own") for yes in (True, False)} | {
        ("missing", count) for count in (0, 1, 2)}
