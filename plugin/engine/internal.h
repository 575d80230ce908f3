/* internal.h
 * What the engine's own files share. Nothing outside plugin/ includes it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 *   record  one RARP layer of one frame            ─▶ round
 *   round   one notice with all its sightings      ─▶ burst, previous and next round
 *   burst   rounds of one run of a schedule        ─▶ stream
 *   stream  the rounds of one MAC on paths that carry the same notices
 *   MAC     its streams (more than one when tenants reuse the MAC)
 *
 * Records and rounds are plain arrays; an index never changes its meaning.
 */
#ifndef VMN_INTERNAL_H
#define VMN_INTERNAL_H

#include "decoder.h"

#define VMN_STREAM_TAGSETS 4

/* Bits of vmn_round_data.flags. */
#define VMN_ROUND_ABSORBED 1 /* a sighting of the round `previous` */
#define VMN_ROUND_FREE 2     /* the schedule does not say how long the interval before it is */
#define VMN_ROUND_STORM 4    /* repeated on one path far more often than copies are */
#define VMN_ROUND_OFF 8      /* deviation above the tolerance */

typedef struct {
    uint32_t frame;
    uint32_t round; /* VMN_NONE: none (replies), or not tracked yet */
    union {
        struct {
            uint32_t sighting; /* from 1 */
            int32_t delta;     /* since the round's time: ns, or µs if coarse; clamped */
        };
        int64_t time; /* of a reply */
    };
    uint16_t path, shape;
    uint8_t layer;
    uint8_t kind; /* vmn_kind by the fields alone */
    bool coarse;
} vmn_record;

/* What a record that waits to be tracked holds beside its vmn_record. */
typedef struct {
    int64_t time;
    uint8_t mac[6];
} vmn_waiting;

/* The record at which a round was first taken for a burst's first one. */
typedef struct {
    uint32_t record, round;
} vmn_begun;

typedef struct {
    int64_t time;
    uint32_t frame;            /* of its first sighting */
    uint32_t burst;            /* index, VMN_NONE while undecided */
    uint32_t previous, next;   /* rounds of the burst; VMN_NONE: none */
    uint32_t sightings;        /* made by vmn_engine_settle() */
    uint32_t causal_sightings; /* as they came, with the round that they seemed to show then */
    uint32_t position;         /* in the burst, from 1, missing rounds counted */
    uint32_t causal_burst;     /* number given when it was first taken for a burst's first round */
    uint32_t causal_frames;    /* of its burst before it, as known when it came */
    uint8_t missing;
    uint8_t flags;
} vmn_round_data;

typedef struct vmn_stream vmn_stream;

typedef struct {
    vmn_stream *stream;
    uint32_t first, last;    /* rounds */
    uint32_t decided_last;   /* last round that is decided for good, VMN_NONE: none is */
    uint32_t before;         /* burst that the stream was in when this one began, VMN_NONE */
    uint32_t next_tentative; /* chain of the stream's bursts that are not decided for good */
    bool alive;
    vmn_track track;
    /* All below is made by vmn_engine_settle(). */
    uint32_t number;
    uint32_t rounds, missing, frames, first_frame, last_frame;
    uint32_t foretold, off; /* intervals that the schedule foretells, and those off schedule */
    uint32_t event, host, companion; /* numbers; companion is a burst's */
    uint32_t companion_round;        /* of that other burst */
    bool companion_of;               /* it came along, not the other one */
    uint16_t shape;                  /* of its first frame */
    uint8_t state, announcer;        /* vmn_state, vmn_announcer */
    const char *announcer_name;
    unsigned flags; /* vmn_flag */
    bool answered, edge_start, edge_end;
} vmn_burst_data;

typedef struct {
    uint64_t key;   /* the address as a number */
    uint32_t index; /* in the engine's list */
    uint8_t address[6];
    bool client;     /* it asked as a RARP client, by its fields or by an answer */
    uint64_t sender; /* key of another station that sent notices of it, 0: none */
    vmn_stream *streams;
} vmn_mac;

struct vmn_stream {
    vmn_stream *next; /* of the same MAC */
    vmn_mac *mac;
    uint32_t last_decided; /* effective round of the decoder's anchor, VMN_NONE */
    uint32_t tentative;    /* first of its undecided bursts, VMN_NONE */
    uint16_t tagsets[VMN_STREAM_TAGSETS];
    uint8_t n_tagsets;
    bool dirty;    /* changed since it was settled */
    bool extended; /* decided bursts were given undecided rounds, when it was settled */
    vmn_decoder decoder;
};

/* One interface with one stack of tags; variants (SLL packet types) count as paths of their own. */
typedef struct {
    vmn_path shown;
    uint32_t variant;
    uint16_t tagset;
} vmn_path_data;

typedef struct {
    uint16_t vlans[VMN_MAX_VLANS];
    uint8_t n_vlans;
    uint32_t vni;
} vmn_tagset;

/* What frames look like, apart from addresses. */
typedef struct {
    uint32_t length;
    uint16_t ethertype;
    uint8_t opcode;
    bool padding_zero;
    bool asks_broadcast; /* target protocol address 255.255.255.255 (U-Boot) */
    bool asks_for_other; /* sender and target hardware address differ */
} vmn_shape;

/* A burst whose schedule is not believed, and what the decoder holds of it. */
typedef struct {
    uint32_t burst;
    vmn_track track;
} vmn_forgotten;

struct vmn_engine {
    vmn_config config;
    vmn_schedules *schedules;
    vmn_decoder_rules rules;
    GHashTable *macs; /* of vmn_mac, which begins with its key */
    GPtrArray *mac_list, *stream_list;
    GArray *records, *rounds, *bursts;
    uint32_t n_records, n_rounds; /* the arrays are longer: they grow by VMN_MORE */
    GArray *waiting;              /* vmn_waiting: of the last records, those not tracked yet */
    GArray *paths, *tagsets, *shapes;
    GHashTable *path_index;
    uint16_t last_path, last_shape;
    uint32_t free_burst; /* chain of bursts given back, VMN_NONE */
    int64_t first_time, last_time;
    bool any_time;
    GArray *begun; /* vmn_begun that have no causal number yet */
    uint32_t causal_bursts;
    vmn_stream *last_stream; /* of the record added last */
    GHashTable *answers;     /* round + 1 → first reply's frame */
    GHashTable *replies;     /* record + 1 of a reply → vmn_mac that it names */
    GHashTable *answer_to;   /* record + 1 → request's round + 1 */
    bool settled;
    bool withdrawn;  /* a record was withdrawn after it had been tracked */
    uint32_t cursor; /* record that was found last */
    /* Made by vmn_engine_settle(). */
    GArray *order;                /* burst indices by number */
    GArray *events;               /* vmn_event */
    GArray *forgotten;            /* vmn_forgotten */
    GHashTable *answered;         /* as `answers`, but of the rounds that sightings show */
    GHashTable *burst_path_index; /* burst number → GArray of path numbers; made when asked for */
    struct {
        uint32_t burst, j, round;
    } round_cursor; /* round of a burst that was asked for last */
};

/* Records or rounds that room is made for: at first, and then at once. To grow is to copy, but
 * what is not touched takes no memory. */
#define VMN_FEW 1024
#define VMN_MORE 65536
#define VMN_CROWD 256 /* records that are worth sorting by their MAC before they are tracked */

#define VMN_RECORD(e, i) (&g_array_index((e)->records, vmn_record, i))
#define VMN_ROUND(e, i) (&g_array_index((e)->rounds, vmn_round_data, i))
#define VMN_BURST(e, i) (&g_array_index((e)->bursts, vmn_burst_data, i))
#define VMN_SHAPE(e, i) (&g_array_index((e)->shapes, vmn_shape, i))
#define VMN_PATH(e, i) (&g_array_index((e)->paths, vmn_path_data, i))

/*
 * Track the records that wait. Most frames are never asked about one by one, so
 * they are only noted when they come. All is then as if they had been tracked at once.
 */
void vmn_track_waiting(vmn_engine *engine);

static inline void vmn_catch_up(vmn_engine *engine)
{
    if (engine->waiting->len > 0)
        vmn_track_waiting(engine);
}

/*
 * Track all records afresh, since one was withdrawn after it had been tracked: what it did to its
 * stream cannot be taken back piece by piece. All rounds that records show must belong to bursts.
 */
__attribute__((cold)) void vmn_track_again(vmn_engine *engine);

/* When a tracked record came (not a reply): to the ns within 2 s of its round, else to the µs. */
static inline int64_t vmn_record_time(const vmn_engine *e, const vmn_record *record)
{
    return VMN_ROUND(e, record->round)->time +
           record->delta * (record->coarse ? VMN_US : INT64_C(1));
}

/* The round that a round is a sighting of, or itself. */
uint32_t vmn_effective_round(const vmn_engine *engine, uint32_t round);

/* The schedule of a burst. */
const vmn_schedule *vmn_burst_schedule(const vmn_engine *engine, const vmn_burst_data *burst);

/* How many foretold intervals it takes to believe that a schedule's announcer sends frames of this
 * length (octets) for this MAC. */
unsigned vmn_intervals_needed(const vmn_schedule *schedule, uint32_t length, const vmn_mac *mac);

/* What the schedule says about the interval before a round; false where it says nothing. */
bool vmn_expected(const vmn_engine *engine, const vmn_track *track, uint32_t position,
                  unsigned missing, unsigned round_flags, int64_t *expected);

/* relations.c: events, companions, hosts, announcers; called while settling, bursts are numbered.
 */
void vmn_relate(vmn_engine *engine);

/* Give the bursts back what vmn_relate() changed of the decoder's answer. */
void vmn_remember_schedules(vmn_engine *engine);

/* settle.c: decide one round of a stream; `user` is a vmn_decision. */
typedef struct {
    vmn_engine *engine;
    vmn_stream *stream;
    uint32_t last; /* effective round of the column before */
    bool for_good;
} vmn_decision;
void vmn_decide_round(void *user, const vmn_column *column, const vmn_node *node);

/* Forget the undecided bursts of a stream. */
void vmn_forget_tentative(vmn_engine *engine, vmn_stream *stream);

#endif
