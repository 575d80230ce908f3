/* families.c
 * Open families.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "families.h"

/* Take up an open family with the given parameters when its gaps foretell all three intervals. */
static void try_family(vmn_candidates *c, const vmn_track *t, const vmn_track *other, float cost,
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
            cost += vmn_cost_foretold(s, d[k], gap, vmn_cost_exact(s, gap));
    }
    cost += VMN_COST_DIGIT *
            (float)MIN(vmn_digits_more(params.base) + vmn_digits_more(params.step), 4U);
    node = vmn_advance(c, t, other, 0, cost + s->prior);
    node->front.schedule = (uint8_t)schedule;
    node->front.params = params;
    node->front.first = (uint8_t)first;
    node->front.place += first;
    vmn_offer(c, node);
}

/*
 * Whether two sums of intervals may be the same by a schedule, whatever its parameters: rules out
 * most families before anything is rounded. Wider than the tolerances of four intervals together.
 */
static bool may_equal(const vmn_candidates *c, int64_t a, int64_t b)
{
    return ABS(a - b) <= 4 * vmn_tolerance(c->rules, MAX(a, b));
}

static void try_fibonacci(vmn_candidates *c, const vmn_track *t, const vmn_track *other, float cost,
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
static void try_linux(vmn_candidates *c, const vmn_track *t, const vmn_track *other, float cost,
                      const int64_t *d)
{
    unsigned open = vmn_schedules_open(c->rules->schedules, VMN_FAMILY_GEOMETRIC, 7);
    vmn_params p = {.base = d[1], .cap = 30 * VMN_S};

    if (d[1] >= 19 * VMN_S / 10 && d[1] <= 31 * VMN_S / 10)
        try_family(c, t, other, cost, open, p, 0, d);
}

/*
 * The rounds 0 to t->first were held back and came at once, the next one when the sender went on:
 * the two intervals after it show the step, and with it what the first gap would have been.
 */
static void try_held_back(vmn_candidates *c, const vmn_track *t, const vmn_track *other, float cost,
                          const int64_t *d)
{
    unsigned schedule = vmn_schedules_open(c->rules->schedules, VMN_FAMILY_LINEAR, 0);
    const vmn_schedule *s = &c->rules->list[schedule];
    vmn_params p = {.step = vmn_round_duration(d[2] - d[1])};
    int64_t gap, open;
    vmn_node *node;

    if (t->place != t->first + 2U || MAX(d[1], d[2]) > VMN_MAX_GAP ||
        p.step <= vmn_tolerance(c->rules, d[1]))
        return;
    p.base = vmn_round_duration(d[1] - (t->first + 1) * p.step);
    gap = vmn_schedule_gap(s, &p, t->place);
    open = vmn_schedule_gap(s, &p, t->first);
    if (p.base <= 0 || d[0] > open + vmn_tolerance(c->rules, open) ||
        ABS(d[1] - (gap - p.step)) > vmn_tolerance(c->rules, d[1]) ||
        ABS(d[2] - gap) > vmn_tolerance(c->rules, gap))
        return;
    cost += s->prior + vmn_cost_foretold(s, d[2], gap, vmn_cost_exact(s, gap)) +
            VMN_COST_DIGIT * (float)MIN(vmn_digits_more(p.base) + vmn_digits_more(p.step), 4U);
    node = vmn_advance(c, t, other, 0, cost);
    node->front.schedule = (uint8_t)schedule;
    node->front.params = p;
    node->front.first = 0;
    node->front.held = VMN_HELD_NONE;
    vmn_offer(c, node);
}

void vmn_try_families(vmn_candidates *c, const vmn_track *t, const vmn_track *other, float cost,
                      int64_t interval)
{
    const vmn_schedules *all = c->rules->schedules;
    const int64_t d[3] = {t->params.step, t->params.base, interval};
    vmn_params p = {0};
    int64_t base;

    if (vmn_hopeless(c, cost + c->rules->cheapest_schedule + c->cheapest))
        return;
    if (t->first > 0) {
        try_held_back(c, t, other, cost, d);
        return;
    }
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
    if (t->place > 2 && may_equal(c, d[0], d[1]) && may_equal(c, d[1], d[2])) {
        p.base = vmn_round_duration((d[0] + d[1] + d[2]) / 3);
        if (p.base > 0)
            try_family(c, t, other, cost + VMN_COST_LATE_FAMILY,
                       vmn_schedules_open(all, VMN_FAMILY_CONSTANT, 0), p, 0, d);
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
