# test_lessons.py - runs every command of docs/lessons.md and compares what it prints.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# In a block that begins with ```console, a line "$ COMMAND" is a command for sh, the lines after it are its output.
# What an answer (a paragraph that begins with **Answer:**) puts into `backticks` must be in an output of its lesson.
# The page for teachers, which has no number, has commands only.
# With --regenerate the outputs are written into the document instead.

import re
import shutil
import subprocess

import pytest

from conftest import CAPTURES, REPOSITORY

DOCUMENT = REPOSITORY / "docs" / "lessons.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.S)


def lessons():
    """(title, text) of each lesson."""
    parts = re.split(r"^## (.*)\n", DOCUMENT.read_text(encoding="utf-8"), flags=re.M)
    return list(zip(parts[1::2], parts[2::2]))


def commands(block):
    """(command, output) pairs of a block."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.M)
    assert parts[0] == "", "a block begins with a command"
    return list(zip(parts[1::2], parts[2::2]))


@pytest.fixture(scope="module")
def folder(wireshark):
    """A folder like the project's, where the commands may write."""
    shutil.copytree(CAPTURES, wireshark.work / "captures", dirs_exist_ok=True,
                    ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(["chmod", "-R", "a+rX", wireshark.work / "captures"], check=True)
    return wireshark.work


def run(wireshark, command):
    done = wireshark.run(["sh", "-c", command])
    assert done.stderr == "", command
    output = "".join(line.rstrip() + "\n" for line in done.stdout.splitlines())
    if wireshark.version >= (4, 6) and "-e frame.number -e frame.time_delta" in command:
        # The only output here that differs between versions: 4.6 has no such time for the first frame.
        output = re.sub(r"^1\t\t", "1\t0.000000000\t", output)
    return output


@pytest.mark.parametrize("title, text", lessons(), ids=[title for title, _ in lessons()])
def test_lesson(wireshark, folder, regenerate, title, text):
    outputs = []
    for block in BLOCK.findall(text):
        written = ""
        for command, expected in commands(block):
            output = run(wireshark, command)
            outputs.append(output)
            written += "$ %s\n%s" % (command, output)
            assert regenerate or output == expected, command
        if regenerate:
            document = DOCUMENT.read_text(encoding="utf-8")
            DOCUMENT.write_text(document.replace("```console\n%s```" % block, "```console\n%s```" % written), encoding="utf-8")
    assert outputs, "a lesson has a command"
    if not title[0].isdigit():
        return  # the page for teachers
    answers = re.findall(r"^\*\*Answer:\*\*.*?\n\n|^\*\*Answer:\*\*.*\Z", text, flags=re.S | re.M)
    assert answers, "a lesson has an answer"
    for figure in re.findall(r"`([^`]+)`", "".join(answers)):
        assert any(figure in output for output in outputs), "`%s` is in no output" % figure


def test_there_are_lessons():
    assert len(lessons()) >= 10
