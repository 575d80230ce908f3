# pcapng.py - a small pcapng writer and the few frames that the captures need.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Plain Python 3, standard library only. The same calls always write the same
# octets: no clock, no host name, no random number.

import struct

ETHERNET = 1
LINUX_SLL = 113
LINUX_SLL2 = 276

BROADCAST = "ff:ff:ff:ff:ff:ff"
ETHERTYPE_IPV4 = 0x0800
ETHERTYPE_ARP = 0x0806
ETHERTYPE_RARP = 0x8035
OPCODE_REQUEST_REVERSE = 3

_BLOCK_SECTION = 0x0A0D0D0A
_BLOCK_INTERFACE = 1
_BLOCK_PACKET = 6
_OPT_COMMENT = 1
_OPT_SHB_USERAPPL = 4
_OPT_IF_NAME = 2
_OPT_IF_TSRESOL = 9
_OPT_IF_TSOFFSET = 14


def mac(text):
    """The six octets of "00:50:56:60:e5:ed"."""
    octets = bytes(int(part, 16) for part in text.split(":"))
    if len(octets) != 6:
        raise ValueError("not a MAC address: " + text)
    return octets


def rarp(announced, opcode=OPCODE_REQUEST_REVERSE, sender=None, spa="0.0.0.0", tpa="0.0.0.0"):
    """The 28 octets of a RARP packet (RFC 903) that announces one MAC."""
    return (struct.pack("!HHBBH", 1, ETHERTYPE_IPV4, 6, 4, opcode)
            + mac(sender or announced) + _ipv4(spa) + mac(announced) + _ipv4(tpa))


def ethernet(payload, source, ethertype=ETHERTYPE_RARP, destination=BROADCAST, vlans=(), length=60,
             trailer=b""):
    """An Ethernet frame without FCS, padded with zeros to length octets.

    vlans lists the tags outermost first, each as an identifier (802.1Q) or as
    a pair of tag protocol and identifier. Each tag makes the frame 4 octets
    longer than length, as tagging a padded frame does.
    """
    header = mac(destination) + mac(source)
    for tag in vlans:
        protocol, identifier = tag if isinstance(tag, tuple) else (0x8100, tag)
        header += struct.pack("!HH", protocol, identifier)
    header += struct.pack("!H", ethertype)
    return (header + payload).ljust(length + 4 * len(vlans), b"\0") + trailer


def notice(announced, vlans=(), length=60):
    """The notice that ESXi and QEMU send: broadcast, every hardware address the announced MAC."""
    return ethernet(rarp(announced), announced, vlans=vlans, length=length)


class Capture:
    """A pcapng file in the making: one section, its interfaces, its frames."""

    def __init__(self, comment=None, application="captures/make_captures.py"):
        options = []
        if comment:
            options.append((_OPT_COMMENT, comment.encode("utf-8")))
        options.append((_OPT_SHB_USERAPPL, application.encode("utf-8")))
        body = struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + _options(options)
        self._blocks = [_block(_BLOCK_SECTION, body)]
        self._decimals = []
        self._offsets = []

    def interface(self, name=None, link_type=ETHERNET, decimals=6, comment=None, snap_length=262144,
                  offset_s=0):
        """Add an interface, return its number.

        Its time stamps have so many decimals and count from offset_s seconds after the epoch; below
        0 they can be before it.
        """
        options = []
        if comment:
            options.append((_OPT_COMMENT, comment.encode("utf-8")))
        if name:
            options.append((_OPT_IF_NAME, name.encode("utf-8")))
        options.append((_OPT_IF_TSRESOL, bytes([decimals])))
        if offset_s:
            options.append((_OPT_IF_TSOFFSET, struct.pack("<q", offset_s)))
        body = struct.pack("<HHI", link_type, 0, snap_length) + _options(options)
        self._blocks.append(_block(_BLOCK_INTERFACE, body))
        self._decimals.append(decimals)
        self._offsets.append(offset_s)
        return len(self._decimals) - 1

    def frame(self, time_ns, data, comment=None, interface=0, original_length=None):
        """Add a frame seen time_ns after the epoch. What the resolution cannot hold is an error."""
        unit = 10 ** (9 - self._decimals[interface])
        if time_ns % unit:
            raise ValueError("the interface's resolution cannot hold %d ns" % time_ns)
        stamp = (time_ns - self._offsets[interface] * 10**9) // unit
        options = [(_OPT_COMMENT, comment.encode("utf-8"))] if comment else []
        body = struct.pack("<IIIII", interface, stamp >> 32, stamp & 0xFFFFFFFF, len(data),
                           len(data) if original_length is None else original_length)
        self._blocks.append(_block(_BLOCK_PACKET, body + _padded(data) + _options(options)))

    def octets(self):
        return b"".join(self._blocks)


def _ipv4(text):
    return bytes(int(part) for part in text.split("."))


def _padded(data):
    return data + b"\0" * (-len(data) % 4)


def _options(options):
    if not options:
        return b""
    written = b"".join(struct.pack("<HH", code, len(value)) + _padded(value)
                       for code, value in options)
    return written + struct.pack("<HH", 0, 0)


def _block(block_type, body):
    length = len(body) + 12
    return struct.pack("<II", block_type, length) + body + struct.pack("<I", length)
