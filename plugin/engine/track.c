/* track.c
 * Due times and ends of bursts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "track.h"

#include <math.h>

#define SHORTEST_UNKNOWN 0.05 /* s: intervals that fit nothing are not told apart below this */
#define LINK_LIMIT 3          /* tolerances */
#define FARTHEST (INT64_C(1) << 61) /* ns: sums of a few such intervals do not overflow */
#define PROVEN 3U       /* intervals that bear out a schedule with parameters of its own */
#define ROUNDING 0.001F /* costs that differ less may differ by the order of computing only */

int64_t vmn_difference(int64_t a, int64_t b)
{
    return CLAMP(a - b, -FARTHEST, FARTHEST);
}

int64_t vmn_tolerance(const vmn_rules *rules, int64_t interval)
{
    return MAX(rules->tolerance_floor, (int64_t)((double)interval * rules->tolerance));
}

int64_t vmn_link_limit(const vmn_rules *rules, int64_t interval)
{
    return LINK_LIMIT * vmn_tolerance(rules, interval);
}

float vmn_cost_foretold(const vmn_schedule *s, int64_t interval, int64_t expected, float exact)
{
    double off = fabs(vmn_seconds(vmn_schedule_off(s, interval, expected)));

    return (float)(off / vmn_cost_scale(s, expected)) + exact;
}

static unsigned last_place(const vmn_schedule *s, const vmn_track *track)
{
    if (s->second_start > 0 && track->first >= s->second_start && track->place <= s->second_last)
        return s->second_last;
    return s->last;
}

bool vmn_track_complete(const vmn_rules *rules, const vmn_track *track)
{
    const vmn_schedule *s = vmn_track_schedule(rules, track);

    return s->last > 0 && track->place >= last_place(s, track);
}

bool vmn_track_may_go_on(const vmn_schedule *s, const vmn_track *track)
{
    return s->last == 0 || track->place < s->last || s->beyond;
}

int64_t vmn_track_due(const vmn_rules *rules, const vmn_track *track)
{
    const vmn_schedule *s = vmn_track_schedule(rules, track);
    int64_t gap = 0;

    if (s->family > VMN_FAMILY_IRREGULAR && !vmn_track_complete(rules, track))
        gap = vmn_schedule_gap(s, &track->params, track->place);
    return gap > 0 && track->when < INT64_MAX - gap ? track->when + gap : INT64_MIN;
}

float vmn_track_end_cost(const vmn_rules *rules, const vmn_track *track)
{
    const vmn_schedule *s = vmn_track_schedule(rules, track);

    if (vmn_is_unproven(track))
        return VMN_COST_HELD_UNPROVEN * (float)track->place;
    if (s->family == VMN_FAMILY_FRESH)
        return VMN_COST_SINGLE + (track->habit > 0 ? VMN_COST_HABIT : 0);
    if (s->family == VMN_FAMILY_IRREGULAR)
        return track->place > 1 ? VMN_COST_IRREGULAR_END : VMN_COST_IRREGULAR_PAIR;
    if (s->params.base == 0 && s->family != VMN_FAMILY_TABLE &&
        track->place - track->first - track->missing < PROVEN && s->last == 0)
        return VMN_COST_CUT / 4 + VMN_COST_OPEN_END;
    if (s->last == 0)
        return VMN_COST_CUT / 4;
    if (track->missing > 0 && track->place == track->first + track->missing + 1)
        return VMN_COST_CUT + VMN_COST_UNPROVEN;
    return vmn_track_complete(rules, track) ? 0 : VMN_COST_CUT;
}

/* Does each round come after the same time from now on, and is that borne out already? */
static bool is_steady(const vmn_schedule *s, const vmn_track *track)
{
    return s->last == 0 && track->place - track->first - track->missing >= PROVEN &&
           (s->family == VMN_FAMILY_CONSTANT ||
            (track->params.cap > 0 &&
             vmn_schedule_gap(s, &track->params, track->place - 1) == track->params.cap));
}

bool vmn_track_same(const vmn_rules *rules, const vmn_track *a, const vmn_track *b)
{
    return a->schedule == b->schedule && a->when == b->when && a->held == b->held &&
           vmn_params_equal(&a->params, &b->params) && a->copies == b->copies &&
           (a->place == b->place || (is_steady(vmn_track_schedule(rules, a), a) &&
                                     is_steady(vmn_track_schedule(rules, b), b)));
}

/* No interval of 2^octave ns or more that a schedule foretells can cost less. */
static float cheapest_from(const vmn_rules *rules, unsigned octave)
{
    double expected = ldexp(1, (int)octave) / 1e9 / (1 + LINK_LIMIT * rules->tolerance);

    return logf((float)(2 * (VMN_SCALE_FLOOR + VMN_SCALE_SLOPE_TIMER * expected))) - ROUNDING;
}

void vmn_rules_complete(vmn_rules *rules)
{
    rules->cheapest_schedule = INFINITY;
    for (unsigned i = VMN_SCHEDULE_IRREGULAR + 1; i < rules->n_list; i++)
        rules->cheapest_schedule = MIN(rules->cheapest_schedule, rules->list[i].prior);
    for (unsigned i = 0; i < G_N_ELEMENTS(rules->cheapest); i++)
        rules->cheapest[i] = cheapest_from(rules, i);
}

float vmn_cheapest_since(const vmn_rules *rules, int64_t interval)
{
    return rules->cheapest[vmn_octave(interval - LINK_LIMIT * rules->tolerance_floor)];
}

/* The logarithm of an interval's seconds; those that fit nothing are not told apart below 50 ms. */
static float log_of(int64_t interval)
{
    return logf((float)MAX(vmn_seconds(interval), SHORTEST_UNKNOWN));
}

float vmn_unforetold(const vmn_track *t, int64_t interval)
{
    float x = log_of(interval), n = (float)(t->place - t->first);
    float scale, z;

    if (t->place == t->first)
        return x + logf(1.6F) + 0.92F + x * x / (2 * 1.6F * 1.6F);
    scale = sqrtf((4 + t->spread) / (n + 4) * (1 + 1 / n));
    z = (x - t->mean) / scale;
    return x + logf(scale) + 0.95F + (n + 5) / 2 * logf(1 + z * z / (n + 4));
}

void vmn_learn_interval(vmn_track *track, unsigned n, int64_t interval)
{
    float x = log_of(interval), before = n > 0 ? track->mean : x;

    track->mean = before + (x - before) / (float)(n + 1);
    track->spread = n > 0 ? track->spread + (x - before) * (x - track->mean) : 0;
}
