# test_schema.py - the JSON keeps its published schema.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import copy
import json

import pytest

import conftest
import frames

jsonschema = pytest.importorskip("jsonschema")

SCHEMA = json.loads((conftest.REPOSITORY / "stats" / "vmotion_notify.schema.json")
                    .read_text(encoding="utf-8"))


def test_schema_is_a_schema():
    jsonschema.validators.validator_for(SCHEMA).check_schema(SCHEMA)


@pytest.mark.parametrize("name", conftest.all_captures())
def test_document_is_valid(wireshark, name):
    jsonschema.validate(wireshark.json(name), SCHEMA)


def test_empty_document_is_valid(wireshark):
    path = wireshark.write("no-notice.pcapng", frames.capture_of(frames.plain_traffic()))
    jsonschema.validate(wireshark.json(path), SCHEMA)


@pytest.mark.parametrize("spoil", [
    lambda document: document.pop("bursts"),
    lambda document: document["bursts"][0].update(rounds="6"),
    lambda document: document["bursts"][0].pop("mac"),
    lambda document: document["macs"][0].update(first_seen="yesterday"),
])
def test_spoilt_document_is_not(wireshark, spoil):
    document = copy.deepcopy(wireshark.json("nested-esxi-vmotion"))
    spoil(document)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, SCHEMA)


def test_ndjson_rows_are_the_bursts(wireshark):
    """One object a line, each with the values of the JSON's burst."""
    for name in ("nested-esxi-vmotion", "ovn-localnet-default"):
        rows = [json.loads(line) for line in wireshark.statistic(name, "ndjson").splitlines()]
        bursts = wireshark.json(name)["bursts"]
        assert len(rows) == len(bursts)
        for row, burst in zip(rows, bursts):
            assert {key: row[key] for key in burst} == burst
