/* hosts.c
 * Tick phases and rivals.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "hosts.h"

#include <string.h>

#define PHASE_TOLERANCE (3 * VMN_MS / 2) /* ns: ticks of one host agree this well … */
#define PHASE_DRIFT 20e-6                /* … plus this much for each second between them */
#define PHASE_MEMORY (600 * VMN_S)       /* a host's phase is not carried further than this */
#define MOST_HOSTS 256                   /* those seen last are remembered */
#define NOT_ONE INT64_MAX

/* A host as its ticks show it: phase at a moment, and its drift. */
typedef struct {
    int64_t period, when, phase; /* ns; phase of the tick at `when`, in [0, period) */
    double drift;                /* ns of phase for each ns of time */
    uint32_t number;
} host_clock;

static int64_t modulo(int64_t a, int64_t b)
{
    int64_t m = a % b;

    return m < 0 ? m + b : m;
}

/*
 * The clock that a burst's ticks show: where in the period they fall, and how
 * that moves (least squares over the tick numbers). False when too few rounds
 * lie on the timer to say so: the immediate round (tick 0) does not.
 */
static bool clock_of(const vmn_engine *e, const vmn_burst_data *b, host_clock *clock)
{
    const vmn_schedule *s = vmn_burst_schedule(e, b);
    int64_t period = b->shown.params.base, origin = 0;
    double n = 0, sum_x = 0, sum_y = 0, sum_xx = 0, sum_xy = 0;

    if (s->family != VMN_FAMILY_FIBONACCI)
        return false;
    for (uint32_t i = b->first; i != VMN_NONE; i = VMN_ROUND(e, i)->next) {
        const vmn_round_data *r = VMN_ROUND(e, i);
        uint32_t place = b->shown.first + r->position - 1;
        double x, y;

        if (place == 0)
            continue;
        x = (double)vmn_schedule_tick(place) * (double)period;
        if (n == 0)
            origin = r->when - (int64_t)x;
        y = (double)(r->when - origin) - x;
        n++, sum_x += x, sum_y += y, sum_xx += x * x, sum_xy += x * y;
    }
    if (n < 3)
        return false;
    clock->period = period;
    clock->drift = (n * sum_xy - sum_x * sum_y) / (n * sum_xx - sum_x * sum_x);
    clock->when = origin + (int64_t)(sum_x / n);
    clock->phase = modulo(origin + (int64_t)(sum_y / n), period);
    return true;
}

/* How far apart two clocks' phases are at the second one's time (ns); NOT_ONE: too far for one
 * host.
 */
static int64_t apart_from(const host_clock *a, const host_clock *b)
{
    int64_t apart = b->when - a->when, difference, allowed;

    if (a->period != b->period || ABS(apart) > PHASE_MEMORY)
        return NOT_ONE;
    difference = modulo(b->phase - a->phase - (int64_t)(a->drift * (double)apart), a->period);
    difference = MIN(difference, a->period - difference);
    allowed = PHASE_TOLERANCE + (int64_t)(PHASE_DRIFT * (double)ABS(apart));
    return difference <= MIN(allowed, a->period / 50) ? difference : NOT_ONE;
}

/* The host whose clock is nearest, or the place for another one: *n of them, seen last at the end.
 */
static unsigned find_host(const host_clock *hosts, unsigned n, const host_clock *clock)
{
    int64_t least = NOT_ONE;
    unsigned found = n;

    for (unsigned i = n; i-- > 0;) {
        int64_t apart = apart_from(&hosts[i], clock);

        if (apart < least) {
            least = apart;
            found = i;
        }
    }
    return found;
}

void vmn_find_hosts(vmn_engine *e, const GArray *sorted)
{
    host_clock hosts[MOST_HOSTS];
    unsigned n = 0;
    uint32_t number = 0;

    for (unsigned i = 0; i < sorted->len; i++) {
        vmn_burst_data *b = VMN_BURST(e, g_array_index(sorted, uint32_t, i));
        host_clock clock;
        unsigned place;

        if (!clock_of(e, b, &clock))
            continue;
        place = find_host(hosts, n, &clock);
        clock.number = place < n ? hosts[place].number : ++number;
        b->host = clock.number;
        if (place == n && n == MOST_HOSTS)
            place = 0; /* forget the one that was not seen for longest */
        else if (place == n)
            n++;
        memmove(hosts + place, hosts + place + 1, (n - 1 - place) * sizeof(*hosts));
        hosts[n - 1] = clock;
    }
}

/* Do a burst's own intervals show that it keeps a schedule? */
static bool keeps_schedule(const vmn_burst_data *b)
{
    return b->foretold - b->off >= 2;
}

void vmn_find_rivals(vmn_engine *e)
{
    for (uint32_t i = 0; i < e->order->len; i++) {
        vmn_burst_data *b = VMN_NUMBERED(e, i);
        vmn_burst_data *before = b->before != VMN_NONE ? VMN_BURST(e, b->before) : NULL;
        bool overlap, strangers;

        if (before == NULL || !before->alive)
            continue;
        overlap = before->shown.when > VMN_ROUND(e, b->first)->when && keeps_schedule(before) &&
                  keeps_schedule(b);
        strangers = before->host > 0 && b->host > 0 && before->host != b->host &&
                    (b->flags & VMN_FLAG_RESTART);
        if (overlap || strangers) {
            b->flags |= VMN_FLAG_SEVERAL_HOSTS;
            before->flags |= VMN_FLAG_SEVERAL_HOSTS;
            b->rival = before->number;
            if (before->rival == 0)
                before->rival = b->number;
        }
    }
}
