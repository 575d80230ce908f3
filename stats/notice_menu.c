/* notice_menu.c
 * The context menu of a notice in the packet list (Wireshark 4.2 and later).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Each entry sets the display filter to one field of the frame that was clicked at, and applies it.
 */
#include "notice_menu.h"

#include "compat.h"

#ifdef VMN_HAVE_PACKET_MENU

#include <epan/funnel.h>
#include <epan/proto.h>

#include <string.h>

/* Show the frames that have the value of the field named `data`; a frame with two notices: that of
 * the first. */
static void show_alike(void *data, GPtrArray *fields)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();
    const char *name = data;

    for (unsigned i = 0; i < fields->len; i++) {
        const field_info *field = g_ptr_array_index(fields, i);
        if (strcmp(field->hfinfo->abbrev, name) != 0)
            continue;
        char *value =
            fvalue_to_string_repr(NULL, field->value, FTREPR_DFILTER, field->hfinfo->display);
        char *filter = g_strdup_printf("%s == %s", name, value);
        ops->set_filter(ops->ops_id, filter);
        ops->apply_filter(ops->ops_id);
        g_free(filter);
        wmem_free(NULL, value);
        return;
    }
}

void vmn_register_notice_menu(void)
{
    static const char *const entries[][2] = {
        {"vMotion Notify: show this burst", "vmotion_notify.burst"},
        {"vMotion Notify: show this MAC", "vmotion_notify.mac"},
        {"vMotion Notify: show this event", "vmotion_notify.event"}};

    for (unsigned i = 0; i < G_N_ELEMENTS(entries); i++)
        funnel_register_packet_menu(entries[i][0], entries[i][1], show_alike,
                                    g_strdup(entries[i][1]), FALSE); /* Wireshark frees it */
}

#else

void vmn_register_notice_menu(void)
{
}

#endif
