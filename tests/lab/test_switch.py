# test_switch.py - the switch's MAC table: preference, fields, expert infos, -z vmotion_notify,switch.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import shutil
import subprocess
import time

import pytest

import tables
from conftest import CAPTURES, TESTS

REFERENCE = "nested-esxi-vmotion"
OUTER, INNER = "00:50:56:60:e5:ed", "00:0c:29:c6:07:20"
REFERENCE_TABLE = (CAPTURES / "nested-esxi-mac-table.txt").read_bytes()
SAMPLES = TESTS / "samples" / "mac-tables"
NOT_LEARNED = "vmotion_notify.expert.not_learned"
COMPANION_PORT = "vmotion_notify.expert.companion_port"


@pytest.fixture
def table(wireshark):
    """Writes a MAC table that tshark may read; returns its path."""
    return lambda octets, name="table.txt": wireshark.write(name, octets)


def frames_with(wireshark, path, filter):
    text = wireshark.tshark(REFERENCE, "-2", "-o", "vmotion_notify.mac_table:%s" % path, "-Y", filter,
                            "-T", "fields", "-e", "vmotion_notify.mac")
    return text.split()


def test_reference(wireshark, table):
    outer, inner = tables.switch(wireshark, REFERENCE, table(REFERENCE_TABLE))
    assert outer == {"MAC": OUTER, "Bursts": "1", "Switch VLAN": "50", "Switch port": "Gi0/6", "Entry": "learned",
                     "Companion MAC": INNER, "Same port": "yes", "Remark": ""}
    assert inner == dict(outer, MAC=INNER, **{"Companion MAC": OUTER})


def test_reference_fields(wireshark, table):
    fields = wireshark.fields(REFERENCE, "vmotion_notify.switch.port", "vmotion_notify.switch.vlan",
                              options=("-o", "vmotion_notify.mac_table:%s" % table(REFERENCE_TABLE)))
    assert fields == [["Gi0/6", "50"]] * 12
    path = table(REFERENCE_TABLE)
    assert frames_with(wireshark, path, NOT_LEARNED + " || " + COMPANION_PORT) == []


def test_without_table(wireshark):
    assert wireshark.fields(REFERENCE, "vmotion_notify.switch.port") == [[""]] * 12
    assert {row["Entry"] for row in tables.switch(wireshark, REFERENCE, None)} == {"no table"}


def test_guest_not_learned(wireshark, table):
    path = table(b"".join(line for line in REFERENCE_TABLE.splitlines(True) if b"0720" not in line))
    outer, inner = tables.switch(wireshark, REFERENCE, path)
    assert outer["Switch port"] == "Gi0/6"
    assert (inner["Entry"], inner["Switch port"], inner["Switch VLAN"]) == ("not learned", "-", "-")
    assert frames_with(wireshark, path, NOT_LEARNED) == [INNER]
    assert frames_with(wireshark, path, COMPANION_PORT) == []


def test_guest_on_another_port(wireshark, table):
    path = table(REFERENCE_TABLE.replace(b"0720    DYNAMIC     Gi0/6", b"0720    DYNAMIC     Gi0/7"))
    outer, inner = tables.switch(wireshark, REFERENCE, path)
    assert (inner["Switch port"], inner["Same port"], outer["Same port"]) == ("Gi0/7", "no", "no")
    assert set(frames_with(wireshark, path, COMPANION_PORT)) == {OUTER, INNER}
    assert frames_with(wireshark, path, NOT_LEARNED) == []


@pytest.mark.parametrize("sample, port", [
    ("cisco-ios", "Gi0/6"), ("cisco-ios-catalyst6500", "Gi1/6"), ("cisco-nxos", "Eth1/6"), ("arista-eos", "Et6"),
    ("junos-els", "ge-0/0/6.0"), ("junos-ex", "ge-0/0/6.0"), ("linux-bridge", "veth6"), ("openvswitch", "6")])
def test_samples(wireshark, table, sample, port):
    path = table((SAMPLES / (sample + ".txt")).read_bytes())
    found = {row["MAC"]: (row["Switch VLAN"], row["Switch port"], row["Same port"])
             for row in tables.switch(wireshark, REFERENCE, path)}
    assert found == {OUTER: ("50", port, "yes"), INNER: ("50", port, "yes")}


@pytest.mark.parametrize("sample, vlan, port", [
    ("frr", "50", "swp6"), ("cisco-aci-apic", "50", "eth1/6"), ("cisco-aci-leaf", "50", "eth1/6"),
    ("mikrotik", "50", "ether6"), ("vpp", "-", "GigabitEthernet0/8/0.50"), ("sonic", "50", "Ethernet6"),
    ("sonic-remotemac", "50", "192.0.2.6"), ("cumulus-nvue", "50", "swp6"), ("srlinux", "-", "ethernet-1/6.50"),
    ("nokia-sros", "50", "sap:1/1/6:50"), ("huawei", "50", "10GE1/0/6"), ("h3c", "50", "XGE1/0/6"),
    ("aruba-cx", "50", "1/1/6"), ("dell-os10", "50", "ethernet1/1/6"), ("esxi", "50", "67108886")])
def test_samples_with_a_heading(wireshark, table, sample, vlan, port):
    path = table((SAMPLES / (sample + ".txt")).read_bytes())
    found = {row["MAC"]: (row["Switch VLAN"], row["Switch port"], row["Same port"])
             for row in tables.switch(wireshark, REFERENCE, path)}
    assert found == {OUTER: (vlan, port, "yes"), INNER: (vlan, port, "yes")}


FRR = b"MAC               Type   Flags Intf/Remote ES/VTEP            VLAN  Seq #'s\n"
BEHIND = "behind another switch: VTEP "


def remote(mac, vtep):
    return b"%s remote       %-36s 1/0\n" % (mac.encode(), vtep.encode())


def test_behind_another_switch(wireshark, table):
    """Both at one VTEP, at two, and the guest learned here: the table's remark and the expert info."""
    octets = FRR + remote(OUTER, "192.0.2.7") + remote(INNER, "192.0.2.7")
    rows = tables.switch(wireshark, REFERENCE, table(octets, "one-vtep.txt"))
    assert [(row["Remark"], row["Entry"], row["Same port"]) for row in rows] == [
        (BEHIND + "192.0.2.7", "learned", "yes")] * 2
    path = table(FRR + remote(OUTER, "192.0.2.7") + remote(INNER, "192.0.2.8"), "two-vteps.txt")
    rows = tables.switch(wireshark, REFERENCE, path)
    assert [(row["Remark"], row["Same port"]) for row in rows] == [
        (BEHIND + "192.0.2.7", "no"), (BEHIND + "192.0.2.8", "no")]
    assert set(frames_with(wireshark, path, COMPANION_PORT)) == {OUTER, INNER}
    path = table(FRR + remote(OUTER, "192.0.2.7") + b"%s local        swp6\n" % INNER.encode(), "here.txt")
    assert [row["Remark"] for row in tables.switch(wireshark, REFERENCE, path)] == [BEHIND + "192.0.2.7", ""]
    assert set(frames_with(wireshark, path, COMPANION_PORT)) == {OUTER, INNER}


def test_one_tunnel_leads_to_many_switches(wireshark, table):
    """The same tunnel port is the same place only where the far end is known to be the same."""
    heading = b"VLAN  Mac Address     Type      Prt  VTEP\n"

    def same(outer, inner):
        path = table(heading + b"  50  %s  EVPN      Vx1  %s\n" % (b"0050.5660.e5ed", outer)
                     + b"  50  %s  EVPN      Vx1  %s\n" % (b"000c.29c6.0720", inner))
        return {row["Same port"] for row in tables.switch(wireshark, REFERENCE, path)}

    assert same(b"192.0.2.7", b"192.0.2.7") == {"yes"}
    assert same(b"192.0.2.7", b"192.0.2.8") == {"no"}
    assert same(b"", b"") == {"unknown"}


def test_remote_in_json(wireshark, table):
    path = table(FRR + remote(OUTER, "192.0.2.7") + b"%s local        swp6\n" % INNER.encode())
    outer, inner = wireshark.json(REFERENCE, "-o", "vmotion_notify.mac_table:%s" % path)["macs"]
    assert (outer["switch"]["remote"], outer["switch"]["vtep"]) == (True, "192.0.2.7")
    assert (inner["switch"]["remote"], inner["switch"]["vtep"]) == (False, None)


def test_entry_of_the_notice_s_vlan(wireshark, table):
    """A MAC that was learned in several VLANs: the entry of the VLAN in which it was announced."""
    octets = b"".join(b"%d 0000.0000.0000 DYNAMIC Gi0/%d\n" % (vlan, vlan) for vlan in (1, 100, 200))
    name = "ovs-bond-balance-slb-failover-members"
    shown = wireshark.fields(name, "vmotion_notify.mac", "vmotion_notify.vlan")
    mac = next(mac for mac, vlan in shown if vlan == "100")
    path = table(octets.replace(b"0000.0000.0000", mac.encode()))
    rows = {row["MAC"]: row for row in tables.switch(wireshark, name, path)}
    assert rows[mac]["Switch port"] == "Gi0/100"
    assert {row["Entry"] for other, row in rows.items() if other != mac} == {"not learned"}


def test_vlan_by_name(wireshark, table):
    """A name that holds no number is shown whole."""
    path = table(REFERENCE_TABLE.replace(b"  50  ", b" servers-of-hall-7 "))
    found = {row["MAC"]: row["Switch VLAN"] for row in tables.switch(wireshark, REFERENCE, path)}
    assert found == {OUTER: "servers-of-hall-7", INNER: "servers-of-hall-7"}


def run_with_table(wireshark, path):
    return wireshark.run(["tshark", "-q", "-r", wireshark.capture(REFERENCE), "-o",
                          "vmotion_notify.mac_table:%s" % path, "-z", "vmotion_notify,switch"])


@pytest.mark.parametrize("octets, said", [
    (b"", "no line with a MAC address and a port"),
    (b"\0\xff" * 1000, "no line with a MAC address and a port"),
    (b"Vlan Mac Ports\n50 0050.5660.e5ed DYNAMIC\n", ":2: no port for MAC 00:50:56:60:e5:ed")])
def test_unreadable(wireshark, table, octets, said):
    """A message names the file (and line), the analysis goes on."""
    path = table(octets, "broken.txt")
    done = run_with_table(wireshark, path)
    assert done.returncode == 0
    assert str(path) in done.stderr and said in done.stderr
    assert len(tables.rows(done.stdout, "vMotion Notify Switch")) == 2


def test_missing_file(wireshark):
    done = run_with_table(wireshark, wireshark.work / "nowhere.txt")
    assert done.returncode == 0 and "nowhere.txt" in done.stderr


def test_bad_line_among_good_ones(wireshark, table):
    done = run_with_table(wireshark, table(REFERENCE_TABLE + b"  50    0050.5660.e5e    DYNAMIC     Gi0/6\n"))
    assert ':4: "0050.5660.e5e" is not a MAC address' in done.stderr
    assert {row["Switch port"] for row in tables.rows(done.stdout, "vMotion Notify Switch")} == {"Gi0/6"}


def test_changed_file_is_read_again(wireshark, table):
    """sharkd opens a file twice in one process; between, the table changes on disk."""
    if not shutil.which("sharkd"):
        pytest.skip("sharkd is not installed")
    path = table(REFERENCE_TABLE, "changing.txt")
    capture = wireshark.capture(REFERENCE)
    process = subprocess.Popen(wireshark.command(["sharkd", "-"]), env=wireshark.environment(), cwd=wireshark.work,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def ask(number, method, params):
        process.stdin.write('{"jsonrpc":"2.0","id":%d,"method":"%s","params":{%s}}\n' % (number, method, params))
        process.stdin.flush()
        line = process.stdout.readline()
        while not line.startswith("{"):
            line = process.stdout.readline()
        return line

    try:
        ask(1, "setconf", '"name":"vmotion_notify.mac_table","value":"%s"' % path)
        ask(2, "load", '"file":"%s"' % capture)
        assert "Gi0/6" in ask(3, "frame", '"frame":1,"proto":true')
        time.sleep(0.02)
        path.write_bytes(REFERENCE_TABLE.replace(b"Gi0/6", b"Gi0/8"))
        ask(4, "load", '"file":"%s"' % capture)
        shown = ask(5, "frame", '"frame":1,"proto":true')
        assert "Gi0/8" in shown and "Gi0/6" not in shown
    finally:
        process.kill()
        process.wait()


# Tables of the real programs, with the reference case's MACs learned from real frames


SETUP = {
    "bridge": """
        ip link add name br0 type bridge
        for port in p5 p6; do
            ip link add name $port type veth peer name peer-$port
            ip link set dev $port master br0 up
            ip link set dev peer-$port up
        done
        ip link set dev br0 up
        sleep 0.2
        SEND
        bridge fdb show""",
    "ovs": """
        export OVS_RUNDIR="$PWD" OVS_LOGDIR="$PWD" OVS_DBDIR="$PWD"
        ovsdb-tool create conf.db /usr/share/openvswitch/vswitch.ovsschema
        ovsdb-server conf.db --remote=punix:db.sock --unixctl="$PWD/db.ctl" --pidfile="$PWD/db.pid" --detach
        ovs-vswitchd "unix:$PWD/db.sock" --unixctl="$PWD/sw.ctl" --pidfile="$PWD/sw.pid" --detach
        trap 'ovs-appctl -t "$PWD/sw.ctl" exit --cleanup; kill $(cat db.pid)' EXIT
        for port in p5 p6; do
            ip link add name $port type veth peer name peer-$port
            ip link set dev $port up
            ip link set dev peer-$port up
        done
        ovs-vsctl --timeout=20 --db="unix:$PWD/db.sock" add-br br0 -- set bridge br0 datapath_type=netdev \\
            -- add-port br0 p5 tag=50 -- set interface p5 ofport_request=5 \\
            -- add-port br0 p6 tag=50 -- set interface p6 ofport_request=6
        sleep 0.2
        SEND
        ovs-appctl -t "$PWD/sw.ctl" fdb/show br0""",
}
SEND = """python3 -c '
import socket
plug = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
plug.bind(("peer-p6", 0))
for mac in ("005056 60e5ed", "000c29 c60720"):
    mac = bytes.fromhex(mac)
    plug.send(b"\\xff" * 6 + mac + bytes.fromhex("8035 0001 0800 0604 0003") + (mac + bytes(4)) * 2 + bytes(18))
'
sleep 0.5"""


@pytest.mark.parametrize("program, tools, port, vlan", [
    ("bridge", ["bridge", "ip", "unshare"], "p6", "-"),
    ("ovs", ["ovs-vswitchd", "ovsdb-server", "ovs-vsctl", "ip", "unshare"], "6", "50")])
def test_real_tables(wireshark, table, tmp_path, program, tools, port, vlan):
    missing = [tool for tool in tools if not shutil.which(tool)]
    if missing or os.geteuid() != 0:
        pytest.skip("needs root" if not missing else "not installed: " + ", ".join(missing))
    if subprocess.run(["unshare", "--net", "true"], capture_output=True).returncode != 0:
        pytest.skip("network namespaces cannot be made here")
    script = "set -e\nexec 3>&1 >/dev/null\n" + SETUP[program].replace("SEND", SEND)
    script = script[:script.rindex("\n")] + "\n" + script[script.rindex("\n"):].strip() + " >&3\n"
    done = subprocess.run(["unshare", "--net", "bash", "-c", script], cwd=tmp_path, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    rows = tables.switch(wireshark, REFERENCE, table(done.stdout))
    assert [(row["Switch port"], row["Switch VLAN"], row["Entry"], row["Same port"]) for row in rows] == [
        (port, vlan, "learned", "yes")] * 2
