/* engine.c
 * Life of an engine, and the order in which things are decided.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine.h"

#include <string.h>

#include "facts.h"
#include "hosts.h"
#include "naming.h"
#include "order.h"
#include "places.h"
#include "passes.h"
#include "replies.h"
#include "together.h"

unsigned vmn_engine_max_user(void)
{
    return vmn_schedules_max_user();
}

void vmn_config_init(vmn_config *config)
{
    *config = (vmn_config){.copy_window = 5 * VMN_MS,
                           .event_window = 250 * VMN_MS,
                           .tolerance_percent = 1.0,
                           .tolerance_floor = 5 * VMN_MS};
}

static void free_stream(gpointer stream)
{
    vmn_decoder_clear(&((vmn_stream *)stream)->decoder);
    g_free(stream);
}

static void free_mac(gpointer mac)
{
    if (((vmn_mac *)mac)->homes != NULL)
        g_hash_table_destroy(((vmn_mac *)mac)->homes);
    g_free(mac);
}

vmn_engine *vmn_engine_new(const vmn_config *config)
{
    vmn_engine *e = g_new0(vmn_engine, 1);

    e->config = *config;
    e->schedules = vmn_schedules_new(config->user, config->n_user);
    e->config.user = NULL;
    e->ways = vmn_ways_new(e->schedules);
    e->decoding.rules = (vmn_rules){.schedules = e->schedules,
                                    .ways = e->ways,
                                    .list = vmn_schedules_get(e->schedules, 0),
                                    .n_list = vmn_schedules_count(e->schedules),
                                    .copy_window = CLAMP(config->copy_window, 0, VMN_S),
                                    .tolerance_floor = CLAMP(config->tolerance_floor, 1, VMN_S),
                                    .tolerance = CLAMP(config->tolerance_percent, 0.0, 25.0) / 100};
    vmn_rules_complete(&e->decoding.rules);
    e->decoding.rules.loose = vmn_schedules_loose(e->schedules, &e->decoding.rules.n_loose);
    e->macs = g_hash_table_new(vmn_hash_key, vmn_equal_key);
    e->mac_list = g_ptr_array_new_with_free_func(free_mac);
    e->stream_list = g_ptr_array_new_with_free_func(free_stream);
    e->records = g_array_new(FALSE, FALSE, sizeof(vmn_record));
    e->rounds = g_array_new(FALSE, FALSE, sizeof(vmn_round_data));
    e->waiting = vmn_new_waiting();
    e->begun = g_array_new(FALSE, FALSE, sizeof(vmn_begun));
    e->bursts = g_array_new(FALSE, FALSE, sizeof(vmn_burst_data));
    vmn_looks_init(&e->looks);
    e->free_burst = VMN_NONE;
    e->answers = g_hash_table_new(NULL, NULL);
    e->answer_to = g_hash_table_new(NULL, NULL);
    e->replies = g_hash_table_new(NULL, NULL);
    e->answered = g_hash_table_new(NULL, NULL);
    e->order = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    e->joins = g_array_new(FALSE, FALSE, sizeof(vmn_join));
    e->events = g_array_new(FALSE, FALSE, sizeof(vmn_event));
    e->round_cursor.burst = VMN_NONE;
    return e;
}

void vmn_engine_free(vmn_engine *e)
{
    if (e == NULL)
        return;
    vmn_undo_order(e);
    g_hash_table_destroy(e->macs);
    g_ptr_array_free(e->mac_list, TRUE);
    g_ptr_array_free(e->stream_list, TRUE);
    vmn_spares_clear(&e->decoding.spares);
    g_array_free(e->records, TRUE);
    g_array_free(e->rounds, TRUE);
    g_array_free(e->waiting, TRUE);
    g_array_free(e->begun, TRUE);
    g_array_free(e->bursts, TRUE);
    vmn_looks_clear(&e->looks);
    g_hash_table_destroy(e->answers);
    g_hash_table_destroy(e->answer_to);
    g_hash_table_destroy(e->replies);
    g_hash_table_destroy(e->answered);
    g_array_free(e->order, TRUE);
    g_array_free(e->joins, TRUE);
    g_array_free(e->events, TRUE);
    vmn_places_forget(e);
    vmn_ways_free(e->ways);
    vmn_schedules_free(e->schedules);
    g_free(e);
}

/* From 1960 to 2106, when the 32 bits of a pcap file's seconds end: no difference exceeds 2^62. */
static int64_t clamp_time(int64_t when)
{
    const int64_t latest = INT64_C(4300000000) * VMN_S;

    return CLAMP(when, latest - (INT64_C(1) << 62), latest);
}

/* What was settled is open again, for something came that may change it. */
static void reopen(vmn_engine *e)
{
    if (!e->settled)
        return;
    e->settled = false;
    vmn_part_passes(e); /* what was done last is undone first */
    vmn_undo_order(e);
}

void vmn_engine_clock(vmn_engine *e, int64_t when)
{
    when = clamp_time(when);
    if (e->any_time && when >= e->first_time && when <= e->last_time)
        return; /* nothing new, as with each RARP frame the second time */
    reopen(e);
    e->first_time = e->any_time ? MIN(e->first_time, when) : when;
    e->last_time = e->any_time ? MAX(e->last_time, when) : when;
    e->any_time = true;
}

/*
 * The same frame number again: Wireshark's read filter (-2 -R) threw the frame
 * before away and gave its number to this one. Forget what was added last, as
 * well as that goes now; vmn_put_in_order() does the rest.
 */
__attribute__((cold)) static void withdraw_last(vmn_engine *e)
{
    uint32_t id = e->n_records - 1, round = VMN_RECORD(e, id)->round;

    if (e->waiting->len > 0) {
        g_array_set_size(e->waiting, e->waiting->len - 1);
        e->n_records = id;
        return;
    }
    e->withdrawn = true;
    if (round != VMN_NONE && e->last_stream != NULL) {
        vmn_forget_tentative(e, e->last_stream);
        if (--VMN_ROUND(e, round)->causal_sightings == 0)
            vmn_decoder_remove(&e->last_stream->decoder, &e->decoding, round);
        e->last_stream->dirty = true;
    }
    e->last_stream = NULL; /* that of the record before is not known */
    vmn_forget_reply(e, id);
    e->n_records = id;
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

/* The MAC that a frame is about, and where another station asks for it, what that one asks. */
static vmn_mac *mac_of(vmn_engine *e, const vmn_record *record, const vmn_frame *f,
                       const uint8_t *announced)
{
    vmn_mac *asked = NULL;

    if (record->kind != VMN_KIND_REPLY)
        return vmn_get_mac(e, announced,
                           VMN_SHAPE(e, record->shape)->asks_for_other ? f->sha : NULL, true);
    if (f->has_eth)
        asked = vmn_get_mac(e, f->tha, f->eth_dst, false); /* the reply goes to whoever asked */
    return asked != NULL ? asked : vmn_get_mac(e, f->tha, NULL, true);
}

/* Work out what the record that comes next, of frame f, means; what waits came before it. */
static void take(vmn_engine *e, const vmn_frame *f, int64_t when, const uint8_t *announced)
{
    const vmn_record *record = VMN_RECORD(e, e->n_records);
    vmn_mac *mac = mac_of(e, record, f, announced);

    vmn_catch_up(e);
    if (record->unseen) {
        vmn_note_named(e, e->n_records, mac, when);
        return;
    }
    if (record->kind != VMN_KIND_REPLY && f->has_eth && memcmp(f->eth_src, announced, 6) != 0)
        mac->sender = vmn_key_of(f->eth_src);
    vmn_track_record(e, e->n_records, mac, when);
    vmn_number_begun(e);
}

/* Does a frame tell no more than that a MAC was announced now? */
static bool is_plain(const vmn_record *record, const vmn_frame *f)
{
    return record->kind == VMN_KIND_NOTICE && !f->unseen &&
           (!f->has_eth || memcmp(f->eth_src, f->tha, 6) == 0);
}

uint32_t vmn_engine_add(vmn_engine *e, const vmn_frame *f, bool at_once)
{
    const uint8_t *announced = vmn_looks_announced(f);
    const uint8_t layer = (uint8_t)MIN(f->layer, 255U);
    int64_t when = clamp_time(f->when);
    vmn_record *record;

    reopen(e);
    while (e->n_records > 0 && is_again(VMN_RECORD(e, e->n_records - 1), f->frame, layer))
        withdraw_last(e);
    vmn_engine_clock(e, when);
    vmn_make_room(e->records, e->n_records);
    record = VMN_RECORD(e, e->n_records);
    *record = (vmn_record){.frame = f->frame,
                           .round = VMN_NONE,
                           .layer = layer,
                           .kind = vmn_looks_kind(f) & 3,
                           .unseen = f->unseen,
                           .path = vmn_looks_path(&e->looks, f),
                           .shape = vmn_looks_shape(&e->looks, f)};
    if (at_once || !is_plain(record, f)) {
        take(e, f, when, announced);
    } else {
        vmn_waiting waiting = {.when = when};

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

/* What bursts have to do with each other, and who sends them. */
static void relate(vmn_engine *e)
{
    GArray *sorted = vmn_bursts_by_start(e);

    vmn_find_events(e, sorted);
    vmn_find_companions(e, sorted);
    vmn_find_hosts(e, sorted);
    vmn_find_rivals(e);
    vmn_name_learning_packets(e);
    g_array_free(sorted, TRUE);
}

/* All that is said of the bursts as they are. */
static void describe(vmn_engine *e)
{
    vmn_count_all(e);
    vmn_name_bursts(e);
    vmn_describe_bursts(e);
    relate(e);
}

void vmn_engine_settle(vmn_engine *e)
{
    if (e->settled)
        return;
    vmn_catch_up(e);
    vmn_settle_streams(e);
    if (vmn_put_in_order(e))
        vmn_settle_streams(e);
    vmn_resolve_answers(e);
    describe(e);
    if (vmn_join_passes(e))
        describe(e);
    e->settled = true;
}

bool vmn_engine_is_settled(const vmn_engine *e)
{
    return e->settled;
}

char *vmn_engine_evidence(const vmn_engine *e, uint32_t record)
{
    return vmn_evidence_text(e, record);
}
