/* cutover_tap.c
 * All frames of announced MACs: where the statistics get the cut-over from.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Two listeners: one on the notices, one on Wireshark's tap "frame", which
 * every frame reaches after its notices. Which MACs are announced, and when,
 * is known beforehand where frames are visited again (GUI, tshark -2): the
 * bursts' first rounds are the marks. In one-pass tshark every notice is one.
 */
#include "cutover_tap.h"

#include "listener.h"
#include "bytes.h"
#include "compat.h"
#include "tap.h"

#include <epan/epan_dissect.h>
#include <epan/etypes.h>
#include <epan/packet.h>
#include <epan/tap.h>
#include <wiretap/wtap.h>

#include <string.h>

#define MAC_LEN 6
#define TAG_LEN 4
#define SLL_PROTOCOL_AT 14
#define SLL2_LEN 20
#define HASHED 64 /* octets of a frame that tell it from others */

#define ARP_SPA_AT 14
#define ARP_TPA_AT 24
#define ARP_LEN 28
#define IPV6_NEXT_HEADER_AT 6
#define IPV6_LEN 40
#define ICMPV6 58
#define ICMPV6_NA 136

static struct {
    bool registered;
    void (*changed)(uint32_t mac);
    vmn_cutover *cutover; /* NULL before the first frame … */
    unsigned session;     /* … of this session */
    bool marks_first;
    uint32_t notice;    /* frame that brought the last notice */
    GHashTable *names;  /* interface → name */
    uint32_t interface; /* whose name was looked up last … */
    bool has_interface; /* … if any */
} state;
static bool is_kept; /* for the report's windows; vmn_cutover_stop() does not forget it */

/* ---- a frame ---- */

static uint32_t interface_of(const wtap_rec *rec)
{
    uint32_t interface = 0;

    if (rec->presence_flags & WTAP_HAS_SECTION_NUMBER)
        interface = (uint32_t)rec->section_number << 16;
    if (rec->presence_flags & WTAP_HAS_INTERFACE_ID)
        interface |= rec->rec_header.packet_header.interface_id & 0xffff;
    return interface;
}

static void remember_name(const packet_info *pinfo, uint32_t interface)
{
    const char *name = NULL;

    if (state.has_interface && state.interface == interface)
        return;
    state.interface = interface;
    state.has_interface = true;
    if (pinfo->rec->presence_flags & WTAP_HAS_INTERFACE_ID)
        name = VMN_INTERFACE_NAME(pinfo->epan, pinfo->rec->rec_header.packet_header.interface_id,
                                  pinfo->rec->section_number);
    if (name && strcmp(name, "unknown") != 0)
        g_hash_table_replace(state.names, GUINT_TO_POINTER(interface), g_utf8_make_valid(name, -1));
}

/* A gratuitous ARP (RFC 5227: sender and target address agree) or an unsolicited or solicited
 * neighbour advertisement. */
static uint8_t says(uint16_t type, const uint8_t *payload, unsigned len)
{
    if (type == ETHERTYPE_ARP && len >= ARP_LEN)
        return vmn_be32(payload + ARP_SPA_AT) != 0 &&
                       vmn_be32(payload + ARP_SPA_AT) == vmn_be32(payload + ARP_TPA_AT)
                   ? VMN_SAYS_ARP
                   : VMN_SAYS_NOTHING;
    if (type == ETHERTYPE_IPv6 && len > IPV6_LEN && payload[IPV6_NEXT_HEADER_AT] == ICMPV6 &&
        payload[IPV6_LEN] == ICMPV6_NA)
        return VMN_SAYS_NA;
    return VMN_SAYS_NOTHING;
}

/* Of the same frame on another path the same number. */
static uint32_t hash_of(uint16_t type, const uint8_t *payload, unsigned len)
{
    uint64_t hash = type, part = 0;

    len = MIN(len, HASHED);
    for (unsigned i = 0; i < len; i += sizeof part) {
        part = 0;
        memcpy(&part, payload + i, MIN(sizeof part, len - i));
        hash = (hash ^ part) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 29;
    }
    return (uint32_t)(hash >> 32 ^ hash);
}

/* Where the type and what follows it stand, from the place of the source address: both -1 when
 * unknown. */
static void find_type(const packet_info *pinfo, unsigned source, int *type_at, int *next)
{
    int encapsulation = pinfo->rec->rec_header.packet_header.pkt_encap;

    *type_at = (int)source + MAC_LEN;
    *next = *type_at + 2;
    if (encapsulation == WTAP_ENCAP_SLL && source < SLL_PROTOCOL_AT) {
        *type_at = SLL_PROTOCOL_AT;
        *next = SLL_PROTOCOL_AT + 2;
    } else if (encapsulation == WTAP_ENCAP_SLL2 && source < SLL2_LEN) {
        *type_at = 0;
        *next = SLL2_LEN;
    }
}

/* Read tags, kind and hash. The dissectors leave dl_src pointing into the frame's own bytes. */
static void read_bytes(const packet_info *pinfo, tvbuff_t *tvb, vmn_sight *sight)
{
    int len = (int)tvb_captured_length(tvb), type_at, at;
    const uint8_t *bytes = tvb_get_ptr(tvb, 0, len);
    uintptr_t source = (uintptr_t)pinfo->dl_src.data - (uintptr_t)bytes;

    if (source > (uintptr_t)len)
        return;
    find_type(pinfo, (unsigned)source, &type_at, &at);
    if (at > len || type_at + 2 > len)
        return;
    uint16_t type = vmn_be16(bytes + type_at);
    while (vmn_is_tag(type) && at + TAG_LEN <= len) {
        if (sight->n_vlans < VMN_SIGHT_VLANS)
            sight->vlans[sight->n_vlans++] = vmn_be16(bytes + at) & 0x0fff;
        type = vmn_be16(bytes + at + 2);
        at += TAG_LEN;
    }
    sight->says = says(type, bytes + at, (unsigned)(len - at));
    sight->hash = hash_of(type, bytes + at, (unsigned)(len - at));
}

/* ---- listening ---- */

/* The bursts' first rounds, each MAC's tagged with its place in a summary. */
static void mark_bursts(vmn_engine *engine)
{
    vmn_summary *summary = vmn_summary_new(engine);
    vmn_round round;

    for (uint32_t i = 0; i < summary->n_bursts; i++) {
        vmn_engine_burst_round(engine, i, 0, &round);
        vmn_cutover_mark(state.cutover, summary->bursts[i].burst.mac, round.when,
                         summary->bursts[i].mac);
    }
    vmn_summary_free(summary);
}

/* Whether notices of later frames are known already. (pinfo->fd->visited is set before taps are
 * called, always.) */
static bool knows_the_future(const packet_info *pinfo)
{
    const vmn_engine *engine = vmn_dissector_engine();
    uint32_t layers = 0;

    if (!engine)
        return false;
    while (vmn_engine_find(engine, pinfo->num, layers) != VMN_NONE)
        layers++;
    return vmn_engine_size(engine) > layers;
}

static void reset(void *data _U_)
{
    vmn_cutover_free(state.cutover);
    state.cutover = NULL;
    state.notice = 0;
    state.has_interface = false;
    g_hash_table_remove_all(state.names);
}

static void forget_old_session(void)
{
    if (vmn_session_is_over(&state.session))
        reset(NULL);
}

void vmn_cutover_begin(const struct _packet_info *pinfo)
{
    forget_old_session();
    if (state.cutover)
        return;
    state.marks_first = knows_the_future(pinfo);
    state.cutover = vmn_cutover_new(state.marks_first);
    if (state.marks_first)
        mark_bursts(vmn_dissector_engine());
}

/* Wireshark ends, or takes the listeners away: both of them. */
static void finish(void *data)
{
    if (!state.registered)
        return;
    reset(data);
    g_hash_table_unref(state.names);
    memset(&state, 0, sizeof state);
}

static tap_packet_status notice_packet(void *data _U_, packet_info *pinfo, epan_dissect_t *edt _U_,
                                       const void *tap_data, tap_flags_t flags _U_)
{
    vmn_view view;

    vmn_cutover_begin(pinfo);
    state.notice = pinfo->num;
    if (!state.marks_first) {
        vmn_engine_view(vmn_dissector_engine(), ((const vmn_tap_info *)tap_data)->record, &view);
        vmn_cutover_mark(state.cutover, view.mac, vmn_dissector_time(pinfo), 0);
    }
    return TAP_PACKET_DONT_REDRAW;
}

static tap_packet_status frame_packet(void *data _U_, packet_info *pinfo, epan_dissect_t *edt,
                                      const void *tap_data _U_, tap_flags_t flags _U_)
{
    vmn_sight sight = {0};
    uint32_t mac;

    vmn_cutover_begin(pinfo);
    if (pinfo->dl_src.type != AT_ETHER || pinfo->dl_src.len != MAC_LEN ||
        state.notice == pinfo->num || pinfo->rec->rec_type != REC_TYPE_PACKET)
        return TAP_PACKET_DONT_REDRAW;
    sight.when = vmn_dissector_time(pinfo);
    sight.frame = pinfo->num;
    sight.interface = interface_of(pinfo->rec);
    remember_name(pinfo, sight.interface);
    read_bytes(pinfo, edt->tvb, &sight);
    if (vmn_cutover_add(state.cutover, pinfo->dl_src.data, &sight, &mac) && state.changed)
        state.changed(mac);
    return TAP_PACKET_DONT_REDRAW;
}

static void listen(const char *tap, tap_packet_cb packet)
{
    GString *error =
        register_tap_listener(tap, &state, NULL, TL_REQUIRES_NOTHING, reset, packet, NULL, finish);
    if (error) { /* cannot be: the taps exist, there is no filter */
        g_warning("vmotion_notify: %s", error->str);
        g_string_free(error, TRUE);
    }
}

void vmn_cutover_listen(void (*changed)(uint32_t mac))
{
    if (changed)
        state.changed = changed;
    if (state.registered)
        return;
    state.registered = true;
    state.names = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    listen(VMN_TAP_NAME, notice_packet);
    listen("frame", frame_packet);
}

void vmn_cutover_stop(void)
{
    state.changed = NULL;
    if (!state.registered || is_kept)
        return;
    remove_tap_listener(&state); /* both of them … */
    remove_tap_listener(&state); /* … have the same data */
}

void vmn_cutover_keep(bool keep)
{
    is_kept = keep;
    if (!keep && !state.changed)
        vmn_cutover_stop();
}

bool vmn_cutover_is_asked(void)
{
    return state.registered;
}

/* ---- answers ---- */

/* When the MAC's next burst begins. */
static int64_t next_start(const vmn_summary *summary, uint32_t burst)
{
    const vmn_summary_mac *mac = &summary->macs[summary->bursts[burst].mac];
    const uint32_t *members = &summary->mac_bursts[mac->members];
    uint32_t low = 0, high = mac->bursts;

    while (low < high) { /* the MAC's bursts are in order of their number */
        uint32_t middle = low + (high - low) / 2;
        if (members[middle] <= burst)
            low = middle + 1;
        else
            high = middle;
    }
    return low == mac->bursts ? INT64_MAX : summary->bursts[members[low]].burst.start;
}

void vmn_cutover_of_burst(const vmn_summary *summary, uint32_t burst, vmn_around *around)
{
    const vmn_burst *b = &summary->bursts[burst].burst;
    vmn_round round;

    memset(around, 0, sizeof *around);
    forget_old_session();
    if (!state.cutover)
        return;
    vmn_engine_burst_round(summary->engine, burst, 0, &round);
    vmn_cutover_around(state.cutover, b->mac, round.when, next_start(summary, burst), around);
}

const char *vmn_cutover_note(const vmn_around *around)
{
    if (around->has_before && around->has_after)
        return "";
    if (around->has_before)
        return "no other frame of this MAC after the first round";
    if (around->has_after)
        return "no other frame of this MAC before the first round";
    return "no other frame of this MAC in the capture";
}

void vmn_cutover_append_path(GString *out, const vmn_sight *sight, bool tags)
{
    const char *name = g_hash_table_lookup(state.names, GUINT_TO_POINTER(sight->interface));

    if (name)
        g_string_append(out, name);
    else
        g_string_append_printf(out, "%u", sight->interface & 0xffff);
    for (unsigned i = 0; tags && i < sight->n_vlans; i++)
        g_string_append_printf(out, " VLAN %u", sight->vlans[i]);
}

const char *vmn_cutover_says(const vmn_sight *sight)
{
    if (sight->says == VMN_SAYS_ARP)
        return "gratuitous ARP";
    return sight->says == VMN_SAYS_NA ? "neighbour advertisement" : "";
}
