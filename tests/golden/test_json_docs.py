# test_json_docs.py - docs/json.md does what it says: its blocks are run, its members are the schema's.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv
import decimal
import json
import os
import re
import shutil
import sys

import pytest

import conftest

TEXT = (conftest.REPOSITORY / "docs" / "json.md").read_text(encoding="utf-8")
SCHEMA = json.loads((conftest.REPOSITORY / "stats" / "vmotion_notify.schema.json").read_text(encoding="utf-8"))
LAB = conftest.CAPTURES / "lab" / "sample" / "capture.pcapng"
MACHINE = "52:54:00:50:00:01"  # the lab's, and in the check as it stands in the document
FAILED, NO_DOCUMENT = 1, 4  # what jq -e ends with


def block(name):
    """The text of the fenced block with that name."""
    return re.search(r"^```\w+ %s\n(.*?)^```$" % name, TEXT, re.MULTILINE | re.DOTALL).group(1)


def needs(program):
    return pytest.mark.skipif(not shutil.which(program), reason="%s is not installed" % program)


def readable_lab(wireshark):
    """A copy of the lab's capture that anybody may read."""
    return wireshark.write("json-docs-lab.pcapng", LAB.read_bytes())


class Folder:
    """A folder with capture.pcapng, in which blocks are run as they stand in the document."""

    def __init__(self, wireshark):
        self._wireshark = wireshark
        self.path = wireshark.work / "json-docs"
        self.path.mkdir()
        if os.geteuid() == 0:
            os.chown(self.path, conftest.NOBODY, conftest.NOBODY)

    def take(self, capture):
        shutil.copy(self._wireshark.capture(capture), self.path / "capture.pcapng")

    def document(self, *options):
        """Make capture.json, as the document's first lines do."""
        text = self._wireshark.statistic(self.path / "capture.pcapng", "json", *options)
        (self.path / "capture.json").write_text(text, encoding="utf-8")
        return json.loads(text)

    def start(self, *words):
        return self._wireshark.run(["env", "--chdir=%s" % self.path, *words])

    def run(self, *words):
        done = self.start(*words)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def shell(self, name):
        return self.run("sh", "-e", "-c", block(name))

    def check(self, mac=MACHINE, most=2000000):
        """Status of the check for a pipeline, asked of another MAC or with another limit."""
        text = block("check")
        assert text.count(MACHINE) == 1 and text.count(" 2000000 ") == 1
        text = text.replace(MACHINE, mac).replace(" 2000000 ", " %d " % most)
        done = self.start("sh", "-c", text)
        assert done.stdout == {0: "true\n", FAILED: "false\n"}.get(done.returncode, ""), done.stderr
        return done.returncode


@pytest.fixture
def folder(wireshark):
    folder = Folder(wireshark)
    yield folder
    shutil.rmtree(folder.path)


# ---- the check for a pipeline ----

@needs("jq")
def test_check_passes_and_sees_the_limit(folder):
    """The lab's machine was silent for 189.222 ms, up to its traffic: 173.563 ms would be up to its own announcement."""
    folder.take(LAB)
    assert folder.check() == 0
    assert folder.check(most=189222) == 0
    assert folder.check(most=189221) == FAILED


@needs("jq")
def test_check_fails_where_the_machine_was_not_announced(folder):
    folder.take(LAB)
    assert folder.check(mac="52:54:00:50:00:99") == FAILED
    folder.take("nested-esxi-vmotion")
    assert folder.check() == FAILED


@needs("jq")
@pytest.mark.parametrize("lost, why", [("3", "missing"), ("1", "head_missing"), ("45", "state")])
def test_check_fails_where_rounds_were_lost(wireshark, folder, lost, why):
    """One in the middle, the first, the last two: the frames of these rounds are left out. Nothing else fails."""
    frames = wireshark.tshark(LAB, "-2", "-Y", "vmotion_notify.round in {%s}" % ", ".join(lost),
                              "-T", "fields", "-e", "frame.number").split()
    assert len(frames) == 2 * len(lost)
    folder.run("editcap", readable_lab(wireshark), "capture.pcapng", *frames)
    assert folder.check() == FAILED
    burst, = json.loads((folder.path / "capture.json").read_text(encoding="utf-8"))["bursts"]
    assert burst["cutover"]["silence_traffic_us"] < 2000000
    assert {"missing": burst["missing"] > 0, "head_missing": burst["head_missing"] is not None,
            "state": burst["state"] == "ended early"} == {**dict.fromkeys(("missing", "head_missing", "state"), False),
                                                          why: True}


@needs("jq")
def test_check_fails_where_nothing_was_measured(folder):
    """The reference capture has RARP only: complete, but nobody knows how long the machine was silent."""
    folder.take("nested-esxi-vmotion")
    assert folder.check(mac="00:50:56:60:e5:ed") == FAILED


@needs("jq")
def test_check_fails_without_a_document(folder):
    (folder.path / "capture.pcapng").write_bytes(b"no capture")
    assert folder.check() not in (0, FAILED, NO_DOCUMENT)  # tshark's own status; jq is not asked


# ---- other programs ----

@needs("jq")
def test_jq(folder, wireshark):
    folder.take("nested-esxi-vmotion")
    tasks = wireshark.write("json-docs-tasks.csv", (conftest.CAPTURES / "nested-esxi-tasks.csv").read_bytes())
    folder.document("-o", "vmotion_notify.tasks:%s" % tasks, "-o", "vmotion_notify.cutover:TRUE")
    assert folder.shell("jq").splitlines() == [
        '"00:50:56:60:e5:ed","VMware ESXi","Fibonacci × 2 s",6,0,"complete"',
        '"00:0c:29:c6:07:20","unknown","single",1,0,"single"',
        "null",
        "Relocate virtual machine\t1\t37.519875\t5.480125",
        "Relocate virtual machine\t2\t75.522159\t-32.522159"]
    folder.take("esxi-2018-restart-6-plus-9")
    assert len(folder.document("-o", "vmotion_notify.cutover:TRUE")["bursts"]) == 2
    assert [line for line in folder.shell("jq").splitlines() if line.startswith("burst ")] != []
    folder.take(LAB)
    folder.document("-o", "vmotion_notify.cutover:TRUE")
    assert folder.shell("jq").splitlines()[-1] == "173562.984"


@needs("jq")
def test_tsv(folder):
    folder.take("nested-esxi-vmotion")
    bursts = folder.document()["bursts"]
    folder.shell("tsv")
    first, *lines = (folder.path / "bursts.log").read_text(encoding="utf-8").splitlines()
    assert first == r"#separator \x09"
    heading, *rows = csv.reader(lines, delimiter="\t")
    assert heading == ["#fields", "ts", "mac", "announcer", "rounds", "missing", "state"]
    assert [row[1:] for row in rows] == [[burst["mac"], burst["announcer"], str(burst["rounds"]),
                                          str(burst["missing"]), burst["state"]] for burst in bursts]


@needs("sqlite3")
def test_sqlite(folder):
    folder.take("nested-esxi-vmotion")
    folder.document()
    assert folder.shell("sqlite").splitlines() == [
        "mac|announcer|rounds|missing", "00:50:56:60:e5:ed|VMware ESXi|6|0", "00:0c:29:c6:07:20|unknown|1|0"]


def test_python(folder):
    """The lab's capture has nanoseconds, which no double holds beside its seconds since 1970."""
    folder.take(LAB)
    folder.document()
    assert folder.run(sys.executable, "-c", block("python")) == (
        MACHINE + " 1795389017.139945755 49942.567 149990.459 250017.517 354013.398\n")


def test_pandas(folder):
    pytest.importorskip("pandas")
    folder.take("nested-esxi-vmotion")
    printed = folder.run(sys.executable, "-c", block("pandas"))
    assert re.search(r"^VMware ESXi +6 +0 +11$", printed, re.MULTILINE)
    assert printed.count("\n00:50:56:60:e5:ed,") == 5


# ---- the tables of members ----

def place(pointer):
    """What lies at a pointer of the schema such as #/$defs/burst."""
    found = SCHEMA
    for step in pointer.lstrip("#/").split("/"):
        found = found[step] if step else found
    return found


def sections():
    """(pointer, {member: example}) of each table; an example is None where a link stands."""
    for pointer, table in re.findall(r"^`(#[^`]*)`.*\n\n\| Member .*\n\|[-|]+\n((?:\|.*\n)+)", TEXT, re.MULTILINE):
        rows = re.findall(r"^\| (\w+) \| (?:`(.*?)`|\[.*?\]\(#.*?\).*?) \| .+ \|$", table, re.MULTILINE)
        assert len(rows) == table.count("\n"), "a row cannot be read"
        yield pointer, {member: example or None for member, example in rows}


def objects_of(document):
    """(pointer, object) of all that a document holds."""
    yield "#", document
    for mac in document["macs"]:
        yield "#/$defs/mac_summary", mac
        yield "#/$defs/switch", mac.get("switch", {})
    for burst in document["bursts"]:
        cutover = burst.get("cutover", {})
        yield from [("#/$defs/burst", burst), ("#/$defs/cutover", cutover)]
        yield from (("#/$defs/path", path) for path in burst["paths"])
        yield from (("#/$defs/sight_or_null", cutover.get(name) or {})
                    for name in ("last_before", "first_after", "own_announcement"))
    yield from (("#/$defs/event", event) for event in document["events"])
    for task in document.get("tasks", []):
        yield "#/$defs/task", task
        yield from (("#/$defs/task/properties/bursts/items", burst) for burst in task["bursts"])


def test_tables_are_the_schema():
    """Every member of every object, in the schema's order, and nothing else."""
    tables = dict(sections())
    objects = {"#", "#/$defs/task/properties/bursts/items"} | {
        "#/$defs/" + name for name, value in SCHEMA["$defs"].items() if "properties" in value}
    assert set(tables) == objects
    for pointer, members in tables.items():
        assert list(members) == list(place(pointer)["properties"]), pointer


def test_examples_are_what_is_printed(wireshark):
    """Each is a value in the documents that the text names, or of an optional member that they lack."""
    def write(name):
        return wireshark.write("json-docs-" + name, (conftest.CAPTURES / name).read_bytes())
    printed = [wireshark.statistic("nested-esxi-vmotion", "json",
                                   "-o", "vmotion_notify.mac_table:%s" % write("nested-esxi-mac-table.txt"),
                                   "-o", "vmotion_notify.tasks:%s" % write("nested-esxi-tasks.csv")),
               wireshark.statistic(readable_lab(wireshark), "json", "-o", "vmotion_notify.cutover:TRUE")]
    values = {}
    for text in printed:
        for pointer, found in objects_of(json.loads(text, parse_float=decimal.Decimal)):
            for member, value in found.items():
                values.setdefault((pointer, member), []).append(value)
    not_seen = set()
    for pointer, members in sections():
        for member, example in members.items():
            if example is None:
                assert (pointer, member) in values
            elif (pointer, member) in values:
                assert json.loads(example, parse_float=decimal.Decimal) in values[pointer, member], (pointer, member)
            else:
                assert member not in place(pointer)["required"]
                not_seen.add(member)
    assert not_seen == {"vni", "session", "outer_src"}  # of a sight, in tunnels only
