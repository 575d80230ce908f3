/* schedule.h
 * The models of a burst's intervals.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A schedule numbers its rounds 0, 1, 2 …; its gap k is the time from round k
 * to round k + 1. Each family has a rule for the gaps:
 *
 *   Fibonacci   base × 1, 1, 1, 2, 3, 5, 8, 13, 21   (ticks 0 1 2 3 5 8 13 21 34 55)
 *               round 0 is sent at once, the others on the host's timer:
 *               the first interval is anything in (0, base]
 *   linear      base, base + step, base + 2·step …
 *   geometric   base × (ratio)^k
 *   constant    base
 *   table       as listed
 *
 * A linear or geometric gap never exceeds the cap, when there is one.
 *
 * Decides: how long each gap is, and how a schedule is called.
 */
#ifndef VMN_SCHEDULE_H
#define VMN_SCHEDULE_H

#include "words.h"

typedef enum {
    VMN_FAMILY_FRESH = 0, /* one round so far, no schedule chosen */
    VMN_FAMILY_IRREGULAR, /* several rounds that fit nothing (yet) */
    VMN_FAMILY_FIBONACCI,
    VMN_FAMILY_LINEAR,
    VMN_FAMILY_GEOMETRIC,
    VMN_FAMILY_CONSTANT,
    VMN_FAMILY_TABLE
} vmn_family;

/* The parameters of one schedule; ns. */
typedef struct {
    int64_t base; /* Fibonacci: tick period */
    int64_t step; /* linear only */
    int64_t cap;  /* 0: none known */
} vmn_params;

/* Do two sets of parameters foretell the same gaps in any family? */
static inline bool vmn_params_equal(const vmn_params *a, const vmn_params *b)
{
    return a->base == b->base && a->step == b->step && a->cap == b->cap;
}

/* A schedule that software is known to use (or, without parameters, an open family). */
typedef struct {
    vmn_family family;
    vmn_params params;   /* base 0: open, to be estimated */
    uint8_t num, den;    /* geometric: the ratio */
    const int64_t *gaps; /* table: n_gaps gaps */
    uint16_t n_gaps;
    bool tail;          /* table: the last gap repeats for ever */
    const int64_t *due; /* known ones: ns from round 0 to round k at most (a cap may be lower) … */
    const float *exact; /* cost of the interval from round k to the next one, if just as long … */
    uint16_t n_due;     /* … both for k below this; looked up with nearly every frame */
    uint16_t last;      /* number of its last round; 0: no end known */
    bool beyond;        /* rounds after the last one do occur */
    bool stops_early;   /* often without a visible reason */
    int64_t shorter;    /* ns: the first interval may be up to so much below its gap; 0: not */
    int64_t caps;       /* ns: a cap that the user may set is so many times this; 0: none */
    bool held_back;     /* the first rounds may be held back and sent late, all at once */
    uint16_t second_start; /* another round that bursts are known to begin with; 0: none */
    uint16_t second_last;  /* … and the last round of such a burst */
    uint16_t lengths[3];   /* octets of its frames without tags, as sent; none: any length */
    int64_t jitter;        /* ns: how far off an interval typically is, beside drift; 0: 300 µs */
    double late;           /* share of each gap that its interval may be longer */
    float prior;           /* cost (nats) of assuming this schedule */
    vmn_announcer announcer;
    const char *announcer_name;
    const char *name; /* table only: shown as it is */
} vmn_schedule;

#define VMN_SCHEDULE_FRESH 0     /* index of the one of single rounds, in any engine */
#define VMN_SCHEDULE_IRREGULAR 1 /* index of the one that fits nothing, in any engine */

#define VMN_MAX_GAP (INT64_C(1000000) * VMN_S) /* ns: keeps sums of gaps far from overflow */

/* Gap k of a schedule with the given parameters, ns; 0 when the schedule ends there. */
int64_t vmn_schedule_gap(const vmn_schedule *schedule, const vmn_params *params, unsigned k);

/* Does this software send frames of this length (octets without tags; 0: unknown)? */
bool vmn_schedule_has_length(const vmn_schedule *schedule, uint32_t length);

/* How much (ns) an interval differs from the expected one, beyond what this software is late. */
static inline int64_t vmn_schedule_off(const vmn_schedule *s, int64_t interval, int64_t expected)
{
    int64_t off = interval - expected, late = (int64_t)(s->late * (double)expected);

    return off > late ? off - late : MIN(off, 0);
}

/* Tick number of a Fibonacci schedule's round k (0 1 2 3 5 8 13 …). */
uint32_t vmn_schedule_tick(unsigned k);

/* The name as the contract prints it: "Fibonacci × 2 s", "50 ms + 100 ms", … */
void vmn_schedule_name(const vmn_schedule *schedule, const vmn_params *params, unsigned reached,
                       char *text, size_t size);

#endif
