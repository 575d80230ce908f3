/* tasks_of.h
 * Which bursts touch a task. GLib and the engine only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A burst touches a task when it began
 *   - between the task's start and its end, both included: it touches every task that was running
 *     then, for nothing tells which of them it belongs to; or
 *   - within a minute after the task's end, while no task was running: it touches the task that
 *     ended last, or all that ended at that moment.
 * A notice that came along with another burst (its companion) touches what that burst touches,
 * however late it came: the reference's guest is announced 32.5 s after the task, with a burst
 * that began in it.
 *
 * All of it compares two clocks, the capture's and the one of whoever wrote the tasks.
 */
#ifndef VMN_TASKS_OF_H
#define VMN_TASKS_OF_H

#include "summary.h"

#include "tasks.h"

/* A burst that touches a task. */
typedef struct {
    uint32_t burst;      /* index into summary->bursts */
    int64_t after_start; /* ns from the task's start to the burst's first seen round */
    int64_t before_end;  /* ns from that round to the task's end; negative: it came after the end */
} vmn_task_burst;

typedef struct vmn_tasks_of vmn_tasks_of;

/* Compare a summary's bursts with tasks; NULL for tasks is allowed. Both must outlive the result.
 * Free it with vmn_tasks_of_free(). */
vmn_tasks_of *vmn_tasks_of_new(const vmn_summary *summary, const vmn_tasks *tasks);
void vmn_tasks_of_free(vmn_tasks_of *of); /* NULL is allowed */

/* The listed bursts that touch task i, 0 <= i < vmn_tasks_size(), in order of time, and of their
 * numbers at one time. Of vmn_task_burst; free with g_array_unref(). */
GArray *vmn_tasks_of_task(const vmn_tasks_of *of, unsigned i);

#endif
