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
 * Three things are asked at once: where does a burst begin, which schedule does
 * it keep, and which of its rounds were lost? One answer depends on the others, so
 * they are not decided one after another. Every explanation of all rounds so far
 * has a cost, the sum of what its assumptions cost (cost.h), and the cheapest one
 * wins. Explanations that have the same future (the same burst at the same place of
 * the same schedule, or at any place once its interval does not change any more) can
 * only stay apart by what they cost already: all but the cheapest are dropped. That is
 * why a column needs few nodes, and why nothing that could still win is lost: the
 * cheapest path through the trellis is found without trying all of them.
 *
 * A node remembers two bursts, for an older one may go on under a newer one (two
 * hosts): `front` is the burst of the column's round, `back` the one before, which
 * several nodes of a column share.
 *
 * The reference case by hand (captures/README.md): rounds 2, 4, 6, 10 and 16 s
 * apart. The first round can only begin a burst. For the second, 2.000141 s later:
 *
 *   what it may be                     assumed        the interval fits     sum
 *   Fibonacci × 2 s, place 2 → 3       1.9 + 0.7    ln(2 · 0.7 ms) + 0.2   −3.8   ◀ best
 *   Fibonacci × 2 s, place 1 → 2       1.9 + 1.1    ln(2 · 0.7 ms) + 0.2   −3.4
 *   2 s + 2 s (a boot loader), 0 → 1   2.3          ln(2 · 1.5 ms) + 0.1   −3.4
 *   doubling from 2 s, place 0 → 1     4.0          ln(2 · 1.5 ms) + 0.1   −1.7
 *   Fibonacci × 1 s, place 1 → 3       1.4 + 3.4    ln(2 · 0.7 ms) + 0.2   −1.6   one round lost
 *   irregular, or a new burst                                              +3.6, +6.0
 *
 * What is assumed is the schedule, a burst that begins at that place of it (the
 * reference case has no first round of its own: 0.7), lost rounds (2.3 each). That an
 * interval fits is worth the more, the more exactly the schedule foretells it: a
 * density, hence ln. Software that never sends frames of this length is not asked.
 *
 * The third round comes 4.000198 s after the second. "× 2 s from place 2" foretells
 * 2 × 2 s, "× 2 s from place 1" 1 × 2 s: the one goes on, the other would need a lost
 * round. And so on; here are the columns as they stand when their round has come,
 * costs counted from the cheapest node:
 *
 *   0 s            2.000 s             6.000 s             12.001 s            22.001 s
 *   single 0 ◀─┬─ ×2 s: 2→3   0.0 ◀─── ×2 s: 4    0.0 ◀─── ×2 s: 5    0.0 ◀── ×2 s: 6    0.0
 *              ├─ ×2 s: 1→2   0.4      2 + 2: 2   1.2 ◀─── 2 + 2: 3   2.2     new burst 12.1
 *              ├─ 2 + 2: 1    0.4 ◀────┘                   new burst 12.5
 *              ├─ doubling 1  2.1 ◀─── doubling 2 2.9
 *              ├─ ×1 s: 1→3   2.2      new burst 11.9
 *              └─ irregular   7.4
 *
 * At 12 s doubling foretells 8 s, not 6, and is gone; at 22 s the boot loader foretells
 * 8 s, not 10: from here on there is one path. All nodes of the last columns have the
 * same ancestor: the older rounds are decided for good, whatever comes ("meeting"). Had
 * the round at 6 s been lost, the interval of 10 s would have cost "× 2 s: 3 → 5" 2.3
 * more and every rival more than that: burst, rounds and the loss come out together.
 *
 * Column 0 may be an anchor: a round already decided for good. Nodes hold all
 * there is to know, so a round that arrives late is put into its place in time
 * and the columns after it are computed anew.
 *
 * Bounds. VMN_MAX_COLUMNS protects memory and time where nothing is ever decided (a MAC
 * announced by two hosts for hours): then the oldest round is decided by the best path.
 * 24 rounds are more than any schedule needs to show itself. VMN_MAX_NODES protects
 * time: each round tries every way out of every node of the column before; with 8 nodes
 * one link in 10,000 more is wrong (tests/score). VMN_COLUMNS_KEPT says from when on it
 * is worth looking whether something can be decided; the columns up to there lie in the
 * decoder itself, for most MACs never have more. VMN_COLUMN_PATHS: a notice that is seen
 * on more paths is still one round, only that a repeat on the seventh path is not told
 * from a sighting.
 */
#ifndef VMN_DECODER_H
#define VMN_DECODER_H

#include "explain.h"

#define VMN_MAX_COLUMNS 24
#define VMN_COLUMNS_KEPT 5 /* more columns than these: see whether something can be decided */
#define VMN_COLUMN_PATHS 6 /* paths remembered of a round */
#define VMN_COLUMN_ROOM 64 /* octets: columns are so much larger than each other, or the same */
#define VMN_COLUMN_ROOMS(size) (((size) + VMN_COLUMN_ROOM - 1) / VMN_COLUMN_ROOM)
#define VMN_COLUMN_MOST VMN_COLUMN_ROOMS(VMN_MAX_NODES *(sizeof(vmn_node) + sizeof(vmn_track)))

/* One round, and all explanations of the rounds up to it that are kept, cheapest first. */
typedef struct {
    int64_t when;
    uint32_t round;
    int64_t latest;                       /* ns, its latest sighting's */
    uint32_t paths[VMN_COLUMN_PATHS];     /* on which it was seen … */
    int32_t path_times[VMN_COLUMN_PATHS]; /* … and when last, ns since its time */
    uint8_t n_paths;
    uint8_t n_nodes;
    uint8_t room;    /* for nodes and what they point to, in VMN_COLUMN_ROOM octets */
    uint8_t best;    /* the node that is cheapest if no round follows */
    uint8_t repeats; /* rounds before it in a row that it may be a copy of */
    bool maybe_copy; /* seen on the same path as the round before, within the copy window */
    uint8_t parents[VMN_MAX_NODES]; /* the nodes of the column before that its nodes go on from */
    vmn_node nodes[];               /* after them lie the bursts to which their `back` points */
} vmn_column;

/* The trellis of one stream: the rounds that are not decided yet, and the anchor before them. */
typedef struct {
    vmn_column **columns; /* `few` while they are enough; NULL until the first round */
    uint8_t n_columns, allocated;
    bool anchored;   /* column 0 is decided */
    vmn_range range; /* of the MAC */
    uint32_t length; /* octets of the first frame without tags; 0: unknown */
    vmn_column *few[VMN_COLUMNS_KEPT + 1];
} vmn_decoder;

/* Columns that are not in use, by their room, a few of each. */
typedef struct {
    void *first[VMN_COLUMN_MOST + 1]; /* each begins with a pointer to the next one */
    uint8_t n[VMN_COLUMN_MOST + 1];
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
bool vmn_decoder_insert(vmn_decoder *decoder, vmn_decoding *common, uint32_t round, int64_t when,
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
