# test_cutover.py - -z vmotion_notify,cutover on made captures, whose truth is known to the nanosecond.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import re
import struct
import subprocess

import pytest

import tables

VM, OTHER, BROADCAST = "525400500001", "525400500002", "ffffffffffff"
ETHERNET, SLL, SLL2 = 1, 113, 276
MS = 1000000
START = 1655217968 * 10**9


def notice(mac=VM):
    return bytes.fromhex("8035" "0001080006040003" + (mac + "00000000") * 2) + bytes(18)


def datagram(number, mac=VM):
    """Something that a machine sends: an IPv4 datagram in its Ethernet payload, type first."""
    body = struct.pack(">i", number)
    return bytes.fromhex("0800" "4500002000004000401100000a3200020a320001" "13ba13ba000c0000") + body


def gratuitous_arp(address="0a320002", mac=VM):
    return bytes.fromhex("0806" "0001080006040001" + mac + address + "000000000000" + address) + bytes(18)


def arp_question(mac=VM):
    return bytes.fromhex("0806" "0001080006040001" + mac + "0a320002" + "000000000000" + "0a320001") + bytes(18)


def advertisement(flags="20000000"):
    return bytes.fromhex("86dd" "60000000" "0018" "3aff" + "fe80" + "00" * 13 + "01" + "ff02" + "00" * 13 + "01"
                         + "88000000" + flags + "fe80" + "00" * 13 + "01")


def ethernet(payload, mac=VM, vlans=()):
    tags = b"".join(struct.pack(">HH", 0x8100, vlan) for vlan in vlans)
    return bytes.fromhex(BROADCAST + mac) + tags + payload


def cooked(payload, mac=VM, kind=0):
    return struct.pack(">HHH", kind, 1, 6) + bytes.fromhex(mac) + b"\0\0" + payload


def cooked2(payload, mac=VM, kind=0):
    return payload[:2] + struct.pack(">HIHBB", 0, 1, 1, kind, 6) + bytes.fromhex(mac) + b"\0\0" + payload[2:]


def pcapng(frames, linktype=ETHERNET, interfaces=("if0", "if1")):
    """A capture of (time in ms, interface, octets) frames."""
    def block(kind, body):
        body += b"\0" * (-len(body) % 4)
        return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)

    out = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    for name in interfaces:
        option = struct.pack("<HH", 2, len(name)) + name.encode() + b"\0" * (-len(name) % 4)
        out += block(1, struct.pack("<HHI", linktype, 0, 0) + option + struct.pack("<HHB3xI", 9, 1, 9, 0))
    for time, interface, octets in frames:
        stamp = START + int(time * MS)
        out += block(6, struct.pack("<IIIII", interface, stamp >> 32, stamp & 0xFFFFFFFF, len(octets), len(octets))
                     + octets)
    return out


QEMU = (0, 50, 200, 450, 800)


def migration(wrap=ethernet, frames=()):
    """10 ms apart up to 0 ms on if0, notices from 30 ms on and datagrams from 47 ms on on if1."""
    found = [(t, 0, wrap(datagram(t))) for t in range(-200, 1, 10)]
    found += [(30 + t, 1, wrap(notice())) for t in QEMU]
    found += [(47 + t, 1, wrap(datagram(1000 + t))) for t in range(0, 900, 10)]
    return sorted(found + list(frames), key=lambda frame: frame[0])


@pytest.fixture
def cutover(wireshark):
    """The rows of a capture made of these frames; one pass and two must agree."""
    def rows(frames, *options, **more):
        capture = wireshark.write("cutover.pcapng", pcapng(frames, more.pop("linktype", ETHERNET)))
        once = tables.cutover(wireshark, capture, *options, **more)
        assert once == tables.cutover(wireshark, capture, "-2", *options, **more)
        return once
    return rows


@pytest.mark.parametrize("wrap, linktype", [(ethernet, ETHERNET), (cooked, SLL), (cooked2, SLL2)])
def test_migration(cutover, wrap, linktype):
    row, = cutover(migration(wrap), linktype=linktype)
    assert row["Silence (s)"] == "0.047000"
    assert (row["Before round 1 (s)"], row["After (s)"]) == ("0.030000", "0.017000")
    assert (row["Last before"], row["First after"]) == ("21", "23")
    assert (row["Path before"], row["Path after"]) == ("if0", "if1")
    assert (row["Own announcement"], row["Note"]) == ("-", "")


def test_file_out_of_order(cutover):
    """As dumpcap writes several interfaces: one interface's frames in a block."""
    frames = sorted(migration(), key=lambda frame: (frame[1], frame[0]))
    row, = cutover(frames)
    assert (row["Silence (s)"], row["Path before"], row["Path after"]) == ("0.047000", "if0", "if1")
    row, = cutover(sorted(frames, key=lambda frame: (-frame[1], frame[0])))
    assert (row["Silence (s)"], row["Path before"], row["Path after"]) == ("0.047000", "if0", "if1")


def test_copies_on_other_ports(cutover):
    """A broadcast is seen where it comes in, and µs later where it leaves; the path is where it came in."""
    last = arp_question()
    row, = cutover(migration(frames=[(5, 0, ethernet(last)), (5.02, 1, ethernet(last)),
                                     (40, 1, ethernet(gratuitous_arp())), (40.02, 0, ethernet(gratuitous_arp()))]))
    assert (row["Silence (s)"], row["Path before"], row["Path after"]) == ("0.035000", "if0", "if1")


def test_vlans(cutover):
    """The path names the VLAN tags, which may change with the move."""
    frames = [(t, i, octets[:12] + struct.pack(">HH", 0x8100, 20 if i else 10) + octets[12:])
              for t, i, octets in migration()]
    row, = cutover(frames)
    assert (row["Path before"], row["Path after"]) == ("if0 VLAN 10", "if1 VLAN 20")


@pytest.mark.parametrize("words, named", [(gratuitous_arp(), "gratuitous ARP"),
                                          (advertisement(), "neighbour advertisement")])
def test_own_announcement(cutover, words, named):
    row, = cutover(migration(frames=[(20, 0, ethernet(words)), (41, 1, ethernet(words))]))
    assert re.match(named + r" in frame \d+, \+0\.011000 s$", row["Own announcement"])
    assert row["Silence (s)"] == "0.021000"


def test_arp_question_is_no_announcement(cutover):
    row, = cutover(migration(frames=[(41, 1, ethernet(arp_question())), (42, 1, ethernet(gratuitous_arp("00000000")))]))
    assert row["Own announcement"] == "-"


def test_what_the_capture_lacks(cutover, wireshark):
    notices = [frame for frame in migration() if frame[2][12:14] == b"\x80\x35"]
    others = [frame for frame in migration() if frame[2][12:14] != b"\x80\x35"]
    row, = cutover(notices)
    assert row["Note"] == "no other frame of this MAC in the capture"
    assert (row["Silence (s)"], row["Last before"], row["First after"], row["Path before"]) == ("-",) * 4
    row, = cutover(sorted(notices + [frame for frame in others if frame[0] < 30], key=lambda frame: frame[0]))
    assert (row["Note"], row["Silence (s)"]) == ("no other frame of this MAC after the first round", "-")
    row, = cutover(sorted(notices + [frame for frame in others if frame[0] > 30], key=lambda frame: frame[0]))
    assert (row["Note"], row["Silence (s)"]) == ("no other frame of this MAC before the first round", "-")
    assert cutover(others) == []


def test_other_machines_do_not_count(cutover):
    row, = cutover(migration(frames=[(t, 0, ethernet(datagram(t), mac=OTHER)) for t in (10, 29, 31, 35)]))
    assert row["Silence (s)"] == "0.047000"


def test_every_burst_has_its_own(cutover):
    """Back and forth: two bursts, two silences; two machines, four."""
    there = migration()
    back = [(t + 5000, 1 - i, octets) for t, i, octets in migration()]
    both = there + back
    frames = sorted(both + [(t + 3, i, octets[:6] + bytes.fromhex(OTHER) + octets[12:].replace(bytes.fromhex(VM), bytes.fromhex(OTHER)))
                            for t, i, octets in both], key=lambda frame: frame[0])
    rows = cutover(frames)
    assert [row["Silence (s)"] for row in rows] == ["0.047000"] * 4
    assert [(row["Path before"], row["Path after"]) for row in rows] == [("if0", "if1")] * 2 + [("if1", "if0")] * 2


def test_filter_selects_rows_and_changes_no_figure(cutover, wireshark):
    row, = cutover(migration(), filter="frame.time_relative > 0.8")
    assert (row["Silence (s)"], row["Burst"]) == ("0.047000", "1")
    assert cutover(migration(), filter="udp") == []


def test_only_frame_is_a_notice(cutover):
    row, = cutover([(0, 0, ethernet(notice()))])
    assert row["Note"] == "no other frame of this MAC in the capture"


def test_notice_is_the_first_frame(cutover):
    row, = cutover([frame for frame in migration() if frame[0] >= 30])
    assert (row["Last before"], row["First after"], row["After (s)"]) == ("-", "2", "0.017000")


# ---- traffic, frames without an answer, the move ----


def request(number):
    """An echo request of another machine, type first; answer() is the one to it."""
    return bytes.fromhex("0800" "4500002000004000400100000a3200010a320002" "0800000000070000")[:-2] \
        + struct.pack(">h", number)


def answer(number):
    return bytes.fromhex("0800" "4500002000004000400100000a3200020a320001" "0000000000070000")[:-2] \
        + struct.pack(">h", number)


def to_vm(payload):
    return bytes.fromhex(VM + OTHER) + payload


def figures(row):
    return tuple(row[name] for name in ("Moved", "First traffic", "Silence to traffic (s)", "Unanswered", "Early frame"))


def solicitation():
    return bytes.fromhex("86dd" "60000000" "0008" "3aff" + "fe80" + "00" * 13 + "01" + "ff02" + "00" * 13 + "02" "85000000" "00000000")


@pytest.mark.parametrize("words", [gratuitous_arp(), advertisement(), solicitation()])
def test_own_announcements_are_no_traffic(cutover, words):
    row, = cutover(migration(frames=[(20, 0, ethernet(words)), (41, 1, ethernet(words))]))
    assert figures(row) == ("yes", "25", "0.047000", "0", "-")


def test_an_advertisement_that_answers_is_traffic(cutover):
    row, = cutover(migration(frames=[(41, 1, ethernet(advertisement("60000000")))]))
    assert (row["First traffic"], row["Own announcement"]) == ("23", "-")


def test_unanswered(cutover):
    """Requests in the silence, some seen on both ports; two of them are answered after it, one before it is none."""
    asked = [(t, 0, to_vm(request(t))) for t in range(-3, 46, 4)]
    copies = [(t + 0.02, 1, octets) for t, _, octets in asked]
    replies = [(47 + i, 1, ethernet(answer(t))) for i, t in enumerate((41, 45))]
    row, = cutover(migration(frames=asked + copies + replies))
    assert row["Unanswered"] == "10"
    assert row["Silence to traffic (s)"] == "0.047000"


def test_cooked_captures_do_not_tell_whom_frames_go_to(cutover):
    row, = cutover(migration(cooked), linktype=SLL)
    assert figures(row) == ("yes", "23", "0.047000", "-", "-")


def test_late_frames_of_the_old_host(cutover):
    """They end nothing, but for those of a machine that goes on sending there."""
    late = [(31 + i, 0, ethernet(datagram(500 + i))) for i in range(5)]
    row, = cutover(migration(frames=late))
    assert (row["Silence (s)"], row["Path after"], figures(row)[2]) == ("0.047000", "if1", "0.047000")
    stays = [(t, 0, octets) for t, _, octets in migration() if octets[12:14] != b"\x80\x35"]
    notices = [frame for frame in migration() if frame[2][12:14] == b"\x80\x35"]
    row, = cutover(sorted(stays + notices, key=lambda frame: frame[0]))
    assert (row["Silence (s)"], row["Path after"], row["Moved"]) == ("0.047000", "if0", "no")


def test_early_frame(cutover):
    """On the new path 1.5 s before the first notice; a broadcast's copy there is none."""
    before = [(t, 0, ethernet(datagram(t))) for t in range(-3000, -200, 10)]
    row, = cutover(migration(frames=before + [(-1495, 1, ethernet(datagram(9999)))]))
    assert row["Early frame"] == "152"
    row, = cutover(migration(frames=before + [(-1495, 0, ethernet(arp_question())), (-1494.98, 1, ethernet(arp_question()))]))
    assert row["Early frame"] == "-"
    row, = cutover(migration(frames=before + [(-900, 1, ethernet(datagram(9999)))]))
    assert row["Early frame"] == "-"


def vxlan(frame, vtep, to):
    """In VNI 7, from one VTEP to another."""
    body = struct.pack(">II", 0x08000000, 7 << 8) + frame
    body = struct.pack(">HHHH", 50000, 4789, 8 + len(body), 0) + body
    header = struct.pack(">BBHHHBBH4B4B", 0x45, 0, 20 + len(body), 1, 0, 64, 17, 0, 10, 0, 0, vtep, 10, 0, 0, to)
    return bytes.fromhex("02aa00000009" "02aa00000001" "0800") + header + body


def test_a_move_between_vteps(cutover):
    """All on one interface: what differs is where the tunnel comes from, whatever is inside it and wherever it goes."""
    row, = cutover([(t, 0, vxlan(octets, 1 + i, 9)) for t, i, octets in migration()])
    assert (row["Moved"], row["Silence (s)"]) == ("yes", "0.047000")
    assert (row["Path before"], row["Path after"]) == ("if0 VNI 7 from 10.0.0.1", "if0 VNI 7 from 10.0.0.2")
    row, = cutover([(t, 0, vxlan(octets, 1, 9 - i)) for t, i, octets in migration()])
    assert (row["Moved"], row["Silence (s)"]) == ("no", "0.047000")


def test_a_heap_is_no_sign_of_life(cutover):
    """The same ARP every 100 ms, and six times at once just before the first notice."""
    frames = [frame for frame in migration() if frame[2][12:14] == b"\x80\x35"]
    frames += [(t, 1, ethernet(gratuitous_arp())) for t in [*range(-500, 0, 100), *range(230, 900, 100)]]
    heap = [(29 + 0.02 * i, 1, ethernet(gratuitous_arp())) for i in range(6)]
    row, = cutover(sorted(frames + heap, key=lambda frame: frame[0]))
    assert (row["Silence (s)"], row["Unanswered"], row["First traffic"]) == ("0.330000", "-", "-")
