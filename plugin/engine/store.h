/* store.h
 * What an engine remembers.
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
 *
 * Decides: nothing. It holds what the files above decide.
 */
#ifndef VMN_STORE_H
#define VMN_STORE_H

#include "decoder.h"
#include "looks.h"

#define VMN_STREAM_TAGSETS                                                                         \
    10 /* tags that can all meet: five depths, with and without a network                          \
        */

/* Bits of vmn_round_data.flags. */
#define VMN_ROUND_ABSORBED 1 /* a sighting of the round `previous` */
#define VMN_ROUND_FREE 2     /* the schedule does not say how long the interval before it is */
#define VMN_ROUND_STORM 4    /* repeated on one path far more often than copies are */
#define VMN_ROUND_LATE 32    /* it came late, and those after it kept their times */
#define VMN_ROUND_OPEN 16    /* likewise, by the schedule that is shown */
#define VMN_ROUND_OFF 8      /* deviation above the tolerance */

typedef struct {
    uint32_t frame;
    uint32_t round; /* VMN_NONE: none (replies), or not tracked yet */
    union {
        struct {
            uint32_t sighting; /* from 1 */
            int32_t delta;     /* since the round's time: ns, or µs if coarse; clamped */
        };
        int64_t when; /* of a reply */
    };
    uint32_t path;
    uint16_t shape;
    uint8_t layer;
    uint8_t kind : 2; /* vmn_kind by the fields alone */
    bool coarse : 1;
    bool unseen : 1; /* it was on no wire, and shows no round */
} vmn_record;

G_STATIC_ASSERT(sizeof(vmn_record) == 24); /* there are millions of them */

/* What a record that waits to be tracked holds beside its vmn_record. */
typedef struct {
    int64_t when;
    uint8_t mac[6];
} vmn_waiting;

/* The record at which a round was first taken for a burst's first one. */
typedef struct {
    uint32_t record, round;
} vmn_begun;

typedef struct {
    int64_t when;
    uint32_t frame;            /* of its first sighting */
    uint32_t burst;            /* index, VMN_NONE while undecided */
    uint32_t previous, next;   /* rounds of the burst; VMN_NONE: none */
    uint32_t sightings;        /* made by vmn_engine_settle() */
    uint32_t causal_sightings; /* as they came, with the round that they seemed to show then */
    uint32_t position;         /* in the burst, from 1, missing rounds counted */
    uint32_t causal_burst;     /* number given when it was first taken for a burst's first round */
    uint32_t causal_frames;    /* of its burst before it, as known when it came */
    uint8_t skipped;           /* rounds missing before it, as the decoder explained it … */
    uint8_t missing; /* … and as is shown; this and position are made by vmn_engine_settle() */
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
    bool joined; /* by passes.h, of several that the decoder made */
    vmn_track track;
    /* All below is made by vmn_engine_settle(). */
    uint32_t number;
    uint32_t rounds, missing, frames, first_frame, last_frame;
    vmn_track shown;        /* the schedule and the places of the rounds that are shown */
    int64_t next_start;     /* ns: when the stream's next burst began, or INT64_MAX */
    float confidence;       /* that the best announcer is right */
    uint8_t head_missing;   /* rounds missing before the first seen one */
    uint8_t also_fits;      /* other announcers that may be it, as bits */
    uint32_t foretold, off; /* intervals that the schedule foretells, and those off schedule */
    uint32_t event, host, companion; /* numbers; companion is a burst's */
    uint32_t rival;                  /* number of a burst of another host at the same time, or 0 */
    uint32_t companion_round;        /* of that other burst */
    bool companion_of;               /* it came along, not the other one */
    uint16_t shape;                  /* of its first frame */
    uint8_t state, announcer;        /* vmn_state, vmn_announcer */
    const char *announcer_name;
    unsigned flags; /* vmn_flag */
    bool answered, edge_start, edge_end;
} vmn_burst_data;

/* What has to be known to undo that a burst was joined to the one before it (passes.h). */
typedef struct {
    uint32_t kept, absorbed;
    uint32_t after; /* the burst that followed the absorbed one, VMN_NONE */
    uint32_t last;  /* the kept one's last round, when (ns) that came, … */
    int64_t when;
    bool joined; /* … and whether it was joined before */
} vmn_join;

typedef struct {
    uint64_t key; /* the address as a number */
    uint32_t id;  /* in the engine's list */
    uint8_t address[6];
    float surest[VMN_ANNOUNCERS];  /* how sure its surest burst is of each, … */
    float support[VMN_ANNOUNCERS]; /* what its bursts say for each; made by vmn_engine_settle() */
    vmn_params own_params;  /* the parameters of its surest burst by a row that leaves them open; */
    float own_support;      /* nats */
    uint8_t own_row;        /* 0: none */
    bool client;            /* it asked as a RARP client, by its fields or by an answer */
    bool mixed;             /* its frames bear different tags, or are not in order of time */
    bool joined;            /* streams of it were joined, or bear the same tags */
    uint64_t sender;        /* key of another station that sent notices of it, 0: none */
    int64_t latest;         /* ns: the latest time of its frames so far … */
    uint32_t latest_record; /* … and the record of the last one */
    uint32_t n_streams;
    vmn_stream *streams; /* the one that was met last comes first */
    GHashTable *homes;   /* tags + 1 → stream, where there are many; else NULL */
} vmn_mac;

struct vmn_stream {
    vmn_stream *next, *before; /* of the same MAC */
    vmn_mac *mac;
    uint32_t last_decided; /* effective round of the decoder's anchor, VMN_NONE */
    uint32_t tentative;    /* first of its undecided bursts, VMN_NONE */
    uint32_t tagsets[VMN_STREAM_TAGSETS];
    uint8_t n_tagsets;
    bool dirty;    /* changed since it was settled */
    bool extended; /* decided bursts were given undecided rounds, when it was settled */
    vmn_decoder decoder;
};

/* What was tracked as it came of a MAC that is tracked again for the final answer; of a record. */
typedef struct {
    vmn_mac *mac;
    vmn_stream *streams;
    uint32_t n_streams;
    GHashTable *homes;
    bool client;
} vmn_mac_aside;
typedef struct {
    vmn_record record;
    uint32_t id;
    uint32_t answered; /* of a reply: the round that it answers + 1, 0: none */
} vmn_record_aside;

/* All of it, and how much there was of the rest; empty but while the engine is settled. */
typedef struct {
    GArray *macs, *records; /* NULL: nothing is put aside */
    vmn_stream *last_stream;
    uint32_t n_streams, n_bursts, n_rounds, free_burst;
} vmn_aside;

struct vmn_engine {
    vmn_config config;
    vmn_schedules *schedules;
    vmn_ways *ways;
    vmn_decoding decoding;
    GHashTable *macs; /* of vmn_mac, which begins with its key */
    GPtrArray *mac_list, *stream_list;
    GArray *records, *rounds, *bursts;
    uint32_t n_records, n_rounds; /* the arrays are longer: they grow by VMN_MORE */
    GArray *waiting;              /* vmn_waiting: of the last records, those not tracked yet */
    vmn_looks looks;
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
    bool mixed;      /* there is a MAC that is mixed */
    bool withdrawn;  /* a record was withdrawn after it had been tracked */
    uint32_t cursor; /* record that was found last */
    /* Made by vmn_engine_settle(). */
    vmn_aside aside;
    GArray *order;             /* burst indices by number */
    GArray *joins;             /* vmn_join, in the order in which they were made */
    GArray *events;            /* vmn_event */
    GHashTable *answered;      /* as `answers`, but of the rounds that sightings show */
    struct vmn_places *places; /* places.c */
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
#define VMN_SHAPE(e, i) (&g_array_index((e)->looks.shapes, vmn_shape, i))
#define VMN_PATH(e, i) (&g_array_index((e)->looks.paths, vmn_path_data, i))
#define VMN_NUMBERED(e, i) VMN_BURST(e, g_array_index((e)->order, uint32_t, i)) /* i from 0 */

/* Make sure that element i exists. */
void vmn_make_room(GArray *array, uint32_t i);

/* An address as a number. */
uint64_t vmn_key_of(const uint8_t *address);

/* Hash and comparison of the keys with which vmn_mac begins. */
guint vmn_hash_key(gconstpointer key);
gboolean vmn_equal_key(gconstpointer a, gconstpointer b);

/*
 * What is known of a MAC; made where there is none yet and `create` says so, else NULL. Where
 * another station asks for it (asker, else NULL), what that one asks is apart.
 */
vmn_mac *vmn_get_mac(vmn_engine *engine, const uint8_t *address, const uint8_t *asker, bool create);

/* A new stream of a MAC. */
vmn_stream *vmn_new_stream(vmn_engine *engine, vmn_mac *mac);

/* When a tracked record came (not a reply): to the ns within 2 s of its round, else to the µs. */
static inline int64_t vmn_record_time(const vmn_engine *e, const vmn_record *record)
{
    return VMN_ROUND(e, record->round)->when +
           record->delta * (record->coarse ? VMN_US : INT64_C(1));
}

/* The round that a round is a sighting of, or itself. */
uint32_t vmn_effective_round(const vmn_engine *engine, uint32_t round);

/* The schedule of a burst. */
const vmn_schedule *vmn_burst_schedule(const vmn_engine *engine, const vmn_burst_data *burst);

/* What the schedule says about the interval before a round; false where it says nothing. */
bool vmn_expected(const vmn_engine *engine, const vmn_track *track, uint32_t position,
                  unsigned missing, unsigned round_flags, int64_t *expected);

/* The same of a round of a burst as it is shown; what the round before was late is taken off. */
bool vmn_round_expected(const vmn_engine *engine, const vmn_burst_data *burst,
                        const vmn_round_data *round, int64_t *expected);

/* When a burst (by index, not number) began: the time (ns) of its first seen round. */
int64_t vmn_start_of(const vmn_engine *engine, uint32_t burst);

#endif
