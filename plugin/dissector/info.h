/* info.h
 * The suffix of the Info column, and which columns and fields are wanted.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef VMN_INFO_H
#define VMN_INFO_H

#include <epan/packet_info.h>
#include <epan/proto.h>

#include "engine.h"

/* Is a column of that kind (COL_INFO …) shown? */
bool vmn_column_is_shown(const packet_info *pinfo, int column);

/* Does anybody want a field, or a protocol? What proto_field_is_referenced() says, which looks the
 * field up by its number: too dear for what is asked several times a frame. */
bool vmn_field_is_wanted(proto_tree *tree, const header_field_info *field);

/* Is the Info column shown? */
bool vmn_info_is_wanted(const packet_info *pinfo);

/* Append the suffix to the Info column: " [burst 1, round 4, +6.000 s]". */
void vmn_info_append(packet_info *pinfo, const vmn_glance *glance);

#endif
