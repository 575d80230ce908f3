/* places.c
 * Places of bursts, and the rounds seen there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "places.h"

struct vmn_places {
    vmn_place *list;  /* those of burst 0, of burst 1 … */
    uint32_t *begin;  /* where in the list a burst's begin; one more than there are bursts */
    uint64_t *rounds; /* of each round: the places that saw it */
};

/* A place while they are collected, in order of first sight. */
typedef struct {
    uint32_t burst, k;
    vmn_place place;
} found_place;

typedef struct {
    GArray *found;
    GHashTable *index; /* burst and place → its number in `found` + 1, of bursts with several */
    uint32_t *last;    /* of each burst: the number of the place that was seen last + 1 */
    uint32_t *count;   /* of each burst: places found */
} search;

void vmn_places_forget(vmn_engine *e)
{
    if (e->places == NULL)
        return;
    g_free(e->places->list);
    g_free(e->places->begin);
    g_free(e->places->rounds);
    g_free(e->places);
    e->places = NULL;
}

static void remember(search *s, uint32_t number)
{
    const found_place *f = &g_array_index(s->found, found_place, number);
    uint64_t key = (uint64_t)f->burst << 32 | f->place.path;

    g_hash_table_insert(s->index, g_memdup2(&key, sizeof(key)), GUINT_TO_POINTER(number + 1));
}

/* The place as an element of `found`; made where a burst is first seen there. Most bursts have one
 * place: only the others are searched for in the index. */
static found_place *find_place(search *s, uint32_t burst, uint32_t path)
{
    uint32_t last = s->last[burst];
    uint64_t key = (uint64_t)burst << 32 | path;
    gpointer known;

    if (last > 0 && g_array_index(s->found, found_place, last - 1).place.path == path)
        return &g_array_index(s->found, found_place, last - 1);
    known = last > 0 ? g_hash_table_lookup(s->index, &key) : NULL;
    if (known == NULL) {
        found_place f = {.burst = burst, .k = s->count[burst]++, .place = {.path = path}};

        g_array_append_val(s->found, f);
        known = GUINT_TO_POINTER(s->found->len);
        if (s->count[burst] == 2)
            remember(s, last - 1);
        if (s->count[burst] >= 2)
            remember(s, s->found->len - 1);
    }
    s->last[burst] = GPOINTER_TO_UINT(known);
    return &g_array_index(s->found, found_place, s->last[burst] - 1);
}

static void take_record(search *s, const vmn_engine *e, const vmn_record *record, uint64_t *rounds)
{
    uint32_t round, position;
    found_place *f;

    if (record->round == VMN_NONE)
        return;
    round = vmn_effective_round(e, record->round);
    position = VMN_ROUND(e, round)->position;
    f = find_place(s, VMN_BURST(e, VMN_ROUND(e, round)->burst)->number - 1,
                   VMN_PATH(e, record->path)->place);
    if (f->place.first == 0 || position < f->place.first)
        f->place.first = position;
    f->place.last = MAX(f->place.last, position);
    if (f->k < VMN_PLACES_TOLD)
        rounds[round] |= UINT64_C(1) << f->k;
}

/* Order what was found by bursts. */
static void arrange(struct vmn_places *p, const search *s, uint32_t n_bursts)
{
    p->begin = g_new(uint32_t, n_bursts + 1);
    p->list = g_new(vmn_place, s->found->len + 1);
    p->begin[0] = 0;
    for (uint32_t i = 0; i < n_bursts; i++)
        p->begin[i + 1] = p->begin[i] + s->count[i];
    for (uint32_t i = 0; i < s->found->len; i++) {
        const found_place *f = &g_array_index(s->found, found_place, i);

        p->list[p->begin[f->burst] + f->k] = f->place;
    }
}

/* Which places saw a round both. */
static void compare_places(const vmn_engine *e, struct vmn_places *p)
{
    for (uint32_t i = 0; i < e->n_rounds; i++) {
        uint64_t seen = p->rounds[i];
        vmn_place *places;

        if ((seen & (seen - 1)) == 0)
            continue; /* one place, or none */
        places = p->list + p->begin[VMN_BURST(e, VMN_ROUND(e, i)->burst)->number - 1];
        for (uint64_t rest = seen; rest != 0; rest &= rest - 1)
            places[__builtin_ctzll(rest)].beside |= seen;
    }
}

static struct vmn_places *find_places(const vmn_engine *e)
{
    struct vmn_places *p = g_new0(struct vmn_places, 1);
    uint32_t n = e->order->len;
    search s = {.found = g_array_new(FALSE, FALSE, sizeof(found_place)),
                .index = g_hash_table_new_full(vmn_hash_key, vmn_equal_key, g_free, NULL),
                .last = g_new0(uint32_t, n + 1),
                .count = g_new0(uint32_t, n + 1)};

    p->rounds = g_new0(uint64_t, e->n_rounds + 1);
    for (uint32_t i = 0; i < e->n_records; i++)
        take_record(&s, e, VMN_RECORD(e, i), p->rounds);
    arrange(p, &s, n);
    compare_places(e, p);
    g_array_free(s.found, TRUE);
    g_hash_table_destroy(s.index);
    g_free(s.last);
    g_free(s.count);
    return p;
}

static const struct vmn_places *places_of_all(const vmn_engine *e)
{
    if (e->places == NULL)
        ((vmn_engine *)e)->places = find_places(e); /* nothing visible changes */
    return e->places;
}

const vmn_place *vmn_places_of(const vmn_engine *e, uint32_t i, uint32_t *n)
{
    const struct vmn_places *p = places_of_all(e);

    *n = p->begin[i + 1] - p->begin[i];
    return p->list + p->begin[i];
}

uint64_t vmn_places_saw(const vmn_engine *e, uint32_t round)
{
    return places_of_all(e)->rounds[round];
}

uint64_t vmn_places_missed(const vmn_engine *e, uint32_t round)
{
    uint32_t n;
    const vmn_place *places =
        vmn_places_of(e, VMN_BURST(e, VMN_ROUND(e, round)->burst)->number - 1, &n);
    uint64_t seen = vmn_places_saw(e, round), expected = 0;

    for (uint64_t rest = seen; rest != 0; rest &= rest - 1)
        expected |= places[__builtin_ctzll(rest)].beside;
    return expected & ~seen;
}
