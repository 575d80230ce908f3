/* fuzz_mactable.c
 * libFuzzer entry: any bytes as a switch's MAC table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mactable.h"
#include "replay.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *message;
    vmn_mactable *table = vmn_mactable_parse((const char *)data, size, "fuzz", &message);

    if (!table && !message)
        abort(); /* an empty table must be explained */
    for (unsigned i = 0; table && i < vmn_mactable_size(table); i++) {
        const vmn_mac_entry *entry = vmn_mactable_entry(table, i);
        unsigned n;
        const vmn_mac_entry *found = vmn_mactable_find(table, entry->mac, &n);
        if (!found || entry < found || entry >= found + n || entry->port[0] == '\0' ||
            !g_utf8_validate(entry->port, -1, NULL) || !g_utf8_validate(entry->vlan_name, -1, NULL))
            abort();
        replay_say("%d %d %u %s %s %s %u", entry->fixed, entry->remote, entry->vlan,
                   entry->vlan_name, entry->port, entry->vtep, entry->line);
    }
    replay_say("%s", message ? message : "");
    vmn_mactable_free(table);
    g_free(message);
    return 0;
}
