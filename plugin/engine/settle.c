/* settle.c
 * From decided rounds to bursts, and the final answer over all of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "internal.h"

#include <string.h>

#define EDGE                                                                                       \
    (60 * VMN_S) /* a burst without schedule this near the capture's edge may reach over it */

const vmn_schedule *vmn_burst_schedule(const vmn_engine *e, const vmn_burst_data *b)
{
    return vmn_schedules_get(e->schedules, b->track.schedule);
}

/* ---- deciding one round ---------------------------------------------------------------------- */

static uint32_t new_burst(vmn_engine *e)
{
    uint32_t i = e->free_burst;

    if (i == VMN_NONE) {
        i = e->bursts->len;
        g_array_set_size(e->bursts, i + 1);
    } else {
        e->free_burst = VMN_BURST(e, i)->next_tentative;
    }
    memset(VMN_BURST(e, i), 0, sizeof(vmn_burst_data));
    VMN_BURST(e, i)->alive = true;
    return i;
}

static void start_burst(const vmn_decision *d, uint32_t round, const vmn_node *node)
{
    vmn_engine *e = d->engine;
    uint32_t i = new_burst(e);
    vmn_burst_data *b = VMN_BURST(e, i);

    b->stream = d->stream;
    b->first = b->last = round;
    b->track = node->front;
    b->decided_last = d->for_good ? round : VMN_NONE;
    b->before = d->last != VMN_NONE ? VMN_ROUND(e, d->last)->burst : VMN_NONE;
    b->next_tentative = VMN_NONE;
    if (!d->for_good) {
        b->next_tentative = d->stream->tentative;
        d->stream->tentative = i;
    }
    VMN_ROUND(e, round)->burst = i;
}

static void continue_burst(const vmn_decision *d, uint32_t round, const vmn_node *node)
{
    vmn_engine *e = d->engine;
    vmn_round_data *r = VMN_ROUND(e, round);
    uint32_t i = VMN_ROUND(e, node->front.start)->burst;
    vmn_burst_data *b = VMN_BURST(e, i);

    r->burst = i;
    r->previous = b->last;
    r->missing = node->missing;
    r->position = VMN_ROUND(e, b->last)->position + 1 + node->missing;
    if (node->free && node->front.schedule != VMN_SCHEDULE_IRREGULAR)
        r->flags |= VMN_ROUND_FREE;
    VMN_ROUND(e, b->last)->next = round;
    b->last = round;
    b->track = node->front;
    if (d->for_good)
        b->decided_last = round;
}

void vmn_decide_round(void *user, const vmn_column *column, const vmn_node *node)
{
    vmn_decision *d = user;
    vmn_round_data *r = VMN_ROUND(d->engine, column->round);

    r->previous = r->next = VMN_NONE;
    r->position = 1;
    r->missing = 0;
    r->flags &= VMN_ROUND_STORM;
    switch ((vmn_action)node->action) {
    case VMN_ACTION_ABSORB:
        r->flags |= VMN_ROUND_ABSORBED;
        r->previous = d->last;
        r->burst = VMN_ROUND(d->engine, d->last)->burst;
        return; /* d->last stays: it is the round that this one is a sighting of */
    case VMN_ACTION_START:
        start_burst(d, column->round, node);
        break;
    case VMN_ACTION_GO_ON:
        continue_burst(d, column->round, node);
        break;
    }
    d->last = column->round;
}

/* Back to what was decided of a burst. */
static void rewind_burst(vmn_engine *e, const vmn_track *track)
{
    uint32_t i;

    if (track->schedule == VMN_NO_TRACK)
        return;
    i = VMN_ROUND(e, track->start)->burst;
    if (i == VMN_NONE || !VMN_BURST(e, i)->alive || VMN_BURST(e, i)->decided_last == VMN_NONE)
        return;
    VMN_BURST(e, i)->last = VMN_BURST(e, i)->decided_last;
    VMN_BURST(e, i)->track = *track;
    VMN_ROUND(e, VMN_BURST(e, i)->last)->next = VMN_NONE;
}

void vmn_forget_tentative(vmn_engine *e, vmn_stream *s)
{
    const vmn_decoder *d = &s->decoder;

    while (s->tentative != VMN_NONE) {
        vmn_burst_data *b = VMN_BURST(e, s->tentative);
        uint32_t next = b->next_tentative;

        b->alive = false;
        b->next_tentative = e->free_burst;
        e->free_burst = s->tentative;
        s->tentative = next;
    }
    if (d->anchored && s->extended) {
        rewind_burst(e, &d->columns[0]->nodes[0].front);
        rewind_burst(e, &d->columns[0]->nodes[0].back);
    }
    s->extended = false;
}

static void settle_stream(vmn_engine *e, vmn_stream *s)
{
    uint8_t path[VMN_MAX_COLUMNS + 1];
    vmn_decision d = {.engine = e, .stream = s, .last = s->last_decided};

    if (!s->dirty)
        return;
    vmn_forget_tentative(e, s);
    vmn_decoder_path(&s->decoder, path);
    for (unsigned i = s->decoder.anchored ? 1 : 0; i < s->decoder.n_columns; i++)
        vmn_decide_round(&d, s->decoder.columns[i], &s->decoder.columns[i]->nodes[path[i]]);
    s->extended = true;
    s->dirty = false;
}

static void settle_streams(vmn_engine *e)
{
    for (unsigned i = 0; i < e->stream_list->len; i++)
        settle_stream(e, g_ptr_array_index(e->stream_list, i));
}

/* ---- one pass over all records ----------------------------------------------------------------
 */

static void reset_counts(vmn_engine *e)
{
    for (uint32_t i = 0; i < e->n_rounds; i++)
        VMN_ROUND(e, i)->sightings = 0;
    for (uint32_t i = 0; i < e->bursts->len; i++) {
        vmn_burst_data *b = VMN_BURST(e, i);

        b->number = b->rounds = b->missing = b->frames = b->event = b->host = b->companion = 0;
        b->flags = 0;
        b->answered = b->companion_of = b->edge_start = b->edge_end = false;
    }
    g_array_set_size(e->order, 0);
    g_array_set_size(e->events, 0);
    e->round_cursor.burst = VMN_NONE;
    if (e->burst_path_index != NULL)
        g_hash_table_destroy(e->burst_path_index);
    e->burst_path_index = NULL;
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
        b->frames++;
        record->sighting = ++r->sightings;
        if (r->sightings == 1) {
            r->frame = record->frame;
            b->rounds++;
            b->missing += r->missing;
        }
    }
}

bool vmn_expected(const vmn_engine *e, const vmn_track *t, uint32_t position, unsigned missing,
                  unsigned round_flags, int64_t *expected)
{
    const vmn_schedule *s = vmn_schedules_get(e->schedules, t->schedule);
    uint32_t place = t->first + position - 1; /* of this round */

    if (s->family <= VMN_FAMILY_IRREGULAR || (round_flags & VMN_ROUND_FREE) || position < 2 ||
        place < missing + 1)
        return false;
    if (s->family == VMN_FAMILY_FIBONACCI && place == missing + 1)
        return false; /* the immediate round lies anywhere */
    *expected = 0;
    for (uint32_t k = place - missing - 1; k < place; k++)
        *expected += vmn_schedule_gap(s, &t->params, k);
    return true;
}

/* ---- what each burst is -----------------------------------------------------------------------
 */

static vmn_state state_of(const vmn_engine *e, const vmn_burst_data *b)
{
    const vmn_schedule *s = vmn_burst_schedule(e, b);
    int64_t due = vmn_track_due(&e->rules, &b->track), gap;

    if (s->family == VMN_FAMILY_FRESH)
        return VMN_STATE_SINGLE;
    if (vmn_track_complete(&e->rules, &b->track))
        return VMN_STATE_COMPLETE;
    /* irregular: as long again as the last interval would be no surprise */
    gap = due == INT64_MIN ? b->track.params.base : due - b->track.time;
    if (e->last_time - b->track.time < gap + vmn_tolerance(&e->rules, gap))
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
        if (vmn_expected(e, &b->track, r->position, r->missing, r->flags, &expected)) {
            int64_t deviation = r->time - VMN_ROUND(e, r->previous)->time - expected;

            b->foretold++;
            if (ABS(deviation) > vmn_tolerance(&e->rules, expected)) {
                r->flags |= VMN_ROUND_OFF;
                b->off++;
                b->flags |= VMN_FLAG_OFF_SCHEDULE;
            }
        }
        if (g_hash_table_size(e->answered) > 0 &&
            g_hash_table_contains(e->answered, GUINT_TO_POINTER(i + 1)))
            b->answered = true;
    }
}

/* An answer to a round that proved to be a sighting counts for the round it shows. */
static void resolve_answers(vmn_engine *e)
{
    GHashTableIter iter;
    gpointer key, value;

    g_hash_table_remove_all(e->answered);
    g_hash_table_iter_init(&iter, e->answers);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        uint32_t round = vmn_effective_round(e, GPOINTER_TO_UINT(key) - 1);
        gpointer shown = GUINT_TO_POINTER(round + 1);
        uint32_t frame = GPOINTER_TO_UINT(value);
        uint32_t other = GPOINTER_TO_UINT(g_hash_table_lookup(e->answered, shown));

        if (other == 0 || frame < other)
            g_hash_table_insert(e->answered, shown, value);
    }
}

/* Did the burst before go on when this one began? */
static void check_restart(vmn_engine *e, vmn_burst_data *b)
{
    vmn_burst_data *before;
    int64_t due, gap, start = VMN_ROUND(e, b->first)->time;

    if (b->before == VMN_NONE || !VMN_BURST(e, b->before)->alive)
        return;
    before = VMN_BURST(e, b->before);
    due = vmn_track_due(&e->rules, &before->track);
    if (due == INT64_MIN)
        return;
    gap = due - before->track.time;
    if (start - before->track.time > gap + vmn_tolerance(&e->rules, gap))
        return;
    b->flags |= VMN_FLAG_RESTART;
    if (before->track.time <= start)
        before->state = VMN_STATE_RESTART;
}

static void check_edges(vmn_engine *e, vmn_burst_data *b)
{
    const vmn_schedule *s = vmn_burst_schedule(e, b);
    int64_t start = VMN_ROUND(e, b->first)->time, hidden = 0;
    bool vague = s->family <= VMN_FAMILY_IRREGULAR || s->last == 0;

    for (unsigned k = 0; k < b->track.first; k++)
        hidden += vmn_schedule_gap(s, &b->track.params, k);
    if (hidden > 0 && b->track.first != s->second_start && start - hidden <= e->first_time)
        b->flags |= VMN_FLAG_BEGAN_BEFORE;
    if (b->state == VMN_STATE_CAPTURE_END)
        b->flags |= VMN_FLAG_MAY_GO_ON;
    b->edge_start = (b->flags & VMN_FLAG_BEGAN_BEFORE) || (vague && start - e->first_time < EDGE);
    b->edge_end = (b->flags & VMN_FLAG_MAY_GO_ON) || (vague && e->last_time - b->track.time < EDGE);
}

static void describe_bursts(vmn_engine *e)
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

void vmn_engine_settle(vmn_engine *e)
{
    if (e->settled)
        return;
    vmn_catch_up(e);
    settle_streams(e);
    if (e->withdrawn) {
        vmn_track_again(e);
        settle_streams(e);
    }
    reset_counts(e);
    resolve_answers(e);
    count_records(e);
    describe_bursts(e);
    vmn_relate(e);
    e->settled = true;
}

bool vmn_engine_is_settled(const vmn_engine *e)
{
    return e->settled;
}
