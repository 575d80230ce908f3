# rows.py - the rows of a statistics table as Wireshark's GUI writes them; tables.py says what they
# have to be.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A row is a dictionary by column name.

import csv
import io
import re
import time
import xml.etree.ElementTree

import tables
from tables import TITLES  # noqa: F401 - for the tests

KEYS = {"cutover": "Burst", "event": "Event", "mac": "MAC", "schedule": "Burst", "switch": "MAC"}
COUNTS = {"Burst", "Bursts", "Event", "First frame", "Frames", "MACs", "Max. deviation (µs)",
          "Missing", "Rounds"}
FLOATS = {"Span (s)"}
OPTIONAL = {"Last before": int, "First after": int, "Silence (s)": float,
            "Before round 1 (s)": float, "After (s)": float, "Largest silence (s)": float}
SOON = 20  # seconds


# ---- what the GUI writes ----

def from_plain(text):
    """Copy, and Save as plain text: two blanks or more between columns."""
    lines = text.splitlines()
    assert set(lines[0]) <= {"="} and set(lines[3]) <= {"-"} and lines[-1] == lines[3]
    names = re.split("  +", lines[2].strip())
    rows = []
    for line in lines[4:-1]:
        cells = re.split("  +", line.strip())
        rows.append(dict(zip(names, cells + [""] * (len(names) - len(cells)))))
    return rows


def from_csv(text):
    return list(csv.DictReader(io.StringIO(text)))


def from_xml(text):
    root = xml.etree.ElementTree.fromstring(text.encode("utf-8"))
    head, *rows = [[entry.text or "" for entry in row.findall("entry")]
                   for row in root.findall("./*/row")]
    assert all(len(row) == len(head) for row in rows)
    return [dict(zip(head, row)) for row in rows]


def from_yaml(text):
    """The YAML that Wireshark writes: a list of flat maps, texts in double quotes."""
    rows = []
    for line in text[text.index("Items:\n") + len("Items:\n"):].splitlines():
        mark, name, value = re.fullmatch(r"  ([- ]) (.+?): (.*)", line).groups()
        if mark == "-":
            rows.append({})
        rows[-1][name] = value[1:-1] if value.startswith('"') else value
    return rows


READERS = {"txt": from_plain, "csv": from_csv, "xml": from_xml, "yaml": from_yaml}


def values(rows):
    """Rows with numbers where a column holds numbers, to see how they sort: "-" is less than all."""
    return [{name: _value(name, text.strip()) for name, text in row.items()} for row in rows]


def _value(name, text):
    if name in COUNTS:
        return int(text)
    if name in FLOATS:
        return float(text)
    if name in OPTIONAL:
        return OPTIONAL[name](text) if text != "-" else -1
    return text


def texts(rows):
    """Rows as tables.of_json() has them."""
    return [{name: "%.6f" % float(text) if name in FLOATS else text.strip()
             for name, text in row.items()} for row in rows]


# ---- both ----

def ordered(kind, rows):
    return sorted(rows, key=lambda row: row[KEYS[kind]])


def assert_equal(kind, rows, document):
    """The rows, as read, are those of the JSON document."""
    assert ordered(kind, texts(rows)) == ordered(kind, tables.of_json(document, kind))


def shown(table):
    """The rows that a statistics window has now, by way of its button Copy."""
    return from_plain(table.copy())


def assert_shows(table, kind, document, apply=False):
    """The statistics window shows the rows of the JSON document, or does so soon.

    With apply, the button of this name is pressed before each look.
    """
    wanted = ordered(kind, tables.of_json(document, kind))
    found = None
    end = time.monotonic() + SOON
    while found != wanted and time.monotonic() < end:
        if apply:
            table.apply()
        found = ordered(kind, texts(shown(table)))
    assert found == wanted, "shown: %s\nwanted: %s" % (found, wanted)
