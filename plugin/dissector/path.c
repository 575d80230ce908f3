/* path.c
 * The way on which a RARP payload came.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The innermost Ethernet header is where pinfo->dl_dst points to: the Ethernet
 * dissector leaves pointers into the frame's own bytes there. From it the tags
 * are read forwards up to the payload, as they stand:
 *
 *   ... VXLAN or GENEVE │ dst src │ 8100 tci │ 8100 tci │ 8035 │ RARP
 *       ▲ tunnel.c        ▲ dl_dst  ▲ tags                      ▲ tvb
 *
 * pinfo->vlan_id would be no help: it holds one tag only.
 */
#include "compat.h"

#include <string.h>

#include <wiretap/wtap.h>

#include "bytes.h"
#include "path.h"
#include "tunnel.h"

#define PLAIN_LAYERS 5 /* frame, Ethernet, EtherType, ARP and ours: no other is around the RARP */
#define MAC_LEN 6
#define TAG_LEN 4 /* TPID and TCI */

/* Fields of the cooked headers, see "LINKTYPE_LINUX_SLL" and "_SLL2" at tcpdump.org/linktypes. */
#define SLL_TYPE_AT 0
#define SLL_PROTOCOL_AT 14
#define SLL2_LEN 20
#define SLL2_PROTOCOL_AT 0
#define SLL2_IFINDEX_AT 4
#define SLL2_TYPE_AT 10

/* Collect the tags from the type at `type` on; `at` is where its tag control information would
 * stand. */
static void read_tags(const uint8_t *bytes, int type_at, int at, int end, vmn_frame *frame)
{
    uint16_t type = vmn_be16(bytes + type_at);

    while (vmn_is_tag(type) && at + TAG_LEN <= end && frame->n_vlans < VMN_MAX_VLANS) {
        frame->vlans[frame->n_vlans++] = vmn_be16(bytes + at) & 0x0fff;
        type = vmn_be16(bytes + at + 2);
        at += TAG_LEN;
    }
}

/* Is there nothing around the RARP but Ethernet? */
static bool is_plain(const packet_info *pinfo)
{
    return wmem_list_count(pinfo->layers) <= PLAIN_LAYERS;
}

/*
 * Is it inside a message of a control protocol? A switch hands frames to its controller, and takes
 * frames from it, in OpenFlow messages; such a frame may never have been on a wire. A sample
 * (sFlow) or a tunnel carries what was on one. What can follow in one TCP segment is OpenFlow
 * again, so no matter where the layer is found.
 */
bool vmn_path_is_in_message(const packet_info *pinfo)
{
    static const char prefix[] = "openflow"; /* openflow_v1, openflow_v4 … likewise */
    wmem_list_frame_t *layer;

    if (is_plain(pinfo))
        return false;
    for (layer = wmem_list_head(pinfo->layers); layer != NULL; layer = wmem_list_frame_next(layer))
        if (g_str_has_prefix(
                proto_get_protocol_filter_name(GPOINTER_TO_INT(wmem_list_frame_data(layer))),
                prefix))
            return true;
    return false;
}

/* Is the innermost link header one of 802.11? */
static bool is_wireless(const packet_info *pinfo)
{
    static int proto_eth, proto_wlan;
    wmem_list_frame_t *layer = wmem_list_tail(pinfo->layers);
    int protocol = -1;

    if (proto_wlan == 0) {
        proto_eth = proto_get_id_by_filter_name("eth");
        proto_wlan = proto_get_id_by_filter_name("wlan");
    }
    for (; layer != NULL && protocol != proto_eth && protocol != proto_wlan;
         layer = wmem_list_frame_prev(layer))
        protocol = GPOINTER_TO_INT(wmem_list_frame_data(layer));
    return protocol == proto_wlan;
}

/* Offset of an address in the bytes, or -1 when it lies elsewhere. */
static int offset_of(const address *addr, const uint8_t *bytes, int end)
{
    uintptr_t at = (uintptr_t)addr->data, begin = (uintptr_t)bytes;

    if (at < begin || at + MAC_LEN > begin + (uintptr_t)end)
        return -1;
    return (int)(at - begin);
}

static void read_ethernet(const uint8_t *bytes, int end, const packet_info *pinfo, vmn_frame *frame)
{
    const int dst = offset_of(&pinfo->dl_dst, bytes, end);

    frame->has_eth = true;
    memcpy(frame->eth_dst, pinfo->dl_dst.data, MAC_LEN);
    memcpy(frame->eth_src, pinfo->dl_src.data, MAC_LEN);
    if (dst < 0 || pinfo->dl_src.data != bytes + dst + MAC_LEN || dst + 2 * MAC_LEN + 2 > end)
        return; /* addresses, but no Ethernet header */
    if (vmn_is_tag(vmn_be16(bytes + dst + 2 * MAC_LEN)) && is_wireless(pinfo))
        return; /* between stations of one cell the addresses lie as in Ethernet */
    read_tags(bytes, dst + 2 * MAC_LEN, dst + 2 * MAC_LEN + 2, end, frame);
    if (!is_plain(pinfo))
        vmn_tunnel_read(bytes, dst, pinfo, frame);
}

static void read_cooked(const uint8_t *bytes, int end, int encapsulation, vmn_frame *frame)
{
    if (encapsulation == WTAP_ENCAP_SLL && end >= SLL_PROTOCOL_AT + 2) {
        frame->variant = vmn_be16(bytes + SLL_TYPE_AT);
        read_tags(bytes, SLL_PROTOCOL_AT, SLL_PROTOCOL_AT + 2, end, frame);
    } else if (encapsulation == WTAP_ENCAP_SLL2 && end >= SLL2_LEN) {
        frame->variant = vmn_be32(bytes + SLL2_IFINDEX_AT) << 8 | bytes[SLL2_TYPE_AT];
        read_tags(bytes, SLL2_PROTOCOL_AT, SLL2_LEN, end, frame);
    }
}

/*
 * The section's index in the upper half, the interface in the lower: a file of one section has the
 * numbers of frame.interface_id. The section is counted from 1, as in frame.section_number.
 */
static void read_interface(const packet_info *pinfo, vmn_frame *frame)
{
    const wtap_rec *rec = pinfo->rec;

    if (rec == NULL)
        return;
    if (rec->presence_flags & WTAP_HAS_SECTION_NUMBER) {
        frame->section = (uint16_t)(rec->section_number + 1);
        frame->interface = (uint32_t)rec->section_number << 16;
    }
    if (rec->presence_flags & WTAP_HAS_INTERFACE_ID)
        frame->interface |= rec->rec_header.packet_header.interface_id & 0xffff;
}

static bool is_mac(const address *addr)
{
    return addr->type == AT_ETHER && addr->len == MAC_LEN;
}

void vmn_path_read(tvbuff_t *tvb, packet_info *pinfo, vmn_frame *frame)
{
    tvbuff_t *source = tvb_get_ds_tvb(tvb);
    const int end = tvb_raw_offset(tvb); /* where the RARP payload begins in it */

    frame->vni = VMN_NO_VNI;
    frame->session = VMN_NO_SESSION;
    frame->unseen = vmn_path_is_in_message(pinfo);
    read_interface(pinfo, frame);
    if (source == NULL || end <= 0 || (unsigned)end > tvb_captured_length(source))
        return;
    if (is_mac(&pinfo->dl_dst) && is_mac(&pinfo->dl_src))
        read_ethernet(tvb_get_ptr(source, 0, end), end, pinfo, frame);
    else if (pinfo->rec != NULL && pinfo->rec->rec_type == REC_TYPE_PACKET)
        read_cooked(tvb_get_ptr(source, 0, end), end,
                    pinfo->rec->rec_header.packet_header.pkt_encap, frame);
}
