/* tap.h
 * What the dissector hands to statistics.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Tap name "vmotion_notify". The tap data of a frame is a vmn_tap_info; one
 * frame can bring several (tunnelled RARP). The engine belongs to the
 * dissector, is made anew for each file (and when a preference changes), and
 * must not be kept over a reset: ask vmn_dissector_engine() again.
 */
#ifndef VMN_TAP_H
#define VMN_TAP_H

#include <epan/packet_info.h>

#include "engine.h"

#define VMN_TAP_NAME "vmotion_notify"

typedef struct {
    uint32_t record; /* index for vmn_engine_view() and vmn_engine_burst_of() */
} vmn_tap_info;

/* The engine of the file that is open now, NULL when no RARP frame was seen yet. Not to be freed.
 */
vmn_engine *vmn_dissector_engine(void);

/* Name of an interface as the capture gives it ("vmnic0"), or "" when it has none. Valid until the
 * file closes. */
const char *vmn_dissector_interface_name(uint32_t interface);

/* The packet's time as the engine is given it, in nanoseconds since the epoch. Times beyond ±146
 * years are clamped, so that the difference of any two fits 64 bits; the engine clamps further. */
int64_t vmn_dissector_time(const packet_info *pinfo);

#endif
