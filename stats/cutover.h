/* cutover.h
 * How long a machine was silent around its notices: a MAC's other frames, in time. GLib only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 *      other frames of the MAC   o o o o o           o   o o o o
 *      notices of the MAC                    N  N      N
 *      frames to the MAC         q  q   q    q    q  q    q  q
 *                                        └─ silence ─┘
 *                                   before ▲         ▲ after
 *
 * Marks (times of notices) divide a MAC's time; of the other frames between
 * two marks the first and the last few are kept. So the memory depends on the
 * number of notices, not on the length of the capture, and frames may come in
 * any order. Marks should be set before the frames; where they only become
 * known while frames come by (one-pass tshark), a ring of the last frames is
 * remembered for marks that come late, and of MACs without a notice those that
 * sent last are.
 *
 * What ends a silence:
 * - A copy, the same frame elsewhere within milliseconds, counts for nothing.
 * - A heap is no sign of life: the same frame over and over at one place within
 *   milliseconds, which used to come one by one. Somebody kept it back.
 * - Where the notice came on another path than the machine's frames before it,
 *   frames on the old path are late ones of the old host, unless they go on for
 *   longer than that.
 */
#ifndef VMN_CUTOVER_H
#define VMN_CUTOVER_H

#include "sights.h"

#define VMN_NO_PATH UINT32_MAX

/* Was the machine seen elsewhere after the move than before it? */
typedef enum { VMN_MOVED_UNKNOWN = 0, VMN_MOVED_NO, VMN_MOVED_YES } vmn_moved;

/* What lies around a notice. Traffic is what a machine sends apart from its own announcements. */
typedef struct {
    bool has_before, has_after, has_own;
    vmn_sight
        before; /* the last other frame before; where copies of it were seen, the first of them */
    vmn_sight after; /* the first other frame after */
    vmn_sight own;   /* its first own announcement after */
    vmn_moved moved;
    vmn_sight from, to; /* where it is known whether it moved: a frame where it was, and is */
    bool has_last_traffic, has_traffic, has_silence_traffic, has_unanswered, has_early;
    vmn_sight last_traffic, traffic; /* the last traffic before, the first after … */
    int64_t silence_traffic;         /* … and ns between them, where there are both */
    uint32_t unanswered; /* frames to the machine from that traffic before (else the notice) up to
                            that after (else the capture's end) that nothing answered */
    vmn_sight early;     /* the first frame on the new path, where long before the first notice */
} vmn_around;

/* Of which notice, and what else is known of it. */
typedef struct {
    int64_t when;   /* a mark was set there */
    int64_t since;  /* the MAC's last notice that belongs to an earlier move */
    int64_t until;  /* its first that belongs to a later one: `own` lies before it */
    unsigned usual; /* times that one frame is usually seen */
} vmn_cutover_question;

typedef struct vmn_cutover vmn_cutover;

/* marks_first: all marks are set before the first frame; frames of MACs without a mark are then not
 * kept at all. */
vmn_cutover *vmn_cutover_new(bool marks_first);
void vmn_cutover_free(vmn_cutover *cutover); /* NULL is allowed */

/* Set a mark. `tag` is any number of the caller's for this MAC. */
void vmn_cutover_mark(vmn_cutover *cutover, const uint8_t mac[6], int64_t when, uint32_t tag);

/* Say on which path the notice came for which a mark was set; the first time counts. Returns as
 * vmn_cutover_add(). */
bool vmn_cutover_mark_path(vmn_cutover *cutover, const uint8_t mac[6], int64_t when, uint32_t path,
                           uint32_t *tag);

/* Whether a frame between these MACs may matter; `to` is NULL where it is not known. Where not, it
 * need not be taken. */
bool vmn_cutover_wants(vmn_cutover *cutover, const uint8_t *from, const uint8_t *to);

/* Take a frame from a MAC. Returns whether an answer that vmn_cutover_around() gave for this MAC
 * may be another now, and if so the MAC's tag. */
bool vmn_cutover_add(vmn_cutover *cutover, const uint8_t mac[6], const vmn_sight *sight,
                     uint32_t *tag);

/* Likewise a frame to a MAC. */
bool vmn_cutover_add_to(vmn_cutover *cutover, const uint8_t mac[6], const vmn_sight *sight,
                        uint32_t *tag);

/* The MAC's frames around a notice. */
void vmn_cutover_around(vmn_cutover *cutover, const uint8_t mac[6],
                        const vmn_cutover_question *question, vmn_around *around);

#endif
