/* together.c
 * Events and companions.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "together.h"

#include <string.h>

static int compare_times(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* The first of the tags that a stream bears, whatever came first. */
static uint32_t least_tags(const vmn_engine *e, const vmn_stream *s)
{
    uint32_t least = s->tagsets[0];

    for (unsigned i = 1; i < s->n_tagsets; i++)
        if (vmn_looks_compare_tags(&e->looks, s->tagsets[i], least) < 0)
            least = s->tagsets[i];
    return least;
}

/*
 * Which of two bursts comes first: the one that began first, or ended first, or has fewer rounds.
 * The order of frames in the file decides nothing, as long as something else can.
 */
static int compare_bursts(const vmn_engine *e, const vmn_burst_data *a, const vmn_burst_data *b)
{
    int order = compare_times(VMN_ROUND(e, a->first)->when, VMN_ROUND(e, b->first)->when);

    if (order == 0)
        order = compare_times(VMN_ROUND(e, a->last)->when, VMN_ROUND(e, b->last)->when);
    if (order == 0)
        order = compare_times(a->rounds, b->rounds);
    if (order == 0)
        order = memcmp(a->stream->mac->address, b->stream->mac->address, 6);
    if (order == 0 && a->stream != b->stream)
        order =
            vmn_looks_compare_tags(&e->looks, least_tags(e, a->stream), least_tags(e, b->stream));
    return order != 0 ? order : compare_times(a->number, b->number);
}

static gint by_start(gconstpointer a, gconstpointer b, gpointer engine)
{
    vmn_engine *e = engine;

    return compare_bursts(e, VMN_BURST(e, *(const uint32_t *)a),
                          VMN_BURST(e, *(const uint32_t *)b));
}

GArray *vmn_bursts_by_start(vmn_engine *e)
{
    GArray *sorted = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), e->order->len);

    g_array_append_vals(sorted, e->order->data, e->order->len);
    g_array_sort_with_data(sorted, by_start, e);
    return sorted;
}

/* Number events by their first burst and sum them up; `macs` of each group. */
static void sum_up_events(vmn_engine *e, const GArray *macs)
{
    uint32_t *number = g_new0(uint32_t, macs->len);

    for (uint32_t i = 0; i < e->order->len; i++) {
        vmn_burst_data *b = VMN_NUMBERED(e, i);
        vmn_event *event;
        int64_t start = VMN_ROUND(e, b->first)->when;

        if (number[b->event] == 0) {
            vmn_event fresh = {.number = e->events->len + 1,
                               .first_burst = b->number,
                               .macs = g_array_index(macs, uint32_t, b->event),
                               .first_frame = b->first_frame,
                               .start = start};

            number[b->event] = fresh.number;
            g_array_append_val(e->events, fresh);
        }
        b->event = number[b->event];
        event = &g_array_index(e->events, vmn_event, b->event - 1);
        event->n_bursts++;
        if (start < event->start) {
            event->span += event->start - start;
            event->start = start;
        }
        event->span = MAX(event->span, VMN_ROUND(e, b->last)->when - event->start);
    }
    g_free(number);
}

void vmn_find_events(vmn_engine *e, const GArray *sorted)
{
    GArray *macs = g_array_new(FALSE, TRUE, sizeof(uint32_t)); /* how many each group has */
    uint32_t *last = g_new0(uint32_t, e->mac_list->len + 1);   /* by MAC: its last group */
    uint32_t group = 0;

    g_array_set_size(macs, 1); /* they are numbered from 1 */
    for (unsigned i = 0; i < sorted->len; i++) {
        uint32_t id = g_array_index(sorted, uint32_t, i);
        uint32_t mac = VMN_BURST(e, id)->stream->mac->id;

        if (i == 0 ||
            vmn_start_of(e, id) - vmn_start_of(e, g_array_index(sorted, uint32_t, i - 1)) >
                e->config.event_window)
            g_array_set_size(macs, ++group + 1);
        VMN_BURST(e, id)->event = group;
        /* An event has each MAC once at most, but for tenants and immediate restarts. */
        if (last[mac] != group)
            g_array_index(macs, uint32_t, group)++;
        last[mac] = group;
    }
    sum_up_events(e, macs);
    g_array_free(macs, TRUE);
    g_free(last);
}

/* ---- companions ---------------------------------------------------------------------------------
 */

/* A later round of a burst, next to some single notice. */
typedef struct {
    int64_t when;
    uint32_t round;
    const vmn_mac *mac;
    uint32_t before, after; /* the nearest ones in the list of other MACs, VMN_NONE */
    uint32_t first;         /* the first one in the list of the same time */
} candidate;

#define CANDIDATE(list, i) (&g_array_index((list), candidate, (i)))

static GArray *find_singles(vmn_engine *e, const GArray *sorted)
{
    GArray *singles = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    for (unsigned i = 0; i < sorted->len; i++) {
        uint32_t id = g_array_index(sorted, uint32_t, i);

        if (VMN_BURST(e, id)->state == VMN_STATE_SINGLE)
            g_array_append_val(singles, id);
    }
    return singles;
}

static uint32_t first_single_from(vmn_engine *e, const GArray *singles, int64_t when)
{
    uint32_t from = 0, to = singles->len;

    while (from < to) {
        uint32_t middle = (from + to) / 2;

        if (vmn_start_of(e, g_array_index(singles, uint32_t, middle)) < when)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static gint by_time(gconstpointer a, gconstpointer b, gpointer engine)
{
    vmn_engine *e = engine;
    const candidate *x = a, *y = b;
    int order = compare_times(x->when, y->when);

    if (order != 0)
        return order;
    order = compare_bursts(e, VMN_BURST(e, VMN_ROUND(e, x->round)->burst),
                           VMN_BURST(e, VMN_ROUND(e, y->round)->burst));
    return order != 0 ? order : compare_times(x->round, y->round);
}

/* Let each know its neighbours. */
static void link_candidates(GArray *list)
{
    for (uint32_t i = 0; i < list->len; i++) {
        candidate *c = CANDIDATE(list, i);
        const candidate *last = i > 0 ? CANDIDATE(list, i - 1) : NULL;

        c->before = last == NULL ? VMN_NONE : last->mac == c->mac ? last->before : i - 1;
        c->first = last != NULL && last->when == c->when ? last->first : i;
    }
    for (uint32_t i = list->len; i-- > 0;) {
        candidate *c = CANDIDATE(list, i);
        const candidate *next = i + 1 < list->len ? CANDIDATE(list, i + 1) : NULL;

        c->after = next == NULL ? VMN_NONE : next->mac == c->mac ? next->after : i + 1;
    }
}

/* All later rounds of bursts that have a single within the copy window, in order of time. */
static GArray *find_candidates(vmn_engine *e, const GArray *sorted, const GArray *singles)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(candidate));
    int64_t window = e->decoding.rules.copy_window;

    for (unsigned i = 0; i < sorted->len; i++) {
        const vmn_burst_data *b = VMN_BURST(e, g_array_index(sorted, uint32_t, i));
        uint32_t round = b->rounds > 1 ? VMN_ROUND(e, b->first)->next : VMN_NONE;

        for (; round != VMN_NONE; round = VMN_ROUND(e, round)->next) {
            candidate c = {
                .when = VMN_ROUND(e, round)->when, .round = round, .mac = b->stream->mac};
            uint32_t near = first_single_from(e, singles, c.when - window);

            if (near < singles->len &&
                vmn_start_of(e, g_array_index(singles, uint32_t, near)) <= c.when + window)
                g_array_append_val(list, c);
        }
    }
    g_array_sort_with_data(list, by_time, e);
    link_candidates(list);
    return list;
}

/* The nearest one before a single that came before number `place`, of another MAC; of those of one
 * time the first. */
static uint32_t nearest_before(const GArray *list, uint32_t place, const vmn_mac *mac)
{
    uint32_t i = place > 0 ? place - 1 : VMN_NONE;

    if (i != VMN_NONE && CANDIDATE(list, i)->mac == mac)
        i = CANDIDATE(list, i)->before;
    if (i == VMN_NONE)
        return VMN_NONE;
    i = CANDIDATE(list, i)->first;
    return CANDIDATE(list, i)->mac == mac ? CANDIDATE(list, i)->after : i;
}

static uint32_t nearest_after(const GArray *list, uint32_t place, const vmn_mac *mac)
{
    if (place < list->len && CANDIDATE(list, place)->mac == mac)
        return CANDIDATE(list, place)->after;
    return place < list->len ? place : VMN_NONE;
}

/* The candidate nearest to a single; the earlier of two. `place`: the first one after it. */
static uint32_t nearest(const vmn_engine *e, const GArray *list, uint32_t place,
                        const vmn_burst_data *single)
{
    const vmn_mac *mac = single->stream->mac;
    uint32_t before = nearest_before(list, place, mac), after = nearest_after(list, place, mac);
    int64_t window = e->decoding.rules.copy_window, when = VMN_ROUND(e, single->first)->when;

    if (before != VMN_NONE && when - CANDIDATE(list, before)->when > window)
        before = VMN_NONE;
    if (after != VMN_NONE && CANDIDATE(list, after)->when - when > window)
        after = VMN_NONE;
    if (before == VMN_NONE || after == VMN_NONE)
        return before != VMN_NONE ? before : after;
    return when - CANDIDATE(list, before)->when <= CANDIDATE(list, after)->when - when ? before
                                                                                       : after;
}

void vmn_find_companions(vmn_engine *e, const GArray *sorted)
{
    GArray *singles = find_singles(e, sorted), *list = NULL;
    uint32_t place = 0;

    if (singles->len > 0)
        list = find_candidates(e, sorted, singles);
    for (unsigned i = 0; i < singles->len; i++) {
        vmn_burst_data *single = VMN_BURST(e, g_array_index(singles, uint32_t, i)), *b;
        uint32_t found;

        while (place < list->len &&
               CANDIDATE(list, place)->when <= VMN_ROUND(e, single->first)->when)
            place++;
        found = nearest(e, list, place, single);
        if (found == VMN_NONE)
            continue;
        single->companion_round = CANDIDATE(list, found)->round;
        single->companion_of = true;
        b = VMN_BURST(e, VMN_ROUND(e, single->companion_round)->burst);
        single->companion = b->number;
        if (b->companion == 0)
            b->companion = single->number;
    }
    g_array_free(singles, TRUE);
    if (list != NULL)
        g_array_free(list, TRUE);
}
