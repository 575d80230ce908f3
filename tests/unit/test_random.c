/* test_random.c
 * Properties that hold for whatever comes: random bursts, noise, copies, late frames, replies.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * VMN_RANDOM_TURNS=1000 tries more seeds than the usual ones.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "feed.h"
#include "schedule.h"
#include "store.h"

#define TURNS 40

static unsigned turns(void)
{
    const char *text = g_getenv("VMN_RANDOM_TURNS");

    return text != NULL ? (unsigned)atoi(text) : TURNS;
}

/* ---- random traffic ----------------------------------------------------------------------------
 */

static const char *const rhythms[] = {
    "50 150 250 350",      "400 1000 1000 2000 3000 5000 8000 13000 21000",
    "1000 2000 4000 8000", "4000 6000 10000 16000",
    "200 200 200 200",     "100 300 500 700 900 1000 1000",
    "0.07 78 250 350",     "0.027 0.008 0.007 0.007",
    "2500 4375 7656",      "10 10 10 10 10 10",
    "2000 3000 5000 8000", "1 2 3 900 17 40000",
    "0 0 0 0.001 0.002",   "137 57 407 254",
};

static void random_tags(GRand *random, feed *f)
{
    f->next.n_vlans = (uint8_t)g_rand_int_range(random, 0, 3);
    for (unsigned i = 0; i < f->next.n_vlans; i++)
        f->next.vlans[i] = (uint16_t)(10 * g_rand_int_range(random, 1, 3));
    f->next.interface = (uint32_t)g_rand_int_range(random, 0, 3);
    f->next.variant = (uint32_t)g_rand_int_range(random, 0, 2);
}

static const vmn_frame *frame_at(const feed *f, unsigned i)
{
    return &g_array_index(f->frames, vmn_frame, i);
}

/* Drop some of the frames from `from` on, show some again, move each a little. */
static void disturb(GRand *random, feed *f, unsigned from)
{
    unsigned end = f->frames->len;

    for (unsigned i = from; i < end; i++) {
        vmn_frame *frame = &g_array_index(f->frames, vmn_frame, i);

        frame->when += g_rand_int_range(random, -300000, 300000);
        for (int copies = g_rand_int_range(random, -3, 3); copies > 0; copies--) {
            f->next = *frame;
            random_tags(random, f);
            feed_at(f, frame_at(f, i)->when + g_rand_int_range(random, -1000, 500000));
            frame = &g_array_index(f->frames, vmn_frame, i);
        }
    }
    for (unsigned i = end; i-- > from;)
        if (g_rand_int_range(random, 0, 10) == 0)
            g_array_remove_index(f->frames, i);
}

static void random_burst(GRand *random, feed *f)
{
    unsigned from = f->frames->len;
    char mac[18];
    int64_t start = (int64_t)g_rand_int_range(random, 0, 120000) * VMN_MS;

    g_snprintf(mac, sizeof(mac), "00:50:56:00:00:%02x", g_rand_int_range(random, 0, 6));
    f->next.length = g_rand_boolean(random) ? 60 : 42;
    random_tags(random, f);
    f->next.opcode = 3;
    feed_gaps(f, mac, start, rhythms[g_rand_int_range(random, 0, G_N_ELEMENTS(rhythms))]);
    for (int n = g_rand_int_range(random, -200, 60); n > 0; n--)
        feed_at(f, start + n * INT64_C(100000));
    if (g_rand_int_range(random, 0, 4) > 0)
        disturb(random, f, from);
    if (g_rand_int_range(random, 0, 8) == 0) {
        f->next.opcode = 4;
        feed_at(f, start + g_rand_int_range(random, 0, 5000) * 1000);
        f->next.opcode = 3;
    }
}

/* A host announces its machines in passes (passes.h), more or less. */
static void random_passes(GRand *random, feed *f)
{
    int machines = g_rand_int_range(random, 2, 8), step = g_rand_int_range(random, 300, 2000);
    unsigned from = f->frames->len;
    int64_t start = (int64_t)g_rand_int_range(random, 0, 60000) * VMN_MS;
    char mac[18];

    f->next.length = 60;
    f->next.opcode = 3;
    for (int pass = 0; pass < 4; pass++)
        for (int i = 0; i < machines; i++) {
            g_snprintf(mac, sizeof(mac), "00:50:56:00:01:%02x", i);
            feed_mac(f, mac);
            feed_at(f, start + (pass == 0 ? i * 30 * VMN_US
                                          : (pass * 42000 - 39700 + i * step) * VMN_MS));
        }
    if (g_rand_boolean(random))
        disturb(random, f, from);
}

/* Frames change places with later ones, as several interfaces make them. */
static void shuffle(GRand *random, feed *f)
{
    for (unsigned i = 0; i + 1 < f->frames->len; i++) {
        unsigned with = i + (unsigned)g_rand_int_range(random, 1, 6);
        vmn_frame moved = *frame_at(f, i);

        if (with >= f->frames->len || g_rand_int_range(random, 0, 10) > 0)
            continue;
        g_array_index(f->frames, vmn_frame, i) = *frame_at(f, with);
        g_array_index(f->frames, vmn_frame, with) = moved;
    }
}

static feed *random_feed(unsigned seed)
{
    GRand *random = g_rand_new_with_seed(seed);
    feed *f = feed_new();

    for (int n = g_rand_int_range(random, 1, 60); n > 0; n--)
        random_burst(random, f);
    if (g_rand_boolean(random))
        random_passes(random, f);
    feed_sort(f);
    if (g_rand_boolean(random))
        shuffle(random, f);
    if (g_rand_int_range(random, 0, 5) == 0) { /* two captures, appended */
        unsigned n = f->frames->len;

        for (unsigned i = 0; i < n; i++) {
            vmn_frame again = *frame_at(f, i);

            again.when += g_rand_int_range(random, -1000, 1000);
            g_array_append_val(f->frames, again);
        }
    }
    g_rand_free(random);
    return f;
}

/* ---- properties --------------------------------------------------------------------------------
 */

static vmn_engine *new_engine(void)
{
    vmn_config config;

    vmn_config_init(&config);
    return vmn_engine_new(&config);
}

/* All that an engine says of a record. */
static void append_view(GString *text, vmn_engine *engine, uint32_t i)
{
    vmn_view v = view_of(engine, i);

    g_string_append_printf(
        text,
        "%u: kind %d burst %u (%u-%u, %u+%u, %u frames, %d) round %u prev %u next %u sighting "
        "%u of %u, %" PRId64 " delta %" PRId64 " elapsed %" PRId64 " expected %" PRId64
        " missing %u %s %s tick %u event %u/%u companion %u host %u answers %u %u flags %x\n",
        i + 1, v.kind, v.burst, v.burst_first, v.burst_last, v.burst_rounds, v.burst_missing,
        v.burst_frames, v.state, v.round, v.prev, v.next, v.sighting, v.sighting_of,
        v.sighting_delta, v.delta, v.elapsed, v.expected, v.missing, v.announcer_name,
        schedule_of(engine, &v), v.tick, v.event, v.event_macs, v.companion, v.host, v.answered_in,
        v.answer_to, v.flags);
}

/* All that an engine says of all its records. */
static char *everything(vmn_engine *engine)
{
    GString *text = g_string_new(NULL);
    char *bursts = bursts_text(engine);

    for (uint32_t i = 0; i < vmn_engine_size(engine); i++)
        append_view(text, engine, i);
    g_string_append(text, bursts);
    g_free(bursts);
    return g_string_free(text, FALSE);
}

static void assert_same_text(const char *a, const char *b, unsigned seed)
{
    char **x = g_strsplit(a, "\n", -1), **y = g_strsplit(b, "\n", -1);

    for (unsigned i = 0; x[i] != NULL && y[i] != NULL; i++)
        if (!g_str_equal(x[i], y[i]))
            g_error("seed %u:\n%s\n%s", seed, x[i], y[i]);
    g_assert_cmpuint(g_strv_length(x), ==, g_strv_length(y));
    g_strfreev(x);
    g_strfreev(y);
}

static void assert_same_answers(vmn_engine *one, vmn_engine *other, unsigned seed)
{
    char *a = everything(one), *b = everything(other);

    assert_same_text(a, b, seed);
    g_free(a);
    g_free(b);
}

/* Settled answers agree with each other, and each notice has a burst from the first moment on. */
static void test_consistent(void)
{
    for (unsigned seed = 1; seed <= turns(); seed++) {
        feed *f = random_feed(seed);
        vmn_engine *engine = new_engine();

        g_test_message("seed %u, %u frames", seed, f->frames->len);
        for (unsigned i = 0; i < f->frames->len; i++) {
            vmn_view view;

            feed_add(f, engine, i, i + 1);
            view = view_of(engine, i);
            if (view.kind == VMN_KIND_REPLY)
                continue;
            g_assert_cmpuint(view.burst, >, 0);
            g_assert_cmpuint(view.burst_first, >, 0);
            g_assert_cmpuint(view.burst_first, <=, i + 1);
            g_assert_cmpuint(view.sighting, >, 0);
            g_assert_cmpuint(view.round, >, 0);
            g_assert_cmpuint(view.round, >=, view.burst_rounds);
            g_assert_cmpuint(view.prev, <=, i + 1);
        }
        vmn_engine_settle(engine);
        check_engine(engine);
        vmn_engine_free(engine);
        feed_free(f);
    }
}

/* A live capture settles whenever somebody looks; in the end it must not matter. */
static void test_settle_in_between(void)
{
    for (unsigned seed = 1; seed <= turns(); seed++) {
        feed *f = random_feed(seed);
        vmn_engine *once = new_engine(), *often = new_engine();
        GRand *random = g_rand_new_with_seed(seed);

        feed_add(f, once, 0, f->frames->len);
        vmn_engine_settle(once);
        for (unsigned i = 0; i < f->frames->len; i++) {
            feed_add(f, often, i, i + 1);
            if (g_rand_int_range(random, 0, seed % 2 ? 2 : 10) == 0) {
                vmn_engine_settle(often);
                vmn_engine_settle(often);
            }
        }
        vmn_engine_settle(often);
        check_engine(often);
        assert_same_answers(once, often, seed);
        g_rand_free(random);
        vmn_engine_free(once);
        vmn_engine_free(often);
        feed_free(f);
    }
}

/* Settling must not change what later frames are told at first sight (but for the frame that a
 * round is named by: settling may find an earlier one). */
static void test_causal_does_not_depend_on_settling(void)
{
    for (unsigned seed = 1; seed <= turns(); seed++) {
        feed *f = random_feed(seed);
        vmn_engine *once = new_engine(), *often = new_engine();

        for (unsigned i = 0; i < f->frames->len; i++) {
            vmn_view a, b;

            feed_add(f, once, i, i + 1);
            feed_add(f, often, i, i + 1);
            a = view_of(once, i);
            b = view_of(often, i);
            g_assert_cmpuint(a.burst, ==, b.burst);
            g_assert_cmpuint(a.round, ==, b.round);
            g_assert_cmpint(a.delta, ==, b.delta);
            g_assert_cmpuint(a.sighting, ==, b.sighting);
            g_assert_cmpuint(a.burst_frames, ==, b.burst_frames);
            g_assert_cmphex(a.flags, ==, b.flags);
            g_assert_cmpuint(a.schedule, ==, b.schedule);
            g_assert_cmpint(a.base, ==, b.base);
            if (i % 3 == 0)
                vmn_engine_settle(often);
        }
        vmn_engine_free(once);
        vmn_engine_free(often);
        feed_free(f);
    }
}

/* Records wait until somebody asks; what they are told then does not depend on who asked before. */
static void test_causal_does_not_depend_on_asking(void)
{
    for (unsigned seed = 1; seed <= turns(); seed++) {
        feed *f = random_feed(seed);
        vmn_engine *always = new_engine(), *seldom = new_engine();
        GRand *random = g_rand_new_with_seed(seed);

        for (unsigned i = 0; i < f->frames->len; i++) {
            GString *a = g_string_new(NULL), *b = g_string_new(NULL);

            feed_add(f, always, i, i + 1);
            feed_add(f, seldom, i, i + 1);
            append_view(a, always, i);
            if (i + 1 == f->frames->len || g_rand_int_range(random, 0, seed % 2 ? 50 : 500) == 0) {
                append_view(b, seldom, i);
                assert_same_text(a->str, b->str, seed);
            }
            g_string_free(a, TRUE);
            g_string_free(b, TRUE);
        }
        g_rand_free(random);
        vmn_engine_free(always);
        vmn_engine_free(seldom);
        feed_free(f);
    }
}

/*
 * A read filter (tshark -2 -R) rejects frames after they were dissected, and the next one gets the
 * number: what is left is as if they had never come.
 */
static void test_withdrawn(void)
{
    for (unsigned seed = 1; seed <= turns(); seed++) {
        feed *f = random_feed(seed);
        vmn_engine *never = new_engine(), *rejected = new_engine();
        GRand *random = g_rand_new_with_seed(seed);
        uint32_t kept = 0;

        for (unsigned i = 0; i < f->frames->len; i++) {
            vmn_frame frame = *frame_at(f, i);
            bool keep = i == 0 || i + 1 == f->frames->len || g_rand_int_range(random, 0, 3) > 0;

            frame.frame = kept + 1;
            frame.layer = 0;
            vmn_engine_clock(never, frame.when); /* the capture went on that long in any case */
            g_assert_cmpuint(vmn_engine_add(rejected, &frame, g_rand_boolean(random)), ==, kept);
            if (g_rand_boolean(random))
                view_of(rejected, kept);
            if (keep) {
                vmn_engine_add(never, &frame, true);
                kept++;
            } else if (g_rand_boolean(random)) { /* a second layer, rejected as well */
                frame.layer = 1;
                vmn_engine_add(rejected, &frame, g_rand_boolean(random));
            }
        }
        vmn_engine_settle(rejected);
        vmn_engine_settle(never);
        check_engine(rejected);
        assert_same_answers(never, rejected, seed);
        g_rand_free(random);
        vmn_engine_free(never);
        vmn_engine_free(rejected);
        feed_free(f);
    }
}

/* Nothing depends on what day it is. */
static void test_shifted_in_time(void)
{
    for (unsigned seed = 1; seed <= turns(); seed++) {
        feed *f = random_feed(seed);
        vmn_engine *here = new_engine(), *there = new_engine();

        feed_add(f, here, 0, f->frames->len);
        for (unsigned i = 0; i < f->frames->len; i++)
            g_array_index(f->frames, vmn_frame, i).when += INT64_C(1655217968000000000);
        feed_add(f, there, 0, f->frames->len);
        vmn_engine_settle(here);
        vmn_engine_settle(there);
        assert_same_answers(here, there, seed);
        vmn_engine_free(here);
        vmn_engine_free(there);
        feed_free(f);
    }
}

/* ---- companions --------------------------------------------------------------------------------
 */

/* Bursts and single notices of many MACs, a few ms from each other. */
static feed *crowded_feed(GRand *random)
{
    feed *f = feed_new();

    for (int i = g_rand_int_range(random, 10, 40); i > 0; i--) {
        int64_t start = g_rand_int_range(random, 0, 12) * VMN_MS;
        char mac[18];

        g_snprintf(mac, sizeof(mac), "00:50:56:00:00:%02x", i);
        if (g_rand_boolean(random))
            feed_gaps(f, mac, start, "2000 4000");
        else
            feed_gaps(f, mac, start + g_rand_int_range(random, 1, 4) * 2 * VMN_S, "");
    }
    return f;
}

/* The nearest later round of another MAC, found by looking at all. ns, or INT64_MAX. */
static int64_t nearest_round(const vmn_engine *e, const vmn_burst_data *single)
{
    int64_t least = INT64_MAX;

    for (uint32_t i = 0; i < e->order->len; i++) {
        const vmn_burst_data *b = VMN_NUMBERED(e, i);

        if (b->stream->mac == single->stream->mac)
            continue;
        for (uint32_t k = VMN_ROUND(e, b->first)->next; k != VMN_NONE; k = VMN_ROUND(e, k)->next) {
            int64_t away = VMN_ROUND(e, k)->when - VMN_ROUND(e, single->first)->when;

            least = MIN(least, ABS(away));
        }
    }
    return least <= e->decoding.rules.copy_window ? least : INT64_MAX;
}

static gint compare_lines(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* MAC → MAC of the companion, in order of the MACs; each is checked to be the nearest one. */
static char *companions_text(const vmn_engine *e)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    char *text;

    for (uint32_t i = 0; i < e->order->len; i++) {
        const vmn_burst_data *b = VMN_NUMBERED(e, i), *other;
        int64_t away = b->state == VMN_STATE_SINGLE ? nearest_round(e, b) : INT64_MAX;

        g_assert_cmpint(b->companion_of, ==, away < INT64_MAX);
        if (b->companion == 0)
            continue;
        other = VMN_NUMBERED(e, b->companion - 1);
        if (b->companion_of) {
            int64_t found = VMN_ROUND(e, b->companion_round)->when - VMN_ROUND(e, b->first)->when;

            g_assert_cmpint(ABS(found), ==, away);
        }
        g_ptr_array_add(lines, g_strdup_printf("%02x %d %02x", b->stream->mac->address[5],
                                               b->companion_of, other->stream->mac->address[5]));
    }
    g_ptr_array_sort(lines, compare_lines);
    g_ptr_array_add(lines, NULL);
    text = g_strjoinv("\n", (char **)lines->pdata);
    g_ptr_array_free(lines, TRUE);
    return text;
}

/* Companions are the nearest ones; which frame of equal times comes first in the file says nothing.
 */
static void test_companions(void)
{
    for (unsigned seed = 1; seed <= turns(); seed++) {
        GRand *random = g_rand_new_with_seed(seed);
        feed *f = crowded_feed(random);
        char *before = NULL;

        for (unsigned turn = 0; turn < 3; turn++) {
            vmn_engine *engine = new_engine();
            char *text;

            for (unsigned i = f->frames->len - 1; i > 0; i--) { /* in any order */
                unsigned with = (unsigned)g_rand_int_range(random, 0, (gint32)i + 1);
                vmn_frame moved = *frame_at(f, i);

                g_array_index(f->frames, vmn_frame, i) = *frame_at(f, with);
                g_array_index(f->frames, vmn_frame, with) = moved;
            }
            feed_sort(f);
            feed_add(f, engine, 0, f->frames->len);
            vmn_engine_settle(engine);
            check_engine(engine);
            text = companions_text(engine);
            if (before != NULL)
                assert_same_text(before, text, seed);
            g_free(before);
            before = text;
            vmn_engine_free(engine);
        }
        g_free(before);
        g_rand_free(random);
        feed_free(f);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/random/consistent", test_consistent);
    g_test_add_func("/random/settle in between", test_settle_in_between);
    g_test_add_func("/random/causal does not depend on settling",
                    test_causal_does_not_depend_on_settling);
    g_test_add_func("/random/causal does not depend on asking",
                    test_causal_does_not_depend_on_asking);
    g_test_add_func("/random/withdrawn", test_withdrawn);
    g_test_add_func("/random/shifted in time", test_shifted_in_time);
    g_test_add_func("/random/companions", test_companions);
    return g_test_run();
}
