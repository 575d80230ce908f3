/* test_places.c
 * Which rounds each path of a burst saw, and which of them it missed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "feed.h"
#include "places.h"

#define MAC "52:54:00:00:00:01"

/* A burst of QEMU's as some paths saw it: a line of marks for each, '.' where it saw nothing. */
static vmn_engine *seen_as(const char *const *marks, unsigned n)
{
    static const int64_t at[] = {0, 50, 200, 450, 800};
    feed *f = feed_new();

    feed_mac(f, MAC);
    for (unsigned k = 0; k < n; k++) {
        f->next.interface = k;
        for (unsigned i = 0; i < G_N_ELEMENTS(at); i++)
            if (marks[k][i] != '.')
                feed_at(f, at[i] * VMN_MS + k * 20000);
    }
    return feed_settled(f);
}

/* What the views of all first sights say, "2: 1 not 0; …", interfaces as numbers. */
static char *missed_text(vmn_engine *engine)
{
    GString *text = g_string_new(NULL);

    for (uint32_t i = 0; i < vmn_engine_size(engine); i++) {
        vmn_view v = view_of(engine, i);
        vmn_path paths[VMN_PLACES_TOLD];

        if (v.missed_on == 0)
            continue;
        g_assert_cmpuint(v.sighting, ==, 1);
        vmn_engine_burst_paths(engine, v.burst - 1, paths, VMN_PLACES_TOLD);
        g_string_append_printf(text, "%s%u:", text->len > 0 ? "; " : "", v.round);
        for (unsigned k = 0; k < VMN_PLACES_TOLD; k++)
            if (v.seen_on >> k & 1)
                g_string_append_printf(text, " %u", paths[k].interface);
        g_string_append(text, " not");
        for (unsigned k = 0; k < VMN_PLACES_TOLD; k++)
            if (v.missed_on >> k & 1)
                g_string_append_printf(text, " %u", paths[k].interface);
    }
    return g_string_free(text, FALSE);
}

static void assert_missed(const char *const *marks, unsigned n, const char *expected)
{
    vmn_engine *engine = seen_as(marks, n);
    char *text = missed_text(engine);

    g_assert_cmpstr(text, ==, expected);
    g_free(text);
    vmn_engine_free(engine);
}

static void test_missed(void)
{
    static const char
        *const all[] = {"xxxxx", "xxxxx"},
               *const one[] = {"xxx.x"}, *const uplink[] = {"xxxxx", "xx..x"},
               *const each[] = {".xxxx", "xxxx."}, *const everywhere[] = {"xx.xx", "xx.xx"},
               *const later[] = {"xxxxx", "..xxx"}, *const three[] = {"xxxxx", ".xxxx", "x.xx."};

    assert_missed(all, 2, "");
    assert_missed(one, 1, "");
    assert_missed(everywhere, 2, ""); /* missing, but on no path more than on the other */
    assert_missed(uplink, 2, "3: 0 not 1; 4: 0 not 1");
    assert_missed(each, 2, "1: 1 not 0; 5: 0 not 1");
    assert_missed(later, 2, "1: 0 not 1; 2: 0 not 1");
    assert_missed(three, 3, "1: 0 2 not 1; 2: 0 1 not 2; 5: 0 1 not 2");
}

/* The machine moved: neither port missed what the other one saw, but a tap beside both may have. */
static void test_moved(void)
{
    static const char *const moved[] = {"xxx..", "...xx"}, *const beside[] = {"xxx..", "...xx",
                                                                              "xx.xx"};

    assert_missed(moved, 2, "");
    assert_missed(beside, 3, "1: 0 2 not 1; 2: 0 2 not 1; 3: 0 not 2; 4: 2 1 not 0; 5: 2 1 not 0");
}

static void test_first_and_last(void)
{
    static const char *const marks[] = {"xxxxx", ".x.x."};
    vmn_engine *engine = seen_as(marks, 2);
    vmn_path paths[2];

    g_assert_cmpuint(vmn_engine_burst_paths(engine, 0, paths, 2), ==, 2);
    g_assert_cmpuint(paths[0].first_round, ==, 1);
    g_assert_cmpuint(paths[0].last_round, ==, 5);
    g_assert_cmpuint(paths[1].first_round, ==, 2);
    g_assert_cmpuint(paths[1].last_round, ==, 4);
    g_assert_cmpuint(vmn_engine_round_paths(engine, 0, 0), ==, 1);
    g_assert_cmpuint(vmn_engine_round_paths(engine, 0, 1), ==, 3);
    vmn_engine_free(engine);
}

/* Packet types of one interface (a cooked capture) are one place. */
static void test_variants(void)
{
    feed *f = feed_new();
    vmn_engine *engine;
    char *text;

    feed_mac(f, MAC);
    for (unsigned i = 0; i < 5; i++) {
        f->next.variant = i % 2 == 0 ? 1 : 4;
        feed_at(f, i * i * 50 * VMN_MS);
    }
    engine = feed_settled(f);
    text = missed_text(engine);
    g_assert_cmpstr(text, ==, "");
    g_assert_cmpuint(vmn_engine_burst_paths(engine, 0, NULL, 0), ==, 1);
    g_free(text);
    vmn_engine_free(engine);
}

/* More paths than are told of: they are counted, and nothing is claimed of the others. */
static void test_many(void)
{
    feed *f = feed_new();
    vmn_engine *engine;

    feed_mac(f, MAC);
    for (unsigned k = 0; k < 3 * VMN_PLACES_TOLD; k++) {
        f->next.interface = k;
        feed_at(f, k * 2000);
        feed_at(f, VMN_S + k * 2000);
    }
    engine = feed_settled(f);
    g_assert_cmpuint(vmn_engine_n_bursts(engine), ==, 1);
    g_assert_cmpuint(vmn_engine_burst_paths(engine, 0, NULL, 0), ==, 3 * VMN_PLACES_TOLD);
    g_assert_cmpuint(vmn_engine_round_paths(engine, 0, 0), ==, UINT64_MAX);
    g_assert_cmpuint(vmn_engine_own_paths(engine, 0, 0, NULL, 0), ==, 0);
    vmn_engine_free(engine);
}

/* Where two hosts announce one MAC: each burst's own paths, not those that saw both. */
static void test_own_paths(void)
{
    feed *f = feed_new();
    vmn_engine *engine;
    vmn_path paths[2];

    for (unsigned host = 0; host < 2; host++) {
        for (unsigned port = 0; port < 2; port++) {
            f->next.interface = port == 0 ? host : 7; /* 7: a tap that sees both */
            feed_gaps(f, MAC, host * 100 * VMN_MS + port * 20000, "50 150 250 350");
        }
    }
    engine = feed_settled(f);
    g_assert_cmpuint(vmn_engine_n_bursts(engine), ==, 2);
    g_assert_cmpuint(burst_of(engine, 0).rival, ==, 2);
    g_assert_cmpuint(burst_of(engine, 1).rival, ==, 1);
    for (uint32_t i = 0; i < 2; i++) {
        g_assert_cmpuint(vmn_engine_own_paths(engine, i, 1 - i, paths, 2), ==, 1);
        g_assert_cmpuint(paths[0].interface, ==, i);
    }
    vmn_engine_free(engine);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/places/missed", test_missed);
    g_test_add_func("/places/moved", test_moved);
    g_test_add_func("/places/first and last", test_first_and_last);
    g_test_add_func("/places/variants", test_variants);
    g_test_add_func("/places/many", test_many);
    g_test_add_func("/places/own paths", test_own_paths);
    return g_test_run();
}
