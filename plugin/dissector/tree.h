/* tree.h
 * What a user sees of a notice in the packet tree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef VMN_TREE_H
#define VMN_TREE_H

#include <epan/packet.h>

#include "notice.h"

/* Register fields, subtrees and expert infos of protocol proto. Once. */
void vmn_tree_register(int proto);

/* Would anything inside the layer be seen, filtered for or counted? If not, vmn_tree_add_empty() is
 * enough. */
bool vmn_tree_is_wanted(const packet_info *pinfo, proto_tree *tree);

/* The layer alone, for frame.protocols. */
void vmn_tree_add_empty(tvbuff_t *tvb, proto_tree *tree);

/* The layer with all its fields and expert infos. */
void vmn_tree_add(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const vmn_notice *notice);

#endif
