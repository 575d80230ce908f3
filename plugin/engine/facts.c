/* facts.c
 * Counts, states, edges and restarts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "facts.h"

#include "naming.h"
#include "places.h"

#define EDGE                                                                                       \
    (60 * VMN_S) /* a burst without schedule this near the capture's edge may reach over it */

static void reset_counts(vmn_engine *e)
{
    for (uint32_t i = 0; i < e->n_rounds; i++)
        VMN_ROUND(e, i)->sightings = 0;
    for (uint32_t i = 0; i < e->bursts->len; i++) {
        vmn_burst_data *b = VMN_BURST(e, i);

        b->number = b->rounds = b->missing = b->frames = b->event = b->host = b->companion =
            b->rival = 0;
        b->flags = 0;
        b->answered = b->companion_of = b->edge_start = b->edge_end = false;
    }
    g_array_set_size(e->order, 0);
    g_array_set_size(e->events, 0);
    e->round_cursor.burst = VMN_NONE;
    vmn_places_forget(e);
}

/* Number the bursts in order of first sight and the sightings of each round; count frames. */
static void count_records(vmn_engine *e)
{
    for (uint32_t i = 0; i < e->n_records; i++) {
        vmn_record *record = VMN_RECORD(e, i);
        uint32_t round = record->round;
        vmn_round_data *r;
        vmn_burst_data *b;

        if (round == VMN_NONE)
            continue;
        round = vmn_effective_round(e, round);
        r = VMN_ROUND(e, round);
        b = VMN_BURST(e, r->burst);
        if (b->number == 0) {
            g_array_append_val(e->order, r->burst);
            b->number = e->order->len;
            b->first_frame = record->frame;
            b->shape = record->shape;
        }
        b->last_frame = record->frame;
        if (VMN_SHAPE(e, record->shape)->has_address)
            b->flags |= VMN_FLAG_HAS_ADDRESS;
        b->frames++;
        record->sighting = ++r->sightings;
        if (r->sightings == 1) {
            r->frame = record->frame;
            b->rounds++;
            if (g_hash_table_size(e->answered) > 0 &&
                g_hash_table_contains(e->answered, GUINT_TO_POINTER(round + 1)))
                b->answered = true;
        }
    }
}

void vmn_count_all(vmn_engine *e)
{
    reset_counts(e);
    count_records(e);
}

static vmn_state state_of(const vmn_engine *e, const vmn_burst_data *b)
{
    const vmn_schedule *s = vmn_burst_schedule(e, b);
    int64_t due = vmn_track_due(&e->decoding.rules, &b->shown), gap;

    if (s->family == VMN_FAMILY_FRESH)
        return VMN_STATE_SINGLE;
    if (vmn_track_complete(&e->decoding.rules, &b->shown))
        return VMN_STATE_COMPLETE;
    /* irregular: as long again as the last interval would be no surprise */
    gap = due == INT64_MIN ? b->shown.params.base : due - b->shown.when;
    if (e->last_time - b->shown.when < gap + vmn_tolerance(&e->decoding.rules, gap))
        return VMN_STATE_CAPTURE_END;
    return VMN_STATE_EARLY;
}

/* Flags of the rounds, found by walking the burst. */
static void check_rounds(vmn_engine *e, vmn_burst_data *b)
{
    b->foretold = b->off = 0;
    for (uint32_t i = b->first; i != VMN_NONE; i = VMN_ROUND(e, i)->next) {
        vmn_round_data *r = VMN_ROUND(e, i);
        int64_t expected;

        r->flags &= (uint8_t)~VMN_ROUND_OFF;
        if (r->flags & VMN_ROUND_STORM)
            b->flags |= VMN_FLAG_STORM;
        if (r->missing > 0)
            b->flags |= VMN_FLAG_MISSING;
        if (vmn_round_expected(e, b, r, &expected)) {
            int64_t deviation = r->when - VMN_ROUND(e, r->previous)->when - expected;

            b->foretold++;
            if (ABS(deviation) > vmn_tolerance(&e->decoding.rules, expected)) {
                r->flags |= VMN_ROUND_OFF;
                b->off++;
                b->flags |= VMN_FLAG_OFF_SCHEDULE;
            }
        }
    }
}

/* Did the burst before go on when this one began? */
static void check_restart(vmn_engine *e, vmn_burst_data *b)
{
    vmn_burst_data *before;
    int64_t due, gap, start = VMN_ROUND(e, b->first)->when;

    if (b->before == VMN_NONE || !VMN_BURST(e, b->before)->alive)
        return;
    before = VMN_BURST(e, b->before);
    if (before->announcer == VMN_ANNOUNCER_UNKNOWN)
        return; /* of an unknown sender nobody knows when it would have gone on */
    due = vmn_track_due(&e->decoding.rules, &before->shown);
    if (due == INT64_MIN)
        return;
    gap = due - before->shown.when;
    if (start - before->shown.when > gap + vmn_tolerance(&e->decoding.rules, gap))
        return;
    b->flags |= VMN_FLAG_RESTART;
    if (before->shown.when <= start)
        before->state = VMN_STATE_RESTART;
}

/*
 * Rounds of the schedule before the first seen one, where the sender is known, and its parameters
 * by the table or by another burst of the MAC. ESXi's immediate round is often left out of a
 * restart.
 */
static unsigned head_missing(const vmn_burst_data *b, const vmn_schedule *s)
{
    const vmn_params *own = vmn_own_params(b->stream->mac, b->shown.schedule);
    bool shown = own != NULL && vmn_params_equal(own, &b->shown.params);
    unsigned first = b->shown.first;

    if (b->announcer == VMN_ANNOUNCER_UNKNOWN || !(vmn_is_known(s) || shown))
        return 0;
    if (s->second_start > 0 && first >= s->second_start)
        return first - s->second_start;
    return first == 1 && (b->flags & VMN_FLAG_RESTART) ? 0 : first;
}

static void check_edges(vmn_engine *e, vmn_burst_data *b)
{
    const vmn_schedule *s = vmn_burst_schedule(e, b);
    int64_t start = VMN_ROUND(e, b->first)->when, hidden = 0;
    bool vague = s->family <= VMN_FAMILY_IRREGULAR || s->last == 0;

    b->head_missing = (uint8_t)head_missing(b, s);
    for (unsigned k = b->shown.first - b->head_missing; k < b->shown.first; k++)
        hidden += vmn_schedule_gap(s, &b->shown.params, k);
    if (hidden > 0 && start - hidden <= e->first_time)
        b->flags |= VMN_FLAG_BEGAN_BEFORE;
    if (b->state == VMN_STATE_CAPTURE_END)
        b->flags |= VMN_FLAG_MAY_GO_ON;
    b->edge_start = (b->flags & VMN_FLAG_BEGAN_BEFORE) || (vague && start - e->first_time < EDGE);
    b->edge_end = (b->flags & VMN_FLAG_MAY_GO_ON) || (vague && e->last_time - b->shown.when < EDGE);
}

void vmn_describe_bursts(vmn_engine *e)
{
    for (uint32_t i = 0; i < e->order->len; i++) {
        vmn_burst_data *b = VMN_BURST(e, g_array_index(e->order, uint32_t, i));

        b->state = (uint8_t)state_of(e, b);
        b->flags |= VMN_FLAG_BEGINS;
        check_rounds(e, b);
        if (b->answered)
            b->flags |= VMN_FLAG_ANSWERED;
        if (b->state == VMN_STATE_COMPLETE)
            b->flags |= VMN_FLAG_COMPLETE;
    }
    for (uint32_t i = 0; i < e->order->len; i++)
        check_restart(e, VMN_BURST(e, g_array_index(e->order, uint32_t, i)));
    for (uint32_t i = 0; i < e->order->len; i++)
        check_edges(e, VMN_BURST(e, g_array_index(e->order, uint32_t, i)));
}
