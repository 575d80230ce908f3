# test_quickstart.py - what quickstart does before it builds, with stand-ins for the programs of the system.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import subprocess

import pytest

from conftest import REPOSITORY

QUICKSTART = REPOSITORY / "quickstart"


class System:
    """A folder of stand-ins, each of which notes its command line."""

    def __init__(self, folder):
        self.folder = folder
        self.programs = folder / "programs"
        self.programs.mkdir()
        self.calls = folder / "calls"
        self.project = folder / "project"
        self.project.mkdir()
        (self.project / "quickstart").write_bytes(QUICKSTART.read_bytes())
        for name in ("apt-get", "debconf-set-selections", "cmake", "sudo"):
            self.program(name)
        self.program("dpkg-query", "echo install ok installed")

    def program(self, name, script="true"):
        path = self.programs / name
        path.write_text('#!/bin/sh\necho "%s $*" >>"%s"\n%s\n' % (name, self.calls, script))
        path.chmod(0o755)

    def run(self, *words, **environment):
        done = subprocess.run(["sh", self.project / "quickstart", *words], capture_output=True, encoding="utf-8",
                              env={**os.environ, "CI": "", "PATH": "%s:%s" % (self.programs, os.environ["PATH"]),
                                   **environment})
        calls = self.calls.read_text().splitlines() if self.calls.exists() else []
        return done, calls

    def cache(self, build, source, **variables):
        build.mkdir(parents=True)
        lines = ["CMAKE_HOME_DIRECTORY:INTERNAL=%s" % source, "CMAKE_CACHEFILE_DIR:INTERNAL=%s" % build]
        lines += ["%s:BOOL=%s" % variable for variable in variables.items()]
        (build / "CMakeCache.txt").write_text("\n".join(lines) + "\n")


@pytest.fixture
def system(tmp_path):
    return System(tmp_path.resolve())


def test_it_is_found_through_a_link(wireshark):
    link = wireshark.work / "quick"
    link.symlink_to(QUICKSTART)
    done = subprocess.run(["sh", link, "report"], capture_output=True, encoding="utf-8")
    assert "report needs the name of a capture" in done.stderr
    done = subprocess.run(["sh", link, "report", "--help"], capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "") and "vmotion-report" in done.stdout


def configured(calls):
    lines = [line for line in calls if line.startswith("cmake -S ")]
    return lines[0].split() if lines else []


@pytest.mark.parametrize("words, testing", [((), False), (("test",), True)])
def test_it_builds_for_all_users(system, words, testing):
    """Whatever the build folder was made for before."""
    system.cache(system.project / "build", system.project, VMN_INSTALL_USER="ON")
    _, calls = system.run(*words)
    options = configured(calls)
    assert "-DVMN_INSTALL_USER=OFF" in options
    assert ("-DVMN_CI_TESTS=OFF" in options) == testing


def test_it_does_not_install_for_one_user(system):
    """The cache of the stand-in stays as it is, as if CMAKE_OPTIONS had asked for it."""
    system.cache(system.project / "build", system.project, VMN_INSTALL_USER="ON")
    done, calls = system.run(CMAKE_OPTIONS="-DVMN_INSTALL_USER=ON")
    assert done.returncode == 1 and "INSTALL.md" in done.stderr
    assert not any("--install" in line for line in calls)


def test_it_builds_anew_after_a_move(system):
    build = system.project / "build"
    system.cache(build, system.folder / "before")
    done, calls = system.run()
    assert "%s was made for %s; building anew" % (build, system.folder / "before") in done.stderr
    assert not build.exists() and configured(calls)


def test_it_keeps_its_build(system):
    build = system.project / "build"
    system.cache(build, system.project)
    done, _ = system.run()
    assert "anew" not in done.stderr and build.exists()


def test_it_keeps_a_build_that_the_user_named(system):
    build = system.folder / "elsewhere"
    system.cache(build, system.folder / "before")
    done, calls = system.run(BUILD_DIR=str(build))
    assert done.returncode == 1 and "BUILD_DIR" in done.stderr
    assert build.exists() and not configured(calls)


ALL_OUT = "W: Failed to fetch http://one/\nErr:1 http://one\nErr:2 http://two"
ONE_OUT = "Err:1 http://one\nHit:2 http://two"


@pytest.mark.parametrize("answers, goes_on", [(ALL_OUT, False), (ONE_OUT, True)])
def test_it_says_at_once_that_nothing_can_be_reached(system, answers, goes_on):
    system.program("dpkg-query", "false")
    system.program("apt-get", 'case "$*" in *update*) printf "%%s\\n" "%s" ;; esac' % answers)
    system.program("sudo", '"$@"')
    done, calls = system.run()
    assert any(" install gcc" in line for line in calls) == goes_on
    assert ("no package source can be reached" in done.stderr) == (not goes_on)
