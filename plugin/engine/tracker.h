/* tracker.h
 * From frames to rounds: which stream of its MAC a frame belongs to.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Most frames are never asked about one by one, so they are only noted when they come and tracked
 * later, MAC by MAC; all is then as if they had been tracked at once.
 *
 * Decides: which paths carry the same notices (a stream), and the numbers of bursts as they were
 * known when their frames came.
 */
#ifndef VMN_TRACKER_H
#define VMN_TRACKER_H

#include "rounds.h"

/* Work out what a record means, but for what its frame's Ethernet header says. */
void vmn_track_record(vmn_engine *engine, uint32_t record, vmn_mac *mac, int64_t when);

/* Number the bursts that began since, in the order in which they did. */
void vmn_number_begun(vmn_engine *engine);

/* Track the records that wait. */
void vmn_track_waiting(vmn_engine *engine);

static inline void vmn_catch_up(vmn_engine *engine)
{
    if (engine->waiting->len > 0)
        vmn_track_waiting(engine);
}

/* An array for records that wait. */
GArray *vmn_new_waiting(void);

/* Add tags to those that a stream bears. */
void vmn_give_tags(vmn_stream *stream, uint32_t tagset);

/* Put a record into a stream: a sighting of the round `near`, or another one (NULL: there is none
 * near). */
void vmn_track_in(vmn_engine *engine, vmn_record *record, vmn_stream *stream, vmn_column *near,
                  int64_t when);

#endif
