# test_golden.py - the whole output on every capture, compared with expected/.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# After a change that is meant to change outputs:
#
#   python3 -m pytest tests/golden/test_golden.py --regenerate
#
# and read the difference that git shows: every line of it has to be an improvement.

import json
import pathlib

import pytest

import conftest
import contract
import tables

EXPECTED = pathlib.Path(__file__).resolve().parent / "expected"
PACKET_LIST = ["-n", "-o", 'gui.column.format:"No.","%m","Info","%i"']


def packets(wireshark, capture):
    """The packet list: frame number and Info column."""
    return wireshark.tshark(capture, "-2", *PACKET_LIST)


def fields_and_statistics(wireshark, capture, *options):
    """What tshark prints of all fields, as one list a frame, and {name: what it prints} of all statistics;
    one run prints both, in the long form each has its own."""
    names = ["frame.number", *contract.FIELDS]
    if conftest.LONG:
        return (wireshark.fields(capture, *names, options=options),
                tables.statistics(wireshark, capture, contract.STATISTICS, *options))
    shown, text = wireshark.fields_and_more(capture, *names,
                                            options=[*options, *tables.asked(contract.STATISTICS)])
    return shown, tables.pieces(text, contract.STATISTICS)


def field_blocks(wireshark, capture, *options):
    """For each frame with the layer, the fields that it has, one a line."""
    blocks = []
    for number, *values in fields_and_statistics(wireshark, capture, *options)[0]:
        present = ["    %s = %s\n" % (name.replace("vmotion_notify.", ""), value)
                   for name, value in zip(contract.FIELDS, values) if value]
        if present:
            blocks.append("frame %s\n%s" % (number, "".join(present)))
    return "".join(blocks)


def fields(wireshark, capture):
    return field_blocks(wireshark, capture, "-2")


def fields_one_pass(wireshark, capture):
    return field_blocks(wireshark, capture)


def layer(wireshark, capture):
    """The layer as -T json prints it, by frame number."""
    text = wireshark.tshark(capture, "-2", "-T", "json", "-J", "frame vmotion_notify")
    found = {}
    for packet in json.loads(text):
        layers = packet["_source"]["layers"]
        if "vmotion_notify" in layers:
            found[layers["frame"]["frame.number"]] = layers["vmotion_notify"]
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def statistic(name):
    return lambda wireshark, capture: fields_and_statistics(wireshark, capture)[1][name]


def json_alone(wireshark, capture):
    """Not beside the cut-over, which would be in the document then."""
    return wireshark.statistic(capture, "json")


VIEWS = {
    "packets.txt": packets,
    "fields.txt": fields,
    "fields-one-pass.txt": fields_one_pass,
    "layer.json": layer,
    "schedule.txt": statistic("schedule"),
    "mac.txt": statistic("mac"),
    "event.txt": statistic("event"),
    "timeline.txt": statistic("timeline"),
    "bursts.json": json_alone,
}


# The layer as JSON says the same as the fields, in its tree: three captures are enough.
IN_FULL = ["nested-esxi-vmotion", "dup-ovs-host-tap0-tap1-uplink-vlan100",
           "rarp-genuine-arpscan-rarpd"]

OUTPUTS = [(name, view) for name in conftest.all_captures() for view in VIEWS
           if view != "layer.json" or name in IN_FULL]


@pytest.mark.parametrize("name, view", OUTPUTS)
def test_output(wireshark, regenerate, name, view):
    found = VIEWS[view](wireshark, name)
    path = EXPECTED / name / view
    if regenerate:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found, encoding="utf-8")
        pytest.skip("written anew")
    assert path.exists(), "no expected output yet: run with --regenerate"
    assert found.splitlines() == path.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", conftest.all_captures())
def test_statistics_are_final_in_one_pass_too(wireshark, name):
    assert fields_and_statistics(wireshark, name)[1] == fields_and_statistics(wireshark, name, "-2")[1]


@pytest.mark.parametrize("name", conftest.captures_for_most())
def test_statistics_are_final_without_fields_too(wireshark, name):
    """With -q nobody looks at a frame before the end."""
    quiet = tables.statistics(wireshark, name, contract.STATISTICS)
    assert quiet == fields_and_statistics(wireshark, name)[1]
    assert quiet == tables.statistics(wireshark, name, contract.STATISTICS, "-2")


@pytest.mark.parametrize("statistic", contract.STATISTICS)
def test_statistic_says_the_same_alone(wireshark, statistic):
    """What is asked for beside it changes no octet of what a statistic prints, but for the cut-over:
    JSON and NDJSON show what is known of it."""
    names = [name for name in contract.STATISTICS if statistic == "cutover" or name != "cutover"]
    for name in conftest.few(IN_FULL, IN_FULL[0]):
        together = tables.pieces(wireshark.tshark(name, "-q", *tables.asked(names)), names)
        assert wireshark.statistic(name, statistic) == together[statistic], name


def test_no_expected_output_is_left_over():
    found = {path.relative_to(EXPECTED).as_posix() for path in EXPECTED.rglob("*") if path.is_file()}
    assert found == {"%s/%s" % output for output in OUTPUTS}
