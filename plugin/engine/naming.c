/* naming.c
 * Announcers, how sure they are, and their evidence.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "naming.h"

#include <math.h>
#include <string.h>

#define MOST_FOR 20      /* nats: what one burst can say for a sender of its MAC … */
#define MOST_AGAINST 11  /* … and against it */
#define FEW_AGAINST 2    /* … if it has only one or two intervals, which the sender may keep */
#define CONTRADICTS 4.5F /* that much says another sender */
#define ENOUGH 5         /* so much have the others to say */
#define NOT_SURE 0.9F    /* of a sender that explains one burst of a MAC, but not the others */
#define ALSO 0.05F       /* who is less probable than this is not listed */
#define IMPOSSIBLE 40    /* nats */

/* ---- how common senders are, and what their frames look like -------------------------------- */

/* Cost of a frame length that other software sends: short ones are mostly padded to 60. One that is
 * unknown (0) says nothing, to nobody. */
static float length_of_others(uint32_t length)
{
    switch (length) {
    case 0:
        return 0;
    case 60:
        return 0.8F;
    case 42:
        return 1.6F;
    case 46:
    case 64:
        return 2.3F;
    default:
        return 3.0F;
    }
}

/* Cost of the frame's look for a row of the table. */
static float look_cost(const vmn_schedule *s, const vmn_shape *shape)
{
    float cost = 0;

    if (!vmn_schedule_has_length(s, shape->length))
        return IMPOSSIBLE;
    if (shape->ethertype != 0x8035)
        return IMPOSSIBLE; /* all of them use RARP's own */
    if (s->lengths[0] == 0)
        cost += length_of_others(shape->length);
    if (!shape->padding_zero && shape->length == 60)
        cost += 2;
    if (shape->has_address)
        cost += s->announcer == VMN_ANNOUNCER_ESXI ? 2 : 4;
    return cost;
}

/* ---- the comparison ---------------------------------------------------------------------------
 */

static float add_costs(float a, float b)
{
    float low = MIN(a, b), high = MAX(a, b);

    return isinf(high) ? low : low - log1pf(expf(low - high));
}

static void rank_rows(const vmn_rules *rules, const vmn_evidence *evidence, vmn_ranking *r)
{
    float best[VMN_ANNOUNCERS];

    for (unsigned a = 0; a < VMN_ANNOUNCERS; a++)
        best[a] = INFINITY;
    for (unsigned i = VMN_SCHEDULE_IRREGULAR + 1; i < rules->n_list; i++) {
        const vmn_schedule *s = &rules->list[i];
        vmn_fit fit;
        float cost;

        if (s->announcer == VMN_ANNOUNCER_UNKNOWN)
            continue;
        cost = s->prior + look_cost(s, evidence->shape);
        if (cost >= IMPOSSIBLE)
            continue;
        if (!vmn_fit_row(rules, i, evidence->row == i ? &evidence->params : NULL,
                         &evidence->intervals, &fit))
            continue;
        cost += fit.cost;
        if (cost < best[s->announcer]) {
            best[s->announcer] = cost;
            r->row[s->announcer] = (uint8_t)i;
            r->foretold[s->announcer] = fit.foretold;
            r->params[s->announcer] = fit.params;
        }
        r->cost[s->announcer] = add_costs(r->cost[s->announcer], cost);
    }
}

/* Probabilities from costs and the address. */
static void weigh(const float *cost, const uint8_t *mac, float *share)
{
    vmn_range where = vmn_looks_range(mac);
    float least = INFINITY, sum = 0;

    for (unsigned a = 0; a < VMN_ANNOUNCERS; a++) {
        share[a] = cost[a] + vmn_sender_range_cost((vmn_announcer)a, where);
        least = MIN(least, share[a]);
    }
    for (unsigned a = 0; a < VMN_ANNOUNCERS; a++) {
        share[a] = expf(least - share[a]);
        sum += share[a];
    }
    for (unsigned a = 0; a < VMN_ANNOUNCERS; a++)
        share[a] /= sum;
}

/*
 * What so many foretold intervals can say for a sender, in nats against other software: whoever it
 * looks like, others send such frames, and anybody may send two of them a round time apart.
 */
static void doubt(const vmn_intervals *in, vmn_ranking *r)
{
    float most[] = {0, 2, 5};

    if (in->n > 0 && in->followed && in->watched < 4 * in->gaps[in->n - 1])
        most[1] = 0; /* and soon one more */
    /* of those that are known; the user knows who sends by his own schedule */
    for (unsigned a = VMN_ANNOUNCER_ESXI; a < VMN_ANNOUNCER_USER; a++)
        if (r->foretold[a] < G_N_ELEMENTS(most))
            r->cost[a] = MAX(r->cost[a], r->cost[VMN_ANNOUNCER_UNKNOWN] - most[r->foretold[a]]);
}

void vmn_rank(const vmn_rules *rules, const vmn_evidence *evidence, vmn_ranking *r)
{
    for (unsigned a = 0; a < VMN_ANNOUNCERS; a++) {
        r->cost[a] = INFINITY;
        r->row[a] = VMN_SCHEDULE_IRREGULAR;
        r->foretold[a] = 0;
    }
    rank_rows(rules, evidence, r);
    r->cost[VMN_ANNOUNCER_UNKNOWN] = VMN_COST_OTHER + length_of_others(evidence->shape->length) +
                                     vmn_fit_other(&evidence->intervals);
    doubt(&evidence->intervals, r);
    if (evidence->answered || evidence->shape->asks_broadcast) /* nobody else does */
        r->cost[VMN_ANNOUNCER_RARP_CLIENT] = r->cost[VMN_ANNOUNCER_UNKNOWN] - 10;
    else if (evidence->client)
        r->cost[VMN_ANNOUNCER_RARP_CLIENT] =
            MIN(r->cost[VMN_ANNOUNCER_RARP_CLIENT], r->cost[VMN_ANNOUNCER_UNKNOWN]) - 6;
    weigh(r->cost, evidence->mac, r->share);
}

vmn_announcer vmn_named(const vmn_ranking *r, float *confidence)
{
    unsigned best = VMN_ANNOUNCER_ESXI;

    for (unsigned a = best + 1; a < VMN_ANNOUNCERS; a++)
        if (r->share[a] > r->share[best])
            best = a;
    *confidence = r->share[best];
    return *confidence >= VMN_SURE ? (vmn_announcer)best : VMN_ANNOUNCER_UNKNOWN;
}

unsigned vmn_also_fits(const vmn_ranking *r, vmn_announcer named)
{
    unsigned bits = 0;

    for (unsigned a = VMN_ANNOUNCER_ESXI; a < VMN_ANNOUNCERS; a++)
        if (a != (unsigned)named && r->share[a] >= ALSO)
            bits |= 1U << a;
    return bits;
}

/* ---- bursts -------------------------------------------------------------------------------------
 */

/* A station is a client when it was seen to be one, or when one asked in its name. */
static bool is_client(const vmn_engine *e, const vmn_mac *mac)
{
    const vmn_mac *sender = mac->sender != 0 ? g_hash_table_lookup(e->macs, &mac->sender) : NULL;

    return mac->client || (sender != NULL && sender->client);
}

/* The burst that came before in the same stream, if its rounds still count; NULL: none. */
static vmn_burst_data *burst_before(const vmn_engine *e, const vmn_burst_data *b)
{
    vmn_burst_data *before = b->before != VMN_NONE ? VMN_BURST(e, b->before) : NULL;

    return before != NULL && before->alive ? before : NULL;
}

/*
 * The intervals of a burst that were not sent all at once by a sender that was held back. Those of
 * a joined burst tell nothing: others' turns made them as long as they are.
 */
static void read_intervals(const vmn_engine *e, const vmn_burst_data *b, vmn_intervals *in)
{
    const vmn_burst_data *before = burst_before(e, b);

    *in = (vmn_intervals){
        .waited = before != NULL ? VMN_ROUND(e, b->first)->when - before->track.when : 0,
        .watched = MIN(b->next_start, e->last_time) - b->track.when,
        .followed = b->next_start < INT64_MAX};
    if (b->joined)
        return;
    for (uint32_t i = VMN_ROUND(e, b->first)->next; i != VMN_NONE; i = VMN_ROUND(e, i)->next) {
        const vmn_round_data *r = VMN_ROUND(e, i);
        int64_t gap = r->when - VMN_ROUND(e, r->previous)->when;

        if (in->n == 0 && gap <= e->decoding.rules.copy_window)
            in->at_once++;
        else if (in->n < VMN_FIT_MOST)
            in->gaps[in->n++] = MAX(gap, 1);
        else
            in->more = true;
    }
}

const vmn_params *vmn_own_params(const vmn_mac *mac, unsigned row)
{
    return mac->own_row > 0 && mac->own_row == row ? &mac->own_params : NULL;
}

/* own_row: of the parameters that the MAC has, 0: whatever the burst itself shows. */
static void rank_burst(const vmn_engine *e, const vmn_burst_data *b, uint8_t own_row,
                       vmn_ranking *r)
{
    const vmn_mac *mac = b->stream->mac;
    vmn_evidence evidence = {.shape = VMN_SHAPE(e, b->shape),
                             .mac = mac->address,
                             .answered = b->answered,
                             .client = is_client(e, mac),
                             .row = own_row,
                             .params = mac->own_params};

    read_intervals(e, b, &evidence.intervals);
    vmn_rank(&e->decoding.rules, &evidence, r);
}

/* What a burst says for an announcer, in nats against other software: no more than so much, each
 * way. */
static float speaks_for(const vmn_ranking *r, unsigned a)
{
    return CLAMP(r->cost[VMN_ANNOUNCER_UNKNOWN] - r->cost[a], -MOST_AGAINST, MOST_FOR);
}

/*
 * A sender with parameters of its own has the same in all bursts: what the surest one shows. Where
 * others show the same step, one that was joined late takes its interval then for the first one,
 * and one that ended early does not show the cap.
 */
static void learn_parameters(const vmn_engine *e, vmn_mac *mac, const vmn_ranking *r)
{
    float confidence;
    unsigned a = vmn_named(r, &confidence);
    const vmn_schedule *s = vmn_schedules_get(e->schedules, r->row[a]);
    float support = r->cost[VMN_ANNOUNCER_UNKNOWN] - r->cost[a];
    vmn_params own = r->params[a];

    if (a == VMN_ANNOUNCER_UNKNOWN || s->caps == 0 || vmn_params_equal(&own, &s->params))
        return;
    if (mac->own_row == r->row[a] && mac->own_params.step == own.step) {
        own.base = MIN(own.base, mac->own_params.base);
        own.cap = own.cap == 0 || (mac->own_params.cap > 0 && mac->own_params.cap < own.cap)
                      ? mac->own_params.cap
                      : own.cap;
        mac->own_params = own;
    } else if (support > mac->own_support) {
        mac->own_row = r->row[a];
        mac->own_params = own;
    }
    mac->own_support = MAX(mac->own_support, support);
}

/*
 * A burst of a MAC that has parameters of its own. Fitting them it does not speak against the
 * sender, and for it no more than it did: other software repeats itself as well.
 */
static void rank_by_own(const vmn_engine *e, const vmn_burst_data *b, vmn_ranking *r)
{
    unsigned row = b->stream->mac->own_row;
    unsigned a = vmn_schedules_get(e->schedules, row)->announcer;
    float least = MIN(r->cost[a], r->cost[VMN_ANNOUNCER_UNKNOWN]);

    rank_burst(e, b, (uint8_t)row, r);
    r->cost[a] = MAX(r->cost[a], least);
    weigh(r->cost, b->stream->mac->address, r->share);
}

/* What one or two intervals say is little, for a sender (see doubt()) or against one that may keep
 * them. */
static void count_for_mac(const vmn_burst_data *b, const vmn_ranking *r)
{
    vmn_mac *mac = b->stream->mac;

    for (unsigned a = VMN_ANNOUNCER_ESXI; a < VMN_ANNOUNCERS; a++) {
        bool vague = b->rounds <= 3 && r->foretold[a] > 0;

        mac->support[a] += MAX(speaks_for(r, a), vague ? -FEW_AGAINST : -MOST_AGAINST);
        mac->surest[a] = MAX(mac->surest[a], r->share[a]);
    }
}

/*
 * A MAC is mostly announced by the same software. A burst that says little is named like the one
 * that says most; and a sender that explains one burst, but not the others, does not explain the
 * MAC. (Bursts that are alike are not evidence twice: whatever other software does once, it does
 * again.)
 */
static void weigh_with_mac(const vmn_burst_data *b, vmn_ranking *r)
{
    const vmn_mac *mac = b->stream->mac;

    if (b->rounds < 2)
        return;
    for (unsigned a = VMN_ANNOUNCER_ESXI; a < VMN_ANNOUNCERS; a++) {
        float own = speaks_for(r, a);

        if (mac->support[a] < ENOUGH && mac->support[a] < own - 1 && r->share[a] > NOT_SURE) {
            r->share[VMN_ANNOUNCER_UNKNOWN] += r->share[a] - NOT_SURE;
            r->share[a] = NOT_SURE;
        } else if (own > -CONTRADICTS && mac->surest[a] > VMN_SURE && mac->support[a] >= ENOUGH &&
                   r->share[a] < mac->surest[a]) {
            for (unsigned k = 0; k < VMN_ANNOUNCERS; k++)
                r->share[k] *= 1 - mac->surest[a];
            r->share[a] += mac->surest[a];
        }
    }
}

/* Show the rounds as the decoder explained them. */
static void show_decoded(vmn_engine *e, vmn_burst_data *b)
{
    b->shown = b->track;
    for (uint32_t i = b->first, position = 0; i != VMN_NONE; i = VMN_ROUND(e, i)->next) {
        vmn_round_data *r = VMN_ROUND(e, i);

        r->missing = r->skipped;
        r->position = position += 1 + r->missing;
        r->flags &= (uint8_t)~VMN_ROUND_OPEN;
        if (r->flags & VMN_ROUND_FREE)
            r->flags |= VMN_ROUND_OPEN;
        b->missing += r->missing;
    }
}

/* Show them by another schedule: `fit` is its way through it. */
static void show_fit(vmn_engine *e, vmn_burst_data *b, unsigned schedule, const vmn_fit *fit)
{
    uint32_t position = 0, k = 0;

    b->shown = b->track;
    b->shown.schedule = (uint8_t)schedule;
    b->shown.params = fit->params;
    b->shown.first = fit->first;
    b->shown.held = VMN_HELD_NONE;
    for (uint32_t i = b->first; i != VMN_NONE; i = VMN_ROUND(e, i)->next, k++) {
        vmn_round_data *r = VMN_ROUND(e, i);

        r->missing = k > 0 && k <= VMN_FIT_MOST ? fit->skips[k - 1] : 0;
        r->position = position += 1 + r->missing;
        r->flags &= (uint8_t)~VMN_ROUND_OPEN;
        if (k == 1 && fit->free_first)
            r->flags |= VMN_ROUND_OPEN;
        b->missing += r->missing;
    }
    b->shown.place = fit->first + position - 1;
    b->shown.missing = b->missing;
}

/* Nothing is known of the sender: rounds as they came, no schedule. */
static void show_plain(vmn_engine *e, vmn_burst_data *b)
{
    static const vmn_fit none;

    show_fit(e, b, b->rounds > 1 ? VMN_SCHEDULE_IRREGULAR : VMN_SCHEDULE_FRESH, &none);
    if (b->rounds > 1)
        b->shown.params.base =
            VMN_ROUND(e, b->last)->when - VMN_ROUND(e, VMN_ROUND(e, b->last)->previous)->when;
}

/* Do the burst's own intervals bear out an open schedule, and the rounds missing by it? */
static bool is_borne_out(const vmn_engine *e, const vmn_burst_data *b)
{
    const vmn_schedule *s = vmn_schedules_get(e->schedules, b->track.schedule);
    unsigned whole = 0;

    if (s->announcer != VMN_ANNOUNCER_UNKNOWN && vmn_is_known(s))
        return false; /* a sender's schedule, but not that sender */
    for (uint32_t i = VMN_ROUND(e, b->first)->next; i != VMN_NONE; i = VMN_ROUND(e, i)->next)
        whole += VMN_ROUND(e, i)->skipped == 0;
    return whole >= (b->track.missing > 0 ? 4 + 2 * b->track.missing : 2);
}

/*
 * Can the burst's rounds be shown on the schedule of the sender that is named, where the decoder
 * had another one, or the same with more rounds missing between them, or with parameters that are
 * not those of the MAC's surest burst?
 */
static bool fits_better(const vmn_engine *e, const vmn_burst_data *b, unsigned row, vmn_fit *fit)
{
    const vmn_params *own = vmn_own_params(b->stream->mac, row);
    bool same =
        row == b->track.schedule && (own == NULL || vmn_params_equal(own, &b->track.params));
    vmn_intervals in;
    unsigned missing = 0;

    if (row <= VMN_SCHEDULE_IRREGULAR || b->rounds < 2 || (same && b->track.missing == 0))
        return false;
    read_intervals(e, b, &in);
    if (in.at_once > 0 || in.more || !vmn_fit_row(&e->decoding.rules, row, own, &in, fit))
        return false;
    for (unsigned i = 0; i < in.n; i++)
        missing += fit->skips[i];
    return row != b->track.schedule || missing + same <= b->track.missing;
}

static void show(vmn_engine *e, vmn_burst_data *b, const vmn_ranking *r)
{
    bool named = b->announcer != VMN_ANNOUNCER_UNKNOWN;
    vmn_fit fit;

    b->missing = 0;
    if (b->joined)
        show_plain(e, b);
    else if (named && fits_better(e, b, r->row[b->announcer], &fit))
        show_fit(e, b, r->row[b->announcer], &fit);
    else if (named || b->track.schedule <= VMN_SCHEDULE_IRREGULAR || is_borne_out(e, b))
        show_decoded(e, b);
    else
        show_plain(e, b);
}

static void name_burst(vmn_engine *e, vmn_burst_data *b, vmn_ranking *r)
{
    weigh_with_mac(b, r);
    b->announcer = (uint8_t)vmn_named(r, &b->confidence);
    b->also_fits = (uint8_t)vmn_also_fits(r, (vmn_announcer)b->announcer);
    b->announcer_name = b->announcer == VMN_ANNOUNCER_USER
                            ? vmn_schedules_get(e->schedules, r->row[b->announcer])->announcer_name
                            : vmn_announcer_name((vmn_announcer)b->announcer);
    if (b->announcer == VMN_ANNOUNCER_RARP_CLIENT && !b->answered &&
        !is_client(e, b->stream->mac) && !VMN_SHAPE(e, b->shape)->asks_broadcast)
        b->flags |= VMN_FLAG_CLIENT_BY_TIMING;
    show(e, b, r);
}

/* When each burst's stream got its next one. */
static void find_next_starts(vmn_engine *e)
{
    for (uint32_t i = 0; i < e->order->len; i++)
        VMN_NUMBERED(e, i)->next_start = INT64_MAX;
    for (uint32_t i = 0; i < e->order->len; i++) {
        const vmn_burst_data *b = VMN_NUMBERED(e, i);
        vmn_burst_data *before = burst_before(e, b);

        if (before != NULL)
            before->next_start = VMN_ROUND(e, b->first)->when;
    }
}

void vmn_name_bursts(vmn_engine *e)
{
    vmn_ranking *rankings = g_new(vmn_ranking, e->order->len + 1);

    find_next_starts(e);
    for (unsigned i = 0; i < e->mac_list->len; i++) {
        vmn_mac *mac = g_ptr_array_index(e->mac_list, i);

        memset(mac->support, 0, sizeof(mac->support));
        memset(mac->surest, 0, sizeof(mac->surest));
        mac->own_row = 0;
        mac->own_support = 0;
    }
    for (uint32_t i = 0; i < e->order->len; i++) {
        rank_burst(e, VMN_NUMBERED(e, i), 0, &rankings[i]);
        learn_parameters(e, VMN_NUMBERED(e, i)->stream->mac, &rankings[i]);
    }
    for (uint32_t i = 0; i < e->order->len; i++) {
        const vmn_burst_data *b = VMN_NUMBERED(e, i);

        if (b->rounds > 1 && b->stream->mac->own_row > 0)
            rank_by_own(e, b, &rankings[i]);
        if (b->rounds > 1)
            count_for_mac(b, &rankings[i]);
    }
    for (uint32_t i = 0; i < e->order->len; i++)
        name_burst(e, VMN_NUMBERED(e, i), &rankings[i]);
    g_free(rankings);
}

/* ---- Open vSwitch ---- */

static bool is_bare(const vmn_engine *e, const vmn_burst_data *b)
{
    return VMN_SHAPE(e, b->shape)->length == 42 && VMN_SHAPE(e, b->shape)->ethertype == 0x8035 &&
           b->announcer == VMN_ANNOUNCER_UNKNOWN;
}

/* Every MAC of the event is announced once: whoever repeats one of them may repeat them all. */
void vmn_name_learning_packets(vmn_engine *e)
{
    uint32_t *singles = g_new0(uint32_t, e->events->len + 1);
    uint32_t *repeated = g_new0(uint32_t, e->events->len + 1);

    for (uint32_t i = 0; i < e->order->len; i++) {
        const vmn_burst_data *b = VMN_NUMBERED(e, i);

        if (is_bare(e, b))
            (b->rounds == 1 ? singles : repeated)[b->event]++;
    }
    for (uint32_t i = 0; i < e->order->len; i++) {
        vmn_burst_data *b = VMN_NUMBERED(e, i);

        if (is_bare(e, b) && singles[b->event] >= 2 && repeated[b->event] == 0) {
            b->announcer = VMN_ANNOUNCER_OVS;
            b->confidence = MAX(b->confidence, VMN_SURE);
            b->also_fits = 0;
            b->announcer_name = vmn_announcer_name(VMN_ANNOUNCER_OVS);
        }
    }
    g_free(singles);
    g_free(repeated);
}

vmn_kind vmn_burst_kind(const vmn_engine *e, const vmn_burst_data *b)
{
    const vmn_shape *shape = VMN_SHAPE(e, b->shape);
    bool asks = shape->asks_for_other || shape->asks_broadcast;

    return b->announcer == VMN_ANNOUNCER_RARP_CLIENT || asks ? VMN_KIND_REQUEST : VMN_KIND_NOTICE;
}

void vmn_name_schedule(const vmn_engine *e, const vmn_track *t, char *text)
{
    vmn_schedule_name(vmn_schedules_get(e->schedules, t->schedule), &t->params, t->place, text,
                      VMN_NAME_LEN);
}

static void evidence_of_intervals(const vmn_engine *e, const vmn_burst_data *b, GString *text)
{
    const vmn_schedule *s = vmn_burst_schedule(e, b);
    char name[VMN_NAME_LEN];

    if (s->family <= VMN_FAMILY_IRREGULAR) {
        g_string_append(text, s->family == VMN_FAMILY_FRESH ? "one round, no interval"
                                                            : "intervals fit no known schedule");
        return;
    }
    vmn_name_schedule(e, &b->shown, name);
    g_string_append_printf(text, "%u of %u foretold intervals fit %s", b->foretold - b->off,
                           b->foretold, name);
    if (s->held_back && VMN_ROUND(e, b->last)->flags & VMN_ROUND_FREE)
        g_string_append(text, ", its first rounds sent late and at once (sender paused)");
}

char *vmn_evidence_text(const vmn_engine *e, uint32_t record)
{
    GString *text = g_string_new(NULL);
    const vmn_shape *shape = VMN_SHAPE(e, VMN_RECORD(e, record)->shape);
    uint32_t round = VMN_RECORD(e, record)->round;
    const vmn_burst_data *b = NULL;

    if (e->settled && round != VMN_NONE)
        b = VMN_BURST(e, VMN_ROUND(e, vmn_effective_round(e, round))->burst);
    if (b != NULL) {
        evidence_of_intervals(e, b, text);
        g_string_append(text, "; ");
    }
    if (shape->length == 0)
        g_string_append(text, "length unknown: frames of too many lengths in this file");
    else
        g_string_append_printf(text, "%u octets without tags", shape->length);
    if (shape->length > 42)
        g_string_append(text, shape->padding_zero ? ", padded with zeros" : ", padding not zero");
    if (shape->ethertype != 0x8035)
        g_string_append_printf(text, "; EtherType 0x%04x", shape->ethertype);
    if (shape->asks_broadcast)
        g_string_append(text, "; asks with target protocol address 255.255.255.255");
    if (shape->asks_for_other)
        g_string_append(text, "; sender asks for another station's address");
    if (b != NULL && b->answered)
        g_string_append(text, "; a RARP server answered");
    else if (b != NULL && is_client(e, b->stream->mac))
        g_string_append(text, "; a RARP server answered this station elsewhere in the capture");
    if (b != NULL && b->announcer == VMN_ANNOUNCER_OVS)
        g_string_append(text, "; several MACs announced at once, once each");
    return g_string_free(text, FALSE);
}
