/* bounds.h
 * The capture's bounds: when its frames begin and end, RARP or not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The begin is known with the first RARP frame: its time less the time since
 * the first frame. The end needs somebody who sees every later frame, in every
 * pass: a post-dissector, for tshark -2 calls no tap in its first pass. It is
 * registered with the first RARP frame that Wireshark sees, so that up to there
 * no frame pays for it. It belongs to no protocol: no list of protocols shows it, no
 * file of the user's mentions it, and no layer or tree holds a trace of it.
 *
 * Wireshark lets no plugin take a post-dissector back. It stays until the
 * program ends, and does nothing in files without RARP.
 */
#ifndef VMN_BOUNDS_H
#define VMN_BOUNDS_H

#include <epan/packet_info.h>

/* Begin the file's engine and tell it when the capture began; from now on it is told of later
 * frames. Before the file's first RARP frame is added. */
void vmn_bounds_begin(const packet_info *pinfo);

/* Once, at handoff. */
void vmn_bounds_handoff(void);

#endif
