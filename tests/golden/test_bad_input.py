# test_bad_input.py - what is broken is said clearly, with a status, and never a crash.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import json

import pytest

import conftest
import contract
import frames
import pcapng
import tables

REFERENCE = "nested-esxi-vmotion"
# One of Wireshark's tables, and of what is printed without one.
STATISTICS = conftest.few(contract.STATISTICS, "schedule", "json", "timeline")


def failing(wireshark, capture, statistic, filter=None):
    """Run a statistic that has to fail; return its message."""
    argument = "vmotion_notify," + statistic + ("," + filter if filter else "")
    done = wireshark.run(["tshark", "-q", "-r", wireshark.capture(capture), "-z", argument])
    assert done.returncode > 0, "status %d" % done.returncode  # below 0 is a signal
    assert done.stderr.strip() != ""
    return done.stderr


@pytest.mark.parametrize("statistic", STATISTICS)
def test_bad_filter(wireshark, statistic):
    message = failing(wireshark, REFERENCE, statistic, "no_such_field_at_all == 1")
    assert "no_such_field_at_all" in message


@pytest.mark.parametrize("statistic", STATISTICS)
def test_filter_that_does_not_parse(wireshark, statistic):
    failing(wireshark, REFERENCE, statistic, "vmotion_notify.burst == ")


@pytest.mark.parametrize("statistic, behind", conftest.few(
    [(statistic, behind) for behind in ("x", "_2", "json", " ,frame") for statistic in contract.STATISTICS],
    ("schedule", "x"), ("mac", " ,frame"), ("json", "_2"), ("timeline", "json"), ("ndjson", " ,frame")))
def test_name_that_only_begins_like_ours(wireshark, statistic, behind):
    assert "no such statistic" in failing(wireshark, REFERENCE, statistic + behind)


@pytest.mark.parametrize("filter", ["no_such_field_at_all == 1", "vmotion_notify.burst == "])
def test_flow_with_a_bad_filter(wireshark, filter):
    done = wireshark.run(["tshark", "-q", "-r", wireshark.capture(REFERENCE), "-z",
                          "flow,vmotion_notify,standard," + filter])
    assert done.returncode > 0 and done.stderr.strip() != ""


@pytest.mark.parametrize("statistic", STATISTICS)
def test_missing_file(wireshark, statistic):
    message = failing(wireshark, wireshark.work / "no-such-file.pcapng", statistic)
    assert "no-such-file.pcapng" in message


@pytest.mark.parametrize("statistic", STATISTICS)
def test_file_cut_short(wireshark, statistic):
    octets = (wireshark.captures / (REFERENCE + ".pcapng")).read_bytes()
    capture = wireshark.write("cut-short.pcapng", octets[:-30])
    message = failing(wireshark, capture, statistic)
    assert "cut short" in message


@pytest.mark.parametrize("passes", [[], ["-2"]])
def test_json_of_a_file_cut_short(wireshark, passes):
    """What was read before the cut is still one document and nothing else."""
    octets = (wireshark.captures / (REFERENCE + ".pcapng")).read_bytes()
    capture = wireshark.write("cut-short.pcapng", octets[:-30])
    for what, bursts in (("json", lambda text: json.loads(text)["bursts"]),
                         ("ndjson", lambda text: [json.loads(line) for line in text.splitlines()])):
        done = wireshark.run(["tshark", "-q", *passes, "-r", capture, "-z", "vmotion_notify," + what])
        assert [burst["frames"] for burst in bursts(done.stdout)] == [10, 1]
        assert done.returncode > 0 and "cut short" in done.stderr


def test_every_place_to_cut_a_file(wireshark):
    """A file that ends anywhere gives a status, never a signal."""
    octets = (wireshark.captures / (REFERENCE + ".pcapng")).read_bytes()
    for length in range(0, len(octets), 211 if conftest.SHORT else 37):
        capture = wireshark.write("cut.pcapng", octets[:length])
        done = wireshark.run(["tshark", "-q", "-r", capture, "-z", "vmotion_notify,schedule"])
        assert done.returncode >= 0, "signal at length %d" % length


@pytest.fixture(scope="module")
def plain_of_no_octets(wireshark):
    """Status and message without the plugin."""
    capture = wireshark.write("empty.pcapng", b"")
    done = wireshark.run(["tshark", "-q", "-r", capture], plugin=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize("statistic", STATISTICS)
def test_file_of_no_octets(wireshark, plain_of_no_octets, statistic):
    """tshark itself decides what an empty file is; the plugin must not change its mind."""
    capture = wireshark.write("empty.pcapng", b"")
    done = wireshark.run(["tshark", "-q", "-r", capture, "-z", "vmotion_notify," + statistic])
    assert (done.returncode, done.stderr) == plain_of_no_octets


def test_capture_without_a_frame(wireshark):
    capture = pcapng.Capture(application="tests")
    capture.interface("test0")
    path = wireshark.write("no-frame.pcapng", capture.octets())
    printed = tables.statistics(wireshark, path, contract.STATISTICS)
    assert json.loads(printed["json"]) == {"format": 1, "macs": [], "bursts": [], "events": []}
    assert printed["ndjson"] == ""
    assert printed["timeline"] != ""
    for statistic, title in tables.TITLES.items():
        assert tables.rows(printed[statistic], title) == []


def test_capture_without_a_notice(wireshark):
    path = wireshark.write("no-notice.pcapng", frames.capture_of(frames.plain_traffic()))
    printed = tables.statistics(wireshark, path, ["json", "ndjson"])
    assert json.loads(printed["json"]) == {"format": 1, "macs": [], "bursts": [], "events": []}
    assert printed["ndjson"] == ""


@pytest.mark.parametrize("passes", [[], ["-2"]])
def test_json_is_one_document_and_nothing_else(wireshark, passes):
    text = wireshark.statistic(REFERENCE, "json", *passes)
    _, end = json.JSONDecoder().raw_decode(text)
    assert text[end:].strip() == ""


def test_a_clock_in_the_next_century(wireshark):
    """All dates of a pcap file are analysed: its seconds end in 2106."""
    start = (2**32 - 60) * 10**9
    capture = pcapng.Capture(application="tests")
    capture.interface("test0", decimals=9)
    other = pcapng.ethernet(b"\x45", frames.ANNOUNCED, ethertype=pcapng.ETHERTYPE_IPV4)
    capture.frame(start - 10**9, other)
    for offset in (0, 150, 400, 750, 1200):
        capture.frame(start + offset * 10**6, pcapng.notice(frames.ANNOUNCED))
    capture.frame(start + 2 * 10**9, other)
    path = wireshark.write("next-century.pcapng", capture.octets())
    burst, = wireshark.json(path, "-o", "vmotion_notify.cutover:TRUE")["bursts"]
    assert burst["rounds"] == 5
    assert burst["cutover"]["silence_us"] == 3 * 10**6


def test_silence_of_centuries(wireshark):
    """Times that 64 bits of nanoseconds cannot hold end at a limit, whose differences they do hold."""
    apart, limit = 9 * 10**9, 2**63 // 2 // 10**9 - 3
    capture = pcapng.Capture(application="tests")
    capture.interface("test0", decimals=9, offset_s=-apart)
    other = pcapng.ethernet(b"\x45", frames.ANNOUNCED, ethertype=pcapng.ETHERTYPE_IPV4)
    capture.frame(-apart * 10**9, other)
    capture.frame(0, pcapng.notice(frames.ANNOUNCED))
    capture.frame(apart * 10**9 + 999_999_000, other)
    path = wireshark.write("centuries.pcapng", capture.octets())
    burst, = wireshark.json(path, "-o", "vmotion_notify.cutover:TRUE")["bursts"]
    cutover = burst["cutover"]
    assert cutover["silence_us"] == 2 * limit * 10**6 + 999_999
    assert cutover["first_after"]["offset_us"] == limit * 10**6 + 999_999
    row, = tables.cutover(wireshark, path)
    assert [row[name] for name in ("Silence (s)", "Before round 1 (s)", "After (s)")] == \
        ["%d.999999" % (2 * limit), "%d.000000" % limit, "%d.999999" % limit]
