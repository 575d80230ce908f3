# test_logs.py - docs/logs.md does what it says: its blocks are run as they stand there.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv
import json
import os
import re
import shutil
import sqlite3
import sys

import pytest

import conftest

DOCUMENT = conftest.REPOSITORY / "docs" / "logs.md"
REFERENCE = "nested-esxi-vmotion"


def block(name):
    """The text of the fenced block with that name."""
    text = DOCUMENT.read_text(encoding="utf-8")
    return re.search(r"^```\w+ %s\n(.*?)^```$" % name, text, re.MULTILINE | re.DOTALL).group(1)


class Ring:
    """A folder with the files of a ring buffer, and what the document does in it."""

    def __init__(self, wireshark, folder):
        self._wireshark = wireshark
        self.folder = folder
        folder.mkdir()
        if os.geteuid() == 0:
            os.chown(folder, conftest.NOBODY, conftest.NOBODY)

    def run(self, *words):
        done = self._wireshark.run(["env", "--chdir=%s" % self.folder, *words])
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def shell(self, name):
        return self.run("sh", "-e", "-c", block(name))

    def cut(self, capture, frames):
        """Cut a capture into files of so many frames each, as -b does."""
        self.run("editcap", "-c", frames, self._wireshark.capture(capture), "ring.pcapng")

    def joined_by_query(self):
        """Rows of the query, by column name; what it asks has to be collected."""
        self.run(sys.executable, "-c", block("load"))
        database = sqlite3.connect(self.folder / "bursts.db")
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(block("join"))]

    def joined_by_mergecap(self):
        """Bursts of the merged file."""
        return [json.loads(line) for line in self.shell("merge").splitlines()]


CASES = conftest.few(
    [(REFERENCE, 3), (REFERENCE, 4), (REFERENCE, 5), ("esxi-2018-restart-7-plus-10", 6),
     ("esxi-2018-restart-7-plus-10", 8), ("ovn-localnet-default", 7), ("ovn-localnet-default", 4)],
    (REFERENCE, 5), ("esxi-2018-restart-7-plus-10", 8), ("ovn-localnet-default", 7))


@pytest.fixture
def ring(wireshark):
    ring = Ring(wireshark, wireshark.work / "ring")
    yield ring
    shutil.rmtree(ring.folder)


@pytest.fixture(scope="module", params=CASES, ids=str)
def collected(wireshark, request):
    """A capture's name, and a ring with its pieces, whose bursts are collected."""
    ring = Ring(wireshark, wireshark.work / "collected-ring")
    ring.cut(*request.param)
    ring.shell("collect")
    yield request.param[0], ring
    shutil.rmtree(ring.folder)


def without_place(burst):
    """A burst without what depends on the file: frame numbers of the merged file are the whole one's."""
    return {key: value for key, value in burst.items() if key not in ("paths", "interfaces")}


@pytest.mark.skipif(sqlite3.sqlite_version_info < (3, 38), reason="SQLite before 3.38 has no ->>")
def test_pieces_are_joined(wireshark, collected):
    """Query and mergecap find what the uncut capture holds."""
    capture, ring = collected
    files = sorted(path.name for path in ring.folder.glob("ring*.pcapng"))
    assert len(files) > 1
    whole = wireshark.json(capture)["bursts"]

    rows = ring.joined_by_query()
    assert [(row["mac"], json.loads(row["vlans"]), row["rounds"]) for row in rows] == [
        (burst["mac"], burst["vlans"], burst["rounds"])
        for burst in sorted(whole, key=lambda burst: burst["start_epoch"])]
    for row, burst in zip(rows, sorted(whole, key=lambda burst: burst["start_epoch"])):
        assert abs(row["start"] - burst["start_epoch"]) < 1e-6
        assert abs(row["span"] * 1e6 - burst["span_us"]) < 10000  # a piece may end with a copy
        assert row["files"] == len(row["names"].split(","))
        assert set(row["names"].split(",")) <= set(files)
    assert max(row["files"] for row in rows) > 1

    merged = ring.joined_by_mergecap()
    assert [without_place(burst) for burst in merged] == [without_place(burst) for burst in whole]


@pytest.mark.skipif(sqlite3.sqlite_version_info < (3, 38), reason="SQLite before 3.38 has no ->>")
@pytest.mark.parametrize("name, size, bursts", [("esxi-2018-restart-6-plus-9", 4, [6, 9]),
                                                ("esxi-2018-restart-7-plus-10", 5, [7, 10])])
def test_restart_near_a_cut(wireshark, ring, name, size, bursts):
    """What the document says of the query's limit: the merged file knows better, no round is lost."""
    ring.cut(name, size)
    ring.shell("collect")
    rows = ring.joined_by_query()
    assert sum(row["rounds"] for row in rows) == sum(bursts)
    assert [burst["rounds"] for burst in ring.joined_by_mergecap()] == bursts


def test_no_piece_passes_for_a_whole_burst(wireshark, collected):
    """A piece whose burst goes on in a later file says so: its edge_end is true."""
    capture, ring = collected
    pieces = [json.loads(line) for line in (ring.folder / "bursts.ndjson").read_text().splitlines()]
    for burst in wireshark.json(capture)["bursts"]:
        stop = burst["start_epoch"] + burst["span_us"] / 1e6
        mine = [piece for piece in pieces if piece["mac"] == burst["mac"]
                and burst["start_epoch"] - 1e-3 <= piece["start_epoch"] <= stop + 1e-3]
        assert mine != []
        for piece in mine:
            if piece["start_epoch"] + piece["span_us"] / 1e6 < stop - 1e-3:
                assert piece["edge_end"], piece


def test_ndjson_is_the_document(wireshark):
    """Line by line the bursts of -z vmotion_notify,json."""
    for name in conftest.captures_for_most():
        text = wireshark.tshark(name, "-q", "-z", "vmotion_notify,ndjson", "-z", "vmotion_notify,json")
        begin = re.search(r"^\{$", text, re.MULTILINE).start()
        document, end = json.JSONDecoder().raw_decode(text, begin)
        lines = (text[:begin] + text[end:]).split("\n")
        assert [json.loads(line) for line in lines if line.strip()] == document["bursts"]


# ---- documents and rows of packets ----

@pytest.fixture
def here(wireshark, ring):
    shutil.copy(wireshark.capture(REFERENCE), ring.folder / "capture.pcapng")
    return ring


def test_elasticsearch(here):
    here.shell("ek")
    lines = [json.loads(line) for line in (here.folder / "packets.json").read_text().splitlines()]
    documents = [line["layers"]["vmotion_notify"] for line in lines if "layers" in line]
    assert len(documents) == 12
    prefix = "vmotion_notify_vmotion_notify_"
    assert [document[prefix + "burst"] for document in documents] == ["1"] * 9 + ["2", "1", "1"]
    assert documents[3][prefix + "deviation_us"] == "198"
    assert documents[3][prefix + "announcer"] == "VMware ESXi"

    mapping = json.loads((here.folder / "mapping.json").read_text())["mappings"]
    assert mapping.get("dynamic", True) is True  # 4.6 leaves it to the default, which is true
    types = {name.replace(prefix, ""): value["type"]
             for name, value in mapping["properties"]["layers"]["properties"]["vmotion_notify"]["properties"].items()}
    counts = ["burst", "burst_first", "burst_last", "burst_rounds", "burst_missing", "burst_frames", "round",
              "prev", "next", "sighting", "sighting_of", "missing", "tick", "event", "event_macs", "companion",
              "host", "answered_in", "answer_to"]
    times = ["delta_us", "sighting_delta_us", "expected_us", "deviation_us"]
    assert {name: types[name] for name in counts + times} == dict.fromkeys(counts + times, "long")
    assert types["kind"] == types["burst_state"] == "short"
    assert all(value == "long" for name, value in types.items() if name.endswith("_us"))
    assert not {"announcer", "schedule", "mac"} & set(types)


def test_array_of_packets(here):
    here.shell("json")
    packets = json.loads((here.folder / "packets-array.json").read_text())
    layers = [packet["_source"]["layers"]["vmotion_notify"] for packet in packets]
    assert [layer["vmotion_notify.round"] for layer in layers] == [
        "1", "2", "2", "3", "3", "4", "4", "5", "5", "1", "6", "6"]
    assert layers[0]["vmotion_notify.burst_tree"]["vmotion_notify.burst.rounds"] == "6"


def test_rows(here):
    here.shell("fields")
    with open(here.folder / "packets.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12
    assert [row["vmotion_notify.delta_us"] for row in rows if row["vmotion_notify.delta_us"]] == [
        "2000141", "4000198", "6000295", "10000630", "16001021"]
    assert rows[0]["vmotion_notify.announcer"] == "VMware ESXi"
    assert [row["frame.number"] for row in rows] == [str(number) for number in range(1, 13)]
