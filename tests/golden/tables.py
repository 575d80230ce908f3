# tables.py - the rows of a table: read from tshark and sharkd, and what the JSON says they have to be.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A row is a dictionary from column to stripped text, whoever printed it.

import datetime
import decimal
import json
import re
import subprocess

import conftest

TITLES = {
    "schedule": "vMotion Notify Schedules",
    "mac": "vMotion Notify MACs",
    "event": "vMotion Notify Events",
    "switch": "vMotion Notify Switch",
    "cutover": "vMotion Notify Cut-over",
}
MOST_PLACES = 4
MOST_INTERVALS = 12  # in a cell
MOST_MACS = 8


# ---- as tshark prints them ----


def rows(text, title):
    """The rows of the table with this title in tshark's output."""
    lines = iter(text.splitlines())
    for line in lines:
        if line.rstrip() == title + ":":
            break
    else:
        raise AssertionError("no table %r in:\n%s" % (title, text))
    next(lines)  # the filter
    names = [cell.strip() for cell in next(lines).split("|")]
    next(lines)  # the title again
    found = []
    for line in lines:
        if line.startswith("==="):
            return found
        found.append(dict(zip(names, (cell.strip() for cell in line.split("|")))))
        found[-1].pop("", None)  # behind the last bar
    raise AssertionError("the table %r has no end" % title)


def cutover(wireshark, capture, *options, filter=None):
    return rows(wireshark.statistic(capture, "cutover", *options, filter=filter), TITLES["cutover"])


def switch(wireshark, capture, table, *options):
    options = ("-o", "vmotion_notify.mac_table:%s" % table) + options if table else options
    return rows(wireshark.statistic(capture, "switch", *options), TITLES["switch"])


# What each statistic prints, as a regular expression.
PRINTED = {name: r"\n=+\n%s:\n(?:[^=\n].*\n)*=+\n" % title for name, title in TITLES.items()}
PRINTED.update(json=r"\{\n(?: .*\n)*\}\n", ndjson=r"(?:\{.+\n)*",
               timeline=r"vMotion Notify timeline.*\n(?:.*\n)*?",
               report=r"vMotion Notify report\n(?:.*\n)*?",
               html=r"<!DOCTYPE html>\n(?:.*\n)*?</html>\n")


def pieces(text, names):
    """{name: what it printed} of a run of tshark that was asked for these statistics in this order."""
    found = re.fullmatch("".join("(?P<%s>%s)" % (name, PRINTED[name]) for name in reversed(names)), text)
    assert found, "not one output of each of %s, and nothing else:\n%s" % (", ".join(names), text)
    return found.groupdict()


def asked(names, filter=None):
    """tshark's options that ask for these statistics."""
    return [word for name in names
            for word in ("-z", "vmotion_notify," + name + ("," + filter if filter else ""))]


def statistics(wireshark, capture, names, *options, filter=None):
    """{name: what tshark prints}; one run prints them all, in the long form each has its own."""
    if conftest.LONG:
        return {name: wireshark.statistic(capture, name, *options, filter=filter) for name in names}
    return pieces(wireshark.tshark(capture, "-q", *options, *asked(names, filter)), names)


# ---- as sharkd prints them ----


class Sharkd:
    """A sharkd that is asked one thing after another; ends with the with block."""

    def __init__(self, wireshark, *wrapper, **environment):
        self.process = subprocess.Popen(
            wireshark.command([*wrapper, "sharkd", "-"]), cwd=wireshark.work,
            env={**wireshark.environment(), **environment}, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
        self.number = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.close()

    def close(self):
        """End it as its users do; returns its status and what it said on stderr."""
        _, said = self.process.communicate(timeout=300)
        return self.process.returncode, said

    def answer(self, method, **params):
        """The whole answer: has a member result or error. Numbers with a point stay text."""
        self.number += 1
        question = {"jsonrpc": "2.0", "id": self.number, "method": method}
        if params:
            question["params"] = params
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith("{"):
                return json.loads(line, parse_float=str)
        raise AssertionError("sharkd is gone: status %s\n%s" % (self.process.wait(),
                                                                self.process.stderr.read()))

    def ask(self, method, **params):
        """The result; an error is a failure."""
        answer = self.answer(method, **params)
        assert "result" in answer, answer
        return answer["result"]

    def load(self, capture):
        self.ask("load", file=str(capture))

    def tables(self, *names, **params):
        """The rows of these statistics, one retap for all of them."""
        taps = {"tap%d" % i: "nstat:vmotion_notify," + name for i, name in enumerate(names)}
        found = {}
        for tap in self.ask("tap", **taps, **params)["taps"]:
            columns = [field["c"] for field in tap["fields"]]
            table, = tap["tables"]
            found[tap["tap"].split(",")[1]] = [
                dict(zip(columns, (str(cell).strip() for cell in row))) for row in table["i"]]
        return [found[name] for name in names]


# ---- as the JSON says ----


def seconds(us):
    """µs as a table's seconds: six decimals, rounded half away from zero."""
    return str((decimal.Decimal(str(us)) / 10**6)
               .quantize(decimal.Decimal("0.000001"), decimal.ROUND_HALF_UP))


def seconds_or_dash(us):
    return "-" if us is None else seconds(us)


def microseconds_or_zero(us):
    return "0" if us is None else \
        str(decimal.Decimal(str(us)).quantize(decimal.Decimal(1), decimal.ROUND_HALF_UP))


def percent(share):
    return str((100 * decimal.Decimal(str(share))).quantize(decimal.Decimal(1),
                                                            decimal.ROUND_HALF_UP))


def time(text):
    """RFC 3339 with nanoseconds as a table's time."""
    head, part = text.rstrip("Z").split(".")
    shown = datetime.datetime.fromisoformat(head) + \
        datetime.timedelta(microseconds=int(microseconds_or_zero(int(part) / 1000)))
    return shown.strftime("%Y-%m-%d %H:%M:%S.%f")


def shortened(words, most):
    return " ".join(words[:most]) + (" … (%d more)" % (len(words) - most) if len(words) > most else "")


def or_dash(value):
    return "-" if value is None else str(value)


def counts(item, *columns):
    """Columns whose name is the JSON member's."""
    return {column: str(item[column.lower().replace(" ", "_")]) for column in columns}


def place(path):
    """A path as words; a number instead of a name is an interface that has none."""
    number = path["interface"].isdigit()
    details = [f"section {path['section']}"] if path["section"] > 1 else []
    if path["vlans"]:
        details.append("VLAN " + ".".join(map(str, path["vlans"])))
    details += [f"{word} {path[member]}" for word, member in (("VNI", "vni"), ("session", "session"))
                if path[member] is not None]
    if path["outer_src"] is not None:
        details.append(f"{path['outer_src']} to {path['outer_dst']}")
    name = f"interface {int(path['interface']) & 0xffff}" if number else path["interface"]
    return name + (f" ({', '.join(details)})" if details else "")


def places(burst):
    """Where a burst was seen, and where some place missed rounds, how many each saw."""
    paths = burst["paths"][:MOST_PLACES]
    lost = len(burst["paths"]) > 1 and any(path["missing"] for path in paths)
    words = [place(path) + (f" {len(path['rounds'])}/{burst['rounds']}" if lost else "")
             for path in paths]
    more = len(burst["paths"]) - len(paths)
    return ", ".join(words) + (f" … ({more} more)" if more else "")


def schedule_row(burst):
    return {
        "MAC": burst["mac"],
        "VLAN": ", ".join(map(str, burst["vlans"])) or "-",
        **counts(burst, "Burst"),
        "Announcer": burst["announcer"],
        "Schedule": burst["schedule"],
        **counts(burst, "Rounds", "Missing", "Frames"),
        "Max. deviation (µs)": microseconds_or_zero(burst["max_deviation_us"]),
        **counts(burst, "First frame"),
        "Start (UTC)": time(burst["start"]),
        "Span (s)": seconds(burst["span_us"]),
        "State": burst["state"],
        "Head missing": str(burst["head_missing"] or 0),
        "Confidence (%)": percent(burst["confidence"]),
        "Also fits": ", ".join(burst["also_fits"]) or "-",
        "Seen at": places(burst),
        "Intervals (s)": shortened([seconds(us) for us in burst["intervals_us"]],
                                   MOST_INTERVALS) or "-",
    }


def mac_row(mac):
    return {
        "MAC": mac["mac"],
        **counts(mac, "Bursts", "Rounds", "Missing", "Frames"),
        "Announcers": ", ".join(mac["announcers"]),
        **counts(mac, "First frame"),
        "First seen (UTC)": time(mac["first_seen"]),
        "Last seen (UTC)": time(mac["last_seen"]),
        "Largest silence (s)": seconds_or_dash(mac["largest_silence_us"]),
    }


def event_row(event):
    return {
        **counts(event, "Event", "MACs", "Bursts", "Rounds", "Missing", "Frames"),
        "Announcers": ", ".join(event["announcers"]),
        **counts(event, "First frame"),
        "Start (UTC)": time(event["start"]),
        "Span (s)": seconds(event["span_us"]),
        "MACs announced": shortened(event["mac_list"], MOST_MACS),
    }


def switch_row(mac):
    """Of a document that was made with a switch's table."""
    entry = mac["switch"]
    same = {True: "yes", False: "no", None: "unknown"}[entry["same_port"]]
    vlan = entry["vlan_name"] if entry["vlan"] is None else entry["vlan"]
    return {
        "MAC": mac["mac"],
        **counts(mac, "Bursts"),
        "Switch VLAN": or_dash(vlan),
        "Switch port": or_dash(entry["port"]),
        "Entry": entry["entry"],
        "Companion MAC": or_dash(entry["companion"]),
        "Same port": same if entry["companion"] else "-",
        "Remark": ("behind another switch" + (": VTEP " + entry["vtep"] if entry["vtep"] else "")
                   if entry["remote"] else ""),
    }


def sight_path(sight):
    if sight is None:
        return "-"
    words = [sight["interface"], *("VLAN %d" % vlan for vlan in sight["vlans"])]
    words += ["%s %s" % (word, sight[member]) for word, member in
              (("VNI", "vni"), ("session", "session"), ("from", "outer_src")) if member in sight]
    return " ".join(words)


def cutover_row(burst):
    """Of a document that was made with the cut-over."""
    around = burst["cutover"]
    before, after, own = (around[name] for name in ("last_before", "first_after", "own_announcement"))
    return {
        "MAC": burst["mac"],
        **counts(burst, "Burst", "First frame"),
        "Start (UTC)": time(burst["start"]),
        "Last before": or_dash(before and before["frame"]),
        "First after": or_dash(after and after["frame"]),
        "Silence (s)": seconds_or_dash(around["silence_us"]),
        "Before round 1 (s)": seconds_or_dash(before and -decimal.Decimal(str(before["offset_us"]))),
        "After (s)": seconds_or_dash(after and after["offset_us"]),
        "Moved": {True: "yes", False: "no", None: "-"}[around["moved"]],
        "Path before": sight_path(before),
        "Path after": sight_path(after),
        "First traffic": or_dash(around["first_traffic_frame"]),
        "Silence to traffic (s)": seconds_or_dash(around["silence_traffic_us"]),
        "Unanswered": or_dash(around["unanswered"]),
        "Early frame": or_dash(around["early_frame"]),
        "Own announcement": "%s in frame %d, +%s s" % (own["says"], own["frame"],
                                                        seconds(own["offset_us"])) if own else "-",
        "Note": around["note"],
    }


def of_json(document, statistic):
    """The rows that a statistic's table has to show, in tshark's order.

    For switch the document has to be made with a MAC table, for cutover with
    -o vmotion_notify.cutover:TRUE.
    """
    member, row = {"schedule": ("bursts", schedule_row), "mac": ("macs", mac_row),
                   "event": ("events", event_row), "switch": ("macs", switch_row),
                   "cutover": ("bursts", cutover_row)}[statistic]
    return [row(item) for item in document[member]]


def by_row(rows):
    """Rows in one order: sharkd lists them by the first frame that passed."""
    return sorted(rows, key=lambda row: sorted(row.items()))
