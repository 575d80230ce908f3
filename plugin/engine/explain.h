/* explain.h
 * All explanations of one round, given those of the rounds before it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Each explanation of the rounds before (a node) is extended in every way that makes sense:
 *
 *   the burst of the last round goes on      moves.h
 *   an older burst goes on beneath it        moves.h, dearer
 *   a burst begins here                      costs a start and the end of the burst before
 *   it is no round at all                    a copy of the last one, where the same path saw both
 *
 * Decides: what begins a burst, and what a copy costs.
 */
#ifndef VMN_EXPLAIN_H
#define VMN_EXPLAIN_H

#include "candidates.h"

/* A round to be explained. */
typedef struct {
    const vmn_rules *rules;
    int64_t when;
    uint32_t round;
    bool maybe_copy; /* seen on the same path as the round before, within the copy window */
    uint32_t length; /* octets of the stream's frames */
    vmn_range range; /* of its MAC */
} vmn_question;

/*
 * Collect in *c the explanations of a round, given n_before nodes that explain all rounds up to the
 * one before it, at time `before` (none: it is the first). Returns how many to keep; c->order names
 * them.
 */
unsigned vmn_explain(vmn_candidates *c, const vmn_question *question, const vmn_node *nodes,
                     unsigned n_before, int64_t before);

#endif
