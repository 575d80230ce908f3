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

/* Look up the protocols that path reading has to recognize. Once, at handoff. */
void vmn_path_handoff(void);

/*
 * Read what encloses the RARP payload tvb and set eth_src, eth_dst, has_eth,
 * vlans, n_vlans, vni, variant, interface, section and unseen of *frame.
 * Throws nothing; what cannot be read stays empty.
 */
void vmn_path_read(tvbuff_t *tvb, packet_info *pinfo, vmn_frame *frame);

#endif
