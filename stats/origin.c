/* origin.c
 * Where a capture comes from.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A tap is told of frames, not of files. Which file is read is asked of the system where that can
 * be asked: of all regular files that the process has open for reading, one can be opened as a
 * capture.
 */
#include "origin.h"

#include "compat.h"
#include "listener.h"
#include "place.h"
#include "tap.h"

#include <epan/epan.h>
#include <epan/packet.h>
#include <epan/tap.h>
#include <wiretap/wtap.h>

#ifndef _WIN32
#include <fcntl.h>
#endif
#include <string.h>

#define OPEN_FILES "/proc/self/fd"
#define LAST_STANDARD 2 /* descriptors 0 to 2 are standard input, output and error */

static struct {
    unsigned users; /* how many asked for it; 0: nothing is listened to */
    unsigned session;
    vmn_origin origin;
    int64_t last_interface; /* number of that seen last, −1: none yet */
    GHashTable *interfaces; /* numbers of those that were seen */
    int last_link;
} state;

/* ---- the file ---- */

#ifndef _WIN32
static void add_snap(const wtap_block_t block)
{
    const wtapng_if_descr_mandatory_t *interface = wtap_block_get_mandatory_data(block);
    state.origin.snap = MAX(state.origin.snap, interface->snap_len);
}

/* Take the file if it is a capture. */
static bool take_file(const char *name)
{
    int error = 0;
    char *message = NULL;
    wtap *capture = wtap_open_offline(name, WTAP_TYPE_AUTO, &error, &message, FALSE);
    g_free(message);
    if (!capture)
        return false;
    wtapng_iface_descriptions_t *interfaces = wtap_file_get_idb_info(capture);
    for (unsigned i = 0; i < interfaces->interface_data->len; i++)
        add_snap(g_array_index(interfaces->interface_data, wtap_block_t, i));
    state.origin.snap = MAX(state.origin.snap, (uint32_t)wtap_snapshot_length(capture));
    state.origin.file = g_utf8_make_valid(name, -1);
    state.origin.format = g_strdup(wtap_file_type_subtype_name(wtap_file_type_subtype(capture)));
    g_free(interfaces);
    wtap_close(capture);
    return true;
}

static bool is_read_only(int descriptor)
{
    int flags = fcntl(descriptor, F_GETFL);
    return flags >= 0 && (flags & O_ACCMODE) == O_RDONLY;
}

static void find_file(void)
{
    GDir *folder = g_dir_open(OPEN_FILES, 0, NULL);
    const char *entry;
    bool found = false;
    while (folder && !found && (entry = g_dir_read_name(folder)) != NULL) {
        int descriptor = (int)g_ascii_strtoll(entry, NULL, 10);
        char *link = g_strdup_printf("%s/%s", OPEN_FILES, entry);
        char *name = g_file_read_link(link, NULL);
        if (descriptor > LAST_STANDARD && name && is_read_only(descriptor) &&
            g_file_test(name, G_FILE_TEST_IS_REGULAR))
            found = take_file(name);
        g_free(name);
        g_free(link);
    }
    if (folder)
        g_dir_close(folder);
}
#else
/* The system does not tell. */
static void find_file(void)
{
}
#endif

/* ---- frames ---- */

static void reset(void *data _U_)
{
    vmn_origin *origin = &state.origin;
    g_free(origin->file);
    g_free(origin->format);
    g_ptr_array_set_size(origin->interfaces, 0);
    g_ptr_array_set_size(origin->links, 0);
    *origin = (vmn_origin){.interfaces = origin->interfaces, .links = origin->links};
    g_hash_table_remove_all(state.interfaces);
    state.last_interface = -1;
    state.last_link = -1;
}

static void add_link(const wtap_rec *rec)
{
    int encapsulation = rec->rec_header.packet_header.pkt_encap;
    const char *link = wtap_encap_description(encapsulation);
    if (encapsulation == state.last_link)
        return;
    state.last_link = encapsulation;
    if (!g_ptr_array_find(state.origin.links, link, NULL))
        g_ptr_array_add(state.origin.links, (gpointer)link);
}

static void add_interface(const packet_info *pinfo)
{
    const wtap_rec *rec = pinfo->rec;
    unsigned section = rec->presence_flags & WTAP_HAS_SECTION_NUMBER ? rec->section_number : 0;
    if (!(rec->presence_flags & WTAP_HAS_INTERFACE_ID))
        return;
    uint32_t id = rec->rec_header.packet_header.interface_id;
    int64_t number = (int64_t)section << 32 | id;
    if (number == state.last_interface)
        return;
    state.last_interface = number;
    if (!g_hash_table_add(state.interfaces, g_memdup2(&number, sizeof number)))
        return;
    if (state.origin.interfaces->len >= VMN_INTERFACES_TOLD) {
        state.origin.more_interfaces++;
        return;
    }
    char *name = vmn_place_interface_of(pinfo);
    g_ptr_array_add(state.origin.interfaces, name ? name : g_strdup_printf("interface %u", id));
}

static void add_time(const packet_info *pinfo)
{
    vmn_origin *origin = &state.origin;
    int64_t when = vmn_dissector_time(pinfo);
    if (!(pinfo->presence_flags & PINFO_HAS_TS))
        return;
    origin->first = origin->has_time ? MIN(origin->first, when) : when;
    origin->last = origin->has_time ? MAX(origin->last, when) : when;
    origin->has_time = true;
}

static tap_packet_status frame_packet(void *data _U_, packet_info *pinfo, epan_dissect_t *edt _U_,
                                      const void *tap_data _U_, tap_flags_t flags _U_)
{
    vmn_origin *origin = &state.origin;
    if (vmn_session_is_over(&state.session))
        reset(NULL);
    if (origin->frames++ == 0)
        find_file();
    add_time(pinfo);
    if (pinfo->rec->rec_type != REC_TYPE_PACKET)
        return TAP_PACKET_DONT_REDRAW;
    add_link(pinfo->rec);
    add_interface(pinfo);
    if (pinfo->fd->cap_len < pinfo->fd->pkt_len) {
        origin->cut++;
        origin->cut_at = MAX(origin->cut_at, pinfo->fd->cap_len);
    }
    return TAP_PACKET_DONT_REDRAW;
}

/* Wireshark ends, or takes the listener away. */
static void finish(void *data)
{
    if (state.users == 0)
        return;
    reset(data);
    g_ptr_array_unref(state.origin.interfaces);
    g_ptr_array_unref(state.origin.links);
    g_hash_table_unref(state.interfaces);
    memset(&state, 0, sizeof state);
}

void vmn_origin_listen(void)
{
    if (state.users++ > 0)
        return;
    state.origin.interfaces = g_ptr_array_new_with_free_func(g_free);
    state.origin.links = g_ptr_array_new();
    state.interfaces = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    reset(NULL);
    GString *error = register_tap_listener("frame", &state, NULL, TL_REQUIRES_NOTHING, reset,
                                           frame_packet, NULL, finish);
    if (error) { /* cannot be: the tap exists, there is no filter */
        g_warning("vmotion_notify: %s", error->str);
        g_string_free(error, TRUE);
    }
}

void vmn_origin_stop(void)
{
    if (state.users == 0 || --state.users > 0)
        return;
    state.users = 1; /* until finish() */
    remove_tap_listener(&state);
}

const vmn_origin *vmn_origin_seen(void)
{
    return &state.origin;
}
