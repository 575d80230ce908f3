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


def without_suffix(text):
    """The packet list without the plugin's suffix of the Info column."""
    return [re.sub(r" \[[^\]]*\]$", "", line) for line in text.splitlines()]


def layers(text):
    return sum(line.startswith(LAYER) for line in text.splitlines())


@pytest.fixture(params=["one pass", "two passes"])
def passes(request):
    return ["-2"] if request.param == "two passes" else []


@pytest.mark.parametrize("name", conftest.all_captures())
def test_only_the_layer_is_added(wireshark, passes, name):
    plain = wireshark.tshark(name, *passes, "-V", plugin=False)
    annotated = wireshark.tshark(name, *passes, "-V")
    assert without_layer(annotated) == plain.splitlines()
    rarp = wireshark.tshark(name, "-Y", "arp.opcode in {3, 4}", plugin=False)
    assert layers(annotated) == len(rarp.splitlines())


@pytest.mark.parametrize("name", conftest.all_captures())
def test_only_a_suffix_is_added_to_the_packet_list(wireshark, passes, name):
    plain = wireshark.tshark(name, *passes, plugin=False)
    assert without_suffix(wireshark.tshark(name, *passes)) == plain.splitlines()


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


@pytest.mark.parametrize("name", conftest.all_captures())
def test_nothing_is_added_when_the_layer_is_disabled(wireshark, name):
    plain = wireshark.tshark(name, "-2", "-V", plugin=False)
    assert wireshark.tshark(name, "-2", "-V", "--disable-protocol", "vmotion_notify") == plain


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


@pytest.mark.parametrize("wrapping", sorted(frames.wrapped()))
def test_every_wrapping(wireshark, passes, wrapping):
    link_type, frame, vlans = frames.wrapped()[wrapping]
    octets = frames.capture_of([frame] * 2, link_type)
    capture = wireshark.write("wrapped-%s.pcapng" % wrapping, octets)
    plain = wireshark.tshark(capture, *passes, "-V", plugin=False)
    annotated = wireshark.tshark(capture, *passes, "-V")
    assert without_layer(annotated) == plain.splitlines()
    assert layers(annotated) == 2
    for shown in wireshark.fields(capture, "vmotion_notify.mac", "vmotion_notify.vlan",
                                  "frame.protocols", options=passes):
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


@pytest.mark.parametrize("wrapping", ["ethernet", "dot1q", "qinq", "sll", "sll2", "snap"])
def test_every_snap_length(wireshark, passes, wrapping):
    """Cut after 0 to 60 octets: no crash, and no layer on what ARP could not read."""
    link_type, frame, _ = frames.wrapped()[wrapping]
    capture = pcapng.Capture(application="tests")
    capture.interface("test0", link_type=link_type)
    for length in range(61):
        capture.frame(frames.START + length * frames.SECOND, frame[:length],
                      original_length=len(frame))
    path = wireshark.write("cut-%s.pcapng" % wrapping, capture.octets())
    plain = wireshark.tshark(path, *passes, "-V", plugin=False)
    annotated = wireshark.tshark(path, *passes, "-V")
    assert without_layer(annotated) == plain.splitlines()
    complete = len(wireshark.tshark(path, "-Y", "arp.dst.proto_ipv4", plugin=False).splitlines())
    assert layers(annotated) == complete > 0
