# wrappings.py - a notice in tunnels and other wrappings, and what is to be told of its path.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import socket
import struct

import frames
import pcapng

RAW_IP, WLAN = 101, 105

V4 = ("192.0.2.1", "192.0.2.2")
V6 = ("2001:db8::1", "2001:db8::2")
PLAIN = pcapng.notice(frames.ANNOUNCED)
TAGGED = pcapng.notice(frames.ANNOUNCED, vlans=[20, 30])
TEB = 0x6558  # transparent Ethernet bridging


def ethernet(payload, ethertype=0x0800, vlans=()):
    return pcapng.ethernet(payload, "02:00:00:00:00:01", ethertype=ethertype,
                           destination="02:00:00:00:00:02", vlans=vlans, length=0)


def ip(payload, protocol=17, ends=V4):
    if ":" in ends[0]:
        head = struct.pack("!IHBB", 6 << 28, len(payload), protocol, 64)
        family = socket.AF_INET6
    else:
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 1, 0x4000, 64, protocol, 0)
        family = socket.AF_INET
    return head + b"".join(socket.inet_pton(family, end) for end in ends) + payload


def udp(payload, port):
    return struct.pack("!HHHH", 49152, port, 8 + len(payload), 0) + payload


def gre(payload, ethertype, flags=0, options=b""):
    return struct.pack("!HH", flags, ethertype) + options + payload


def vxlan(frame, network, flags=0x08, port=4789, next_protocol=0):
    head = struct.pack("!BHBI", flags, 0, next_protocol, network << 8)
    return udp(head + frame, port)


def geneve(frame, network, options=b""):
    head = struct.pack("!BBHI", len(options) // 4, 0, TEB, network << 8)
    return udp(head + options + frame, 6081)


def erspan_2(frame, session):
    return gre(struct.pack("!HHI", 0x1005, 0xE000 | session, 7) + frame, 0x88BE, 0x1000,
               struct.pack("!I", 1))


def erspan_3(frame, session, more=b""):
    head = struct.pack("!HHIHH", 0x2005, 0xE000 | session, 7, 0, bool(more)) + more
    return gre(head + frame, 0x22EB, 0x1000, struct.pack("!I", 1))


def sflow(frame):
    """A flow sample of the frame, version 5."""
    padded = frame + b"\0" * (-len(frame) % 4)
    record = struct.pack("!IIII", 1, len(frame), 0, len(frame)) + padded
    sample = struct.pack("!IIIIIIIIII", 1, 1, 1, 1, 0, 1, 2, 1, 1, len(record)) + record
    return udp(struct.pack("!II4sIIIIII", 5, 1, bytes([192, 0, 2, 9]), 0, 1, 1, 1, 1, len(sample))
               + sample, 6343)


def wireless():
    """Between stations of one cell: the addresses as in Ethernet, then the cell, here 81:00:…"""
    cell = bytes([0x81, 0, 0, 5, 0, 6])
    return (struct.pack("<HH", 0x0008, 0) + pcapng.mac(pcapng.BROADCAST)
            + pcapng.mac(frames.ANNOUNCED) + cell + b"\0\0\xaa\xaa\x03\0\0\0\x80\x35"
            + pcapng.rarp(frames.ANNOUNCED))


def pppoe(payload, protocol):
    body = struct.pack("!H", protocol) + payload
    return ethernet(struct.pack("!BBHH", 0x11, 0, 1, len(body)) + body, 0x8864)


def tunnel(ends=V4, **more):
    return {"outer_src": ends[0], "outer_dst": ends[1], **more}


# Name: link type, frame, what the path tells; what it does not name is blank.
WRAPPINGS = {
    "plain": (pcapng.ETHERNET, PLAIN, {}),
    "QinQ": (pcapng.ETHERNET, pcapng.notice(frames.ANNOUNCED, vlans=[(0x88A8, 7), 100]),
             {"vlan": "7,100"}),
    "three tags": (pcapng.ETHERNET,
                   pcapng.notice(frames.ANNOUNCED, vlans=[(0x9100, 7), (0x88A8, 8), 9]),
                   {"vlan": "7,8,9"}),
    "VXLAN": (pcapng.ETHERNET, ethernet(ip(vxlan(TAGGED, 42)), vlans=[5]),
              tunnel(vni="42", vlan="20,30")),
    "VXLAN over IPv6": (pcapng.ETHERNET, ethernet(ip(vxlan(PLAIN, 42), ends=V6), 0x86DD),
                        tunnel(V6, vni="42")),
    "VXLAN without a network": (pcapng.ETHERNET, ethernet(ip(vxlan(PLAIN, 42, flags=0))), tunnel()),
    "VXLAN-GPE": (pcapng.ETHERNET,
                  ethernet(ip(vxlan(PLAIN, 42, flags=0x0C, port=4790, next_protocol=3))),
                  tunnel(vni="42")),
    "GENEVE": (pcapng.ETHERNET, ethernet(ip(geneve(PLAIN, 77))), tunnel(vni="77")),
    "GENEVE with options": (
        pcapng.ETHERNET, ethernet(ip(geneve(PLAIN, 77, b"\x01\x02\x00\x02" + bytes(8) +
                                            b"\x01\x03\x00\x01abcd"), ends=V6), 0x86DD),
        tunnel(V6, vni="77")),
    "GRE": (pcapng.ETHERNET, ethernet(ip(gre(PLAIN, TEB), 47)), tunnel()),
    "NVGRE": (pcapng.ETHERNET,
              ethernet(ip(gre(TAGGED, TEB, 0x2000, struct.pack("!I", 5000 << 8)), 47)),
              tunnel(vlan="20,30")),
    "ERSPAN I": (pcapng.ETHERNET, ethernet(ip(gre(PLAIN, 0x88BE), 47)), tunnel()),
    "ERSPAN II": (pcapng.ETHERNET, ethernet(ip(erspan_2(TAGGED, 1023), 47)),
                  tunnel(session="1023", vlan="20,30")),
    "ERSPAN III": (pcapng.ETHERNET, ethernet(ip(erspan_3(PLAIN, 0), 47)), tunnel(session="0")),
    "ERSPAN III with more": (
        pcapng.ETHERNET, ethernet(ip(erspan_3(PLAIN, 12, struct.pack("!II", 3 << 26, 1)), 47)),
        tunnel(session="12")),
    "ERSPAN over IPv6": (pcapng.ETHERNET, ethernet(ip(erspan_2(PLAIN, 3), 47, V6), 0x86DD),
                         tunnel(V6, session="3")),
    "EtherIP": (pcapng.ETHERNET, ethernet(ip(b"\x30\0" + PLAIN, 97)), tunnel()),
    "TZSP": (pcapng.ETHERNET, ethernet(ip(udp(b"\x01\0\0\x01\x01" + PLAIN, 37008))), tunnel()),
    "tunnel in a tunnel": (
        pcapng.ETHERNET,
        ethernet(ip(vxlan(ethernet(ip(vxlan(PLAIN, 2), ends=V6), 0x86DD), 1))), tunnel(V6, vni="2")),
    "ERSPAN of a tunnel": (pcapng.ETHERNET,
                           ethernet(ip(erspan_2(ethernet(ip(vxlan(PLAIN, 2), ends=V6), 0x86DD), 9),
                                       47)), tunnel(V6, vni="2")),
    "IP in IP": (pcapng.ETHERNET, ethernet(ip(ip(vxlan(PLAIN, 3), ends=V6), 41)),
                 tunnel(V6, vni="3")),
    "MPLS pseudowire": (pcapng.ETHERNET,
                        ethernet(struct.pack("!II", 16 << 12 | 0x1FF, 0) + TAGGED, 0x8847),
                        {"vlan": "20,30"}),
    "MPLS pseudowire in VXLAN": (
        pcapng.ETHERNET,
        ethernet(ip(vxlan(ethernet(struct.pack("!II", 16 << 12 | 0x1FF, 0) + PLAIN, 0x8847), 1))),
        {}),
    "PPPoE over which VXLAN": (pcapng.ETHERNET, pppoe(ip(vxlan(PLAIN, 8)), 0x0021),
                               tunnel(vni="8")),
    "sample": (pcapng.ETHERNET, ethernet(ip(sflow(TAGGED))), {"vlan": "20,30"}),
    "sample of a tunnel": (pcapng.ETHERNET, ethernet(ip(sflow(ethernet(ip(vxlan(PLAIN, 4),
                                                                          ends=V6), 0x86DD)))),
                           tunnel(V6, vni="4")),
    "SLL": (pcapng.LINUX_SLL, frames.cooked(pcapng.rarp(frames.ANNOUNCED)), {}),
    "SLL, VXLAN": (pcapng.LINUX_SLL, frames.cooked(ip(vxlan(TAGGED, 42)), 0x0800),
                   tunnel(vni="42", vlan="20,30")),
    "SLL2": (pcapng.LINUX_SLL2, frames.cooked2(pcapng.rarp(frames.ANNOUNCED)), {}),
    "SLL2, VXLAN": (pcapng.LINUX_SLL2, frames.cooked2(ip(vxlan(PLAIN, 42)), 0x0800),
                    tunnel(vni="42")),
    "bare IP": (RAW_IP, ip(vxlan(PLAIN, 42)), tunnel(vni="42")),
    "802.11": (WLAN, wireless(), {}),
}
