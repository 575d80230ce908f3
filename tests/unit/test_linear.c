/* test_linear.c
 * Much of anything costs no more for each frame than plain frames do.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 *     test_linear                        20,000 frames of each sort
 *     VMN_LONG_TESTS=1 test_linear       200,000
 *     VMN_LINEAR_FRAMES=1000000 VMN_LINEAR_COUNT=1 test_linear
 *                                        so many; says what they cost, judges nothing
 *
 * What counts is how many blocks of the engine's code run from the first frame to the last answer,
 * against as many frames of ordinary bursts: the same on every machine, whatever else it does.
 * (Memory that is moved or cleared at once does not show in it; tests/bench sees that.) In a
 * Wireshark most of a frame's cost lies elsewhere, so the limit is wider here than that of
 * tests/bench; work that grows with the square of anything exceeds it by far.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feed.h"

#define FRAMES 20000
#define FRAMES_LONG 200000
#define LIMIT 4.0 /* × plain frames */

typedef struct {
    const char *name;
    void (*make)(feed *f, uint32_t n); /* n frames, in order of time */
} sort;

/* ---- frames --------------------------------------------------------------------------------- */

static void set_mac(feed *f, uint32_t number)
{
    vmn_frame *next = &f->next;

    next->tha[0] = 0x52, next->tha[1] = 0x54, next->tha[2] = (uint8_t)(number >> 24);
    next->tha[3] = (uint8_t)(number >> 16);
    next->tha[4] = (uint8_t)(number >> 8);
    next->tha[5] = (uint8_t)number;
    memcpy(next->sha, next->tha, 6);
    memcpy(next->eth_src, next->tha, 6);
}

/* ESXi's bursts of ten, five for each MAC, one MAC after the other. */
static void plain(feed *f, uint32_t n)
{
    static const int seconds[] = {0, 1, 2, 3, 5, 8, 13, 21, 34, 55};

    for (uint32_t i = 0; i < n; i++) {
        set_mac(f, i / 50);
        feed_at(f, (i / 10 * 200 + seconds[i % 10]) * VMN_S);
    }
}

/* One MAC, each notice in two or three tags of n / 10 stacks. */
static void stacks(feed *f, uint32_t n)
{
    set_mac(f, 1);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t stack = i % (n / 10);

        f->next.n_vlans = (uint8_t)(2 + stack % 2);
        f->next.vlans[0] = (uint16_t)(1 + stack / 4000);
        f->next.vlans[1] = (uint16_t)(1 + stack % 4000);
        f->next.vlans[2] = (uint16_t)(1 + stack % 4000);
        feed_at(f, i * VMN_MS);
    }
}

/* One MAC in n / 10 networks of a tunnel. */
static void networks(feed *f, uint32_t n)
{
    set_mac(f, 1);
    for (uint32_t i = 0; i < n; i++) {
        f->next.vni = i % (n / 10);
        feed_at(f, i * VMN_MS);
    }
}

/* Up to 70,000 lengths. */
static void lengths(feed *f, uint32_t n)
{
    plain(f, n);
    for (uint32_t i = 0; i < n; i++)
        g_array_index(f->frames, vmn_frame, i).length = 60 + i % MIN(n / 2, 70000);
}

/* n / 4 bursts of two rounds, and with their second rounds n / 2 MACs that are announced once. */
static void companions(feed *f, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        bool second = i >= n / 4, single = second && i % 3 > 0;

        set_mac(f, single ? n + i : second ? (i - n / 4) / 3 : i);
        feed_at(f, second ? VMN_S + i * 4 * VMN_MS / n : i * 4 * VMN_MS / n);
    }
}

/* QEMU announces n / 5 MACs at the same time. */
static void event(feed *f, uint32_t n)
{
    static const int ms[] = {0, 50, 200, 450, 800};

    for (uint32_t i = 0; i < n; i++) {
        set_mac(f, i % (n / 5));
        feed_at(f, ms[MIN(i / (n / 5), 4)] * VMN_MS + i % (n / 5));
    }
}

/* n / 5 hosts with as many phases of their timers as can be told apart, and more. */
static void hosts(feed *f, uint32_t n)
{
    static const int seconds[] = {0, 1, 2, 3, 5};
    uint32_t number = n / 5;

    for (uint32_t i = 0; i < n; i++) {
        uint32_t host = i % number;

        set_mac(f, host);
        feed_at(f, seconds[MIN(i / number, 4)] * VMN_S + host * (VMN_S / number));
    }
}

/* A host announces n / 4 machines all at once, and one by one in three passes 80 s apart. */
static void passes(feed *f, uint32_t n)
{
    uint32_t number = n / 4;

    for (uint32_t i = 0; i < number; i++) {
        set_mac(f, i);
        feed_at(f, i);
    }
    for (uint32_t slot = 0; slot < number + 2 * 160; slot++) {
        for (uint32_t pass = 0; pass < 3; pass++) {
            uint32_t machine = slot - 160 * pass;

            if (machine >= number) /* or below 0 */
                continue;
            set_mac(f, machine);
            feed_at(f, 2 * VMN_S + slot * (VMN_S / 2));
        }
    }
}

/* A station asks n / 2 times and is answered each time. */
static void replies(feed *f, uint32_t n)
{
    vmn_frame asks;

    set_mac(f, 1);
    f->next.tpa = UINT32_MAX;
    asks = f->next;
    for (uint32_t i = 0; i < n; i++) {
        f->next = asks;
        if (i % 2 > 0) {
            f->next.opcode = 4;
            memcpy(f->next.eth_dst, asks.tha, 6);
            f->next.sha[5] = f->next.eth_src[5] = 99;
        }
        feed_at(f, i * VMN_S);
    }
}

/* Ten rounds, each seen from n / 10 senders of a tunnel. */
static void places(feed *f, uint32_t n)
{
    set_mac(f, 1);
    f->next.vni = 5000;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t from = i % (n / 10);

        f->next.outer_src = (vmn_address){
            .family = 4,
            .octets = {10, (uint8_t)(from >> 16), (uint8_t)(from >> 8), (uint8_t)from}};
        feed_at(f, i / (n / 10) * VMN_S + i % (n / 10) * (4 * VMN_MS / (n / 10)));
    }
}

static const sort sorts[] = {
    {.name = "tag stacks", .make = stacks},     {.name = "tunnel networks", .make = networks},
    {.name = "frame lengths", .make = lengths}, {.name = "companions", .make = companions},
    {.name = "one event", .make = event},       {.name = "hosts", .make = hosts},
    {.name = "passes", .make = passes},         {.name = "replies", .make = replies},
    {.name = "tunnel ends", .make = places},
};

/* ---- measuring ------------------------------------------------------------------------------ */

/* Ask for all that statistics and fields ask for. */
static void ask(vmn_engine *engine)
{
    vmn_path paths[4];
    vmn_round round;

    for (uint32_t i = 0; i < vmn_engine_size(engine); i++)
        view_of(engine, i);
    for (uint32_t i = 0; i < vmn_engine_n_bursts(engine); i++) {
        vmn_burst burst = burst_of(engine, i);

        for (uint32_t j = 0; j < burst.rounds; j++)
            vmn_engine_burst_round(engine, i, j, &round);
        vmn_engine_burst_paths(engine, i, paths, G_N_ELEMENTS(paths));
    }
}

static uint64_t blocks; /* of the engine that were run */

/* Called at each of them: the engine is compiled with -fsanitize-coverage=trace-pc. */
void __sanitizer_cov_trace_pc(void);
void __sanitizer_cov_trace_pc(void)
{
    blocks++;
}

/* Blocks for each of n frames in a whole life of an engine. */
static double blocks_for(void (*make)(feed *f, uint32_t n), uint32_t n)
{
    feed *f = feed_new();
    vmn_config config;
    vmn_engine *engine;

    make(f, n);
    blocks = 0;
    vmn_config_init(&config);
    engine = vmn_engine_new(&config);
    feed_add(f, engine, 0, f->frames->len);
    vmn_engine_settle(engine);
    ask(engine);
    vmn_engine_free(engine);
    feed_free(f);
    return (double)blocks / n;
}

static bool is_set(const char *variable)
{
    const char *text = g_getenv(variable);

    return text != NULL && text[0] != '\0' && strcmp(text, "0") != 0;
}

static uint32_t n_frames(void)
{
    if (is_set("VMN_LINEAR_FRAMES"))
        return (uint32_t)atoi(g_getenv("VMN_LINEAR_FRAMES"));
    return is_set("VMN_LONG_TESTS") ? FRAMES_LONG : FRAMES;
}

static double plain_each; /* blocks for each plain frame */

static void test(gconstpointer data)
{
    const sort *s = data;
    uint32_t n = n_frames();
    double each = blocks_for(s->make, n);

    fprintf(stderr, "# %u frames, %s: %.0f blocks each, %.2f × plain ones\n", n, s->name, each,
            each / plain_each);
    if (!is_set("VMN_LINEAR_COUNT"))
        g_assert_cmpfloat(each / plain_each, <=, LIMIT);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    plain_each = blocks_for(plain, n_frames());
    g_assert_cmpfloat(plain_each, >, 100); /* they are counted */
    for (unsigned i = 0; i < G_N_ELEMENTS(sorts); i++) {
        char *path = g_strconcat("/linear/", sorts[i].name, NULL);

        g_test_add_data_func(path, &sorts[i], test);
        g_free(path);
    }
    return g_test_run();
}
