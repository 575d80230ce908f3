/* answers.h
 * What the statistics print: bursts, their rounds and paths, and events.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Decides: nothing. All is final, so the engine has to be settled.
 */
#ifndef VMN_ANSWERS_H
#define VMN_ANSWERS_H

#include "looks.h"

/* One burst, final. */
typedef struct {
    uint32_t number; /* from 1 */
    uint8_t mac[6];
    vmn_kind kind;
    vmn_announcer announcer;
    const char *announcer_name;
    double confidence;  /* how probable the announcer is; of unknown: the best one */
    unsigned also_fits; /* other announcers that fit, as bits: 1 << vmn_announcer */
    char schedule[VMN_NAME_LEN];
    int64_t unit; /* ns: tick period, base or constant interval; 0: none */
    uint32_t rounds, missing, frames;
    uint32_t head_missing; /* rounds missing before the first seen one */
    uint32_t first_frame, last_frame;
    int64_t start, span; /* ns */
    vmn_state state;
    uint32_t event;            /* from 1 */
    uint32_t host;             /* 0: none */
    uint32_t companion_of;     /* burst number, 0: none */
    uint32_t rival;            /* number of a burst that another host sent at the time, 0: none */
    uint32_t companion;        /* number of a burst that came along with this one, 0: none */
    bool edge_start, edge_end; /* may reach over the capture's begin or end */
    bool has_max_deviation;
    int64_t max_deviation; /* ns, signed, largest by magnitude */
    unsigned flags;        /* vmn_flag, of all its rounds together */
} vmn_burst;

/* One round of a burst, final. */
typedef struct {
    int64_t when;   /* ns, its first sighting's */
    uint32_t frame; /* first sighting */
    uint32_t round; /* position from 1, missing ones counted */
    uint32_t sightings;
    bool has_delta, has_expected, has_tick;
    int64_t delta, expected, deviation; /* ns */
    uint32_t missing, tick;
} vmn_round;

/* The burst a record belongs to: index from 0 for vmn_engine_burst(), or VMN_NONE. Settled engine
 * only. */
uint32_t vmn_engine_burst_of(const vmn_engine *engine, uint32_t record);

/* Bursts and events in order of their number; settled engine only. i counts from 0, a burst's
 * number is i + 1. */
uint32_t vmn_engine_n_bursts(const vmn_engine *engine);
void vmn_engine_burst(const vmn_engine *engine, uint32_t i, vmn_burst *burst);
/* Its j-th seen round, 0 ≤ j < burst.rounds, in time order. */
void vmn_engine_burst_round(const vmn_engine *engine, uint32_t i, uint32_t j, vmn_round *round);
/* Its paths, in order of first sight; writes up to max of them, returns how many there are. */
unsigned vmn_engine_burst_paths(const vmn_engine *engine, uint32_t i, vmn_path *paths,
                                unsigned max);
/* On which of them its j-th seen round was seen, as bits; known of the first VMN_PLACES_TOLD. */
uint64_t vmn_engine_round_paths(const vmn_engine *engine, uint32_t i, uint32_t j);
/* Those on which another burst was not seen; writes up to max, returns how many there are. None
 * where either has more paths than VMN_PLACES_TOLD. */
unsigned vmn_engine_own_paths(const vmn_engine *engine, uint32_t i, uint32_t other, vmn_path *paths,
                              unsigned max);
uint32_t vmn_engine_n_events(const vmn_engine *engine);
void vmn_engine_event(const vmn_engine *engine, uint32_t i, vmn_event *event);

#endif
