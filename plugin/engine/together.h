/* together.h
 * What bursts of different MACs have to do with each other: events and companions.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Decides: which bursts begin together, and which single notice came along with another burst's
 * round.
 */
#ifndef VMN_TOGETHER_H
#define VMN_TOGETHER_H

#include "store.h"

/* The indices of all numbered bursts (uint32_t) in order of their start; free with g_array_free().
 */
GArray *vmn_bursts_by_start(vmn_engine *engine);

/* Find events; `sorted` is from vmn_bursts_by_start(). */
void vmn_find_events(vmn_engine *engine, const GArray *sorted);

/*
 * Find companions: a MAC announced once, together with a later round of another MAC's burst, is
 * probably a guest inside that machine (captures/README.md, reference case).
 */
void vmn_find_companions(vmn_engine *engine, const GArray *sorted);

#endif
