/* store.c
 * Records, rounds, bursts, MACs and streams.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "store.h"

#include <string.h>

guint vmn_hash_key(gconstpointer key)
{
    uint64_t x = *(const uint64_t *)key * UINT64_C(0x9E3779B97F4A7C15);

    return (guint)(x >> 32);
}

gboolean vmn_equal_key(gconstpointer a, gconstpointer b)
{
    return *(const uint64_t *)a == *(const uint64_t *)b;
}

void vmn_make_room(GArray *array, uint32_t i)
{
    if (i >= array->len)
        g_array_set_size(array, i == 0 ? VMN_FEW : i + VMN_MORE);
}

uint64_t vmn_key_of(const uint8_t *address)
{
    uint64_t key = 0;

    memcpy(&key, address, 6);
    return GUINT64_FROM_LE(key);
}

vmn_mac *vmn_get_mac(vmn_engine *e, const uint8_t *address, const uint8_t *asker, bool create)
{
    uint64_t key = vmn_key_of(address);
    vmn_mac *mac;

    if (asker != NULL) /* an address has 48 bits: no other key is that large */
        key = (key * UINT64_C(0x9E3779B97F4A7C15) ^ vmn_key_of(asker)) | UINT64_C(1) << 63;
    mac = g_hash_table_lookup(e->macs, &key);
    if (mac == NULL && create) {
        mac = g_new0(vmn_mac, 1);
        mac->key = key;
        mac->latest = INT64_MIN;
        mac->id = e->mac_list->len;
        memcpy(mac->address, address, 6);
        g_ptr_array_add(e->mac_list, mac);
        g_hash_table_add(e->macs, mac);
    }
    return mac;
}

vmn_stream *vmn_new_stream(vmn_engine *e, vmn_mac *mac)
{
    vmn_stream *s = g_new0(vmn_stream, 1);

    s->mac = mac;
    s->decoder.range = vmn_looks_range(mac->address);
    s->next = mac->streams;
    if (s->next != NULL)
        s->next->before = s;
    mac->streams = s;
    mac->n_streams++;
    s->last_decided = VMN_NONE;
    s->tentative = VMN_NONE;
    g_ptr_array_add(e->stream_list, s);
    return s;
}

uint32_t vmn_effective_round(const vmn_engine *e, uint32_t round)
{
    while (VMN_ROUND(e, round)->flags & VMN_ROUND_ABSORBED)
        round = VMN_ROUND(e, round)->previous;
    return round;
}

const vmn_schedule *vmn_burst_schedule(const vmn_engine *e, const vmn_burst_data *b)
{
    return vmn_schedules_get(e->schedules, b->shown.schedule);
}

bool vmn_expected(const vmn_engine *e, const vmn_track *t, uint32_t position, unsigned missing,
                  unsigned round_flags, int64_t *expected)
{
    const vmn_schedule *s = vmn_schedules_get(e->schedules, t->schedule);
    uint32_t place = t->first + position - 1; /* of this round */

    if (s->family <= VMN_FAMILY_IRREGULAR || (round_flags & VMN_ROUND_OPEN) || position < 2 ||
        place < missing + 1)
        return false;
    if (s->family == VMN_FAMILY_FIBONACCI && place == missing + 1)
        return false; /* the immediate round lies anywhere */
    *expected = 0;
    for (uint32_t k = place - missing - 1; k < place; k++)
        *expected += vmn_schedule_gap(s, &t->params, k);
    return true;
}

int64_t vmn_start_of(const vmn_engine *e, uint32_t burst_index)
{
    return VMN_ROUND(e, VMN_BURST(e, burst_index)->first)->when;
}

bool vmn_round_expected(const vmn_engine *e, const vmn_burst_data *b, const vmn_round_data *r,
                        int64_t *expected)
{
    const vmn_round_data *before;
    int64_t due;

    if (r->previous == VMN_NONE ||
        !vmn_expected(e, &b->shown, r->position, r->missing, r->flags, expected))
        return false;
    for (; VMN_ROUND(e, r->previous)->flags & VMN_ROUND_LATE; r = before) {
        before = VMN_ROUND(e, r->previous);
        if (before->previous == VMN_NONE ||
            !vmn_expected(e, &b->shown, before->position, before->missing, before->flags, &due))
            break;
        *expected -= before->when - VMN_ROUND(e, before->previous)->when - due;
    }
    return true;
}
