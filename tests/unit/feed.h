/* feed.h
 * Helpers of the engine's unit tests: write frames down briefly, feed them,
 * say in words what came out, and check that all answers agree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 *     feed *f = feed_new();
 *
 *     f->next.vlans[0] = 3, f->next.n_vlans = 1;
 *     feed_burst(f, "00:50:56:8e:2d:ce", "0 0.8 1.8 2.8");
 *     engine = feed_settled(f);
 *     assert_bursts(engine, "4 rounds, 4 frames: VMware ESXi, Fibonacci × 1 s, ticks 0 1 2 3, …");
 */
#ifndef FEED_H
#define FEED_H

#include "engine.h"

typedef struct {
    GArray *frames; /* vmn_frame; numbered from 1 when an engine gets them */
    vmn_frame next; /* what the next frame looks like: change interface, tags, length … here */
} feed;

/* An empty feed; `next` is a standard notice: 60 octets, zero padding, no tags, interface 0. */
feed *feed_new(void);
void feed_free(feed *f);

/* Set `next`'s three hardware addresses. */
void feed_mac(feed *f, const char *mac);

/* One frame at ns. */
void feed_at(feed *f, int64_t ns);

/* A frame of `mac` at each of the times, in seconds: "0 0.05 1523286919.182791". Exact to 1 ns. */
void feed_burst(feed *f, const char *mac, const char *seconds);

/* The same, written as intervals in milliseconds after a first frame at `start` (ns). */
void feed_gaps(feed *f, const char *mac, int64_t start, const char *milliseconds);

/* Put the frames into order of time, as a file has them; equal times stay as they are. */
void feed_sort(feed *f);

/* Number all frames in the order they have and add those from `from` up to before `to`. */
void feed_add(const feed *f, vmn_engine *engine, unsigned from, unsigned to);

/* An engine (defaults when config is NULL) with all frames, sorted, settled and checked; the
 * capture goes on for an hour without another notice. Frees the feed. */
vmn_engine *feed_settled_with(feed *f, const vmn_config *config);
vmn_engine *feed_settled(feed *f);

/* All bursts in words, one line each; g_free() it. */
char *bursts_text(const vmn_engine *engine);
void assert_bursts(const vmn_engine *engine, const char *expected);

/* Everything a settled engine says must agree with everything else it says. */
void check_engine(vmn_engine *engine);

/* The name of a view's schedule, until the next call. */
const char *schedule_of(const vmn_engine *engine, const vmn_view *view);

/* The view of a record. */
vmn_view view_of(vmn_engine *engine, uint32_t record);
vmn_burst burst_of(const vmn_engine *engine, uint32_t i);

#endif
