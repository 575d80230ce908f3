/* relations.c
 * What bursts have to do with each other, and who sends them: events,
 * companions, inferred hosts, announcers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "internal.h"

#include <string.h>

#define PHASE_TOLERANCE (3 * VMN_MS / 2) /* ns: ticks of one host agree this well … */
#define PHASE_DRIFT 20e-6                /* … plus this much for each second between them */
#define PHASE_MEMORY (600 * VMN_S)       /* a host's phase is not carried further than this */

/* A host as its ticks show it: phase at a moment, and its drift. */
typedef struct {
    int64_t period, time, phase; /* ns; phase of the tick at `time`, in [0, period) */
    double drift;                /* ns of phase for each ns of time */
} host_clock;

static vmn_burst_data *numbered(vmn_engine *e, uint32_t i)
{
    return VMN_BURST(e, g_array_index(e->order, uint32_t, i));
}

static int64_t start_of(vmn_engine *e, uint32_t burst_index)
{
    return VMN_ROUND(e, VMN_BURST(e, burst_index)->first)->time;
}

/* ---- events -----------------------------------------------------------------------------------
 */

static gint by_start(gconstpointer a, gconstpointer b, gpointer engine)
{
    vmn_engine *e = engine;
    uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    int64_t x = start_of(e, i), y = start_of(e, j);

    if (x != y)
        return x < y ? -1 : 1;
    return (VMN_BURST(e, i)->number > VMN_BURST(e, j)->number) -
           (VMN_BURST(e, i)->number < VMN_BURST(e, j)->number);
}

/* Burst indices in order of their start. */
static GArray *bursts_by_start(vmn_engine *e)
{
    GArray *sorted = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), e->order->len);

    g_array_append_vals(sorted, e->order->data, e->order->len);
    g_array_sort_with_data(sorted, by_start, e);
    return sorted;
}

/* Number events by their first burst and sum them up. */
static void sum_up_events(vmn_engine *e, uint32_t n_groups)
{
    uint32_t *number = g_new0(uint32_t, n_groups + 1);
    GHashTable *macs = g_hash_table_new(NULL, NULL);

    for (uint32_t i = 0; i < e->order->len; i++) {
        vmn_burst_data *b = numbered(e, i);
        vmn_event *event;
        int64_t start = VMN_ROUND(e, b->first)->time;

        if (number[b->event] == 0) {
            vmn_event fresh = {.number = e->events->len + 1,
                               .first_burst = b->number,
                               .first_frame = b->first_frame,
                               .start = start};

            number[b->event] = fresh.number;
            g_array_append_val(e->events, fresh);
        }
        b->event = number[b->event];
        event = &g_array_index(e->events, vmn_event, b->event - 1);
        event->n_bursts++;
        if (start < event->start) {
            event->span += event->start - start;
            event->start = start;
        }
        event->span = MAX(event->span, VMN_ROUND(e, b->last)->time - event->start);
        /* An event has each MAC once at most, but for tenants and immediate restarts. */
        if (g_hash_table_lookup(macs, b->stream->mac) != GUINT_TO_POINTER(b->event)) {
            g_hash_table_insert(macs, b->stream->mac, GUINT_TO_POINTER(b->event));
            event->macs++;
        }
    }
    g_hash_table_destroy(macs);
    g_free(number);
}

static void find_events(vmn_engine *e, const GArray *sorted)
{
    uint32_t group = 0;

    for (unsigned i = 0; i < sorted->len; i++) {
        uint32_t index = g_array_index(sorted, uint32_t, i);

        if (i == 0 || start_of(e, index) - start_of(e, g_array_index(sorted, uint32_t, i - 1)) >
                          e->config.event_window)
            group++;
        VMN_BURST(e, index)->event = group;
    }
    sum_up_events(e, group);
}

/* ---- companions -------------------------------------------------------------------------------
 */

static uint32_t first_single_from(vmn_engine *e, const GArray *singles, int64_t time)
{
    uint32_t from = 0, to = singles->len;

    while (from < to) {
        uint32_t middle = (from + to) / 2;

        if (start_of(e, g_array_index(singles, uint32_t, middle)) < time)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* A later round of a burst lies next to singles of other MACs: the nearest burst takes each. */
static void offer_round(vmn_engine *e, const GArray *singles, uint32_t round, uint64_t *nearest)
{
    const vmn_round_data *r = VMN_ROUND(e, round);
    const vmn_burst_data *b = VMN_BURST(e, r->burst);
    int64_t window = e->rules.copy_window;

    for (uint32_t i = first_single_from(e, singles, r->time - window); i < singles->len; i++) {
        vmn_burst_data *single = VMN_BURST(e, g_array_index(singles, uint32_t, i));
        int64_t away = VMN_ROUND(e, single->first)->time - r->time;

        if (away > window)
            break;
        if (single->stream->mac == b->stream->mac || (uint64_t)ABS(away) >= nearest[i])
            continue;
        nearest[i] = (uint64_t)ABS(away);
        single->companion = b->number;
        single->companion_round = round;
        single->companion_of = true;
    }
}

/*
 * A MAC announced once, together with a later round of another MAC's burst:
 * probably a guest inside that machine (captures/README.md, reference case).
 */
static void find_companions(vmn_engine *e, const GArray *sorted)
{
    GArray *singles = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    uint64_t *nearest;

    for (unsigned i = 0; i < sorted->len; i++) {
        uint32_t index = g_array_index(sorted, uint32_t, i);

        if (VMN_BURST(e, index)->state == VMN_STATE_SINGLE)
            g_array_append_val(singles, index);
    }
    nearest = g_new(uint64_t, singles->len + 1);
    memset(nearest, 0xff, (singles->len + 1) * sizeof(*nearest));
    for (unsigned i = 0; singles->len > 0 && i < sorted->len; i++) {
        const vmn_burst_data *b = VMN_BURST(e, g_array_index(sorted, uint32_t, i));
        uint32_t round = b->rounds > 1 ? VMN_ROUND(e, b->first)->next : VMN_NONE;

        for (; round != VMN_NONE; round = VMN_ROUND(e, round)->next)
            offer_round(e, singles, round, nearest);
    }
    for (unsigned i = 0; i < singles->len; i++) {
        vmn_burst_data *single = VMN_BURST(e, g_array_index(singles, uint32_t, i));
        vmn_burst_data *b;

        if (single->companion == 0)
            continue;
        b = numbered(e, single->companion - 1);
        if (b->companion == 0)
            b->companion = single->number;
    }
    g_array_free(singles, TRUE);
    g_free(nearest);
}

/* ---- hosts by tick phase -----------------------------------------------------------------------
 */

static int64_t modulo(int64_t a, int64_t b)
{
    int64_t m = a % b;

    return m < 0 ? m + b : m;
}

/*
 * The clock that a burst's ticks show: where in the period they fall, and how
 * that moves (least squares over the tick numbers). False when too few rounds
 * lie on the timer to say so: the immediate round (tick 0) does not.
 */
static bool clock_of(const vmn_engine *e, const vmn_burst_data *b, host_clock *clock)
{
    const vmn_schedule *s = vmn_burst_schedule(e, b);
    int64_t period = b->track.params.base, origin = 0;
    double n = 0, sum_x = 0, sum_y = 0, sum_xx = 0, sum_xy = 0;

    if (s->family != VMN_FAMILY_FIBONACCI)
        return false;
    for (uint32_t i = b->first; i != VMN_NONE; i = VMN_ROUND(e, i)->next) {
        const vmn_round_data *r = VMN_ROUND(e, i);
        uint32_t place = b->track.first + r->position - 1;
        double x, y;

        if (place == 0)
            continue;
        x = (double)vmn_schedule_tick(place) * (double)period;
        if (n == 0)
            origin = r->time - (int64_t)x;
        y = (double)(r->time - origin) - x;
        n++, sum_x += x, sum_y += y, sum_xx += x * x, sum_xy += x * y;
    }
    if (n < 3)
        return false;
    clock->period = period;
    clock->drift = (n * sum_xy - sum_x * sum_y) / (n * sum_xx - sum_x * sum_x);
    clock->time = origin + (int64_t)(sum_x / n);
    clock->phase = modulo(origin + (int64_t)(sum_y / n), period);
    return true;
}

/* How far apart two clocks' phases are at the second one's time (ns), and what still counts as the
 * same. */
static bool same_host(const host_clock *a, const host_clock *b)
{
    int64_t apart = b->time - a->time, difference, allowed;

    if (a->period != b->period || ABS(apart) > PHASE_MEMORY)
        return false;
    difference = modulo(b->phase - a->phase - (int64_t)(a->drift * (double)apart), a->period);
    difference = MIN(difference, a->period - difference);
    allowed = PHASE_TOLERANCE + (int64_t)(PHASE_DRIFT * (double)ABS(apart));
    return difference <= MIN(allowed, a->period / 50);
}

static void find_hosts(vmn_engine *e, const GArray *sorted)
{
    GArray *hosts = g_array_new(FALSE, FALSE, sizeof(host_clock));

    for (unsigned i = 0; i < sorted->len; i++) {
        vmn_burst_data *b = VMN_BURST(e, g_array_index(sorted, uint32_t, i));
        host_clock clock;
        unsigned from = hosts->len > 256 ? hosts->len - 256 : 0, k;

        if (!clock_of(e, b, &clock))
            continue;
        for (k = from; k < hosts->len; k++)
            if (same_host(&g_array_index(hosts, host_clock, k), &clock))
                break;
        if (k == hosts->len)
            g_array_append_val(hosts, clock);
        else
            g_array_index(hosts, host_clock, k) = clock;
        b->host = k + 1;
    }
    g_array_free(hosts, TRUE);
}

/* Two bursts of one MAC run at the same time: one host does not do that without a restart. */
static void find_rivals(vmn_engine *e)
{
    for (uint32_t i = 0; i < e->order->len; i++) {
        vmn_burst_data *b = numbered(e, i);
        vmn_burst_data *before = b->before != VMN_NONE ? VMN_BURST(e, b->before) : NULL;
        bool overlap, strangers;

        if (before == NULL || !before->alive)
            continue;
        overlap = before->track.time > VMN_ROUND(e, b->first)->time;
        strangers = before->host > 0 && b->host > 0 && before->host != b->host &&
                    (b->flags & VMN_FLAG_RESTART);
        if (overlap || strangers) {
            b->flags |= VMN_FLAG_SEVERAL_HOSTS;
            before->flags |= VMN_FLAG_SEVERAL_HOSTS;
        }
    }
}

/* ---- announcers --------------------------------------------------------------------------------
 */

/* VMware's address ranges: 00:50:56, 00:0c:29, 00:05:69 (IEEE registry). */
static bool is_vmware_address(const uint8_t *mac)
{
    static const uint8_t ranges[][3] = {{0x00, 0x50, 0x56}, {0x00, 0x0c, 0x29}, {0x00, 0x05, 0x69}};

    for (unsigned i = 0; i < G_N_ELEMENTS(ranges); i++)
        if (memcmp(mac, ranges[i], 3) == 0)
            return true;
    return false;
}

/* Intervals of a burst that its schedule foretells and that came as foretold. */
static unsigned foretold_intervals(const vmn_engine *e, const vmn_burst_data *b)
{
    unsigned n = 0;
    int64_t expected;

    for (uint32_t i = b->first; i != VMN_NONE; i = VMN_ROUND(e, i)->next) {
        const vmn_round_data *r = VMN_ROUND(e, i);

        if (!(r->flags & VMN_ROUND_OFF) &&
            vmn_expected(e, &b->track, r->position, r->missing, r->flags, &expected))
            n++;
    }
    return n;
}

unsigned vmn_intervals_needed(const vmn_schedule *schedule, uint32_t length, const vmn_mac *mac)
{
    switch (schedule->announcer) {
    case VMN_ANNOUNCER_ESXI:
        if (length == 60 && is_vmware_address(mac->address))
            return 0;
        return length == 60 ? 1 : 2;
    case VMN_ANNOUNCER_QEMU:
    case VMN_ANNOUNCER_USER:
        return 1;
    case VMN_ANNOUNCER_OVN:
        return length == 42 ? 1 : 2;
    case VMN_ANNOUNCER_CLOUD_HYPERVISOR:
        return 2;
    default:
        return 3;
    }
}

/* Two rounds, and nothing that says how far apart they should be. */
static void forget_schedule(vmn_engine *e, vmn_burst_data *b)
{
    vmn_round_data *second = VMN_ROUND(e, b->last);
    vmn_forgotten before = {.burst = second->burst, .track = b->track};

    g_array_append_val(e->forgotten, before);
    b->track.schedule = VMN_SCHEDULE_IRREGULAR;
    b->track.params.base = second->time - VMN_ROUND(e, b->first)->time;
    b->missing = second->missing = 0;
    second->position = 2;
    b->flags &= ~(unsigned)VMN_FLAG_MISSING;
}

void vmn_remember_schedules(vmn_engine *e)
{
    for (unsigned i = 0; i < e->forgotten->len; i++) {
        const vmn_forgotten *f = &g_array_index(e->forgotten, vmn_forgotten, i);
        vmn_burst_data *b = VMN_BURST(e, f->burst);
        vmn_round_data *second = VMN_ROUND(e, b->last);

        b->track = f->track;
        second->position = b->track.place - b->track.first + 1;
        second->missing = (uint8_t)b->track.missing;
    }
    g_array_set_size(e->forgotten, 0);
}

/* A station is a client when it was seen to be one, or when one asked in its name. */
static bool is_client(const vmn_engine *e, const vmn_mac *mac)
{
    const vmn_mac *sender = mac->sender != 0 ? g_hash_table_lookup(e->macs, &mac->sender) : NULL;

    return mac->client || (sender != NULL && sender->client);
}

static void name_announcer(vmn_engine *e, vmn_burst_data *b)
{
    const vmn_schedule *s = vmn_burst_schedule(e, b);
    const vmn_shape *shape = VMN_SHAPE(e, b->shape);
    unsigned foretold = foretold_intervals(e, b);
    bool held_back = s->held_back && b->rounds >= 4;
    unsigned more = b->missing >= b->rounds ? 2 : 0; /* much is missing: more has to fit */

    b->announcer = VMN_ANNOUNCER_UNKNOWN;
    if (s->announcer != VMN_ANNOUNCER_UNKNOWN &&
        (held_back || foretold >= vmn_intervals_needed(s, shape->length, b->stream->mac) + more)) {
        b->announcer = (uint8_t)s->announcer;
    } else if (s->family == VMN_FAMILY_FIBONACCI && foretold == 0 && b->rounds == 2) {
        forget_schedule(e, b); /* a free first interval alone is no schedule */
    }
    if (shape->asks_broadcast || shape->asks_for_other ||
        (is_client(e, b->stream->mac) && (foretold < 2 || b->answered)))
        b->announcer = VMN_ANNOUNCER_RARP_CLIENT;
    else if (b->announcer == VMN_ANNOUNCER_RARP_CLIENT)
        b->flags |= VMN_FLAG_CLIENT_BY_TIMING;
    b->announcer_name = b->announcer == VMN_ANNOUNCER_USER
                            ? s->announcer_name
                            : vmn_announcer_name((vmn_announcer)b->announcer);
}

static bool is_bare_single(const vmn_engine *e, const vmn_burst_data *b)
{
    return b->state == VMN_STATE_SINGLE && VMN_SHAPE(e, b->shape)->length == 42 &&
           VMN_SHAPE(e, b->shape)->ethertype == 0x8035 && b->announcer == VMN_ANNOUNCER_UNKNOWN;
}

/* Open vSwitch's learning packets: one unpadded frame a MAC, several MACs at once. */
static void name_learning_packets(vmn_engine *e)
{
    uint32_t *singles = g_new0(uint32_t, e->events->len + 1);

    for (uint32_t i = 0; i < e->order->len; i++)
        if (is_bare_single(e, numbered(e, i)))
            singles[numbered(e, i)->event]++;
    for (uint32_t i = 0; i < e->order->len; i++) {
        vmn_burst_data *b = numbered(e, i);

        if (is_bare_single(e, b) && singles[b->event] >= 2) {
            b->announcer = VMN_ANNOUNCER_OVS;
            b->announcer_name = vmn_announcer_name(VMN_ANNOUNCER_OVS);
        }
    }
    g_free(singles);
}

void vmn_relate(vmn_engine *e)
{
    GArray *sorted = bursts_by_start(e);

    find_events(e, sorted);
    find_companions(e, sorted);
    find_hosts(e, sorted);
    find_rivals(e);
    for (uint32_t i = 0; i < e->order->len; i++)
        name_announcer(e, numbered(e, i));
    name_learning_packets(e);
    g_array_free(sorted, TRUE);
}
