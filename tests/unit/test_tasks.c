/* test_tasks.c
 * The reader for the times of tasks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Takes the source folder from the environment variable VMN_SOURCE_DIR (default ".").
 */
#include "tasks.h"
#include "when.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#define S INT64_C(1000000000)
#define START INT64_C(1655217931) /* 2022-06-14 14:45:31 UTC */
#define END INT64_C(1655217974)   /* 2022-06-14 14:46:14 UTC */

static vmn_tasks *parse(const char *text, int offset, char **message)
{
    return vmn_tasks_parse(text, strlen(text), "tasks", offset, message);
}

static void test_zones(void)
{
    static const struct {
        const char *text;
        int offset;
    } good[] = {{"UTC", 0},        {"Z", 0},         {"gmt", 0},        {"+02:00", 7200},
                {"-0330", -12600}, {" +9 ", 32400},  {"+14:00", 50400}, {"UTC+2", 7200},
                {"-00:00", 0},     {"+05:45", 20700}};
    static const char *const bad[] = {"",     "CET", "+",     "+15:00",  "+02:60",
                                      "2:00", "+2:", "UTC x", "+123456", "Zulu"};
    int offset;

    for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
        g_test_message("%s", good[i].text);
        g_assert_true(vmn_zone_parse(good[i].text, &offset));
        g_assert_cmpint(offset, ==, good[i].offset);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        offset = 7;
        g_test_message("%s", bad[i]);
        g_assert_false(vmn_zone_parse(bad[i], &offset));
        g_assert_cmpint(offset, ==, 7);
    }
}

/* The reference's task in all kinds of writing. */
static void test_writings(void)
{
    static const struct {
        const char *text;
        int offset;
        const char *name, *target;
    } cases[] = {
        {"2022-06-14 14:45:31 2022-06-14 14:46:14 vMotion of a", 0, "vMotion of a", ""},
        {"2022-06-14T14:45:31Z,2022-06-14T14:46:14Z,Zebra", 7200, "Zebra", ""},
        {"2022-06-14T23:45:31+09:00,2022-06-14T10:46:14-0400,\"Migrate, a\"", 0, "Migrate, a", ""},
        {"2022-06-14 14:45:31.000 UTC\t2022-06-14 14:46:14 UTC\tx", 3600, "x", ""},
        {"2022-06-14 16:45:31 - 2022-06-14 16:46:14 - 2 GB", 7200, "- 2 GB", ""},
        {"# what\n\n2022/06/14 14:45:31, 2022/06/14 14:46:14", 0, "", ""},
        {"06/14/2022, 2:45:31 PM, 06/14/2022, 2:46:14 PM, a", 0, "a", ""},
        {"14.06.2022 14:45:31; 14.06.2022 14:46:14; a", 0, "a", ""},
        {"Jun 14, 2022, 2:45:31\xe2\x80\xafPM, June 14, 2022 at 2:46:14 pm, a", 0, "a", ""},
        {"14-Jun-2022 14:45:31 14 June 2022 14:46:14 a", 0, "a", ""},
        {"\xef\xbb\xbfTask Name,Target,Start Time,Completion Time\r\n"
         "Relocate,vm,\"06/14/2022, 2:45:31 PM\",\"06/14/2022, 2:46:14 PM\"\r\n",
         0, "Relocate", "vm"},
        {"Completion Time;Target;x;Start Time;Task Name\n"
         "14.06.2022 14:46:14;\"a;\"\"b\"\"\";;14.06.2022 14:45:31;r\n",
         0, "r", "a;\"b\""},
        {"Task Name\tTarget\tDetails\tStart Time\tCompletion Time\n"
         "r\tvm\t\t2022-06-14T14:45:31\t2022-06-14T14:46:14\n",
         0, "r", "vm"},
        {"\"Task Name\",\"Target\",\"Details\",\"Start Time\",\"Completion Time\"\n"
         "\"r\",\"vm\",\"two\nlines, \"\"quoted\"\"\",\"6/14/2022 2:45:31 PM\",\"6/14/2022 2:46:14 "
         "PM\"",
         0, "r", "vm"},
        {"start,end,name\n2022-06-14 14:45:31,2022-06-14 14:46:14,r\n", 0, "r", ""},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *message;
        g_test_message("%s", cases[i].text);
        vmn_tasks *tasks = parse(cases[i].text, cases[i].offset, &message);
        g_assert_cmpstr(message, ==, NULL);
        g_assert_cmpuint(vmn_tasks_size(tasks), ==, 1);
        const vmn_task *task = vmn_tasks_get(tasks, 0);
        g_assert_cmpint(task->start, ==, START * S);
        g_assert_cmpint(task->end, ==, END * S);
        g_assert_cmpstr(task->name, ==, cases[i].name);
        g_assert_cmpstr(task->target, ==, cases[i].target);
        vmn_tasks_free(tasks);
    }
}

static int64_t start_of(const char *text)
{
    char *message;
    vmn_tasks *tasks = parse(text, 0, &message);
    int64_t start = tasks ? vmn_tasks_get(tasks, 0)->start : INT64_MIN;

    vmn_tasks_free(tasks);
    g_free(message);
    return start;
}

static void test_times(void)
{
    static const struct {
        const char *text;
        int64_t ns;
    } cases[] = {{"1970-01-01 00:00:00", 0},
                 {"1960-01-01 00:00:00", INT64_C(-315619200) * S},
                 {"2106-12-31 23:59:59", INT64_C(4323283199) * S},
                 {"2000-02-29 12:00:00.123456789", INT64_C(951825600) * S + 123456789},
                 {"2022-06-14 12:00 AM", INT64_C(1655164800) * S},
                 {"2022-06-14 12:00:01 PM", INT64_C(1655208001) * S},
                 {"2022-06-14 23:59:60", INT64_C(1655251200) * S},
                 {"1969-12-31 23:59:59,5", -S / 2}};
    static const char *const bad[] = {
        "1959-12-31 23:59:59", "2107-01-01 00:00:00", "2022-02-29 00:00:00",
        "2100-02-29 00:00:00", "2022-13-01 00:00:00", "2022-00-01 00:00:00",
        "2022-06-14 24:00:00", "2022-06-14 12:60:00", "2022-06-14 13:00:00 PM",
        "2022-06-14",          "2022-06-14 0:00 AM",  "99999-01-01 00:00:00"};

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *text = g_strdup_printf("%s 2106-12-31 23:59:59.9 x", cases[i].text);
        g_test_message("%s", text);
        g_assert_cmpint(start_of(text), ==, cases[i].ns);
        g_free(text);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        char *text = g_strdup_printf("%s 2106-12-31 23:59:59.9 x", bad[i]);
        g_test_message("%s", text);
        g_assert_cmpint(start_of(text), ==, INT64_MIN);
        g_free(text);
    }
}

#define CSV(day, other)                                                                            \
    "Task Name,Start Time,Completion Time\na,\"" day ", 1:00:00 PM\",\"" day                       \
    ", 1:00:10 PM\"\nb,\"" other ", 2:00:00 PM\",\"" other ", 2:00:10 PM\"\n"

/* Is 06/07 in June or in July? Another date of the file says it, or a message. */
static void test_day_and_month(void)
{
    static const struct {
        const char *text;
        int64_t start; /* of the task a, in seconds */
        const char *message;
    } cases[] = {
        {CSV("06/07/2022", "06/14/2022"), 1654606800, NULL}, /* 7 June */
        {CSV("06/07/2022", "14/06/2022"), 1657112400, NULL}, /* 6 July */
        {CSV("07/07/2022", "08/08/2022"), 1657198800, NULL},
        {CSV("06/07/2022", "06/08/2022"), 1654606800,
         "tasks:2: day and month may be either way round, the month was taken first"},
        {CSV("06/07/2022", "06/08/2022") "c,x,y\n", 1654606800,
         "tasks:4: \"x\" is no time between 1960 and 2106; tasks:2: day and month may be either "
         "way round, the month was taken first"},
        /* a port's name is no date */
        {CSV("06/07/2022", "06/14/2022") "# port 13/1/6\n", 1654606800, NULL},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *message;
        vmn_tasks *tasks = parse(cases[i].text, 0, &message);
        const vmn_task *a = NULL;
        for (unsigned k = 0; k < vmn_tasks_size(tasks); k++)
            if (strcmp(vmn_tasks_get(tasks, k)->name, "a") == 0)
                a = vmn_tasks_get(tasks, k);
        g_test_message("case %zu", i);
        g_assert_cmpint(a->start, ==, cases[i].start * S);
        g_assert_cmpstr(message, ==, cases[i].message);
        vmn_tasks_free(tasks);
        g_free(message);
    }
}

/* What cannot be read is named by file and line; the rest is read. */
static void test_messages(void)
{
    static const char good[] = "2022-06-14 14:45:31 2022-06-14 14:46:14 x\n";
    static const struct {
        const char *text, *message;
        unsigned tasks;
    } cases[] = {
        {"", "tasks: no line with the times of a task", 0},
        {"# nothing\n", "tasks: no line with the times of a task", 0},
        {"2022-06-14 14:46:14 2022-06-14 14:45:31 x\n", "tasks:1: the task ends before it begins",
         0},
        {"2022-06-14 14:46:14\n", "tasks:1: a time is missing: the task may still run", 0},
        {"tomorrow 2022-06-14 14:46:14\n",
         "tasks:1: \"tomorrow 2022-06-14 14:46:14\" is no time between 1960 and 2106", 0},
        {"Task Name,Start Time,Completion Time\nrunning,2022-06-14 14:46:14,\n",
         "tasks:2: a time is missing: the task may still run", 0},
        {"2022-06-14 14:45:31 CET 2022-06-14 14:46:14 CET x\n",
         "tasks:1: \"CET 2022-06-14 14:46:14 CET x\" is no time between 1960 and 2106", 0},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *message;
        vmn_tasks *tasks = parse(cases[i].text, 0, &message);
        g_assert_cmpstr(message, ==, cases[i].message);
        g_assert_cmpuint(vmn_tasks_size(tasks), ==, cases[i].tasks);
        vmn_tasks_free(tasks);
        g_free(message);
    }
    char *text = g_strconcat(good, "x\n", good, "y\n", NULL), *message;
    vmn_tasks *tasks = parse(text, 0, &message);
    g_assert_cmpstr(message, ==,
                    "tasks:2: \"x\" is no time between 1960 and 2106 (and 1 more line)");
    g_assert_cmpuint(vmn_tasks_size(tasks), ==, 2);
    vmn_tasks_free(tasks);
    g_free(message);
    g_free(text);
}

/* A quote that nobody closes costs some lines at most, not the rest of the file. */
static void test_open_quote(void)
{
    GString *text = g_string_new("Task Name,Start Time,Completion Time\n"
                                 "\"open,2022-06-14 14:45:31,2022-06-14 14:46:14\n");
    char *message;

    for (unsigned i = 0; i < 100; i++)
        g_string_append(text, "x,2022-06-14 14:45:31,2022-06-14 14:46:14\n");
    vmn_tasks *tasks = parse(text->str, 0, &message);
    g_assert_cmpuint(vmn_tasks_size(tasks), ==, 100);
    g_assert_cmpstr(message, ==, "tasks:2: a time is missing: the task may still run");
    vmn_tasks_free(tasks);
    g_free(message);
    g_string_free(text, TRUE);
}

/* Octets of any kind. */
static void test_rubbish(void)
{
    GString *text = g_string_new(NULL);
    char *message;

    for (unsigned i = 0; i < 100000; i++)
        g_string_append_c(text, (char)(i * 2654435761U >> 13));
    vmn_tasks *tasks = vmn_tasks_parse(text->str, text->len, "rubbish", 0, &message);
    g_assert_null(tasks);
    g_assert_true(g_utf8_validate(message, -1, NULL));
    g_free(message);
    g_string_prepend(text, "2022-06-14 14:45:31 2022-06-14 14:46:14 \xff\xfe\x01x\n");
    tasks = vmn_tasks_parse(text->str, text->len, "rubbish", 0, &message);
    g_assert_cmpuint(vmn_tasks_size(tasks), ==, 1);
    g_assert_true(g_utf8_validate(vmn_tasks_get(tasks, 0)->name, -1, NULL));
    vmn_tasks_free(tasks);
    g_free(message);
    g_string_free(text, TRUE);
}

static void test_order(void)
{
    char *message;
    vmn_tasks *tasks = parse("2022-06-14 14:45:31 2022-06-14 14:46:14 c\n"
                             "2022-06-14 14:45:30 2022-06-14 14:46:14 a\n"
                             "2022-06-14 14:45:31 2022-06-14 14:46:13 b\n"
                             "2022-06-14 14:45:31 2022-06-14 14:46:14 d\n",
                             0, &message);
    GString *names = g_string_new(NULL);

    for (unsigned i = 0; i < vmn_tasks_size(tasks); i++)
        g_string_append(names, vmn_tasks_get(tasks, i)->name);
    g_assert_cmpstr(names->str, ==, "abcd");
    g_assert_cmpuint(vmn_tasks_get(tasks, 0)->line, ==, 2);
    g_string_free(names, TRUE);
    vmn_tasks_free(tasks);
}

static void test_files(void)
{
    char *folder = g_dir_make_tmp("vmn-tasks-XXXXXX", NULL), *message;
    char *path = g_build_filename(folder, "tasks.txt", NULL);

    g_assert_null(vmn_tasks_read(path, 0, &message));
    g_assert_nonnull(strstr(message, "tasks.txt"));
    g_free(message);
    g_assert_null(vmn_tasks_read(folder, 0, &message));
    g_assert_true(g_str_has_suffix(message, ": not a file"));
    g_free(message);
    g_assert_true(g_file_set_contents(path, "2022-06-14 14:45:31 2022-06-14 14:46:14\n", -1, NULL));
    vmn_tasks *tasks = vmn_tasks_read(path, 3600, &message);
    g_assert_null(message);
    g_assert_cmpint(vmn_tasks_get(tasks, 0)->start, ==, (START - 3600) * S);
    g_assert_false(vmn_tasks_changed(tasks, path, 3600));
    g_assert_true(vmn_tasks_changed(tasks, path, 0));
    g_assert_true(vmn_tasks_changed(NULL, path, 0));
    g_assert_true(
        g_file_set_contents(path, "2022-06-14 14:45:31 2022-06-14 14:46:14 x\n", -1, NULL));
    g_assert_true(vmn_tasks_changed(tasks, path, 3600));
    vmn_tasks_free(tasks);
    g_assert_cmpint(g_remove(path), ==, 0);
    g_assert_cmpint(g_rmdir(folder), ==, 0);
    g_free(path);
    g_free(folder);
}

/* The reference case's task, in its own file and in the samples. */
static void test_samples(void)
{
    static const struct {
        const char *path, *name;
        unsigned tasks;
        const char *trouble; /* how the message ends */
    } files[] = {
        {"captures/nested-esxi-tasks.csv", "Relocate virtual machine", 1, NULL},
        {"tests/samples/tasks/lines.txt", "Relocate virtual machine", 2, NULL},
        {"tests/samples/tasks/other-zone.txt", "Relocate, nested-esxi", 2, NULL},
        {"tests/samples/tasks/vsphere-client.csv", "Relocate virtual machine", 1,
         "vsphere-client.csv:4: a time is missing: the task may still run"},
        {"tests/samples/tasks/european.csv", "Relocate virtual machine", 2, NULL},
    };
    const char *root = g_getenv("VMN_SOURCE_DIR");

    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        char *path = g_build_filename(root ? root : ".", files[i].path, NULL), *message;
        vmn_tasks *tasks = vmn_tasks_read(path, 0, &message);
        g_test_message("%s", files[i].path);
        if (files[i].trouble)
            g_assert_true(g_str_has_suffix(message, files[i].trouble));
        else
            g_assert_cmpstr(message, ==, NULL);
        g_assert_cmpuint(vmn_tasks_size(tasks), ==, files[i].tasks);
        const vmn_task *task = vmn_tasks_get(tasks, 0);
        g_assert_cmpint(task->start, ==, START * S);
        g_assert_cmpint(task->end, ==, END * S);
        g_assert_cmpstr(task->name, ==, files[i].name);
        vmn_tasks_free(tasks);
        g_free(message);
        g_free(path);
    }
}

/* A million lines are all taken. */
static void test_large(void)
{
    const unsigned lines = 1000000;
    GString *text = g_string_new("Task Name,Target,Start Time,Completion Time\n");
    char *message;

    for (unsigned i = 0; i < lines; i++)
        g_string_append_printf(
            text, "\"Relocate\",vm-%u,\"06/%02u/2022, 2:45:31 PM\",\"06/%02u/2022, 2:46:14 PM\"\n",
            i, i % 30 + 1, i % 30 + 1);
    vmn_tasks *tasks = vmn_tasks_parse(text->str, text->len, "large", 0, &message);
    g_assert_null(message);
    g_assert_cmpuint(vmn_tasks_size(tasks), ==, lines);
    vmn_tasks_free(tasks);
    g_string_free(text, TRUE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tasks/zones", test_zones);
    g_test_add_func("/tasks/writings", test_writings);
    g_test_add_func("/tasks/times", test_times);
    g_test_add_func("/tasks/day-and-month", test_day_and_month);
    g_test_add_func("/tasks/messages", test_messages);
    g_test_add_func("/tasks/open-quote", test_open_quote);
    g_test_add_func("/tasks/rubbish", test_rubbish);
    g_test_add_func("/tasks/order", test_order);
    g_test_add_func("/tasks/files", test_files);
    g_test_add_func("/tasks/samples", test_samples);
    g_test_add_func("/tasks/large", test_large);
    return g_test_run();
}
