/* canonical.h
 * What a settled engine says of a capture, in a form that does not depend on how frames, bursts,
 * events and hosts are numbered.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CANONICAL_H
#define CANONICAL_H

#include "captures.h"

/* One line of text a burst, in a fixed order; and how sure each announcer is, which is compared to
 * 0.001. Free with answer_free(). */
typedef struct {
    GPtrArray *lines;
    GArray *confidences; /* double, one a line */
} answer;

/*
 * The answer to a capture that was made from `drawn` by some change: it speaks of the frames as
 * they were drawn (by their numbers), so that both answers are the same text if nothing changed.
 * What the capture has beside them is left out.
 */
answer *answer_new(const vmn_engine *engine, const capture *changed, const capture *drawn);
void answer_free(answer *a);

bool answer_equal(const answer *a, const answer *b);

/* Lines that one of them has and the other has not, marked - and +; g_free() it. */
char *answer_difference(const answer *a, const answer *b);

#endif
