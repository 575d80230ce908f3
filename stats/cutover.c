/* cutover.c
 * How long a machine was silent around its notices; see cutover.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cutover.h"

#include <string.h>

#define COPY_WINDOW INT64_C(5000000) /* ns: copies of one frame lie within it */
#define LATE INT64_C(1000000000)     /* ns that a mark may come late in the file */
#define KEPT_LAST 4                  /* copies on a host's interfaces, or by "-i any" */
#define MAX_RECENT 4096 /* frames of a MAC; at most this many are searched for a late mark */

/* The frames between two neighbouring marks. */
typedef struct {
    vmn_sight first;
    vmn_sight own;             /* first gratuitous ARP or NA, when own.says */
    vmn_sight last[KEPT_LAST]; /* the latest first */
    unsigned n_last;
} span;

/* A mark, and what lies before it up to the mark before. */
typedef struct {
    int64_t when;
    span *before; /* NULL: nothing */
    uint32_t
        previous_frames; /* index of the nearest mark, this or lower, with something before it … */
    uint32_t next_frames; /* … and likewise above this one; mac.marks->len: see mac.after */
} mark;

/* A MAC that sent frames, notices or others. */
typedef struct {
    uint64_t key;
    GArray *marks;  /* of mark, in order of time; NULL: none yet */
    span *after;    /* what lies after the last mark */
    GArray *recent; /* of vmn_sight, in order of the file: frames for late marks */
    unsigned full;  /* length of `recent` at which it is cleared of what is too old */
    uint32_t tag;
    unsigned asked; /* marks up to the last one that was asked for */
    bool indexed;   /* previous_frames and next_frames are right */
} mac_state;

struct vmn_cutover {
    bool marks_first;
    GHashTable *macs;  /* key → mac_state */
    mac_state *latest; /* the one that was looked up last, or NULL */
};

/* ---- MACs ---- */

static uint64_t key_of(const uint8_t mac[6])
{
    uint64_t key = 0;

    for (int i = 0; i < 6; i++)
        key = key << 8 | mac[i];
    return key;
}

/* GLib's own hash for 64-bit keys sees 32 bits, and the vendor's part of most MACs is the same. */
static guint hash_key(gconstpointer key)
{
    return (guint)((*(const uint64_t *)key * UINT64_C(0x9e3779b97f4a7c15)) >> 32);
}

static gboolean equal_keys(gconstpointer a, gconstpointer b)
{
    return *(const uint64_t *)a == *(const uint64_t *)b;
}

static void free_mac(gpointer data)
{
    mac_state *mac = data;

    for (unsigned i = 0; mac->marks && i < mac->marks->len; i++)
        g_free(g_array_index(mac->marks, mark, i).before);
    if (mac->marks)
        g_array_unref(mac->marks);
    if (mac->recent)
        g_array_unref(mac->recent);
    g_free(mac->after);
    g_free(mac);
}

static mac_state *find_mac(vmn_cutover *cutover, const uint8_t address[6], bool create)
{
    uint64_t key = key_of(address);

    if (cutover->latest && cutover->latest->key == key)
        return cutover->latest;
    mac_state *mac = g_hash_table_lookup(cutover->macs, &key);
    if (!mac && create) {
        mac = g_new0(mac_state, 1);
        mac->key = key;
        g_hash_table_insert(cutover->macs, &mac->key, mac);
    }
    if (mac)
        cutover->latest = mac;
    return mac;
}

vmn_cutover *vmn_cutover_new(bool marks_first)
{
    vmn_cutover *cutover = g_new0(vmn_cutover, 1);

    cutover->marks_first = marks_first;
    cutover->macs = g_hash_table_new_full(hash_key, equal_keys, NULL, free_mac);
    return cutover;
}

void vmn_cutover_free(vmn_cutover *cutover)
{
    if (!cutover)
        return;
    g_hash_table_unref(cutover->macs);
    g_free(cutover);
}

/* ---- spans ---- */

/* Put a frame into a span. Returns whether its first frame, or that of its own words, became
 * another. */
static bool span_add(span **where, const vmn_sight *sight)
{
    bool changed = false;
    unsigned at;

    if (!*where)
        *where = g_new0(span, 1);
    span *s = *where;
    if (s->n_last == 0 || sight->when < s->first.when) {
        s->first = *sight;
        changed = true;
    }
    if (sight->says && (!s->own.says || sight->when < s->own.when)) {
        s->own = *sight;
        changed = true;
    }
    at = s->n_last;
    while (at > 0 && s->last[at - 1].when < sight->when)
        at--;
    if (at == KEPT_LAST)
        return changed;
    if (s->n_last < KEPT_LAST)
        s->n_last++;
    memmove(&s->last[at + 1], &s->last[at], (s->n_last - 1 - at) * sizeof s->last[0]);
    s->last[at] = *sight;
    return changed;
}

/* The last frame of a span; of copies of it the one that was seen first, for it came in there. */
static vmn_sight span_last(const span *s)
{
    unsigned best = 0;

    /* last[0] is the latest; as unsigned, because the two may be more than INT64_MAX apart */
    for (unsigned i = 1; i < s->n_last; i++)
        if (s->last[i].hash == s->last[0].hash &&
            (uint64_t)s->last[0].when - (uint64_t)s->last[i].when <= COPY_WINDOW)
            best = i;
    return s->last[best];
}

/* ---- marks ---- */

static mark *mark_at(const mac_state *mac, unsigned i)
{
    return &g_array_index(mac->marks, mark, i);
}

/* Number of marks at or before `when`; with `strictly`, before it. */
static unsigned marks_until(const mac_state *mac, int64_t when, bool strictly)
{
    unsigned low = 0, high = mac->marks ? mac->marks->len : 0;

    if (high && mark_at(mac, high - 1)->when < when)
        return high; /* the usual case */
    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (mark_at(mac, middle)->when < when || (!strictly && mark_at(mac, middle)->when == when))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The span before the i-th mark; after the last one for i = number of marks. */
static span **span_at(mac_state *mac, unsigned i)
{
    return mac->marks && i < mac->marks->len ? &mark_at(mac, i)->before : &mac->after;
}

/* Two spans instead of one: what is known of it goes to the side of `when` where it belongs. */
static void divide(const mac_state *mac, span *whole, int64_t when, span **before, span **after)
{
    *before = *after = NULL;
    if (!whole)
        return;
    if (whole->last[0].when <= when) {
        *before = whole;
        return;
    }
    if (whole->first.when > when) {
        *after = whole;
        return;
    }
    span_add(before, &whole->first);
    for (unsigned i = 0; mac->recent && i < mac->recent->len; i++) {
        const vmn_sight *sight = &g_array_index(mac->recent, vmn_sight, i);
        if (sight->when > whole->first.when && sight->when < whole->last[0].when)
            span_add(sight->when <= when ? before : after, sight);
    }
    for (unsigned i = 0; i < whole->n_last; i++) {
        vmn_sight *sight = &whole->last[i];
        span **side = sight->when <= when ? before : after;
        bool known = false;
        for (unsigned k = 0; *side && k < (*side)->n_last && !known; k++)
            known = (*side)->last[k].frame == sight->frame;
        if (!known)
            span_add(side, sight);
    }
    if (whole->own.says)
        span_add(whole->own.when <= when ? before : after, &whole->own);
    g_free(whole);
}

void vmn_cutover_mark(vmn_cutover *cutover, const uint8_t address[6], int64_t when, uint32_t tag)
{
    mac_state *mac = find_mac(cutover, address, true);
    unsigned at = marks_until(mac, when, true);
    mark new_mark = {.when = when};
    span **whole = span_at(mac, at), *after;

    mac->tag = tag;
    if (!mac->marks)
        mac->marks = g_array_new(FALSE, FALSE, sizeof(mark));
    if (at < mac->marks->len && mark_at(mac, at)->when == when)
        return;
    divide(mac, *whole, when, &new_mark.before, &after);
    *whole = after;
    g_array_insert_val(mac->marks, at, new_mark);
    mac->indexed = false;
}

/* Forget what is too old for a late mark, but for the latest of it: a silence may lie between. */
static void forget_old(mac_state *mac)
{
    vmn_sight *sights = (vmn_sight *)(void *)mac->recent->data, latest_old = {.when = INT64_MIN};
    unsigned n = mac->recent->len, kept = 0;
    int64_t oldest = MAX(sights[n - 1].when, INT64_MIN + LATE) - LATE;

    for (unsigned i = 0; i < n; i++)
        if (sights[i].when < oldest && sights[i].when > latest_old.when)
            latest_old = sights[i];
    for (unsigned i = n >= MAX_RECENT ? n / 2 : 0; i < n; i++)
        if (sights[i].when >= oldest)
            sights[kept++] = sights[i];
    g_array_set_size(mac->recent, kept);
    if (latest_old.frame != 0)
        g_array_append_val(mac->recent, latest_old);
    mac->full = CLAMP(kept * 2, 8, MAX_RECENT);
}

static void remember(mac_state *mac, const vmn_sight *sight)
{
    if (!mac->recent) {
        mac->recent = g_array_sized_new(FALSE, FALSE, sizeof(vmn_sight), 1);
        mac->full = 8;
    }
    g_array_append_val(mac->recent, *sight);
    if (mac->recent->len >= mac->full)
        forget_old(mac);
}

bool vmn_cutover_add(vmn_cutover *cutover, const uint8_t address[6], const vmn_sight *sight,
                     uint32_t *tag)
{
    mac_state *mac = find_mac(cutover, address, !cutover->marks_first);

    if (!mac)
        return false;
    if (!cutover->marks_first)
        remember(mac, sight);
    unsigned at = marks_until(mac, sight->when, true);
    span **where = span_at(mac, at);
    if (!*where)
        mac->indexed = false;
    bool changed = span_add(where, sight);
    *tag = mac->tag;
    /* to a notice that was asked for before, the last frame before it matters as well */
    return mac->asked > 0 && (changed || at < mac->asked);
}

/* ---- answers ---- */

/* For each mark the nearest span that is not empty, on either side. */
static void index_marks(mac_state *mac)
{
    uint32_t nearest = UINT32_MAX;

    for (unsigned i = 0; i < mac->marks->len; i++) {
        if (mark_at(mac, i)->before)
            nearest = i;
        mark_at(mac, i)->previous_frames = nearest;
    }
    nearest = mac->marks->len;
    for (unsigned i = mac->marks->len; i-- > 0;) {
        mark_at(mac, i)->next_frames = nearest;
        if (mark_at(mac, i)->before)
            nearest = i;
    }
    mac->indexed = true;
}

void vmn_cutover_around(vmn_cutover *cutover, const uint8_t address[6], int64_t when, int64_t until,
                        vmn_around *around)
{
    mac_state *mac = find_mac(cutover, address, false);
    unsigned at = mac ? marks_until(mac, when, true) : 0;

    memset(around, 0, sizeof *around);
    if (!mac || !mac->marks || at == mac->marks->len || mark_at(mac, at)->when != when)
        return;
    mac->asked = MAX(mac->asked, at + 1);
    if (!mac->indexed)
        index_marks(mac);
    if (mark_at(mac, at)->previous_frames != UINT32_MAX) {
        around->has_before = true;
        around->before = span_last(mark_at(mac, mark_at(mac, at)->previous_frames)->before);
    }
    span *after = *span_at(mac, mark_at(mac, at)->next_frames);
    if (after) {
        around->has_after = true;
        around->after = after->first;
    }
    for (unsigned i = at; i < mac->marks->len && mark_at(mac, i)->when < until;
         i = mark_at(mac, i)->next_frames) {
        span *s = *span_at(mac, mark_at(mac, i)->next_frames);
        if (s && s->own.says && s->own.when < until) {
            around->has_own = true;
            around->own = s->own;
            return;
        }
    }
}
