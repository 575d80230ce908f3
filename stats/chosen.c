/* chosen.c
 * The notices that pass a display filter: a tap listener for statistics that print a summary.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "chosen.h"

#include "compat.h"
#include "listener.h"
#include "tap.h"
#include "task_times.h"

#include <epan/packet.h>
#include <epan/tap.h>

void vmn_chosen_clear(vmn_chosen *chosen)
{
    vmn_selection_clear(&chosen->selection);
}

static void reset(void *data)
{
    vmn_chosen_clear(data);
}

static void forget_old_session(vmn_chosen *chosen)
{
    if (vmn_session_is_over(&chosen->session))
        vmn_chosen_clear(chosen);
}

void vmn_chosen_add(vmn_chosen *chosen, uint32_t record)
{
    forget_old_session(chosen);
    vmn_selection_add(&chosen->selection, vmn_dissector_engine(), record);
}

static tap_packet_status packet(void *data, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                                const void *tap_data, tap_flags_t flags _U_)
{
    vmn_chosen_add(data, ((const vmn_tap_info *)tap_data)->record);
    return TAP_PACKET_DONT_REDRAW;
}

GString *vmn_chosen_listen(vmn_chosen *chosen, const char *filter, void (*draw)(void *),
                           void (*finish)(void *))
{
    return register_tap_listener(VMN_TAP_NAME, chosen, filter, TL_REQUIRES_NOTHING, reset, packet,
                                 draw, finish);
}

vmn_summary *vmn_chosen_summary(vmn_chosen *chosen)
{
    vmn_summary *summary = vmn_summary_new(vmn_dissector_engine());

    forget_old_session(chosen);
    vmn_summary_list(summary, &chosen->selection);
    summary->tasks = vmn_task_times();
    return summary;
}
