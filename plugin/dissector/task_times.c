/* task_times.c
 * The tasks that the preferences tasks and tasks_zone name.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include <string.h>

#include <epan/packet.h>
#include <epan/prefs.h>
#include <wsutil/report_message.h>

#include "task_times.h"
#include "when.h"

static const char *path; /* the preferences: NULL or "" when there is none */
static const char *zone;
static vmn_tasks *tasks;
static char *said; /* what was last said of them: not repeated while it stays so */

static void say(char *message)
{
    if (message != NULL && (said == NULL || strcmp(message, said) != 0))
        report_warning("vMotion Notify: tasks %s", message);
    g_free(said);
    said = message;
}

/* Seconds ahead of UTC; *message says that the preference is none, where it is none. */
static int zone_offset(char **message)
{
    int offset = 0;

    *message = NULL;
    if (zone != NULL && *zone != '\0' && !vmn_zone_parse(zone, &offset))
        *message = g_strdup_printf("(preference tasks_zone): \"%s\" is no zone such as \"+02:00\" "
                                   "or \"UTC\"; UTC is used",
                                   zone);
    return offset;
}

/* Before a capture is opened or reloaded, and after a preference was changed. */
static void read_tasks(void)
{
    char *of_zone, *of_file, *both;
    int offset;

    if (path == NULL || *path == '\0') {
        vmn_tasks_free(tasks);
        tasks = NULL;
        say(NULL);
        return;
    }
    offset = zone_offset(&of_zone);
    if (!vmn_tasks_changed(tasks, path, offset)) {
        g_free(of_zone);
        return;
    }
    vmn_tasks_free(tasks);
    tasks = vmn_tasks_read(path, offset, &of_file);
    both = of_zone != NULL && of_file != NULL ? g_strdup_printf("%s; %s", of_zone, of_file) : NULL;
    if (both != NULL) {
        g_free(of_zone);
        g_free(of_file);
        say(both);
    } else {
        say(of_zone != NULL ? of_zone : of_file);
    }
}

void vmn_task_times_register(struct pref_module *module)
{
    prefs_register_filename_preference(
        module, "tasks", "Times of tasks",
        "File with the times of migrations: one a line, start, end and name, or the CSV that the "
        "vSphere Client exports of its task list; bursts are compared with them",
        &path, false);
    prefs_register_string_preference(
        module, "tasks_zone", "Zone of the tasks",
        "Zone of the tasks' times that have none: an offset such as +02:00, or UTC", &zone);
    register_init_routine(read_tasks);
}

const vmn_tasks *vmn_task_times(void)
{
    return tasks;
}

const char *vmn_task_times_file(void)
{
    return path == NULL || *path == '\0' ? NULL : path;
}
