/* ways.c
 * The index of all ways through the known schedules.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ways.h"

#include "cost.h"

struct vmn_ways {
    GArray *ways;         /* vmn_way, sorted by interval */
    unsigned octaves[64]; /* index of the first way of 2^k ns or more */
};

/* The ways from round `from` on: the precomputed answer to "what can this interval be?". */
static void add_ways_from(vmn_ways *id, const vmn_schedules *list, unsigned schedule, unsigned from)
{
    const vmn_schedule *s = vmn_schedules_get(list, schedule);
    int64_t interval = 0;
    /* A burst that begins with an interval of any length has its own rule (free first interval). */
    bool free_first = s->family == VMN_FAMILY_FIBONACCI && from == 0;
    float head = vmn_cost_head(s, from);

    for (unsigned to = from + 1; to <= from + VMN_MAX_SKIP + 1; to++) {
        int64_t gap = vmn_schedule_gap(s, &s->params, to - 1);
        vmn_way way = {.schedule = (uint8_t)schedule, .from = (uint8_t)from, .to = (uint8_t)to};

        if (gap == 0 || (s->last > 0 && to > s->last))
            break;
        interval += gap;
        if (free_first)
            continue;
        way.interval = interval;
        way.cost = s->prior + head + VMN_COST_LOST * (float)(to - from - 1);
        way.exact = vmn_cost_exact(s, interval);
        g_array_append_val(id->ways, way);
    }
}

static int compare_ways(const void *a, const void *b)
{
    const vmn_way *x = a, *y = b;

    return (x->interval > y->interval) - (x->interval < y->interval);
}

static void find_octaves(vmn_ways *id)
{
    unsigned way = 0;

    for (unsigned k = 0; k < G_N_ELEMENTS(id->octaves); k++) {
        while (way < id->ways->len &&
               (uint64_t)g_array_index(id->ways, vmn_way, way).interval < UINT64_C(1) << k)
            way++;
        id->octaves[k] = way;
    }
}

vmn_ways *vmn_ways_new(const vmn_schedules *list)
{
    vmn_ways *id = g_new0(vmn_ways, 1);

    id->ways = g_array_new(FALSE, TRUE, sizeof(vmn_way));
    for (unsigned i = VMN_SCHEDULE_IRREGULAR + 1; i < vmn_schedules_count(list); i++) {
        const vmn_schedule *s = vmn_schedules_get(list, i);
        /* Where all gaps are equal, a burst that lost its head looks like any other. */
        unsigned head = s->family == VMN_FAMILY_CONSTANT ? 0 : VMN_MAX_HEAD;

        for (unsigned from = 0; s->n_due > 0 && from <= head; from++)
            add_ways_from(id, list, i, from);
    }
    qsort(id->ways->data, id->ways->len, sizeof(vmn_way), compare_ways);
    find_octaves(id);
    return id;
}

void vmn_ways_free(vmn_ways *id)
{
    if (id == NULL)
        return;
    g_array_free(id->ways, TRUE);
    g_free(id);
}

const vmn_way *vmn_ways_between(const vmn_ways *id, int64_t low, int64_t high, unsigned *n)
{
    const vmn_way *ways = (const vmn_way *)(void *)id->ways->data;
    unsigned octave = vmn_octave(low);
    unsigned from = id->octaves[octave], to = id->octaves[octave + 1], end;

    while (from < to) {
        unsigned middle = (from + to) / 2;

        if (ways[middle].interval < low)
            from = middle + 1;
        else
            to = middle;
    }
    for (end = from; end < id->ways->len && ways[end].interval <= high; end++)
        ;
    *n = end - from;
    return ways + from;
}
