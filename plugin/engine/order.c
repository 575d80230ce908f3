/* order.c
 * Frames in order of time, tags that carry the same notices.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "order.h"

#include <string.h>

#include "replies.h"

#define NEIGHBOURS 64 /* frames before one that are asked whether they show the same notice … */
#define MEETINGS 8    /* … and how many of them may do so */

/* A record, and when it came. */
typedef struct {
    int64_t when;
    vmn_mac *mac;
    uint32_t record;
    uint32_t run; /* since time went back */
} sight;

/* The tags of a MAC. Each is its own group at first. */
typedef struct {
    uint32_t *tags; /* n of them, ascending */
    uint32_t *group, *next;
    vmn_stream **streams; /* of each group */
    unsigned n;
} tag_groups;

/* Two tags that were met within the copy window, and how often. */
typedef struct {
    uint32_t a, b, times;
} meeting;

static bool shows_round(const vmn_record *record)
{
    return record->kind != VMN_KIND_REPLY && !record->unseen;
}

static uint32_t tags_of(const vmn_engine *e, const sight *s)
{
    return VMN_PATH(e, VMN_RECORD(e, s->record)->path)->tagset;
}

static sight sight_of(const vmn_engine *e, uint32_t id)
{
    const vmn_record *r = VMN_RECORD(e, id);
    sight s = {.record = id};

    if (shows_round(r)) {
        s.when = vmn_record_time(e, r);
        s.mac = VMN_BURST(e, VMN_ROUND(e, vmn_effective_round(e, r->round))->burst)->stream->mac;
    } else {
        s.when = r->when;
        s.mac = g_hash_table_lookup(e->replies, GUINT_TO_POINTER(id + 1));
    }
    return s;
}

static gint by_mac(gconstpointer a, gconstpointer b)
{
    const sight *x = a, *y = b;

    if (x->mac != y->mac)
        return x->mac->id < y->mac->id ? -1 : 1;
    return x->record < y->record ? -1 : x->record > y->record;
}

/* All records of MACs that need a look, MAC by MAC. Free with g_array_free(). */
static GArray *collect(const vmn_engine *e)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(sight));

    for (uint32_t i = 0; i < e->n_records; i++) {
        sight s = sight_of(e, i);

        if (e->withdrawn || s.mac->mixed)
            g_array_append_val(all, s);
    }
    g_array_sort(all, by_mac);
    return all;
}

static gint by_time(gconstpointer a, gconstpointer b, gpointer engine)
{
    const sight *x = a, *y = b;
    const vmn_engine *e = engine;
    const vmn_record *r = VMN_RECORD(e, x->record), *q = VMN_RECORD(e, y->record);
    uint32_t length = VMN_SHAPE(e, r->shape)->length, other = VMN_SHAPE(e, q->shape)->length;
    int order;

    if (x->run != y->run)
        return x->run < y->run ? -1 : 1;
    if (x->when != y->when)
        return x->when < y->when ? -1 : 1;
    if (shows_round(r) != shows_round(q))
        return shows_round(r) ? -1 : 1;
    order = vmn_looks_compare(&e->looks, r->path, q->path);
    if (order != 0)
        return order;
    if (length != other)
        return length < other ? -1 : 1;
    return x->record < y->record ? -1 : x->record > y->record;
}

/* Sort the n sights of a MAC; were they in another order? */
static bool sort_by_time(vmn_engine *e, sight *sights, unsigned n)
{
    int64_t latest = sights[0].when;
    bool sorted = true;

    for (unsigned i = 1; i < n; i++) {
        bool back = sights[i].when < latest - VMN_REORDER;

        sights[i].run = sights[i - 1].run + back;
        latest = back ? sights[i].when : MAX(latest, sights[i].when);
        sorted = sorted && by_time(&sights[i - 1], &sights[i], e) < 0;
    }
    if (!sorted)
        g_qsort_with_data(sights, (gint)n, sizeof(*sights), by_time, e);
    return !sorted;
}

static int compare_numbers(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static unsigned index_of(const tag_groups *g, uint32_t tags)
{
    const uint32_t *at = bsearch(&tags, g->tags, g->n, sizeof(tags), compare_numbers);

    return (unsigned)(at - g->tags);
}

static tag_groups new_groups(const vmn_engine *e, const sight *sights, unsigned n)
{
    tag_groups g = {.tags = g_new(uint32_t, n + 1)};
    unsigned all = 0;

    for (unsigned i = 0; i < n; i++)
        if (shows_round(VMN_RECORD(e, sights[i].record)))
            g.tags[all++] = tags_of(e, &sights[i]);
    qsort(g.tags, all, sizeof(*g.tags), compare_numbers);
    for (unsigned i = 0; i < all; i++)
        if (i == 0 || g.tags[i] != g.tags[g.n - 1])
            g.tags[g.n++] = g.tags[i];
    g.group = g_new(uint32_t, g.n + 1);
    g.next = g_new(uint32_t, g.n + 1);
    g.streams = g_new0(vmn_stream *, g.n + 1);
    for (unsigned i = 0; i < g.n; i++)
        g.group[i] = g.next[i] = i;
    return g;
}

static void free_groups(tag_groups *g)
{
    g_free(g->tags);
    g_free(g->group);
    g_free(g->next);
    g_free(g->streams);
}

static gint by_tags(gconstpointer a, gconstpointer b)
{
    const meeting *x = a, *y = b;

    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return x->b < y->b ? -1 : x->b > y->b;
}

/* Which tags were met within the copy window; free with g_array_free(). */
static GArray *find_meetings(const vmn_engine *e, const tag_groups *g, const sight *sights,
                             unsigned n)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(meeting));
    unsigned kept = 0;

    for (unsigned i = 1; i < n; i++) {
        uint32_t tags = tags_of(e, &sights[i]);
        unsigned met = shows_round(VMN_RECORD(e, sights[i].record)) ? 0 : MEETINGS;

        for (unsigned k = 1; k <= MIN(i, NEIGHBOURS) && met < MEETINGS; k++) {
            const sight *before = &sights[i - k];
            uint32_t other = tags_of(e, before);
            meeting m = {.times = 1};

            if (before->run != sights[i].run ||
                sights[i].when - before->when > e->decoding.rules.copy_window)
                break;
            if (other == tags || !shows_round(VMN_RECORD(e, before->record)) ||
                !vmn_looks_can_meet(&e->looks, tags, other))
                continue;
            m.a = index_of(g, tags);
            m.b = index_of(g, other);
            if (vmn_looks_compare_tags(&e->looks, tags, other) > 0) {
                m.b = m.a;
                m.a = index_of(g, other);
            }
            g_array_append_val(all, m);
            met++;
        }
    }
    g_array_sort(all, by_tags);
    for (unsigned i = 0; i < all->len; i++) {
        const meeting *m = &g_array_index(all, meeting, i);

        if (kept > 0 && by_tags(&g_array_index(all, meeting, kept - 1), m) == 0)
            g_array_index(all, meeting, kept - 1).times++;
        else
            g_array_index(all, meeting, kept++) = *m;
    }
    g_array_set_size(all, kept);
    return all;
}

/* How the most frequent meetings come first, whatever numbers tags have. */
typedef struct {
    const vmn_looks *looks;
    const tag_groups *groups;
} ranking;

static gint by_times(gconstpointer a, gconstpointer b, gpointer data)
{
    const meeting *x = a, *y = b;
    const ranking *r = data;
    const uint32_t *tags = r->groups->tags;
    int order;

    if (x->times != y->times)
        return x->times > y->times ? -1 : 1;
    order = vmn_looks_compare_tags(r->looks, tags[x->a], tags[y->a]);
    return order != 0 ? order : vmn_looks_compare_tags(r->looks, tags[x->b], tags[y->b]);
}

/* Make one group of two, if one notice can bear any two of their tags. */
static void merge(const vmn_engine *e, tag_groups *g, uint32_t a, uint32_t b)
{
    uint32_t i = a, k = b, after;

    if (g->group[a] == g->group[b])
        return;
    do {
        do {
            if (!vmn_looks_can_meet(&e->looks, g->tags[i], g->tags[k]))
                return;
            k = g->next[k];
        } while (k != b);
        i = g->next[i];
    } while (i != a);
    do {
        g->group[k] = g->group[a];
        k = g->next[k];
    } while (k != b);
    after = g->next[a];
    g->next[a] = g->next[b];
    g->next[b] = after;
}

static tag_groups group_tags(const vmn_engine *e, const sight *sights, unsigned n)
{
    tag_groups g = new_groups(e, sights, n);
    ranking r = {.looks = &e->looks, .groups = &g};
    GArray *meetings;

    if (g.n < 2)
        return g;
    meetings = find_meetings(e, &g, sights, n);
    g_array_sort_with_data(meetings, by_times, &r);
    for (unsigned i = 0; i < meetings->len; i++) {
        const meeting *m = &g_array_index(meetings, meeting, i);

        merge(e, &g, m->a, m->b);
    }
    g_array_free(meetings, TRUE);
    return g;
}

/* Are the streams of a MAC those groups already? */
static bool is_grouped_so(const vmn_mac *mac, tag_groups *g)
{
    unsigned n = 0;
    bool so = true;

    for (vmn_stream *s = mac->streams; s != NULL; s = s->next) {
        for (unsigned i = 0; i < s->n_tagsets; i++, n++) {
            uint32_t group = g->group[index_of(g, s->tagsets[i])];

            so = so && (g->streams[group] == NULL || g->streams[group] == s) &&
                 group == g->group[index_of(g, s->tagsets[0])];
            g->streams[group] = s;
        }
    }
    memset(g->streams, 0, g->n * sizeof(*g->streams));
    return so && n == g->n;
}

/* Put the state of a MAC aside: it is tracked again as if nothing had been seen of it. */
static void put_aside(vmn_engine *e, vmn_mac *mac)
{
    vmn_mac_aside kept = {mac, mac->streams, mac->n_streams, mac->homes, mac->client};

    g_array_append_val(e->aside.macs, kept);
    mac->streams = NULL;
    mac->n_streams = 0;
    mac->homes = NULL;
    mac->client = false;
}

static vmn_stream *stream_for(vmn_engine *e, vmn_mac *mac, tag_groups *g, uint32_t tags)
{
    uint32_t group = g->group[index_of(g, tags)], i = group;

    if (g->streams[group] != NULL)
        return g->streams[group];
    g->streams[group] = vmn_new_stream(e, mac);
    do {
        vmn_give_tags(g->streams[group], g->tags[i]);
        i = g->next[i];
    } while (i != group);
    return g->streams[group];
}

static void track_again(vmn_engine *e, vmn_mac *mac, tag_groups *g, const sight *sights, unsigned n)
{
    put_aside(e, mac);
    for (unsigned i = 0; i < n; i++) {
        uint32_t id = sights[i].record;
        vmn_record *record = VMN_RECORD(e, id);
        vmn_record_aside kept = {*record, id, vmn_answered_round(e, id)};
        vmn_stream *s;
        uint64_t away;

        g_array_append_val(e->aside.records, kept);
        if (!shows_round(record)) {
            vmn_set_answered_round(e, id, 0);
            vmn_track_record(e, id, mac, sights[i].when);
            continue;
        }
        record->delta = 0;
        record->coarse = false;
        s = stream_for(e, mac, g, tags_of(e, &sights[i]));
        vmn_track_in(e, record, s, vmn_find_round(e, s, sights[i].when, &away), sights[i].when);
    }
}

/* Look at the n sights of a MAC; true when they were tracked again. */
static bool put_in_order(vmn_engine *e, sight *sights, unsigned n)
{
    vmn_mac *mac = sights[0].mac;
    bool moved = sort_by_time(e, sights, n);
    tag_groups g = group_tags(e, sights, n);
    bool again = e->withdrawn || mac->joined || moved || !is_grouped_so(mac, &g);

    if (again)
        track_again(e, mac, &g, sights, n);
    free_groups(&g);
    return again;
}

bool vmn_put_in_order(vmn_engine *e)
{
    bool again = false;
    GArray *all;

    if (!e->mixed && !e->withdrawn)
        return false;
    e->aside = (vmn_aside){.macs = g_array_new(FALSE, FALSE, sizeof(vmn_mac_aside)),
                           .records = g_array_new(FALSE, FALSE, sizeof(vmn_record_aside)),
                           .last_stream = e->last_stream,
                           .n_streams = e->stream_list->len,
                           .n_bursts = e->bursts->len,
                           .n_rounds = e->n_rounds,
                           .free_burst = e->free_burst};
    e->free_burst = VMN_NONE;
    all = collect(e);
    for (unsigned from = 0, to; from < all->len; from = to) {
        sight *sights = &g_array_index(all, sight, from);

        for (to = from + 1; to < all->len && g_array_index(all, sight, to).mac == sights->mac;)
            to++;
        again |= put_in_order(e, sights, to - from);
    }
    g_array_free(all, TRUE);
    return again;
}

void vmn_undo_order(vmn_engine *e)
{
    vmn_aside *aside = &e->aside;

    if (aside->macs == NULL)
        return;
    for (unsigned i = aside->records->len; i-- > 0;) {
        const vmn_record_aside *kept = &g_array_index(aside->records, vmn_record_aside, i);

        *VMN_RECORD(e, kept->id) = kept->record;
        if (!shows_round(&kept->record))
            vmn_set_answered_round(e, kept->id, kept->answered);
    }
    for (unsigned i = 0; i < aside->macs->len; i++) {
        const vmn_mac_aside *kept = &g_array_index(aside->macs, vmn_mac_aside, i);

        if (kept->mac->homes != NULL)
            g_hash_table_destroy(kept->mac->homes);
        kept->mac->streams = kept->streams;
        kept->mac->n_streams = kept->n_streams;
        kept->mac->homes = kept->homes;
        kept->mac->client = kept->client;
    }
    e->last_stream = aside->last_stream;
    e->free_burst = aside->free_burst;
    vmn_forget_answers(e, aside->n_rounds);
    g_ptr_array_set_size(e->stream_list, (gint)aside->n_streams);
    g_array_set_size(e->bursts, aside->n_bursts);
    e->n_rounds = aside->n_rounds;
    g_array_free(aside->macs, TRUE);
    g_array_free(aside->records, TRUE);
    *aside = (vmn_aside){0};
}
