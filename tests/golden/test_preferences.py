# test_preferences.py - each preference changes what it says, and nothing else.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import json
import os
import re

import pytest

import conftest
import frames
import pcapng

REFERENCE = "nested-esxi-vmotion"
MS = 10**6


def notices(offsets_ms):
    """The octets of a capture of one MAC's notices at these offsets."""
    capture = pcapng.Capture(application="tests")
    capture.interface("test0")
    for offset in offsets_ms:
        capture.frame(frames.START + int(offset * MS), pcapng.notice(frames.ANNOUNCED))
    return capture.octets()


def test_copy_window(wireshark):
    """Two sights 20 ms apart are two rounds by default, and one with a window of 30 ms."""
    path = wireshark.write("copies.pcapng", notices([0, 20, 2000, 2020]))
    wide = wireshark.json(path, "-o", "vmotion_notify.copy_window_ms:30")["bursts"]
    assert sum(burst["rounds"] for burst in wide) == 2
    narrow = wireshark.json(path)["bursts"]
    assert sum(burst["rounds"] for burst in narrow) == 4


def test_tolerance(wireshark):
    """The reference case's largest deviation, 1.021 ms of 16 s, is off schedule when nothing is tolerated."""
    off = "vmotion_notify.expert.off_schedule"
    strict = ["-o", "vmotion_notify.tolerance_percent:0", "-o", "vmotion_notify.tolerance_floor_ms:1"]
    assert wireshark.tshark(REFERENCE, "-2", "-Y", off) == ""
    assert wireshark.tshark(REFERENCE, "-2", *strict, "-Y", off) != ""


def test_event_window(wireshark):
    """qemu-evacuate-3vms: machines migrated 22 to 28 ms one after another."""
    name = "qemu-evacuate-3vms"
    assert [event["macs"] for event in wireshark.json(name)["events"]] == [6]
    narrow = wireshark.json(name, "-o", "vmotion_notify.event_window_ms:5")["events"]
    assert [event["macs"] for event in narrow] == [2, 2, 2]


def test_user_defined_schedule(wireshark):
    path = wireshark.write("user.pcapng", notices([0, 300, 1000, 1450, 3000]))
    row = 'uat:vmotion_notify_schedules:"My appliance","Example Corp","300 ms, 700 ms, 450 ms, 1.55 s"'
    burst, = wireshark.json(path, "-o", row)["bursts"]
    assert (burst["schedule"], burst["announcer"]) == ("My appliance", "Example Corp")
    assert burst["expected_us"] == [300000, 700000, 450000, 1550000]
    assert burst["state"] == "complete"
    assert "My appliance" not in wireshark.statistic(path, "json")


def test_user_defined_schedule_that_cannot_be_read(wireshark):
    row = 'uat:vmotion_notify_schedules:"Broken","Nobody","a while"'
    done = wireshark.run(["tshark", "-r", wireshark.capture(REFERENCE), "-o", row])
    assert done.returncode > 0 and "a while" in done.stderr


def test_more_user_defined_schedules_than_are_looked_for(wireshark):
    """The first ones count, the others are said to be left out; the number is one that works."""
    path = wireshark.write("user.pcapng", notices([0, 300, 1000, 1450, 3000]))

    def run(others):
        rows = ['uat:vmotion_notify_schedules:"Other %d","Nobody","%d s"' % (n, 1000 + n)
                for n in range(others)]
        rows.append('uat:vmotion_notify_schedules:"Mine","Example","300 ms, 700 ms, 450 ms, 1.55 s"')
        done = wireshark.run(["tshark", "-q", "-r", path, "-z", "vmotion_notify,json",
                              *[word for row in rows for word in ("-o", row)]])
        assert done.returncode == 0
        return json.loads(done.stdout)["bursts"][0]["schedule"] == "Mine", done.stderr
    found, said = run(60)
    assert not found
    most, = re.findall(r"of 61 schedules only the first (\d+) are looked for", said)
    assert run(int(most) - 1) == (True, "")
    assert run(int(most))[0] is False


@pytest.mark.parametrize("name", [b"x" * 64, b"caf\xe9"])
def test_user_defined_schedule_with_a_bad_name(wireshark, name):
    """More than 63 octets, or no UTF-8: refused with a message, never cut."""
    row = b'uat:vmotion_notify_schedules:"' + name + b'","Nobody","1 s"'
    done = wireshark.run(["tshark", "-r", wireshark.capture(REFERENCE), "-o", os.fsdecode(row)],
                         errors="replace")
    assert done.returncode > 0 and ("63 octets" in done.stderr or "UTF-8" in done.stderr)


def test_defaults_change_nothing_on_the_captures(wireshark):
    """The defaults written out are the defaults."""
    options = []
    for name, value in (("copy_window_ms", 5), ("event_window_ms", 250), ("tolerance_percent", 1),
                        ("tolerance_floor_ms", 5), ("info_column", "TRUE")):
        options += ["-o", "vmotion_notify.%s:%s" % (name, value)]
    for name in conftest.all_captures()[:5]:
        assert wireshark.json(name, *options) == wireshark.json(name)
