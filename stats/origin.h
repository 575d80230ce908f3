/* origin.h
 * Where a capture comes from: its file, its interfaces, how many frames it has and when.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef VMN_ORIGIN_H
#define VMN_ORIGIN_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define VMN_INTERFACES_TOLD 8

/* What was seen of the file that is open; the strings are the origin's. */
typedef struct {
    char *file;          /* its name; NULL where the system does not tell it */
    char *format;        /* "pcapng", NULL with it */
    uint32_t snap;       /* largest snap length that the file names, octets; 0: none or unknown */
    uint64_t frames;     /* all of them, RARP or not */
    uint64_t cut;        /* frames of which not all octets were captured … */
    uint32_t cut_at;     /* … and how long the longest of them is */
    bool has_time;       /* false where no frame has a time */
    int64_t first, last; /* ns since the epoch: the earliest and the latest time */
    GPtrArray
        *interfaces; /* char *, names in order of first sight, valid UTF-8; at most so many … */
    uint32_t more_interfaces; /* … and how many more */
    GPtrArray *links;         /* const char *, link types in order of first sight */
} vmn_origin;

/*
 * Listen to all frames. Nothing is listened to, and nothing costs, before the first call; each call
 * needs one vmn_origin_stop(), which is not to be called from within a tap's callback.
 */
void vmn_origin_listen(void);
void vmn_origin_stop(void);

/* What was seen since the file was opened or visited anew. Never NULL. */
const vmn_origin *vmn_origin_seen(void);

#endif
