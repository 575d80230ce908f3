/* candidates.h
 * Explanations of one more round, while they are collected: which are kept, and which are too dear.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Decides: the beam. A candidate that costs much more than the best one is dropped, and so is one
 * that has the same future as a cheaper one.
 *
 * The beam is what keeps a frame cheap: most of the ways in which a round could be meant are known
 * to be too dear before they are built (vmn_hopeless…). 14 nats are a million to one: an
 * explanation that far behind is given up. Known schedules get less
 * (12, and 10 if the best candidate explains the very same burst otherwise), for the next interval
 * shows whether they are right.
 */
#ifndef VMN_CANDIDATES_H
#define VMN_CANDIDATES_H

#include "track.h"

#define VMN_MAX_NODES 16
#define VMN_MAX_CANDIDATES 160 /* below 256 */

/* What a node says of its round. */
typedef enum {
    VMN_ACTION_START, /* begins a burst */
    VMN_ACTION_GO_ON, /* next round of a burst */
    VMN_ACTION_ABSORB /* no round of its own: another sighting of the round before */
} vmn_action;

/*
 * One explanation of all rounds up to one of them. Its cost holds all that was assumed for the
 * rounds before; what they were assumed to be is found by going from parent to parent.
 */
typedef struct {
    vmn_track front;       /* the burst of the last round */
    const vmn_track *back; /* the burst before it, which may still go on; NULL: none. While it is a
                              candidate, it lies with the node before; then in its column */
    float cost;
    uint8_t parent;  /* while it is a candidate; then see vmn_column */
    uint8_t action;  /* vmn_action */
    uint8_t missing; /* rounds missing just before this one */
    bool free : 1;   /* the schedule does not say how long this interval is */
    bool late : 1;   /* the round came late, the next one is due as if it had not */
} vmn_node;

/* One extension of all nodes by one round. */
typedef struct {
    const vmn_rules *rules;
    int64_t when;
    uint32_t round;
    bool maybe_copy;
    uint32_t length; /* octets of the stream's frames */
    vmn_range range; /* of its MAC */
    bool beneath;    /* an older burst goes on under a newer one: it needs a schedule for that */
    uint8_t parent;
    float best;          /* cost of the cheapest one so far … */
    uint32_t best_start; /* … and the first round of its burst */
    float limit;         /* above this they are hopeless */
    float known_limit;   /* … and bursts that go on by a known schedule above this */
    int64_t before;      /* ns: time of the round before */
    float cheapest;      /* no foretold interval up to this round costs less */
    unsigned n;
    uint8_t order[VMN_MAX_NODES];          /* of the kept ones */
    vmn_track under[VMN_MAX_NODES];        /* their parents' fronts, where an older burst goes on */
    vmn_node list[VMN_MAX_CANDIDATES + 1]; /* n of them; the one after is being built */
} vmn_candidates;

/* Too dear to be kept, whatever comes: asked before anything is built. */
static inline bool vmn_hopeless(const vmn_candidates *c, float cost)
{
    return cost > c->limit;
}

/* Likewise if a burst goes on by a known schedule: that it is the wrong one shows soon. */
static inline bool vmn_hopeless_known(const vmn_candidates *c, float cost)
{
    return cost > c->known_limit;
}

/* Likewise if this burst goes on, by the schedule that it has. */
static inline bool vmn_hopeless_by(const vmn_candidates *c, const vmn_schedule *s, float cost)
{
    return cost > (vmn_is_known(s) ? c->known_limit : c->limit);
}

/* A candidate to be filled in, and then to be offered before the next one is begun. */
static inline vmn_node *vmn_new_candidate(vmn_candidates *c)
{
    return &c->list[c->n];
}

/* Keep the new candidate unless it is too dear or a cheaper one has the same future. */
void vmn_offer(vmn_candidates *c, const vmn_node *node);

/* The new candidate that follows when `track` gets this round as its next one, `skip` rounds
 * missing. */
vmn_node *vmn_advance(vmn_candidates *c, const vmn_track *track, const vmn_track *other,
                      unsigned skip, float cost);

/* Sort (there are few) and drop the dearest: order[] then names those to keep; returns how many. */
unsigned vmn_prune(vmn_candidates *c);

#endif
