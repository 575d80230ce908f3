#!/usr/bin/env python3
# make_captures.py - writes the captures that were made from published figures.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
#   make_captures.py           writes them into the folder of this script
#   make_captures.py --check   says whether the files there are what it writes
#
# Where a source leaves something out (a day, a time zone, a MAC), the capture's
# comment says what was put in its place. README.md lists the sources.

import argparse
import calendar
import os
import sys

import pcapng

FOLDER = os.path.dirname(os.path.abspath(__file__))
MS = 1_000_000


def instant(date, clock):
    """Nanoseconds since the epoch of "2022-06-14" and "14:46:08.519875", taken as UTC."""
    year, month, day = (int(part) for part in date.split("-"))
    hour, minute, second = clock.split(":")
    whole = calendar.timegm((year, month, day, int(hour), int(minute), 0))
    return whole * 10**9 + seconds(second)


def seconds(text):
    """Nanoseconds of "918.810725", without a detour over floating point."""
    whole, _, fraction = text.partition(".")
    return int(whole) * 10**9 + int(fraction.ljust(9, "0"))


def nested_esxi_vmotion():
    """The reference case: a nested ESXi and one guest inside it, moved by vMotion."""
    outer, inner = "00:50:56:60:e5:ed", "00:0c:29:c6:07:20"
    published = [
        (14, "14:46:08.519875", outer), (17, "14:46:10.520016", outer),
        (18, "14:46:10.520016", outer), (21, "14:46:14.520214", outer),
        (22, "14:46:14.520215", outer), (25, "14:46:20.520509", outer),
        (26, "14:46:20.520509", outer), (29, "14:46:30.521139", outer),
        (30, "14:46:30.521139", outer), (33, "14:46:46.522159", inner),
        (34, "14:46:46.522160", outer), (35, "14:46:46.522161", outer),
    ]
    capture = pcapng.Capture(
        "A nested ESXi host is moved by vMotion; destination host's uplink, EtherType 0x8035 only. "
        "Rebuilt from the 12 frames published in \"Nested ESXiをvMotionした場合の動作について\" "
        "(hidemium's blog, June 2022). The day is not published: the 14th, the article's own date, "
        "stands in. The published local times are written as if they were UTC. The frames between "
        "these belong to other MACs and were not published.")
    capture.interface("vmnic0")
    for number, clock, announced in published:
        what = "nested ESXi" if announced == outer else "guest inside the nested ESXi"
        capture.frame(instant("2022-06-14", clock), pcapng.notice(announced),
                      "published as frame %d (%s)" % (number, what))
    return capture


def esxi_2012():
    times = ["56.178929", "56.964847", "57.964780", "58.964792", "60.964920", "63.964933"]
    capture = pcapng.Capture(
        "ESX 4.1/5.0 era, published 2012: the first six rounds of a burst with T = 1 s. Only the "
        "seconds are published: 2012-01-01 00:00 UTC stands in for date, hour and minute.")
    capture.interface()
    for text in times:
        capture.frame(instant("2012-01-01", "00:00:00") + seconds(text),
                      pcapng.notice("00:50:56:9b:4f:0d"))
    return capture


def esxi_2018(announced, parts, comment):
    """Bursts of one MAC in VLAN 3; times count from 1523286000 s after the epoch."""
    capture = pcapng.Capture(comment)
    capture.interface()
    for text in " ".join(parts).split():
        capture.frame(1523286000 * 10**9 + seconds(text), pcapng.notice(announced, vlans=[3]))
    return capture


def esxi_2018_restart_7_plus_10():
    return esxi_2018(
        "00:50:56:8e:2d:ce",
        ["905.233645 906.182347 907.182172 908.182307 910.182453 913.182511 918.182812",
         "918.810725 919.182791 920.182730 921.182842 923.183119 926.183184 931.183250 "
         "939.183703 952.184387 973.185351"],
        "ESXi, published 2018, T = 1 s, VLAN 3: seven rounds, cut short by a complete burst of ten "
        "that begins 0.63 s after the seventh, with an immediate frame.")


def esxi_2018_restart_6_plus_9():
    return esxi_2018(
        "00:0c:29:1c:23:03",
        ["946.977401 947.152459 948.152482 949.152557 951.152555 954.152696",
         "956.152872 957.152939 958.152913 960.152904 963.153079 968.153253 976.153358 "
         "989.153849 1010.154328"],
        "ESXi, published 2018, T = 1 s, VLAN 3: six rounds, cut short by a restart whose immediate "
        "frame is absent; nine rounds follow.")


def esxi_2022_nsxt_failover():
    frames = [
        ("14:53:52.919368", "00:50:56:6c:e2:6a"), ("14:53:52.919379", "02:50:56:56:44:52"),
        ("14:53:52.919397", "00:50:56:6c:e2:6a"), ("14:53:52.919397", "00:50:56:6c:e2:6a"),
        ("14:53:52.919406", "00:50:56:53:71:23"), ("14:53:52.919409", "2c:f0:5d:1d:b0:41"),
    ]
    capture = pcapng.Capture(
        "NSX-T uplink fail-over, published 2022: four MACs within 41 µs, one of them three times. "
        "The date is not published: 2022-01-01 stands in; the times are written as UTC.")
    capture.interface()
    for clock, announced in frames:
        capture.frame(instant("2022-01-01", clock), pcapng.notice(announced))
    return capture


def qemu_paused_and_continued():
    """Four machines, 10 s apart, each continued later after the migration ended."""
    measured = [
        ("20 ms", "52:54:00:00:00:14", [28 * MS, 150 * MS, 250 * MS, 350 * MS]),
        ("120 ms", "52:54:00:00:00:78", [70_000, 78 * MS, 250 * MS, 350 * MS]),
        ("400 ms", "52:54:00:00:01:90", [90_000, 10_000, 46_600_000, 350 * MS]),
        ("3 s", "52:54:00:00:0b:b8", [27_000, 8_000, 7_000, 7_000]),
    ]
    capture = pcapng.Capture(
        "QEMU destinations that were started paused and continued later: the rounds that fell due "
        "meanwhile leave at once, the others keep their places. Rebuilt from intervals measured "
        "with QEMU 7.2; the MACs, the date and the 10 s between the machines are made up.")
    capture.interface()
    start = instant("2024-01-01", "12:00:00")
    for pause, announced, intervals in measured:
        time = start
        capture.frame(time, pcapng.notice(announced), "continued after " + pause)
        for interval in intervals:
            time += interval
            capture.frame(time, pcapng.notice(announced))
        start += 10 * 10**9
    return capture


MADE = {
    "nested-esxi-vmotion.pcapng": nested_esxi_vmotion,
    "esxi-2012-first-rounds.pcapng": esxi_2012,
    "esxi-2018-restart-7-plus-10.pcapng": esxi_2018_restart_7_plus_10,
    "esxi-2018-restart-6-plus-9.pcapng": esxi_2018_restart_6_plus_9,
    "esxi-2022-nsxt-failover.pcapng": esxi_2022_nsxt_failover,
    "qemu-paused-and-continued.pcapng": qemu_paused_and_continued,
}


def check():
    """Print the files that are not what this script writes; return how many there are."""
    wrong = 0
    for name, make in MADE.items():
        try:
            with open(os.path.join(FOLDER, name), "rb") as file:
                found = file.read()
        except FileNotFoundError:
            print(name + ": missing")
            wrong += 1
            continue
        if found != make().octets():
            print(name + ": differs from what make_captures.py writes")
            wrong += 1
    return wrong


def main():
    parser = argparse.ArgumentParser(description="Write the captures made from published figures.")
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    if parser.parse_args().check:
        return 1 if check() else 0
    for name, make in MADE.items():
        with open(os.path.join(FOLDER, name), "wb") as file:
            file.write(make().octets())
    return 0


if __name__ == "__main__":
    sys.exit(main())
