/* tunnel.c
 * The tunnel around the innermost Ethernet header.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Wireshark's list of layers says what carries an Ethernet header, and what carries that:
 *
 *   eth ─ ip ─ udp ─ vxlan ─ eth ─ arp         ends: of ip; network: of vxlan
 *   eth ─ ip ─ gre ─ erspan ─ eth ─ vlan ─ arp ends: of ip; session: of erspan
 *   eth ─ mpls ─ pwethcw ─ eth ─ arp           no ends: what is not in the list below is no tunnel
 *
 * Numbers are read from the octets right before the Ethernet header, addresses from pinfo, where
 * IP, the last one dissected, left them. A sample (sFlow) is no tunnel: the frame did not come from
 * its agent.
 */
#include "tunnel.h"

#include <string.h>

#include <epan/etypes.h>

#include "bytes.h"

#define TUNNEL_LEN 8 /* VXLAN header; GENEVE header without options */
#define UDP_LEN 8
#define VXLAN_GPE_PORT 4790 /* IANA's; its dissector leaves no layer to recognize */
#define VXLAN_HAS_VNI 0x08

#define GRE_LEN 4               /* flags and type; what else it has, flags say */
#define GRE_OPTION_LEN 4        /* of each: */
#define GRE_HAS_CHECKSUM 0x8000 /* … with an offset */
#define GRE_HAS_KEY 0x2000
#define GRE_HAS_SEQUENCE 0x1000
#define GRE_VERSION 0x0007
#define GRE_ERSPAN_2 0x88be /* types I and II */
#define GRE_ERSPAN_3 0x22eb
#define ERSPAN_2_LEN 8
#define ERSPAN_3_LEN 12
#define ERSPAN_3_MORE_LEN 8 /* platform specific, where the last bit of the header says so */
#define ERSPAN_SESSION 0x03ff

/* Protocols that carry Ethernet over IP. */
enum { VXLAN, GENEVE, ERSPAN, GRE, UDP, L2TP, ETHERIP, TZSP, N_CARRIERS };
static const char *const names[N_CARRIERS] = {"vxlan", "geneve", "erspan",  "gre",
                                              "udp",   "l2tp",   "etherip", "tzsp"};
static int carriers[N_CARRIERS];
static int proto_eth = -1, proto_ip = -1, proto_ipv6 = -1;

void vmn_tunnel_handoff(void)
{
    for (unsigned i = 0; i < N_CARRIERS; i++)
        carriers[i] = proto_get_id_by_filter_name(names[i]);
    proto_eth = proto_get_id_by_filter_name("eth");
    proto_ip = proto_get_id_by_filter_name("ip");
    proto_ipv6 = proto_get_id_by_filter_name("ipv6");
}

static int protocol_of(wmem_list_frame_t *layer)
{
    return layer == NULL ? -1 : GPOINTER_TO_INT(wmem_list_frame_data(layer));
}

/* The layer that carries the innermost Ethernet header, or NULL. */
static wmem_list_frame_t *carrier_of_ethernet(const packet_info *pinfo)
{
    wmem_list_frame_t *layer = wmem_list_tail(pinfo->layers);

    while (layer != NULL && protocol_of(layer) != proto_eth)
        layer = wmem_list_frame_prev(layer);
    return layer == NULL ? NULL : wmem_list_frame_prev(layer);
}

/* Is it inside IP, with no other Ethernet header between? */
static bool is_over_ip(wmem_list_frame_t *layer)
{
    while (layer != NULL && protocol_of(layer) != proto_ip && protocol_of(layer) != proto_ipv6) {
        if (protocol_of(layer) == proto_eth)
            return false;
        layer = wmem_list_frame_prev(layer);
    }
    return layer != NULL;
}

/* ---- numbers ---- */

/*
 * A GENEVE header ends where Ethernet begins but has options of any length, so its begin is
 * searched backwards: right where length, version and type agree and the UDP header before it has
 * the frame's ports.
 */
static uint32_t geneve_vni(const uint8_t *bytes, int eth, const packet_info *pinfo)
{
    for (int options = 0; options <= 0x3f * 4; options += 4) {
        int header = eth - TUNNEL_LEN - options;
        const uint8_t *at;

        if (header < UDP_LEN)
            break;
        at = bytes + header;
        if (at[0] == options / 4 && vmn_be16(at + 2) == ETHERTYPE_ETHBRIDGE &&
            vmn_be16(at - UDP_LEN) == pinfo->srcport &&
            vmn_be16(at - UDP_LEN + 2) == pinfo->destport)
            return vmn_be24(at + 4);
    }
    return VMN_NO_VNI;
}

static uint32_t vxlan_vni(const uint8_t *bytes, int eth)
{
    const uint8_t *header = bytes + eth - TUNNEL_LEN;

    return eth >= TUNNEL_LEN && (header[0] & VXLAN_HAS_VNI) ? vmn_be24(header + 4) : VMN_NO_VNI;
}

/* Does a GRE header of this type end here? */
static bool ends_gre(const uint8_t *bytes, int end, uint16_t type)
{
    for (int options = 0; options <= 3; options++) {
        int header = end - GRE_LEN - options * GRE_OPTION_LEN;
        uint16_t flags;

        if (header < 0)
            break;
        flags = vmn_be16(bytes + header);
        if (vmn_be16(bytes + header + 2) == type && (flags & GRE_VERSION) == 0 &&
            options == !!(flags & GRE_HAS_CHECKSUM) + !!(flags & GRE_HAS_KEY) +
                           !!(flags & GRE_HAS_SEQUENCE))
            return true;
    }
    return false;
}

/* Is this an ERSPAN header, `length` octets before Ethernet? */
static bool is_erspan(const uint8_t *bytes, int eth, int length, uint16_t type, unsigned version)
{
    int header = eth - length;

    return header >= GRE_LEN && bytes[header] >> 4 == version && ends_gre(bytes, header, type);
}

/* Type I has no header, and so no session. */
static uint32_t erspan_session(const uint8_t *bytes, int eth)
{
    static const struct {
        int length;
        uint16_t type;
        unsigned version;
    } headers[] = {{ERSPAN_2_LEN, GRE_ERSPAN_2, 1},
                   {ERSPAN_3_LEN, GRE_ERSPAN_3, 2},
                   {ERSPAN_3_LEN + ERSPAN_3_MORE_LEN, GRE_ERSPAN_3, 2}};

    for (unsigned i = 0; i < G_N_ELEMENTS(headers); i++)
        if (is_erspan(bytes, eth, headers[i].length, headers[i].type, headers[i].version))
            return vmn_be16(bytes + eth - headers[i].length + 2) & ERSPAN_SESSION;
    return VMN_NO_SESSION;
}

/* ---- ends ---- */

static void read_end(const address *from, vmn_address *to)
{
    if (from->type == AT_IPv4 && from->len == 4)
        to->family = 4;
    else if (from->type == AT_IPv6 && from->len == 16)
        to->family = 6;
    else
        return;
    memcpy(to->octets, from->data, (size_t)from->len);
}

void vmn_tunnel_read(const uint8_t *bytes, int eth, const packet_info *pinfo, vmn_frame *frame)
{
    wmem_list_frame_t *layer = carrier_of_ethernet(pinfo);
    int protocol = protocol_of(layer);
    unsigned carrier = 0;

    if (protocol < 0)
        return;
    while (carrier < N_CARRIERS && carriers[carrier] != protocol)
        carrier++;
    if (carrier == N_CARRIERS || (carrier == UDP && pinfo->destport != VXLAN_GPE_PORT) ||
        !is_over_ip(layer))
        return;
    read_end(&pinfo->net_src, &frame->outer_src);
    read_end(&pinfo->net_dst, &frame->outer_dst);
    if (carrier == VXLAN || carrier == UDP)
        frame->vni = vxlan_vni(bytes, eth);
    else if (carrier == GENEVE)
        frame->vni = geneve_vni(bytes, eth, pinfo);
    else if (carrier == ERSPAN)
        frame->session = erspan_session(bytes, eth);
}
