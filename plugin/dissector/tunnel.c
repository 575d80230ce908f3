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
 * IP, the last one dissected, left them; where the frame inside is IP as well, from the octets. A
 * sample (sFlow) is no tunnel: the frame did not come from its agent.
 */
#include "tunnel.h"

#include <string.h>

#include <epan/etypes.h>

#include "bytes.h"

#define TUNNEL_LEN 8 /* VXLAN header; GENEVE header without options */
#define UDP_LEN 8
#define VXLAN_GPE_PORT 4790 /* IANA's; its dissector leaves no layer to recognize */
#define VXLAN_HAS_VNI 0x08

#define IPV4_LEN 20
#define IPV4_MOST 60 /* with options */
#define IPV6_LEN 40
#define IP_UDP 17
#define IP_GRE 47
#define IP_ETHERIP 97
#define ETHERIP_LEN 2

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

static bool is_ip(const wmem_list_frame_t *layer)
{
    int protocol = protocol_of((wmem_list_frame_t *)layer);

    return protocol == proto_ip || protocol == proto_ipv6;
}

/* The layer that carries the innermost Ethernet header, or NULL; and whether that carries IP. */
static wmem_list_frame_t *carrier_of_ethernet(const packet_info *pinfo, bool *carries_ip)
{
    wmem_list_frame_t *layer = wmem_list_tail(pinfo->layers);

    *carries_ip = false;
    while (layer != NULL && protocol_of(layer) != proto_eth) {
        *carries_ip |= is_ip(layer);
        layer = wmem_list_frame_prev(layer);
    }
    return layer == NULL ? NULL : wmem_list_frame_prev(layer);
}

/* Is it inside IP, with no other Ethernet header between? */
static bool is_over_ip(wmem_list_frame_t *layer)
{
    while (layer != NULL && !is_ip(layer)) {
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

/* Where the GRE header of this type begins that ends here, or -1. */
static int gre_before(const uint8_t *bytes, int end, uint16_t type)
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
            return header;
    }
    return -1;
}

/* Where the ERSPAN header of this length begins, and in *gre the GRE header before it; or -1. */
static int erspan_before(const uint8_t *bytes, int eth, int length, uint16_t type, unsigned version,
                         int *gre)
{
    int header = eth - length;

    if (header < GRE_LEN || bytes[header] >> 4 != version)
        return -1;
    *gre = gre_before(bytes, header, type);
    return *gre < 0 ? -1 : header;
}

/* The session, and in *gre where the GRE header begins. Type I has no header, and so no session. */
static uint32_t erspan_session(const uint8_t *bytes, int eth, int *gre)
{
    static const struct {
        int length;
        uint16_t type;
        unsigned version;
    } headers[] = {{ERSPAN_2_LEN, GRE_ERSPAN_2, 1},
                   {ERSPAN_3_LEN, GRE_ERSPAN_3, 2},
                   {ERSPAN_3_LEN + ERSPAN_3_MORE_LEN, GRE_ERSPAN_3, 2}};

    for (unsigned i = 0; i < G_N_ELEMENTS(headers); i++) {
        int header =
            erspan_before(bytes, eth, headers[i].length, headers[i].type, headers[i].version, gre);
        if (header >= 0)
            return vmn_be16(bytes + header + 2) & ERSPAN_SESSION;
    }
    *gre = gre_before(bytes, eth, GRE_ERSPAN_2);
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

static void set_end(vmn_address *to, uint8_t family, const uint8_t *octets)
{
    to->family = family;
    memcpy(to->octets, octets, family == 4 ? 4 : sizeof to->octets);
}

/* Read the ends from the IP header that ends here and carries this protocol. False: there is none
 * (or one with extensions). */
static bool ends_before(const uint8_t *bytes, int end, uint8_t protocol, vmn_frame *frame)
{
    for (int len = IPV4_LEN; len <= IPV4_MOST && len <= end; len += 4) {
        const uint8_t *ip = bytes + end - len;
        if (ip[0] == (0x40 | len / 4) && ip[9] == protocol) {
            set_end(&frame->outer_src, 4, ip + 12);
            set_end(&frame->outer_dst, 4, ip + 16);
            return true;
        }
    }
    if (end < IPV6_LEN || bytes[end - IPV6_LEN] >> 4 != 6 || bytes[end - IPV6_LEN + 6] != protocol)
        return false;
    set_end(&frame->outer_src, 6, bytes + end - IPV6_LEN + 8);
    set_end(&frame->outer_dst, 6, bytes + end - IPV6_LEN + 24);
    return true;
}

/* GENEVE that carries IP: right where an IP header with UDP is before it. */
static void read_geneve(const uint8_t *bytes, int eth, vmn_frame *frame)
{
    for (int options = 0; options <= 0x3f * 4; options += 4) {
        int header = eth - TUNNEL_LEN - options;

        if (header < UDP_LEN)
            break;
        if (bytes[header] == options / 4 && vmn_be16(bytes + header + 2) == ETHERTYPE_ETHBRIDGE &&
            ends_before(bytes, header - UDP_LEN, IP_UDP, frame)) {
            frame->vni = vmn_be24(bytes + header + 4);
            break;
        }
    }
}

/* A frame that carries IP: addresses and ports of pinfo are those inside. */
static void read_around_ip(const uint8_t *bytes, int eth, unsigned carrier, vmn_frame *frame)
{
    int udp = eth - TUNNEL_LEN - UDP_LEN, gre = -1;

    switch (carrier) {
    case UDP:
        if (udp < 0 || vmn_be16(bytes + udp + 2) != VXLAN_GPE_PORT)
            break;
        /* fall through */
    case VXLAN:
        if (udp >= 0 && ends_before(bytes, udp, IP_UDP, frame))
            frame->vni = vxlan_vni(bytes, eth);
        break;
    case GENEVE:
        read_geneve(bytes, eth, frame);
        break;
    case ERSPAN:
        frame->session = erspan_session(bytes, eth, &gre);
        break;
    case GRE:
        gre = gre_before(bytes, eth, ETHERTYPE_ETHBRIDGE);
        break;
    case ETHERIP:
        ends_before(bytes, eth - ETHERIP_LEN, IP_ETHERIP, frame);
        break;
    }
    if (gre >= 0)
        ends_before(bytes, gre, IP_GRE, frame);
}

void vmn_tunnel_read(const uint8_t *bytes, int eth, const packet_info *pinfo, vmn_frame *frame)
{
    bool carries_ip;
    wmem_list_frame_t *layer = carrier_of_ethernet(pinfo, &carries_ip);
    int protocol = protocol_of(layer), gre;
    unsigned carrier = 0;

    if (protocol < 0)
        return;
    while (carrier < N_CARRIERS && carriers[carrier] != protocol)
        carrier++;
    if (carrier == N_CARRIERS || !is_over_ip(layer))
        return;
    if (carries_ip) {
        read_around_ip(bytes, eth, carrier, frame);
        return;
    }
    if (carrier == UDP && pinfo->destport != VXLAN_GPE_PORT)
        return;
    read_end(&pinfo->net_src, &frame->outer_src);
    read_end(&pinfo->net_dst, &frame->outer_dst);
    if (carrier == VXLAN || carrier == UDP)
        frame->vni = vxlan_vni(bytes, eth);
    else if (carrier == GENEVE)
        frame->vni = geneve_vni(bytes, eth, pinfo);
    else if (carrier == ERSPAN)
        frame->session = erspan_session(bytes, eth, &gre);
}
