/* rounds.c
 * Sightings, copies and storms.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rounds.h"

#define SAME_MOMENT INT64_C(2000) /* ns: two sights on one path this near are one notice */
#define STORM_REPEATS 20          /* from so many repeats in a row on it is a storm */

static bool in_storm(const vmn_column *column)
{
    return column->repeats >= STORM_REPEATS;
}

vmn_column *vmn_find_round(const vmn_engine *e, const vmn_stream *s, int64_t when, uint64_t *away)
{
    uint64_t window = (uint64_t)e->decoding.rules.copy_window;
    vmn_column *nearest = NULL;

    *away = UINT64_MAX;
    for (unsigned i = s->decoder.n_columns; i-- > 0;) {
        vmn_column *column = s->decoder.columns[i];
        uint64_t d = vmn_distance(column->when, when);

        if (in_storm(column) && vmn_distance(column->latest, when) <= window)
            d = MIN(d, window);
        if (d <= window && d < *away) {
            nearest = column;
            *away = d;
        }
        if (column->when < when && d > window)
            break;
    }
    return nearest;
}

static int32_t clamp_delta(int64_t a, int64_t b)
{
    int64_t d;

    if (__builtin_sub_overflow(a, b, &d))
        return a < b ? INT32_MIN : INT32_MAX;
    return (int32_t)CLAMP(d, INT32_MIN, INT32_MAX);
}

/* Times are within a quarter of what they could be: their difference does not overflow. */
static void note_delta(vmn_record *record, int64_t when, int64_t round_time)
{
    int64_t delta = when - round_time;

    record->delta = (int32_t)delta;
    record->coarse = record->delta != delta;
    if (record->coarse)
        record->delta = clamp_delta(delta / VMN_US, 0);
}

static void note_path(vmn_column *column, uint32_t path, int64_t when)
{
    unsigned i = 0;

    while (i < column->n_paths && column->paths[i] != path)
        i++;
    column->latest = MAX(column->latest, when);
    if (i == VMN_COLUMN_PATHS)
        return;
    column->n_paths = (uint8_t)MAX(column->n_paths, i + 1);
    column->paths[i] = path;
    column->path_times[i] = clamp_delta(when, column->when);
}

/*
 * Whether a frame next to this round may be a round of its own: it was seen on
 * this path before, and longer ago than a moment. (Earlier in time but later
 * in the file is a matter of capturing.)
 */
static bool may_be_new(const vmn_column *column, uint32_t path, int64_t when)
{
    if (in_storm(column) || when <= column->when)
        return false;
    for (unsigned i = 0; i < column->n_paths; i++)
        if (column->paths[i] == path)
            return when - column->when > column->path_times[i] + SAME_MOMENT;
    return false;
}

static int64_t last_time_of(const vmn_stream *s)
{
    return s->decoder.columns[s->decoder.n_columns - 1]->when;
}

static void decide(vmn_engine *e, vmn_stream *s, bool all)
{
    vmn_decision decision = {.engine = e, .stream = s, .last = s->last_decided, .for_good = true};

    vmn_forget_tentative(e, s);
    if (all)
        vmn_decoder_flush(&s->decoder, vmn_decide_round, &decision);
    else
        vmn_decoder_decide(&s->decoder, &e->decoding, last_time_of(s) - VMN_REORDER,
                           vmn_decide_round, &decision);
    s->last_decided = all ? VMN_NONE : decision.last;
}

/* Put a round into its stream's decoder. */
static vmn_column *insert_round(vmn_engine *e, vmn_stream *s, uint32_t round, int64_t when,
                                const vmn_column *copy_of)
{
    uint8_t repeats = copy_of != NULL ? (uint8_t)(copy_of->repeats + 1) : 0;
    unsigned at;

    if (s->decoder.n_columns > VMN_COLUMNS_KEPT)
        decide(e, s, false);
    while (!vmn_decoder_insert(&s->decoder, &e->decoding, round, when, copy_of != NULL, &at))
        decide(e, s, true); /* before what had to be decided, in a storm */
    s->decoder.columns[at]->repeats = repeats;
    return s->decoder.columns[at];
}

static uint32_t add_round(vmn_engine *e, vmn_stream *s, const vmn_record *record, int64_t when,
                          const vmn_column *copy_of)
{
    vmn_round_data r = {.when = when,
                        .frame = record->frame,
                        .burst = VMN_NONE,
                        .previous = VMN_NONE,
                        .next = VMN_NONE,
                        .causal_sightings = 1,
                        .position = 1};
    uint32_t round = e->n_rounds++;

    if (copy_of == NULL && s->decoder.n_columns > 0 && when < last_time_of(s) - VMN_REORDER)
        decide(e, s, true); /* time went back further than any reordering: begin afresh */
    vmn_make_room(e->rounds, round);
    *VMN_ROUND(e, round) = r;
    note_path(insert_round(e, s, round, when, copy_of), record->path, when);
    return round;
}

/* A round proves to be a sighting of another one, outside of the decoder. */
static void absorb_round(vmn_engine *e, uint32_t round, const vmn_column *into)
{
    vmn_round_data *gone = VMN_ROUND(e, round), *kept = VMN_ROUND(e, into->round);

    gone->flags |= VMN_ROUND_ABSORBED;
    gone->previous = into->round;
    kept->frame = MIN(kept->frame, gone->frame);
    kept->causal_sightings += gone->causal_sightings;
}

/* So many repeats in a row are a storm: all sightings of the first. `record` came last. */
static void fold_storm(vmn_engine *e, vmn_stream *s, vmn_record *record)
{
    vmn_decoder *d = &s->decoder;
    unsigned first = d->n_columns - 1U;
    vmn_column *storm;

    while (first > 0 && d->columns[first]->repeats > 0)
        first--;
    storm = d->columns[first];
    vmn_forget_tentative(e, s);
    for (unsigned i = first + 1; i < d->n_columns; i++) {
        const vmn_column *column = d->columns[i];

        absorb_round(e, column->round, storm);
        for (unsigned k = 0; k < column->n_paths; k++)
            note_path(storm, column->paths[k], column->latest);
    }
    vmn_decoder_drop(d, d->n_columns - first - 1);
    storm->repeats = STORM_REPEATS;
    VMN_ROUND(e, storm->round)->flags |= VMN_ROUND_STORM;
    note_delta(record, VMN_ROUND(e, record->round)->when, storm->when);
    record->round = storm->round;
    record->sighting = VMN_ROUND(e, storm->round)->causal_sightings;
}

void vmn_join_streams(vmn_engine *e, vmn_stream *to, vmn_stream *from)
{
    vmn_forget_tentative(e, from);
    for (unsigned i = 0; i < from->decoder.n_columns; i++) {
        vmn_column *column = from->decoder.columns[i];
        uint64_t away;
        vmn_column *same = vmn_find_round(e, to, column->when, &away);

        if (same != NULL)
            absorb_round(e, column->round, same);
        else
            same = insert_round(e, to, column->round, column->when, NULL);
        for (unsigned k = 0; k < column->n_paths; k++)
            note_path(same, column->paths[k], column->latest);
    }
    vmn_decoder_clear(&from->decoder);
    to->dirty = true;
}

void vmn_place_record(vmn_engine *e, vmn_stream *s, vmn_record *record, vmn_column *near,
                      int64_t when)
{
    if (near != NULL && may_be_new(near, record->path, when)) {
        record->round = add_round(e, s, record, when, near);
        record->sighting = 1;
        if (in_storm(s->decoder.columns[s->decoder.n_columns - 1]))
            fold_storm(e, s, record);
    } else if (near != NULL) {
        vmn_round_data *r = VMN_ROUND(e, near->round);

        note_path(near, record->path, when);
        if (in_storm(near))
            r->flags |= VMN_ROUND_STORM;
        record->round = near->round;
        record->sighting = ++r->causal_sightings;
        note_delta(record, when, r->when);
    } else {
        record->round = add_round(e, s, record, when, NULL);
        record->sighting = 1;
    }
}
