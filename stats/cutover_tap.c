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
#include "path.h"
#include "place.h"
#include "tap.h"
#include "tunnel.h"

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

#define MAX_PATHS 262144 /* from so many on, frames are told by their interface alone */

#define ARP_OPCODE_AT 6
#define ARP_REQUEST 1
#define ARP_REPLY 2

#define IPV4_FRAGMENT_AT 6
#define IPV4_OFFSET 0x1fff
#define IPV4_PROTOCOL_AT 9
#define IPV4_SRC_AT 12
#define IPV4_DST_AT 16
#define IPV4_LEN 20
#define ICMP 1
#define ICMP_ECHO_REPLY 0
#define ICMP_ECHO 8
#define ICMP_ID_AT 4 /* then the sequence number */
#define ICMP_LEN 8

#define IPV6_NEXT_HEADER_AT 6
#define IPV6_SRC_AT 8
#define IPV6_DST_AT 24
#define IPV6_LEN 40
#define ICMPV6 58
#define ICMPV6_ECHO 128
#define ICMPV6_ECHO_REPLY 129
#define ICMPV6_RS 133
#define ICMPV6_NS 135
#define ICMPV6_NA 136
#define NA_FLAGS_AT 4
#define NA_SOLICITED 0x40
#define ND_TARGET_AT 8
#define ND_LEN 24

static struct {
    bool registered;
    void (*changed)(uint32_t mac);
    vmn_cutover *cutover; /* NULL before the first frame … */
    unsigned session;     /* … of this session */
    vmn_looks looks;      /* the paths of frames; there as long as cutover */
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
    if (state.has_interface && state.interface == interface)
        return;
    state.interface = interface;
    state.has_interface = true;
    char *name = vmn_place_interface_of(pinfo);
    if (name)
        g_hash_table_replace(state.names, GUINT_TO_POINTER(interface), name);
}

/* Of the same octets the same number, whatever was mixed before. */
static uint64_t mix(uint64_t hash, const uint8_t *octets, unsigned len)
{
    uint64_t part = 0;

    for (unsigned i = 0; i < len; i += sizeof part) {
        part = 0;
        memcpy(&part, octets + i, MIN(sizeof part, len - i));
        hash = (hash ^ part) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 29;
    }
    return hash;
}

static uint32_t folded(uint64_t hash)
{
    return (uint32_t)(hash >> 32 ^ hash);
}

/* A question from one address to another and its answer get the same key, never 0. `about`: what
 * both repeat. */
static void set_key(vmn_sight *sight, bool is_answer, const uint8_t *from, const uint8_t *to,
                    unsigned address_len, const uint8_t *about, unsigned about_len)
{
    uint64_t hash = mix(address_len, is_answer ? to : from, address_len);

    hash = mix(hash, is_answer ? from : to, address_len);
    sight->key = folded(mix(hash, about, about_len)) | 1;
    sight->is_answer = is_answer;
}

/* A gratuitous ARP, a question or an answer. */
static void read_arp(const uint8_t *arp, unsigned len, vmn_sight *sight)
{
    if (len < VMN_ARP_LEN || vmn_be32(arp + VMN_ARP_SPA_AT) == 0)
        return;
    uint16_t opcode = vmn_be16(arp + ARP_OPCODE_AT);
    if (vmn_is_gratuitous(arp, len))
        sight->says = VMN_SAYS_ARP;
    else if (opcode == ARP_REQUEST || opcode == ARP_REPLY)
        set_key(sight, opcode == ARP_REPLY, arp + VMN_ARP_SPA_AT, arp + VMN_ARP_TPA_AT, 4, NULL, 0);
}

static void read_ipv4(const uint8_t *ip, unsigned len, vmn_sight *sight)
{
    unsigned header = (ip[0] & 0x0fU) * 4;

    if (len < IPV4_LEN || ip[IPV4_PROTOCOL_AT] != ICMP || header < IPV4_LEN ||
        len < header + ICMP_LEN || (vmn_be16(ip + IPV4_FRAGMENT_AT) & IPV4_OFFSET) != 0)
        return;
    const uint8_t *icmp = ip + header;
    if (icmp[0] == ICMP_ECHO || icmp[0] == ICMP_ECHO_REPLY)
        set_key(sight, icmp[0] == ICMP_ECHO_REPLY, ip + IPV4_SRC_AT, ip + IPV4_DST_AT, 4,
                icmp + ICMP_ID_AT, ICMP_LEN - ICMP_ID_AT);
}

/* A neighbour advertisement that nobody asked for is the machine's own announcement, one that
 * answers is not. What is asked for by a solicitation is the target, not where it is sent to. */
static void read_neighbour(const uint8_t *ip, const uint8_t *icmp, vmn_sight *sight)
{
    const uint8_t *target = icmp + ND_TARGET_AT;

    if (icmp[0] == ICMPV6_NS)
        set_key(sight, false, ip + IPV6_SRC_AT, target, 16, NULL, 0);
    else if (icmp[NA_FLAGS_AT] & NA_SOLICITED)
        set_key(sight, true, target, ip + IPV6_DST_AT, 16, NULL, 0);
    else
        sight->says = VMN_SAYS_NA;
}

static void read_ipv6(const uint8_t *ip, unsigned len, vmn_sight *sight)
{
    const uint8_t *icmp = ip + IPV6_LEN;

    if (len < IPV6_LEN + ICMP_LEN || ip[IPV6_NEXT_HEADER_AT] != ICMPV6)
        return;
    if (icmp[0] == ICMPV6_RS)
        sight->says = VMN_SAYS_RS;
    else if (icmp[0] == ICMPV6_ECHO || icmp[0] == ICMPV6_ECHO_REPLY)
        set_key(sight, icmp[0] == ICMPV6_ECHO_REPLY, ip + IPV6_SRC_AT, ip + IPV6_DST_AT, 16,
                icmp + ICMP_ID_AT, ICMP_LEN - ICMP_ID_AT);
    else if ((icmp[0] == ICMPV6_NS || icmp[0] == ICMPV6_NA) && len >= IPV6_LEN + ND_LEN)
        read_neighbour(ip, icmp, sight);
}

/* What the frame says, and of the same frame on another path the same hash. */
static void read_payload(uint16_t type, const uint8_t *payload, unsigned len, vmn_sight *sight)
{
    sight->hash = folded(mix(type, payload, MIN(len, HASHED)));
    if (type == ETHERTYPE_ARP)
        read_arp(payload, len, sight);
    else if (type == ETHERTYPE_IP && len > 0)
        read_ipv4(payload, len, sight);
    else if (type == ETHERTYPE_IPv6)
        read_ipv6(payload, len, sight);
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

/* Tags up to the payload's type, and what the payload says. The type stands at type_at, what
 * follows it at `at`. */
static void read_from_type(const uint8_t *bytes, int len, int type_at, int at, vmn_sight *sight,
                           vmn_frame *frame)
{
    if (at > len || type_at + 2 > len)
        return;
    uint16_t type = vmn_be16(bytes + type_at);
    while (vmn_is_tag(type) && at + TAG_LEN <= len) {
        if (frame->n_vlans < VMN_MAX_VLANS)
            frame->vlans[frame->n_vlans++] = vmn_be16(bytes + at) & 0x0fff;
        type = vmn_be16(bytes + at + 2);
        at += TAG_LEN;
    }
    read_payload(type, bytes + at, (unsigned)(len - at), sight);
}

/* Where a tunnel goes to depends on the frame's receiver: only where it comes from tells where the
 * machine is. */
static uint32_t number_of_path(vmn_frame *frame)
{
    frame->outer_dst = (vmn_address){0};
    if (state.looks.paths->len >= MAX_PATHS)
        *frame = (vmn_frame){
            .interface = frame->interface, .vni = VMN_NO_VNI, .session = VMN_NO_SESSION};
    return vmn_looks_path(&state.looks, frame);
}

/* Read path, kind and hash. The dissectors leave dl_src pointing into the frame's own bytes.
 * Returns whether the frame was on a wire: what is in a control protocol's message may not have
 * been. */
static bool read_frame(const packet_info *pinfo, tvbuff_t *tvb, vmn_sight *sight)
{
    int len = (int)tvb_captured_length(tvb), type_at, at;
    const uint8_t *bytes = tvb_get_ptr(tvb, 0, len);
    uintptr_t source = (uintptr_t)pinfo->dl_src.data - (uintptr_t)bytes;
    vmn_frame frame = {.vni = VMN_NO_VNI, .session = VMN_NO_SESSION};

    sight->when = vmn_dissector_time(pinfo);
    sight->frame = pinfo->num;
    sight->has_target = pinfo->dl_dst.type == AT_ETHER && pinfo->dl_dst.len == MAC_LEN;
    sight->is_group = sight->has_target && (((const uint8_t *)pinfo->dl_dst.data)[0] & 1);
    frame.interface = interface_of(pinfo->rec);
    remember_name(pinfo, frame.interface);
    if (source != MAC_LEN && vmn_path_is_in_message(pinfo))
        return false;
    if (source <= (uintptr_t)len) {
        find_type(pinfo, (unsigned)source, &type_at, &at);
        read_from_type(bytes, len, type_at, at, sight, &frame);
        if (source > MAC_LEN && sight->has_target)
            vmn_tunnel_read(bytes, (int)source - MAC_LEN, pinfo, &frame);
    }
    sight->path = number_of_path(&frame);
    return true;
}

/* ---- listening ---- */

static int64_t time_of_round(const vmn_summary *summary, uint32_t burst, uint32_t i)
{
    vmn_round round;

    vmn_engine_burst_round(summary->engine, burst, i, &round);
    return round.when;
}

/* The bursts' first and last rounds, each MAC's tagged with its place in a summary. */
static void mark_bursts(vmn_engine *engine)
{
    vmn_summary *summary = vmn_summary_new(engine);

    for (uint32_t i = 0; i < summary->n_bursts; i++) {
        const vmn_summary_burst *b = &summary->bursts[i];
        uint32_t last = b->burst.rounds - 1;
        vmn_cutover_mark(state.cutover, b->burst.mac, time_of_round(summary, i, 0), b->mac);
        if (last > 0)
            vmn_cutover_mark(state.cutover, b->burst.mac, time_of_round(summary, i, last), b->mac);
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
    if (state.cutover)
        vmn_looks_clear(&state.looks);
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
    vmn_looks_init(&state.looks);
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

static void say_changed(uint32_t mac)
{
    if (state.changed)
        state.changed(mac);
}

static bool has_source(const packet_info *pinfo)
{
    return pinfo->dl_src.type == AT_ETHER && pinfo->dl_src.len == MAC_LEN &&
           pinfo->rec->rec_type == REC_TYPE_PACKET;
}

static tap_packet_status notice_packet(void *data _U_, packet_info *pinfo, epan_dissect_t *edt,
                                       const void *tap_data, tap_flags_t flags _U_)
{
    vmn_view view;
    vmn_sight sight = {0};
    uint32_t mac = 0;

    vmn_cutover_begin(pinfo);
    state.notice = pinfo->num;
    vmn_engine_view(vmn_dissector_engine(), ((const vmn_tap_info *)tap_data)->record, &view);
    if (!state.marks_first)
        vmn_cutover_mark(state.cutover, view.mac, vmn_dissector_time(pinfo), 0);
    if (has_source(pinfo) && read_frame(pinfo, edt->tvb, &sight) &&
        vmn_cutover_mark_path(state.cutover, view.mac, sight.when, sight.path, &mac))
        say_changed(mac);
    return TAP_PACKET_DONT_REDRAW;
}

static tap_packet_status frame_packet(void *data _U_, packet_info *pinfo, epan_dissect_t *edt,
                                      const void *tap_data _U_, tap_flags_t flags _U_)
{
    vmn_sight sight = {0};
    uint32_t mac = 0;

    vmn_cutover_begin(pinfo);
    if (!has_source(pinfo) || state.notice == pinfo->num)
        return TAP_PACKET_DONT_REDRAW;
    const uint8_t *from = pinfo->dl_src.data, *to = pinfo->dl_dst.data;
    if (pinfo->dl_dst.type != AT_ETHER || pinfo->dl_dst.len != MAC_LEN || (to[0] & 1) ||
        memcmp(from, to, MAC_LEN) == 0)
        to = NULL;
    if (!vmn_cutover_wants(state.cutover, from, to) || !read_frame(pinfo, edt->tvb, &sight))
        return TAP_PACKET_DONT_REDRAW;
    if (vmn_cutover_add(state.cutover, from, &sight, &mac))
        say_changed(mac);
    if (to && vmn_cutover_add_to(state.cutover, to, &sight, &mac))
        say_changed(mac);
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

/* When the MAC's burst before ended, and when its next one begins. */
static void set_bounds(const vmn_summary *summary, uint32_t burst, vmn_cutover_question *question)
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
    question->since = INT64_MIN;
    if (low >= 2) {
        const vmn_burst *previous = &summary->bursts[members[low - 2]].burst;
        question->since = time_of_round(summary, members[low - 2], previous->rounds - 1);
    }
    question->until = low == mac->bursts ? INT64_MAX : summary->bursts[members[low]].burst.start;
}

void vmn_cutover_of_burst(const vmn_summary *summary, uint32_t burst, vmn_around *around)
{
    const vmn_burst *b = &summary->bursts[burst].burst;
    vmn_cutover_question question = {.when = time_of_round(summary, burst, 0),
                                     .usual = (b->frames + b->rounds - 1) / b->rounds};

    memset(around, 0, sizeof *around);
    forget_old_session();
    if (!state.cutover)
        return;
    set_bounds(summary, burst, &question);
    vmn_cutover_around(state.cutover, b->mac, &question, around);
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

const vmn_path *vmn_cutover_path(const vmn_sight *sight)
{
    return &g_array_index(state.looks.paths, vmn_path_data, sight->path).shown;
}

void vmn_cutover_append_path(GString *out, const vmn_sight *sight, bool details)
{
    const vmn_path *path = vmn_cutover_path(sight);
    const char *name = g_hash_table_lookup(state.names, GUINT_TO_POINTER(path->interface));
    char address[VMN_ADDRESS_LEN];

    if (name)
        g_string_append(out, name);
    else
        g_string_append_printf(out, "%u", path->interface & 0xffff);
    if (!details)
        return;
    for (unsigned i = 0; i < path->n_vlans; i++)
        g_string_append_printf(out, " VLAN %u", path->vlans[i]);
    if (path->vni != VMN_NO_VNI)
        g_string_append_printf(out, " VNI %u", path->vni);
    if (path->session != VMN_NO_SESSION)
        g_string_append_printf(out, " session %u", path->session);
    if (path->outer_src.family != 0)
        g_string_append_printf(out, " from %s", vmn_place_address(address, &path->outer_src));
}

const char *vmn_cutover_says(const vmn_sight *sight)
{
    static const char *const words[] = {"", "gratuitous ARP", "neighbour advertisement",
                                        "router solicitation"};

    return words[sight->says];
}
