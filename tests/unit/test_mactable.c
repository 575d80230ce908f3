/* test_mactable.c
 * The reader for switches' MAC tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Takes the source folder from the environment variable VMN_SOURCE_DIR (default ".").
 */
#include "mactable.h"

#include <glib/gstdio.h>
#include <string.h>

static const uint8_t ESXI[6] = {0x00, 0x50, 0x56, 0x60, 0xe5, 0xed};
static const uint8_t GUEST[6] = {0x00, 0x0c, 0x29, 0xc6, 0x07, 0x20};
static const uint8_t OTHER[6] = {0x2c, 0x54, 0x2d, 0x11, 0x0a, 0x19};
static const uint8_t OWN[6] = {0x2c, 0x54, 0x2d, 0x11, 0x0a, 0xff};

static char *source_path(const char *relative)
{
    const char *root = g_getenv("VMN_SOURCE_DIR");

    return g_build_filename(root ? root : ".", relative, NULL);
}

static vmn_mactable *parse(const char *text, char **message)
{
    return vmn_mactable_parse(text, strlen(text), "table", message);
}

static void test_notations(void)
{
    static const char *const good[] = {"0050.5660.e5ed", "00:50:56:60:e5:ed", "00-50-56-60-E5-ED",
                                       "005056-60e5ed",  "0050-5660-e5ed",    "0050:5660:e5ed",
                                       "00505660e5ed",   "0:50:56:60:e5:ed"};
    static const char *const bad[] = {
        "",
        "0050.5660.e5e",
        "0050.5660.e5edd",
        "00:50:56:60:e5",
        "00:50:56:60:e5:",
        ":00:50:56:60:e5:ed",
        "00:50:56:60:e5:ed:01",
        "00:50-56:60:e5:ed",
        "00::50:56:60:e5:ed",
        "005:056:60e:5ed",
        "0050566:0e5ed",
        "0-50-56-60-e5-ed",
        "0050.5660.e5eg",
        "14:46:08.519875",
        "2022-06-14",
        "fe80::1",
    };
    uint8_t mac[6];

    for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
        memset(mac, 0xAA, sizeof mac);
        g_test_message("%s", good[i]);
        g_assert_true(vmn_mac_parse(good[i], strlen(good[i]), mac));
        g_assert_true(memcmp(mac, ESXI, sizeof mac) == 0);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_test_message("%s", bad[i]);
        g_assert_false(vmn_mac_parse(bad[i], strlen(bad[i]), mac));
    }
}

/* One of a sample's entries; entries of one MAC are asked for in order. */
typedef struct {
    const char *file;
    unsigned entries; /* in the whole file */
    struct {
        const uint8_t *mac;
        unsigned nth, vlan;
        bool fixed;
        const char *vlan_name, *port;
        const char *vtep; /* NULL: not learned from afar; "": it is not told where */
    } rows[6];
} sample;

static const sample samples[] = {
    {"cisco-ios.txt",
     7,
     {{ESXI, 0, 50, false, "50", "Gi0/6", NULL},
      {GUEST, 0, 50, false, "50", "Gi0/6", NULL},
      {ESXI, 1, 60, false, "60", "Po1", NULL},
      {OTHER, 0, 1, false, "1", "Gi0/24", NULL},
      {(const uint8_t *)"\xff\xff\xff\xff\xff\xff", 0, VMN_NO_VLAN, true, "All", "CPU", NULL}}},
    {"cisco-ios-catalyst6500.txt",
     4,
     {{ESXI, 0, 50, false, "50", "Gi1/6", NULL},
      {GUEST, 0, 50, false, "50", "Gi1/6", NULL},
      {OTHER, 0, 1, false, "1", "Po1", NULL},
      {(const uint8_t *)"\x00\x00\x0c\x07\xac\x01", 0, VMN_NO_VLAN, true, "", "Router", NULL}}},
    {"cisco-nxos.txt",
     5,
     {{ESXI, 0, 50, false, "50", "Eth1/6", NULL},
      {GUEST, 0, 50, false, "50", "Eth1/6", NULL},
      {ESXI, 1, 60, false, "60", "vPC Peer-Link(R)", NULL},
      {OTHER, 0, 70, false, "70", "nve1(192.0.2.7)", "192.0.2.7"},
      {(const uint8_t *)"\x2c\x54\x2d\x11\x0a\xff", 0, VMN_NO_VLAN, true, "", "sup-eth1(R)",
       NULL}}},
    {"arista-eos.txt",
     4,
     {{ESXI, 0, 50, false, "50", "Et6", NULL},
      {GUEST, 0, 50, false, "50", "Et6", NULL},
      {ESXI, 1, 60, false, "60", "Vx1", ""},
      {OTHER, 0, 1, true, "1", "Cpu", NULL}}},
    {"junos-els.txt",
     4,
     {{ESXI, 0, 50, false, "v50", "ge-0/0/6.0", NULL},
      {GUEST, 0, 50, false, "v50", "ge-0/0/6.0", NULL},
      {ESXI, 1, 60, false, "v60", "esi.1744", NULL},
      {OTHER, 0, VMN_NO_VLAN, false, "servers", "ae0.0", NULL}}},
    {"junos-ex.txt",
     4,
     {{ESXI, 0, 50, false, "v50", "ge-0/0/6.0", NULL},
      {GUEST, 0, 50, false, "v50", "ge-0/0/6.0", NULL},
      {ESXI, 1, 60, false, "v60", "ae0.0", NULL},
      {OTHER, 0, 50, true, "v50", "Router", NULL}}},
    {"linux-bridge.txt",
     9,
     {{ESXI, 0, 50, false, "50", "veth6", NULL},
      {GUEST, 0, 50, false, "50", "veth6", NULL},
      {ESXI, 1, 60, false, "60", "vxlan0", "192.0.2.7"},
      {ESXI, 2, VMN_NO_VLAN, false, "", "vxlan0", "192.0.2.7"},
      {OTHER, 0, 1, true, "1", "veth6", NULL}}},
    {"openvswitch.txt",
     5,
     {{ESXI, 0, 50, false, "50", "6", NULL},
      {GUEST, 0, 50, false, "50", "6", NULL},
      {ESXI, 1, 60, false, "60", "1", NULL},
      {OTHER, 0, 0, true, "0", "2", NULL},
      {(const uint8_t *)"\x2c\x54\x2d\x11\x0a\xff", 0, 0, false, "0", "LOCAL", NULL}}},
    {"others.txt",
     7,
     {{ESXI, 0, 50, false, "50", "6", NULL},
      {GUEST, 0, 50, false, "50", "A6", NULL},
      {(const uint8_t *)"\x00\x50\x56\x60\xe5\xe1", 0, 50, false, "50", "GE1/0/6", NULL},
      {(const uint8_t *)"\x00\x50\x56\x60\xe5\xe2", 0, 50, false, "50/-/-", "GE0/0/6", NULL},
      {(const uint8_t *)"\x00\x50\x56\x60\xe5\xe3", 0, 50, false, "50", "1/1/6", NULL}}},
    {"frr.txt",
     5,
     {{ESXI, 0, 50, false, "50", "swp6", NULL},
      {ESXI, 1, VMN_NO_VLAN, false, "", "2001:db8::7", "2001:db8::7"},
      {GUEST, 0, 50, false, "50", "swp6", NULL},
      {OTHER, 0, VMN_NO_VLAN, false, "", "192.0.2.7", "192.0.2.7"},
      {OWN, 0, VMN_NO_VLAN, false, "", "03:2c:54:2d:11:0a:19:00:00:01",
       "03:2c:54:2d:11:0a:19:00:00:01"}}},
    {"cisco-aci-apic.txt",
     3,
     {{ESXI, 0, 50, false, "vlan-50", "eth1/6", NULL},
      {GUEST, 0, 50, false, "vlan-50", "eth1/6", NULL},
      {OTHER, 0, 60, false, "vlan-60", "vpc leaf1-2-esx", NULL}}},
    {"cisco-aci-leaf.txt",
     3,
     {{ESXI, 0, 50, false, "vlan-50", "eth1/6", NULL},
      {GUEST, 0, 50, false, "vlan-50", "eth1/6", NULL},
      {OTHER, 0, VMN_NO_VLAN, false, "vxlan-16744306", "tunnel9", ""}}},
    {"mikrotik.txt",
     7,
     {{ESXI, 0, 50, false, "50", "ether6", NULL},
      {ESXI, 1, 60, false, "60", "vxlan1", ""},
      {GUEST, 0, 50, false, "50", "ether6", NULL},
      {OTHER, 0, VMN_NO_VLAN, false, "", "sfp-sfpplus1", NULL},
      {OWN, 0, VMN_NO_VLAN, true, "", "bridge1", NULL},
      {(const uint8_t *)"\x2c\x54\x2d\x11\x0a\xfe", 0, 1, true, "1", "ether2", NULL}}},
    {"vpp.txt",
     4,
     {{ESXI, 0, VMN_NO_VLAN, false, "", "GigabitEthernet0/8/0.50", NULL},
      {GUEST, 0, VMN_NO_VLAN, false, "", "GigabitEthernet0/8/0.50", NULL},
      {OTHER, 0, VMN_NO_VLAN, false, "", "vxlan_tunnel0", ""},
      {OWN, 0, VMN_NO_VLAN, true, "", "bvi0", NULL}}},
    {"sonic.txt",
     4,
     {{ESXI, 0, 50, false, "50", "Ethernet6", NULL},
      {GUEST, 0, 50, false, "50", "Ethernet6", NULL},
      {OTHER, 0, 60, true, "60", "PortChannel0002", NULL},
      {OWN, 0, 60, true, "60", "VxLAN DIP: 192.0.2.7", "192.0.2.7"}}},
    {"sonic-remotemac.txt",
     3,
     {{ESXI, 0, 50, false, "Vlan50", "192.0.2.6", "192.0.2.6"},
      {GUEST, 0, 50, false, "Vlan50", "192.0.2.6", "192.0.2.6"},
      {OTHER, 0, 60, true, "Vlan60", "192.0.2.7", "192.0.2.7"}}},
    {"cumulus-nvue.txt",
     8,
     {{ESXI, 0, 50, false, "50", "swp6", NULL},
      {OTHER, 0, 60, false, "60", "vxlan48", "192.0.2.7"},
      {OTHER, 1, VMN_NO_VLAN, false, "", "vxlan48", "192.0.2.7"},
      {OWN, 0, VMN_NO_VLAN, true, "", "vxlan48", NULL},
      {(const uint8_t *)"\x2c\x54\x2d\x11\x0a\x20", 0, 60, false, "60", "bond2", NULL},
      {(const uint8_t *)"\x2c\x54\x2d\x11\x0a\x21", 0, 60, false, "60", "vxlan48", "192.0.2.8"}}},
    {"srlinux.txt",
     4,
     {{ESXI, 0, VMN_NO_VLAN, false, "", "ethernet-1/6.50", NULL},
      {GUEST, 0, VMN_NO_VLAN, false, "", "ethernet-1/6.50", NULL},
      {OTHER, 0, VMN_NO_VLAN, false, "", "vxlan-interface:vxlan1.50", "192.0.2.7"},
      {OWN, 0, VMN_NO_VLAN, false, "", "irb-interface", NULL}}},
    {"nokia-sros.txt",
     4,
     {{ESXI, 0, 50, false, "50", "sap:1/1/6:50", NULL},
      {GUEST, 0, 50, false, "50", "sap:1/1/6:50", NULL},
      {OTHER, 0, VMN_NO_VLAN, false, "", "vxlan-1:192.0.2.7:1050", "192.0.2.7:1050"},
      {OWN, 0, VMN_NO_VLAN, false, "", "sdp:2:1050", ""}}},
    {"huawei.txt",
     4,
     {{ESXI, 0, 50, false, "50/-/-", "10GE1/0/6", NULL},
      {GUEST, 0, 50, false, "50/-/-", "10GE1/0/6", NULL},
      {OTHER, 0, VMN_NO_VLAN, false, "-/-/60", "192.0.2.7", "192.0.2.7"},
      {OWN, 0, 50, true, "50/-/-", "Eth-Trunk1", NULL}}},
    {"h3c.txt",
     4,
     {{ESXI, 0, 50, false, "50", "XGE1/0/6", NULL},
      {GUEST, 0, 50, false, "50", "XGE1/0/6", NULL},
      {OTHER, 0, VMN_NO_VLAN, false, "vpn60", "Tunnel1", ""},
      {OWN, 0, 50, true, "50", "BAGG100", NULL}}},
    {"aruba-cx.txt",
     4,
     {{ESXI, 0, 50, false, "50", "1/1/6", NULL},
      {GUEST, 0, 50, false, "50", "1/1/6", NULL},
      {OTHER, 0, 60, false, "60", "vxlan1(192.0.2.7)", "192.0.2.7"},
      {OWN, 0, 60, false, "60", "lag100", NULL}}},
    {"dell-os10.txt",
     5,
     {{ESXI, 0, 50, false, "50", "ethernet1/1/6", NULL},
      {GUEST, 0, 50, false, "50", "ethernet1/1/6", NULL},
      {OTHER, 0, VMN_NO_VLAN, false, "", "VxLAN(192.0.2.7)", "192.0.2.7"},
      {OWN, 0, 60, true, "60", "port-channel1", NULL},
      {(const uint8_t *)"\x2c\x54\x2d\x11\x0a\x20", 0, 60, false, "60", "ethernet1/1/31:1", NULL}}},
    {"esxi.txt",
     3,
     {{ESXI, 0, 50, false, "50", "67108886", NULL},
      {GUEST, 0, 50, false, "50", "67108886", NULL},
      {OTHER, 0, 0, true, "0", "2214592520", NULL}}},
};

static void test_sample(gconstpointer data)
{
    const sample *s = data;
    char *relative = g_build_filename("tests", "samples", "mac-tables", s->file, NULL);
    char *path = source_path(relative), *message;
    vmn_mactable *table = vmn_mactable_read(path, &message);

    g_assert_null(message);
    g_assert_nonnull(table);
    g_assert_cmpuint(vmn_mactable_size(table), ==, s->entries);
    for (size_t i = 0; i < G_N_ELEMENTS(s->rows) && s->rows[i].mac; i++) {
        unsigned n;
        const vmn_mac_entry *e = vmn_mactable_find(table, s->rows[i].mac, &n);
        g_test_message("row %zu", i);
        g_assert_cmpuint(n, >, s->rows[i].nth);
        e += s->rows[i].nth;
        g_assert_cmpstr(e->port, ==, s->rows[i].port);
        g_assert_cmpuint(e->vlan, ==, s->rows[i].vlan);
        g_assert_cmpstr(e->vlan_name, ==, s->rows[i].vlan_name);
        g_assert_cmpint(e->fixed, ==, s->rows[i].fixed);
        g_assert_cmpint(e->remote, ==, s->rows[i].vtep != NULL);
        g_assert_cmpstr(e->vtep, ==, s->rows[i].vtep ? s->rows[i].vtep : "");
    }
    vmn_mactable_free(table);
    g_free(path);
    g_free(relative);
}

/* The reference case's table, remarks in brackets included. */
static void test_reference(void)
{
    char *path = source_path("captures/nested-esxi-mac-table.txt"), *message;
    vmn_mactable *table = vmn_mactable_read(path, &message);

    g_assert_null(message);
    g_assert_cmpuint(vmn_mactable_size(table), ==, 2);
    for (unsigned i = 0; i < 2; i++) {
        const vmn_mac_entry *e = vmn_mactable_best(table, i ? GUEST : ESXI, VMN_NO_VLAN);
        g_assert_cmpstr(e->port, ==, "Gi0/6");
        g_assert_cmpuint(e->vlan, ==, 50);
        g_assert_cmpuint(e->line, ==, i ? 3 : 2);
    }
    g_assert_null(vmn_mactable_best(table, OTHER, VMN_NO_VLAN));
    vmn_mactable_free(table);
    g_free(path);
}

static void test_best(void)
{
    char *message;
    vmn_mactable *table = parse("10 0050.5660.e5ed STATIC Gi0/1\n"
                                "20 0050.5660.e5ed DYNAMIC Gi0/2\n"
                                "30 0050.5660.e5ed DYNAMIC Gi0/3\n",
                                &message);

    g_assert_null(message);
    g_assert_cmpstr(vmn_mactable_best(table, ESXI, VMN_NO_VLAN)->port, ==, "Gi0/2");
    g_assert_cmpstr(vmn_mactable_best(table, ESXI, 10)->port, ==, "Gi0/1");
    g_assert_cmpstr(vmn_mactable_best(table, ESXI, 30)->port, ==, "Gi0/3");
    g_assert_cmpstr(vmn_mactable_best(table, ESXI, 99)->port, ==, "Gi0/2");
    vmn_mactable_free(table);
}

/* Tables that lost their blanks or their heading on the way, and sentences that look like one. */
static void test_columns(void)
{
    static const struct {
        const char *text, *vlan, *port;
        bool remote;
    } cases[] = {
        {"MAC Type Intf/Remote VTEP VLAN Seq #'s\n0050.5660.e5ed remote 192.0.2.7 1/0\n", "",
         "192.0.2.7", true},
        {"MAC Type Intf/Remote VTEP VLAN Seq #'s\n0050.5660.e5ed local swp6 50 1/0\n", "50", "swp6",
         false},
        {"0050.5660.e5ed remote X 2001:db8::7 1/0\n", "", "2001:db8::7", true},
        {"MAC VLAN VNI PortID Age Type\n00:50:56:60:e5:ed 50 0 67108886 2 Dynamic\n", "50",
         "67108886", false},
        {"00:50:56:60:e5:ed 1 6 0/1 3 - - - GigabitEthernet0/8/0.50\n", "1",
         "GigabitEthernet0/8/0.50", false},
        {"MAC table of VLAN 7 and port 3\n50 0050.5660.e5ed DYNAMIC Gi0/6\n", "50", "Gi0/6", false},
        {"Port: MAC and VLAN\n50 0050.5660.e5ed DYNAMIC Te 0/6\n", "50", "Te 0/6", false},
        {"MAC              Port     VLAN\n  0050.5660.e5ed A6   50\n", "50", "A6", false},
        {"Topology  Mac Address     Prod   Flags  Seq No  Next-Hops\n"
         "--------- --------------- ------ ------ ------- ---------------------------\n"
         "50        0050.5660.e5ed  BGP    Rcv    0       192.0.2.7 (Label: 10050)\n",
         "50", "192.0.2.7", true},
        {"MAC Address    EVI   BD    ESI                      Ether Tag  Next Hop(s)\n"
         "-------------- ----- ----- ------------------------ ---------- ---------------\n"
         "0050.5660.e5ed 50    50    0000.0000.0000.0000.0000 0          192.0.2.7\n",
         "", "192.0.2.7", true},
        {"VLAN  DomainId  MAC address        Active source      Timestamp        IP address\n"
         "      10050     00:50:56:60:e5:ed  192.0.2.7          Jun 14 14:46:08  192.0.2.21\n",
         "", "192.0.2.7", true},
        {"VLAN      Master  Interface  MAC                TunnelDest  State      Flags\n"
         "--------  ------  ---------  -----------------  ----------  ---------  ----------\n"
         "50        bridge  vxlan50    00:50:56:60:e5:ed  192.0.2.7              offload\n",
         "50", "vxlan50", true},
        {"MAC                  VLAN Name( Tag)  Age  Flags    Port / Virtual Port List\n"
         "-----------------------------------------------------------------------\n"
         "00:50:56:60:e5:ed       servers(0050) 0041  d m D    1:3, 1:45\n",
         "servers(0050)", "1:3,1:45", false},
        {"Interface  VLAN  MAC             Node\nGi0/6      50    0050.5660.e5ed  101\n", "50",
         "Gi0/6", false},
        {"VLAN  MAC             Ports\n50    0050.5660.e5ed  Gi0/6 (x)\nsw1#show arp\n"
         "50 0050.5660.e5ed  Gi0/7\n",
         "50", "Gi0/6", false},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *message;
        vmn_mactable *table = parse(cases[i].text, &message);
        g_test_message("%s", cases[i].text);
        g_assert_null(message);
        const vmn_mac_entry *e = vmn_mactable_best(table, ESXI, VMN_NO_VLAN);
        g_assert_cmpstr(e->port, ==, cases[i].port);
        g_assert_cmpstr(e->vlan_name, ==, cases[i].vlan);
        g_assert_cmpint(e->remote, ==, cases[i].remote);
        vmn_mactable_free(table);
    }
}

/* A terminal's log as people save it: carriage returns, page breaks with escapes, prompts, log
 * messages. */
static void test_terminal_log(void)
{
    static const char text[] =
        "\xef\xbb\xbfsw1#show mac address-table address 0050.5660.e5ed\r\n"
        "Vlan    Mac Address       Type        Ports\r\n"
        "%SW_MATM-4-MACFLAP_NOTIF: Host 000c.29c6.0720 in vlan 50 is flapping between port Gi0/6 "
        "and "
        "port Gi0/7\r\n"
        "*Jun 14 05:46:08.520: %SW_MATM-4-MACFLAP_NOTIF: Host 000c.29c6.0720 in vlan 50\r\n"
        " --More-- \x1b[K\b\b\b\b\b\b  50    0050.5660.e5ed    DYNAMIC     Gi0/6\r\n"
        "sw1#";
    char *message;
    vmn_mactable *table = vmn_mactable_parse(text, sizeof text - 1, "log", &message);

    g_assert_null(message);
    g_assert_cmpuint(vmn_mactable_size(table), ==, 1);
    g_assert_cmpstr(vmn_mactable_best(table, ESXI, 50)->port, ==, "Gi0/6");
    g_assert_cmpuint(vmn_mactable_entry(table, 0)->line, ==, 5);
    vmn_mactable_free(table);
}

static void test_utf16(void)
{
    static const char text[] = " 50 0050.5660.e5ed DYNAMIC Gi0/6\r\n";
    GString *wide = g_string_new_len("\xff\xfe", 2);
    char *message;

    for (const char *c = text; *c; c++) {
        g_string_append_c(wide, *c);
        g_string_append_c(wide, '\0');
    }
    vmn_mactable *table = vmn_mactable_parse(wide->str, wide->len, "wide", &message);
    g_assert_null(message);
    g_assert_cmpstr(vmn_mactable_best(table, ESXI, 50)->port, ==, "Gi0/6");
    vmn_mactable_free(table);
    g_string_free(wide, TRUE);
}

/* What cannot be read is named by file and line; the rest is read. */
static void test_messages(void)
{
    static const struct {
        const char *text, *message;
        unsigned entries;
    } cases[] = {
        {"", "table: no line with a MAC address and a port", 0},
        {"\n\nVlan Mac Address Type Ports\n", "table: no line with a MAC address and a port", 0},
        {"50 0050.5660.e5ed DYNAMIC\n", "table:1: no port for MAC 00:50:56:60:e5:ed", 0},
        {"50 0050.5660.e5ed DYNAMIC Gi0/6\n50 000c.29c6.072 DYNAMIC Gi0/6\n",
         "table:2: \"000c.29c6.072\" is not a MAC address", 1},
        {"50 0050.5660.e5ed DYNAMIC\n50 000c.29c6.0720 DYNAMIC Gi0/6\n50 000c.29c6.0721\n",
         "table:1: no port for MAC 00:50:56:60:e5:ed (and 1 more line)", 1},
        {"MAC             VLAN  Port   Seq\n0050.5660.e5ed  50           1/0\n",
         "table:2: no port for MAC 00:50:56:60:e5:ed", 0},
        {"MAC: 0050.5660.e5ed\n Remote VTEP: 192.0.2.7\n",
         "table:1: no port for MAC 00:50:56:60:e5:ed", 0},
        {"0050.5660.e5ed\n0050.5660.e5ed\n0050.5660.e5ed\n",
         "table:1: no port for MAC 00:50:56:60:e5:ed (and 2 more lines)", 0},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *message;
        vmn_mactable *table = parse(cases[i].text, &message);
        g_assert_cmpstr(message, ==, cases[i].message);
        g_assert_cmpuint(table ? vmn_mactable_size(table) : 0, ==, cases[i].entries);
        vmn_mactable_free(table);
        g_free(message);
    }
}

static void test_files(void)
{
    char *folder = g_dir_make_tmp("vmn-mactable-XXXXXX", NULL), *message;
    char *path = g_build_filename(folder, "table.txt", NULL);

    g_assert_null(vmn_mactable_read(path, &message));
    g_assert_nonnull(strstr(message, "table.txt"));
    g_free(message);
    g_assert_null(vmn_mactable_read(folder, &message));
    g_assert_true(g_str_has_suffix(message, ": not a file"));
    g_free(message);
    g_assert_true(vmn_mactable_changed(NULL, path));

    g_assert_true(g_file_set_contents(path, "50 0050.5660.e5ed DYNAMIC Gi0/6\n", -1, NULL));
    vmn_mactable *table = vmn_mactable_read(path, &message);
    g_assert_null(message);
    g_assert_false(vmn_mactable_changed(table, path));
    g_assert_true(vmn_mactable_changed(table, folder));
    g_assert_true(g_file_set_contents(path, "50 0050.5660.e5ed DYNAMIC Gi0/16\n", -1, NULL));
    g_assert_true(vmn_mactable_changed(table, path));
    vmn_mactable_free(table);
    g_assert_cmpint(g_remove(path), ==, 0);
    g_assert_cmpint(g_rmdir(folder), ==, 0);
    g_free(path);
    g_free(folder);
}

/* Bytes of any kind: endless words, NULs, broken UTF-8, a million words on a line. */
static void test_rubbish(void)
{
    GString *text = g_string_new("50 0050.5660.e5ed DYNAMIC Gi0/6");
    char *message;

    g_string_append_c(text, '\0');
    g_string_append(text, "\xff\xfe\n");
    for (unsigned i = 0; i < 1000000; i++)
        g_string_append_c(text, 'x');
    g_string_append(text, " 000c.29c6.0720 Gi0/\xc3\xff"
                          "6\n");
    for (unsigned i = 0; i < 1000000; i++)
        g_string_append(text, "x ");
    vmn_mactable *table = vmn_mactable_parse(text->str, text->len, "rubbish", &message);
    g_assert_null(message);
    g_assert_cmpuint(vmn_mactable_size(table), ==, 2);
    g_assert_cmpstr(vmn_mactable_best(table, ESXI, 50)->port, ==, "Gi0/6");
    g_assert_true(g_utf8_validate(vmn_mactable_best(table, GUEST, VMN_NO_VLAN)->port, -1, NULL));
    vmn_mactable_free(table);
    g_string_free(text, TRUE);
}

/* A million lines are all taken. */
static void test_large(void)
{
    const unsigned lines = 1000000;
    GString *text = g_string_sized_new(lines * 50u);
    char *message;

    for (unsigned i = 0; i < lines; i++)
        g_string_append_printf(text, "%4u    02%02x.%04x.%04x    DYNAMIC     Gi%u/0/%u\n",
                               i % 4094 + 1, i % 256, (i * 40503u) & 0xFFFF, i >> 16, i % 8,
                               i % 48);
    vmn_mactable *table = vmn_mactable_parse(text->str, text->len, "large", &message);
    g_assert_null(message);
    g_assert_cmpuint(vmn_mactable_size(table), ==, lines);
    vmn_mactable_free(table);
    g_string_free(text, TRUE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mactable/notations", test_notations);
    for (size_t i = 0; i < G_N_ELEMENTS(samples); i++) {
        char *name = g_strdup_printf("/mactable/sample/%s", samples[i].file);
        g_test_add_data_func(name, &samples[i], test_sample);
        g_free(name);
    }
    g_test_add_func("/mactable/reference", test_reference);
    g_test_add_func("/mactable/best", test_best);
    g_test_add_func("/mactable/columns", test_columns);
    g_test_add_func("/mactable/terminal-log", test_terminal_log);
    g_test_add_func("/mactable/utf16", test_utf16);
    g_test_add_func("/mactable/messages", test_messages);
    g_test_add_func("/mactable/files", test_files);
    g_test_add_func("/mactable/rubbish", test_rubbish);
    g_test_add_func("/mactable/large", test_large);
    return g_test_run();
}
