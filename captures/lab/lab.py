#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A migration on one machine, and what a switch sees and learns of it.

Two hosts, a switch and a client are network namespaces. A small Linux runs in
QEMU on host A, sends a numbered datagram every few milliseconds, and is
migrated to host B:

    host A              switch               client
    vm0 = brA - up  ==  pA \\
                            br0  pC  ==  eth0 10.50.0.1
    vm0 = brB - up  ==  pB /

The ports pA and pB are captured. What the lab knows by itself it measures
where the machine's own plug is, on vm0 of either host, not on the switch.
README.md walks through it.
"""

import argparse
import contextlib
import datetime
import glob
import json
import lzma
import os
import platform
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

SKIP = 77
MAC = "52:54:00:50:00:01"
GUEST, CLIENT, PORT, VLAN = "10.50.0.2", "10.50.0.1", 5050, 50
MODULES = ["virtio_pci", "virtio_net"]
SO_TIMESTAMPNS = 35
RARP = 0x8035
HERE = os.path.dirname(os.path.abspath(__file__))


class Skip(Exception):
    """The lab cannot run on this machine."""


def run(*command, **options):
    """Run a command; its output is returned, its failure raises with what it said."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode != 0:
        raise RuntimeError("%s: %s" % (" ".join(command), done.stdout.strip() or done.returncode))
    return done.stdout


def say(text):
    print(text, flush=True)


# ---- the guest -------------------------------------------------------------

def kernel_folder(option, cache):
    """A folder with boot/vmlinuz-* and lib/modules: given, installed, or fetched without installing."""
    for folder in [option] if option else ["/", cache]:
        if kernel_in(folder):
            return folder
    if option:
        raise Skip("%s has no boot/vmlinuz-* with modules" % option)
    if not shutil.which("apt-get"):
        raise Skip("no Linux kernel for the guest: name a folder with boot/ and lib/modules/ by --kernel")
    os.makedirs(cache, exist_ok=True)
    try:
        for name in kernel_packages("linux-image-cloud-amd64"):
            run("apt-get", "download", name, cwd=cache)
            package = max(glob.glob(os.path.join(cache, name + "_*.deb")))
            run("dpkg-deb", "-x", package, cache)
            os.remove(package)
    except (RuntimeError, ValueError) as error:
        raise Skip("no Linux kernel for the guest: linux-image-cloud-amd64 is out of reach (%s)" % error)
    if not kernel_in(cache):
        raise RuntimeError("the fetched kernel in %s has no image with modules" % cache)
    return cache


def kernel_packages(name):
    """The packages that a kernel's name stands for; newer Debian has image and modules in two."""
    packages = []
    for found in re.findall(r" Depends: (linux-(?:image|binary|modules)-\S+)", run("apt-cache", "depends", name)):
        packages += [found, *kernel_packages(found)]
    return packages


def modules_of(folder, version):
    """Where a kernel's modules are; newer Debian has them below usr/."""
    for parent in ("lib", "usr/lib"):
        path = os.path.join(folder, parent, "modules", version, "kernel")
        if os.path.isdir(path):
            return path
    return None


def kernel_in(folder):
    """The newest kernel image in a folder that has its modules, with its version, or None."""
    images = {os.path.basename(image)[len("vmlinuz-"):]: image
              for image in glob.glob(os.path.join(folder, "boot/vmlinuz-*"))}
    for image in glob.glob(os.path.join(folder, "usr/lib/modules/*/vmlinuz")):  # newer Debian
        images.setdefault(os.path.basename(os.path.dirname(image)), image)
    for version in sorted(images, reverse=True):
        if modules_of(folder, version):
            return images[version], version
    return None


def module(folder, version, name):
    """A module's bytes, or None when the kernel has it built in."""
    pattern = os.path.join(modules_of(folder, version), "**", name.replace("_", "[-_]") + ".ko*")
    for path in glob.glob(pattern, recursive=True):
        with open(path, "rb") as file:
            data = file.read()
        return lzma.decompress(data) if path.endswith(".xz") else data
    return None


def with_dependencies(folder, version, names, loaded=None):
    """The modules of these names in an order in which they can be loaded: {name: bytes}."""
    loaded = {} if loaded is None else loaded
    for name in names:
        data = None if name in loaded else module(folder, version, name)
        if data:
            needs = re.search(rb"\0depends=([^\0]*)\0", data)
            with_dependencies(folder, version, [need for need in needs[1].decode().split(",") if need], loaded)
            loaded[name] = data
    return loaded


def cpio(members):
    """An initramfs (cpio "newc") of (name, mode, data, rdev) members."""
    out = b""
    for number, (name, mode, data, rdev) in enumerate(members + [("TRAILER!!!", 0, b"", (0, 0))]):
        fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, rdev[0], rdev[1], len(name) + 1, 0)
        head = b"070701" + b"".join(b"%08X" % field for field in fields) + name.encode() + b"\0"
        out += head + b"\0" * (-len(head) % 4) + data + b"\0" * (-len(data) % 4)
    return out


def build_guest(folder, work):
    """Compile the guest's program and pack it with its modules; returns kernel and initramfs."""
    image, version = kernel_in(folder)
    program = os.path.join(work, "init")
    run("gcc", "-static", "-O2", os.path.join(HERE, "guest.c"), "-o", program)
    modules = with_dependencies(folder, version, MODULES).values()
    with open(program, "rb") as file:
        members = [("dev", 0o040755, b"", (0, 0)), ("dev/console", 0o020600, b"", (5, 1)),
                   ("init", 0o100755, file.read(), (0, 0)), ("modules", 0o040755, b"", (0, 0))]
    members += [("modules/%d.ko" % i, 0o100644, data, (0, 0)) for i, data in enumerate(modules)]
    initramfs = os.path.join(work, "initramfs")
    with open(initramfs, "wb") as file:
        file.write(cpio(members))
    return image, initramfs


# ---- observers: run inside a namespace as processes of their own ------------

def announces(frame):
    """Is the frame the machine's own announcement: gratuitous ARP, advertisement or solicitation in IPv6?"""
    ethertype, payload = frame[12:14], frame[14:]
    if ethertype == b"\x08\x06":
        return payload[14:18] == payload[24:28]
    return ethertype == b"\x86\xdd" and payload[6] == 58 and payload[40] in (133, 136)


def observe(interface, path, sink):
    """A line for each frame of the machine that comes in at `interface`: time in ns, EtherType, number, guest's clock,
    1 if it announces the machine.

    RARP is left out: QEMU sends it, not the machine. Number and clock are 0 where the frame is not a datagram of guest.c.
    """
    packets = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    packets.bind((interface, 0))
    packets.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    if sink:  # so that the client does not answer "port unreachable"
        receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        receiver.bind(("", PORT))
    with open(path, "w") as log:
        while True:
            if sink and select.select([receiver], [], [], 0)[0]:
                receiver.recv(2048)
            data, extra, _, address = packets.recvmsg(2048, 64)
            ethertype = int.from_bytes(data[12:14], "big")
            if address[2] == socket.PACKET_OUTGOING or data[6:12] != bytes.fromhex(MAC.replace(":", "")) or ethertype == RARP:
                continue
            found = re.search(rb"vmn-lab (\d+) (\d+)", data)
            number, clock = (int(found[1]), int(found[2])) if found else (0, 0)
            seconds, nanoseconds = struct.unpack("qq", extra[0][2][:16])
            log.write("%d %d %d %d %d\n" % (seconds * 10**9 + nanoseconds, ethertype, number, clock, announces(data)))
            log.flush()


class Seen:
    """One line of an observer."""

    def __init__(self, line):
        self.time, self.ethertype, self.number, self.clock, self.announces = map(int, line.split())


def observations(path):
    with open(path) as file:
        return [Seen(line) for line in file if line.endswith("\n")]


def datagrams(path):
    return [seen for seen in observations(path) if seen.number]


def checksum(octets):
    total = sum(struct.unpack("!%dH" % (len(octets) // 2), octets))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def ask(interval_ms, path):
    """Ask the machine for an echo every few milliseconds. A line for each request, "sent NUMBER TIME", and for each
    answer, "answered NUMBER TIME"."""
    packets = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    identity, due = os.getpid() & 0xFFFF, time.monotonic()
    with open(path, "w") as log:
        for number in range(1, 0x10000):
            words = [8, 0, 0, identity, number]
            words[2] = checksum(struct.pack("!BBHHH", *words) + b"vmn-lab?")
            log.write("sent %d %d\n" % (number, time.time_ns()))
            packets.sendto(struct.pack("!BBHHH", *words) + b"vmn-lab?", (GUEST, 0))
            due += interval_ms / 1000
            while select.select([packets], [], [], max(0, due - time.monotonic()))[0]:
                kind, _, _, of, answered = struct.unpack("!BBHHH", packets.recv(2048)[20:28])
                if (kind, of) == (0, identity):
                    log.write("answered %d %d\n" % (answered, time.time_ns()))
            log.flush()


class Requests:
    """What ask() wrote: when each request was sent, and which were answered."""

    def __init__(self, path):
        with open(path) as file:
            lines = [line.split() for line in file if line.endswith("\n")]
        self.sent = {int(number): int(when) for word, number, when in lines if word == "sent"}
        self.answered = {int(number) for word, number, _ in lines if word == "answered"}

    def unanswered(self, start, end):
        """How many that were sent between these times nobody answered."""
        return sum(start < when <= end for number, when in self.sent.items() if number not in self.answered)


# ---- QEMU --------------------------------------------------------------------

class Qmp:
    """QEMU's control socket."""

    def __init__(self, path, process):
        self.socket = socket.socket(socket.AF_UNIX)
        deadline = time.monotonic() + 30
        while True:
            try:
                self.socket.connect(path)
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("QEMU did not start")
                time.sleep(0.05)
        self.stream = self.socket.makefile("rw")
        self.stream.readline()
        self.ask("qmp_capabilities")

    def ask(self, command, **arguments):
        self.stream.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.stream.flush()
        while True:
            answer = json.loads(self.stream.readline())
            if "error" in answer:
                raise RuntimeError("QEMU: %s: %s" % (command, answer["error"]["desc"]))
            if "return" in answer:
                return answer["return"]


# ---- switches ------------------------------------------------------------------

class LinuxBridge:
    """The switch as a Linux bridge; where the kernel's bridges know VLANs, every port is an access port of VLAN 50."""
    tools = ["bridge"]
    ports = {"A": "pA", "B": "pB"}
    vlan = VLAN

    def __init__(self, lab):
        self.lab = lab

    def build(self):
        ip = self.lab.ip
        bridge = ["link", "add", "name", "br0", "type", "bridge", "stp_state", "0", "mcast_snooping", "0"]
        try:
            ip("switch", *bridge, "vlan_filtering", "1", "vlan_default_pvid", str(VLAN))
        except RuntimeError:
            ip("switch", *bridge)
            self.vlan = None
        for port in ("pA", "pB", "pC"):
            ip("switch", "link", "set", "dev", port, "master", "br0")
        ip("switch", "link", "set", "dev", "br0", "up")

    def table(self):
        return self.lab.inside("switch", "bridge", "fdb", "show", "br", "br0")

    def close(self):
        pass


class OpenVSwitch:
    """The switch as Open vSwitch with its datapath in user space, so that no kernel module is needed."""
    tools = ["ovsdb-tool", "ovsdb-server", "ovs-vswitchd", "ovs-vsctl", "ovs-appctl"]
    ports = {"A": "1", "B": "2"}
    vlan = VLAN

    def __init__(self, lab):
        self.lab = lab
        self.folder = os.path.join(lab.work, "ovs")
        self.database = "unix:" + os.path.join(self.folder, "db.sock")

    def build(self):
        os.mkdir(self.folder)
        os.environ.update(OVS_RUNDIR=self.folder, OVS_LOGDIR=self.folder, OVS_DBDIR=self.folder)
        schema = next((path for path in ("/usr/share/openvswitch/vswitch.ovsschema",
                                         "/usr/local/share/openvswitch/vswitch.ovsschema") if os.path.exists(path)), None)
        if not schema:
            raise Skip("Open vSwitch's vswitch.ovsschema was not found")
        file = os.path.join(self.folder, "conf.db")
        run("ovsdb-tool", "create", file, schema)
        self.lab.start("switch", "ovsdb-server", file, "--remote=p" + self.database, "--unixctl=" + self.folder + "/db.ctl")
        self.lab.start("switch", "ovs-vswitchd", self.database, "--unixctl=" + self.folder + "/sw.ctl")
        command = ["ovs-vsctl", "--timeout=20", "--db=" + self.database, "--no-wait", "init", "--",
                   "add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=netdev"]
        for number, port in enumerate(("pA", "pB", "pC"), 1):
            command += ["--", "add-port", "br0", port, "tag=%d" % VLAN,
                        "--", "set", "interface", port, "ofport_request=%d" % number]
        self.lab.retry(lambda: self.lab.inside("switch", *command))
        self.lab.retry(self.table)

    def table(self):
        return self.lab.inside("switch", "ovs-appctl", "-t", self.folder + "/sw.ctl", "fdb/show", "br0")

    def close(self):
        with contextlib.suppress(RuntimeError):  # removes the bridge's own device as well
            self.lab.inside("switch", "ovs-appctl", "-t", self.folder + "/sw.ctl", "exit", "--cleanup")


SWITCHES = {"bridge": LinuxBridge, "ovs": OpenVSwitch}


# ---- the lab --------------------------------------------------------------------

def copy_live(path, process, target):
    """Copy a capture while it grows, until the process that writes it has ended, or nobody reads any more."""
    with open(path, "rb") as capture, target, contextlib.suppress(BrokenPipeError):
        ended = False
        while not ended:
            ended = process.poll() is not None  # asked before reading: what it wrote last is read, too
            shutil.copyfileobj(capture, target)
            time.sleep(0.05)


def open_live(path):
    """Where the capture goes while it grows, "-": standard output, and then messages go to standard error."""
    if path != "-":
        return open(path, "wb", buffering=0)
    target = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return target


class Lab:
    """Namespaces and processes of one run; everything it made is gone after close()."""

    def __init__(self, options):
        self.options = options
        self.work = tempfile.mkdtemp(prefix="vmn-lab-")
        self.processes = []
        self.namespaces = []
        self.switch = SWITCHES[options.switch](self)

    def name(self, namespace):
        return "vmn-lab-%d-%s" % (os.getpid(), namespace)

    def ip(self, namespace, *words):
        run("ip", "-n", self.name(namespace), *words)

    def inside(self, namespace, *command):
        return run("ip", "netns", "exec", self.name(namespace), *command)

    def start(self, namespace, *command):
        """A process inside a namespace, ended by close(); what it says goes to a log in the work folder."""
        log = open(os.path.join(self.work, "%s.log" % os.path.basename(command[0])), "a")
        process = subprocess.Popen(["ip", "netns", "exec", self.name(namespace), *command],
                                   stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        self.processes.append(process)
        return process

    @staticmethod
    def retry(action, seconds=20):
        deadline = time.monotonic() + seconds
        while True:
            try:
                return action()
            except (RuntimeError, OSError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def wait_for(self, what, condition, seconds):
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise RuntimeError("%s: not within %d s" % (what, seconds))
            time.sleep(0.05)

    # -- building --

    def build_network(self):
        for namespace in ("hostA", "hostB", "switch", "client"):
            run("ip", "netns", "add", self.name(namespace))
            self.namespaces.append(namespace)
            self.inside(namespace, "sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6; "
                                               "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6")
        for port, namespace, plug in (("pA", "hostA", "up"), ("pB", "hostB", "up"), ("pC", "client", "eth0")):
            self.ip("switch", "link", "add", port, "type", "veth", "peer", "name", plug, "netns", self.name(namespace))
            self.ip("switch", "link", "set", "dev", port, "up")
        for namespace in ("hostA", "hostB"):
            self.ip(namespace, "link", "add", "name", "br", "type", "bridge", "stp_state", "0", "mcast_snooping", "0")
            self.ip(namespace, "tuntap", "add", "dev", "vm0", "mode", "tap")
            for plug in ("up", "vm0"):
                self.ip(namespace, "link", "set", "dev", plug, "master", "br")
                self.ip(namespace, "link", "set", "dev", plug, "up")
            self.ip(namespace, "link", "set", "dev", "br", "up")
        self.ip("client", "addr", "add", CLIENT + "/24", "dev", "eth0")
        self.ip("client", "link", "set", "dev", "eth0", "up")
        # that the client's kernel asks for nothing itself
        self.ip("client", "neigh", "replace", GUEST, "lladdr", MAC, "nud", "permanent", "dev", "eth0")
        self.switch.build()

    def watch(self, namespace, interface):
        path = os.path.join(self.work, namespace + ".observed")
        words = ["--observe", interface, path] + (["--sink"] if namespace == "client" else [])
        self.start(namespace, sys.executable, os.path.abspath(__file__), *words)
        self.wait_for("observer on " + namespace, lambda: os.path.exists(path), 10)
        return path

    def ask(self):
        """The client begins to ask; returns the process and what it writes. None of either with --ask 0."""
        if self.options.ask == 0:
            return None, None
        path = os.path.join(self.work, "client.asked")
        process = self.start("client", sys.executable, os.path.abspath(__file__), "--ask-now", str(self.options.ask), path)
        self.wait_for("first answer of the machine", lambda: os.path.exists(path) and Requests(path).answered, 30)
        return process, path

    def capture(self, path):
        process = self.start("switch", "dumpcap", "-q", "-i", "pA", "-i", "pB", "-w", path)
        self.wait_for("capture", lambda: os.path.exists(path) and os.path.getsize(path) > 0, 10)
        if self.options.live:
            threading.Thread(target=copy_live, args=(path, process, self.options.live)).start()
        return process

    def qemu(self, namespace, guest, *more):
        control = os.path.join(self.work, namespace + ".qmp")
        append = "console=ttyS0 quiet panic=1 tsc=reliable lab_address=%s lab_target=%s lab_interval_ms=%d" % (
            GUEST, CLIENT, self.options.interval)
        process = self.start(
            namespace, "qemu-system-x86_64", "-M", "pc", "-accel", self.options.accel, "-m", "96", "-nodefaults",
            "-display", "none", "-no-reboot", "-serial", "file:%s" % os.path.join(self.work, namespace + ".console"),
            "-kernel", guest[0], "-initrd", guest[1], "-append", append,
            "-netdev", "tap,id=n,ifname=vm0,script=no,downscript=no",
            "-device", "virtio-net-pci,netdev=n,mac=%s,romfile=,csum=off,gso=off,guest_csum=off" % MAC,
            "-qmp", "unix:%s,server=on,wait=off" % control, *more)
        return Qmp(control, process)

    # -- running --

    def migrate(self, source):
        self.say_step("migrating the machine from host A to host B")
        source.ask("migrate-set-parameters", **{"downtime-limit": self.options.downtime})
        source.ask("migrate", uri="unix:" + os.path.join(self.work, "migration"))
        answer = {}

        def done():
            answer.update(source.ask("query-migrate"))
            if answer.get("status") == "failed":
                raise RuntimeError("the migration failed: %s" % answer.get("error-desc", ""))
            return answer.get("status") == "completed"

        self.wait_for("migration", done, 120)
        return answer

    def say_step(self, text):
        say("lab: " + text)

    def run(self, guest):
        out = self.options.output
        os.makedirs(out, exist_ok=True)
        self.say_step("two hosts, a switch (%s) and a client, in namespaces" % self.options.switch)
        self.build_network()
        logs = {name: self.watch(name, plug) for name, plug in
                (("hostA", "vm0"), ("hostB", "vm0"), ("client", "eth0"))}
        self.say_step("starting the machine on host A")
        source = self.qemu("hostA", guest)
        self.wait_for("first datagram of the machine", lambda: len(datagrams(logs["client"])) > 20, 180)
        destination = self.qemu("hostB", guest, "-incoming", "unix:" + os.path.join(self.work, "migration"))
        capture_path = os.path.join(self.work, "capture.pcapng")
        asker, requests = self.ask()
        capture = self.capture(capture_path)
        time.sleep(self.options.before)
        before = self.switch.table()
        begin = time.time()
        answer = self.migrate(source)
        task = (begin, time.time())
        time.sleep(self.options.after)
        after = self.switch.table()
        if asker:
            asker.terminate()
            time.sleep(0.3)  # for the last answers
        destination.ask("stop")  # the observers and the capture have all there is
        time.sleep(0.5)
        capture.send_signal(signal.SIGINT)
        capture.wait(20)
        self.save(out, capture_path, before, after, task, {**self.truth(logs, answer), **self.outage(logs, requests)})

    def truth(self, logs, answer):
        """What the lab knows without the switch, from the machine's own plug: its last frame on host A, its first on host B."""
        at_a, at_b = (observations(logs[name]) for name in ("hostA", "hostB"))
        sent_a, sent_b, arrived = (datagrams(logs[name]) for name in ("hostA", "hostB", "client"))
        if not sent_a or not sent_b:
            raise RuntimeError("the machine was not seen on both hosts")
        lost = {seen.number for seen in sent_a + sent_b} - {seen.number for seen in arrived}
        return {
            "mac": MAC, "vlan": self.switch.vlan, "switch": self.options.switch, "interval_ms": self.options.interval,
            "port_before": self.switch.ports["A"], "port_after": self.switch.ports["B"],
            "interface_before": "pA", "interface_after": "pB",
            "last_before_ns": at_a[-1].time, "first_after_ns": at_b[0].time,
            "first_after_ethertype": "0x%04x" % at_b[0].ethertype,
            "silence_us": (at_b[0].time - at_a[-1].time) // 1000,
            "last_datagram_before": sent_a[-1].number, "first_datagram_after": sent_b[0].number,
            "datagram_silence_us": (sent_b[0].time - sent_a[-1].time) // 1000,
            "datagram_silence_guest_us": (sent_b[0].clock - sent_a[-1].clock) // 1000,
            "datagrams_lost": sorted(lost),
            "qemu_downtime_ms": answer.get("downtime"), "qemu_total_ms": answer.get("total-time"),
        }

    def outage(self, logs, requests):
        """How long the machine's traffic was missing, its own announcements apart, and what the client asked meanwhile."""
        at_a, at_b = ([seen.time for seen in observations(logs[name]) if not seen.announces] for name in ("hostA", "hostB"))
        truth = {"silence_traffic_us": (at_b[0] - at_a[-1]) // 1000, "requests": None, "unanswered": None,
                 "requests_unanswered": None}
        if requests:
            asked = Requests(requests)
            truth.update(requests=len(asked.sent), unanswered=asked.unanswered(at_a[-1], at_b[0]),
                         requests_unanswered=len(asked.sent.keys() - asked.answered))
        return truth

    def save(self, out, capture_path, before, after, task, truth):
        shutil.copyfile(capture_path, os.path.join(out, "capture.pcapng"))
        times = [datetime.datetime.fromtimestamp(when, datetime.timezone.utc).isoformat(timespec="microseconds") for when in task]
        for name, text in (("mac-table-before.txt", before), ("mac-table.txt", after),
                           ("tasks.txt", "%s %s migration of the lab's machine\n" % tuple(times)),
                           ("truth.json", json.dumps(truth, indent=1) + "\n")):
            with open(os.path.join(out, name), "w") as file:
                file.write(text)
        self.say_step("silent for %.3f ms (QEMU: %s ms of downtime); datagram %d was sent on host A, %d on host B %.3f ms later" % (
            truth["silence_us"] / 1000, truth["qemu_downtime_ms"], truth["last_datagram_before"],
            truth["first_datagram_after"], truth["datagram_silence_us"] / 1000))
        if truth["requests"]:
            self.say_step("the client asked %d times; %d of its requests in the silence stayed without an answer" % (
                truth["requests"], truth["unanswered"]))
        self.say_step("written to %s: capture.pcapng, mac-table-before.txt, mac-table.txt, tasks.txt, truth.json" % out)

    def close(self):
        with contextlib.suppress(Exception):
            self.switch.close()
        for process in reversed(self.processes):
            process.terminate()
        for process in reversed(self.processes):
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for namespace in self.namespaces:
            with contextlib.suppress(RuntimeError):
                run("ip", "netns", "del", self.name(namespace))
        if self.options.keep:
            say("lab: work folder kept: " + self.work)
        else:
            shutil.rmtree(self.work, ignore_errors=True)


def check_machine(options):
    """Raise Skip with the reason when this machine cannot run the lab."""
    if os.geteuid() != 0:
        raise Skip("needs root, for network namespaces")
    if platform.machine() != "x86_64":
        raise Skip("needs an x86_64 machine, on which the guest's program is compiled")
    packages = {"qemu-system-x86_64": "qemu-system-x86", "ip": "iproute2", "bridge": "iproute2", "gcc": "gcc libc6-dev",
                "ovsdb-tool": "openvswitch-switch", "ovsdb-server": "openvswitch-switch",
                "ovs-vswitchd": "openvswitch-switch", "ovs-vsctl": "openvswitch-switch",
                "ovs-appctl": "openvswitch-switch", "dumpcap": "wireshark-common"}
    for tool in ["qemu-system-x86_64", "ip", "gcc", "dumpcap"] + SWITCHES[options.switch].tools:
        if not shutil.which(tool):
            raise Skip("%s is missing (Debian: %s)" % (tool, packages[tool]))
    probe = "vmn-lab-probe-%d" % os.getpid()
    try:
        run("ip", "netns", "add", probe)
        try:
            # Not in a chroot whose root is no mount point.
            run("ip", "netns", "exec", probe, "sh", "-c", "test -w /proc/sys/net/ipv6/conf/all/disable_ipv6")
        finally:
            run("ip", "netns", "del", probe)
    except RuntimeError as error:
        raise Skip("network namespaces cannot be made here: %s" % error)


def arguments():
    cache = os.path.join(os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")), "vmotion-notify-lab")
    parser = argparse.ArgumentParser(description="Migrate a small machine between two hosts and capture it on the switch.")
    parser.add_argument("-o", "--output", default="lab-result", help="folder for the results (default: lab-result)")
    parser.add_argument("--switch", choices=sorted(SWITCHES), default="bridge", help="kind of switch (default: bridge)")
    parser.add_argument("--interval", type=int, default=10, help="ms between two datagrams (default: 10)")
    parser.add_argument("--ask", type=int, default=10, help="ms between two echo requests of the client, 0: none (default: 10)")
    parser.add_argument("--before", type=float, default=1.0, help="seconds captured before the migration")
    parser.add_argument("--after", type=float, default=2.0, help="seconds captured after it")
    parser.add_argument("--downtime", type=int, default=300, help="downtime in ms that QEMU may allow itself")
    parser.add_argument("--live", metavar="FILE", help="write the capture here, too, while it grows; -: standard output")
    parser.add_argument("--accel", default="tcg", help="QEMU accelerator (default: tcg, software emulation)")
    parser.add_argument("--kernel", help="folder with boot/vmlinuz-* and lib/modules for the guest")
    parser.add_argument("--cache", default=cache, help="where a fetched kernel is kept (default: %(default)s)")
    parser.add_argument("--keep", action="store_true", help="keep the work folder with the logs")
    parser.add_argument("--observe", nargs=2, metavar=("INTERFACE", "FILE"), help=argparse.SUPPRESS)
    parser.add_argument("--ask-now", nargs=2, metavar=("MS", "FILE"), help=argparse.SUPPRESS)
    parser.add_argument("--sink", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    options = arguments()
    if options.observe:
        observe(*options.observe, options.sink)
    if options.ask_now:
        ask(int(options.ask_now[0]), options.ask_now[1])
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    lab = None
    try:
        check_machine(options)
        options.live = options.live and open_live(options.live)
        folder = kernel_folder(options.kernel, options.cache)
        lab = Lab(options)
        lab.run(build_guest(folder, lab.work))
        return 0
    except Skip as reason:
        print("lab: skipped: %s" % reason, file=sys.stderr)
        return SKIP
    except (RuntimeError, OSError, subprocess.TimeoutExpired) as error:
        print("lab: %s" % error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        if lab:
            lab.close()


if __name__ == "__main__":
    sys.exit(main())
