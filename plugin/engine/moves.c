/* moves.c
 * How a burst goes on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "moves.h"

#include <math.h>

#include "families.h"

#define LONG_AGO (600 * VMN_S)
#define AT_ONCE_LEAST 3000 /* ns: sending takes that long … */
#define AT_ONCE_FIRST                                                                              \
    (3 * VMN_MS / 20) /* … and the first time this at most (90 µs were seen), …               \
                       */
#define AT_ONCE_NEXT (3 * VMN_MS / 100) /* … then this (10 µs were seen) */
#define AT_ONCE_MOST                                                                               \
    6U /* rounds beside the first; of more one would not know that they are no copies */
#define BARE_FROM                                                                                  \
    (5 * VMN_S / 2) /* apart, unpadded notices are mostly Open vSwitch, one by one                 \
                     */

/* A MAC is mostly announced by the same software, … */
static float habit_cost(const vmn_track *track, unsigned schedule)
{
    return track->habit > 0 && track->habit != schedule ? VMN_COST_HABIT : 0;
}

/* … which shows itself only by some intervals where its parameters are its own, … */
static float irregular_habit_cost(const vmn_candidates *c, const vmn_track *track)
{
    return vmn_is_known(&c->rules->list[track->habit]) ? VMN_COST_HABIT : 0;
}

/* … and by software that announces such MACs. */
static float sender_cost(const vmn_candidates *c, const vmn_track *track, unsigned schedule)
{
    float cost = vmn_sender_range_cost(c->rules->list[schedule].announcer, c->range);

    return habit_cost(track, schedule) + MAX(cost, 0);
}

/* Can the frames be this software's? It sends frames of one length, or a few. */
static bool may_send(const vmn_candidates *c, unsigned schedule)
{
    return vmn_schedule_has_length(&c->rules->list[schedule], c->length);
}

/* Second round: all known schedules that foretell the interval exactly. */
static void choose_foretold(vmn_candidates *c, const vmn_track *t, const vmn_track *other,
                            float cost, int64_t interval)
{
    int64_t limit = vmn_link_limit(c->rules, interval) + vmn_link_limit(c->rules, interval) / 20;
    unsigned n;
    const vmn_way *ways = vmn_ways_between(c->rules->ways, interval - limit, interval + limit, &n);

    for (unsigned i = 0; i < n; i++) {
        const vmn_schedule *s = &c->rules->list[ways[i].schedule];
        vmn_node *node;
        float more = ways[i].cost;

        if (t->on_grid && t->habit == ways[i].schedule && ways[i].from > 0)
            more += VMN_COST_ON_GRID + (ways[i].from == s->second_start ? VMN_COST_CUT : 0);
        if (vmn_hopeless_known(c, cost + more + ways[i].exact) || !may_send(c, ways[i].schedule))
            continue;
        more += sender_cost(c, t, ways[i].schedule);
        more += vmn_cost_foretold(s, interval, ways[i].interval, ways[i].exact);
        if (vmn_hopeless_known(c, cost + more))
            continue;
        node = vmn_advance(c, t, other, ways[i].to - ways[i].from - 1U, cost + more);
        node->front.schedule = ways[i].schedule;
        node->front.first = ways[i].from;
        node->front.place = ways[i].to;
        node->front.params = s->params;
        vmn_offer(c, node);
    }
}

/* The first interval is shorter than its gap: Fibonacci's immediate round lies anywhere in the tick
 * before the first one. */
static void choose_free_first(vmn_candidates *c, const vmn_track *t, const vmn_track *other,
                              float cost, int64_t interval, unsigned schedule)
{
    const vmn_schedule *s = &c->rules->list[schedule];
    int64_t slack = vmn_tolerance(c->rules, s->params.base);

    cost += s->prior;
    if (vmn_hopeless_known(c, cost) || !may_send(c, schedule))
        return;
    cost += sender_cost(c, t, schedule) + vmn_cost_head(s, 0);
    for (unsigned to = 1; to <= VMN_MAX_SKIP + 1; to++) {
        int64_t latest = s->due[to];
        vmn_node *node;

        if (interval > latest + slack)
            continue;
        if (interval <= latest - s->shorter)
            break;
        cost += VMN_COST_LOST * (float)(to - 1) + logf((float)vmn_seconds(s->shorter));
        if (vmn_hopeless_known(c, cost))
            break;
        node = vmn_advance(c, t, other, to - 1, cost);
        node->front.schedule = (uint8_t)schedule;
        node->front.params = s->params;
        node->free = true;
        vmn_offer(c, node);
        break;
    }
}

/* A burst whose sender was paused: rounds due meanwhile come at once, the others keep their places.
 */
static void go_on_held_back(vmn_candidates *c, const vmn_track *t, const vmn_track *other,
                            float cost, int64_t interval)
{
    const vmn_schedule *s = vmn_track_schedule(c->rules, t);
    int64_t gap = vmn_schedule_gap(s, &t->params, t->place);
    vmn_node *node;

    if (t->place >= (s->last > 0 ? s->last : AT_ONCE_MOST))
        return;
    if (c->maybe_copy && interval <= c->rules->copy_window) {
        bool usual =
            interval >= AT_ONCE_LEAST && interval <= (t->place == 0 ? AT_ONCE_FIRST : AT_ONCE_NEXT);
        bool all = usual && c->range == VMN_RANGE_QEMU && c->length == 60 &&
                   t->place + 1 == s->last && (other == NULL || t->when - other->when > LONG_AGO);

        node =
            vmn_advance(c, t, other, 0, cost + (usual ? VMN_COST_AT_ONCE : VMN_COST_AT_ONCE_LATE));
        node->free = true;
        if (all) { /* as many as there have to be, and not again and again */
            node->cost += VMN_COST_AT_ONCE_ALL;
            node->front.held = VMN_HELD_ALL;
        }
        vmn_offer(c, node);
    }
    if (gap > 0 && interval > 0 && interval <= gap + vmn_tolerance(c->rules, gap)) {
        node = vmn_advance(c, t, other, 0, cost + logf((float)vmn_seconds(gap)));
        node->front.held = VMN_HELD_UNTIL_BEFORE;
        node->free = true;
        vmn_offer(c, node);
    }
}

/*
 * Unpadded frames come from Open vSwitch, one by one and at any time, or from what keeps a timer:
 * by chance an interval is as near to whole seconds as this one time in 330.
 */
static float bare_cost(int64_t interval)
{
    int64_t whole = (interval + VMN_S / 2) / VMN_S * VMN_S;

    if (interval <= BARE_FROM)
        return 0;
    return ABS(interval - whole) <= VMN_MS + interval / 10000 ? VMN_COST_IRREGULAR_TIMED
                                                              : VMN_COST_IRREGULAR_BARE;
}

/* One more round that fits nothing. */
static void go_on_irregular(vmn_candidates *c, const vmn_track *t, const vmn_track *other,
                            float cost, int64_t interval)
{
    vmn_node *node;

    if (c->beneath || interval <= c->rules->copy_window ||
        vmn_hopeless(c, cost + VMN_COST_IRREGULAR))
        return;
    cost += VMN_COST_IRREGULAR + irregular_habit_cost(c, t) +
            (c->length == 42 ? bare_cost(interval) : 0);
    node = vmn_advance(c, t, other, 0, cost + vmn_unforetold(t, interval));
    vmn_learn_interval(&node->front, t->place - t->first, interval);
    node->front.schedule = VMN_SCHEDULE_IRREGULAR;
    node->front.params.cap = t->params.step;
    node->front.params.step = t->params.base;
    node->front.params.base = interval;
    node->free = true;
    vmn_offer(c, node);
}

/*
 * A burst whose sender was paused and has parameters of its own, which the rounds after those sent
 * at once are to show (families.h): irregular until then.
 */
static void go_on_held_back_own(vmn_candidates *c, const vmn_track *t, const vmn_track *other,
                                float cost, int64_t interval)
{
    vmn_track released = *t;

    released.held = VMN_HELD_UNTIL_BEFORE;
    released.first = (uint8_t)MIN(t->place, UINT8_MAX);
    if (c->maybe_copy && interval <= c->rules->copy_window)
        go_on_held_back(c, t, other, cost, interval);
    else if (t->place < UINT8_MAX)
        go_on_irregular(c, &released, other, cost, interval);
}

/* Second round: a burst whose sender was paused. */
static void choose_held_back(vmn_candidates *c, const vmn_track *t, const vmn_track *other,
                             float cost, int64_t interval, unsigned schedule)
{
    const vmn_schedule *s = &c->rules->list[schedule];
    vmn_track late;

    if (interval > s->params.base + vmn_tolerance(c->rules, s->params.base) || t->copies > 0 ||
        !may_send(c, schedule))
        return;
    late = *t;
    late.schedule = (uint8_t)schedule;
    late.params = s->params;
    late.held = VMN_HELD_AT_ONCE;
    go_on_held_back(c, &late, other,
                    cost + s->prior + VMN_COST_HELD_BACK + sender_cost(c, t, schedule), interval);
}

/* The same with parameters of its own, which cost enough when they are found. */
static void choose_held_back_own(vmn_candidates *c, const vmn_track *t, const vmn_track *other,
                                 float cost, int64_t interval)
{
    unsigned schedule = vmn_schedules_open(c->rules->schedules, VMN_FAMILY_LINEAR, 0);
    vmn_track late = *t;

    if (interval > c->rules->copy_window || t->copies > 0 || !may_send(c, schedule))
        return;
    late.schedule = VMN_SCHEDULE_IRREGULAR;
    late.held = VMN_HELD_AT_ONCE;
    go_on_held_back(c, &late, other, cost + sender_cost(c, t, schedule), interval);
}

float vmn_cheapest_choice(const vmn_candidates *c, const vmn_track *t)
{
    return c->rules->cheapest_schedule + c->cheapest + (t->on_grid ? VMN_COST_ON_GRID : 0);
}

static void go_on_fresh(vmn_candidates *c, const vmn_track *t, const vmn_track *other, float cost,
                        int64_t interval)
{
    if (!vmn_hopeless_known(c, cost + vmn_cheapest_choice(c, t)))
        choose_foretold(c, t, other, cost, interval);
    if (!c->maybe_copy && vmn_hopeless(c, cost))
        return; /* copies apart, what follows is no gain */
    for (unsigned i = 0; i < c->rules->n_loose; i++) {
        unsigned schedule = c->rules->loose[i];

        if (c->rules->list[schedule].held_back)
            choose_held_back(c, t, other, cost, interval, schedule);
        else
            choose_free_first(c, t, other, cost, interval, schedule);
    }
    if (c->maybe_copy)
        choose_held_back_own(c, t, other, cost, interval);
    go_on_irregular(c, t, other, cost, interval);
}

/*
 * The cap shows itself by an interval `gap` below the foretold one, `below`, but not below the one
 * before, `before`; `skip` rounds were lost.
 */
static void try_cap(vmn_candidates *c, const vmn_track *t, const vmn_track *other, float cost,
                    unsigned skip, int64_t gap, int64_t before, int64_t below)
{
    const vmn_schedule *s = vmn_track_schedule(c->rules, t);
    int64_t cap = s->caps > 1 ? (gap + s->caps / 2) / s->caps * s->caps : vmn_round_duration(gap);
    vmn_node *node;

    if (gap < before - 2 * vmn_tolerance(c->rules, before) ||
        gap > below - vmn_tolerance(c->rules, below) ||
        ABS(cap - gap) > vmn_tolerance(c->rules, gap))
        return;
    node = vmn_advance(c, t, other, skip, cost + VMN_COST_LOST * (float)skip);
    node->front.params.cap = cap;
    node->front.capped = true;
    vmn_offer(c, node);
}

/*
 * Find a cap in the interval after lost rounds: either their gaps still grew, and it is what they
 * leave of the interval, or all of them were as long as it.
 */
static void find_cap(vmn_candidates *c, const vmn_track *t, const vmn_track *other, float cost,
                     int64_t interval)
{
    const vmn_schedule *s = vmn_track_schedule(c->rules, t);
    int64_t before, below, left = interval;

    if (s->caps == 0 || t->capped || t->place < 2)
        return;
    cost += s->held_back && vmn_is_known(s) ? VMN_COST_CAP_KNOWN : VMN_COST_CAP;
    before = vmn_schedule_gap(s, &t->params, t->place - 1);
    below = vmn_schedule_gap(s, &t->params, t->place);
    for (unsigned skip = 0; skip <= 2 && !vmn_hopeless(c, cost + VMN_COST_LOST * (float)skip);
         skip++) {
        int64_t gap = vmn_schedule_gap(s, &t->params, t->place + skip);

        if (skip > 0)
            try_cap(c, t, other, cost, skip, interval / (skip + 1), before, below);
        try_cap(c, t, other, cost, skip, left,
                skip > 0 ? vmn_schedule_gap(s, &t->params, t->place + skip - 1) : before, gap);
        left -= gap;
    }
}

/* More than any number of missing rounds explains; known without a look at each of them. */
static bool far_too_long(const vmn_schedule *s, const vmn_track *t, int64_t interval)
{
    unsigned furthest = t->place + 1 + VMN_MAX_SKIP;

    return furthest < s->n_due && interval / 2 > s->due[furthest] - s->due[t->place];
}

/* How many of the burst's next gaps are known beforehand? */
static unsigned tabled_gaps(const vmn_schedule *s, const vmn_track *t)
{
    return t->capped || t->place >= s->n_due ? 0 : s->n_due - 1U - t->place;
}

/* The cost of the burst's next interval, after `skip` missing rounds, if it is just as long. */
static float exact_cost(const vmn_schedule *s, const vmn_track *t, unsigned skip, int64_t expected)
{
    return skip == 0 && tabled_gaps(s, t) > 0 ? s->exact[t->place] : vmn_cost_exact(s, expected);
}

/* One round late while the next ones keep their times: the timer went on, only this sending waited.
 */
static void come_late(vmn_candidates *c, const vmn_track *t, const vmn_track *other, float cost,
                      int64_t interval)
{
    const vmn_schedule *s = vmn_track_schedule(c->rules, t);
    int64_t gap = vmn_schedule_gap(s, &t->params, t->place), late = interval - gap;
    vmn_node *node;

    cost += VMN_COST_LATE + logf((float)vmn_seconds(MAX(gap, 1)));
    if (vmn_hopeless_by(c, s, cost) || late <= vmn_link_limit(c->rules, gap) ||
        late >= vmn_schedule_gap(s, &t->params, t->place + 1))
        return;
    node = vmn_advance(c, t, other, 0, cost);
    node->front.when = t->when + gap;
    node->late = true;
    vmn_offer(c, node);
}

static void go_on_schedule(vmn_candidates *c, const vmn_track *t, const vmn_track *other,
                           float cost, int64_t interval)
{
    const vmn_schedule *s = vmn_track_schedule(c->rules, t);
    const unsigned tabled = tabled_gaps(s, t);
    int64_t expected = 0;
    bool fits = false;

    if (vmn_hopeless_by(c, s, cost + c->cheapest) || far_too_long(s, t, interval))
        return;
    for (unsigned skip = 0; skip <= VMN_MAX_SKIP; skip++) {
        bool beyond = s->last > 0 && t->place + skip >= s->last;
        int64_t before = expected, off;
        vmn_node *node;
        float more;

        if (beyond && !s->beyond)
            return;
        if (skip < tabled)
            expected = s->due[t->place + skip + 1] - s->due[t->place];
        else
            expected += vmn_schedule_gap(s, &t->params, t->place + skip);
        if (expected == before)
            return;
        off = interval - expected;
        if (off > expected) /* far too long for this few rounds */
            continue;
        more = VMN_COST_LOST * (float)skip + (beyond && t->place <= s->last ? VMN_COST_BEYOND : 0);
        if (vmn_hopeless_by(c, s, cost + more + c->cheapest))
            break; /* more missing rounds cost more still */
        if (ABS(off) <= vmn_link_limit(c->rules, expected)) {
            more += vmn_cost_foretold(s, interval, expected, exact_cost(s, t, skip, expected));
            if (vmn_hopeless_by(c, s, cost + more))
                continue;
            node = vmn_advance(c, t, other, skip, cost + more);
            node->front.held = VMN_HELD_NONE;
            vmn_offer(c, node);
            fits = ABS(off) <= vmn_tolerance(c->rules, expected);
        } else if (off < 0) {
            break; /* too short, for more rounds even more so */
        }
    }
    if (!fits && vmn_is_known(s) && s->family != VMN_FAMILY_FIBONACCI && t->place >= t->first + 3U)
        come_late(c, t, other, cost, interval);
    if (!fits && t->place >= 2 && !t->capped)
        find_cap(c, t, other, cost, interval);
}

void vmn_go_on(vmn_candidates *c, const vmn_track *t, const vmn_track *other, float cost)
{
    int64_t interval = vmn_difference(c->when, t->when);

    switch (vmn_track_schedule(c->rules, t)->family) {
    case VMN_FAMILY_FRESH:
        go_on_fresh(c, t, other, cost, interval);
        break;
    case VMN_FAMILY_IRREGULAR:
        if (vmn_is_at_once(t)) {
            go_on_held_back_own(c, t, other, cost, interval);
            break;
        }
        go_on_irregular(c, t, other, cost, interval);
        vmn_try_families(c, t, other, cost, interval);
        break;
    default:
        if (vmn_is_at_once(t))
            go_on_held_back(c, t, other, cost, interval);
        else
            go_on_schedule(c, t, other, cost, interval);
    }
}

bool vmn_is_over(const vmn_candidates *c, const vmn_track *t)
{
    return !vmn_is_at_once(t) &&
           far_too_long(vmn_track_schedule(c->rules, t), t, vmn_difference(c->when, t->when));
}
