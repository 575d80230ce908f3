/* replies.h
 * Genuine RARP: which request a reply answers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Decides: that a station asked, since it was answered.
 */
#ifndef VMN_REPLIES_H
#define VMN_REPLIES_H

#include "store.h"

/* Take a reply, which names `mac`: the latest round of that MAC, not too long before, is what it
 * answers. */
void vmn_take_reply(vmn_engine *engine, uint32_t record, vmn_mac *mac, int64_t when);

/* Keep which MAC a record names that shows no round of it, and when (ns) it came. */
void vmn_note_named(vmn_engine *engine, uint32_t record, vmn_mac *mac, int64_t when);

/* Forget a record that was a reply. */
void vmn_forget_reply(vmn_engine *engine, uint32_t record);

/* The round that a reply (a record) answers + 1, 0: none; and to change it. */
uint32_t vmn_answered_round(const vmn_engine *engine, uint32_t record);
void vmn_set_answered_round(vmn_engine *engine, uint32_t record, uint32_t round);

/* Forget the answers to all rounds but the first n_rounds. */
void vmn_forget_answers(vmn_engine *engine, uint32_t n_rounds);

/* Make engine->answered: an answer to a round that proved to be a sighting counts for the round it
 * shows. */
void vmn_resolve_answers(vmn_engine *engine);

/* The frame of the request that a reply answers, 0: none. */
uint32_t vmn_answer_to(const vmn_engine *engine, uint32_t record);

#endif
