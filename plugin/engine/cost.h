/* cost.h
 * What the decoder pays for each assumption, in nats (−ln of a likelihood;
 * times in seconds where a density is meant).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A cost of 2.3 says "one time in ten", 5 says "one in 150": −ln of the odds. What is
 * foretold costs the logarithm of how far off it may be: an interval that is right to
 * the millisecond among all those between 50 ms and a day earns some 7 nats, which pay
 * for one assumption that is rare, or for three lost rounds. So a schedule is not
 * believed because it can be made to fit, but because it foretold more than it assumed.
 *
 * The figures are rough odds of real traffic, not fitted to one capture: one
 * round in ten lost (LOST), one burst in five cut short (CUT), a new burst on a MAC every
 * few minutes (START), two hosts at once one time in thirty (INTERLEAVE). The decoder is
 * not sensitive to them; tests/score shows it. Where a figure was measured instead (copies,
 * rounds held back), the captures of captures/README.md are the source.
 */
#ifndef VMN_COST_H
#define VMN_COST_H

#include <math.h>

#include "schedule.h"

#define VMN_MAX_SKIP 5       /* rounds that may be missing between two seen ones */
#define VMN_MAX_HEAD 4       /* rounds that may be missing before the first seen one */
#define VMN_MAX_SCHEDULES 64 /* known, user-defined and open together */

#define VMN_COST_LOST 2.3F        /* one round lost */
#define VMN_COST_NO_FIRST 1.1F    /* ESXi's immediate round absent, as is often seen */
#define VMN_COST_ON_GRID -4.0F    /* … on a tick of the burst that it follows */
#define VMN_COST_START 5.0F       /* a burst begins here */
#define VMN_COST_JOINED_LATE 4.0F /* rounds lost before the first seen one cost no more */
#define VMN_COST_CUT 1.7F         /* a schedule ends before its last round */
#define VMN_COST_SINGLE 1.0F      /* a notice without a second round */
#define VMN_COST_INTERLEAVE 5.0F  /* an older burst goes on under a newer one */
#define VMN_COST_BEYOND 3.0F      /* rounds after the schedule's usual last one */
#define VMN_COST_HABIT 1.5F       /* not the schedule that this MAC was announced by before */
#define VMN_COST_BACK                                                                              \
    3.5F /* answers that differ in the older burst only: this much worse is dropped */
#define VMN_COST_OTHER 0.5F            /* it is other software than the table has … */
#define VMN_COST_HELD_BACK 4.0F        /* the sender was paused when it began */
#define VMN_COST_IRREGULAR_PAIR 2.6F   /* two irregular rounds are all: one burst below 3 s */
#define VMN_COST_IRREGULAR_BARE 3.4F   /* unpadded frames: Open vSwitch sends them one by one */
#define VMN_COST_IRREGULAR_TIMED -2.4F /* … but not whole seconds apart */
#define VMN_COST_IRREGULAR_END 1.5F    /* … and no family came to explain it */
#define VMN_COST_OPEN_END 8.0F         /* an open family that fewer than three intervals bear out */
#define VMN_COST_IRREGULAR 1.5F        /* one more round that fits nothing, beside its density */
#define VMN_COST_DIGIT 1.0F            /* … of a parameter that is no round figure */
#define VMN_COST_LATE 4.0F             /* one round late, as a Cisco IOU was seen to be */
#define VMN_COST_LATE_FAMILY 2.0F   /* irregular at first, then the same interval again and again */
#define VMN_COST_CAP 4.0F           /* a cap shows itself … */
#define VMN_COST_CAP_KNOWN 12.0F    /* … in a schedule that is known with another one */
#define VMN_COST_COPY_MOMENT -9.0F  /* same path, within 5 µs: almost always a copy */
#define VMN_COST_COPY_NEAR -6.5F    /* within 40 µs */
#define VMN_COST_COPY_LATE -4.5F    /* within 0.6 ms; captures show copies up to 0.5 ms */
#define VMN_COST_COPY_FAR 3.5F      /* within the copy window: no capture shows one */
#define VMN_COST_COPY_AGAIN 1.5F    /* another copy after the first */
#define VMN_COST_AT_ONCE -7.0F      /* a held back round within 150 µs of the one before … */
#define VMN_COST_AT_ONCE_ALL -8.0F  /* … which completes the schedule, of one of QEMU's MACs */
#define VMN_COST_AT_ONCE_LATE -5.0F /* … later than that, or closer than sending takes */
#define VMN_COST_HELD_UNPROVEN 8.0F /* no later round shows that a round was held back */
#define VMN_COST_START_AT_ONCE 8.0F /* a burst begins together with the last round held back */
#define VMN_COST_UNPROVEN 2.5F      /* one interval, with a round missing in it, is all there is */
#define VMN_COST_CAP_EARLY 3.0F     /* the cap was reached by the second interval already */
#define VMN_COST_BEAM 14.0F         /* answers this much worse than the best are dropped … */
#define VMN_COST_BEAM_KNOWN 12.0F   /* … if a burst goes on by a known schedule … */
#define VMN_COST_BEAM_SAME 10.0F    /* … and the best one says another of this burst */

#define VMN_SCALE_FLOOR 5e-4 /* s: typical deviation of an interval … */
#define VMN_SCALE_SLOPE 5e-4 /* … and its growth with the interval */
#define VMN_SCALE_SLOPE_TIMER                                                                      \
    1e-4                    /* … where a host's timer sets it (drift: tens of µs a second)      \
                             */
#define VMN_LOG_RANGE 14.0F /* e-folds that an unknown interval may lie in */

/* s: how far an interval (ns) that a schedule foretells is typically off. */
static inline double vmn_cost_scale(const vmn_schedule *s, int64_t expected)
{
    double slope = s->family == VMN_FAMILY_FIBONACCI ? VMN_SCALE_SLOPE_TIMER : VMN_SCALE_SLOPE;

    return VMN_SCALE_FLOOR + slope * ((double)expected / 1e9);
}

/* The cost of such an interval when it is not off at all. */
static inline float vmn_cost_exact(const vmn_schedule *s, int64_t expected)
{
    return logf((float)(2 * vmn_cost_scale(s, expected) + s->late * ((double)expected / 1e9)));
}

/* The cost of a burst whose first seen round is number `from`. */
static inline float vmn_cost_head(const vmn_schedule *s, unsigned from)
{
    if (from == 0 || (s->second_start > 0 && from == s->second_start))
        return s->second_start > 0 ? 0.7F : 0.0F;
    if (s->family == VMN_FAMILY_FIBONACCI)
        return VMN_COST_NO_FIRST + VMN_COST_LOST * (float)(from - 1);
    return MIN(VMN_COST_LOST * (float)from, VMN_COST_JOINED_LATE);
}

#endif
