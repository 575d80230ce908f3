/* answers.c
 * Bursts, rounds, paths and events as others see them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "answers.h"

#include <string.h>

#include "naming.h"

uint32_t vmn_engine_burst_of(const vmn_engine *e, uint32_t record)
{
    uint32_t round = VMN_RECORD(e, record)->round;

    if (!e->settled || round == VMN_NONE)
        return VMN_NONE;
    return VMN_BURST(e, VMN_ROUND(e, vmn_effective_round(e, round))->burst)->number - 1;
}

uint32_t vmn_engine_n_bursts(const vmn_engine *e)
{
    return e->order->len;
}

static const vmn_burst_data *burst_at(const vmn_engine *e, uint32_t i)
{
    return VMN_BURST(e, g_array_index(e->order, uint32_t, i));
}

void vmn_engine_burst(const vmn_engine *e, uint32_t i, vmn_burst *out)
{
    const vmn_burst_data *b = burst_at(e, i);
    const vmn_schedule *s = vmn_burst_schedule(e, b);
    int64_t expected;

    *out = (vmn_burst){.number = b->number,
                       .announcer = (vmn_announcer)b->announcer,
                       .announcer_name = b->announcer_name,
                       .confidence = (double)b->confidence,
                       .also_fits = b->also_fits,
                       .rounds = b->rounds,
                       .missing = b->missing,
                       .head_missing = b->head_missing,
                       .frames = b->frames,
                       .first_frame = b->first_frame,
                       .last_frame = b->last_frame,
                       .start = VMN_ROUND(e, b->first)->when,
                       .state = (vmn_state)b->state,
                       .event = b->event,
                       .host = b->host,
                       .companion = b->companion_of ? 0 : b->companion,
                       .companion_of = b->companion_of ? b->companion : 0,
                       .edge_start = b->edge_start,
                       .edge_end = b->edge_end,
                       .flags = b->flags};
    memcpy(out->mac, b->stream->mac->address, 6);
    out->kind = vmn_burst_kind(e, b);
    out->span = VMN_ROUND(e, b->last)->when - out->start;
    out->unit = s->family > VMN_FAMILY_IRREGULAR ? b->shown.params.base : 0;
    vmn_name_schedule(e, &b->shown, out->schedule);
    for (uint32_t k = b->first; k != VMN_NONE; k = VMN_ROUND(e, k)->next) {
        const vmn_round_data *r = VMN_ROUND(e, k);
        int64_t deviation;

        if (!vmn_round_expected(e, b, r, &expected))
            continue;
        deviation = r->when - VMN_ROUND(e, r->previous)->when - expected;
        if (!out->has_max_deviation || ABS(deviation) > ABS(out->max_deviation))
            out->max_deviation = deviation;
        out->has_max_deviation = true;
    }
}

void vmn_engine_burst_round(const vmn_engine *e, uint32_t i, uint32_t j, vmn_round *out)
{
    vmn_engine *mutable = (vmn_engine *)e; /* the cursor is only a hint */
    const vmn_burst_data *b = burst_at(e, i);
    const vmn_schedule *s = vmn_burst_schedule(e, b);
    const vmn_round_data *r;
    uint32_t round = b->first, k = 0;

    if (e->round_cursor.burst == i && e->round_cursor.j <= j) {
        round = e->round_cursor.round;
        k = e->round_cursor.j;
    }
    for (; k < j; k++)
        round = VMN_ROUND(e, round)->next;
    mutable->round_cursor.burst = i;
    mutable->round_cursor.j = j;
    mutable->round_cursor.round = round;
    r = VMN_ROUND(e, round);
    *out = (vmn_round){.when = r->when,
                       .frame = r->frame,
                       .round = r->position,
                       .sightings = r->sightings,
                       .missing = r->missing,
                       .has_delta = r->previous != VMN_NONE,
                       .has_tick = s->family == VMN_FAMILY_FIBONACCI};
    if (out->has_tick)
        out->tick = vmn_schedule_tick(b->shown.first + r->position - 1);
    if (out->has_delta)
        out->delta = r->when - VMN_ROUND(e, r->previous)->when;
    out->has_expected = vmn_round_expected(e, b, r, &out->expected);
    if (out->has_expected)
        out->deviation = out->delta - out->expected;
}

/* One pass over the records tells all bursts' paths; made when first asked for. */
static void index_paths(vmn_engine *e)
{
    GHashTable *seen = g_hash_table_new_full(vmn_hash_key, vmn_equal_key, g_free, NULL);

    e->burst_path_index = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
    for (uint32_t i = 0; i < e->n_records; i++) {
        uint32_t burst = vmn_engine_burst_of(e, i);
        uint32_t place = VMN_PATH(e, VMN_RECORD(e, i)->path)->place;
        uint64_t key = (uint64_t)burst << 32 | place;
        GArray *list;

        if (burst == VMN_NONE || g_hash_table_contains(seen, &key))
            continue;
        g_hash_table_add(seen, g_memdup2(&key, sizeof(key)));
        list = g_hash_table_lookup(e->burst_path_index, GUINT_TO_POINTER(burst + 1));
        if (list == NULL) {
            list = g_array_new(FALSE, FALSE, sizeof(uint32_t));
            g_hash_table_insert(e->burst_path_index, GUINT_TO_POINTER(burst + 1), list);
        }
        g_array_append_val(list, place);
    }
    g_hash_table_destroy(seen);
}

unsigned vmn_engine_burst_paths(const vmn_engine *e, uint32_t i, vmn_path *paths, unsigned max)
{
    const GArray *list;

    if (e->burst_path_index == NULL)
        index_paths((vmn_engine *)e);
    list = g_hash_table_lookup(e->burst_path_index, GUINT_TO_POINTER(i + 1));
    for (unsigned k = 0; list != NULL && k < MIN(list->len, max); k++)
        paths[k] = VMN_PATH(e, g_array_index(list, uint32_t, k))->shown;
    return list != NULL ? list->len : 0;
}

uint32_t vmn_engine_n_events(const vmn_engine *e)
{
    return e->events->len;
}

void vmn_engine_event(const vmn_engine *e, uint32_t i, vmn_event *event)
{
    *event = g_array_index(e->events, vmn_event, i);
}
