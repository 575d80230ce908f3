/* schedule.c
 * Gaps and names of the families.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "schedule.h"

#include <stdio.h>
#include <string.h>

#define FIB_TICKS 25                 /* 33 hours, where a tick is a second */
#define MAX_FIB_BASE (10000 * VMN_S) /* keeps ticks × base far from overflow */

uint32_t vmn_schedule_tick(unsigned k)
{
    static const uint32_t ticks[FIB_TICKS + 1] = {
        0,   1,   2,   3,    5,    8,    13,   21,    34,    55,    89,    144,   233,
        377, 610, 987, 1597, 2584, 4181, 6765, 10946, 17711, 28657, 46368, 75025, 121393};

    return ticks[MIN(k, FIB_TICKS)];
}

static int64_t geometric_gap(const vmn_schedule *s, const vmn_params *p, unsigned k)
{
    int64_t gap = p->base;
    int64_t limit = p->cap > 0 ? p->cap : VMN_MAX_GAP;

    if (s->num == 2 && s->den == 1)
        return k < 24 && gap < limit >> k ? gap << k : limit;
    while (k-- > 0 && gap < limit)
        gap = gap / s->den * s->num + gap % s->den * s->num / s->den;
    return MIN(gap, limit);
}

int64_t vmn_schedule_gap(const vmn_schedule *s, const vmn_params *p, unsigned k)
{
    switch (s->family) {
    case VMN_FAMILY_FIBONACCI:
        if (k >= FIB_TICKS)
            return 0;
        return (int64_t)(vmn_schedule_tick(k + 1) - vmn_schedule_tick(k)) *
               MIN(p->base, MAX_FIB_BASE);
    case VMN_FAMILY_LINEAR: {
        int64_t gap = p->base + p->step * (int64_t)MIN(k, 100000U);

        return p->cap > 0 ? MIN(gap, p->cap) : MIN(gap, VMN_MAX_GAP);
    }
    case VMN_FAMILY_GEOMETRIC:
        return geometric_gap(s, p, k);
    case VMN_FAMILY_CONSTANT:
        return p->base;
    case VMN_FAMILY_TABLE:
        if (k < s->n_gaps)
            return s->gaps[k];
        return s->tail ? s->gaps[s->n_gaps - 1] : 0;
    default:
        return 0;
    }
}

/* Copy a name, cut between characters where there is no room for all of it. */
static void copy_name(char *text, const char *name, size_t size)
{
    const char *end;

    g_strlcpy(text, name, size);
    if (strlen(name) >= size && !g_utf8_validate(text, -1, &end))
        text[end - text] = '\0';
}

void vmn_schedule_name(const vmn_schedule *s, const vmn_params *p, unsigned reached, char *text,
                       size_t size)
{
    char base[32], step[32], cap[32];

    vmn_duration_text(p->base, base, sizeof(base));
    switch (s->family) {
    case VMN_FAMILY_FRESH:
        snprintf(text, size, "single");
        break;
    case VMN_FAMILY_IRREGULAR:
        snprintf(text, size, "irregular");
        break;
    case VMN_FAMILY_FIBONACCI:
        snprintf(text, size, "Fibonacci × %s", base);
        break;
    case VMN_FAMILY_LINEAR:
        vmn_duration_text(p->step, step, sizeof(step));
        vmn_duration_text(p->cap, cap, sizeof(cap));
        /* A cap that no gap reached was not seen at work. */
        if (p->cap > 0 && reached > 0 && p->base + p->step * (int64_t)(reached - 1) > p->cap)
            snprintf(text, size, "%s + %s, at most %s", base, step, cap);
        else
            snprintf(text, size, "%s + %s", base, step);
        break;
    case VMN_FAMILY_GEOMETRIC:
        vmn_duration_text(p->cap, cap, sizeof(cap));
        if (s->num == 2)
            snprintf(text, size, "doubling from %s%s%s", base, p->cap ? ", at most " : "",
                     p->cap ? cap : "");
        else
            snprintf(text, size, "× %u/%u from %s", s->num, s->den, base);
        break;
    case VMN_FAMILY_CONSTANT:
        snprintf(text, size, "constant %s", base);
        break;
    case VMN_FAMILY_TABLE:
        copy_name(text, s->name, size);
        break;
    }
}

bool vmn_schedule_has_length(const vmn_schedule *s, uint32_t length)
{
    if (s->lengths[0] == 0 || length == 0)
        return true;
    for (unsigned i = 0; i < G_N_ELEMENTS(s->lengths) && s->lengths[i] > 0; i++)
        if (s->lengths[i] == length)
            return true;
    return false;
}
