/* bursts.h
 * From decided rounds to bursts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The decoder decides rounds for good as soon as all explanations agree on them. The final answer
 * wants the others decided as well, by the cheapest path as it stands: such bursts are tentative,
 * and forgotten when another frame comes.
 *
 * Decides: nothing; it writes down what the decoder decided, and takes it back.
 */
#ifndef VMN_BURSTS_H
#define VMN_BURSTS_H

#include "store.h"

/* Decide one round of a stream; `user` is a vmn_decision. */
typedef struct {
    vmn_engine *engine;
    vmn_stream *stream;
    uint32_t last; /* effective round of the column before */
    bool for_good;
} vmn_decision;
void vmn_decide_round(void *user, const vmn_column *column, const vmn_node *node);

/* Forget the undecided bursts of a stream. */
void vmn_forget_tentative(vmn_engine *engine, vmn_stream *stream);

/* Decide all rounds of all streams by the cheapest path, tentatively. */
void vmn_settle_streams(vmn_engine *engine);

#endif
