/* answers.c
 * Bursts, rounds, paths and events as others see them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "answers.h"

#include <string.h>

#include "naming.h"
#include "places.h"

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
                       .rival = b->rival,
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

/* The j-th seen round of burst i. Asked for one after another, they are found at once. */
static uint32_t find_round(const vmn_engine *e, uint32_t i, uint32_t j)
{
    vmn_engine *mutable = (vmn_engine *)e; /* the cursor is only a hint */
    uint32_t round = burst_at(e, i)->first, k = 0;

    if (e->round_cursor.burst == i && e->round_cursor.j <= j) {
        round = e->round_cursor.round;
        k = e->round_cursor.j;
    }
    for (; k < j; k++)
        round = VMN_ROUND(e, round)->next;
    mutable->round_cursor.burst = i;
    mutable->round_cursor.j = j;
    mutable->round_cursor.round = round;
    return round;
}

void vmn_engine_burst_round(const vmn_engine *e, uint32_t i, uint32_t j, vmn_round *out)
{
    const vmn_burst_data *b = burst_at(e, i);
    const vmn_schedule *s = vmn_burst_schedule(e, b);
    const vmn_round_data *r = VMN_ROUND(e, find_round(e, i, j));

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

unsigned vmn_engine_burst_paths(const vmn_engine *e, uint32_t i, vmn_path *paths, unsigned max)
{
    uint32_t n;
    const vmn_place *places = vmn_places_of(e, i, &n);

    for (uint32_t k = 0; k < MIN(n, max); k++) {
        paths[k] = VMN_PATH(e, places[k].path)->shown;
        paths[k].first_round = places[k].first;
        paths[k].last_round = places[k].last;
    }
    return n;
}

uint64_t vmn_engine_round_paths(const vmn_engine *e, uint32_t i, uint32_t j)
{
    return vmn_places_saw(e, find_round(e, i, j));
}

static bool is_among(const vmn_place *places, uint32_t n, uint32_t path)
{
    for (uint32_t k = 0; k < n; k++)
        if (places[k].path == path)
            return true;
    return false;
}

unsigned vmn_engine_own_paths(const vmn_engine *e, uint32_t i, uint32_t other, vmn_path *paths,
                              unsigned max)
{
    uint32_t n, n_others;
    unsigned own = 0;
    const vmn_place *places = vmn_places_of(e, i, &n), *others = vmn_places_of(e, other, &n_others);

    if (n > VMN_PLACES_TOLD || n_others > VMN_PLACES_TOLD)
        return 0;
    for (uint32_t k = 0; k < n; k++) {
        if (is_among(others, n_others, places[k].path))
            continue;
        if (own < max)
            paths[own] = VMN_PATH(e, places[k].path)->shown;
        own++;
    }
    return own;
}

uint32_t vmn_engine_n_events(const vmn_engine *e)
{
    return e->events->len;
}

void vmn_engine_event(const vmn_engine *e, uint32_t i, vmn_event *event)
{
    *event = g_array_index(e->events, vmn_event, i);
}
