/* tunnel.h
 * The tunnel around the innermost Ethernet header: its ends, its network, its session.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef VMN_TUNNEL_H
#define VMN_TUNNEL_H

#include <epan/packet.h>

#include "looks.h"

/* Look up the protocols of tunnels. Once, at handoff. */
void vmn_tunnel_handoff(void);

/*
 * Read what carries the Ethernet header at `eth` (offset in bytes), the innermost one, and set vni,
 * session, outer_src and outer_dst of *frame where there is such a thing; else leave them as they
 * are.
 */
void vmn_tunnel_read(const uint8_t *bytes, int eth, const packet_info *pinfo, vmn_frame *frame);

#endif
