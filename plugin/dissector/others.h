/* others.h
 * What else the file holds besides notices that explain themselves: ARP, replies, senders in
 * another's name. For the report.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Frames are counted on their first visit; all is forgotten when the file closes.
 */
#ifndef VMN_OTHERS_H
#define VMN_OTHERS_H

#include <epan/packet_info.h>

#include "engine.h"

#define VMN_FRAMES_TOLD 10   /* so many frame numbers are kept of a sender in another's name … */
#define VMN_FOREIGN_TOLD 200 /* … and so many such senders, and so many replies */

/* Ethernet frames whose source is not the MAC that they announce. */
typedef struct {
    uint8_t source[6], mac[6];
    uint32_t record; /* of the first one */
    uint32_t n;
    uint32_t frames[VMN_FRAMES_TOLD]; /* numbers of the first ones */
} vmn_foreign;

/* A RARP reply. Protocol addresses in host order. */
typedef struct {
    uint32_t frame, record;
    uint8_t server[6];
    uint32_t server_address, given;
} vmn_reply;

typedef struct {
    uint32_t arp;              /* ARP frames */
    uint32_t gratuitous;       /* of these: a station announces its own address (RFC 5227) */
    uint32_t gratuitous_frame; /* the first of them, 0: none … */
    uint8_t gratuitous_mac[6]; /* … and who sent it */
    uint32_t unread; /* RARP that is cut short, or not of Ethernet and IPv4: not looked at */
    uint32_t unseen; /* RARP inside messages of a control protocol: on no wire */
    GArray *foreign; /* of vmn_foreign, NULL: none */
    GArray *replies; /* of vmn_reply, NULL: none */
    uint32_t more_foreign, more_replies; /* frames that are not in the lists */
} vmn_others;

/* What was seen so far of the file that is open. */
const vmn_others *vmn_others_seen(void);

/* Count an ARP frame's payload, or a RARP frame's that cannot be read. */
void vmn_others_add_arp(const packet_info *pinfo, const uint8_t *bytes, unsigned length);
void vmn_others_add_unread(void);

/* Look at a RARP frame that was given to the engine as `record`. */
void vmn_others_add_rarp(const vmn_frame *frame, uint32_t record);

/* See to it that all is forgotten when a file closes. Once. */
void vmn_others_register(void);

#endif
