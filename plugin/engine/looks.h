/* looks.h
 * What frames look like: the frame as it is handed in, the path on which it came, its shape, and
 * what its fields alone say.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Paths, stacks of tags and shapes are few and frames are many, so each gets a number ("interned")
 * and a record holds the numbers.
 *
 * Decides: which frames came the same way, which sets of tags one notice may bear at two places,
 * and the kind by the fields.
 */
#ifndef VMN_LOOKS_H
#define VMN_LOOKS_H

#include "words.h"

#define VMN_MAX_VLANS 4
#define VMN_NO_VNI UINT32_MAX
#define VMN_NO_SESSION UINT32_MAX
#define VMN_PLACES_TOLD 64    /* places of a burst of which it is told which rounds they saw */
#define VMN_MAX_LENGTHS 60000 /* shapes from which on lengths that are new are not kept */

/* An address of a tunnel's end; all zero where there is none. */
typedef struct {
    uint8_t family;     /* 0: none; 4 or 6: of IP, in network order */
    uint8_t octets[16]; /* the first 4 of IPv4, the others 0 */
} vmn_address;

/* One RARP frame (or RARP layer of a tunnelled frame), as the dissector saw it. */
typedef struct {
    uint32_t frame;                 /* number in the file, from 1; never decreases */
    uint32_t layer;                 /* 0 for the frame's first RARP, 1 for its second … */
    int64_t when;                   /* ns since the epoch, from 1960 to 2106; may go backwards */
    uint16_t ethertype;             /* 0x8035, or 0x0806 with a RARP opcode */
    uint16_t opcode;                /* 3 or 4 */
    uint8_t eth_src[6], eth_dst[6]; /* of the innermost Ethernet header */
    bool has_eth;                   /* false on cooked captures */
    uint8_t sha[6], tha[6];         /* sender and target hardware address */
    uint32_t spa, tpa;              /* protocol addresses, host order */
    uint32_t length;   /* octets an untagged Ethernet frame of it would have: 14 + RARP + padding */
    bool padding_zero; /* what follows the 28 RARP octets is all zero (true when nothing follows) */
    uint32_t interface;            /* any number that tells interfaces (and sections) apart */
    uint16_t section;              /* pcapng section, 0 when unknown: shown only */
    uint32_t variant;              /* tells apart sights on one interface, e.g. SLL packet type */
    uint16_t vlans[VMN_MAX_VLANS]; /* outermost first */
    uint8_t n_vlans;
    uint32_t vni;                     /* VXLAN/GENEVE network, or VMN_NO_VNI */
    uint32_t session;                 /* of ERSPAN, or VMN_NO_SESSION */
    vmn_address outer_src, outer_dst; /* of the innermost tunnel around it */
    bool unseen; /* it was on no wire: inside a message of a control protocol, such as OpenFlow */
} vmn_frame;

/* One place where a burst's notices were seen. */
typedef struct {
    uint32_t interface;
    uint16_t section;
    uint16_t vlans[VMN_MAX_VLANS];
    uint8_t n_vlans;
    uint32_t vni, session;
    vmn_address outer_src, outer_dst;
    uint32_t first_round, last_round; /* of a burst's path: the rounds that it saw first and last */
} vmn_path;

/* One place; variants of it (SLL packet types) count as paths of their own. */
typedef struct {
    vmn_path shown;
    uint32_t variant;
    uint32_t tagset;
    uint32_t place; /* the same number for all variants: that of the path with variant 0 */
} vmn_path_data;

typedef struct {
    uint16_t vlans[VMN_MAX_VLANS];
    uint8_t n_vlans;
    uint32_t vni;
} vmn_tagset;

/* What frames look like, apart from addresses. */
typedef struct {
    uint32_t length; /* 0: unknown */
    uint16_t ethertype;
    uint8_t opcode;
    bool padding_zero;
    bool has_address;    /* a protocol address is filled in */
    bool asks_broadcast; /* target protocol address 255.255.255.255 (U-Boot) */
    bool asks_for_other; /* sender and target hardware address differ */
} vmn_shape;

/* All ways and shapes of a file. */
typedef struct {
    GArray *paths, *tagsets, *shapes;
    GHashTable *path_index, *tagset_index, *shape_index; /* their numbers + 1 */
    uint32_t last_path;
    uint16_t last_shape;
    uint64_t last_shape_key;
} vmn_looks;

void vmn_looks_init(vmn_looks *looks);
void vmn_looks_clear(vmn_looks *looks); /* not the struct itself */

/* The number of the frame's path. */
uint32_t vmn_looks_path(vmn_looks *looks, const vmn_frame *frame);

/*
 * An order of paths by what they are, whatever order they came in: tags, VNI, outer addresses,
 * session, section, interface, variant. Less than, equal to or more than 0.
 */
int vmn_looks_compare(const vmn_looks *looks, uint32_t path_a, uint32_t path_b);

/* Likewise of stacks of tags. */
int vmn_looks_compare_tags(const vmn_looks *looks, uint32_t tagset_a, uint32_t tagset_b);

/*
 * The number of the frame's shape. Where there are VMN_MAX_LENGTHS of them, a shape with a length
 * that is new is told apart by all but its length, which is then unknown.
 */
uint16_t vmn_looks_shape(vmn_looks *looks, const vmn_frame *frame);

/*
 * Whether one notice can bear both sets of tags at different places: a host takes outer tags off
 * and puts them on, it does not change the inner ones; and what mirrors both (RSPAN) may put a tag
 * around either. So the one is the other but for tags next to each other.
 */
bool vmn_looks_can_meet(const vmn_looks *looks, uint32_t tagset, uint32_t other);

/* The range that an address lies in. */
vmn_range vmn_looks_range(const uint8_t *mac);

/* What the fields alone say; an answer may say more later. */
vmn_kind vmn_looks_kind(const vmn_frame *frame);

/* The MAC that a frame announces: the target's, unless that is no station's address. Six octets of
 * *frame. */
const uint8_t *vmn_looks_announced(const vmn_frame *frame);

#endif
