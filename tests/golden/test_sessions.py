# test_sessions.py - one process, several files or sessions: each gets the figures of a fresh process.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import json
import shutil

import pytest

import conftest
import frames
import pcapng
import tables

CUTOVER = ["-o", "vmotion_notify.cutover:TRUE"]
OTHER = "02:00:00:00:00:02"
NAMES = ["nested-esxi-vmotion", "dup-ovs-host-tap0-tap1-uplink-vlan100",
         "qemu-migrate-linuxguest-virtio", "esxi-2018-restart-6-plus-9"]


def capture_of(wireshark, name, sent, first=0):
    """A capture of (MAC, is it a notice?) pairs 100 ms apart, without those before the first."""
    capture = pcapng.Capture(application="tests")
    capture.interface("if0")
    for number, (mac, is_notice) in enumerate(sent):
        frame = pcapng.notice(mac) if is_notice else \
            pcapng.ethernet(b"\x45", mac, ethertype=pcapng.ETHERTYPE_IPV4)
        if number >= first:
            capture.frame(frames.START + number * 10**8, frame)
    return wireshark.write(name + ".pcapng", capture.octets())


def with_resets(wireshark, capture, count, *options, status=0):
    """What tshark prints that forgets everything after so many frames."""
    done = wireshark.run(["tshark", "-q", "-M", str(count), "-r", wireshark.capture(capture), *options])
    assert done.returncode == status
    assert set(done.stderr.splitlines()) == {"resetting session."}
    return done.stdout


@pytest.mark.parametrize("name, count", conftest.few(
    [(name, count) for name in NAMES for count in (1, 5, 7)],
    *zip(NAMES, [1, 5, 7, 5])))
def test_after_a_reset_only_the_last_session_counts(wireshark, name, count):
    """tshark -M: as if the file began with the first frame of the last session."""
    total = wireshark.numbers_of_frames([name])[name]
    first = (total - 1) // count * count + 1
    tail = wireshark.work / "tail.pcapng"
    done = wireshark.run(["editcap", "-r", wireshark.capture(name), tail, "%d-%d" % (first, total)])
    assert done.returncode == 0, done.stderr
    asked = [*CUTOVER, *tables.asked([*tables.TITLES, "json"])]
    assert with_resets(wireshark, name, count, *asked) == wireshark.tshark(tail, "-q", *asked)


SELECTED = ["schedule", "json", "timeline"]


@pytest.fixture(scope="module", params=[OTHER, frames.ANNOUNCED])
def selected(wireshark, request):
    """What statistics with a filter print after a reset, and of the last session alone."""
    sent = [(frames.ANNOUNCED, True)] + [(OTHER, True)] * 5 + [(request.param, True)]
    whole = capture_of(wireshark, "whole", sent)
    tail = capture_of(wireshark, "tail", sent, first=4)
    asked = tables.asked(SELECTED, "eth.src == " + frames.ANNOUNCED)
    return [tables.pieces(text, SELECTED) for text in (with_resets(wireshark, whole, 4, *asked),
                                                       wireshark.tshark(tail, "-q", *asked))]


@pytest.mark.parametrize("what", SELECTED)
def test_a_selection_does_not_outlive_its_session(selected, what):
    """What passed the filter before the reset must not list a burst after it."""
    after_reset, alone = selected
    assert after_reset[what] == alone[what]


def test_other_frames_do_not_outlive_their_session(wireshark):
    """The cut-over knows no frame of before the reset, whose number would mean another one now."""
    sent = [(frames.ANNOUNCED, False)] * 4 + [(frames.ANNOUNCED, True), (frames.ANNOUNCED, False)]
    whole = capture_of(wireshark, "whole", sent)
    tail = capture_of(wireshark, "tail", sent, first=4)
    row, = tables.rows(with_resets(wireshark, whole, 4, "-z", "vmotion_notify,cutover"),
                       tables.TITLES["cutover"])
    assert [row] == tables.cutover(wireshark, tail)
    assert (row["Last before"], row["First after"]) == ("-", "2")


FLOW = ["-z", "flow,vmotion_notify,standard"]


def test_flow_after_a_reset(wireshark):
    sent = [(frames.ANNOUNCED, True)] * 3 + [(OTHER, True)] * 2
    whole = capture_of(wireshark, "whole", sent)
    tail = capture_of(wireshark, "tail", sent, first=3)

    def without_time(text):
        return [line.split("|")[2:] for line in text.splitlines()]
    shown = without_time(with_resets(wireshark, whole, 3, *FLOW))
    assert shown == without_time(wireshark.tshark(tail, "-q", *FLOW))
    assert "burst 1, round 1" in str(shown) and frames.ANNOUNCED not in str(shown)


def test_a_session_without_a_notice(wireshark):
    sent = [(frames.ANNOUNCED, True)] * 3 + [(OTHER, False)] * 2
    whole = capture_of(wireshark, "whole", sent)
    with_resets(wireshark, whole, 3, *FLOW)
    names = [*tables.TITLES, "json"]
    shown = tables.pieces(with_resets(wireshark, whole, 3, *tables.asked(names)), names)
    for what, title in tables.TITLES.items():
        assert tables.rows(shown[what], title) == []
    assert json.loads(shown["json"])["bursts"] == []


def test_files_one_after_another(wireshark):
    """sharkd: each file's rows are those of a tshark that reads only this one."""
    if not shutil.which("sharkd"):
        pytest.skip("sharkd is not installed")
    names = conftest.all_captures()
    # Without the cut-over other tests have asked for the same documents.
    documents = {name: wireshark.json(name, *[] if conftest.SHORT else CUTOVER) for name in names}
    asked = [name for name in tables.TITLES if name not in ("switch", "cutover" if conftest.SHORT else "")]
    with tables.Sharkd(wireshark) as sharkd:
        for name in names + names[::-1]:
            sharkd.load(wireshark.capture(name))
            for what, rows in zip(asked, sharkd.tables(*asked)):
                expected = tables.of_json(documents[name], what)
                assert tables.by_row(rows) == tables.by_row(expected), (name, what)
