/* axis.c
 * How bursts lie in time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "axis.h"

#include "format.h"

/* A new panel begins after a silence of twice what the panel shows so far, but no less than this.
 */
#define PANEL_SILENCE (2 * VMN_S)

/* ---- panels ---- */

static int64_t end_of(const vmn_burst *burst)
{
    return vmn_time_after(burst->start, burst->span);
}

/* Whether a silence ends the panel that covers span. */
static bool is_long(int64_t silence, int64_t span)
{
    return silence > PANEL_SILENCE && silence / 2 > span;
}

void vmn_axis_panel(const vmn_summary *summary, const uint32_t *order, uint32_t n, uint32_t from,
                    vmn_panel *panel)
{
    const vmn_burst *first = &summary->bursts[order[from]].burst;
    *panel = (vmn_panel){.from = from, .start = first->start, .end = end_of(first)};
    for (panel->to = from + 1; panel->to < n; panel->to++) {
        const vmn_burst *burst = &summary->bursts[order[panel->to]].burst;
        int64_t silence = vmn_time_between(panel->end, burst->start);
        if (is_long(silence, vmn_time_between(panel->start, panel->end))) {
            panel->silence = silence;
            return;
        }
        panel->end = MAX(panel->end, end_of(burst));
    }
}

/* ---- a ruler ---- */

int64_t vmn_axis_step(int64_t span, unsigned n)
{
    static const int factors[] = {1, 2, 5};
    int64_t power = 1000; /* 1 µs */
    for (;;) {
        for (unsigned i = 0; i < G_N_ELEMENTS(factors); i++)
            if (span / (power * factors[i]) <= n)
                return power * factors[i];
        if (power > INT64_MAX / 100)
            return power;
        power *= 10;
    }
}

void vmn_axis_append_step(GString *out, int64_t when, int64_t step, const char *micro)
{
    bool whole_ms = step % 1000000 == 0;
    if (step >= VMN_S / 10) {
        vmn_append_decimal(out, when, 9);
        g_string_append(out, " s");
    } else {
        vmn_append_decimal(out, when, whole_ms ? 6 : 3);
        g_string_append_printf(out, " %s", whole_ms ? "ms" : micro);
    }
}

/* ---- missing rounds ---- */

/* The tick after this one: ticks are the Fibonacci numbers 0, 1, 2, 3, 5, 8 … */
static uint32_t next_tick(uint32_t tick)
{
    uint32_t low = 1, high = 2;
    while (low <= tick) {
        uint32_t sum = low + high;
        low = high;
        high = sum;
    }
    return low;
}

int64_t vmn_axis_missing_time(const vmn_round *round, int64_t unit, uint64_t k)
{
    const vmn_round *previous = round - 1;
    if (unit > 0 && previous->has_tick && round->has_tick && round->tick < INT32_MAX) {
        uint32_t tick = previous->tick;
        for (uint64_t i = 0; i < k && tick < round->tick; i++)
            tick = next_tick(tick);
        double before = (double)(round->tick - MIN(tick, round->tick)) * (double)unit;
        return vmn_time_after(round->when, -(int64_t)MIN(before, 9e18));
    }
    double share = (double)k / ((double)round->missing + 1);
    double gap = (double)vmn_time_between(previous->when, round->when);
    return vmn_time_after(previous->when, (int64_t)(gap * share));
}
