# test_tasks.py - the times of tasks: preferences tasks and tasks_zone, and the JSON's member tasks.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import json

import pytest

import conftest

REFERENCE = "nested-esxi-vmotion"
CSV = (conftest.CAPTURES / "nested-esxi-tasks.csv").read_bytes()
OUTER = {"burst": 1, "after_start_us": 37519875, "before_end_us": 5480125}
GUEST = {"burst": 2, "after_start_us": 75522159, "before_end_us": -32522159}
TASK = {"name": "Relocate virtual machine", "target": "nested-esxi", "start": "2022-06-14T14:45:31.000000000Z",
        "end": "2022-06-14T14:46:14.000000000Z", "bursts": [OUTER, GUEST]}


@pytest.fixture
def file(wireshark):
    """Writes a file of tasks that tshark may read; returns the options that name it."""
    return lambda octets, name="tasks.csv": ["-o", "vmotion_notify.tasks:%s" % wireshark.write(name, octets)]


def tasks(wireshark, *options, **more):
    return wireshark.json(REFERENCE, *options, **more)["tasks"]


@pytest.mark.parametrize("passes", [[], ["-2"]])
def test_reference(wireshark, file, passes):
    """The outer MAC is announced during the task, the guest's once after it."""
    assert tasks(wireshark, *file(CSV), *passes) == [TASK]


def test_nothing_without_the_preference(wireshark):
    assert "tasks" not in wireshark.json(REFERENCE)


def test_the_document_stays_otherwise(wireshark, file):
    document = wireshark.json(REFERENCE, *file(CSV))
    del document["tasks"]
    assert document == wireshark.json(REFERENCE)


def test_schema(wireshark, file):
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((conftest.REPOSITORY / "stats" / "vmotion_notify.schema.json").read_text(encoding="utf-8"))
    octets = CSV + b'"","","","","","","2022-06-14T15:00:00Z","2022-06-14T15:00:01Z"\n'
    document = wireshark.json(REFERENCE, *file(octets))
    assert document["tasks"][1]["name"] is None and document["tasks"][1]["bursts"] == []
    jsonschema.validate(document, schema)


def test_lines(wireshark, file):
    octets = b"2022-06-14 14:45:31, 2022-06-14T14:46:14Z, Relocate virtual machine\n"
    assert tasks(wireshark, *file(octets)) == [dict(TASK, target=None)]


def test_zone(wireshark, file):
    """It counts for times without a zone only."""
    octets = b"2022-06-14 23:45:31, 2022-06-14T14:46:14Z, Relocate virtual machine\n"
    zone = ["-o", "vmotion_notify.tasks_zone:+09:00"]
    assert tasks(wireshark, *file(octets), *zone) == [dict(TASK, target=None)]


def test_filter_leaves_bursts(wireshark, file):
    """Tasks are listed all, bursts as everywhere."""
    only = "vmotion_notify.mac == 00:0c:29:c6:07:20"
    assert tasks(wireshark, *file(CSV), filter=only) == [dict(TASK, bursts=[GUEST])]


def test_a_later_task_claims_what_comes_after(wireshark, file):
    """The burst began in the first, and its companion stays with it; a lone notice would not."""
    octets = CSV + b'Other,vm,,,,,"06/14/2022, 2:46:40 PM","06/14/2022, 2:47:00 PM"\n'
    first, second = tasks(wireshark, *file(octets))
    assert first["bursts"] == [OUTER, GUEST] and second["bursts"] == []


def run(wireshark, *options):
    return wireshark.run(["tshark", "-q", "-r", wireshark.capture(REFERENCE), *options, "-z", "vmotion_notify,json"])


@pytest.mark.parametrize("octets, said", [
    (b"", "no line with the times of a task"),
    (b"\0\xff\n" * 1000, "broken.csv:1: "),
    (b"2022-06-14 14:46:14 2022-06-14 14:45:31 x\n", "broken.csv:1: the task ends before it begins"),
    (b"1822-06-14 14:46:14 2022-06-14 14:45:31 x\n", " is no time between 1960 and 2106")])
def test_unreadable(wireshark, file, octets, said):
    """A message names file and line, and the document is printed without tasks."""
    done = run(wireshark, *file(octets, "broken.csv"))
    assert done.returncode == 0 and "broken.csv" in done.stderr and said in done.stderr
    assert "tasks" not in json.loads(done.stdout)


def test_bad_line_among_good_ones(wireshark, file):
    done = run(wireshark, *file(CSV + b"Running,vm,,,,,\"06/14/2022, 2:46:40 PM\",\n"))
    assert "tasks.csv:3: a time is missing" in done.stderr
    assert json.loads(done.stdout)["tasks"] == [TASK]


def test_missing_file(wireshark):
    done = run(wireshark, "-o", "vmotion_notify.tasks:%s" % (wireshark.work / "nowhere.csv"))
    assert done.returncode == 0 and "nowhere.csv" in done.stderr
    assert "tasks" not in json.loads(done.stdout)


def test_bad_zone(wireshark, file):
    done = run(wireshark, *file(CSV), "-o", "vmotion_notify.tasks_zone:CEST")
    assert '"CEST" is no zone' in done.stderr
    assert json.loads(done.stdout)["tasks"] == [TASK]
