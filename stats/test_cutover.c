/* test_cutover.c
 * Frames around notices, against a model that keeps every frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cutover.h"

#include <string.h>

#define MS INT64_C(1000000)

static const uint8_t MAC[6] = {0x52, 0x54, 0x00, 0x50, 0x00, 0x01};
static const uint8_t OTHER[6] = {0x52, 0x54, 0x00, 0x50, 0x00, 0x02};

static uint32_t frames; /* given out so far */

static vmn_sight at(int64_t when)
{
    frames++;
    return (vmn_sight){.when = when, .frame = frames, .hash = frames};
}

static bool add(vmn_cutover *cutover, int64_t when)
{
    vmn_sight sight = at(when);
    uint32_t tag;

    return vmn_cutover_add(cutover, MAC, &sight, &tag);
}

static void check(vmn_cutover *cutover, int64_t when, int64_t before, int64_t after)
{
    vmn_around around;

    vmn_cutover_around(cutover, MAC, when, INT64_MAX, &around);
    g_assert_cmpint(around.has_before ? around.before.when : -1, ==, before);
    g_assert_cmpint(around.has_after ? around.after.when : -1, ==, after);
}

/* Frames at 0, 10, 20, 150, 160 ms; notices at 120 and 170 ms. */
static void test_plain(void)
{
    for (int marks_first = 0; marks_first < 2; marks_first++) {
        vmn_cutover *cutover = vmn_cutover_new(marks_first);
        const int64_t times[] = {0, 10, 20, 120, 150, 160, 170};
        for (int i = 0; marks_first && i < 2; i++)
            vmn_cutover_mark(cutover, MAC, (i ? 170 : 120) * MS, 0);
        for (unsigned i = 0; i < G_N_ELEMENTS(times); i++)
            if (times[i] == 120 || times[i] == 170)
                vmn_cutover_mark(cutover, MAC, times[i] * MS, 0);
            else
                add(cutover, times[i] * MS);
        check(cutover, 120 * MS, 20 * MS, 150 * MS);
        check(cutover, 170 * MS, 160 * MS, -1);
        vmn_cutover_free(cutover);
    }
}

/* The file holds pA's frames before pB's: the notices come before frames that were sent earlier,
 * and after frames that were sent later. */
static void test_out_of_order(void)
{
    vmn_cutover *cutover = vmn_cutover_new(false);

    vmn_cutover_mark(cutover, MAC, 120 * MS, 0);
    add(cutover, 150 * MS);
    add(cutover, 160 * MS);
    add(cutover, 10 * MS);
    add(cutover, 20 * MS);
    vmn_cutover_mark(cutover, MAC, 155 * MS, 0);
    check(cutover, 120 * MS, 20 * MS, 150 * MS);
    check(cutover, 155 * MS, 150 * MS, 160 * MS);
    vmn_cutover_free(cutover);
}

/* A long silence before a frame that lies in the file before the late notice. */
static void test_late_notice_after_silence(void)
{
    vmn_cutover *cutover = vmn_cutover_new(false);

    add(cutover, 0);
    add(cutover, 5000 * MS);
    for (int i = 0; i < 50; i++)
        add(cutover, (10000 + i) * MS);
    vmn_cutover_mark(cutover, MAC, 9990 * MS, 0);
    check(cutover, 9990 * MS, 5000 * MS, 10000 * MS);
    vmn_cutover_free(cutover);
}

/* One frame seen on two ports: the path is that of the first sight; another MAC's frames count for
 * nothing. */
static void test_copies(void)
{
    vmn_cutover *cutover = vmn_cutover_new(false);
    vmn_sight first = at(10 * MS), copy = first, foreign = at(15 * MS);
    vmn_around around;
    uint32_t tag;

    copy.when += MS / 50;
    copy.interface = 1;
    vmn_cutover_add(cutover, MAC, &copy, &tag);
    vmn_cutover_add(cutover, MAC, &first, &tag);
    vmn_cutover_add(cutover, OTHER, &foreign, &tag);
    vmn_cutover_mark(cutover, MAC, 20 * MS, 0);
    vmn_cutover_around(cutover, MAC, 20 * MS, INT64_MAX, &around);
    g_assert_true(around.has_before);
    g_assert_false(around.has_after);
    g_assert_cmpuint(around.before.interface, ==, 0);
    g_assert_cmpint(around.before.when, ==, 10 * MS);
    vmn_cutover_free(cutover);
}

/* The machine's own words count from the notice up to the next burst. */
static void test_own_announcement(void)
{
    vmn_cutover *cutover = vmn_cutover_new(false);
    vmn_sight own;
    vmn_around around;
    uint32_t tag;

    own = at(5 * MS);
    own.says = VMN_SAYS_ARP;
    vmn_cutover_add(cutover, MAC, &own, &tag);
    vmn_cutover_mark(cutover, MAC, 20 * MS, 0);
    add(cutover, 30 * MS);
    vmn_cutover_mark(cutover, MAC, 40 * MS, 0);
    own = at(50 * MS);
    own.says = VMN_SAYS_NA;
    vmn_cutover_add(cutover, MAC, &own, &tag);
    vmn_cutover_around(cutover, MAC, 20 * MS, INT64_MAX, &around);
    g_assert_true(around.has_own);
    g_assert_cmpint(around.own.when, ==, 50 * MS);
    g_assert_cmpint(around.own.says, ==, VMN_SAYS_NA);
    vmn_cutover_around(cutover, MAC, 20 * MS, 45 * MS, &around);
    g_assert_false(around.has_own);
    vmn_cutover_free(cutover);
}

/* Where marks come first, an answer that was given is said to change exactly when it does. */
static void test_changes(void)
{
    vmn_cutover *cutover = vmn_cutover_new(true);

    vmn_cutover_mark(cutover, MAC, 20 * MS, 0);
    g_assert_false(add(cutover, 10 * MS)); /* nobody asked yet */
    check(cutover, 20 * MS, 10 * MS, -1);
    g_assert_true(add(cutover, 30 * MS));
    check(cutover, 20 * MS, 10 * MS, 30 * MS);
    g_assert_false(add(cutover, 40 * MS));
    g_assert_true(add(cutover, 15 * MS));
    check(cutover, 20 * MS, 15 * MS, 30 * MS);
    vmn_cutover_free(cutover);
}

/* What a model that keeps all frames says of one notice. */
static void check_model(vmn_cutover *cutover, const GArray *others, int64_t when)
{
    int64_t before = -1, after = -1;

    for (unsigned i = 0; i < others->len; i++) {
        int64_t t = g_array_index(others, int64_t, i);
        if (t <= when)
            before = MAX(before, t);
        else
            after = after < 0 ? t : MIN(after, t);
    }
    check(cutover, when, before, after);
}

/* Random traffic, up to 100 ms out of order, against the model; with marks known before and not. */
static void test_random(void)
{
    for (int run = 0; run < 400; run++) {
        vmn_cutover *cutover = vmn_cutover_new(run % 2);
        GArray *others = g_array_new(FALSE, FALSE, sizeof(int64_t));
        GArray *notices = g_array_new(FALSE, FALSE, sizeof(int64_t));
        GArray *order = g_array_new(FALSE, FALSE, sizeof(int64_t));
        int64_t now = 1000 * MS;
        for (int i = 0; i < 300; i++) {
            now +=
                g_test_rand_int_range(0, 20) * MS + (g_test_rand_int_range(0, 40) == 0) * 3000 * MS;
            int64_t when = now - g_test_rand_int_range(0, 100) * MS;
            bool notice = g_test_rand_int_range(0, 6) == 0;
            g_array_append_val(notice ? notices : others, when);
            when = notice ? -when : when;
            g_array_append_val(order, when);
        }
        for (unsigned i = 0; run % 2 && i < notices->len; i++)
            vmn_cutover_mark(cutover, MAC, g_array_index(notices, int64_t, i), 0);
        for (unsigned i = 0; i < order->len; i++) {
            int64_t when = g_array_index(order, int64_t, i);
            if (when >= 0)
                add(cutover, when);
            else if (run % 2 == 0)
                vmn_cutover_mark(cutover, MAC, -when, 0);
        }
        for (unsigned i = 0; i < notices->len; i++)
            check_model(cutover, others, g_array_index(notices, int64_t, i));
        g_array_unref(others);
        g_array_unref(notices);
        g_array_unref(order);
        vmn_cutover_free(cutover);
    }
}

/* Times at the limits of the type: the frames beside a late notice are still the nearest ones, and
 * frames of the same hash 584 years apart are no copies. */
static void test_limits(void)
{
    vmn_cutover *cutover = vmn_cutover_new(false);
    vmn_sight last = at(INT64_MAX - MS);
    vmn_around around;
    uint32_t tag;

    for (int i = 0; i < 20; i++)
        add(cutover, INT64_MIN + i * MS);
    vmn_cutover_mark(cutover, MAC, INT64_MIN + 8 * MS + 1, 0);
    check(cutover, INT64_MIN + 8 * MS + 1, INT64_MIN + 8 * MS, INT64_MIN + 9 * MS);
    vmn_cutover_free(cutover);

    cutover = vmn_cutover_new(false);
    vmn_sight first = last;
    first.when = INT64_MIN;
    first.frame--;
    vmn_cutover_add(cutover, MAC, &first, &tag);
    vmn_cutover_add(cutover, MAC, &last, &tag);
    vmn_cutover_mark(cutover, MAC, INT64_MAX, 0);
    vmn_cutover_around(cutover, MAC, INT64_MAX, INT64_MAX, &around);
    g_assert_true(around.has_before);
    g_assert_cmpint(around.before.when, ==, last.when);
    vmn_cutover_free(cutover);
}

/* A million frames and a notice each thousand: time and memory stay small. */
static void test_large(void)
{
    vmn_cutover *cutover = vmn_cutover_new(false);

    for (int64_t i = 1; i <= 1000000; i++)
        if (i % 1000 == 0)
            vmn_cutover_mark(cutover, MAC, i * MS / 10, 0);
        else
            add(cutover, i * MS / 10);
    for (int64_t i = 1000; i <= 999000; i += 1000)
        check(cutover, i * MS / 10, (i - 1) * MS / 10, (i + 1) * MS / 10);
    vmn_cutover_free(cutover);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cutover/plain", test_plain);
    g_test_add_func("/cutover/out-of-order", test_out_of_order);
    g_test_add_func("/cutover/late-notice-after-silence", test_late_notice_after_silence);
    g_test_add_func("/cutover/copies", test_copies);
    g_test_add_func("/cutover/own-announcement", test_own_announcement);
    g_test_add_func("/cutover/changes", test_changes);
    g_test_add_func("/cutover/random", test_random);
    g_test_add_func("/cutover/limits", test_limits);
    g_test_add_func("/cutover/large", test_large);
    return g_test_run();
}
