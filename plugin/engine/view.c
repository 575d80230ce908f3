/* view.c
 * What the engine tells others: views of records, bursts, rounds, events.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "internal.h"

#include <string.h>

const char *vmn_kind_name(vmn_kind kind)
{
    static const char *const names[] = {"notice", "RARP client request", "RARP reply", "unusual"};

    return (unsigned)kind < G_N_ELEMENTS(names) ? names[kind] : "unknown";
}

const char *vmn_state_name(vmn_state state)
{
    static const char *const names[] = {"complete", "cut short by a restart",
                                        "ends with the capture", "ended early", "single"};

    return (unsigned)state < G_N_ELEMENTS(names) ? names[state] : "unknown";
}

const char *vmn_announcer_name(vmn_announcer announcer)
{
    static const char *const names[] = {"unknown",          "VMware ESXi",  "QEMU",
                                        "Cloud Hypervisor", "Open vSwitch", "OVN",
                                        "RARP client",      "user-defined"};

    return (unsigned)announcer < G_N_ELEMENTS(names) ? names[announcer] : "unknown";
}

static void name_schedule(const vmn_engine *e, const vmn_track *t, char *text)
{
    vmn_schedule_name(vmn_schedules_get(e->schedules, t->schedule), &t->params, t->place, text,
                      VMN_NAME_LEN);
}

/* Tick, expected interval and deviation of a round at `position`. */
static void view_schedule(const vmn_engine *e, const vmn_track *t, uint32_t position,
                          unsigned round_flags, vmn_view *v)
{
    const vmn_schedule *s = vmn_schedules_get(e->schedules, t->schedule);

    v->schedule = t->schedule;
    v->base = t->params.base;
    v->step = t->params.step;
    v->cap = t->params.cap;
    v->place = t->place;
    v->has_tick = s->family == VMN_FAMILY_FIBONACCI;
    if (v->has_tick)
        v->tick = vmn_schedule_tick(t->first + position - 1);
    if (v->sighting == 1 && v->has_delta)
        v->has_expected = vmn_expected(e, t, position, v->missing, round_flags, &v->expected);
    if (v->has_expected)
        v->deviation = v->delta - v->expected;
    if (v->has_expected && ABS(v->deviation) > vmn_tolerance(&e->rules, v->expected))
        v->flags |= VMN_FLAG_OFF_SCHEDULE;
}

/* ---- final -------------------------------------------------------------------------------------
 */

/* The frame of the request that a reply answers, 0: none. */
static uint32_t answer_to(const vmn_engine *e, uint32_t record)
{
    uint32_t request;

    if (g_hash_table_size(e->replies) == 0)
        return 0; /* as in most captures */
    request = GPOINTER_TO_UINT(g_hash_table_lookup(e->answer_to, GUINT_TO_POINTER(record + 1)));
    return request > 0 ? VMN_ROUND(e, vmn_effective_round(e, request - 1))->frame : 0;
}

static void view_answers(const vmn_engine *e, uint32_t record, uint32_t round, vmn_view *v)
{
    const vmn_mac *named;

    if (g_hash_table_size(e->replies) == 0)
        return;
    named = g_hash_table_lookup(e->replies, GUINT_TO_POINTER(record + 1));
    if (named != NULL)
        memcpy(v->mac, named->address, 6);
    v->answer_to = answer_to(e, record);
    if (round != VMN_NONE)
        v->answered_in =
            GPOINTER_TO_UINT(g_hash_table_lookup(e->answered, GUINT_TO_POINTER(round + 1)));
    if (v->answered_in > 0)
        v->flags |= VMN_FLAG_ANSWERED;
}

/* The flags of a burst that belong to this round of it. */
static unsigned flags_of_round(const vmn_burst_data *b, uint32_t round, const vmn_round_data *r)
{
    unsigned flags = b->flags & (VMN_FLAG_SEVERAL_HOSTS | VMN_FLAG_CLIENT_BY_TIMING);

    if (round == b->first)
        flags |= VMN_FLAG_BEGINS | (b->flags & (VMN_FLAG_RESTART | VMN_FLAG_BEGAN_BEFORE));
    if (round == b->last)
        flags |= b->flags & (VMN_FLAG_COMPLETE | VMN_FLAG_MAY_GO_ON);
    if (r->missing > 0)
        flags |= VMN_FLAG_MISSING;
    return flags;
}

static void view_burst(const vmn_engine *e, const vmn_burst_data *b, vmn_view *v)
{
    v->burst = b->number;
    v->burst_first = b->first_frame;
    v->burst_last = b->last_frame;
    v->burst_rounds = b->rounds;
    v->burst_missing = b->missing;
    v->burst_frames = b->frames;
    v->state = (vmn_state)b->state;
    v->announcer = (vmn_announcer)b->announcer;
    v->announcer_name = b->announcer_name;
    v->event = b->event;
    if (b->event > 0)
        v->event_macs = g_array_index(e->events, vmn_event, b->event - 1).macs;
    v->host = b->host;
}

static void view_companion(const vmn_engine *e, const vmn_burst_data *b, uint32_t round,
                           vmn_view *v)
{
    const vmn_burst_data *other;

    if (b->companion == 0)
        return;
    other = VMN_BURST(e, g_array_index(e->order, uint32_t, b->companion - 1));
    if (b->companion_of)
        v->companion = VMN_ROUND(e, b->companion_round)->frame;
    else if (other->companion_round == round)
        v->companion = VMN_ROUND(e, other->first)->frame;
}

static vmn_kind final_kind(const vmn_record *record, const vmn_burst_data *b)
{
    if (record->kind == VMN_KIND_NOTICE && b->announcer == VMN_ANNOUNCER_RARP_CLIENT)
        return VMN_KIND_REQUEST;
    return (vmn_kind)record->kind;
}

static void view_final(const vmn_engine *e, uint32_t index, vmn_view *v)
{
    const vmn_record *record = VMN_RECORD(e, index);
    uint32_t round = record->round == VMN_NONE ? VMN_NONE : vmn_effective_round(e, record->round);
    const vmn_round_data *r;
    const vmn_burst_data *b;

    view_answers(e, index, round, v);
    if (round == VMN_NONE)
        return;
    r = VMN_ROUND(e, round);
    b = VMN_BURST(e, r->burst);
    view_burst(e, b, v);
    v->kind = final_kind(record, b);
    memcpy(v->mac, b->stream->mac->address, 6);
    v->round = r->position;
    v->missing = r->missing;
    v->sighting = record->sighting;
    v->sighting_of = record->sighting > 1 ? r->frame : 0;
    v->sighting_delta = vmn_record_time(e, record) - r->time;
    v->prev = r->previous != VMN_NONE ? VMN_ROUND(e, r->previous)->frame : 0;
    v->next = r->next != VMN_NONE ? VMN_ROUND(e, r->next)->frame : 0;
    v->elapsed = r->time - VMN_ROUND(e, b->first)->time;
    v->has_delta = r->previous != VMN_NONE && record->sighting == 1;
    if (v->has_delta)
        v->delta = r->time - VMN_ROUND(e, r->previous)->time;
    view_schedule(e, &b->track, r->position, r->flags, v);
    if (record->sighting == 1)
        v->flags |= flags_of_round(b, round, r);
    if (r->flags & VMN_ROUND_STORM)
        v->flags |= VMN_FLAG_STORM;
    view_companion(e, b, round, v);
}

/* ---- causal ------------------------------------------------------------------------------------
 */

/* The node of a round on the best path, and its column; NULL when it is decided already. */
static const vmn_node *find_node(const vmn_stream *s, uint32_t round, unsigned *at)
{
    const vmn_node *node = vmn_decoder_best(&s->decoder);

    for (*at = s->decoder.n_columns; (*at)-- > 0;) {
        if (s->decoder.columns[*at]->round == round)
            return node;
        if (*at > 0)
            node = vmn_decoder_parent(&s->decoder, *at, node);
    }
    return NULL;
}

/* The round of the same burst before a node of column `at`, along its path. */
static uint32_t previous_round(const vmn_engine *e, const vmn_stream *s, unsigned at,
                               const vmn_node *node)
{
    uint32_t start = node->front.start;
    uint32_t burst;

    if (at == 0 && s->decoder.anchored)
        return VMN_ROUND(e, s->decoder.columns[0]->round)->previous;
    for (; at > 0; at--) {
        node = vmn_decoder_parent(&s->decoder, at, node);
        if (node->front.start == start && node->action != VMN_ACTION_ABSORB)
            return s->decoder.columns[at - 1]->round;
    }
    burst = VMN_ROUND(e, start)->burst;
    return burst != VMN_NONE ? VMN_BURST(e, burst)->decided_last : VMN_NONE;
}

/* By the intervals so far, as strictly as at the end. */
static void name_causal_announcer(const vmn_engine *e, const vmn_stream *s, const vmn_node *node,
                                  vmn_view *v)
{
    const vmn_schedule *schedule = vmn_schedules_get(e->schedules, node->front.schedule);
    bool free_first = schedule->family == VMN_FAMILY_FIBONACCI && node->front.first == 0;
    unsigned known = v->burst_rounds - 1;

    if (free_first && known > 0)
        known--;
    if (v->burst_rounds < 2 || known < vmn_intervals_needed(schedule, s->decoder.length, s->mac))
        return;
    v->announcer = schedule->announcer;
    v->announcer_name = schedule->announcer_name;
}

static void view_causal_round(const vmn_engine *e, const vmn_stream *s, unsigned at,
                              const vmn_node *node, vmn_view *v)
{
    const vmn_round_data *start = VMN_ROUND(e, node->front.start);
    uint32_t position = node->front.place - node->front.first + 1;
    uint32_t previous = previous_round(e, s, at, node);
    unsigned round_flags =
        node->free && node->front.schedule != VMN_SCHEDULE_IRREGULAR ? VMN_ROUND_FREE : 0;

    v->burst_first = start->frame;
    v->burst_missing = node->front.missing;
    v->burst_rounds = position - node->front.missing;
    v->missing = node->missing;
    v->elapsed = s->decoder.columns[at]->time - start->time;
    if (previous != VMN_NONE && node->action == VMN_ACTION_GO_ON)
        v->prev = VMN_ROUND(e, previous)->frame;
    view_schedule(e, &node->front, position, round_flags, v);
    if (v->sighting == 1 && node->action == VMN_ACTION_START)
        v->flags |= VMN_FLAG_BEGINS;
    if (v->sighting == 1 && node->missing > 0)
        v->flags |= VMN_FLAG_MISSING;
    if (v->sighting == 1 && vmn_track_complete(&e->rules, &node->front))
        v->flags |= VMN_FLAG_COMPLETE;
    name_causal_announcer(e, s, node, v);
}

/*
 * What was known when the frame came: the node of the round that it shows on the best path so far,
 * and that round's column; NULL when there is none.
 */
static const vmn_node *glance_causal(const vmn_engine *e, uint32_t index, vmn_glance *g,
                                     unsigned *at)
{
    const vmn_record *record = VMN_RECORD(e, index);
    const vmn_stream *s = e->last_stream;
    const vmn_node *node;
    uint32_t previous;

    if (record->round == VMN_NONE || s == NULL || index + 1 != e->n_records)
        return NULL;
    g->sighting = record->sighting;
    node = find_node(s, record->round, at);
    if (node == NULL)
        return NULL;
    for (; *at > 0 && node->action == VMN_ACTION_ABSORB; (*at)--) {
        node = vmn_decoder_parent(&s->decoder, *at, node);
        /* a sighting of the round before */
        g->sighting += VMN_ROUND(e, s->decoder.columns[*at - 1]->round)->causal_sightings;
    }
    g->burst = VMN_ROUND(e, node->front.start)->causal_burst;
    g->round = node->front.place - node->front.first + 1;
    if (g->sighting > 1 || node->action != VMN_ACTION_GO_ON)
        return node;
    previous = previous_round(e, s, *at, node);
    g->has_delta = previous != VMN_NONE;
    if (g->has_delta)
        g->delta = s->decoder.columns[*at]->time - VMN_ROUND(e, previous)->time;
    return node;
}

static void view_causal(const vmn_engine *e, uint32_t index, vmn_view *v)
{
    const vmn_record *record = VMN_RECORD(e, index);
    const vmn_stream *s = e->last_stream;
    vmn_glance g = {0};
    const vmn_node *node;
    uint32_t round;
    unsigned at;

    view_answers(e, index, VMN_NONE, v);
    v->announcer_name = vmn_announcer_name(VMN_ANNOUNCER_UNKNOWN);
    v->state = VMN_STATE_CAPTURE_END;
    node = glance_causal(e, index, &g, &at);
    v->sighting = g.sighting;
    if (g.sighting == 0)
        return;
    memcpy(v->mac, s->mac->address, 6);
    round = record->round;
    if (VMN_ROUND(e, round)->flags & VMN_ROUND_STORM)
        v->flags |= VMN_FLAG_STORM;
    v->burst_frames = VMN_ROUND(e, round)->causal_frames + VMN_ROUND(e, round)->causal_sightings;
    if (node == NULL)
        return;
    v->burst = g.burst;
    v->round = g.round;
    v->has_delta = g.has_delta;
    v->delta = g.delta;
    round = s->decoder.columns[at]->round;
    v->sighting_delta = vmn_record_time(e, record) - VMN_ROUND(e, round)->time;
    v->sighting_of = v->sighting > 1 ? VMN_ROUND(e, round)->frame : 0;
    view_causal_round(e, s, at, node, v);
}

void vmn_engine_view(vmn_engine *e, uint32_t index, vmn_view *v)
{
    vmn_catch_up(e);
    memset(v, 0, sizeof(*v));
    v->kind = (vmn_kind)VMN_RECORD(e, index)->kind;
    if (e->settled)
        view_final(e, index, v);
    else
        view_causal(e, index, v);
    if (v->announcer_name == NULL)
        v->announcer_name = vmn_announcer_name(v->announcer);
}

static void glance_final(const vmn_engine *e, uint32_t index, vmn_glance *g)
{
    const vmn_record *record = VMN_RECORD(e, index);
    const vmn_round_data *r;

    if (record->round == VMN_NONE)
        return;
    r = VMN_ROUND(e, vmn_effective_round(e, record->round));
    g->burst = VMN_BURST(e, r->burst)->number;
    g->round = r->position;
    g->sighting = record->sighting;
    g->has_delta = r->previous != VMN_NONE && record->sighting == 1;
    if (g->has_delta)
        g->delta = r->time - VMN_ROUND(e, r->previous)->time;
}

void vmn_engine_glance(vmn_engine *e, uint32_t index, vmn_glance *g)
{
    unsigned at;

    vmn_catch_up(e);
    *g = (vmn_glance){.answer_to = answer_to(e, index)};
    if (e->settled)
        glance_final(e, index, g);
    else
        glance_causal(e, index, g, &at);
}

void vmn_engine_schedule_name(const vmn_engine *e, const vmn_view *v, char *text)
{
    vmn_track t = {.schedule = (uint8_t)v->schedule,
                   .params = {.base = v->base, .step = v->step, .cap = v->cap},
                   .place = v->place};

    name_schedule(e, &t, text);
}

/* ---- evidence ----------------------------------------------------------------------------------
 */

static void evidence_of_intervals(const vmn_engine *e, const vmn_burst_data *b, GString *text)
{
    const vmn_schedule *s = vmn_burst_schedule(e, b);
    char name[VMN_NAME_LEN];

    if (s->family <= VMN_FAMILY_IRREGULAR) {
        g_string_append(text, s->family == VMN_FAMILY_FRESH ? "one round, no interval"
                                                            : "intervals fit no known schedule");
        return;
    }
    name_schedule(e, &b->track, name);
    g_string_append_printf(text, "%u of %u foretold intervals fit %s", b->foretold - b->off,
                           b->foretold, name);
    if (s->held_back && VMN_ROUND(e, b->last)->flags & VMN_ROUND_FREE)
        g_string_append(text, ", its first rounds sent late and at once (sender paused)");
}

char *vmn_engine_evidence(const vmn_engine *e, uint32_t record)
{
    GString *text = g_string_new(NULL);
    const vmn_shape *shape = VMN_SHAPE(e, VMN_RECORD(e, record)->shape);
    uint32_t round = VMN_RECORD(e, record)->round;
    const vmn_burst_data *b = NULL;

    if (e->settled && round != VMN_NONE)
        b = VMN_BURST(e, VMN_ROUND(e, vmn_effective_round(e, round))->burst);
    if (b != NULL) {
        evidence_of_intervals(e, b, text);
        g_string_append(text, "; ");
    }
    g_string_append_printf(text, "%u octets without tags", shape->length);
    if (shape->length > 42)
        g_string_append(text, shape->padding_zero ? ", padded with zeros" : ", padding not zero");
    if (shape->ethertype != 0x8035)
        g_string_append_printf(text, "; EtherType 0x%04x", shape->ethertype);
    if (shape->asks_broadcast)
        g_string_append(text, "; asks with target protocol address 255.255.255.255");
    if (shape->asks_for_other)
        g_string_append(text, "; sender asks for another station's address");
    if (b != NULL && b->answered)
        g_string_append(text, "; a RARP server answered");
    else if (b != NULL && b->announcer == VMN_ANNOUNCER_RARP_CLIENT &&
             !(b->flags & VMN_FLAG_CLIENT_BY_TIMING))
        g_string_append(text, "; the station that asks is a RARP client elsewhere in the capture");
    if (b != NULL && b->announcer == VMN_ANNOUNCER_OVS)
        g_string_append(text, "; several MACs announced at once, once each");
    return g_string_free(text, FALSE);
}

/* ---- bursts, rounds, paths, events
 * ---------------------------------------------------------------- */

uint32_t vmn_engine_burst_of(const vmn_engine *e, uint32_t record)
{
    uint32_t round = VMN_RECORD(e, record)->round;

    if (!e->settled || round == VMN_NONE)
        return VMN_NONE;
    return VMN_BURST(e, VMN_ROUND(e, vmn_effective_round(e, round))->burst)->number - 1;
}

uint32_t vmn_engine_n_bursts(const vmn_engine *e)
{
    return e->order->len;
}

static const vmn_burst_data *burst_at(const vmn_engine *e, uint32_t i)
{
    return VMN_BURST(e, g_array_index(e->order, uint32_t, i));
}

void vmn_engine_burst(const vmn_engine *e, uint32_t i, vmn_burst *out)
{
    const vmn_burst_data *b = burst_at(e, i);
    const vmn_schedule *s = vmn_burst_schedule(e, b);
    int64_t expected;

    *out = (vmn_burst){.number = b->number,
                       .announcer = (vmn_announcer)b->announcer,
                       .announcer_name = b->announcer_name,
                       .rounds = b->rounds,
                       .missing = b->missing,
                       .frames = b->frames,
                       .first_frame = b->first_frame,
                       .last_frame = b->last_frame,
                       .start = VMN_ROUND(e, b->first)->time,
                       .state = (vmn_state)b->state,
                       .event = b->event,
                       .host = b->host,
                       .companion = b->companion_of ? 0 : b->companion,
                       .companion_of = b->companion_of ? b->companion : 0,
                       .edge_start = b->edge_start,
                       .edge_end = b->edge_end,
                       .flags = b->flags};
    memcpy(out->mac, b->stream->mac->address, 6);
    out->kind = b->announcer == VMN_ANNOUNCER_RARP_CLIENT ? VMN_KIND_REQUEST : VMN_KIND_NOTICE;
    out->span = VMN_ROUND(e, b->last)->time - out->start;
    out->unit = s->family > VMN_FAMILY_IRREGULAR ? b->track.params.base : 0;
    name_schedule(e, &b->track, out->schedule);
    for (uint32_t k = b->first; k != VMN_NONE; k = VMN_ROUND(e, k)->next) {
        const vmn_round_data *r = VMN_ROUND(e, k);
        int64_t deviation;

        if (!vmn_expected(e, &b->track, r->position, r->missing, r->flags, &expected))
            continue;
        deviation = r->time - VMN_ROUND(e, r->previous)->time - expected;
        if (!out->has_max_deviation || ABS(deviation) > ABS(out->max_deviation))
            out->max_deviation = deviation;
        out->has_max_deviation = true;
    }
}

void vmn_engine_burst_round(const vmn_engine *e, uint32_t i, uint32_t j, vmn_round *out)
{
    vmn_engine *mutable = (vmn_engine *)e; /* the cursor is only a hint */
    const vmn_burst_data *b = burst_at(e, i);
    const vmn_schedule *s = vmn_burst_schedule(e, b);
    const vmn_round_data *r;
    uint32_t round = b->first, k = 0;

    if (e->round_cursor.burst == i && e->round_cursor.j <= j) {
        round = e->round_cursor.round;
        k = e->round_cursor.j;
    }
    for (; k < j; k++)
        round = VMN_ROUND(e, round)->next;
    mutable->round_cursor.burst = i;
    mutable->round_cursor.j = j;
    mutable->round_cursor.round = round;
    r = VMN_ROUND(e, round);
    *out = (vmn_round){.time = r->time,
                       .frame = r->frame,
                       .round = r->position,
                       .sightings = r->sightings,
                       .missing = r->missing,
                       .has_delta = r->previous != VMN_NONE,
                       .has_tick = s->family == VMN_FAMILY_FIBONACCI};
    if (out->has_tick)
        out->tick = vmn_schedule_tick(b->track.first + r->position - 1);
    if (out->has_delta)
        out->delta = r->time - VMN_ROUND(e, r->previous)->time;
    out->has_expected =
        vmn_expected(e, &b->track, r->position, r->missing, r->flags, &out->expected);
    if (out->has_expected)
        out->deviation = out->delta - out->expected;
}

/* One pass over the records tells all bursts' paths; made when first asked for. */
static void index_paths(vmn_engine *e)
{
    GHashTable *seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

    e->burst_path_index = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
    for (uint32_t i = 0; i < e->n_records; i++) {
        uint32_t burst = vmn_engine_burst_of(e, i);
        uint16_t path = VMN_RECORD(e, i)->path;
        /* The low bits differ most, which is what GLib's hash looks at. */
        gint64 key = (gint64)((uint64_t)burst << 16 | path);
        GArray *list;

        if (burst == VMN_NONE || g_hash_table_contains(seen, &key))
            continue;
        g_hash_table_add(seen, g_memdup2(&key, sizeof(key)));
        list = g_hash_table_lookup(e->burst_path_index, GUINT_TO_POINTER(burst + 1));
        if (list == NULL) {
            list = g_array_new(FALSE, FALSE, sizeof(uint16_t));
            g_hash_table_insert(e->burst_path_index, GUINT_TO_POINTER(burst + 1), list);
        }
        g_array_append_val(list, path);
    }
    g_hash_table_destroy(seen);
}

static bool same_place(const vmn_path *a, const vmn_path *b)
{
    return a->interface == b->interface && a->section == b->section && a->vni == b->vni &&
           a->n_vlans == b->n_vlans && memcmp(a->vlans, b->vlans, a->n_vlans * 2) == 0;
}

unsigned vmn_engine_burst_paths(const vmn_engine *e, uint32_t i, vmn_path *paths, unsigned max)
{
    unsigned n = 0;
    const GArray *list;

    if (e->burst_path_index == NULL)
        index_paths((vmn_engine *)e);
    list = g_hash_table_lookup(e->burst_path_index, GUINT_TO_POINTER(i + 1));
    for (unsigned k = 0; list != NULL && k < list->len; k++) {
        const vmn_path *path = &VMN_PATH(e, g_array_index(list, uint16_t, k))->shown;
        unsigned known = 0;

        /* Variants of a path are one place. */
        while (!same_place(&VMN_PATH(e, g_array_index(list, uint16_t, known))->shown, path))
            known++;
        if (known < k)
            continue;
        if (n < max)
            paths[n] = *path;
        n++;
    }
    return n;
}

uint32_t vmn_engine_n_events(const vmn_engine *e)
{
    return e->events->len;
}

void vmn_engine_event(const vmn_engine *e, uint32_t i, vmn_event *event)
{
    *event = g_array_index(e->events, vmn_event, i);
}
