/* place.c
 * Interfaces, tags and tunnels as words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include <string.h>

#include <epan/epan.h>
#include <epan/packet.h>
#include <wiretap/wtap.h>
#include <wsutil/inet_addr.h>

#include "place.h"

#define MOST_LISTED 3

static wmem_map_t *interface_names; /* interface as in vmn_frame → name */
static uint32_t last_interface;     /* whose name is known to be in the map */

const char *vmn_dissector_interface_name(uint32_t interface)
{
    const char *name = wmem_map_lookup(interface_names, GUINT_TO_POINTER(interface));

    return name == NULL ? "" : name;
}

char *vmn_place_interface_of(const packet_info *pinfo)
{
    const char *name = NULL;

    if (pinfo->rec->presence_flags & WTAP_HAS_INTERFACE_ID)
        name = VMN_INTERFACE_NAME(pinfo->epan, pinfo->rec->rec_header.packet_header.interface_id,
                                  pinfo->rec->section_number);
    return name == NULL || strcmp(name, "unknown") == 0 ? NULL : g_utf8_make_valid(name, -1);
}

void vmn_place_remember_interface(const packet_info *pinfo, uint32_t interface)
{
    char *name;

    if (interface == last_interface)
        return;
    last_interface = interface;
    if (!(pinfo->rec->presence_flags & WTAP_HAS_INTERFACE_ID) ||
        wmem_map_contains(interface_names, GUINT_TO_POINTER(interface)))
        return;
    name = vmn_place_interface_of(pinfo);
    wmem_map_insert(interface_names, GUINT_TO_POINTER(interface),
                    wmem_strdup(wmem_file_scope(), name == NULL ? "" : name));
    g_free(name);
}

static void forget_file(void)
{
    last_interface = VMN_NONE;
}

void vmn_place_register(void)
{
    interface_names =
        wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
    last_interface = VMN_NONE;
    register_cleanup_routine(forget_file);
}

const char *vmn_place_address(char *text, const vmn_address *a)
{
    text[0] = '\0';
    if (a->family == 4)
        ws_inet_ntop4(a->octets, text, VMN_ADDRESS_LEN);
    else if (a->family == 6)
        ws_inet_ntop6(a->octets, text, VMN_ADDRESS_LEN);
    return text;
}

/* Begin what stands in brackets, or go on with it. */
static void append_detail(GString *text, bool *any)
{
    g_string_append(text, *any ? ", " : " (");
    *any = true;
}

static void append_tunnel(GString *text, const vmn_path *path, bool *any)
{
    char src[VMN_ADDRESS_LEN], dst[VMN_ADDRESS_LEN];

    if (path->vni != VMN_NO_VNI) {
        append_detail(text, any);
        g_string_append_printf(text, "VNI %u", path->vni);
    }
    if (path->session != VMN_NO_SESSION) {
        append_detail(text, any);
        g_string_append_printf(text, "session %u", path->session);
    }
    if (path->outer_src.family != 0) {
        append_detail(text, any);
        g_string_append_printf(text, "%s to %s", vmn_place_address(src, &path->outer_src),
                               vmn_place_address(dst, &path->outer_dst));
    }
}

void vmn_place_append(GString *text, const vmn_path *path)
{
    const char *name = vmn_dissector_interface_name(path->interface);
    bool any = false;

    if (*name != '\0')
        g_string_append(text, name);
    else
        g_string_append_printf(text, "interface %u", path->interface & 0xffff);
    if (path->section > 1) { /* most files have one */
        append_detail(text, &any);
        g_string_append_printf(text, "section %u", path->section);
    }
    for (unsigned i = 0; i < path->n_vlans; i++) {
        if (i == 0) {
            append_detail(text, &any);
            g_string_append(text, "VLAN ");
        }
        g_string_append_printf(text, i > 0 ? ".%u" : "%u", path->vlans[i]);
    }
    append_tunnel(text, path, &any);
    if (any)
        g_string_append_c(text, ')');
}

void vmn_place_append_list(GString *text, const vmn_path *paths, unsigned n)
{
    unsigned shown = n <= MOST_LISTED + 1 ? n : MOST_LISTED;

    for (unsigned i = 0; i < shown; i++) {
        if (i > 0)
            g_string_append(text, i + 1 == n ? " and " : ", ");
        vmn_place_append(text, &paths[i]);
    }
    if (shown < n)
        g_string_append_printf(text, " and %u more", n - shown);
}
