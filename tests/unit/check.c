/* check.c
 * Everything a settled engine says must agree with everything else it says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "feed.h"

#include <string.h>

/* The rounds of a burst follow each other as the burst and their own figures say. */
static void check_rounds(const vmn_engine *engine, const vmn_burst *burst)
{
    vmn_round round, before = {0};
    uint32_t missing = 0, frames = 0;
    int64_t largest = 0;
    bool any = false;

    for (uint32_t j = 0; j < burst->rounds; j++, before = round) {
        vmn_engine_burst_round(engine, burst->number - 1, j, &round);
        g_assert_cmpint(round.has_delta, ==, j > 0);
        g_assert_cmpuint(round.round, ==, j == 0 ? 1 : before.round + 1 + round.missing);
        g_assert_cmpuint(round.sightings, >=, 1);
        g_assert_true(!round.has_expected || round.has_delta);
        if (j == 0)
            g_assert_cmpint(round.when, ==, burst->start);
        else
            g_assert_cmpint(round.delta, ==, round.when - before.when);
        g_assert_cmpint(round.delta, >=, 0);
        if (round.has_tick && j > 0)
            g_assert_cmpuint(round.tick, >, before.tick);
        if (round.has_expected) {
            g_assert_cmpint(round.expected, >, 0);
            g_assert_cmpint(round.deviation, ==, round.delta - round.expected);
            largest = MAX(largest, ABS(round.deviation));
            any = true;
        }
        missing += round.missing;
        frames += round.sightings;
    }
    g_assert_cmpuint(missing, ==, burst->missing);
    g_assert_cmpuint(frames, ==, burst->frames);
    g_assert_cmpint(before.when - burst->start, ==, burst->span);
    g_assert_cmpint(any, ==, burst->has_max_deviation);
    g_assert_cmpint(largest, ==, ABS(burst->max_deviation));
}

static void check_companion(const vmn_engine *engine, const vmn_burst *burst)
{
    vmn_burst other;

    g_assert_true(burst->companion == 0 || burst->companion_of == 0);
    if (burst->companion > 0) {
        vmn_engine_burst(engine, burst->companion - 1, &other);
        g_assert_cmpuint(other.companion_of, ==, burst->number);
    }
    if (burst->companion_of > 0) {
        g_assert_cmpint(burst->state, ==, VMN_STATE_SINGLE);
        vmn_engine_burst(engine, burst->companion_of - 1, &other);
        g_assert_cmpint(memcmp(other.mac, burst->mac, 6), !=, 0);
        g_assert_cmpuint(other.companion, !=, 0);
    }
}

static void check_burst(const vmn_engine *engine, uint32_t i, uint32_t *first_frame)
{
    vmn_burst burst;

    vmn_engine_burst(engine, i, &burst);
    g_assert_cmpuint(burst.number, ==, i + 1);
    g_assert_cmpuint(burst.rounds, >=, 1);
    g_assert_cmpuint(burst.first_frame, <=, burst.last_frame);
    g_assert_cmpuint(burst.first_frame, >=, *first_frame);
    g_assert_cmpint(burst.state == VMN_STATE_SINGLE, ==, burst.rounds == 1);
    g_assert_cmpuint(burst.event, >=, 1);
    g_assert_cmpuint(burst.event, <=, vmn_engine_n_events(engine));
    g_assert_cmpuint(strlen(burst.schedule), >, 0);
    g_assert_true(g_utf8_validate(burst.schedule, -1, NULL));
    g_assert_cmpuint(strlen(burst.announcer_name), >, 0);
    g_assert_cmpuint(vmn_engine_burst_paths(engine, i, NULL, 0), >=, 1);
    *first_frame = burst.first_frame;
    check_rounds(engine, &burst);
    check_companion(engine, &burst);
}

/* The round at this position of a burst. */
static vmn_round round_at(const vmn_engine *engine, const vmn_burst *burst, uint32_t position)
{
    vmn_round round = {0};

    for (uint32_t j = 0; j < burst->rounds && round.round != position; j++)
        vmn_engine_burst_round(engine, burst->number - 1, j, &round);
    g_assert_cmpuint(round.round, ==, position);
    return round;
}

static void check_view_of_burst(const vmn_engine *engine, const vmn_view *v, const vmn_burst *b)
{
    g_assert_cmpuint(v->burst, ==, b->number);
    g_assert_cmpint(memcmp(v->mac, b->mac, 6), ==, 0);
    g_assert_cmpuint(v->burst_first, ==, b->first_frame);
    g_assert_cmpuint(v->burst_last, ==, b->last_frame);
    g_assert_cmpuint(v->burst_rounds, ==, b->rounds);
    g_assert_cmpuint(v->burst_missing, ==, b->missing);
    g_assert_cmpuint(v->burst_frames, ==, b->frames);
    g_assert_cmpint(v->state, ==, b->state);
    g_assert_cmpint(v->announcer, ==, b->announcer);
    g_assert_cmpstr(v->announcer_name, ==, b->announcer_name);
    g_assert_cmpstr(schedule_of(engine, v), ==, b->schedule);
    g_assert_cmpuint(v->event, ==, b->event);
    g_assert_cmpuint(v->host, ==, b->host);
    g_assert_cmpuint(v->flags & ~b->flags, ==, 0);
    g_assert_cmpuint(v->seen_on & v->missed_on, ==, 0);
    g_assert_cmpuint(v->rival, ==, b->rival);
    g_assert_cmpuint(v->head_missing, ==, b->head_missing);
    g_assert_cmpuint(v->also_fits, ==, b->also_fits);
    g_assert_cmpfloat(b->confidence, >=, 0);
    g_assert_cmpfloat(b->confidence, <=, 1);
    if (b->announcer == VMN_ANNOUNCER_RARP_CLIENT)
        g_assert_cmpint(v->kind, !=, VMN_KIND_NOTICE);
}

static void check_view_of_round(const vmn_view *v, const vmn_burst *b, const vmn_round *r,
                                uint32_t frame)
{
    bool first_sight = v->sighting == 1;

    g_assert_cmpuint(v->missing, ==, r->missing);
    g_assert_cmpuint(v->sighting, <=, r->sightings);
    g_assert_cmpuint(v->sighting_of, ==, first_sight ? 0 : r->frame);
    if (first_sight)
        g_assert_cmpuint(r->frame, ==, frame);
    g_assert_cmpint(v->elapsed, ==, r->when - b->start);
    g_assert_cmpint(v->has_delta, ==, r->has_delta && first_sight);
    g_assert_cmpint(v->delta, ==, v->has_delta ? r->delta : 0);
    g_assert_cmpint(v->has_expected, ==, r->has_expected && first_sight);
    g_assert_cmpint(v->expected, ==, v->has_expected ? r->expected : 0);
    g_assert_cmpint(v->deviation, ==, v->has_expected ? r->deviation : 0);
    g_assert_cmpint(v->has_tick, ==, r->has_tick);
    g_assert_cmpuint(v->tick, ==, r->tick);
    g_assert_cmpint(v->prev > 0, ==, v->round > 1);
    g_assert_cmpint(v->next == 0, ==, v->round == b->rounds + b->missing);
}

/* A neighbour's frame is the first sighting of a round that points back here. */
static void check_neighbours(vmn_engine *engine, const vmn_view *v, const vmn_round *r)
{
    uint32_t record;
    vmn_view other;

    if (v->prev > 0) {
        record = vmn_engine_find(engine, v->prev, 0);
        g_assert_cmpuint(record, !=, VMN_NONE);
        vmn_engine_view(engine, record, &other);
        g_assert_cmpuint(other.next, ==, r->frame);
        g_assert_cmpuint(other.burst, ==, v->burst);
        g_assert_cmpuint(other.sighting, ==, 1);
        g_assert_cmpuint(other.round + 1 + v->missing, ==, v->round);
    }
    if (v->next > 0) {
        record = vmn_engine_find(engine, v->next, 0);
        g_assert_cmpuint(record, !=, VMN_NONE);
        vmn_engine_view(engine, record, &other);
        g_assert_cmpuint(other.prev, ==, r->frame);
        g_assert_cmpuint(other.burst, ==, v->burst);
        g_assert_cmpuint(other.sighting, ==, 1);
    }
}

/* Only for feeds whose frames are numbered from 1, one RARP layer each. */
static uint32_t check_views(vmn_engine *engine, unsigned *flags)
{
    uint32_t notices = 0;

    for (uint32_t i = 0; i < vmn_engine_size(engine); i++) {
        uint32_t burst_index = vmn_engine_burst_of(engine, i);
        vmn_view view;
        vmn_burst burst;
        vmn_round round;

        g_assert_cmpuint(vmn_engine_find(engine, i + 1, 0), ==, i);
        vmn_engine_view(engine, i, &view);
        if (burst_index == VMN_NONE) {
            g_assert_cmpuint(view.burst, ==, 0);
            continue;
        }
        notices++;
        vmn_engine_burst(engine, burst_index, &burst);
        /* Storms have rounds of millions of frames; the rounds are looked up one by one. */
        round = round_at(engine, &burst, view.round);
        check_view_of_burst(engine, &view, &burst);
        check_view_of_round(&view, &burst, &round, i + 1);
        check_neighbours(engine, &view, &round);
        flags[burst_index] |= view.flags;
    }
    return notices;
}

static void check_event(const vmn_engine *engine, uint32_t i)
{
    vmn_event event;
    vmn_burst burst;
    uint32_t n = 0;
    int64_t start = INT64_MAX, end = INT64_MIN;

    vmn_engine_event(engine, i, &event);
    g_assert_cmpuint(event.number, ==, i + 1);
    for (uint32_t k = vmn_engine_n_bursts(engine); k-- > 0;) {
        vmn_engine_burst(engine, k, &burst);
        if (burst.event != event.number)
            continue;
        n++;
        start = MIN(start, burst.start);
        end = MAX(end, burst.start + burst.span);
        if (burst.number == event.first_burst)
            g_assert_cmpuint(burst.first_frame, ==, event.first_frame);
        g_assert_cmpuint(burst.number, >=, event.first_burst);
    }
    g_assert_cmpuint(n, ==, event.n_bursts);
    g_assert_cmpuint(event.macs, >=, 1);
    g_assert_cmpuint(event.macs, <=, event.n_bursts);
    g_assert_cmpint(event.start, ==, start);
    g_assert_cmpint(event.start + event.span, ==, end);
}

void check_engine(vmn_engine *engine)
{
    uint32_t n = vmn_engine_n_bursts(engine), frames = 0, first_frame = 0, notices;
    unsigned *flags = g_new0(unsigned, n + 1);
    vmn_burst burst;

    g_assert_true(vmn_engine_is_settled(engine));
    for (uint32_t i = 0; i < n; i++) {
        check_burst(engine, i, &first_frame);
        vmn_engine_burst(engine, i, &burst);
        frames += burst.frames;
    }
    notices = check_views(engine, flags);
    g_assert_cmpuint(frames, ==, notices);
    for (uint32_t i = 0; i < n; i++) {
        vmn_engine_burst(engine, i, &burst);
        g_assert_cmphex(flags[i], ==, burst.flags);
    }
    for (uint32_t i = 0; i < vmn_engine_n_events(engine); i++)
        check_event(engine, i);
    g_free(flags);
}
