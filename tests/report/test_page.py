# test_page.py - the report as a page: valid, alone, harmless, and with the figures of the JSON document.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a browser makes of it, tests/report/look shows.

import collections
import html.parser
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as xml

import pytest

import conftest
import frames
import hostile
import pcapng
import tables

NAMES = conftest.captures_for_most()
VOID = {"meta"}
# All that a page is made of: nothing that runs, loads or sends anything.
TAGS = VOID | set("""html head title style body main section h1 h2 h3 p ul li dl dt dd div span table caption thead
    tbody tr th td svg defs g use desc line rect circle path text""".split())
ROUNDS = ("round", "restart", "companion")
UNPRINTABLE = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]")


class Element:
    def __init__(self, tag, attributes, parent):
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.children = []  # elements and text

    def all(self, tag=None, word=None):
        """The elements inside of this tag, of this class."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                if tag in (None, child.tag) and (not word or word in child.attributes.get("class", "").split()):
                    found.append(child)
                found += child.all(tag, word)
        return found

    def one(self, tag=None, word=None):
        found, = self.all(tag, word)
        return found

    def text(self):
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


class Page(html.parser.HTMLParser):
    """Reads a page; each element has to be closed where it belongs."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.root = self.open = Element("", {}, None)
        self.source = text
        self.feed(text)
        self.close()
        assert self.open is self.root, "<%s> is not closed" % self.open.tag

    def handle_decl(self, declaration):
        assert declaration == "DOCTYPE html"

    def handle_comment(self, comment):
        raise AssertionError("a comment: " + comment)

    def handle_starttag(self, tag, attributes):
        assert len(dict(attributes)) == len(attributes), "an attribute twice: %s" % attributes
        element = Element(tag, dict(attributes), self.open)
        self.open.children.append(element)
        if tag not in VOID:
            self.open = element

    def handle_startendtag(self, tag, attributes):
        assert self.in_svg(), "<%s/>" % tag
        self.handle_starttag(tag, attributes)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        assert tag == self.open.tag, "</%s> closes <%s>" % (tag, self.open.tag)
        self.open = self.open.parent

    def handle_data(self, text):
        self.open.children.append(text)

    def in_svg(self):
        element = self.open
        while element is not self.root and element.tag != "svg":
            element = element.parent
        return element.tag == "svg"


@pytest.fixture(scope="session")
def page_of(wireshark):
    """The page of a capture, read."""
    def read(capture, *options, filter=None):
        return Page(wireshark.statistic(capture, "html", *options, filter=filter))
    return read


def drawn(lane):
    """{mark: how many of them}; a mark of several rounds counts each of them."""
    found = collections.Counter()
    for use in lane.all("use"):
        href = use.attributes["href"]
        if href == "#mark-several":
            found["round"] += int(use.one("title").text().split()[0])
        elif href.startswith("#mark-"):
            found[href[len("#mark-"):]] += 1
    return found


def places(lane, *marks):
    """Where marks of these kinds stand, in percent of the axis."""
    found = []
    for use in lane.all("use"):
        if use.attributes["href"] in ["#mark-" + mark for mark in marks]:
            assert use.attributes["x"].endswith("%")
            found.append(float(use.attributes["x"][:-1]))
    return sorted(found)


def lanes(page):
    """{burst: its row in a timeline}"""
    rows = [row for table in page.root.all("table", "timeline") for row in table.all("tr") if row.all("svg", "lane")]
    found = {int(row.all("th")[0].text()): row for row in rows}
    assert len(found) == len(rows), "a burst is drawn twice"
    return found


def test_tasks_have_lanes(wireshark, page_of):
    tasks = wireshark.write("tasks.csv", (conftest.CAPTURES / "nested-esxi-tasks.csv").read_bytes())
    page = page_of("nested-esxi-vmotion", "-o", "vmotion_notify.tasks:%s" % tasks)
    row, = [row for row in page.root.one("table", "timeline").all("tr") if row.all("td", "task")]
    assert row.one("td", "task").text() == "Relocate virtual machine"
    band = row.one("rect", "t")
    assert band.attributes["x"] == "0%"  # it began before
    assert abs(float(band.attributes["width"][:-1]) - 100 * 5.480125 / 38.002285) < 0.01
    assert "2022-06-14 14:45:31.000000 to 2022-06-14 14:46:14.000000 UTC" in row.one("title").text()


# ---- a page that stands alone ----

@pytest.mark.parametrize("name", NAMES)
def test_page_stands_alone(page_of, name):
    page = page_of(name)
    assert page.source.startswith('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">')
    assert page.source.endswith("</html>\n")
    elements = page.root.all()
    assert {element.tag for element in elements} <= TAGS
    for element in elements:
        for attribute, value in element.attributes.items():
            assert not attribute.startswith("on") and attribute not in ("src", "style", "action"), attribute
            assert "//" not in value and "javascript:" not in value
    for word in ("url(", "@import", "expression", "//"):
        assert word not in page.root.one("style").text()
    metas = {meta.attributes.get("name") or meta.attributes.get("http-equiv"): meta.attributes.get("content")
             for meta in page.root.all("meta")}
    assert metas["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert metas["viewport"] == "width=device-width, initial-scale=1"
    assert page.root.one("head").one("title").text() == page.root.one("h1").text() != ""


@pytest.mark.parametrize("name", NAMES)
def test_names_inside_the_page_exist_once(page_of, name):
    elements = page_of(name).root.all()
    ids = [element.attributes["id"] for element in elements if "id" in element.attributes]
    assert len(set(ids)) == len(ids)
    asked = [element.attributes["aria-labelledby"] for element in elements if "aria-labelledby" in element.attributes]
    asked += [element.attributes["href"][1:] for element in elements if element.tag == "use"]
    assert set(asked) <= set(ids)
    for element in elements:
        assert "href" not in element.attributes or element.attributes["href"].startswith("#")


@pytest.mark.parametrize("name", NAMES)
def test_every_drawing_is_xml_and_has_words(page_of, name):
    page = page_of(name)
    drawings = re.findall("<svg.*?</svg>", page.source, re.DOTALL)
    assert len(drawings) == len(page.root.all("svg"))
    for text in drawings:
        drawing = xml.fromstring(text)
        if drawing.get("role") == "img":
            words = drawing.find("desc")
            assert words.get("id") == drawing.get("aria-labelledby") and words.text
        else:
            assert drawing.get("aria-hidden") == "true"


@pytest.mark.parametrize("name", conftest.some_captures())
def test_tidy_has_nothing_to_say(page_of, name):
    if not shutil.which("tidy"):
        pytest.skip("not installed: tidy")
    done = subprocess.run(["tidy", "-e", "-q"], input=page_of(name).source, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", conftest.some_captures())
def test_xmllint_has_nothing_to_say(page_of, name):
    if not shutil.which("xmllint"):
        pytest.skip("not installed: xmllint (libxml2-utils)")
    drawings = re.findall("<svg.*?</svg>", page_of(name).source, re.DOTALL)
    done = subprocess.run(["xmllint", "--noout", "-"], input="<all>%s</all>" % "".join(drawings),
                          capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")


# ---- figures ----

def drawn_bursts(document):
    """A single notice alone is no picture."""
    bursts = document["bursts"]
    return [] if len(bursts) == 1 and bursts[0]["rounds"] == 1 else bursts


def restarted(burst):
    return "restart" in burst["notes"]


@pytest.mark.parametrize("name", NAMES)
def test_timeline_has_the_figures(page_of, wireshark, name):
    bursts = drawn_bursts(wireshark.json(name))
    rows = lanes(page_of(name))
    if [burst["rounds"] for burst in bursts] == [1]:
        assert rows == {}  # a picture of one mark says nothing
        return
    assert sorted(rows) == [burst["burst"] for burst in bursts]
    for burst in bursts:
        row, marks = rows[burst["burst"]], drawn(rows[burst["burst"]])
        cells = [cell.text() for cell in row.all("td")]
        assert cells[0] == burst["mac"]
        assert cells[2:] == ["%d/%d" % (burst["rounds"], burst["rounds"] + burst["missing"]), burst["schedule"]]
        assert sum(marks[mark] for mark in ROUNDS) == burst["rounds"]
        assert marks["missing"] == burst["missing"]
        assert marks["restart"] == restarted(burst)
        assert marks["companion"] == (burst["companion_of"] is not None)
        assert marks["place"] == sum(expected is not None for expected in burst["expected_us"])
        assert marks["cut"] == (burst["state"] == "cut short by a restart")
        assert marks["after"] == (burst["state"] == "ends with the capture")
        assert marks["early"] == (burst["state"] == "ended early")
        assert (marks["copies"] > 0) == (burst["frames"] > burst["rounds"])


@pytest.mark.parametrize("name", NAMES)
def test_marks_stand_where_their_time_is(page_of, wireshark, name):
    rows = lanes(page_of(name))
    for burst in drawn_bursts(wireshark.json(name)):
        at = places(rows[burst["burst"]], *ROUNDS)
        if at[-1] - at[0] < 1:
            continue
        since = 0
        for place, interval in zip(at, [0] + burst["intervals_us"], strict=True):
            since += float(interval)
            assert place == pytest.approx(at[0] + since / float(burst["span_us"]) * (at[-1] - at[0]), abs=0.003)


@pytest.mark.parametrize("name", NAMES)
def test_table_of_bursts_has_the_figures(page_of, wireshark, name):
    """Whatever other columns it has."""
    bursts = wireshark.json(name)["bursts"]
    for region in page_of(name).root.all("div", "scroll"):
        head, *rows = [row for row in region.all("tr") if "note" not in row.attributes.get("class", "")]
        names = [cell.text() for cell in head.all("th")]
        if {"#", "MAC", "rounds"} <= set(names):
            break
    else:
        raise AssertionError("no table of bursts")
    assert len(rows) == len(bursts)
    for row, burst in zip(rows, bursts):
        cells = dict(zip(names, (cell.text() for cell in row.all("td")), strict=True))
        assert (cells["#"], cells["MAC"]) == (str(burst["burst"]), burst["mac"])
        for column in {"announcer", "schedule", "rounds", "missing", "frames", "state"} & set(names):
            assert cells[column] == str(burst[column])


def test_reference_case(page_of):
    """The guest's only notice hangs below the round that it came with."""
    rows = lanes(page_of("nested-esxi-vmotion"))
    assert drawn(rows[1]) == {"round": 6, "place": 5, "copies": 5}
    assert drawn(rows[2]) == {"companion": 1}
    links = [row.one("line", "link").attributes for row in (rows[1], rows[2])]
    assert links[0]["x1"] == links[1]["x1"] == "%g%%" % places(rows[1], "round")[-1]
    assert "came along with burst 1" in rows[2].one("svg").text()
    title = rows[1].all("use")[-2].one("title").text()
    assert title == ("Round 6, frame 11\n2022-06-14 14:46:46.522160 UTC\n16.001021 s after the round before\n"
                     "+1.021 ms off its schedule\nseen 2 times")


def test_missing_round_is_drawn(page_of, wireshark):
    """Without frames 4 and 5 the third round is missing: 4 s after the second one, as scheduled."""
    path = wireshark.work / "page-without-round-3.pcapng"
    done = wireshark.run(["editcap", wireshark.capture("nested-esxi-vmotion"), path, "4-5"])
    assert done.returncode == 0, done.stderr
    lane = lanes(page_of(path))[1]
    missing = [use for use in lane.all("use") if use.attributes["href"] == "#mark-missing"]
    assert [use.one("title").text().splitlines()[0] for use in missing] == \
        ["Round 3 is missing, between frames 2 and 4"]
    assert places(lane, "missing") == pytest.approx([100 * 6 / 38], abs=0.01)


def test_silence_of_the_cutover(page_of, wireshark):
    name, option = "qemu-migrate-linuxguest-virtio", ("-o", "vmotion_notify.cutover:TRUE")
    bursts = wireshark.json(name, *option)["bursts"]
    rows = lanes(page_of(name, *option))
    for burst in bursts:
        title = rows[burst["burst"]].one("rect", "s").one("title").text()
        assert title.splitlines()[0] == \
            "No other frame of this MAC for %s s" % tables.seconds(burst["cutover"]["silence_us"])
    assert not any(row.all("rect", "s") for row in lanes(page_of(name)).values())


@pytest.mark.parametrize("name", conftest.some_captures())
def test_two_passes_and_one_are_equal(page_of, name):
    assert page_of(name).source == page_of(name, "-2").source


def test_filter_selects_bursts(page_of, wireshark):
    wanted = wireshark.json("qemu-evacuate-3vms")["bursts"][2]
    page = page_of("qemu-evacuate-3vms", filter="vmotion_notify.mac == " + wanted["mac"])
    assert list(lanes(page)) == [wanted["burst"]]
    assert drawn(lanes(page)[wanted["burst"]])["round"] == wanted["rounds"]


def test_nothing_announced(page_of, wireshark):
    page = page_of(wireshark.write("page-nothing.pcapng", frames.capture_of(frames.plain_traffic())))
    assert lanes(page) == {}
    assert page.root.one("h1").text() != ""


# ---- what a capture or a profile may hold ----

def test_bad_names_are_harmless(page_of, wireshark):
    """Interfaces and a schedule whose names are markup, control characters or no text at all."""
    schedule = "<script>alert('&')</script>\u202e"
    row = 'uat:vmotion_notify_schedules:"%s","<b>","300 ms, 700 ms, 450 ms, 1.55 s"' % schedule
    path = wireshark.write("page-hostile.pcapng", hostile.capture((0, 300, 1000, 1450, 3000)))
    page = page_of(path, "-o", row)
    assert {element.tag for element in page.root.all()} <= TAGS
    assert not UNPRINTABLE.search(page.source)
    for name in hostile.NAMES[:3]:
        assert name.decode() in page.root.text()
    assert lanes(page)[1].all("td")[-1].text() == "<script>alert('&')</script>\ufffd"
    assert [burst["schedule"] for burst in wireshark.json(path, "-o", row)["bursts"]] == [schedule] * 2
    for text in re.findall("<svg.*?</svg>", page.source, re.DOTALL):
        xml.fromstring(text)


# ---- much of it ----

def notices(mac_and_time):
    capture = pcapng.Capture(application="tests")
    capture.interface("test0")
    for number, when in mac_and_time:
        capture.frame(frames.START + when, pcapng.notice("02:00:00:00:%02x:%02x" % (number >> 8, number & 0xFF)))
    return capture.octets()


def test_many_bursts_are_cut_and_said(page_of, wireshark):
    path = wireshark.write("page-many.pcapng", notices((i, i * frames.SECOND) for i in range(1000)))
    page = page_of(path)
    assert list(lanes(page)) == list(range(1, 401))
    assert [note.text() for note in page.root.all("p", "more")] == ["… and 600 more bursts"]


def test_a_long_burst_has_few_marks(page_of, wireshark):
    """All of its rounds are counted, some missing ones too."""
    seen = [i for i in range(5000) if i % 100 != 50]
    path = wireshark.write("page-long.pcapng", notices((1, i * frames.SECOND) for i in seen))
    bursts = wireshark.json(path)["bursts"]
    lane = lanes(page_of(path))[1]
    assert (bursts[0]["rounds"], len(bursts)) == (len(seen), 1)
    assert drawn(lane)["round"] == len(seen)
    assert 100 < len(lane.all("use")) < 1200


def test_large_evacuation(page_of, wireshark):
    """300 bursts, some lost, copied, restarted: every figure once more, in a page that mails easily."""
    path = wireshark.write("page-large.pcapng", hostile.evacuation(60 if conftest.SHORT else 300))
    bursts = json.loads(wireshark.statistic(path, "json"))["bursts"]
    page = page_of(path)
    rows = lanes(page)
    assert list(rows) != [] and sorted(rows) == [burst["burst"] for burst in bursts][:400]
    for burst in bursts[:400]:
        marks = drawn(rows[burst["burst"]])
        assert sum(marks[mark] for mark in ROUNDS) == burst["rounds"]
        assert marks["missing"] == burst["missing"]
        assert marks["restart"] == restarted(burst)
    assert sum(drawn(row)["missing"] for row in rows.values()) > 0
    assert sum(drawn(row)["restart"] for row in rows.values()) > 0
    assert len(page.source.encode()) < 4000 * len(bursts)
