/* bytes.h
 * Big-endian numbers in captured bytes, and the types that announce a VLAN tag.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Wireshark's own (wsutil/pint.h) go by different names in different versions.
 */
#ifndef VMN_BYTES_H
#define VMN_BYTES_H

#include <stdbool.h>
#include <stdint.h>

#include <epan/etypes.h>

static inline uint16_t vmn_be16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t vmn_be24(const uint8_t *at)
{
    return (uint32_t)at[0] << 16 | (uint32_t)vmn_be16(at + 1);
}

static inline uint32_t vmn_be32(const uint8_t *at)
{
    return (uint32_t)vmn_be16(at) << 16 | vmn_be16(at + 2);
}

/* Does a VLAN tag follow the EtherType (802.1Q, 802.1ad, and QinQ before it was standardised)? */
static inline bool vmn_is_tag(uint16_t type)
{
    return type == ETHERTYPE_VLAN || type == ETHERTYPE_IEEE_802_1AD || type == ETHERTYPE_QINQ_OLD;
}

/* Where the addresses of an Ethernet/IPv4 ARP stand (RFC 826). */
#define VMN_ARP_SHA_AT 8
#define VMN_ARP_SPA_AT 14
#define VMN_ARP_TPA_AT 24
#define VMN_ARP_LEN 28

/* Does a station announce its own address (RFC 5227: sender and target address agree)? */
static inline bool vmn_is_gratuitous(const uint8_t *arp, unsigned len)
{
    return len >= VMN_ARP_LEN && vmn_be32(arp + VMN_ARP_SPA_AT) != 0 &&
           vmn_be32(arp + VMN_ARP_SPA_AT) == vmn_be32(arp + VMN_ARP_TPA_AT);
}

#endif
