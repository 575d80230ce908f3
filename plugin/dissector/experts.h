/* experts.h
 * The expert infos of a notice.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef VMN_EXPERTS_H
#define VMN_EXPERTS_H

#include <epan/packet.h>

#include "mactable.h"
#include "notice.h"

/* What the expert infos of one layer are made from, and the items that carry them. */
typedef struct {
    packet_info *pinfo;
    const vmn_notice *notice;
    const vmn_mac_entry *entry;            /* the switch's for the announced MAC, or NULL */
    proto_item *mac, *port;                /* port: NULL without entry */
    proto_item *burst, *round, *announcer; /* NULL without a burst */
} vmn_carriers;

/* Register the expert infos of protocol proto. Once. */
void vmn_experts_register(int proto);

/* Do the expert infos go anywhere besides a visible tree? */
bool vmn_experts_are_wanted(const packet_info *pinfo, proto_tree *tree);

/* Add the expert infos of one layer to its items. */
void vmn_experts_add(const vmn_carriers *to);

#endif
