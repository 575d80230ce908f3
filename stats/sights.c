/* sights.c
 * A MAC's frames between two of its notices; see sights.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sights.h"

#include <string.h>

#define AT_END 3            /* frames that are kept at either end of a lane */
#define KEPT (2 * AT_END)   /* in all */
#define MAX_LANES_OF_KIND 4 /* further paths share the last lane */

void vmn_span_free(vmn_span *span)
{
    if (!span)
        return;
    for (unsigned i = 0; i < span->n_lanes; i++)
        g_free(span->lanes[i].runs);
    g_free(span->lanes);
    g_free(span);
}

/* A span that holds the time `when`. */
static vmn_span *reach(vmn_span **where, int64_t when)
{
    if (!*where) {
        *where = g_new0(vmn_span, 1);
        (*where)->first = (*where)->last = when;
    }
    (*where)->first = MIN((*where)->first, when);
    (*where)->last = MAX((*where)->last, when);
    return *where;
}

static vmn_lane *lane_of(vmn_span *span, const vmn_sight *sight)
{
    bool own = sight->says != VMN_SAYS_NOTHING;
    unsigned of_kind = 0;
    vmn_lane *last = NULL;

    for (unsigned i = 0; i < span->n_lanes; i++) {
        vmn_lane *lane = &span->lanes[i];
        if (lane->own != own)
            continue;
        if (lane->path == sight->path)
            return lane;
        last = lane;
        of_kind++;
    }
    if (of_kind == MAX_LANES_OF_KIND)
        return last;
    span->lanes = g_renew(vmn_lane, span->lanes, span->n_lanes + 1);
    span->lanes[span->n_lanes] = (vmn_lane){.path = sight->path, .own = own};
    return &span->lanes[span->n_lanes++];
}

/* Insert a frame at its place in order of time; of one too many the middle one goes. */
static void insert(vmn_lane *lane, unsigned at, const vmn_run *run)
{
    if (lane->n == KEPT && at == AT_END)
        return;
    if (lane->n == KEPT && at < AT_END) {
        memmove(&lane->runs[at + 1], &lane->runs[at], (AT_END - 1 - at) * sizeof *run);
    } else if (lane->n == KEPT) {
        at--;
        memmove(&lane->runs[AT_END], &lane->runs[AT_END + 1], (at - AT_END) * sizeof *run);
    } else {
        if (lane->n == lane->room) {
            lane->room = (uint8_t)(lane->room == 0 ? 1 : MIN(2 * lane->room, KEPT));
            lane->runs = g_renew(vmn_run, lane->runs, lane->room);
        }
        memmove(&lane->runs[at + 1], &lane->runs[at], (lane->n - at) * sizeof *run);
        lane->n++;
    }
    lane->runs[at] = *run;
}

bool vmn_span_add(vmn_span **where, const vmn_run *run)
{
    vmn_span *span = reach(where, run->sight.when);
    vmn_lane *lane = lane_of(span, &run->sight);
    unsigned at = lane->n;
    bool is_first = true;

    while (at > 0 && lane->runs[at - 1].sight.when > run->sight.when)
        at--;
    for (unsigned i = 0; i < at && is_first; i++)
        is_first = lane->runs[i].times >= VMN_REPEATED;
    insert(lane, at, run);
    span->has_traffic |= !lane->own;
    return is_first;
}

vmn_run *vmn_span_find(vmn_span *span, uint32_t frame)
{
    for (unsigned i = 0; span && i < span->n_lanes; i++)
        for (unsigned k = 0; k < span->lanes[i].n; k++)
            if (span->lanes[i].runs[k].sight.frame == frame)
                return &span->lanes[i].runs[k];
    return NULL;
}

void vmn_span_remove(vmn_span *span, uint32_t frame)
{
    for (unsigned i = 0; span && i < span->n_lanes; i++) {
        vmn_lane *lane = &span->lanes[i];
        for (unsigned k = 0; k < lane->n; k++) {
            if (lane->runs[k].sight.frame != frame)
                continue;
            lane->n--;
            memmove(&lane->runs[k], &lane->runs[k + 1], (lane->n - k) * sizeof *lane->runs);
            return;
        }
    }
}

void vmn_span_ask(vmn_span **where, int64_t when)
{
    vmn_span *span = reach(where, when);

    span->last_asked = span->asked == 0 ? when : MAX(span->last_asked, when);
    span->asked++;
    for (unsigned i = 0; i < span->n_lanes; i++)
        for (unsigned k = span->lanes[i].n; k > 0 && span->lanes[i].runs[k - 1].sight.when >= when;
             k--)
            span->lanes[i].runs[k - 1].asked++;
}

bool vmn_span_answer(vmn_span *span, int64_t when)
{
    bool changed = false;

    if (!span || span->asked == 0)
        return false;
    span->asked--;
    for (unsigned i = 0; i < span->n_lanes; i++)
        for (unsigned k = span->lanes[i].n; k > 0 && span->lanes[i].runs[k - 1].sight.when >= when;
             k--) {
            vmn_run *run = &span->lanes[i].runs[k - 1];
            changed |= k <= AT_END;
            if (run->asked > 0)
                run->asked--;
        }
    return changed;
}
