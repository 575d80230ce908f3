/* axis.h
 * How bursts lie in time, for every picture of them: panels, steps of a ruler, places of missing
 * rounds. GLib only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Bursts that overlap or follow soon share a panel, that is one axis. A silence much longer than
 * what came before it starts a new panel, so that two bursts hours apart both keep their shape.
 */
#ifndef VMN_AXIS_H
#define VMN_AXIS_H

#include "summary.h"

/* Bursts that share an axis: order[from … to − 1]. */
typedef struct {
    uint32_t from, to;
    int64_t start, end; /* ns: first and last round of them all */
    int64_t silence;    /* ns until the next panel's first burst; 0 for the last panel */
} vmn_panel;

/* The panel that begins with order[from], from < n; `order` is from vmn_summary_by_start(). */
void vmn_axis_panel(const vmn_summary *summary, const uint32_t *order, uint32_t n, uint32_t from,
                    vmn_panel *panel);

/* A step of 1, 2 or 5 times a power of ten, in ns, so that at most n steps fit into the span. */
int64_t vmn_axis_step(int64_t span, unsigned n);

/* Append "1.5 s", "200 ms", "30 us": a time in the largest of the units that divides the step.
 * `micro` is how microseconds are called. */
void vmn_axis_append_step(GString *out, int64_t when, int64_t step, const char *micro);

/* Time of the k-th (from 1) of the rounds missing before *round, which follows another one in
 * memory: by its tick where that is known (`unit` is ns of a tick, 0: unknown), else evenly spread
 * over the gap. */
int64_t vmn_axis_missing_time(const vmn_round *round, int64_t unit, uint64_t k);

#endif
