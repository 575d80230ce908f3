/* tasks.h
 * Reads the times of tasks: when a migration began and when it was done.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * C and GLib only, no Wireshark header.
 *
 * Two kinds of file, told apart by their headings:
 *
 *   one task a line: start, end, name
 *     2022-06-14 14:45:31   2022-06-14 14:46:14   Relocate virtual machine
 *     2022-06-14T14:45:31+09:00,2022-06-14T14:46:14+09:00,"Migrate, nested-esxi"
 *   the vSphere Client's export of its task list, with the headings Task Name, Target, Start Time
 *   and Completion Time in any order, fields quoted where needed
 *     Relocate virtual machine,nested-esxi,…,"06/14/2022, 2:45:31 PM",…,"06/14/2022, 2:46:14 PM"
 *
 * Whether 06/07/2022 is June or July is what all dates of the file allow together; where they
 * allow both, a message says that the month was taken first. A line that cannot be read is named
 * in a message; the rest is still read.
 */
#ifndef VMN_TASKS_H
#define VMN_TASKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct vmn_tasks vmn_tasks;

/* One task. The strings are the file's, valid UTF-8. */
typedef struct {
    const char *name, *target; /* "" where the file has none */
    int64_t start, end;        /* ns since 1970-01-01 UTC; start <= end */
    unsigned line;             /* of the file, from 1 */
} vmn_task;

/*
 * Read the tasks in file `path`; times without a zone are `offset` seconds ahead of UTC. Returns
 * NULL when the file cannot be read or holds no task. *message (never NULL itself) is set to what
 * went wrong, naming file and line, or to NULL; it may be set although tasks are returned. Caller
 * frees the tasks with vmn_tasks_free() and the message with g_free().
 */
vmn_tasks *vmn_tasks_read(const char *path, int offset, char **message);

/* The same from memory: `len` octets of any kind, `name` for the message. */
vmn_tasks *vmn_tasks_parse(const char *text, size_t len, const char *name, int offset,
                           char **message);

void vmn_tasks_free(vmn_tasks *tasks); /* NULL is allowed */

/* True when the file at `path`, or the offset, is not what `tasks` was read from. */
bool vmn_tasks_changed(const vmn_tasks *tasks, const char *path, int offset);

/* Tasks in order of their start, then of their end, then of the file. NULL has none. */
unsigned vmn_tasks_size(const vmn_tasks *tasks);
const vmn_task *vmn_tasks_get(const vmn_tasks *tasks, unsigned i);

#endif
