/* candidates.c
 * Collect, compare, prune.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "candidates.h"

#include <math.h>

/* Is a finished candidate not worth keeping? Strictest with a known schedule for the very burst
 * that the best candidate explains otherwise. */
static bool too_dear(const vmn_candidates *c, const vmn_node *node)
{
    if (node->action != VMN_ACTION_GO_ON ||
        !vmn_is_known(vmn_track_schedule(c->rules, &node->front)))
        return vmn_hopeless(c, node->cost);
    if (node->front.start == c->best_start)
        return node->cost > c->best + VMN_COST_BEAM_SAME;
    return vmn_hopeless_known(c, node->cost);
}

static void note_cost(vmn_candidates *c, const vmn_node *node)
{
    if (node->cost < c->best) {
        c->best = node->cost;
        c->best_start = node->front.start;
        c->limit = node->cost + VMN_COST_BEAM;
        c->known_limit = node->cost + VMN_COST_BEAM_KNOWN;
    }
}

static bool same_back(const vmn_candidates *c, const vmn_node *a, const vmn_node *b)
{
    return a->back == b->back ||
           (a->back != NULL && b->back != NULL && vmn_track_same(c->rules, a->back, b->back));
}

void vmn_offer(vmn_candidates *c, const vmn_node *node)
{
    if (too_dear(c, node))
        return;
    for (unsigned i = 0; i < c->n; i++) {
        if (vmn_track_same(c->rules, &c->list[i].front, &node->front) &&
            (same_back(c, &c->list[i], node) ||
             fabsf(node->cost - c->list[i].cost) > VMN_COST_BACK)) {
            if (node->cost < c->list[i].cost)
                c->list[i] = *node;
            note_cost(c, node);
            return;
        }
    }
    if (c->n == VMN_MAX_CANDIDATES)
        return;
    c->n++;
    note_cost(c, node);
}

vmn_node *vmn_advance(vmn_candidates *c, const vmn_track *track, const vmn_track *other,
                      unsigned skip, float cost)
{
    vmn_node *node = vmn_new_candidate(c);

    node->front = *track;
    node->back = other;
    node->cost = cost;
    node->parent = c->parent;
    node->action = VMN_ACTION_GO_ON;
    node->missing = (uint8_t)skip;
    node->free = node->late = false;
    node->front.when = c->when;
    node->front.place += 1 + skip;
    node->front.missing += skip;
    node->front.copies = 0;
    return node;
}

unsigned vmn_prune(vmn_candidates *c)
{
    unsigned n = 0;

    for (unsigned i = 0; i < c->n; i++) {
        float cost = c->list[i].cost;
        unsigned at = n;

        if (too_dear(c, &c->list[i]) ||
            (n == VMN_MAX_NODES && c->list[c->order[n - 1]].cost <= cost))
            continue;
        if (n < VMN_MAX_NODES)
            n++;
        else
            at--;
        for (; at > 0 && c->list[c->order[at - 1]].cost > cost; at--)
            c->order[at] = c->order[at - 1];
        c->order[at] = (uint8_t)i;
    }
    return n;
}
