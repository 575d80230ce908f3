/* passes.c
 * Groups of MACs, the passes over them, and the joining of their bursts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "passes.h"

#define FEWEST 3            /* MACs of a group */
#define SOON (60 * VMN_S)   /* the second pass begins at most so long after the event */
#define AGAIN (120 * VMN_S) /* a later pass comes at most so long after the one before it */
#define STEP (5 * VMN_S)    /* from one MAC of the second pass to the next, at most; seen: 1 s */
#define TRIES 8             /* MACs, and rounds of each, of which a pass is looked for */
#define BARE 42             /* octets of an unpadded notice */
#define NEVER INT64_MIN

/* A MAC of a group. */
typedef struct {
    uint32_t event, mac;
    uint32_t round; /* the one in the last pass that is known to have reached it */
    uint32_t next;  /* the one in the pass that is looked at, VMN_NONE */
    int64_t when;   /* when the last pass reached it or should have; NEVER: nobody knows */
} member;

typedef struct {
    vmn_engine *engine;
    uint32_t *followed_by; /* by burst: the one of its stream that began next, VMN_NONE */
    member *list;          /* n of them, in the order of the last pass */
    unsigned n;
} group;

/* ---- joining ------------------------------------------------------------------------------------
 */

/* The burst `absorbed` goes on where the one before it in its stream ended. */
static void join(group *g, uint32_t kept, uint32_t absorbed)
{
    vmn_engine *e = g->engine;
    vmn_burst_data *k = VMN_BURST(e, kept), *a = VMN_BURST(e, absorbed);
    vmn_join done = {.kept = kept,
                     .absorbed = absorbed,
                     .after = g->followed_by[absorbed],
                     .last = k->last,
                     .when = k->track.when,
                     .joined = k->joined};

    for (uint32_t i = a->first; i != VMN_NONE; i = VMN_ROUND(e, i)->next)
        VMN_ROUND(e, i)->burst = kept;
    VMN_ROUND(e, a->first)->previous = k->last;
    VMN_ROUND(e, k->last)->next = a->first;
    k->last = a->last;
    k->track.when = a->track.when;
    k->joined = true;
    a->alive = false;
    g->followed_by[kept] = done.after;
    if (done.after != VMN_NONE)
        VMN_BURST(e, done.after)->before = kept;
    g_array_append_val(e->joins, done);
}

static void part(vmn_engine *e, const vmn_join *done)
{
    vmn_burst_data *k = VMN_BURST(e, done->kept), *a = VMN_BURST(e, done->absorbed);

    if (done->after != VMN_NONE)
        VMN_BURST(e, done->after)->before = done->absorbed;
    a->alive = true;
    k->joined = done->joined;
    k->track.when = done->when;
    k->last = done->last;
    VMN_ROUND(e, k->last)->next = VMN_NONE;
    VMN_ROUND(e, a->first)->previous = VMN_NONE;
    for (uint32_t i = a->first; i != VMN_NONE; i = VMN_ROUND(e, i)->next)
        VMN_ROUND(e, i)->burst = done->absorbed;
}

void vmn_part_passes(vmn_engine *e)
{
    while (e->joins->len > 0) {
        part(e, &g_array_index(e->joins, vmn_join, e->joins->len - 1));
        g_array_set_size(e->joins, e->joins->len - 1);
    }
}

/* ---- passes -------------------------------------------------------------------------------------
 */

/* May a burst be part of what a host does in passes? */
static bool is_open(const vmn_engine *e, const vmn_burst_data *b)
{
    return b->announcer == VMN_ANNOUNCER_UNKNOWN && b->shown.schedule <= VMN_SCHEDULE_IRREGULAR &&
           VMN_SHAPE(e, b->shape)->length != BARE;
}

/* The next round of the MAC, in its burst or in the one that follows; VMN_NONE. */
static uint32_t next_round(const group *g, uint32_t round)
{
    const vmn_engine *e = g->engine;
    const vmn_round_data *r = VMN_ROUND(e, round);
    uint32_t burst = g->followed_by[r->burst];

    if (r->next != VMN_NONE)
        return r->next;
    if (burst == VMN_NONE || !is_open(e, VMN_BURST(e, burst)) || vmn_start_of(e, burst) <= r->when)
        return VMN_NONE;
    return VMN_BURST(e, burst)->first;
}

static int64_t next_when(const group *g, unsigned i)
{
    return VMN_ROUND(g->engine, g->list[i].next)->when;
}

/* Is a pass that reached `found` of so many a pass over all of them? */
static bool is_whole(unsigned found, unsigned of)
{
    return found >= FEWEST && found >= of - of / 4;
}

/* Take the pass that every member's `next` is part of; it came `shift` (ns) after the one before.
 */
static void take_pass(group *g, int64_t shift)
{
    for (unsigned i = 0; i < g->n; i++) {
        member *m = &g->list[i];

        if (m->next == VMN_NONE) {
            m->when = m->when == NEVER ? NEVER : m->when + shift;
            continue;
        }
        while (m->round != m->next) {
            uint32_t round = next_round(g, m->round);
            uint32_t kept = VMN_ROUND(g->engine, m->round)->burst;
            uint32_t other = VMN_ROUND(g->engine, round)->burst;

            if (other != kept)
                join(g, kept, other);
            m->round = round;
        }
        m->when = VMN_ROUND(g->engine, m->round)->when;
    }
}

static gint by_next(gconstpointer a, gconstpointer b, gpointer engine)
{
    vmn_engine *e = engine;
    uint32_t x = ((const member *)a)->next, y = ((const member *)b)->next;

    if (x == VMN_NONE || y == VMN_NONE)
        return (x == VMN_NONE) - (y == VMN_NONE);
    return (VMN_ROUND(e, x)->when > VMN_ROUND(e, y)->when) -
           (VMN_ROUND(e, x)->when < VMN_ROUND(e, y)->when);
}

/* Do the first n members' next rounds come one by one, evenly? Then how quickly (ns), else 0. */
static int64_t pace(const group *g, unsigned n)
{
    int64_t step = n > 1 ? (next_when(g, n - 1) - next_when(g, 0)) / (n - 1) : 0;

    for (unsigned i = 1; i < n; i++) {
        int64_t own = next_when(g, i) - next_when(g, i - 1);

        if (own <= g->engine->config.event_window || own > step * 5 / 2 || own < step * 2 / 5)
            return 0;
    }
    return step;
}

/* Find the second pass, and put the members into its order. Its pace (ns), or 0: there is none. */
static int64_t second_pass(group *g)
{
    int64_t event_end = INT64_MIN, step;
    unsigned n = 0;

    for (unsigned i = 0; i < g->n; i++) {
        g->list[i].next = next_round(g, g->list[i].round);
        event_end = MAX(event_end, VMN_ROUND(g->engine, g->list[i].round)->when);
    }
    g_qsort_with_data(g->list, (gint)g->n, sizeof(member), by_next, g->engine);
    while (n < g->n && g->list[n].next != VMN_NONE &&
           (n == 0 || next_when(g, n) - next_when(g, n - 1) <= STEP))
        n++;
    if (!is_whole(n, g->n) || next_when(g, 0) <= event_end || next_when(g, 0) > event_end + SOON)
        return 0;
    step = pace(g, n);
    for (unsigned i = n; i < g->n; i++)
        g->list[i].next = VMN_NONE;
    return step;
}

/* The round of a member from `from` to `to` (ns), or VMN_NONE. */
static uint32_t round_between(const group *g, const member *m, int64_t from, int64_t to)
{
    uint32_t round = next_round(g, m->round);

    for (unsigned k = 1; k < TRIES && round != VMN_NONE; k++) {
        if (VMN_ROUND(g->engine, round)->when >= from)
            break;
        round = next_round(g, round);
    }
    if (round == VMN_NONE || VMN_ROUND(g->engine, round)->when < from ||
        VMN_ROUND(g->engine, round)->when > to)
        return VMN_NONE;
    return round;
}

/* Does the pass before come again, so much later? What would come after the capture's end counts
 * neither way. */
static bool comes_again(group *g, int64_t shift, int64_t step)
{
    unsigned found = 0, expected = 0;
    int64_t from = INT64_MAX, to = INT64_MIN;

    for (unsigned i = 0; i < g->n; i++) {
        member *m = &g->list[i];

        m->next = VMN_NONE;
        if (m->when == NEVER)
            continue;
        m->next = round_between(g, m, m->when + shift - step / 4, m->when + shift + step / 4);
        from = MIN(from, m->when + shift - step);
        to = MAX(to, m->when + shift + step);
        found += m->next != VMN_NONE;
        expected += m->when + shift <= g->engine->last_time;
    }
    if (!is_whole(found, expected))
        return false;
    for (unsigned i = 0; i < g->n; i++)
        if (g->list[i].when == NEVER) /* the second pass's notice of it was lost */
            g->list[i].next = round_between(g, &g->list[i], from, to);
    return true;
}

/* Find the pass after the last one; how much later it came (ns), or 0: there is none. */
static int64_t later_pass(group *g, int64_t step)
{
    for (unsigned i = 0; i < MIN(g->n, TRIES) && g->list[i].when != NEVER; i++) {
        uint32_t round = next_round(g, g->list[i].round);

        for (unsigned k = 0; k < TRIES && round != VMN_NONE; k++) {
            int64_t shift = VMN_ROUND(g->engine, round)->when - g->list[i].when;

            if (shift > AGAIN)
                break;
            if (shift > 0 && comes_again(g, shift, step))
                return shift;
            round = next_round(g, round);
        }
    }
    return 0;
}

static void join_group(group *g)
{
    int64_t step = second_pass(g), shift;

    if (step == 0)
        return;
    take_pass(g, 0);
    while ((shift = later_pass(g, step)) > 0)
        take_pass(g, shift);
}

/* ---- groups -------------------------------------------------------------------------------------
 */

static uint32_t *find_followers(const vmn_engine *e)
{
    uint32_t *followed_by = g_new(uint32_t, e->bursts->len + 1);

    for (uint32_t i = 0; i < e->bursts->len; i++)
        followed_by[i] = VMN_NONE;
    for (uint32_t i = 0; i < e->order->len; i++) {
        uint32_t id = g_array_index(e->order, uint32_t, i), before = VMN_BURST(e, id)->before;

        if (before != VMN_NONE && VMN_BURST(e, before)->alive && followed_by[before] == VMN_NONE)
            followed_by[before] = id;
    }
    return followed_by;
}

/* How many MACs each event has whose bursts may be part of passes; by its number. */
static uint32_t *count_open(const vmn_engine *e)
{
    uint32_t *counts = g_new0(uint32_t, e->events->len + 1);

    for (uint32_t i = 0; i < e->order->len; i++)
        counts[VMN_NUMBERED(e, i)->event] += is_open(e, VMN_NUMBERED(e, i));
    for (uint32_t i = 0; i <= e->events->len; i++)
        if (i == 0 || g_array_index(e->events, vmn_event, i - 1).macs < FEWEST)
            counts[i] = 0;
    return counts;
}

static gint by_event(gconstpointer a, gconstpointer b)
{
    const member *x = a, *y = b;

    if (x->event != y->event)
        return x->event < y->event ? -1 : 1;
    if (x->mac != y->mac)
        return x->mac < y->mac ? -1 : 1;
    return (x->round > y->round) - (x->round < y->round);
}

/* Each MAC of an event once: that several tenants have it makes it no group. */
static void drop_twins(GArray *members)
{
    member *list = (member *)(void *)members->data;
    unsigned n = 0;

    for (unsigned i = 0; i < members->len; i++)
        if (n == 0 || list[n - 1].event != list[i].event || list[n - 1].mac != list[i].mac)
            list[n++] = list[i];
    g_array_set_size(members, n);
}

/* The MACs of all groups, those of one event together. */
static GArray *find_members(const vmn_engine *e)
{
    GArray *members = g_array_new(FALSE, FALSE, sizeof(member));
    uint32_t *counts = count_open(e);

    for (uint32_t i = 0; i < e->order->len; i++) {
        const vmn_burst_data *b = VMN_NUMBERED(e, i);
        member m = {.event = b->event,
                    .mac = b->stream->mac->id,
                    .round = b->first,
                    .next = VMN_NONE,
                    .when = NEVER};

        if (counts[b->event] >= FEWEST && is_open(e, b))
            g_array_append_val(members, m);
    }
    g_array_sort(members, by_event);
    drop_twins(members);
    g_free(counts);
    return members;
}

bool vmn_join_passes(vmn_engine *e)
{
    GArray *members = find_members(e);
    uint32_t *followed_by = members->len > 0 ? find_followers(e) : NULL;

    for (unsigned from = 0, to; from < members->len; from = to) {
        member *list = &g_array_index(members, member, from);

        for (to = from; to < members->len && list[to - from].event == list->event;)
            to++;
        join_group(&(group){e, followed_by, list, to - from});
    }
    g_free(followed_by);
    g_array_free(members, TRUE);
    return e->joins->len > 0;
}
