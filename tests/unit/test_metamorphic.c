/* test_metamorphic.c
 * Changes of a capture that change nothing in the answer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 *     test_metamorphic                                400 captures, all changes
 *     VMN_LONG_TESTS=1 test_metamorphic               10,000
 *     VMN_METAMORPHIC_SEED=17 test_metamorphic        that one alone, pending changes as well
 *     VMN_METAMORPHIC_COUNT=1 test_metamorphic        how many captures differ, pending ones as
 * well
 *
 * A failure prints the seed, the answers' differences, and the fewest frames that still differ.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canonical.h"

#define CAPTURES 400
#define CAPTURES_LONG 10000
#define LATENESS (VMN_S * 3 / 10) /* ns: how late a file may have a frame */

/* A change, drawn from the seed; `c` is a copy of what was drawn. */
typedef struct {
    const char *name;
    void (*change)(capture *c, uint64_t seed);
    bool pending; /* does not hold yet */
} transformation;

/* ---- changes -------------------------------------------------------------------------------- */

/* Put the frames in order of their times, each late by up to `lateness` ns; ties in any order. */
static void write_late(capture *c, uint64_t seed, int64_t lateness)
{
    int64_t *keys = g_new(int64_t, c->feed->frames->len + 1);

    for (unsigned i = 0; i < c->feed->frames->len; i++) {
        const vmn_frame *frame = capture_frame(c, i);
        uint64_t late = capture_draw(seed, frame->frame) % (uint64_t)(lateness + 1);

        keys[i] = frame->when + (int64_t)late;
    }
    capture_arrange(c, keys, seed + 1);
    g_free(keys);
}

static void permute_ties(capture *c, uint64_t seed)
{
    write_late(c, seed, 0);
}

/* No frame comes more than 0.3 s after one that is later by its time. */
static void reorder(capture *c, uint64_t seed)
{
    write_late(c, seed, LATENESS);
}

/* The same, but each interface by a time of its own: frames of one interface keep their order. */
static void delay_interfaces(capture *c, uint64_t seed)
{
    int64_t *keys = g_new(int64_t, c->feed->frames->len + 1);

    for (unsigned i = 0; i < c->feed->frames->len; i++) {
        const vmn_frame *frame = capture_frame(c, i);

        keys[i] = frame->when + (int64_t)(capture_draw(seed, frame->interface) % (LATENESS + 1));
    }
    capture_arrange(c, keys, IN_PLACE);
    g_free(keys);
}

/* Another number for the last three octets of a MAC: they grow with the old one's where `in_order`,
 * else they do not. Vendors stay, as some senders are known by them. */
static void rename_octets(uint8_t *mac, uint64_t seed, bool in_order)
{
    uint32_t low = (uint32_t)(mac[3] << 16 | mac[4] << 8 | mac[5]);

    if (memcmp(mac, "\xff\xff\xff", 3) == 0)
        return;
    g_assert_cmpuint(low, <, 1U << 23);
    if (in_order)
        low = 2 * low + (uint32_t)(seed % 2);
    else /* odd factor: no two MACs become one */
        low = (low * (2 * (uint32_t)(seed % 1000000) + 1) + (uint32_t)(seed >> 32)) & 0xffffff;
    mac[3] = (uint8_t)(low >> 16);
    mac[4] = (uint8_t)(low >> 8);
    mac[5] = (uint8_t)low;
}

static void rename_all(capture *c, uint64_t seed, bool in_order)
{
    for (unsigned i = 0; i < c->feed->frames->len; i++) {
        vmn_frame *f = capture_frame(c, i);

        rename_octets(f->eth_src, seed, in_order);
        rename_octets(f->eth_dst, seed, in_order);
        rename_octets(f->sha, seed, in_order);
        rename_octets(f->tha, seed, in_order);
    }
}

static void rename_in_order(capture *c, uint64_t seed)
{
    rename_all(c, capture_draw(seed, 0), true);
}

static void rename_anyhow(capture *c, uint64_t seed)
{
    rename_all(c, capture_draw(seed, 0), false);
}

/* To any moment between 1970 and 2100; captures are shorter than a day. */
static void shift(capture *c, uint64_t seed)
{
    const int64_t day = 86400 * VMN_S, end = INT64_C(4102444800) * VMN_S;
    int64_t to = day + (int64_t)(capture_draw(seed, 0) % (uint64_t)(end - 3 * day));

    c->shift = to - c->begin;
    c->begin += c->shift;
    c->end += c->shift;
    for (unsigned i = 0; i < c->feed->frames->len; i++)
        capture_frame(c, i)->when += c->shift;
}

static void add_others(capture *c, uint64_t seed)
{
    capture_add_others(c, (uint32_t)capture_draw(seed, 0));
}

static void tag(capture *c, uint16_t vlan, bool outside)
{
    for (unsigned i = 0; i < c->feed->frames->len; i++) {
        vmn_frame *f = capture_frame(c, i);

        g_assert_cmpuint(f->n_vlans, <, VMN_MAX_VLANS);
        if (outside)
            memmove(f->vlans + 1, f->vlans, f->n_vlans * sizeof(*f->vlans));
        f->vlans[outside ? 0 : f->n_vlans] = vlan;
        f->n_vlans++;
    }
}

/* As a guest tags its own frames. */
static void tag_inside(capture *c, uint64_t seed)
{
    tag(c, (uint16_t)(3000 + capture_draw(seed, 0) % 1000), false);
}

/* As a mirror (RSPAN) tags all that it copies. */
static void tag_outside(capture *c, uint64_t seed)
{
    tag(c, (uint16_t)(3000 + capture_draw(seed, 0) % 1000), true);
}

/* Interfaces get other numbers in the same order, which decides between sights of one time. */
static void renumber_interfaces(capture *c, uint64_t seed)
{
    uint32_t first = (uint32_t)(capture_draw(seed, 0) % 3 + 1);

    for (unsigned i = 0; i < c->feed->frames->len; i++) {
        vmn_frame *f = capture_frame(c, i);

        f->interface = f->interface * 7 + first;
    }
}

static const transformation transformations[] = {
    {.name = "ties permuted", .change = permute_ties},
    {.name = "reordered within 0.3 s", .change = reorder},
    {.name = "interfaces written late", .change = delay_interfaces},
    {.name = "MACs renamed in order", .change = rename_in_order},
    {.name = "MACs renamed anyhow", .change = rename_anyhow},
    {.name = "shifted in time", .change = shift},
    {.name = "others added", .change = add_others},
    {.name = "tagged inside", .change = tag_inside},
    {.name = "tagged outside", .change = tag_outside},
    {.name = "interfaces renumbered", .change = renumber_interfaces},
};

/* ---- comparing ------------------------------------------------------------------------------ */

static bool is_set(const char *variable)
{
    const char *text = g_getenv(variable);

    return text != NULL && text[0] != '\0' && strcmp(text, "0") != 0;
}

static answer *answer_to(const capture *c, const capture *drawn)
{
    vmn_engine *engine = capture_settled(c);
    answer *a = answer_new(engine, c, drawn);

    vmn_engine_free(engine);
    return a;
}

static capture *changed(const capture *drawn, const transformation *t, uint64_t seed)
{
    capture *c = capture_copy(drawn, NULL);

    t->change(c, seed);
    return c;
}

/* Is the answer to the changed capture another one than `expected`? */
static bool differs(const capture *drawn, const answer *expected, const transformation *t,
                    uint64_t seed)
{
    capture *c = changed(drawn, t, seed);
    answer *a = answer_to(c, drawn);
    bool same = answer_equal(a, expected);

    answer_free(a);
    capture_free(c);
    return !same;
}

static bool differs_at_all(const capture *drawn, const transformation *t, uint64_t seed)
{
    answer *expected = answer_to(drawn, drawn);
    bool result = differs(drawn, expected, t, seed);

    answer_free(expected);
    return result;
}

/* The capture without `n` frames from `from` on. */
static capture *without(const capture *c, unsigned from, unsigned n)
{
    unsigned len = c->feed->frames->len;
    bool *keep = g_new(bool, len + 1);
    capture *fewer;

    for (unsigned i = 0; i < len; i++)
        keep[i] = i < from || i >= from + n;
    fewer = capture_copy(c, keep);
    g_free(keep);
    return fewer;
}

/* Take frames away, many at first, as long as the answers differ. Frees `drawn`. */
static capture *shrink(capture *drawn, const transformation *t, uint64_t seed)
{
    for (unsigned n = drawn->feed->frames->len / 2; n > 0; n /= 2) {
        for (unsigned from = 0; from < drawn->feed->frames->len;) {
            capture *fewer = without(drawn, from, n);

            if (differs_at_all(fewer, t, seed)) {
                capture_free(drawn);
                drawn = fewer;
            } else {
                capture_free(fewer);
                from += n;
            }
        }
    }
    return drawn;
}

static void print_frame(const vmn_frame *f, int64_t begin)
{
    GString *tags = g_string_new(NULL);

    for (unsigned i = 0; i < f->n_vlans; i++)
        g_string_append_printf(tags, ".%u", f->vlans[i]);
    if (f->vni != VMN_NO_VNI)
        g_string_append_printf(tags, "/vni%u", f->vni);
    fprintf(stderr, "#   %" PRId64 " ns %02x:%02x:%02x:%02x:%02x:%02x op %u length %u if%u%s\n",
            f->when - begin, f->tha[0], f->tha[1], f->tha[2], f->tha[3], f->tha[4], f->tha[5],
            f->opcode, f->length, f->interface, tags->str);
    g_string_free(tags, TRUE);
}

static void print_capture(const char *title, const capture *c)
{
    vmn_engine *engine = capture_settled(c);
    char *text = bursts_text(engine);

    fprintf(stderr, "# %s: %u frames, other traffic from 0 to %" PRId64 " ns\n", title,
            c->feed->frames->len, c->end - c->begin);
    for (unsigned i = 0; i < c->feed->frames->len && i < 60; i++)
        print_frame(capture_frame(c, i), c->begin);
    fprintf(stderr, "%s\n", text);
    g_free(text);
    vmn_engine_free(engine);
}

static void explain(const transformation *t, uint32_t seed)
{
    capture *drawn = shrink(capture_new(seed), t, seed), *other = changed(drawn, t, seed);
    answer *a = answer_to(drawn, drawn), *b = answer_to(other, drawn);
    char *difference = answer_difference(a, b);

    fprintf(stderr, "# %s: seed %u\n", t->name, seed);
    print_capture("as drawn", drawn);
    print_capture("changed", other);
    fprintf(stderr, "%s", difference);
    g_free(difference);
    answer_free(a);
    answer_free(b);
    capture_free(drawn);
    capture_free(other);
}

/* The answer to a capture as it was drawn; kept, since each change needs it. */
static const answer *expected_of(const capture *drawn, uint32_t seed)
{
    static answer *known[CAPTURES_LONG + 1];

    if (known[seed % (CAPTURES_LONG + 1)] == NULL)
        known[seed % (CAPTURES_LONG + 1)] = answer_to(drawn, drawn);
    return known[seed % (CAPTURES_LONG + 1)];
}

static bool fails(const transformation *t, uint32_t seed)
{
    capture *drawn = capture_new(seed);
    bool result = differs(drawn, expected_of(drawn, seed), t, seed);

    capture_free(drawn);
    return result;
}

static void test(gconstpointer data)
{
    const transformation *t = data;
    bool count = is_set("VMN_METAMORPHIC_COUNT"), one = is_set("VMN_METAMORPHIC_SEED");
    unsigned from = one ? (unsigned)atoi(g_getenv("VMN_METAMORPHIC_SEED")) : 1;
    unsigned n = one ? 1 : is_set("VMN_LONG_TESTS") ? CAPTURES_LONG : CAPTURES;
    unsigned failures = 0;

    if (t->pending && !count && !one) {
        g_test_skip("pending");
        return;
    }
    for (unsigned seed = from; seed < from + n; seed++) {
        if (!fails(t, seed))
            continue;
        failures++;
        if (count)
            continue;
        explain(t, seed);
        g_error("%s: another answer, seed %u", t->name, seed);
    }
    if (count)
        fprintf(stderr, "# %s: %u of %u differ\n", t->name, failures, n);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(transformations); i++) {
        char *path = g_strconcat("/metamorphic/", transformations[i].name, NULL);

        g_test_add_data_func(path, &transformations[i], test);
        g_free(path);
    }
    return g_test_run();
}
