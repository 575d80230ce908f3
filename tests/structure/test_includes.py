# test_includes.py - includes run downwards only, and no layer knows the one above it.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# NAME.c and NAME.h are one unit. A unit needs another when it includes its header, and when its header
# declares a function that the other one defines: a header for everything hides circles, so it counts as
# one. VMN_SOURCE_DIR names another tree to look at.

import os
import pathlib
import re

import pytest

ROOT = pathlib.Path(os.environ.get("VMN_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
LAYERS = ["plugin/engine", "plugin/dissector", "stats"]  # each may know those before it
LOADER = "plugin/plugin.c"  # the house's door: what Wireshark looks for
WIRESHARK = re.compile(r"(epan|wiretap|wsutil|ui|wireshark)/|ws_|config\.h|compat\.h")
FLOOR = re.compile(r"^\| (\d+) \| \[(\w[\w-]*)\]\(\.\./([\w/]+)/\2\.[ch]\)")


def sources():
    """All files of the layers and of the folder above them, tests of a layer excluded."""
    found = [path for folder in ["plugin", *LAYERS] for path in (ROOT / folder).glob("*.[ch]")]
    return sorted({path for path in found if not path.name.startswith("test_")})


def code(path):
    """The file without its comments."""
    return re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)


def includes(path):
    """The headers that the file names, those of the project ("…") and others (<…>)."""
    text = path.read_text(encoding="utf-8")
    return [re.findall(pattern, text, flags=re.M)
            for pattern in (r'^#include "([^"]+)"', r"^#include <([^>]+)>")]


def functions(path, end):
    """Names of the functions that the file declares (end ";") or defines (end "{") for others."""
    pattern = r"^(?!static|typedef|return|else)[A-Za-z_][\w \t\*]*?\b(\w+)\([^;{}]*\)\s*%s" % re.escape(end)
    return set(re.findall(pattern, code(path), flags=re.M))


def unit_of(path):
    return path.relative_to(ROOT).with_suffix("").as_posix()


def needs():
    """For each unit the units that it needs, with a file that says so."""
    files = sources()
    headers = {path.name: unit_of(path) for path in files if path.suffix == ".h"}
    definers = {name: unit_of(path) for path in files if path.suffix == ".c"
                for name in functions(path, "{")}
    graph = {unit_of(path): {} for path in files}
    for path in files:
        found = [headers[name.split("/")[-1]] for name in includes(path)[0]
                 if name.split("/")[-1] in headers]
        if path.suffix == ".h":
            found += [definers[name] for name in functions(path, ";") if name in definers]
        for unit in found:
            if unit != unit_of(path):
                graph[unit_of(path)].setdefault(unit, path.relative_to(ROOT).as_posix())
    return graph


def circles(graph):
    """Units that can be reached from themselves, each with the others of its circle."""
    def reached(unit):
        seen, waiting = set(), [unit]
        while waiting:
            for other in graph[waiting.pop()]:
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return seen
    below = {unit: reached(unit) for unit in graph}
    return sorted({tuple(sorted(other for other in below[unit] if unit in below[other]))
                   for unit in graph if unit in below[unit]})


def floors():
    """Unit and floor, as docs/architecture.md lists them."""
    lines = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").splitlines()
    rows = [FLOOR.match(line) for line in lines]
    return {"%s/%s" % (row[3], row[2]): (LAYERS.index(row[3]), int(row[1])) for row in rows if row}


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_has_files(layer):
    assert any(unit.startswith(layer + "/") for unit in needs())


def test_no_unit_needs_itself():
    assert circles(needs()) == []


def test_circles_are_found():
    assert circles({"a": {"b": ""}, "b": {"c": ""}, "c": {"a": ""}, "d": {"a": ""}}) == [("a", "b", "c")]


def test_no_layer_knows_the_one_above():
    wrong = ["%s: %s" % (path, other) for unit, others in needs().items()
             for other, path in others.items() for layer in LAYERS
             if unit.startswith(layer + "/") and other.rsplit("/", 1)[0] not in
             LAYERS[:LAYERS.index(layer) + 1]]
    assert wrong == []


def test_the_loader_is_all_there_is_above_the_layers():
    assert [path.relative_to(ROOT).as_posix() for path in (ROOT / "plugin").glob("*.[ch]")] == [LOADER]


def test_the_engine_knows_no_wireshark():
    wrong = ["%s: %s" % (path.name, name) for path in sources() if "engine" in path.parts
             for kind in includes(path) for name in kind if WIRESHARK.match(name)]
    assert wrong == []


def test_the_documented_floors_are_those_of_the_code():
    """Every unit has a row, and needs only units of lower floors."""
    listed, graph = floors(), needs()
    assert sorted(listed) == sorted(unit for unit in graph if unit + ".c" != LOADER)
    wrong = ["%s: %s" % (unit, other) for unit in listed for other in graph[unit]
             if listed[other] >= listed[unit]]
    assert wrong == []
