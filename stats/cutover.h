/* cutover.h
 * How long a machine was silent around its notices: a MAC's other frames, in time. GLib only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 *      other frames of the MAC   o o o o o           o   o o o o
 *      notices of the MAC                    N  N      N
 *                                        └─ silence ─┘
 *                                   before ▲         ▲ after
 *
 * Marks (times of notices) divide a MAC's time; of the other frames between
 * two marks the first and the last few are kept. So the memory depends on the
 * number of notices, not on the length of the capture, and frames may come in
 * any order. Marks should be set before the frames; where they only become
 * known while frames come by (one-pass tshark), frames of the last second are
 * remembered for marks that come late.
 */
#ifndef VMN_CUTOVER_H
#define VMN_CUTOVER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define VMN_SIGHT_VLANS 2

/* What a machine says of itself after a move, besides the notices. */
typedef enum { VMN_SAYS_NOTHING = 0, VMN_SAYS_ARP, VMN_SAYS_NA } vmn_says;

/* One frame of a MAC that is no notice. Copies of one frame have the same hash. */
typedef struct {
    int64_t when;   /* ns since the epoch */
    uint32_t frame; /* number in the file */
    uint32_t interface;
    uint32_t hash;
    uint16_t vlans[VMN_SIGHT_VLANS]; /* outermost first */
    uint8_t n_vlans;
    uint8_t says; /* vmn_says: gratuitous ARP, neighbour advertisement */
} vmn_sight;

/* Was the machine seen elsewhere after the notice than before it? */
typedef enum { VMN_MOVED_UNKNOWN = 0, VMN_MOVED_NO, VMN_MOVED_YES } vmn_moved;

/* What lies around a notice. Traffic is what a machine sends apart from its own announcements. */
typedef struct {
    bool has_before, has_after, has_own;
    vmn_sight
        before; /* the last other frame before; where copies of it were seen, the first of them */
    vmn_sight after; /* the first other frame after */
    vmn_sight own;   /* its first own announcement after */
    vmn_moved moved;
    bool has_traffic, has_silence_traffic, has_unanswered, has_early;
    vmn_sight traffic;       /* the first traffic after */
    int64_t silence_traffic; /* ns from the last traffic before to it */
    uint32_t unanswered;     /* frames to the machine in that silence that nothing answered */
    vmn_sight early; /* the first frame on the new path, where long before the first notice */
} vmn_around;

typedef struct vmn_cutover vmn_cutover;

/* marks_first: all marks are set before the first frame; frames of MACs without a mark are then not
 * kept at all. */
vmn_cutover *vmn_cutover_new(bool marks_first);
void vmn_cutover_free(vmn_cutover *cutover); /* NULL is allowed */

/* Set a mark. `tag` is any number of the caller's for this MAC. */
void vmn_cutover_mark(vmn_cutover *cutover, const uint8_t mac[6], int64_t when, uint32_t tag);

/* Take a frame. Returns whether an answer that vmn_cutover_around() gave for this MAC may be
 * another now, and if so the MAC's tag. */
bool vmn_cutover_add(vmn_cutover *cutover, const uint8_t mac[6], const vmn_sight *sight,
                     uint32_t *tag);

/* The MAC's frames around the notice at `when`, for which a mark was set. `own` lies before
 * `until`. */
void vmn_cutover_around(vmn_cutover *cutover, const uint8_t mac[6], int64_t when, int64_t until,
                        vmn_around *around);

#endif
