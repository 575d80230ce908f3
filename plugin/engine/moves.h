/* moves.h
 * All ways in which a burst can take a round as its next one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Decides: which places of which schedules a round may have, with how many rounds missing before
 * it.
 */
#ifndef VMN_MOVES_H
#define VMN_MOVES_H

#include "candidates.h"

/* Offer all ways in which the burst `track` takes the round as its next one, `cost` paid so far. */
void vmn_go_on(vmn_candidates *c, const vmn_track *track, const vmn_track *other, float cost);

/* A second round that a schedule foretells costs at least this. */
float vmn_cheapest_choice(const vmn_candidates *c, const vmn_track *track);

/* Is it too late for a further round of a burst? (If not known: no.) */
bool vmn_is_over(const vmn_candidates *c, const vmn_track *track);

#endif
