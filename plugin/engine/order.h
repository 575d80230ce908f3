/* order.h
 * The final answer does not depend on the order in which frames were written down, nor on which of
 * two paths was met first.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Frames are tracked as they come, for an answer is wanted at once. Where a notice is seen at two
 * places, what comes first is chance: the tap's sight or the uplink's, 10 µs apart, or at one time
 * to the microsecond; and a path may be seen for an hour before another one shows the same notices.
 * In the end all is known, so such a MAC is looked at again:
 *
 *   1. its frames are put into order of time; frames of one time into that of their paths
 *   2. which stacks of tags carry the same notices? Those with frames within the copy window, if
 *      one notice can bear both (looks.h); where that contradicts itself, the more often the better
 *   3. where either makes a difference, its frames are tracked again so
 *
 * What was tracked as it came is put aside meanwhile: the next frame goes on from there.
 *
 * Times that go back further than capturing explains begin a new run, which is not sorted into the
 * old one. MACs with one path whose frames are in order, as nearly all are, cost nothing.
 *
 * Decides: which stacks of tags are one stream.
 */
#ifndef VMN_ORDER_H
#define VMN_ORDER_H

#include "tracker.h"

/* Track again what needs it, and tell whether anything did: its streams are to be settled again
 * then. All rounds that records show must belong to bursts (vmn_settle_streams()). */
bool vmn_put_in_order(vmn_engine *engine);

/* Back to what was tracked as it came. */
void vmn_undo_order(vmn_engine *engine);

#endif
