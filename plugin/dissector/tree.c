/* tree.c
 * What a user sees of a notice in the packet tree: the layer and its fields.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Nothing is decided here: the engine's view is printed. Times that the causal
 * answer cannot know (next round, last frame, state) are left out until the
 * engine is settled.
 */
#include "compat.h"

#include <string.h>

#include <epan/etypes.h>
#include <epan/unit_strings.h>

#include "experts.h"
#include "info.h"
#include "place.h"
#include "switch.h"
#include "tap.h"
#include "text.h"
#include "tree.h"

static int proto_vmn = -1;
static const header_field_info *field_vmn; /* the protocol, as a field */

static int hf_kind = -1;
static int hf_mac = -1;
static int hf_burst = -1;
static int hf_burst_first = -1;
static int hf_burst_last = -1;
static int hf_burst_rounds = -1;
static int hf_burst_missing = -1;
static int hf_burst_frames = -1;
static int hf_burst_state = -1;
static int hf_head_missing = -1;
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
static int hf_confidence = -1;
static int hf_also_fits = -1;
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
static int hf_path_vni = -1;
static int hf_path_session = -1;
static int hf_path_outer_src = -1;
static int hf_path_outer_dst = -1;
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

/* Filled from the engine's own words, ended by an empty entry. */
static value_string kinds[VMN_KIND_UNUSUAL + 2];
static value_string states[VMN_STATE_SINGLE + 2];

/* Where the fields of one layer go, and the items among them that may carry expert infos. */
typedef struct {
    tvbuff_t *tvb;
    packet_info *pinfo;
    const vmn_notice *notice;
    vmn_carriers items;
} printer;

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
    nstime_t when;

    when.secs = (time_t)(ns / 1000000000);
    when.nsecs = (int)(ns % 1000000000);
    proto_item_set_generated(proto_tree_add_time(tree, hf, to->tvb, 0, 0, &when));
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

    to->items.burst = add_uint(to, layer, hf_burst, view->burst);
    tree = proto_item_add_subtree(to->items.burst, ett_burst);
    add_frame(to, tree, hf_burst_first, view->burst_first);
    add_frame(to, tree, hf_burst_last, view->burst_last);
    add_uint(to, tree, hf_burst_rounds, view->burst_rounds);
    add_uint(to, tree, hf_burst_missing, view->burst_missing);
    if (view->head_missing > 0)
        add_uint(to, tree, hf_head_missing, view->head_missing);
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

    to->items.round = add_uint(to, layer, hf_round, view->round);
    tree = proto_item_add_subtree(to->items.round, ett_round);
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

/* How sure the announcer is, and who else it may be. */
static void add_doubt(const printer *to, proto_tree *tree)
{
    const vmn_view *view = &to->notice->view;
    unsigned i;

    add_uint(to, tree, hf_confidence, vmn_percent((double)view->confidence));
    for (i = 0; i < VMN_ANNOUNCERS; i++)
        if (view->also_fits & 1U << i)
            add_string(to, tree, hf_also_fits, vmn_announcer_name((vmn_announcer)i));
}

static void add_announcer(printer *to, proto_tree *layer)
{
    const vmn_notice *notice = to->notice;
    proto_tree *tree;
    char schedule[VMN_NAME_LEN];
    char *evidence;

    to->items.announcer = add_string(to, layer, hf_announcer, notice->view.announcer_name);
    tree = proto_item_add_subtree(to->items.announcer, ett_announcer);
    vmn_engine_schedule_name(notice->engine, &notice->view, schedule);
    add_doubt(to, tree);
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

/* "interface pA (1), section 1, VLAN 100, network 42, tunnel from 10.0.0.1 to 10.0.0.2", as far as
 * it is known; "" when nothing is. */
static const char *path_text(const printer *to)
{
    const vmn_frame *frame = to->notice->frame;
    const char *name = vmn_dissector_interface_name(frame->interface);
    wmem_strbuf_t *text = wmem_strbuf_new(to->pinfo->pool, "");
    char src[VMN_ADDRESS_LEN], dst[VMN_ADDRESS_LEN];
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
    if (frame->session != VMN_NO_SESSION)
        wmem_strbuf_append_printf(text, ", ERSPAN session %u", frame->session);
    if (frame->outer_src.family != 0)
        wmem_strbuf_append_printf(text, ", tunnel from %s to %s",
                                  vmn_place_address(src, &frame->outer_src),
                                  vmn_place_address(dst, &frame->outer_dst));
    return wmem_strbuf_get_len(text) == 0 ? "" : wmem_strbuf_get_str(text) + strlen(", ");
}

static void add_tunnel(const printer *to, proto_tree *tree)
{
    const vmn_frame *frame = to->notice->frame;
    char text[VMN_ADDRESS_LEN];

    if (frame->vni != VMN_NO_VNI)
        add_uint(to, tree, hf_path_vni, frame->vni);
    if (frame->session != VMN_NO_SESSION)
        add_uint(to, tree, hf_path_session, frame->session);
    if (frame->outer_src.family != 0)
        add_string(to, tree, hf_path_outer_src, vmn_place_address(text, &frame->outer_src));
    if (frame->outer_dst.family != 0)
        add_string(to, tree, hf_path_outer_dst, vmn_place_address(text, &frame->outer_dst));
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
    add_tunnel(to, tree);
}

/* What the switch has for the announced MAC, where its table was given. */
static void add_switch(printer *to, proto_tree *layer)
{
    const vmn_notice *notice = to->notice;
    const vmn_mac_entry *entry;
    proto_tree *tree;
    unsigned n;

    if (!vmn_switch_is_known() || notice->view.kind == VMN_KIND_REPLY)
        return;
    entry = vmn_switch_find(notice->view.mac, notice->frame->vlans, notice->frame->n_vlans);
    if (entry == NULL)
        return;
    to->items.entry = entry;
    to->items.port = add_string(to, layer, hf_switch_port, entry->port);
    if (entry->remote)
        proto_item_append_text(to->items.port, ", behind another switch%s%s",
                               *entry->vtep != '\0' ? ": VTEP " : "", entry->vtep);
    n = vmn_switch_count(notice->view.mac);
    if (n > 1)
        proto_item_append_text(to->items.port, " (one of %u entries for this MAC)", n);
    tree = proto_item_add_subtree(to->items.port, ett_switch);
    if (entry->vlan != VMN_NO_VLAN)
        add_uint(to, tree, hf_switch_vlan, entry->vlan);
}

/* ---- the layer's own line ---- */

/* ", VMware ESXi", ", unknown (VMware ESXi or RARP client)" */
static void describe_announcer(const vmn_view *view, wmem_strbuf_t *text)
{
    const char *names[VMN_ANNOUNCERS];
    unsigned i, n = 0;

    for (i = 0; i < VMN_ANNOUNCERS; i++)
        if (view->also_fits & 1U << i)
            names[n++] = vmn_announcer_name((vmn_announcer)i);
    wmem_strbuf_append_printf(text, ", %s", view->announcer_name);
    if (view->announcer != VMN_ANNOUNCER_UNKNOWN)
        return;
    if (n == 1)
        wmem_strbuf_append_printf(text, " (perhaps %s)", names[0]);
    else if (n == 2)
        wmem_strbuf_append_printf(text, " (%s or %s)", names[0], names[1]);
}

/* ", burst 1, round 4 of 6, +6.000295 s (schedule 6 s, deviation +295 µs)" */
static void describe_round(const vmn_notice *notice, wmem_strbuf_t *text)
{
    const vmn_view *view = &notice->view;
    char delta[VMN_TEXT_LEN], expected[VMN_TEXT_LEN], deviation[VMN_TEXT_LEN];

    wmem_strbuf_append_printf(text, ", burst %u, round %u", view->burst, view->round);
    if (notice->settled)
        wmem_strbuf_append_printf(text, " of %u", view->burst_rounds + view->burst_missing);
    if (view->head_missing > 0)
        wmem_strbuf_append_printf(text, " (%u before them missing)", view->head_missing);
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
        describe_announcer(view, text);
        vmn_engine_schedule_name(notice->engine, view, schedule);
        wmem_strbuf_append_printf(text, ", %s", schedule);
    } else if (view->answer_to != 0) {
        wmem_strbuf_append_printf(text, " to frame %u", view->answer_to);
    }
    if (view->unseen)
        wmem_strbuf_append(text, ", not seen on a wire");
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

/* ---- the whole layer ---- */

bool vmn_tree_is_wanted(const packet_info *pinfo, proto_tree *tree)
{
    return vmn_field_is_wanted(tree, field_vmn) || vmn_experts_are_wanted(pinfo, tree);
}

void vmn_tree_add_empty(tvbuff_t *tvb, proto_tree *tree)
{
    proto_tree_add_item(tree, proto_vmn, tvb, 0, 0, ENC_NA);
}

void vmn_tree_add(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const vmn_notice *notice)
{
    printer to = {tvb, pinfo, notice, {.pinfo = pinfo, .notice = notice}};
    proto_tree *layer = add_layer_item(&to, tree);
    proto_item *kind;

    kind = add_uint(&to, layer, hf_kind, notice->view.kind);
    if (notice->frame->ethertype == ETHERTYPE_ARP)
        proto_item_append_text(kind, " (EtherType 0x0806 (ARP) carries a RARP opcode)");
    to.items.mac = proto_tree_add_ether(layer, hf_mac, tvb, 0, 0, notice->view.mac);
    proto_item_set_generated(to.items.mac);
    if (notice->view.burst != 0) {
        add_burst(&to, layer);
        add_round(&to, layer);
        add_announcer(&to, layer);
    }
    add_relations(&to, layer);
    add_path(&to, layer);
    add_switch(&to, layer);
    vmn_experts_add(&to.items);
}

/* ---- registration ---- */

static void register_fields(void)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_kind,
          { "Kind", "vmotion_notify.kind",
            FT_UINT8, BASE_DEC, VALS(kinds), 0x0,
            NULL, HFILL } },
        { &hf_mac,
          { "Announced MAC", "vmotion_notify.mac",
            FT_ETHER, BASE_NONE, NULL, 0x0,
            "The target hardware address; not always the Ethernet source", HFILL } },
        { &hf_burst,
          { "Burst", "vmotion_notify.burst",
            FT_UINT32, BASE_DEC, NULL, 0x0,
            "Number of the burst in the file", HFILL } },
        { &hf_burst_first,
          { "First frame", "vmotion_notify.burst.first",
            FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_NONE), 0x0,
            NULL, HFILL } },
        { &hf_burst_last,
          { "Last frame", "vmotion_notify.burst.last",
            FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_NONE), 0x0,
            NULL, HFILL } },
        { &hf_burst_rounds,
          { "Rounds seen", "vmotion_notify.burst.rounds",
            FT_UINT32, BASE_DEC, NULL, 0x0,
            NULL, HFILL } },
        { &hf_burst_missing,
          { "Rounds missing", "vmotion_notify.burst.missing",
            FT_UINT32, BASE_DEC, NULL, 0x0,
            "Rounds missing inside the burst", HFILL } },
        { &hf_burst_frames,
          { "Frames", "vmotion_notify.burst.frames",
            FT_UINT32, BASE_DEC, NULL, 0x0,
            "Sightings of all its rounds", HFILL } },
        { &hf_burst_state,
          { "State", "vmotion_notify.burst.state",
            FT_UINT8, BASE_DEC, VALS(states), 0x0,
            "How the burst ends, as far as the capture shows", HFILL } },
        { &hf_head_missing,
          { "Rounds missing at its begin", "vmotion_notify.head_missing",
            FT_UINT32, BASE_DEC, NULL, 0x0,
            "Rounds missing before the first seen one", HFILL } },
        { &hf_round,
          { "Round", "vmotion_notify.round",
            FT_UINT32, BASE_DEC, NULL, 0x0,
            "Position in the burst from its first seen round, missing rounds counted", HFILL } },
        { &hf_prev,
          { "Previous round", "vmotion_notify.prev",
            FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_NONE), 0x0,
            "First frame of the previous seen round", HFILL } },
        { &hf_next,
          { "Next round", "vmotion_notify.next",
            FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_NONE), 0x0,
            "First frame of the next seen round", HFILL } },
        { &hf_sighting,
          { "Sighting", "vmotion_notify.sighting",
            FT_UINT32, BASE_DEC, NULL, 0x0,
            "Which sight of this round the frame is", HFILL } },
        { &hf_sighting_of,
          { "First sighting", "vmotion_notify.sighting_of",
            FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_NONE), 0x0,
            NULL, HFILL } },
        { &hf_delta,
          { "Interval", "vmotion_notify.delta",
            FT_RELATIVE_TIME, BASE_NONE, NULL, 0x0,
            "Time since the previous seen round", HFILL } },
        { &hf_delta_us,
          { "Interval", "vmotion_notify.delta_us",
            FT_INT64, BASE_DEC | BASE_UNIT_STRING, &units_microseconds, 0x0,
            "Time since the previous seen round", HFILL } },
        { &hf_sighting_delta_us,
          { "Time since the first sighting", "vmotion_notify.sighting_delta_us",
            FT_INT64, BASE_DEC | BASE_UNIT_STRING, &units_microseconds, 0x0,
            NULL, HFILL } },
        { &hf_elapsed,
          { "Time since the first round", "vmotion_notify.elapsed",
            FT_RELATIVE_TIME, BASE_NONE, NULL, 0x0,
            NULL, HFILL } },
        { &hf_expected_us,
          { "Scheduled interval", "vmotion_notify.expected_us",
            FT_INT64, BASE_DEC | BASE_UNIT_STRING, &units_microseconds, 0x0,
            "Over all rounds passed", HFILL } },
        { &hf_deviation_us,
          { "Deviation", "vmotion_notify.deviation_us",
            FT_INT64, BASE_DEC | BASE_UNIT_STRING, &units_microseconds, 0x0,
            "Interval minus scheduled interval", HFILL } },
        { &hf_missing,
          { "Rounds missing before this one", "vmotion_notify.missing",
            FT_UINT32, BASE_DEC, NULL, 0x0,
            NULL, HFILL } },
        { &hf_announcer,
          { "Announcer", "vmotion_notify.announcer",
            FT_STRING, BASE_NONE, NULL, 0x0,
            "The software known to announce so", HFILL } },
        { &hf_confidence,
          { "Confidence", "vmotion_notify.confidence",
            FT_UINT8, BASE_DEC | BASE_UNIT_STRING, &units_percent, 0x0,
            "How probable the announcer is, other software included; of an unknown one: the best candidate", HFILL } },
        { &hf_also_fits,
          { "Also fits", "vmotion_notify.also_fits",
            FT_STRING, BASE_NONE, NULL, 0x0,
            "Another announcer that the evidence fits", HFILL } },
        { &hf_evidence,
          { "Evidence", "vmotion_notify.evidence",
            FT_STRING, BASE_NONE, NULL, 0x0,
            "What speaks for this announcer", HFILL } },
        { &hf_schedule,
          { "Schedule", "vmotion_notify.schedule",
            FT_STRING, BASE_NONE, NULL, 0x0,
            "The model that explains the burst's intervals", HFILL } },
        { &hf_tick,
          { "Tick", "vmotion_notify.tick",
            FT_UINT32, BASE_DEC, NULL, 0x0,
            "Tick number in a Fibonacci schedule", HFILL } },
        { &hf_event,
          { "Event", "vmotion_notify.event",
            FT_UINT32, BASE_DEC, NULL, 0x0,
            "Bursts that begin together", HFILL } },
        { &hf_event_macs,
          { "MACs", "vmotion_notify.event.macs",
            FT_UINT32, BASE_DEC, NULL, 0x0,
            "MACs in the event", HFILL } },
        { &hf_companion,
          { "Came along with", "vmotion_notify.companion",
            FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_NONE), 0x0,
            "Frame of the burst that a single notice was announced together with, and back", HFILL } },
        { &hf_host,
          { "Announcing host", "vmotion_notify.host",
            FT_UINT32, BASE_DEC, NULL, 0x0,
            "Inferred from a common tick phase", HFILL } },
        { &hf_answered_in,
          { "Answered in", "vmotion_notify.answered_in",
            FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_NONE), 0x0,
            NULL, HFILL } },
        { &hf_answer_to,
          { "Answer to", "vmotion_notify.answer_to",
            FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_NONE), 0x0,
            NULL, HFILL } },
        { &hf_path,
          { "Path", "vmotion_notify.path",
            FT_STRING, BASE_NONE, NULL, 0x0,
            "Interface, section, VLAN tags, virtual network and tunnel of this sighting", HFILL } },
        { &hf_path_vni,
          { "Virtual network", "vmotion_notify.path.vni",
            FT_UINT32, BASE_DEC, NULL, 0x0,
            "VXLAN or GENEVE network that carried it", HFILL } },
        { &hf_path_session,
          { "ERSPAN session", "vmotion_notify.path.session",
            FT_UINT32, BASE_DEC, NULL, 0x0,
            "Mirror session that carried it", HFILL } },
        { &hf_path_outer_src,
          { "Tunnel source", "vmotion_notify.path.outer_src",
            FT_STRING, BASE_NONE, NULL, 0x0,
            "Source address of the innermost tunnel around it", HFILL } },
        { &hf_path_outer_dst,
          { "Tunnel destination", "vmotion_notify.path.outer_dst",
            FT_STRING, BASE_NONE, NULL, 0x0,
            "Destination address of the innermost tunnel around it", HFILL } },
        { &hf_vlan,
          { "VLAN", "vmotion_notify.vlan",
            FT_UINT16, BASE_DEC, NULL, 0x0,
            "A VLAN tag around the RARP; outermost first", HFILL } },
        { &hf_switch_port,
          { "Port of the switch", "vmotion_notify.switch.port",
            FT_STRING, BASE_NONE, NULL, 0x0,
            "Where the switch's MAC table (preference mac_table) has the announced MAC", HFILL } },
        { &hf_switch_vlan,
          { "VLAN of the switch", "vmotion_notify.switch.vlan",
            FT_UINT16, BASE_DEC, NULL, 0x0,
            "The VLAN in which the switch's MAC table has the announced MAC", HFILL } },
    };
    /* clang-format on */
    static int *ett[] = {&ett_layer, &ett_burst, &ett_round, &ett_announcer,
                         &ett_event, &ett_path,  &ett_switch};

    proto_register_field_array(proto_vmn, hf, G_N_ELEMENTS(hf));
    proto_register_subtree_array(ett, G_N_ELEMENTS(ett));
}

void vmn_tree_register(int proto)
{
    unsigned i;

    proto_vmn = proto;
    field_vmn = proto_registrar_get_nth((unsigned)proto);
    for (i = 0; i <= VMN_KIND_UNUSUAL; i++)
        kinds[i] = (value_string){i, vmn_kind_name((vmn_kind)i)};
    for (i = 0; i <= VMN_STATE_SINGLE; i++)
        states[i] = (value_string){i, vmn_state_name((vmn_state)i)};
    register_fields();
    vmn_experts_register(proto);
}
