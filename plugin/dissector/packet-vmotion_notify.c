/* packet-vmotion_notify.c
 * Explains RARP announcements, such as those after a vMotion.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Two dissectors. The wrapper takes the place of ARP in the ethertype table and
 * calls it; the analysis runs after ARP and adds a layer of its own:
 *
 *   ethertype 0x8035, 0x0806 ──▶ wrapper ──▶ ARP, as ever
 *                                   └──────▶ analysis, only where a RARP opcode is seen
 *
 * The wrapper belongs to a protocol in name only under "arp", so that a user
 * who disables the analysis gets stock RARP, and one who disables ARP gets
 * stock "Data".
 *
 * Frames enter the file's engine on their first visit only. Nothing else is
 * stored per frame: a record is found again by frame number and layer.
 */
#include "compat.h"

#include <string.h>

#include <epan/arptypes.h>
#include <epan/epan.h>
#include <epan/etypes.h>
#include <epan/packet.h>
#include <epan/tap.h>
#include <wiretap/wtap.h>

#include "bounds.h"
#include "bytes.h"
#include "info.h"
#include "others.h"
#include "packet-vmotion_notify.h"
#include "path.h"
#include "place.h"
#include "preferences.h"
#include "tap.h"
#include "tree.h"
#include "tunnel.h"

/* Where the fields of an Ethernet/IPv4 ARP or RARP stand (RFC 826, RFC 903). */
#define RARP_HARDWARE_AT 0
#define RARP_PROTOCOL_AT 2
#define RARP_LENGTHS_AT 4
#define RARP_OPCODE_AT 6
#define RARP_SHA_AT 8
#define RARP_SPA_AT 14
#define RARP_THA_AT 18
#define RARP_TPA_AT 24
#define RARP_LEN 28

#define RARP_LENGTHS 0x0604 /* hardware addresses of 6 octets, protocol addresses of 4 */
#define RARP_REQUEST 3
#define RARP_REPLY 4

#define ETHERNET_LEN 14

#define PLAIN_LAYERS 3 /* frame, Ethernet, EtherType: below them there is one payload */

/* What has to be read before ARP shortens the buffer to its own length. */
typedef struct {
    const uint8_t *bytes;        /* the payload, valid as long as the buffer */
    unsigned captured, reported; /* lengths, padding included */
    uint16_t ethertype;
} rarp_payload;

static int proto_vmn = -1;
static int proto_wrapper = -1;
static int tap_vmn = -1;
static const header_field_info *frame_protocols; /* Wireshark's own field */

static protocol_t *protocol;

static dissector_handle_t arp_handle;  /* what 0x0806 … */
static dissector_handle_t rarp_handle; /* … and 0x8035 led to before */
static dissector_handle_t wrapper_handle;
static dissector_handle_t analysis_handle;

/* ---- from the packet to the engine's frame ---- */

static bool is_zero(const uint8_t *bytes, unsigned n)
{
    return n == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, n - 1) == 0);
}

static void read_frame(tvbuff_t *tvb, packet_info *pinfo, const rarp_payload *payload,
                       uint32_t layer, vmn_frame *frame)
{
    const uint8_t *bytes = payload->bytes;

    memset(frame, 0, sizeof *frame);
    frame->frame = pinfo->num;
    frame->layer = layer;
    frame->when = vmn_dissector_time(pinfo);
    frame->ethertype = payload->ethertype;
    frame->opcode = vmn_be16(bytes + RARP_OPCODE_AT);
    memcpy(frame->sha, bytes + RARP_SHA_AT, sizeof frame->sha);
    memcpy(frame->tha, bytes + RARP_THA_AT, sizeof frame->tha);
    frame->spa = vmn_be32(bytes + RARP_SPA_AT);
    frame->tpa = vmn_be32(bytes + RARP_TPA_AT);
    frame->length = ETHERNET_LEN + payload->reported;
    frame->padding_zero = is_zero(bytes + RARP_LEN, payload->captured - RARP_LEN);
    vmn_path_read(tvb, pinfo, frame);
}

/* Add the layer, on its first visit; is it looked at now? */
static uint32_t add_record(const packet_info *pinfo, const vmn_frame *frame, bool at_once)
{
    uint32_t record;

    if (vmn_dissector_engine() == NULL)
        vmn_bounds_begin(pinfo);
    vmn_place_remember_interface(pinfo, frame->interface);
    record = vmn_engine_add(vmn_dissector_engine(), frame, at_once);
    vmn_others_add_rarp(frame, record);
    return record;
}

/* Find the layer's record, on every later visit. */
static uint32_t find_record(const packet_info *pinfo, uint32_t layer)
{
    vmn_engine *engine = vmn_dissector_engine();

    return engine == NULL ? VMN_NONE : vmn_engine_find(engine, pinfo->num, layer);
}

/* ---- the analysis ---- */

static void look_at(vmn_notice *notice, const vmn_frame *frame, uint32_t record)
{
    vmn_engine *engine = vmn_dissector_engine();

    notice->engine = engine;
    notice->record = record;
    notice->frame = frame;
    notice->settled = vmn_engine_is_settled(engine);
    vmn_engine_view(engine, record, &notice->view);
}

static void queue_tap(packet_info *pinfo, uint32_t record)
{
    vmn_tap_info *info;

    if (!have_tap_listener(tap_vmn))
        return;
    info = wmem_new(pinfo->pool, vmn_tap_info);
    info->record = record;
    tap_queue_packet(tap_vmn, pinfo, info);
}

/* Take the payload in and show what is asked for; false when nothing is known of it. */
static bool analyse(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, uint32_t layer,
                    const rarp_payload *payload, bool fields)
{
    const bool visited = pinfo->fd->visited;
    const bool info = vmn_preferences_info_column() && vmn_info_is_wanted(pinfo);
    uint32_t record;
    vmn_notice notice;
    vmn_glance glance;
    vmn_frame frame;

    if (!visited || fields)
        read_frame(tvb, pinfo, payload, layer, &frame);
    record = visited ? find_record(pinfo, layer) : add_record(pinfo, &frame, fields || info);
    if (record == VMN_NONE)
        return false;
    if (visited && (fields || info || have_tap_listener(tap_vmn)))
        vmn_engine_settle(vmn_dissector_engine()); /* by now the final answer is wanted */
    if (fields) {
        look_at(&notice, &frame, record);
        vmn_tree_add(tvb, pinfo, tree, &notice);
    }
    if (info) {
        vmn_engine_glance(vmn_dissector_engine(), record, &glance);
        vmn_info_append(pinfo, &glance);
    }
    queue_tap(pinfo, record);
    return true;
}

static int dissect_analysis(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const uint32_t layer = pinfo->curr_proto_layer_num - 1U; /* Wireshark counts from 1 */
    const bool fields = tree != NULL && vmn_tree_is_wanted(pinfo, tree);

    if (data == NULL || !analyse(tvb, pinfo, tree, layer, data, fields))
        return 0;
    if (tree != NULL && !fields)
        vmn_tree_add_empty(tvb, tree);
    return (int)tvb_captured_length(tvb);
}

/* ---- the wrapper ---- */

/* Does the payload hold a whole RARP for Ethernet and IPv4? If so, describe it. */
static bool read_payload(tvbuff_t *tvb, uint16_t ethertype, rarp_payload *payload)
{
    const uint8_t *bytes;
    uint16_t opcode, hardware;

    payload->captured = tvb_captured_length(tvb);
    if (payload->captured < RARP_LEN)
        return false;
    bytes = tvb_get_ptr(tvb, 0, (int)payload->captured);
    opcode = vmn_be16(bytes + RARP_OPCODE_AT);
    if (opcode != RARP_REQUEST && opcode != RARP_REPLY)
        return false;
    hardware = vmn_be16(bytes + RARP_HARDWARE_AT);
    if ((hardware != ARPHRD_ETHER && hardware != ARPHRD_IEEE802) ||
        vmn_be16(bytes + RARP_PROTOCOL_AT) != ETHERTYPE_IP ||
        vmn_be16(bytes + RARP_LENGTHS_AT) != RARP_LENGTHS)
        return false;
    payload->bytes = bytes;
    payload->reported = tvb_reported_length(tvb);
    payload->ethertype = ethertype;
    return true;
}

/*
 * Does anybody see the layer itself, or may it be the frame's second one? Where neither is so, the
 * analysis needs no layer: Wireshark's own work for it costs as much as half of the analysis. Who
 * walks through the tree itself (the hierarchy of protocols does) has protocols not faked.
 */
static bool layer_is_wanted(const packet_info *pinfo, proto_tree *tree, unsigned depth)
{
    if (depth > PLAIN_LAYERS)
        return true;
    return tree != NULL && (!PTREE_DATA(tree)->fake_protocols || vmn_tree_is_wanted(pinfo, tree) ||
                            vmn_field_is_wanted(tree, frame_protocols) ||
                            (union_of_tap_listener_flags() & TL_REQUIRES_PROTO_TREE));
}

/* Count what is not looked at. */
static void note_other(tvbuff_t *tvb, const packet_info *pinfo, bool is_arp)
{
    unsigned captured = tvb_captured_length(tvb);

    if (!is_arp)
        vmn_others_add_unread();
    else
        vmn_others_add_arp(pinfo, tvb_get_ptr(tvb, 0, (int)captured), captured);
}

static int dissect_wrapper(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    bool is_arp = pinfo->match_uint == ETHERTYPE_ARP;
    const unsigned depth = pinfo->curr_layer_num; /* ARP counts itself in, on some versions */
    rarp_payload payload;
    bool is_rarp = read_payload(tvb, is_arp ? ETHERTYPE_ARP : ETHERTYPE_REVARP, &payload);
    int length;

    if (!is_rarp && !pinfo->fd->visited)
        note_other(tvb, pinfo, is_arp); /* before ARP: it may find the frame too short, and throw */
    length = call_dissector_only(is_arp ? arp_handle : rarp_handle, tvb, pinfo, tree, data);
    if (!is_rarp || length <= 0)
        return length;
    if (layer_is_wanted(pinfo, tree, depth))
        call_dissector_only(analysis_handle, tvb, pinfo, tree, &payload);
    else if (proto_is_protocol_enabled(protocol))
        analyse(tvb, pinfo, NULL, 0, &payload, false);
    return length;
}

/* ---- registration ---- */

void proto_register_vmotion_notify(void)
{
    proto_vmn = proto_register_protocol("vMotion Notify", "vMotion Notify", "vmotion_notify");
    proto_wrapper = proto_register_protocol_in_name_only(
        "ARP and RARP with vMotion Notify", "ARP/RARP (vMotion Notify)", "vmotion_notify_rarp",
        proto_get_id_by_filter_name("arp"), FT_PROTOCOL);
    vmn_tree_register(proto_vmn);
    vmn_preferences_register(proto_vmn);
    tap_vmn = register_tap(VMN_TAP_NAME);
    vmn_place_register();
    vmn_file_register();
    vmn_others_register();
}

void proto_reg_handoff_vmotion_notify(void)
{
    dissector_table_t ethertypes = find_dissector_table("ethertype");

    protocol = find_protocol_by_id(proto_vmn);
    frame_protocols = proto_registrar_get_byname("frame.protocols");
    arp_handle = dissector_get_uint_handle(ethertypes, ETHERTYPE_ARP);
    rarp_handle = dissector_get_uint_handle(ethertypes, ETHERTYPE_REVARP);
    analysis_handle = create_dissector_handle(dissect_analysis, proto_vmn);
    wrapper_handle = create_dissector_handle(dissect_wrapper, proto_wrapper);
    if (arp_handle != NULL)
        dissector_add_uint("ethertype", ETHERTYPE_ARP, wrapper_handle);
    if (rarp_handle != NULL)
        dissector_add_uint("ethertype", ETHERTYPE_REVARP, wrapper_handle);
    vmn_bounds_handoff();
    vmn_tunnel_handoff();
}
