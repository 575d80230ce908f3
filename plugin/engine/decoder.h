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
 * @@TEACH@@
 */
#ifndef VMN_DECODER_H
#define VMN_DECODER_H

#include "explain.h"

#define VMN_MAX_COLUMNS 24
#define VMN_COLUMNS_KEPT 5 /* more columns than these: see whether something can be decided */
#define VMN_COLUMN_PATHS 6 /* paths remembered of a round */

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

/* Called for each round that is decided, in time order. */
typedef void (*vmn_decided)(void *user, const vmn_column *column, const vmn_node *node);

/* What all decoders of an engine share. */
typedef struct {
    vmn_rules rules;
    vmn_spares spares;
} vmn_decoding;

/* Free the columns that are not in use. */
void vmn_spares_clear(vmn_spares *spares);

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
bool vmn_decoder_insert(vmn_decoder *decoder, vmn_decoding *common, uint32_t round, int64_t time,
                        bool maybe_copy, unsigned *at);

/* Forget the last n columns, none of them decided. */
void vmn_decoder_drop(vmn_decoder *decoder, unsigned n);

/* Take a round back that was inserted last; nothing happens when it is decided already. */
void vmn_decoder_remove(vmn_decoder *decoder, vmn_decoding *common, uint32_t round);

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
void vmn_decoder_decide(vmn_decoder *decoder, vmn_decoding *common, int64_t horizon,
                        vmn_decided decided, void *user);

/* Decide all of it by the best path and forget it. */
void vmn_decoder_flush(vmn_decoder *decoder, vmn_decided decided, void *user);

#endif
