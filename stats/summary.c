/* summary.c
 * The one summary that every statistic prints.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "summary.h"

#include <string.h>

int64_t vmn_time_between(int64_t earlier, int64_t later)
{
    if (earlier < 0 && later > INT64_MAX + earlier)
        return INT64_MAX;
    if (earlier > 0 && later < INT64_MIN + earlier)
        return INT64_MIN;
    return later - earlier;
}

int64_t vmn_time_after(int64_t when, int64_t span)
{
    if (span > 0 && when > INT64_MAX - span)
        return INT64_MAX;
    if (span < 0 && when < INT64_MIN - span)
        return INT64_MIN;
    return when + span;
}

/* ---- selection ---- */

void vmn_selection_clear(vmn_selection *selection)
{
    if (selection->bits)
        g_array_unref(selection->bits);
    memset(selection, 0, sizeof *selection);
}

void vmn_selection_add(vmn_selection *selection, const vmn_engine *engine, uint32_t record)
{
    if (engine != selection->engine || record < selection->next)
        vmn_selection_clear(selection);
    if (!selection->bits)
        selection->bits = g_array_new(FALSE, TRUE, sizeof(uint64_t));
    if (record / 64 >= selection->bits->len)
        g_array_set_size(selection->bits, record / 64 + 1);
    g_array_index(selection->bits, uint64_t, record / 64) |= UINT64_C(1) << (record % 64);
    selection->engine = engine;
    selection->next = record + 1;
}

/* ---- grouping by MAC ---- */

/*
 * An open-addressed table from MAC to index. GLib's hash for 64-bit keys sees
 * only 32 of the bits, and a MAC's vendor part is the same for all VMs.
 */
typedef struct {
    uint32_t *slots; /* index into macs, VMN_NONE: free */
    uint32_t mask;
} mac_index;

static uint32_t mac_hash(const uint8_t mac[6])
{
    uint64_t key = 0;
    for (int i = 0; i < 6; i++)
        key = key << 8 | mac[i];
    return (uint32_t)(key * UINT64_C(0x9e3779b97f4a7c15) >>
                      32); /* Fibonacci hashing: the upper half is well mixed */
}

/* A table with room for n MACs, at most half full. */
static mac_index mac_index_new(uint32_t n)
{
    size_t size = 16;
    while (size < (size_t)n * 2)
        size *= 2;
    mac_index lookup = {g_new(uint32_t, size), (uint32_t)(size - 1)};
    memset(lookup.slots, 0xff, size * sizeof *lookup.slots);
    return lookup;
}

/* The slot that holds this MAC, or the free one that it belongs into. */
static uint32_t *mac_index_slot(const mac_index *lookup, const vmn_summary_mac *macs,
                                const uint8_t mac[6])
{
    uint32_t at = mac_hash(mac) & lookup->mask;
    while (lookup->slots[at] != VMN_NONE && memcmp(macs[lookup->slots[at]].mac, mac, 6) != 0)
        at = (at + 1) & lookup->mask;
    return &lookup->slots[at];
}

static void add_announcer(GPtrArray **names, const char *name)
{
    if (!*names)
        *names = g_ptr_array_sized_new(1);
    for (unsigned i = 0; i < (*names)->len; i++)
        if (strcmp(g_ptr_array_index(*names, i), name) == 0)
            return;
    g_ptr_array_add(*names, (gpointer)name);
}

static void add_burst_to_mac(vmn_summary_mac *mac, const vmn_burst *burst)
{
    int64_t end = vmn_time_after(burst->start, burst->span);
    if (mac->bursts == 0) {
        memcpy(mac->mac, burst->mac, 6);
        mac->first_frame = burst->first_frame;
        mac->first_seen = burst->start;
        mac->last_seen = end;
    } else if (burst->start > mac->last_seen) {
        mac->silence = MAX(mac->silence, vmn_time_between(mac->last_seen, burst->start));
        mac->has_silence = true;
    }
    mac->first_seen = MIN(mac->first_seen, burst->start);
    mac->last_seen = MAX(mac->last_seen, end);
    mac->bursts++;
    mac->rounds += burst->rounds;
    mac->missing += burst->missing;
    mac->frames += burst->frames;
    add_announcer(&mac->announcers, burst->announcer_name);
}

static void group_by_mac(vmn_summary *summary)
{
    mac_index lookup = mac_index_new(summary->n_bursts);
    summary->macs = g_new0(vmn_summary_mac, summary->n_bursts);
    for (uint32_t i = 0; i < summary->n_bursts; i++) {
        vmn_summary_burst *burst = &summary->bursts[i];
        uint32_t *slot = mac_index_slot(&lookup, summary->macs, burst->burst.mac);
        if (*slot == VMN_NONE)
            *slot = summary->n_macs++;
        burst->mac = *slot;
        add_burst_to_mac(&summary->macs[burst->mac], &burst->burst);
    }
    summary->macs = g_renew(vmn_summary_mac, summary->macs, summary->n_macs);
    g_free(lookup.slots);

    summary->mac_bursts = g_new(uint32_t, summary->n_bursts);
    uint32_t *filled = g_new0(uint32_t, summary->n_macs);
    for (uint32_t i = 1; i < summary->n_macs; i++)
        summary->macs[i].members = summary->macs[i - 1].members + summary->macs[i - 1].bursts;
    for (uint32_t i = 0; i < summary->n_bursts; i++) {
        uint32_t mac = summary->bursts[i].mac;
        summary->mac_bursts[summary->macs[mac].members + filled[mac]++] = i;
    }
    g_free(filled);
}

/* ---- grouping by event ---- */

static void add_burst_to_event(vmn_summary_event *event, const vmn_burst *burst)
{
    event->rounds += burst->rounds;
    event->missing += burst->missing;
    event->frames += burst->frames;
    add_announcer(&event->announcers, burst->announcer_name);
}

static void group_by_event(vmn_summary *summary)
{
    summary->n_events = vmn_engine_n_events(summary->engine);
    summary->events = g_new0(vmn_summary_event, summary->n_events);
    uint32_t *filled = g_new0(uint32_t, summary->n_events);
    for (uint32_t i = 0; i < summary->n_bursts; i++) {
        uint32_t number = summary->bursts[i].burst.event;
        bool known = number >= 1 && number <= summary->n_events;
        summary->bursts[i].event = known ? number - 1 : VMN_NONE;
        if (known)
            filled[number - 1]++;
    }
    uint32_t members = 0;
    for (uint32_t i = 0; i < summary->n_events; i++) {
        vmn_engine_event(summary->engine, i, &summary->events[i].event);
        summary->events[i].event.n_bursts = filled[i];
        summary->events[i].members = members;
        members += filled[i];
        filled[i] = 0;
    }
    summary->event_bursts = g_new(uint32_t, members);
    for (uint32_t i = 0; i < summary->n_bursts; i++) {
        uint32_t event = summary->bursts[i].event;
        if (event == VMN_NONE)
            continue;
        summary->event_bursts[summary->events[event].members + filled[event]++] = i;
        add_burst_to_event(&summary->events[event], &summary->bursts[i].burst);
    }
    g_free(filled);
}

/* ---- the summary ---- */

vmn_summary *vmn_summary_new(vmn_engine *engine)
{
    vmn_summary *summary = g_new0(vmn_summary, 1);
    summary->engine = engine;
    if (!engine)
        return summary;
    vmn_engine_settle(engine);
    summary->n_bursts = vmn_engine_n_bursts(engine);
    summary->bursts = g_new0(vmn_summary_burst, summary->n_bursts);
    for (uint32_t i = 0; i < summary->n_bursts; i++)
        vmn_engine_burst(engine, i, &summary->bursts[i].burst);
    group_by_mac(summary);
    group_by_event(summary);
    return summary;
}

static void free_announcers(GPtrArray *announcers)
{
    if (announcers)
        g_ptr_array_unref(announcers);
}

void vmn_summary_free(vmn_summary *summary)
{
    if (!summary)
        return;
    for (uint32_t i = 0; i < summary->n_macs; i++)
        free_announcers(summary->macs[i].announcers);
    for (uint32_t i = 0; i < summary->n_events; i++)
        free_announcers(summary->events[i].announcers);
    g_free(summary->bursts);
    g_free(summary->macs);
    g_free(summary->events);
    g_free(summary->mac_bursts);
    g_free(summary->event_bursts);
    g_free(summary->marks);
    g_free(summary);
}

uint32_t vmn_summary_list_record(vmn_summary *summary, uint32_t record)
{
    uint32_t i = summary->engine ? vmn_engine_burst_of(summary->engine, record) : VMN_NONE;
    if (i >= summary->n_bursts)
        return VMN_NONE;
    vmn_summary_burst *burst = &summary->bursts[i];
    burst->listed = true;
    summary->macs[burst->mac].listed = true;
    if (burst->event != VMN_NONE)
        summary->events[burst->event].listed = true;
    return i;
}

void vmn_summary_list(vmn_summary *summary, const vmn_selection *selection)
{
    if (!selection->bits || selection->engine != summary->engine)
        return;
    for (uint32_t word = 0; word < selection->bits->len; word++) {
        uint64_t bits = g_array_index(selection->bits, uint64_t, word);
        for (uint32_t bit = 0; bits != 0; bit++, bits >>= 1)
            if (bits & 1)
                vmn_summary_list_record(summary, word * 64 + bit);
    }
}

static gint by_start(gconstpointer a, gconstpointer b, gpointer data)
{
    const vmn_summary *summary = data;
    uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    int64_t start_i = summary->bursts[i].burst.start, start_j = summary->bursts[j].burst.start;
    if (start_i != start_j)
        return start_i < start_j ? -1 : 1;
    return i < j ? -1 : i > j;
}

uint32_t *vmn_summary_by_start(const vmn_summary *summary, bool listed_only, uint32_t *n)
{
    uint32_t *order = g_new(uint32_t, summary->n_bursts);
    *n = 0;
    for (uint32_t i = 0; i < summary->n_bursts; i++)
        if (summary->bursts[i].listed || !listed_only)
            order[(*n)++] = i;
    g_qsort_with_data(order, (gint)*n, sizeof *order, by_start, (gpointer)summary);
    return order;
}

uint32_t vmn_summary_event_macs(vmn_summary *summary, uint32_t event, uint32_t *macs, uint32_t max)
{
    const vmn_summary_event *of = &summary->events[event];
    uint32_t n = 0;
    if (!summary->marks)
        summary->marks = g_new0(uint32_t, summary->n_macs);
    summary->mark++;
    for (uint32_t i = 0; i < of->event.n_bursts; i++) {
        uint32_t mac = summary->bursts[summary->event_bursts[of->members + i]].mac;
        if (summary->marks[mac] == summary->mark)
            continue;
        summary->marks[mac] = summary->mark;
        if (n < max)
            macs[n] = mac;
        n++;
    }
    return n;
}

void vmn_summary_nearest_round(const vmn_summary *summary, uint32_t burst, int64_t when,
                               vmn_round *nearest)
{
    vmn_round round;
    vmn_engine_burst_round(summary->engine, burst, 0, nearest);
    for (uint32_t j = 1; j < summary->bursts[burst].burst.rounds; j++) {
        vmn_engine_burst_round(summary->engine, burst, j, &round);
        if (vmn_distance(round.when, when) < vmn_distance(nearest->when, when))
            *nearest = round;
    }
}

GArray *vmn_summary_paths(const vmn_summary *summary, uint32_t burst)
{
    unsigned n = vmn_engine_burst_paths(summary->engine, burst, NULL, 0);
    GArray *paths = g_array_sized_new(FALSE, TRUE, sizeof(vmn_path), n);
    g_array_set_size(paths, n);
    vmn_engine_burst_paths(summary->engine, burst, (vmn_path *)(void *)paths->data, n);
    return paths;
}

static void add_vlan(GArray *vlans, uint16_t vlan)
{
    for (unsigned i = 0; i < vlans->len; i++)
        if (g_array_index(vlans, uint16_t, i) == vlan)
            return;
    g_array_append_val(vlans, vlan);
}

GArray *vmn_summary_vlans(const vmn_summary *summary, uint32_t burst)
{
    GArray *vlans = g_array_new(FALSE, FALSE, sizeof(uint16_t));
    GArray *paths = vmn_summary_paths(summary, burst);
    for (unsigned i = 0; i < paths->len; i++) {
        const vmn_path *path = &g_array_index(paths, vmn_path, i);
        for (unsigned j = 0; j < path->n_vlans; j++)
            add_vlan(vlans, path->vlans[j]);
    }
    g_array_unref(paths);
    return vlans;
}
