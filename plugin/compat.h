/* compat.h
 * Every difference between the Wireshark versions that this plugin builds
 * against, in one place. Other sources include this instead of testing the
 * version themselves.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 *   what                                         4.0        4.4        4.6
 *   variables and results of preferences, UATs   gboolean   bool       bool
 *   stat_tap_init_cb returns                     void       void       bool
 *   plugin_describe(), wsutil/plugins.h          no         yes        yes
 *   epan_get_interface_name()                    2 args     3 args     3 args
 *
 * 4.2 lies between the first two columns: it is expected to work, but not tested.
 */
#ifndef VMN_COMPAT_H
#define VMN_COMPAT_H

#include <stdbool.h>
#include <stdint.h>
#include <glib.h>
#include <ws_version.h>

#define VMN_WIRESHARK_IS(major, minor)                                                             \
    (WIRESHARK_VERSION_MAJOR > (major) ||                                                          \
     (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

#if !VMN_WIRESHARK_IS(4, 0)
#error "Wireshark 4.0 or newer is needed"
#endif

/* The boolean of preference variables and of UAT callbacks. */
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

/* The unit of a field with BASE_UNIT_STRING. */
#ifdef UNS
#define VMN_UNIT(unit) UNS(unit)
#else
#define VMN_UNIT(unit) (unit)
#endif

/* How a stat table's init callback is declared and how it ends. */
#if VMN_WIRESHARK_IS(4, 5)
#define VMN_STAT_INIT_RESULT bool
#define VMN_STAT_INIT_RETURN(ok) return (ok)
#else
#define VMN_STAT_INIT_RESULT void
#define VMN_STAT_INIT_RETURN(ok) return
#endif

#endif
