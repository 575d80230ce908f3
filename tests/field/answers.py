# answers.py - what is right about each capture of the field, and about others of its kind.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A row is a capture in captures/, or one made here (made=...), and what has to be
# said of it. The words of a row are explained in test_field.py; a word that is not
# is a member of the JSON: a list is one value a burst, anything else holds of all.

import kinds
from kinds import (ESXI, KVM, LOCAL, QEMU, VM, arp, asking, at_once, capture, copies, every, held,
                   gratuitous, in_passes, iou, irregular, macs, packet, packet_in, recorded, segment,
                   sent, together, tunnelled, tunnelled6, two_sights, vxlan)

CLIENT, NOBODY = "RARP client", "unknown"
ESX, CLOUD = "VMware ESXi", "Cloud Hypervisor"
MAY_GO_ON, BEGAN = "may go on after the capture", "may have begun before the capture"
CLAIMS = {BEGAN, "restart", "several hosts", "off schedule", "storm"}
ENDED, OPEN, DONE = "ended early", "ends with the capture", "complete"


def about(us):
    """Within 1 ms of it."""
    return lambda value: value is not None and abs(value - us) < 1000


def one_of(*values):
    return lambda value: value in values


def at_least(least):
    return lambda value: value is not None and value >= least


# The capture's begin and end

ENDED_EARLY = {"state": ENDED, "edge_end": False, "no_experts": {"may_go_on"}}
STILL_RUNNING = {"state": OPEN, "edge_end": True, "notes": {MAY_GO_ON}}
BEGAN_INSIDE = {"no_notes": {BEGAN}, "no_experts": {"began_before"}}

BOUNDS = {
    "end-udp3600": dict(
        bursts=1, rounds=6, announcer=ESX, shown={"burst.state": ["3"] * 6}, **ENDED_EARLY),
    "end-rarp-other": dict(bursts=2, state=[ENDED, "single"], no_experts={"may_go_on"}),
    "end-tcp-7200": dict(
        made=capture(sent(QEMU[:2], KVM), every(300, 60, 7260, segment)), rounds=3, **ENDED_EARLY),
    "end-one-arp": dict(made=capture(sent([2, 4, 6], VM), arp(1000)), rounds=4, **ENDED_EARLY),
    "end-other-burst": dict(
        made=capture(sent(ESXI[:4], VM), sent(QEMU, KVM, at=3600)), bursts=2, state=[ENDED, DONE],
        no_experts={"may_go_on"}),
    "end-after-due": dict(made=capture(sent(ESXI[:5], VM), packet(13.4)), **ENDED_EARLY),
    "end-before-due": dict(made=capture(sent(ESXI[:5], VM), packet(12.2)), **STILL_RUNNING),
    "mid-4-4-60-100": dict(
        bursts=1, rounds=4, missing=0, head_missing=4, announcer=ESX, state=ENDED,
        shown={"tick": ["5", "8", "13", "21"]}, **BEGAN_INSIDE),
    "begin-two-seconds": dict(
        made=capture(every(10, 0, 300, packet), sent([6, 10, 16], VM, at=300)), bursts=1,
        head_missing=at_least(2), announcer=ESX, **BEGAN_INSIDE),
    "begin-qemu": dict(
        made=capture(every(1, 0, 10, packet), sent(QEMU[2:], KVM, at=10)), head_missing=2,
        **BEGAN_INSIDE),
    "begin-just-before": dict(
        made=capture(packet(0), sent([3, 5, 8], VM, at=1)), bursts=1, notes={BEGAN}),
    "begin-with-it": dict(made=capture(sent([3, 5, 8], VM)), bursts=1, notes={BEGAN}),
    "whole-inside": dict(
        made=capture(packet(0), sent(QEMU, KVM, at=50), packet(100)), state=DONE, missing=0,
        head_missing=None, no_notes={*CLAIMS, MAY_GO_ON}),
    "ganeti-lost1": dict(bursts=1, rounds=4, missing=0, head_missing=1, announcer="QEMU"),
    "ganeti-lost3": dict(bursts=1, rounds=2, missing=0, head_missing=3),
    "lost2": dict(made=capture(sent(QEMU[2:], KVM)), bursts=1, missing=0, head_missing=2),
    "lost2-esxi": dict(
        made=capture(sent(ESXI[2:7], VM)), bursts=1, missing=0, head_missing=2, announcer=ESX),
}

# Named wrongly

ONE_CLIENT = {"bursts": 1, "announcer": CLIENT, "missing": 0, "no_notes": CLAIMS}
STRANGER = {"bursts": 1, "announcer": NOBODY, "missing": 0}
NO_CLAIM = {"head_missing": None, "no_notes": {*CLAIMS, MAY_GO_ON}}
OVN = {"bursts": 1, "announcer": "OVN", "missing": 0}

NAMING = {
    "freebsd-loader-4": dict(rounds=4, **ONE_CLIENT),
    "freebsd-loader-5": dict(rounds=5, **ONE_CLIENT),
    "freebsd-loader-7": dict(made=capture(sent([2, 4, 6, 8, 10, 12])), rounds=7, **ONE_CLIENT),
    "freebsd-loader-short-first": dict(
        made=capture(sent([1.37, 4, 6, 8, 10])), rounds=6, **ONE_CLIENT),
    "freebsd-loader-15": dict(
        made=capture(sent(range(2, 30, 2), "58:9c:fc:00:00:01")), rounds=15, **ONE_CLIENT),
    "netbsd-libsa-4": dict(rounds=4, **ONE_CLIENT),
    "netbsd-libsa-5": dict(made=capture(sent([2, 4, 8, 16])), rounds=5, **ONE_CLIENT),
    "netbsd-libsa-to-the-cap": dict(
        made=capture(sent([2, 4, 8, 16, 20, 20, 20])), rounds=8, **ONE_CLIENT),
    "netbsd-libsa-short-first": dict(
        made=capture(sent([1.4, 4, 8, 16, 20])), rounds=6, **ONE_CLIENT),
    # a loader's first interval is shorter by less than a second
    "netbsd-libsa-far-too-short": dict(
        made=capture(sent([0.4, 4, 8, 16, 20])), rounds=[1, 5], no_notes={"several hosts"}),
    "ovn-42-two": dict(made=capture(sent([2, 4, 8, 16], length=42)), state=DONE, **OVN),
    "ovn-42-one": dict(made=capture(sent([1, 2, 4, 8], length=42)), state=DONE, **OVN),
    "ovn-42-cap-seen-once": dict(
        made=capture(sent([1, 2, 4, 8, 16, 32, 60], length=42), packet(900)), rounds=8, **OVN),
    "ovn-42-tagged": dict(
        made=capture(sent([2, 4, 8, 16], length=42, vlans=[200])), state=DONE, **OVN),
    # the capture ends with the last frame, so the sender may go on; it does not where the capture does
    "three-42-one-second": dict(rounds=3, head_missing=None, no_notes=CLAIMS, **STRANGER),
    "three-60-one-second": dict(made=capture(sent([1, 1])), rounds=3, head_missing=None,
                                no_notes=CLAIMS, **STRANGER),
    "three-60-and-no-more": dict(made=capture(sent([1, 1]), packet(100)), rounds=3, **STRANGER,
                                 **NO_CLAIM),
    "five-42-one-second": dict(
        made=capture(sent([1] * 4, slip=0.0006, length=42, spa="10.0.0.5", tpa="10.0.0.5")),
        rounds=5, no_notes=CLAIMS, **STRANGER),
    "nping-four": dict(
        made=capture(*[asking(1.0012 * i, LOCAL, LOCAL, spa="10.0.0.5", tpa="10.0.0.9", length=42,
                              ethertype=0x0806) for i in range(4)]),
        rounds=4, no_notes=CLAIMS, **STRANGER),
    "two-then-four": dict(rounds=3, fits={ESX, CLIENT}, **STRANGER),
    "two-then-four-local": dict(
        made=capture(sent([2, 4], "0a:00:27:00:00:01", slip=0.0004)), rounds=3,
        fits={ESX, CLIENT}, **STRANGER),
    "two-then-four-and-no-more": dict(
        made=capture(sent([2, 4], slip=0.0002), packet(100)), rounds=3, fits={ESX, CLIENT},
        **STRANGER),
    "fib813-vm-60": dict(
        bursts=1, rounds=3, missing=0, announcer=ESX, head_missing=6,
        state=OPEN, shown={"tick": ["13", "21", "34"]}),
    "fib58-vm-60": dict(
        made=capture(sent([5, 8], VM, slip=0.0003)), bursts=1, announcer=ESX, missing=0,
        shown={"tick": ["8", "13", "21"]}),
    "fib-10-16-vm-60": dict(
        made=capture(sent([10, 16], VM, slip=0.0004)), bursts=1, announcer=ESX, unit_us=2000000,
        missing=0),
    "esxi-whole-other-address": dict(
        made=capture(sent(ESXI, "2c:f0:5d:00:00:01")), bursts=1, rounds=10, announcer=ESX,
        state=DONE, missing=0),
    "fib813-loc-42": dict(rounds=3, fits_not={ESX}, **STRANGER),
    "fib58-loc-42": dict(
        made=capture(sent([5, 8], length=42, slip=0.0003)), rounds=3, fits_not={ESX}, **STRANGER),
    "fib1321-loc-42": dict(
        made=capture(sent([13, 21], length=42, vlans=[10], slip=0.0005)), rounds=3,
        fits_not={ESX}, **STRANGER),
    # an immediate round lies anywhere before its tick: a whole interval before it is no evidence
    "three-of-two-seconds-vm-60": dict(made=capture(sent([2] * 3, VM), packet(100)), rounds=4,
                                       **STRANGER),
    "three-of-one-second-60": dict(made=capture(sent([1] * 3), packet(100)), rounds=4, **STRANGER),
    # what comes before the next round is due speaks against the schedule
    "one-two-three-four": dict(
        made=capture(sent([1, 2, 3, 4], "3c:fd:fe:00:00:0a"), packet(100)), announcer=NOBODY,
        missing=0, no_notes={"restart", "several hosts"}),
    # what begins sooner after something else than its own rounds come goes on, it does not begin
    "in-the-middle-of-others": dict(
        made=capture(sent([0.2, 0.5, 1, 2, 3, 5, 8, 5, 3], slip=0), packet(100)), announcer=NOBODY,
        missing=0, no_notes={"restart", "several hosts"}),
    # the step that all intervals show, not the last two with their jitter
    "step-with-jitter": dict(
        made=capture(sent([0.4579, 0.6081, 0.7572, 0.9097, 1.0595, 1.2114, 1.3606, 1.5093], slip=0),
                     packet(100)), rounds=9, **STRANGER),
    "step-with-jitter-smaller": dict(
        made=capture(sent([0.2107, 0.3711, 0.5295, 0.6893, 0.8493, 1.0084, 1.1713, 1.3304], slip=0),
                     packet(100)), rounds=9, **STRANGER),
    # QEMU's announce-step is 10 s at most, its announce-max 100 s
    "step-of-eleven-seconds": dict(
        made=capture(sent([11, 22, 33, 44], KVM), packet(900)), rounds=5, fits_not={"QEMU"},
        **STRANGER),
    "step-of-ten-seconds-too-far": dict(
        made=capture(sent(range(80, 140, 10), KVM), packet(900)), rounds=7, fits_not={"QEMU"},
        **STRANGER),
    "cap-too-far": dict(
        made=capture(sent([70, 80, 90, 100, 105], KVM), packet(900)), rounds=6, fits_not={"QEMU"},
        **STRANGER),
    "at-once-then-too-far": dict(
        made=capture(sent([7e-6, 30, 108, 117, 126, 135], KVM, slip=0), packet(900)), rounds=7,
        fits_not={"QEMU"}, **STRANGER),
    # two intervals, one of them with a round lost, say as much as one
    "three-then-four-42": dict(
        made=capture(sent([3, 4], length=42), packet(100)), rounds=3, **STRANGER),
    "fib12-vm-60": dict(rounds=3, fits={ESX}, **STRANGER),
    "fib12-vm-60-other": dict(
        made=capture(sent([1, 2], "00:0c:29:12:34:56", slip=0.0002)), rounds=3, fits={ESX},
        **STRANGER),
    "fib12-local-60": dict(made=capture(sent([1, 2])), rounds=3, **STRANGER),
    "srl-burst": dict(rounds=5, fits_not={CLOUD}, **STRANGER),
    "five-42-untagged": dict(
        made=capture(sent([0.2] * 4, VM, length=42)), rounds=5, fits_not={CLOUD}, **STRANGER),
    "six-42-tagged": dict(
        made=capture(sent([0.2] * 5, length=42, vlans=[7])), rounds=6, fits_not={CLOUD},
        **STRANGER),
    "two-42-two-seconds": dict(
        made=capture(sent([2], length=42), packet(100)), rounds=2, fits={"OVN"}, **STRANGER),
    "every-second-number": dict(
        made=capture(sent([2, 3, 8, 19], VM), packet(300)), announcer=NOBODY, missing=0,
        no_notes={"restart", "several hosts"}),
    "fib-but-one": dict(
        made=capture(*[sent([1, 1, 2, 3, 7.5, 8, 13], LOCAL, at=at) for at in (0, 700, 1500)],
                     packet(3000)),
        missing=0, no_notes={"restart", "several hosts"}),
    "cloud-hypervisor": dict(
        made=capture(sent([0.2] * 4, "2e:89:a8:e4:e1:71")), bursts=1, rounds=5, announcer=CLOUD),
    "cloud-hypervisor-two-queues": dict(
        made=capture(copies(sent([0.2] * 4, "2e:89:a8:e4:e1:71"), 2, 8e-6)), bursts=1, rounds=5,
        frames=10, announcer=CLOUD),
}

# Clients by their timing

STEADY = {"bursts": 1, "missing": 0, "announcer": one_of(CLIENT, NOBODY),
          "one_pass": {"announcer", "kind"}, "no_notes": {"restart", "several hosts"}}

CLIENTS = {
    "iou-ovn": dict(rounds=7, **ONE_CLIENT),
    "iou-2005a": dict(rounds=7, **ONE_CLIENT),
    "iou-2008": dict(rounds=12, **ONE_CLIENT),
    "iou-split": dict(rounds=8, **ONE_CLIENT),
    "iou-ideal": dict(rounds=11, **ONE_CLIENT),
    "iou-late": dict(
        bursts=1, rounds=18, missing=0, announcer=CLIENT, notes={"off schedule"},
        no_notes={"restart", "several hosts", BEGAN}, experts={"off_schedule": [16]}),
    "iou-made-7": dict(made=capture(iou(1)), rounds=7, **ONE_CLIENT),
    "iou-made-8": dict(made=capture(iou(2, 1)), rounds=8, **ONE_CLIENT),
    "iou-made-40": dict(made=capture(iou(3, 33)), rounds=40, **ONE_CLIENT),
    "iou-made-late": dict(
        made=capture(iou(4, 8, late=11)), bursts=1, rounds=15, missing=0, announcer=CLIENT,
        no_notes={"restart", "several hosts", BEGAN}, experts={"off_schedule": [11]}),
    "iou-made-late-soon": dict(
        made=capture(iou(8, 6, late=9)), bursts=1, rounds=13, missing=0, announcer=CLIENT,
        no_notes={"restart", "several hosts", BEGAN}, experts={"off_schedule": [9]}),
    "iou-made-lost": dict(
        made=capture([notice for i, notice in enumerate(iou(9, 9), 1) if i != 12]), bursts=1,
        rounds=15, missing=1, announcer=CLIENT, no_notes=CLAIMS),
    "iou-made-two": dict(
        made=capture(iou(5, 5), iou(6, 5, mac="aa:bb:cc:00:01:00", at=0.7)), bursts=2,
        rounds=[12, 12], announcer=CLIENT, missing=0, no_notes=CLAIMS),
    "iou-joined-late": dict(
        made=capture(sent([2.004, 2.007, 2.003, 38.09, 15.001, 15.006, 15.001], slip=0)), bursts=1,
        rounds=8, missing=0, head_missing=3, announcer=CLIENT),
    "iou-made-copies": dict(
        made=capture(copies(iou(7, 4), 2, 12e-6)), rounds=11, frames=22, **ONE_CLIENT),
    "illumos-revarp-5s": dict(rounds=12, **STEADY),
    "illumos-30": dict(made=capture(sent([5] * 29, slip=0.0003)), rounds=30, **STEADY),
    "sunos-3s": dict(made=capture(sent([3] * 15, "08:00:20:00:00:08")), rounds=16, **STEADY),
    "u-boot-5": dict(
        made=capture(sent([5] * 4, length=42, tpa="255.255.255.255")), bursts=1, rounds=5,
        announcer=CLIENT, missing=0),
    "minix-1s": dict(made=capture(sent([1] * 4)), rounds=5, bursts=1, missing=0,
                     announcer=one_of(CLIENT, NOBODY)),
}

# Explained wrongly

PAUSED = {"bursts": 1, "announcer": "QEMU", "missing": 0, "no_notes": CLAIMS}
ONE_SENDER = {"bursts": 1, "announcer": NOBODY, "schedule": "irregular", "missing": 0,
              "no_notes": CLAIMS}
NO_SCHEDULE = {"announcer": NOBODY, "schedule": one_of("single", "irregular"), "missing": 0,
               "no_notes": CLAIMS - {"storm"}}
VM_11 = [*macs(["00:50:56"], 10), "00:0c:29:00:00:0b"]

CLAIMED = {
    "paused-qemu-own-parameters": dict(rounds=6, frames=6, **PAUSED),
    # one interval after the open one does not show which parameters they are
    "paused-katamaran": dict(
        made=capture(sent(held([0, 0.02, 0.14, 0.36, 0.68], 0.2), KVM, slip=0)),
        **{**PAUSED, "announcer": one_of("QEMU", NOBODY)}),
    "paused-four-own": dict(
        made=capture(sent(held([0, 0.02, 0.05, 0.09, 0.14, 0.2, 0.27, 0.35], 0.1), KVM, slip=0)),
        rounds=8, **PAUSED),
    "copies-before-a-stranger": dict(
        made=capture(copies(sent([], KVM), 3, 3e-5), sent([0.4, 0.9, 1.7], KVM, at=0.7)),
        bursts=1, rounds=5, announcer=NOBODY, no_notes=CLAIMS),
    "paused-eight": dict(
        made=capture(sent(held([0, 0.2, 0.6, 1.2, 2, 3, 4, 5], 0.9), KVM, slip=0)), rounds=8,
        **PAUSED),
    "paused-default": dict(
        made=capture(sent(held([0, 0.05, 0.2, 0.45, 0.8], 0.12), KVM, slip=0)), rounds=5, **PAUSED),
    "katamaran": dict(made=capture(sent([0.02, 0.12, 0.22, 0.32], KVM)), rounds=5, **PAUSED),
    "qemu-second-by-second": dict(
        made=capture(sent([2, 3, 4, 5, 6, 7], KVM, slip=0.0002)), bursts=1, rounds=7, missing=0,
        no_notes=CLAIMS),
    "qemu-capped-behind-a-loss": dict(
        made=capture(sent([0.1, 0.15, 0.2, 0.25, 0.3] + [0.32] * 5, KVM, skip=[7])), bursts=1,
        rounds=10, missing=1, announcer="QEMU"),
    "qemu-own-in-pieces": dict(
        made=capture(sent([0.1, 0.15, 0.2, 0.25] + [0.25] * 5, KVM),
                     sent([0.1, 0.15, 0.2, 0.25] + [0.25] * 5, KVM, at=900, skip=[1, 2])),
        announcer="QEMU", head_missing=[None, 2], no_notes={"restart", "several hosts"}),
    "qemu-own-twice-in-pieces": dict(
        made=capture(*[sent([0.1, 0.15, 0.2, 0.25] + [0.25] * 5, KVM, at=900 * turn, skip=lost)
                       for turn, lost in enumerate(([], [1], [1, 2, 3]))], packet(5000)),
        bursts=3, announcer="QEMU", head_missing=[None, 1, 3], missing=0,
        no_notes={"restart", "several hosts"}),
    # one burst has nobody beside it to say with which interval it would have begun
    "qemu-own-alone": dict(
        made=capture(sent([0.2, 0.25] + [0.25] * 6, KVM), packet(900)), bursts=1,
        head_missing=None, no_notes={"restart", "several hosts"}),
    "qemu-own-cap-near-the-next": dict(
        made=capture(sent([0.5 + k for k in range(11)] + [11.3] * 8, KVM), packet(900)), bursts=1,
        rounds=20, announcer="QEMU", missing=0, schedule="500 ms + 1 s, at most 11.3 s"),
    "qemu-own-cap-after-a-loss": dict(
        made=capture(sent([0.02, 0.07, 0.12, 0.17, 0.22, 0.27, 0.3], KVM, skip=[6]), packet(900)),
        bursts=1, announcer="QEMU", missing=1, schedule="20 ms + 50 ms, at most 300 ms"),
    "irregular-one-sender": dict(rounds=12, **ONE_SENDER),
    "irregular-15": dict(made=capture(sent(irregular(1, 14, 0.3, 1.9))), rounds=15, **ONE_SENDER),
    "irregular-20-slow": dict(
        made=capture(sent(irregular(2, 19, 0.5, 4))), rounds=20, **ONE_SENDER),
    "irregular-10-fast-42": dict(
        made=capture(sent(irregular(3, 9, 0.05, 0.9), length=42)), rounds=10, **ONE_SENDER),
    "esxi-11-macs-staggered": dict(
        bursts=11, rounds=2, missing=0, head_missing=None, no_notes=CLAIMS,
        no_experts={"began_before", "missing_rounds", "restart", "off_schedule"}),
    "esxi-11-macs-both": dict(
        macs=11, bursts=11, missing=0, head_missing=None, no_notes=CLAIMS,
        no_experts={"began_before", "missing_rounds", "restart", "off_schedule"}),
    "esxi-11-macs-made": dict(
        made=capture(together(VM_11, 1.0)), bursts=11, rounds=2, missing=0, head_missing=None,
        no_notes=CLAIMS),
    "esxi-6-macs-made": dict(
        made=capture(together(VM_11[:6], 0.7)), bursts=6, rounds=2, missing=0, head_missing=None,
        no_notes=CLAIMS),
    "passes-two-seconds": dict(
        made=capture(together(macs(["00:50:56", "00:0c:29"], 8), 2.0)), bursts=8, rounds=2,
        missing=0, announcer=NOBODY, schedule="irregular", event_macs=[8], no_notes=CLAIMS),
    "passes-three": dict(
        made=capture(together(VM_11, 1.0), in_passes(VM_11, [44.31, 100.31], 1.0)), bursts=11,
        rounds=4, missing=0, announcer=NOBODY, schedule="irregular", event_macs=[11],
        no_notes=CLAIMS),
    "passes-from-their-middle": dict(
        made=capture(together(VM_11, 1.0), in_passes(VM_11[:4], [51.31], 1.0),
                     in_passes(VM_11, [86.31], 1.0)), bursts=11,
        rounds=[4] * 4 + [3] * 7, missing=0, no_notes=CLAIMS),
    "passes-with-losses": dict(
        made=capture(together(VM_11, 1.0)[:-1], in_passes(VM_11[1:], [44.31], 1.0),
                     in_passes(VM_11[:9], [100.31], 1.0)), missing=0, announcer=NOBODY,
        schedule="irregular", rounds=[3, *[4] * 8, 3, 2], no_notes=CLAIMS),
    "passes-of-two": dict(
        made=capture(together(VM_11[:2], 40)), macs=2, missing=0, no_notes=CLAIMS),
    "fail-over-twice": dict(
        made=capture(at_once(VM_11), at_once(VM_11, at=30)), macs=11, announcer=NOBODY, missing=0,
        no_notes=CLAIMS),
    "evacuated-twice": dict(
        made=capture(*[sent(QEMU, mac, at=0.03 * i) + sent(QEMU, mac, at=20 + 2 * i)
                       for i, mac in enumerate(macs(["52:54:00"], 5))]),
        bursts=10, rounds=5, announcer="QEMU", state=DONE, missing=0),
    "evacuated-esxi": dict(
        made=capture(*[sent(ESXI, mac, at=0.03 * i) + sent(ESXI, mac, at=70 + 2 * i)
                       for i, mac in enumerate(VM_11[:5])]),
        bursts=10, rounds=10, announcer=ESX, state=DONE, missing=0),
    "osken-half-lost": dict(
        made=capture(*[sent([0.3], mac, at=1e-4 * i, length=42, skip=[2] * (i % 2))
                       for i, mac in enumerate(macs(["02:42:ac"], 6))]),
        announcer=NOBODY, missing=0, no_notes=CLAIMS),
    "osken-announce": dict(
        bursts=6, rounds=2, frames=4, missing=0, announcer=NOBODY, schedule="irregular",
        event_macs=[6]),
    "osken-untagged": dict(
        made=capture(*[copies(sent([0.31], mac, at=i * 3e-4, length=42), 2, 1e-4)
                       for i, mac in enumerate(macs(["00:1b:21"], 8))]),
        bursts=8, rounds=2, frames=4, missing=0, announcer=NOBODY, event_macs=[8]),
    "qca-ssdk": dict(macs=1, **NO_SCHEDULE),
    "qca-one-link-up": dict(
        made=capture(copies(sent([], "00:03:7f:00:00:02"), 6, 4e-5)), macs=1, **NO_SCHEDULE),
    "qca-three-link-ups": dict(
        made=capture(*[copies(sent([], at=at, length=42), number, 4e-5)
                       for at, number in ((0, 4), (7.3, 2), (33.1, 6))]), macs=1, **NO_SCHEDULE),
    "illumos-vsw": dict(bursts=2, rounds=1, frames=3, announcer=NOBODY, state="single"),
    "illumos-vsw-five": dict(
        made=capture(*[copies(sent([], mac, at=i * 2e-3), 5, 4.5e-5)
                       for i, mac in enumerate(macs(["00:14:4f"], 3))]),
        bursts=3, rounds=1, frames=5, announcer=NOBODY, state="single"),
}

# Copies


def one_notice(number):
    return {"bursts": 1, "rounds": 1, "frames": number, "announcer": NOBODY, "state": "single",
            "no_notes": CLAIMS - {"storm"},
            "shown": {"sighting": [str(copy + 1) for copy in range(number)]}}


MANY = [(2, 10), (3, 60), (5, 120), (6, 40), (7, 150), (8, 300)]  # copies, µs apart
MORE = [(3, 30), (4, 90), (5, 40), (6, 10), (7, 6), (9, 40), (12, 30), (16, 7), (16, 4), (19, 50)]

COPIES = {
    "one-notice-her": dict(
        paths_are=[{"vni": 10110, "outer_src": "10.0.0.1", "outer_dst": "10.0.0.%d" % end}
                   for end in (10, 11, 12)], **one_notice(3)),
    "back3-40us": one_notice(3), "back2-100us": one_notice(2),
    "copies-4-25us-42": dict(
        made=capture(copies(sent([], "22:a6:81:00:8a:79", length=42), 4, 25e-6)), **one_notice(4)),
    "copies-of-six-macs": dict(
        made=capture(*[copies(sent([], mac, at=60 * i), number, us * 1e-6)
                       for i, (mac, (number, us)) in enumerate(zip(macs(["22:a6:81"], 6), MANY))]),
        bursts=6, rounds=1, frames=[number for number, _ in MANY], announcer=NOBODY,
        state="single"),
    "copies-of-ten-qemu-macs": dict(
        made=capture(*[copies(sent([], mac, at=60 * i), number, us * 1e-6)
                       for i, (mac, (number, us)) in enumerate(zip(macs(["52:54:00"], 10), MORE))]),
        bursts=10, rounds=1, frames=[number for number, _ in MORE], announcer=NOBODY,
        state="single"),
    "copies-of-qemu": dict(
        made=capture(copies(sent(QEMU, KVM), 3, 4e-5)), bursts=1, rounds=5, frames=15, missing=0,
        announcer="QEMU", state=DONE),
    "copies-of-esxi": dict(
        made=capture(copies(sent(ESXI, VM), 3, 1e-4)), bursts=1, rounds=10, frames=30, missing=0,
        announcer=ESX, state=DONE),
}

# The order of two sights


def two_whole(rounds, frames, announcer):
    return {"bursts": 2, "rounds": rounds, "missing": 0, "frames": frames, "announcer": announcer,
            "state": DONE, "no_notes": CLAIMS}


ORDER = {
    "untagged-first": two_whole(10, [10, 18], ESX), "tagged-first": two_whole(10, [10, 18], ESX),
    "in-turns": dict(made=two_sights(ESXI, VM, (1e-5, -1e-5), (4, 6)),
                     **two_whole(10, [10, 18], ESX)),
    "tagged-first-others-lost": dict(made=two_sights(ESXI, VM, (-3e-4,), (2, 3, 9)),
                                     **two_whole(10, [10, 17], ESX)),
    "untagged-first-others-lost": dict(made=two_sights(ESXI, VM, (3e-4,), (2, 3, 9)),
                                       **two_whole(10, [10, 17], ESX)),
    "tagged-first-qemu": dict(made=two_sights(QEMU, KVM, (-4e-5,), (3, 4)),
                              **two_whole(5, [5, 8], "QEMU")),
    "untagged-first-qemu": dict(made=two_sights(QEMU, KVM, (4e-5,), (3, 4)),
                                **two_whole(5, [5, 8], "QEMU")),
}

# Fields


def sender_announced(number, mac="02:00:00:00:00:01"):
    return {"kind": "notice", "mac": mac, "announcer": NOBODY,
            "shown": {"kind": ["3"] * number, "mac": [mac] * number}}


REQUEST = {"no_evidence": "elsewhere", "no_notes": {"several hosts", "restart"}}


def requests(number):
    return {"shown": {"kind": ["1"] * number}, **REQUEST}


MULTICAST, BROADCAST = "01:00:5e:00:00:01", "ff:ff:ff:ff:ff:ff"
DROPPED = "suppress"  # in a note: a bridge with neighbour suppression may drop it

FIELDS = {
    "wlan-tha-bcast": dict(macs=1, bursts=1, rounds=2, **sender_announced(2)),
    "wlan-94ms": dict(
        made=capture(*[asking(at, LOCAL, BROADCAST, length=78) for at in (0, 0.094)]), macs=1,
        **sender_announced(2)),
    "tha-multicast": dict(made=capture(asking(0, LOCAL, MULTICAST)), macs=1, **sender_announced(1)),
    "wlan-tagged-one": dict(
        made=capture(asking(0, KVM, BROADCAST, length=42, vlans=[102])), macs=1,
        **sender_announced(1, KVM)),
    "tha-zero": REQUEST, "ask-other": requests(1), "uboot-bcast-tpa": requests(1),
    "asks-three-times": dict(
        made=capture(*[asking(5 * i, LOCAL, KVM) for i in range(3)]), **requests(3)),
    "several-ask-for-one": dict(
        made=capture(*[asking(at, mac, KVM)
                       for at, mac in zip((0, 0.3, 1.1), macs(["02:00:00"], 3))]),
        **requests(3)),
    "pensando-one": REQUEST,
    "pensando-other": dict(
        made=capture(asking(0, VM, "46:f1:08:7e:00:00", tpa="64.12.0.0", length=42, vlans=[9])),
        **REQUEST),
    "esxi-random-ip": dict(bursts=1, rounds=7, announcer=ESX, message=DROPPED),
    "esxi-same-ip": dict(
        made=capture(sent(ESXI[:6], VM, spa="10.1.2.3", tpa="10.1.2.3")), announcer=ESX,
        message=DROPPED),
    "esxi-target-ip": dict(
        made=capture(sent(ESXI[:6], VM, tpa="172.16.0.9")), announcer=ESX, message=DROPPED),
    "esxi-no-ip": dict(made=capture(sent(ESXI[:6], VM)), announcer=ESX, no_message=DROPPED),
    "ovs-failopen-openflow": dict(macs=0, bursts=0, layer="wire"),
    "failopen-1.0": dict(
        made=capture(packet_in(sent([2, 2], "00:23:20:07:77:01"), 1)), macs=0, bursts=0,
        layer="wire"),
    "failopen-1.3": dict(
        made=capture(packet_in(sent([2, 2], "00:23:20:08:88:01"), 4)), macs=0, bursts=0,
        layer="wire"),
    "failopen-beside-a-notice": dict(
        made=capture(packet_in(sent([2, 2], "00:23:20:07:77:01"), 1), sent(QEMU, KVM, at=1)),
        macs=1, bursts=1, rounds=5, announcer="QEMU", mac=KVM),
    "failopen-as-the-notice": dict(
        made=capture(packet_in(sent(QEMU, KVM), 1), sent(QEMU, KVM, at=1e-4)), macs=1, bursts=1,
        rounds=5, frames=5, announcer="QEMU"),
}

# Where it was seen

TWO_HOSTS = {"bursts": 2, "notes": {"several hosts"}, "no_report": r"-\d+(\.\d+)? m?s after"}
ROUNDS_6 = {"rounds": [1, 2, 3, 4, 5, 6], "missing": []}
ROUNDS_5 = {"rounds": [1, 2, 3, 4, 5], "missing": []}
OVER_GENEVE = {"vni": 77, "session": None, "outer_src": "10.0.0.1", "outer_dst": "10.0.0.2"}

SEEN = {
    "tap-and-uplink": dict(
        bursts=1, rounds=5, missing=0,
        carried={"tap0": ([1, 2, 3, 4, 5], []), "bond0": ([1, 2, 5], [3, 4])},
        message=r"Round 3 was seen on tap0 and not on bond0 \(VLAN 100\)",
        report=r"rounds 3 and 4 were seen on tap0 and not on bond0 \(VLAN 100\)"),
    "moved-in-the-middle": dict(
        made=capture(sent(ESXI, VM, skip=range(6, 11)),
                     sent(ESXI, VM, interface=1, skip=range(1, 6)), interfaces=("old", "new")),
        bursts=1, rounds=10, missing=0, no_message="and not on", no_report="and not on",
        carried={"old": ([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]),
                 "new": ([6, 7, 8, 9, 10], [1, 2, 3, 4, 5])}),
    "mirror-from-the-middle-on": dict(
        made=capture(sent(ESXI, VM), sent(ESXI, VM, at=3e-5, interface=1, skip=range(1, 7)),
                     interfaces=("port", "mirror")),
        bursts=1, rounds=10, missing=0,
        message="Round 2 was seen on port and not on mirror, where round 7 is the first"),
    "lost-everywhere": dict(
        made=capture(sent(ESXI, VM, skip=[5]), sent(ESXI, VM, at=3e-5, interface=1, skip=[5]),
                     interfaces="ab"),
        bursts=1, rounds=9, missing=1, no_message="and not on",
        carried={"a": ([1, 2, 3, 4, 6, 7, 8, 9, 10], []),
                 "b": ([1, 2, 3, 4, 6, 7, 8, 9, 10], [])}),
    "three-ports": dict(
        made=capture(sent(QEMU, KVM), sent(QEMU, KVM, at=2e-5, interface=1, skip=[1]),
                     sent(QEMU, KVM, at=4e-5, interface=2, skip=[2, 5]), interfaces="abc"),
        bursts=1, rounds=5, missing=0,
        carried={"a": ([1, 2, 3, 4, 5], []), "b": ([2, 3, 4, 5], [1]), "c": ([1, 3, 4], [2, 5])}),
    "each-port-lost-one": dict(
        made=capture(sent(ESXI, VM, skip=[2]), sent(ESXI, VM, at=5e-5, interface=1, skip=[7]),
                     interfaces="ab"),
        bursts=1, rounds=10, missing=0,
        carried={"a": ([1, 3, 4, 5, 6, 7, 8, 9, 10], [2]),
                 "b": ([1, 2, 3, 4, 5, 6, 8, 9, 10], [7])}),
    "two-hosts": dict(
        interfaces=[["leaf1:Eth1/1"], ["leaf2:Eth1/7"]], message="leaf1:Eth1/1.*leaf2:Eth1/7",
        report="leaf1:Eth1/1.*leaf2:Eth1/7", **TWO_HOSTS),
    "two-hosts-two-seconds": dict(
        made=capture(sent([2, 4, 6, 10, 16], VM), sent([2, 4, 6, 10, 16], VM, at=9.3, interface=1),
                     interfaces=("p1", "p2")),
        interfaces=[["p1"], ["p2"]], message="p1.*p2", report="p1.*p2", **TWO_HOSTS),
    "two-hosts-qemu": dict(
        made=capture(sent(QEMU, KVM), sent(QEMU, KVM, at=0.1, interface=1),
                     interfaces=("p1", "p2")),
        interfaces=[["p1"], ["p2"]], message="p1.*p2", report="p1.*p2", **TWO_HOSTS),
    "erspan-two": dict(
        bursts=1, rounds=6, missing=0,
        paths_are=[{"session": 11, "outer_src": "10.9.0.1", "outer_dst": "10.9.0.99", **ROUNDS_6},
                   {"session": 12, "outer_src": "10.9.0.2", "outer_dst": "10.9.0.99", **ROUNDS_6}]),
    "erspan-three": dict(
        made=capture(*[tunnelled(sent(QEMU, KVM), kinds.erspan(session), "10.9.0.1", "10.9.0.99",
                                 protocol=47, late=session * 1e-6) for session in (5, 6, 900)]),
        bursts=1, rounds=5,
        paths_are=[{"session": session, "outer_src": "10.9.0.1", "vni": None, **ROUNDS_5}
                   for session in (5, 6, 900)]),
    "erspan-tagged-inside": dict(
        made=capture(tunnelled(sent(ESXI[:5], VM, vlans=[110]), kinds.erspan(1), "10.9.0.3",
                               "10.9.0.99", protocol=47)),
        bursts=1, rounds=6, announcer=ESX,
        paths_are=[{"session": 1, "vlans": [110], "outer_src": "10.9.0.3", **ROUNDS_6}]),
    "geneve": dict(bursts=1, rounds=6, paths_are=[{**OVER_GENEVE, **ROUNDS_6}]),
    "geneve-with-option": dict(
        made=capture(tunnelled(sent(QEMU, KVM), kinds.geneve(77, b"\x01\x02\x00\x01abcd"),
                               "10.0.0.1", "10.0.0.2")),
        bursts=1, paths_are=[{**OVER_GENEVE, **ROUNDS_5}]),
    "vxlan-two-vteps": dict(
        made=capture(tunnelled(sent(QEMU, KVM), kinds.vxlan(5010), "10.1.0.1", "10.1.0.8"),
                     tunnelled(sent(QEMU, KVM, skip=[3]), kinds.vxlan(5010), "10.1.0.1", "10.1.0.9",
                               late=2e-5)),
        bursts=1, rounds=5, missing=0,
        paths_are=[{"vni": 5010, "outer_dst": "10.1.0.8", **ROUNDS_5},
                   {"vni": 5010, "outer_dst": "10.1.0.9", "rounds": [1, 2, 4, 5], "missing": [3]}]),
    "vxlan-over-ipv6": dict(
        made=capture(tunnelled6(sent(QEMU, KVM), kinds.vxlan(9), 1, 2)), bursts=1,
        paths_are=[{"vni": 9, "outer_src": "2001:db8::1", "outer_dst": "2001:db8::2"}]),
    "no-tunnel": dict(
        made=capture(sent(QEMU, KVM)),
        paths_are=[{"vni": None, "session": None, "outer_src": None, "outer_dst": None,
                    **ROUNDS_5}]),
    "nsxt-edge-bridge": dict(
        bursts=40, rounds=1, event_macs=[40], report="(?i)fail-?over", no_notes=CLAIMS),
    "flood-of-16": dict(
        made=capture(at_once(macs(["3c:fd:fe", "b8:27:eb", "00:1b:21", "d4:ae:52"], 16))),
        bursts=16, rounds=1, event_macs=[16], report="(?i)fail-?over", no_notes=CLAIMS),
    "flood-of-30-tagged": dict(
        made=capture(at_once(macs(["3c:fd:fe", "00:50:56", "52:54:00"], 30), vlans=[100])),
        bursts=30, rounds=1, event_macs=[30], report="(?i)fail-?over", no_notes=CLAIMS),
}

# The cut-over

PORTS = {"interfaces": ("old", "new")}
VTEP = "52:54:00:7d:00:af"


def speaks(start, end, interface=0, step=0.1):
    return every(step, start, end, packet, mac=KVM, interface=interface)


CUTOVER = {
    "openperouter-203": dict(macs=0, bursts=0),  # it holds no RARP
    "openperouter-announced": dict(
        made=capture(recorded("openperouter-203.pcap"),
                     tunnelled(sent(QEMU, VTEP, at=2.0005), vxlan(110), "10.0.0.2", "10.0.0.3")),
        bursts=1, moved=True, silence_traffic_us=about(21_100_600),
        first_traffic_frame=238, unanswered=210, early_frame=None),
    "answers-nobody": dict(
        made=capture(speaks(0, 2), sent(QEMU, KVM, at=2, interface=1),
                     gratuitous(2.003, KVM, interface=1), every(0.1, 2.01, 10.01, packet, to=KVM),
                     speaks(12, 13, interface=1), **PORTS),
        bursts=1, moved=True, silence_traffic_us=about(10_100_000), first_traffic_frame=107,
        unanswered=80, early_frame=None),
    "answers-soon": dict(
        made=capture(speaks(0, 2), sent(QEMU, KVM, at=2.2, interface=1),
                     every(0.1, 2.01, 2.31, packet, to=KVM), speaks(2.5, 3, interface=1), **PORTS),
        bursts=1, moved=True, silence_us=about(600_000), silence_traffic_us=about(600_000),
        unanswered=3),
    "libvirt-stale-garp": dict(bursts=1, announcer="QEMU", silence_us=about(2_200_000)),
    "stale-four": dict(
        made=capture(every(0.5, 0, 5, gratuitous, mac=KVM),
                     every(2e-5, 5.2, 5.20008, gratuitous, mac=KVM), sent(QEMU, KVM, at=5.2002),
                     every(0.5, 6.7, 9, gratuitous, mac=KVM)),
        bursts=1, silence_us=about(2_200_000)),
    "stale-after-the-first-notice": dict(
        made=capture(every(0.5, 0, 5, gratuitous, mac=KVM), sent(QEMU, KVM, at=5.2),
                     every(2e-5, 5.2001, 5.20022, gratuitous, mac=KVM),
                     every(0.5, 6.7, 9, gratuitous, mac=KVM)),
        bursts=1, silence_us=about(2_200_000)),
    "early-on-new-port": dict(bursts=1, moved=True, early_frame=82, silence_us=about(400_000)),
    "early-by-8s": dict(
        made=capture(speaks(0, 12), packet(4, mac=KVM, interface=1),
                     sent(QEMU, KVM, at=12, interface=1), speaks(12.4, 13, interface=1), **PORTS),
        moved=True, early_frame=42, silence_us=about(500_000)),
    "early-by-300ms": dict(
        made=capture(speaks(0, 12), packet(11.72, mac=KVM, interface=1),
                     sent(QEMU, KVM, at=12, interface=1), speaks(12.4, 13, interface=1), **PORTS),
        moved=True, early_frame=None),
    "stays": dict(
        made=capture(speaks(0, 2), sent(QEMU, KVM, at=2), speaks(2.4, 4), **PORTS), moved=False,
        early_frame=None, silence_us=about(500_000)),
}

# What a switch says: MAC, VLAN of its notice, port and VLAN that it has for it.

TABLES = {
    "frr-evpn.txt": [(VTEP, 110, "10.0.0.1", ""), ("02:00:00:00:00:09", 110, "swp3", "110")],
    "arista-vxlan.txt": [(VTEP, 110, "Vx1", "110")],
    "junos-evpn.txt": [(VTEP, 110, "vtep.32769", "110")],
    "nxos-evpn.txt": [(VTEP, 110, "nve1(10.0.0.1)", "110")],
    "sonic.txt": [(VTEP, 110, "Ethernet64", "110")],
    "srlinux.txt": [(VTEP, 1055, "ethernet-1/1.1055", "")],
    "frr-two-networks": [(VTEP, 10, "10.0.0.7", ""), (KVM, 20, "2001:db8::7", ""),
                         (LOCAL, 20, "eth1.20", "20")],
    "frr-ethernet-segment": [(VTEP, 10, "03:44:38:39:ff:ff:01:00:00:01", ""),
                             (KVM, 10, "bond1", "10")],
}

FRR_HEADING = "MAC               Type   Flags Intf/Remote ES/VTEP            VLAN  Seq #'s\n"
TABLES_MADE = {
    "frr-two-networks": (
        "VNI 1010 #MACs (local and remote) 1\n\n" + FRR_HEADING +
        "52:54:00:7d:00:af remote       10.0.0.7                             12/3\n\n"
        "VNI 1020 #MACs (local and remote) 2\n\n" + FRR_HEADING +
        "52:54:00:00:01:01 remote X     2001:db8::7                          0/1\n"
        "02:00:00:00:00:01 local  N     eth1.20                        20    0/0\n"),
    "frr-ethernet-segment": (
        FRR_HEADING +
        "52:54:00:7d:00:af remote       03:44:38:39:ff:ff:01:00:00:01        0/0\n"
        "52:54:00:00:01:01 local  P     bond1                          10    0/0\n"),
}

PARTS = {"bounds": BOUNDS, "naming": NAMING, "clients": CLIENTS, "claims": CLAIMED,
         "copies": COPIES, "order": ORDER, "fields": FIELDS, "paths": SEEN, "cut-over": CUTOVER}
