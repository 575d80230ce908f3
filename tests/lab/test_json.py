# test_json.py - the cut-over and the switch's table in JSON: there when asked for, and the table's figures.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import json

import tables
from conftest import CAPTURES
from test_cutover import START, MS, ethernet, gratuitous_arp, migration, notice, pcapng

CUTOVER = ("-o", "vmotion_notify.cutover:TRUE")


def test_nothing_unless_asked(wireshark):
    document = wireshark.json(wireshark.write("json.pcapng", pcapng(migration())))
    assert "cutover" not in document["bursts"][0]
    assert "switch" not in document["macs"][0]


def test_cutover(wireshark):
    frames = migration(frames=[(41, 1, ethernet(gratuitous_arp()))])
    capture = wireshark.write("json.pcapng", pcapng(frames))
    expected = {
        "silence_us": 41000,
        "last_before": {"frame": 21, "time_epoch": START / 1e9, "offset_us": -30000,
                        "interface": "if0", "vlans": []},
        "first_after": {"frame": 23, "time_epoch": (START + 41 * MS) / 1e9, "offset_us": 11000,
                        "interface": "if1", "vlans": [],
                        "says": "gratuitous ARP"},
        "own_announcement": {"frame": 23, "time_epoch": (START + 41 * MS) / 1e9, "offset_us": 11000,
                        "interface": "if1", "vlans": [],
                             "says": "gratuitous ARP"},
        "moved": True, "first_traffic_frame": 24, "silence_traffic_us": 47000, "unanswered": 0,
        "early_frame": None, "note": ""}
    for options in (CUTOVER, CUTOVER + ("-2",)):
        burst, = wireshark.json(capture, *options)["bursts"]
        assert burst["cutover"] == expected
    line = json.loads(wireshark.statistic(capture, "ndjson", *CUTOVER))
    assert line["cutover"] == expected
    row, = tables.cutover(wireshark, capture)
    assert float(row["Silence (s)"]) * 1e6 == expected["silence_us"]


def test_cutover_of_notices_alone(wireshark):
    capture = wireshark.write("json.pcapng", pcapng([(0, 0, ethernet(notice()))]))
    burst, = wireshark.json(capture, *CUTOVER)["bursts"]
    assert burst["cutover"] == {"silence_us": None, "last_before": None, "first_after": None, "own_announcement": None,
                                "moved": None, "first_traffic_frame": None, "silence_traffic_us": None,
                                "unanswered": None, "early_frame": None,
                                "note": "no other frame of this MAC in the capture"}


def test_switch(wireshark):
    path = wireshark.write("table.txt", (CAPTURES / "nested-esxi-mac-table.txt").read_bytes())
    outer, inner = wireshark.json("nested-esxi-vmotion", "-o", "vmotion_notify.mac_table:%s" % path)["macs"]
    assert outer["switch"] == {"entry": "learned", "port": "Gi0/6", "vlan": 50, "vlan_name": "50", "remote": False,
                               "vtep": None, "entries": 1, "companion": inner["mac"], "same_port": True}
    path = wireshark.write("table.txt", b" 50 0050.5660.e5ed DYNAMIC Gi0/6\n")
    outer, inner = wireshark.json("nested-esxi-vmotion", "-o", "vmotion_notify.mac_table:%s" % path)["macs"]
    assert inner["switch"] == {"entry": "not learned", "port": None, "vlan": None, "vlan_name": None, "remote": False,
                               "vtep": None, "entries": 0, "companion": outer["mac"], "same_port": None}
