/* tap.h
 * What the dissector hands to statistics.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Tap name "vmotion_notify". The tap data of a frame is a vmn_tap_info; one
 * frame can bring several (tunnelled RARP).
 */
#ifndef VMN_TAP_H
#define VMN_TAP_H

#include "file.h"

#define VMN_TAP_NAME "vmotion_notify"

typedef struct {
    uint32_t record; /* index for vmn_engine_view() and vmn_engine_burst_of() */
} vmn_tap_info;

#endif
