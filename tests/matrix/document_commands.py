#!/usr/bin/env python3
# document_commands.py - the commands that stand in the documents; runs them. Called by tests/matrix/documents.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
#   document_commands.py parts [package]                  names of documents, and of sections that have to be run apart
#   document_commands.py run ROOT root|user PART [package]
#   document_commands.py list PART                        the commands alone
#
# A command is a line of a block for the shell, a line "$ …" of a block ```console (whose output is compared), a block of
# Python or SQL, an indented line or `code` that begins with a program of the list below. Words that stand for the
# reader's own, such as FILE, are replaced by files in captures/. What a document calls "Debian packages `…`" is installed for
# it, and nothing else. Standard output is the table, standard error has what each command printed.

import pathlib
import re
import subprocess
import sys

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = re.compile(
    r"(?:[A-Z_]+=\S+ )?(?:"
    r"(?:sudo|apt-get|dnf|brew|tshark|wireshark|vmotion-report|jq|sqlite3|cmake|ctest|cp|cd|ln|man|git|python3|ssh|"
    r"tcpdump|dumpcap|mergecap|editcap|tc|ovs-vsctl|ovs-tcpdump|pktcap-uw) |"
    r"\./quickstart\b|(?:captures|tests|build)/[\w/.-]*\w (?! )|(?:captures|tests|build)/[\w/.-]*/(?:run|test_\w+|\w+\.py)$)")
OPTIONS = re.compile(r"-o '?(?:uat:)?vmotion_notify|-z '?(?:flow,)?vmotion_notify")

NESTED = "captures/nested-esxi-vmotion.pcapng"
TABLE, TASKS = "captures/nested-esxi-mac-table.txt", "captures/nested-esxi-tasks.csv"
PLACEHOLDERS = [
    (r"\[,[^]]*\]", ""), (r"mac_table:TABLE|mac_table:FILE", "mac_table:" + TABLE), (r"tasks:(TASKS|FILE)", "tasks:" + TASKS),
    (r"SEED LEVEL", "1 2"), (r"vmotion_notify\.NAME:VALUE", "vmotion_notify.copy_window_ms:5"),
    (r"\bFILE\b…?", NESTED), (r" …$", " -r " + NESTED)]

# What the documents call the reader's own files.
OWN_FILES = """
cp captures/lab/sample/capture.pcapng capture.pcapng
cp captures/nested-esxi-vmotion.pcapng case.pcapng
cp captures/qemu-evacuate-3vms.pcapng big.pcapng
cp captures/nested-esxi-mac-table.txt table.txt
mkdir night && cp captures/qemu-*.pcapng night
editcap -F pcap captures/esxi-2018-restart-7-plus-10.pcapng old.pcap
editcap -F pcap captures/esxi-2018-restart-6-plus-9.pcapng new.pcap
editcap -c 5 captures/nested-esxi-vmotion.pcapng ring.pcapng
"""

# What a reader has done before: one way of two, or what stands in another section.
BEFORE = [(r"^sudo rm ", "sudo cmake --install build"),
          (r"install .* dpkg-dev file$", "cmake -S . -B build -DVMN_INSTALL_USER=ON")]

NOT_RUN = [
    (r"pktcap-uw|tcpdump-uw|root@esxi", "needs an ESXi host"),
    (r"\bssh ", "needs another machine"),
    (r"^(tcpdump|dumpcap) -i|^tcpdump -U", "needs a live interface"),
    (r"^tc |^ovs-", "changes the network of a host"),
    (r"\bdnf |\bbrew ", "another system"),
    (r"/path/to/|-S wireshark", "needs Wireshark's source: tests/upstream/run long"),
    (r"^\./quickstart test", "all tests, many minutes: .ci/run"),
    (r"^tests/(matrix|upstream|windows)/", "many minutes: run in continuous integration, or by hand"),
    (r"^tests/|^ctest|^build/tests|unit/test_|pytest", "a test: run by ./quickstart test"),
    (r"^git ", "for who changes the project"),
    (r"lab/lab\.py", "needs QEMU and a kernel: run by tests/lab"),
    (r"\[-", "a summary of options"),
    (r"sip,stat", "needs seven DHCP frames; not of this project"),
    (r"schedules:…", "shown as what does not work"),
    (r"^(tshark -2|\./quickstart report|tshark --disable-protocol vmotion_notify|jq -e|cmake --install|-z|apt-get install)$",
     "a part of a command"),
]
FOLDER_ONLY = r"^\./quickstart|^sudo cmake|^cmake"  # not with the package

GUI = "sudo apt-get install wireshark"  # takes minutes
GUI_SECONDS = 15
PRELUDE = """set -o pipefail
wireshark() { xvfb-run -a timeout %d /usr/bin/wireshark "$@"; [ $? -eq 124 ]; }
cd ~/vmotion-notify
""" % GUI_SECONDS


class Command:
    """One command: its line in the document, what stands there, what is run, what it should print (None: anything)."""

    def __init__(self, line, text, run=None, expected=None, reason=None):
        self.line, self.text, self.expected = line, text, expected
        self.run = for_reader(text) if run is None else run
        self.reason = reason or next((why for pattern, why in NOT_RUN if re.search(pattern, text)), None)


def for_reader(text):
    """The command with real files in it."""
    if OPTIONS.match(text):
        text = "tshark -q -r FILE " + text
    for pattern, value in PLACEHOLDERS:
        text = re.sub(pattern, value, text)
    return text


def complete(text):
    """Is this a whole command for the shell, or are there lines to come?"""
    return not text.endswith("\\") and subprocess.run(["bash", "-n"], input=text, text=True, capture_output=True).returncode == 0


def shell_commands(first, lines):
    """[Command] of lines for the shell, which begin in line number first."""
    commands, begun = [], []
    for number, line in enumerate(lines, first):
        begun.append(line)
        if complete("\n".join(begun)):
            text = "\n".join(begun)
            if text.strip():
                commands.append(Command(number - len(begun) + 1, text))
            begun = []
    assert not begun, "an unfinished command: %s" % begun
    return commands


def console_commands(first, lines):
    """[Command] of the lines "$ …", with the output that stands below each."""
    begins = [index for index, line in enumerate(lines) if line.startswith("$ ")]
    return [Command(first + begin, lines[begin][2:], expected="".join(line + "\n" for line in lines[begin + 1:end]))
            for begin, end in zip(begins, begins[1:] + [len(lines)])]


def here(program, text):
    """The program with the text as its input."""
    return "%s <<'END OF BLOCK'\n%s\nEND OF BLOCK" % (program, text)


def fenced(first, language, lines):
    """[Command] of a block that begins in line number first."""
    text = "\n".join(lines)
    if language == "console":
        return console_commands(first, lines)
    if language == "sh" or (not language and PROGRAM.match(text)):
        return shell_commands(first, lines)
    if language == "python":
        return [Command(first, text, here("python3 -", text))]
    if language == "sql":
        return [Command(first, text, here("sqlite3 bursts.db", text))]
    if language == "text":
        return [Command(first, text, reason="the document says that it was not run" if not PROGRAM.match(text) else None)]
    return []


def is_command(text):
    return bool(PROGRAM.match(text) or OPTIONS.match(text))


def blank(match):
    return "\n" * match.group().count("\n")


def of_markdown(text):
    """Blocks of commands in order: a list of lists."""
    def line(match):
        return match.string.count("\n", 0, match.start()) + 1

    blocks = []
    for match in re.finditer(r"^```(\w*).*\n((?:.*\n)*?)^```$", text, re.M):
        blocks.append(fenced(line(match) + 1, match.group(1), match.group(2).splitlines()))
    rest = re.sub(r"^```(?:.*\n)*?^```$", blank, text, flags=re.M)
    for match in re.finditer(r"(?:^ {4,}.*\n)+", rest, re.M):
        lines = [re.sub("^ {4,6}", "", one) for one in match.group().splitlines()]
        if is_command(lines[0]):
            blocks.append(shell_commands(line(match), lines))
    rest = re.sub(r"^ {4,}.*", "", rest, flags=re.M)
    for match in re.finditer(r"(Debian packages? )?`([^`]+)`", rest):
        code = " ".join(match.group(2).split())
        if is_command(code) and not match.group(1):
            blocks.append([Command(line(match), code)])
    return sorted((block for block in blocks if block), key=lambda block: block[0].line)


def of_manual(text):
    """The same of a manual page: unfilled text, and what is printed bold and is a command."""
    text = re.sub(r"\\fIfile\\fR", "FILE", text)
    text = re.sub(r"\\f[BIR]", "", text).replace("\\-", "-").replace("\\(aq", "'").replace("\\(mu", "×")
    blocks, unfilled = [], False
    for number, line in enumerate(text.splitlines(), 1):
        bold = re.match(r'\.B (.+)$|\.BR "(.+)" \.$', line)
        if line in (".nf", ".fi"):
            unfilled = line == ".nf"
        elif unfilled and is_command(line):
            blocks.append([Command(number, line)])
        elif bold and is_command(bold.group(1) or bold.group(2)):
            blocks.append([Command(number, bold.group(1) or bold.group(2))])
    return blocks


def sections(name):
    """INSTALL.md's sections, which are other ways to the same end: (title, first line, line after the last)."""
    lines = (REPOSITORY / name).read_text(encoding="utf-8").splitlines()
    heads = [number for number, line in enumerate(lines, 1) if line.startswith("#")]
    return [(lines[begin - 1].lstrip("# "), begin, end) for begin, end in zip(heads, heads[1:] + [len(lines) + 1])]


def parts(package):
    """Names for "run", in order."""
    documents = sorted("docs/" + path.name for path in (REPOSITORY / "docs").glob("*.[m17]*"))
    if package:
        return [name for name in documents if name != "docs/architecture.md"]
    return ["README.md"] + ["INSTALL.md:" + title for title, _, _ in sections("INSTALL.md")] + documents


def packages_of(part):
    """Names of the packages that the document says its commands need."""
    text = (REPOSITORY / part.partition(":")[0]).read_text(encoding="utf-8")
    named = re.findall(r"Debian packages? `([^`]+)`|Debian packages?\n\.BR? ([\w-]+)", text)
    return [word for pair in named for names in pair for word in names.split()]


def blocks_of(part):
    """(name of the document, its blocks) of a part."""
    name, _, section = part.partition(":")
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    blocks = of_markdown(text) if name.endswith(".md") else of_manual(text)
    for title, begin, end in sections(name) if section else []:
        if title == section:
            blocks = [block for block in blocks if begin <= block[0].line < end]
    return name, blocks


class Reader:
    """Somebody in the system in the folder root, as "root" or "user", in the folder vmotion-notify of the own home."""

    def __init__(self, root, who):
        self.root, self.is_root = pathlib.Path(root), who == "root"
        self.papers = self.root / "tmp" / "documents"
        self.papers.mkdir()
        self.papers.chmod(0o777)

    def _command(self, *words, root=False, network=True):
        home = "/root" if self.is_root else "/home/learner"
        person = [] if root or self.is_root else ["runuser", "-u", "learner", "--"]
        return [*([] if network else ["unshare", "--net"]), "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + home,
                "TZ=UTC", "LC_ALL=C.UTF-8", "chroot", self.root, *person, *words]

    def install(self, *packages):
        """What a person at a desk has, a screen above all."""
        subprocess.run(self._command("apt-get", "-q", "--no-install-recommends", "install", *packages, root=True),
                       stdout=sys.stderr, check=True)

    def shell(self, text, network=True):
        """Run text in bash."""
        script = self.papers / "script"
        script.write_text(PRELUDE + text, encoding="utf-8")
        subprocess.run(self._command("bash", "/tmp/documents/script", network=network), stdin=subprocess.DEVNULL,
                       stdout=sys.stderr, timeout=1800)

    def run(self, block):
        """Run commands in one shell; return (status, output, messages) of each, None for a status that is not there."""
        text = ""
        for number, command in enumerate(block):
            before = next((more for pattern, more in BEFORE if re.search(pattern, command.text)), "")
            words = (before + "\n" + command.run).lstrip("\n")
            if self.is_root:
                words = re.sub(r"\bsudo ", "", words)  # as INSTALL.md says: as root, or with sudo
            paper = "/tmp/documents/%d" % number
            text += "{ %s\n} >%s.out 2>%s.err </dev/null\necho $? >%s.status\n" % (words, paper, paper, paper)
        self.shell(text, network=not any(command.run.startswith("wireshark ") for command in block))
        return [self._result(number) for number in range(len(block))]

    def _result(self, number):
        def taken(kind):
            path = self.papers / ("%d.%s" % (number, kind))
            text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
            path.unlink(missing_ok=True)
            return text
        return int(taken("status") or -1), taken("out"), taken("err")


def verdict(command, status, output, messages):
    if status != 0:
        return "FAILED %d" % status
    if re.search(r"\bnot found$", messages, re.M):
        return "FAILED: not found"
    if command.expected is not None:
        printed = "".join(line.rstrip() + "\n" for line in output.splitlines())
        if "-e frame.time_delta" in command.text:
            printed = re.sub(r"^1\t\t", "1\t0.000000000\t", printed)  # 4.6 has no such time for the first frame
        if printed != command.expected:
            return "FAILED: prints something else"
    return "ok"


def print_row(name, command, what):
    text = " ".join(command.text.split())
    print("%-26s %4d  %-100s  %s" % (name, command.line, text if len(text) <= 100 else text[:99] + "…", what), flush=True)


def run(root, who, part, package):
    name, blocks = blocks_of(part)
    for command in (command for block in blocks for command in block):
        if package and re.search(FOLDER_ONLY, command.text):
            command.reason = "needs the project's folder"
        if name != "README.md" and command.text == GUI:
            command.reason = "run in README.md"
    reader = Reader(root, who)
    wanted = [command.run for block in blocks for command in block if not command.reason]
    if any(text.startswith("wireshark ") for text in wanted):
        reader.install("xvfb", "xauth", *([] if any("install wireshark" in text for text in wanted) else ["wireshark"]))
    if wanted:
        reader.shell(OWN_FILES)
    if packages_of(part):
        reader.install(*packages_of(part))
    for block in blocks:
        results = iter(reader.run([command for command in block if not command.reason]))
        for command in block:
            if command.reason:
                print_row(name, command, "not run: " + command.reason)
                continue
            status, output, messages = next(results)
            what = verdict(command, status, output, messages)
            print_row(name, command, what)
            print("---- %s:%d %s\n%s\n%s%s" % (name, command.line, what, command.run, output[-4000:], messages[-4000:]),
                  file=sys.stderr, flush=True)


def main(what, *words):
    if what == "parts":
        print(*parts(*words or [""]), sep="\n")
    elif what == "list":
        name, blocks = blocks_of(*words)
        for command in (command for block in blocks for command in block):
            print_row(name, command, command.reason or command.run)
    else:
        run(*words)


if __name__ == "__main__":
    main(*sys.argv[1:])
