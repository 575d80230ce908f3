/* test_schedule.c
 * Gaps, ticks, names and ways of the schedules.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <math.h>

#include "fit.h"

static void test_ticks(void)
{
    static const uint32_t ticks[] = {0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89};

    for (unsigned k = 0; k < G_N_ELEMENTS(ticks); k++)
        g_assert_cmpuint(vmn_schedule_tick(k), ==, ticks[k]);
    g_assert_cmpuint(vmn_schedule_tick(1000), >=, vmn_schedule_tick(40));
}

/* Gaps in milliseconds, as the sources write them. */
static void test_gaps(void)
{
    static const struct {
        vmn_schedule schedule;
        vmn_params params;
        int64_t ms[9];
    } cases[] = {
        {{.family = VMN_FAMILY_FIBONACCI},
         {.base = VMN_S},
         {1000, 1000, 1000, 2000, 3000, 5000, 8000, 13000, 21000}},
        {{.family = VMN_FAMILY_LINEAR},
         {.base = 50 * VMN_MS, .step = 100 * VMN_MS, .cap = 550 * VMN_MS},
         {50, 150, 250, 350, 450, 550, 550, 550, 550}},
        {{.family = VMN_FAMILY_LINEAR},
         {.base = 100 * VMN_MS, .step = 200 * VMN_MS, .cap = 1000 * VMN_MS},
         {100, 300, 500, 700, 900, 1000, 1000, 1000, 1000}},
        {{.family = VMN_FAMILY_LINEAR},
         {.base = 10 * VMN_MS, .step = VMN_MS},
         {10, 11, 12, 13, 14, 15, 16, 17, 18}},
        {{.family = VMN_FAMILY_GEOMETRIC, .num = 2, .den = 1},
         {.base = VMN_S, .cap = 16 * VMN_S},
         {1000, 2000, 4000, 8000, 16000, 16000, 16000, 16000, 16000}},
        {{.family = VMN_FAMILY_GEOMETRIC, .num = 7, .den = 4},
         {.base = 2048 * VMN_MS, .cap = 30 * VMN_S},
         {2048, 3584, 6272, 10976, 19208, 30000, 30000, 30000, 30000}},
        {{.family = VMN_FAMILY_CONSTANT},
         {.base = 200 * VMN_MS},
         {200, 200, 200, 200, 200, 200, 200, 200, 200}},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++)
        for (unsigned k = 0; k < 9; k++)
            g_assert_cmpint(vmn_schedule_gap(&cases[i].schedule, &cases[i].params, k), ==,
                            cases[i].ms[k] * VMN_MS);
}

static void test_table_gaps(void)
{
    static const int64_t gaps[] = {2 * VMN_S, VMN_S};
    vmn_schedule ends = {.family = VMN_FAMILY_TABLE, .gaps = gaps, .n_gaps = 2};
    vmn_schedule repeats = {.family = VMN_FAMILY_TABLE, .gaps = gaps, .n_gaps = 2, .tail = true};
    vmn_params none = {0};

    g_assert_cmpint(vmn_schedule_gap(&ends, &none, 1), ==, VMN_S);
    g_assert_cmpint(vmn_schedule_gap(&ends, &none, 2), ==, 0);
    g_assert_cmpint(vmn_schedule_gap(&repeats, &none, 1000000), ==, VMN_S);
}

/* Whatever place a burst has reached, its next gap is no overflow. */
static void test_gaps_far_out(void)
{
    vmn_schedule s = {.num = 2, .den = 1};
    vmn_params p = {.base = 10000 * VMN_S, .step = 10000 * VMN_S};

    for (int family = VMN_FAMILY_FIBONACCI; family <= VMN_FAMILY_CONSTANT; family++) {
        s.family = (vmn_family)family;
        for (unsigned k = 1; k < UINT32_MAX / 2; k *= 2)
            g_assert_cmpint(vmn_schedule_gap(&s, &p, k), >=, 0);
    }
}

static void test_durations(void)
{
    static const struct {
        int64_t ns;
        const char *text;
    } cases[] = {
        {0, "0 ns"},
        {1, "1 ns"},
        {999, "999 ns"},
        {1000, "1 µs"},
        {1500, "1.5 µs"},
        {250000, "250 µs"},
        {50 * VMN_MS, "50 ms"},
        {1500 * VMN_MS, "1.5 s"},
        {2 * VMN_S, "2 s"},
        {100 * VMN_S, "100 s"},
        {VMN_S + 1, "1.000000001 s"},
        {VMN_MS + 1, "1.000001 ms"},
        {INT64_MAX, "9223372036.854775807 s"},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        char text[VMN_NAME_LEN];

        vmn_duration_text(cases[i].ns, text, sizeof(text));
        g_assert_cmpstr(text, ==, cases[i].text);
    }
}

/* A measured value stands for the roundest one near it; a thousandth or half a millisecond off. */
static void test_rounding(void)
{
    static const int64_t cases[][2] = {
        {0, 0},
        {99, 99},
        {50020054, 50 * VMN_MS},
        {99987000, 100 * VMN_MS},
        {2000141000, 2 * VMN_S},
        {1999300000, 2 * VMN_S},
        {300 * VMN_MS, 300 * VMN_MS},
        {2137 * VMN_MS, 2135 * VMN_MS},
        {10 * VMN_MS + 40000, 10 * VMN_MS},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpint(vmn_round_duration(cases[i][0]), ==, cases[i][1]);
    for (int64_t ns = 1; ns < INT64_MAX / 4; ns = ns * 3 / 2 + 1) {
        int64_t rounded = vmn_round_duration(ns);

        g_assert_cmpint(ABS(rounded - ns), <=, ns / 100);
        g_assert_cmpint(rounded, >, 0);
    }
}

static void check_name(vmn_schedule s, vmn_params p, unsigned reached, const char *expected)
{
    char text[VMN_NAME_LEN];

    vmn_schedule_name(&s, &p, reached, text, sizeof(text));
    g_assert_cmpstr(text, ==, expected);
}

static void test_names(void)
{
    vmn_schedule linear = {.family = VMN_FAMILY_LINEAR};
    vmn_params qemu = {.base = 50 * VMN_MS, .step = 100 * VMN_MS, .cap = 550 * VMN_MS};

    check_name((vmn_schedule){.family = VMN_FAMILY_FRESH}, qemu, 0, "single");
    check_name((vmn_schedule){.family = VMN_FAMILY_IRREGULAR}, qemu, 2, "irregular");
    check_name((vmn_schedule){.family = VMN_FAMILY_FIBONACCI}, (vmn_params){.base = 2 * VMN_S}, 5,
               "Fibonacci × 2 s");
    check_name((vmn_schedule){.family = VMN_FAMILY_CONSTANT}, (vmn_params){.base = 10 * VMN_MS}, 5,
               "constant 10 ms");
    check_name((vmn_schedule){.family = VMN_FAMILY_GEOMETRIC, .num = 2, .den = 1},
               (vmn_params){.base = 2 * VMN_S}, 5, "doubling from 2 s");
    check_name((vmn_schedule){.family = VMN_FAMILY_GEOMETRIC, .num = 7, .den = 4},
               (vmn_params){.base = 2500 * VMN_MS, .cap = 30 * VMN_S}, 5, "× 7/4 from 2.5 s");
    /* A cap is told when it was seen at work: the fifth gap would be 450 ms, the seventh 650. */
    check_name(linear, qemu, 4, "50 ms + 100 ms");
    check_name(linear, qemu, 6, "50 ms + 100 ms");
    check_name(linear, qemu, 7, "50 ms + 100 ms, at most 550 ms");
}

/* 50 ms is QEMU's first gap; 200 ms its first two, and Cloud Hypervisor's first. */
static void test_ways(void)
{
    vmn_schedules *all = vmn_schedules_new(NULL, 0);
    vmn_ways *id = vmn_ways_new(all);
    unsigned n, qemu = 0, cloud = 0;
    const vmn_way *ways = vmn_ways_between(id, 200 * VMN_MS, 200 * VMN_MS, &n);

    for (unsigned i = 0; i < n; i++) {
        const vmn_schedule *s = vmn_schedules_get(all, ways[i].schedule);

        g_assert_cmpint(ways[i].interval, ==, 200 * VMN_MS);
        qemu += s->announcer == VMN_ANNOUNCER_QEMU && ways[i].from == 0 && ways[i].to == 2;
        cloud += s->announcer == VMN_ANNOUNCER_CLOUD_HYPERVISOR && ways[i].to == 1;
    }
    g_assert_cmpuint(qemu, ==, 1);
    g_assert_cmpuint(cloud, ==, 1);
    ways = vmn_ways_between(id, 0, INT64_MAX, &n);
    for (unsigned i = 1; i < n; i++)
        g_assert_cmpint(ways[i - 1].interval, <=, ways[i].interval);
    vmn_ways_between(id, 51 * VMN_MS, 52 * VMN_MS, &n);
    g_assert_cmpuint(n, ==, 0);
    vmn_ways_between(id, INT64_MIN, -1, &n);
    g_assert_cmpuint(n, ==, 0);
    vmn_ways_free(id);
    vmn_ways_free(NULL);
    vmn_schedules_free(all);
    vmn_schedules_free(NULL);
}

static void test_user(void)
{
    static const int64_t gaps[] = {3 * VMN_S, 4 * VMN_S};
    vmn_user_schedule user[] = {{"no gaps", "x", gaps, 0}, {"mine", "me", gaps, 2}};
    vmn_schedules *without = vmn_schedules_new(NULL, 0);
    vmn_schedules *all = vmn_schedules_new(user, 2);
    vmn_ways *id = vmn_ways_new(all);
    unsigned n = vmn_schedules_count(without), found = 0, n_ways;
    const vmn_way *ways = vmn_ways_between(id, 7 * VMN_S, 7 * VMN_S, &n_ways);

    g_assert_cmpuint(vmn_schedules_count(all), ==, n + 1);
    for (unsigned i = 0; i < n_ways; i++) {
        const vmn_schedule *s = vmn_schedules_get(all, ways[i].schedule);

        found += s->announcer == VMN_ANNOUNCER_USER && ways[i].to == 2;
        if (s->announcer != VMN_ANNOUNCER_USER)
            continue;
        g_assert_true(s->gaps != gaps);
        g_assert_cmpuint(s->last, ==, 2);
        g_assert_cmpstr(s->name, ==, "mine");
        g_assert_cmpstr(s->announcer_name, ==, "me");
    }
    g_assert_cmpuint(found, ==, 1);
    vmn_ways_free(id);
    vmn_schedules_free(without);
    vmn_schedules_free(all);
}

/* A name that has no room ends with a whole character. */
static void test_long_name(void)
{
    const vmn_schedule s = {.family = VMN_FAMILY_TABLE, .name = "a××"};
    const vmn_params none = {0};
    char text[8];

    vmn_schedule_name(&s, &none, 0, text, 6);
    g_assert_cmpstr(text, ==, "a××");
    vmn_schedule_name(&s, &none, 0, text, 5);
    g_assert_cmpstr(text, ==, "a×");
    vmn_schedule_name(&s, &none, 0, text, 4);
    g_assert_cmpstr(text, ==, "a×");
    vmn_schedule_name(&s, &none, 0, text, 3);
    g_assert_cmpstr(text, ==, "a");
}

/* Intervals that no person chose: of some ns, and of decades, after which a multiple has no room.
 */
static void test_other_far_out(void)
{
    static const int64_t gaps[] = {
        0, 1, 9, 10, 99, 100, VMN_S, VMN_S * VMN_S / 1000 - 1, VMN_S * VMN_S, INT64_C(1) << 61};
    float cost, before = -INFINITY;

    for (unsigned i = 0; i < G_N_ELEMENTS(gaps); i++) {
        vmn_intervals in = {.gaps = {VMN_S, gaps[i], gaps[i]}, .n = 3};

        cost = vmn_fit_other(&in);
        g_assert_true(isfinite(cost));
        if (gaps[i] > VMN_S) /* the rarer, the dearer */
            g_assert_cmpfloat(cost, >, before);
        before = cost;
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/schedule/ticks", test_ticks);
    g_test_add_func("/schedule/gaps", test_gaps);
    g_test_add_func("/schedule/gaps of tables", test_table_gaps);
    g_test_add_func("/schedule/gaps far out", test_gaps_far_out);
    g_test_add_func("/schedule/durations", test_durations);
    g_test_add_func("/schedule/rounding", test_rounding);
    g_test_add_func("/schedule/other software far out", test_other_far_out);
    g_test_add_func("/schedule/names", test_names);
    g_test_add_func("/schedule/ways", test_ways);
    g_test_add_func("/schedule/user", test_user);
    g_test_add_func("/schedule/long name", test_long_name);
    return g_test_run();
}
