# test_report.py - what the report for people says, word for word, and what it says of bad input.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# After a change that is meant to change words:
#
#   python3 -m pytest tests/report --regenerate
#
# and read what git shows: every new sentence must be true of the capture.

import json
import os
import pathlib
import pty
import re
import shutil
import subprocess
import sys
import tempfile

import pytest

import conftest
import frames
import pcapng
import tables

EXPECTED = pathlib.Path(__file__).resolve().parent / "expected"
SCRIPT = conftest.REPOSITORY / "report" / "vmotion-report"
REFERENCE = "nested-esxi-vmotion"


@pytest.fixture(scope="session")
def script(wireshark):
    """A copy of the report that whoever may load the plugin may run."""
    path = wireshark.work / "vmotion-report"
    shutil.copy(SCRIPT, path)
    path.chmod(0o755)
    return path


@pytest.fixture
def report(wireshark, script):
    """Runs the report on captures; returns the completed process."""
    def run(*captures, plugin=True, **options):
        words = [wireshark.capture(capture) for capture in captures]
        return wireshark.run([sys.executable, script, *words], plugin, **options)
    return run


@pytest.fixture(scope="session")
def shipped(wireshark, script):
    """The completed report of a shipped capture, made once."""
    made = {}

    def report_of(name):
        if name not in made:
            made[name] = wireshark.run([sys.executable, script, wireshark.capture(name)])
        return made[name]
    return report_of


def words_of(text):
    """The text as one line, each blank single: lines break where the terminal's width says."""
    return re.sub(r"\s+", " ", text)


NAMES = conftest.captures_for_most()


# ---- words ----

@pytest.mark.parametrize("name", NAMES)
def test_every_word(shipped, wireshark, regenerate, name):
    done = shipped(name)
    assert (done.returncode, done.stderr) == (0, "")
    found = done.stdout.replace(str(wireshark.captures) + "/", "")
    path = EXPECTED / (name + ".txt")
    if regenerate:
        path.parent.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8")
        pytest.skip("written anew")
    assert found.splitlines() == path.read_text(encoding="utf-8").splitlines()


def test_no_expected_report_is_left_over():
    assert sorted(path.stem for path in EXPECTED.iterdir()) == conftest.all_captures()


def test_reference_case(shipped):
    """What the article's author reads by hand, the report says by itself."""
    text = words_of(shipped(REFERENCE).stdout)
    assert "1 MAC announced, 1 more MAC along with it." in text
    assert ("00:50:56:60:e5:ed (burst 1): consistent with VMware ESXi, Fibonacci × 2 s; 6 of 6 rounds; "
            "every round but the first seen twice.") in text
    assert "00:0c:29:c6:07:20 (burst 2): announced once, 1 µs before round 6 of burst 1" in text
    assert "intervals 2.000141 4.000198 6.000295 10.000630 16.001021 s" in text


@pytest.mark.parametrize("name", NAMES)
def test_no_report_claims_a_cause(shipped, wireshark, name):
    """Migrations cannot be seen in notices. The one sentence that names causes says so."""
    text = words_of(shipped(name).stdout.replace(str(wireshark.capture(name)), ""))
    text = text.replace("vMotion Notify report", "").replace(
        "RARP notices show that a MAC was announced, not why: a migration, a fail-over, a machine "
        "powered on or a changed port group can look alike.", "")
    assert not re.search("vmotion|migrat|fail-over|failover|moved", text, re.IGNORECASE)
    assert not re.search("(?<!consistent with )VMware ESXi[,;:.]", text)


@pytest.mark.parametrize("name", NAMES)
def test_the_table_is_the_statistic(shipped, wireshark, name):
    """One row a burst, with the figures of the JSON document."""
    text = shipped(name).stdout
    table = text[text.index("\nBursts\n"):text.index("\nTimeline\n")]
    rows = [line for line in table.splitlines() if re.match(r" +\d+  [0-9a-f:]{17} ", line)]
    printed = tables.statistics(wireshark, name, ["json", "timeline"])
    bursts = json.loads(printed["json"])["bursts"]
    assert len(rows) == len(bursts)
    for row, burst in zip(rows, bursts):
        cells = re.split(r"  +", row.strip())
        assert cells[:2] == [str(burst["burst"]), burst["mac"]]
        assert cells[3:5] == [burst["announcer"], burst["schedule"]]
        assert cells[5:8] == [str(burst[key]) for key in ("rounds", "missing", "frames")]
        assert cells[9] == burst["state"]
    pictures = [line for line in printed["timeline"].splitlines() if "|" in line]
    assert pictures != []
    for line in pictures:
        assert line in text


def test_missing_round_is_named(report, wireshark):
    """Without frames 4 and 5 the third round is missing."""
    path = wireshark.work / "without-round-3.pcapng"
    done = wireshark.run(["editcap", wireshark.capture(REFERENCE), path, "4-5"])
    assert done.returncode == 0, done.stderr
    text = words_of(report(path).stdout)
    assert "5 of 6 rounds (round 3 missing)" in text
    assert "1 round missing, lost or not seen here: burst 1 (00:50:56:60:e5:ed)." in text


def test_sender_that_is_not_announced(shipped):
    text = words_of(shipped("rarp-genuine-arpscan-rarpd").stdout)
    assert ("02:c1:1e:00:00:01 sent a frame that announces 02:c1:1e:00:00:02 (frames 7 and 8): a switch "
            "learns the sender.") in text


# ---- many bursts, many files ----

def single_notices(wireshark, number):
    """A capture of so many single notices, 100 s apart."""
    capture = pcapng.Capture(application="tests")
    capture.interface("test0")
    for i in range(number):
        announced = "02:00:00:00:%02x:%02x" % (i >> 8, i & 0xFF)
        capture.frame(frames.START + i * 100 * frames.SECOND, pcapng.notice(announced))
    return wireshark.write("many.pcapng", capture.octets())


def test_long_reports_are_cut_and_say_so(report, script, wireshark):
    path = single_notices(wireshark, 60)
    text = report(path).stdout
    assert "… and 40 more events; --all prints them" in text
    assert "… and 20 more bursts; --all prints them" in text
    assert "more lines; --all prints them" in text
    done = wireshark.run([sys.executable, script, "--all", path])
    assert "--all" not in done.stdout
    assert done.stdout.count("(burst 60): a single notice") == 1


def test_several_files(report, wireshark):
    missing = wireshark.work / "no-such-file.pcapng"
    done = report(REFERENCE, missing, "ovn-localnet-default")
    assert done.returncode == 1
    assert done.stdout.count("vMotion Notify report\n") == 2
    assert done.stderr.splitlines() == ["vmotion-report: %s: No such file or directory" % missing]


# ---- bad input ----

def assert_refused(done, *words):
    """A message in one line, no report, no traceback."""
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


def test_file_that_may_not_be_read(report, wireshark):
    path = wireshark.write("secret.pcapng", b"secret")
    path.chmod(0)
    assert_refused(report(path), str(path), "Permission denied")


def test_file_cut_short(report, wireshark):
    """What can be read is reported, and the report itself says that it is not all."""
    octets = wireshark.capture(REFERENCE).read_bytes()
    path = wireshark.write("cut-short.pcapng", octets[:1700])
    done = report(path)
    assert done.returncode == 1
    assert "cut short" in done.stderr
    assert "8 frames" in done.stdout
    assert "- The file could not be read to its end; this report covers what comes before" in done.stdout


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
    assert "does not load the plugin" in done.stderr


def test_without_tshark(wireshark, script):
    done = wireshark.run(["env", "PATH=" + str(wireshark.home), sys.executable, script,
                          wireshark.capture(REFERENCE)])
    assert (done.returncode, done.stdout) == (2, "")
    assert "tshark cannot be run" in done.stderr


def test_without_a_file(wireshark, script):
    assert wireshark.run([sys.executable, script]).returncode == 2


def test_reader_that_goes_away(wireshark, script):
    done = wireshark.run(["sh", "-c", "'%s' '%s' '%s' | head -n 1" % (
        sys.executable, script, wireshark.capture(REFERENCE))])
    assert done.stdout == "vMotion Notify report\n"
    assert done.stderr == ""


# ---- progress ----

def long_capture(wireshark):
    """Enough frames to keep tshark busy for some seconds."""
    capture = pcapng.Capture(application="tests")
    capture.interface("test0")
    notice = pcapng.notice("02:00:00:00:00:01")
    for i in range(50_000 if conftest.SHORT else 100_000):
        capture.frame(frames.START + i * frames.SECOND, notice)
    return wireshark.write("long.pcapng", capture.octets())


def test_progress_on_a_terminal_alone(wireshark, script, report):
    path = long_capture(wireshark)
    leader, terminal = pty.openpty()
    printed = tempfile.TemporaryFile()  # not a pipe: nobody reads it before the terminal is done
    process = subprocess.Popen(wireshark.command([sys.executable, script, path]),
                               env=wireshark.environment(), cwd=wireshark.work,
                               stdin=subprocess.DEVNULL, stdout=printed, stderr=terminal)
    os.close(terminal)
    shown = b""
    try:
        while piece := os.read(leader, 4096):
            shown += piece
    except OSError:
        pass  # the terminal's other side was closed
    os.close(leader)
    assert process.wait() == 0
    printed.seek(0)
    text = printed.read().decode("utf-8")
    printed.close()
    assert re.search(r"reading long\.pcapng, \d+ s, pass [12] of 2, \d+ %", shown.decode("utf-8"))
    assert shown.endswith(b"\r\x1b[K")  # cleared at the end
    assert "reading" not in text
    assert report(path).stderr == ""


# ---- quickstart ----

def test_quickstart_report(wireshark):
    """./quickstart report is this report."""
    folder = wireshark.work / "checkout"
    (folder / "report").mkdir(parents=True)
    shutil.copy(conftest.REPOSITORY / "quickstart", folder)
    shutil.copy(SCRIPT, folder / "report")
    done = wireshark.run(["sh", folder / "quickstart", "report", wireshark.capture(REFERENCE)])
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("vMotion Notify report\n")
    missing = wireshark.run(["sh", folder / "quickstart", "report", "no-such-file"])
    assert missing.returncode == 1
