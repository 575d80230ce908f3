/* file.c
 * What is kept of the file that is open.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include <string.h>

#include <epan/epan.h>
#include <epan/packet.h>
#include <wiretap/wtap.h>

#include "file.h"
#include "preferences.h"

static vmn_engine *engine;
static wmem_map_t *interface_names; /* interface as in vmn_frame → name */
static uint32_t last_interface;     /* whose name is known to be in the map */

static void forget_file(void)
{
    vmn_engine_free(engine);
    engine = NULL;
    last_interface = VMN_NONE;
}

vmn_engine *vmn_dissector_engine(void)
{
    return engine;
}

vmn_engine *vmn_file_begin(void)
{
    if (engine == NULL)
        engine = vmn_preferences_new_engine();
    return engine;
}

const char *vmn_dissector_interface_name(uint32_t interface)
{
    const char *name = wmem_map_lookup(interface_names, GUINT_TO_POINTER(interface));

    return name == NULL ? "" : name;
}

void vmn_file_remember_interface(const packet_info *pinfo, uint32_t interface)
{
    const char *name;

    if (interface == last_interface)
        return;
    last_interface = interface;
    if (!(pinfo->rec->presence_flags & WTAP_HAS_INTERFACE_ID) ||
        wmem_map_contains(interface_names, GUINT_TO_POINTER(interface)))
        return;
    name = VMN_INTERFACE_NAME(pinfo->epan, pinfo->rec->rec_header.packet_header.interface_id,
                              pinfo->rec->section_number);
    if (name == NULL || strcmp(name, "unknown") == 0)
        name = "";
    wmem_map_insert(interface_names, GUINT_TO_POINTER(interface),
                    wmem_strdup(wmem_file_scope(), name));
}

int64_t vmn_file_nanoseconds(const nstime_t *t)
{
    /* the nanoseconds are an int and come unchecked from the file: up to 2.2 s */
    const int64_t limit = INT64_MAX / 2 / 1000000000 - 3;
    int64_t secs = (int64_t)t->secs;

    return CLAMP(secs, -limit, limit) * 1000000000 + t->nsecs;
}

int64_t vmn_dissector_time(const packet_info *pinfo)
{
    return vmn_file_nanoseconds(&pinfo->abs_ts);
}

void vmn_file_register(void)
{
    interface_names =
        wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
    last_interface = VMN_NONE;
    register_cleanup_routine(forget_file);
}
