/* track.h
 * A burst as far as it has come: when its next round is due, whether it is complete, what it costs
 * if nothing follows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Decides: what counts as on schedule, and the cost of an end.
 */
#ifndef VMN_TRACK_H
#define VMN_TRACK_H

#include "cost.h"
#include "ways.h"

/* Were rounds of a burst held back and sent late, all at once? */
typedef enum {
    VMN_HELD_NONE = 0,         /* no, or a later interval shows it */
    VMN_HELD_AT_ONCE = 1,      /* its last round is among them … */
    VMN_HELD_ALL = 3,          /* … and so are all there have to be */
    VMN_HELD_UNTIL_BEFORE = 2, /* those before its last rounds, if so: no interval shows it yet */
} vmn_held;

/* A burst as far as it has come. */
typedef struct {
    int64_t when;       /* ns, its last round's */
    vmn_params params;  /* irregular: the last three intervals instead, newest first */
    uint32_t start;     /* its first round */
    uint32_t place;     /* its last round's number in the schedule, from 0 */
    uint32_t missing;   /* rounds missing inside so far */
    float end;          /* cost if it gets no further round; known of the fronts of kept nodes */
    float mean, spread; /* irregular: of the logarithms of its intervals; sum of squares */
    uint8_t schedule;   /* index */
    uint8_t first;      /* its first seen round's number in the schedule; irregular: how many
                           rounds that were held back came with the first one */
    uint8_t held;       /* vmn_held */
    bool interleaved;   /* goes on together with another burst */
    bool capped;        /* the cap was found in this burst */
    bool on_grid;       /* its first round lies on the ticks of the burst before it */
    uint8_t copies;     /* absorbed into the last round */
    uint8_t habit;      /* schedule of the MAC's latest burst that had one, 0: none */
} vmn_track;

/* By what all streams of an engine are decoded. */
typedef struct {
    const vmn_schedules *schedules;
    const vmn_ways *ways;
    const vmn_schedule *list; /* the same, as an array of n_list */
    unsigned n_list;
    float cheapest_schedule; /* no schedule is cheaper to assume … */
    float cheapest[64];      /* … nor an interval of 2^k ns or more to foretell */
    const uint8_t *loose;    /* those whose first interval may be shorter than the gap, n_loose */
    unsigned n_loose;
    int64_t copy_window, tolerance_floor;
    double tolerance; /* share of an interval */
} vmn_rules;

/* Work out the bounds (cheapest…) from the rest. */
void vmn_rules_complete(vmn_rules *rules);

/* Whether a burst has reached the last round of its schedule. */
bool vmn_track_complete(const vmn_rules *rules, const vmn_track *track);

/* When the next round of a burst is due (ns), or INT64_MIN when none is. */
int64_t vmn_track_due(const vmn_rules *rules, const vmn_track *track);

/* Is its last round's number in the schedule below the last one, or may rounds follow that? */
bool vmn_track_may_go_on(const vmn_schedule *schedule, const vmn_track *track);

/* Cost (nats) of a burst that gets no further round. */
float vmn_track_end_cost(const vmn_rules *rules, const vmn_track *track);

/* Have two bursts the same future? Of one that comes at the same interval for ever it does not
 * matter how long it has. */
bool vmn_track_same(const vmn_rules *rules, const vmn_track *a, const vmn_track *b);

/* The schedule of a burst. */
static inline const vmn_schedule *vmn_track_schedule(const vmn_rules *rules, const vmn_track *track)
{
    return &rules->list[track->schedule];
}

/* Are its due times known before any round came? */
static inline bool vmn_is_known(const vmn_schedule *s)
{
    return s->n_due > 0;
}

/* Is the last round of a burst one that was held back and sent at once with others? */
static inline bool vmn_is_at_once(const vmn_track *track)
{
    return track->held & 1;
}

/* Is it believed that rounds were held back, though nothing after them shows it yet? */
static inline bool vmn_is_unproven(const vmn_track *track)
{
    return track->held == VMN_HELD_AT_ONCE || track->held == VMN_HELD_UNTIL_BEFORE;
}

/* How far an interval may be from the schedule and still count as on it (ns). */
int64_t vmn_tolerance(const vmn_rules *rules, int64_t interval);

/* A link is possible up to this far off schedule (ns). */
int64_t vmn_link_limit(const vmn_rules *rules, int64_t interval);

/* a − b (ns) within ± a century; times are within a quarter of what they could be. */
int64_t vmn_difference(int64_t a, int64_t b);

/* No interval of this length (ns) or more that a schedule foretells can cost less. */
float vmn_cheapest_since(const vmn_rules *rules, int64_t interval);

/* ns as seconds. */
static inline double vmn_seconds(int64_t ns)
{
    return (double)ns / 1e9;
}

/* Cost of an interval (ns) that a schedule foretells: of one just as long, and of the difference.
 */
float vmn_cost_foretold(const vmn_schedule *s, int64_t interval, int64_t expected, float exact);

/*
 * Cost of an interval that nothing foretells: of the first one any length is as likely, a later one
 * is of the kind of those before it. Student's distribution of its logarithm, as if two intervals a
 * factor of e apart had been seen before: the more were seen, the more surprising another kind is.
 */
float vmn_unforetold(const vmn_track *track, int64_t interval);

/* Take such an interval, after n others, into account. */
void vmn_learn_interval(vmn_track *track, unsigned n, int64_t interval);

#endif
