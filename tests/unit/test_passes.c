/* test_passes.c
 * Machines that a host announces all at once and then one by one, and others who only seem so.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "feed.h"
#include "tracker.h"

#define NOBODY UINT_MAX

/* How a host announces its machines. */
typedef struct {
    unsigned machines;
    double at;           /* s, of the event */
    const double *after; /* s from the event to each later pass, until 0 */
    double step;   /* s from one machine of a pass to the next; the last machine comes first */
    unsigned lost; /* pass · machines + machine that is not seen; NOBODY: none */
} host;

static const double second[] = {2.3, 0}, four[] = {2.3, 44.3, 58.3, 156.3, 0}, late[] = {61, 0};

static void announce(feed *f, unsigned machine, double at)
{
    char mac[18];

    g_snprintf(mac, sizeof(mac), "00:50:56:00:%02x:%02x", machine / 256, machine % 256);
    feed_mac(f, mac);
    feed_at(f, (int64_t)(at * 1e9));
}

static void announce_all(feed *f, const host *h)
{
    for (unsigned i = 0; i < h->machines; i++)
        if (h->lost != i)
            announce(f, i, h->at + 0.00003 * i);
    for (unsigned pass = 0; h->after[pass] > 0; pass++)
        for (unsigned i = 0; i < h->machines; i++)
            if (h->lost != (pass + 1) * h->machines + i)
                announce(f, i, h->at + h->after[pass] + h->step * (h->machines - 1 - i));
}

static vmn_engine *new_engine(const feed *f)
{
    vmn_config config;
    vmn_engine *engine;

    vmn_config_init(&config);
    engine = vmn_engine_new(&config);
    feed_add(f, engine, 0, f->frames->len);
    return engine;
}

static unsigned joins_in(feed *f)
{
    vmn_engine *engine = feed_settled(f);
    unsigned joins = engine->joins->len;

    vmn_engine_free(engine);
    return joins;
}

/* Each machine has one burst, of so many rounds, and nothing is claimed. */
static void assert_one_each(feed *f, unsigned machines, unsigned rounds)
{
    vmn_engine *engine = feed_settled(f);

    if (machines > 3) /* those that come soon again are one burst anyhow */
        g_assert_cmpuint(engine->joins->len, >, 0);
    g_assert_cmpuint(vmn_engine_n_bursts(engine), ==, machines);
    g_assert_cmpuint(vmn_engine_n_events(engine), ==, 1);
    for (uint32_t i = 0; i < machines; i++) {
        vmn_burst burst = burst_of(engine, i);

        g_assert_cmpuint(burst.rounds, ==, rounds);
        g_assert_cmpuint(burst.missing, ==, 0);
        g_assert_cmpuint(burst.head_missing, ==, 0);
        g_assert_cmpstr(burst.schedule, ==, "irregular");
        g_assert_cmpint(burst.announcer, ==, VMN_ANNOUNCER_UNKNOWN);
        g_assert_cmphex(burst.flags & ~(unsigned)VMN_FLAG_BEGINS, ==, 0);
    }
    vmn_engine_free(engine);
}

static void test_second_pass(void)
{
    static const host hosts[] = {{11, 0, second, 1, NOBODY},
                                 {6, 0, second, 0.7, NOBODY},
                                 {3, 0, second, 3, NOBODY},
                                 {100, 0, second, 1, NOBODY}};

    for (unsigned i = 0; i < G_N_ELEMENTS(hosts); i++) {
        feed *f = feed_new();

        announce_all(f, &hosts[i]);
        assert_one_each(f, hosts[i].machines, 2);
    }
}

static void test_later_passes(void)
{
    static const host eleven = {11, 0, four, 1, NOBODY};
    feed *f = feed_new();

    announce_all(f, &eleven);
    assert_one_each(f, 11, 5);
}

/* The capture ends in the middle of the third pass. */
static void test_half_a_pass(void)
{
    static const host eleven = {11, 0, second, 1, NOBODY};
    feed *f = feed_new();
    vmn_engine *engine;

    announce_all(f, &eleven);
    for (unsigned i = 0; i < 4; i++)
        announce(f, 10 - i, 44.3 + i);
    feed_sort(f);
    engine = new_engine(f);
    vmn_engine_settle(engine);
    check_engine(engine);
    g_assert_cmpuint(vmn_engine_n_bursts(engine), ==, 11);
    vmn_engine_free(engine);
    feed_free(f);
}

/* Whichever notice is lost, all other machines have one burst, and this one not more than two. */
static void test_lost_notice(void)
{
    for (unsigned lost = 0; lost < 5 * 11; lost++) {
        host eleven = {11, 0, four, 1, lost};
        feed *f = feed_new();
        vmn_engine *engine;

        announce_all(f, &eleven);
        engine = feed_settled(f);
        g_assert_cmpuint(vmn_engine_n_bursts(engine), >=, 11);
        g_assert_cmpuint(vmn_engine_n_bursts(engine), <=, lost < 11 ? 15 : 12);
        for (uint32_t i = 0; i < vmn_engine_n_bursts(engine); i++)
            g_assert_cmpuint(burst_of(engine, i).missing, ==, 0);
        vmn_engine_free(engine);
    }
}

/* A MAC alone, or two; a pass that comes too late, or all at once, or at no pace. */
static void test_no_group(void)
{
    static const host hosts[] = {{1, 0, four, 1, NOBODY},      {2, 0, second, 1, NOBODY},
                                 {11, 0, late, 1, NOBODY},     {11, 0, second, 0.0001, NOBODY},
                                 {11, 0, second, 0.2, NOBODY}, {11, 0, second, 6, NOBODY}};
    static const double at_random[] = {2, 2.4, 9, 9.3, 30, 31};
    feed *f;

    for (unsigned i = 0; i < G_N_ELEMENTS(hosts); i++) {
        f = feed_new();
        announce_all(f, &hosts[i]);
        g_assert_cmpuint(joins_in(f), ==, 0);
    }
    f = feed_new();
    for (unsigned i = 0; i < G_N_ELEMENTS(at_random); i++) {
        announce(f, i, 0.00003 * i);
        announce(f, i, at_random[i]);
    }
    g_assert_cmpuint(joins_in(f), ==, 0);
}

/* Two fail-overs half a minute apart: whether one has to do with the other, nothing tells. */
static void test_two_floods(void)
{
    static const double again[] = {30, 0};
    static const host flood = {16, 0, again, 0.00001, NOBODY};
    feed *f = feed_new();

    announce_all(f, &flood);
    g_assert_cmpuint(joins_in(f), ==, 0);
}

/* Unpadded frames are Open vSwitch's as likely. */
static void test_open_vswitch(void)
{
    static const host bond = {11, 0, second, 1, NOBODY};
    feed *f = feed_new();

    f->next.length = 42;
    announce_all(f, &bond);
    g_assert_cmpuint(joins_in(f), ==, 0);
}

/* Known senders that begin together, and each once more, one by one. */
static void test_named(void)
{
    static const char *const gaps[] = {"50 150 250 350", "690 1000 1000 2000 3000 5000 8000 13000",
                                       "50 150", "690 1000 1000"};

    for (unsigned k = 0; k < G_N_ELEMENTS(gaps); k++) {
        feed *f = feed_new();

        for (unsigned i = 0; i < 8; i++) {
            char mac[18];

            g_snprintf(mac, sizeof(mac), "%s:00:%02x", k % 2 ? "00:50:56:00" : "52:54:00:00", i);
            feed_gaps(f, mac, i * VMN_MS, gaps[k]);
            feed_gaps(f, mac, (40 + 2 * i) * VMN_S, gaps[k]);
        }
        g_assert_cmpuint(joins_in(f), ==, 0);
    }
}

/* What a known sender sends between the passes is its own. */
static void test_named_between(void)
{
    static const double again[] = {2.3, 90.3, 0};
    static const host eleven = {11, 0, again, 1, NOBODY};
    feed *f = feed_new();
    vmn_engine *engine;
    unsigned named = 0;

    announce_all(f, &eleven);
    feed_gaps(f, "00:50:56:00:00:04", 30 * VMN_S, "690 1000 1000 2000 3000 5000 8000 13000");
    engine = feed_settled(f);
    g_assert_cmpuint(vmn_engine_n_bursts(engine), ==, 13);
    for (uint32_t i = 0; i < vmn_engine_n_bursts(engine); i++)
        named += burst_of(engine, i).rounds == 9 && burst_of(engine, i).missing == 0;
    g_assert_cmpuint(named, ==, 1);
    vmn_engine_free(engine);
}

/* Two hosts in one capture, one event after the other. */
static void test_two_hosts(void)
{
    static const host one = {11, 0, second, 1, NOBODY};
    static const double again[] = {2, 44, 0};
    feed *f = feed_new();
    vmn_engine *engine;

    announce_all(f, &one);
    for (unsigned i = 0; i < 5; i++)
        announce(f, 512 + i, 7 + 0.0001 * i);
    for (unsigned pass = 0; again[pass] > 0; pass++)
        for (unsigned i = 0; i < 5; i++)
            announce(f, 512 + i, 7.35 + again[pass] + 1.1 * i);
    engine = feed_settled(f);
    g_assert_cmpuint(vmn_engine_n_bursts(engine), ==, 16);
    for (uint32_t i = 0; i < 16; i++)
        g_assert_cmpuint(burst_of(engine, i).rounds, ==, i < 11 ? 2 : 3);
    vmn_engine_free(engine);
}

/* Bursts and rounds, as the decoder left them. */
static char *decoded(const vmn_engine *e)
{
    GString *text = g_string_new(NULL);

    for (uint32_t i = 0; i < e->bursts->len; i++) {
        const vmn_burst_data *b = VMN_BURST(e, i);

        g_string_append_printf(text, "%u %u %u %u %d %d %" G_GINT64_FORMAT "\n", b->first, b->last,
                               b->before, b->decided_last, b->alive, b->joined, b->track.when);
    }
    for (uint32_t i = 0; i < e->n_rounds; i++) {
        const vmn_round_data *r = VMN_ROUND(e, i);

        g_string_append_printf(text, "%u %u %u %u\n", r->burst, r->previous, r->next, r->skipped);
    }
    return g_string_free(text, FALSE);
}

/* What was joined is undone before the next frame: bursts and rounds are as if it had never been.
 */
static void test_undone(void)
{
    static const host eleven = {11, 0, four, 1, NOBODY};
    feed *f = feed_new();
    vmn_engine *joined, *never;
    char *a, *b;

    announce_all(f, &eleven);
    feed_sort(f);
    joined = new_engine(f);
    never = new_engine(f);
    vmn_catch_up(never);
    vmn_settle_streams(never);
    a = decoded(never);
    for (int64_t turn = 1; turn <= 3; turn++) {
        vmn_engine_settle(joined);
        check_engine(joined);
        g_assert_cmpuint(joined->joins->len, >, 11);
        vmn_engine_clock(joined, turn * 3600 * VMN_S);
        g_assert_cmpuint(joined->joins->len, ==, 0);
        b = decoded(joined);
        g_assert_cmpstr(a, ==, b);
        g_free(b);
    }
    g_free(a);
    vmn_engine_free(joined);
    vmn_engine_free(never);
    feed_free(f);
}

/* A live capture, settled at every frame, ends with the same answers. */
static void test_live(void)
{
    static const host eleven = {11, 0, four, 1, NOBODY};
    feed *f = feed_new();
    vmn_config config;
    vmn_engine *often, *once;
    char *a, *b;

    announce_all(f, &eleven);
    feed_sort(f);
    once = new_engine(f);
    vmn_engine_settle(once);
    vmn_config_init(&config);
    often = vmn_engine_new(&config);
    for (unsigned i = 0; i < f->frames->len; i++) {
        feed_add(f, often, i, i + 1);
        vmn_engine_settle(often);
        check_engine(often);
    }
    a = bursts_text(often);
    b = bursts_text(once);
    g_assert_cmpstr(a, ==, b);
    g_free(a);
    g_free(b);
    vmn_engine_free(often);
    vmn_engine_free(once);
    feed_free(f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/passes/second", test_second_pass);
    g_test_add_func("/passes/later", test_later_passes);
    g_test_add_func("/passes/half a pass", test_half_a_pass);
    g_test_add_func("/passes/lost notice", test_lost_notice);
    g_test_add_func("/passes/no group", test_no_group);
    g_test_add_func("/passes/two floods", test_two_floods);
    g_test_add_func("/passes/Open vSwitch", test_open_vswitch);
    g_test_add_func("/passes/named", test_named);
    g_test_add_func("/passes/named between", test_named_between);
    g_test_add_func("/passes/two hosts", test_two_hosts);
    g_test_add_func("/passes/undone", test_undone);
    g_test_add_func("/passes/live", test_live);
    return g_test_run();
}
