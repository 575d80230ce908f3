/* test_format.c
 * Numbers and times as the statistics print them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "format.h"

#include <limits.h>

static void check_decimal(int64_t value, unsigned digits, const char *expected)
{
    GString *text = g_string_new(NULL);
    vmn_append_decimal(text, value, digits);
    g_assert_cmpstr(text->str, ==, expected);
    g_string_free(text, TRUE);
}

static void test_decimal(void)
{
    check_decimal(0, 3, "0");
    check_decimal(2000141000, 3, "2000141");
    check_decimal(20054, 3, "20.054");
    check_decimal(20050, 3, "20.05");
    check_decimal(-1, 3, "-0.001");
    check_decimal(1655217968519875000, 9, "1655217968.519875");
    check_decimal(7, 0, "7");
    check_decimal(INT64_MIN, 9, "-9223372036.854775808");
    check_decimal(INT64_MAX, 3, "9223372036854775.807");
}

static void check(void (*append)(GString *, int64_t), int64_t ns, const char *expected)
{
    GString *text = g_string_new(NULL);
    append(text, ns);
    g_assert_cmpstr(text->str, ==, expected);
    g_string_free(text, TRUE);
}

static void test_seconds(void)
{
    check(vmn_append_seconds, 2000141000, "2.000141");
    check(vmn_append_seconds, 0, "0.000000");
    check(vmn_append_seconds, 20054, "0.000020");
    check(vmn_append_seconds, 2000140500, "2.000141");
    check(vmn_append_seconds, 999999500, "1.000000");
    check(vmn_append_seconds, -1500000000, "-1.500000");
    check(vmn_append_seconds, -1500, "-0.000002");
    check(vmn_append_seconds, -499, "0.000000");
    check(vmn_append_seconds, INT64_MAX, "9223372036.854775");
    check(vmn_append_seconds, INT64_MIN, "-9223372036.854775");
}

static void test_time(void)
{
    check(vmn_append_time, 1655217968519875000, "2022-06-14 14:46:08.519875");
    check(vmn_append_time, 1655217968519875499, "2022-06-14 14:46:08.519875");
    check(vmn_append_time, 1655217968999999500, "2022-06-14 14:46:09.000000");
    check(vmn_append_time, -1, "1970-01-01 00:00:00.000000");
    check(vmn_append_rfc3339, 1655217968519875000, "2022-06-14T14:46:08.519875000Z");
    check(vmn_append_rfc3339, 0, "1970-01-01T00:00:00.000000000Z");
    /* A nanosecond before 1970 is the last one of 1969. */
    check(vmn_append_rfc3339, -1, "1969-12-31T23:59:59.999999999Z");
    check(vmn_append_rfc3339, INT64_MIN, "1677-09-21T00:12:43.145224192Z");
    check(vmn_append_rfc3339, INT64_MAX, "2262-04-11T23:47:16.854775807Z");
}

static void test_microseconds(void)
{
    g_assert_cmpint(vmn_microseconds(1499), ==, 1);
    g_assert_cmpint(vmn_microseconds(1500), ==, 2);
    g_assert_cmpint(vmn_microseconds(-1500), ==, -2);
    g_assert_cmpint(vmn_microseconds(-499), ==, 0);
    g_assert_cmpint(vmn_microseconds(INT64_MAX), ==, INT_MAX);
    g_assert_cmpint(vmn_microseconds(INT64_MIN), ==, INT_MIN);
}

static void test_columns(void)
{
    g_assert_cmpuint(vmn_columns("Fibonacci × 2 s"), ==, 15);
    g_assert_cmpuint(vmn_columns(""), ==, 0);
}

static void test_mac(void)
{
    const uint8_t mac[6] = {0x00, 0x50, 0x56, 0x60, 0xe5, 0xed};
    GString *text = g_string_new(NULL);
    vmn_append_mac(text, mac);
    g_assert_cmpstr(text->str, ==, "00:50:56:60:e5:ed");
    g_string_free(text, TRUE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/format/decimal", test_decimal);
    g_test_add_func("/format/seconds", test_seconds);
    g_test_add_func("/format/time", test_time);
    g_test_add_func("/format/microseconds", test_microseconds);
    g_test_add_func("/format/columns", test_columns);
    g_test_add_func("/format/mac", test_mac);
    return g_test_run();
}
