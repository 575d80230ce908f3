/* captures.c
 * Random captures: who announces, when, and what of it is seen where.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A sender's burst is a list of times. Each place sees each notice at a distance of its own, loses
 * some, and may show some twice.
 */
#include "captures.h"

#include <string.h>

#define MAX_PLACES 4
#define MAX_ROUNDS 24
#define MAX_MACS 6
#define START (INT64_C(1600000000) * VMN_S)

typedef enum { PLAIN, TAGGED, QINQ, TUNNEL } place_kind;

/* A tap, an uplink, a tunnel: what a notice looks like there, and when and how often it is seen. */
typedef struct {
    place_kind kind;
    uint32_t interface;
    uint8_t end;          /* a tunnel's sender: last octet of its address */
    int64_t away, jitter; /* ns after the notice was sent, and how much that varies */
    double loss, copies;  /* shares of the notices */
} place;

typedef struct {
    int64_t phase;            /* ns: of the host's timer */
    int64_t when[MAX_ROUNDS]; /* ns */
    unsigned n;
} burst_times;

/* Who announces: its times after a start, what its frames look like. */
typedef struct {
    const char *prefix; /* of the MAC */
    uint32_t length;
    void (*draw)(GRand *random, int64_t start, burst_times *b);
    bool asks;     /* as U-Boot does: by its fields a request */
    bool answered; /* a server may answer */
} sender;

typedef struct {
    GRand *random;
    feed *feed;
    place places[MAX_PLACES];
    unsigned n_places;
    int64_t grain;    /* ns: times are multiples of it */
    double elsewhere; /* share of the bursts that one place alone sees */
} world;

static int64_t draw_ns(GRand *random, int64_t from, int64_t to)
{
    return from + (int64_t)(g_rand_double(random) * (double)(to - from));
}

static bool chance(GRand *random, double share)
{
    return g_rand_double(random) < share;
}

static unsigned draw_of(GRand *random, unsigned n)
{
    return (unsigned)g_rand_int_range(random, 0, (gint32)n);
}

/* ---- senders -------------------------------------------------------------------------------- */

static void add_time(burst_times *b, int64_t when)
{
    if (b->n < MAX_ROUNDS)
        b->when[b->n++] = when;
}

/* One run of ESXi's schedule: the first notice at once, the others on ticks of the host's timer. */
static int64_t run_esxi(GRand *random, int64_t start, int64_t period, unsigned rounds,
                        burst_times *b)
{
    static const int ticks[] = {1, 2, 3, 5, 8, 13, 21, 34, 55};
    int64_t grid = start - (start - b->phase) % period, last = start;

    add_time(b, start);
    for (unsigned i = 0; i + 1 < rounds; i++)
        add_time(b, last = grid + ticks[i] * period + draw_ns(random, -200000, 200000));
    return last;
}

static void draw_esxi_of(GRand *random, int64_t start, int64_t period, burst_times *b)
{
    bool restarts = chance(random, 0.3);
    unsigned rounds = restarts ? 3 + draw_of(random, 6) : 10;
    int64_t last = run_esxi(random, start, period, rounds, b);

    if (restarts)
        run_esxi(random, last + draw_ns(random, VMN_S / 10, 3 * VMN_S), period, 10, b);
}

static void draw_esxi1(GRand *random, int64_t start, burst_times *b)
{
    draw_esxi_of(random, start, VMN_S, b);
}

static void draw_esxi2(GRand *random, int64_t start, burst_times *b)
{
    draw_esxi_of(random, start, 2 * VMN_S, b);
}

/* QEMU: gaps that grow from `initial` by `step` up to `most`. Not before `resume` (ns after the
 * start): what was due while the machine was paused leaves at once. */
static void run_qemu(GRand *random, int64_t start, const int64_t *parameters, unsigned rounds,
                     int64_t resume, burst_times *b)
{
    int64_t when = start, gap = parameters[0], free_at = start + resume;

    for (unsigned i = 0; i < rounds; i++) {
        if (resume > 0)
            free_at += draw_ns(random, 7000, 90000);
        add_time(b, MAX(when + draw_ns(random, 0, 200000) * (i > 0), free_at));
        when += gap;
        gap = MIN(gap + parameters[1], parameters[2]);
    }
}

static const int64_t qemu_defaults[] = {50 * VMN_MS, 100 * VMN_MS, 550 * VMN_MS};

static void draw_qemu(GRand *random, int64_t start, burst_times *b)
{
    run_qemu(random, start, qemu_defaults, 5, 0, b);
}

static void draw_qemu_own(GRand *random, int64_t start, burst_times *b)
{
    static const int64_t own[][3] = {{100 * VMN_MS, 50 * VMN_MS, 400 * VMN_MS},
                                     {20 * VMN_MS, 200 * VMN_MS, VMN_S},
                                     {VMN_S, VMN_S, 5 * VMN_S},
                                     {200 * VMN_MS, 0, 200 * VMN_MS}};
    unsigned rounds = 3 + draw_of(random, 8);

    run_qemu(random, start, own[draw_of(random, G_N_ELEMENTS(own))], rounds, 0, b);
}

static void draw_qemu_paused(GRand *random, int64_t start, burst_times *b)
{
    static const int64_t held[] = {20 * VMN_MS, 120 * VMN_MS, 400 * VMN_MS, 3 * VMN_S};

    run_qemu(random, start, qemu_defaults, 5, held[draw_of(random, G_N_ELEMENTS(held))], b);
}

static void run_list(GRand *random, int64_t start, const int *ms, unsigned n, burst_times *b)
{
    add_time(b, start);
    for (unsigned i = 0; i < n; i++)
        add_time(b, (start += ms[i] * VMN_MS) + draw_ns(random, 0, 300000));
}

static void draw_ovn(GRand *random, int64_t start, burst_times *b)
{
    static const int newer[] = {1000, 2000, 4000, 8000}, older[] = {2000, 4000, 8000, 16000};

    run_list(random, start, chance(random, 0.5) ? newer : older, 4, b);
}

static void draw_client(GRand *random, int64_t start, burst_times *b)
{
    static const int linux_asks[] = {2500, 4375, 7656}, loader[] = {2000, 4000, 6000, 8000},
                     illumos[] = {5000, 5000, 5000, 5000, 5000};

    switch (g_rand_int_range(random, 0, 3)) {
    case 0:
        run_list(random, start, linux_asks, 3, b);
        break;
    case 1:
        run_list(random, start, loader, 4, b);
        break;
    default:
        run_list(random, start, illumos, 5, b);
    }
}

static void draw_uboot(GRand *random, int64_t start, burst_times *b)
{
    static const int gaps[] = {5000, 5000, 5000, 5000};

    run_list(random, start, gaps, 1 + draw_of(random, 4), b);
}

/* Gaps that no schedule knows: all about as long, or growing, or anything. */
static void draw_stranger(GRand *random, int64_t start, burst_times *b)
{
    double growth = chance(random, 0.5) ? 1.0 : 1.1 + g_rand_double(random);
    double gap = 1e7 * (1 + 99 * g_rand_double(random)), spread = chance(random, 0.5) ? 0.9 : 0.0;
    double when = 0;

    for (unsigned n = 2 + draw_of(random, 10); n > 0; n--) {
        add_time(b, start + (int64_t)when);
        when += gap * (1 + spread * (g_rand_double(random) - 0.5));
        gap = MIN(gap * growth, 3e10);
    }
}

static void draw_single(GRand *random, int64_t start, burst_times *b)
{
    (void)random;
    add_time(b, start);
}

static const sender senders[] = {
    {.prefix = "005056", .length = 60, .draw = draw_esxi1},
    {.prefix = "000c29", .length = 60, .draw = draw_esxi1},
    {.prefix = "005056", .length = 60, .draw = draw_esxi2},
    {.prefix = "525400", .length = 60, .draw = draw_qemu},
    {.prefix = "525400", .length = 60, .draw = draw_qemu_own},
    {.prefix = "525400", .length = 60, .draw = draw_qemu_paused},
    {.prefix = "fa163e", .length = 42, .draw = draw_ovn},
    {.prefix = "001b21", .length = 60, .draw = draw_client, .answered = true},
    {.prefix = "000476", .length = 60, .draw = draw_uboot, .asks = true, .answered = true},
    {.prefix = "0a0b0c", .length = 60, .draw = draw_stranger},
    {.prefix = "001b21", .length = 64, .draw = draw_stranger},
    {.prefix = "525400", .length = 42, .draw = draw_single},
    {.prefix = "525400", .length = 42, .draw = draw_single},
    {.prefix = "005056", .length = 60, .draw = draw_single},
};

/* ---- places --------------------------------------------------------------------------------- */

static void draw_places(world *w)
{
    static const int64_t far[] = {0, 1000, 10000, 100000, VMN_MS, 2 * VMN_MS};
    GRand *random = w->random;

    w->n_places = 1 + draw_of(random, MAX_PLACES);
    for (unsigned i = 0; i < w->n_places; i++) {
        place *p = &w->places[i];

        p->kind = (place_kind)draw_of(random, TUNNEL + 1);
        p->interface = chance(random, 0.8) || i == 0 ? i : i - 1;
        p->end = (uint8_t)(1 + draw_of(random, 2));
        p->away = draw_ns(random, 0, far[draw_of(random, G_N_ELEMENTS(far))] + 1);
        p->jitter = chance(random, 0.5) ? 0 : p->away / 3;
        p->loss = chance(random, 0.5) ? 0 : 0.2 * g_rand_double(random);
        p->copies = chance(random, 0.8) ? 0 : 0.3;
    }
}

/* The notice `next` of a machine in this VLAN as it looks at a place. */
static void look(feed *f, const place *p, uint16_t vlan)
{
    f->next.interface = p->interface;
    f->next.vni = p->kind == TUNNEL ? 5000U + vlan : VMN_NO_VNI;
    f->next.outer_src = (vmn_address){.family = 0};
    if (p->kind == TUNNEL)
        f->next.outer_src = (vmn_address){.family = 4, .octets = {192, 0, 2, p->end}};
    f->next.n_vlans = 0;
    if (p->kind == QINQ)
        f->next.vlans[f->next.n_vlans++] = 2000;
    if (p->kind == TAGGED || p->kind == QINQ)
        f->next.vlans[f->next.n_vlans++] = vlan;
}

static void see_at(world *w, int64_t when)
{
    w->feed->next.frame = w->feed->frames->len;
    feed_at(w->feed, when - when % w->grain);
}

static void see(world *w, const place *p, int64_t sent)
{
    int64_t when = sent + p->away + draw_ns(w->random, 0, p->jitter + 1);

    if (chance(w->random, p->loss))
        return;
    see_at(w, when);
    if (chance(w->random, p->copies))
        see_at(w, when + draw_ns(w->random, 1000, 500000));
}

/* A server's answer to the station that `next` asks for; `next` is as before afterwards. */
static void see_reply(world *w, const place *p, int64_t sent)
{
    static const uint8_t server[6] = {0x08, 0x00, 0x20, 0, 0, 1};
    vmn_frame asked = w->feed->next, *next = &w->feed->next;

    next->opcode = 4;
    memcpy(next->eth_dst, next->tha, 6);
    memcpy(next->eth_src, server, 6);
    memcpy(next->sha, server, 6);
    next->spa = 0x0a000001;
    next->tpa = 0x0a000002;
    see(w, p, sent + 300 * VMN_US);
    *next = asked;
}

/* All sights of a burst: at all places, or at one. */
static void see_burst(world *w, const sender *s, const burst_times *b, uint16_t vlan)
{
    bool answered = s->answered && chance(w->random, 0.3);
    unsigned only = chance(w->random, w->elsewhere) ? draw_of(w->random, w->n_places) : MAX_PLACES;

    w->feed->next.length = s->length;
    w->feed->next.tpa = s->asks ? UINT32_MAX : 0;
    for (unsigned i = 0; i < b->n; i++) {
        for (unsigned k = 0; k < w->n_places; k++) {
            if (only != MAX_PLACES && only != k)
                continue;
            look(w->feed, &w->places[k], vlan);
            see(w, &w->places[k], b->when[i]);
            if (answered && i + 1 == b->n)
                see_reply(w, &w->places[k], b->when[i]);
        }
    }
}

/* ---- machines ------------------------------------------------------------------------------- */

/* The times of a machine's bursts. Often they are those of the machine before (*starts), or lie
 * next to a notice of it, as of a guest inside a nested hypervisor. */
static void live(world *w, const sender *s, uint16_t vlan, burst_times *before)
{
    GRand *random = w->random;
    unsigned bursts = 1 + draw_of(random, 4);
    int64_t start = START + draw_ns(random, 0, 60 * VMN_S);

    for (unsigned i = 0; i < bursts; i++) {
        burst_times b = {.phase = draw_of(random, 3) * 290 * VMN_MS};
        unsigned beside = before->n > 0 && chance(random, 0.5) ? draw_of(random, before->n) : 0;

        if (before->n > 0 && chance(random, 0.4) && (i == 0 || before->when[beside] > start))
            start =
                before->when[beside] + draw_ns(random, 0, chance(random, 0.5) ? 50000 : 4 * VMN_MS);
        s->draw(random, start, &b);
        see_burst(w, s, &b, vlan);
        *before = b;
        start = b.when[b.n - 1] +
                (int64_t)(5e9 * (1 + 119 * g_rand_double(random) * g_rand_double(random)));
    }
}

/* A machine with a MAC of its own; some are announced in another VLAN as well, as another one. */
static void add_machine(world *w, unsigned number, burst_times *before)
{
    const sender *s = &senders[draw_of(w->random, G_N_ELEMENTS(senders))];
    uint16_t vlan = (uint16_t)(10 * (1 + draw_of(w->random, 3)));
    unsigned high = draw_of(w->random, 128), low = draw_of(w->random, 256);
    char mac[18];

    g_snprintf(mac, sizeof(mac), "%.2s:%.2s:%.2s:%02x:%02x:%02x", s->prefix, s->prefix + 2,
               s->prefix + 4, high, low, number);
    feed_mac(w->feed, mac);
    live(w, s, vlan, before);
    if (chance(w->random, 0.08))
        live(w, s, (uint16_t)(vlan + 1), before);
}

static void draw_bounds(capture *c, GRand *random)
{
    int64_t first = INT64_MAX, last = INT64_MIN;
    bool near = chance(random, 0.4);

    for (unsigned i = 0; i < c->feed->frames->len; i++) {
        first = MIN(first, capture_frame(c, i)->when);
        last = MAX(last, capture_frame(c, i)->when);
    }
    if (c->feed->frames->len == 0)
        first = last = START;
    c->begin = first - (near ? draw_ns(random, 0, 10 * VMN_S) : 3600 * VMN_S);
    c->end = last + (near ? draw_ns(random, 0, 10 * VMN_S) : 3600 * VMN_S);
}

static void in_order_of_time(capture *c, uint64_t seed)
{
    int64_t *keys = g_new(int64_t, c->feed->frames->len + 1);

    for (unsigned i = 0; i < c->feed->frames->len; i++)
        keys[i] = capture_frame(c, i)->when;
    capture_arrange(c, keys, seed);
    g_free(keys);
}

capture *capture_new(uint32_t seed)
{
    static const int64_t grains[] = {1, 1000, 1000, VMN_MS};
    capture *c = g_new0(capture, 1);
    burst_times before = {.n = 0};
    world w = {.random = g_rand_new_with_seed(seed), .feed = feed_new()};

    w.grain = grains[draw_of(w.random, G_N_ELEMENTS(grains))];
    w.elsewhere = chance(w.random, 0.5) ? 0 : 0.3;
    draw_places(&w);
    for (unsigned n = 1 + draw_of(w.random, MAX_MACS); n > 0; n--)
        add_machine(&w, n, &before);
    c->feed = w.feed;
    draw_bounds(c, w.random);
    in_order_of_time(c, seed);
    g_rand_free(w.random);
    return c;
}

void capture_free(capture *c)
{
    feed_free(c->feed);
    g_free(c);
}

capture *capture_copy(const capture *c, const bool *keep)
{
    capture *copy = g_memdup2(c, sizeof(*c));

    copy->feed = feed_new();
    for (unsigned i = 0; i < c->feed->frames->len; i++)
        if (keep == NULL || keep[i])
            g_array_append_val(copy->feed->frames, *capture_frame(c, i));
    return copy;
}

vmn_frame *capture_frame(const capture *c, unsigned i)
{
    return &g_array_index(c->feed->frames, vmn_frame, i);
}

/* splitmix64 */
uint64_t capture_draw(uint64_t seed, uint64_t number)
{
    uint64_t x = seed * UINT64_C(0x9e3779b97f4a7c15) + number * UINT64_C(0xd1342543de82ef95) + 1;

    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/* ---- order ---------------------------------------------------------------------------------- */

typedef struct {
    int64_t key;
    uint64_t draw;
    vmn_frame frame;
} keyed;

static gint by_key(gconstpointer a, gconstpointer b)
{
    const keyed *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->draw > y->draw) - (x->draw < y->draw);
}

void capture_arrange(capture *c, const int64_t *keys, uint64_t seed)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(keyed));

    for (unsigned i = 0; i < c->feed->frames->len; i++) {
        const vmn_frame *frame = capture_frame(c, i);
        keyed k = {keys[i], seed == IN_PLACE ? i : capture_draw(seed, frame->frame), *frame};

        g_array_append_val(all, k);
    }
    g_array_sort(all, by_key);
    for (unsigned i = 0; i < all->len; i++)
        *capture_frame(c, i) = g_array_index(all, keyed, i).frame;
    g_array_free(all, TRUE);
}

/* ---- others, and the engine ----------------------------------------------------------------- */

static bool is_apart(const capture *c, const burst_times *b)
{
    for (unsigned i = 0; i < c->feed->frames->len; i++) {
        const vmn_frame *frame = capture_frame(c, i);

        for (unsigned k = 0; k < b->n && frame->frame != NOT_OURS; k++)
            if (vmn_distance(frame->when, b->when[k]) < VMN_S / 2)
                return false;
    }
    for (unsigned k = 0; k < b->n; k++)
        if (b->when[k] < c->begin || b->when[k] > c->end)
            return false;
    return true;
}

void capture_add_others(capture *c, uint32_t seed)
{
    /* Nobody with a timer of its own: hosts are told apart by all bursts of Fibonacci's. */
    static const sender others[] = {{.prefix = "525400", .length = 60, .draw = draw_qemu},
                                    {.prefix = "fa163e", .length = 42, .draw = draw_ovn},
                                    {.prefix = "0a0b0c", .length = 60, .draw = draw_single}};
    GRand *random = g_rand_new_with_seed(seed);
    feed *f = c->feed;

    for (unsigned i = 0; i < 12; i++) {
        const sender *s = &others[draw_of(random, G_N_ELEMENTS(others))];
        burst_times b = {.n = 0};
        char mac[18];

        s->draw(random, draw_ns(random, c->begin, c->end), &b);
        if (!is_apart(c, &b))
            continue;
        g_snprintf(mac, sizeof(mac), "%.2s:%.2s:%.2s:ff:ff:%02x", s->prefix, s->prefix + 2,
                   s->prefix + 4, i);
        feed_mac(f, mac);
        f->next.length = s->length;
        f->next.tpa = 0;
        f->next.frame = NOT_OURS;
        for (unsigned k = 0; k < b.n; k++)
            feed_at(f, b.when[k]);
    }
    in_order_of_time(c, IN_PLACE);
    g_rand_free(random);
}

vmn_engine *capture_settled(const capture *c)
{
    vmn_config config;
    vmn_engine *engine;

    vmn_config_init(&config);
    engine = vmn_engine_new(&config);
    vmn_engine_clock(engine, c->begin);
    feed_add(c->feed, engine, 0, c->feed->frames->len);
    vmn_engine_clock(engine, c->end);
    vmn_engine_settle(engine);
    return engine;
}
