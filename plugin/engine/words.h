/* words.h
 * The words that the whole house uses: what a frame is taken for, how a burst ends, who is
 * known to send so; and how times are written.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Nothing is decided here; everything else stands on it.
 */
#ifndef VMN_WORDS_H
#define VMN_WORDS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define VMN_US INT64_C(1000)
#define VMN_MS INT64_C(1000000)
#define VMN_S INT64_C(1000000000)

#define VMN_NONE UINT32_MAX /* "no such record, burst or event" */
#define VMN_NAME_LEN 64     /* room for any schedule name, NUL included */

typedef struct vmn_engine vmn_engine;

/* What a RARP frame is taken for. */
typedef enum {
    VMN_KIND_NOTICE = 0, /* announces a MAC */
    VMN_KIND_REQUEST,    /* a RARP client's request (answered, or by its fields) */
    VMN_KIND_REPLY,      /* opcode 4 */
    VMN_KIND_UNUSUAL     /* its fields contradict each other */
} vmn_kind;

/* How a burst ends, as far as the capture shows. */
typedef enum {
    VMN_STATE_COMPLETE = 0, /* the schedule's last round was seen */
    VMN_STATE_RESTART,      /* cut short by a restart */
    VMN_STATE_CAPTURE_END,  /* the next round would lie after the capture's end */
    VMN_STATE_EARLY,        /* ended early, for no visible reason */
    VMN_STATE_SINGLE        /* one round, no schedule */
} vmn_state;

/* Who is known to send so. */
typedef enum {
    VMN_ANNOUNCER_UNKNOWN = 0,
    VMN_ANNOUNCER_ESXI,
    VMN_ANNOUNCER_QEMU,
    VMN_ANNOUNCER_CLOUD_HYPERVISOR,
    VMN_ANNOUNCER_OVS,
    VMN_ANNOUNCER_OVN,
    VMN_ANNOUNCER_RARP_CLIENT,
    VMN_ANNOUNCER_USER /* named by a user-defined schedule */
} vmn_announcer;

/* Ranges of addresses: VMware's 00:50:56, 00:0c:29, 00:05:69 (IEEE registry); QEMU's 52:54:00 (its
 * default, also libvirt's); other locally administered ones; those of vendors. */
typedef enum {
    VMN_RANGE_VMWARE,
    VMN_RANGE_QEMU,
    VMN_RANGE_LOCAL,
    VMN_RANGE_VENDOR,
    VMN_RANGES /* how many */
} vmn_range;

#define VMN_ANNOUNCERS 8 /* how many of them there are */

/* Things worth an expert info; bits of vmn_view.flags. */
typedef enum {
    VMN_FLAG_BEGINS = 1 << 0,            /* first sighting of a burst's first round */
    VMN_FLAG_COMPLETE = 1 << 1,          /* this round completes the schedule */
    VMN_FLAG_MISSING = 1 << 2,           /* rounds are missing before this one */
    VMN_FLAG_OFF_SCHEDULE = 1 << 3,      /* deviation above the tolerance */
    VMN_FLAG_RESTART = 1 << 4,           /* this burst began while another was running */
    VMN_FLAG_BEGAN_BEFORE = 1 << 5,      /* first seen round is not the schedule's first */
    VMN_FLAG_MAY_GO_ON = 1 << 6,         /* last seen round, schedule not finished, capture ends */
    VMN_FLAG_STORM = 1 << 7,             /* far more frames than a notice needs */
    VMN_FLAG_SEVERAL_HOSTS = 1 << 8,     /* several hosts seem to announce this MAC */
    VMN_FLAG_ANSWERED = 1 << 9,          /* a RARP server answered */
    VMN_FLAG_CLIENT_BY_TIMING = 1 << 10, /* "RARP client" by schedule alone */
    VMN_FLAG_HAS_ADDRESS = 1 << 11       /* a protocol address that is not 0, in a notice */
} vmn_flag;

/* A schedule that the user defined. */
typedef struct {
    const char *name;         /* shown as the schedule; copied */
    const char *announcer;    /* shown as the announcer; copied */
    const int64_t *intervals; /* ns, n of them, each > 0; copied */
    unsigned n;
} vmn_user_schedule;

typedef struct {
    int64_t copy_window;           /* ns: sightings of one notice lie within it */
    int64_t event_window;          /* ns: bursts that begin within it begin together */
    double tolerance_percent;      /* of an interval … */
    int64_t tolerance_floor;       /* ns … but never less than this */
    const vmn_user_schedule *user; /* n_user of them; only read by vmn_engine_new() */
    unsigned n_user;
} vmn_config;

/* One event, final: bursts that begin together. */
typedef struct {
    uint32_t number; /* from 1 */
    uint32_t first_burst,
        n_bursts; /* bursts are numbered in order, an event's are not always neighbours */
    uint32_t macs;
    uint32_t first_frame;
    int64_t start, span; /* ns; span up to its last burst's last round */
} vmn_event;

/* Words for the enums, as the contract prints them. Static strings. */
const char *vmn_kind_name(vmn_kind kind);
const char *vmn_state_name(vmn_state state);
const char *vmn_announcer_name(vmn_announcer announcer);

/* ns as people write it: "2 s", "50 ms", "1.5 s", "250 µs". */
void vmn_duration_text(int64_t ns, char *text, size_t size);

/* A measured parameter rounded to the roundest value that it may stand for; ns. */
int64_t vmn_round_duration(int64_t ns);

/* How many significant decimal digits a duration (ns) has more than one: 0 for 50 ms, 2 for 1.25 s.
 */
unsigned vmn_digits_more(int64_t ns);

/* The largest k for which 2^k ns is not more than ns; 0 for a time that is not positive. */
static inline unsigned vmn_octave(int64_t ns)
{
    return ns > 0 ? 63U - (unsigned)__builtin_clzll((unsigned long long)ns) : 0;
}

/* How far apart two times are, whatever they are. */
static inline uint64_t vmn_distance(int64_t a, int64_t b)
{
    return a > b ? (uint64_t)a - (uint64_t)b : (uint64_t)b - (uint64_t)a;
}

#endif
