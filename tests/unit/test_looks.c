/* test_looks.c
 * Paths and shapes: their numbers, their order, and what is kept where there are too many.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "looks.h"
#include "store.h"

#define MANY 100000U

static vmn_frame frame_of(uint32_t length)
{
    return (vmn_frame){.ethertype = 0x8035,
                       .opcode = 3,
                       .length = length,
                       .padding_zero = true,
                       .vni = VMN_NO_VNI,
                       .session = VMN_NO_SESSION};
}

static const vmn_path_data *path_at(const vmn_looks *looks, uint32_t i)
{
    return &g_array_index(looks->paths, vmn_path_data, i);
}

static const vmn_shape *shape_at(const vmn_looks *looks, uint32_t i)
{
    return &g_array_index(looks->shapes, vmn_shape, i);
}

/* More stacks of tags and networks than 16 bits number: each is a path and a set of its own. */
static void test_many_paths(void)
{
    vmn_looks looks;

    vmn_looks_init(&looks);
    for (unsigned pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < MANY; i++) {
            vmn_frame f = frame_of(60);

            if (i % 2 == 0)
                f.vni = i;
            f.n_vlans = i % 2 == 0 ? 0 : 2;
            f.vlans[0] = (uint16_t)(i / 4096);
            f.vlans[1] = (uint16_t)(i % 4096);
            g_assert_cmpuint(vmn_looks_path(&looks, &f), ==, i);
            g_assert_cmpuint(path_at(&looks, i)->tagset, ==, i);
            g_assert_cmpuint(path_at(&looks, i)->place, ==, i);
        }
    }
    g_assert_cmpuint(looks.paths->len, ==, MANY);
    g_assert_true(vmn_looks_can_meet(&looks, 70000, 70001)); /* one is bare inside a network */
    g_assert_false(vmn_looks_can_meet(&looks, 70000, 70002));
    g_assert_false(vmn_looks_can_meet(&looks, 70001, 70003));
    vmn_looks_clear(&looks);
}

/* Variants are paths of their own at one place; tunnels, sessions and interfaces are places. */
static void test_places(void)
{
    vmn_frame frames[8];
    uint32_t numbers[G_N_ELEMENTS(frames)], again;
    vmn_looks looks;

    for (unsigned i = 0; i < G_N_ELEMENTS(frames); i++)
        frames[i] = frame_of(60);
    frames[1].variant = 4;
    frames[2].variant = 1;
    frames[3].session = 0;
    frames[4].interface = 1;
    frames[5].section = 1;
    frames[6].outer_src = (vmn_address){.family = 4, .octets = {192, 0, 2, 1}};
    frames[7].outer_src = (vmn_address){.family = 6, .octets = {192, 0, 2, 1}};
    vmn_looks_init(&looks);
    numbers[1] = vmn_looks_path(&looks, &frames[1]); /* before the place itself is seen */
    for (unsigned i = 0; i < G_N_ELEMENTS(frames); i++)
        numbers[i] = vmn_looks_path(&looks, &frames[i]);
    for (unsigned i = 0; i < G_N_ELEMENTS(frames); i++) {
        g_assert_cmpuint(path_at(&looks, numbers[i])->place, ==, numbers[i < 3 ? 0 : i]);
        g_assert_cmpuint(path_at(&looks, numbers[i])->tagset, ==, 0);
        for (unsigned k = 0; k < i; k++)
            g_assert_cmpuint(numbers[i], !=, numbers[k]);
    }
    again = vmn_looks_path(&looks, &frames[6]);
    g_assert_cmpuint(again, ==, numbers[6]);
    vmn_looks_clear(&looks);
}

/* Paths sorted by what they are: the numbers that they got do not matter. */
static void test_order(void)
{
    vmn_frame frames[9];
    uint32_t up[G_N_ELEMENTS(frames)], down[G_N_ELEMENTS(frames)];
    const unsigned n = G_N_ELEMENTS(frames);
    vmn_looks rising, falling;

    for (unsigned i = 0; i < n; i++)
        frames[i] = frame_of(60);
    frames[1].variant = 1;
    frames[2].interface = 1;
    frames[3].section = 1;
    frames[4].outer_dst = (vmn_address){.family = 4, .octets = {192, 0, 2, 1}};
    frames[5].outer_dst = (vmn_address){.family = 4, .octets = {192, 0, 2, 2}};
    frames[6].outer_src = (vmn_address){.family = 4, .octets = {192, 0, 2, 1}};
    frames[7].n_vlans = frames[8].n_vlans = 1;
    frames[7].vlans[0] = 7;
    frames[8].vlans[0] = 300; /* a number, not octets in this machine's order */
    vmn_looks_init(&rising);
    vmn_looks_init(&falling);
    for (unsigned i = 0; i < n; i++) {
        up[i] = vmn_looks_path(&rising, &frames[i]);
        down[n - 1 - i] = vmn_looks_path(&falling, &frames[n - 1 - i]);
    }
    for (unsigned i = 0; i < n; i++) {
        for (unsigned k = 0; k < n; k++) {
            int expected = (i > k) - (i < k), a = vmn_looks_compare(&rising, up[i], up[k]),
                b = vmn_looks_compare(&falling, down[i], down[k]);

            g_assert_cmpint((a > 0) - (a < 0), ==, expected);
            g_assert_cmpint((b > 0) - (b < 0), ==, expected);
        }
    }
    vmn_looks_clear(&rising);
    vmn_looks_clear(&falling);
}

/* Too many lengths: the length of a new one is unknown, all else is right. */
static void test_many_lengths(void)
{
    vmn_looks looks;

    vmn_looks_init(&looks);
    for (unsigned pass = 0; pass < 2; pass++) {
        for (uint32_t i = 1; i < MANY; i++) {
            vmn_frame f = frame_of(i);
            const vmn_shape *shape;

            f.padding_zero = i % 3 > 0;
            f.spa = i % 5 == 0;
            shape = shape_at(&looks, vmn_looks_shape(&looks, &f));
            g_assert_cmpuint(shape->length, ==, i <= VMN_MAX_LENGTHS ? i : 0);
            g_assert_cmpint(shape->padding_zero, ==, i % 3 > 0);
            g_assert_cmpint(shape->has_address, ==, i % 5 == 0);
            g_assert_cmpuint(shape->ethertype, ==, 0x8035);
        }
    }
    g_assert_cmpuint(looks.shapes->len, <, UINT16_MAX);
    vmn_looks_clear(&looks);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/looks/many paths", test_many_paths);
    g_test_add_func("/looks/places", test_places);
    g_test_add_func("/looks/order", test_order);
    g_test_add_func("/looks/many lengths", test_many_lengths);
    return g_test_run();
}
