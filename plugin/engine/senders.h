/* senders.h
 * Which schedules an engine looks for: those that software is known to use, the user's own, and
 * the open families whose parameters are estimated.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One row of the table each, with the source of its figures beside it.
 *
 * Decides: who is known to send how.
 */
#ifndef VMN_SENDERS_H
#define VMN_SENDERS_H

#include "schedule.h"

/* All schedules of an engine: the known ones, the user's, then the open families. */
typedef struct vmn_schedules vmn_schedules;

/* The known schedules and n user-defined ones (copied). Free with vmn_schedules_free(). */
vmn_schedules *vmn_schedules_new(const vmn_user_schedule *user, unsigned n);
void vmn_schedules_free(vmn_schedules *schedules);

unsigned vmn_schedules_count(const vmn_schedules *schedules);
const vmn_schedule *vmn_schedules_get(const vmn_schedules *schedules, unsigned i);
/* Index of the open schedule of a family; ratio only matters for geometric ones. */
unsigned vmn_schedules_open(const vmn_schedules *schedules, vmn_family family, uint8_t num);

/* Indices of the known schedules whose first interval may be shorter than the gap (it begins
 * anywhere before a timer's tick, or the sender was paused); *n of them. */
const uint8_t *vmn_schedules_loose(const vmn_schedules *schedules, unsigned *n);

/* Cost (nats) of an announcer for a MAC of that range, against other software; negative: it speaks
 * for it. */
float vmn_sender_range_cost(vmn_announcer announcer, vmn_range range);

/* How many user-defined schedules an engine looks for; more are left out. */
unsigned vmn_schedules_max_user(void);

#endif
