/* experts.c
 * The expert infos of a notice: what is worth a look.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Nothing is decided here: the engine's view has a flag for each, or the switch's table says so.
 */
#include "compat.h"

#include <string.h>

#include <epan/column-info.h>
#include <epan/expert.h>
#include <epan/tap.h>
#include <epan/to_str.h>

#include "experts.h"
#include "info.h"
#include "place.h"
#include "switch.h"
#include "text.h"

static expert_field ei_burst_begins = EI_INIT;
static expert_field ei_head_missing = EI_INIT;
static expert_field ei_schedule_complete = EI_INIT;
static expert_field ei_missing_rounds = EI_INIT;
static expert_field ei_not_everywhere = EI_INIT;
static expert_field ei_off_schedule = EI_INIT;
static expert_field ei_restart = EI_INIT;
static expert_field ei_began_before = EI_INIT;
static expert_field ei_may_go_on = EI_INIT;
static expert_field ei_storm = EI_INIT;
static expert_field ei_several_hosts = EI_INIT;
static expert_field ei_source_differs = EI_INIT;
static expert_field ei_protocol_address = EI_INIT;
static expert_field ei_not_on_wire = EI_INIT;
static expert_field ei_answered = EI_INIT;
static expert_field ei_client_by_timing = EI_INIT;
static expert_field ei_not_learned = EI_INIT;
static expert_field ei_companion_port = EI_INIT;

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

static void add_companion_port_expert(const vmn_carriers *to)
{
    const uint8_t *mac = to->notice->view.mac;
    const vmn_mac_entry *other;
    vmn_view companion;
    char *here, *there;

    if (!companion_of(to->notice, &companion) ||
        vmn_switch_same_port(mac, companion.mac) != VMN_PORT_OTHER)
        return;
    other = vmn_switch_find(companion.mac, to->notice->frame->vlans, to->notice->frame->n_vlans);
    here = vmn_switch_place(to->entry);
    there = vmn_switch_place(other);
    expert_add_info_format(
        to->pinfo, to->port, &ei_companion_port,
        "%s, which came along with it, is on another port of the switch: %s, not %s",
        bytes_to_str_punct(to->pinfo->pool, companion.mac, sizeof companion.mac, ':'), there, here);
    g_free(here);
    g_free(there);
}

/* What the switch has for the announced MAC and for its companion, where its table was given. */
static void add_switch_experts(const vmn_carriers *to)
{
    const vmn_view *view = &to->notice->view;

    if (to->entry != NULL)
        add_companion_port_expert(to);
    else if ((view->flags & VMN_FLAG_BEGINS) && view->kind != VMN_KIND_REPLY &&
             vmn_switch_is_known())
        expert_add_info(to->pinfo, to->mac, &ei_not_learned);
}

static const char *rounds_seem(uint32_t rounds)
{
    return rounds == 1 ? "round seems" : "rounds seem";
}

/* The paths of the burst that have a bit in the mask; *n of them. */
static void choose_paths(const vmn_path *paths, uint64_t mask, vmn_path *chosen, unsigned *n)
{
    *n = 0;
    for (unsigned k = 0; k < VMN_PLACES_TOLD; k++)
        if (mask >> k & 1)
            chosen[(*n)++] = paths[k];
}

/* "Round 5 was seen on tap0 and not on bond0 (VLAN 100), where round 3 is the last of this burst"
 */
static void add_not_everywhere(const vmn_carriers *to)
{
    const vmn_view *view = &to->notice->view;
    vmn_path paths[VMN_PLACES_TOLD], some[VMN_PLACES_TOLD];
    GString *text = g_string_new(NULL);
    unsigned n;

    vmn_engine_burst_paths(to->notice->engine, view->burst - 1, paths, VMN_PLACES_TOLD);
    g_string_append_printf(text, "Round %u was seen on ", view->round);
    choose_paths(paths, view->seen_on, some, &n);
    vmn_place_append_list(text, some, n);
    g_string_append(text, " and not on ");
    choose_paths(paths, view->missed_on, some, &n);
    vmn_place_append_list(text, some, n);
    if (n == 1 && view->round > some[0].last_round)
        g_string_append_printf(text, ", where round %u is the last of this burst",
                               some[0].last_round);
    else if (n == 1 && view->round < some[0].first_round)
        g_string_append_printf(text, ", where round %u is the first of this burst",
                               some[0].first_round);
    expert_add_info_format(to->pinfo, to->round, &ei_not_everywhere, "%s", text->str);
    g_string_free(text, TRUE);
}

/*
 * Add an expert info on two bursts. Where each was seen at some place where the other one was not,
 * the text is that of the format, which names the places.
 */
static void G_GNUC_PRINTF(4, 0)
    add_with_places(const vmn_carriers *to, proto_item *item, expert_field *field,
                    const char *format, uint32_t first, uint32_t second)
{
    const vmn_engine *engine = to->notice->engine;
    vmn_path paths[VMN_PLACES_TOLD];
    GString *one = g_string_new(NULL), *other = g_string_new(NULL);
    unsigned n = 0, n_others = 0;

    if (first > 0 && second > 0) {
        n = vmn_engine_own_paths(engine, first - 1, second - 1, paths, VMN_PLACES_TOLD);
        vmn_place_append_list(one, paths, n);
        n_others = vmn_engine_own_paths(engine, second - 1, first - 1, paths, VMN_PLACES_TOLD);
        vmn_place_append_list(other, paths, n_others);
    }
    if (n > 0 && n_others > 0)
        expert_add_info_format(to->pinfo, item, field, format, one->str, other->str);
    else
        expert_add_info(to->pinfo, item, field);
    g_string_free(one, TRUE);
    g_string_free(other, TRUE);
}

/* How its burst begins, at its first frame. */
static void add_begin_experts(const vmn_carriers *to)
{
    const vmn_view *view = &to->notice->view;

    if (view->flags & VMN_FLAG_BEGINS)
        expert_add_info(to->pinfo, to->burst, &ei_burst_begins);
    if ((view->flags & VMN_FLAG_BEGINS) && view->head_missing > 0)
        expert_add_info_format(to->pinfo, to->burst, &ei_head_missing,
                               "%u %s to be missing before the first seen one", view->head_missing,
                               rounds_seem(view->head_missing));
    if (view->flags & VMN_FLAG_RESTART)
        add_with_places(to, to->burst, &ei_restart,
                        "The schedule seems to start over while the burst before was still "
                        "running: that one was seen on %s, this one on %s",
                        view->restarted, view->burst);
    if (view->flags & VMN_FLAG_BEGAN_BEFORE)
        expert_add_info(to->pinfo, to->burst, &ei_began_before);
}

static void add_schedule_experts(const vmn_carriers *to)
{
    const vmn_view *view = &to->notice->view;
    char text[VMN_TEXT_LEN];

    if (view->flags & VMN_FLAG_COMPLETE)
        expert_add_info(to->pinfo, to->round, &ei_schedule_complete);
    if (view->flags & VMN_FLAG_MISSING)
        expert_add_info_format(to->pinfo, to->round, &ei_missing_rounds,
                               "%u %s to be missing before this one", view->missing,
                               rounds_seem(view->missing));
    if (view->flags & VMN_FLAG_OFF_SCHEDULE) {
        vmn_text_signed(text, sizeof text, view->deviation);
        expert_add_info_format(to->pinfo, to->round, &ei_off_schedule,
                               "The interval is %s off the schedule, more than the tolerance",
                               text);
    }
    if (view->flags & VMN_FLAG_MAY_GO_ON)
        expert_add_info(to->pinfo, to->burst, &ei_may_go_on);
    if (view->missed_on != 0)
        add_not_everywhere(to);
}

static void add_sender_experts(const vmn_carriers *to)
{
    const vmn_view *view = &to->notice->view;
    const vmn_frame *frame = to->notice->frame;

    if (view->flags & VMN_FLAG_STORM)
        expert_add_info(to->pinfo, to->round, &ei_storm);
    if (view->flags & VMN_FLAG_SEVERAL_HOSTS)
        add_with_places(to, to->mac, &ei_several_hosts,
                        "Several hosts seem to announce this MAC: announced on %s and %s at once",
                        MIN(view->burst, view->rival), MAX(view->burst, view->rival));
    if (view->flags & VMN_FLAG_ANSWERED)
        expert_add_info(to->pinfo, to->announcer, &ei_answered);
    if (view->flags & VMN_FLAG_CLIENT_BY_TIMING)
        expert_add_info(to->pinfo, to->announcer, &ei_client_by_timing);
    if ((view->flags & VMN_FLAG_HAS_ADDRESS) && view->kind != VMN_KIND_REQUEST)
        expert_add_info(to->pinfo, to->mac, &ei_protocol_address);
    if (view->unseen)
        expert_add_info(to->pinfo, to->mac, &ei_not_on_wire);
    /* A reply is sent by the server, whose address it rightly bears. */
    if (frame->has_eth && view->kind != VMN_KIND_REPLY &&
        memcmp(frame->eth_src, view->mac, sizeof view->mac) != 0)
        expert_add_info_format(
            to->pinfo, to->mac, &ei_source_differs,
            "The Ethernet source %s differs from the announced MAC: a switch learns the source",
            bytes_to_str_punct(to->pinfo->pool, frame->eth_src, sizeof frame->eth_src, ':'));
}

void vmn_experts_add(const vmn_carriers *to)
{
    add_switch_experts(to);
    add_begin_experts(to);
    add_schedule_experts(to);
    add_sender_experts(to);
}

bool vmn_experts_are_wanted(const packet_info *pinfo, proto_tree *tree)
{
    static int tap; /* registered after all dissectors, so it cannot be looked up at handoff */
    static const header_field_info *field;

    if (tap == 0) {
        tap = find_tap_id("expert");
        field = proto_registrar_get_nth((unsigned)proto_expert);
    }
    return vmn_field_is_wanted(tree, field) || have_tap_listener(tap) ||
           vmn_column_is_shown(pinfo, COL_EXPERT);
}

void vmn_experts_register(int proto)
{
    /* clang-format off */
    static ei_register_info ei[] = {
        { &ei_burst_begins,
          { "vmotion_notify.expert.burst_begins", PI_SEQUENCE, PI_CHAT,
            "A burst begins", EXPFILL } },
        { &ei_head_missing,
          { "vmotion_notify.expert.head_missing", PI_SEQUENCE, PI_NOTE,
            "Rounds seem to be missing before the first seen one", EXPFILL } },
        { &ei_schedule_complete,
          { "vmotion_notify.expert.schedule_complete", PI_SEQUENCE, PI_CHAT,
            "The schedule's last round was seen", EXPFILL } },
        { &ei_missing_rounds,
          { "vmotion_notify.expert.missing_rounds", PI_SEQUENCE, PI_WARN,
            "Rounds seem to be missing before this one", EXPFILL } },
        { &ei_not_everywhere,
          { "vmotion_notify.expert.not_everywhere", PI_SEQUENCE, PI_NOTE,
            "The round was seen on some paths of its burst and not on others", EXPFILL } },
        { &ei_off_schedule,
          { "vmotion_notify.expert.off_schedule", PI_SEQUENCE, PI_NOTE,
            "The interval is off the schedule by more than the tolerance", EXPFILL } },
        { &ei_restart,
          { "vmotion_notify.expert.restart", PI_SEQUENCE, PI_NOTE,
            "The schedule seems to start over while the burst before was still running", EXPFILL } },
        { &ei_began_before,
          { "vmotion_notify.expert.began_before", PI_SEQUENCE, PI_NOTE,
            "The burst may have begun before the capture", EXPFILL } },
        { &ei_may_go_on,
          { "vmotion_notify.expert.may_go_on", PI_SEQUENCE, PI_NOTE,
            "The burst may go on after the end of the capture", EXPFILL } },
        { &ei_storm,
          { "vmotion_notify.expert.storm", PI_SEQUENCE, PI_WARN,
            "Far more frames than one notice needs: possibly a storm or a loop", EXPFILL } },
        { &ei_several_hosts,
          { "vmotion_notify.expert.several_hosts", PI_PROTOCOL, PI_WARN,
            "Several hosts seem to announce this MAC", EXPFILL } },
        { &ei_source_differs,
          { "vmotion_notify.expert.source_differs", PI_PROTOCOL, PI_WARN,
            "The Ethernet source differs from the announced MAC", EXPFILL } },
        { &ei_protocol_address,
          { "vmotion_notify.expert.protocol_address", PI_PROTOCOL, PI_NOTE,
            "The protocol addresses are not 0: a bridge with neighbour suppression may drop such a frame", EXPFILL } },
        { &ei_not_on_wire,
          { "vmotion_notify.expert.not_on_wire", PI_PROTOCOL, PI_NOTE,
            "The frame was inside a message of a control protocol; it was never on a wire and is not counted as announced", EXPFILL } },
        { &ei_answered,
          { "vmotion_notify.expert.answered", PI_PROTOCOL, PI_NOTE,
            "A RARP server answered: probably a genuine request, not a notice", EXPFILL } },
        { &ei_client_by_timing,
          { "vmotion_notify.expert.client_by_timing", PI_PROTOCOL, PI_NOTE,
            "Only the timing suggests a RARP client; the same fields are used by notices", EXPFILL } },
        { &ei_not_learned,
          { "vmotion_notify.expert.not_learned", PI_PROTOCOL, PI_WARN,
            "The announced MAC is not in the switch's MAC table", EXPFILL } },
        { &ei_companion_port,
          { "vmotion_notify.expert.companion_port", PI_PROTOCOL, PI_WARN,
            "The MAC that came along with it is on another port of the switch", EXPFILL } },
    };
    /* clang-format on */

    expert_register_field_array(expert_register_protocol(proto), ei, G_N_ELEMENTS(ei));
}
