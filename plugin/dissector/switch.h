/* switch.h
 * What the switch learned: the MAC table that the preference mac_table names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The file is read when a capture is opened or reloaded, and not again until
 * it has changed. Without the preference nothing is done anywhere.
 */
#ifndef VMN_SWITCH_H
#define VMN_SWITCH_H

#include "engine.h"
#include "mactable.h"

/* Register the preference mac_table with the protocol's module. Once. */
struct pref_module;
void vmn_switch_register(struct pref_module *module);

/* The file's name as the preference has it; NULL where none is named. */
const char *vmn_switch_file(void);

/* Whether a table was named and could be read. */
bool vmn_switch_is_known(void);

/* The table's entry for a MAC that was announced in these VLANs, outermost first: the one of the
 * innermost VLAN where there is one, else the MAC's first. NULL when the MAC is not in the table,
 * or there is no table. */
const vmn_mac_entry *vmn_switch_find(const uint8_t mac[6], const uint16_t *vlans, unsigned n_vlans);

/* How many entries the table has for a MAC. */
unsigned vmn_switch_count(const uint8_t mac[6]);

/* Whether two MACs share a port of the table. One tunnel leads to many switches: behind it, the
 * same port is the same place only where the far end is the same, too. */
typedef enum { VMN_PORT_UNKNOWN = 0, VMN_PORT_SAME, VMN_PORT_OTHER } vmn_port_answer;
vmn_port_answer vmn_switch_same_port(const uint8_t mac[6], const uint8_t other[6]);

/* The entry's place in words: "Gi0/6"; "Vx1 (VTEP 192.0.2.7)" for one that was learned from the
 * far end of a tunnel, where the port does not say it. Caller frees it with g_free(). */
char *vmn_switch_place(const vmn_mac_entry *entry);

#endif
