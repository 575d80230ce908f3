/* test_announcers.c
 * Published and measured bursts of known software, and what the engine makes of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The figures' sources: captures/README.md.
 */
#include <string.h>

#include "feed.h"
#include "schedule.h"

typedef struct {
    const char *name;
    const char *mac;
    const char *seconds;
    uint32_t length; /* 0: 60 */
    const char *bursts;
} announcer_case;

static const announcer_case cases[] = {
    {"esxi/2012", "00:50:56:9b:4f:0d",
     "56.178929 56.964847 57.964780 58.964792 60.964920 63.964933", 0,
     "6 rounds, 6 frames: VMware ESXi, Fibonacci × 1 s, ticks 0 1 2 3 5 8, ended early"},
    {"esxi/2018 7 + 10", "00:50:56:8e:2d:ce",
     "905.233645 906.182347 907.182172 908.182307 910.182453 913.182511 918.182812 "
     "918.810725 919.182791 920.182730 921.182842 923.183119 926.183184 931.183250 939.183703 "
     "952.184387 973.185351",
     0,
     "7 rounds, 7 frames: VMware ESXi, Fibonacci × 1 s, ticks 0 1 2 3 5 8 13, "
     "cut short by a restart\n"
     "10 rounds, 10 frames: VMware ESXi, Fibonacci × 1 s, ticks 0 1 2 3 5 8 13 21 34 55, complete"},
    {"esxi/2018 6 + 9", "00:0c:29:1c:23:03",
     "946.977401 947.152459 948.152482 949.152557 951.152555 954.152696 956.152872 957.152939 "
     "958.152913 960.152904 963.153079 968.153253 976.153358 989.153849 1010.154328",
     0,
     "6 rounds, 6 frames: VMware ESXi, Fibonacci × 1 s, ticks 0 1 2 3 5 8, cut short by a restart\n"
     "9 rounds, 9 frames: VMware ESXi, Fibonacci × 1 s, ticks 1 2 3 5 8 13 21 34 55, complete"},
    {"esxi/a round missing", "00:50:56:8e:2d:ce", "0 0.4 1.4 2.4 7.4 12.4", 0,
     "6 rounds, 1 missing, 6 frames: VMware ESXi, Fibonacci × 1 s, ticks 0 1 2 3 8 13, "
     "ended early"},
    {"qemu/default", "52:54:00:c4:00:02", "0 0.05 0.2 0.45 0.8", 0,
     "5 rounds, 5 frames: QEMU, 50 ms + 100 ms, complete"},
    {"qemu/second round missing", "52:54:00:c4:00:02", "0 0.2 0.45 0.8", 0,
     "4 rounds, 1 missing, 4 frames: QEMU, 50 ms + 100 ms, complete"},
    {"qemu/reissued", "52:54:00:c4:00:02",
     "0 0.050020054 0.121312440 0.171018623 0.320979596 0.571025810 0.921048873", 0,
     "2 rounds, 2 frames: QEMU, 50 ms + 100 ms, cut short by a restart\n"
     "5 rounds, 5 frames: QEMU, 50 ms + 100 ms, complete"},
    {"qemu/OpenStack Nova", "52:54:00:c4:00:02",
     "0 0.05 0.2 0.45 0.8 1 1.05 1.2 1.45 1.8 2 2.05 2.2 2.45 2.8", 0,
     "5 rounds, 5 frames: QEMU, 50 ms + 100 ms, complete\n"
     "5 rounds, 5 frames: QEMU, 50 ms + 100 ms, complete\n"
     "5 rounds, 5 frames: QEMU, 50 ms + 100 ms, complete"},
    {"qemu/100 1000 8 200", "52:54:00:c4:00:02", "0 0.1 0.4 0.9 1.6 2.5 3.5 4.5", 0,
     "8 rounds, 8 frames: QEMU, 100 ms + 200 ms, at most 1 s, ended early"},
    {"ovn/old", "0a:00:00:00:00:01", "0 2 6 14 30", 42,
     "5 rounds, 5 frames: OVN, doubling from 2 s, complete"},
    {"ovn/new", "0a:00:00:00:00:01", "0 1 3 7 15", 42,
     "5 rounds, 5 frames: OVN, doubling from 1 s, complete"},
    {"ovn/without end", "0a:00:00:00:00:01", "0 1 3 7 15 31 47 63 79 95 111 127 143 159 175", 42,
     "15 rounds, 15 frames: OVN, doubling from 1 s, at most 16 s, complete"},
    {"Cloud Hypervisor", "52:54:00:00:00:09", "0 0.2 0.4 0.6 0.8", 0,
     "5 rounds, 5 frames: Cloud Hypervisor, constant 200 ms, complete"},
    {"client/Linux", "02:00:00:00:00:05", "0 2.5 6.875 14.53125 27.9296875 51.376953125", 0,
     "6 rounds, 6 frames: RARP client, × 7/4 from 2.5 s, complete"},
    {"client/Linux, odd first gap", "02:00:00:00:00:05", "0 2.137 5.876750 12.421313 23.873797", 0,
     "5 rounds, 5 frames: RARP client, × 7/4 from 2.137 s, ended early"},
    {"client/BSD", "02:00:00:00:00:06",
     "0 0.5 1 1.5 2 2.5 3 3.5 4 4.5 5 5.5 6 6.5 7 7.5 8 8.5 9 9.5", 0,
     "20 rounds, 20 frames: RARP client, constant 500 ms, complete"},
    {"client/Cisco IOU", "aa:bb:cc:00:01:00", "0 2 4 6 8 10 12 50 65 80 95", 0,
     "11 rounds, 11 frames: RARP client, 7 × 2 s, 38 s, then every 15 s, ended early"},
    {"unknown/Fibonacci of 30 ms", "02:00:00:00:00:07", "0 0.02 0.05 0.08 0.14 0.23 0.38", 60,
     "7 rounds, 7 frames: unknown, Fibonacci × 30 ms, ticks 0 1 2 3 5 8 13, ended early"},
    {"unknown/Fibonacci of 20 s", "02:00:00:00:00:07", "0 20 60 120 220 380", 60,
     "6 rounds, 6 frames: unknown, Fibonacci × 20 s, ticks 2 3 5 8 13 21, ended early"},
    {"unknown/constant 30 s", "02:00:00:00:00:07", "0 30 60 90 120", 60,
     "5 rounds, 5 frames: unknown, constant 30 s, ended early"},
    {"unknown/constant 10 ms", "02:00:00:00:00:07", "0 0.01 0.02 0.03 0.04 0.05 0.06", 60,
     "7 rounds, 7 frames: unknown, constant 10 ms, ended early"},
    {"unknown/doubling from 300 ms", "02:00:00:00:00:07", "0 0.3 0.9 2.1 4.5 9.3", 60,
     "6 rounds, 6 frames: unknown, doubling from 300 ms, ended early"},
    {"unknown/irregular", "02:00:00:00:00:07", "0 0.137 0.194", 60,
     "3 rounds, 3 frames: unknown, irregular, ended early"},
    {"single", "02:00:00:00:00:07", "0", 60, "1 round, 1 frame: unknown, single, single"},
};

static void test_case(gconstpointer data)
{
    const announcer_case *c = data;
    feed *f = feed_new();
    vmn_engine *engine;

    if (c->length > 0)
        f->next.length = c->length;
    feed_burst(f, c->mac, c->seconds);
    engine = feed_settled(f);
    assert_bursts(engine, c->bursts);
    vmn_engine_free(engine);
}

/* What a restart looks like from either side. */
static void test_restart_flags(void)
{
    feed *f = feed_new();
    vmn_engine *engine;

    feed_burst(f, cases[1].mac, cases[1].seconds);
    engine = feed_settled(f);
    g_assert_cmphex(view_of(engine, 0).flags, ==, VMN_FLAG_BEGINS);
    g_assert_cmphex(view_of(engine, 7).flags, ==, VMN_FLAG_BEGINS | VMN_FLAG_RESTART);
    g_assert_cmphex(view_of(engine, 16).flags, ==, VMN_FLAG_COMPLETE);
    g_assert_cmphex(burst_of(engine, 0).flags, ==, VMN_FLAG_BEGINS);
    /* Both bursts run on one host's timer. */
    g_assert_cmpuint(burst_of(engine, 0).host, ==, 1);
    g_assert_cmpuint(burst_of(engine, 1).host, ==, 1);
    /* The first tick comes when it likes; the others are foretold. */
    g_assert_false(view_of(engine, 1).has_expected);
    g_assert_cmpint(view_of(engine, 1).delta, ==, 948702000);
    g_assert_cmpint(view_of(engine, 6).expected, ==, 5 * VMN_S);
    g_assert_cmpint(view_of(engine, 6).deviation, ==, 301000);
    g_assert_cmpint(burst_of(engine, 1).max_deviation, ==, 964000);
    vmn_engine_free(engine);
}

/* QEMU destinations that were started paused: what fell due meanwhile is sent at once. */
static void test_paused(void)
{
    static const char *const gaps[] = {"28 150 250 350", "0.07 78 250 350", "0.09 0.01 46.6 350",
                                       "0.027 0.008 0.007 0.007"};

    for (unsigned i = 0; i < G_N_ELEMENTS(gaps); i++) {
        feed *f = feed_new();
        vmn_engine *engine;
        char *text;

        feed_gaps(f, "52:54:00:00:00:14", 0, gaps[i]);
        engine = feed_settled(f);
        text = bursts_text(engine);
        g_test_message("%s: %s", gaps[i], text);
        g_assert_cmpstr(text, ==, "5 rounds, 5 frames: QEMU, 50 ms + 100 ms, complete");
        g_free(text);
        vmn_engine_free(engine);
    }
}

/* All five at once: of another MAC than QEMU's, they are copies of one notice, and so are four. */
static void test_paused_all_along(void)
{
    feed *f = feed_new();
    vmn_engine *engine;

    feed_gaps(f, "00:1b:21:00:00:14", 0, "0.027 0.008 0.007 0.007");
    engine = feed_settled(f);
    assert_bursts(engine, "1 round, 5 frames: unknown, single, single");
    vmn_engine_free(engine);

    f = feed_new();
    feed_gaps(f, "52:54:00:00:00:14", 0, "0.027 0.008 0.007");
    engine = feed_settled(f);
    assert_bursts(engine, "1 round, 4 frames: unknown, single, single");
    vmn_engine_free(engine);
}

/* U-Boot is known by its target protocol address, from the first request on. */
static void test_uboot(void)
{
    feed *f = feed_new();
    vmn_engine *engine;

    f->next.tpa = UINT32_MAX;
    feed_burst(f, "02:00:00:00:00:08", "0 5 10 15 20");
    engine = feed_settled(f);
    assert_bursts(engine, "5 rounds, 5 frames: RARP client, constant 5 s, complete");
    g_assert_cmpint(view_of(engine, 0).kind, ==, VMN_KIND_REQUEST);
    g_assert_cmpint(burst_of(engine, 0).kind, ==, VMN_KIND_REQUEST);
    g_assert_cmphex(burst_of(engine, 0).flags & VMN_FLAG_CLIENT_BY_TIMING, ==, 0);
    vmn_engine_free(engine);
}

/* Timing alone makes a client of these bytes (every 0.5 s, 20 times: a NetBSD kernel), and the flag
 * says that it was timing. */
static void test_client_by_timing(void)
{
    feed *f = feed_new();
    vmn_engine *engine;

    feed_burst(f, "08:00:2b:00:00:06",
               "0 0.5 1 1.5 2 2.5 3 3.5 4 4.5 5 5.5 6 6.5 7 7.5 8 8.5 9 9.5");
    engine = feed_settled(f);
    g_assert_cmpint(view_of(engine, 3).kind, ==, VMN_KIND_REQUEST);
    g_assert_cmphex(view_of(engine, 3).flags, ==, VMN_FLAG_CLIENT_BY_TIMING);
    vmn_engine_free(engine);
}

/* A request and, 196 µs later, a server's reply (Sun OpenBoot). */
static void test_answered(void)
{
    feed *f = feed_new();
    vmn_engine *engine;
    vmn_view view;

    f->next.length = 64;
    feed_burst(f, "08:00:20:01:02:03", "10");
    f->next.opcode = 4;
    f->next.tpa = 0x0a000003;
    f->next.spa = 0x0a000001;
    feed_at(f, 10 * VMN_S + 196000);
    feed_burst(f, "08:00:20:01:02:04", "10.5"); /* answers nobody */
    engine = feed_settled(f);
    assert_bursts(engine, "1 round, 1 frame: RARP client, single, single");
    view = view_of(engine, 0);
    g_assert_cmpint(view.kind, ==, VMN_KIND_REQUEST);
    g_assert_cmpuint(view.answered_in, ==, 2);
    g_assert_true(view.flags & VMN_FLAG_ANSWERED);
    view = view_of(engine, 1);
    g_assert_cmpint(view.kind, ==, VMN_KIND_REPLY);
    g_assert_cmpuint(view.answer_to, ==, 1);
    g_assert_cmpuint(view.burst, ==, 0);
    g_assert_cmpuint(view_of(engine, 2).answer_to, ==, 0);
    g_assert_cmpuint(vmn_engine_burst_of(engine, 1), ==, VMN_NONE);
    vmn_engine_free(engine);
}

/* Open vSwitch: a bond fails over three times, each learned MAC is sent once. */
static void test_ovs_learning_packets(void)
{
    feed *f = feed_new();
    vmn_engine *engine;

    f->next.length = 42;
    feed_burst(f, "02:ab:cd:00:00:01", "0 3.523262341 7.037404980");
    feed_burst(f, "02:ab:cd:00:00:02", "0.000030635 3.523290463 7.037436948");
    f->next.vlans[0] = 100, f->next.n_vlans = 1;
    feed_burst(f, "02:ab:cd:00:00:03", "0.000039298 3.523300628 7.037446261");
    engine = feed_settled(f);
    g_assert_cmpuint(vmn_engine_n_bursts(engine), ==, 9);
    g_assert_cmpuint(vmn_engine_n_events(engine), ==, 3);
    for (uint32_t i = 0; i < 9; i++) {
        vmn_burst burst = burst_of(engine, i);

        g_assert_cmpint(burst.state, ==, VMN_STATE_SINGLE);
        g_assert_cmpint(burst.announcer, ==, VMN_ANNOUNCER_OVS);
        g_assert_cmpuint(burst.event, ==, i / 3 + 1);
        g_assert_cmpuint(view_of(engine, i).event_macs, ==, 3);
    }
    vmn_engine_free(engine);
}

/* NSX-T fail-over of 2022: four MACs within 41 µs, one of them twice more. */
static void test_nsxt_failover(void)
{
    feed *f = feed_new();
    vmn_engine *engine;
    vmn_event event;

    feed_burst(f, "00:50:56:6c:e2:6a", "52.919368");
    feed_burst(f, "02:50:56:56:44:52", "52.919379");
    feed_burst(f, "00:50:56:6c:e2:6a", "52.919397 52.919397");
    feed_burst(f, "00:50:56:53:71:23", "52.919406");
    feed_burst(f, "2c:f0:5d:1d:b0:41", "52.919409");
    engine = feed_settled(f);
    assert_bursts(engine, "1 round, 3 frames: unknown, single, single\n"
                          "1 round, 1 frame: unknown, single, single\n"
                          "1 round, 1 frame: unknown, single, single\n"
                          "1 round, 1 frame: unknown, single, single");
    g_assert_cmpuint(vmn_engine_n_events(engine), ==, 1);
    vmn_engine_event(engine, 0, &event);
    g_assert_cmpuint(event.macs, ==, 4);
    g_assert_cmpint(event.span, ==, 41000);
    g_assert_cmpuint(view_of(engine, 3).sighting, ==, 3);
    g_assert_cmpint(view_of(engine, 3).sighting_delta, ==, 29000);
    vmn_engine_free(engine);
}

/* Huawei access point: the target is everybody, which contradicts a notice. */
static void test_huawei(void)
{
    feed *f = feed_new();
    vmn_engine *engine;

    f->next.length = 42;
    f->next.vlans[0] = 30, f->next.n_vlans = 1;
    feed_mac(f, "00:e0:fc:00:00:01");
    memset(f->next.tha, 0xff, 6);
    feed_at(f, 0);
    feed_at(f, 15 * VMN_MS);
    engine = feed_settled(f);
    g_assert_cmpint(view_of(engine, 0).kind, ==, VMN_KIND_UNUSUAL);
    g_assert_cmpint(memcmp(view_of(engine, 0).mac, "\x00\xe0\xfc\x00\x00\x01", 6), ==, 0);
    g_assert_cmpuint(burst_of(engine, 0).rounds, ==, 2);
    g_assert_cmpuint(vmn_engine_n_bursts(engine), ==, 1);
    vmn_engine_free(engine);
}

/* 288 frames of one MAC within 44.5 ms, one by one or in groups 7 µs apart; then what was meant. */
static void test_storm(void)
{
    for (int in_groups = 0; in_groups < 2; in_groups++) {
        feed *f = feed_new();
        vmn_engine *engine;

        feed_burst(f, "00:50:56:8e:00:01", "-30 -29.6 -28.6 -27.6 -25.6 -22.6");
        for (int i = 0; i < 288; i++)
            feed_at(f, in_groups ? i / 8 * INT64_C(1236000) + i % 8 * 7000 : i * INT64_C(155000));
        feed_burst(f, "00:50:56:8e:00:01", "10.3 11 12 13 15 18 23 31 44 65");
        engine = feed_settled(f);
        assert_bursts(engine,
                      "6 rounds, 6 frames: VMware ESXi, Fibonacci × 1 s, ticks 0 1 2 3 5 8, "
                      "ended early\n"
                      "1 round, 288 frames: unknown, single, single\n"
                      "10 rounds, 10 frames: VMware ESXi, Fibonacci × 1 s, "
                      "ticks 0 1 2 3 5 8 13 21 34 55, complete");
        g_assert_true(view_of(engine, 6).flags & VMN_FLAG_STORM);
        g_assert_true(view_of(engine, 293).flags & VMN_FLAG_STORM);
        g_assert_cmpuint(view_of(engine, 293).sighting, ==, 288);
        g_assert_false(view_of(engine, 294).flags & VMN_FLAG_STORM);
        vmn_engine_free(engine);
    }
}

/* When the storm itself is the first notice of a burst. */
static void test_storm_begins_a_burst(void)
{
    feed *f = feed_new();
    vmn_engine *engine;

    feed_mac(f, "00:50:56:8e:00:01");
    for (int i = 0; i < 288; i++)
        feed_at(f, i * INT64_C(155000));
    feed_burst(f, "00:50:56:8e:00:01", "0.5 1.5 2.5 4.5 7.5 12.5 20.5 33.5 54.5");
    engine = feed_settled(f);
    assert_bursts(engine, "10 rounds, 297 frames: VMware ESXi, Fibonacci × 1 s, "
                          "ticks 0 1 2 3 5 8 13 21 34 55, complete");
    vmn_engine_free(engine);
}

/* A user's schedule comes before the known ones, with its own name and announcer. */
static void test_user_schedule(void)
{
    static const int64_t intervals[] = {3 * VMN_S, VMN_S, 4 * VMN_S};
    const vmn_user_schedule user = {"three one four", "our own switch", intervals, 3};
    vmn_config config;
    vmn_engine *engine;
    feed *f = feed_new();

    vmn_config_init(&config);
    config.user = &user;
    config.n_user = 1;
    feed_burst(f, "02:00:00:00:00:09", "0 3 4 8");
    engine = feed_settled_with(f, &config);
    assert_bursts(engine, "4 rounds, 4 frames: our own switch, three one four, complete");
    g_assert_cmpint(burst_of(engine, 0).announcer, ==, VMN_ANNOUNCER_USER);
    g_assert_cmpint(view_of(engine, 3).expected, ==, 4 * VMN_S);
    vmn_engine_free(engine);

    f = feed_new();
    feed_burst(f, "02:00:00:00:00:09", "0 4 8"); /* a round missing, or simply every 4 s */
    engine = feed_settled_with(f, &config);
    assert_bursts(engine, "3 rounds, 3 frames: unknown, irregular, ended early");
    g_assert_true(burst_of(engine, 0).also_fits & 1U << VMN_ANNOUNCER_USER);
    vmn_engine_free(engine);
}

/* An inner frame count never hides who sends: the evidence says what was seen. */
static void test_evidence(void)
{
    feed *f = feed_new();
    vmn_engine *engine;
    char *text;

    feed_burst(f, "52:54:00:c4:00:02", "0 0.05 0.2 0.45 0.8");
    engine = feed_settled(f);
    text = vmn_engine_evidence(engine, 0);
    g_assert_cmpstr(text, ==,
                    "4 of 4 foretold intervals fit 50 ms + 100 ms; 60 octets without tags, padded "
                    "with zeros");
    g_free(text);
    vmn_engine_free(engine);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *path = g_strdup_printf("/announcers/%s", cases[i].name);

        g_test_add_data_func(path, &cases[i], test_case);
        g_free(path);
    }
    g_test_add_func("/announcers/restart flags", test_restart_flags);
    g_test_add_func("/announcers/qemu paused", test_paused);
    g_test_add_func("/announcers/qemu paused all along", test_paused_all_along);
    g_test_add_func("/announcers/client/U-Boot", test_uboot);
    g_test_add_func("/announcers/client/by timing", test_client_by_timing);
    g_test_add_func("/announcers/client/answered", test_answered);
    g_test_add_func("/announcers/OVS learning packets", test_ovs_learning_packets);
    g_test_add_func("/announcers/NSX-T fail-over", test_nsxt_failover);
    g_test_add_func("/announcers/Huawei", test_huawei);
    g_test_add_func("/announcers/storm", test_storm);
    g_test_add_func("/announcers/storm begins a burst", test_storm_begins_a_burst);
    g_test_add_func("/announcers/user schedule", test_user_schedule);
    g_test_add_func("/announcers/evidence", test_evidence);
    return g_test_run();
}
