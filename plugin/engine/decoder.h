/* decoder.h
 * Cheapest path (Viterbi) through the rounds of one stream: which burst each
 * round belongs to, and at which place of which schedule.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 *      time ─────────────▶
 *      column 0    column 1    column 2        a column is a round,
 *      ┌───────┐   ┌───────┐   ┌───────┐       a node is one explanation of all
 *      │ node ◀┼───┼─ node ◀───┼─ node │       rounds up to it: its last bursts,
 *      │       │ ┌─┼─ node │   │  node ─┐      their schedules and places, its cost
 *      └───────┘ │ └───────┘   └───────┘│
 *          ▲─────┘         ▲────────────┘      parents lead to the columns before
 *
 * Column 0 may be an anchor: a round already decided for good. Nodes hold all
 * there is to know, so a round that arrives late is put into its place in time
 * and the columns after it are computed anew.
 *
 * Bounds: VMN_MAX_COLUMNS columns of VMN_MAX_NODES nodes, whatever comes.
 */
#ifndef VMN_DECODER_H
#define VMN_DECODER_H

#include "schedule.h"

#define VMN_MAX_COLUMNS 24
#define VMN_MAX_NODES 12
#define VMN_COLUMNS_KEPT 5 /* more columns than these: see whether something can be decided */
#define VMN_COLUMN_PATHS 6 /* paths remembered of a round */
#define VMN_NO_TRACK UINT8_MAX

/* What a node says of its round. */
typedef enum {
    VMN_ACTION_START, /* begins a burst */
    VMN_ACTION_GO_ON, /* next round of a burst */
    VMN_ACTION_ABSORB /* no round of its own: another sighting of the round before */
} vmn_action;

/* A burst as far as it has come. */
typedef struct {
    int64_t time;      /* ns, its last round's */
    vmn_params params; /* irregular: the last three intervals instead, newest first */
    uint32_t start;    /* its first round */
    uint32_t place;    /* its last round's number in the schedule, from 0 */
    uint32_t missing;  /* rounds missing inside so far */
    float end;         /* cost if it gets no further round; known of the fronts of kept nodes */
    uint8_t schedule;  /* index, or VMN_NO_TRACK */
    uint8_t first;     /* its first seen round's number in the schedule */
    bool held_back;    /* still among the rounds sent late, all at once */
    bool interleaved;  /* goes on together with another burst */
    bool capped;       /* the cap was found in this burst */
    bool on_grid;      /* its first round lies on the ticks of the burst before it */
    uint8_t copies;    /* absorbed into the last round */
    uint8_t habit;     /* schedule of the MAC's latest burst that had one, 0: none */
} vmn_track;

typedef struct {
    vmn_track front; /* the burst of the last round */
    vmn_track back;  /* the burst before it, which may still go on */
    float cost;
    uint8_t parent;  /* while it is a candidate; then see vmn_column */
    uint8_t action;  /* vmn_action */
    uint8_t missing; /* rounds missing just before this one */
    bool free;       /* the schedule does not say how long this interval is */
} vmn_node;

typedef struct {
    int64_t time;
    uint32_t round;
    int64_t latest;                       /* ns, its latest sighting's */
    uint16_t paths[VMN_COLUMN_PATHS];     /* on which it was seen … */
    int32_t path_times[VMN_COLUMN_PATHS]; /* … and when last, ns since its time */
    uint8_t n_paths;
    uint8_t n_nodes, room;
    uint8_t best;    /* the node that is cheapest if no round follows */
    uint8_t repeats; /* rounds before it in a row that it may be a copy of */
    bool maybe_copy; /* seen on the same path as the round before, within the copy window */
    uint8_t parents[VMN_MAX_NODES]; /* the nodes of the column before that its nodes go on from */
    vmn_node nodes[];
} vmn_column;

typedef struct {
    vmn_column **columns; /* `few` while they are enough; NULL until the first round */
    uint8_t n_columns, allocated;
    bool anchored;   /* column 0 is decided */
    uint32_t length; /* octets of the first frame without tags; 0: unknown */
    vmn_column *few[VMN_COLUMNS_KEPT + 1];
} vmn_decoder;

/* Columns that are not in use, by the number of nodes that they have room for. */
typedef struct {
    void *first[VMN_MAX_NODES + 1]; /* each begins with a pointer to the next one */
} vmn_spares;

/* What all decoders of an engine share. */
typedef struct {
    const vmn_schedules *schedules;
    const vmn_schedule *list; /* the same, as an array of n_list */
    unsigned n_list;
    float cheapest_schedule; /* no schedule is cheaper to assume … */
    float cheapest[64];      /* … nor an interval of 2^k ns or more to foretell */
    const uint8_t *loose;    /* those whose first interval may be shorter than the gap, n_loose */
    unsigned n_loose;
    int64_t copy_window, tolerance_floor;
    double tolerance; /* share of an interval */
    vmn_spares *spares;
} vmn_decoder_rules;

/* Work out the bounds (cheapest…) from the rest. */
void vmn_rules_complete(vmn_decoder_rules *rules);

/* Called for each round that is decided, in time order. */
typedef void (*vmn_decided)(void *user, const vmn_column *column, const vmn_node *node);

/* Free the columns that are not in use, and the struct itself. */
void vmn_spares_free(vmn_spares *spares);

/* Free what a decoder holds (not the struct itself). */
void vmn_decoder_clear(vmn_decoder *decoder);

/*
 * Tell the processor what the next round will want to see of a decoder: among many MACs, none of it
 * is in the cache, and one piece leads to the next.
 */
static inline void vmn_decoder_prefetch(const vmn_decoder *decoder)
{
    const vmn_column *last =
        decoder->n_columns > 0 ? decoder->columns[decoder->n_columns - 1] : NULL;

    for (unsigned i = 0; last != NULL && i < 6; i++)
        __builtin_prefetch((const char *)last + i * 64);
    for (unsigned i = 0; decoder->n_columns > VMN_COLUMNS_KEPT && i < VMN_COLUMNS_KEPT; i++)
        __builtin_prefetch(decoder->columns[i]);
}

/*
 * Take a round. Its place is found by its time; false (and nothing taken) when
 * that lies before the anchor. *at tells the column's index.
 */
bool vmn_decoder_insert(vmn_decoder *decoder, const vmn_decoder_rules *rules, uint32_t round,
                        int64_t time, bool maybe_copy, unsigned *at);

/* Forget the last n columns, none of them decided. */
void vmn_decoder_drop(vmn_decoder *decoder, unsigned n);

/* Take a round back that was inserted last; nothing happens when it is decided already. */
void vmn_decoder_remove(vmn_decoder *decoder, const vmn_decoder_rules *rules, uint32_t round);

/* The best explanation of the last column, NULL when there is none. */
const vmn_node *vmn_decoder_best(const vmn_decoder *decoder);

/* The node of the column before that a node of column `at` (from 1) goes on from. */
static inline const vmn_node *vmn_decoder_parent(const vmn_decoder *decoder, unsigned at,
                                                 const vmn_node *node)
{
    const vmn_column *column = decoder->columns[at];

    return &decoder->columns[at - 1]->nodes[column->parents[node - column->nodes]];
}

/* The best path, as one node index a column; nodes[] has room for VMN_MAX_COLUMNS + 1. */
void vmn_decoder_path(const vmn_decoder *decoder, uint8_t *nodes);

/*
 * Decide for good what all explanations agree on (or, when the decoder is full,
 * the oldest round by the best of them), keeping rounds later than `horizon` (ns).
 */
void vmn_decoder_decide(vmn_decoder *decoder, const vmn_decoder_rules *rules, int64_t horizon,
                        vmn_decided decided, void *user);

/* Decide all of it by the best path and forget it. */
void vmn_decoder_flush(vmn_decoder *decoder, vmn_decided decided, void *user);

/* Whether a burst has reached the last round of its schedule. */
bool vmn_track_complete(const vmn_decoder_rules *rules, const vmn_track *track);

/* When the next round of a burst is due (ns), or INT64_MIN when none is. */
int64_t vmn_track_due(const vmn_decoder_rules *rules, const vmn_track *track);

/* How far an interval may be from the schedule and still count as on it (ns). */
int64_t vmn_tolerance(const vmn_decoder_rules *rules, int64_t interval);

#endif
