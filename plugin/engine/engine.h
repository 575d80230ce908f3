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

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define VMN_MAX_VLANS 4
#define VMN_NO_VNI UINT32_MAX
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

/* Things worth an expert info; bits of vmn_view.flags. */
typedef enum {
    VMN_FLAG_BEGINS = 1 << 0,           /* first sighting of a burst's first round */
    VMN_FLAG_COMPLETE = 1 << 1,         /* this round completes the schedule */
    VMN_FLAG_MISSING = 1 << 2,          /* rounds are missing before this one */
    VMN_FLAG_OFF_SCHEDULE = 1 << 3,     /* deviation above the tolerance */
    VMN_FLAG_RESTART = 1 << 4,          /* this burst began while another was running */
    VMN_FLAG_BEGAN_BEFORE = 1 << 5,     /* first seen round is not the schedule's first */
    VMN_FLAG_MAY_GO_ON = 1 << 6,        /* last seen round, schedule not finished, capture ends */
    VMN_FLAG_STORM = 1 << 7,            /* far more frames than a notice needs */
    VMN_FLAG_SEVERAL_HOSTS = 1 << 8,    /* several hosts seem to announce this MAC */
    VMN_FLAG_ANSWERED = 1 << 9,         /* a RARP server answered */
    VMN_FLAG_CLIENT_BY_TIMING = 1 << 10 /* "RARP client" by schedule alone */
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

/* One RARP frame (or RARP layer of a tunnelled frame), as the dissector saw it. */
typedef struct {
    uint32_t frame;                 /* number in the file, from 1; never decreases */
    uint32_t layer;                 /* 0 for the frame's first RARP, 1 for its second … */
    int64_t time;                   /* ns since the epoch, from 1960 to 2106; may go backwards */
    uint16_t ethertype;             /* 0x8035, or 0x0806 with a RARP opcode */
    uint16_t opcode;                /* 3 or 4 */
    uint8_t eth_src[6], eth_dst[6]; /* of the innermost Ethernet header */
    bool has_eth;                   /* false on cooked captures */
    uint8_t sha[6], tha[6];         /* sender and target hardware address */
    uint32_t spa, tpa;              /* protocol addresses, host order */
    uint32_t length;   /* octets an untagged Ethernet frame of it would have: 14 + RARP + padding */
    bool padding_zero; /* what follows the 28 RARP octets is all zero (true when nothing follows) */
    uint32_t interface;            /* any number that tells interfaces (and sections) apart */
    uint16_t section;              /* pcapng section, 0 when unknown: shown only */
    uint32_t variant;              /* tells apart sights on one interface, e.g. SLL packet type */
    uint16_t vlans[VMN_MAX_VLANS]; /* outermost first */
    uint8_t n_vlans;
    uint32_t vni; /* VXLAN/GENEVE network, or VMN_NO_VNI */
} vmn_frame;

/* What there is to print of one record. Frame numbers are 0 where there is none. */
typedef struct {
    vmn_kind kind;
    uint8_t mac[6];
    uint32_t burst; /* number from 1; 0: the frame belongs to no burst (replies) */
    uint32_t burst_first, burst_last; /* frames */
    uint32_t burst_rounds, burst_missing, burst_frames;
    vmn_state state;
    uint32_t round;      /* from 1, missing rounds counted */
    uint32_t prev, next; /* frames */
    uint32_t sighting, sighting_of;
    bool has_delta;         /* false in a burst's first round and on sightings 2… */
    int64_t delta;          /* ns since the previous seen round */
    int64_t sighting_delta; /* ns since the round's first sighting */
    int64_t elapsed;        /* ns since the burst's first round */
    bool has_expected;      /* the schedule says what delta should be */
    int64_t expected;       /* ns, over all rounds passed */
    int64_t deviation;      /* ns, delta − expected */
    uint32_t missing;       /* rounds missing just before this one */
    vmn_announcer announcer;
    const char *announcer_name; /* owned by the engine */
    unsigned schedule;          /* for vmn_engine_schedule_name(), with the next line */
    int64_t base, step, cap;    /* ns */
    uint32_t place;             /* of the burst's last round, in the schedule */
    bool has_tick;
    uint32_t tick;
    uint32_t event, event_macs;      /* event 0: not settled yet */
    uint32_t companion;              /* frame */
    uint32_t host;                   /* inferred host number from 1; 0: none */
    uint32_t answered_in, answer_to; /* frames */
    unsigned flags;                  /* vmn_flag */
} vmn_view;

/* What a line of text says of one record: members of vmn_view. */
typedef struct {
    uint32_t burst, round, sighting;
    uint32_t answer_to;
    bool has_delta;
    int64_t delta;
} vmn_glance;

/* One burst, final. */
typedef struct {
    uint32_t number; /* from 1 */
    uint8_t mac[6];
    vmn_kind kind;
    vmn_announcer announcer;
    const char *announcer_name;
    char schedule[VMN_NAME_LEN];
    int64_t unit; /* ns: tick period, base or constant interval; 0: none */
    uint32_t rounds, missing, frames;
    uint32_t first_frame, last_frame;
    int64_t start, span; /* ns */
    vmn_state state;
    uint32_t event;            /* from 1 */
    uint32_t host;             /* 0: none */
    uint32_t companion_of;     /* burst number, 0: none */
    uint32_t companion;        /* number of a burst that came along with this one, 0: none */
    bool edge_start, edge_end; /* may reach over the capture's begin or end */
    bool has_max_deviation;
    int64_t max_deviation; /* ns, signed, largest by magnitude */
    unsigned flags;        /* vmn_flag, of all its rounds together */
} vmn_burst;

/* One round of a burst, final. */
typedef struct {
    int64_t time;   /* ns, its first sighting's */
    uint32_t frame; /* first sighting */
    uint32_t round; /* position from 1, missing ones counted */
    uint32_t sightings;
    bool has_delta, has_expected, has_tick;
    int64_t delta, expected, deviation; /* ns */
    uint32_t missing, tick;
} vmn_round;

/* One event, final: bursts that begin together. */
typedef struct {
    uint32_t number; /* from 1 */
    uint32_t first_burst,
        n_bursts; /* bursts are numbered in order, an event's are not always neighbours */
    uint32_t macs;
    uint32_t first_frame;
    int64_t start, span; /* ns; span up to its last burst's last round */
} vmn_event;

/* One place where a burst's notices were seen. */
typedef struct {
    uint32_t interface;
    uint16_t section;
    uint16_t vlans[VMN_MAX_VLANS];
    uint8_t n_vlans;
    uint32_t vni;
} vmn_path;

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
void vmn_engine_clock(vmn_engine *engine, int64_t time);

/* Decide everything that is still open. Cheap when nothing was added since the last call. */
void vmn_engine_settle(vmn_engine *engine);
bool vmn_engine_is_settled(const vmn_engine *engine);

/* What to print of a record: final when the engine is settled, else the causal answer,
 * which exists for the record added last only (for others the best known so far). */
void vmn_engine_view(vmn_engine *engine, uint32_t record, vmn_view *view);

/* The same, as far as one line of text needs it; cheaper. */
void vmn_engine_glance(vmn_engine *engine, uint32_t record, vmn_glance *glance);

/* The name of a view's schedule as the contract prints it, "Fibonacci × 2 s"; at most VMN_NAME_LEN
 * octets. */
void vmn_engine_schedule_name(const vmn_engine *engine, const vmn_view *view, char *text);

/* One or more sentences, evidence for the announcer: "intervals fit Fibonacci × 1 s; 60 octets,
 * zero padding". Caller frees with g_free(). */
char *vmn_engine_evidence(const vmn_engine *engine, uint32_t record);

/* The burst a record belongs to: index from 0 for vmn_engine_burst(), or VMN_NONE. Settled engine
 * only. */
uint32_t vmn_engine_burst_of(const vmn_engine *engine, uint32_t record);

/* Bursts and events in order of their number; settled engine only. i counts from 0, a burst's
 * number is i + 1. */
uint32_t vmn_engine_n_bursts(const vmn_engine *engine);
void vmn_engine_burst(const vmn_engine *engine, uint32_t i, vmn_burst *burst);
/* Its j-th seen round, 0 ≤ j < burst.rounds, in time order. */
void vmn_engine_burst_round(const vmn_engine *engine, uint32_t i, uint32_t j, vmn_round *round);
/* Its paths, in order of first sight; writes up to max of them, returns how many there are. */
unsigned vmn_engine_burst_paths(const vmn_engine *engine, uint32_t i, vmn_path *paths,
                                unsigned max);
uint32_t vmn_engine_n_events(const vmn_engine *engine);
void vmn_engine_event(const vmn_engine *engine, uint32_t i, vmn_event *event);

/* Words for the enums, as the contract prints them. Static strings. */
const char *vmn_kind_name(vmn_kind kind);
const char *vmn_state_name(vmn_state state);
const char *vmn_announcer_name(vmn_announcer announcer);

#endif
