/* tasks_of.c
 * Which bursts touch a task; the rule is in tasks_of.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The bursts are put in order of the time that decides. Those that began in a task are a piece of
 * that list, and so are those that came after it while no task was running.
 */
#include "tasks_of.h"

#define AFTER INT64_C(60000000000) /* ns: how long after its end a task is touched */

typedef struct {
    int64_t when; /* what decides: its own begin, or that of the burst that it came along with */
    uint32_t burst;
} moment;

struct vmn_tasks_of {
    const vmn_summary *summary;
    const vmn_tasks *tasks;
    moment *moments; /* one a burst, by time */
    int64_t *ends;   /* one a task: the latest end of it and all before it */
};

static int compare_moments(gconstpointer a, gconstpointer b, gpointer unused)
{
    const moment *x = a, *y = b;

    (void)unused;
    if (x->when != y->when)
        return x->when < y->when ? -1 : 1;
    return x->burst < y->burst ? -1 : x->burst > y->burst;
}

vmn_tasks_of *vmn_tasks_of_new(const vmn_summary *summary, const vmn_tasks *tasks)
{
    vmn_tasks_of *of = g_new0(vmn_tasks_of, 1);
    unsigned n = vmn_tasks_size(tasks);

    of->summary = summary;
    of->tasks = tasks;
    of->ends = g_new(int64_t, n);
    for (unsigned i = 0; i < n; i++) {
        int64_t end = vmn_tasks_get(tasks, i)->end;
        of->ends[i] = i > 0 ? MAX(of->ends[i - 1], end) : end;
    }
    if (n == 0)
        return of;
    of->moments = g_new(moment, summary->n_bursts);
    for (uint32_t i = 0; i < summary->n_bursts; i++) {
        uint32_t other = summary->bursts[i].burst.companion_of;
        uint32_t decides = other != 0 && other <= summary->n_bursts ? other - 1 : i;
        of->moments[i] = (moment){summary->bursts[decides].burst.start, i};
    }
    if (summary->n_bursts > 0)
        g_qsort_with_data(of->moments, (int)summary->n_bursts, sizeof(moment), compare_moments,
                          NULL);
    return of;
}

void vmn_tasks_of_free(vmn_tasks_of *of)
{
    if (!of)
        return;
    g_free(of->moments);
    g_free(of->ends);
    g_free(of);
}

/* How many tasks began at that time or before. */
static unsigned tasks_begun(const vmn_tasks_of *of, int64_t when)
{
    unsigned low = 0, high = vmn_tasks_size(of->tasks);

    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (vmn_tasks_get(of->tasks, middle)->start <= when)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Index of the first moment that is not before that time. */
static uint32_t first_moment(const vmn_tasks_of *of, int64_t when)
{
    uint32_t low = 0, high = of->summary->n_bursts;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (of->moments[middle].when < when)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Did it come within the time after this end, while no task was running, and none ended since? */
static bool comes_after(const vmn_tasks_of *of, int64_t when, int64_t end)
{
    return vmn_time_between(end, when) <= AFTER && of->ends[tasks_begun(of, when) - 1] == end;
}

static void add(const vmn_tasks_of *of, GArray *found, const vmn_task *task, uint32_t burst)
{
    const vmn_summary_burst *b = &of->summary->bursts[burst];
    vmn_task_burst item = {burst, vmn_time_between(task->start, b->burst.start),
                           vmn_time_between(b->burst.start, task->end)};

    if (b->listed)
        g_array_append_val(found, item);
}

static int compare_bursts(gconstpointer a, gconstpointer b)
{
    const vmn_task_burst *x = a, *y = b;

    if (x->after_start != y->after_start)
        return x->after_start < y->after_start ? -1 : 1;
    return x->burst < y->burst ? -1 : x->burst > y->burst;
}

GArray *vmn_tasks_of_task(const vmn_tasks_of *of, unsigned i)
{
    const vmn_task *task = vmn_tasks_get(of->tasks, i);
    GArray *found = g_array_new(FALSE, FALSE, sizeof(vmn_task_burst));

    for (uint32_t k = first_moment(of, task->start); k < of->summary->n_bursts; k++) {
        int64_t when = of->moments[k].when;
        if (when > task->end && !comes_after(of, when, task->end))
            break;
        add(of, found, task, of->moments[k].burst);
    }
    g_array_sort(found, compare_bursts);
    return found;
}
