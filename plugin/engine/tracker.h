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

/*
 * Track all records afresh, since one was withdrawn after it had been tracked: what it did to its
 * stream cannot be taken back piece by piece. All rounds that records show must belong to bursts.
 */
__attribute__((cold)) void vmn_track_again(vmn_engine *engine);

#endif
