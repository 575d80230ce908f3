/* decoder.c
 * The trellis of one stream: extend, merge, prune, decide.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "decoder.h"

#include <math.h>
#include <string.h>

#include "cost.h"

#define LINK_LIMIT 3          /* a link is possible up to this many tolerances off schedule */
#define SHORTEST_UNKNOWN 0.05 /* s: intervals that fit nothing are not told apart below this */
#define ON_GRID (2 * VMN_MS)
#define FARTHEST (INT64_C(1) << 61) /* ns: sums of a few such intervals do not overflow */
#define ROUNDING 0.001F    /* costs that differ less may differ by the order of computing only */
#define MAX_CANDIDATES 160 /* below 256 */

/* One extension of all nodes by one round. */
typedef struct {
    const vmn_decoder_rules *rules;
    int64_t time;
    uint32_t round;
    bool maybe_copy;
    uint32_t length; /* octets of the stream's frames */
    uint8_t parent;
    float best;          /* cost of the cheapest one so far … */
    uint32_t best_start; /* … and the first round of its burst */
    float limit;         /* above this they are hopeless */
    float known_limit;   /* … and bursts that go on by a known schedule above this */
    float cheapest;      /* no foretold interval up to this round costs less */
    unsigned n;
    uint8_t order[VMN_MAX_NODES];      /* of the kept ones */
    vmn_node list[MAX_CANDIDATES + 1]; /* n of them; the one after is being built */
} candidates;

static double seconds(int64_t ns)
{
    return (double)ns / 1e9;
}

/* a − b within ± a century; times are within a quarter of what they could be. */
static int64_t difference(int64_t a, int64_t b)
{
    return CLAMP(a - b, -FARTHEST, FARTHEST);
}

int64_t vmn_tolerance(const vmn_decoder_rules *rules, int64_t interval)
{
    return MAX(rules->tolerance_floor, (int64_t)((double)interval * rules->tolerance));
}

static int64_t link_limit(const vmn_decoder_rules *rules, int64_t interval)
{
    return LINK_LIMIT * vmn_tolerance(rules, interval);
}

static const vmn_schedule *schedule_of(const vmn_decoder_rules *rules, const vmn_track *track)
{
    return &rules->list[track->schedule];
}

/* Cost of an interval that a schedule foretells: of one just as long, and of the difference. */
static float foretold(const vmn_schedule *s, int64_t interval, int64_t expected, float exact)
{
    return (float)(fabs(seconds(interval - expected)) / vmn_cost_scale(s, expected)) + exact;
}

/* Cost of an interval that nothing foretells. */
static float unforetold(int64_t interval)
{
    return logf((float)MAX(seconds(interval), SHORTEST_UNKNOWN) * VMN_LOG_RANGE);
}

static unsigned last_place(const vmn_schedule *s, const vmn_track *track)
{
    if (s->second_start > 0 && track->first >= s->second_start && track->place <= s->second_last)
        return s->second_last;
    return s->last;
}

bool vmn_track_complete(const vmn_decoder_rules *rules, const vmn_track *track)
{
    const vmn_schedule *s = schedule_of(rules, track);

    return s->last > 0 && track->place >= last_place(s, track);
}

/* Rounds may follow the last one. */
static bool may_go_on(const vmn_schedule *s, const vmn_track *track)
{
    return s->last == 0 || track->place < s->last || s->beyond;
}

int64_t vmn_track_due(const vmn_decoder_rules *rules, const vmn_track *track)
{
    const vmn_schedule *s = schedule_of(rules, track);
    int64_t gap = 0;

    if (s->family > VMN_FAMILY_IRREGULAR && !vmn_track_complete(rules, track))
        gap = vmn_schedule_gap(s, &track->params, track->place);
    return gap > 0 && track->time < INT64_MAX - gap ? track->time + gap : INT64_MIN;
}

/* Cost of a burst that gets no further round. */
static float end_cost(const vmn_decoder_rules *rules, const vmn_track *track)
{
    const vmn_schedule *s = schedule_of(rules, track);

    if (s->family == VMN_FAMILY_FRESH)
        return VMN_COST_SINGLE + (track->habit > 0 ? VMN_COST_HABIT : 0);
    if (s->family == VMN_FAMILY_IRREGULAR)
        return VMN_COST_CUT / 4 + VMN_COST_IRREGULAR_END * (float)track->place;
    if (s->params.base == 0 && s->family != VMN_FAMILY_TABLE &&
        track->place - track->first - track->missing < 3 && s->last == 0)
        return VMN_COST_CUT / 4 + VMN_COST_OPEN_END;
    if (s->last == 0)
        return VMN_COST_CUT / 4;
    if (track->missing > 0 && track->place == track->first + track->missing + 1)
        return VMN_COST_CUT + VMN_COST_UNPROVEN;
    return vmn_track_complete(rules, track) ? 0 : VMN_COST_CUT;
}

static bool same_track(const vmn_track *a, const vmn_track *b)
{
    if (a->schedule != b->schedule)
        return false;
    if (a->schedule == VMN_NO_TRACK)
        return true;
    return a->place == b->place && a->time == b->time && a->held_back == b->held_back &&
           a->params.base == b->params.base && a->params.step == b->params.step &&
           a->params.cap == b->params.cap && a->copies == b->copies;
}

/* Are its due times known before any round came? */
static bool is_known(const vmn_schedule *s)
{
    return s->n_due > 0;
}

/* Too dear to be kept, whatever comes: asked before anything is built. */
static bool hopeless(const candidates *c, float cost)
{
    return cost > c->limit;
}

/* Likewise if a burst goes on by a known schedule: that it is the wrong one shows soon. */
static bool hopeless_known(const candidates *c, float cost)
{
    return cost > c->known_limit;
}

/* Likewise if this burst goes on, by the schedule that it has. */
static bool hopeless_by(const candidates *c, const vmn_schedule *s, float cost)
{
    return cost > (is_known(s) ? c->known_limit : c->limit);
}

/* Is a finished candidate not worth keeping? Strictest with a known schedule for the very burst
 * that the best candidate explains otherwise. */
static bool too_dear(const candidates *c, const vmn_node *node)
{
    if (node->action != VMN_ACTION_GO_ON || !is_known(schedule_of(c->rules, &node->front)))
        return hopeless(c, node->cost);
    if (node->front.start == c->best_start)
        return node->cost > c->best + VMN_COST_BEAM_SAME;
    return hopeless_known(c, node->cost);
}

/* A candidate to be filled in, and then to be offered before the next one is begun. */
static vmn_node *new_candidate(candidates *c)
{
    return &c->list[c->n];
}

static void note_cost(candidates *c, const vmn_node *node)
{
    if (node->cost < c->best) {
        c->best = node->cost;
        c->best_start = node->front.start;
        c->limit = node->cost + VMN_COST_BEAM;
        c->known_limit = node->cost + VMN_COST_BEAM_KNOWN;
    }
}

/* Keep the new candidate unless it is too dear or a cheaper one has the same future. */
static void offer(candidates *c, const vmn_node *node)
{
    if (too_dear(c, node))
        return;
    for (unsigned i = 0; i < c->n; i++) {
        if (same_track(&c->list[i].front, &node->front) &&
            (same_track(&c->list[i].back, &node->back) ||
             fabsf(node->cost - c->list[i].cost) > VMN_COST_BACK)) {
            if (node->cost < c->list[i].cost)
                c->list[i] = *node;
            note_cost(c, node);
            return;
        }
    }
    if (c->n == MAX_CANDIDATES)
        return;
    c->n++;
    note_cost(c, node);
}

/* The node that follows when `track` gets this round as its next one, `skip` rounds missing. */
static vmn_node *advance(candidates *c, const vmn_track *track, const vmn_track *other,
                         unsigned skip, float cost)
{
    vmn_node *node = new_candidate(c);

    node->front = *track;
    node->back = *other;
    node->cost = cost;
    node->parent = c->parent;
    node->action = VMN_ACTION_GO_ON;
    node->missing = (uint8_t)skip;
    node->free = false;
    node->front.time = c->time;
    node->front.place += 1 + skip;
    node->front.missing += skip;
    node->front.copies = 0;
    return node;
}

/* A MAC is mostly announced by the same software, and software sends frames of one length. */
static float sender_cost(const candidates *c, const vmn_track *track, unsigned schedule)
{
    uint32_t usual = c->rules->list[schedule].length;
    float cost = usual > 0 && c->length > 0 && usual != c->length ? VMN_COST_LENGTH : 0;

    return track->habit > 0 && track->habit != schedule ? cost + VMN_COST_HABIT : cost;
}

/* Second round: all known schedules that foretell the interval exactly. */
static void choose_foretold(candidates *c, const vmn_track *t, const vmn_track *other, float cost,
                            int64_t interval)
{
    int64_t limit = link_limit(c->rules, interval) + link_limit(c->rules, interval) / 20;
    unsigned n;
    const vmn_way *ways =
        vmn_schedules_ways(c->rules->schedules, interval - limit, interval + limit, &n);

    for (unsigned i = 0; i < n; i++) {
        const vmn_schedule *s = &c->rules->list[ways[i].schedule];
        vmn_node *node;
        float more = ways[i].cost;

        if (t->on_grid && t->habit == ways[i].schedule && ways[i].from > 0)
            more += VMN_COST_ON_GRID + (ways[i].from == s->second_start ? VMN_COST_CUT : 0);
        if (hopeless_known(c, cost + more + ways[i].exact))
            continue;
        more += sender_cost(c, t, ways[i].schedule);
        more += foretold(s, interval, ways[i].interval, ways[i].exact);
        if (hopeless_known(c, cost + more))
            continue;
        node = advance(c, t, other, ways[i].to - ways[i].from - 1U, cost + more);
        node->front.schedule = ways[i].schedule;
        node->front.first = ways[i].from;
        node->front.place = ways[i].to;
        node->front.params = s->params;
        offer(c, node);
    }
}

/* Fibonacci: the immediate round lies anywhere in the tick before the first one. */
static void choose_free_first(candidates *c, const vmn_track *t, const vmn_track *other, float cost,
                              int64_t interval, unsigned schedule)
{
    const vmn_schedule *s = &c->rules->list[schedule];
    int64_t slack = vmn_tolerance(c->rules, s->params.base);

    if (hopeless(c, cost + s->prior))
        return;
    for (unsigned to = 1; to <= VMN_MAX_SKIP + 1; to++) {
        int64_t latest = (int64_t)vmn_schedule_tick(to) * s->params.base;
        vmn_node *node;

        if (interval > latest + slack)
            continue;
        if (interval <= latest - s->params.base)
            break;
        node = advance(c, t, other, to - 1,
                       cost + s->prior + sender_cost(c, t, schedule) + vmn_cost_head(s, 0) +
                           VMN_COST_LOST * (float)(to - 1) + logf((float)seconds(s->params.base)));
        node->front.schedule = (uint8_t)schedule;
        node->front.params = s->params;
        node->free = true;
        offer(c, node);
        break;
    }
}

/* A burst whose sender was paused: rounds due meanwhile come at once, the others keep their places.
 */
static void go_on_held_back(candidates *c, const vmn_track *t, const vmn_track *other, float cost,
                            int64_t interval)
{
    const vmn_schedule *s = schedule_of(c->rules, t);
    int64_t gap = vmn_schedule_gap(s, &t->params, t->place);
    vmn_node *node;

    if (t->place >= s->last)
        return;
    if (c->maybe_copy && interval <= c->rules->copy_window) {
        bool usual = interval >= 3000 && interval <= 3 * VMN_MS / 20;

        node = advance(c, t, other, 0, cost + (usual ? VMN_COST_AT_ONCE : VMN_COST_AT_ONCE_LATE));
        node->free = true;
        offer(c, node);
    }
    if (interval > 0 && interval <= gap + vmn_tolerance(c->rules, gap)) {
        node = advance(c, t, other, 0, cost + logf((float)seconds(gap)));
        node->front.held_back = false;
        node->free = true;
        offer(c, node);
    }
}

/* One more round that fits nothing. */
static void go_on_irregular(candidates *c, const vmn_track *t, const vmn_track *other, float cost,
                            int64_t interval)
{
    vmn_node *node;

    if (interval <= c->rules->copy_window || hopeless(c, cost + VMN_COST_IRREGULAR))
        return;
    node = advance(c, t, other, 0, cost + VMN_COST_IRREGULAR + unforetold(interval));
    node->front.schedule = VMN_SCHEDULE_IRREGULAR;
    node->front.first = 0;
    node->front.params.cap = t->params.step;
    node->front.params.step = t->params.base;
    node->front.params.base = interval;
    node->free = true;
    offer(c, node);
}

/* Second round: a burst whose sender was paused. */
static void choose_held_back(candidates *c, const vmn_track *t, const vmn_track *other, float cost,
                             int64_t interval, unsigned schedule)
{
    const vmn_schedule *s = &c->rules->list[schedule];
    vmn_track late;

    if (interval > s->params.base + vmn_tolerance(c->rules, s->params.base))
        return;
    late = *t;
    late.schedule = (uint8_t)schedule;
    late.params = s->params;
    late.held_back = true;
    go_on_held_back(c, &late, other,
                    cost + s->prior + VMN_COST_HELD_BACK + sender_cost(c, t, schedule), interval);
}

/* A second round that a schedule foretells costs at least this. */
static float cheapest_choice(const candidates *c, const vmn_track *t)
{
    return c->rules->cheapest_schedule + c->cheapest + (t->on_grid ? VMN_COST_ON_GRID : 0);
}

static void go_on_fresh(candidates *c, const vmn_track *t, const vmn_track *other, float cost,
                        int64_t interval)
{
    if (!hopeless_known(c, cost + cheapest_choice(c, t)))
        choose_foretold(c, t, other, cost, interval);
    if (!c->maybe_copy && hopeless(c, cost))
        return; /* copies apart, what follows is no gain */
    for (unsigned i = 0; i < c->rules->n_loose; i++) {
        unsigned schedule = c->rules->loose[i];

        if (c->rules->list[schedule].held_back)
            choose_held_back(c, t, other, cost, interval, schedule);
        else
            choose_free_first(c, t, other, cost, interval, schedule);
    }
    go_on_irregular(c, t, other, cost + sender_cost(c, t, VMN_SCHEDULE_IRREGULAR), interval);
}

/* Take up an open family with the given parameters when its gaps foretell all three intervals. */
static void try_family(candidates *c, const vmn_track *t, const vmn_track *other, float cost,
                       unsigned schedule, vmn_params params, unsigned first, const int64_t *d)
{
    unsigned n = MIN(t->place, 2U) + 1; /* intervals there are; d[] ends with the latest */
    const vmn_schedule *s = &c->rules->list[schedule];
    vmn_node *node;

    for (unsigned k = 3 - n; k < 3; k++) {
        unsigned place = t->place - 2 + first + k;
        int64_t gap = vmn_schedule_gap(s, &params, place);

        if (s->family == VMN_FAMILY_FIBONACCI && place == 0 && d[k] <= gap)
            continue; /* the immediate round lies anywhere */
        if (ABS(d[k] - gap) > vmn_tolerance(c->rules, gap))
            return;
        if (k == 2)
            cost += foretold(s, d[k], gap, vmn_cost_exact(s, gap));
    }
    node = advance(c, t, other, 0, cost + s->prior);
    node->front.schedule = (uint8_t)schedule;
    node->front.params = params;
    node->front.first = (uint8_t)first;
    node->front.place += first;
    offer(c, node);
}

/*
 * Whether two sums of intervals may be the same by a schedule, whatever its parameters: rules out
 * most families before anything is rounded. Wider than the tolerances of four intervals together.
 */
static bool may_equal(const candidates *c, int64_t a, int64_t b)
{
    return ABS(a - b) <= 4 * vmn_tolerance(c->rules, MAX(a, b));
}

static void try_fibonacci(candidates *c, const vmn_track *t, const vmn_track *other, float cost,
                          const int64_t *d)
{
    unsigned open = vmn_schedules_open(c->rules->schedules, VMN_FAMILY_FIBONACCI, 0);
    int64_t sum = d[0] + d[1] + d[2];

    for (unsigned k = 1; d[2] > d[1] && may_equal(c, d[0] + d[1], d[2]) && k <= 6; k++) {
        vmn_params p = {
            .base = vmn_round_duration(sum / (vmn_schedule_tick(k + 3) - vmn_schedule_tick(k)))};

        if (p.base > 0)
            try_family(c, t, other, cost + VMN_COST_NO_FIRST, open, p, k, d);
    }
    /* The free first interval, then 1, 1. */
    if (d[0] <= d[1] && may_equal(c, d[1], d[2])) {
        vmn_params p = {.base = vmn_round_duration((d[1] + d[2]) / 2)};

        if (p.base > 0)
            try_family(c, t, other, cost, open, p, 0, d);
    }
}

/* Linux draws the first gap at random between 2 and 3 s: it is no round figure. */
static void try_linux(candidates *c, const vmn_track *t, const vmn_track *other, float cost,
                      const int64_t *d)
{
    unsigned open = vmn_schedules_open(c->rules->schedules, VMN_FAMILY_GEOMETRIC, 7);
    vmn_params p = {.base = d[1], .cap = 30 * VMN_S};

    if (d[1] >= 19 * VMN_S / 10 && d[1] <= 31 * VMN_S / 10)
        try_family(c, t, other, cost, open, p, 0, d);
}

/* Two or three intervals that fit nothing known: is there a family whose parameters explain them?
 */
static void try_families(candidates *c, const vmn_track *t, const vmn_track *other, float cost,
                         int64_t interval)
{
    const vmn_schedules *all = c->rules->schedules;
    const int64_t d[3] = {t->params.step, t->params.base, interval};
    vmn_params p = {0};
    int64_t base;

    if (hopeless(c, cost + c->rules->cheapest_schedule + c->cheapest))
        return;
    if (t->place == 1) {
        try_linux(c, t, other, cost, d);
        p.base = may_equal(c, d[1], d[2]) ? vmn_round_duration((d[1] + d[2]) / 2) : 0;
        if (p.base > 0)
            try_family(c, t, other, cost, vmn_schedules_open(all, VMN_FAMILY_CONSTANT, 0), p, 0, d);
        p.base = may_equal(c, 2 * d[1], d[2]) ? vmn_round_duration((d[1] + d[2]) / 3) : 0;
        if (p.base > 0)
            try_family(c, t, other, cost, vmn_schedules_open(all, VMN_FAMILY_GEOMETRIC, 2), p, 0,
                       d);
    }
    if (t->place != 2)
        return;
    try_fibonacci(c, t, other, cost, d);
    base = d[1] - d[0] > vmn_tolerance(c->rules, d[0]) ? vmn_round_duration(d[0]) : 0;
    if (base <= 0)
        return;
    p = (vmn_params){.base = base};
    if (may_equal(c, 2 * d[1], d[0] + d[2]))
        p.step = vmn_round_duration((d[2] - d[0]) / 2);
    if (p.step > 0)
        try_family(c, t, other, cost, vmn_schedules_open(all, VMN_FAMILY_LINEAR, 0), p, 0, d);
    p.cap = may_equal(c, d[1], d[2]) ? vmn_round_duration((d[1] + d[2]) / 2) : 0;
    p.step = p.cap - base;
    if (p.step > 0)
        try_family(c, t, other, cost + VMN_COST_CAP_EARLY,
                   vmn_schedules_open(all, VMN_FAMILY_LINEAR, 0), p, 0, d);
}

/* A gap below the foretold one, but not below the one before: the cap shows itself. */
static void find_cap(candidates *c, const vmn_track *t, const vmn_track *other, float cost,
                     int64_t interval)
{
    const vmn_schedule *s = schedule_of(c->rules, t);
    int64_t gap, before;
    vmn_node *node;

    if ((s->family != VMN_FAMILY_LINEAR && s->family != VMN_FAMILY_GEOMETRIC) || t->capped ||
        s->num == 7 || t->place < 2)
        return;
    cost += s->held_back ? VMN_COST_CAP_KNOWN : VMN_COST_CAP;
    if (hopeless(c, cost))
        return;
    gap = vmn_schedule_gap(s, &t->params, t->place);
    before = vmn_schedule_gap(s, &t->params, t->place - 1);
    if (interval < before - vmn_tolerance(c->rules, before) ||
        interval > gap - vmn_tolerance(c->rules, gap))
        return;
    node = advance(c, t, other, 0, cost);
    node->front.params.cap = vmn_round_duration(interval);
    node->front.capped = true;
    offer(c, node);
}

/* More than any number of missing rounds explains; known without a look at each of them. */
static bool far_too_long(const vmn_schedule *s, const vmn_track *t, int64_t interval)
{
    unsigned furthest = t->place + 1 + VMN_MAX_SKIP;

    return furthest < s->n_due && interval / 2 > s->due[furthest] - s->due[t->place];
}

/* How many of the burst's next gaps are known beforehand? */
static unsigned tabled_gaps(const vmn_schedule *s, const vmn_track *t)
{
    return t->capped || t->place >= s->n_due ? 0 : s->n_due - 1U - t->place;
}

/* The cost of the burst's next interval, after `skip` missing rounds, if it is just as long. */
static float exact_cost(const vmn_schedule *s, const vmn_track *t, unsigned skip, int64_t expected)
{
    return skip == 0 && tabled_gaps(s, t) > 0 ? s->exact[t->place] : vmn_cost_exact(s, expected);
}

static void go_on_schedule(candidates *c, const vmn_track *t, const vmn_track *other, float cost,
                           int64_t interval)
{
    const vmn_schedule *s = schedule_of(c->rules, t);
    const unsigned tabled = tabled_gaps(s, t);
    int64_t expected = 0;
    bool fits = false;

    if (hopeless_by(c, s, cost + c->cheapest) || far_too_long(s, t, interval))
        return;
    for (unsigned skip = 0; skip <= VMN_MAX_SKIP; skip++) {
        bool beyond = s->last > 0 && t->place + skip >= s->last;
        int64_t before = expected, off;
        float more;

        if (beyond && !s->beyond)
            return;
        if (skip < tabled)
            expected = s->due[t->place + skip + 1] - s->due[t->place];
        else
            expected += vmn_schedule_gap(s, &t->params, t->place + skip);
        if (expected == before)
            return;
        off = interval - expected;
        if (off > expected) /* far too long for this few rounds */
            continue;
        more = VMN_COST_LOST * (float)skip + (beyond && t->place <= s->last ? VMN_COST_BEYOND : 0);
        if (hopeless_by(c, s, cost + more + c->cheapest))
            break; /* more missing rounds cost more still */
        if (ABS(off) <= link_limit(c->rules, expected)) {
            more += foretold(s, interval, expected, exact_cost(s, t, skip, expected));
            if (hopeless_by(c, s, cost + more))
                continue;
            offer(c, advance(c, t, other, skip, cost + more));
            fits = true;
        } else if (off < 0) {
            break; /* too short, for more rounds even more so */
        }
    }
    if (!fits && t->place >= 2 && !t->capped)
        find_cap(c, t, other, cost, interval);
}

/* All ways in which a burst can take this round as its next one. */
static void go_on(candidates *c, const vmn_track *t, const vmn_track *other, float cost)
{
    int64_t interval = difference(c->time, t->time);

    switch (schedule_of(c->rules, t)->family) {
    case VMN_FAMILY_FRESH:
        go_on_fresh(c, t, other, cost, interval);
        break;
    case VMN_FAMILY_IRREGULAR:
        go_on_irregular(c, t, other, cost, interval);
        try_families(c, t, other, cost, interval);
        break;
    default:
        if (t->held_back)
            go_on_held_back(c, t, other, cost, interval);
        else
            go_on_schedule(c, t, other, cost, interval);
    }
}

/* Whether this round lies on a tick of a Fibonacci burst that was going on shortly before. */
static bool lies_on_grid(const candidates *c, const vmn_track *t)
{
    const vmn_schedule *s = schedule_of(c->rules, t);
    int64_t interval, off;

    if (s->family != VMN_FAMILY_FIBONACCI || t->place == 0)
        return false;
    interval = difference(c->time, t->time);
    if (interval > 64 * t->params.base)
        return false;
    off = interval % t->params.base;
    return interval > t->params.base / 2 && MIN(off, t->params.base - off) <= ON_GRID;
}

static void start_burst(candidates *c, const vmn_node *from)
{
    vmn_node *node;
    float cost = 0;

    if (from != NULL)
        cost = from->cost + VMN_COST_START + from->front.end;
    if (hopeless(c, cost))
        return;
    node = new_candidate(c);
    *node = (vmn_node){.cost = cost, .parent = c->parent, .action = VMN_ACTION_START};
    node->back.schedule = VMN_NO_TRACK;
    if (from != NULL) {
        const vmn_schedule *s = schedule_of(c->rules, &from->front);

        node->back = may_go_on(s, &from->front) ? from->front : from->back;
        node->front.on_grid = lies_on_grid(c, &from->front);
        node->front.habit =
            s->family > VMN_FAMILY_IRREGULAR ? from->front.schedule : from->front.habit;
    }
    node->front.time = c->time;
    node->front.start = c->round;
    offer(c, node);
}

static float copy_cost(int64_t distance)
{
    if (distance <= VMN_MS / 200)
        return VMN_COST_COPY_MOMENT;
    if (distance <= VMN_MS / 25)
        return VMN_COST_COPY_NEAR;
    return distance <= VMN_MS * 6 / 10 ? VMN_COST_COPY_LATE : VMN_COST_COPY_FAR;
}

static void absorb(candidates *c, const vmn_node *from)
{
    vmn_node *node;
    int64_t distance = difference(c->time, from->front.time);

    if (!c->maybe_copy || distance > c->rules->copy_window)
        return;
    node = new_candidate(c);
    *node = *from;
    node->cost += copy_cost(distance) + (from->front.copies > 0 ? VMN_COST_COPY_AGAIN : 0);
    node->front.copies = (uint8_t)MIN(from->front.copies + 1, 3);
    node->action = VMN_ACTION_ABSORB;
    node->missing = 0;
    node->parent = c->parent;
    offer(c, node);
}

/* Is it too late for a further round of a burst? (If not known: no.) */
static bool is_over(const candidates *c, const vmn_track *t)
{
    return !t->held_back && far_too_long(schedule_of(c->rules, t), t, difference(c->time, t->time));
}

/* Would all that can follow from a node be too dear to be kept? */
static bool leads_nowhere(const candidates *c, const vmn_node *from, float again)
{
    const vmn_schedule *s = schedule_of(c->rules, &from->front);
    float least = from->cost + c->cheapest;

    if (c->maybe_copy || !hopeless(c, from->cost))
        return false;
    if (s->family == VMN_FAMILY_FRESH)
        return hopeless_known(c, from->cost + cheapest_choice(c, &from->front)) &&
               hopeless(c, least + again);
    return hopeless_by(c, s, least);
}

static void extend(candidates *c, const vmn_node *from)
{
    float again = from->front.interleaved ? 0.7F : VMN_COST_INTERLEAVE;

    if (leads_nowhere(c, from, again))
        return;
    absorb(c, from);
    go_on(c, &from->front, &from->back, from->cost);
    start_burst(c, from);
    if (from->back.schedule != VMN_NO_TRACK && !c->maybe_copy &&
        !hopeless(c, from->cost + again + c->cheapest) && !is_over(c, &from->back)) {
        vmn_track front = from->front, back = from->back;
        float cost = from->cost + again;

        if (!front.interleaved)
            cost -= back.end;
        front.interleaved = back.interleaved = true;
        go_on(c, &back, &front, cost);
    }
}

/* Sort (there are few) and prune. */
static unsigned prune(candidates *c)
{
    unsigned n = 0;

    for (unsigned i = 0; i < c->n; i++) {
        float cost = c->list[i].cost;
        unsigned at = n;

        if (too_dear(c, &c->list[i]) ||
            (n == VMN_MAX_NODES && c->list[c->order[n - 1]].cost <= cost))
            continue;
        if (n < VMN_MAX_NODES)
            n++;
        else
            at--;
        for (; at > 0 && c->list[c->order[at - 1]].cost > cost; at--)
            c->order[at] = c->order[at - 1];
        c->order[at] = (uint8_t)i;
    }
    return n;
}

/* No interval of 2^octave ns or more that a schedule foretells can cost less. */
static float cheapest_from(const vmn_decoder_rules *rules, unsigned octave)
{
    double expected = ldexp(1, (int)octave) / 1e9 / (1 + LINK_LIMIT * rules->tolerance);

    return logf((float)(2 * (VMN_SCALE_FLOOR + VMN_SCALE_SLOPE_TIMER * expected))) - ROUNDING;
}

void vmn_rules_complete(vmn_decoder_rules *rules)
{
    rules->cheapest_schedule = INFINITY;
    for (unsigned i = VMN_SCHEDULE_IRREGULAR + 1; i < rules->n_list; i++)
        rules->cheapest_schedule = MIN(rules->cheapest_schedule, rules->list[i].prior);
    for (unsigned i = 0; i < G_N_ELEMENTS(rules->cheapest); i++)
        rules->cheapest[i] = cheapest_from(rules, i);
}

/* No interval since `from` (ns) or a time before it that a schedule foretells can cost less. */
static float cheapest_since(const candidates *c, int64_t from)
{
    int64_t least = difference(c->time, from) - LINK_LIMIT * c->rules->tolerance_floor;

    return c->rules->cheapest[vmn_octave(least)];
}

/* Explain a column's round, given the column before it (NULL: none); returns how many nodes to
 * keep.
 */
static unsigned explain(candidates *c, const vmn_decoder *d, const vmn_decoder_rules *rules,
                        const vmn_column *column, const vmn_column *before)
{
    c->rules = rules;
    c->time = column->time;
    c->round = column->round;
    c->maybe_copy = column->maybe_copy;
    c->length = d->length;
    c->best = c->limit = c->known_limit = INFINITY;
    c->best_start = VMN_NONE;
    c->n = 0;
    c->parent = 0;
    if (before == NULL)
        start_burst(c, NULL);
    else
        c->cheapest = cheapest_since(c, before->time);
    for (unsigned k = 0; before != NULL && k < before->n_nodes; k++) {
        c->parent = (uint8_t)k;
        extend(c, &before->nodes[k]);
    }
    return prune(c);
}

/* The node with the least cost if nothing follows. */
static uint8_t best_node(const vmn_column *column)
{
    uint8_t best = 0;
    float least = INFINITY;

    /* They are sorted, and no end is a gain. */
    for (uint8_t i = 0; i < column->n_nodes && column->nodes[i].cost < least; i++) {
        float cost = column->nodes[i].cost + column->nodes[i].front.end;

        if (cost < least) {
            least = cost;
            best = i;
        }
    }
    return best;
}

/* Costs count from the cheapest one on, so that they keep their precision. */
static void keep(vmn_column *column, const candidates *c, unsigned n)
{
    column->n_nodes = (uint8_t)n;
    for (unsigned k = 0; k < n; k++) {
        vmn_node *node = &column->nodes[k];

        *node = c->list[c->order[k]];
        column->parents[k] = node->parent;
        node->cost -= c->best;
        node->front.end = end_cost(c->rules, &node->front);
    }
    column->best = best_node(column);
}

/* ---- columns ---- */

/* A column that begins like *head, with room for n nodes. */
static vmn_column *new_column(const vmn_decoder_rules *rules, const vmn_column *head, unsigned n)
{
    vmn_column *column = rules->spares->first[n];

    if (column != NULL)
        rules->spares->first[n] = *(void **)column;
    else
        column = g_malloc(sizeof(*column) + n * sizeof(vmn_node));
    *column = *head;
    column->room = (uint8_t)n;
    return column;
}

/* Columns come and go with every round; malloc would cost as much as the trellis' bookkeeping. */
static void free_column(const vmn_decoder_rules *rules, vmn_column *column)
{
    void **first = &rules->spares->first[column->room];

    *(void **)column = *first;
    *first = column;
}

static vmn_column *resize_column(const vmn_decoder_rules *rules, vmn_column *column, unsigned n)
{
    vmn_column *resized = new_column(rules, column, n);

    memcpy(resized->nodes, column->nodes, MIN(n, column->n_nodes) * sizeof(vmn_node));
    free_column(rules, column);
    return resized;
}

void vmn_spares_free(vmn_spares *spares)
{
    for (unsigned i = 0; i <= VMN_MAX_NODES; i++) {
        for (void *next, *column = spares->first[i]; column != NULL; column = next) {
            next = *(void **)column;
            g_free(column);
        }
    }
    g_free(spares);
}

/* Compute column i anew from the one before it. */
static void compute(vmn_decoder *d, const vmn_decoder_rules *rules, unsigned i)
{
    candidates c;
    vmn_column *column = d->columns[i];
    unsigned n = explain(&c, d, rules, column, i > 0 ? d->columns[i - 1] : NULL);

    if (n > column->room)
        column = d->columns[i] = resize_column(rules, column, n);
    keep(column, &c, n);
}

void vmn_decoder_clear(vmn_decoder *d)
{
    for (unsigned i = 0; i < d->n_columns; i++)
        g_free(d->columns[i]);
    if (d->columns != d->few)
        g_free(d->columns);
    *d = (vmn_decoder){.length = d->length};
}

static void make_room(vmn_decoder *d)
{
    if (d->n_columns < d->allocated)
        return;
    if (d->columns == NULL) {
        d->columns = d->few;
        d->allocated = G_N_ELEMENTS(d->few);
        return;
    }
    d->allocated = VMN_MAX_COLUMNS + 1;
    d->columns = g_new(vmn_column *, d->allocated);
    memcpy(d->columns, d->few, sizeof(d->few));
}

bool vmn_decoder_insert(vmn_decoder *d, const vmn_decoder_rules *rules, uint32_t round,
                        int64_t time, bool maybe_copy, unsigned *at)
{
    vmn_column head = {.time = time, .round = round, .maybe_copy = maybe_copy, .latest = time};
    unsigned place = d->n_columns, n;
    vmn_column *column;
    candidates c;

    while (place > 0 && d->columns[place - 1]->time > time)
        place--;
    if (place == 0 && d->anchored)
        return false;
    make_room(d);
    n = explain(&c, d, rules, &head, place > 0 ? d->columns[place - 1] : NULL);
    column = new_column(rules, &head, n);
    keep(column, &c, n);
    memmove(d->columns + place + 1, d->columns + place,
            (d->n_columns - place) * sizeof(*d->columns));
    d->columns[place] = column;
    d->n_columns++;
    for (unsigned i = place + 1; i < d->n_columns; i++)
        compute(d, rules, i);
    *at = place;
    return true;
}

void vmn_decoder_drop(vmn_decoder *d, unsigned n)
{
    while (n-- > 0)
        g_free(d->columns[--d->n_columns]);
}

void vmn_decoder_remove(vmn_decoder *d, const vmn_decoder_rules *rules, uint32_t round)
{
    unsigned at = d->anchored ? 1 : 0;

    while (at < d->n_columns && d->columns[at]->round != round)
        at++;
    if (at >= d->n_columns)
        return;
    free_column(rules, d->columns[at]);
    d->n_columns--;
    memmove(d->columns + at, d->columns + at + 1, (d->n_columns - at) * sizeof(*d->columns));
    for (; at < d->n_columns; at++)
        compute(d, rules, at);
}

const vmn_node *vmn_decoder_best(const vmn_decoder *d)
{
    const vmn_column *last = d->n_columns > 0 ? d->columns[d->n_columns - 1] : NULL;

    return last != NULL ? &last->nodes[last->best] : NULL;
}

void vmn_decoder_path(const vmn_decoder *d, uint8_t *nodes)
{
    unsigned i = d->n_columns;

    if (i == 0)
        return;
    i--;
    nodes[i] = d->columns[i]->best;
    for (; i > 0; i--)
        nodes[i - 1] = d->columns[i]->parents[nodes[i]];
}

/* Forget all columns before `keep`, which becomes the anchor with its one node `node`. */
static void anchor(vmn_decoder *d, const vmn_decoder_rules *rules, unsigned keep, unsigned node)
{
    vmn_column *column = d->columns[keep];

    for (unsigned i = 0; i < keep; i++)
        free_column(rules, d->columns[i]);
    memmove(d->columns, d->columns + keep, (d->n_columns - keep) * sizeof(*d->columns));
    d->n_columns = (uint8_t)(d->n_columns - keep);
    column->nodes[0] = column->nodes[node];
    column->n_nodes = 1;
    if (column->room > 2)
        column = resize_column(rules, column, 1);
    column->best = 0;
    d->columns[0] = column;
    d->anchored = true;
}

/* Drop the nodes of a column that have no parent; moved[] tells where the others are then. */
static void drop_orphans(vmn_column *column, uint8_t *moved)
{
    unsigned n = 0;

    for (unsigned k = 0; k < column->n_nodes; k++) {
        bool orphan = column->parents[k] == UINT8_MAX;

        moved[k] = orphan ? UINT8_MAX : (uint8_t)n;
        if (orphan)
            continue;
        if (n < k) {
            column->nodes[n] = column->nodes[k];
            column->parents[n] = column->parents[k];
        }
        n++;
    }
    if (n == column->n_nodes)
        return;
    column->n_nodes = (uint8_t)n;
    column->best = best_node(column);
}

/* Drop the nodes of later columns that do not come from node `node` of column `at`. */
static void keep_heirs(vmn_decoder *d, unsigned at, unsigned node)
{
    uint8_t moved[VMN_MAX_NODES];

    memset(moved, UINT8_MAX, sizeof(moved));
    moved[node] = 0; /* where anchor() will put it */
    for (unsigned i = at + 1; i < d->n_columns; i++) {
        vmn_column *column = d->columns[i];

        for (unsigned k = 0; k < column->n_nodes; k++)
            column->parents[k] = moved[column->parents[k]];
        drop_orphans(column, moved);
    }
}

/* The latest column in which all explanations meet in one node; 0 when there is none. */
static unsigned meeting(const vmn_decoder *d, unsigned *node)
{
    unsigned last = d->n_columns - 1U;
    uint32_t alive = (1U << d->columns[last]->n_nodes) - 1;

    for (unsigned i = last; i > 0; i--) {
        uint32_t parents = 0;

        if ((alive & (alive - 1)) == 0) {
            *node = (unsigned)__builtin_ctz(alive);
            return i;
        }
        for (unsigned k = 0; k < d->columns[i]->n_nodes; k++)
            if (alive & (1U << k))
                parents |= 1U << d->columns[i]->parents[k];
        alive = parents;
    }
    return 0;
}

static void report(const vmn_decoder *d, unsigned upto, unsigned node, vmn_decided decided,
                   void *user)
{
    uint8_t path[VMN_MAX_COLUMNS + 1];

    path[upto] = (uint8_t)node;
    for (unsigned i = upto; i > 0; i--)
        path[i - 1] = d->columns[i]->parents[path[i]];
    for (unsigned i = d->anchored ? 1 : 0; i <= upto; i++)
        decided(user, d->columns[i], &d->columns[i]->nodes[path[i]]);
}

void vmn_decoder_decide(vmn_decoder *d, const vmn_decoder_rules *rules, int64_t horizon,
                        vmn_decided decided, void *user)
{
    unsigned upto, node = 0;

    if (d->n_columns <= VMN_COLUMNS_KEPT)
        return;
    upto = meeting(d, &node);
    while (upto > 0 && d->columns[upto]->time > horizon) {
        node = d->columns[upto]->parents[node];
        upto--;
    }
    if (upto == 0 && d->n_columns == VMN_MAX_COLUMNS) {
        uint8_t path[VMN_MAX_COLUMNS + 1];

        vmn_decoder_path(d, path);
        upto = 1;
        node = path[1];
    }
    if (upto == 0)
        return;
    keep_heirs(d, upto, node);
    report(d, upto, node, decided, user);
    anchor(d, rules, upto, node);
}

void vmn_decoder_flush(vmn_decoder *d, vmn_decided decided, void *user)
{
    if (d->n_columns > 0)
        report(d, d->n_columns - 1U, d->columns[d->n_columns - 1]->best, decided, user);
    vmn_decoder_clear(d);
}
