# test_documents.py - what the documents name exists, and what exists is in the documents.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import re
import subprocess

import pytest

from conftest import REPOSITORY

MANUAL = REPOSITORY / "docs" / "vmotion-notify.7"
REPORT_MANUAL = REPOSITORY / "docs" / "vmotion-report.1"
REFERENCE = REPOSITORY / "docs" / "reference.md"
PREFIX = "vmotion_notify."
# A table of rows, which -G currentprefs does not list; test_preferences.py gives it.
ROWS = {"schedules"}


def manual_terms(path, section):
    """The names that a section of a manual page explains: the words of each .B line after a .TP."""
    text = re.search(r'^\.SH "?%s"?\n(.*?)(?=^\.SH|\Z)' % section, path.read_text(), re.S | re.M).group(1)
    lines = re.findall(r"^\.TP\n\.[A-Z]+ (.*)", text, re.M)
    return [re.sub(r"\\f.", "", line).replace("\\-", "-") for line in lines]


def names(terms):
    return [name for term in terms for name in re.split(r",\s*", term)]


def tables():
    """The first column of each table of the reference, by its heading: {heading: cells}."""
    if not REFERENCE.exists():
        pytest.skip("no %s" % REFERENCE.name)
    found = {}
    for heading, rows in re.findall(r"^\| *(\S[^|]*?) *\|.*\n\|[-|: ]+\n((?:\|.*\n)+)", REFERENCE.read_text(), re.M):
        found.setdefault(heading, []).extend(row.split("|")[1].strip() for row in rows.splitlines())
    return found


@pytest.fixture(scope="module")
def fields(wireshark):
    """All fields' names without the prefix."""
    lines = wireshark.run(["tshark", "-G", "fields"]).stdout.splitlines()
    words = [line.split("\t")[2] for line in lines if line.startswith("F\t")]
    found = {word[len(PREFIX):] for word in words if word.startswith(PREFIX)}
    assert len(found) > 30
    return found


@pytest.fixture(scope="module")
def statistics(wireshark):
    """What -z takes, as tshark lists it."""
    done = wireshark.run(["tshark", "-z", "help"])
    found = {word for word in (done.stdout + done.stderr).split() if "vmotion_notify" in word}
    assert len(found) > 5
    return found


@pytest.fixture(scope="module")
def preferences(wireshark):
    """{name: default}"""
    text = wireshark.run(["tshark", "-G", "currentprefs"]).stdout
    found = dict(re.findall(r"^#?%s(\w+): *(.*)" % re.escape(PREFIX), text, re.M))
    assert len(found) > 5
    return found


def test_manual_has_all_fields(fields):
    told = names(manual_terms(MANUAL, "FIELDS")) + names(manual_terms(MANUAL, "EXPERT INFOS"))
    assert len(told) == len(set(told))
    assert set(told) == fields


def test_tables_have_all_fields(fields):
    told = set(names(tables()["Field"]))
    assert told == {name for name in fields if not name.startswith("expert.")}
    told = {name.strip("`") for name in names(tables()["Expert info"])}
    assert told == {name for name in fields if name.startswith("expert.")}


def test_manual_has_all_statistics(statistics):
    told = [re.sub(r"\[.*|,standard$", "", term.replace("-z ", "")) for term in manual_terms(MANUAL, "STATISTICS")]
    assert sorted(told) == sorted(statistics)


def test_tables_have_all_statistics(statistics):
    told = [re.sub(r"\[.*|,standard$", "", cell.strip("`")) for cell in tables()["`-z`"]]
    assert set(told) == statistics


def test_manual_has_all_preferences(preferences):
    assert set(names(manual_terms(MANUAL, "PREFERENCES"))) == set(preferences) | ROWS


def test_manual_has_the_defaults(preferences):
    """In parentheses, in the order of the names."""
    text = re.search(r"^\.SH PREFERENCES\n(.*?)^\.SH", MANUAL.read_text(), re.S | re.M).group(1)
    for term, words in re.findall(r"^\.TP\n\.B (.*)\n(.*?)(?=^\.TP|\Z)", text, re.S | re.M):
        defaults = [preferences[name] for name in names([term]) if preferences.get(name)]
        assert re.findall(r"\(([0-9]+|TRUE|FALSE)\)", words) == defaults, term


def test_tables_have_all_preferences(preferences):
    assert set(names(tables()["Name"])) == set(preferences) | ROWS


def test_report_manual_has_all_options():
    done = subprocess.run([REPOSITORY / "report" / "vmotion-report", "--help"], check=True,
                          capture_output=True, encoding="utf-8")
    option = re.compile(r"--[a-z][a-z-]*")
    told = {name for term in manual_terms(REPORT_MANUAL, "OPTIONS") for name in option.findall(term)}
    assert told == set(option.findall(done.stdout)) | {"--version", "--help"}


# ---- links ----

def broken_links(folder, documents):
    """Each link to a file that is not there, from documents below the folder."""
    assert documents
    broken = []
    for path in sorted(documents):
        text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.S)
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            target = link.partition("#")[0]
            if target and ":" not in target and not (path.parent / target).exists():
                broken.append("%s: %s" % (path.relative_to(folder), link))
    return broken


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The folder of documents, as cmake --install makes it."""
    build = os.environ.get("VMN_BUILD_DIR")
    if not build:
        pytest.skip("VMN_BUILD_DIR is not set: run through ctest")
    staged = tmp_path_factory.mktemp("staged")
    subprocess.run(["cmake", "--install", build], check=True, capture_output=True,
                   env={**os.environ, "DESTDIR": str(staged)})
    folder, = staged.rglob("share/doc/vmotion-notify")
    return folder


def test_links_of_the_project():
    folders = [path for path in REPOSITORY.iterdir() if path.is_dir() and not path.name.startswith((".", "build"))]
    documents = [*REPOSITORY.glob("*.md"), *[path for folder in folders for path in folder.rglob("*.md")]]
    assert broken_links(REPOSITORY, documents) == []


def test_links_of_what_is_installed(installed):
    assert broken_links(installed, list(installed.rglob("*.md"))) == []


def test_installed_documents_bring_what_they_read(installed):
    """Each file below captures/ that a document names, and the images."""
    texts = {path: path.read_text(encoding="utf-8") for path in installed.rglob("*.md")}
    assert {"README.md", "lessons.md"} <= {path.name for path in texts}
    missing = [(path.name, name) for path, text in texts.items()
               for name in re.findall(r"(?<![\w/.])captures/[\w./-]*\w", text)
               if "." in name and not (installed / name).exists()]
    assert missing == []
