# test_transparent.py - the plugin adds its layer and takes nothing away.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re

import pytest

import conftest
import frames
import pcapng

LAYER = "[vMotion Notify, "


def without_layer(text):
    """The -V text without the plugin's layer and without its name in frame.protocols."""
    kept, inside = [], False
    for line in text.splitlines():
        if line.startswith(LAYER):
            inside = True
        elif not line.startswith(" "):
            inside = False
        if not inside:
            kept.append(re.sub(r"(\[Protocols in frame: .*):vmotion_notify\b", r"\1", line))
    return kept


def without_suffix(lines):
    """The packet list without the plugin's suffix of the Info column."""
    return [re.sub(r" \[[^\]]*\]$", "", line) for line in lines]


def layers(text):
    return sum(line.startswith(LAYER) for line in text.splitlines())


def list_and_details(wireshark, name, *options, plugin=True):
    """Lines of the packet list, and the -V text; one run prints both, in the long form each has its own."""
    if conftest.LONG:
        return (wireshark.tshark(name, *options, plugin=plugin).splitlines(),
                wireshark.tshark(name, *options, "-V", plugin=plugin))
    packets = wireshark.tshark(name, *options, "-P", "-V", plugin=plugin).split("\n\n")
    lines, _, details = zip(*(packet.partition("\n") for packet in packets if packet))
    return list(lines), "\n\n".join(details)


@pytest.fixture(scope="module", params=["one pass", "two passes"])
def passes(request):
    return ["-2"] if request.param == "two passes" else []


@pytest.mark.parametrize("name", conftest.some_captures())
def test_only_the_layer_is_added(wireshark, passes, name):
    _, plain = list_and_details(wireshark, name, *passes, plugin=False)
    _, annotated = list_and_details(wireshark, name, *passes)
    assert without_layer(annotated) == plain.splitlines()
    rarp = re.findall(r"^    Opcode: reverse (?:request|reply) \([34]\)$", plain, re.MULTILINE)
    assert layers(annotated) == len(rarp) > 0


@pytest.mark.parametrize("name", conftest.some_captures())
def test_only_a_suffix_is_added_to_the_packet_list(wireshark, passes, name):
    plain, _ = list_and_details(wireshark, name, *passes, plugin=False)
    annotated, _ = list_and_details(wireshark, name, *passes)
    assert without_suffix(annotated) == plain != annotated


def test_the_suffix_can_be_turned_off(wireshark, passes):
    plain = wireshark.tshark("nested-esxi-vmotion", *passes, plugin=False)
    off = ["-o", "vmotion_notify.info_column:FALSE"]
    assert wireshark.tshark("nested-esxi-vmotion", *passes, *off) == plain
    assert wireshark.tshark("nested-esxi-vmotion", *passes) != plain


def test_the_suffix_in_each_of_two_info_columns(wireshark, passes):
    columns = ["-o", 'gui.column.format:"A","%i","Number","%m","B","%i"']
    once = [line.split(" Who is")[1] for line in wireshark.tshark(
        "nested-esxi-vmotion", *passes).splitlines()]
    twice = wireshark.tshark("nested-esxi-vmotion", *passes, *columns).splitlines()
    for line, suffix in zip(twice, once, strict=True):
        assert line.count(suffix) == 2


FENCE = """
local outer = Proto("outer", "Outer")
function outer.dissector(tvb, pinfo, tree)
    pinfo.cols.info = "before the fence, "
    pinfo.cols.info:fence()
    DissectorTable.get("ethertype"):try(0x8035, tvb, pinfo, tree)
end
DissectorTable.get("ethertype"):add(0x88b5, outer)
"""


def test_the_suffix_behind_a_fence(wireshark, passes):
    """What another protocol wrote and fenced off stays, and is there once."""
    script = wireshark.write("fence.lua", FENCE.encode())
    frame = pcapng.ethernet(pcapng.rarp(frames.ANNOUNCED), frames.ANNOUNCED, ethertype=0x88b5)
    capture = wireshark.write("fence.pcapng", frames.capture_of([frame] * 2))
    options = [*passes, "-X", "lua_script:%s" % script]
    plain = wireshark.tshark(capture, *options, plugin=False).splitlines()
    assert all(line.count("before the fence, Who is") == 1 for line in plain)
    annotated = wireshark.tshark(capture, *options).splitlines()
    assert [line.removeprefix(old) for line, old in zip(annotated, plain, strict=True)] == \
        [" [burst 1, round 1]", " [burst 1, round 2, +1.000 s]"]


@pytest.mark.parametrize("name", conftest.some_captures())
def test_nothing_is_added_when_the_layer_is_disabled(wireshark, name):
    plain = list_and_details(wireshark, name, "-2", plugin=False)
    assert list_and_details(wireshark, name, "-2", "--disable-protocol", "vmotion_notify") == plain


@pytest.mark.parametrize("name", ["nested-esxi-vmotion", "ovn-localnet-default"])
def test_disabling_arp_leaves_what_it_leaves_without_the_plugin(wireshark, name):
    plain = wireshark.tshark(name, "-2", "-V", "--disable-protocol", "arp", plugin=False)
    assert wireshark.tshark(name, "-2", "-V", "--disable-protocol", "arp") == plain


def test_decode_as_arp_still_works(wireshark):
    option = ["-d", "ethertype==0x8035,arp"]
    plain = wireshark.tshark("nested-esxi-vmotion", "-2", "-V", *option, plugin=False)
    annotated = wireshark.tshark("nested-esxi-vmotion", "-2", "-V", *option)
    assert without_layer(annotated) == plain.splitlines()


def test_plain_traffic_is_not_touched(wireshark, passes):
    capture = wireshark.write("plain.pcapng", frames.capture_of(frames.plain_traffic()))
    plain = wireshark.tshark(capture, *passes, "-V", plugin=False)
    assert len(plain) > 1000
    assert wireshark.tshark(capture, *passes, "-V") == plain
    assert wireshark.tshark(capture, *passes) == wireshark.tshark(capture, *passes, plugin=False)


class SideBySide:
    """One capture of several wrappings, each on an interface of its own and cut to some lengths.

    One run of tshark shows all of them; each wrapping's part of it is a list with an item a frame.
    """

    def __init__(self, wireshark, file, lengths):
        """Lengths: {wrapping: [octets that are left of the frame]}."""
        capture = pcapng.Capture(application="tests")
        self._parts, end = {}, 0
        for wrapping, left in lengths.items():
            link_type, frame, _ = frames.wrapped()[wrapping]
            interface = capture.interface(wrapping, link_type=link_type)
            for length in left:
                time = frames.START + (1000 * interface + end) * frames.SECOND
                capture.frame(time, frame[:length], interface=interface, original_length=len(frame))
                end += 1
            self._parts[wrapping] = slice(end - len(left), end)
        self._wireshark, self._path = wireshark, wireshark.write(file, capture.octets())
        self._number = end

    def _by_wrapping(self, items):
        assert len(items) == self._number
        return {wrapping: items[part] for wrapping, part in self._parts.items()}

    def details(self, *options, plugin=True):
        """The -V text."""
        text = self._wireshark.tshark(self._path, *options, "-V", plugin=plugin)
        return self._by_wrapping(re.split(r"^(?=Frame \d+:)", text, flags=re.MULTILINE)[1:])

    def fields(self, *names, options=(), plugin=True):
        return self._by_wrapping(self._wireshark.fields(self._path, *names, options=options,
                                                        plugin=plugin))


WHOLE = {wrapping: [len(frame)] * 2 for wrapping, (_, frame, _) in sorted(frames.wrapped().items())}
CUT = {wrapping: range(61) for wrapping in ("ethernet", "dot1q", "qinq", "sll", "sll2", "snap")}


@pytest.fixture(scope="module")
def whole(wireshark, passes):
    """What is shown of every wrapping: without the plugin, with it, and fields."""
    capture = SideBySide(wireshark, "wrapped.pcapng", WHOLE)
    return (capture.details(*passes, plugin=False), capture.details(*passes),
            capture.fields("vmotion_notify.mac", "vmotion_notify.vlan", "frame.protocols",
                           options=passes))


@pytest.mark.parametrize("wrapping", WHOLE)
def test_every_wrapping(whole, wrapping):
    plain, annotated = ("".join(texts[wrapping]) for texts in whole[:2])
    assert without_layer(annotated) == plain.splitlines()
    assert layers(annotated) == 2
    vlans = frames.wrapped()[wrapping][2]
    for shown in whole[2][wrapping]:
        assert shown[0] == frames.ANNOUNCED
        assert shown[1] == ",".join(str(vlan) for vlan in vlans)
        assert shown[2].endswith(":arp:vmotion_notify")


def test_padding_and_trailer_are_still_shown(wireshark):
    capture = wireshark.write("trailer.pcapng",
                              frames.capture_of([frames.wrapped()["trailer"][1]]))
    shown = wireshark.fields(capture, "eth.padding", "eth.trailer", "vmotion_notify.mac")
    expected = wireshark.fields(capture, "eth.padding", "eth.trailer", plugin=False)
    assert shown[0][:2] == expected[0]
    assert any(expected[0])
    assert shown[0][2] == frames.ANNOUNCED


@pytest.fixture(scope="module")
def cut(wireshark, passes):
    """What is shown of frames cut after 0 to 60 octets, and whether ARP could read them."""
    capture = SideBySide(wireshark, "cut.pcapng", CUT)
    return (capture.details(*passes, plugin=False), capture.details(*passes),
            capture.fields("arp.dst.proto_ipv4", plugin=False))


@pytest.mark.parametrize("wrapping", CUT)
def test_every_snap_length(cut, wrapping):
    """Cut after 0 to 60 octets: no crash, and no layer on what ARP could not read."""
    plain, annotated = ("".join(texts[wrapping]) for texts in cut[:2])
    assert without_layer(annotated) == plain.splitlines()
    complete = sum(address != "" for address, in cut[2][wrapping])
    assert layers(annotated) == complete > 0
