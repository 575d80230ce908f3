/* sights.h
 * A MAC's frames between two of its notices: the few of them that matter. GLib only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Frames of one path and one kind (traffic, or the machine's own announcements)
 * are a lane, of which the first and the last few are kept:
 *
 *   if0 traffic   o o o ‥‥‥‥‥‥‥ o o o
 *   if1 own           o   o
 *
 * Frames to the machine are counted: each kept frame knows how many came up to it.
 */
#ifndef VMN_SIGHTS_H
#define VMN_SIGHTS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define VMN_REPEATED 3 /* as often, and often for its machine, a frame at one place is a heap */

/* What a machine says of itself after a move, besides the notices. */
typedef enum { VMN_SAYS_NOTHING = 0, VMN_SAYS_ARP, VMN_SAYS_NA, VMN_SAYS_RS } vmn_says;

/* One frame that is no notice. Copies of one frame have the same hash. */
typedef struct {
    int64_t when;    /* ns since the epoch */
    uint32_t frame;  /* number in the file */
    uint32_t hash;   /* of what it carries */
    uint32_t path;   /* number of the place where it was seen, tags and tunnels included */
    uint32_t key;    /* a question and its answer have the same; 0: it is neither */
    uint8_t says;    /* vmn_says: what the machine says of itself */
    bool is_answer;  /* with a key: it is an answer, else a question */
    bool is_group;   /* it goes to a group address: switches send copies to all ports */
    bool has_target; /* the capture tells whom it goes to */
} vmn_sight;

/* One frame, and how often it was seen at its place within milliseconds. */
typedef struct {
    vmn_sight sight;
    uint32_t times;
    uint32_t asked; /* frames to the machine in this span up to it, without the answered ones */
} vmn_run;

/* Frames of one path and kind in order of time. */
typedef struct {
    uint32_t path; /* each frame has its own where there are too many */
    bool own;      /* own announcements */
    uint8_t n, room;
    vmn_run *runs;
} vmn_lane;

/* The frames between two neighbouring notices. */
typedef struct {
    int64_t first, last; /* when anything came, from the machine or to it */
    int64_t last_asked;  /* when a frame to the machine came last, with asked > 0 */
    uint32_t asked;      /* frames to the machine, without the answered ones */
    bool has_traffic;
    uint8_t n_lanes;
    vmn_lane *lanes;
} vmn_span;

void vmn_span_free(vmn_span *span); /* NULL is allowed */

/* Put a frame into a span, which is made when there is none. Returns whether it is the first of its
 * lane, those that are repeated not counted. */
bool vmn_span_add(vmn_span **where, const vmn_run *run);

/* Take a frame out again, by its number. */
void vmn_span_remove(vmn_span *span, uint32_t frame);

/* A kept frame by its number, or NULL. span may be NULL. */
vmn_run *vmn_span_find(vmn_span *span, uint32_t frame);

/* A frame to the machine came at `when`. */
void vmn_span_ask(vmn_span **where, int64_t when);

/* One that came at `when` was answered. Returns whether that changes the count at the first few
 * frames of a lane. */
bool vmn_span_answer(vmn_span *span, int64_t when);

#endif
