/* stats.c
 * Registration of the statistics.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "stats.h"

#include "compat.h"
#include "flow.h"
#include "listener.h"
#include "notice_menu.h"
#include "output.h"
#include "table.h"
#include "windows.h"

#include <epan/proto.h>
#include <epan/tap.h>

static void register_nothing(void)
{
}

/* Handoffs run after all protocols and taps are registered. */
static void register_with_protocols(void)
{
    vmn_listener_register();
    vmn_register_tables();
    vmn_register_flow();
    vmn_register_windows();
    vmn_register_notice_menu();
}

void vmn_register_stats(void)
{
    static proto_plugin protocols = {.register_protoinfo = register_nothing,
                                     .register_handoff = register_with_protocols};
    static tap_plugin taps = {.register_tap_listener = vmn_register_outputs};
    proto_register_plugin(&protocols);
    tap_register_plugin(&taps);
}
