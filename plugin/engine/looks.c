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

/* ---- order, equality and hashes ---- */

static int compare_numbers(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

static int compare_addresses(const vmn_address *a, const vmn_address *b)
{
    int order = compare_numbers(a->family, b->family);

    return order != 0 || a->family == 0 ? order : memcmp(a->octets, b->octets, sizeof(a->octets));
}

static int compare_tags(const uint16_t *a, unsigned n_a, const uint16_t *b, unsigned n_b)
{
    int order = compare_numbers(n_a, n_b);

    for (unsigned i = 0; order == 0 && i < n_a; i++)
        order = compare_numbers(a[i], b[i]);
    return order;
}

static int compare_paths(const vmn_path_data *a, const vmn_path_data *b)
{
    const vmn_path *x = &a->shown, *y = &b->shown;
    int order = compare_tags(x->vlans, x->n_vlans, y->vlans, y->n_vlans);

    if (order == 0)
        order = compare_numbers(x->vni, y->vni);
    if (order == 0)
        order = compare_addresses(&x->outer_src, &y->outer_src);
    if (order == 0)
        order = compare_addresses(&x->outer_dst, &y->outer_dst);
    if (order == 0)
        order = compare_numbers(x->session, y->session);
    if (order == 0)
        order = compare_numbers(x->section, y->section);
    if (order == 0)
        order = compare_numbers(x->interface, y->interface);
    return order != 0 ? order : compare_numbers(a->variant, b->variant);
}

/* A hash of what was hashed before and one more number. */
static uint64_t mix(uint64_t hash, uint64_t number)
{
    hash = (hash ^ number) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 32;
}

static uint64_t mix_tags(uint64_t hash, const uint16_t *vlans, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        hash = mix(hash, vlans[i]);
    return mix(hash, n);
}

static uint64_t mix_address(uint64_t hash, const vmn_address *address)
{
    uint64_t halves[2];

    if (address->family == 0)
        return hash;
    memcpy(halves, address->octets, sizeof(halves));
    return mix(mix(mix(hash, address->family), halves[0]), halves[1]);
}

static guint hash_path(gconstpointer key)
{
    const vmn_path_data *p = key;
    uint64_t hash = mix((uint64_t)p->shown.section << 32 | p->shown.interface, p->variant);

    hash = mix(hash, (uint64_t)p->shown.session << 32 | p->shown.vni);
    hash = mix_address(mix_address(hash, &p->shown.outer_src), &p->shown.outer_dst);
    return (guint)mix_tags(hash, p->shown.vlans, p->shown.n_vlans);
}

static gboolean equal_path(gconstpointer a, gconstpointer b)
{
    return compare_paths(a, b) == 0;
}

static guint hash_tagset(gconstpointer key)
{
    const vmn_tagset *t = key;

    return (guint)mix_tags(mix(0, t->vni), t->vlans, t->n_vlans);
}

static int compare_tagsets(const vmn_tagset *x, const vmn_tagset *y)
{
    int order = compare_tags(x->vlans, x->n_vlans, y->vlans, y->n_vlans);

    return order != 0 ? order : compare_numbers(x->vni, y->vni);
}

static gboolean equal_tagset(gconstpointer a, gconstpointer b)
{
    return compare_tagsets(a, b) == 0;
}

static guint hash_shape_key(gconstpointer key)
{
    return (guint)mix(0, *(const uint64_t *)key);
}

static gboolean equal_shape_key(gconstpointer a, gconstpointer b)
{
    return *(const uint64_t *)a == *(const uint64_t *)b;
}

/* ---- numbers ---- */

void vmn_looks_init(vmn_looks *l)
{
    *l = (vmn_looks){.paths = g_array_new(FALSE, FALSE, sizeof(vmn_path_data)),
                     .tagsets = g_array_new(FALSE, FALSE, sizeof(vmn_tagset)),
                     .shapes = g_array_new(FALSE, FALSE, sizeof(vmn_shape)),
                     .path_index = g_hash_table_new_full(hash_path, equal_path, g_free, NULL),
                     .tagset_index = g_hash_table_new_full(hash_tagset, equal_tagset, g_free, NULL),
                     .shape_index =
                         g_hash_table_new_full(hash_shape_key, equal_shape_key, g_free, NULL)};
}

void vmn_looks_clear(vmn_looks *l)
{
    g_array_free(l->paths, TRUE);
    g_array_free(l->tagsets, TRUE);
    g_array_free(l->shapes, TRUE);
    g_hash_table_destroy(l->path_index);
    g_hash_table_destroy(l->tagset_index);
    g_hash_table_destroy(l->shape_index);
}

/* The number of the element whose key is given, VMN_NONE: there is none. */
static uint32_t find_number(GHashTable *index, gconstpointer key)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(index, key)) - 1;
}

/* Add an element, and its number to the index by a copy of its key. The number. */
static uint32_t add_element(GArray *array, gconstpointer element, GHashTable *index,
                            gconstpointer key, size_t key_size)
{
    g_array_append_vals(array, element, 1);
    g_hash_table_insert(index, g_memdup2(key, key_size), GUINT_TO_POINTER(array->len));
    return array->len - 1;
}

static uint32_t tagset_of(vmn_looks *l, const vmn_path *path)
{
    vmn_tagset t = {.n_vlans = path->n_vlans, .vni = path->vni};
    uint32_t number;

    memcpy(t.vlans, path->vlans, sizeof(t.vlans));
    number = find_number(l->tagset_index, &t);
    return number != VMN_NONE ? number
                              : add_element(l->tagsets, &t, l->tagset_index, &t, sizeof(t));
}

/* The number of a path whose `shown` and `variant` are filled in. */
static uint32_t path_of(vmn_looks *l, vmn_path_data *p)
{
    uint32_t number = find_number(l->path_index, p);

    if (number != VMN_NONE)
        return number;
    p->tagset = tagset_of(l, &p->shown);
    if (p->variant == 0) {
        p->place = l->paths->len;
    } else {
        vmn_path_data plain = {.shown = p->shown};

        p->place = path_of(l, &plain);
    }
    return add_element(l->paths, p, l->path_index, p, sizeof(*p));
}

/* Did a frame, no tunnel around it, come on this path? */
static bool came_on(const vmn_path_data *p, const vmn_frame *f)
{
    const vmn_path *x = &p->shown;

    return x->interface == f->interface && p->variant == f->variant && x->section == f->section &&
           x->vni == f->vni && x->session == f->session && f->outer_src.family == 0 &&
           f->outer_dst.family == 0 && x->outer_src.family == 0 && x->outer_dst.family == 0 &&
           compare_tags(x->vlans, x->n_vlans, f->vlans, MIN(f->n_vlans, VMN_MAX_VLANS)) == 0;
}

uint32_t vmn_looks_path(vmn_looks *l, const vmn_frame *f)
{
    vmn_path_data p;

    if (l->paths->len > 0 && came_on(&g_array_index(l->paths, vmn_path_data, l->last_path), f))
        return l->last_path;
    p = (vmn_path_data){.shown = {.interface = f->interface,
                                  .section = f->section,
                                  .n_vlans = MIN(f->n_vlans, VMN_MAX_VLANS),
                                  .vni = f->vni,
                                  .session = f->session,
                                  .outer_src = f->outer_src,
                                  .outer_dst = f->outer_dst},
                        .variant = f->variant};

    memcpy(p.shown.vlans, f->vlans, p.shown.n_vlans * sizeof(*f->vlans));
    l->last_path = path_of(l, &p);
    return l->last_path;
}

int vmn_looks_compare_tags(const vmn_looks *l, uint32_t a, uint32_t b)
{
    return compare_tagsets(&g_array_index(l->tagsets, vmn_tagset, a),
                           &g_array_index(l->tagsets, vmn_tagset, b));
}

int vmn_looks_compare(const vmn_looks *l, uint32_t a, uint32_t b)
{
    return compare_paths(&g_array_index(l->paths, vmn_path_data, a),
                         &g_array_index(l->paths, vmn_path_data, b));
}

/* A shape as a number: two are the same when it is. */
static uint64_t shape_key(const vmn_shape *s)
{
    return (uint64_t)s->length << 32 | (uint64_t)s->ethertype << 16 | (uint64_t)s->opcode << 8 |
           (uint64_t)s->padding_zero << 3 | (uint64_t)s->has_address << 2 |
           (uint64_t)s->asks_broadcast << 1 | (uint64_t)s->asks_for_other;
}

static uint16_t shape_of(vmn_looks *l, vmn_shape *s)
{
    uint64_t key = shape_key(s);
    uint32_t number = find_number(l->shape_index, &key);

    if (number != VMN_NONE)
        return (uint16_t)number;
    if (l->shapes->len >= VMN_MAX_LENGTHS && s->length != 0) {
        s->length = 0; /* what is left are EtherType, opcode and flags: a few dozen more at most */
        return shape_of(l, s);
    }
    return (uint16_t)add_element(l->shapes, s, l->shape_index, &key, sizeof(key));
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
    uint64_t key = shape_key(&s);

    if (l->shapes->len == 0 || l->last_shape_key != key) {
        l->last_shape = shape_of(l, &s);
        l->last_shape_key = key;
    }
    return l->last_shape;
}

/* ---- what they mean ---- */

bool vmn_looks_can_meet(const vmn_looks *l, uint32_t a, uint32_t b)
{
    const vmn_tagset *x = &g_array_index(l->tagsets, vmn_tagset, a);
    const vmn_tagset *y = &g_array_index(l->tagsets, vmn_tagset, b);
    unsigned n = MIN(x->n_vlans, y->n_vlans), outer = 0, inner;

    if (x->vni != VMN_NO_VNI && y->vni != VMN_NO_VNI && x->vni != y->vni)
        return false;
    while (outer < n && x->vlans[outer] == y->vlans[outer])
        outer++;
    inner = n - outer;
    return memcmp(x->vlans + x->n_vlans - inner, y->vlans + y->n_vlans - inner,
                  inner * sizeof(uint16_t)) == 0;
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
