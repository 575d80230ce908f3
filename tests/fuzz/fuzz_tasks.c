/* fuzz_tasks.c
 * libFuzzer entry: any bytes as a file with the times of tasks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tasks.h"
#include "replay.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *message;
    vmn_tasks *tasks = vmn_tasks_parse((const char *)data, size, "fuzz", 3600, &message);

    if ((!tasks && !message) || (tasks && vmn_tasks_size(tasks) == 0) ||
        (message && !g_utf8_validate(message, -1, NULL)))
        abort(); /* nothing read must be explained */
    for (unsigned i = 0; i < vmn_tasks_size(tasks); i++) {
        const vmn_task *task = vmn_tasks_get(tasks, i);
        if (task->start > task->end || !g_utf8_validate(task->name, -1, NULL) ||
            !g_utf8_validate(task->target, -1, NULL) ||
            (i > 0 && vmn_tasks_get(tasks, i - 1)->start > task->start))
            abort();
        replay_say("%s %s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %u", task->name, task->target,
                   task->start, task->end, task->line);
    }
    replay_say("%s", message ? message : "");
    vmn_tasks_free(tasks);
    g_free(message);
    return 0;
}
