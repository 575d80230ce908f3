/* naming.c
 * Announcers and their evidence.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "naming.h"

#include <string.h>

/* VMware's address ranges: 00:50:56, 00:0c:29, 00:05:69 (IEEE registry). */
static bool is_vmware_address(const uint8_t *mac)
{
    static const uint8_t ranges[][3] = {{0x00, 0x50, 0x56}, {0x00, 0x0c, 0x29}, {0x00, 0x05, 0x69}};

    for (unsigned i = 0; i < G_N_ELEMENTS(ranges); i++)
        if (memcmp(mac, ranges[i], 3) == 0)
            return true;
    return false;
}

/* Intervals of a burst that its schedule foretells and that came as foretold. */
static unsigned foretold_intervals(const vmn_engine *e, const vmn_burst_data *b)
{
    unsigned n = 0;
    int64_t expected;

    for (uint32_t i = b->first; i != VMN_NONE; i = VMN_ROUND(e, i)->next) {
        const vmn_round_data *r = VMN_ROUND(e, i);

        if (!(r->flags & VMN_ROUND_OFF) &&
            vmn_expected(e, &b->track, r->position, r->missing, r->flags, &expected))
            n++;
    }
    return n;
}

unsigned vmn_intervals_needed(const vmn_schedule *schedule, uint32_t length, const vmn_mac *mac)
{
    switch (schedule->announcer) {
    case VMN_ANNOUNCER_ESXI:
        if (length == 60 && is_vmware_address(mac->address))
            return 0;
        return length == 60 ? 1 : 2;
    case VMN_ANNOUNCER_QEMU:
    case VMN_ANNOUNCER_USER:
        return 1;
    case VMN_ANNOUNCER_OVN:
        return length == 42 ? 1 : 2;
    case VMN_ANNOUNCER_CLOUD_HYPERVISOR:
        return 2;
    default:
        return 3;
    }
}

/* Two rounds, and nothing that says how far apart they should be. */
static void forget_schedule(vmn_engine *e, vmn_burst_data *b)
{
    vmn_round_data *second = VMN_ROUND(e, b->last);
    vmn_forgotten before = {.burst = second->burst, .track = b->track};

    g_array_append_val(e->forgotten, before);
    b->track.schedule = VMN_SCHEDULE_IRREGULAR;
    b->track.params.base = second->when - VMN_ROUND(e, b->first)->when;
    b->missing = second->missing = 0;
    second->position = 2;
    b->flags &= ~(unsigned)VMN_FLAG_MISSING;
}

void vmn_remember_schedules(vmn_engine *e)
{
    for (unsigned i = 0; i < e->forgotten->len; i++) {
        const vmn_forgotten *f = &g_array_index(e->forgotten, vmn_forgotten, i);
        vmn_burst_data *b = VMN_BURST(e, f->burst);
        vmn_round_data *second = VMN_ROUND(e, b->last);

        b->track = f->track;
        second->position = b->track.place - b->track.first + 1;
        second->missing = (uint8_t)b->track.missing;
    }
    g_array_set_size(e->forgotten, 0);
}

/* A station is a client when it was seen to be one, or when one asked in its name. */
static bool is_client(const vmn_engine *e, const vmn_mac *mac)
{
    const vmn_mac *sender = mac->sender != 0 ? g_hash_table_lookup(e->macs, &mac->sender) : NULL;

    return mac->client || (sender != NULL && sender->client);
}

static void name_announcer(vmn_engine *e, vmn_burst_data *b)
{
    const vmn_schedule *s = vmn_burst_schedule(e, b);
    const vmn_shape *shape = VMN_SHAPE(e, b->shape);
    unsigned foretold = foretold_intervals(e, b);
    bool held_back = s->held_back && b->rounds >= 4;
    unsigned more = b->missing >= b->rounds ? 2 : 0; /* much is missing: more has to fit */

    b->announcer = VMN_ANNOUNCER_UNKNOWN;
    if (s->announcer != VMN_ANNOUNCER_UNKNOWN &&
        (held_back || foretold >= vmn_intervals_needed(s, shape->length, b->stream->mac) + more)) {
        b->announcer = (uint8_t)s->announcer;
    } else if (s->family == VMN_FAMILY_FIBONACCI && foretold == 0 && b->rounds == 2) {
        forget_schedule(e, b); /* a free first interval alone is no schedule */
    }
    if (shape->asks_broadcast || shape->asks_for_other ||
        (is_client(e, b->stream->mac) && (foretold < 2 || b->answered)))
        b->announcer = VMN_ANNOUNCER_RARP_CLIENT;
    else if (b->announcer == VMN_ANNOUNCER_RARP_CLIENT)
        b->flags |= VMN_FLAG_CLIENT_BY_TIMING;
    b->announcer_name = b->announcer == VMN_ANNOUNCER_USER
                            ? s->announcer_name
                            : vmn_announcer_name((vmn_announcer)b->announcer);
}

static bool is_bare_single(const vmn_engine *e, const vmn_burst_data *b)
{
    return b->state == VMN_STATE_SINGLE && VMN_SHAPE(e, b->shape)->length == 42 &&
           VMN_SHAPE(e, b->shape)->ethertype == 0x8035 && b->announcer == VMN_ANNOUNCER_UNKNOWN;
}

/* Open vSwitch's learning packets: one unpadded frame a MAC, several MACs at once. */
static void name_learning_packets(vmn_engine *e)
{
    uint32_t *singles = g_new0(uint32_t, e->events->len + 1);

    for (uint32_t i = 0; i < e->order->len; i++)
        if (is_bare_single(e, VMN_NUMBERED(e, i)))
            singles[VMN_NUMBERED(e, i)->event]++;
    for (uint32_t i = 0; i < e->order->len; i++) {
        vmn_burst_data *b = VMN_NUMBERED(e, i);

        if (is_bare_single(e, b) && singles[b->event] >= 2) {
            b->announcer = VMN_ANNOUNCER_OVS;
            b->announcer_name = vmn_announcer_name(VMN_ANNOUNCER_OVS);
        }
    }
    g_free(singles);
}

void vmn_name_announcers(vmn_engine *e)
{
    for (uint32_t i = 0; i < e->order->len; i++)
        name_announcer(e, VMN_NUMBERED(e, i));
    name_learning_packets(e);
}

void vmn_name_schedule(const vmn_engine *e, const vmn_track *t, char *text)
{
    vmn_schedule_name(vmn_schedules_get(e->schedules, t->schedule), &t->params, t->place, text,
                      VMN_NAME_LEN);
}

static void evidence_of_intervals(const vmn_engine *e, const vmn_burst_data *b, GString *text)
{
    const vmn_schedule *s = vmn_burst_schedule(e, b);
    char name[VMN_NAME_LEN];

    if (s->family <= VMN_FAMILY_IRREGULAR) {
        g_string_append(text, s->family == VMN_FAMILY_FRESH ? "one round, no interval"
                                                            : "intervals fit no known schedule");
        return;
    }
    vmn_name_schedule(e, &b->track, name);
    g_string_append_printf(text, "%u of %u foretold intervals fit %s", b->foretold - b->off,
                           b->foretold, name);
    if (s->held_back && VMN_ROUND(e, b->last)->flags & VMN_ROUND_FREE)
        g_string_append(text, ", its first rounds sent late and at once (sender paused)");
}

char *vmn_evidence_text(const vmn_engine *e, uint32_t record)
{
    GString *text = g_string_new(NULL);
    const vmn_shape *shape = VMN_SHAPE(e, VMN_RECORD(e, record)->shape);
    uint32_t round = VMN_RECORD(e, record)->round;
    const vmn_burst_data *b = NULL;

    if (e->settled && round != VMN_NONE)
        b = VMN_BURST(e, VMN_ROUND(e, vmn_effective_round(e, round))->burst);
    if (b != NULL) {
        evidence_of_intervals(e, b, text);
        g_string_append(text, "; ");
    }
    g_string_append_printf(text, "%u octets without tags", shape->length);
    if (shape->length > 42)
        g_string_append(text, shape->padding_zero ? ", padded with zeros" : ", padding not zero");
    if (shape->ethertype != 0x8035)
        g_string_append_printf(text, "; EtherType 0x%04x", shape->ethertype);
    if (shape->asks_broadcast)
        g_string_append(text, "; asks with target protocol address 255.255.255.255");
    if (shape->asks_for_other)
        g_string_append(text, "; sender asks for another station's address");
    if (b != NULL && b->answered)
        g_string_append(text, "; a RARP server answered");
    else if (b != NULL && b->announcer == VMN_ANNOUNCER_RARP_CLIENT &&
             !(b->flags & VMN_FLAG_CLIENT_BY_TIMING))
        g_string_append(text, "; the station that asks is a RARP client elsewhere in the capture");
    if (b != NULL && b->announcer == VMN_ANNOUNCER_OVS)
        g_string_append(text, "; several MACs announced at once, once each");
    return g_string_free(text, FALSE);
}
