# test_acceptance.py - what has to be seen, in figures written out by hand.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Unlike the expected outputs, nothing here is generated: these figures come
# from the published cases and from what each recording is known to hold.

import decimal
import re

import pytest

REFERENCE = "nested-esxi-vmotion"
OUTER, INNER = "00:50:56:60:e5:ed", "00:0c:29:c6:07:20"
MS = 1000


def of_mac(document, mac):
    return [burst for burst in document["bursts"] if burst["mac"] == mac]


def rounds_of(wireshark, name):
    """The first sightings of a capture: (mac, burst, round, tick) each."""
    names = ["vmotion_notify." + word for word in ("mac", "burst", "round", "tick", "sighting")]
    shown = wireshark.fields(name, *names)
    return [(mac, int(burst), int(round), tick) for mac, burst, round, tick, sighting in shown
            if sighting == "1"]


def sightings_of(wireshark, name):
    """Sightings of each round: {(burst, round): number}."""
    names = ["vmotion_notify." + word for word in ("burst", "round", "sighting")]
    found = {}
    for burst, round, sighting in wireshark.fields(name, *names):
        if burst:
            key = int(burst), int(round)
            found[key] = max(found.get(key, 0), int(sighting))
    return found


# The reference case


def test_reference_outer_burst(wireshark):
    burst, = of_mac(wireshark.json(REFERENCE), OUTER)
    assert burst["burst"] == 1
    assert (burst["rounds"], burst["frames"], burst["missing"]) == (6, 11, 0)
    assert burst["intervals_us"] == [2000141, 4000198, 6000295, 10000630, 16001021]
    assert burst["expected_us"] == [2000000, 4000000, 6000000, 10000000, 16000000]
    assert burst["deviations_us"] == [141, 198, 295, 630, 1021]
    assert burst["max_deviation_us"] == 1021
    assert burst["schedule"] == "Fibonacci × 2 s"
    assert burst["unit_us"] == 2000000
    assert burst["announcer"] == "VMware ESXi"
    assert (burst["first_frame"], burst["last_frame"]) == (1, 12)
    assert burst["start"] == "2022-06-14T14:46:08.519875000Z"
    assert burst["span_us"] == 38002285
    assert burst["interfaces"] == ["vmnic0"] and burst["vlans"] == []


def test_reference_inner_burst(wireshark):
    document = wireshark.json(REFERENCE)
    burst, = of_mac(document, INNER)
    assert len(document["bursts"]) == 2
    assert (burst["burst"], burst["rounds"], burst["frames"], burst["missing"]) == (2, 1, 1, 0)
    assert burst["schedule"] == "single" and burst["state"] == "single"
    assert burst["first_frame"] == burst["last_frame"] == 10
    assert burst["intervals_us"] == []
    assert burst["companion_of"] == 1


def test_reference_fields(wireshark):
    """Every frame: round, sighting, delta and the links, in the final answer."""
    names = ["round", "sighting", "sighting_of", "delta_us", "sighting_delta_us", "prev", "next"]
    shown = wireshark.fields(REFERENCE, "vmotion_notify.mac",
                             *["vmotion_notify." + name for name in names])
    expected = [
        [OUTER, "1", "1", "", "", "", "", "2"],
        [OUTER, "2", "1", "", "2000141", "", "1", "4"],
        [OUTER, "2", "2", "2", "", "0", "1", "4"],
        [OUTER, "3", "1", "", "4000198", "", "2", "6"],
        [OUTER, "3", "2", "4", "", "1", "2", "6"],
        [OUTER, "4", "1", "", "6000295", "", "4", "8"],
        [OUTER, "4", "2", "6", "", "0", "4", "8"],
        [OUTER, "5", "1", "", "10000630", "", "6", "11"],
        [OUTER, "5", "2", "8", "", "0", "6", "11"],
        [INNER, "1", "1", "", "", "", "", ""],
        [OUTER, "6", "1", "", "16001021", "", "8", ""],
        [OUTER, "6", "2", "11", "", "1", "8", ""],
    ]
    assert [row[:5] + [row[5] if row[2] != "1" else ""] + row[6:] for row in shown] == expected


def test_reference_delta_is_exact(wireshark):
    shown = wireshark.fields(REFERENCE, "vmotion_notify.delta")
    seconds = [decimal.Decimal(value) for value, in shown if value]
    assert seconds == [decimal.Decimal(text) for text in
                       ("2.000141", "4.000198", "6.000295", "10.000630", "16.001021")]


def test_reference_table_shows_the_same(wireshark):
    table = wireshark.statistic(REFERENCE, "schedule")
    row, = [line for line in table.splitlines() if OUTER in line]
    for shown in ("VMware ESXi", "Fibonacci × 2 s"):
        assert shown in row
    row, = [line for line in table.splitlines() if INNER in line]
    assert "single" in row


def test_reference_companion_links_both_ways(wireshark):
    shown = wireshark.fields(REFERENCE, "frame.number", "vmotion_notify.mac",
                             "vmotion_notify.companion")
    links = {int(number): companion for number, _, companion in shown}
    inner_points_to = int(links[10])
    assert {int(number): mac for number, mac, _ in shown}[inner_points_to] == OUTER
    assert "10" in links.values()


def test_reference_is_told_apart_by_filters(wireshark):
    assert len(wireshark.tshark(REFERENCE, "-Y", "vmotion_notify.sighting > 1").splitlines()) == 5
    assert len(wireshark.tshark(REFERENCE, "-Y", "vmotion_notify.burst == 2").splitlines()) == 1


def test_filtered_statistics_keep_the_figures(wireshark):
    whole = of_mac(wireshark.json(REFERENCE), OUTER)
    assert wireshark.json(REFERENCE, filter="vmotion_notify.burst == 1")["bursts"] == whole


# QEMU, OVN, Open vSwitch: recorded


def test_qemu_four_nics(wireshark):
    document = wireshark.json("qemu-announce-4nics-default")
    assert len(document["bursts"]) == 4
    assert len({burst["mac"] for burst in document["bursts"]}) == 4
    for burst in document["bursts"]:
        assert (burst["rounds"], burst["frames"], burst["missing"]) == (5, 5, 0)
        assert burst["announcer"] == "QEMU" and burst["schedule"] == "50 ms + 100 ms"
        assert burst["expected_us"] == [50 * MS, 150 * MS, 250 * MS, 350 * MS]
        assert burst["state"] == "complete"
    assert len(document["events"]) == 1


def test_qemu_restart(wireshark):
    document = wireshark.json("qemu-announce-reissued-sameid")
    assert [burst["rounds"] for burst in document["bursts"]] == [2, 5]
    assert [burst["announcer"] for burst in document["bursts"]] == ["QEMU", "QEMU"]
    assert document["bursts"][0]["state"] != "complete"
    assert document["bursts"][1]["state"] == "complete"


def test_qemu_parameters(wireshark):
    burst, = wireshark.json("qemu-announce-i100-m1000-r8-s200")["bursts"]
    assert burst["rounds"] == 8 and burst["missing"] == 0
    assert burst["schedule"] == "100 ms + 200 ms, at most 1 s"
    assert burst["announcer"] == "QEMU"
    assert burst["expected_us"] == [ms * MS for ms in (100, 300, 500, 700, 900, 1000, 1000)]


def test_qemu_evacuation(wireshark):
    document = wireshark.json("qemu-evacuate-3vms")
    assert [burst["rounds"] for burst in document["bursts"]] == [5] * 6
    assert {burst["announcer"] for burst in document["bursts"]} == {"QEMU"}


@pytest.mark.parametrize("name, bursts, sightings", [
    ("qemu-migrate-noguest-switch", 2, 2), ("qemu-migrate-linuxguest-virtio", 2, 1),
    ("qemu-migrate-linuxguest-any-sll", 2, 4), ("dup-bridge-ports-p1-p2-p3", 2, 3),
])
def test_qemu_seen_on_several_paths(wireshark, name, bursts, sightings):
    document = wireshark.json(name)
    assert [burst["rounds"] for burst in document["bursts"]] == [5] * bursts
    assert {burst["announcer"] for burst in document["bursts"]} == {"QEMU"}
    assert set(sightings_of(wireshark, name).values()) == {sightings}


def test_one_machine_with_and_without_a_tag(wireshark):
    document = wireshark.json("dup-ovs-host-tap0-tap1-uplink-vlan100")
    assert [burst["rounds"] for burst in document["bursts"]] == [5, 5]
    assert [burst["frames"] for burst in document["bursts"]] == [15, 10]


def test_qemu_paused_and_continued(wireshark):
    document = wireshark.json("qemu-paused-and-continued")
    assert [burst["frames"] for burst in document["bursts"]] == [5, 5, 5, 5]
    assert [burst["rounds"] for burst in document["bursts"]] == [5, 5, 5, 5]
    assert {burst["announcer"] for burst in document["bursts"]} == {"QEMU"}


def test_ovn(wireshark):
    document = wireshark.json("ovn-localnet-default")
    assert len(document["bursts"]) == 3
    for burst in document["bursts"]:
        assert (burst["rounds"], burst["missing"]) == (5, 0)
        assert burst["schedule"] == "doubling from 2 s" and burst["announcer"] == "OVN"
        assert burst["expected_us"] == [2000000, 4000000, 8000000, 16000000]
    assert [burst["vlans"] for burst in document["bursts"]] == [[], [], [200]] or \
        [burst["vlans"] for burst in document["bursts"]] == [[], [], [[200]]]


def test_open_vswitch_single_shots(wireshark):
    """Two intervals of 3.5 s are no evidence of a constant schedule."""
    document = wireshark.json("ovs-bond-balance-slb-failover-members")
    assert len(document["bursts"]) == 9
    for burst in document["bursts"]:
        assert burst["rounds"] == 1
        assert burst["schedule"] == "single" and burst["state"] == "single"
        assert burst["announcer"] == "Open vSwitch"
    assert len({burst["mac"] for burst in document["bursts"]}) == 3
    assert len(document["events"]) == 3
    for event in document["events"]:
        assert event["macs"] == 3 or len(event["macs"]) == 3


# ESXi with T = 1 s: published


def assert_one_host(wireshark, name, first, second):
    """The ticks of both bursts fall at the same fraction of the second, less than 1 ms apart."""
    assert first["host"] == second["host"]
    assert wireshark.tshark(name, "-2", "-Y", "vmotion_notify.expert.several_hosts") == ""


def test_esxi_restart_with_an_immediate_frame(wireshark):
    first, second = wireshark.json("esxi-2018-restart-7-plus-10")["bursts"]
    assert (first["rounds"], second["rounds"]) == (7, 10)
    assert (first["missing"], second["missing"]) == (0, 0)
    for burst in (first, second):
        assert burst["announcer"] == "VMware ESXi" and burst["schedule"] == "Fibonacci × 1 s"
        assert burst["unit_us"] == 1000000
    assert "restart" in first["state"] and second["state"] == "complete"
    assert (first["last_frame"], second["first_frame"]) == (7, 8)
    assert_one_host(wireshark, "esxi-2018-restart-7-plus-10", first, second)
    ticks = [tick for _, _, _, tick in rounds_of(wireshark, "esxi-2018-restart-7-plus-10")]
    assert ticks == "0 1 2 3 5 8 13 0 1 2 3 5 8 13 21 34 55".split()


def test_esxi_restart_without_an_immediate_frame(wireshark):
    first, second = wireshark.json("esxi-2018-restart-6-plus-9")["bursts"]
    assert (first["rounds"], second["rounds"]) == (6, 9)
    assert first["missing"] == 0 and second["missing"] in (0, 1)
    for burst in (first, second):
        assert burst["announcer"] == "VMware ESXi" and burst["schedule"] == "Fibonacci × 1 s"
    assert (first["last_frame"], second["first_frame"]) == (6, 7)
    assert_one_host(wireshark, "esxi-2018-restart-6-plus-9", first, second)
    ticks = [tick for _, _, _, tick in rounds_of(wireshark, "esxi-2018-restart-6-plus-9")]
    assert ticks == "0 1 2 3 5 8 1 2 3 5 8 13 21 34 55".split()


def test_esxi_2012(wireshark):
    burst, = wireshark.json("esxi-2012-first-rounds")["bursts"]
    assert (burst["rounds"], burst["missing"]) == (6, 0)
    assert burst["announcer"] == "VMware ESXi" and burst["schedule"] == "Fibonacci × 1 s"
    ticks = [tick for _, _, _, tick in rounds_of(wireshark, "esxi-2012-first-rounds")]
    assert ticks == "0 1 2 3 5 8".split()


def test_nsxt_failover(wireshark):
    document = wireshark.json("esxi-2022-nsxt-failover")
    assert len({burst["mac"] for burst in document["bursts"]}) == 4
    assert [burst["frames"] for burst in document["bursts"]] == [3, 1, 1, 1]
    assert len(document["events"]) == 1


@pytest.mark.parametrize("name", [
    "nested-esxi-vmotion", "esxi-2012-first-rounds", "esxi-2018-restart-7-plus-10",
    "esxi-2018-restart-6-plus-9", "esxi-2022-nsxt-failover"])
def test_no_esxi_capture_is_called_a_rarp_client(wireshark, name):
    bursts = wireshark.json(name)["bursts"]
    assert "RARP client" not in {burst["announcer"] for burst in bursts}
    assert {burst["kind"] for burst in bursts} == {"notice"}


# Genuine RARP


def test_diskless_linux(wireshark):
    names = ["kind", "announcer", "answered_in", "answer_to", "mac"]
    shown = wireshark.fields("rarp-genuine-linux-diskless-rarpd",
                             *["vmotion_notify." + name for name in names])
    assert shown[0][1:] == ["RARP client", "2", "", "52:54:00:d1:50:01"]
    assert shown[1][2:] == ["", "1", "52:54:00:d1:50:01"]  # the reply names the same machine
    assert shown[0][0] != shown[1][0]


def test_request_and_reply_on_two_ports(wireshark):
    shown = wireshark.fields("rarp-genuine-arpscan-rarpd", "vmotion_notify.answered_in",
                             "vmotion_notify.answer_to", "vmotion_notify.announcer")
    assert shown[2][0] in ("4", "6") and shown[2][2] == "RARP client"
    assert shown[3][1] in ("3", "5") and shown[5][1] in ("3", "5")
    # A request for another machine's address: the Ethernet source is not the MAC asked for.
    assert "Ethernet source" in wireshark.tshark("rarp-genuine-arpscan-rarpd", "-2", "-V", "-Y",
                                                 "frame.number == 7", "-O", "vmotion_notify")


# The Info column


def test_info_suffix(wireshark):
    lines = wireshark.tshark(REFERENCE, "-2").splitlines()
    assert all(re.search(r" \[burst [12], round [1-6]\b[^\]]*\]$", line) for line in lines)
    assert "[burst 1, round 3, +4.000 s]" in lines[3]
