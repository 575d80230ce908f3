# frames.py - one notice in every wrapping, and frames that are none.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import struct
import zlib

import pcapng

ANNOUNCED = "00:50:56:aa:bb:cc"
START = 1_700_000_000 * 10**9
SECOND = 10**9


def fcs(frame):
    """The frame with its check sequence behind it."""
    return frame + struct.pack("<I", zlib.crc32(frame))


def cooked(payload, ethertype=pcapng.ETHERTYPE_RARP):
    """Linux cooked capture, version 1: a broadcast received from ANNOUNCED."""
    return struct.pack("!HHH8sH", 1, 1, 6, pcapng.mac(ANNOUNCED), ethertype) + payload


def cooked2(payload, ethertype=pcapng.ETHERTYPE_RARP):
    """Linux cooked capture, version 2, interface 2."""
    return struct.pack("!HHIHBB8s", ethertype, 0, 2, 1, 1, 6, pcapng.mac(ANNOUNCED)) + payload


def snap(payload, ethertype=pcapng.ETHERTYPE_RARP):
    """An IEEE 802.3 frame with LLC and SNAP header."""
    body = b"\xaa\xaa\x03\x00\x00\x00" + struct.pack("!H", ethertype) + payload
    return pcapng.ethernet(body, ANNOUNCED, ethertype=len(body))


def udp(payload, destination_port):
    """An Ethernet frame with a UDP datagram from 192.0.2.1 to 192.0.2.2, no UDP checksum."""
    datagram = struct.pack("!HHHH", 49152, destination_port, 8 + len(payload), 0) + payload
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(datagram), 1, 0x4000, 64, 17, 0,
                         bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2]))
    return pcapng.ethernet(header + datagram, "02:00:00:00:00:01",
                           ethertype=pcapng.ETHERTYPE_IPV4, destination="02:00:00:00:00:02")


def vxlan(frame, network):
    return udp(struct.pack("!II", 0x08000000, network << 8) + frame, 4789)


def geneve(frame, network):
    return udp(struct.pack("!HHI", 0, 0x6558, network << 8) + frame, 6081)


def wrapped():
    """Name: link type, frame, VLANs that the layer has to show. Each holds one notice of ANNOUNCED."""
    rarp = pcapng.rarp(ANNOUNCED)
    plain = pcapng.notice(ANNOUNCED)
    return {
        "ethernet": (pcapng.ETHERNET, plain, []),
        "unpadded": (pcapng.ETHERNET, pcapng.notice(ANNOUNCED, length=42), []),
        "trailer": (pcapng.ETHERNET, plain + b"trailer!", []),
        "dot1q": (pcapng.ETHERNET, pcapng.notice(ANNOUNCED, vlans=[100]), [100]),
        "qinq": (pcapng.ETHERNET, pcapng.notice(ANNOUNCED, vlans=[(0x88A8, 7), 100]), [7, 100]),
        "sll": (pcapng.LINUX_SLL, cooked(rarp), []),
        "sll2": (pcapng.LINUX_SLL2, cooked2(rarp), []),
        "vxlan": (pcapng.ETHERNET, vxlan(plain, 4242), []),
        "geneve": (pcapng.ETHERNET, geneve(plain, 4242), []),
        "snap": (pcapng.ETHERNET, snap(rarp), []),
        "fcs": (pcapng.ETHERNET, fcs(plain), []),
        "arp-ethertype": (pcapng.ETHERNET,
                          pcapng.ethernet(rarp, ANNOUNCED, ethertype=pcapng.ETHERTYPE_ARP), []),
    }


def plain_traffic():
    """Frames that are no RARP: the plugin must not touch them."""
    request = pcapng.rarp("00:00:00:00:00:00", opcode=1, sender=ANNOUNCED, spa="192.0.2.1",
                          tpa="192.0.2.2")
    gratuitous = pcapng.rarp("00:00:00:00:00:00", opcode=1, sender=ANNOUNCED, spa="192.0.2.1",
                             tpa="192.0.2.1")
    reply = pcapng.rarp("02:00:00:00:00:02", opcode=2, sender=ANNOUNCED, spa="192.0.2.1",
                        tpa="192.0.2.2")
    return [pcapng.ethernet(arp, ANNOUNCED, ethertype=pcapng.ETHERTYPE_ARP)
            for arp in (request, gratuitous, reply)] + [
        pcapng.ethernet(reply, ANNOUNCED, ethertype=pcapng.ETHERTYPE_ARP, vlans=[100]),
        udp(b"not a tunnel", 9), udp(b"\x80\x35" * 20, 9),
        pcapng.ethernet(b"\x80\x35" * 23, ANNOUNCED, ethertype=0x88B5),
    ]


def capture_of(frames, link_type=pcapng.ETHERNET, interval=SECOND):
    """The octets of a capture with these frames, interval ns apart."""
    capture = pcapng.Capture(application="tests")
    capture.interface("test0", link_type=link_type)
    for number, frame in enumerate(frames):
        capture.frame(START + number * interval, frame)
    return capture.octets()
