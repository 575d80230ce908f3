/* passes.h
 * Machines that one host announces in passes: all at once, then again one by one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 *     MAC 1  ●            ●                  ●
 *     MAC 2  ●         ●                  ●
 *     MAC 3  ●      ●                  ●
 *            event  second pass        third pass, in the same order and as quickly
 *
 * An ESXi host was seen to do so with its eleven machines. No MAC's own intervals tell that its
 * notices belong together: they are as long as the order of the others makes them. What tells it is
 * that the whole group comes again: a MAC alone is never joined.
 *
 *   - The group are the MACs of one event whose bursts keep no schedule and have no name; three at
 *     least. Frames of 42 octets may as well be Open vSwitch's, which repeats itself, too.
 *   - The second pass is each one's next notice, if they come one by one at an even pace, soon
 *     after the event. Where all come at once again, as in two fail-overs, nothing tells whether
 *     the second has to do with the first: they stay apart.
 *   - Each later pass repeats the pass before, each MAC in its place.
 *   - A quarter of them may be missing, for notices get lost.
 *
 * The bursts of a MAC are then one irregular burst. The decoder knows nothing of it, so all is
 * undone before another frame is tracked.
 *
 * Decides: that bursts of a MAC are one, because those of others beside it are.
 */
#ifndef VMN_PASSES_H
#define VMN_PASSES_H

#include "store.h"

/*
 * Join bursts; events and announcers are known. True when some were joined: numbers, names, facts
 * and events have to be found anew.
 */
bool vmn_join_passes(vmn_engine *engine);

/* Undo all of it: the bursts are as the decoder made them. */
void vmn_part_passes(vmn_engine *engine);

#endif
