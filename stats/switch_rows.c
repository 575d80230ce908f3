/* switch_rows.c
 * What the switch's MAC table has for an announced MAC, as the statistics print it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "switch_rows.h"

#include "compat.h"

#include <stdio.h>
#include <string.h>

/* The first MAC that one of this MAC's bursts came along with, or that came along with one. */
static const uint8_t *find_companion(const vmn_summary *summary, const vmn_summary_mac *mac)
{
    for (uint32_t i = 0; i < mac->bursts; i++) {
        const vmn_burst *burst = &summary->bursts[summary->mac_bursts[mac->members + i]].burst;
        uint32_t other = burst->companion_of ? burst->companion_of : burst->companion;
        if (other)
            return summary->bursts[other - 1].burst.mac;
    }
    return NULL;
}

static const vmn_mac_entry *find_entry(const vmn_summary *summary, const vmn_summary_mac *mac)
{
    GArray *vlans = vmn_summary_vlans(summary, summary->mac_bursts[mac->members]);
    const vmn_mac_entry *entry =
        vmn_switch_find(mac->mac, (const uint16_t *)(const void *)vlans->data, vlans->len);

    g_array_unref(vlans);
    return entry;
}

static void set_vlan(vmn_switch_answer *answer)
{
    answer->vlan = "   -";
    if (answer->entry && answer->entry->vlan != VMN_NO_VLAN) {
        snprintf(answer->number, sizeof answer->number, "%4u", answer->entry->vlan);
        answer->vlan = answer->number;
    } else if (answer->entry && *answer->entry->vlan_name) {
        answer->vlan = answer->entry->vlan_name;
    }
}

static const char *state_of(const vmn_mac_entry *entry)
{
    if (!vmn_switch_is_known())
        return "no table";
    if (!entry)
        return "not learned";
    return entry->fixed ? "fixed" : "learned";
}

/* What nobody would read from the port alone: the machine is not at this switch. */
static void set_remark(vmn_switch_answer *answer)
{
    const vmn_mac_entry *entry = answer->entry;

    answer->remote = entry && entry->remote;
    answer->vtep = answer->remote && *entry->vtep ? entry->vtep : NULL;
    answer->remark[0] = '\0';
    if (answer->remote)
        snprintf(answer->remark, sizeof answer->remark, "behind another switch%s%s",
                 answer->vtep ? ": VTEP " : "", answer->vtep ? answer->vtep : "");
}

void vmn_switch_of_mac(const vmn_summary *summary, uint32_t i, vmn_switch_answer *answer)
{
    static const char *const same[] = {
        [VMN_PORT_UNKNOWN] = "unknown", [VMN_PORT_SAME] = "yes", [VMN_PORT_OTHER] = "no"};
    const vmn_summary_mac *mac = &summary->macs[i];

    answer->known = vmn_switch_is_known();
    answer->entry = find_entry(summary, mac);
    answer->entries = vmn_switch_count(mac->mac);
    set_vlan(answer);
    answer->port = answer->entry ? answer->entry->port : "-";
    answer->state = state_of(answer->entry);
    set_remark(answer);
    answer->companion = find_companion(summary, mac);
    answer->same =
        answer->companion ? vmn_switch_same_port(mac->mac, answer->companion) : VMN_PORT_UNKNOWN;
    answer->same_port = answer->companion ? same[answer->same] : "-";
}
