# desktop.py - a desktop of its own for one real Wireshark, driven by key and mouse.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Xvfb shows it, openbox gives windows the focus, xdotool types and clicks, xclip
# reads what was copied, ImageMagick's import takes the screenshots.

import os
import shutil
import subprocess
import time

PROGRAMS = ["Xvfb", "openbox", "xdotool", "xclip", "import", "wireshark"]


def missing_programs():
    return [program for program in PROGRAMS if not shutil.which(program)]


class Desktop:
    """An X server with a window manager. Use it with "with"."""

    def __init__(self, wireshark, size="1400x900"):
        self._wireshark = wireshark
        self._size = size
        self._processes = []

    def __enter__(self):
        # The server writes the number of the display that it found free.
        read, write = os.pipe()
        self._start(["Xvfb", "-displayfd", str(write), "-screen", "0", self._size + "x24",
                     "-nolisten", "tcp"], pass_fds=[write])
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        assert number, "Xvfb did not start"
        self._environment = {"DISPLAY": ":" + number, "QT_QPA_PLATFORM": "xcb",
                             "QT_X11_NO_MITSHM": "1", "LIBGL_ALWAYS_SOFTWARE": "1"}
        self._start(["openbox"])
        self.wait_for(lambda: self._xdotool("get_num_desktops"), "the window manager")
        return self

    def __exit__(self, *exception):
        for process in reversed(self._processes):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def open(self, *arguments):
        """Start Wireshark, wait for its main window."""
        self._start(["wireshark", *arguments])
        return self.window("Wireshark|\\.pcapng", 60)

    def open_from_statistics_menu(self, main, title, entries=30):
        """Walk down the Statistics menu and open entries until a window with the title shows."""
        # Letters select nothing in this menu, and its length differs between versions. The entries
        # above the tables (file properties … service response time) are no candidates.
        for entry in range(8, entries):
            others = self.windows("Wireshark · ")
            self.focus(main)
            self.key("alt+s")
            self._xdotool("key", "--delay", "30", *["Down"] * entry, "Return")
            time.sleep(1)
            if self.windows(title):
                return Table(self, title)
            self.key("Escape", "Escape")
            for window in set(self.windows("Wireshark · ")) - set(others):
                self.focus(window)
                self.key("Escape")
        raise AssertionError("no entry of the Statistics menu opens " + title)

    def _start(self, words, **options):
        environment = {**self._wireshark.environment(), **getattr(self, "_environment", {})}
        self._processes.append(subprocess.Popen(
            self._wireshark.command(words), env=environment, cwd=self._wireshark.work,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            **options))

    def _run(self, words, **options):
        environment = {**self._wireshark.environment(), **self._environment}
        return subprocess.run([str(word) for word in words], env=environment, timeout=60,
                              capture_output=True, **options)

    def _xdotool(self, *words):
        """Standard output of xdotool, or "" when it failed."""
        done = self._run(["xdotool", *words], encoding="utf-8")
        return done.stdout.strip() if done.returncode == 0 else ""

    def wait_for(self, condition, what, seconds=20):
        """Wait until condition() is true, return its value."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = condition()
            if value:
                return value
            time.sleep(0.1)
        raise AssertionError("waited %d s for %s" % (seconds, what))

    def windows(self, title):
        """Windows with a title that matches, by number."""
        return self._xdotool("search", "--onlyvisible", "--name", title).split()

    def window(self, title, seconds=20):
        """Wait for a window, give it the focus, return its number."""
        window = self.wait_for(lambda: self.windows(title), "a window named " + title, seconds)[-1]
        self.focus(window)
        return window

    def focus(self, window):
        self._xdotool("windowactivate", "--sync", window)

    def maximize(self, window):
        width, height = self._size.split("x")
        self._xdotool("windowmove", "--sync", window, 0, 20)
        self._xdotool("windowsize", "--sync", window, width, int(height) - 20)
        time.sleep(0.5)

    def title(self, window):
        return self._xdotool("getwindowname", window)

    def key(self, *keys):
        for key in keys:
            self._xdotool("key", "--clearmodifiers", key)
            time.sleep(0.15)

    def type(self, text):
        self._xdotool("type", "--delay", "20", text)

    def click(self, window, x, y):
        """Click at a place counted from the window's corner."""
        self._xdotool("mousemove", "--window", window, x, y, "click", "1")
        time.sleep(0.2)

    def size(self, window):
        """Width and height of a window without its frame."""
        lines = self._xdotool("getwindowgeometry", "--shell", window).splitlines()
        values = dict(line.split("=") for line in lines)
        return int(values["WIDTH"]), int(values["HEIGHT"])

    def clipboard(self):
        done = self._run(["xclip", "-selection", "clipboard", "-o"])
        return done.stdout.decode("utf-8") if done.returncode == 0 else ""

    def screenshot(self, path, window="root"):
        path.parent.mkdir(parents=True, exist_ok=True)
        done = self._run(["import", "-window", window, path])
        assert done.returncode == 0, done.stderr


class Table:
    """A statistics window of Wireshark, as it opens: the focus on its rows."""

    def __init__(self, desktop, title):
        self._desktop = desktop
        self._title = title
        self.window = desktop.window(title, 30)

    def enlarge(self, width, height):
        self._desktop._xdotool("windowmove", "--sync", self.window, 5, 25)
        self._desktop._xdotool("windowsize", "--sync", self.window, width, height)
        time.sleep(0.5)

    def copy(self):
        """Press Copy, return the text."""
        width, height = self._desktop.size(self.window)
        self._desktop.focus(self.window)
        # From the right: Close, Save as…, Copy.
        self._desktop.click(self.window, width - 230, height - 26)
        return self._desktop.wait_for(self._desktop.clipboard, "the copied text")

    def save_csv(self, path):
        """Press Save as…, choose CSV, return the text that Wireshark wrote."""
        width, height = self._desktop.size(self.window)
        self._desktop.focus(self.window)
        self._desktop.click(self.window, width - 140, height - 26)
        dialog = self._desktop.window("Save Statistics As")
        self._desktop.type(str(path))
        _, height = self._desktop.size(dialog)
        # The list of file types: plain text, then CSV.
        self._desktop.click(dialog, 300, height - 26)
        self._desktop.key("Down", "Return", "alt+s")
        self._desktop.wait_for(lambda: path.exists() and path.stat().st_size > 0, str(path))
        self._desktop.wait_for(lambda: not self._desktop.windows("Save Statistics As"),
                               "the end of saving")
        return path.read_text(encoding="utf-8")

    def apply_filter(self, text):
        """Type a display filter, press Apply."""
        width, height = self._desktop.size(self.window)
        self._desktop.focus(self.window)
        self._desktop.click(self.window, width // 2, height - 58)
        self._desktop.key("ctrl+a", "Delete")
        self._desktop.type(text)
        # The first click closes the list of completions where one is open.
        for _ in range(2):
            time.sleep(0.5)
            self._desktop.click(self.window, width - 50, height - 58)
        time.sleep(1)

    def close(self):
        self._desktop.focus(self.window)
        self._desktop.key("Escape")
        self._desktop.wait_for(lambda: self.window not in self._desktop.windows(self._title),
                               "the window to close")
