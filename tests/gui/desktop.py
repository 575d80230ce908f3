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

import conftest
import rows

PROGRAMS = ["Xvfb", "openbox", "xdotool", "xclip", "import", "convert", "wireshark"]
FIRST_TABLE = 8  # entries of the Statistics menu above it are none of a table
FIRST_TEXT = 12  # likewise, of a window of text
FORMATS = ["txt", "csv", "xml", "yaml"]  # in the order of Wireshark's list of file types
QUIET = 2  # seconds after which a program without work is idle
HEADER = 12  # first line of a statistics window's column names; in three lines there is no text yet


def missing_programs():
    return [program for program in PROGRAMS if not shutil.which(program)]


class Desktop:
    """An X server with a window manager. Use it with "with"."""

    def __init__(self, wireshark, size="1400x900"):
        self._wireshark = wireshark
        self._size = size
        self._processes = []
        self.menu_entry = FIRST_TABLE

    def __enter__(self):
        try:
            self._start_desktop()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start_desktop(self):
        # The server writes the number of the display that it found free.
        read, write = os.pipe()
        self._start(["Xvfb", "-displayfd", str(write), "-screen", "0", self._size + "x24",
                     "-nolisten", "tcp"], pass_fds=[write])
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        assert number, "Xvfb did not start"
        self._environment = {"DISPLAY": ":" + number, "QT_QPA_PLATFORM": "xcb",
                             "QT_X11_NO_MITSHM": "1", "LIBGL_ALWAYS_SOFTWARE": "1",
                             # Each of Wireshark's capture helpers would be started several times.
                             "WIRESHARK_EXTCAP_DIR": str(self._wireshark.plugins_none)}
        self._start_window_manager(tries=3)

    def _start_window_manager(self, tries):
        """On a busy machine openbox now and then stays without an answer for good: then another one is started."""
        self._start(["openbox"])
        try:
            self.wait_for(lambda: self._xdotool("get_num_desktops"), "the window manager", 30)
        except AssertionError:
            if tries == 1:
                raise
            self._end(self._processes.pop())
            self._start_window_manager(tries - 1)

    def __exit__(self, *exception):
        for process in reversed(self._processes):
            self._end(process)

    @staticmethod
    def _end(process):
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def start(self, *arguments):
        """Start Wireshark."""
        self._start(["wireshark", *arguments])

    def open(self, *arguments):
        """Start Wireshark, wait for its main window."""
        self.start(*arguments)
        return self.window("Wireshark|\\.pcapng", 60)

    def open_table(self, kind, capture, *options, filter=None):
        """Start Wireshark with one statistics window, named as after -z; return that window."""
        words = ["vmotion_notify", kind] + ([filter] if filter else [])
        self.open("-r", str(self._wireshark.capture(capture)), *options, "-z", ",".join(words))
        table = Table(self, rows.TITLES[kind])
        table.enlarge(int(self._size.split("x")[0]) - 20, 220)
        return table

    def open_from_statistics_menu(self, main, title, entries=30):
        """Walk down the Statistics menu and open entries until a window with the title shows."""
        # Letters select nothing in this menu, and its length differs between versions. What was
        # found last lies not below what is asked for next: the menu is sorted by title.
        for entry in range(self.menu_entry, entries):
            others = self.windows("Wireshark · ")
            self.focus(main)
            self.key("alt+s")
            self._xdotool("key", "--delay", "30", *["Down"] * entry, "Return")
            time.sleep(1)
            opened = set(self.windows("Wireshark · ")) - set(others)
            for window in opened & set(self.windows(title)):
                self.menu_entry = entry
                return Table(self, title, window)
            self.key("Escape", "Escape")
            for window in opened:
                self.focus(window)
                self.key("Escape")
        raise AssertionError("no entry of the Statistics menu opens " + title)

    def open_text_window(self, main, title):
        """Open one of the plugin's windows of text, in the order of the menu."""
        self.menu_entry = max(self.menu_entry, FIRST_TEXT)
        return TextWindow(self, title, self.open_from_statistics_menu(main, title).window)

    def type_main_filter(self, main, text):
        """Type a display filter into the main window's line, without applying it."""
        self.focus(main)
        self.key("ctrl+slash", "ctrl+a", "Delete")
        self.type(text)
        self.key("Escape")  # closes the list of completions

    def quit(self, main):
        """End Wireshark, return its status."""
        self.focus(main)
        self.key("ctrl+q")
        return self._processes[-1].wait(60)

    def work(self):
        """Seconds of processor time that the program started last has used."""
        with open("/proc/%d/stat" % self._processes[-1].pid, encoding="ascii") as stat:
            ticks = stat.read().rpartition(")")[2].split()[11:13]
        return sum(int(number) for number in ticks) / os.sysconf("SC_CLK_TCK")

    def wait_until_idle(self, seconds):
        """Wait until the program started last does nothing for a while; return since when."""
        start = since = time.monotonic()
        before = self.work()
        while time.monotonic() - since < QUIET:
            assert time.monotonic() - start < seconds, "busy for %d s" % seconds
            time.sleep(0.1)
            if self.work() - before > 0.02:
                before, since = self.work(), time.monotonic()
        return since

    def open_file(self, main, path, seconds=20):
        """File > Open, in place of the file that is open."""
        self.focus(main)
        self.key("ctrl+o")
        self.window("Open Capture File")
        self.type(str(path))
        self.key("Return")
        self.wait_for(lambda: path.name in self.title(main), path.name, seconds)

    def set_preference(self, main, old, new):
        """Edit > Preferences > Protocols > vMotion Notify: change the field that holds old."""
        for patience in (1, 3, 6):  # s; on a busy machine the page comes late
            self.focus(main)
            self.key("ctrl+shift+p")
            self.window("Wireshark · Preferences")
            for action in (lambda: self.type("Protocols"), lambda: self.key("Right"), lambda: self.type("vMotion")):
                action()
                time.sleep(patience)
            if self._change_field(old, new):
                return
            self.key("Escape")
            self.wait_for(lambda: not self.windows("Wireshark · Preferences"), "the end of the preferences")
        raise AssertionError("no field of the page holds " + old)

    def _change_field(self, old, new):
        """In the page that is shown; False when no field holds old."""
        for _ in range(12):
            self.key("Tab", "ctrl+a")
            self.set_clipboard("")
            self.key("ctrl+c")
            if self.clipboard() == old:
                self.type(new)
                self.screenshot(conftest.ARTEFACTS / "preferences.png")
                self.key("Return")
                self.wait_for(lambda: not self.windows("Wireshark · Preferences"), "the new value")
                return True
        return False

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

    def _run_daemon(self, words, text):
        """Run a program that stays behind: nobody may wait for the end of its output."""
        environment = {**self._wireshark.environment(), **self._environment}
        subprocess.run(words, env=environment, timeout=60, input=text, encoding="utf-8",
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

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

    def active_title(self):
        """The title of the window that has the focus: no search finds message boxes."""
        return self._xdotool("getactivewindow", "getwindowname")

    def key(self, *keys):
        for key in keys:
            self._xdotool("key", "--clearmodifiers", key)
            time.sleep(0.15)

    def type(self, text):
        self._xdotool("type", "--delay", "20", text)

    def click(self, window, x, y, button=1):
        """Click at a place counted from the window's corner."""
        self._xdotool("mousemove", "--window", window, x, y, "click", str(button))
        time.sleep(0.2)

    def size(self, window):
        """Width and height of a window without its frame."""
        lines = self._xdotool("getwindowgeometry", "--shell", window).splitlines()
        values = dict(line.split("=") for line in lines)
        return int(values["WIDTH"]), int(values["HEIGHT"])

    def double_click(self, window, x, y):
        self._xdotool("mousemove", "--window", window, x, y, "click", "--repeat", "2", "--delay",
                      "80", "1")
        time.sleep(0.2)

    def pixels(self, window, left, top, width, height):
        """Grey values of a part of a window: a list of lines."""
        done = self._run(["import", "-window", window, "-crop",
                          "%dx%d+%d+%d" % (width, height, left, top), "-depth", "8", "gray:-"])
        assert done.returncode == 0 and len(done.stdout) == width * height, done.stderr
        return [done.stdout[i * width:(i + 1) * width] for i in range(height)]

    def colour(self, window, x, y):
        """Red, green and blue of one place of a window, 0 to 255."""
        done = self._run(["import", "-window", window, "-crop", "1x1+%d+%d" % (x, y), "-depth", "8",
                          "rgb:-"])
        return tuple(done.stdout)

    def set_clipboard(self, text):
        self._run_daemon(["xclip", "-selection", "clipboard", "-i"], text)

    def copied(self, copy):
        """What copy() puts into the clipboard."""
        mark = "nothing copied yet"
        self.set_clipboard(mark)
        self.wait_for(lambda: self.clipboard() == mark, "the clipboard")
        copy()
        return self.wait_for(lambda: self.clipboard() not in ("", mark) and self.clipboard(),
                             "the copied text")

    def clipboard(self):
        done = self._run(["xclip", "-selection", "clipboard", "-o"])
        return done.stdout.decode("utf-8") if done.returncode == 0 else ""

    def screenshot(self, path, window="root"):
        path.parent.mkdir(parents=True, exist_ok=True)
        done = self._run(["import", "-window", window, path])
        assert done.returncode == 0, done.stderr


class Table:
    """A statistics window of Wireshark, as it opens: the focus on its rows."""

    def __init__(self, desktop, title, window=None):
        self._desktop = desktop
        self._title = title
        self.window = window or desktop.window(title, 30)

    def enlarge(self, width, height, at=(5, 25)):
        self._desktop._xdotool("windowmove", "--sync", self.window, *at)
        self._desktop._xdotool("windowsize", "--sync", self.window, width, height)
        time.sleep(0.5)

    def _place(self, right, bottom):
        """Give the window the focus; a place counted from its lower right corner."""
        self._desktop.focus(self.window)
        width, height = self._desktop.size(self.window)
        return self.window, width - right, height - bottom

    def copy(self):
        """Press Copy, return the text."""
        # From the right: Close, Save as…, Copy.
        place = self._place(230, 26)
        return self._desktop.copied(lambda: self._desktop.click(*place))

    def save(self, path):
        """Press Save as…, choose the format by the path's suffix, return what Wireshark wrote."""
        self._desktop.click(*self._place(140, 26))
        dialog = self._desktop.window("Save Statistics As")
        self._desktop.type(str(path))
        _, height = self._desktop.size(dialog)
        self._desktop.click(dialog, 300, height - 26)  # the list of file types
        self._desktop.key(*["Down"] * FORMATS.index(path.suffix[1:]), "Return", "alt+s")
        self._desktop.wait_for(lambda: path.exists() and path.stat().st_size > 0, str(path))
        self._desktop.wait_for(lambda: not self._desktop.windows("Save Statistics As"),
                               "the end of saving")
        return path.read_text(encoding="utf-8")

    def type_filter(self, text):
        """Type a display filter in place of the one that is there."""
        window, width, height = self._place(0, 0)
        self._desktop.click(window, width // 2, height - 58)
        self._desktop.key("ctrl+a", "Delete")
        self._desktop.type(text)

    def apply(self):
        """Press Apply."""
        # The first click closes the list of completions where one is open.
        for _ in range(2):
            time.sleep(0.5)
            self._desktop.click(*self._place(50, 58))
        time.sleep(1)

    def apply_filter(self, text):
        self.type_filter(text)
        self.apply()

    def filter_colour(self):
        """The background of the filter's line: green and red are Wireshark's verdict on it."""
        return self._desktop.colour(*self._place(140, 55))

    def columns(self):
        """Left and right end of each column, by the lines between them; more may follow."""
        width, _ = self._desktop.size(self.window)
        header = self._desktop.pixels(self.window, 0, HEADER, width, 3)
        usual = [max(set(line), key=line.count) for line in header]
        edges = [x for x in range(width)
                 if all(abs(line[x] - value) > 20 for line, value in zip(header, usual))]
        return list(zip(edges, edges[1:]))

    def click_header(self, column):
        """Click on the name of a column, one of columns()."""
        left, right = column
        self._desktop.focus(self.window)
        self._desktop.click(self.window, (left + right) // 2, HEADER + 8)
        time.sleep(0.3)

    def photograph(self, name):
        self._desktop.screenshot(conftest.ARTEFACTS / (name + ".png"), self.window)

    def close(self):
        self._desktop.focus(self.window)
        self._desktop.key("Escape")
        self._desktop.wait_for(lambda: self.window not in self._desktop.windows(self._title),
                               "the window to close")


class TextWindow(Table):
    """One of the plugin's windows of text, as it opens."""

    # From the right: Close, Save as…, Copy, Open as a page, Hold / follow.
    SAVE, COPY, PAGE, HOLD = 143, 235, 347, 473

    def press(self, button):
        self._desktop.click(*self._place(button, 24))

    def copy(self):
        return self._desktop.copied(lambda: self.press(self.COPY))

    def assert_shows(self, text, seconds=20):
        """The window shows the text, or does so soon: text is the whole of it, or says whether it is right."""
        right = text if callable(text) else lambda shown: shown == text
        shown = self.copy()
        end = time.monotonic() + seconds
        while not right(shown) and time.monotonic() < end:
            time.sleep(0.5)
            shown = self.copy()
        assert right(shown), "shown: %s\nwanted: %s" % (shown, text)

    def ask_to_save(self, path):
        """Press Save as…, type a name."""
        self.press(self.SAVE)
        dialog = self._desktop.window("Save as")
        width, _ = self._desktop.size(dialog)
        self._desktop.click(dialog, width - 100, 24)
        self._desktop.key("ctrl+a")
        self._desktop.type(str(path))
        self._desktop.key("Return")
