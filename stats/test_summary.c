/* test_summary.c
 * The summary of a small capture, with and without a selection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The capture: two NICs of a QEMU machine announce together, four rounds with
 * 50, 150 and 250 ms between them; ten minutes later a lone notice of the
 * first one.
 */
#include "summary.h"

#include <string.h>

#define MS INT64_C(1000000)
#define START (INT64_C(1655217968) * 1000 * MS)
#define FRAMES 9

static const uint8_t mac_a[6] = {0x52, 0x54, 0, 0, 0, 1};
static const uint8_t mac_b[6] = {0x52, 0x54, 0, 0, 0, 2};

static void add(vmn_engine *engine, const uint8_t mac[6], int64_t ms, uint16_t vlan)
{
    vmn_frame frame = {.frame = vmn_engine_size(engine) + 1,
                       .when = START + ms * MS,
                       .ethertype = 0x8035,
                       .opcode = 3,
                       .has_eth = true,
                       .length = 60,
                       .padding_zero = true,
                       .vlans = {vlan},
                       .n_vlans = vlan != 0,
                       .vni = VMN_NO_VNI,
                       .session = VMN_NO_SESSION};
    memcpy(frame.eth_src, mac, 6);
    memset(frame.eth_dst, 0xff, 6);
    memcpy(frame.sha, mac, 6);
    memcpy(frame.tha, mac, 6);
    vmn_engine_add(engine, &frame, false);
}

static vmn_engine *small_capture(void)
{
    static const int offsets[] = {0, 50, 200, 450};
    vmn_config config;
    vmn_config_init(&config);
    vmn_engine *engine = vmn_engine_new(&config);
    for (unsigned i = 0; i < G_N_ELEMENTS(offsets); i++) {
        add(engine, mac_a, offsets[i], 100);
        add(engine, mac_b, offsets[i], 0);
    }
    add(engine, mac_a, 600000, 100);
    g_assert_cmpuint(vmn_engine_size(engine), ==, FRAMES);
    return engine;
}

static void test_figures(void)
{
    vmn_engine *engine = small_capture();
    vmn_summary *summary = vmn_summary_new(engine);
    g_assert_cmpuint(summary->n_bursts, ==, 3);
    g_assert_cmpuint(summary->n_macs, ==, 2);
    g_assert_cmpuint(summary->n_events, ==, 2);

    const vmn_summary_mac *a = &summary->macs[0];
    g_assert_cmpmem(a->mac, 6, mac_a, 6);
    g_assert_cmpuint(a->bursts, ==, 2);
    g_assert_cmpuint(a->rounds, ==, 5);
    g_assert_cmpuint(a->frames, ==, 5);
    g_assert_cmpint(a->first_seen, ==, START);
    g_assert_cmpint(a->last_seen, ==, START + 600000 * MS);
    g_assert_true(a->has_silence);
    g_assert_cmpint(a->silence, ==, (600000 - 450) * MS);
    g_assert_cmpuint(summary->mac_bursts[a->members], ==, 0);
    g_assert_cmpuint(summary->mac_bursts[a->members + 1], ==, 2);
    g_assert_false(summary->macs[1].has_silence);

    g_assert_cmpuint(summary->events[0].event.n_bursts, ==, 2);
    g_assert_cmpuint(summary->events[0].rounds, ==, 8);
    uint32_t macs[1];
    for (int again = 0; again < 2;
         again++) { /* the answer does not depend on having asked before */
        g_assert_cmpuint(vmn_summary_event_macs(summary, 0, macs, 1), ==, 2);
        g_assert_cmpuint(macs[0], ==, 0);
    }
    GArray *vlans = vmn_summary_vlans(summary, 0);
    g_assert_cmpuint(vlans->len, ==, 1);
    g_assert_cmpuint(g_array_index(vlans, uint16_t, 0), ==, 100);
    g_array_unref(vlans);
    vmn_summary_free(summary);
    vmn_engine_free(engine);
}

/* One frame of the second NIC passes: its burst is listed, with the figures of the whole. */
static void test_selection(void)
{
    vmn_engine *engine = small_capture();
    vmn_selection selection = {0};
    vmn_selection_add(&selection, engine, 3);
    vmn_summary *summary = vmn_summary_new(engine);
    vmn_summary_list(summary, &selection);
    g_assert_false(summary->bursts[0].listed);
    g_assert_true(summary->bursts[1].listed);
    g_assert_false(summary->bursts[2].listed);
    g_assert_false(summary->macs[0].listed);
    g_assert_true(summary->macs[1].listed);
    g_assert_true(summary->events[0].listed);
    g_assert_false(summary->events[1].listed);
    g_assert_cmpuint(summary->bursts[1].burst.rounds, ==, 4);
    vmn_summary_free(summary);
    vmn_selection_clear(&selection);
    vmn_engine_free(engine);
}

/* A record that was there already, or another engine: the file was read anew. */
static void test_selection_restarts(void)
{
    vmn_engine *engine = small_capture();
    vmn_selection selection = {0};
    vmn_selection_add(&selection, engine, 0);
    vmn_selection_add(&selection, engine, 8);
    vmn_selection_add(&selection, engine, 1);
    vmn_summary *summary = vmn_summary_new(engine);
    vmn_summary_list(summary, &selection);
    g_assert_false(summary->bursts[0].listed);
    g_assert_true(summary->bursts[1].listed);
    g_assert_false(summary->bursts[2].listed);
    vmn_summary_free(summary);

    vmn_engine *other = small_capture();
    vmn_selection_add(&selection, other, 8);
    summary = vmn_summary_new(other);
    vmn_summary_list(summary, &selection);
    g_assert_false(summary->bursts[1].listed);
    g_assert_true(summary->bursts[2].listed);
    vmn_summary_free(summary);
    vmn_selection_clear(&selection);
    vmn_engine_free(other);
    vmn_engine_free(engine);
}

static void test_nothing(void)
{
    vmn_selection selection = {0};
    vmn_summary *summary = vmn_summary_new(NULL);
    vmn_summary_list(summary, &selection);
    g_assert_cmpuint(summary->n_bursts, ==, 0);
    g_assert_cmpuint(summary->n_macs, ==, 0);
    g_assert_cmpuint(vmn_summary_list_record(summary, 0), ==, VMN_NONE);
    vmn_summary_free(summary);
}

static void test_limits_of_time(void)
{
    g_assert_cmpint(vmn_time_between(INT64_MIN, INT64_MAX), ==, INT64_MAX);
    g_assert_cmpint(vmn_time_between(INT64_MAX, INT64_MIN), ==, INT64_MIN);
    g_assert_cmpint(vmn_time_between(-5, 7), ==, 12);
    g_assert_cmpint(vmn_time_after(INT64_MAX - 1, 2), ==, INT64_MAX);
    g_assert_cmpint(vmn_time_after(INT64_MIN + 1, -2), ==, INT64_MIN);
    g_assert_cmpint(vmn_time_after(5, -7), ==, -2);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/summary/figures", test_figures);
    g_test_add_func("/summary/selection", test_selection);
    g_test_add_func("/summary/selection-restarts", test_selection_restarts);
    g_test_add_func("/summary/nothing", test_nothing);
    g_test_add_func("/summary/limits-of-time", test_limits_of_time);
    return g_test_run();
}
