/* tracker.c
 * Streams, and the records that wait.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tracker.h"

#include "replies.h"

#define FEW_STREAMS 8 /* of one MAC: more are found by their tags */
#define LOOKED_AT 32  /* streams that are asked whether they saw the same notice */

static bool has_tagset(const vmn_stream *s, uint32_t tagset)
{
    for (unsigned i = 0; i < s->n_tagsets; i++)
        if (s->tagsets[i] == tagset)
            return true;
    return false;
}

static bool stream_can_bear(const vmn_engine *e, const vmn_stream *s, uint32_t tagset)
{
    for (unsigned i = 0; i < s->n_tagsets; i++)
        if (!vmn_looks_can_meet(&e->looks, s->tagsets[i], tagset))
            return false;
    return s->n_tagsets < VMN_STREAM_TAGSETS || has_tagset(s, tagset);
}

static vmn_stream *home_of(const vmn_mac *mac, uint32_t tagset)
{
    if (mac->homes != NULL)
        return g_hash_table_lookup(mac->homes, GUINT_TO_POINTER(tagset + 1U));
    for (vmn_stream *s = mac->streams; s != NULL; s = s->next)
        if (has_tagset(s, tagset))
            return s;
    return NULL;
}

void vmn_give_tags(vmn_stream *s, uint32_t tagset)
{
    vmn_mac *mac = s->mac;

    if (s->n_tagsets < VMN_STREAM_TAGSETS)
        s->tagsets[s->n_tagsets++] = tagset;
    if (mac->homes == NULL && mac->n_streams > FEW_STREAMS) {
        mac->homes = g_hash_table_new(NULL, NULL);
        for (const vmn_stream *other = mac->streams; other != NULL; other = other->next)
            for (unsigned i = 0; i < other->n_tagsets; i++)
                g_hash_table_insert(mac->homes, GUINT_TO_POINTER(other->tagsets[i] + 1U),
                                    (gpointer)other);
    } else if (mac->homes != NULL) {
        g_hash_table_insert(mac->homes, GUINT_TO_POINTER(tagset + 1U), s);
    }
}

/* The stream that was met last comes first. */
static void move_to_front(vmn_stream *s)
{
    vmn_mac *mac = s->mac;

    if (mac->streams == s)
        return;
    s->before->next = s->next;
    if (s->next != NULL)
        s->next->before = s->before;
    s->before = NULL;
    s->next = mac->streams;
    s->next->before = s;
    mac->streams = s;
}

/*
 * Of the streams that were met last, the one with a round that a frame may be a sighting of, the
 * nearest one (NULL: none has), and that round. A coincidence counts more than the tags seen
 * before: the same notice bears different tags at different places.
 */
static vmn_stream *find_match(const vmn_engine *e, const vmn_mac *mac, uint32_t tagset,
                              int64_t when, vmn_column **round)
{
    vmn_stream *match = NULL;
    uint64_t least = UINT64_MAX;
    unsigned n = 0;

    *round = NULL;
    for (vmn_stream *s = mac->streams; s != NULL && n < LOOKED_AT; s = s->next, n++) {
        bool mine = has_tagset(s, tagset);
        vmn_column *column;
        uint64_t away;

        vmn_decoder_prefetch(&s->decoder);
        if (!mine && !stream_can_bear(e, s, tagset))
            continue;
        column = vmn_find_round(e, s, when, &away);
        if (column != NULL && (away < least || (away == least && mine))) {
            least = away;
            match = s;
            *round = column;
        }
    }
    return match;
}

/* Can the rounds of `from` be moved into `to`? None may be decided, or lie before one that is. */
static bool can_join(const vmn_engine *e, const vmn_stream *to, const vmn_stream *from)
{
    if (from->decoder.anchored || from->decoder.n_columns == 0 ||
        (to->decoder.anchored && to->decoder.columns[0]->when >= from->decoder.columns[0]->when))
        return false;
    for (unsigned i = 0; i < from->n_tagsets; i++)
        if (!stream_can_bear(e, to, from->tagsets[i]))
            return false;
    return true;
}

static vmn_stream *join(vmn_engine *e, vmn_stream *to, vmn_stream *from)
{
    vmn_join_streams(e, to, from);
    while (from->n_tagsets > 0)
        vmn_give_tags(to, from->tagsets[--from->n_tagsets]);
    return to;
}

/*
 * The stream that a frame belongs to and the round that it is a sighting of (NULL: none), as far
 * as is known now; vmn_put_in_order() (order.h) judges by all that was seen in the end.
 */
static vmn_stream *find_stream(vmn_engine *e, vmn_mac *mac, uint32_t tagset, int64_t when,
                               vmn_column **round)
{
    vmn_stream *s = find_match(e, mac, tagset, when, round), *home;
    uint64_t away;

    if (s != NULL && has_tagset(s, tagset)) {
        move_to_front(s);
        return s;
    }
    home = home_of(mac, tagset);
    if (home == NULL) {
        mac->mixed = mac->mixed || mac->streams != NULL;
        home = s != NULL ? s : vmn_new_stream(e, mac);
        vmn_give_tags(home, tagset);
    } else if (s != NULL) {
        if (can_join(e, home, s)) {
            home = join(e, home, s);
        } else if (can_join(e, s, home)) {
            home = join(e, s, home);
        } else {
            home = s;
            vmn_give_tags(home, tagset);
        }
        mac->joined = true;
        *round = vmn_find_round(e, home, when, &away);
    }
    move_to_front(home);
    return home;
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

void vmn_track_in(vmn_engine *e, vmn_record *record, vmn_stream *s, vmn_column *near, int64_t when)
{
    if (s->decoder.length == 0)
        s->decoder.length = VMN_SHAPE(e, record->shape)->length;
    vmn_place_record(e, s, record, near, when);
    s->dirty = true;
    e->last_stream = s;
}

/* Frames that are not in order of time, or of one time and not alike, have no order. */
static void note_order(vmn_engine *e, vmn_mac *mac, const vmn_record *record, int64_t when)
{
    const vmn_record *before = VMN_RECORD(e, mac->latest_record);

    if (when < mac->latest ||
        (when == mac->latest && (record->path != before->path || record->shape != before->shape)))
        mac->mixed = true;
    e->mixed = e->mixed || mac->mixed;
    mac->latest = MAX(mac->latest, when);
    mac->latest_record = (uint32_t)(record - VMN_RECORD(e, 0));
}

/* A notice or request: find or make its stream and round. */
static void track(vmn_engine *e, vmn_record *record, vmn_mac *mac, int64_t when)
{
    vmn_column *column;
    vmn_stream *s = find_stream(e, mac, VMN_PATH(e, record->path)->tagset, when, &column);

    note_order(e, mac, record, when);
    vmn_track_in(e, record, s, column, when);
    note_causal(e, s, record);
}

static gint by_record(gconstpointer a, gconstpointer b)
{
    const vmn_begun *x = a, *y = b;

    return (x->record > y->record) - (x->record < y->record);
}

void vmn_number_begun(vmn_engine *e)
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

GArray *vmn_new_waiting(void)
{
    return g_array_new(FALSE, FALSE, sizeof(vmn_waiting));
}

/* The waiting records, as numbers from 0, those of one MAC together; caller frees. */
static uint32_t *order_by_mac(vmn_engine *e)
{
    uint32_t n = e->waiting->len, sum = 0;
    uint32_t *macs = g_new(uint32_t, n), *order = g_new(uint32_t, n), *from;

    for (uint32_t i = 0; i < n; i++)
        macs[i] = vmn_get_mac(e, g_array_index(e->waiting, vmn_waiting, i).mac, NULL, true)->id;
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

        track(e, VMN_RECORD(e, first + i), vmn_get_mac(e, w->mac, NULL, true), w->when);
        if (i == n - 1)
            last = e->last_stream;
    }
    e->last_stream = last;
    g_free(order);
    if (n > VMN_MORE) {
        g_array_free(e->waiting, TRUE); /* give the memory back */
        e->waiting = vmn_new_waiting();
    }
    g_array_set_size(e->waiting, 0);
    vmn_number_begun(e);
}

void vmn_track_record(vmn_engine *e, uint32_t id, vmn_mac *mac, int64_t when)
{
    vmn_record *record = VMN_RECORD(e, id);

    e->last_stream = NULL;
    if (record->unseen) {
        vmn_note_named(e, id, mac, when);
        return;
    }
    if (record->kind == VMN_KIND_REPLY) {
        note_order(e, mac, record, when);
        vmn_take_reply(e, id, mac, when);
        return;
    }
    track(e, record, mac, when);
}
