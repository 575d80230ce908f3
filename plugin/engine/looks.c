/* looks.c
 * Numbers for paths, tags and shapes; the kind by the fields.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "looks.h"

#include <string.h>

static bool is_station(const uint8_t *mac)
{
    static const uint8_t zero[6];

    return (mac[0] & 1) == 0 && memcmp(mac, zero, 6) != 0;
}

static guint hash_path(gconstpointer key)
{
    const vmn_path_data *p = key;
    uint64_t x = p->shown.interface;

    x = x * 31 + p->variant;
    x = x * 31 + p->shown.vni;
    for (unsigned i = 0; i < p->shown.n_vlans; i++)
        x = x * 4099 + p->shown.vlans[i];
    return (guint)(x ^ x >> 32);
}

static bool same_tags(const uint16_t *a, unsigned n_a, uint32_t vni_a, const uint16_t *b,
                      unsigned n_b, uint32_t vni_b)
{
    return n_a == n_b && vni_a == vni_b && (n_a == 0 || memcmp(a, b, n_a * sizeof(*a)) == 0);
}

static gboolean equal_path(gconstpointer a, gconstpointer b)
{
    const vmn_path_data *x = a, *y = b;

    return x->shown.interface == y->shown.interface && x->variant == y->variant &&
           x->shown.section == y->shown.section &&
           same_tags(x->shown.vlans, x->shown.n_vlans, x->shown.vni, y->shown.vlans,
                     y->shown.n_vlans, y->shown.vni);
}

void vmn_looks_init(vmn_looks *l)
{
    *l = (vmn_looks){.paths = g_array_new(FALSE, FALSE, sizeof(vmn_path_data)),
                     .tagsets = g_array_new(FALSE, FALSE, sizeof(vmn_tagset)),
                     .shapes = g_array_new(FALSE, FALSE, sizeof(vmn_shape)),
                     .path_index = g_hash_table_new_full(hash_path, equal_path, g_free, NULL)};
}

void vmn_looks_clear(vmn_looks *l)
{
    g_array_free(l->paths, TRUE);
    g_array_free(l->tagsets, TRUE);
    g_array_free(l->shapes, TRUE);
    g_hash_table_destroy(l->path_index);
}

static uint16_t intern_tagset(vmn_looks *l, const vmn_path *path)
{
    vmn_tagset t = {.n_vlans = path->n_vlans, .vni = path->vni};

    for (unsigned i = 0; i < l->tagsets->len; i++) {
        const vmn_tagset *x = &g_array_index(l->tagsets, vmn_tagset, i);

        if (same_tags(x->vlans, x->n_vlans, x->vni, path->vlans, path->n_vlans, path->vni))
            return (uint16_t)i;
    }
    if (l->tagsets->len == UINT16_MAX)
        return UINT16_MAX - 1;
    memcpy(t.vlans, path->vlans, sizeof(t.vlans));
    g_array_append_val(l->tagsets, t);
    return (uint16_t)(l->tagsets->len - 1);
}

uint16_t vmn_looks_path(vmn_looks *l, const vmn_frame *f)
{
    vmn_path_data p = {.shown = {.interface = f->interface,
                                 .section = f->section,
                                 .n_vlans = MIN(f->n_vlans, VMN_MAX_VLANS),
                                 .vni = f->vni},
                       .variant = f->variant};
    gpointer found;

    memcpy(p.shown.vlans, f->vlans, p.shown.n_vlans * sizeof(*f->vlans));
    if (l->paths->len > 0 && equal_path(&g_array_index(l->paths, vmn_path_data, l->last_path), &p))
        return l->last_path;
    found = g_hash_table_lookup(l->path_index, &p);
    if (found != NULL) {
        l->last_path = (uint16_t)(GPOINTER_TO_UINT(found) - 1);
    } else if (l->paths->len < UINT16_MAX) {
        p.tagset = intern_tagset(l, &p.shown);
        g_array_append_val(l->paths, p);
        l->last_path = (uint16_t)(l->paths->len - 1);
        g_hash_table_insert(l->path_index, g_memdup2(&p, sizeof(p)),
                            GUINT_TO_POINTER(l->paths->len));
    }
    return l->last_path;
}

static const vmn_shape *shape_at(const vmn_looks *l, unsigned i)
{
    return &g_array_index(l->shapes, vmn_shape, i);
}

static bool same_shape(const vmn_shape *a, const vmn_shape *b)
{
    return a->length == b->length && a->ethertype == b->ethertype && a->opcode == b->opcode &&
           a->padding_zero == b->padding_zero && a->asks_broadcast == b->asks_broadcast &&
           a->has_address == b->has_address && a->asks_for_other == b->asks_for_other;
}

uint16_t vmn_looks_shape(vmn_looks *l, const vmn_frame *f)
{
    vmn_shape s = {.length = f->length,
                   .ethertype = f->ethertype,
                   .opcode = (uint8_t)f->opcode,
                   .padding_zero = f->padding_zero,
                   .has_address = f->spa != 0 || f->tpa != 0,
                   .asks_broadcast = f->tpa == UINT32_MAX,
                   .asks_for_other = is_station(f->tha) && memcmp(f->sha, f->tha, 6) != 0};

    if (l->shapes->len > 0 && same_shape(shape_at(l, l->last_shape), &s))
        return l->last_shape;
    for (unsigned i = 0; i < l->shapes->len; i++) {
        if (same_shape(shape_at(l, i), &s)) {
            l->last_shape = (uint16_t)i;
            return l->last_shape;
        }
    }
    if (l->shapes->len < 4096) { /* lengths are the only thing without a bound of their own */
        g_array_append_val(l->shapes, s);
        l->last_shape = (uint16_t)(l->shapes->len - 1);
    }
    return l->last_shape;
}

bool vmn_looks_can_meet(const vmn_looks *l, uint16_t a, uint16_t b)
{
    const vmn_tagset *x = &g_array_index(l->tagsets, vmn_tagset, a);
    const vmn_tagset *y = &g_array_index(l->tagsets, vmn_tagset, b);
    unsigned n = MIN(x->n_vlans, y->n_vlans);

    if (x->vni != VMN_NO_VNI && y->vni != VMN_NO_VNI && x->vni != y->vni)
        return false;
    return memcmp(x->vlans + x->n_vlans - n, y->vlans + y->n_vlans - n, n * sizeof(uint16_t)) == 0;
}

bool vmn_looks_same_place(const vmn_path *a, const vmn_path *b)
{
    return a->interface == b->interface && a->section == b->section && a->vni == b->vni &&
           a->n_vlans == b->n_vlans && memcmp(a->vlans, b->vlans, a->n_vlans * 2) == 0;
}

vmn_kind vmn_looks_kind(const vmn_frame *f)
{
    if (f->opcode == 4)
        return VMN_KIND_REPLY;
    if (!is_station(f->tha))
        return VMN_KIND_UNUSUAL;
    if (f->tpa == UINT32_MAX) /* U-Boot */
        return VMN_KIND_REQUEST;
    if (f->spa != 0 || f->tpa != 0)
        return VMN_KIND_UNUSUAL;
    if (memcmp(f->sha, f->tha, 6) != 0) { /* RFC 903: a station may ask for another one */
        bool own = !f->has_eth || memcmp(f->eth_src, f->sha, 6) == 0;

        return own && is_station(f->sha) ? VMN_KIND_REQUEST : VMN_KIND_UNUSUAL;
    }
    return VMN_KIND_NOTICE;
}

const uint8_t *vmn_looks_announced(const vmn_frame *f)
{
    return is_station(f->tha) ? f->tha : f->sha;
}

vmn_range vmn_looks_range(const uint8_t *mac)
{
    static const uint8_t vmware[][3] = {{0x00, 0x50, 0x56}, {0x00, 0x0c, 0x29}, {0x00, 0x05, 0x69}};

    for (unsigned i = 0; i < G_N_ELEMENTS(vmware); i++)
        if (memcmp(mac, vmware[i], 3) == 0)
            return VMN_RANGE_VMWARE;
    if (mac[0] == 0x52 && mac[1] == 0x54 && mac[2] == 0x00)
        return VMN_RANGE_QEMU;
    return mac[0] & 2 ? VMN_RANGE_LOCAL : VMN_RANGE_VENDOR;
}
