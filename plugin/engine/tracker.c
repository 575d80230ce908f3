/* tracker.c
 * From frames to rounds: MACs, streams, paths, sightings, replies.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "internal.h"

#include <string.h>

#include "cost.h"

#define SAME_MOMENT INT64_C(2000) /* ns: two sights on one path this near are one notice */
#define REORDER (VMN_S * 3 / 10)  /* rounds may come this late (captures show 150 ms) */
#define REPLY_WINDOW (10 * VMN_S) /* a reply belongs to a request this long before it */
#define STORM_REPEATS 20          /* from so many repeats in a row on it is a storm */

void vmn_config_init(vmn_config *config)
{
    *config = (vmn_config){.copy_window = 5 * VMN_MS,
                           .event_window = 250 * VMN_MS,
                           .tolerance_percent = 1.0,
                           .tolerance_floor = 5 * VMN_MS};
}

static guint hash_key(gconstpointer key)
{
    uint64_t x = *(const uint64_t *)key * UINT64_C(0x9E3779B97F4A7C15);

    return (guint)(x >> 32);
}

static gboolean equal_key(gconstpointer a, gconstpointer b)
{
    return *(const uint64_t *)a == *(const uint64_t *)b;
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

static void free_stream(gpointer stream)
{
    vmn_decoder_clear(&((vmn_stream *)stream)->decoder);
    g_free(stream);
}

static GArray *new_waiting(void)
{
    return g_array_new(FALSE, FALSE, sizeof(vmn_waiting));
}

vmn_engine *vmn_engine_new(const vmn_config *config)
{
    vmn_engine *e = g_new0(vmn_engine, 1);

    e->config = *config;
    e->schedules = vmn_schedules_new(config->user, config->n_user);
    e->config.user = NULL;
    e->rules = (vmn_decoder_rules){.schedules = e->schedules,
                                   .list = vmn_schedules_get(e->schedules, 0),
                                   .n_list = vmn_schedules_count(e->schedules),
                                   .copy_window = CLAMP(config->copy_window, 0, VMN_S),
                                   .tolerance_floor = CLAMP(config->tolerance_floor, 1, VMN_S),
                                   .tolerance = CLAMP(config->tolerance_percent, 0.0, 25.0) / 100,
                                   .spares = g_new0(vmn_spares, 1)};
    vmn_rules_complete(&e->rules);
    e->rules.loose = vmn_schedules_loose(e->schedules, &e->rules.n_loose);
    e->macs = g_hash_table_new(hash_key, equal_key);
    e->mac_list = g_ptr_array_new_with_free_func(g_free);
    e->stream_list = g_ptr_array_new_with_free_func(free_stream);
    e->records = g_array_new(FALSE, FALSE, sizeof(vmn_record));
    e->rounds = g_array_new(FALSE, FALSE, sizeof(vmn_round_data));
    e->waiting = new_waiting();
    e->begun = g_array_new(FALSE, FALSE, sizeof(vmn_begun));
    e->bursts = g_array_new(FALSE, FALSE, sizeof(vmn_burst_data));
    e->paths = g_array_new(FALSE, FALSE, sizeof(vmn_path_data));
    e->tagsets = g_array_new(FALSE, FALSE, sizeof(vmn_tagset));
    e->shapes = g_array_new(FALSE, FALSE, sizeof(vmn_shape));
    e->path_index = g_hash_table_new_full(hash_path, equal_path, g_free, NULL);
    e->free_burst = VMN_NONE;
    e->answers = g_hash_table_new(NULL, NULL);
    e->answer_to = g_hash_table_new(NULL, NULL);
    e->replies = g_hash_table_new(NULL, NULL);
    e->answered = g_hash_table_new(NULL, NULL);
    e->order = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    e->events = g_array_new(FALSE, FALSE, sizeof(vmn_event));
    e->forgotten = g_array_new(FALSE, FALSE, sizeof(vmn_forgotten));
    e->round_cursor.burst = VMN_NONE;
    return e;
}

void vmn_engine_free(vmn_engine *e)
{
    if (e == NULL)
        return;
    g_hash_table_destroy(e->macs);
    g_ptr_array_free(e->mac_list, TRUE);
    g_ptr_array_free(e->stream_list, TRUE);
    vmn_spares_free(e->rules.spares);
    g_array_free(e->records, TRUE);
    g_array_free(e->rounds, TRUE);
    g_array_free(e->waiting, TRUE);
    g_array_free(e->begun, TRUE);
    g_array_free(e->bursts, TRUE);
    g_array_free(e->paths, TRUE);
    g_array_free(e->tagsets, TRUE);
    g_array_free(e->shapes, TRUE);
    g_hash_table_destroy(e->path_index);
    g_hash_table_destroy(e->answers);
    g_hash_table_destroy(e->answer_to);
    g_hash_table_destroy(e->replies);
    g_hash_table_destroy(e->answered);
    g_array_free(e->order, TRUE);
    g_array_free(e->events, TRUE);
    g_array_free(e->forgotten, TRUE);
    if (e->burst_path_index != NULL)
        g_hash_table_destroy(e->burst_path_index);
    vmn_schedules_free(e->schedules);
    g_free(e);
}

/* Make sure that element i exists. */
static void make_room(GArray *array, uint32_t i)
{
    if (i >= array->len)
        g_array_set_size(array, i == 0 ? VMN_FEW : i + VMN_MORE);
}

/* ---- what frames look like ---------------------------------------------------------------- */

static uint16_t intern_tagset(vmn_engine *e, const vmn_path *path)
{
    vmn_tagset t = {.n_vlans = path->n_vlans, .vni = path->vni};

    for (unsigned i = 0; i < e->tagsets->len; i++) {
        const vmn_tagset *x = &g_array_index(e->tagsets, vmn_tagset, i);

        if (same_tags(x->vlans, x->n_vlans, x->vni, path->vlans, path->n_vlans, path->vni))
            return (uint16_t)i;
    }
    if (e->tagsets->len == UINT16_MAX)
        return UINT16_MAX - 1;
    memcpy(t.vlans, path->vlans, sizeof(t.vlans));
    g_array_append_val(e->tagsets, t);
    return (uint16_t)(e->tagsets->len - 1);
}

/* The number of the frame's path; at most 65,535 are told apart. */
static uint16_t intern_path(vmn_engine *e, const vmn_frame *f)
{
    vmn_path_data p = {.shown = {.interface = f->interface,
                                 .section = f->section,
                                 .n_vlans = MIN(f->n_vlans, VMN_MAX_VLANS),
                                 .vni = f->vni},
                       .variant = f->variant};
    gpointer found;

    memcpy(p.shown.vlans, f->vlans, p.shown.n_vlans * sizeof(*f->vlans));
    if (e->paths->len > 0 && equal_path(VMN_PATH(e, e->last_path), &p))
        return e->last_path;
    found = g_hash_table_lookup(e->path_index, &p);
    if (found != NULL) {
        e->last_path = (uint16_t)(GPOINTER_TO_UINT(found) - 1);
    } else if (e->paths->len < UINT16_MAX) {
        p.tagset = intern_tagset(e, &p.shown);
        g_array_append_val(e->paths, p);
        e->last_path = (uint16_t)(e->paths->len - 1);
        g_hash_table_insert(e->path_index, g_memdup2(&p, sizeof(p)),
                            GUINT_TO_POINTER(e->paths->len));
    }
    return e->last_path;
}

static bool same_shape(const vmn_shape *a, const vmn_shape *b)
{
    return a->length == b->length && a->ethertype == b->ethertype && a->opcode == b->opcode &&
           a->padding_zero == b->padding_zero && a->asks_broadcast == b->asks_broadcast &&
           a->asks_for_other == b->asks_for_other;
}

static uint16_t intern_shape(vmn_engine *e, const vmn_frame *f)
{
    vmn_shape s = {.length = f->length,
                   .ethertype = f->ethertype,
                   .opcode = (uint8_t)f->opcode,
                   .padding_zero = f->padding_zero,
                   .asks_broadcast = f->tpa == UINT32_MAX,
                   .asks_for_other = memcmp(f->sha, f->tha, 6) != 0};

    if (e->shapes->len > 0 && same_shape(VMN_SHAPE(e, e->last_shape), &s))
        return e->last_shape;
    for (unsigned i = 0; i < e->shapes->len; i++) {
        if (same_shape(VMN_SHAPE(e, i), &s)) {
            e->last_shape = (uint16_t)i;
            return e->last_shape;
        }
    }
    if (e->shapes->len < 4096) { /* lengths are the only thing without a bound of their own */
        g_array_append_val(e->shapes, s);
        e->last_shape = (uint16_t)(e->shapes->len - 1);
    }
    return e->last_shape;
}

static bool is_station(const uint8_t *mac)
{
    static const uint8_t zero[6];

    return (mac[0] & 1) == 0 && memcmp(mac, zero, 6) != 0;
}

/* What the fields alone say; an answer may say more later. */
static vmn_kind kind_by_fields(const vmn_frame *f)
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

/* ---- MACs and streams ---------------------------------------------------------------------- */

static uint64_t key_of(const uint8_t *address)
{
    uint64_t key = 0;

    memcpy(&key, address, 6);
    return GUINT64_FROM_LE(key);
}

static vmn_mac *get_mac(vmn_engine *e, const uint8_t *address, bool create)
{
    uint64_t key = key_of(address);
    vmn_mac *mac;

    mac = g_hash_table_lookup(e->macs, &key);
    if (mac == NULL && create) {
        mac = g_new0(vmn_mac, 1);
        mac->key = key;
        mac->index = e->mac_list->len;
        memcpy(mac->address, address, 6);
        g_ptr_array_add(e->mac_list, mac);
        g_hash_table_add(e->macs, mac);
    }
    return mac;
}

static vmn_stream *new_stream(vmn_engine *e, vmn_mac *mac)
{
    vmn_stream *s = g_new0(vmn_stream, 1);

    s->mac = mac;
    s->next = mac->streams;
    mac->streams = s;
    s->last_decided = VMN_NONE;
    s->tentative = VMN_NONE;
    g_ptr_array_add(e->stream_list, s);
    return s;
}

static bool has_tagset(const vmn_stream *s, uint16_t tagset)
{
    for (unsigned i = 0; i < s->n_tagsets; i++)
        if (s->tagsets[i] == tagset)
            return true;
    return false;
}

/*
 * Whether one notice can bear both sets of tags at different places: a host
 * takes outer tags off and puts them on, it does not change the inner ones.
 */
static bool tags_can_meet(const vmn_engine *e, uint16_t a, uint16_t b)
{
    const vmn_tagset *x = &g_array_index(e->tagsets, vmn_tagset, a);
    const vmn_tagset *y = &g_array_index(e->tagsets, vmn_tagset, b);
    unsigned n = MIN(x->n_vlans, y->n_vlans);

    if (x->vni != VMN_NO_VNI && y->vni != VMN_NO_VNI && x->vni != y->vni)
        return false;
    return memcmp(x->vlans + x->n_vlans - n, y->vlans + y->n_vlans - n, n * sizeof(uint16_t)) == 0;
}

static bool stream_can_bear(const vmn_engine *e, const vmn_stream *s, uint16_t tagset)
{
    for (unsigned i = 0; i < s->n_tagsets; i++)
        if (!tags_can_meet(e, s->tagsets[i], tagset))
            return false;
    return s->n_tagsets < VMN_STREAM_TAGSETS || has_tagset(s, tagset);
}

static uint64_t distance(int64_t a, int64_t b)
{
    return a > b ? (uint64_t)a - (uint64_t)b : (uint64_t)b - (uint64_t)a;
}

static bool in_storm(const vmn_column *column)
{
    return column->repeats >= STORM_REPEATS;
}

/* The round of a stream that a frame of this time may be a sighting of; nearest first. */
static vmn_column *find_round(const vmn_engine *e, const vmn_stream *s, int64_t time,
                              uint64_t *away)
{
    uint64_t window = (uint64_t)e->rules.copy_window;
    vmn_column *nearest = NULL;

    *away = UINT64_MAX;
    for (unsigned i = s->decoder.n_columns; i-- > 0;) {
        vmn_column *column = s->decoder.columns[i];
        uint64_t d = distance(column->time, time);

        if (in_storm(column) && distance(column->latest, time) <= window)
            d = MIN(d, window);
        if (d <= window && d < *away) {
            nearest = column;
            *away = d;
        }
        if (column->time < time && d > window)
            break;
    }
    return nearest;
}

/* Move the rounds of `from`, none of them decided, into `to`; sights of the same notice become one
 * round. */
static void join_streams(vmn_engine *e, vmn_stream *to, vmn_stream *from);

/*
 * The stream that a frame belongs to, and the round it is a sighting of (NULL: none).
 * A coincidence with a round counts more than the tags seen before: the same notice
 * bears different tags at different places.
 */
static vmn_stream *find_stream(vmn_engine *e, vmn_mac *mac, uint16_t tagset, int64_t time,
                               vmn_column **round)
{
    vmn_stream *home = NULL, *match = NULL;
    uint64_t least = UINT64_MAX;

    *round = NULL;
    for (vmn_stream *s = mac->streams; s != NULL; s = s->next) {
        bool mine = has_tagset(s, tagset);
        vmn_column *column;
        uint64_t away;

        vmn_decoder_prefetch(&s->decoder);
        if (mine)
            home = s;
        if (!mine && !stream_can_bear(e, s, tagset))
            continue;
        column = find_round(e, s, time, &away);
        if (column != NULL && (away < least || (away == least && mine))) {
            least = away;
            match = s;
            *round = column;
        }
    }
    if (match == NULL)
        match = home != NULL ? home : new_stream(e, mac);
    if (!has_tagset(match, tagset)) {
        bool lone = home != NULL && home->n_tagsets == 1;

        match->tagsets[match->n_tagsets++] = tagset;
        if (lone && !home->decoder.anchored && !match->decoder.anchored) {
            join_streams(e, match, home);
            *round = find_round(e, match, time, &least);
        }
    }
    return match;
}

/* ---- rounds --------------------------------------------------------------------------------- */

uint32_t vmn_effective_round(const vmn_engine *e, uint32_t round)
{
    while (VMN_ROUND(e, round)->flags & VMN_ROUND_ABSORBED)
        round = VMN_ROUND(e, round)->previous;
    return round;
}

static int32_t clamp_delta(int64_t a, int64_t b)
{
    int64_t d;

    if (__builtin_sub_overflow(a, b, &d))
        return a < b ? INT32_MIN : INT32_MAX;
    return (int32_t)CLAMP(d, INT32_MIN, INT32_MAX);
}

/* Times are within a quarter of what they could be: their difference does not overflow. */
static void note_delta(vmn_record *record, int64_t time, int64_t round_time)
{
    int64_t delta = time - round_time;

    record->delta = (int32_t)delta;
    record->coarse = record->delta != delta;
    if (record->coarse)
        record->delta = clamp_delta(delta / VMN_US, 0);
}

static void note_path(vmn_column *column, uint16_t path, int64_t time)
{
    unsigned i = 0;

    while (i < column->n_paths && column->paths[i] != path)
        i++;
    column->latest = MAX(column->latest, time);
    if (i == VMN_COLUMN_PATHS)
        return;
    column->n_paths = (uint8_t)MAX(column->n_paths, i + 1);
    column->paths[i] = path;
    column->path_times[i] = clamp_delta(time, column->time);
}

/*
 * Whether a frame next to this round may be a round of its own: it was seen on
 * this path before, and longer ago than a moment. (Earlier in time but later
 * in the file is a matter of capturing.)
 */
static bool may_be_new(const vmn_column *column, uint16_t path, int64_t time)
{
    if (in_storm(column) || time <= column->time)
        return false;
    for (unsigned i = 0; i < column->n_paths; i++)
        if (column->paths[i] == path)
            return time - column->time > column->path_times[i] + SAME_MOMENT;
    return false;
}

/* What the decoder thinks now of the round that a record shows, which came last. */
static void note_causal(vmn_engine *e, const vmn_stream *s, const vmn_record *record)
{
    uint32_t round = record->round;
    unsigned at = s->decoder.n_columns - 1U;
    const vmn_node *node = vmn_decoder_best(&s->decoder);

    for (; at > 0 && s->decoder.columns[at]->round != round; at--)
        node = vmn_decoder_parent(&s->decoder, at, node);
    if (VMN_ROUND(e, node->front.start)->causal_burst == 0) {
        vmn_begun begun = {.record = (uint32_t)(record - VMN_RECORD(e, 0)),
                           .round = node->front.start};

        VMN_ROUND(e, node->front.start)->causal_burst = VMN_NONE;
        g_array_append_val(e->begun, begun);
    }
    if (node->front.start != round && at > 0) {
        const vmn_round_data *before = VMN_ROUND(e, s->decoder.columns[at - 1]->round);

        VMN_ROUND(e, round)->causal_frames = before->causal_frames + before->causal_sightings;
    }
}

static int64_t last_time_of(const vmn_stream *s)
{
    return s->decoder.columns[s->decoder.n_columns - 1]->time;
}

static void decide(vmn_engine *e, vmn_stream *s, bool all)
{
    vmn_decision decision = {.engine = e, .stream = s, .last = s->last_decided, .for_good = true};

    vmn_forget_tentative(e, s);
    if (all)
        vmn_decoder_flush(&s->decoder, vmn_decide_round, &decision);
    else
        vmn_decoder_decide(&s->decoder, &e->rules, last_time_of(s) - REORDER, vmn_decide_round,
                           &decision);
    s->last_decided = all ? VMN_NONE : decision.last;
}

/* Put a round into its stream's decoder. */
static vmn_column *insert_round(vmn_engine *e, vmn_stream *s, uint32_t round, int64_t time,
                                const vmn_column *copy_of)
{
    uint8_t repeats = copy_of != NULL ? (uint8_t)(copy_of->repeats + 1) : 0;
    unsigned at;

    if (s->decoder.n_columns > VMN_COLUMNS_KEPT)
        decide(e, s, false);
    while (!vmn_decoder_insert(&s->decoder, &e->rules, round, time, copy_of != NULL, &at))
        decide(e, s, true); /* before what had to be decided, in a storm */
    s->decoder.columns[at]->repeats = repeats;
    return s->decoder.columns[at];
}

static uint32_t add_round(vmn_engine *e, vmn_stream *s, const vmn_record *record, int64_t time,
                          const vmn_column *copy_of)
{
    vmn_round_data r = {.time = time,
                        .frame = record->frame,
                        .burst = VMN_NONE,
                        .previous = VMN_NONE,
                        .next = VMN_NONE,
                        .causal_sightings = 1,
                        .position = 1};
    uint32_t round = e->n_rounds++;

    if (copy_of == NULL && s->decoder.n_columns > 0 && time < last_time_of(s) - REORDER)
        decide(e, s, true); /* time went back further than any reordering: begin afresh */
    make_room(e->rounds, round);
    *VMN_ROUND(e, round) = r;
    note_path(insert_round(e, s, round, time, copy_of), record->path, time);
    return round;
}

/* A round proves to be a sighting of another one, outside of the decoder. */
static void absorb_round(vmn_engine *e, uint32_t round, const vmn_column *into)
{
    vmn_round_data *gone = VMN_ROUND(e, round), *kept = VMN_ROUND(e, into->round);

    gone->flags |= VMN_ROUND_ABSORBED;
    gone->previous = into->round;
    kept->frame = MIN(kept->frame, gone->frame);
    kept->causal_sightings += gone->causal_sightings;
}

/* So many repeats in a row are a storm: all sightings of the first. `record` came last. */
static void fold_storm(vmn_engine *e, vmn_stream *s, vmn_record *record)
{
    vmn_decoder *d = &s->decoder;
    unsigned first = d->n_columns - 1U;
    vmn_column *storm;

    while (first > 0 && d->columns[first]->repeats > 0)
        first--;
    storm = d->columns[first];
    vmn_forget_tentative(e, s);
    for (unsigned i = first + 1; i < d->n_columns; i++) {
        const vmn_column *column = d->columns[i];

        absorb_round(e, column->round, storm);
        for (unsigned k = 0; k < column->n_paths; k++)
            note_path(storm, column->paths[k], column->latest);
    }
    vmn_decoder_drop(d, d->n_columns - first - 1);
    storm->repeats = STORM_REPEATS;
    VMN_ROUND(e, storm->round)->flags |= VMN_ROUND_STORM;
    note_delta(record, VMN_ROUND(e, record->round)->time, storm->time);
    record->round = storm->round;
    record->sighting = VMN_ROUND(e, storm->round)->causal_sightings;
}

static void join_streams(vmn_engine *e, vmn_stream *to, vmn_stream *from)
{
    vmn_forget_tentative(e, from);
    for (unsigned i = 0; i < from->decoder.n_columns; i++) {
        vmn_column *column = from->decoder.columns[i];
        uint64_t away;
        vmn_column *same = find_round(e, to, column->time, &away);

        if (same != NULL)
            absorb_round(e, column->round, same);
        else
            same = insert_round(e, to, column->round, column->time, NULL);
        for (unsigned k = 0; k < column->n_paths; k++)
            note_path(same, column->paths[k], column->latest);
    }
    vmn_decoder_clear(&from->decoder);
    from->n_tagsets = 0;
    to->dirty = true;
}

/* A notice or request: find or make its stream and round. */
static void track(vmn_engine *e, vmn_record *record, vmn_mac *mac, int64_t time)
{
    vmn_column *column;
    vmn_stream *s = find_stream(e, mac, VMN_PATH(e, record->path)->tagset, time, &column);

    if (s->decoder.length == 0)
        s->decoder.length = VMN_SHAPE(e, record->shape)->length;

    if (column != NULL && may_be_new(column, record->path, time)) {
        record->round = add_round(e, s, record, time, column);
        record->sighting = 1;
        if (in_storm(s->decoder.columns[s->decoder.n_columns - 1]))
            fold_storm(e, s, record);
    } else if (column != NULL) {
        vmn_round_data *r = VMN_ROUND(e, column->round);

        note_path(column, record->path, time);
        if (in_storm(column))
            r->flags |= VMN_ROUND_STORM;
        record->round = column->round;
        record->sighting = ++r->causal_sightings;
        note_delta(record, time, r->time);
    } else {
        record->round = add_round(e, s, record, time, NULL);
        record->sighting = 1;
    }
    note_causal(e, s, record);
    s->dirty = true;
    e->last_stream = s;
}

static gint by_record(gconstpointer a, gconstpointer b)
{
    const vmn_begun *x = a, *y = b;

    return (x->record > y->record) - (x->record < y->record);
}

/* Number the bursts that began, in the order in which they did. */
static void number_begun(vmn_engine *e)
{
    if (e->begun->len == 0)
        return;
    if (e->begun->len > 1)
        g_array_sort(e->begun, by_record);
    for (unsigned i = 0; i < e->begun->len; i++)
        VMN_ROUND(e, g_array_index(e->begun, vmn_begun, i).round)->causal_burst =
            ++e->causal_bursts;
    g_array_set_size(e->begun, 0);
}

/* The waiting records, as numbers from 0, those of one MAC together; caller frees. */
static uint32_t *order_by_mac(vmn_engine *e)
{
    uint32_t n = e->waiting->len, sum = 0;
    uint32_t *macs = g_new(uint32_t, n), *order = g_new(uint32_t, n), *from;

    for (uint32_t i = 0; i < n; i++)
        macs[i] = get_mac(e, g_array_index(e->waiting, vmn_waiting, i).mac, true)->index;
    from = g_new0(uint32_t, e->mac_list->len);
    for (uint32_t i = 0; i < n; i++)
        from[macs[i]]++;
    for (unsigned i = 0; i < e->mac_list->len; i++) {
        sum += from[i];
        from[i] = sum - from[i];
    }
    for (uint32_t i = 0; i < n; i++)
        order[from[macs[i]]++] = i;
    g_free(from);
    g_free(macs);
    return order;
}

/*
 * MACs do not know of each other here, so many records are tracked MAC by MAC:
 * what belongs to a MAC stays in the processor's cache meanwhile.
 */
void vmn_track_waiting(vmn_engine *e)
{
    uint32_t n = e->waiting->len, first = e->n_records - n;
    uint32_t *order = n >= VMN_CROWD ? order_by_mac(e) : NULL;
    vmn_stream *last = NULL;

    for (uint32_t k = 0; k < n; k++) {
        uint32_t i = order != NULL ? order[k] : k;
        const vmn_waiting *w = &g_array_index(e->waiting, vmn_waiting, i);

        track(e, VMN_RECORD(e, first + i), get_mac(e, w->mac, true), w->time);
        if (i == n - 1)
            last = e->last_stream;
    }
    e->last_stream = last;
    g_free(order);
    if (n > VMN_MORE) {
        g_array_free(e->waiting, TRUE); /* give the memory back */
        e->waiting = new_waiting();
    }
    g_array_set_size(e->waiting, 0);
    number_begun(e);
}

/* A reply: the latest round of the MAC it names, not too long before, is what it answers. */
static void answer(vmn_engine *e, uint32_t record, vmn_mac *mac, int64_t time)
{
    uint32_t found = VMN_NONE;
    int64_t latest = INT64_MIN;

    VMN_RECORD(e, record)->time = time;
    g_hash_table_insert(e->replies, GUINT_TO_POINTER(record + 1), mac);
    for (vmn_stream *s = mac->streams; s != NULL; s = s->next) {
        for (unsigned i = 0; i < s->decoder.n_columns; i++) {
            const vmn_column *c = s->decoder.columns[i];

            if (c->time >= latest && c->time - e->rules.copy_window <= time &&
                distance(c->time, time) <= (uint64_t)REPLY_WINDOW) {
                latest = c->time;
                found = c->round;
                s->dirty = true;
            }
        }
    }
    if (found == VMN_NONE)
        return;
    mac->client = true;
    g_hash_table_insert(e->answer_to, GUINT_TO_POINTER(record + 1), GUINT_TO_POINTER(found + 1));
    if (!g_hash_table_contains(e->answers, GUINT_TO_POINTER(found + 1)))
        g_hash_table_insert(e->answers, GUINT_TO_POINTER(found + 1),
                            GUINT_TO_POINTER(VMN_RECORD(e, record)->frame));
}

/* When a record came, and of which MAC it is. */
typedef struct {
    int64_t time;
    vmn_mac *mac;
} seen;

static seen seen_as(const vmn_engine *e, uint32_t index)
{
    const vmn_record *r = VMN_RECORD(e, index);
    const vmn_round_data *shown;

    if (r->kind == VMN_KIND_REPLY)
        return (seen){r->time, g_hash_table_lookup(e->replies, GUINT_TO_POINTER(index + 1))};
    shown = VMN_ROUND(e, vmn_effective_round(e, r->round));
    return (seen){vmn_record_time(e, r), VMN_BURST(e, shown->burst)->stream->mac};
}

/* Forget all streams, rounds and bursts; records, MACs and paths stay. */
static void forget_streams(vmn_engine *e)
{
    for (unsigned i = 0; i < e->mac_list->len; i++) {
        vmn_mac *mac = g_ptr_array_index(e->mac_list, i);

        mac->streams = NULL;
        mac->client = false;
    }
    g_ptr_array_set_size(e->stream_list, 0);
    g_array_set_size(e->bursts, 0);
    e->free_burst = VMN_NONE;
    e->n_rounds = e->causal_bursts = 0;
    g_hash_table_remove_all(e->answers);
    g_hash_table_remove_all(e->answer_to);
    g_hash_table_remove_all(e->replies);
}

/* Work out what a record means, but for what its frame's Ethernet header says. */
static inline void take_record(vmn_engine *e, uint32_t index, vmn_mac *mac, int64_t time)
{
    vmn_record *record = VMN_RECORD(e, index);

    e->last_stream = NULL;
    if (record->kind == VMN_KIND_REPLY) {
        answer(e, index, mac, time);
        return;
    }
    if (record->kind == VMN_KIND_REQUEST)
        mac->client = true;
    track(e, record, mac, time);
}

void vmn_track_again(vmn_engine *e)
{
    seen *all = g_new(seen, e->n_records);

    for (uint32_t i = 0; i < e->n_records; i++)
        all[i] = seen_as(e, i);
    forget_streams(e);
    for (uint32_t i = 0; i < e->n_records; i++) {
        VMN_RECORD(e, i)->delta = 0;
        VMN_RECORD(e, i)->coarse = false;
        take_record(e, i, all[i].mac, all[i].time);
    }
    number_begun(e);
    e->withdrawn = false;
    g_free(all);
}

/* From 1960 to 2106, when the 32 bits of a pcap file's seconds end: no difference exceeds 2^62. */
static int64_t clamp_time(int64_t time)
{
    const int64_t latest = INT64_C(4300000000) * VMN_S;

    return CLAMP(time, latest - (INT64_C(1) << 62), latest);
}

/* What was settled is open again, for something came that may change it. */
static void reopen(vmn_engine *e)
{
    if (e->settled)
        vmn_remember_schedules(e);
    e->settled = false;
}

void vmn_engine_clock(vmn_engine *e, int64_t time)
{
    time = clamp_time(time);
    if (!e->any_time || time < e->first_time || time > e->last_time)
        reopen(e);
    e->first_time = e->any_time ? MIN(e->first_time, time) : time;
    e->last_time = e->any_time ? MAX(e->last_time, time) : time;
    e->any_time = true;
}

/*
 * The same frame number again: Wireshark's read filter (-2 -R) threw the frame
 * before away and gave its number to this one. Forget what was added last, as
 * well as that goes now; vmn_track_again() does the rest.
 */
__attribute__((cold)) static void withdraw_last(vmn_engine *e)
{
    uint32_t index = e->n_records - 1, round = VMN_RECORD(e, index)->round;

    if (e->waiting->len > 0) {
        g_array_set_size(e->waiting, e->waiting->len - 1);
        e->n_records = index;
        return;
    }
    e->withdrawn = true;
    if (round != VMN_NONE && e->last_stream != NULL) {
        vmn_forget_tentative(e, e->last_stream);
        if (--VMN_ROUND(e, round)->causal_sightings == 0)
            vmn_decoder_remove(&e->last_stream->decoder, &e->rules, round);
        e->last_stream->dirty = true;
    }
    e->last_stream = NULL; /* that of the record before is not known */
    g_hash_table_remove(e->answer_to, GUINT_TO_POINTER(index + 1));
    g_hash_table_remove(e->replies, GUINT_TO_POINTER(index + 1));
    e->n_records = index;
}

/* Has the number of a layer that follows this record been given before? */
static bool is_again(const vmn_record *last, uint32_t frame, uint32_t layer)
{
    return last->frame == frame && last->layer >= layer;
}

static int compare_record(const vmn_record *r, uint32_t frame, uint32_t layer)
{
    if (r->frame != frame)
        return r->frame < frame ? -1 : 1;
    return (r->layer > layer) - (r->layer < layer);
}

/* Work out what the record that comes next, of frame f, means; what waits came before it. */
static void take(vmn_engine *e, const vmn_frame *f, int64_t time, const uint8_t *announced)
{
    const vmn_record *record = VMN_RECORD(e, e->n_records);
    vmn_mac *mac = get_mac(e, record->kind == VMN_KIND_REPLY ? f->tha : announced, true);

    vmn_catch_up(e);
    if (record->kind != VMN_KIND_REPLY && f->has_eth && memcmp(f->eth_src, announced, 6) != 0)
        mac->sender = key_of(f->eth_src);
    take_record(e, e->n_records, mac, time);
    number_begun(e);
}

/* Does a frame tell no more than that a MAC was announced now? */
static bool is_plain(const vmn_record *record, const vmn_frame *f)
{
    return record->kind == VMN_KIND_NOTICE && (!f->has_eth || memcmp(f->eth_src, f->tha, 6) == 0);
}

uint32_t vmn_engine_add(vmn_engine *e, const vmn_frame *f, bool at_once)
{
    const uint8_t *announced = is_station(f->tha) ? f->tha : f->sha;
    const uint8_t layer = (uint8_t)MIN(f->layer, 255U);
    int64_t time = clamp_time(f->time);
    vmn_record *record;

    while (e->n_records > 0 && is_again(VMN_RECORD(e, e->n_records - 1), f->frame, layer))
        withdraw_last(e);
    reopen(e);
    vmn_engine_clock(e, time);
    make_room(e->records, e->n_records);
    record = VMN_RECORD(e, e->n_records);
    *record = (vmn_record){.frame = f->frame,
                           .round = VMN_NONE,
                           .layer = layer,
                           .kind = (uint8_t)kind_by_fields(f),
                           .path = intern_path(e, f),
                           .shape = intern_shape(e, f)};
    if (at_once || !is_plain(record, f)) {
        take(e, f, time, announced);
    } else {
        vmn_waiting waiting = {.time = time};

        memcpy(waiting.mac, announced, 6);
        g_array_append_val(e->waiting, waiting);
    }
    return e->n_records++;
}

uint32_t vmn_engine_size(const vmn_engine *e)
{
    return e->n_records;
}

uint32_t vmn_engine_find(const vmn_engine *e, uint32_t frame, uint32_t layer)
{
    uint32_t from = 0, to = e->n_records;

    for (uint32_t i = e->cursor; i < to && i <= e->cursor + 1; i++) {
        if (compare_record(VMN_RECORD(e, i), frame, layer) == 0) {
            ((vmn_engine *)e)->cursor = i; /* only a hint: nothing visible depends on it */
            return i;
        }
    }
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;

        if (compare_record(VMN_RECORD(e, middle), frame, layer) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    if (from == e->n_records || compare_record(VMN_RECORD(e, from), frame, layer) != 0)
        return VMN_NONE;
    ((vmn_engine *)e)->cursor = from;
    return from;
}
