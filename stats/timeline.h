/* timeline.h
 * The bursts as a picture in text: one line a burst, rounds as marks on a time axis. GLib only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 *   2022-06-14 14:46:08.519875 UTC, 38.002285 s, event 1
 *     # MAC               |0         10 s      20 s      30 s    | rounds schedule
 *     1 00:50:56:60:e5:ed | o-o--o----o--------o---------------o |    6/6 Fibonacci × 2 s
 *
 * Each panel (axis.h) has a ruler of its own.
 */
#ifndef VMN_TIMELINE_H
#define VMN_TIMELINE_H

#include "summary.h"

#define VMN_TIMELINE_MIN_WIDTH 80

/* Append the picture of the listed bursts, lines of at most width columns (never below the
 * minimum). */
void vmn_timeline_append(GString *out, const vmn_summary *summary, unsigned width);

/* The same beside a table of the bursts: without title, events, rounds and schedules, and of the
 * first `most` bursts (0: of all). Returns how many are left out. */
uint32_t vmn_timeline_append_picture(GString *out, const vmn_summary *summary, unsigned width,
                                     unsigned most);

/* What one line's axis shows. */
typedef struct {
    const vmn_round *rounds; /* n of them, in time order */
    uint32_t n;
    int64_t unit; /* ns of one Fibonacci tick: places missing rounds between two known ticks; 0:
                     unknown */
    bool restart; /* the burst began while the one before it was running */
    bool began_before; /* rounds may lie before the capture */
    char end;          /* drawn after the last round, 0: nothing */
} vmn_timeline_line;

/* The time that an axis covers. */
typedef struct {
    int64_t start, span; /* ns */
    unsigned columns;    /* at least 3: the first and the last are for what lies outside */
} vmn_timeline_axis;

/*
 * Append axis.columns characters: o a round, 2 … 9 so many rounds in one column, # ten or more, x a
 * missing round, R a restart's first round, < rounds may lie before, - while the burst runs, and
 * line->end.
 */
void vmn_timeline_append_line(GString *out, const vmn_timeline_line *line,
                              const vmn_timeline_axis *axis);

/* Append axis.columns characters that say what time the columns stand for. */
void vmn_timeline_append_ruler(GString *out, const vmn_timeline_axis *axis);

#endif
