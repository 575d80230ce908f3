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

static bool add_sight(vmn_cutover *cutover, vmn_sight sight)
{
    uint32_t tag;

    return vmn_cutover_add(cutover, MAC, &sight, &tag);
}

static bool add(vmn_cutover *cutover, int64_t when)
{
    return add_sight(cutover, at(when));
}

static bool add_on(vmn_cutover *cutover, int64_t when, uint32_t path)
{
    vmn_sight sight = at(when);

    sight.path = path;
    return add_sight(cutover, sight);
}

/* A frame to the MAC; with a key a question, and the answer to it. */
static bool ask(vmn_cutover *cutover, int64_t when, uint32_t key)
{
    vmn_sight sight = at(when);
    uint32_t tag;

    sight.key = key;
    return vmn_cutover_add_to(cutover, MAC, &sight, &tag);
}

static void reply(vmn_cutover *cutover, int64_t when, uint32_t key)
{
    vmn_sight sight = at(when);

    sight.key = key;
    sight.is_answer = true;
    sight.has_target = true;
    add_sight(cutover, sight);
}

static void mark_on(vmn_cutover *cutover, int64_t when, uint32_t path)
{
    uint32_t tag;

    vmn_cutover_mark(cutover, MAC, when, 0);
    vmn_cutover_mark_path(cutover, MAC, when, path, &tag);
}

static vmn_around around(vmn_cutover *cutover, int64_t when, int64_t until)
{
    vmn_cutover_question question = {.when = when, .since = INT64_MIN, .until = until, .usual = 1};
    vmn_around found;

    vmn_cutover_around(cutover, MAC, &question, &found);
    return found;
}

static void check(vmn_cutover *cutover, int64_t when, int64_t before, int64_t after)
{
    vmn_around found = around(cutover, when, INT64_MAX);

    g_assert_cmpint(found.has_before ? found.before.when : -1, ==, before);
    g_assert_cmpint(found.has_after ? found.after.when : -1, ==, after);
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
    vmn_around found;
    uint32_t tag;

    copy.when += MS / 50;
    copy.path = 1;
    vmn_cutover_add(cutover, MAC, &copy, &tag);
    vmn_cutover_add(cutover, MAC, &first, &tag);
    vmn_cutover_add(cutover, OTHER, &foreign, &tag);
    vmn_cutover_mark(cutover, MAC, 20 * MS, 0);
    found = around(cutover, 20 * MS, INT64_MAX);
    g_assert_true(found.has_before);
    g_assert_false(found.has_after);
    g_assert_cmpuint(found.before.path, ==, 0);
    g_assert_cmpint(found.before.when, ==, 10 * MS);
    vmn_cutover_free(cutover);
}

/* The machine's own words count from the notice up to the next burst. */
static void test_own_announcement(void)
{
    vmn_cutover *cutover = vmn_cutover_new(false);
    vmn_sight own;
    vmn_around found;
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
    found = around(cutover, 20 * MS, INT64_MAX);
    g_assert_true(found.has_own);
    g_assert_cmpint(found.own.when, ==, 50 * MS);
    g_assert_cmpint(found.own.says, ==, VMN_SAYS_NA);
    g_assert_false(around(cutover, 20 * MS, 45 * MS).has_own);
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
static void check_model(vmn_cutover *cutover, const GArray *others, const GArray *questions,
                        int64_t when)
{
    vmn_around found = around(cutover, when, INT64_MAX);
    int64_t before = -1, after = -1;
    uint32_t unanswered = 0;

    for (unsigned i = 0; i < others->len; i++) {
        int64_t t = g_array_index(others, int64_t, i);
        if (t <= when)
            before = MAX(before, t);
        else
            after = after < 0 ? t : MIN(after, t);
    }
    for (unsigned i = 0; i < questions->len; i++) {
        int64_t t = g_array_index(questions, int64_t, i);
        unanswered += t > (before < 0 ? when : before) && (after < 0 || t <= after);
    }
    check(cutover, when, before, after);
    g_assert_true(found.has_unanswered);
    g_assert_cmpuint(found.unanswered, ==, unanswered);
}

/* Random traffic, up to 100 ms out of order, against the model; with marks known before and not. */
static void run_random(bool marks_first)
{
    enum { NOTICE, FRAME, QUESTION, N_KINDS };
    vmn_cutover *cutover = vmn_cutover_new(marks_first);
    GArray *times[N_KINDS], *order = g_array_new(FALSE, FALSE, sizeof(unsigned));
    unsigned next[N_KINDS] = {0};
    int64_t now = 1000 * MS;

    for (unsigned i = 0; i < N_KINDS; i++)
        times[i] = g_array_new(FALSE, FALSE, sizeof(int64_t));
    for (int i = 0; i < 400; i++) {
        now += g_test_rand_int_range(0, 20) * MS + (g_test_rand_int_range(0, 40) == 0) * 3000 * MS;
        int64_t when = now - g_test_rand_int_range(0, 100) * MS;
        unsigned dice = (unsigned)g_test_rand_int_range(0, 8);
        unsigned kind = dice == 0 ? NOTICE : dice < 4 ? QUESTION : FRAME;
        if (i == 0)
            kind = FRAME; /* what comes to a MAC that nobody knows is not counted */
        g_array_append_val(times[kind], when);
        g_array_append_val(order, kind);
    }
    for (unsigned i = 0; marks_first && i < times[NOTICE]->len; i++)
        vmn_cutover_mark(cutover, MAC, g_array_index(times[NOTICE], int64_t, i), 0);
    for (unsigned i = 0; i < order->len; i++) {
        unsigned kind = g_array_index(order, unsigned, i);
        int64_t when = g_array_index(times[kind], int64_t, next[kind]++);
        if (kind == FRAME)
            reply(cutover, when, 0);
        else if (kind == QUESTION)
            ask(cutover, when, 0);
        else if (!marks_first)
            vmn_cutover_mark(cutover, MAC, when, 0);
    }
    for (unsigned i = 0; times[FRAME]->len && i < times[NOTICE]->len; i++)
        check_model(cutover, times[FRAME], times[QUESTION],
                    g_array_index(times[NOTICE], int64_t, i));
    for (unsigned i = 0; i < N_KINDS; i++)
        g_array_unref(times[i]);
    g_array_unref(order);
    vmn_cutover_free(cutover);
}

static void test_random(void)
{
    for (int run = 0; run < 400; run++)
        run_random(run % 2);
}

/* Times at the limits of the type: the frames beside a late notice are still the nearest ones, and
 * frames of the same hash 584 years apart are no copies. */
static void test_limits(void)
{
    vmn_cutover *cutover = vmn_cutover_new(false);
    vmn_sight last = at(INT64_MAX - MS);
    vmn_around found;
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
    found = around(cutover, INT64_MAX, INT64_MAX);
    g_assert_true(found.has_before);
    g_assert_cmpint(found.before.when, ==, last.when);
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

/* Own announcements end the silence, but not the one of traffic; frames to the machine in that one
 * are counted, with marks known before and not, and in any order. */
static void test_unanswered(void)
{
    for (int marks_first = 0; marks_first < 2; marks_first++) {
        vmn_cutover *cutover = vmn_cutover_new(marks_first);
        vmn_sight own;
        vmn_around found;
        if (marks_first)
            vmn_cutover_mark(cutover, MAC, 120 * MS, 0);
        reply(cutover, 100 * MS, 7);
        for (int i = 0; i < 50; i++) {
            ask(cutover, (95 + 10 * i) * MS, 0);
            if (i == 3)
                vmn_cutover_mark(cutover, MAC, 120 * MS, 0); /* 5 ms late */
        }
        own = at(130 * MS);
        own.says = VMN_SAYS_ARP;
        add_sight(cutover, own);
        reply(cutover, 500 * MS, 9);
        ask(cutover, 102 * MS, 0);
        ask(cutover, 600 * MS, 0);
        found = around(cutover, 120 * MS, INT64_MAX);
        g_assert_cmpint(found.after.when, ==, 130 * MS);
        g_assert_cmpint(found.traffic.when, ==, 500 * MS);
        g_assert_cmpint(found.last_traffic.when, ==, 100 * MS);
        g_assert_true(found.has_unanswered);
        g_assert_cmpuint(found.unanswered, ==, 41); /* 105 … 495 ms, and that at 102 ms */
        vmn_cutover_free(cutover);
    }
}

/* Copies of a question count once, answered ones not at all, whenever the answer comes. */
static void test_answered(void)
{
    vmn_cutover *cutover = vmn_cutover_new(false);
    vmn_sight question = at(30 * MS);
    uint32_t tag;

    reply(cutover, 10 * MS, 1);
    mark_on(cutover, 20 * MS, 0);
    question.key = 5;
    for (uint32_t path = 0; path < 3; path++, question.when += MS / 50) {
        question.path = path;
        vmn_cutover_add_to(cutover, MAC, &question, &tag);
    }
    ask(cutover, 40 * MS, 6);
    ask(cutover, 50 * MS, 7);
    reply(cutover, 60 * MS, 7); /* the first traffic */
    g_assert_cmpuint(around(cutover, 20 * MS, INT64_MAX).unanswered, ==, 2);
    reply(cutover, 70 * MS, 6);
    reply(cutover, 80 * MS, 6); /* twice */
    g_assert_cmpuint(around(cutover, 20 * MS, INT64_MAX).unanswered, ==, 1);
    vmn_cutover_free(cutover);
}

/* Without traffic at all, or in captures that do not tell whom frames go to, nothing is claimed. */
static void test_unknown(void)
{
    vmn_cutover *cutover = vmn_cutover_new(false);

    vmn_cutover_mark(cutover, MAC, 20 * MS, 0);
    ask(cutover, 30 * MS, 0);
    g_assert_false(around(cutover, 20 * MS, INT64_MAX).has_unanswered);
    add(cutover, 40 * MS);
    g_assert_true(around(cutover, 20 * MS, INT64_MAX).has_traffic);
    g_assert_false(around(cutover, 20 * MS, INT64_MAX).has_unanswered);
    g_assert_cmpint(around(cutover, 20 * MS, INT64_MAX).moved, ==, VMN_MOVED_UNKNOWN);
    vmn_cutover_free(cutover);
}

/* The same frame every second, and in a heap: the heap is no sign of life, before a notice or
 * after it; but where frames are usually seen so often, it is none. */
static void test_heap(void)
{
    for (int after = 0; after < 2; after++) {
        vmn_cutover *cutover = vmn_cutover_new(false);
        vmn_cutover_question usually = {.when = 5200 * MS, .until = INT64_MAX, .usual = 8};
        int64_t heap = after ? 5201 * MS : 5190 * MS;
        vmn_around found;
        if (after)
            vmn_cutover_mark(cutover, MAC, 5200 * MS, 0);
        for (int i = 0; i < 12; i++) {
            vmn_sight sight = at(i < 5 ? i * 1000 * MS : heap + (i - 5) * MS / 50);
            sight.hash = 77;
            add_sight(cutover, sight);
        }
        if (!after)
            vmn_cutover_mark(cutover, MAC, 5200 * MS, 0);
        vmn_sight last = at(6200 * MS);
        last.hash = 77;
        add_sight(cutover, last);
        check(cutover, 5200 * MS, 4000 * MS, 6200 * MS);
        vmn_cutover_around(cutover, MAC, &usually, &found);
        g_assert_cmpint(after ? found.after.when : found.before.when, ==, heap);
        vmn_cutover_free(cutover);
    }
}

/* Frames of the old host that come late end nothing; where the machine goes on sending there, it
 * has not moved. */
static void test_late_frames(void)
{
    for (int goes_on = 0; goes_on < 2; goes_on++) {
        vmn_cutover *cutover = vmn_cutover_new(false);
        vmn_around found;
        add_on(cutover, 100 * MS, 1);
        mark_on(cutover, 200 * MS, 2);
        for (int i = 0; i < 20; i++)
            add_on(cutover, (201 + i) * MS, 1);
        for (int i = 1; goes_on && i < 20; i++)
            add_on(cutover, (200 + 100 * i) * MS, 1);
        add_on(cutover, 2000 * MS, 2);
        found = around(cutover, 200 * MS, INT64_MAX);
        g_assert_cmpint(found.after.when, ==, goes_on ? 201 * MS : 2000 * MS);
        g_assert_cmpint(found.traffic.when, ==, goes_on ? 201 * MS : 2000 * MS);
        g_assert_cmpint(found.moved, ==, goes_on ? VMN_MOVED_NO : VMN_MOVED_YES);
        vmn_cutover_free(cutover);
    }
}

/* A frame on the new path while the machine was on the old one: more than a second before the
 * notice, no copy of one on the old path, and none from before the machine came to that. */
static void test_early(void)
{
    static const struct {
        int64_t when;
        bool copy, expected;
    } cases[] = {{4010 * MS, false, true},
                 {4010 * MS, true, false},
                 {9900 * MS, false, false},
                 {-500 * MS, false, false}};

    for (unsigned c = 0; c < G_N_ELEMENTS(cases); c++) {
        vmn_cutover *cutover = vmn_cutover_new(false);
        vmn_around found;
        for (int i = -10; i < 100; i++) {
            if (i * 100 * MS <= cases[c].when && cases[c].when < (i + 1) * 100 * MS) {
                vmn_sight early = at(cases[c].when);
                if (cases[c].copy) {
                    add_sight(cutover, early);
                    early.when += MS / 50;
                }
                early.path = 2;
                add_sight(cutover, early);
            }
            if (i >= 0)
                add_on(cutover, i * 100 * MS, 0);
        }
        mark_on(cutover, 10000 * MS, 2);
        add_on(cutover, 10300 * MS, 2);
        found = around(cutover, 10000 * MS, INT64_MAX);
        g_assert_cmpint(found.moved, ==, VMN_MOVED_YES);
        g_assert_cmpint(found.has_early, ==, cases[c].expected);
        if (found.has_early)
            g_assert_cmpint(found.early.when, ==, cases[c].when);
        vmn_cutover_free(cutover);
    }
}

/* A copy that lies in the file before its original is no frame of its own. */
static void test_copy_first(void)
{
    vmn_cutover *cutover = vmn_cutover_new(false);
    vmn_sight copy = at(10 * MS + MS / 50), original = at(10 * MS);
    vmn_around found;

    original.hash = copy.hash;
    copy.path = 2;
    original.path = 1;
    add_sight(cutover, copy);
    add_sight(cutover, original);
    mark_on(cutover, 20 * MS, 1);
    found = around(cutover, 20 * MS, INT64_MAX);
    g_assert_cmpuint(found.before.path, ==, 1);
    g_assert_cmpint(found.before.when, ==, 10 * MS);
    vmn_cutover_free(cutover);
}

/* Of a million MACs without a notice the last ones are remembered, one that was announced always.
 */
static void test_many_macs(void)
{
    vmn_cutover *cutover = vmn_cutover_new(false);
    uint8_t mac[6] = {2, 0, 0, 0, 0, 0};
    uint32_t tag;

    vmn_cutover_mark(cutover, MAC, 0, 0);
    add(cutover, MS);
    for (uint32_t i = 1; i <= 1000000; i++) {
        vmn_sight sight = at(i * MS);
        for (unsigned k = 0; k < 4; k++)
            mac[5 - k] = (uint8_t)(i >> 8 * k);
        vmn_cutover_add(cutover, mac, &sight, &tag);
    }
    check(cutover, 0, -1, MS);
    for (uint32_t i = 1; i <= 1000000; i += 999999) {
        vmn_cutover_question question = {
            .when = 2000000 * MS, .since = INT64_MIN, .until = INT64_MAX, .usual = 1};
        vmn_around found;
        for (unsigned k = 0; k < 4; k++)
            mac[5 - k] = (uint8_t)(i >> 8 * k);
        vmn_cutover_mark(cutover, mac, question.when, 0);
        vmn_cutover_around(cutover, mac, &question, &found);
        g_assert_cmpint(found.has_before, ==, i == 1000000);
    }
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
    g_test_add_func("/cutover/unanswered", test_unanswered);
    g_test_add_func("/cutover/answered", test_answered);
    g_test_add_func("/cutover/unknown", test_unknown);
    g_test_add_func("/cutover/heap", test_heap);
    g_test_add_func("/cutover/late-frames", test_late_frames);
    g_test_add_func("/cutover/early", test_early);
    g_test_add_func("/cutover/copy-first", test_copy_first);
    g_test_add_func("/cutover/many-macs", test_many_macs);
    return g_test_run();
}
