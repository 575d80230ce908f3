# conftest.py - what all pytest files share: tshark with and without the plugin.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The plugin under test is the one in the build folder, not an installed one.
# Wireshark ignores WIRESHARK_PLUGIN_DIR when root runs it, so root runs it here
# as "nobody", with a home of its own and copies of all it has to read.

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import pytest

TESTS = pathlib.Path(__file__).resolve().parent
REPOSITORY = TESTS.parent
CAPTURES = REPOSITORY / "captures"
ARTEFACTS = TESTS / "artefacts"
NOBODY = 65534
# The long form: every output that a test asks for gets a run of tshark of its own, and nothing is left out.
LONG = os.environ.get("VMN_LONG_TESTS", "") not in ("", "0")
# What ctest runs outside of continuous integration: few cases stand for all.
SHORT = os.environ.get("VMN_SHORT_TESTS", "") not in ("", "0")
# There the files of one run of ctest share what tshark printed, in a folder that is empty when it begins.
SHARED = pathlib.Path(os.environ["VMN_SHARED_OUTPUTS"]) if SHORT and "VMN_SHARED_OUTPUTS" in os.environ else None

FOLDER = "@FOLDER@"  # stands there for the folder of whose tshark it was: reports name their file

sys.path[:0] = [str(CAPTURES), str(TESTS / "golden"), str(TESTS / "gui")]


def all_captures():
    """Names of the captures in captures/, without suffix, sorted."""
    return sorted(path.stem for path in CAPTURES.glob("*.pcapng"))


def some_captures():
    """For what any capture would show: each third one; each sixth where VMN_SHORT_TESTS is set, all where
    VMN_LONG_TESTS is. The reference capture is always among them."""
    if LONG:
        return all_captures()
    return sorted({"nested-esxi-vmotion", *all_captures()[::6 if SHORT else 3]})


def captures_for_most():
    """For what each capture shows in its own way: all of them; some where VMN_SHORT_TESTS is set."""
    return some_captures() if SHORT else all_captures()


def few(cases, *chosen):
    """The chosen ones of some cases where VMN_SHORT_TESTS is set, else all of them."""
    assert all(case in cases for case in chosen)
    return list(chosen if SHORT else cases)


def pytest_addoption(parser):
    parser.addoption("--regenerate", action="store_true",
                     help="write the expected outputs anew instead of comparing with them")


@pytest.fixture
def regenerate(request):
    return request.config.getoption("--regenerate")


def built_plugin():
    """Path of the plugin in the build folder."""
    if "VMN_PLUGIN" in os.environ:
        return pathlib.Path(os.environ["VMN_PLUGIN"])
    build = pathlib.Path(os.environ.get("VMN_BUILD_DIR", REPOSITORY / "build"))
    plugin = build / "plugin" / "vmotion_notify.so"  # the fuzzers' builds may lie further down
    if not plugin.exists():
        pytest.exit("no %s: build it first, or set VMN_BUILD_DIR" % plugin, 2)
    return plugin


class Wireshark:
    """Runs Wireshark's programs on the built plugin, or on none, in a folder of their own."""

    def __init__(self, folder):
        self.folder = folder
        self.home = self._folder("home")
        self.work = self._folder("work")
        self._unprivileged = []
        if os.geteuid() == 0:
            self._unprivileged = ["setpriv", "--reuid=%d" % NOBODY, "--regid=%d" % NOBODY,
                                  "--clear-groups"]
            for path in (self.home, self.work):
                os.chown(path, NOBODY, NOBODY)
        self.plugins_none = self._folder("without-plugin")
        self.plugins = self._folder("with-plugin")
        self.captures = self._folder("captures")
        for path in CAPTURES.glob("*.pcapng"):
            shutil.copy(path, self.captures)
        self._kept = {}
        self.version = self._version()
        epan = self._folder("with-plugin/%d.%d/epan" % self.version)
        shutil.copy(built_plugin(), epan / "vmotion_notify.so")

    def _folder(self, name):
        path = self.folder / name
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o755)
        return path

    def _version(self):
        text = self._shared("version", lambda: self.run(["tshark", "--version"], plugin=False).stdout)
        major, minor = re.search(r"(\d+)\.(\d+)\.\d+", text).groups()
        return int(major), int(minor)

    def environment(self, plugin=True):
        """The environment in which the programs run; nothing of the caller's own configuration."""
        return {
            "PATH": os.environ["PATH"], "HOME": str(self.home), "TZ": "UTC", "LC_ALL": "C.UTF-8",
            "XDG_CONFIG_HOME": str(self.home / ".config"), "XDG_RUNTIME_DIR": str(self.home),
            "WIRESHARK_PLUGIN_DIR": str(self.plugins if plugin else self.plugins_none),
            # Fewer page faults while the heap grows: tshark starts in two thirds of the time.
            "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1:glibc.malloc.top_pad=100000000",
        }

    def command(self, words):
        """The command line that runs words as somebody who may load the plugin."""
        return self._unprivileged + [str(word) for word in words]

    def run(self, words, plugin=True, **options):
        return subprocess.run(self.command(words), env=self.environment(plugin), cwd=self.work,
                              stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8",
                              timeout=300, **options)

    def capture(self, name):
        """A copy that tshark may read of a capture: a name from captures/, or a path."""
        return self.captures / (name + ".pcapng") if isinstance(name, str) else name

    def write(self, name, octets):
        """Write a file that tshark may read; return its path."""
        path = self.work / name
        path.write_bytes(octets)
        path.chmod(0o644)
        return path

    def tshark(self, capture, *options, plugin=True, status=0):
        """Standard output of tshark on a capture. Any message on stderr is a failure.

        What it prints of the same octets is kept, unless it writes a file.
        """
        if LONG or "-w" in options:
            return self._tshark(capture, options, plugin, status)
        key = self._key(capture, options, plugin, status)
        if key not in self._kept:
            self._kept[key] = self._shared(key, lambda: self._tshark(capture, options, plugin, status))
        return self._kept[key]

    def _key(self, capture, options, plugin, status):
        """What the output of tshark depends on: options, and the octets of each file, whatever its name."""
        def octets(path):
            path = pathlib.Path(path)
            return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "no file"
        words = repr((plugin, status, [str(option) for option in options]))
        words = re.sub(re.escape(str(self.folder)) + r"/[\w./-]+", lambda name: octets(name.group()), words)
        return hashlib.sha256((octets(self.capture(capture)) + words).encode()).hexdigest()

    def _shared(self, key, output):
        """What another file's process left under the key, or output(), which is left for the others."""
        if not SHARED:
            return output()
        path = SHARED / key
        if not path.exists():
            SHARED.mkdir(parents=True, exist_ok=True)
            own = SHARED / ("%s.%d" % (key, os.getpid()))  # others must not read the half of it
            own.write_text(output().replace(str(self.folder), FOLDER), encoding="utf-8")
            own.replace(path)
        return path.read_text(encoding="utf-8").replace(FOLDER, str(self.folder))

    def _tshark(self, capture, options, plugin, status):
        done = self.run(["tshark", "-r", self.capture(capture), *options], plugin)
        assert done.returncode == status, done.stderr
        if status == 0:
            assert done.stderr == ""
        return done.stdout

    def numbers_of_frames(self, captures):
        """{capture: how many frames it has}, from one run of a program that starts faster than tshark."""
        done = self.run(["capinfos", "-T", "-r", "-M", "-c", *map(self.capture, captures)])
        assert (done.returncode, done.stderr) == (0, "")
        numbers = [int(line.split("\t")[1]) for line in done.stdout.splitlines()]
        return dict(zip(captures, numbers, strict=True))

    def statistic(self, capture, what, *options, filter=None):
        """What -z vmotion_notify,WHAT[,FILTER] prints."""
        argument = "vmotion_notify," + what + ("," + filter if filter else "")
        return self.tshark(capture, "-q", *options, "-z", argument)

    def json(self, capture, *options, filter=None):
        """The JSON document of a capture, read."""
        return json.loads(self.statistic(capture, "json", *options, filter=filter))

    def fields(self, capture, *names, options=("-2",), plugin=True):
        """One list of values a frame; a field that occurs more than once is joined by commas."""
        text = self._fields(capture, names, options, plugin)
        return [line.split("\t") for line in text.splitlines()]

    def fields_and_more(self, capture, *names, options):
        """The same, and what is printed behind it. The first name has to be frame.number."""
        text = self._fields(capture, names, options, plugin=True)
        shown = re.match(r"(?:\d+\t.*\n)*", text).group()
        return [line.split("\t") for line in shown.splitlines()], text[len(shown):]

    def _fields(self, capture, names, options, plugin):
        asked = [word for name in names for word in ("-e", name)]
        return self.tshark(capture, *options, "-T", "fields", "-E", "separator=/t", *asked, plugin=plugin)


@pytest.fixture(scope="session")
def wireshark():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="vmotion-notify-test-"))
    folder.chmod(0o755)
    yield Wireshark(folder)
    shutil.rmtree(folder)


@pytest.fixture
def screen_size():
    """Of the desktop that a test gets; a file whose windows need more overrides it."""
    return "1400x900"


@pytest.fixture
def screen(wireshark, screen_size):
    """A desktop for one Wireshark; tests that ask for it are skipped where there is none."""
    import desktop  # not above: it imports this file

    if desktop.missing_programs():
        pytest.skip("not installed: " + ", ".join(desktop.missing_programs()))
    with desktop.Desktop(wireshark, screen_size) as screen:
        yield screen
