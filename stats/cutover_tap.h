/* cutover_tap.h
 * All frames of announced MACs: where the statistics get the cut-over from.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Nothing is listened to, and nothing costs, before vmn_cutover_listen().
 */
#ifndef VMN_CUTOVER_TAP_H
#define VMN_CUTOVER_TAP_H

#include "cutover.h"
#include "summary.h"

/*
 * From now on look at every frame. In the GUI, changed(i) is called when a
 * burst of summary.macs[i] that was asked for may have another answer now;
 * NULL leaves the function that was set before. Calling it again changes nothing else.
 */
void vmn_cutover_listen(void (*changed)(uint32_t mac));

/* The first frame of a file comes by: to be called before the first answer is asked for in a packet
 * callback. */
struct _packet_info;
void vmn_cutover_begin(const struct _packet_info *pinfo);

/* Stop listening and forget all. Not from within a tap's callback: taps are being gone through
 * then.
 */
void vmn_cutover_stop(void);

/* While it is kept, vmn_cutover_stop() does nothing. When it no longer is, listening ends unless
 * vmn_cutover_listen() was given a function. The same holds as for vmn_cutover_stop(). */
void vmn_cutover_keep(bool keep);

/* Whether frames are listened to. */
bool vmn_cutover_is_asked(void);

/* What lies around a burst's first round. */
void vmn_cutover_of_burst(const vmn_summary *summary, uint32_t burst, vmn_around *around);

/* One sentence on what the capture lacks for an answer; "" when all is there. Static. */
const char *vmn_cutover_note(const vmn_around *around);

/* Where a frame was seen, without the tunnel's other end. Valid until the next frame comes by. */
const vmn_path *vmn_cutover_path(const vmn_sight *sight);

/* Append where a frame was seen: "pA"; with its tags and its tunnel "vmnic0 VLAN 50",
 * "eth0 VNI 7 from 10.0.0.1". */
void vmn_cutover_append_path(GString *out, const vmn_sight *sight, bool details);

/* "gratuitous ARP", "neighbour advertisement", "router solicitation" or "". Static. */
const char *vmn_cutover_says(const vmn_sight *sight);

#endif
