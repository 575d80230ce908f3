/* families.h
 * Two or three intervals that fit nothing known: is there a family whose parameters explain them?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Decides: the parameters of open families, such as the unit of a Fibonacci schedule.
 */
#ifndef VMN_FAMILIES_H
#define VMN_FAMILIES_H

#include "candidates.h"

/*
 * Offer what the burst `track`, irregular so far, may be when an interval (ns) later this round is
 * its next one; `other` is the burst beside it.
 */
void vmn_try_families(vmn_candidates *c, const vmn_track *track, const vmn_track *other, float cost,
                      int64_t interval);

#endif
