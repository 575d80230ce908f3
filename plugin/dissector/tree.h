/* tree.h
 * What a user sees of a notice: fields, expert infos, the Info column.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef VMN_TREE_H
#define VMN_TREE_H

#include <epan/packet.h>

#include "engine.h"

/* All that is printed of one RARP layer. */
typedef struct {
    vmn_engine *engine;
    uint32_t record;        /* in the engine */
    const vmn_frame *frame; /* the layer as it was captured */
    vmn_view view;
    bool settled; /* view is the final answer */
} vmn_notice;

/* Register fields, subtrees and expert infos of protocol proto. Once. */
void vmn_tree_register(int proto);

/* Would anything inside the layer be seen, filtered for or counted? If not, vmn_tree_add_empty() is
 * enough. */
bool vmn_tree_is_wanted(const packet_info *pinfo, proto_tree *tree);

/* The layer alone, for frame.protocols. */
void vmn_tree_add_empty(tvbuff_t *tvb, proto_tree *tree);

/* The layer with all its fields and expert infos. */
void vmn_tree_add(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const vmn_notice *notice);

/* Is the Info column shown? */
bool vmn_info_is_wanted(const packet_info *pinfo);

/* Append the suffix to the Info column: " [burst 1, round 4, +6.000 s]". */
void vmn_info_append(packet_info *pinfo, const vmn_glance *glance);

#endif
