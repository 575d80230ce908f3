/* test_timeline.c
 * One line and the ruler of the timeline. Times are given in ms, the axis is 20 columns
 * with 18 places (the outer two are for what lies outside), 0 … 1700 ms: a place is 100 ms.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "timeline.h"

#define MS INT64_C(1000000)

static const vmn_timeline_axis axis = {5000 * MS, 1700 * MS, 20};

static void check_line(const vmn_timeline_line *line, const char *expected)
{
    GString *text = g_string_new(NULL);
    vmn_timeline_append_line(text, line, &axis);
    g_assert_cmpstr(text->str, ==, expected);
    g_string_free(text, TRUE);
}

static vmn_round at(int64_t ms)
{
    return (vmn_round){.when = (5000 + ms) * MS};
}

static void test_rounds(void)
{
    const vmn_round rounds[] = {at(0), at(200), at(500), at(1700)};
    vmn_timeline_line line = {.rounds = rounds, .n = 4};
    /*                 012345678901234567 */
    check_line(&line, " o-o--o-----------o ");
    line.n = 1;
    check_line(&line, " o                  ");
    line.n = 0;
    check_line(&line, "                    ");
}

static void test_several_in_a_column(void)
{
    vmn_round rounds[12];
    for (int i = 0; i < 12; i++)
        rounds[i] = at(300 + i);
    vmn_timeline_line line = {.rounds = rounds, .n = 3};
    check_line(&line, "    3               ");
    line.n = 12;
    check_line(&line, "    #               ");
}

static void test_missing_evenly(void)
{
    vmn_round rounds[] = {at(100), at(700)};
    rounds[1].missing = 2;
    vmn_timeline_line line = {.rounds = rounds, .n = 2};
    /*                  0123456 */
    check_line(&line, "  o-x-x-o           ");
}

/* Ticks 1 and 8 of 100 ms: 2, 3 and 5 are missing, at 200, 300 and 500 ms. */
static void test_missing_by_tick(void)
{
    vmn_round rounds[] = {at(100), at(800)};
    rounds[0].has_tick = rounds[1].has_tick = true;
    rounds[0].tick = 1;
    rounds[1].tick = 8;
    rounds[1].missing = 3;
    vmn_timeline_line line = {.rounds = rounds, .n = 2, .unit = 100 * MS};
    check_line(&line, "  oxx-x--o          ");
}

static void test_begin_and_end(void)
{
    const vmn_round rounds[] = {at(0), at(1700)};
    vmn_timeline_line line = {.rounds = rounds, .n = 2, .began_before = true, .end = '>'};
    check_line(&line, "<o----------------o>");
    line = (vmn_timeline_line){.rounds = rounds, .n = 2, .restart = true, .end = '!'};
    check_line(&line, " R----------------o!");
}

/* A gap with more missing rounds than columns, and times outside the axis, stay inside the line. */
static void test_extremes(void)
{
    vmn_round rounds[] = {{.when = INT64_MIN}, {.when = INT64_MAX, .missing = UINT32_MAX}};
    vmn_timeline_line line = {.rounds = rounds, .n = 2};
    GString *text = g_string_new(NULL);
    vmn_timeline_append_line(text, &line, &axis);
    g_assert_cmpuint(text->len, ==, axis.columns);
    g_string_free(text, TRUE);
}

static void check_ruler(int64_t span, unsigned columns, const char *expected)
{
    const vmn_timeline_axis of = {0, span, columns};
    GString *text = g_string_new(NULL);
    vmn_timeline_append_ruler(text, &of);
    g_assert_cmpstr(text->str, ==, expected);
    g_string_free(text, TRUE);
}

static void test_ruler(void)
{
    /*                            0123456789012345678901234567890123456789 */
    check_ruler(38000 * MS, 41, " 0         10 s      20 s      30 s      ");
    check_ruler(800 * MS, 42, " 0         0.2 s     0.4 s    0.6 s       ");
    check_ruler(0, 12, " 0          ");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/timeline/rounds", test_rounds);
    g_test_add_func("/timeline/several-in-a-column", test_several_in_a_column);
    g_test_add_func("/timeline/missing-evenly", test_missing_evenly);
    g_test_add_func("/timeline/missing-by-tick", test_missing_by_tick);
    g_test_add_func("/timeline/begin-and-end", test_begin_and_end);
    g_test_add_func("/timeline/extremes", test_extremes);
    g_test_add_func("/timeline/ruler", test_ruler);
    return g_test_run();
}
