/* plugin.c
 * What Wireshark's plugin loader looks for.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include <epan/proto.h>
#include <ws_symbol_export.h>

#include "packet-vmotion_notify.h"
#ifdef VMN_HAVE_STATS
#include "stats.h"
#endif

WS_DLL_PUBLIC_DEF const char plugin_version[] = VMN_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);

WS_DLL_PUBLIC_DEF void plugin_register(void)
{
    static proto_plugin vmotion_notify;

    vmotion_notify.register_protoinfo = proto_register_vmotion_notify;
    vmotion_notify.register_handoff = proto_reg_handoff_vmotion_notify;
    proto_register_plugin(&vmotion_notify);
#ifdef VMN_HAVE_STATS
    vmn_register_stats();
#endif
}

#ifdef VMN_HAVE_PLUGIN_DESCRIBE
WS_DLL_PUBLIC uint32_t plugin_describe(void);

WS_DLL_PUBLIC_DEF uint32_t plugin_describe(void)
{
    return WS_PLUGIN_DESC_DISSECTOR | WS_PLUGIN_DESC_TAP_LISTENER;
}
#endif
