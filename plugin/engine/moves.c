/* moves.c
 * How a burst goes on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "moves.h"

#include <math.h>

#include "families.h"

#define SHORTEST_UNKNOWN 0.05 /* s: intervals that fit nothing are not told apart below this */

/* Cost of an interval that nothing foretells. */
static float unforetold(int64_t interval)
{
    return logf((float)MAX(vmn_seconds(interval), SHORTEST_UNKNOWN) * VMN_LOG_RANGE);
}

/* A MAC is mostly announced by the same software, and software sends frames of one length. */
static float sender_cost(const vmn_candidates *c, const vmn_track *track, unsigned schedule)
{
    uint32_t usual = c->rules->list[schedule].length;
    float cost = usual > 0 && c->length > 0 && usual != c->length ? VMN_COST_LENGTH : 0;

    return track->habit > 0 && track->habit != schedule ? cost + VMN_COST_HABIT : cost;
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
        if (vmn_hopeless_known(c, cost + more + ways[i].exact))
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

/* Fibonacci: the immediate round lies anywhere in the tick before the first one. */
static void choose_free_first(vmn_candidates *c, const vmn_track *t, const vmn_track *other,
                              float cost, int64_t interval, unsigned schedule)
{
    const vmn_schedule *s = &c->rules->list[schedule];
    int64_t slack = vmn_tolerance(c->rules, s->params.base);

    if (vmn_hopeless(c, cost + s->prior))
        return;
    for (unsigned to = 1; to <= VMN_MAX_SKIP + 1; to++) {
        int64_t latest = (int64_t)vmn_schedule_tick(to) * s->params.base;
        vmn_node *node;

        if (interval > latest + slack)
            continue;
        if (interval <= latest - s->params.base)
            break;
        node = vmn_advance(c, t, other, to - 1,
                           cost + s->prior + sender_cost(c, t, schedule) + vmn_cost_head(s, 0) +
                               VMN_COST_LOST * (float)(to - 1) +
                               logf((float)vmn_seconds(s->params.base)));
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

    if (t->place >= s->last)
        return;
    if (c->maybe_copy && interval <= c->rules->copy_window) {
        bool usual = interval >= 3000 && interval <= 3 * VMN_MS / 20;

        node =
            vmn_advance(c, t, other, 0, cost + (usual ? VMN_COST_AT_ONCE : VMN_COST_AT_ONCE_LATE));
        node->free = true;
        vmn_offer(c, node);
    }
    if (interval > 0 && interval <= gap + vmn_tolerance(c->rules, gap)) {
        node = vmn_advance(c, t, other, 0, cost + logf((float)vmn_seconds(gap)));
        node->front.held_back = false;
        node->free = true;
        vmn_offer(c, node);
    }
}

/* One more round that fits nothing. */
static void go_on_irregular(vmn_candidates *c, const vmn_track *t, const vmn_track *other,
                            float cost, int64_t interval)
{
    vmn_node *node;

    if (interval <= c->rules->copy_window || vmn_hopeless(c, cost + VMN_COST_IRREGULAR))
        return;
    node = vmn_advance(c, t, other, 0, cost + VMN_COST_IRREGULAR + unforetold(interval));
    node->front.schedule = VMN_SCHEDULE_IRREGULAR;
    node->front.first = 0;
    node->front.params.cap = t->params.step;
    node->front.params.step = t->params.base;
    node->front.params.base = interval;
    node->free = true;
    vmn_offer(c, node);
}

/* Second round: a burst whose sender was paused. */
static void choose_held_back(vmn_candidates *c, const vmn_track *t, const vmn_track *other,
                             float cost, int64_t interval, unsigned schedule)
{
    const vmn_schedule *s = &c->rules->list[schedule];
    vmn_track late;

    if (interval > s->params.base + vmn_tolerance(c->rules, s->params.base))
        return;
    late = *t;
    late.schedule = (uint8_t)schedule;
    late.params = s->params;
    late.held_back = true;
    go_on_held_back(c, &late, other,
                    cost + s->prior + VMN_COST_HELD_BACK + sender_cost(c, t, schedule), interval);
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
    go_on_irregular(c, t, other, cost + sender_cost(c, t, VMN_SCHEDULE_IRREGULAR), interval);
}

/* A gap below the foretold one, but not below the one before: the cap shows itself. */
static void find_cap(vmn_candidates *c, const vmn_track *t, const vmn_track *other, float cost,
                     int64_t interval)
{
    const vmn_schedule *s = vmn_track_schedule(c->rules, t);
    int64_t gap, before;
    vmn_node *node;

    if ((s->family != VMN_FAMILY_LINEAR && s->family != VMN_FAMILY_GEOMETRIC) || t->capped ||
        s->num == 7 || t->place < 2)
        return;
    cost += s->held_back ? VMN_COST_CAP_KNOWN : VMN_COST_CAP;
    if (vmn_hopeless(c, cost))
        return;
    gap = vmn_schedule_gap(s, &t->params, t->place);
    before = vmn_schedule_gap(s, &t->params, t->place - 1);
    if (interval < before - vmn_tolerance(c->rules, before) ||
        interval > gap - vmn_tolerance(c->rules, gap))
        return;
    node = vmn_advance(c, t, other, 0, cost);
    node->front.params.cap = vmn_round_duration(interval);
    node->front.capped = true;
    vmn_offer(c, node);
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
            vmn_offer(c, vmn_advance(c, t, other, skip, cost + more));
            fits = true;
        } else if (off < 0) {
            break; /* too short, for more rounds even more so */
        }
    }
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
        go_on_irregular(c, t, other, cost, interval);
        vmn_try_families(c, t, other, cost, interval);
        break;
    default:
        if (t->held_back)
            go_on_held_back(c, t, other, cost, interval);
        else
            go_on_schedule(c, t, other, cost, interval);
    }
}

bool vmn_is_over(const vmn_candidates *c, const vmn_track *t)
{
    return !t->held_back &&
           far_too_long(vmn_track_schedule(c->rules, t), t, vmn_difference(c->when, t->when));
}
