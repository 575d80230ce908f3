# test_load.py - Wireshark loads the plugin, and the plugin keeps the contract's names.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import subprocess

import pytest

import contract


def test_listed_by_tshark(wireshark):
    done = wireshark.run(["tshark", "-G", "plugins"])
    lines = [line for line in done.stdout.splitlines() if line.startswith("vmotion_notify")]
    assert done.returncode == 0 and done.stderr == ""
    assert len(lines) == 1
    path = wireshark.plugins / ("%d.%d" % wireshark.version) / "epan" / "vmotion_notify.so"
    name, version, kind, found = (word.strip() for word in lines[0].split("\t"))
    assert name == "vmotion_notify.so" and version[0].isdigit() and "dissector" in kind
    assert found == str(path)


def test_absent_without_the_plugin(wireshark):
    done = wireshark.run(["tshark", "-G", "plugins"], plugin=False)
    assert "vmotion_notify" not in done.stdout


def test_fields_and_their_types(wireshark):
    done = wireshark.run(["tshark", "-G", "fields"])
    found = {}
    for line in done.stdout.splitlines():
        word = line.split("\t")
        if word[0] == "F" and word[2].startswith("vmotion_notify."):
            found[word[2]] = word[3]
    assert {name: found.get(name) for name in contract.FIELDS} == contract.FIELDS


def test_protocol_name(wireshark):
    done = wireshark.run(["tshark", "-G", "protocols"])
    words = [line.split("\t") for line in done.stdout.splitlines()]
    assert [word[:3] for word in words if word[2] == "vmotion_notify"] \
        == [["vMotion Notify", "vMotion Notify", "vmotion_notify"]]


@pytest.fixture(scope="module")
def listed(wireshark):
    """The words of tshark's list of statistics."""
    done = wireshark.run(["tshark", "-z", "help"])
    return (done.stdout + done.stderr).split()


@pytest.mark.parametrize("statistic", contract.STATISTICS)
def test_statistics_are_listed(listed, statistic):
    assert sum(word == "vmotion_notify," + statistic or
               word.startswith("vmotion_notify," + statistic + "[") for word in listed) == 1


def test_preferences_are_listed(wireshark):
    done = wireshark.run(["tshark", "-G", "currentprefs"])
    for name in ("copy_window_ms", "tolerance_percent", "tolerance_floor_ms", "event_window_ms",
                 "info_column"):
        assert "vmotion_notify.%s:" % name in done.stdout, name


def test_installs_into_the_plugin_folder(wireshark, tmp_path):
    """cmake --install puts one file where tshark looks for plugins."""
    build = os.environ.get("VMN_BUILD_DIR")
    if not build:
        pytest.skip("VMN_BUILD_DIR is not set: run through ctest")
    subprocess.run(["cmake", "--install", build], check=True, capture_output=True,
                   env={**os.environ, "DESTDIR": str(tmp_path)})
    installed = list(tmp_path.rglob("vmotion_notify.so"))
    assert len(installed) == 1
    folder = "wireshark/plugins/%d.%d/epan" % wireshark.version
    assert str(installed[0].parent).endswith(folder)


def test_uninstalls_all_that_it_installed(tmp_path):
    """And no folder of our own name stays behind, while a file that is not ours does."""
    build = os.environ.get("VMN_BUILD_DIR")
    if not build:
        pytest.skip("VMN_BUILD_DIR is not set: run through ctest")
    environment = {**os.environ, "DESTDIR": str(tmp_path)}
    uninstall = ["cmake", "--build", build, "--target", "uninstall"]

    def left():
        return [path for path in tmp_path.rglob("*")
                if path.is_file() or path.name.lower().replace(" ", "-") == "vmotion-notify"]
    subprocess.run(["cmake", "--install", build], check=True, capture_output=True, env=environment)
    assert len(left()) > 2
    profile, = (path for path in tmp_path.rglob("colorfilters"))
    subprocess.run(uninstall, check=True, capture_output=True, env=environment)
    assert left() == []
    subprocess.run(["cmake", "--install", build], check=True, capture_output=True, env=environment)
    (profile.parent / "mine").write_text("a file of the user's")
    subprocess.run(uninstall, check=True, capture_output=True, env=environment)
    assert left() == [profile.parent, profile.parent / "mine"]
