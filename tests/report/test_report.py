# test_report.py - vmotion-report: files, pipes, options, terminals, and what it says of bad input.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The words are tshark's: test_words.py.

import fcntl
import json
import os
import pathlib
import pty
import re
import shutil
import signal
import struct
import subprocess
import tempfile
import termios
import threading
import time

import pytest

import conftest
import frames
import pcapng
from test_words import words_of

SCRIPT = conftest.REPOSITORY / "report" / "vmotion-report"
REFERENCE = "nested-esxi-vmotion"
OTHER = "ovn-localnet-default"


@pytest.fixture(scope="session")
def script(wireshark):
    """A copy of the report that whoever may load the plugin may run."""
    path = wireshark.work / "vmotion-report"
    shutil.copy(SCRIPT, path)
    path.chmod(0o755)
    return path


@pytest.fixture
def report(wireshark, script):
    """Runs the report on captures and with options; returns the completed process. What it kept for itself
    must be gone then."""
    kept = wireshark.work / "temporary"
    kept.mkdir(exist_ok=True)
    kept.chmod(0o777)

    def run(*words, plugin=True, environment=(), stdin="/dev/null"):
        words = [wireshark.capture(word) if word in (REFERENCE, OTHER) else word for word in words]
        done = wireshark.run(["sh", "-c", 'exec <"$0" "$@"', stdin, "env", "TMPDIR=%s" % kept,
                              "env", *environment, script, *words], plugin)
        assert list(kept.iterdir()) == []
        return done
    return run


@pytest.fixture(scope="session")
def shipped(wireshark, script):
    """The completed report of a shipped capture, made once."""
    made = {}

    def report_of(name):
        if name not in made:
            made[name] = wireshark.run([script, wireshark.capture(name)])
        return made[name]
    return report_of


@pytest.fixture
def stand_in(wireshark):
    """Puts a shell script in tshark's place; returns words for env(1)."""
    def put(text):
        folder = pathlib.Path(tempfile.mkdtemp(dir=wireshark.work))
        folder.chmod(0o755)
        path = folder / "tshark"
        path.write_text("#!/bin/sh\n" + text, encoding="utf-8")
        path.chmod(0o755)
        return "PATH=%s:%s" % (folder, os.environ["PATH"])
    return put


# ---- words ----

def test_reference_case(shipped):
    """What the article's author reads by hand, the report says by itself."""
    text = words_of(shipped(REFERENCE).stdout)
    assert "1 MAC announced, 1 more MAC along with it." in text
    assert ("00:50:56:60:e5:ed (burst 1): consistent with VMware ESXi, Fibonacci × 2 s; 6 of 6 rounds; "
            "every round but the first seen twice.") in text
    assert "00:0c:29:c6:07:20 (burst 2): announced once, 1 µs before round 6 of burst 1" in text
    assert "intervals 2.000141 4.000198 6.000295 10.000630 16.001021 s" in text


# ---- many bursts, many files ----

def single_notices(wireshark, number):
    """A capture of so many single notices, 100 s apart."""
    capture = pcapng.Capture(application="tests")
    capture.interface("test0")
    for i in range(number):
        announced = "02:00:00:00:%02x:%02x" % (i >> 8, i & 0xFF)
        capture.frame(frames.START + i * 100 * frames.SECOND, pcapng.notice(announced))
    return wireshark.write("many.pcapng", capture.octets())


def test_long_reports_are_cut_and_say_so(report, wireshark):
    path = single_notices(wireshark, 60)
    assert "… and 40 more events; the preference report_all shows them" in report(path).stdout
    done = report("--all", path)
    assert " more " not in done.stdout
    assert done.stdout.count("(burst 60): a single notice") == 1


def parts_of(text):
    """The overview's lines, and of each report its heading and its text."""
    overview, *rest = re.split(r"^(==== file \d+ of \d+: .* ====)$", text, flags=re.MULTILINE)
    return overview.splitlines(), list(zip(rest[::2], rest[1::2]))


def test_several_files(report, wireshark, shipped):
    """An overview, then each report as it is printed by itself."""
    missing = wireshark.work / "no-such-file.pcapng"
    done = report(REFERENCE, missing, OTHER)
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["vmotion-report: %s: No such file or directory" % missing]
    overview, reports = parts_of(done.stdout)
    assert overview[0] == "Overview of 3 files"
    names = [wireshark.capture(REFERENCE), missing, wireshark.capture(OTHER)]
    for number, name in enumerate(names, 1):
        assert overview[number].startswith("%4d  %s: " % (number, name))
        assert reports[number - 1][0] == "==== file %d of 3: %s ====" % (number, name)
    assert len(overview) == 5 and overview[4] == "" and len(reports) == 3
    assert overview[2].endswith(": could not be read: No such file or directory")
    assert reports[1][1].strip() == "No report: No such file or directory"
    assert reports[0][1].strip() == shipped(REFERENCE).stdout.strip()
    assert reports[2][1].strip() == shipped(OTHER).stdout.strip()


def test_overview_holds_the_verdict(report, wireshark):
    """The report's first paragraph, and what it counted, word for word."""
    overview, reports = parts_of(report(REFERENCE, OTHER).stdout)
    for line, (_, text) in zip(overview[1:], reports):
        verdict = re.match(r"\s*vMotion Notify report\n\n(\S.*?)\n(?:\n| )", text, re.DOTALL).group(1)
        assert line.endswith(words_of(verdict))
        counted = re.search(r"^  RARP +(.*(?:\n {14}.*)*)", text, re.MULTILINE)
        assert not counted or words_of(": %s. " % counted.group(1)) in line


def test_overview_of_a_long_verdict(report, stand_in):
    """Both wrapped, as a report on a narrow terminal has them."""
    tshark = stand_in("""cat <<'END'
vMotion Notify report

One machine was announced;
nothing is missing.

Where it comes from
  file        x
  RARP        12 frames, 2 MACs,
              2 bursts
  RARP-like   no

RARP notices show little.
END
""")
    done = report(REFERENCE, REFERENCE, environment=[tshark])
    lines = done.stdout.splitlines()
    for line in lines[1:3]:
        assert line.endswith(".pcapng: 12 frames, 2 MACs, 2 bursts. One machine was announced; nothing is missing.")


def test_several_documents(report, wireshark):
    """One after the other; a file that has none keeps its place."""
    done = report("--json", REFERENCE, "no-such-file", OTHER)
    assert done.returncode == 1
    assert done.stderr == "vmotion-report: no-such-file: No such file or directory\n"
    found, rest = [], done.stdout.lstrip()
    while rest:
        document, end = json.JSONDecoder().raw_decode(rest)
        found.append(document)
        rest = rest[end:].lstrip()
    assert found == [wireshark.json(REFERENCE, "-2"), None, wireshark.json(OTHER, "-2")]


# ---- options ----

def test_document(report, wireshark):
    done = report("--json", REFERENCE)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == wireshark.statistic(REFERENCE, "json", "-2").strip()


def test_page(report, wireshark):
    done = report("--html", REFERENCE)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("<!DOCTYPE html>") and done.stdout.rstrip().endswith("</html>")


ASKED = """for word; do printf '%s\\n' "$word"; done"""


@pytest.mark.parametrize("options, words", [
    ([], ["-z", "vmotion_notify,report"]),
    (["--all"], ["-z", "vmotion_notify,report", "-o", "vmotion_notify.report_all:TRUE"]),
    (["--html"], ["-z", "vmotion_notify,html"]),
    (["--json", "--all"], ["-z", "vmotion_notify,json", "-o", "vmotion_notify.report_all:TRUE"])])
def test_what_tshark_is_asked(report, stand_in, wireshark, options, words):
    done = report(*options, REFERENCE, environment=[stand_in(ASKED)])
    assert done.returncode == 0
    asked = ["-n", "-2", "-q", "-r", str(wireshark.capture(REFERENCE)), *words]
    assert done.stdout.splitlines() == asked


def test_options_behind_files_and_files_like_options(report, wireshark):
    shutil.copy(wireshark.capture(REFERENCE), wireshark.work / "--json")
    done = report("--json", "--", "--json")
    assert json.loads(done.stdout) == wireshark.json(REFERENCE, "-2")
    done = report("no-such-file", "--json", "--", "--json", "-")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 2
    assert done.stdout.startswith("null\n") and done.stdout.endswith("}\nnull\n")


@pytest.mark.parametrize("words, reason", [
    ([], "which FILE"), (["--"], "which FILE"), (["--jsn", "x"], "no option --jsn"), (["-z", "x"], "no option -z"),
    (["--json", "--html", "x"], "not both"), (["--html", "x", "y"], "one FILE"),
    (["x", "--mac-table"], "needs the name"),
    (["--mac-table", "no-such-table", "x"], "--mac-table no-such-table: No such file or directory"),
    (["--mac-table=.", "x"], "--mac-table .: Is a directory")])
def test_wrong_usage(report, words, reason):
    done = report(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr and done.stderr.count("\n") == 1


def test_help_and_versions(report, wireshark):
    done = report("--help")
    assert (done.returncode, done.stderr) == (0, "")
    page = (conftest.REPOSITORY / "docs" / "vmotion-report.1").read_text(encoding="utf-8").replace("\\", "")
    options = re.findall(r"^  (--[a-z-]+)", done.stdout, re.MULTILINE)
    assert len(options) == 7
    for option in options:
        assert option in page
    done = report("--version")
    assert (done.returncode, done.stderr) == (0, "")
    version = re.search(r"VERSION ([\d.]+)$", (conftest.REPOSITORY / "CMakeLists.txt").read_text(), re.MULTILINE)
    lines = done.stdout.splitlines()
    assert lines[0] == "vMotion Notify " + version.group(1)
    assert len(lines) == 2 and "%d.%d." % wireshark.version in lines[1]


TABLE = """Vlan    Mac Address       Type        Ports
  50    0050.5660.e5ed    DYNAMIC     Gi0/6
"""


@pytest.mark.parametrize("words", [["--mac-table", "a \"table's\" name: 50 %s\\n"],
                                   ["--mac-table=-table\nof two lines "]])
def test_mac_table(report, wireshark, words):
    """Named from here, and with standard input, for which tshark runs elsewhere."""
    wireshark.write(words[-1].replace("--mac-table=", ""), TABLE.encode())
    done = report("--json", *words, "-", stdin=wireshark.capture(REFERENCE))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["macs"][0]["switch"]["port"] == "Gi0/6"


# ---- preferences ----

def configuration(wireshark, *disabled):
    """A folder of configuration in which some protocols are switched off, and the word for env(1) that names it."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=wireshark.work)) / "wireshark"
    folder.mkdir()
    (folder / "preferences").write_text("vmotion_notify.copy_window_ms: 0\n", encoding="utf-8")
    (folder / "disabled_protos").write_text("".join("%s\n" % name for name in disabled), encoding="utf-8")
    for path in (folder.parent, folder):
        path.chmod(0o755)
    return "XDG_CONFIG_HOME=%s" % folder.parent


def test_preferences_hold(report, wireshark):
    mine = report("--json", REFERENCE, environment=[configuration(wireshark)])
    assert json.loads(mine.stdout) == wireshark.json(REFERENCE, "-2", "-o", "vmotion_notify.copy_window_ms:0")
    assert json.loads(mine.stdout) != wireshark.json(REFERENCE, "-2")


def test_without_preferences(report, wireshark):
    done = report("--json", "--no-preferences", REFERENCE, environment=[configuration(wireshark, "arp")])
    assert json.loads(done.stdout) == wireshark.json(REFERENCE, "-2")


@pytest.mark.parametrize("disabled", [["vmotion_notify"], ["ipx", "arp", "vmotion_notify"]])
@pytest.mark.parametrize("variable", conftest.few(["XDG_CONFIG_HOME", "WIRESHARK_CONFIG_DIR", "HOME"], "HOME"))
def test_protocols_that_are_switched_off(report, wireshark, variable, disabled):
    """They are on for the report; all else of the configuration holds. tshark by itself prints nothing."""
    word = configuration(wireshark, *disabled)
    folder = pathlib.Path(word.partition("=")[2]) / "wireshark"
    words = [word]
    if variable == "WIRESHARK_CONFIG_DIR":
        words = ["WIRESHARK_CONFIG_DIR=%s" % folder]
    elif variable == "HOME":
        folder.rename(folder.parent / ".wireshark")
        words = ["-u", "XDG_CONFIG_HOME", "HOME=%s" % folder.parent]
    capture = wireshark.capture(REFERENCE)
    alone = wireshark.run(["env", *words, "tshark", "-q", "-r", capture, "-z", "vmotion_notify,json"])
    assert json.loads(alone.stdout)["bursts"] == []
    done = report("--json", capture, environment=words)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == wireshark.json(REFERENCE, "-2", "-o", "vmotion_notify.copy_window_ms:0")


def test_other_protocols_stay_switched_off(report, wireshark, stand_in):
    word = configuration(wireshark, "ipx", "arp", "tcp")
    done = report(REFERENCE, environment=[word, stand_in('cat "$WIRESHARK_CONFIG_DIR/disabled_protos"')])
    assert done.stdout == "ipx\ntcp\n"


def test_personal_plugin_without_preferences(report, wireshark):
    """An empty configuration hides no plugin of the user's own."""
    home = pathlib.Path(tempfile.mkdtemp(dir=wireshark.work))
    folder = home / ".local/lib/wireshark/plugins" / ("%d.%d" % wireshark.version) / "epan"
    folder.mkdir(parents=True)
    shutil.copy(conftest.built_plugin(), folder)
    for path in (home, *home.rglob("*")):
        path.chmod(0o755)
    done = report("--json", "--no-preferences", REFERENCE,
                  environment=["-u", "WIRESHARK_PLUGIN_DIR", "HOME=%s" % home])
    assert json.loads(done.stdout) == wireshark.json(REFERENCE, "-2")


# ---- names, pipes ----

FILE_NAMES = ["-r", "--all", "a capture.pcapng", "two\nlines", "%s%n", "it's \"quoted\" $HOME `id`", "back\\nslash", "*",
              " ", "grün.pcapng"]


@pytest.mark.parametrize("name", conftest.few(FILE_NAMES, "-r", "two\nlines", FILE_NAMES[5]))
def test_names(report, wireshark, stand_in, name):
    """Any file is read, and named in one line."""
    shutil.copy(wireshark.capture(REFERENCE), wireshark.work / name)
    done = report("--json", "--", name)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == wireshark.json(REFERENCE, "-2")
    done = report("--", name, "no-such-file", environment=[stand_in("echo report")])
    assert "==== file 1 of 2: %s ====" % name.replace("\n", " ") in done.stdout
    assert done.stderr == "vmotion-report: no-such-file: No such file or directory\n"


def test_name_that_would_control_the_terminal(report, stand_in):
    done = report("no\x1b[2Jsuch\r\tfile", REFERENCE, environment=[stand_in("echo report")])
    assert done.stderr == "vmotion-report: no?[2Jsuch??file: No such file or directory\n"
    assert "\x1b" not in done.stdout and "\r" not in done.stdout


def test_standard_input(report, wireshark, script):
    """From a file and from a pipe; named twice, it is the same capture."""
    done = report("--json", "-", stdin=wireshark.capture(REFERENCE))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == wireshark.json(REFERENCE, "-2")
    done = wireshark.run(["sh", "-c", "cat '%s' | '%s' - -" % (wireshark.capture(REFERENCE), script)])
    assert (done.returncode, done.stderr) == (0, "")
    _, reports = parts_of(done.stdout)
    assert [heading for heading, _ in reports] == ["==== file %d of 2: standard input ====" % i for i in (1, 2)]
    assert reports[0][1].strip() == reports[1][1].strip()
    assert "00:50:56:60:e5:ed" in reports[0][1]
    assert "  file        standard input\n" in reports[0][1]
    page = report("--html", "-", stdin=wireshark.capture(REFERENCE)).stdout
    assert "standard input" in page and "vmotion-report." not in page  # its private folder


def test_empty_and_closed_standard_input(report, wireshark, script):
    assert_refused(report("-"), "standard input: the file is empty")  # it is /dev/null
    done = wireshark.run(["sh", "-c", "'%s' - <&-" % script])
    assert_refused(done, "standard input: standard input is closed")


def test_named_pipe(report, wireshark):
    path = wireshark.work / "pipe"
    os.mkfifo(path)
    path.chmod(0o644)
    with subprocess.Popen(["sh", "-c", 'cat "$1" > "$2"', "sh", wireshark.capture(REFERENCE), path]) as writer:
        done = report("--json", path)
    assert writer.returncode == 0
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == wireshark.json(REFERENCE, "-2")


# ---- bad input ----

def assert_refused(done, *words):
    """A message in one line, no report, no word of the shell's own."""
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("vmotion-report: ")
    for word in words:
        assert word in done.stderr


def test_empty_file(report, wireshark):
    path = wireshark.write("empty.pcapng", b"")
    assert_refused(report(path), str(path), "empty")


def test_no_capture(report, wireshark):
    path = wireshark.write("text.pcapng", b"This is no capture.\n" * 10)
    assert_refused(report(path), str(path), "isn't a capture file")


def test_folder(report, wireshark):
    assert_refused(report(wireshark.captures), str(wireshark.captures), "directory")


def test_device(report):
    assert_refused(report("/dev/null"), "/dev/null", "not a regular file")


def test_file_that_may_not_be_read(report, wireshark):
    path = wireshark.write("secret.pcapng", b"secret")
    path.chmod(0)
    assert_refused(report(path), str(path), "Permission denied")


def cut_short(wireshark):
    octets = wireshark.capture(REFERENCE).read_bytes()
    return wireshark.write("cut-short.pcapng", octets[:1700])


def test_file_cut_short(report, wireshark):
    """What can be read is reported, and the report itself says that it is not all."""
    path = cut_short(wireshark)
    done = report(path)
    assert done.returncode == 1
    assert re.fullmatch("vmotion-report: %s: .* cut short .*\n" % re.escape(str(path)), done.stderr)
    title, _, first, second, *_ = done.stdout.splitlines()
    assert title == "vMotion Notify report"
    assert first == "The file could not be read to its end; this report covers what comes before:"
    assert "cut short" in second
    assert re.search("00:50:56:60:e5:ed .* 8 ", done.stdout)


def test_several_files_one_cut_short(report, wireshark):
    path = cut_short(wireshark)
    done = report(path, REFERENCE)
    assert done.returncode == 1
    overview, reports = parts_of(done.stdout)
    assert overview[1].startswith("   1  %s: not read to its end: " % path)
    assert "not read" not in overview[2]
    assert "could not be read to its end" in reports[0][1]
    assert "could not be read" not in reports[1][1]


def test_document_of_a_file_cut_short(report, wireshark):
    done = report("--json", cut_short(wireshark))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert json.loads(done.stdout)["bursts"][0]["frames"] == 8


@pytest.mark.parametrize("passed", [0, 1])
def test_nothing_announced(report, wireshark, passed):
    """No frame at all, and frames that are no notices: nothing is wrong with either."""
    capture = pcapng.Capture(application="tests")
    capture.interface("test0")
    octets = frames.capture_of(frames.plain_traffic()) if passed else capture.octets()
    done = report(wireshark.write("nothing.pcapng", octets))
    assert (done.returncode, done.stderr) == (0, "")
    assert "No RARP announcement in what was read." in done.stdout
    assert "Bursts" not in done.stdout


def test_without_the_plugin(report):
    done = report(REFERENCE, plugin=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "does not load the plugin" in done.stderr and done.stderr.count("\n") == 1
    assert report("--version", plugin=False).returncode == 2


def test_without_tshark(report, wireshark, stand_in):
    folder = pathlib.Path(stand_in("").split(":")[0].partition("=")[2])
    (folder / "tshark").unlink()
    for words in [[REFERENCE], ["--version"]]:
        done = report(*words, environment=["PATH=%s" % folder, "/bin/sh"])
        assert (done.returncode, done.stdout) == (2, "")
        assert "tshark cannot be run" in done.stderr and done.stderr.count("\n") == 1


def test_plugin_of_another_version(report, stand_in):
    """tshark knows the plugin, but not what it is asked for."""
    tshark = stand_in("""[ "$1" != -G ] || { printf 'vmotion_notify.so\\t0.0.1\\tdissector\\tx\\n'; exit; }
printf 'tshark: Invalid -z argument "vmotion_notify,report"; it must be one of:\\n   a\\n   b\\n' >&2
exit 1
""")
    done = report(REFERENCE, environment=[tshark])
    assert (done.returncode, done.stdout) == (2, "")
    assert 'Invalid -z argument "vmotion_notify,report"' in done.stderr and done.stderr.count("\n") == 1


def test_no_place_for_temporary_files(report):
    done = report(REFERENCE, environment=["TMPDIR=/no/such/folder"])
    assert (done.returncode, done.stdout) == (2, "")
    assert "in /no/such/folder" in done.stderr and done.stderr.count("\n") == 1


def test_tshark_that_crashes(report, stand_in):
    assert_refused(report(REFERENCE, environment=[stand_in("kill -SEGV $$")]), "tshark ended with status 139")


def test_warnings_are_passed_on(report, stand_in):
    """But not tshark's remark on root."""
    tshark = stand_in("""echo 'Running as user "root" and group "root". This could be dangerous.' >&2
echo 'tshark: MAC table x, line 3: no port' >&2
echo report
""")
    done = report(REFERENCE, environment=[tshark])
    assert (done.returncode, done.stdout) == (0, "report\n")
    assert re.fullmatch(r"vmotion-report: \S+: MAC table x, line 3: no port\n", done.stderr)


# ---- who reads ----

@pytest.mark.parametrize("files", conftest.few([1, 3], 3))
@pytest.mark.parametrize("ignored", ["", "trap '' PIPE; "])
def test_reader_that_goes_away(wireshark, script, files, ignored):
    names = " ".join(["'%s'" % wireshark.capture(REFERENCE)] * files)
    done = wireshark.run(["sh", "-c", "(%s'%s' %s; echo $? >&2) | head -n 1" % (ignored, script, names)])
    assert done.stdout in ("vMotion Notify report\n", "Overview of 3 files\n")
    assert done.stderr in ("0\n", "141\n")


def test_reader_that_is_gone(wireshark, script):
    """Nobody reads from the beginning."""
    done = wireshark.run(["sh", "-c", "('%s' '%s'; echo $? >&2) | :" % (script, wireshark.capture(REFERENCE))])
    assert (done.stdout, done.stderr) == ("", "141\n")


@pytest.mark.parametrize("output, reason", [(">/dev/full", "No space left on device"), (">&-", "is closed")])
def test_output_that_cannot_be_written(wireshark, script, output, reason):
    done = wireshark.run(["sh", "-c", "'%s' '%s' %s" % (script, wireshark.capture(REFERENCE), output)])
    assert_refused(done, "could not write", reason)


def test_half_a_report_is_none(report, stand_in):
    """No room where the report is kept."""
    tshark = stand_in("""echo half; echo 'tshark: -z vmotion_notify,report: could not write: No space' >&2; exit 2""")
    assert_refused(report(REFERENCE, environment=[tshark]), "could not write")


def width_of_timeline(text):
    """Columns between the bars, of which the timeline takes what is left of a line."""
    return len(re.search(r"^ +1 .*\|(.*)\|", text, re.MULTILINE).group(1))


def test_width(report):
    """80 into a pipe or a file; COLUMNS overrides that."""
    plain = report(OTHER).stdout
    assert report(OTHER, environment=["COLUMNS=80"]).stdout == plain
    wide = report(OTHER, environment=["COLUMNS=140"]).stdout
    assert width_of_timeline(wide) == width_of_timeline(plain) + 60


def on_a_terminal(wireshark, words, columns=100):
    """The status, what was printed to standard output, and what to standard error, both of them terminals."""
    shown = {}

    def collect(leader, key):
        shown[key] = b""
        try:
            while piece := os.read(leader, 4096):
                shown[key] += piece
        except OSError:
            pass  # the terminal's other side was closed

    ends = [pty.openpty() for _ in range(2)]
    for _, terminal in ends:
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(wireshark.command(words), env=wireshark.environment(), cwd=wireshark.work,
                               stdin=subprocess.DEVNULL, stdout=ends[0][1], stderr=ends[1][1])
    threads = [threading.Thread(target=collect, args=(leader, i)) for i, (leader, _) in enumerate(ends)]
    for thread, (_, terminal) in zip(threads, ends):
        os.close(terminal)
        thread.start()
    status = process.wait(timeout=300)
    for thread, (leader, _) in zip(threads, ends):
        thread.join()
        os.close(leader)
    return (status, *(shown[i].decode("utf-8").replace("\r\n", "\n") for i in (0, 1)))


def test_width_of_the_terminal(wireshark, script, report):
    words = [script, wireshark.capture(OTHER)]
    assert on_a_terminal(wireshark, words, 120)[1] == report(OTHER, environment=["COLUMNS=120"]).stdout


def test_progress_on_a_terminal_alone(wireshark, script, report):
    long = "a-" + 100 * "ü" + ".pcapng"
    shutil.copy(wireshark.capture(REFERENCE), wireshark.work / long)
    status, printed, shown = on_a_terminal(wireshark, [script, wireshark.capture(REFERENCE), long])
    assert status == 0
    lines = shown.split("\r\x1b[K")
    assert lines[0] == "" and lines[-1] == ""  # cleared at the end
    assert [line for line in lines if line] == [
        "file 1 of 2, reading nested-esxi-vmotion.pcapng …", ("file 2 of 2, reading " + long)[:98] + "…"]
    assert "reading" not in printed
    assert on_a_terminal(wireshark, [script, wireshark.capture(OTHER)])[2] == \
        "\r\x1b[Kreading ovn-localnet-default.pcapng …\r\x1b[K"
    assert report(REFERENCE, long).stderr == ""


@pytest.mark.parametrize("number, status", [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
@pytest.mark.parametrize("waits", ["for tshark", "for its input"])
def test_interrupted(wireshark, script, stand_in, number, status, waits):
    """It ends at once, with all that it began and kept."""
    kept = pathlib.Path(tempfile.mkdtemp(dir=wireshark.work))
    kept.chmod(0o777)
    told = kept / "told"
    tshark = stand_in("echo $$ >'%s'; exec sleep 100" % told)
    reader, writer = os.pipe()
    words = ["env", "TMPDIR=%s" % kept, tshark, script,
             wireshark.capture(REFERENCE) if waits == "for tshark" else "-"]
    process = subprocess.Popen(wireshark.command(words), env=wireshark.environment(), cwd=wireshark.work,
                               stdin=reader, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    os.close(reader)
    pattern = "told" if waits == "for tshark" else "vmotion-report.*/standard input"
    deadline = time.monotonic() + 60
    while not [path for path in kept.glob(pattern) if waits != "for tshark" or path.read_text().strip()]:
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.05)
    process.send_signal(number)
    printed = process.communicate(timeout=60)  # before the 100 s are over
    os.close(writer)
    assert (process.returncode, *printed) == (status, b"", b"")
    assert list(kept.glob("vmotion-report.*")) == []
    if waits == "for tshark":
        with pytest.raises(ProcessLookupError):
            os.kill(int(told.read_text()), 0)


# ---- quickstart ----

def test_quickstart_report(wireshark):
    """./quickstart report is this report, and needs no Python."""
    folder = wireshark.work / "checkout"
    (folder / "report").mkdir(parents=True)
    shutil.copy(conftest.REPOSITORY / "quickstart", folder)
    shutil.copy(SCRIPT, folder / "report")
    done = wireshark.run(["sh", folder / "quickstart", "report", wireshark.capture(REFERENCE)])
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("vMotion Notify report\n")
    missing = wireshark.run(["sh", folder / "quickstart", "report", "no-such-file"])
    assert missing.returncode == 1
    document = wireshark.run(["sh", folder / "quickstart", "report", "--json", wireshark.capture(REFERENCE)])
    assert json.loads(document.stdout) == wireshark.json(REFERENCE, "-2")


# ---- the script ----

def test_examples(wireshark, script):
    """Those of docs/report.md that read captures, as they stand there, print what they promise."""
    if not shutil.which("jq"):
        pytest.skip("jq is not installed")
    folder = pathlib.Path(tempfile.mkdtemp(dir=wireshark.work))
    folder.chmod(0o777)
    for name in (REFERENCE, "qemu-migrate-linuxguest-virtio"):
        shutil.copy(wireshark.capture(name), folder)
    shutil.copy(wireshark.capture("qemu-migrate-linuxguest-virtio"), folder / "case.pcapng")
    wireshark.run(["editcap", wireshark.capture(REFERENCE), folder / "gap.pcapng", "4-5"])
    (folder / "wireshark").mkdir()
    (folder / "wireshark" / "preferences").write_text("vmotion_notify.cutover: TRUE\n", encoding="utf-8")
    text = (conftest.REPOSITORY / "docs" / "report.md").read_text(encoding="utf-8")
    examples = [block for block in re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL) if "jq" in block]
    printed = []
    for example in examples:
        done = wireshark.run(["env", "PATH=%s:%s" % (script.parent, os.environ["PATH"]),
                              "XDG_CONFIG_HOME=%s" % folder, "sh", "-c", 'cd "$0"; ' + example, folder])
        assert (done.returncode, done.stderr) == (0, "")
        printed.append(done.stdout)
    assert printed[0] == "00:50:56:60:e5:ed\tVMware ESXi\t1\n"
    assert "nested-esxi-vmotion.pcapng\t00:50:56:60:e5:ed\tVMware ESXi\n" in printed[1]
    assert float(printed[2]) > 0
    assert len(printed) == 3



@pytest.mark.parametrize("path", ["report/vmotion-report", "quickstart"])
def test_shell(path):
    """POSIX's shell alone, and nothing that shellcheck would not write."""
    checked = subprocess.run(["dash", "-n", conftest.REPOSITORY / path], capture_output=True, encoding="utf-8")
    assert (checked.returncode, checked.stderr) == (0, "")
    if not shutil.which("shellcheck"):
        pytest.skip("shellcheck is not installed")
    checked = subprocess.run(["shellcheck", conftest.REPOSITORY / path], capture_output=True, encoding="utf-8")
    assert (checked.returncode, checked.stdout) == (0, "")
