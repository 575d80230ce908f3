/* others.c
 * What else the file holds besides notices that explain themselves.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include <string.h>

#include <epan/packet.h>

#include "bytes.h"
#include "others.h"

#define RARP_REPLY 4

static vmn_others seen;

static void forget_file(void)
{
    if (seen.foreign != NULL)
        g_array_unref(seen.foreign);
    if (seen.replies != NULL)
        g_array_unref(seen.replies);
    memset(&seen, 0, sizeof seen);
}

const vmn_others *vmn_others_seen(void)
{
    return &seen;
}

void vmn_others_add_unread(void)
{
    seen.unread++;
}

void vmn_others_add_arp(const packet_info *pinfo, const uint8_t *bytes, unsigned length)
{
    seen.arp++;
    if (!vmn_is_gratuitous(bytes, length))
        return;
    if (seen.gratuitous++ > 0)
        return;
    seen.gratuitous_frame = pinfo->num;
    memcpy(seen.gratuitous_mac, bytes + VMN_ARP_SHA_AT, sizeof seen.gratuitous_mac);
}

static void add_reply(const vmn_frame *frame, uint32_t record)
{
    vmn_reply reply = {
        .frame = frame->frame, .record = record, .server_address = frame->spa, .given = frame->tpa};

    memcpy(reply.server, frame->sha, sizeof reply.server);
    if (seen.replies == NULL)
        seen.replies = g_array_new(FALSE, FALSE, sizeof(vmn_reply));
    if (seen.replies->len < VMN_FOREIGN_TOLD)
        g_array_append_val(seen.replies, reply);
    else
        seen.more_replies++;
}

static vmn_foreign *find_foreign(const uint8_t *source, const uint8_t *mac)
{
    for (unsigned i = 0; i < seen.foreign->len; i++) {
        vmn_foreign *foreign = &g_array_index(seen.foreign, vmn_foreign, i);

        if (memcmp(foreign->source, source, sizeof foreign->source) == 0 &&
            memcmp(foreign->mac, mac, sizeof foreign->mac) == 0)
            return foreign;
    }
    return NULL;
}

static void add_foreign(const vmn_frame *frame, const uint8_t *mac, uint32_t record)
{
    vmn_foreign *foreign;

    if (seen.foreign == NULL)
        seen.foreign = g_array_new(FALSE, TRUE, sizeof(vmn_foreign));
    foreign = find_foreign(frame->eth_src, mac);
    if (foreign == NULL) {
        if (seen.foreign->len >= VMN_FOREIGN_TOLD) {
            seen.more_foreign++;
            return;
        }
        g_array_set_size(seen.foreign, seen.foreign->len + 1);
        foreign = &g_array_index(seen.foreign, vmn_foreign, seen.foreign->len - 1);
        memcpy(foreign->source, frame->eth_src, sizeof foreign->source);
        memcpy(foreign->mac, mac, sizeof foreign->mac);
        foreign->record = record;
    }
    if (foreign->n < VMN_FRAMES_TOLD)
        foreign->frames[foreign->n] = frame->frame;
    foreign->n++;
}

void vmn_others_add_rarp(const vmn_frame *frame, uint32_t record)
{
    const uint8_t *mac = vmn_looks_announced(frame);

    if (frame->opcode == RARP_REPLY)
        add_reply(frame, record);
    else if (frame->unseen)
        seen.unseen++;
    else if (frame->has_eth && memcmp(frame->eth_src, mac, sizeof frame->eth_src) != 0)
        add_foreign(frame, mac, record);
}

void vmn_others_register(void)
{
    register_cleanup_routine(forget_file);
}
