/* task_times.h
 * The tasks that the preferences tasks and tasks_zone name.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The file is read when a capture is opened or reloaded, and not again until it or the zone has
 * changed. Without the preference nothing is done anywhere.
 */
#ifndef VMN_TASK_TIMES_H
#define VMN_TASK_TIMES_H

#include "tasks.h"

/* Register the preferences with the protocol's module. Once. */
struct pref_module;
void vmn_task_times_register(struct pref_module *module);

/* The tasks; NULL when no file was named, or none could be read. They stay until the next capture
 * is opened or reloaded. */
const vmn_tasks *vmn_task_times(void);

/* The file's name as the preference has it; NULL where none is named. */
const char *vmn_task_times_file(void);

#endif
