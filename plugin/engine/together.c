/* together.c
 * Events and companions.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "together.h"

#include <string.h>

static gint by_start(gconstpointer a, gconstpointer b, gpointer engine)
{
    vmn_engine *e = engine;
    uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    int64_t x = vmn_start_of(e, i), y = vmn_start_of(e, j);

    if (x != y)
        return x < y ? -1 : 1;
    return (VMN_BURST(e, i)->number > VMN_BURST(e, j)->number) -
           (VMN_BURST(e, i)->number < VMN_BURST(e, j)->number);
}

GArray *vmn_bursts_by_start(vmn_engine *e)
{
    GArray *sorted = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), e->order->len);

    g_array_append_vals(sorted, e->order->data, e->order->len);
    g_array_sort_with_data(sorted, by_start, e);
    return sorted;
}

/* Number events by their first burst and sum them up. */
static void sum_up_events(vmn_engine *e, uint32_t n_groups)
{
    uint32_t *number = g_new0(uint32_t, n_groups + 1);
    GHashTable *macs = g_hash_table_new(NULL, NULL);

    for (uint32_t i = 0; i < e->order->len; i++) {
        vmn_burst_data *b = VMN_NUMBERED(e, i);
        vmn_event *event;
        int64_t start = VMN_ROUND(e, b->first)->when;

        if (number[b->event] == 0) {
            vmn_event fresh = {.number = e->events->len + 1,
                               .first_burst = b->number,
                               .first_frame = b->first_frame,
                               .start = start};

            number[b->event] = fresh.number;
            g_array_append_val(e->events, fresh);
        }
        b->event = number[b->event];
        event = &g_array_index(e->events, vmn_event, b->event - 1);
        event->n_bursts++;
        if (start < event->start) {
            event->span += event->start - start;
            event->start = start;
        }
        event->span = MAX(event->span, VMN_ROUND(e, b->last)->when - event->start);
        /* An event has each MAC once at most, but for tenants and immediate restarts. */
        if (g_hash_table_lookup(macs, b->stream->mac) != GUINT_TO_POINTER(b->event)) {
            g_hash_table_insert(macs, b->stream->mac, GUINT_TO_POINTER(b->event));
            event->macs++;
        }
    }
    g_hash_table_destroy(macs);
    g_free(number);
}

void vmn_find_events(vmn_engine *e, const GArray *sorted)
{
    uint32_t group = 0;

    for (unsigned i = 0; i < sorted->len; i++) {
        uint32_t id = g_array_index(sorted, uint32_t, i);

        if (i == 0 ||
            vmn_start_of(e, id) - vmn_start_of(e, g_array_index(sorted, uint32_t, i - 1)) >
                e->config.event_window)
            group++;
        VMN_BURST(e, id)->event = group;
    }
    sum_up_events(e, group);
}

static uint32_t first_single_from(vmn_engine *e, const GArray *singles, int64_t when)
{
    uint32_t from = 0, to = singles->len;

    while (from < to) {
        uint32_t middle = (from + to) / 2;

        if (vmn_start_of(e, g_array_index(singles, uint32_t, middle)) < when)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* A later round of a burst lies next to singles of other MACs: the nearest burst takes each. */
static void offer_round(vmn_engine *e, const GArray *singles, uint32_t round, uint64_t *nearest)
{
    const vmn_round_data *r = VMN_ROUND(e, round);
    const vmn_burst_data *b = VMN_BURST(e, r->burst);
    int64_t window = e->decoding.rules.copy_window;

    for (uint32_t i = first_single_from(e, singles, r->when - window); i < singles->len; i++) {
        vmn_burst_data *single = VMN_BURST(e, g_array_index(singles, uint32_t, i));
        int64_t away = VMN_ROUND(e, single->first)->when - r->when;

        if (away > window)
            break;
        if (single->stream->mac == b->stream->mac || (uint64_t)ABS(away) >= nearest[i])
            continue;
        nearest[i] = (uint64_t)ABS(away);
        single->companion = b->number;
        single->companion_round = round;
        single->companion_of = true;
    }
}

void vmn_find_companions(vmn_engine *e, const GArray *sorted)
{
    GArray *singles = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    uint64_t *nearest;

    for (unsigned i = 0; i < sorted->len; i++) {
        uint32_t id = g_array_index(sorted, uint32_t, i);

        if (VMN_BURST(e, id)->state == VMN_STATE_SINGLE)
            g_array_append_val(singles, id);
    }
    nearest = g_new(uint64_t, singles->len + 1);
    memset(nearest, 0xff, (singles->len + 1) * sizeof(*nearest));
    for (unsigned i = 0; singles->len > 0 && i < sorted->len; i++) {
        const vmn_burst_data *b = VMN_BURST(e, g_array_index(sorted, uint32_t, i));
        uint32_t round = b->rounds > 1 ? VMN_ROUND(e, b->first)->next : VMN_NONE;

        for (; round != VMN_NONE; round = VMN_ROUND(e, round)->next)
            offer_round(e, singles, round, nearest);
    }
    for (unsigned i = 0; i < singles->len; i++) {
        vmn_burst_data *single = VMN_BURST(e, g_array_index(singles, uint32_t, i));
        vmn_burst_data *b;

        if (single->companion == 0)
            continue;
        b = VMN_NUMBERED(e, single->companion - 1);
        if (b->companion == 0)
            b->companion = single->number;
    }
    g_array_free(singles, TRUE);
    g_free(nearest);
}
