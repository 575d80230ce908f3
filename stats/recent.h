/* recent.h
 * The frames that came by last, of all MACs together. GLib only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A ring of VMN_RECENT frames in order of the file. Those of one MAC, from it and
 * to it, are a chain: each knows the number of the one before. A frame that was
 * overwritten ends its chain.
 */
#ifndef VMN_RECENT_H
#define VMN_RECENT_H

#include "sights.h"

#define VMN_RECENT 131072

typedef struct {
    vmn_sight sight;
    uint64_t older; /* the MAC's frame before this one, or 0 */
    uint32_t times; /* seen at its place within milliseconds */
    bool is_to;     /* a frame to the machine … */
    bool answered;  /* … that was answered */
} vmn_recent_frame;

typedef struct vmn_recent vmn_recent;

vmn_recent *vmn_recent_new(void);
void vmn_recent_free(vmn_recent *recent); /* NULL is allowed */

/* Add a frame to the chain whose newest one is `older` (0: to none). Returns its number. */
uint64_t vmn_recent_add(vmn_recent *recent, uint64_t older, const vmn_sight *sight, bool is_to);

/* A frame by its number; NULL for 0, and for one that was overwritten. Valid until the next one is
 * added. */
vmn_recent_frame *vmn_recent_get(vmn_recent *recent, uint64_t number);

#endif
