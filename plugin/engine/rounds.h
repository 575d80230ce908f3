/* rounds.h
 * Which frames show the same round: sightings, copies that may be rounds, storms.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Decides: what is one notice, as far as time and path say so; what they leave open, the decoder
 * decides.
 */
#ifndef VMN_ROUNDS_H
#define VMN_ROUNDS_H

#include "bursts.h"

#define VMN_REORDER (VMN_S * 3 / 10) /* frames may come this late (captures show 150 ms) */

/*
 * The round of a stream that a frame of this time (ns) may be a sighting of, the nearest one, and
 * how far away it is; NULL where there is none.
 */
vmn_column *vmn_find_round(const vmn_engine *engine, const vmn_stream *stream, int64_t when,
                           uint64_t *away);

/*
 * Give a record the round of which it is a sighting: `near`, which vmn_find_round() found, or one
 * of its own (NULL: there is none near).
 */
void vmn_place_record(vmn_engine *engine, vmn_stream *stream, vmn_record *record, vmn_column *near,
                      int64_t when);

/* Move the rounds of `from`, none of them decided, into `to`; sights of the same notice become one
 * round. Tags stay. */
void vmn_join_streams(vmn_engine *engine, vmn_stream *to, vmn_stream *from);

#endif
