/* facts.h
 * What each burst is, when all is decided: numbers, counts, state, edges, restarts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Decides: what may be said of a burst as a whole.
 */
#ifndef VMN_FACTS_H
#define VMN_FACTS_H

#include "store.h"

/* Forget what was said of all bursts, and number and count anew. */
void vmn_count_all(vmn_engine *engine);

/* State, flags and edges of all bursts; they are numbered and counted. */
void vmn_describe_bursts(vmn_engine *engine);

#endif
