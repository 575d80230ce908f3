/* ways.h
 * Which known schedules an interval between two rounds may be part of.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The second round of a burst asks this of every known schedule, place in it and number of missing
 * rounds. All answers are worked out beforehand and sorted by their interval:
 *
 *   interval   schedule            from → to
 *      …
 *    50 ms     QEMU                round 0 → 1
 *   150 ms     QEMU                round 1 → 2 (round 0 was lost)
 *   200 ms     QEMU                round 0 → 2 (round 1 was lost)
 *   200 ms     Cloud Hypervisor    round 0 → 1
 *      …
 *
 * Decides: nothing; it is an index of senders.h with the costs of cost.h.
 */
#ifndef VMN_WAYS_H
#define VMN_WAYS_H

#include "senders.h"

/* A way from round `from` to round `to` of a schedule, as an interval between two rounds. */
typedef struct {
    int64_t interval; /* ns */
    float cost;       /* nats: assuming the schedule, rounds missing before and between … */
    float exact;      /* … and the interval, if it is just as long */
    uint8_t schedule;
    uint8_t from, to;
} vmn_way;

/* The index of a list of schedules. */
typedef struct vmn_ways vmn_ways;

/* Of all known schedules of the list, which is not needed afterwards. Free with vmn_ways_free(). */
vmn_ways *vmn_ways_new(const vmn_schedules *schedules);
void vmn_ways_free(vmn_ways *ways);

/* All ways whose interval lies in [low, high], sorted by interval; *n of them. */
const vmn_way *vmn_ways_between(const vmn_ways *ways, int64_t low, int64_t high, unsigned *n);

#endif
