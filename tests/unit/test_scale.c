/* test_scale.c
 * Many MACs and many frames: what the engine keeps has the bounds that decoder.h promises, and
 * beyond what it tells apart it says less, never another frame's facts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "tracker.h"

#if defined(__SANITIZE_ADDRESS__)
#define MILLION 100000U
#else
#define MILLION 1000000U
#endif

static vmn_engine *new_engine(void)
{
    vmn_config config;

    vmn_config_init(&config);
    return vmn_engine_new(&config);
}

static vmn_frame notice(uint32_t mac, int64_t when, uint32_t interface)
{
    vmn_frame f = {.when = when,
                   .ethertype = 0x8035,
                   .opcode = 3,
                   .length = 60,
                   .padding_zero = true,
                   .interface = interface,
                   .vni = VMN_NO_VNI,
                   .session = VMN_NO_SESSION};

    f.tha[0] = 2;
    f.tha[2] = (uint8_t)(mac >> 24);
    f.tha[3] = (uint8_t)(mac >> 16);
    f.tha[4] = (uint8_t)(mac >> 8);
    f.tha[5] = (uint8_t)mac;
    memcpy(f.sha, f.tha, 6);
    return f;
}

static void add_frame(vmn_engine *engine, vmn_frame f)
{
    f.frame = vmn_engine_size(engine) + 1;
    vmn_engine_add(engine, &f, f.tha[5] % 2 == 0);
}

static void add(vmn_engine *engine, uint32_t mac, int64_t when, uint32_t interface)
{
    add_frame(engine, notice(mac, when, interface));
}

static void check_bounds(vmn_engine *engine)
{
    vmn_catch_up(engine);
    for (unsigned i = 0; i < engine->stream_list->len; i++) {
        const vmn_stream *s = g_ptr_array_index(engine->stream_list, i);

        g_assert_cmpuint(s->decoder.n_columns, <=, VMN_MAX_COLUMNS);
        for (unsigned k = 0; k < s->decoder.n_columns; k++)
            g_assert_cmpuint(s->decoder.columns[k]->n_nodes, <=, VMN_MAX_NODES);
    }
}

/* A sender that repeats for ever at one interval, which no known one has: that its burst could have
 * begun one round later as well is no reason to keep all of its rounds open. */
static void test_steady(void)
{
    static const int64_t gaps[] = {7 * VMN_S, 45 * VMN_S, 100 * VMN_S, 300 * VMN_S};

    for (unsigned i = 0; i < G_N_ELEMENTS(gaps); i++) {
        vmn_engine *engine = new_engine();

        for (uint32_t k = 0; k < 200; k++) {
            add(engine, 1, k * gaps[i], 0);
            vmn_catch_up(engine);
            g_assert_cmpuint(engine->last_stream->decoder.n_columns, <=, VMN_COLUMNS_KEPT + 1);
        }
        vmn_engine_settle(engine);
        g_assert_cmpuint(vmn_engine_n_bursts(engine), ==, 1);
        vmn_engine_free(engine);
    }
}

/* An evacuation of everything: each MAC once. */
static void test_many_macs(void)
{
    vmn_engine *engine = new_engine();
    vmn_event event;

    for (uint32_t i = 0; i < 100000; i++)
        add(engine, i, i * INT64_C(10000), 0);
    vmn_engine_settle(engine);
    check_bounds(engine);
    g_assert_cmpuint(vmn_engine_n_bursts(engine), ==, 100000);
    g_assert_cmpuint(vmn_engine_n_events(engine), ==, 1);
    vmn_engine_event(engine, 0, &event);
    g_assert_cmpuint(event.macs, ==, 100000);
    vmn_engine_free(engine);
}

/*
 * One MAC, `n` frames this far apart: a storm, rounds as quick as copies, a constant
 * rhythm, one that fits nothing. The decoder never keeps more than it says.
 */
static void test_one_mac(gconstpointer data)
{
    const int64_t *gaps = data;
    vmn_engine *engine = new_engine();
    int64_t when = 0;
    uint32_t frames = 0;
    vmn_burst burst;

    for (uint32_t i = 0; i < MILLION; i++) {
        add(engine, 1, when, i % 2);
        when += gaps[i % 3];
        if (i % 1000 == 0)
            check_bounds(engine);
    }
    g_assert_cmpuint(engine->stream_list->len, ==, 1);
    g_assert_cmpuint(engine->n_rounds, <=, MILLION);
    vmn_engine_settle(engine);
    for (uint32_t i = 0; i < vmn_engine_n_bursts(engine); i++) {
        vmn_engine_burst(engine, i, &burst);
        frames += burst.frames;
    }
    g_assert_cmpuint(frames, ==, MILLION);
    vmn_engine_free(engine);
}

/* Undecided bursts are given back when they are decided anew. */
static void test_settling_often(void)
{
    vmn_engine *engine = new_engine();

    for (uint32_t i = 0; i < 2000; i++) {
        add(engine, i % 3, i * 700 * VMN_MS, 0);
        vmn_engine_settle(engine);
    }
    g_assert_cmpuint(engine->bursts->len, <=,
                     vmn_engine_n_bursts(engine) + 3 * VMN_MAX_COLUMNS + 3);
    vmn_engine_free(engine);
}

/* ---- beyond what is told apart -------------------------------------------------------------- */

#define MANY 70000U

/* Each MAC is announced once, at a place of its own: either that is told or none. */
static void check_places(vmn_frame (*place)(uint32_t number))
{
    vmn_engine *engine = new_engine();

    for (uint32_t i = 0; i < MANY; i++)
        add_frame(engine, place(i));
    vmn_engine_settle(engine);
    g_assert_cmpuint(vmn_engine_n_bursts(engine), ==, MANY);
    for (uint32_t i = 0; i < MANY; i++) {
        vmn_frame there = place(i);
        vmn_path path;
        unsigned n = vmn_engine_burst_paths(engine, i, &path, 1);

        g_assert_cmpuint(n, <=, 1);
        if (n == 0)
            continue;
        g_assert_cmpuint(path.interface, ==, there.interface);
        g_assert_cmpuint(path.vni, ==, there.vni);
        g_assert_cmpmem(path.vlans, path.n_vlans * 2, there.vlans, there.n_vlans * 2);
    }
    vmn_engine_free(engine);
}

static vmn_frame at_interface(uint32_t number)
{
    return notice(number, number * VMN_S, number);
}

static vmn_frame in_network(uint32_t number)
{
    vmn_frame f = notice(number, number * VMN_S, 0);

    f.vni = number;
    return f;
}

static vmn_frame in_stack(uint32_t number)
{
    vmn_frame f = notice(number, number * VMN_S, 0);

    f.n_vlans = 2;
    f.vlans[0] = (uint16_t)(1 + number / 4000);
    f.vlans[1] = (uint16_t)(1 + number % 4000);
    return f;
}

static void test_many_interfaces(void)
{
    check_places(at_interface);
}

static void test_many_networks(void)
{
    check_places(in_network);
}

static void test_many_stacks(void)
{
    check_places(in_stack);
}

/* Evidence names the frame's own length or none. */
static void test_many_lengths(void)
{
    vmn_engine *engine = new_engine();

    for (uint32_t i = 0; i < MANY; i++) {
        vmn_frame f = notice(i, i * VMN_S, 0);

        f.length = 60 + i;
        add_frame(engine, f);
    }
    vmn_engine_settle(engine);
    for (uint32_t i = 0; i < MANY; i++) {
        char *evidence = vmn_engine_evidence(engine, i), *at = strstr(evidence, " octets");
        unsigned length;

        while (at > evidence && g_ascii_isdigit(at[-1]))
            at--;
        if (at != NULL && sscanf(at, "%u octets", &length) == 1)
            g_assert_cmpuint(length, ==, 60 + i);
        g_free(evidence);
    }
    vmn_engine_free(engine);
}

int main(int argc, char **argv)
{
    static const int64_t storm[] = {7000, 7000, 150000}, quick[] = {VMN_MS, 4 * VMN_MS, VMN_MS},
                         constant[] = {VMN_S, VMN_S, VMN_S},
                         nothing[] = {370 * VMN_MS, 12 * VMN_S, 1900 * VMN_MS}, still[] = {0, 0, 0};

    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/scale/steady", test_steady);
    g_test_add_func("/scale/many MACs", test_many_macs);
    g_test_add_data_func("/scale/one MAC/storm", storm, test_one_mac);
    g_test_add_data_func("/scale/one MAC/quick", quick, test_one_mac);
    g_test_add_data_func("/scale/one MAC/constant", constant, test_one_mac);
    g_test_add_data_func("/scale/one MAC/fits nothing", nothing, test_one_mac);
    g_test_add_data_func("/scale/one MAC/time stands still", still, test_one_mac);
    g_test_add_func("/scale/settling often", test_settling_often);
    g_test_add_func("/scale/many interfaces", test_many_interfaces);
    g_test_add_func("/scale/many networks", test_many_networks);
    g_test_add_func("/scale/many tag stacks", test_many_stacks);
    g_test_add_func("/scale/many lengths", test_many_lengths);
    return g_test_run();
}
