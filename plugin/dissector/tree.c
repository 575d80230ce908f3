/* tree.c
 * What a user sees of a notice: fields, expert infos, the Info column.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Nothing is decided here: the engine's view is printed. Times that the causal
 * answer cannot know (next round, last frame, state) are left out until the
 * engine is settled.
 */
#include "compat.h"

#include <stdio.h>
#include <string.h>

#include <epan/column-info.h>
#include <epan/etypes.h>
#include <epan/expert.h>
#include <epan/tap.h>
#include <epan/to_str.h>
#include <epan/unit_strings.h>

#include "switch.h"
#include "tap.h"
#include "text.h"
#include "tree.h"

static int proto_vmn = -1;

static int hf_kind = -1;
static int hf_mac = -1;
static int hf_burst = -1;
static int hf_burst_first = -1;
static int hf_burst_last = -1;
static int hf_burst_rounds = -1;
static int hf_burst_missing = -1;
static int hf_burst_frames = -1;
static int hf_burst_state = -1;
static int hf_round = -1;
static int hf_prev = -1;
static int hf_next = -1;
static int hf_sighting = -1;
static int hf_sighting_of = -1;
static int hf_delta = -1;
static int hf_delta_us = -1;
static int hf_sighting_delta_us = -1;
static int hf_elapsed = -1;
static int hf_expected_us = -1;
static int hf_deviation_us = -1;
static int hf_missing = -1;
static int hf_announcer = -1;
static int hf_evidence = -1;
static int hf_schedule = -1;
static int hf_tick = -1;
static int hf_event = -1;
static int hf_event_macs = -1;
static int hf_companion = -1;
static int hf_host = -1;
static int hf_answered_in = -1;
static int hf_answer_to = -1;
static int hf_path = -1;
static int hf_vlan = -1;
static int hf_switch_port = -1;
static int hf_switch_vlan = -1;

static int ett_layer = -1;
static int ett_burst = -1;
static int ett_round = -1;
static int ett_announcer = -1;
static int ett_event = -1;
static int ett_path = -1;
static int ett_switch = -1;

static expert_field ei_burst_begins = EI_INIT;
static expert_field ei_schedule_complete = EI_INIT;
static expert_field ei_missing_rounds = EI_INIT;
static expert_field ei_off_schedule = EI_INIT;
static expert_field ei_restart = EI_INIT;
static expert_field ei_began_before = EI_INIT;
static expert_field ei_may_go_on = EI_INIT;
static expert_field ei_storm = EI_INIT;
static expert_field ei_several_hosts = EI_INIT;
static expert_field ei_source_differs = EI_INIT;
static expert_field ei_answered = EI_INIT;
static expert_field ei_client_by_timing = EI_INIT;
static expert_field ei_not_learned = EI_INIT;
static expert_field ei_companion_port = EI_INIT;

/* Filled from the engine's own words, ended by an empty entry. */
static value_string kinds[VMN_KIND_UNUSUAL + 2];
static value_string states[VMN_STATE_SINGLE + 2];

/* Where the fields and the expert infos of one layer go. */
typedef struct {
    tvbuff_t *tvb;
    packet_info *pinfo;
    const vmn_notice *notice;
    proto_item *burst, *round, *announcer; /* parents and carriers of expert infos */
} printer;

static bool column_is_shown(const packet_info *pinfo, int column)
{
    return pinfo->cinfo != NULL && pinfo->cinfo->col_first[column] >= 0;
}

/* ---- Info column ---- */

bool vmn_info_is_wanted(const packet_info *pinfo)
{
    return column_is_shown(pinfo, COL_INFO);
}

/*
 * Append n octets to the Info column. col_append_str() looks at every octet on its own, which was a
 * tenth of the whole analysis; where nothing is fenced off, the text is put together here instead.
 */
static void append_to_info(column_info *cinfo, const char *suffix, size_t n)
{
    static char info[COL_MAX_INFO_LEN]; /* shown until the next frame comes */
    const col_item_t *column = &cinfo->columns[cinfo->col_first[COL_INFO]];
    size_t length = strlen(column->col_data);

    if (column->col_fence != 0 || length + n >= sizeof(info)) {
        col_append_str(cinfo, COL_INFO, suffix);
        return;
    }
    memmove(info, column->col_data, length);
    memcpy(info + length, suffix, n + 1);
    col_set_str(cinfo, COL_INFO, info);
}

void vmn_info_append(packet_info *pinfo, const vmn_glance *glance)
{
    char text[96]; /* the longest suffix has 3 numbers of 10 digits or a duration */
    char *at = text;

    if (glance->burst == 0) {
        if (glance->answer_to == 0)
            return;
        at = vmn_put_text(at, " [reply to frame ");
        at = vmn_put_number(at, glance->answer_to);
    } else {
        at = vmn_put_text(at, " [burst ");
        at = vmn_put_number(at, glance->burst);
        at = vmn_put_text(at, ", round ");
        at = vmn_put_number(at, glance->round);
        if (glance->sighting > 1) {
            at = vmn_put_text(at, ", sighting ");
            at = vmn_put_number(at, glance->sighting);
        } else if (glance->has_delta) {
            at = vmn_put_text(at, ", ");
            at = vmn_put_duration(at, glance->delta);
        }
    }
    at = vmn_put_text(at, "]");
    append_to_info(pinfo->cinfo, text, (size_t)(at - text));
}

/* ---- fields ---- */

static proto_item *add_uint(const printer *to, proto_tree *tree, int hf, uint32_t value)
{
    proto_item *item = proto_tree_add_uint(tree, hf, to->tvb, 0, 0, value);

    proto_item_set_generated(item);
    return item;
}

/* A link to a frame, where there is one. */
static void add_frame(const printer *to, proto_tree *tree, int hf, uint32_t frame)
{
    if (frame != 0)
        add_uint(to, tree, hf, frame);
}

static proto_item *add_string(const printer *to, proto_tree *tree, int hf, const char *value)
{
    proto_item *item = proto_tree_add_string(tree, hf, to->tvb, 0, 0, value);

    proto_item_set_generated(item);
    return item;
}

static void add_time(const printer *to, proto_tree *tree, int hf, int64_t ns)
{
    nstime_t time;

    time.secs = (time_t)(ns / 1000000000);
    time.nsecs = (int)(ns % 1000000000);
    proto_item_set_generated(proto_tree_add_time(tree, hf, to->tvb, 0, 0, &time));
}

static proto_item *add_us(const printer *to, proto_tree *tree, int hf, int64_t ns)
{
    proto_item *item = proto_tree_add_int64(tree, hf, to->tvb, 0, 0, vmn_ns_to_us(ns));

    proto_item_set_generated(item);
    return item;
}

static void add_burst(printer *to, proto_tree *layer)
{
    const vmn_view *view = &to->notice->view;
    proto_tree *tree;

    to->burst = add_uint(to, layer, hf_burst, view->burst);
    tree = proto_item_add_subtree(to->burst, ett_burst);
    add_frame(to, tree, hf_burst_first, view->burst_first);
    add_frame(to, tree, hf_burst_last, view->burst_last);
    add_uint(to, tree, hf_burst_rounds, view->burst_rounds);
    add_uint(to, tree, hf_burst_missing, view->burst_missing);
    add_uint(to, tree, hf_burst_frames, view->burst_frames);
    if (to->notice->settled || view->state == VMN_STATE_COMPLETE)
        add_uint(to, tree, hf_burst_state, view->state);
}

static void add_interval(const printer *to, proto_tree *tree)
{
    const vmn_view *view = &to->notice->view;

    if (view->missing > 0)
        add_uint(to, tree, hf_missing, view->missing);
    if (view->has_delta) {
        add_time(to, tree, hf_delta, view->delta);
        add_us(to, tree, hf_delta_us, view->delta);
        if (view->has_expected) {
            add_us(to, tree, hf_expected_us, view->expected);
            add_us(to, tree, hf_deviation_us, view->deviation);
        }
    }
    add_time(to, tree, hf_elapsed, view->elapsed);
}

static void add_round(printer *to, proto_tree *layer)
{
    const vmn_view *view = &to->notice->view;
    proto_tree *tree;

    to->round = add_uint(to, layer, hf_round, view->round);
    tree = proto_item_add_subtree(to->round, ett_round);
    add_frame(to, tree, hf_prev, view->prev);
    add_frame(to, tree, hf_next, view->next);
    if (view->has_tick)
        add_uint(to, tree, hf_tick, view->tick);
    add_interval(to, tree);
    add_uint(to, tree, hf_sighting, view->sighting);
    if (view->sighting > 1)
        add_frame(to, tree, hf_sighting_of, view->sighting_of);
    add_us(to, tree, hf_sighting_delta_us, view->sighting_delta);
}

static void add_announcer(printer *to, proto_tree *layer)
{
    const vmn_notice *notice = to->notice;
    proto_tree *tree;
    char schedule[VMN_NAME_LEN];
    char *evidence;

    to->announcer = add_string(to, layer, hf_announcer, notice->view.announcer_name);
    tree = proto_item_add_subtree(to->announcer, ett_announcer);
    vmn_engine_schedule_name(notice->engine, &notice->view, schedule);
    add_string(to, tree, hf_schedule, schedule);
    if (!proto_field_is_referenced(tree, hf_evidence))
        return;
    evidence = vmn_engine_evidence(notice->engine, notice->record);
    if (evidence != NULL && *evidence != '\0')
        add_string(to, tree, hf_evidence, evidence);
    g_free(evidence);
}

static void add_relations(const printer *to, proto_tree *layer)
{
    const vmn_view *view = &to->notice->view;
    proto_item *item;

    if (view->event != 0) {
        item = add_uint(to, layer, hf_event, view->event);
        add_uint(to, proto_item_add_subtree(item, ett_event), hf_event_macs, view->event_macs);
    }
    add_frame(to, layer, hf_companion, view->companion);
    if (view->host != 0) {
        item = add_uint(to, layer, hf_host, view->host);
        proto_item_append_text(item, " (inferred: the bursts of this host share a tick phase)");
    }
    add_frame(to, layer, hf_answered_in, view->answered_in);
    add_frame(to, layer, hf_answer_to, view->answer_to);
}

/* "interface pA (1), section 1, VLAN 100, network 42", as far as it is known; "" when nothing is.
 */
static const char *path_text(const printer *to)
{
    const vmn_frame *frame = to->notice->frame;
    const char *name = vmn_dissector_interface_name(frame->interface);
    wmem_strbuf_t *text = wmem_strbuf_new(to->pinfo->pool, "");
    unsigned i, id = frame->interface & 0xffff;

    if (*name != '\0')
        wmem_strbuf_append_printf(text, ", interface %s (%u)", name, id);
    else if (frame->section != 0)
        wmem_strbuf_append_printf(text, ", interface %u", id);
    if (frame->section != 0)
        wmem_strbuf_append_printf(text, ", section %u", frame->section);
    for (i = 0; i < frame->n_vlans; i++)
        wmem_strbuf_append_printf(text, ", VLAN %u", frame->vlans[i]);
    if (frame->vni != VMN_NO_VNI)
        wmem_strbuf_append_printf(text, ", network %u", frame->vni);
    return wmem_strbuf_get_len(text) == 0 ? "" : wmem_strbuf_get_str(text) + strlen(", ");
}

static void add_path(const printer *to, proto_tree *layer)
{
    const vmn_frame *frame = to->notice->frame;
    const char *text = path_text(to);
    proto_tree *tree;
    unsigned i;

    if (*text == '\0')
        return;
    tree = proto_item_add_subtree(add_string(to, layer, hf_path, text), ett_path);
    for (i = 0; i < frame->n_vlans; i++)
        add_uint(to, tree, hf_vlan, frame->vlans[i]);
}

/* ---- the switch's table ---- */

/* The MAC that this one came along with; false when it has none, or it is not known yet. */
static bool companion_of(const vmn_notice *notice, vmn_view *companion)
{
    uint32_t record;

    if (!notice->settled || notice->view.companion == 0)
        return false;
    record = vmn_engine_find(notice->engine, notice->view.companion, 0);
    if (record == VMN_NONE)
        return false;
    vmn_engine_view(notice->engine, record, companion);
    return true;
}

static void add_companion_port_expert(const printer *to, proto_item *port,
                                      const vmn_mac_entry *entry)
{
    const uint8_t *mac = to->notice->view.mac;
    const vmn_mac_entry *other;
    vmn_view companion;

    if (!companion_of(to->notice, &companion) ||
        vmn_switch_same_port(mac, companion.mac) != VMN_PORT_OTHER)
        return;
    other = vmn_switch_find(companion.mac, to->notice->frame->vlans, to->notice->frame->n_vlans);
    expert_add_info_format(
        to->pinfo, port, &ei_companion_port,
        "%s, which came along with it, is on another port of the switch: %s, not %s",
        bytes_to_str_punct(to->pinfo->pool, companion.mac, sizeof companion.mac, ':'), other->port,
        entry->port);
}

/* What the switch has for the announced MAC, where its table was given. */
static void add_switch(const printer *to, proto_tree *layer, proto_item *mac)
{
    const vmn_notice *notice = to->notice;
    const vmn_mac_entry *entry;
    proto_item *port;
    proto_tree *tree;
    unsigned n;

    if (!vmn_switch_is_known() || notice->view.kind == VMN_KIND_REPLY)
        return;
    entry = vmn_switch_find(notice->view.mac, notice->frame->vlans, notice->frame->n_vlans);
    if (entry == NULL) {
        if (notice->view.flags & VMN_FLAG_BEGINS)
            expert_add_info(to->pinfo, mac, &ei_not_learned);
        return;
    }
    port = add_string(to, layer, hf_switch_port, entry->port);
    n = vmn_switch_count(notice->view.mac);
    if (n > 1)
        proto_item_append_text(port, " (one of %u entries for this MAC)", n);
    tree = proto_item_add_subtree(port, ett_switch);
    if (entry->vlan != VMN_NO_VLAN)
        add_uint(to, tree, hf_switch_vlan, entry->vlan);
    add_companion_port_expert(to, port, entry);
}

/* ---- the layer's own line ---- */

/* ", burst 1, round 4 of 6, +6.000295 s (schedule 6 s, deviation +295 µs)" */
static void describe_round(const vmn_notice *notice, wmem_strbuf_t *text)
{
    const vmn_view *view = &notice->view;
    char delta[VMN_TEXT_LEN], expected[VMN_TEXT_LEN], deviation[VMN_TEXT_LEN];

    wmem_strbuf_append_printf(text, ", burst %u, round %u", view->burst, view->round);
    if (notice->settled)
        wmem_strbuf_append_printf(text, " of %u", view->burst_rounds + view->burst_missing);
    if (view->sighting > 1)
        wmem_strbuf_append_printf(text, ", sighting %u", view->sighting);
    if (!view->has_delta)
        return;
    vmn_text_signed(delta, sizeof delta, view->delta);
    wmem_strbuf_append_printf(text, ", %s", delta);
    if (!view->has_expected)
        return;
    vmn_text_duration(expected, sizeof expected, view->expected);
    vmn_text_signed(deviation, sizeof deviation, view->deviation);
    wmem_strbuf_append_printf(text, " (schedule %s, deviation %s)", expected, deviation);
}

static const char *layer_line(packet_info *pinfo, const vmn_notice *notice)
{
    const vmn_view *view = &notice->view;
    wmem_strbuf_t *text = wmem_strbuf_new(pinfo->pool, "vMotion Notify");

    if (view->kind != VMN_KIND_NOTICE)
        wmem_strbuf_append_printf(text, ", %s", vmn_kind_name(view->kind));
    if (view->burst != 0) {
        char schedule[VMN_NAME_LEN];

        describe_round(notice, text);
        vmn_engine_schedule_name(notice->engine, view, schedule);
        wmem_strbuf_append_printf(text, ", %s, %s", view->announcer_name, schedule);
    } else if (view->answer_to != 0) {
        wmem_strbuf_append_printf(text, " to frame %u", view->answer_to);
    }
    return wmem_strbuf_get_str(text);
}

static proto_tree *add_layer_item(const printer *to, proto_tree *tree)
{
    proto_item *item;

    if (proto_field_is_referenced(tree, hf_kind)) /* which it is in a visible tree */
        item = proto_tree_add_protocol_format(tree, proto_vmn, to->tvb, 0, 0, "%s",
                                              layer_line(to->pinfo, to->notice));
    else
        item = proto_tree_add_item(tree, proto_vmn, to->tvb, 0, 0, ENC_NA);
    proto_item_set_generated(item);
    return proto_item_add_subtree(item, ett_layer);
}

/* ---- expert infos ---- */

static void add_schedule_experts(const printer *to)
{
    const vmn_view *view = &to->notice->view;
    char text[VMN_TEXT_LEN];

    if (view->flags & VMN_FLAG_BEGINS)
        expert_add_info(to->pinfo, to->burst, &ei_burst_begins);
    if (view->flags & VMN_FLAG_COMPLETE)
        expert_add_info(to->pinfo, to->round, &ei_schedule_complete);
    if (view->flags & VMN_FLAG_MISSING)
        expert_add_info_format(to->pinfo, to->round, &ei_missing_rounds,
                               "%u %s to be missing before this one", view->missing,
                               view->missing == 1 ? "round seems" : "rounds seem");
    if (view->flags & VMN_FLAG_OFF_SCHEDULE) {
        vmn_text_signed(text, sizeof text, view->deviation);
        expert_add_info_format(to->pinfo, to->round, &ei_off_schedule,
                               "The interval is %s off the schedule, more than the tolerance",
                               text);
    }
    if (view->flags & VMN_FLAG_RESTART)
        expert_add_info(to->pinfo, to->burst, &ei_restart);
    if (view->flags & VMN_FLAG_BEGAN_BEFORE)
        expert_add_info(to->pinfo, to->burst, &ei_began_before);
    if (view->flags & VMN_FLAG_MAY_GO_ON)
        expert_add_info(to->pinfo, to->burst, &ei_may_go_on);
}

static void add_sender_experts(const printer *to, proto_item *mac)
{
    const vmn_view *view = &to->notice->view;
    const vmn_frame *frame = to->notice->frame;

    if (view->flags & VMN_FLAG_STORM)
        expert_add_info(to->pinfo, to->round, &ei_storm);
    if (view->flags & VMN_FLAG_SEVERAL_HOSTS)
        expert_add_info(to->pinfo, mac, &ei_several_hosts);
    if (view->flags & VMN_FLAG_ANSWERED)
        expert_add_info(to->pinfo, to->announcer, &ei_answered);
    if (view->flags & VMN_FLAG_CLIENT_BY_TIMING)
        expert_add_info(to->pinfo, to->announcer, &ei_client_by_timing);
    /* A reply is sent by the server, whose address it rightly bears. */
    if (frame->has_eth && view->kind != VMN_KIND_REPLY &&
        memcmp(frame->eth_src, view->mac, sizeof view->mac) != 0)
        expert_add_info_format(
            to->pinfo, mac, &ei_source_differs,
            "The Ethernet source %s differs from the announced MAC: a switch learns the source",
            bytes_to_str_punct(to->pinfo->pool, frame->eth_src, sizeof frame->eth_src, ':'));
}

/* ---- the whole layer ---- */

/* Do the expert infos go anywhere besides a visible tree? */
static bool expert_is_wanted(const packet_info *pinfo, proto_tree *tree)
{
    static int tap; /* registered after all dissectors, so it cannot be looked up at handoff */

    if (tap == 0)
        tap = find_tap_id("expert");
    return proto_field_is_referenced(tree, proto_expert) || have_tap_listener(tap) ||
           column_is_shown(pinfo, COL_EXPERT);
}

bool vmn_tree_is_wanted(const packet_info *pinfo, proto_tree *tree)
{
    return proto_field_is_referenced(tree, proto_vmn) || expert_is_wanted(pinfo, tree);
}

void vmn_tree_add_empty(tvbuff_t *tvb, proto_tree *tree)
{
    proto_tree_add_item(tree, proto_vmn, tvb, 0, 0, ENC_NA);
}

void vmn_tree_add(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const vmn_notice *notice)
{
    printer to = {tvb, pinfo, notice, NULL, NULL, NULL};
    proto_tree *layer = add_layer_item(&to, tree);
    proto_item *kind, *mac;

    kind = add_uint(&to, layer, hf_kind, notice->view.kind);
    if (notice->frame->ethertype == ETHERTYPE_ARP)
        proto_item_append_text(kind, " (EtherType 0x0806 (ARP) carries a RARP opcode)");
    mac = proto_tree_add_ether(layer, hf_mac, tvb, 0, 0, notice->view.mac);
    proto_item_set_generated(mac);
    if (notice->view.burst != 0) {
        add_burst(&to, layer);
        add_round(&to, layer);
        add_announcer(&to, layer);
    }
    add_relations(&to, layer);
    add_path(&to, layer);
    add_switch(&to, layer, mac);
    add_schedule_experts(&to);
    add_sender_experts(&to, mac);
}

/* ---- registration ---- */

#define FIELD(id, name, abbrev, type, display, strings, blurb)                                     \
    {                                                                                              \
        &id,                                                                                       \
        {                                                                                          \
            name, "vmotion_notify." abbrev, type, display, strings, 0x0, blurb, HFILL              \
        }                                                                                          \
    }
#define LINK(id, name, abbrev, blurb)                                                              \
    FIELD(id, name, abbrev, FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_NONE), blurb)
#define COUNT(id, name, abbrev, blurb) FIELD(id, name, abbrev, FT_UINT32, BASE_DEC, NULL, blurb)
#define MICROSECONDS(id, name, abbrev, blurb)                                                      \
    FIELD(id, name, abbrev, FT_INT64, BASE_DEC | BASE_UNIT_STRING, VMN_UNIT(&units_microseconds),  \
          blurb)

static void register_fields(void)
{
    /* clang-format off */
    static hf_register_info fields[] = {
        FIELD(hf_kind, "Kind", "kind", FT_UINT8, BASE_DEC, VALS(kinds), NULL),
        FIELD(hf_mac, "Announced MAC", "mac", FT_ETHER, BASE_NONE, NULL,
              "The target hardware address; not always the Ethernet source"),
        COUNT(hf_burst, "Burst", "burst", "Number of the burst in the file"),
        LINK(hf_burst_first, "First frame", "burst.first", NULL),
        LINK(hf_burst_last, "Last frame", "burst.last", NULL),
        COUNT(hf_burst_rounds, "Rounds seen", "burst.rounds", NULL),
        COUNT(hf_burst_missing, "Rounds missing", "burst.missing", "Rounds missing inside the burst"),
        COUNT(hf_burst_frames, "Frames", "burst.frames", "Sightings of all its rounds"),
        FIELD(hf_burst_state, "State", "burst.state", FT_UINT8, BASE_DEC, VALS(states),
              "How the burst ends, as far as the capture shows"),
        COUNT(hf_round, "Round", "round", "Position in the burst, missing rounds counted"),
        LINK(hf_prev, "Previous round", "prev", "First frame of the previous seen round"),
        LINK(hf_next, "Next round", "next", "First frame of the next seen round"),
        COUNT(hf_sighting, "Sighting", "sighting", "Which sight of this round the frame is"),
        LINK(hf_sighting_of, "First sighting", "sighting_of", NULL),
        FIELD(hf_delta, "Interval", "delta", FT_RELATIVE_TIME, BASE_NONE, NULL,
              "Time since the previous seen round"),
        MICROSECONDS(hf_delta_us, "Interval", "delta_us", "Time since the previous seen round"),
        MICROSECONDS(hf_sighting_delta_us, "Time since the first sighting", "sighting_delta_us", NULL),
        FIELD(hf_elapsed, "Time since the first round", "elapsed", FT_RELATIVE_TIME, BASE_NONE,
              NULL, NULL),
        MICROSECONDS(hf_expected_us, "Scheduled interval", "expected_us", "Over all rounds passed"),
        MICROSECONDS(hf_deviation_us, "Deviation", "deviation_us", "Interval minus scheduled interval"),
        COUNT(hf_missing, "Rounds missing before this one", "missing", NULL),
        FIELD(hf_announcer, "Announcer", "announcer", FT_STRING, BASE_NONE, NULL,
              "The software known to announce so"),
        FIELD(hf_evidence, "Evidence", "evidence", FT_STRING, BASE_NONE, NULL,
              "What speaks for this announcer"),
        FIELD(hf_schedule, "Schedule", "schedule", FT_STRING, BASE_NONE, NULL,
              "The model that explains the burst's intervals"),
        COUNT(hf_tick, "Tick", "tick", "Tick number in a Fibonacci schedule"),
        COUNT(hf_event, "Event", "event", "Bursts that begin together"),
        COUNT(hf_event_macs, "MACs", "event.macs", "MACs in the event"),
        LINK(hf_companion, "Came along with", "companion",
             "Frame of the burst that a single notice was announced together with, and back"),
        COUNT(hf_host, "Announcing host", "host", "Inferred from a common tick phase"),
        LINK(hf_answered_in, "Answered in", "answered_in", NULL),
        LINK(hf_answer_to, "Answer to", "answer_to", NULL),
        FIELD(hf_path, "Path", "path", FT_STRING, BASE_NONE, NULL,
              "Interface, section, VLAN tags and virtual network of this sighting"),
        FIELD(hf_vlan, "VLAN", "vlan", FT_UINT16, BASE_DEC, NULL,
              "A VLAN tag around the RARP; outermost first"),
        FIELD(hf_switch_port, "Port of the switch", "switch.port", FT_STRING, BASE_NONE, NULL,
              "Where the switch's MAC table (preference mac_table) has the announced MAC"),
        FIELD(hf_switch_vlan, "VLAN of the switch", "switch.vlan", FT_UINT16, BASE_DEC, NULL,
              "The VLAN in which the switch's MAC table has the announced MAC"),
    };
    /* clang-format on */
    static int *subtrees[] = {&ett_layer, &ett_burst, &ett_round, &ett_announcer,
                              &ett_event, &ett_path,  &ett_switch};

    proto_register_field_array(proto_vmn, fields, G_N_ELEMENTS(fields));
    proto_register_subtree_array(subtrees, G_N_ELEMENTS(subtrees));
}

#define EXPERT(id, name, group, severity, summary)                                                 \
    {                                                                                              \
        &id,                                                                                       \
        {                                                                                          \
            "vmotion_notify.expert." name, group, severity, summary, EXPFILL                       \
        }                                                                                          \
    }

static void register_experts(void)
{
    /* clang-format off */
    static ei_register_info experts[] = {
        EXPERT(ei_burst_begins, "burst_begins", PI_SEQUENCE, PI_CHAT,
               "A burst begins"),
        EXPERT(ei_schedule_complete, "schedule_complete", PI_SEQUENCE, PI_CHAT,
               "The schedule's last round was seen"),
        EXPERT(ei_missing_rounds, "missing_rounds", PI_SEQUENCE, PI_WARN,
               "Rounds seem to be missing before this one"),
        EXPERT(ei_off_schedule, "off_schedule", PI_SEQUENCE, PI_NOTE,
               "The interval is off the schedule by more than the tolerance"),
        EXPERT(ei_restart, "restart", PI_SEQUENCE, PI_NOTE,
               "The schedule seems to start over while the burst before was still running"),
        EXPERT(ei_began_before, "began_before", PI_SEQUENCE, PI_NOTE,
               "The burst may have begun before the capture"),
        EXPERT(ei_may_go_on, "may_go_on", PI_SEQUENCE, PI_NOTE,
               "The burst may go on after the end of the capture"),
        EXPERT(ei_storm, "storm", PI_SEQUENCE, PI_WARN,
               "Far more frames than one notice needs: possibly a storm or a loop"),
        EXPERT(ei_several_hosts, "several_hosts", PI_PROTOCOL, PI_WARN,
               "Several hosts seem to announce this MAC"),
        EXPERT(ei_source_differs, "source_differs", PI_PROTOCOL, PI_WARN,
               "The Ethernet source differs from the announced MAC"),
        EXPERT(ei_answered, "answered", PI_PROTOCOL, PI_NOTE,
               "A RARP server answered: probably a genuine request, not a notice"),
        EXPERT(ei_client_by_timing, "client_by_timing", PI_PROTOCOL, PI_NOTE,
               "Only the timing suggests a RARP client; the same fields are used by notices"),
        EXPERT(ei_not_learned, "not_learned", PI_PROTOCOL, PI_WARN,
               "The announced MAC is not in the switch's MAC table"),
        EXPERT(ei_companion_port, "companion_port", PI_PROTOCOL, PI_WARN,
               "The MAC that came along with it is on another port of the switch"),
    };
    /* clang-format on */

    expert_register_field_array(expert_register_protocol(proto_vmn), experts,
                                G_N_ELEMENTS(experts));
}

void vmn_tree_register(int proto)
{
    unsigned i;

    proto_vmn = proto;
    for (i = 0; i <= VMN_KIND_UNUSUAL; i++)
        kinds[i] = (value_string){i, vmn_kind_name((vmn_kind)i)};
    for (i = 0; i <= VMN_STATE_SINGLE; i++)
        states[i] = (value_string){i, vmn_state_name((vmn_state)i)};
    register_fields();
    register_experts();
}
