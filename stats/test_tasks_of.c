/* test_tasks_of.c
 * Which bursts touch which tasks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tasks_of.h"

#include <string.h>

#define S INT64_C(1000000000)
#define DAY INT64_C(1655164800) /* 2022-06-14 00:00 UTC */

static void add(vmn_engine *engine, uint8_t id, int64_t when)
{
    vmn_frame frame = {.frame = vmn_engine_size(engine) + 1,
                       .when = when,
                       .ethertype = 0x8035,
                       .opcode = 3,
                       .has_eth = true,
                       .length = 60,
                       .padding_zero = true,
                       .vni = VMN_NO_VNI,
                       .session = VMN_NO_SESSION};
    const uint8_t mac[6] = {0x00, 0x50, 0x56, 0, 0, id};

    memcpy(frame.eth_src, mac, 6);
    memset(frame.eth_dst, 0xff, 6);
    memcpy(frame.sha, mac, 6);
    memcpy(frame.tha, mac, 6);
    vmn_engine_add(engine, &frame, false);
}

/* Single notices of one MAC each, at these seconds of the day. */
static vmn_summary *singles(const int *seconds, unsigned n)
{
    vmn_config config;

    vmn_config_init(&config);
    vmn_engine *engine = vmn_engine_new(&config);
    for (unsigned i = 0; i < n; i++)
        add(engine, (uint8_t)(i + 1), (DAY + seconds[i]) * S);
    vmn_summary *summary = vmn_summary_new(engine);
    g_assert_cmpuint(summary->n_bursts, ==, n);
    for (unsigned i = 0; i < n; i++)
        summary->bursts[i].listed = true;
    return summary;
}

static void drop(vmn_summary *summary)
{
    vmn_engine *engine = summary->engine;

    vmn_summary_free(summary);
    vmn_engine_free(engine);
}

static vmn_tasks *parse(const char *text)
{
    char *message;
    vmn_tasks *tasks = vmn_tasks_parse(text, strlen(text), "tasks", 0, &message);

    g_assert_null(message);
    return tasks;
}

/* The touches of every task: "1@10/20 2@25/5" is burst 1 10 s after the start and 20 s before the
 * end, and so on; tasks are parted by "; ". */
static char *touches(const vmn_summary *summary, const vmn_tasks *tasks)
{
    vmn_tasks_of *of = vmn_tasks_of_new(summary, tasks);
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < vmn_tasks_size(tasks); i++) {
        GArray *bursts = vmn_tasks_of_task(of, i);
        g_string_append(text, i > 0 ? ";" : "");
        for (unsigned j = 0; j < bursts->len; j++) {
            const vmn_task_burst *t = &g_array_index(bursts, vmn_task_burst, j);
            g_string_append_printf(text, " %u@%d/%d", t->burst + 1, (int)(t->after_start / S),
                                   (int)(t->before_end / S));
        }
        g_array_unref(bursts);
    }
    vmn_tasks_of_free(of);
    return g_string_free(text, FALSE);
}

static void test_rule(void)
{
    static const struct {
        int seconds[4];
        unsigned n;
        const char *tasks, *touches;
    } cases[] = {
        /* before it, at its start, at its end */
        {{3599, 3600, 3660}, 3, "2022-06-14 01:00:00 2022-06-14 01:01:00 a", " 2@0/60 3@60/0"},
        /* after it: the last that counts, and the first that does not */
        {{3720, 3721}, 2, "2022-06-14 01:00:00 2022-06-14 01:01:00 a", " 1@120/-60"},
        /* between two tasks: the one that ended; in the second: that one */
        {{3670, 3690},
         2,
         "2022-06-14 01:00:00 2022-06-14 01:01:00 a\n2022-06-14 01:01:20 2022-06-14 01:02:00 b",
         " 1@70/-10; 2@10/30"},
        /* two that run at once: both; after the first one's end: the other */
        {{3610, 3670},
         2,
         "2022-06-14 01:00:00 2022-06-14 01:01:00 a\n2022-06-14 01:00:05 2022-06-14 01:02:00 b",
         " 1@10/50; 1@5/110 2@65/50"},
        /* after two that ended together: both; of two that ended: the last */
        {{3670},
         1,
         "2022-06-14 01:00:00 2022-06-14 01:01:00 a\n2022-06-14 01:00:05 2022-06-14 01:01:00 b",
         " 1@70/-10; 1@65/-10"},
        {{3670},
         1,
         "2022-06-14 01:00:00 2022-06-14 01:01:00 a\n2022-06-14 01:00:05 2022-06-14 01:00:30 b",
         " 1@70/-10;"},
        /* out of order in the capture */
        {{3650, 3610}, 2, "2022-06-14 01:00:00 2022-06-14 01:01:00 a", " 2@10/50 1@50/10"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        vmn_summary *summary = singles(cases[i].seconds, cases[i].n);
        vmn_tasks *tasks = parse(cases[i].tasks);
        char *found = touches(summary, tasks);
        g_test_message("case %zu", i);
        g_assert_cmpstr(found, ==, cases[i].touches);
        g_free(found);
        vmn_tasks_free(tasks);
        drop(summary);
    }
}

/* What a filter left out is left out here, and without tasks there is nothing. */
static void test_listed(void)
{
    static const int seconds[] = {3610, 3620};
    vmn_summary *summary = singles(seconds, 2);
    vmn_tasks *tasks = parse("2022-06-14 01:00:00 2022-06-14 01:01:00 a");

    summary->bursts[0].listed = false;
    char *found = touches(summary, tasks);
    g_assert_cmpstr(found, ==, " 2@20/40");
    g_free(found);
    vmn_tasks_of_free(vmn_tasks_of_new(summary, NULL));
    vmn_tasks_free(tasks);
    drop(summary);
}

/* The reference: six rounds, and the guest's single notice along with the last of them. The guest
 * goes with the burst, be it ever so late: here the task ended at once. */
static void test_companion(void)
{
    static const int offsets[] = {0, 2, 6, 12, 22, 38};
    vmn_config config;

    vmn_config_init(&config);
    vmn_engine *engine = vmn_engine_new(&config);
    for (unsigned i = 0; i < G_N_ELEMENTS(offsets); i++) {
        if (i == 5)
            add(engine, 2, (DAY + 3600 + offsets[i]) * S - 1000);
        add(engine, 1, (DAY + 3600 + offsets[i]) * S);
    }
    vmn_summary *summary = vmn_summary_new(engine);
    g_assert_cmpuint(summary->n_bursts, ==, 2);
    g_assert_cmpuint(summary->bursts[1].burst.companion_of, ==, 1);
    summary->bursts[0].listed = summary->bursts[1].listed = true;
    vmn_tasks *tasks = parse("2022-06-14 00:58:00 2022-06-14 00:59:30 a\n"
                             "2022-06-14 01:00:35 2022-06-14 01:01:00 b");
    char *found = touches(summary, tasks);
    g_assert_cmpstr(found, ==, " 1@120/-30 2@157/-67;");
    g_free(found);
    vmn_tasks_free(tasks);
    drop(summary);
}

/* A million tasks take no longer than reading them, and all at one time find their burst. */
static void test_many(void)
{
    static const int seconds[] = {3610};
    GString *text = g_string_new(NULL);
    vmn_summary *summary = singles(seconds, 1);

    for (unsigned i = 0; i < 1000000; i++)
        g_string_append_printf(text, "2022-06-14 01:00:00 2022-06-14 01:%02u:%02u t\n", 1 + i % 59,
                               i % 60);
    vmn_tasks *tasks = parse(text->str);
    g_assert_cmpuint(vmn_tasks_size(tasks), ==, 1000000);
    char *found = touches(summary, tasks);
    g_assert_true(g_str_has_prefix(found, " 1@10/50;"));
    g_free(found);
    vmn_tasks_free(tasks);
    drop(summary);
    g_string_free(text, TRUE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tasks_of/rule", test_rule);
    g_test_add_func("/tasks_of/listed", test_listed);
    g_test_add_func("/tasks_of/companion", test_companion);
    g_test_add_func("/tasks_of/many", test_many);
    return g_test_run();
}
