/* fit.h
 * How well the intervals of a burst fit each sender of the table, and other software.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The decoder asks which rounds belong together; here the rounds of a burst are given, and the
 * question is who sends so. All answers are costs in nats, −ln of the likelihood of the intervals
 * (a density, in seconds), so that they can be compared:
 *
 *   a row of the table   the cheapest way through its schedule, from any place on, with rounds lost
 *   other software       the cheapest of: no rule, one interval, growing by a factor, by a step, as
 *                        the sum of the two before; each with a cap perhaps. It pays for every
 *                        parameter and for not being known to exist
 *
 * Decides: what speaks for a sender, as far as intervals go.
 */
#ifndef VMN_FIT_H
#define VMN_FIT_H

#include "track.h"

#define VMN_FIT_MOST 24 /* intervals looked at; more say nothing new */

/* The intervals of a burst, and how it ends. */
typedef struct {
    int64_t gaps[VMN_FIT_MOST]; /* ns, between its seen rounds */
    unsigned n;
    unsigned at_once; /* rounds before the first of them that came with the first one */
    bool more;        /* there are later ones */
    bool followed;    /* by another burst, at that time: */
    int64_t waited;   /* ns from another burst's last round to the first one; 0: none was before */
    int64_t watched;  /* ns that the capture goes on after the last round, or until another burst */
} vmn_intervals;

/* The cheapest way of a burst through a schedule. */
typedef struct {
    float cost;
    vmn_params params;
    uint8_t first;               /* place of the first seen round */
    uint8_t skips[VMN_FIT_MOST]; /* rounds lost before each later one */
    uint8_t foretold;            /* intervals that it said beforehand */
    bool free_first;             /* the first interval is one that the schedule leaves open */
} vmn_fit;

/*
 * How a row of the table explains the intervals. known: the row's parameters, where the capture
 * shows them elsewhere; NULL: the usual ones, or what the intervals show, at its price. False: not
 * at all.
 */
bool vmn_fit_row(const vmn_rules *rules, unsigned schedule, const vmn_params *known,
                 const vmn_intervals *intervals, vmn_fit *fit);

/* The cost of the intervals if other software sent them. */
float vmn_fit_other(const vmn_intervals *intervals);

#endif
