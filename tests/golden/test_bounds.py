# test_bounds.py - the capture begins and ends where its frames do, RARP or not.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Whether a burst ended early or ends with the capture depends on frames that are no
# RARP. Layer, tables and JSON have to say the same of it, in each way to read a file.

import json
import re
import shutil
import sys

import pytest

import conftest
import pcapng
import tables

sys.path.append(str(conftest.TESTS / "field"))
import kinds  # noqa: E402
from kinds import ESXI, KVM, QEMU, VM, arp, capture, every, packet, segment, sent  # noqa: E402

BURST = sent(ESXI[:5], VM)  # 6 of its 10 rounds, the last one 7.7 s after the first
HOUR = every(60, 10, 3610, packet)
ENDED, OPEN = "ended early", "ends with the capture"
MAY_GO_ON, BEGAN = "may go on after the capture", "may have begun before the capture"
STATES = {ENDED: "3", OPEN: "2"}

AFTER = {
    "rarp-only": ([], OPEN),
    "udp": (HOUR, ENDED),
    "tcp": (every(60, 10, 3610, segment), ENDED),
    "arp": (every(60, 10, 3610, arp), ENDED),
    "one-frame": (packet(3600), ENDED),
    "soon": (packet(8), OPEN),
    "udp-and-burst": (HOUR + sent(QEMU, KVM, at=1800), ENDED),
}

FEW = ["rarp-only", "udp", "soon"]  # each state, and both reasons for one of them
PASSES = [["-2"]] if conftest.SHORT else [[], ["-2"]]

STATE = "vmotion_notify.burst.state"


@pytest.fixture(params=AFTER if conftest.LONG else FEW)
def ended(wireshark, request):
    """A capture with traffic behind a burst, and the burst's state."""
    after, state = AFTER[request.param]
    return wireshark.write("after-%s.pcapng" % request.param, capture(BURST, after)), state


def first_burst(document):
    return next(burst for burst in document["bursts"] if burst["mac"] == VM)


def states(wireshark, file, *options):
    """What the layer has for the burst's frames."""
    shown = wireshark.fields(file, "vmotion_notify.mac", STATE, options=options)
    return [state for mac, state in shown if mac == VM]


def shown_with_statistics(wireshark, file, options):
    """The same beside what is said of an end that is not known, and {name: what it prints} of the
    statistics that run beside it."""
    names = ["schedule", "json"]
    shown, text = wireshark.fields_and_more(file, "frame.number", "vmotion_notify.mac", STATE,
                                            "vmotion_notify.expert.may_go_on",
                                            options=[*options, *tables.asked(names)])
    return [row[2:] for row in shown if row[1] == VM], tables.pieces(text, names)


@pytest.mark.parametrize("options", [(), ("-2",), ("-2", "-R", "vmotion_notify"),
                                     ("-Y", "vmotion_notify"), ("-2", "-Y", "vmotion_notify")])
def test_json(wireshark, ended, options):
    file, state = ended
    text = shown_with_statistics(wireshark, file, options)[1]["json"] if options else \
        wireshark.statistic(file, "json")
    burst = first_burst(json.loads(text))
    assert burst["state"] == state
    assert burst["edge_end"] == (state == OPEN)


def test_json_of_a_filter(wireshark, ended):
    """The filter leaves what a statistic counts, not what the capture holds."""
    file, state = ended
    document = wireshark.json(file, filter="vmotion_notify.mac == %s" % VM)
    assert first_burst(document)["state"] == state


@pytest.mark.parametrize("options", [(), ("-2",)])
def test_table(wireshark, ended, options):
    file, state = ended
    text = shown_with_statistics(wireshark, file, options)[1]["schedule"]
    line = next(line for line in text.splitlines() if VM in line)
    assert state in line


@pytest.mark.parametrize("options", [("-2",), ("-2", "-Y", "vmotion_notify"),
                                     ("-2", "-R", "vmotion_notify")])
def test_layer_in_two_passes(wireshark, ended, options):
    file, state = ended
    shown, _ = shown_with_statistics(wireshark, file, options)
    assert [row[0] for row in shown] == [STATES[state]] * 6


def test_frames_that_share_a_number(wireshark):
    """A read filter gives the number of a frame that it drops to the next one: that one's time counts, too."""
    file = wireshark.write("shared-number.pcapng", capture(BURST, sent([], KVM, at=9) + HOUR))
    shown, _ = shown_with_statistics(wireshark, file, ("-2", "-R", "arp.src.hw_mac == %s" % VM))
    assert [row[0] for row in shown] == [STATES[ENDED]] * 6


def test_layer_in_one_pass_claims_nothing_of_the_end(wireshark, ended):
    file, _ = ended
    shown, _ = shown_with_statistics(wireshark, file, ())
    assert len(shown) == 6 and not [row for row in shown if any(row)]


def test_text_and_statistic_together(wireshark, ended):
    """One pass that prints the layer of every frame: what it says is not what the end says."""
    file, state = ended
    text = wireshark.tshark(file, "-V", "-z", "vmotion_notify,json")
    layers, document = text.split('{\n  "format"')
    assert first_burst(json.loads('{"format"' + document))["state"] == state
    assert ENDED not in layers and OPEN not in layers


# The begin

BEFORE = {
    "rarp-only": ([], True),
    "just-before": (packet(99), True),
    "long-before": (every(1, 0, 100, packet), False),
    "one-arp": (arp(0), False),
}


@pytest.mark.parametrize("options", PASSES)
@pytest.mark.parametrize("name", BEFORE)
def test_begin(wireshark, options, name):
    before, may_have_begun = BEFORE[name]
    rounds = sent([3, 5, 8], VM, at=100)  # the first ones are not seen
    file = wireshark.write("before-%s.pcapng" % name, capture(before, rounds, packet(300)))
    burst = first_burst(wireshark.json(file, *options))
    assert (BEGAN in burst["notes"]) == may_have_begun
    shown = wireshark.fields(file, "vmotion_notify.expert.began_before", options=["-2"])
    assert any(value for value, in shown) == may_have_begun


def test_first_frame_is_not_the_earliest(wireshark):
    """Merged: the first frame is of an hour later."""
    written = pcapng.Capture(application="tests")
    written.interface("test0", decimals=9)
    for time, frame, _ in [*packet(3600), *sent([3, 5, 8], VM, at=100), *packet(100.5)]:
        written.frame(kinds.START + time, frame)
    file = wireshark.write("merged.pcapng", written.octets())
    burst = first_burst(wireshark.json(file))
    assert BEGAN in burst["notes"] and burst["state"] == ENDED
    assert states(wireshark, file, "-2") == [STATES[ENDED]] * 4


def test_next_file_begins_anew(wireshark):
    """What was seen of one file is not known of the next one in the same program."""
    if not shutil.which("sharkd"):
        pytest.skip("no sharkd")
    with_hour = wireshark.write("hour.pcapng", capture(BURST, HOUR))
    alone = wireshark.write("alone.pcapng", capture(BURST))
    plain = wireshark.write("no-rarp.pcapng", capture(HOUR))
    found = []
    with tables.Sharkd(wireshark) as sharkd:
        for file in (with_hour, alone, plain, with_hour):
            sharkd.ask("load", file=str(file))
            shown = json.dumps(sharkd.ask("frame", frame=1, proto=True))
            state = re.search(r"vmotion_notify\.burst\.state == (\d)", shown)
            found.append(state and state[1])
    assert found == [STATES[ENDED], STATES[OPEN], None, STATES[ENDED]]


# What is switched off, and what must not be seen


@pytest.mark.parametrize("protocol", ["vmotion_notify", "arp", "vmotion_notify_rarp"])
@pytest.mark.parametrize("passes", PASSES)
def test_disabled(wireshark, protocol, passes):
    file = wireshark.write("disabled.pcapng", capture(BURST, HOUR))
    options = [*passes, "-V", "--disable-protocol", protocol]
    known = protocol != "vmotion_notify_rarp"  # which Wireshark's own lists leave to ARP
    if known:
        plain = wireshark.tshark(file, *passes, "-V", "--disable-protocol", protocol, plugin=False)
        assert wireshark.tshark(file, *options) == plain
    else:
        assert wireshark.tshark(file, *options) == wireshark.tshark(file, *passes, "-V")


@pytest.mark.parametrize("passes", PASSES)
def test_no_trace_in_other_frames(wireshark, passes):
    """Later frames look as they do without the plugin, and so does the hierarchy of protocols."""
    file = wireshark.write("trace.pcapng", capture(BURST, HOUR))
    others = [*passes, "-Y", "not arp"]
    # -V prints frame.protocols as well.
    for form in (["-P", "-V", "-z", "io,phs,udp"], ["-T", "json"]):
        shown = wireshark.tshark(file, *others, *form)
        assert shown and shown == wireshark.tshark(file, *others, *form, plugin=False)


def test_no_protocol_of_its_own(wireshark):
    """Nothing that a list of enabled protocols could show, or save, beside the layer's own."""
    listed = [wireshark.run(["tshark", "-G", "protocols"], plugin=plugin).stdout.splitlines()
              for plugin in (True, False)]
    added = {line.split("\t")[2] for line in set(listed[0]) - set(listed[1])}
    assert added == {"vmotion_notify", "vmotion_notify_rarp"}
