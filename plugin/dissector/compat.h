/* compat.h
 * Every difference between the Wireshark versions that this plugin builds
 * against, in one place. Other sources include this instead of testing the
 * version themselves.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 *   what                                         4.0        4.4        4.6
 *   variables, results of preferences, UATs …    gboolean   bool       bool
 *   stat_tap_init_cb returns                     void       void       bool
 *   plugin_describe(), wsutil/plugins.h          no         yes        yes
 *   epan_get_interface_name()                    2 args     3 args     3 args
 *   entries in a frame's context menu            no         yes        yes
 *
 * 4.2 lies between the first two columns: it is expected to work, but not tested.
 */
#ifndef VMN_COMPAT_H
#define VMN_COMPAT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <glib.h>
#include <ws_version.h>

#define VMN_WIRESHARK_IS(major, minor)                                                             \
    (WIRESHARK_VERSION_MAJOR > (major) ||                                                          \
     (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

#if !VMN_WIRESHARK_IS(4, 0)
#error "Wireshark 4.0 or newer is needed"
#endif

/* The boolean of preference variables, of UAT callbacks and of buttons. */
#if VMN_WIRESHARK_IS(4, 3)
typedef bool vmn_boolean;
#else
typedef gboolean vmn_boolean;
#endif

/* The header that declares plugin_describe()'s flags; before 4.2 there is nothing to describe. */
#if VMN_WIRESHARK_IS(4, 2)
#include <wsutil/plugins.h>
#define VMN_HAVE_PLUGIN_DESCRIBE 1
#endif

/* Name of an interface; NULL or "unknown" where the file has none. */
#if VMN_WIRESHARK_IS(4, 2)
#define VMN_INTERFACE_NAME(session, interface, section)                                            \
    epan_get_interface_name((session), (interface), (section))
#else
#define VMN_INTERFACE_NAME(session, interface, section)                                            \
    epan_get_interface_name((session), (interface))
#endif

/* How a stat table's init callback is declared and how it ends. */
#if VMN_WIRESHARK_IS(4, 5)
#define VMN_STAT_INIT_RESULT bool
#define VMN_STAT_INIT_RETURN(ok) return (ok)
#else
#define VMN_STAT_INIT_RESULT void
#define VMN_STAT_INIT_RETURN(ok) return
#endif

/* ---- statistics: stats/ ---- */

/* Give up in an init callback: 4.6 takes a result and ends tshark, before that nobody but the
 * callback can. */
#if VMN_WIRESHARK_IS(4, 5)
#define VMN_STAT_INIT_FAIL() return false
#else
#define VMN_STAT_INIT_FAIL() exit(1)
#endif

/* funnel_register_packet_menu(). */
#if VMN_WIRESHARK_IS(4, 2)
#define VMN_HAVE_PACKET_MENU 1
#endif

/*
 * epan/sequence_analysis.h is not packaged, though what it declares is exported. Repeated here is
 * what stats/flow.c needs, in the layout of the 4.0 and 4.4 sources (tried on 4.6 too). A graph is
 * only reached up to its list of items, so that what follows it may differ. The user defines
 * VMN_WANT_FLOW beforehand.
 */
#ifdef VMN_WANT_FLOW
#include <epan/packet_info.h>
#include <epan/tap.h>

typedef struct {
    uint32_t frame_number;
    address src_addr;
    uint16_t port_src;
    address dst_addr;
    uint16_t port_dst;
    char *frame_label; /* on the arrow; this and the next two are freed with g_free() */
    char *time_str;
    char *comment; /* beside it */
    uint16_t conv_num;
    unsigned fg_color;
    unsigned bg_color;
    vmn_boolean has_color_filter;
    vmn_boolean display;
    unsigned src_node;
    unsigned dst_node;
    uint16_t line_style;
    uint32_t info_type;
    void *info_ptr;
} seq_analysis_item_t;

typedef struct {
    const char *name;
    vmn_boolean any_addr;
    int nconv;
    GQueue *items; /* of seq_analysis_item_t *, owned */
} seq_analysis_info_t;

WS_DLL_PUBLIC void register_seq_analysis(const char *name, const char *ui_name, const int proto_id,
                                         const char *tap_listener, unsigned tap_flags,
                                         tap_packet_cb tap_func);
#endif

#endif
