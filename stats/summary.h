/* summary.h
 * The one summary that every statistic prints. GLib and the engine only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a display filter means here: it selects rows, it never changes a
 * figure. A burst is listed when at least one of its frames passed the
 * filter, a MAC or an event when at least one of its bursts is listed; their
 * figures always describe the whole burst, MAC or event in the file. So a
 * filter cannot make a burst look shorter than it was.
 *
 * A tap keeps a selection (one bit a record) while frames come by, and makes
 * a summary of the settled engine when it has to print.
 */
#ifndef VMN_SUMMARY_H
#define VMN_SUMMARY_H

#include "engine.h"
#include "tasks.h"

/* later − earlier and time + span, ending at the limits of the type: a capture may hold any time.
 */
int64_t vmn_time_between(int64_t earlier, int64_t later);
int64_t vmn_time_after(int64_t when, int64_t span);

/* Which records passed a tap's filter. Zero-initialise before the first use. */
typedef struct {
    const vmn_engine *engine; /* the engine that the records belong to, never followed */
    uint32_t next;            /* one more than the record added last */
    GArray *bits;             /* uint64_t, 64 records each; NULL when empty */
} vmn_selection;

/*
 * Add a record. Records come in ascending order; one out of order, or of another engine, shows that
 * the file was started anew: what was collected before is forgotten.
 */
void vmn_selection_add(vmn_selection *selection, const vmn_engine *engine, uint32_t record);
/* Forget everything and free the memory. */
void vmn_selection_clear(vmn_selection *selection);

/* One burst and where it belongs. */
typedef struct {
    vmn_burst burst;
    uint32_t mac;   /* index into vmn_summary.macs */
    uint32_t event; /* index into vmn_summary.events, VMN_NONE when the engine knows none */
    bool listed;
} vmn_summary_burst;

/* One announced MAC, in order of first sight. */
typedef struct {
    uint8_t mac[6];
    uint32_t bursts, rounds, missing, frames;
    uint32_t first_frame;
    int64_t first_seen, last_seen; /* ns: first and last round */
    int64_t silence;       /* ns: largest time without a running burst between two of them */
    bool has_silence;      /* false when there is no such time */
    GPtrArray *announcers; /* const char *, each once, in order; strings of the engine */
    uint32_t members;      /* its bursts: summary.mac_bursts[members … members + bursts − 1] */
    bool listed;
} vmn_summary_mac;

/* One event, in order of its number. */
typedef struct {
    vmn_event event;
    uint32_t rounds, missing, frames;
    GPtrArray *announcers; /* as above */
    uint32_t members; /* its bursts: summary.event_bursts[members … members + event.n_bursts − 1] */
    bool listed;
} vmn_summary_event;

typedef struct {
    vmn_engine *engine; /* NULL for an empty summary; must outlive it */
    vmn_summary_burst *bursts;
    vmn_summary_mac *macs;
    vmn_summary_event *events;
    uint32_t n_bursts, n_macs, n_events;
    uint32_t *mac_bursts, *event_bursts; /* indices into bursts, grouped */
    uint32_t *marks, mark;               /* scratch of vmn_summary_event_macs() */
    const vmn_tasks
        *tasks; /* whose times are to be shown beside the bursts, NULL: none; not owned */
} vmn_summary;

/* Settle the engine (NULL is allowed: no announcement was seen) and summarise it, nothing listed
 * yet. Adding a frame to the engine makes the summary out of date. */
vmn_summary *vmn_summary_new(vmn_engine *engine);
void vmn_summary_free(vmn_summary *summary); /* NULL is allowed */

/* List the burst of a record with its MAC and event. Returns the burst's index, VMN_NONE if it has
 * none. */
uint32_t vmn_summary_list_record(vmn_summary *summary, uint32_t record);
/* The same for every record of a selection that was made of the summary's engine. */
void vmn_summary_list(vmn_summary *summary, const vmn_selection *selection);

/* The bursts by time of their start, then by number: indices, *n of them; the listed ones or all.
 * Free with g_free(). */
uint32_t *vmn_summary_by_start(const vmn_summary *summary, bool listed_only, uint32_t *n);

/* The distinct MACs of an event, in order of burst number: writes up to max indices into
 * summary->macs, returns how many there are. */
uint32_t vmn_summary_event_macs(vmn_summary *summary, uint32_t event, uint32_t *macs, uint32_t max);

/* The seen round of a burst that lies nearest to a time; of equally near ones the earliest. */
void vmn_summary_nearest_round(const vmn_summary *summary, uint32_t burst, int64_t when,
                               vmn_round *nearest);

/* The distinct VLAN ids of a burst's paths in order of first sight; free with g_array_unref(). Of
 * uint16_t. */
GArray *vmn_summary_vlans(const vmn_summary *summary, uint32_t burst);
/* All paths of a burst in order of first sight; free with g_array_unref(). Of vmn_path. */
GArray *vmn_summary_paths(const vmn_summary *summary, uint32_t burst);

#endif
