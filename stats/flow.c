/* flow.c
 * The notices as arrows in Statistics ▸ Flow Graph and tshark -z flow,vmotion_notify,standard.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * An arrow leads from the Ethernet source, or the announced MAC where the
 * capture has no Ethernet header, to the frame's destination. Its texts are
 * the final answer: in tshark they are written after the last frame (see
 * table.c), elsewhere frames are visited again for the graph.
 */
#include "flow.h"

#define VMN_WANT_FLOW
#include "compat.h"
#include "format.h"
#include "listener.h"
#include "tap.h"

#include <epan/packet.h>

/* An arrow without its texts yet. */
typedef struct {
    seq_analysis_item_t *item; /* owned by the graph */
    uint32_t record;
} pending;

/* tshark: arrows whose texts are due before the graph is printed; it can be asked for once only. */
static GArray *waiting;
static unsigned session; /* that they belong to */

/* "burst 1, round 4, +6.000 s" and for the arrow "round 4". */
static void write_texts(seq_analysis_item_t *item, uint32_t record)
{
    vmn_view view;
    GString *comment = g_string_new(NULL);
    vmn_engine_view(vmn_dissector_engine(), record, &view);
    if (view.burst == 0) {
        g_string_append(comment, vmn_kind_name(view.kind));
        item->frame_label = g_strdup(comment->str);
    } else {
        g_string_append_printf(comment, "burst %u, round %u", view.burst, view.round);
        if (view.sighting > 1)
            g_string_append_printf(comment, ", sighting %u", view.sighting);
        else if (view.has_delta)
            g_string_append_printf(comment, ", %+.3f s", (double)view.delta / 1e9);
        if (view.missing > 0)
            g_string_append_printf(comment, ", %u missing before", view.missing);
        item->frame_label = g_strdup_printf("round %u", view.round);
    }
    item->comment = g_string_free(comment, FALSE);
}

/* An arrow of a session that is over can get no texts any more: it is not shown. */
static void hide(gpointer item, gpointer user _U_)
{
    ((seq_analysis_item_t *)item)->display = FALSE;
}

static void write_waiting_texts(void *data _U_)
{
    bool over = vmn_session_is_over(&session);
    if (!over && waiting->len > 0)
        vmn_engine_settle(vmn_dissector_engine());
    for (unsigned i = 0; i < waiting->len; i++) {
        const pending *p = &g_array_index(waiting, pending, i);
        if (over)
            hide(p->item, NULL);
        else
            write_texts(p->item, p->record);
    }
    g_array_set_size(waiting, 0);
}

static void write_texts_later(seq_analysis_item_t *item, uint32_t record)
{
    pending p = {item, record};
    if (!waiting) {
        waiting = g_array_new(FALSE, FALSE, sizeof(pending));
        vmn_listen_for_draw(&waiting, write_waiting_texts);
    }
    g_array_append_val(waiting, p);
}

static void set_ether(address *to, const uint8_t mac[6])
{
    address ether;
    set_address(&ether, AT_ETHER, 6, mac);
    copy_address(to, &ether);
}

static seq_analysis_item_t *new_item(packet_info *pinfo, uint32_t record)
{
    static const uint8_t broadcast[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    char when[COL_MAX_LEN];
    vmn_view view;
    seq_analysis_item_t *item = g_new0(seq_analysis_item_t, 1);
    vmn_engine_view(vmn_dissector_engine(), record, &view);
    item->frame_number = pinfo->num;
    if (pinfo->dl_src.type == AT_ETHER)
        copy_address(&item->src_addr, &pinfo->dl_src);
    else
        set_ether(&item->src_addr, view.mac);
    if (pinfo->dl_dst.type == AT_ETHER)
        copy_address(&item->dst_addr, &pinfo->dl_dst);
    else
        set_ether(&item->dst_addr, broadcast);
    set_fd_time(pinfo->epan, pinfo->fd, when);
    item->time_str = g_strdup(when);
    item->conv_num = (uint16_t)view.burst;
    item->line_style = 1;
    item->display = TRUE;
    return item;
}

static tap_packet_status flow_packet(void *data, packet_info *pinfo, epan_dissect_t *edt _U_,
                                     const void *tap_data, tap_flags_t flags _U_)
{
    seq_analysis_info_t *graph = data;
    uint32_t record = ((const vmn_tap_info *)tap_data)->record;
    seq_analysis_item_t *item = new_item(pinfo, record);
    if (vmn_session_is_over(&session)) {
        g_queue_foreach(graph->items, hide, NULL);
        if (waiting)
            g_array_set_size(waiting, 0);
    }
    g_queue_push_tail(graph->items, item);
    if (vmn_in_tshark()) {
        write_texts_later(item, record);
    } else {
        vmn_engine_settle(vmn_dissector_engine());
        write_texts(item, record);
    }
    return TAP_PACKET_REDRAW;
}

void vmn_register_flow(void)
{
    int protocol = proto_get_id_by_filter_name("vmotion_notify");
    if (protocol != -1)
        register_seq_analysis("vmotion_notify", "vMotion Notify", protocol, VMN_TAP_NAME,
                              TL_REQUIRES_NOTHING, flow_packet);
}
