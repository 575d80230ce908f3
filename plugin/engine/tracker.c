/* tracker.c
 * Streams, and the records that wait.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tracker.h"

#include "replies.h"

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

/*
 * The stream that a frame belongs to, and the round it is a sighting of (NULL: none).
 * A coincidence with a round counts more than the tags seen before: the same notice
 * bears different tags at different places.
 */
static vmn_stream *find_stream(vmn_engine *e, vmn_mac *mac, uint32_t tagset, int64_t when,
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
        column = vmn_find_round(e, s, when, &away);
        if (column != NULL && (away < least || (away == least && mine))) {
            least = away;
            match = s;
            *round = column;
        }
    }
    if (match == NULL)
        match = home != NULL ? home : vmn_new_stream(e, mac);
    if (!has_tagset(match, tagset)) {
        bool lone = home != NULL && home->n_tagsets == 1;

        match->tagsets[match->n_tagsets++] = tagset;
        if (lone && !home->decoder.anchored && !match->decoder.anchored) {
            vmn_join_streams(e, match, home);
            *round = vmn_find_round(e, match, when, &least);
        }
    }
    return match;
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

/* A notice or request: find or make its stream and round. */
static void track(vmn_engine *e, vmn_record *record, vmn_mac *mac, int64_t when)
{
    vmn_column *column;
    vmn_stream *s = find_stream(e, mac, VMN_PATH(e, record->path)->tagset, when, &column);

    if (s->decoder.length == 0)
        s->decoder.length = VMN_SHAPE(e, record->shape)->length;
    vmn_place_record(e, s, record, column, when);
    note_causal(e, s, record);
    s->dirty = true;
    e->last_stream = s;
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

/* When a record came, and of which MAC it is. */
typedef struct {
    int64_t when;
    vmn_mac *mac;
} seen;

static seen seen_as(const vmn_engine *e, uint32_t id)
{
    const vmn_record *r = VMN_RECORD(e, id);
    const vmn_round_data *shown;

    if (r->kind == VMN_KIND_REPLY || r->unseen)
        return (seen){r->when, g_hash_table_lookup(e->replies, GUINT_TO_POINTER(id + 1))};
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

void vmn_track_record(vmn_engine *e, uint32_t id, vmn_mac *mac, int64_t when)
{
    vmn_record *record = VMN_RECORD(e, id);

    e->last_stream = NULL;
    if (record->unseen) {
        vmn_note_named(e, id, mac, when);
        return;
    }
    if (record->kind == VMN_KIND_REPLY) {
        vmn_take_reply(e, id, mac, when);
        return;
    }
    track(e, record, mac, when);
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
        vmn_track_record(e, i, all[i].mac, all[i].when);
    }
    vmn_number_begun(e);
    e->withdrawn = false;
    g_free(all);
}
