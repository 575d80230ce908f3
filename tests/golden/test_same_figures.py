# test_same_figures.py - every statistic says the same of every capture, whoever is asked.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The JSON of one pass is the measure. The tables of tshark and of sharkd, in one
# pass and two, with a filter and without, have to show its values in every
# column; JSON of two passes and the lines of NDJSON have to be equal to it.

import json
import shutil

import pytest

import conftest
import contract
import frames
import pcapng
import tables

LAB_SAMPLE = conftest.CAPTURES / "lab" / "sample" / "capture.pcapng"
MS, US = 10**6, 10**3


def made_capture():
    """What the captures lack: long cells, several VLANs, ns that round up, a silence of weeks."""
    capture = pcapng.Capture(application="tests")
    for name in ("if0", "if1"):
        capture.interface(name, decimals=9)
    seen = []

    def announce(mac, offsets, vlans=(), interface=0):
        seen.extend((frames.START + offset, interface, pcapng.notice(mac, vlans=vlans))
                    for offset in offsets)

    one = "02:00:00:00:00:01"
    announce(one, [n * 300 * MS + n * n * 499 for n in range(20)], vlans=[7, 100])
    announce(one, [n * 300 * MS + n * n * 499 + 11 * US for n in range(20)], vlans=[8], interface=1)
    announce(one, [30 * 86400 * 10**9 + n * MS * 50 for n in (0, 1, 4, 9, 16)])
    for n in range(2, 12):  # one event of ten MACs
        announce("02:00:00:00:00:%02x" % n, [10 * 10**9 + n * MS + ms * MS + 500 * n
                                              for ms in (0, 50, 200, 450, 800)])
    # a second that only rounding completes
    announce("02:00:00:00:00:ff", [20 * 10**9 - 400, 22 * 10**9 - 501, 24 * 10**9 - 1])
    for time, interface, frame in sorted(seen):
        capture.frame(time, frame, interface=interface)
    return capture.octets()


def mac_table(document):
    """Text of a switch that learned two MACs of three, every other one in a VLAN without a number."""
    return "".join("%s %s DYNAMIC Gi0/%d\n" % (["servers", "%4d" % (i + 1)][i % 2], mac["mac"], i // 2)
                   for i, mac in enumerate(document["macs"]) if i % 3 != 2)


class Case:
    """A capture with the options under which all five tables have something to say."""

    def __init__(self, wireshark, name):
        octets = {"made": made_capture, "lab-sample": LAB_SAMPLE.read_bytes}.get(name)
        self.capture = wireshark.write(name + ".pcapng", octets()) if octets else \
            wireshark.capture(name)
        text = mac_table(wireshark.json(self.capture))
        self.table = wireshark.write(name + "-mac-table.txt", text.encode())
        self.preferences = {"vmotion_notify.cutover": "TRUE"}
        if text:
            self.preferences["vmotion_notify.mac_table"] = str(self.table)
        self.options = [word for item in self.preferences.items() for word in ("-o", "%s:%s" % item)]
        printed = tables.statistics(wireshark, self.capture, contract.STATISTICS, *self.options)
        self.document = json.loads(printed["json"])
        half = max(burst["last_frame"] for burst in self.document["bursts"]) // 2
        self.filter = "frame.number > %d" % half
        self.filtered = listed(self.document, half)


def listed(document, frame):
    """What a filter leaves that lets only later frames pass: rows, never a figure."""
    bursts = [burst for burst in document["bursts"] if burst["last_frame"] > frame]
    macs = {burst["mac"] for burst in bursts}
    events = {burst["event"] for burst in bursts}
    return {"format": document["format"], "bursts": bursts,
            "macs": [mac for mac in document["macs"] if mac["mac"] in macs],
            "events": [event for event in document["events"] if event["event"] in events]}


@pytest.fixture(scope="module", params=[*conftest.some_captures(), "lab-sample", "made"])
def case(request, wireshark):
    return Case(wireshark, request.param)


@pytest.fixture(scope="module", params=["whole", "filtered"])
def part(request, case):
    """Filter, and the document that it has to leave."""
    return (None, case.document) if request.param == "whole" else (case.filter, case.filtered)


@pytest.fixture(scope="module", params=["one pass", "two passes"])
def passes(request):
    return ["-2"] if request.param == "two passes" else []


@pytest.fixture(scope="module")
def printed(wireshark, case, part, passes):
    """What every statistic prints, and the document whose figures it has to show."""
    filter, document = part
    return tables.statistics(wireshark, case.capture, contract.STATISTICS, *passes, *case.options,
                             filter=filter), document


def test_tables_of_tshark(printed):
    found, document = printed
    for name, title in tables.TITLES.items():
        assert tables.rows(found[name], title) == tables.of_json(document, name), name


def test_documents(printed):
    found, document = printed
    assert json.loads(found["json"]) == document
    assert [json.loads(line) for line in found["ndjson"].splitlines()] == document["bursts"]


@pytest.fixture
def sharkd(wireshark):
    if not shutil.which("sharkd"):
        pytest.skip("sharkd is not installed")
    with tables.Sharkd(wireshark) as sharkd:
        yield sharkd


def test_tables_of_sharkd(sharkd, case):
    """Twice: the rows of a second retap are neither doubled nor others."""
    for name, value in case.preferences.items():
        sharkd.ask("setconf", name=name, value=value)
    sharkd.load(case.capture)
    for _ in range(2):
        for name, rows in zip(tables.TITLES, sharkd.tables(*tables.TITLES)):
            assert tables.by_row(rows) == tables.by_row(tables.of_json(case.document, name)), name


def test_made_capture_has_what_it_is_made_for(wireshark):
    case = Case(wireshark, "made")
    schedule, macs, events = (tables.of_json(case.document, name)
                              for name in ("schedule", "mac", "event"))
    assert any("more)" in row["Intervals (s)"] for row in schedule)
    assert any("," in row["VLAN"] for row in schedule)
    assert any(row["Start (UTC)"].endswith(".000000") for row in schedule)
    assert any(len(row["Largest silence (s)"]) >= len("1000000.000000") for row in macs)
    assert any("more)" in row["MACs announced"] for row in events)


def seen_twice():
    """Three bursts of two MACs, each frame on two interfaces, one of them answered by a RARP server,
    and a last notice of a third MAC."""
    capture = pcapng.Capture(application="tests")
    capture.interface("if0")
    capture.interface("if1")
    notices = [("00:50:56:00:00:01", 1000 * s) for s in (0, 1, 2, 4, 7, 12, 20, 33, 54, 88)]
    notices += [("52:54:00:00:00:02", 5300 + ms) for ms in (0, 50, 200, 450, 800)]
    notices += [("52:54:00:00:00:02", 9300 + ms) for ms in (0, 50, 200, 450, 800)]
    for mac, ms in sorted(notices, key=lambda notice: notice[1]):
        for interface in (0, 1):
            capture.frame(frames.START + ms * MS + interface * 20 * US, pcapng.notice(mac),
                          interface=interface)
        if ms == 9300:
            reply = pcapng.ethernet(pcapng.rarp(mac, opcode=4, sender="02:00:00:00:00:01"),
                                    "02:00:00:00:00:01")
            capture.frame(frames.START + ms * MS + 90 * US, reply, interface=0)
    capture.frame(frames.START + 200000 * MS, pcapng.notice("52:54:00:00:00:03"), interface=0)
    return capture.octets()


@pytest.mark.parametrize("read_filter", ["arp.opcode == 3",
                                         "vmotion_notify.sighting == 1", "vmotion_notify.round != 2",
                                         "vmotion_notify.sighting == 2 || vmotion_notify.round < 4",
                                         "vmotion_notify.delta < 1 || vmotion_notify.round == 1"])
def test_rejected_frames_never_came(wireshark, read_filter):
    """What -2 -R lets through is the same capture as those frames alone, though the filter asks for
    our fields of each frame, also of those that it rejects."""
    capture = wireshark.write("twice.pcapng", seen_twice())
    passed = wireshark.work / "passed.pcapng"
    wireshark.tshark(capture, "-2", "-R", read_filter, "-w", passed)
    document = wireshark.json(passed)
    assert wireshark.json(capture, "-2", "-R", read_filter)["bursts"] == document["bursts"]
    assert sum(burst["frames"] for burst in document["bursts"]) <= 41
