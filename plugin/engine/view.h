/* view.h
 * What there is to print of one record.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Decides: nothing. Two answers: before the engine is settled what could be known when the frame
 * was added (causal), afterwards the final one.
 */
#ifndef VMN_VIEW_H
#define VMN_VIEW_H

#include "looks.h"

/* What there is to print of one record. Frame numbers are 0 where there is none. */
typedef struct {
    vmn_kind kind;
    uint8_t mac[6];
    uint32_t burst; /* number from 1; 0: the frame belongs to no burst (replies) */
    uint32_t burst_first, burst_last; /* frames */
    uint32_t burst_rounds, burst_missing, burst_frames;
    uint32_t head_missing; /* rounds missing before the burst's first seen one */
    bool unseen;           /* as in vmn_frame: it belongs to no burst */
    vmn_state state;
    uint32_t round;      /* from 1, missing rounds counted */
    uint32_t prev, next; /* frames */
    uint32_t sighting, sighting_of;
    bool has_delta;         /* false in a burst's first round and on sightings 2… */
    int64_t delta;          /* ns since the previous seen round */
    int64_t sighting_delta; /* ns since the round's first sighting */
    int64_t elapsed;        /* ns since the burst's first round */
    bool has_expected;      /* the schedule says what delta should be */
    int64_t expected;       /* ns, over all rounds passed */
    int64_t deviation;      /* ns, delta − expected */
    uint32_t missing;       /* rounds missing just before this one */
    vmn_announcer announcer;
    const char *announcer_name; /* owned by the engine */
    float confidence;           /* as in vmn_burst */
    unsigned also_fits;
    unsigned schedule;       /* for vmn_engine_schedule_name(), with the next line */
    int64_t base, step, cap; /* ns */
    uint32_t place;          /* of the burst's last round, in the schedule */
    bool has_tick;
    uint32_t tick;
    uint32_t event, event_macs;      /* event 0: not settled yet */
    uint32_t companion;              /* frame */
    uint32_t host;                   /* inferred host number from 1; 0: none */
    uint32_t answered_in, answer_to; /* frames */
    unsigned flags;                  /* vmn_flag */
    uint64_t seen_on, missed_on;     /* of a round's first sighting: paths of its burst, as bits */
    uint32_t rival;                  /* as in vmn_burst */
    uint32_t restarted;              /* with VMN_FLAG_RESTART: number of the burst before */
} vmn_view;

/* What a line of text says of one record: members of vmn_view. */
typedef struct {
    uint32_t burst, round, sighting;
    uint32_t answer_to;
    bool has_delta;
    int64_t delta;
} vmn_glance;

/* What to print of a record: final when the engine is settled, else the causal answer,
 * which exists for the record added last only (for others the best known so far). */
void vmn_engine_view(vmn_engine *engine, uint32_t record, vmn_view *view);

/* The same, as far as one line of text needs it; cheaper. */
void vmn_engine_glance(vmn_engine *engine, uint32_t record, vmn_glance *glance);

/* The name of a view's schedule as the contract prints it, "Fibonacci × 2 s"; at most VMN_NAME_LEN
 * octets. */
void vmn_engine_schedule_name(const vmn_engine *engine, const vmn_view *view, char *text);

#endif
