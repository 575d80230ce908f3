/* path.h
 * The way on which a RARP payload came: Ethernet addresses, VLAN tags,
 * tunnel, cooked capture header, interface.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef VMN_PATH_H
#define VMN_PATH_H

#include <epan/packet.h>

#include "engine.h"

/*
 * Read what encloses the RARP payload tvb and set eth_src, eth_dst, has_eth,
 * vlans, n_vlans, vni, session, outer_src, outer_dst, variant, interface, section and unseen of
 * *frame.
 * Throws nothing; what cannot be read stays empty.
 */
void vmn_path_read(tvbuff_t *tvb, packet_info *pinfo, vmn_frame *frame);

/* Is the innermost frame in a message of a control protocol (unseen of *frame)? */
bool vmn_path_is_in_message(const packet_info *pinfo);

#endif
