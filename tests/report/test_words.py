# test_words.py - what -z vmotion_notify,report says, word for word, and what it says of odd captures.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# After a change that is meant to change words:
#
#   python3 -m pytest tests/report/test_words.py --regenerate
#
# and read what git shows: every new sentence must be true of the capture.

import json
import pathlib
import re

import pytest

import conftest
import frames
import pcapng
import tables

EXPECTED = pathlib.Path(__file__).resolve().parent / "expected"
REFERENCE = "nested-esxi-vmotion"
MS = 10**6
ESXI, GUEST, QEMU = "00:50:56:00:00:01", "00:0c:29:00:00:02", "52:54:00:00:00:03"
FIBONACCI = (0, 2000, 6000, 12000, 22000, 38000)
NAMES = conftest.captures_for_most()


def words_of(text):
    """The text as one line, each blank single: lines break where the width says."""
    return re.sub(r"\s+", " ", text)


def report(wireshark, capture, *options, filter=None):
    """The report without what differs from machine to machine: folder and versions."""
    text = wireshark.statistic(capture, "report", *options, filter=filter)
    text = text.replace(str(wireshark.capture(capture).parent) + "/", "")
    return re.sub(r"vMotion Notify \S+, Wireshark \S+", "vMotion Notify VERSION, Wireshark VERSION", text)


def capture_of(wireshark, notices, name="words.pcapng"):
    """A capture of (ms, frame or announced MAC)."""
    capture = pcapng.Capture(application="tests")
    capture.interface("test0")
    for ms, what in sorted(notices, key=lambda notice: notice[0]):
        capture.frame(frames.START + ms * MS, what if isinstance(what, bytes) else pcapng.notice(what))
    return wireshark.write(name, capture.octets())


def verdict(text):
    return words_of(text.split("\n\n")[1])


def part(text, heading):
    """The lines of one part."""
    found = re.search(r"\n%s\n((?:  .*\n|\n(?=  ))*)" % re.escape(heading), text)
    return found.group(1) if found else ""


# ---- words ----

@pytest.mark.parametrize("name", NAMES)
def test_every_word(wireshark, regenerate, name):
    found = report(wireshark, name)
    path = EXPECTED / (name + ".txt")
    if regenerate:
        path.parent.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8")
        pytest.skip("written anew")
    assert found.splitlines() == path.read_text(encoding="utf-8").splitlines()


def test_no_expected_report_is_left_over():
    assert sorted(path.stem for path in EXPECTED.iterdir()) == conftest.all_captures()


@pytest.mark.parametrize("name", NAMES)
def test_two_passes_say_the_same(wireshark, name):
    assert report(wireshark, name, "-2") == report(wireshark, name)


@pytest.mark.parametrize("name", NAMES)
def test_no_report_claims_a_cause(wireshark, name):
    """Migrations cannot be seen in notices. The one sentence that names causes says so."""
    text = words_of(report(wireshark, name).replace(name, ""))
    for allowed in ("vMotion Notify report", "vMotion Notify VERSION",
                    "RARP notices show that a MAC was announced, not why: a migration, a fail-over, a "
                    "machine powered on or a changed port group can look alike."):
        assert text.count(allowed) == 1
        text = text.replace(allowed, "")
    assert not re.search("vmotion|migrat|fail-over|failover|moved", text, re.IGNORECASE)
    assert not re.search("(?<!consistent with )VMware ESXi[,;:.]", text)


def rows_of(text):
    """The rows of the table of bursts, as lists of cells, and the intervals below each."""
    rows, intervals = [], []
    for line in part(text, "Bursts").splitlines():
        if re.match(r" +\d+  [0-9a-f:]{17} ", line):
            rows.append(re.split(r"  +", line.strip()))
            intervals.append([])
        elif rows and not line.strip().startswith("…"):
            intervals[-1] += re.findall(r"-?\d+\.\d{6}", line)
    return rows, intervals


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("filter", [None, "vmotion_notify.burst == 2"])
def test_the_table_is_the_statistic(wireshark, name, filter):
    """One row a burst, with the figures of the JSON document."""
    bursts = json.loads(wireshark.statistic(name, "json", filter=filter))["bursts"]
    rows, intervals = rows_of(report(wireshark, name, filter=filter))
    assert len(rows) == len(bursts)
    for row, below, burst in zip(rows, intervals, bursts):
        deviation = tables.microseconds_or_zero(burst["max_deviation_us"])
        assert row == [str(burst["burst"]), burst["mac"], ",".join(map(str, burst["vlans"])) or "-",
                       burst["announcer"], burst["schedule"],
                       *(str(burst[key]) for key in ("rounds", "missing", "frames")),
                       "-" if burst["max_deviation_us"] is None else
                       deviation if deviation == "0" or deviation[0] == "-" else "+" + deviation,
                       burst["state"]]
        assert below == [tables.seconds(us) for us in burst["intervals_us"]]


# ---- verdicts ----

def esxi(mac=ESXI, at=0, without=()):
    return [(at + ms, mac) for n, ms in enumerate(FIBONACCI, 1) if n not in without]


@pytest.mark.parametrize("notices, expected", [
    (esxi(), "One MAC was announced; consistent with VMware ESXi; nothing is missing."),
    (esxi() + [(38000, GUEST)], "One machine with a nested guest was announced; consistent with VMware "
                                "ESXi; nothing is missing."),
    (esxi(without=[3]), "One MAC was announced; consistent with VMware ESXi; 1 round is missing."),
    (esxi() + esxi("00:50:56:00:00:09", 60000),
     "2 MACs were announced; consistent with VMware ESXi; nothing is missing."),
    (esxi(without=[4, 5, 6]) + esxi(at=8000),
     "One MAC was announced; consistent with VMware ESXi; 1 restart; nothing is missing."),
    ([(0, "02:00:00:00:00:01")], "One MAC was announced; the sender is unknown."),
    ([(ms, "02:00:00:00:00:01") for ms in (0, 700, 910, 5000)],
     "One MAC was announced; the sender is unknown."),
])
def test_verdict(wireshark, notices, expected):
    """A frame of another kind comes a minute later, so that no burst may go on after the capture."""
    plain = frames.plain_traffic()[-1]
    last = max(ms for ms, _ in notices) + 60000
    assert verdict(report(wireshark, capture_of(wireshark, [*notices, (last, plain)]))) == expected


def test_missing_round_is_named_once_for_few_bursts(wireshark):
    text = words_of(report(wireshark, capture_of(wireshark, esxi(without=[3]))))
    assert "5 of 6 rounds (round 3 missing)" in text
    assert "Worth a look" not in text


def test_restarts_are_worth_a_look(wireshark):
    """Of more bursts than can be overlooked, those with something to say are named together."""
    notices = esxi(without=[4, 5, 6]) + esxi(at=9000)
    for k in range(3):
        notices += esxi("00:50:56:00:01:%02x" % k, at=60000 + 60000 * k)
    text = report(wireshark, capture_of(wireshark, notices))
    assert ("A restart: the burst before it had not come to its end: burst 2 (%s)." % ESXI
            in words_of(part(text, "Worth a look")))
    assert "a restart, 3.000 s after the last round of burst 1" in words_of(text)


def test_sender_that_is_not_announced(wireshark):
    text = words_of(report(wireshark, "rarp-genuine-arpscan-rarpd"))
    assert ("02:c1:1e:00:00:01 sent a frame that announces 02:c1:1e:00:00:02 (frames 7 and 8): a switch "
            "learns the sender.") in text


def test_who_answered(wireshark):
    """The server's addresses and the one that it gave, from the reply itself; other requests got none."""
    client, server = "02:00:00:00:00:01", "02:00:00:00:00:fe"
    reply = pcapng.ethernet(pcapng.rarp(client, opcode=4, sender=server, spa="192.0.2.254",
                                        tpa="192.0.2.7"), server, destination=client)
    text = report(wireshark, capture_of(wireshark, [
        (0, client), (3, reply),
        (9000, pcapng.ethernet(pcapng.rarp(QEMU, opcode=4, sender=server), server, destination=QEMU))]))
    assert ("answered by %s (192.0.2.254) with the address 192.0.2.7 in frame 2." % server) in words_of(text)
    assert verdict(text) == "One MAC asked for an address; a server answered."
    assert "- 1 RARP reply frame without a request in the capture." in part(text, "Left out")


@pytest.mark.parametrize("name, words", [
    ("qemu-announce-4nics-default", "They begin as the adapters of one machine do."),
    ("qemu-evacuate-3vms", "They begin in 3 groups more than 5 ms apart, as so many machines do"),
])
def test_what_an_event_looks_like(wireshark, name, words):
    assert words in words_of(report(wireshark, name))
    assert "They begin" not in report(wireshark, REFERENCE)


@pytest.mark.parametrize("macs, vendors, flood", [(8, 3, True), (8, 2, False), (7, 3, False)])
def test_flood_of_a_fail_over(wireshark, macs, vendors, flood):
    notices = [(0, "%02x:11:22:00:00:%02x" % (4 * (k % vendors), k)) for k in range(macs)]
    text = words_of(report(wireshark, capture_of(wireshark, notices)))
    assert ("look more like the flood after a fail-over" in text) == flood


# ---- nothing announced ----

def test_no_frame(wireshark):
    text = report(wireshark, capture_of(wireshark, []))
    assert verdict(text).startswith("No RARP announcement in what was read. Nor is there any ARP. What to try:")


def test_gratuitous_arp_instead(wireshark):
    path = wireshark.write("plain.pcapng", frames.capture_of(frames.plain_traffic()))
    assert ("Instead there is 1 gratuitous ARP frame, the first in frame 2 of %s:" % frames.ANNOUNCED
            in words_of(report(wireshark, path)))


@pytest.mark.parametrize("protocol, named", [("vmotion_notify", "vMotion Notify"), ("arp", "ARP/RARP")])
def test_protocol_that_is_switched_off(wireshark, protocol, named):
    text = report(wireshark, REFERENCE, "--disable-protocol", protocol)
    assert verdict(text).startswith("Nothing was looked at: a protocol is switched off. %s is switched off"
                                    % named)
    assert "RARP  " not in text


def test_frames_cut_short(wireshark):
    """A snap length that cuts RARP: said, with the length."""
    capture = pcapng.Capture(application="tests")
    capture.interface("test0", snap_length=40)
    notice = pcapng.notice(ESXI)
    for k in range(3):
        capture.frame(frames.START + k * MS, notice[:40], original_length=len(notice))
    text = report(wireshark, wireshark.write("cut.pcapng", capture.octets()))
    assert "- 3 RARP frames cut short" in part(text, "Left out")
    assert "snap length 40, 3 frames cut, the longest after 40 octets" in words_of(text)


# ---- where it comes from ----

def test_where_it_comes_from(wireshark):
    text = words_of(part(report(wireshark, REFERENCE, "-o", "vmotion_notify.copy_window_ms:7",
                                "-o", "vmotion_notify.info_column:FALSE"), "Where it comes from"))
    for fact in ("file nested-esxi-vmotion.pcapng", "format pcapng", "captured 12 frames, 2022-06-14 14:46:08.519875 to "
                 "2022-06-14 14:46:46.522161 UTC, 38.002 s", "interface vmnic0",
                 "link Ethernet, snap length 262144", "RARP 12 frames, 2 MACs, 2 bursts",
                 "preferences copy_window_ms 7, info_column off"):
        assert fact in text
    assert "preferences" not in report(wireshark, REFERENCE)


def test_filter_is_said(wireshark):
    text = report(wireshark, REFERENCE, filter="vmotion_notify.burst == 2")
    assert part(text, "Left out") == "  - 1 burst that the filter does not pass.\n"
    assert verdict(report(wireshark, REFERENCE, filter="frame.number > 99")) == \
        "No announcement passes the filter."


def test_names_of_interfaces_are_no_controls(wireshark):
    """Whatever a capture calls an interface, a terminal and the order of letters stay as they are."""
    capture = pcapng.Capture(application="tests")
    for name in ("\x1b[31mred", "right\u202eto left", "two\nlines"):
        capture.interface(name)
    for k in range(3):
        capture.frame(frames.START + k * MS, pcapng.notice(ESXI), interface=k)
    text = report(wireshark, wireshark.write("hostile.pcapng", capture.octets()))
    assert not re.search("[\x00-\x09\x0b-\x1f\u202a-\u202e]", text)
    assert "\ufffd[31mred" in text and "right\ufffdto" in text and "two\ufffdlines" in text


# ---- cut-over, switch, tasks ----

def test_cut_over(wireshark):
    """Traffic on one port until 1 s, from 4.5 s on another; five frames to it stay without an answer."""
    capture = pcapng.Capture(application="tests")
    for name in ("Gi0/1", "Gi0/2"):
        capture.interface(name)
    seen = [(ms, 0, frames.udp(b"from %d" % ms, 9)) for ms in (0, 500, 1000)]
    seen += [(ms, 1, frames.udp(b"from %d" % ms, 9)) for ms in (4500, 5000)]
    machine, other = "02:00:00:00:00:01", "02:00:00:00:00:02"
    to_it = pcapng.ethernet(b"x" * 46, other, ethertype=0x88B5, destination=machine)
    seen += [(1500 + 500 * k, 0, to_it + bytes([k])) for k in range(5)]
    seen += [(4000, 1, pcapng.notice(machine))]
    for ms, interface, octets in sorted(seen):
        capture.frame(frames.START + ms * MS, octets, interface=interface)
    path = wireshark.write("cutover.pcapng", capture.octets())
    assert words_of(part(report(wireshark, path, "-2", "-o", "vmotion_notify.cutover:TRUE"), "Cut-over")) == \
        " - %s (burst 1): moved from Gi0/1 to Gi0/2; silent for 3.500 s, until frame 10; 5 frames to it " \
        "stayed without an answer. " % machine
    assert part(report(wireshark, path, "-2"), "Cut-over") == ""


def test_switch(wireshark):
    table = wireshark.write("table.txt", b"50 0050.5660.e5ed DYNAMIC Gi0/6\n")
    text = report(wireshark, REFERENCE, "-o", "vmotion_notify.mac_table:%s" % table)
    rows = [line.split() for line in part(text, "The switch's table").splitlines()[1:]]
    assert rows[0][:4] == ["00:50:56:60:e5:ed", "50", "Gi0/6", "learned"]
    assert rows[1][:4] == ["00:0c:29:c6:07:20", "-", "-", "not"]


def test_tasks(wireshark):
    """The reference's author set the notices beside the task."""
    tasks = conftest.CAPTURES / "nested-esxi-tasks.csv"
    copy = wireshark.write("tasks.csv", tasks.read_bytes())
    text = report(wireshark, REFERENCE, "-o", "vmotion_notify.tasks:%s" % copy)
    words = words_of(part(text, "Tasks"))
    assert "(burst 1) 37.520 s after its start, 5.480 s before its end" in words
    assert "(burst 2) 75.522 s after its start, 32.522 s after its end" in words
    assert re.search(r"Relocate virtual  \| =+\] +\|\n", text)
    later = wireshark.write("later.csv", b"2023-01-01T00:00:00Z 2023-01-01T00:01:00Z Something else\n")
    assert words_of(part(report(wireshark, REFERENCE, "-o", "vmotion_notify.tasks:%s" % later), "Tasks")) == \
        " - 1 task without a notice in the capture. "


# ---- names ----

def test_resolved_names(wireshark):
    """Where the user's ethers file names a MAC, its name stands beside it; -n takes it away."""
    folder = wireshark.work / "named"
    folder.mkdir(mode=0o755)
    (folder / "ethers").write_text("00:50:56:60:e5:ed esx7-vmk0\n")
    asked = tables.asked(["html", "report", "schedule", "mac"])
    words = ["env", "WIRESHARK_CONFIG_DIR=%s" % folder, "tshark", "-q", *asked,
             "-r", wireshark.capture(REFERENCE)]
    done = wireshark.run(words)
    assert (done.returncode, done.stderr) == (0, "")
    printed = tables.pieces(done.stdout, ["html", "report", "schedule", "mac"])
    for name, text in printed.items():
        assert "00:50:56:60:e5:ed (esx7-vmk0)" in text, name
        assert "00:0c:29:c6:07:20 (" not in text.replace("00:0c:29:c6:07:20 (burst", ""), name
    assert "esx7" not in wireshark.run([*words, "-n"]).stdout


# ---- many ----

def test_long_reports_are_cut_and_say_so(wireshark):
    path = capture_of(wireshark, [(100000 * k, "02:00:00:00:00:%02x" % k) for k in range(60)])
    text = report(wireshark, path)
    assert "… and 40 more events; the preference report_all shows them" in text
    assert "… and 20 more bursts; the preference report_all shows them" in text
    assert "… and 20 more bursts\n" in text  # of the timeline
    assert len(rows_of(text)[0]) == 40
    text = report(wireshark, path, "-o", "vmotion_notify.report_all:TRUE")
    assert " more " not in text and len(rows_of(text)[0]) == 60
    assert text.count("(burst 60): a single notice") == 1
