/* view.c
 * Views of records, final and causal.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "view.h"

#include <string.h>

#include "naming.h"
#include "places.h"
#include "replies.h"
#include "tracker.h"

/* Deviation from the expected interval, and whether that is much. */
static void judge_deviation(const vmn_engine *e, vmn_view *v)
{
    if (!v->has_expected)
        return;
    v->deviation = v->delta - v->expected;
    if (ABS(v->deviation) > vmn_tolerance(&e->decoding.rules, v->expected))
        v->flags |= VMN_FLAG_OFF_SCHEDULE;
}

/* Tick, expected interval and deviation of a round at `position`. */
static void view_schedule(const vmn_engine *e, const vmn_track *t, uint32_t position,
                          unsigned round_flags, vmn_view *v)
{
    const vmn_schedule *s = vmn_schedules_get(e->schedules, t->schedule);

    v->schedule = t->schedule;
    v->base = t->params.base;
    v->step = t->params.step;
    v->cap = t->params.cap;
    v->place = t->place;
    v->has_tick = s->family == VMN_FAMILY_FIBONACCI;
    if (v->has_tick)
        v->tick = vmn_schedule_tick(t->first + position - 1);
    if (v->sighting == 1 && v->has_delta)
        v->has_expected = vmn_expected(e, t, position, v->missing, round_flags, &v->expected);
    judge_deviation(e, v);
}

/* ---- final ---- */

static void view_answers(const vmn_engine *e, uint32_t record, uint32_t round, vmn_view *v)
{
    const vmn_mac *named;

    if (g_hash_table_size(e->replies) == 0)
        return;
    named = g_hash_table_lookup(e->replies, GUINT_TO_POINTER(record + 1));
    if (named != NULL)
        memcpy(v->mac, named->address, 6);
    v->answer_to = vmn_answer_to(e, record);
    if (round != VMN_NONE)
        v->answered_in =
            GPOINTER_TO_UINT(g_hash_table_lookup(e->answered, GUINT_TO_POINTER(round + 1)));
    if (v->answered_in > 0)
        v->flags |= VMN_FLAG_ANSWERED;
}

/* The flags of a burst that belong to this round of it. */
static unsigned flags_of_round(const vmn_burst_data *b, uint32_t round, const vmn_round_data *r)
{
    unsigned flags = b->flags & (VMN_FLAG_SEVERAL_HOSTS | VMN_FLAG_CLIENT_BY_TIMING);

    if (round == b->first)
        flags |= VMN_FLAG_BEGINS | (b->flags & (VMN_FLAG_RESTART | VMN_FLAG_BEGAN_BEFORE));
    if (round == b->last)
        flags |= b->flags & (VMN_FLAG_COMPLETE | VMN_FLAG_MAY_GO_ON);
    if (r->missing > 0)
        flags |= VMN_FLAG_MISSING;
    return flags;
}

static void view_burst(const vmn_engine *e, const vmn_burst_data *b, vmn_view *v)
{
    v->burst = b->number;
    v->burst_first = b->first_frame;
    v->burst_last = b->last_frame;
    v->burst_rounds = b->rounds;
    v->burst_missing = b->missing;
    v->burst_frames = b->frames;
    v->head_missing = b->head_missing;
    v->state = (vmn_state)b->state;
    v->announcer = (vmn_announcer)b->announcer;
    v->announcer_name = b->announcer_name;
    v->confidence = b->confidence;
    v->also_fits = b->also_fits;
    v->event = b->event;
    if (b->event > 0)
        v->event_macs = g_array_index(e->events, vmn_event, b->event - 1).macs;
    v->host = b->host;
    v->rival = b->rival;
    if (b->flags & VMN_FLAG_RESTART)
        v->restarted = VMN_BURST(e, b->before)->number;
}

static void view_companion(const vmn_engine *e, const vmn_burst_data *b, uint32_t round,
                           vmn_view *v)
{
    const vmn_burst_data *other;

    if (b->companion == 0)
        return;
    other = VMN_BURST(e, g_array_index(e->order, uint32_t, b->companion - 1));
    if (b->companion_of)
        v->companion = VMN_ROUND(e, b->companion_round)->frame;
    else if (other->companion_round == round)
        v->companion = VMN_ROUND(e, other->first)->frame;
}

static vmn_kind final_kind(const vmn_record *record, const vmn_burst_data *b)
{
    if (record->kind == VMN_KIND_NOTICE && b->announcer == VMN_ANNOUNCER_RARP_CLIENT)
        return VMN_KIND_REQUEST;
    return (vmn_kind)record->kind;
}

/* Which paths of the burst missed the round, though they saw others. */
static void view_paths(const vmn_engine *e, uint32_t round, vmn_view *v)
{
    if (e->looks.paths->len < 2)
        return;
    v->seen_on = vmn_places_saw(e, round);
    v->missed_on = vmn_places_missed(e, round);
}

static void view_final(const vmn_engine *e, uint32_t id, vmn_view *v)
{
    const vmn_record *record = VMN_RECORD(e, id);
    uint32_t round = record->round == VMN_NONE ? VMN_NONE : vmn_effective_round(e, record->round);
    const vmn_round_data *r;
    const vmn_burst_data *b;

    view_answers(e, id, round, v);
    if (round == VMN_NONE)
        return;
    r = VMN_ROUND(e, round);
    b = VMN_BURST(e, r->burst);
    view_burst(e, b, v);
    v->kind = final_kind(record, b);
    memcpy(v->mac, b->stream->mac->address, 6);
    v->round = r->position;
    v->missing = r->missing;
    v->sighting = record->sighting;
    v->sighting_of = record->sighting > 1 ? r->frame : 0;
    v->sighting_delta = vmn_record_time(e, record) - r->when;
    v->prev = r->previous != VMN_NONE ? VMN_ROUND(e, r->previous)->frame : 0;
    v->next = r->next != VMN_NONE ? VMN_ROUND(e, r->next)->frame : 0;
    v->elapsed = r->when - VMN_ROUND(e, b->first)->when;
    v->has_delta = r->previous != VMN_NONE && record->sighting == 1;
    if (v->has_delta)
        v->delta = r->when - VMN_ROUND(e, r->previous)->when;
    view_schedule(e, &b->shown, r->position, r->flags, v);
    if (v->has_expected && vmn_round_expected(e, b, r, &v->expected)) {
        v->flags &= ~(unsigned)VMN_FLAG_OFF_SCHEDULE;
        judge_deviation(e, v);
    }
    if (record->sighting == 1) {
        v->flags |= flags_of_round(b, round, r);
        view_paths(e, round, v);
    }
    if (r->flags & VMN_ROUND_STORM)
        v->flags |= VMN_FLAG_STORM;
    view_companion(e, b, round, v);
}

/* ---- causal ---- */

/* The node of a round on the best path, and its column; NULL when it is decided already. */
static const vmn_node *find_node(const vmn_stream *s, uint32_t round, unsigned *at)
{
    const vmn_node *node = vmn_decoder_best(&s->decoder);

    for (*at = s->decoder.n_columns; (*at)-- > 0;) {
        if (s->decoder.columns[*at]->round == round)
            return node;
        if (*at > 0)
            node = vmn_decoder_parent(&s->decoder, *at, node);
    }
    return NULL;
}

/* The round of the same burst before a node of column `at`, along its path. */
static uint32_t previous_round(const vmn_engine *e, const vmn_stream *s, unsigned at,
                               const vmn_node *node)
{
    uint32_t start = node->front.start;
    uint32_t burst;

    if (at == 0 && s->decoder.anchored)
        return VMN_ROUND(e, s->decoder.columns[0]->round)->previous;
    for (; at > 0; at--) {
        node = vmn_decoder_parent(&s->decoder, at, node);
        if (node->front.start == start && node->action != VMN_ACTION_ABSORB)
            return s->decoder.columns[at - 1]->round;
    }
    burst = VMN_ROUND(e, start)->burst;
    return burst != VMN_NONE ? VMN_BURST(e, burst)->decided_last : VMN_NONE;
}

/* The rounds of a burst before its last one, from the latest on: times (ns), at most `most`. */
static unsigned earlier_rounds(const vmn_engine *e, const vmn_stream *s, unsigned at,
                               const vmn_node *node, int64_t *times, unsigned most)
{
    unsigned n = 0;
    uint32_t start = node->front.start, round;

    for (; at > 0 && n < most; at--) {
        node = vmn_decoder_parent(&s->decoder, at, node);
        if (node->front.start == start && node->action != VMN_ACTION_ABSORB)
            times[n++] = s->decoder.columns[at - 1]->when;
    }
    if (n == 0 || times[n - 1] <= VMN_ROUND(e, start)->when)
        return n;
    round = VMN_ROUND(e, start)->burst != VMN_NONE
                ? VMN_BURST(e, VMN_ROUND(e, start)->burst)->decided_last
                : VMN_NONE;
    for (; round != VMN_NONE && n < most; round = VMN_ROUND(e, round)->previous)
        if (VMN_ROUND(e, round)->when < times[n - 1])
            times[n++] = VMN_ROUND(e, round)->when;
    return n;
}

/* By the intervals so far, as at the end; nothing is known of how it ends. */
static void name_causal_announcer(const vmn_engine *e, const vmn_stream *s, unsigned at,
                                  const vmn_node *node, const vmn_record *record, vmn_view *v)
{
    int64_t times[VMN_FIT_MOST + 1], later = s->decoder.columns[at]->when;
    vmn_evidence evidence = {
        .shape = VMN_SHAPE(e, record->shape), .mac = s->mac->address, .client = s->mac->client};
    unsigned n = earlier_rounds(e, s, at, node, times, VMN_FIT_MOST);
    vmn_ranking ranking;

    evidence.intervals.more = true;
    for (unsigned i = 0; i < n; i++) {
        int64_t gap = later - times[i];

        evidence.intervals.gaps[n - 1 - i] = MAX(gap, 1);
        later = times[i];
    }
    evidence.intervals.n = n;
    vmn_rank(&e->decoding.rules, &evidence, &ranking);
    v->announcer = vmn_named(&ranking, &v->confidence);
    v->also_fits = vmn_also_fits(&ranking, v->announcer);
    v->announcer_name =
        v->announcer == VMN_ANNOUNCER_USER
            ? vmn_schedules_get(e->schedules, ranking.row[v->announcer])->announcer_name
            : vmn_announcer_name(v->announcer);
}

/* The schedule so far. A sender's own is shown where it is taken for that sender. */
static void view_causal_schedule(const vmn_engine *e, const vmn_node *node, uint32_t position,
                                 vmn_view *v)
{
    static const vmn_track plain = {.schedule = VMN_SCHEDULE_IRREGULAR};
    const vmn_schedule *s = vmn_schedules_get(e->schedules, node->front.schedule);
    unsigned round_flags =
        node->free && node->front.schedule != VMN_SCHEDULE_IRREGULAR ? VMN_ROUND_OPEN : 0;

    if (v->announcer == VMN_ANNOUNCER_UNKNOWN && s->announcer != VMN_ANNOUNCER_UNKNOWN &&
        vmn_is_known(s))
        view_schedule(e, &plain, position, VMN_ROUND_OPEN, v);
    else
        view_schedule(e, &node->front, position, round_flags, v);
}

static void view_causal_round(const vmn_engine *e, const vmn_stream *s, unsigned at,
                              const vmn_node *node, vmn_view *v)
{
    const vmn_round_data *start = VMN_ROUND(e, node->front.start);
    uint32_t position = node->front.place - node->front.first + 1;
    uint32_t previous = previous_round(e, s, at, node);

    v->burst_first = start->frame;
    v->burst_missing = node->front.missing;
    v->burst_rounds = position - node->front.missing;
    v->missing = node->missing;
    v->elapsed = s->decoder.columns[at]->when - start->when;
    if (previous != VMN_NONE && node->action == VMN_ACTION_GO_ON)
        v->prev = VMN_ROUND(e, previous)->frame;
    name_causal_announcer(e, s, at, node, VMN_RECORD(e, e->n_records - 1), v);
    view_causal_schedule(e, node, position, v);
    if (v->sighting == 1 && node->action == VMN_ACTION_START)
        v->flags |= VMN_FLAG_BEGINS;
    if (v->sighting == 1 && node->missing > 0)
        v->flags |= VMN_FLAG_MISSING;
    if (v->sighting == 1 && vmn_track_complete(&e->decoding.rules, &node->front))
        v->flags |= VMN_FLAG_COMPLETE;
}

/*
 * What was known when the frame came: the node of the round that it shows on the best path so far,
 * and that round's column; NULL when there is none.
 */
static const vmn_node *glance_causal(const vmn_engine *e, uint32_t id, vmn_glance *g, unsigned *at)
{
    const vmn_record *record = VMN_RECORD(e, id);
    const vmn_stream *s = e->last_stream;
    const vmn_node *node;
    uint32_t previous;

    if (record->round == VMN_NONE || s == NULL || id + 1 != e->n_records)
        return NULL;
    g->sighting = record->sighting;
    node = find_node(s, record->round, at);
    if (node == NULL)
        return NULL;
    for (; *at > 0 && node->action == VMN_ACTION_ABSORB; (*at)--) {
        node = vmn_decoder_parent(&s->decoder, *at, node);
        /* a sighting of the round before */
        g->sighting += VMN_ROUND(e, s->decoder.columns[*at - 1]->round)->causal_sightings;
    }
    g->burst = VMN_ROUND(e, node->front.start)->causal_burst;
    g->round = node->front.place - node->front.first + 1;
    if (g->sighting > 1 || node->action != VMN_ACTION_GO_ON)
        return node;
    previous = previous_round(e, s, *at, node);
    g->has_delta = previous != VMN_NONE;
    if (g->has_delta)
        g->delta = s->decoder.columns[*at]->when - VMN_ROUND(e, previous)->when;
    return node;
}

static void view_causal(const vmn_engine *e, uint32_t id, vmn_view *v)
{
    const vmn_record *record = VMN_RECORD(e, id);
    const vmn_stream *s = e->last_stream;
    vmn_glance g = {0};
    const vmn_node *node;
    uint32_t round;
    unsigned at;

    view_answers(e, id, VMN_NONE, v);
    v->announcer_name = vmn_announcer_name(VMN_ANNOUNCER_UNKNOWN);
    v->state = VMN_STATE_CAPTURE_END;
    node = glance_causal(e, id, &g, &at);
    v->sighting = g.sighting;
    if (g.sighting == 0)
        return;
    memcpy(v->mac, s->mac->address, 6);
    round = record->round;
    if (VMN_ROUND(e, round)->flags & VMN_ROUND_STORM)
        v->flags |= VMN_FLAG_STORM;
    v->burst_frames = VMN_ROUND(e, round)->causal_frames + VMN_ROUND(e, round)->causal_sightings;
    if (node == NULL)
        return;
    v->burst = g.burst;
    v->round = g.round;
    v->has_delta = g.has_delta;
    v->delta = g.delta;
    round = s->decoder.columns[at]->round;
    v->sighting_delta = vmn_record_time(e, record) - VMN_ROUND(e, round)->when;
    v->sighting_of = v->sighting > 1 ? VMN_ROUND(e, round)->frame : 0;
    view_causal_round(e, s, at, node, v);
}

void vmn_engine_view(vmn_engine *e, uint32_t id, vmn_view *v)
{
    vmn_catch_up(e);
    memset(v, 0, sizeof(*v));
    v->kind = (vmn_kind)VMN_RECORD(e, id)->kind;
    v->unseen = VMN_RECORD(e, id)->unseen;
    if (v->kind != VMN_KIND_REPLY && VMN_SHAPE(e, VMN_RECORD(e, id)->shape)->has_address)
        v->flags |= VMN_FLAG_HAS_ADDRESS;
    if (e->settled)
        view_final(e, id, v);
    else
        view_causal(e, id, v);
    if (v->announcer_name == NULL)
        v->announcer_name = vmn_announcer_name(v->announcer);
}

static void glance_final(const vmn_engine *e, uint32_t id, vmn_glance *g)
{
    const vmn_record *record = VMN_RECORD(e, id);
    const vmn_round_data *r;

    if (record->round == VMN_NONE)
        return;
    r = VMN_ROUND(e, vmn_effective_round(e, record->round));
    g->burst = VMN_BURST(e, r->burst)->number;
    g->round = r->position;
    g->sighting = record->sighting;
    g->has_delta = r->previous != VMN_NONE && record->sighting == 1;
    if (g->has_delta)
        g->delta = r->when - VMN_ROUND(e, r->previous)->when;
}

void vmn_engine_glance(vmn_engine *e, uint32_t id, vmn_glance *g)
{
    unsigned at;

    vmn_catch_up(e);
    *g = (vmn_glance){.answer_to = vmn_answer_to(e, id)};
    if (e->settled)
        glance_final(e, id, g);
    else
        glance_causal(e, id, g, &at);
}

void vmn_engine_schedule_name(const vmn_engine *e, const vmn_view *v, char *text)
{
    vmn_track t = {.schedule = (uint8_t)v->schedule,
                   .params = {.base = v->base, .step = v->step, .cap = v->cap},
                   .place = v->place};

    vmn_name_schedule(e, &t, text);
}
