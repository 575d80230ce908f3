/* naming.h
 * Who sends so.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Decides: the announcer of a burst, and what speaks for it.
 */
#ifndef VMN_NAMING_H
#define VMN_NAMING_H

#include "store.h"

/* How many foretold intervals it takes to believe that a schedule's announcer sends frames of this
 * length (octets) for this MAC. */
unsigned vmn_intervals_needed(const vmn_schedule *schedule, uint32_t length, const vmn_mac *mac);

/* Name the announcers of all bursts; events are known. */
void vmn_name_announcers(vmn_engine *engine);

/* Give the bursts back what vmn_name_announcers() changed of the decoder's answer. */
void vmn_remember_schedules(vmn_engine *engine);

/* The name of a burst's schedule, at most VMN_NAME_LEN octets. */
void vmn_name_schedule(const vmn_engine *engine, const vmn_track *track, char *text);

/* Evidence for the announcer of a record's burst, in words; the caller frees it. */
char *vmn_evidence_text(const vmn_engine *engine, uint32_t record);

#endif
