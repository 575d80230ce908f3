/* mactable.h
 * Reads the text that a switch prints for its MAC table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * C and GLib only, no Wireshark header.
 *
 * One tolerant reader for many switches: a line is an entry when it holds a
 * MAC address, in any notation, and a port. Where a heading stands above, it says which column is
 * the VLAN and which the port; else what a line says is found by what its words look like:
 *
 *   Cisco IOS      50    0050.5660.e5ed    DYNAMIC     Gi0/6
 *   NX-OS        * 50    0050.5660.e5ed   dynamic  0         F      F    Eth1/6
 *   Arista EOS     50    0050.5660.e5ed    DYNAMIC     Et6        1       0:01:12 ago
 *   Junos          v50   00:50:56:60:e5:ed   D     -   ge-0/0/6.0    0     0
 *   Linux        00:50:56:60:e5:ed dev veth6 vlan 50 master br0
 *   Open vSwitch     6    50  00:50:56:60:e5:ed    3
 *   FRR          00:50:56:60:e5:ed remote       192.0.2.7                 1/0
 *
 * Headings, legends, rules, prompts, echoed commands, log messages and page
 * breaks are skipped. A line with a MAC but no port, or with something that
 * was meant to be a MAC, is named in a message; the rest is still read.
 */
#ifndef VMN_MACTABLE_H
#define VMN_MACTABLE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "macwords.h"

typedef struct vmn_mactable vmn_mactable;

/* One line of a table. The strings are the table's, valid UTF-8. */
typedef struct {
    uint8_t mac[6];
    bool fixed;    /* static, permanent or the switch's own: not learned from traffic */
    bool remote;   /* learned from the far end of a tunnel: the machine is behind another switch */
    uint16_t vlan; /* as printed (0 is Open vSwitch's "no VLAN"), or VMN_NO_VLAN */
    const char *vlan_name; /* what stood in the VLAN's place ("50", "v50", "All"), "" for nothing */
    const char *port; /* "Gi0/6"; never empty. The far end where the table names nothing else */
    const char *vtep; /* that far end's address (or Ethernet segment), "" where it is not told */
    unsigned line;    /* in the text, from 1 */
} vmn_mac_entry;

/*
 * Read the table in file `path`. Returns NULL when the file cannot be read or
 * holds no entry. *message (never NULL itself) is set to what went wrong, naming
 * file and line, or to NULL; it may be set although a table is returned.
 * Caller frees the table with vmn_mactable_free() and the message with g_free().
 */
vmn_mactable *vmn_mactable_read(const char *path, char **message);

/* The same from memory: `len` octets of any kind, `name` for the message. */
vmn_mactable *vmn_mactable_parse(const char *text, size_t len, const char *name, char **message);

void vmn_mactable_free(vmn_mactable *table); /* NULL is allowed */

/* True when the file at `path` is not the one, or no longer as it was, that `table` was read from.
 */
bool vmn_mactable_changed(const vmn_mactable *table, const char *path);

/* Entries, ordered by MAC; of one MAC first the learned ones, then in the order of the text. */
unsigned vmn_mactable_size(const vmn_mactable *table);
const vmn_mac_entry *vmn_mactable_entry(const vmn_mactable *table, unsigned i);

/* All entries of a MAC: the first of *n neighbours, or NULL with *n = 0. */
const vmn_mac_entry *vmn_mactable_find(const vmn_mactable *table, const uint8_t mac[6],
                                       unsigned *n);

/* The entry to show for a MAC that was seen in `vlan` (VMN_NO_VLAN: untagged or unknown): the
 * one of that VLAN if there is one, else the MAC's first; NULL when the MAC is not in the table. */
const vmn_mac_entry *vmn_mactable_best(const vmn_mactable *table, const uint8_t mac[6],
                                       uint16_t vlan);

#endif
