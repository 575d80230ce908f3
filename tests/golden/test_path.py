# test_path.py - what is told of the way on which a notice came, and no figure that is none.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pytest

import frames
import pcapng
from wrappings import PLAIN, WRAPPINGS, ethernet, ip, vxlan

WORDS = {"vlan": "vlan", "vni": "path.vni", "session": "path.session",
         "outer_src": "path.outer_src", "outer_dst": "path.outer_dst"}
NUMBERS = ("vni", "session")


def written():
    """All wrappings in one capture, an interface for each."""
    capture = pcapng.Capture(application="tests")
    for number, (name, (link_type, frame, _)) in enumerate(WRAPPINGS.items()):
        interface = capture.interface(name, link_type=link_type)
        capture.frame(frames.START + number * frames.SECOND // 100000, frame, interface=interface)
    return capture.octets()


@pytest.fixture(scope="module")
def capture(wireshark):
    return wireshark.write("wrappings.pcapng", written())


def test_fields(wireshark, capture):
    names = ["vmotion_notify." + field for field in WORDS.values()]
    rows = wireshark.fields(capture, "vmotion_notify.kind", *names)
    assert len(rows) == len(WRAPPINGS)
    told = {name: {word: value for word, value in zip(WORDS, row[1:]) if value}
            for name, row in zip(WRAPPINGS, rows)}
    assert told == {name: expected for name, (_, _, expected) in WRAPPINGS.items()}
    assert all(row[0] == "0" for row in rows)


def test_members(wireshark, capture):
    """The JSON says what the fields say. Wireshark hands no sample to statistics: a burst that only
    one shows is not listed."""
    paths = [path for burst in wireshark.json(capture)["bursts"] for path in burst["paths"]]
    assert ({path["interface"] for path in paths}
            >= {name for name in WRAPPINGS if "sample" not in name})
    for path in paths:
        told = {word: str(path[word]) for word in WORDS
                if word != "vlan" and path[word] is not None}
        if path["vlans"]:
            told["vlan"] = ",".join(map(str, path["vlans"]))
        assert told == WRAPPINGS[path["interface"]][2], path["interface"]


def test_ends_of_a_tunnel_are_paths(wireshark):
    """Each replica of a notice, by its own tunnel, is a sight on a path of its own."""
    made = [ethernet(ip(vxlan(PLAIN, 7), ends=("192.0.2.1", "192.0.2.%d" % end)))
            for end in (20, 21, 22)]
    path = wireshark.write("replicas.pcapng", frames.capture_of(made * 2, interval=20_000))
    burst, = wireshark.json(path)["bursts"]
    assert [row["outer_dst"] for row in burst["paths"]] == [
        "192.0.2.20", "192.0.2.21", "192.0.2.22"]


def test_names_that_are_no_text(wireshark):
    """An interface's name in another encoding reads in the layer as it does in the statistics."""
    octets = frames.capture_of([PLAIN]).replace(b"test0", b"t\xe9st\xff")
    path = wireshark.write("latin.pcapng", octets)
    (shown,), = wireshark.fields(path, "vmotion_notify.path")
    burst, = wireshark.json(path)["bursts"]
    assert burst["interfaces"] == ["t\ufffdst\ufffd"]
    assert "t\ufffdst\ufffd" in shown
