/* fuzz_engine.c
 * libFuzzer target for the engine alone: any bytes become a configuration and
 * a sequence of frames and questions, and whatever comes of it has to hold
 * together.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 *   input = configuration (6 octets), then steps:
 *     operation, low 4 bits
 *       0–9    frame:  who, time step, shape             (3 octets)
 *       10     view of some record                       (1)
 *       11     settle
 *       12     clock: time step                          (1)
 *       13     evidence, burst and search of some record (1)
 *       14     look at every burst and event
 *       15     frame:  who, time (8), shape              (10)
 *
 * make_seeds.py writes the same from captures. Steps that run over the input's
 * end read zeros.
 */
#include "engine.h"
#include "replay.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MS INT64_C(1000000)
#define SECOND (1000 * MS)
#define MAX_FRAMES 4096

/* Not assert(): it has to work in release builds, and to say where. */
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);         \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is left of the input. */
typedef struct {
    const uint8_t *data;
    size_t size;
} input;

/* An engine, and what it was given. */
typedef struct {
    vmn_engine *engine;
    bool asks;             /* for views, on the way */
    uint32_t frame, layer; /* of the last record */
    int64_t when;
    uint32_t n;
    uint32_t frames[MAX_FRAMES]; /* likewise */
} subject;

static const int64_t steps[] = {0,
                                1,
                                1000,
                                10000,
                                100 * MS,
                                50 * MS,
                                150 * MS,
                                250 * MS,
                                350 * MS,
                                200 * MS,
                                SECOND,
                                2 * SECOND,
                                3 * SECOND,
                                4 * SECOND,
                                5 * SECOND,
                                6 * SECOND,
                                8 * SECOND,
                                10 * SECOND,
                                13 * SECOND,
                                16 * SECOND,
                                21 * SECOND,
                                5 * MS,
                                5 * MS + 1,
                                500 * MS,
                                30 * SECOND,
                                550 * MS,
                                40 * MS,
                                MS,
                                100000 * SECOND,
                                INT64_MAX,
                                INT64_MIN,
                                INT64_MAX / 2};

static const int64_t windows[] = {0, 1, 1000, MS, 5 * MS, SECOND, INT64_MAX, -1};

static uint8_t next_octet(input *in)
{
    if (in->size == 0)
        return 0;
    in->size--;
    return *in->data++;
}

static int64_t next_int64(input *in)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < 8; i++)
        value |= (uint64_t)next_octet(in) << (8 * i);
    return (int64_t)value;
}

/* time + step, stopping at the ends of the type: the sum is the fuzzer's, not the engine's. */
static int64_t moved(int64_t when, int64_t step)
{
    int64_t sum;

    if (__builtin_add_overflow(when, step, &sum))
        return step > 0 ? INT64_MAX : INT64_MIN;
    return sum;
}

/* A step of time from one octet: 32 sizes, both directions, every fourth a little off. */
static int64_t next_step(input *in)
{
    uint8_t octet = next_octet(in);
    int64_t step = steps[octet & 31];

    if (octet & 0x40)
        step = moved(step, 300000);
    if (octet & 0x80)
        step = step == INT64_MIN ? INT64_MAX : -step;
    return step;
}

static void read_config(input *in, vmn_config *config, vmn_user_schedule user[3])
{
    static const int64_t intervals[] = {SECOND, 2 * SECOND, 50 * MS, 1, INT64_MAX};
    uint8_t octet;

    vmn_config_init(config);
    octet = next_octet(in);
    if (octet & 0x80)
        config->copy_window = windows[octet & 7];
    octet = next_octet(in);
    if (octet & 0x80)
        config->event_window = windows[octet & 7];
    octet = next_octet(in);
    if (octet & 0x80)
        config->tolerance_percent = octet & 0x7f;
    octet = next_octet(in);
    if (octet & 0x80)
        config->tolerance_floor = windows[octet & 7];
    octet = next_octet(in);
    config->n_user = octet & 3;
    config->user = user;
    octet = next_octet(in);
    for (unsigned i = 0; i < config->n_user; i++) {
        user[i].name =
            i == 0 ? "a schedule whose name is longer than the engine has room for, by far" : "s";
        user[i].announcer = "someone";
        user[i].intervals = intervals + (i + octet) % 3;
        user[i].n = 1 + octet % 3;
    }
}

static void fill_addresses(vmn_frame *frame, uint8_t who, uint8_t shape)
{
    static const uint8_t prefixes[4][3] = {
        {0x00, 0x50, 0x56}, {0x52, 0x54, 0x00}, {0x00, 0x0c, 0x29}, {0xff, 0xff, 0xff}};

    memcpy(frame->tha, prefixes[who & 3], 3);
    frame->tha[5] = (uint8_t)(who >> 2 & 3);
    memcpy(frame->sha, frame->tha, 6);
    memcpy(frame->eth_src, frame->tha, 6);
    memset(frame->eth_dst, 0xff, 6);
    if ((shape & 7) == 1)
        frame->eth_src[5] ^= 0x10;
    if ((shape & 7) == 2)
        frame->sha[5] ^= 0x20;
    if ((shape & 7) == 3)
        frame->spa = frame->tpa = UINT32_MAX;
}

/* A frame with the number of the one that comes next: Wireshark's read filter does not let it
 * through. */
static void add_rejected(const subject *s, vmn_frame frame, uint8_t who, uint8_t shape)
{
    vmn_view view;

    fill_addresses(&frame, who ^ (shape >> 2 & 4), shape);
    CHECK(vmn_engine_add(s->engine, &frame, s->n % 2 == 0) == s->n);
    if (s->asks)
        vmn_engine_view(s->engine, s->n, &view);
}

/* Give the engine one frame at the time `when`. */
static void add_frame(subject *s, uint8_t who, int64_t when, uint8_t shape)
{
    vmn_frame frame = {.ethertype = 0x8035,
                       .opcode = 3,
                       .vni = VMN_NO_VNI,
                       .session = VMN_NO_SESSION,
                       .has_eth = true,
                       .length = 60,
                       .padding_zero = true};
    bool same_frame = (shape & 0xc0) == 0xc0 && s->frame > 0;

    if (s->n == MAX_FRAMES)
        return;
    fill_addresses(&frame, who, shape);
    frame.interface = who >> 4 & 3;
    if (who & 0x40) {
        frame.n_vlans = (uint8_t)(1 + (shape >> 3 & 3));
        frame.vlans[0] = who >> 7;
    }
    frame.vni = who >> 7 ? 5000 : VMN_NO_VNI;
    if ((shape & 7) == 4)
        frame.opcode = 4;
    if ((shape & 7) == 5)
        frame.ethertype = 0x0806;
    if ((shape & 7) == 6)
        frame.has_eth = false;
    if ((shape & 7) == 7)
        frame.length = 42;
    frame.padding_zero = !(shape & 8);
    frame.variant = shape >> 4 & 3;
    s->layer = same_frame ? s->layer + 1 : 0;
    s->frame = same_frame ? s->frame : moved(s->frame, 1);
    s->when = same_frame ? s->when : when;
    frame.frame = s->frame;
    frame.layer = s->layer;
    frame.when = s->when;
    if ((shape & 0xc0) == 0x80)
        add_rejected(s, frame, who, shape);
    CHECK(vmn_engine_add(s->engine, &frame, s->n % 3 == 0) == s->n);
    s->frames[s->n] = s->frame;
    s->n++;
    CHECK(vmn_engine_size(s->engine) == s->n);
}

/* Whether the frame number belongs to some record, or means "none". */
static bool is_frame(const subject *s, uint32_t frame)
{
    return frame == 0 || (frame <= s->frame && vmn_engine_find(s->engine, frame, 0) != VMN_NONE);
}

/* A view's answers. Probabilities as they are printed: i386 computes with other precision, and
 * most of what it says otherwise differs in the sixth digit. */
static void say_view(const vmn_view *v, const char *schedule)
{
    replay_say("view kind %d burst %u (%u..%u, %u+%u rounds, %u frames) state %d round %u", v->kind,
               v->burst, v->burst_first, v->burst_last, v->burst_rounds, v->burst_missing,
               v->burst_frames, v->state, v->round);
    replay_say(" prev %u next %u sighting %u of %u after %" PRId64 " elapsed %" PRId64, v->prev,
               v->next, v->sighting, v->sighting_of, v->sighting_delta, v->elapsed);
    if (v->has_delta)
        replay_say(" delta %" PRId64 " missing %u", v->delta, v->missing);
    if (v->has_expected)
        replay_say(" expected %" PRId64 " off %" PRId64, v->expected, v->deviation);
    replay_say(" by %s (%.2f, also %x), %s, tick %d %u", v->announcer_name, (double)v->confidence,
               v->also_fits, schedule, v->has_tick, v->tick);
    replay_say(" event %u (%u) companion %u host %u answer %u %u flags %x rival %u again %u",
               v->event, v->event_macs, v->companion, v->host, v->answered_in, v->answer_to,
               v->flags, v->rival, v->restarted);
}

static void say_burst(const vmn_burst *b)
{
    replay_say("burst %u %02x..%02x kind %d by %s (%.2f, also %x), %s, unit %" PRId64, b->number,
               b->mac[0], b->mac[5], b->kind, b->announcer_name, b->confidence, b->also_fits,
               b->schedule, b->unit);
    replay_say(" rounds %u+%u+%u frames %u (%u..%u) at %" PRId64 " span %" PRId64 " state %d",
               b->head_missing, b->rounds, b->missing, b->frames, b->first_frame, b->last_frame,
               b->start, b->span, b->state);
    replay_say(
        " event %u host %u companion %u of %u rival %u edges %d%d off %d %" PRId64 " flags %x",
        b->event, b->host, b->companion, b->companion_of, b->rival, b->edge_start, b->edge_end,
        b->has_max_deviation, b->has_max_deviation ? b->max_deviation : 0, b->flags);
}

/* What holds for any view, causal or final. */
static void check_view(const subject *s, uint32_t record, vmn_view *view)
{
    char name[VMN_NAME_LEN];

    memset(view, 0, sizeof *view);
    vmn_engine_view(s->engine, record, view);
    CHECK((unsigned)view->kind <= VMN_KIND_UNUSUAL);
    CHECK(vmn_kind_name(view->kind) != NULL);
    CHECK((unsigned)view->state <= VMN_STATE_SINGLE && vmn_state_name(view->state) != NULL);
    CHECK((unsigned)view->announcer <= VMN_ANNOUNCER_USER);
    CHECK(is_frame(s, view->prev) && is_frame(s, view->next) && is_frame(s, view->sighting_of));
    CHECK(is_frame(s, view->burst_first) && is_frame(s, view->burst_last));
    CHECK(is_frame(s, view->companion));
    CHECK(is_frame(s, view->answered_in) && is_frame(s, view->answer_to));
    if (view->burst == 0)
        return;
    CHECK(view->announcer_name != NULL && view->announcer_name[0] != '\0');
    memset(name, 'x', sizeof name);
    vmn_engine_schedule_name(s->engine, view, name);
    CHECK(name[0] != '\0' && memchr(name, '\0', sizeof name) != NULL);
    say_view(view, name);
    CHECK(view->round >= 1 && view->sighting >= 1);
    CHECK((view->sighting > 1) == (view->sighting_of != 0));
    CHECK(view->burst_rounds >= 1);
    CHECK(view->burst_last == 0 || view->burst_first <= view->burst_last);
    CHECK(!view->has_delta || (view->sighting == 1 && view->prev != 0));
    CHECK(!view->has_expected || view->has_delta);
    CHECK(view->missing == 0 || view->has_delta || view->sighting > 1);
}

/* What holds for a record's view once the engine is settled. */
static void check_final_view(const subject *s, uint32_t record)
{
    char name[VMN_NAME_LEN];
    vmn_view view;
    vmn_burst burst;

    check_view(s, record, &view);
    if (view.burst == 0) {
        CHECK(vmn_engine_burst_of(s->engine, record) == VMN_NONE);
        return;
    }
    CHECK(view.burst <= vmn_engine_n_bursts(s->engine));
    CHECK(vmn_engine_burst_of(s->engine, record) == view.burst - 1);
    vmn_engine_burst(s->engine, view.burst - 1, &burst);
    CHECK(burst.rounds == view.burst_rounds && burst.missing == view.burst_missing);
    CHECK(burst.frames == view.burst_frames && burst.state == view.state);
    CHECK(burst.first_frame == view.burst_first && burst.last_frame == view.burst_last);
    CHECK(memcmp(burst.mac, view.mac, 6) == 0);
    vmn_engine_schedule_name(s->engine, &view, name);
    CHECK(strcmp(burst.schedule, name) == 0);
    CHECK(view.round <= burst.rounds + burst.missing);
    CHECK(view.event == burst.event && view.event_macs >= 1);
    CHECK(s->frames[record] >= burst.first_frame && s->frames[record] <= burst.last_frame);
    CHECK(view.delta >= 0 && view.elapsed >= 0);
}

/* The rounds of burst i: in order, numbered with the missing ones, adding up. */
static void check_rounds(const subject *s, uint32_t i, const vmn_burst *burst)
{
    uint32_t missing = 0, sightings = 0;
    vmn_round round, before = {.round = 0};

    for (uint32_t j = 0; j < burst->rounds; j++) {
        vmn_engine_burst_round(s->engine, i, j, &round);
        CHECK(is_frame(s, round.frame) && round.frame != 0 && round.sightings >= 1);
        CHECK(round.has_delta == (j > 0));
        if (j == 0) {
            CHECK(round.round == 1 && round.missing == 0 && round.when == burst->start);
        } else {
            CHECK(round.when >= before.when);
            CHECK(round.round == before.round + 1 + round.missing);
        }
        missing += round.missing;
        sightings += round.sightings;
        before = round;
    }
    CHECK(missing == burst->missing && sightings == burst->frames);
    CHECK(before.round == burst->rounds + burst->missing);
    CHECK(moved(burst->start, burst->span) == before.when || burst->span == INT64_MAX);
}

static void check_burst(const subject *s, uint32_t i, const vmn_burst *burst)
{
    vmn_path paths[2];

    say_burst(burst);
    CHECK(burst->number == i + 1);
    CHECK(burst->rounds >= 1 && burst->frames >= burst->rounds);
    CHECK(burst->first_frame >= 1 && burst->first_frame <= burst->last_frame);
    CHECK(burst->span >= 0 && burst->unit >= 0);
    CHECK((unsigned)burst->state <= VMN_STATE_SINGLE);
    CHECK((burst->state == VMN_STATE_SINGLE) <= (burst->rounds == 1));
    CHECK(burst->event >= 1 && burst->event <= vmn_engine_n_events(s->engine));
    CHECK(burst->companion <= vmn_engine_n_bursts(s->engine) && burst->companion != burst->number);
    CHECK(burst->companion_of <= vmn_engine_n_bursts(s->engine));
    CHECK(burst->companion_of != burst->number);
    CHECK(vmn_engine_burst_paths(s->engine, i, paths, 2) >= 1);
    check_rounds(s, i, burst);
}

/* All bursts and events of a settled engine. */
static void check_bursts(const subject *s)
{
    uint32_t frames = 0, in_bursts = 0, in_events = 0;
    uint32_t first = 0;
    vmn_burst burst;
    vmn_event event;

    for (uint32_t i = 0; i < vmn_engine_n_bursts(s->engine); i++) {
        vmn_engine_burst(s->engine, i, &burst);
        check_burst(s, i, &burst);
        CHECK(burst.first_frame >= first); /* numbered in order of first sight */
        first = burst.first_frame;
        frames += burst.frames;
    }
    for (uint32_t record = 0; record < s->n; record++)
        in_bursts += vmn_engine_burst_of(s->engine, record) != VMN_NONE;
    CHECK(frames == in_bursts);
    for (uint32_t i = 0; i < vmn_engine_n_events(s->engine); i++) {
        vmn_engine_event(s->engine, i, &event);
        CHECK(event.number == i + 1 && event.n_bursts >= 1 && event.span >= 0);
        CHECK(event.macs >= 1 && event.macs <= event.n_bursts);
        CHECK(event.first_burst >= 1 && event.first_burst <= vmn_engine_n_bursts(s->engine));
        in_events += event.n_bursts;
    }
    CHECK(in_events == vmn_engine_n_bursts(s->engine));
}

/*
 * Previous and next point at each other, and time does not go back along them: from round to round,
 * for the first frame of a round (in the file) need not be its earliest, in a storm least of all.
 */
static void check_links(const subject *s)
{
    vmn_view view, other;

    for (uint32_t record = 0; record < s->n; record++) {
        uint32_t before;

        vmn_engine_view(s->engine, record, &view);
        if (view.sighting != 1 || view.prev == 0)
            continue;
        /* A frame with several layers may hold several MACs: the link then names the frame only. */
        if (vmn_engine_find(s->engine, view.prev, 1) != VMN_NONE ||
            vmn_engine_find(s->engine, s->frames[record], 1) != VMN_NONE)
            continue;
        before = vmn_engine_find(s->engine, view.prev, 0);
        vmn_engine_view(s->engine, before, &other);
        CHECK(other.next == s->frames[record] && other.burst == view.burst);
        CHECK(other.sighting == 1 && other.round + 1 + view.missing == view.round);
        CHECK(view.has_delta && view.delta >= 0 && view.elapsed >= other.elapsed);
    }
}

static void ask_about(const subject *s, uint32_t record)
{
    char *evidence = vmn_engine_evidence(s->engine, record);
    uint32_t found = vmn_engine_find(s->engine, s->frames[record], 0);

    CHECK(evidence != NULL);
    replay_say("%s", evidence);
    g_free(evidence);
    CHECK(found != VMN_NONE && found <= record && s->frames[found] == s->frames[record]);
    CHECK(vmn_engine_find(s->engine, s->frames[record], 200000) == VMN_NONE);
}

static void look_at_everything(subject *s)
{
    vmn_engine_settle(s->engine);
    CHECK(vmn_engine_is_settled(s->engine));
    check_bursts(s);
    for (uint32_t record = 0; record < s->n; record++)
        check_final_view(s, record);
    for (uint32_t record = 0; REPLAYING && record < s->n; record++)
        ask_about(s, record);
    check_links(s);
}

/* Run the steps; with questions == false only those that tell the engine something. */
static void run_steps(subject *s, input in)
{
    while (in.size > 0) {
        uint8_t operation = next_octet(&in) & 15, who, octet;
        int64_t when;
        vmn_view view;

        switch (operation) {
        case 10:
            octet = next_octet(&in);
            if (s->asks && s->n > 0)
                check_view(s, s->n - 1 - octet % s->n, &view);
            break;
        case 11:
            if (s->asks)
                vmn_engine_settle(s->engine);
            break;
        case 12:
            s->when = moved(s->when, next_step(&in));
            vmn_engine_clock(s->engine, s->when);
            break;
        case 13:
            octet = next_octet(&in);
            if (s->asks && s->n > 0)
                ask_about(s, s->n - 1 - octet % s->n);
            break;
        case 14:
            if (s->asks)
                look_at_everything(s);
            break;
        default:
            who = next_octet(&in);
            when = operation == 15 ? next_int64(&in) : moved(s->when, next_step(&in));
            add_frame(s, who, when, next_octet(&in));
            if (s->asks)
                check_view(s, s->n - 1, &view);
        }
    }
}

/* The final answer must not depend on what was asked on the way to it. */
static void check_same(const subject *asked, const subject *quiet)
{
    vmn_burst a, b;

    CHECK(vmn_engine_n_bursts(asked->engine) == vmn_engine_n_bursts(quiet->engine));
    CHECK(vmn_engine_n_events(asked->engine) == vmn_engine_n_events(quiet->engine));
    for (uint32_t i = 0; i < vmn_engine_n_bursts(asked->engine); i++) {
        vmn_engine_burst(asked->engine, i, &a);
        vmn_engine_burst(quiet->engine, i, &b);
        CHECK(memcmp(a.mac, b.mac, 6) == 0 && a.rounds == b.rounds && a.missing == b.missing);
        CHECK(a.frames == b.frames && a.first_frame == b.first_frame && a.start == b.start);
        CHECK(a.state == b.state && a.announcer == b.announcer && a.event == b.event);
        CHECK(strcmp(a.schedule, b.schedule) == 0);
    }
}

/* Begin anew; not memset(), for of the arrays only the first n count. */
static void start(subject *s, const vmn_config *config, bool asks)
{
    s->asks = asks;
    s->engine = vmn_engine_new(config);
    s->frame = s->layer = s->n = 0;
    s->when = INT64_C(1700000000) * SECOND;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static subject asked, quiet;
    input in = {data, size};
    vmn_user_schedule user[3];
    vmn_config config;

    read_config(&in, &config, user);
    start(&asked, &config, true);
    start(&quiet, &config, false);
    run_steps(&asked, in);
    run_steps(&quiet, in);
    look_at_everything(&asked);
    vmn_engine_settle(quiet.engine);
    check_same(&asked, &quiet);
    vmn_engine_free(asked.engine);
    vmn_engine_free(quiet.engine);
    return 0;
}
