/* switch_rows.h
 * What the switch's MAC table has for an announced MAC, as the statistics print it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef VMN_SWITCH_ROWS_H
#define VMN_SWITCH_ROWS_H

#include "summary.h"

#include "mactable.h"
#include "switch.h"

typedef struct {
    bool known;                 /* there is a table */
    const vmn_mac_entry *entry; /* NULL: not in the table, or no table */
    unsigned entries;           /* how many the table has for this MAC */
    const char *vlan;           /* "  50"; the VLAN's name where it has no number; "   -" */
    char number[8];             /* what vlan points to, where it is a number */
    const char *port;           /* "Gi0/6" or "-" */
    const char *state;          /* "learned", "fixed", "not learned", "no table" */
    bool remote;                /* the entry was learned from the far end of a tunnel */
    const char *vtep;           /* that far end, NULL where it is not told */
    char remark[128];           /* "behind another switch: VTEP 192.0.2.7"; "" for none */
    const uint8_t *companion;   /* MAC that came along, of the summary; NULL: none */
    vmn_port_answer same;
    const char *same_port; /* "yes", "no", "unknown"; "-" without companion */
} vmn_switch_answer;

/* What there is to say of summary->macs[mac]. */
void vmn_switch_of_mac(const vmn_summary *summary, uint32_t mac, vmn_switch_answer *answer);

#endif
