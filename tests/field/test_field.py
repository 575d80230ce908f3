# test_field.py - traffic from the field: is what is said of it right?
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# answers.py has the captures and the right answers, pending.py those that do not
# hold yet. One tshark run a capture answers nearly all: layer and JSON together.
#
# Words of a row besides the JSON's own:
#   made                octets of the capture, where it is not a file in captures/
#   bursts, macs        how many the document has
#   event_macs          MACs of each event
#   notes, no_notes     some burst has these notes; no burst has any of these
#   fits, fits_not      every burst's also_fits has all of these; none has any of these
#   shown               field: its values in the frames that have the layer, final answer
#   one_pass            fields that have one value throughout, in one pass too
#   experts             expert info: the frames that have it
#   no_experts          expert infos that no frame has
#   message, no_message a pattern that some, or no, expert info's text matches
#   no_evidence         a pattern that the evidence does not match anywhere
#   layer               a pattern that the layer's text matches in every frame that has it
#   report, no_report   a pattern that the report in words (vmotion-report) matches, or does not
#   carried             interface: numbers of the rounds seen there, and of those missing there
#   paths_are           what the members of the first burst's paths are, in any order
# Words of the cut-over, silence_us and the like, are looked up in the burst's "cutover" too.

import json
import pathlib
import re
import shutil

import pytest

import answers
import conftest
import kinds
from pending import PENDING

CAPTURES = pathlib.Path(__file__).resolve().parent / "captures"
ROWS = {name: (part, row) for part, rows in answers.PARTS.items() for name, row in rows.items()}
EXPERTS = sorted({name for _, row in ROWS.values()
                  for name in [*row.get("experts", ()), *row.get("no_experts", ())]})
LAYER = ["kind", "mac", "announcer", "sighting", "tick", "evidence", "burst.state"]
FIELDS = (["vmotion_notify." + name for name in LAYER]
          + ["vmotion_notify.expert." + name for name in EXPERTS] + ["_ws.expert.message"])


def expectations():
    """(capture, word) of every row; what is pending has to fail."""
    for name, (part, row) in ROWS.items():
        for word in row:
            if word != "made":
                marks = ()
                if word in PENDING.get(name, "").split():
                    marks = pytest.mark.xfail(strict=True, reason=part)
                yield pytest.param(name, word, id="%s-%s" % (name, word), marks=marks)


class Answers:
    """What tshark says of the captures, asked once each."""

    def __init__(self, wireshark):
        self.wireshark = wireshark
        self._files = {}
        self._final = {}
        self._reports = {}

    def file(self, name):
        """The capture of a row, where tshark may read it."""
        if name not in self._files:
            made = ROWS[name][1].get("made")
            octets = made or next(CAPTURES.glob(name + ".pcap*")).read_bytes()
            self._files[name] = self.wireshark.write("field-" + name, octets)
        return self._files[name]

    def final(self, name):
        """Fields of the frames that have the layer, as dictionaries, and the JSON document."""
        if name not in self._final:
            asked = [word for field in FIELDS for word in ("-e", field)]
            text = self.wireshark.tshark(
                self.file(name), "-2", "-o", "vmotion_notify.cutover:TRUE", "-T", "fields",
                "-E", "separator=/t", *asked, "-z", "vmotion_notify,json")
            lines, document = text.split('{\n  "format"')
            short = [field.replace("vmotion_notify.", "") for field in FIELDS]
            frames = [dict(zip(["number", *short], [number, *line.split("\t")]))
                      for number, line in enumerate(lines.splitlines(), 1)]
            self._final[name] = ([frame for frame in frames if frame["kind"]],
                                 json.loads('{"format"' + document))
        return self._final[name]

    def report(self, name):
        if name not in self._reports:
            script = self.wireshark.work / "field-report"
            shutil.copy(conftest.REPOSITORY / "report" / "vmotion-report", script)
            script.chmod(0o755)
            text = self.wireshark.run([script, self.file(name)]).stdout
            self._reports[name] = re.sub(r"\s+", " ", text)
        return self._reports[name]

    def frames(self, name):
        return self.final(name)[0]

    def document(self, name):
        return self.final(name)[1]

    def bursts(self, name):
        return self.document(name)["bursts"]


@pytest.fixture(scope="session")
def answer(wireshark):
    return Answers(wireshark)


def agree(expected, value):
    return expected(value) if callable(expected) else value == expected


def check_member(answer, name, word, expected):
    """A member of the JSON's bursts, or of their cut-overs."""
    bursts = answer.bursts(name)
    values = [burst[word] if word in burst else burst["cutover"][word] for burst in bursts]
    if isinstance(expected, list):
        assert values == expected
    else:
        assert values and all(agree(expected, value) for value in values), values


def check_count(answer, name, word, expected):
    assert len(answer.document(name)[word]) == expected


def check_event_macs(answer, name, word, expected):
    assert [event["macs"] for event in answer.document(name)["events"]] == expected


def check_notes(answer, name, word, expected):
    found = {note for burst in answer.bursts(name) for note in burst["notes"]}
    if word == "notes":
        assert expected <= found
    else:
        assert not expected & found


def check_fits(answer, name, word, expected):
    found = [set(burst["also_fits"]) for burst in answer.bursts(name)]
    assert found
    for others in found:
        assert expected <= others if word == "fits" else not expected & others


def check_shown(answer, name, word, expected):
    for field, values in expected.items():
        assert [frame[field] for frame in answer.frames(name)] == values


def check_one_pass(answer, name, word, expected):
    names = ["vmotion_notify." + field for field in sorted(expected)]
    first = answer.wireshark.fields(answer.file(name), *names, options=())
    final = [[frame[field] for field in sorted(expected)] for frame in answer.frames(name)]
    for values in zip(*first, *final):
        assert len(set(values)) == 1


def check_experts(answer, name, word, expected):
    for expert, numbers in expected.items():
        assert [frame["number"] for frame in answer.frames(name)
                if frame["expert." + expert]] == numbers


def check_no_experts(answer, name, word, expected):
    assert not [frame["number"] for frame in answer.frames(name) for expert in expected
                if frame["expert." + expert]]


def check_message(answer, name, word, expected):
    found = [frame["_ws.expert.message"] for frame in answer.frames(name)
             if re.search(expected, frame["_ws.expert.message"])]
    assert bool(found) == (word == "message")


def check_no_evidence(answer, name, word, expected):
    assert not [frame for frame in answer.frames(name) if re.search(expected, frame["evidence"])]


def check_layer(answer, name, word, expected):
    text = answer.wireshark.tshark(answer.file(name), "-2", "-V", "-Y", "vmotion_notify")
    layers = re.findall(r"^( *)(\[?vMotion Notify.*\n(?:\1 .*\n)*)", text, re.MULTILINE)
    assert layers and all(re.search(expected, layer) for _, layer in layers)


def check_report(answer, name, word, expected):
    text = answer.report(name)
    assert "vMotion Notify report" in text
    assert bool(re.search(expected, text, re.DOTALL)) == (word == "report")


def check_carried(answer, name, word, expected):
    burst, = answer.bursts(name)
    assert {path["interface"]: (path["rounds"], path["missing"])
            for path in burst["paths"]} == expected


def check_paths_are(answer, name, word, expected):
    paths = answer.bursts(name)[0]["paths"]
    assert len(paths) == len(expected)
    for wanted in expected:
        assert any(wanted.items() <= path.items() for path in paths), paths


CHECKS = {"bursts": check_count, "macs": check_count, "event_macs": check_event_macs,
          "notes": check_notes, "no_notes": check_notes, "fits": check_fits,
          "fits_not": check_fits, "shown": check_shown, "one_pass": check_one_pass,
          "experts": check_experts, "no_experts": check_no_experts, "message": check_message,
          "no_message": check_message, "no_evidence": check_no_evidence, "layer": check_layer,
          "report": check_report, "no_report": check_report, "carried": check_carried,
          "paths_are": check_paths_are}


@pytest.mark.parametrize("name, word", expectations())
def test_right(answer, name, word):
    CHECKS.get(word, check_member)(answer, name, word, ROWS[name][1][word])


def test_every_capture_has_a_row():
    made = {name for name, (_, row) in ROWS.items() if "made" in row}
    assert {path.stem for path in CAPTURES.glob("*.pcap*")} == set(ROWS) - made
    assert {path.name for path in CAPTURES.glob("tables/*")} <= set(answers.TABLES)
    text = (CAPTURES / "README.md").read_text(encoding="utf-8")
    assert not [path.stem for path in CAPTURES.glob("*/*.*") if path.stem not in text]
    assert not [path.stem for path in CAPTURES.glob("*.pcap*")
                if not re.search(r"(\| |, )%s( \||,)" % path.stem, text)]


def test_pending_names_expectations():
    for name, words in PENDING.items():
        known = answers.TABLES if name in answers.TABLES else ROWS[name][1]
        assert name in answers.TABLES or set(words.split()) <= set(known)


# The run above sees every frame, asks for all and passes twice. One that does less says the same.

BOUNDED = ["end-udp3600", "end-one-arp", "mid-4-4-60-100", "begin-qemu"]


@pytest.mark.parametrize("name", BOUNDED)
def test_one_pass_statistics_say_the_same(answer, name):
    document = answer.wireshark.json(answer.file(name))
    expected = [{word: value for word, value in burst.items() if word != "cutover"}
                for burst in answer.bursts(name)]
    assert document["bursts"] == expected


@pytest.mark.parametrize("name", BOUNDED)
def test_fields_alone_say_the_same(answer, name):
    asked = ["kind", "burst.state", "expert.may_go_on", "expert.began_before"]
    names = ["vmotion_notify." + word for word in asked]
    shown = answer.wireshark.fields(answer.file(name), *names)
    assert ([row for row in shown if row[0]]
            == [[frame[word] for word in asked] for frame in answer.frames(name)])


# The switch's tables


def tables():
    for name in answers.TABLES:
        marks = ()
        if name in PENDING:
            marks = pytest.mark.xfail(strict=True, reason="tables")
        yield pytest.param(name, marks=marks)


@pytest.mark.parametrize("name", tables())
def test_port_in_the_table(wireshark, name):
    made = answers.TABLES_MADE.get(name)
    octets = made.encode() if made else (CAPTURES / "tables" / name).read_bytes()
    table = wireshark.write("table-" + name, octets)
    entries = answers.TABLES[name]
    notices = [kinds.sent([], mac, at=number, vlans=[vlan])
               for number, (mac, vlan, _, _) in enumerate(entries)]
    capture = wireshark.write("table-%s.pcapng" % name, kinds.capture(*notices))
    shown = wireshark.fields(capture, "vmotion_notify.switch.port", "vmotion_notify.switch.vlan",
                             options=("-2", "-o", "vmotion_notify.mac_table:%s" % table))
    assert shown == [[port, vlan] for _, _, port, vlan in entries]


# The second part of the contract


def test_fields_of_the_second_part(answer):
    """The layer says what the JSON says."""
    names = ["confidence", "also_fits", "head_missing", "path.vni", "path.session",
             "path.outer_src", "path.outer_dst"]
    asked = ["vmotion_notify." + name for name in names]
    for name in ("ganeti-lost1", "fib12-vm-60", "erspan-two", "geneve"):
        burst, = answer.bursts(name)
        for row in answer.wireshark.fields(answer.file(name), *asked):
            confidence, fits, head, vni, session, source, destination = row
            path = {"vni": int(vni, 0) if vni else None,
                    "session": int(session) if session else None,
                    "outer_src": source or None, "outer_dst": destination or None}
            assert abs(int(confidence) - 100 * burst["confidence"]) <= 1
            assert [word for word in fits.split(",") if word] == burst["also_fits"]
            assert head == str(burst["head_missing"] or "")
            assert any(path.items() <= other.items() for other in burst["paths"])


def test_members_of_the_second_part(answer):
    for name in ROWS:
        for burst in answer.bursts(name):
            assert 0 <= burst["confidence"] <= 1
            assert burst["announcer"] not in burst["also_fits"]
            assert burst["head_missing"] is None or burst["head_missing"] > 0
            for path in burst["paths"]:
                numbers = sorted(path["rounds"] + path["missing"])
                assert numbers == burst["round_numbers"]
