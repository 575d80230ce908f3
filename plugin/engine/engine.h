/* engine.h
 * The vMotion Notify engine: which RARP frames are one notice, which notices
 * are one burst, and which schedule and announcer explain a burst.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * C and GLib only, no Wireshark header. All times are signed nanoseconds.
 *
 *   frame ── vmn_engine_add() ──▶ record          one a RARP layer, never moves
 *                                   │
 *            vmn_engine_view() ◀────┤   what the tree, the columns and the
 *                                   │   expert infos print of that frame
 *            vmn_engine_burst() ◀───┘   what the statistics print
 *
 * Two answers exist for a frame. Before vmn_engine_settle() a view holds what
 * could be known when the frame was added (the causal answer); after it, the
 * final one. Adding another frame later is allowed (a live capture): the
 * settled answer is then out of date until settle is called again.
 *
 * Most frames are only noted when they are added; what they mean is worked out
 * when a view or the final answer is asked for, with the same result. A capture
 * that nobody asks about costs next to nothing.
 */
#ifndef VMN_ENGINE_H
#define VMN_ENGINE_H

#include "answers.h"
#include "view.h"

/* How many user-defined schedules an engine looks for; more are left out. */
unsigned vmn_engine_max_user(void);

/* Fill *config with the defaults (see README): copy window, event window, tolerance, no user
 * schedule. */
void vmn_config_init(vmn_config *config);

/* A new engine with a copy of *config. Never NULL. Free with vmn_engine_free(). */
vmn_engine *vmn_engine_new(const vmn_config *config);
void vmn_engine_free(vmn_engine *engine); /* NULL is allowed */

/*
 * Take one frame. Frames come in file order; times may go backwards.
 * Returns the record's index (0, 1, 2 …), by which views ask for it. Answers do not depend on
 * at_once: true spares the noting where a view is asked for next.
 */
uint32_t vmn_engine_add(vmn_engine *engine, const vmn_frame *frame, bool at_once);

/* The record of a frame and layer, or VMN_NONE. Fast when asked in file order. */
uint32_t vmn_engine_find(const vmn_engine *engine, uint32_t frame, uint32_t layer);

/* Number of records so far. */
uint32_t vmn_engine_size(const vmn_engine *engine);

/* Tell the engine about any frame's time, so that it knows how long the capture went on. Optional.
 */
void vmn_engine_clock(vmn_engine *engine, int64_t when);

/* Decide everything that is still open. Cheap when nothing was added since the last call. */
void vmn_engine_settle(vmn_engine *engine);
bool vmn_engine_is_settled(const vmn_engine *engine);

/* One or more sentences, evidence for the announcer: "intervals fit Fibonacci × 1 s; 60 octets,
 * zero padding". Caller frees with g_free(). */
char *vmn_engine_evidence(const vmn_engine *engine, uint32_t record);

#endif
