/* captures.h
 * Random captures of announcements as several places see them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A capture is drawn from its seed alone. All draws that concern one frame can be drawn again from
 * the frame's own number (see capture_draw), so that a frame fewer changes nothing for the others.
 */
#ifndef CAPTURES_H
#define CAPTURES_H

#include "feed.h"

#define NOT_OURS UINT32_MAX /* frame number of what was added to a capture */

typedef struct {
    feed *feed;         /* in file order; `frame` is a number that stays with the frame, from 0 */
    int64_t begin, end; /* ns: of other traffic, which says how long the capture went on */
    int64_t shift;      /* ns by which all times were moved since it was drawn */
} capture;

/* Draw a capture. Free with capture_free(). */
capture *capture_new(uint32_t seed);
void capture_free(capture *c);

/* A capture of its own with the same frames, or with those alone that `keep` has (by place). */
capture *capture_copy(const capture *c, const bool *keep);

/* Numbers from 0 to 2^64 − 1 that depend on nothing but the two given ones. */
uint64_t capture_draw(uint64_t seed, uint64_t number);

vmn_frame *capture_frame(const capture *c, unsigned i);

#define IN_PLACE 0 /* no seed: equal keys stay in the order they have */

/* Put the frames into order of their keys (one each); equal keys: of their draws by this seed. */
void capture_arrange(capture *c, const int64_t *keys, uint64_t seed);

/*
 * Add bursts and singles of other machines (frame number NOT_OURS), between the capture's begin
 * and end, and at least half a second from any frame that is there: they are no part of its events.
 */
void capture_add_others(capture *c, uint32_t seed);

/* A settled engine that was given the capture. */
vmn_engine *capture_settled(const capture *c);

#endif
