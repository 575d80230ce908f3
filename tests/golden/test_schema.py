# test_schema.py - the JSON keeps its published schema.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import copy
import json

import pytest

import conftest
import frames
import tables

jsonschema = pytest.importorskip("jsonschema")

SCHEMA = json.loads((conftest.REPOSITORY / "stats" / "vmotion_notify.schema.json")
                    .read_text(encoding="utf-8"))


def test_schema_is_a_schema():
    jsonschema.validators.validator_for(SCHEMA).check_schema(SCHEMA)


BURST = {**SCHEMA, "$ref": "#/$defs/burst"}
for word in ("type", "required", "additionalProperties", "properties"):
    del BURST[word]
LAB = conftest.CAPTURES / "lab" / "sample"


def test_every_member_is_described():
    """In its place or where it refers to; and no object lets through what is not described."""
    def check(name, schema):
        assert "description" in schema or "$ref" in schema or "const" in schema, name
        if "$ref" in schema:
            assert schema["$ref"].split("/")[-1] in SCHEMA["$defs"], name
        if "properties" in schema:
            assert schema["additionalProperties"] is False, name
            for member, inside in schema["properties"].items():
                check(name + "." + member, inside)
                if member.endswith("_us"):
                    inside = inside.get("items", inside)
                    assert inside["$ref"] in ("#/$defs/us", "#/$defs/us_or_null"), member
    check("document", SCHEMA)
    for name, schema in SCHEMA["$defs"].items():
        check(name, schema)


@pytest.mark.parametrize("name", conftest.all_captures())
def test_document_is_valid(wireshark, name):
    jsonschema.validate(wireshark.json(name), SCHEMA)


@pytest.mark.parametrize("name", [*conftest.all_captures(), "lab"])
def test_document_with_cutover_and_switch_is_valid(wireshark, name):
    """And each line of NDJSON is one of its bursts, by a definition of its own."""
    capture, table = name, conftest.CAPTURES / "nested-esxi-mac-table.txt"
    if name == "lab":
        capture = wireshark.write("lab.pcapng", (LAB / "capture.pcapng").read_bytes())
        table = LAB / "mac-table.txt"
    path = wireshark.write("schema-mac-table.txt", table.read_bytes())
    options = ["-o", "vmotion_notify.cutover:TRUE", "-o", "vmotion_notify.mac_table:%s" % path]
    printed = tables.statistics(wireshark, capture, ["json", "ndjson"], *options)
    document = json.loads(printed["json"])
    assert all("cutover" in burst for burst in document["bursts"])
    assert all("switch" in mac for mac in document["macs"])
    jsonschema.validate(document, SCHEMA)
    lines = [json.loads(line) for line in printed["ndjson"].splitlines()]
    assert lines == document["bursts"]
    for line in lines:
        jsonschema.validate(line, BURST)


def test_empty_document_is_valid(wireshark):
    path = wireshark.write("no-notice.pcapng", frames.capture_of(frames.plain_traffic()))
    jsonschema.validate(wireshark.json(path), SCHEMA)


@pytest.mark.parametrize("spoil", [
    lambda document: document.pop("bursts"),
    lambda document: document["bursts"][0].update(rounds="6"),
    lambda document: document["bursts"][0].pop("mac"),
    lambda document: document["macs"][0].update(first_seen="yesterday"),
    lambda document: document["bursts"][0].update(state="asleep"),
    lambda document: document["bursts"][0].update(kind="rumour"),
    lambda document: document["bursts"][0].update(more=1),
    lambda document: document["bursts"][0].update(cutover={}),
    lambda document: document["macs"][0].update(switch={"entry": "learned"}),
    lambda document: document.update(more=1),
])
def test_spoilt_document_is_not(wireshark, spoil):
    document = copy.deepcopy(wireshark.json("nested-esxi-vmotion"))
    spoil(document)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, SCHEMA)


def test_spoilt_line_is_not(wireshark):
    line, *_ = wireshark.statistic("nested-esxi-vmotion", "ndjson").splitlines()
    jsonschema.validate(json.loads(line), BURST)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**json.loads(line), "rounds": "6"}, BURST)


def test_ndjson_rows_are_the_bursts(wireshark):
    """One object a line, each with the values of the JSON's burst."""
    for name in ("nested-esxi-vmotion", "ovn-localnet-default"):
        rows = [json.loads(line) for line in wireshark.statistic(name, "ndjson").splitlines()]
        bursts = wireshark.json(name)["bursts"]
        assert len(rows) == len(bursts)
        for row, burst in zip(rows, bursts):
            assert {key: row[key] for key in burst} == burst
