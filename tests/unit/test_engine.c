/* test_engine.c
 * The engine's interface: the reference case, paths, time that goes wrong, relations, odd input.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <math.h>
#include <string.h>

#include "feed.h"
#include "schedule.h"

#define OUTER "00:50:56:60:e5:ed"
#define GUEST "00:0c:29:c6:07:20"

static vmn_round round_of(const vmn_engine *engine, uint32_t burst, uint32_t j)
{
    vmn_round round;

    vmn_engine_burst_round(engine, burst, j, &round);
    return round;
}

/* ---- the reference case ---------------------------------------------------------------------- */

static vmn_engine *reference_case(void)
{
    feed *f = feed_new();

    feed_burst(f, OUTER,
               "8.519875 10.520016 10.520016 14.520214 14.520215 20.520509 20.520509 "
               "30.521139 30.521139");
    feed_burst(f, GUEST, "46.522159");
    feed_burst(f, OUTER, "46.522160 46.522161");
    return feed_settled(f);
}

static void test_reference_bursts(void)
{
    static const int64_t intervals[] = {0, 2000141, 4000198, 6000295, 10000630, 16001021};
    static const uint32_t frames[] = {1, 2, 4, 6, 8, 11};
    vmn_engine *engine = reference_case();
    vmn_burst burst = burst_of(engine, 0);

    assert_bursts(engine, "6 rounds, 11 frames: VMware ESXi, Fibonacci × 2 s, ticks 2 3 5 8 13 21, "
                          "complete\n"
                          "1 round, 1 frame: unknown, single, single");
    g_assert_cmpint(burst.unit, ==, 2 * VMN_S);
    g_assert_cmpint(burst.span, ==, INT64_C(38002285000));
    g_assert_cmpint(burst.max_deviation, ==, 1021000);
    g_assert_cmpuint(burst.first_frame, ==, 1);
    g_assert_cmpuint(burst.last_frame, ==, 12);
    for (uint32_t j = 0; j < 6; j++) {
        vmn_round round = round_of(engine, 0, j);

        g_assert_cmpint(round.delta, ==, intervals[j] * 1000);
        g_assert_cmpuint(round.frame, ==, frames[j]);
        g_assert_cmpuint(round.sightings, ==, j == 0 ? 1 : 2);
        g_assert_cmpuint(round.round, ==, j + 1);
        g_assert_cmpint(round.has_expected, ==, j > 0);
        if (j > 0)
            g_assert_cmpint(round.expected, ==, llround((double)round.delta / 1e9) * VMN_S);
    }
    vmn_engine_free(engine);
}

static void test_reference_views(void)
{
    vmn_engine *engine = reference_case();
    vmn_view view = view_of(engine, 8); /* second sighting of round 5 */

    g_assert_cmpuint(view.burst, ==, 1);
    g_assert_cmpuint(view.round, ==, 5);
    g_assert_cmpuint(view.sighting, ==, 2);
    g_assert_cmpuint(view.sighting_of, ==, 8);
    g_assert_cmpint(view.sighting_delta, ==, 0);
    g_assert_cmpuint(view.prev, ==, 6);
    g_assert_cmpuint(view.next, ==, 11);
    g_assert_cmpint(view.elapsed, ==, INT64_C(22001264000));
    g_assert_false(view.has_delta);
    g_assert_cmphex(view.flags, ==, 0);

    view = view_of(engine, 11); /* second sighting of round 6 */
    g_assert_cmpint(view.sighting_delta, ==, 1000);
    g_assert_cmpuint(view.sighting_of, ==, 11);

    view = view_of(engine, 10); /* round 6 */
    g_assert_cmpuint(view.tick, ==, 21);
    g_assert_cmpint(view.delta, ==, INT64_C(16001021000));
    g_assert_cmpint(view.deviation, ==, 1021000);
    g_assert_cmphex(view.flags, ==, VMN_FLAG_COMPLETE);
    g_assert_cmpuint(view.burst_frames, ==, 11);
    vmn_engine_free(engine);
}

/* The guest inside is announced once, 1 µs before the outer MAC's last round. */
static void test_reference_companion(void)
{
    vmn_engine *engine = reference_case();

    g_assert_cmpuint(burst_of(engine, 1).companion_of, ==, 1);
    g_assert_cmpuint(burst_of(engine, 0).companion, ==, 2);
    g_assert_cmpuint(view_of(engine, 9).companion, ==, 11);
    g_assert_cmpuint(view_of(engine, 10).companion, ==, 10);
    g_assert_cmpuint(view_of(engine, 7).companion, ==, 0);
    /* Two begins 38 s apart are two events. */
    g_assert_cmpuint(vmn_engine_n_events(engine), ==, 2);
    vmn_engine_free(engine);
}

/* ---- what is known when ------------------------------------------------------------------------
 */

/* The first answer to each frame of a burst, before anything is settled. */
static void test_causal(void)
{
    feed *f = feed_new();
    vmn_config config;
    vmn_engine *engine;
    vmn_view view;

    vmn_config_init(&config);
    engine = vmn_engine_new(&config);
    feed_burst(f, "00:50:56:8e:2d:ce", "0 0.77 0.77 1.77 2.77 4.77");
    for (unsigned i = 0; i < 6; i++) {
        static const uint32_t rounds[] = {1, 2, 2, 3, 4, 5};

        feed_add(f, engine, i, i + 1);
        g_assert_false(vmn_engine_is_settled(engine));
        view = view_of(engine, i);
        g_assert_cmpuint(view.burst, ==, 1);
        g_assert_cmpuint(view.burst_first, ==, 1);
        g_assert_cmpuint(view.round, ==, rounds[i]);
        g_assert_cmpuint(view.burst_frames, ==, i + 1);
        g_assert_cmpuint(view.burst_rounds, ==, rounds[i]);
        g_assert_cmpint(view.missing, ==, 0);
        g_assert_cmpuint(view.next, ==, 0);
        g_assert_cmpuint(view.event, ==, 0);
    }
    g_assert_cmpuint(view.prev, ==, 5);
    g_assert_cmpint(view.delta, ==, 2 * VMN_S);
    g_assert_cmpint(view.expected, ==, 2 * VMN_S);
    g_assert_cmpuint(view.tick, ==, 5);
    g_assert_cmpstr(schedule_of(engine, &view), ==, "Fibonacci × 1 s");
    g_assert_cmpstr(view.announcer_name, ==, "VMware ESXi");
    vmn_engine_settle(engine);
    g_assert_true(vmn_engine_is_settled(engine));
    check_engine(engine);
    g_assert_cmpuint(view_of(engine, 5).round, ==, 5);
    vmn_engine_free(engine);
    feed_free(f);
}

/* The state depends on how long the capture went on. */
static void test_capture_end(void)
{
    static const struct {
        int64_t after; /* the last round */
        vmn_state state;
    } ends[] = {{0, VMN_STATE_CAPTURE_END},
                {2900 * VMN_MS, VMN_STATE_CAPTURE_END},
                {3100 * VMN_MS, VMN_STATE_EARLY}};

    for (unsigned i = 0; i < G_N_ELEMENTS(ends); i++) {
        feed *f = feed_new();
        vmn_config config;
        vmn_engine *engine;

        vmn_config_init(&config);
        engine = vmn_engine_new(&config);
        feed_burst(f, "00:50:56:8e:2d:ce", "0 0.4 1.4 2.4 4.4");
        feed_add(f, engine, 0, 5);
        vmn_engine_settle(engine); /* an answer before the capture's end is no last word */
        vmn_engine_clock(engine, 4400 * VMN_MS + ends[i].after);
        vmn_engine_settle(engine);
        g_assert_cmpint(burst_of(engine, 0).state, ==, ends[i].state);
        g_assert_cmpint(burst_of(engine, 0).edge_end, ==, i < 2);
        g_assert_cmpint(!!(view_of(engine, 4).flags & VMN_FLAG_MAY_GO_ON), ==, i < 2);
        vmn_engine_free(engine);
        feed_free(f);
    }
}

/* First seen tick 3, two seconds into the capture: the burst may have begun before it. */
static void test_began_before(void)
{
    feed *f = feed_new();
    vmn_config config;
    vmn_engine *engine;

    vmn_config_init(&config);
    engine = vmn_engine_new(&config);
    feed_burst(f, "00:50:56:8e:2d:ce", "2 4 7 12 20");
    vmn_engine_clock(engine, 0);
    feed_add(f, engine, 0, 5);
    vmn_engine_settle(engine);
    assert_bursts(engine, "5 rounds, 5 frames: VMware ESXi, Fibonacci × 1 s, ticks 3 5 8 13 21, "
                          "ends with the capture");
    g_assert_true(burst_of(engine, 0).edge_start);
    g_assert_true(view_of(engine, 0).flags & VMN_FLAG_BEGAN_BEFORE);
    vmn_engine_free(engine);
    feed_free(f);
}

/* ---- paths -------------------------------------------------------------------------------------
 */

/* A bridge shows each notice on three ports, one of them written 150 ms late. */
static void test_late_interface(void)
{
    static const char *const macs[] = {"52:54:00:00:00:01", "52:54:00:00:00:02"};
    vmn_config config;
    vmn_engine *engine;
    feed *f = feed_new();
    vmn_path paths[4];

    for (unsigned port = 0; port < 3; port++) {
        f->next.interface = port;
        for (unsigned i = 0; i < 2; i++)
            feed_gaps(f, macs[i], port * 15000 + i * 30 * VMN_MS, "50 150 250 350");
    }
    feed_sort(f);
    /* Frames of port 2 lie in the file where those lie that are 150 ms later. */
    for (unsigned i = 0; i < f->frames->len; i++)
        if (g_array_index(f->frames, vmn_frame, i).interface == 2)
            g_array_index(f->frames, vmn_frame, i).when += 150 * VMN_MS;
    feed_sort(f);
    for (unsigned i = 0; i < f->frames->len; i++)
        if (g_array_index(f->frames, vmn_frame, i).interface == 2)
            g_array_index(f->frames, vmn_frame, i).when -= 150 * VMN_MS;
    vmn_config_init(&config);
    engine = vmn_engine_new(&config);
    feed_add(f, engine, 0, f->frames->len);
    vmn_engine_clock(engine, 60 * VMN_S);
    vmn_engine_settle(engine);
    check_engine(engine);
    assert_bursts(engine, "5 rounds, 15 frames: QEMU, 50 ms + 100 ms, complete\n"
                          "5 rounds, 15 frames: QEMU, 50 ms + 100 ms, complete");
    g_assert_cmpuint(round_of(engine, 1, 3).sightings, ==, 3);
    g_assert_cmpuint(vmn_engine_burst_paths(engine, 0, NULL, 0), ==, 3);
    g_assert_cmpuint(vmn_engine_burst_paths(engine, 0, paths, 4), ==, 3);
    g_assert_cmpuint(paths[2].interface, ==, 2);
    vmn_engine_free(engine);
    feed_free(f);
}

static void set_vlan(feed *f, uint16_t vlan)
{
    f->next.vlans[0] = vlan;
    f->next.n_vlans = vlan > 0;
}

/* Untagged on the tap, tagged on the trunk: one notice. */
static void test_tagged_and_untagged(void)
{
    feed *f = feed_new();
    vmn_engine *engine;
    vmn_path paths[2];

    feed_gaps(f, "52:54:00:00:00:01", 0, "50 150 250 350");
    f->next.interface = 1;
    set_vlan(f, 100);
    feed_gaps(f, "52:54:00:00:00:01", 400000, "50 150 250 350");
    engine = feed_settled(f);
    assert_bursts(engine, "5 rounds, 10 frames: QEMU, 50 ms + 100 ms, complete");
    g_assert_cmpuint(vmn_engine_burst_paths(engine, 0, paths, 2), ==, 2);
    g_assert_cmpuint(paths[0].n_vlans, ==, 0);
    g_assert_cmpuint(paths[1].n_vlans, ==, 1);
    g_assert_cmpuint(paths[1].vlans[0], ==, 100);
    g_assert_cmpuint(paths[1].interface, ==, 1);
    g_assert_cmpuint(paths[1].vni, ==, VMN_NO_VNI);
    vmn_engine_free(engine);
}

/* Each half of a path lost something; what is left still is one burst. */
static void test_paths_complement_each_other(void)
{
    feed *f = feed_new();
    vmn_engine *engine;

    set_vlan(f, 100);
    feed_burst(f, "52:54:00:00:00:01", "0 0.05 0.45");
    f->next.interface = 1;
    set_vlan(f, 0);
    feed_burst(f, "52:54:00:00:00:01", "0.2003 0.4503 0.8003");
    engine = feed_settled(f);
    assert_bursts(engine, "5 rounds, 6 frames: QEMU, 50 ms + 100 ms, complete");
    vmn_engine_free(engine);
}

/* Tenants use one MAC in two VLANs, at moments of their own. */
static void test_tenants(void)
{
    feed *f = feed_new();
    vmn_engine *engine;

    set_vlan(f, 10);
    feed_burst(f, "52:54:00:00:00:01", "0 0.05 0.2 0.45 0.8");
    set_vlan(f, 20);
    feed_burst(f, "52:54:00:00:00:01", "0.13 0.18 0.33 0.58 0.93");
    engine = feed_settled(f);
    assert_bursts(engine, "5 rounds, 5 frames: QEMU, 50 ms + 100 ms, complete\n"
                          "5 rounds, 5 frames: QEMU, 50 ms + 100 ms, complete");
    g_assert_cmphex(burst_of(engine, 1).flags & VMN_FLAG_SEVERAL_HOSTS, ==, 0);
    vmn_engine_free(engine);

    /* … and even in the same microseconds. */
    f = feed_new();
    set_vlan(f, 10);
    feed_burst(f, "52:54:00:00:00:01", "0 0.05 0.2 0.45 0.8");
    set_vlan(f, 20);
    feed_burst(f, "52:54:00:00:00:01", "0 0.05 0.2 0.45 0.8");
    engine = feed_settled(f);
    assert_bursts(engine, "5 rounds, 5 frames: QEMU, 50 ms + 100 ms, complete\n"
                          "5 rounds, 5 frames: QEMU, 50 ms + 100 ms, complete");
    vmn_engine_free(engine);
}

/* Cooked captures: packet types are variants of a path, for sightings, but one place. */
static void test_variants(void)
{
    feed *f = feed_new();
    vmn_engine *engine;
    vmn_path path;

    f->next.has_eth = false;
    for (uint32_t variant = 0; variant < 4; variant++) {
        f->next.variant = variant;
        feed_gaps(f, "52:54:00:00:00:01", variant * 7000, "50 150 250 350");
    }
    engine = feed_settled(f);
    assert_bursts(engine, "5 rounds, 20 frames: QEMU, 50 ms + 100 ms, complete");
    g_assert_cmpuint(vmn_engine_burst_paths(engine, 0, &path, 1), ==, 1);
    g_assert_cmpuint(vmn_engine_burst_paths(engine, 0, NULL, 0), ==, 1);
    vmn_engine_free(engine);
}

/* The same MAC in two overlay networks. */
static void test_overlays(void)
{
    feed *f = feed_new();
    vmn_engine *engine;

    f->next.vni = 5000;
    feed_burst(f, "52:54:00:00:00:01", "0 0.05 0.2 0.45 0.8");
    f->next.vni = 5001;
    feed_burst(f, "52:54:00:00:00:01", "0.02 0.07 0.22 0.47 0.82");
    engine = feed_settled(f);
    g_assert_cmpuint(vmn_engine_n_bursts(engine), ==, 2);
    vmn_engine_free(engine);
}

/* ---- relations ---------------------------------------------------------------------------------
 */

/* Two hosts with ticks 0.3 s apart; the third burst is on the first host again. */
static void test_hosts(void)
{
    feed *f = feed_new();
    vmn_engine *engine;

    feed_burst(f, "00:50:56:00:00:01", "0 0.2 1.2 2.2 4.2 7.2");
    feed_burst(f, "00:50:56:00:00:02", "0.1 0.5 1.5 2.5 4.5 7.5");
    feed_burst(f, "00:50:56:00:00:03", "60 60.2 61.2 62.2");
    feed_burst(f, "00:50:56:00:00:04", "100 100.2 101.2 102.2 104.2 107.2 112.2 120.2 133.2");
    engine = feed_settled(f);
    g_assert_cmpuint(vmn_engine_n_bursts(engine), ==, 4);
    g_assert_cmpuint(burst_of(engine, 0).host, ==, 1);
    g_assert_cmpuint(burst_of(engine, 1).host, ==, 2);
    g_assert_cmpuint(burst_of(engine, 2).host, ==, 1);
    g_assert_cmpuint(burst_of(engine, 3).host, ==, 1);
    g_assert_cmpuint(burst_of(engine, 0).event, ==, burst_of(engine, 1).event);
    vmn_engine_free(engine);
}

/* A clock that drifts by 40 µs a second stays one host. */
static void test_host_drifts(void)
{
    static const int ticks[] = {1, 2, 3, 5, 8, 13, 21, 34, 55};
    feed *f = feed_new();
    vmn_engine *engine;

    for (int burst = 0; burst < 3; burst++) {
        feed_mac(f, "00:50:56:00:00:01");
        feed_at(f, burst * 200 * VMN_S + VMN_S / 2);
        for (unsigned i = 0; i < G_N_ELEMENTS(ticks); i++)
            feed_at(f, (burst * 200 + ticks[i]) * (VMN_S + 40000));
    }
    engine = feed_settled(f);
    g_assert_cmpuint(vmn_engine_n_bursts(engine), ==, 3);
    for (uint32_t i = 0; i < 3; i++)
        g_assert_cmpuint(burst_of(engine, i).host, ==, 1);
    vmn_engine_free(engine);
}

/* Two hosts announce one MAC at the same time. */
static void test_several_hosts(void)
{
    feed *f = feed_new();
    vmn_engine *engine;

    feed_burst(f, "00:50:56:00:00:01", "0 0.4 1.4 2.4 4.4 7.4 12.4 20.4 33.4 54.4");
    f->next.interface = 1;
    feed_burst(f, "00:50:56:00:00:01", "9.5 9.71 10.71 11.71 13.71 16.71 21.71 29.71 42.71");
    engine = feed_settled(f);
    g_assert_cmpuint(vmn_engine_n_bursts(engine), ==, 2);
    g_assert_true(burst_of(engine, 0).flags & VMN_FLAG_SEVERAL_HOSTS);
    g_assert_true(burst_of(engine, 1).flags & VMN_FLAG_SEVERAL_HOSTS);
    vmn_engine_free(engine);
}

/* A machine with four NICs, and an evacuation 0.2 s later that belongs to the same event. */
static void test_events(void)
{
    static const char *const macs[] = {"52:54:00:00:00:01", "52:54:00:00:00:02",
                                       "52:54:00:00:00:03", "52:54:00:00:00:04"};
    feed *f = feed_new();
    vmn_engine *engine;
    vmn_event event;

    for (unsigned i = 0; i < 4; i++)
        feed_gaps(f, macs[i], i * 33000, "50 150 250 350");
    feed_gaps(f, "52:54:00:00:01:00", 200 * VMN_MS, "50 150 250 350");
    feed_gaps(f, "52:54:00:00:02:00", 2 * VMN_S, "50 150 250 350");
    engine = feed_settled(f);
    g_assert_cmpuint(vmn_engine_n_events(engine), ==, 2);
    vmn_engine_event(engine, 0, &event);
    g_assert_cmpuint(event.macs, ==, 5);
    g_assert_cmpuint(event.n_bursts, ==, 5);
    g_assert_cmpuint(event.first_frame, ==, 1);
    g_assert_cmpint(event.start, ==, 0);
    g_assert_cmpint(event.span, ==, VMN_S);
    vmn_engine_event(engine, 1, &event);
    g_assert_cmpuint(event.macs, ==, 1);
    g_assert_cmpuint(event.first_burst, ==, 6);
    vmn_engine_free(engine);
}

/* ---- time that goes wrong ----------------------------------------------------------------------
 */

/* Two captures, the newer one first, appended: nothing of one is mixed with the other. */
static void test_appended_captures(void)
{
    feed *f = feed_new();
    vmn_config config;
    vmn_engine *engine;

    feed_burst(f, "52:54:00:00:00:01", "7200 7200.05 7200.2 7200.45 7200.8");
    feed_burst(f, "00:50:56:00:00:01", "7201 7201.2 7202.2 7203.2 7205.2");
    feed_burst(f, "52:54:00:00:00:01", "10 10.05 10.2 10.45 10.8");
    feed_burst(f, "00:50:56:00:00:01", "11 11.3 12.3 13.3 15.3 18.3");
    vmn_config_init(&config);
    engine = vmn_engine_new(&config);
    feed_add(f, engine, 0, f->frames->len);
    vmn_engine_settle(engine);
    check_engine(engine);
    assert_bursts(engine, "5 rounds, 5 frames: QEMU, 50 ms + 100 ms, complete\n"
                          "5 rounds, 5 frames: VMware ESXi, Fibonacci × 1 s, ticks 0 1 2 3 5, "
                          "ends with the capture\n"
                          "5 rounds, 5 frames: QEMU, 50 ms + 100 ms, complete\n"
                          "6 rounds, 6 frames: VMware ESXi, Fibonacci × 1 s, ticks 0 1 2 3 5 8, "
                          "ended early");
    vmn_engine_free(engine);
    feed_free(f);
}

/* QEMU's filter-dump stamps all frames with one time while the machine is paused. */
static void test_equal_times(void)
{
    feed *f = feed_new();
    vmn_engine *engine;

    feed_burst(f, "52:54:00:00:00:01", "1 1 1 1 1");
    engine = feed_settled(f);
    assert_bursts(engine, "1 round, 5 frames: unknown, single, single");
    g_assert_cmpuint(view_of(engine, 4).sighting, ==, 5);
    vmn_engine_free(engine);
}

static void test_extreme_times(void)
{
    static const int64_t times[] = {INT64_MIN,     INT64_MAX,     0,  INT64_MAX - 1,
                                    INT64_MIN + 1, INT64_MAX / 4, -1, INT64_MAX,
                                    INT64_MIN / 4, INT64_MIN};
    vmn_config config;
    vmn_engine *engine;

    vmn_config_init(&config);
    for (unsigned turn = 0; turn < 2; turn++) {
        feed *f = feed_new();

        engine = vmn_engine_new(&config);
        feed_mac(f, "52:54:00:00:00:01");
        for (unsigned i = 0; i < G_N_ELEMENTS(times); i++) {
            feed_at(f, times[i]);
            vmn_engine_clock(engine, times[i]);
        }
        if (turn > 0)
            feed_sort(f);
        for (unsigned i = 0; i < f->frames->len; i++) {
            feed_add(f, engine, i, i + 1);
            g_assert_cmpuint(view_of(engine, i).burst, >, 0);
        }
        vmn_engine_settle(engine);
        check_engine(engine);
        g_assert_cmpuint(vmn_engine_size(engine), ==, G_N_ELEMENTS(times));
        vmn_engine_free(engine);
        feed_free(f);
    }
}

/* Intervals of years follow a rule, too; sums of them must not overflow. */
static void test_intervals_of_years(void)
{
    static const int64_t units[] = {VMN_S, 86400 * VMN_S, INT64_C(1000000) * VMN_S,
                                    INT64_C(31557600) * VMN_S, INT64_C(500000000) * VMN_S};
    static const int rules[][6] = {{0, 1, 3, 6, 7, 9}, {0, 1, 2, 3, 4, 8}, {0, 1, 3, 7, 8, 9},
                                   {0, 1, 2, 4, 7, 9}, {0, 3, 4, 5, 7, 9}, {0, 1, 4, 8, 8, 9}};
    vmn_config config;

    vmn_config_init(&config);
    config.tolerance_percent = 25;
    for (unsigned turn = 0; turn < 2 * G_N_ELEMENTS(units) * G_N_ELEMENTS(rules); turn++) {
        int64_t unit = units[turn / 2 % G_N_ELEMENTS(units)];
        const int *rule = rules[turn / 2 / G_N_ELEMENTS(units)];
        int64_t start =
            turn % 2 ? INT64_C(4300000000) * VMN_S - rule[5] * unit : INT64_C(-300000000) * VMN_S;
        feed *f = feed_new();

        feed_mac(f, "52:54:00:00:00:01");
        for (unsigned i = 0; i < 6; i++)
            feed_at(f, start + rule[i] * unit);
        vmn_engine_free(feed_settled_with(f, &config));
    }
}

/* All that 32 bits of seconds can say is analysed, and ten years before 1970 as well. */
static void test_far_dates(void)
{
    static const int64_t seconds[] = {-300000000, 0,          1655217968,
                                      2305843010, 3000000000, 4294960000};

    for (unsigned i = 0; i < G_N_ELEMENTS(seconds); i++) {
        feed *f = feed_new();
        vmn_engine *engine;

        feed_gaps(f, GUEST, seconds[i] * VMN_S, "150 250 350 450");
        engine = feed_settled(f);
        assert_bursts(engine, "5 rounds, 5 frames: QEMU, 50 ms + 100 ms, complete");
        g_assert_cmpint(burst_of(engine, 0).start, ==, seconds[i] * VMN_S);
        vmn_engine_free(engine);
    }
}

/* ---- odd input ---------------------------------------------------------------------------------
 */

static void test_empty(void)
{
    vmn_config config;
    vmn_engine *engine;

    vmn_config_init(&config);
    engine = vmn_engine_new(&config);
    vmn_engine_settle(engine);
    g_assert_cmpuint(vmn_engine_size(engine), ==, 0);
    g_assert_cmpuint(vmn_engine_n_bursts(engine), ==, 0);
    g_assert_cmpuint(vmn_engine_n_events(engine), ==, 0);
    g_assert_cmpuint(vmn_engine_find(engine, 1, 0), ==, VMN_NONE);
    check_engine(engine);
    vmn_engine_free(engine);
    vmn_engine_free(NULL);
}

/* Frames without RARP between, and frames with two RARP layers. */
static void test_find(void)
{
    static const struct {
        uint32_t frame, layer;
    } there[] = {{3, 0}, {3, 1}, {9, 0}, {100, 0}, {100, 1}, {100, 2}, {UINT32_MAX, 0}};
    feed *f = feed_new();
    vmn_config config;
    vmn_engine *engine;

    vmn_config_init(&config);
    engine = vmn_engine_new(&config);
    feed_mac(f, "52:54:00:00:00:01");
    for (unsigned i = 0; i < G_N_ELEMENTS(there); i++) {
        f->next.frame = there[i].frame;
        f->next.layer = there[i].layer;
        f->next.when = i * VMN_S;
        g_assert_cmpuint(vmn_engine_add(engine, &f->next, true), ==, i);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(there); i++)
        g_assert_cmpuint(vmn_engine_find(engine, there[i].frame, there[i].layer), ==, i);
    for (unsigned i = G_N_ELEMENTS(there); i-- > 0;)
        g_assert_cmpuint(vmn_engine_find(engine, there[i].frame, there[i].layer), ==, i);
    g_assert_cmpuint(vmn_engine_find(engine, 0, 0), ==, VMN_NONE);
    g_assert_cmpuint(vmn_engine_find(engine, 3, 2), ==, VMN_NONE);
    g_assert_cmpuint(vmn_engine_find(engine, 4, 0), ==, VMN_NONE);
    g_assert_cmpuint(vmn_engine_find(engine, UINT32_MAX, 1), ==, VMN_NONE);
    vmn_engine_free(engine);
    feed_free(f);
}

static void test_kinds(void)
{
    static const struct {
        const char *mac;
        uint16_t opcode;
        uint32_t spa, tpa;
        int other; /* 0: target is the sender, 1: another one, 2: … from a stranger's address */
        vmn_kind kind;
    } frames[] = {
        {"52:54:00:00:00:01", 3, 0, 0, 0, VMN_KIND_NOTICE},
        {"52:54:00:00:00:02", 4, 0, 0, 0, VMN_KIND_REPLY},
        {"52:54:00:00:00:03", 3, 0, UINT32_MAX, 0, VMN_KIND_REQUEST},
        {"52:54:00:00:00:04", 3, 0, 0, 1, VMN_KIND_REQUEST},
        {"52:54:00:00:00:05", 3, 0, 0, 2, VMN_KIND_UNUSUAL},
        {"52:54:00:00:00:06", 3, 1, 0, 0, VMN_KIND_UNUSUAL},
        {"52:54:00:00:00:07", 3, 0, 1, 0, VMN_KIND_UNUSUAL},
        {"00:00:00:00:00:00", 3, 0, 0, 0, VMN_KIND_UNUSUAL},
        {"ff:ff:ff:ff:ff:ff", 3, 0, 0, 0, VMN_KIND_UNUSUAL},
        {"01:00:5e:00:00:01", 3, 0, 0, 0, VMN_KIND_UNUSUAL},
    };
    feed *f = feed_new();
    vmn_engine *engine;

    for (unsigned i = 0; i < G_N_ELEMENTS(frames); i++) {
        feed_mac(f, frames[i].mac);
        f->next.opcode = frames[i].opcode;
        f->next.spa = frames[i].spa;
        f->next.tpa = frames[i].tpa;
        if (frames[i].other > 0)
            f->next.tha[5] ^= 0x80;
        if (frames[i].other > 1)
            f->next.eth_src[4] = 0x77;
        feed_at(f, i * 10 * VMN_S);
    }
    engine = feed_settled(f);
    for (unsigned i = 0; i < G_N_ELEMENTS(frames); i++)
        g_assert_cmpint(view_of(engine, i).kind, ==, frames[i].kind);
    vmn_engine_free(engine);
}

/* Preferences can hold anything; the engine has to live with it. */
static void test_bad_config(void)
{
    static const int64_t intervals[] = {INT64_MAX, 1, -5, 0, INT64_MAX};
    static const vmn_user_schedule user[] = {
        {"nothing", "nobody", NULL, 0},
        {"extremes", "somebody", intervals, 5},
    };
    static const vmn_config configs[] = {
        {0},
        {.copy_window = -1, .event_window = -1, .tolerance_percent = -1, .tolerance_floor = -1},
        {INT64_MAX, INT64_MAX, INFINITY, INT64_MAX, user, 2},
        {INT64_MIN, INT64_MIN, -INFINITY, INT64_MIN, user, 2},
        {0, 0, NAN, 0, user, 2},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(configs); i++) {
        feed *f = feed_new();

        feed_burst(f, "00:50:56:00:00:01", "0 0.2 0.2 1.2 1.200002 2.2 4.2 7.2 7.21 30 31 31.5");
        feed_burst(f, "52:54:00:00:00:01", "0 0.05 0.2 0.45 0.8");
        f->next.interface = 1;
        feed_burst(f, "52:54:00:00:00:01", "0.0001 0.0501 0.2001 0.4501 0.8001");
        vmn_engine_free(feed_settled_with(f, &configs[i]));
    }
}

/* More user schedules than there is room for, and names longer than a view's field. */
static void test_many_user_schedules(void)
{
    char long_name[200] = "";
    int64_t interval[100];
    vmn_user_schedule user[100];
    vmn_config config;
    vmn_engine *engine;
    feed *f = feed_new();

    for (unsigned i = 0; i < 40; i++)
        strcat(long_name, "µs ");
    for (unsigned i = 0; i < 100; i++) {
        interval[i] = (i + 1) * 37 * VMN_MS;
        user[i] = (vmn_user_schedule){long_name, "somebody", &interval[i], 1};
    }
    vmn_config_init(&config);
    config.user = user;
    config.n_user = 100;
    feed_burst(f, "52:54:00:00:00:01", "0 0.37");
    engine = feed_settled_with(f, &config);
    g_assert_cmpuint(vmn_engine_n_bursts(engine), ==, 1);
    g_assert_cmpstr(burst_of(engine, 0).announcer_name, ==, "somebody");
    vmn_engine_free(engine);
}

/* The enums' words are the contract's, and numbers out of range do no harm. */
static void test_names(void)
{
    g_assert_cmpstr(vmn_kind_name(VMN_KIND_NOTICE), ==, "notice");
    g_assert_cmpstr(vmn_kind_name(VMN_KIND_UNUSUAL), ==, "unusual");
    g_assert_cmpstr(vmn_state_name(VMN_STATE_RESTART), ==, "cut short by a restart");
    g_assert_cmpstr(vmn_state_name(VMN_STATE_SINGLE), ==, "single");
    g_assert_cmpstr(vmn_announcer_name(VMN_ANNOUNCER_ESXI), ==, "VMware ESXi");
    g_assert_cmpstr(vmn_announcer_name(VMN_ANNOUNCER_RARP_CLIENT), ==, "RARP client");
    g_assert_cmpstr(vmn_announcer_name((vmn_announcer)99), ==, "unknown");
    g_assert_cmpstr(vmn_kind_name((vmn_kind)-1), ==, "unknown");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/engine/reference/bursts", test_reference_bursts);
    g_test_add_func("/engine/reference/views", test_reference_views);
    g_test_add_func("/engine/reference/companion", test_reference_companion);
    g_test_add_func("/engine/causal", test_causal);
    g_test_add_func("/engine/capture end", test_capture_end);
    g_test_add_func("/engine/began before", test_began_before);
    g_test_add_func("/engine/paths/late interface", test_late_interface);
    g_test_add_func("/engine/paths/tagged and untagged", test_tagged_and_untagged);
    g_test_add_func("/engine/paths/complement each other", test_paths_complement_each_other);
    g_test_add_func("/engine/paths/tenants", test_tenants);
    g_test_add_func("/engine/paths/variants", test_variants);
    g_test_add_func("/engine/paths/overlays", test_overlays);
    g_test_add_func("/engine/relations/hosts", test_hosts);
    g_test_add_func("/engine/relations/host drifts", test_host_drifts);
    g_test_add_func("/engine/relations/several hosts", test_several_hosts);
    g_test_add_func("/engine/relations/events", test_events);
    g_test_add_func("/engine/time/appended captures", test_appended_captures);
    g_test_add_func("/engine/time/equal", test_equal_times);
    g_test_add_func("/engine/time/extreme", test_extreme_times);
    g_test_add_func("/engine/time/years", test_intervals_of_years);
    g_test_add_func("/engine/time/far dates", test_far_dates);
    g_test_add_func("/engine/input/empty", test_empty);
    g_test_add_func("/engine/input/find", test_find);
    g_test_add_func("/engine/input/kinds", test_kinds);
    g_test_add_func("/engine/input/bad config", test_bad_config);
    g_test_add_func("/engine/input/many user schedules", test_many_user_schedules);
    g_test_add_func("/engine/names", test_names);
    return g_test_run();
}
