/* fit.c
 * Ways through the schedules, and the rules by which other software may send.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fit.h"

#include <math.h>
#include <string.h>

#define MOST_CHOSEN 2     /* intervals that a person chooses, the others follow */
#define MOST_LOST 2       /* rounds that may be before a cap shows itself */
#define MOST_HEAD 8       /* places at which a burst may have been joined */
#define NO_REASON 3.0F    /* a schedule stops early, though nothing cut it */
#define TOO_SOON 2.0F     /* … or something else came before its next round was due */
#define SOON_AGAIN 5.0F   /* … and something else follows soon */
#define BEGINS_SOON 3.0F  /* it begins sooner after something else than its own rounds come */
#define UNPROVEN 3.3F     /* fewer than three intervals, and rounds missing before or in them */
#define MOSTLY_LOST 4.0F  /* more rounds lost than intervals without a loss */
#define ANY_NUMBER 2.5F   /* a number of rounds that nothing foretells */
#define ROUND_FIGURE 3.2F /* a parameter that a person chose, one of some 25 */
#define ROUNDEST (1000000000 * VMN_S) /* … of at most this: ten times as much no int64_t holds */
#define MOST_SET (100 * VMN_S)        /* that QEMU waits from one round to the next: can_be_set() */
#define LONGEST (MOST_SET + MOST_SET / 100) /* … by another clock */
#define JITTER 3e-4      /* s: timers of machines that have something else to do */
#define DRIFT 1e-4       /* of two clocks, and of a timer that is late now and then */
#define SEEN_ONCE 7.0F   /* the last interval alone shows the cap, so it is not foretold by it */
#define MANY_COPIES 6.0F /* of one notice, on one path */
#define RATE_OFF 3.0F    /* a clock goes wrong by more than … */
#define RATE_USUAL 3e-4  /* … this, but not by more than … */
#define RATE_MOST 2.5e-3 /* … that: a machine's clock was seen off by 1e-3 */
#define BUSY 2.5F        /* a timer is late more than usual: … */
#define BUSIER 10        /* … so many times more */

/* ---- rows of the table ---- */

/* The cost of a first seen round at place `from`. */
static float head_cost(const vmn_schedule *s, unsigned from)
{
    return MIN(vmn_cost_head(s, from), VMN_COST_JOINED_LATE);
}

/* The cost of no further round after place `place`. */
static float end_cost(const vmn_schedule *s, const vmn_params *params, unsigned place,
                      unsigned from, const vmn_intervals *in)
{
    unsigned last = s->second_start > 0 && from >= s->second_start ? s->second_last : s->last;
    int64_t gap = vmn_schedule_gap(s, params, place);

    if (in->more || (last > 0 && place == last))
        return 0;
    if (gap == 0 || in->watched < gap + gap / 100)
        return in->followed ? TOO_SOON : 0.5F;
    if (in->followed && in->watched < 4 * gap)
        return SOON_AGAIN; /* it did not end, it went on in another way */
    if (last == 0)
        return ANY_NUMBER;
    return place > last ? 1.0F : s->stops_early ? 1.0F : NO_REASON;
}

/* How far off an interval of a row typically is, in s, however short. */
static double jitter_of(const vmn_schedule *s)
{
    return s->jitter > 0 ? vmn_seconds(s->jitter) : JITTER;
}

/* How far off an interval (s) typically is. */
static double scale_of(double jitter, double expected)
{
    return jitter + DRIFT * expected;
}

/* The cost of an interval that a row foretells. */
static float foretold(const vmn_schedule *s, int64_t interval, int64_t expected)
{
    double scale = scale_of(jitter_of(s), vmn_seconds(expected));
    double off = fabs(vmn_seconds(vmn_schedule_off(s, interval, expected)));

    float usual = (float)(off / scale) + logf((float)(2 * scale + s->late * vmn_seconds(expected)));

    if (off < BUSY * scale)
        return usual;
    /* One time in twelve a machine is busy, or its clock is off. */
    return MIN(usual, BUSY + (float)(off / (BUSIER * scale)) + logf((float)(2 * BUSIER * scale)));
}

/* Is an interval longer than any number of lost rounds explains? Known without a look at each. */
static bool is_far_too_long(const vmn_rules *rules, const vmn_schedule *s, const vmn_params *params,
                            int64_t interval, unsigned place)
{
    unsigned furthest = place + 1 + VMN_MAX_SKIP;
    int64_t longest;

    if (params != &s->params || furthest >= s->n_due)
        return false;
    longest = s->due[furthest] - s->due[place];
    return interval - longest > vmn_link_limit(rules, longest);
}

/*
 * Go on from *place by an interval: the number of lost rounds that fits best, its cost. Infinite:
 * none.
 */
static float step(const vmn_rules *rules, const vmn_schedule *s, const vmn_params *params,
                  int64_t interval, unsigned *place, uint8_t *skipped)
{
    float best = INFINITY;
    int64_t expected = 0;
    unsigned to = *place;

    if (is_far_too_long(rules, s, params, interval, *place))
        return best;
    for (unsigned skip = 0; skip <= VMN_MAX_SKIP; skip++) {
        unsigned from = *place + skip;
        int64_t gap = vmn_schedule_gap(s, params, from), off;
        float cost;

        if (gap == 0 || (s->last > 0 && from >= s->last && !s->beyond))
            break;
        expected += gap;
        off = interval - expected;
        if (off < -vmn_link_limit(rules, expected))
            break;
        if (off > vmn_link_limit(rules, expected))
            continue;
        cost = VMN_COST_LOST * (float)skip + foretold(s, interval, expected);
        if (cost < best) {
            best = cost;
            to = from + 1;
            *skipped = (uint8_t)skip;
        }
    }
    *place = to;
    return best;
}

/*
 * The interval that the schedule leaves open: the first one may be shorter than its gap, that after
 * the rounds that were sent at once is anything up to it; rounds may be lost behind it.
 */
static bool open_interval(const vmn_rules *rules, const vmn_schedule *s, const vmn_params *params,
                          const vmn_intervals *in, vmn_fit *way, unsigned *place)
{
    int64_t gap = vmn_schedule_gap(s, params, in->at_once), latest = gap;
    int64_t shorter = s->shorter > 0 ? s->shorter : gap;
    unsigned skip = 0;

    while (gap > 0 && in->gaps[0] > latest + vmn_tolerance(rules, gap) && skip < VMN_MAX_SKIP)
        latest += vmn_schedule_gap(s, params, in->at_once + ++skip);
    if (gap == 0 || in->gaps[0] > latest + vmn_tolerance(rules, gap) ||
        in->gaps[0] <= latest - shorter)
        return false;
    way->skips[0] = (uint8_t)skip;
    way->cost += VMN_COST_LOST * (float)skip + logf((float)vmn_seconds(shorter)) +
                 (s->held_back ? VMN_COST_HELD_BACK : 0);
    *place = in->at_once + 1 + skip;
    return true;
}

/*
 * The way that begins at place `from`; if free, with an interval that the schedule leaves open: the
 * first one, or that after the rounds that were sent at once.
 */
static void try_way(const vmn_rules *rules, const vmn_schedule *s, const vmn_params *params,
                    unsigned from, bool free, const vmn_intervals *in, vmn_fit *best)
{
    vmn_fit way = {
        .cost = head_cost(s, from), .params = *params, .first = (uint8_t)from, .free_first = free};
    float least = 0; /* no interval costs less; 0: not worked out yet */
    unsigned place = from, i = 0, whole = 0, lost;
    int64_t late = 0;
    bool few, most;

    if (free && !open_interval(rules, s, params, in, &way, &place))
        return;
    if (free)
        i = 1;
    for (; i < in->n; i++) {
        float cost = step(rules, s, params, in->gaps[i] + late, &place, &way.skips[i]);
        int64_t gap;

        if (isinf(cost) && i <= 2)
            return;
        gap = vmn_schedule_gap(s, params, place);
        late = isinf(cost) ? in->gaps[i] + late - gap : 0;
        if (late > 0 && i > 2 && late < vmn_schedule_gap(s, params, place + 1)) {
            cost = VMN_COST_LATE +
                   logf((float)vmn_seconds(gap)); /* and the next ones kept their times */
            place++;
        }
        way.cost += cost;
        whole += way.skips[i] == 0;
        if (least == 0)
            least = logf((float)(2 * scale_of(jitter_of(s), 0)));
        if (way.cost + least * (float)(in->n - i - 1) >= best->cost)
            return; /* infinite, or dearer whatever follows */
    }
    way.foretold = (uint8_t)(in->n - (free ? 1 : 0));
    lost = place - from - in->n - (free ? in->at_once : 0);
    few = way.foretold < 3 && (lost > 0 || (from > 1 && from != s->second_start));
    most = lost > 1 && lost > whole; /* any intervals that grow are sums of some that grow less */
    way.cost += (few ? UNPROVEN : 0) + (most ? MOSTLY_LOST : 0);
    if (few || most)
        way.foretold = (uint8_t)whole; /* those with a loss in them foretold nothing */
    way.cost += end_cost(s, params, place, from, in);
    if (way.cost < best->cost)
        *best = way;
}

/* The ways by dearer parameters, from the places up to `last` on, where they are worth their price.
 */
static void try_dearer(const vmn_rules *rules, const vmn_schedule *s, const vmn_params *params,
                       float price, unsigned last, const vmn_intervals *in, vmn_fit *best)
{
    vmn_fit way = {.cost = best->cost - price};

    for (unsigned from = 0; from <= last; from++)
        try_way(rules, s, params, from, false, in, &way);
    if (way.cost >= best->cost - price)
        return;
    *best = way;
    best->cost += price;
}

/*
 * Linux sleeps 2 to 3 s first, at random, and 7/4 of the time before from then on: what the first
 * seen interval is depends on the rounds lost before and within it. It is foretold only because it
 * was looked at, so what step() gains by it is paid back.
 */
static void fit_linux(const vmn_rules *rules, const vmn_schedule *s, const vmn_intervals *in,
                      vmn_fit *best)
{
    double power = 1;

    for (unsigned from = 0; from <= 3; from++, power *= 1.75) {
        for (unsigned skip = 0; skip <= 1; skip++) {
            double base = (double)in->gaps[0] / (skip > 0 ? 2.75 * power : power);
            vmn_params params = {.base = (int64_t)base, .cap = 30 * VMN_S};

            if (base >= 1.95e9 && base <= 3.05e9)
                try_way(rules, s, &params, from, false, in, best);
        }
    }
    best->cost += 5;
    best->foretold = (uint8_t)(in->n - 1);
}

/*
 * A parameter in whole ms, as QEMU takes it: the roundest that it may be. Less round figures are
 * dearer, and so are seconds: whoever sets it wants announcements to be quick.
 */
static int64_t whole_ms(int64_t ns, float *cost)
{
    int64_t nearest = (ns + VMN_MS / 2) / VMN_MS, best = nearest;
    float least = INFINITY;

    for (int64_t ms = MAX(nearest - 1, 1); ms <= nearest + 1; ms++) {
        float price = ROUND_FIGURE - 1 + fabsf((float)(ms * VMN_MS - ns)) / 4e5F;

        for (int64_t left = ms; left > 9; left /= 10)
            price += left % 10 != 0 ? 2 : 0;
        if (price < least) {
            least = price;
            best = ms;
        }
    }
    *cost += least + (best >= 1000 ? 1 : 0);
    return best * VMN_MS;
}

/*
 * Can a user set such an announce-step and announce-initial, and so long intervals? One of the last
 * two may have a round lost in it. QEMU's limits: migrate_params_check() in its
 * migration/options.c. A step of less than 3 ms is none: timers are as late.
 */
static bool can_be_set(const vmn_params *params, const vmn_intervals *in)
{
    int64_t longest = MIN(in->gaps[in->n - 1], in->gaps[in->n - 2]);

    return params->step >= 3 * VMN_MS && params->step <= 10 * VMN_S && params->base > 0 &&
           params->base <= MOST_SET && longest <= LONGEST;
}

/*
 * The user's own parameters of a schedule that grows by a step, which has to be seen twice: between
 * the intervals i and i + 1 and then to i + 2, `lost` rounds before.
 */
static void try_linear(const vmn_rules *rules, const vmn_schedule *s, const vmn_intervals *in,
                       unsigned i, unsigned lost, vmn_fit *best)
{
    const int64_t *d = in->gaps + i;
    int64_t last = in->gaps[in->n - 1], prior = in->gaps[in->n - 2];
    int64_t cap = last > prior && last < prior + prior / 2 ? last : MIN(last, prior);
    vmn_params params = {0};
    vmn_fit fit = {.cost = INFINITY};
    float cost = 0, dearer = 0;

    params.step = whole_ms((d[2] - d[0]) / 2, &cost);
    params.base = whole_ms(d[0] - params.step * (int64_t)(i + lost), &cost);
    if (!can_be_set(&params, in) || params.base + params.step * (int64_t)(i + lost) < d[0] / 2)
        return;
    for (unsigned from = 0; from <= lost; from++)
        try_way(rules, s, &params, from, false, in, &fit);
    /* Or with a cap: a round may be lost in one of the last two intervals, and some before. */
    if (cap >= d[2] - d[2] / 100 && cap <= LONGEST &&
        last < params.base + params.step * (int64_t)(in->n + MOST_LOST - 1) - 3 * VMN_MS) {
        params.cap = whole_ms(cap, &dearer);
        try_dearer(rules, s, &params, dearer, lost, in, &fit);
    }
    fit.cost += cost;
    fit.foretold = (uint8_t)(in->n - 2); /* the others were looked at before */
    if (fit.cost < best->cost)
        *best = fit;
}

/*
 * The same where rounds were held back and sent at once: the first interval is open, the two after
 * it show the step, and by their places in the schedule what the first gap would have been.
 */
static void fit_held_back(const vmn_rules *rules, const vmn_schedule *s, const vmn_intervals *in,
                          vmn_fit *best)
{
    const int64_t *d = in->gaps;
    vmn_params params = {0};
    float cost = 0;

    if (in->n < 3 || in->at_once > UINT8_MAX || MAX(d[1], d[2]) > VMN_MAX_GAP)
        return;
    params.step = whole_ms(d[2] - d[1], &cost);
    params.base = whole_ms(d[1] - params.step * (int64_t)(in->at_once + 1), &cost);
    if (!can_be_set(&params, in))
        return;
    if (in->n > 3 && d[in->n - 1] <= LONGEST &&
        d[in->n - 1] < d[2] + params.step * (int64_t)(in->n - 3) - 3 * VMN_MS)
        params.cap = whole_ms(d[in->n - 1], &cost);
    try_way(rules, s, &params, 0, true, in, best);
    best->cost += cost;
    best->foretold = (uint8_t)(in->n - 1);
}

static void fit_linear(const vmn_rules *rules, const vmn_schedule *s, const vmn_intervals *in,
                       vmn_fit *best)
{
    for (unsigned i = 0; i + 2 < in->n && i <= 3; i++)
        for (unsigned lost = 0; lost <= 2; lost++)
            if (in->gaps[i + 1] > in->gaps[i] && in->gaps[i + 2] > in->gaps[i + 1])
                try_linear(rules, s, in, i, lost, best);
}

/*
 * A known schedule whose cap is the user's: the last intervals are it (a round may be lost in one
 * of them), or the last one is, and so many before grew that the schedule shows itself. What it
 * costs; infinite: no cap is seen.
 */
static float fit_cap(const vmn_schedule *s, const vmn_intervals *in, vmn_params *params)
{
    unsigned grew = 0, reached = 0;
    int64_t cap, last, prior;

    if (s->caps == 0 || in->n < 3 || s->params.base == 0)
        return INFINITY;
    last = in->gaps[in->n - 1];
    prior = in->gaps[in->n - 2];
    cap = last - prior > prior / 20 && last - prior < prior - prior / 20 ? last : MIN(last, prior);
    *params = s->params;
    params->cap = (cap + s->caps / 2) / s->caps * s->caps;
    for (unsigned i = 0; i + 1 < in->n; i++) {
        grew += in->gaps[i] < cap - cap / 50 && in->gaps[i] < in->gaps[i + 1];
        reached += ABS(in->gaps[i + 1] - cap) <= cap / 100;
    }
    if (grew < 2 || reached < 1 || params->cap <= params->base ||
        ABS(params->cap - cap) > cap / 100)
        return INFINITY;
    return reached > 1 ? ROUND_FIGURE : grew >= 5 ? ROUND_FIGURE + SEEN_ONCE : INFINITY;
}

/* The same way, if the sender's clock goes faster or slower than the capture's all the time. */
static void try_rate(const vmn_rules *rules, const vmn_schedule *s, const vmn_intervals *in,
                     vmn_fit *best)
{
    vmn_intervals scaled = *in;
    vmn_fit way = {.cost = INFINITY};
    unsigned place = best->first;
    int64_t seen = 0, expected = 0;
    double rate;

    for (unsigned i = 0; i < in->n; i++) {
        for (unsigned k = 0; k <= best->skips[i]; k++, place++)
            expected += i == 0 && best->free_first ? 0 : vmn_schedule_gap(s, &best->params, place);
        seen += i == 0 && best->free_first ? 0 : in->gaps[i];
    }
    rate = expected > 0 ? (double)seen / (double)expected : 1;
    if (best->foretold < 3 || fabs(rate - 1) < RATE_USUAL || fabs(rate - 1) > RATE_MOST)
        return;
    for (unsigned i = 0; i < in->n; i++)
        scaled.gaps[i] = (int64_t)((double)in->gaps[i] / rate);
    try_way(rules, s, &best->params, best->first, best->free_first, &scaled, &way);
    if (way.cost + RATE_OFF < best->cost) {
        *best = way;
        best->cost += RATE_OFF;
    }
}

/* The ways by the given parameters, from any place on. */
static void fit_params(const vmn_rules *rules, const vmn_schedule *s, const vmn_params *params,
                       const vmn_intervals *in, vmn_fit *fit)
{
    for (unsigned from = 0; from <= MOST_HEAD && (s->last == 0 || from <= s->last); from++) {
        bool may_vary = from == 0 && in->n > 0 && (s->shorter > 0 || s->held_back);
        bool any = may_vary && s->shorter >= vmn_schedule_gap(s, params, from);

        if (may_vary)
            try_way(rules, s, params, from, true, in, fit);
        if (!any) /* a whole gap is foretold no more than a shorter one, where it may be any */
            try_way(rules, s, params, from, false, in, fit);
        if (s->family == VMN_FAMILY_CONSTANT)
            break; /* joined later it looks the same */
    }
}

/* The ways by parameters that the intervals themselves show. */
static void fit_open(const vmn_rules *rules, const vmn_schedule *s, const vmn_intervals *in,
                     vmn_fit *fit)
{
    if (in->n > 0 && s->num == 7)
        fit_linux(rules, s, in, fit);
    else if (s->family == VMN_FAMILY_LINEAR && in->at_once > 0)
        fit_held_back(rules, s, in, fit);
    else if (s->family == VMN_FAMILY_LINEAR)
        fit_linear(rules, s, in, fit);
}

bool vmn_fit_row(const vmn_rules *rules, unsigned schedule, const vmn_params *known,
                 const vmn_intervals *in, vmn_fit *fit)
{
    const vmn_schedule *s = &rules->list[schedule];
    vmn_params params;
    float price;

    *fit = (vmn_fit){.cost = INFINITY};
    if (s->held_back && s->last > 0 && in->n == 0 && in->at_once == s->last) {
        fit->cost = VMN_COST_HELD_BACK; /* all of it at once, and as many as there have to be */
        fit->foretold = (uint8_t)s->last;
        fit->params = s->params;
        return true;
    }
    if (known != NULL)
        fit_params(rules, s, known, in, fit);
    else if (s->params.base == 0 && s->family != VMN_FAMILY_TABLE)
        fit_open(rules, s, in, fit);
    else
        fit_params(rules, s, &s->params, in, fit);
    price = known == NULL ? fit_cap(s, in, &params) : INFINITY;
    if (isfinite(price))
        try_dearer(rules, s, &params, price, MOST_HEAD / 2, in, fit);
    if (isfinite(fit->cost) && in->at_once == 0)
        try_rate(rules, s, in, fit);
    if (in->n > 0 && in->waited > 0 && in->waited < in->gaps[0])
        fit->cost += BEGINS_SOON; /* it did not begin, it goes on in another way */
    return isfinite(fit->cost);
}

/* ---- other software ---- */

/* How other software may go from one interval to the next. */
typedef enum { RULE_CONSTANT, RULE_FACTOR, RULE_STEP, RULE_SUM } rule;

/* How many intervals a person chooses, so that a rule makes the others. */
static unsigned chosen_by(rule r)
{
    return r == RULE_STEP || r == RULE_SUM ? MOST_CHOSEN : 1;
}

/* An interval of any length: around a second, give or take a factor of five. */
static float any_interval(int64_t interval)
{
    static const vmn_track none;

    return vmn_unforetold(&none, interval);
}

/* No rule: each interval is of the kind of those before it. */
static float without_rule(const vmn_intervals *in)
{
    vmn_track track = {0};
    float cost = 0;

    for (unsigned i = 0; i < in->n; i++, track.place++) {
        cost += vmn_unforetold(&track, in->gaps[i]);
        vmn_learn_interval(&track, i, in->gaps[i]);
    }
    return cost;
}

/* The cost of an interval where a rule foretells `expected`, with jitter (s) of the sender's own.
 */
static float by_rule(int64_t interval, double expected, double jitter)
{
    double scale = scale_of(jitter, expected);

    return logf((float)(2 * scale)) + (float)(fabs(vmn_seconds(interval) - expected) / scale);
}

/* The round figure (s) nearest to an interval: 1, 1.5, 2, 2.5 … times a power of ten. */
static double round_figure(int64_t interval)
{
    static const int64_t tenths[] = {10, 15, 20, 25, 30, 40, 50, 60, 75, 80, 100};
    int64_t power = 1, nearest = 0;

    while (interval / 100 >= power && power < ROUNDEST / 100) /* of 10 ns at least */
        power *= 10;
    for (unsigned i = 0; i < G_N_ELEMENTS(tenths); i++)
        if (ABS(interval - tenths[i] * power) < ABS(interval - nearest))
            nearest = tenths[i] * power;
    return vmn_seconds(nearest);
}

/* The intervals, and what is worked out of each once: its cost if nothing foretells it, and of the
 * first ones the nearest round figure. */
typedef struct {
    const vmn_intervals *in;
    float any[VMN_FIT_MOST];
    double round[MOST_CHOSEN];
} looked_at;

/* An interval i that is a round figure was chosen by a person. */
static float chosen(const looked_at *l, unsigned i, double jitter)
{
    return MIN(l->any[i], ROUND_FIGURE + by_rule(l->in->gaps[i], l->round[i], jitter));
}

/* What a rule goes on from. */
typedef struct {
    double last, before; /* the newest two intervals as the rule has them, s */
    unsigned same;       /* intervals of which `last` is the mean, once they stay; 0: they do not */
    unsigned on_line;    /* of those that grow by a step: through so many goes the line */
} course;

/* The interval (s) that follows `last` and `before` by a rule. */
static double next_by(rule r, double factor, double last, double before)
{
    switch (r) {
    case RULE_FACTOR:
        return last * factor;
    case RULE_STEP:
        return 2 * last - before;
    case RULE_SUM:
        return last + before;
    default:
        return last;
    }
}

/* How far off (s) an interval typically is from what others foretell, which jitter as well: those
 * that stay by their mean, those that grow by a step by the line of least squares. */
static double noise_of(rule r, const course *c, double jitter)
{
    double n = c->on_line;

    if (c->same > 0)
        return jitter * (1 + 1.0 / c->same);
    return jitter * (r == RULE_STEP ? sqrt(1 + (4 * n + 2) / (n * (n - 1))) : 2);
}

/* The course after an interval `gap` where `next` was foretold (s): the mean, the line (its newest
 * point and its step, by recursion) or the interval itself. */
static course learnt(rule r, const course *c, double gap, double next)
{
    course to = {.last = gap, .before = c->last, .same = c->same, .on_line = c->on_line};
    double off = gap - next, n = c->on_line + 1;

    if (c->same > 0) {
        to.same++;
        to.last = c->last + off / to.same;
    } else if (r == RULE_STEP) {
        to.on_line++;
        to.last = next + off * (4 * n - 2) / (n * (n + 1));
        to.before = to.last - (c->last - c->before) - off * 6 / (n * (n + 1));
    }
    return to;
}

/*
 * The cost of an interval i by a rule, with rounds lost before it; from a cap on they stay as they
 * are. One that does not follow costs what `any` says, and more.
 */
static float go_on(rule r, double factor, const looked_at *l, unsigned i, double jitter, course *c)
{
    const int64_t interval = l->in->gaps[i];
    double gap = vmn_seconds(interval), noise = noise_of(r, c, jitter), sum = 0;
    double newest = c->last, older = c->before;
    float best = l->any[i] + 4, stays = by_rule(interval, c->last, noise) + 2;
    course to = {.last = c->same > 0 && gap > 1.5 * c->last ? c->last : gap,
                 .before = c->last,
                 .same = c->same,
                 .on_line = MOST_CHOSEN};

    for (unsigned skip = 0; skip <= 3; skip++) {
        double next = c->same > 0 ? c->last : next_by(r, factor, newest, older);
        float price;

        older = newest;
        newest = next;
        sum += next;
        price = VMN_COST_LOST * (float)skip + by_rule(interval, sum, noise);
        if (price < best) {
            best = price;
            to = skip == 0 ? learnt(r, c, gap, next) : (course){next, older, c->same, c->on_line};
        } else if (sum > gap) {
            break; /* more lost rounds are too many even more so */
        }
    }
    if (c->same == 0 && i > chosen_by(r) && stays < best) {
        best = stays;
        to.last = (c->last + gap) / 2;
        to.same = 2;
    }
    *c = to;
    return best;
}

/*
 * The intervals by one rule: one or two that are chosen, then what follows from them. Infinite
 * where the sum is `limit` or more.
 */
static float with_rule(rule r, double factor, const looked_at *l, double jitter, float limit)
{
    const float least = logf((float)(2 * jitter)); /* no interval costs less */
    course c = {.same = r == RULE_CONSTANT, .on_line = MOST_CHOSEN};
    float cost = 0;

    for (unsigned i = 0; i < l->in->n; i++) {
        if (i < chosen_by(r)) {
            cost += chosen(l, i, jitter);
            c.before = c.last;
            c.last = vmn_seconds(l->in->gaps[i]);
        } else {
            cost += go_on(r, factor, l, i, jitter, &c);
        }
        if (cost + least * (float)(l->in->n - i - 1) >= limit)
            return INFINITY;
    }
    return cost;
}

float vmn_fit_other(const vmn_intervals *in)
{
    static const struct {
        rule rule;
        double factor;
        float cost;
    } rules[] = {{RULE_SUM, 0, 6.0F},    {RULE_STEP, 0, 2.7F},     {RULE_CONSTANT, 1, 1.4F},
                 {RULE_FACTOR, 2, 2.0F}, {RULE_FACTOR, 1.5, 3.0F}, {RULE_FACTOR, 3, 3.5F}};
    static const double jitters[] = {JITTER, 2e-3, 1e-2};
    float best = 0.7F + without_rule(in);
    looked_at looked = {.in = in};

    for (unsigned i = 0; i < in->n; i++)
        looked.any[i] = any_interval(in->gaps[i]);
    for (unsigned i = 0; i < MIN(in->n, MOST_CHOSEN); i++)
        looked.round[i] = round_figure(in->gaps[i]);
    for (unsigned i = 0; in->n > 0 && i < G_N_ELEMENTS(rules); i++) {
        for (unsigned k = 0; k < G_N_ELEMENTS(jitters); k++) {
            float fixed = rules[i].cost + 1.1F;

            best = MIN(best, fixed + with_rule(rules[i].rule, rules[i].factor, &looked, jitters[k],
                                               best - fixed));
        }
    }
    if (in->at_once > 2)
        best += MANY_COPIES;
    return best + (in->more || in->n == 0 || in->watched < 2 * in->gaps[in->n - 1] ? 0.5F : 1);
}
