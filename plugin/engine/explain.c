/* explain.c
 * Extend every explanation by one round.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "explain.h"

#include <math.h>

#include "moves.h"

#define ON_GRID (2 * VMN_MS)

/* Whether this round lies on a tick of a Fibonacci burst that was going on shortly before. */
static bool lies_on_grid(const vmn_candidates *c, const vmn_track *t)
{
    const vmn_schedule *s = vmn_track_schedule(c->rules, t);
    int64_t interval, off;

    if (s->family != VMN_FAMILY_FIBONACCI || t->place == 0)
        return false;
    interval = vmn_difference(c->when, t->when);
    if (interval > 64 * t->params.base)
        return false;
    off = interval % t->params.base;
    return interval > t->params.base / 2 && MIN(off, t->params.base - off) <= ON_GRID;
}

static void start_burst(vmn_candidates *c, const vmn_node *from)
{
    vmn_node *node;
    float cost = 0;

    if (from != NULL)
        cost = from->cost + VMN_COST_START + from->front.end +
               (c->maybe_copy && vmn_is_at_once(&from->front) ? VMN_COST_START_AT_ONCE : 0);
    if (vmn_hopeless(c, cost))
        return;
    node = vmn_new_candidate(c);
    *node = (vmn_node){.cost = cost, .parent = c->parent, .action = VMN_ACTION_START};
    if (from != NULL) {
        const vmn_schedule *s = vmn_track_schedule(c->rules, &from->front);

        node->back = vmn_track_may_go_on(s, &from->front) ? &from->front : from->back;
        node->front.on_grid = lies_on_grid(c, &from->front);
        node->front.habit =
            s->family > VMN_FAMILY_IRREGULAR ? from->front.schedule : from->front.habit;
    }
    node->front.when = c->when;
    node->front.start = c->round;
    vmn_offer(c, node);
}

static float copy_cost(int64_t distance)
{
    if (distance <= VMN_MS / 200)
        return VMN_COST_COPY_MOMENT;
    if (distance <= VMN_MS / 25)
        return VMN_COST_COPY_NEAR;
    return distance <= VMN_MS * 6 / 10 ? VMN_COST_COPY_LATE : VMN_COST_COPY_FAR;
}

static void absorb(vmn_candidates *c, const vmn_node *from)
{
    vmn_node *node;
    int64_t distance = vmn_difference(c->when, from->front.when);

    if (!c->maybe_copy || distance > c->rules->copy_window || vmn_is_at_once(&from->front))
        return; /* what was held back shows no copies: there would be some of each round */
    node = vmn_new_candidate(c);
    *node = *from;
    node->cost += copy_cost(vmn_difference(c->when, c->before)) +
                  (from->front.copies > 0 ? VMN_COST_COPY_AGAIN : 0);
    node->front.copies = (uint8_t)MIN(from->front.copies + 1, 3);
    node->action = VMN_ACTION_ABSORB;
    node->missing = 0;
    node->parent = c->parent;
    vmn_offer(c, node);
}

/* Would all that can follow from a node be too dear to be kept? */
static bool leads_nowhere(const vmn_candidates *c, const vmn_node *from, float again)
{
    const vmn_schedule *s = vmn_track_schedule(c->rules, &from->front);
    float least = from->cost + c->cheapest;

    if (c->maybe_copy || !vmn_hopeless(c, from->cost))
        return false;
    if (s->family == VMN_FAMILY_FRESH)
        return vmn_hopeless_known(c, from->cost + vmn_cheapest_choice(c, &from->front)) &&
               vmn_hopeless(c, least + again);
    return vmn_hopeless_by(c, s, least);
}

static void extend(vmn_candidates *c, const vmn_node *from)
{
    float again = from->front.interleaved ? 0.7F : VMN_COST_INTERLEAVE;

    if (leads_nowhere(c, from, again))
        return;
    absorb(c, from);
    vmn_go_on(c, &from->front, from->back, from->cost);
    start_burst(c, from);
    if (from->back != NULL && from->back->schedule != VMN_SCHEDULE_IRREGULAR && !c->maybe_copy &&
        !vmn_hopeless(c, from->cost + again + c->cheapest) && !vmn_is_over(c, from->back)) {
        vmn_track *front = &c->under[c->parent], back = *from->back;
        float cost = from->cost + again;

        *front = from->front;
        if (!front->interleaved)
            cost -= back.end;
        front->interleaved = back.interleaved = true;
        c->beneath = true;
        vmn_go_on(c, &back, front, cost);
        c->beneath = false;
    }
}

unsigned vmn_explain(vmn_candidates *c, const vmn_question *q, const vmn_node *nodes,
                     unsigned n_before, int64_t before)
{
    c->rules = q->rules;
    c->when = q->when;
    c->round = q->round;
    c->maybe_copy = q->maybe_copy;
    c->length = q->length;
    c->range = q->range;
    c->best = c->limit = c->known_limit = INFINITY;
    c->best_start = VMN_NONE;
    c->n = 0;
    c->before = before;
    c->beneath = false;
    c->parent = 0;
    if (n_before == 0)
        start_burst(c, NULL);
    else
        c->cheapest = vmn_cheapest_since(c->rules, vmn_difference(c->when, before));
    for (unsigned k = 0; k < n_before; k++) {
        c->parent = (uint8_t)k;
        extend(c, &nodes[k]);
    }
    return vmn_prune(c);
}
