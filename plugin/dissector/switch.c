/* switch.c
 * What the switch learned: the MAC table that the preference mac_table names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include <string.h>

#include <epan/packet.h>
#include <epan/prefs.h>
#include <wsutil/report_message.h>

#include "switch.h"

static const char *path; /* the preference: NULL or "" when there is none */
static vmn_mactable *table;
static char *said; /* what was last said of the file: not repeated while it stays so */

static void say(char *message)
{
    if (message != NULL && (said == NULL || strcmp(message, said) != 0))
        report_warning("vMotion Notify: MAC table %s", message);
    g_free(said);
    said = message;
}

/* Before a capture is opened or reloaded, and after a preference was changed. */
static void read_table(void)
{
    char *message;

    if (path == NULL || *path == '\0') {
        vmn_mactable_free(table);
        table = NULL;
        say(NULL);
        return;
    }
    if (!vmn_mactable_changed(table, path))
        return;
    vmn_mactable_free(table);
    table = vmn_mactable_read(path, &message);
    say(message);
}

void vmn_switch_register(struct pref_module *module)
{
    prefs_register_filename_preference(
        module, "mac_table", "MAC table of the switch",
        "File with what the switch prints for its MAC table (Cisco, Arista, Junos, Linux \"bridge "
        "fdb show\", Open vSwitch \"fdb/show\", FRR, ESXi and many others); notices are compared "
        "with it",
        &path, false);
    register_init_routine(read_table);
}

const char *vmn_switch_file(void)
{
    return path == NULL || *path == '\0' ? NULL : path;
}

bool vmn_switch_is_known(void)
{
    return table != NULL;
}

const vmn_mac_entry *vmn_switch_find(const uint8_t mac[6], const uint16_t *vlans, unsigned n_vlans)
{
    if (table == NULL)
        return NULL;
    return vmn_mactable_best(table, mac, n_vlans > 0 ? vlans[n_vlans - 1] : VMN_NO_VLAN);
}

unsigned vmn_switch_count(const uint8_t mac[6])
{
    unsigned n = 0;

    if (table != NULL)
        vmn_mactable_find(table, mac, &n);
    return n;
}

/* Whether two entries are of one place. */
static vmn_port_answer same_place(const vmn_mac_entry *entry, const vmn_mac_entry *other)
{
    if (strcmp(entry->port, other->port) != 0)
        return VMN_PORT_OTHER;
    if (!entry->remote || !other->remote)
        return VMN_PORT_SAME;
    if (*entry->vtep == '\0' || *other->vtep == '\0')
        return VMN_PORT_UNKNOWN;
    return strcmp(entry->vtep, other->vtep) == 0 ? VMN_PORT_SAME : VMN_PORT_OTHER;
}

vmn_port_answer vmn_switch_same_port(const uint8_t mac[6], const uint8_t other[6])
{
    unsigned n = 0, n_other = 0, i, j;
    const vmn_mac_entry *entries, *others;
    vmn_port_answer answer = VMN_PORT_UNKNOWN, here;

    if (table == NULL)
        return VMN_PORT_UNKNOWN;
    entries = vmn_mactable_find(table, mac, &n);
    others = vmn_mactable_find(table, other, &n_other);
    for (i = 0; i < n; i++)
        for (j = 0; j < n_other; j++) {
            here = same_place(&entries[i], &others[j]);
            if (here == VMN_PORT_SAME)
                return VMN_PORT_SAME;
            if (here == VMN_PORT_OTHER)
                answer = VMN_PORT_OTHER;
        }
    return answer;
}

char *vmn_switch_place(const vmn_mac_entry *entry)
{
    if (*entry->vtep == '\0' || strstr(entry->port, entry->vtep) != NULL)
        return g_strdup(entry->port);
    return g_strdup_printf("%s (VTEP %s)", entry->port, entry->vtep);
}
