/* burst_words.h
 * One burst in words, and the words that reports use again and again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Everything that is inferred is hedged: a burst is "consistent with" a sender, a companion with a
 * guest.
 */
#ifndef VMN_BURST_WORDS_H
#define VMN_BURST_WORDS_H

#include "others.h"
#include "summary.h"

#define VMN_MACS_TOLD 6    /* in a sentence */
#define VMN_NUMBERS_TOLD 8 /* rounds in a sentence */

/* ---- numbers, names, lists ---- */

/* "1 MAC", "3 MACs". */
void vmn_append_count(GString *text, uint64_t number, const char *noun);

/* A duration with a unit that suits it: "38.002 s", "20.8 ms", "41 µs". */
void vmn_append_span(GString *text, int64_t ns);

/* A MAC, and its name where Wireshark resolves it: "00:50:56:60:e5:ed (esx7-vm12)". */
void vmn_append_who(GString *text, const uint8_t mac[6]);

/* "a", "a and b", "a, b and c"; of more than `most` words the first ones "and 7 more" (0: all). */
void vmn_append_list(GString *text, const GPtrArray *words, unsigned most);

/* ---- a burst ---- */

/* The burst's number in a summary that this single notice came along with; VMN_NONE: none. */
uint32_t vmn_burst_outer(const vmn_summary *summary, uint32_t i);

/* Did a path miss rounds that others saw with it? If so, and where `text` is not NULL, append
 * which: "round 3 was seen on tap0 and not on bond0". */
bool vmn_append_missed(GString *text, const vmn_summary *summary, uint32_t i);

/* Append where burst i was seen and `other` was not, if that can be said of both. Returns whether.
 */
bool vmn_append_own_places(GString *text, const vmn_summary *summary, uint32_t i, uint32_t other);

/* All that is said of a burst; `previous` is the burst of the same MAC before it or VMN_NONE, the
 * replies are those that answer one of its requests. */
void vmn_append_burst(GString *text, const vmn_summary *summary, uint32_t i, uint32_t previous,
                      const GPtrArray *replies);

#endif
