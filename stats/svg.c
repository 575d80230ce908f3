/* svg.c
 * The timeline of a page.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "svg.h"

#include "axis.h"
#include "cutover_tap.h"
#include "format.h"
#include "text.h"

#define MOST_STEPS 8       /* of a ruler */
#define MOST_MARKS 20000   /* about so many rounds of all lanes together, … */
#define MIN_LANE_MARKS 50  /* … but so many of any lane … */
#define MAX_LANE_MARKS 500 /* … and no more than can be told apart */
#define MOST_TASKS 20      /* of a panel */
#define MOST_TOLD 12       /* rounds of a lane that are read aloud */
#define MIDDLE "13"        /* of a lane's height */

/* ---- marks ---- */

typedef enum {
    MARK_ROUND,
    MARK_SEVERAL,
    MARK_COPIES,
    MARK_MISSING,
    MARK_PLACE,
    MARK_RESTART,
    MARK_CUT,
    MARK_COMPANION,
    MARK_BEFORE,
    MARK_AFTER,
    MARK_EARLY,
    MARK_SILENCE,
    MARK_TASK,
    N_MARKS
} mark;

/* Each kind has a shape of its own: colours only help. Around (0, 0); in the legend's order, where
 * it stands at x. */
static const struct {
    const char *id, *shape;
    int x;
    const char *text;
} marks[N_MARKS] = {
    [MARK_ROUND] = {"round", "<circle class=\"o\" r=\"4.5\"/>", 14, "round"},
    [MARK_SEVERAL] = {"several",
                      "<rect class=\"o\" x=\"-3\" y=\"-8\" width=\"6\" height=\"16\" rx=\"2\"/>",
                      14, "several rounds in one place"},
    [MARK_COPIES] = {"copies", "<circle class=\"k\" r=\"7.5\"/>", 14, "seen more than once"},
    [MARK_MISSING] = {"missing",
                      "<circle class=\"x\" r=\"5\"/><path class=\"xx\" d=\"M-2-2 2 2M-2 2 2-2\"/>",
                      14, "missing round (about there)"},
    [MARK_PLACE] = {"place", "<path class=\"p\" d=\"M0-12V12\"/>", 14, "place in the schedule"},
    [MARK_RESTART] =
        {"restart", "<circle class=\"o\" r=\"4\"/><path class=\"R\" d=\"M0-10 10 0 0 10-10 0z\"/>",
         14, "restart: first round of a new burst"},
    [MARK_CUT] = {"cut", "<path class=\"e\" d=\"M13-8V8M17-8V8\"/>", 0, "cut short by a restart"},
    [MARK_COMPANION] = {"companion",
                        "<rect class=\"c\" x=\"-5\" y=\"-5\" width=\"10\" height=\"10\"/>", 14,
                        "came along with another burst's round"},
    [MARK_BEFORE] = {"before", "<path class=\"e\" d=\"M-12-5-17 0-12 5\"/>", 28,
                     "may have begun before the capture"},
    [MARK_AFTER] = {"after", "<path class=\"e\" d=\"M12-5 17 0 12 5\"/>", 0,
                    "may go on after the capture"},
    [MARK_EARLY] = {"early", "<text class=\"q\" x=\"16\" y=\"5\">?</text>", 0, "ended early"},
    [MARK_SILENCE] = {"silence",
                      "<rect class=\"s\" x=\"-11\" y=\"-8\" width=\"22\" height=\"16\"/>"
                      "<path class=\"se\" d=\"M-11-8V8M11-8V8\"/>",
                      14, "silence of the machine at the cut-over"},
    [MARK_TASK] = {"task", "<rect class=\"t\" x=\"-11\" y=\"-6\" width=\"22\" height=\"12\"/>", 14,
                   "task, by the clock of who wrote it down"}};

void vmn_svg_append_shapes(GString *out)
{
    g_string_append(out, "<svg class=\"shapes\" aria-hidden=\"true\"><defs>\n");
    for (unsigned i = 0; i < N_MARKS; i++)
        g_string_append_printf(out, "<g id=\"mark-%s\">%s</g>\n", marks[i].id, marks[i].shape);
    g_string_append(out, "</defs></svg>\n");
}

/* Explain the marks that were drawn, no others. */
static void append_legend(GString *out, unsigned used)
{
    if (used == 0)
        return;
    g_string_append(out, "<ul class=\"legend\">\n");
    for (unsigned i = 0; i < N_MARKS; i++)
        if (used & 1U << i)
            g_string_append_printf(out,
                                   "<li><svg aria-hidden=\"true\"><use href=\"#mark-%s\" x=\"%d\" "
                                   "y=\"" MIDDLE "\"/></svg> %s</li>\n",
                                   marks[i].id, marks[i].x, marks[i].text);
    g_string_append(out, "</ul>\n");
}

/* ---- lanes ---- */

/* A burst in its panel. */
typedef struct {
    uint32_t burst; /* index */
    uint32_t main;  /* of the burst that it came along with, if that has a lane; else itself */
    bool silent;    /* the cut-over is known: */
    int64_t before, after;
    unsigned linked; /* the companion's lane is so many lanes below, 0: it is none */
    int64_t linked_at;
} lane;

/* The timeline in the making. */
typedef struct {
    GString *out;
    const vmn_summary *summary;
    unsigned part;
    unsigned lane_marks; /* so many rounds of a lane are drawn one by one */
    unsigned used;       /* marks that were drawn, as bits */
    bool *has_lane;      /* of bursts, in this panel */
    /* of the panel: */
    unsigned number;
    lane *lanes;
    uint32_t n_lanes;
    int64_t zero;        /* ns: the ruler's 0 */
    int64_t start, span; /* ns: what the axis covers */
} timeline;

/* A lane in the making. */
typedef struct {
    const lane *at;
    const vmn_burst *burst;
    vmn_round *rounds; /* burst->rounds of them */
} row;

static const vmn_burst *burst_at(const timeline *t, uint32_t i)
{
    return &t->summary->bursts[i].burst;
}

/* Of the axis; what lies outside is put on its border. */
static double share_of(const timeline *t, int64_t when)
{
    if (t->span <= 0 || when <= t->start)
        return 0;
    return MIN((double)vmn_time_between(t->start, when) / (double)t->span, 1);
}

/* Append the place of a time as an attribute: name="12.345%". */
static void append_x(const timeline *t, const char *name, int64_t when)
{
    g_string_append_printf(t->out, " %s=\"", name);
    vmn_append_decimal(t->out, (int64_t)(share_of(t, when) * 100000 + 0.5), 3);
    g_string_append(t->out, "%\"");
}

/* Append a mark without its end: a title may follow, then </use>. */
static void begin_mark(timeline *t, mark what, int64_t when)
{
    t->used |= 1U << what;
    g_string_append_printf(t->out, "<use href=\"#mark-%s\"", marks[what].id);
    append_x(t, "x", when);
    g_string_append(t->out, " y=\"" MIDDLE "\">");
}

static void add_mark(timeline *t, mark what, int64_t when)
{
    begin_mark(t, what, when);
    g_string_append(t->out, "</use>");
}

static void append_duration(GString *out, int64_t ns)
{
    char text[VMN_TEXT_LEN];
    vmn_text_duration(text, sizeof text, ns);
    g_string_append(out, text);
}

/* ---- rounds ---- */

static mark mark_of(const vmn_burst *burst, uint32_t round)
{
    if (burst->companion_of > 0)
        return MARK_COMPANION;
    return round == 0 && burst->flags & VMN_FLAG_RESTART ? MARK_RESTART : MARK_ROUND;
}

static void append_round_title(GString *out, const vmn_round *round)
{
    g_string_append_printf(out, "<title>Round %u, frame %u\n", round->round, round->frame);
    vmn_append_time(out, round->when);
    g_string_append(out, " UTC");
    if (round->has_delta) {
        g_string_append_c(out, '\n');
        vmn_append_seconds(out, round->delta);
        g_string_append(out, " s after the round before");
    }
    if (round->has_expected) {
        char text[VMN_TEXT_LEN];
        vmn_text_signed(text, sizeof text, round->deviation);
        g_string_append_printf(out, "\n%s off its schedule", text);
    }
    if (round->sightings > 1)
        g_string_append_printf(out, "\nseen %u times", round->sightings);
    g_string_append(out, "</title>");
}

/* Rounds that share a place: from … to − 1. */
static void add_several(timeline *t, const vmn_round *rounds, uint32_t from, uint32_t to)
{
    const vmn_round *first = &rounds[from], *last = &rounds[to - 1];
    begin_mark(t, MARK_SEVERAL, first->when);
    g_string_append_printf(t->out, "<title>%u rounds: %u, frame %u, to %u, frame %u\nfrom ",
                           to - from, first->round, first->frame, last->round, last->frame);
    vmn_append_time(t->out, first->when);
    g_string_append(t->out, " UTC, for ");
    append_duration(t->out, vmn_time_between(first->when, last->when));
    g_string_append(t->out, "</title></use>");
}

static void add_round(timeline *t, const row *r, uint32_t i)
{
    const vmn_round *round = &r->rounds[i];
    begin_mark(t, mark_of(r->burst, i), round->when);
    append_round_title(t->out, round);
    g_string_append(t->out, "</use>");
}

/* The end of those that share a place with round `from`: of long bursts only, in short ones each
 * round has a mark. */
static uint32_t end_of_place(const timeline *t, const row *r, uint32_t from)
{
    unsigned places = r->burst->rounds > t->lane_marks ? t->lane_marks : 0;
    unsigned place = (unsigned)(share_of(t, r->rounds[from].when) * places);
    uint32_t to = from + 1;
    while (places > 0 && to < r->burst->rounds &&
           (unsigned)(share_of(t, r->rounds[to].when) * places) == place)
        to++;
    return to;
}

static void add_place_of_rounds(timeline *t, const row *r, uint32_t from, uint32_t to)
{
    bool copies = false;
    for (uint32_t i = from; i < to; i++)
        copies = copies || r->rounds[i].sightings > 1;
    if (copies)
        add_mark(t, MARK_COPIES, r->rounds[from].when);
    if (to - from == 1)
        add_round(t, r, from);
    else
        add_several(t, r->rounds, from, to);
}

/* The first one last: what begins a burst must not be hidden. */
static void add_rounds(timeline *t, const row *r)
{
    uint32_t first = end_of_place(t, r, 0);
    for (uint32_t from = first, to; from < r->burst->rounds; from = to) {
        to = end_of_place(t, r, from);
        add_place_of_rounds(t, r, from, to);
    }
    add_place_of_rounds(t, r, 0, first);
}

/* Where rounds should have been: of those seen, and of those missing. */
static void add_places(timeline *t, const row *r)
{
    if (r->burst->rounds > t->lane_marks)
        return;
    for (uint32_t i = 1; i < r->burst->rounds; i++) {
        const vmn_round *round = &r->rounds[i];
        if (round->has_expected)
            add_mark(t, MARK_PLACE, vmn_time_after(round->when, -round->deviation));
    }
}

static void add_missing(timeline *t, const row *r)
{
    uint64_t step = 1 + r->burst->missing / t->lane_marks;
    for (uint32_t i = 1; i < r->burst->rounds; i++) {
        const vmn_round *round = &r->rounds[i];
        for (uint64_t k = 1; k <= round->missing; k += step) {
            int64_t when = vmn_axis_missing_time(round, r->burst->unit, k);
            begin_mark(t, MARK_MISSING, when);
            g_string_append_printf(t->out, "<title>Round %u is missing, between frames %u and %u",
                                   round->round - round->missing + (uint32_t)k - 1, round[-1].frame,
                                   round->frame);
            g_string_append(t->out, "\nabout ");
            vmn_append_time(t->out, when);
            g_string_append(t->out, " UTC</title></use>");
        }
    }
}

/* What lies before the first round seen, and how the burst ends. */
static void add_ends(timeline *t, const row *r)
{
    static const struct {
        vmn_state state;
        mark what;
    } ends[] = {{VMN_STATE_RESTART, MARK_CUT},
                {VMN_STATE_CAPTURE_END, MARK_AFTER},
                {VMN_STATE_EARLY, MARK_EARLY}};
    const vmn_burst *burst = r->burst;
    if (burst->flags & VMN_FLAG_BEGAN_BEFORE)
        add_mark(t, MARK_BEFORE, r->rounds[0].when);
    for (unsigned i = 0; i < G_N_ELEMENTS(ends); i++)
        if (burst->state == ends[i].state)
            add_mark(t, ends[i].what, r->rounds[burst->rounds - 1].when);
}

/* ---- what lies behind the marks ---- */

static void add_line(const timeline *t, const char *class, int64_t from, int64_t to)
{
    g_string_append_printf(t->out, "<line class=\"%s\"", class);
    append_x(t, "x1", from);
    append_x(t, "x2", to);
    g_string_append(t->out, " y1=\"" MIDDLE "\" y2=\"" MIDDLE "\"/>");
}

/* An upright line through a lane or half of it. */
static void add_upright(const timeline *t, const char *class, int64_t when, const char *y1,
                        const char *y2)
{
    g_string_append_printf(t->out, "<line class=\"%s\" y1=\"%s\" y2=\"%s\"", class, y1, y2);
    append_x(t, "x1", when);
    append_x(t, "x2", when);
    g_string_append(t->out, "/>");
}

static bool is_inside(const timeline *t, int64_t when)
{
    return when >= t->start && vmn_time_between(t->start, when) <= t->span;
}

/* The time without a frame of the machine itself; an end is drawn where the axis shows it. */
static void add_silence(timeline *t, const row *r)
{
    double from = share_of(t, r->at->before), to = share_of(t, r->at->after);
    if (!r->at->silent)
        return;
    t->used |= 1U << MARK_SILENCE;
    g_string_append(t->out, "<rect class=\"s\" y=\"5\" height=\"16\"");
    append_x(t, "x", r->at->before);
    g_string_append(t->out, " width=\"");
    vmn_append_decimal(t->out, (int64_t)((to - from) * 100000 + 0.5), 3);
    g_string_append(t->out, "%\"><title>No other frame of this MAC for ");
    vmn_append_seconds(t->out, vmn_time_between(r->at->before, r->at->after));
    g_string_append(t->out, " s\nfrom ");
    vmn_append_time(t->out, r->at->before);
    g_string_append(t->out, "\nto ");
    vmn_append_time(t->out, r->at->after);
    g_string_append(t->out, " UTC</title></rect>");
    if (is_inside(t, r->at->before))
        add_upright(t, "se", r->at->before, "5", "21");
    if (is_inside(t, r->at->after))
        add_upright(t, "se", r->at->after, "5", "21");
}

/* Lines from companions to the round that they came with, as far as they run through this lane. */
static void add_links(timeline *t, const row *r)
{
    uint32_t here = (uint32_t)(r->at - t->lanes);
    for (uint32_t i = here; i < t->n_lanes && t->lanes[i].main == r->at->main; i++) {
        const lane *below = &t->lanes[i];
        if (below->linked == 0 || i - below->linked > here)
            continue;
        add_upright(t, "link", below->linked_at, i - below->linked == here ? MIDDLE : "0",
                    i == here ? MIDDLE : "100%");
    }
}

/* ---- words of a lane ---- */

/* For the mouse where no mark is. */
static void append_lane_title(GString *out, const vmn_burst *burst)
{
    g_string_append_printf(out, "<title>Burst %u, event %u\n", burst->number, burst->event);
    vmn_append_mac(out, burst->mac);
    g_string_append(out, ", ");
    vmn_append_markup(out, burst->schedule);
    g_string_append_printf(out, "\n%u round%s seen, %u missing; %s", burst->rounds,
                           burst->rounds == 1 ? "" : "s", burst->missing,
                           vmn_state_name(burst->state));
    if (burst->head_missing > 0)
        g_string_append_printf(out, "\n%u missing before the first", burst->head_missing);
    if (burst->companion_of > 0)
        g_string_append_printf(out, "\ncame along with burst %u", burst->companion_of);
    g_string_append(out, "</title>");
}

/* For a screen reader, which reads the other cells of the row as well. */
static void append_lane_words(timeline *t, const row *r)
{
    const vmn_burst *burst = r->burst;
    uint32_t told = MIN(burst->rounds, MOST_TOLD);
    g_string_append_printf(t->out, "<desc id=\"lane%u-%u\">Burst %u, %s; rounds at ", t->part,
                           burst->number, burst->number, vmn_state_name(burst->state));
    for (uint32_t i = 0; i < told; i++) {
        vmn_append_seconds(t->out, vmn_time_between(t->zero, r->rounds[i].when));
        g_string_append(t->out, i + 1 < told ? ", " : " s");
    }
    if (told < burst->rounds)
        g_string_append_printf(t->out, " and %u more", burst->rounds - told);
    g_string_append(t->out, "</desc>");
}

static void append_lane(timeline *t, const lane *at)
{
    row r = {.at = at, .burst = burst_at(t, at->burst)};
    r.rounds = g_new(vmn_round, r.burst->rounds);
    for (uint32_t j = 0; j < r.burst->rounds; j++)
        vmn_engine_burst_round(t->summary->engine, at->burst, j, &r.rounds[j]);
    g_string_append_printf(t->out, "<tr><th scope=\"row\">%u</th><td class=\"mac\">",
                           r.burst->number);
    vmn_append_mac(t->out, r.burst->mac);
    g_string_append(t->out, "</td><td class=\"time\">");
    g_string_append_printf(t->out,
                           "<svg class=\"lane\" role=\"img\" aria-labelledby=\"lane%u-%u\">",
                           t->part, r.burst->number);
    append_lane_title(t->out, r.burst);
    append_lane_words(t, &r);
    g_string_append_printf(t->out, "<use href=\"#grid%u-%u\"/>", t->part, t->number);
    add_links(t, &r);
    add_silence(t, &r);
    add_places(t, &r);
    add_line(t, "run", r.burst->start, vmn_time_after(r.burst->start, r.burst->span));
    add_missing(t, &r);
    add_rounds(t, &r);
    add_ends(t, &r);
    g_string_append_printf(t->out, "</svg></td><td class=\"seen\">%u/%u</td><td class=\"plan\">",
                           r.burst->rounds, r.burst->rounds + r.burst->missing);
    vmn_append_markup(t->out, r.burst->schedule);
    g_string_append(t->out, "</td></tr>\n");
    g_free(r.rounds);
}

/* ---- the ruler ---- */

/* Append a step's line, for all lanes, to t->out, and its label to `labels`. */
static void append_step(timeline *t, GString *labels, int64_t since_zero, int64_t step)
{
    int64_t when = vmn_time_after(t->zero, since_zero);
    GString *out = t->out;
    add_upright(t, since_zero == 0 ? "zero" : "grid", when, "0", "100%");
    t->out = labels;
    g_string_append(labels, "<text");
    append_x(t, "x", when);
    g_string_append(labels, " y=\"14\">");
    if (since_zero == 0)
        g_string_append_c(labels, '0');
    else
        vmn_axis_append_step(labels, since_zero, step, "µs");
    g_string_append(labels, "</text>");
    t->out = out;
}

static void append_ruler(timeline *t)
{
    int64_t step = vmn_axis_step(t->span, MOST_STEPS);
    int64_t first = -(vmn_time_between(t->start, t->zero) / step);
    GString *labels = g_string_new(NULL);
    g_string_append_printf(t->out,
                           "<svg class=\"ruler\" aria-hidden=\"true\"><defs><g "
                           "id=\"grid%u-%u\">",
                           t->part, t->number);
    for (int64_t i = first; i <= first + MOST_STEPS; i++)
        if (is_inside(t, vmn_time_after(t->zero, i * step)))
            append_step(t, labels, i * step, step);
    g_string_append_printf(t->out, "</g></defs>%s</svg>", labels->str);
    g_string_free(labels, TRUE);
}

/* ---- panels ---- */

static gint by_event(gconstpointer a, gconstpointer b, gpointer data)
{
    const vmn_summary *summary = data;
    const lane *x = a, *y = b;
    const vmn_burst *main_x = &summary->bursts[x->main].burst;
    const vmn_burst *main_y = &summary->bursts[y->main].burst;
    if (main_x->event != main_y->event)
        return main_x->event < main_y->event ? -1 : 1;
    if (x->main != y->main) {
        if (main_x->start != main_y->start)
            return main_x->start < main_y->start ? -1 : 1;
        return x->main < y->main ? -1 : 1;
    }
    if ((x->burst == x->main) != (y->burst == y->main))
        return x->burst == x->main ? -1 : 1;
    return x->burst < y->burst ? -1 : x->burst > y->burst;
}

/* Companions have their lane below the burst that they came along with. */
static void order_lanes(timeline *t)
{
    g_qsort_with_data(t->lanes, (gint)t->n_lanes, sizeof *t->lanes, by_event, (gpointer)t->summary);
    for (uint32_t i = 0, main = 0; i < t->n_lanes; i++) {
        lane *l = &t->lanes[i];
        vmn_round round;
        if (l->main != t->lanes[main].burst)
            main = i;
        if (l->burst == l->main || l->main != t->lanes[main].burst)
            continue;
        l->linked = i - main;
        vmn_summary_nearest_round(t->summary, l->main, burst_at(t, l->burst)->start, &round);
        l->linked_at = round.when;
    }
}

/* The axis also shows a silence around its bursts, unless that is much longer than they are. */
static void widen_axis(timeline *t, int64_t end)
{
    int64_t room = MAX(vmn_time_between(t->zero, end), VMN_S);
    int64_t earliest = vmn_time_after(t->zero, -room), latest = vmn_time_after(end, room);
    t->start = t->zero;
    for (uint32_t i = 0; i < t->n_lanes; i++) {
        if (!t->lanes[i].silent)
            continue;
        t->start = MIN(t->start, MAX(t->lanes[i].before, earliest));
        end = MAX(end, MIN(t->lanes[i].after, latest));
    }
    t->span = vmn_time_between(t->start, end);
}

static void find_silence(const vmn_summary *summary, lane *l)
{
    vmn_around around;
    if (!vmn_cutover_is_asked())
        return;
    vmn_cutover_of_burst(summary, l->burst, &around);
    l->silent = around.has_before && around.has_after;
    l->before = around.before.when;
    l->after = around.after.when;
}

static void make_lanes(timeline *t, const uint32_t *order, const vmn_panel *panel)
{
    t->n_lanes = panel->to - panel->from;
    t->lanes = g_new0(lane, t->n_lanes);
    for (uint32_t i = panel->from; i < panel->to; i++)
        t->has_lane[order[i]] = true;
    for (uint32_t i = 0; i < t->n_lanes; i++) {
        lane *l = &t->lanes[i];
        uint32_t with = burst_at(t, order[panel->from + i])->companion_of;
        l->burst = l->main = order[panel->from + i];
        if (with > 0 && t->has_lane[with - 1])
            l->main = with - 1;
        find_silence(t->summary, l);
    }
    for (uint32_t i = panel->from; i < panel->to; i++)
        t->has_lane[order[i]] = false;
    order_lanes(t);
    t->zero = panel->start;
    widen_axis(t, panel->end);
}

/* Append the lanes of one event, from … to − 1, with its number where they are several. */
static void append_event(timeline *t, uint32_t from, uint32_t to)
{
    uint32_t bursts = 0;
    for (uint32_t i = from; i < to; i++)
        bursts += t->lanes[i].burst == t->lanes[i].main;
    g_string_append(t->out, bursts > 1 ? "<tbody class=\"group\">\n" : "<tbody>\n");
    if (bursts > 1)
        g_string_append_printf(t->out,
                               "<tr class=\"event\"><th colspan=\"5\" scope=\"rowgroup\">Event %u: "
                               "%u bursts</th></tr>\n",
                               burst_at(t, t->lanes[from].main)->event, bursts);
    for (uint32_t i = from; i < to; i++)
        append_lane(t, &t->lanes[i]);
    g_string_append(t->out, "</tbody>\n");
}

/* A lane of its own; what lies outside the axis is cut off. */
static void append_task(timeline *t, const vmn_task *task)
{
    const char *name = *task->name ? task->name : "task";
    double width = share_of(t, task->end) - share_of(t, task->start);
    t->used |= 1U << MARK_TASK;
    g_string_append(t->out, "<tr><td></td><td class=\"mac task\">");
    vmn_append_markup(t->out, name);
    g_string_append(t->out, "</td><td class=\"time\"><svg class=\"lane\" role=\"img\"><title>");
    vmn_append_markup(t->out, name);
    g_string_append(t->out, *task->target ? " (" : "");
    vmn_append_markup(t->out, task->target);
    g_string_append(t->out, *task->target ? "), " : ", ");
    vmn_append_period(t->out, task->start, task->end);
    g_string_append_printf(t->out, "</title><use href=\"#grid%u-%u\"/>", t->part, t->number);
    g_string_append(t->out, "<rect class=\"t\" y=\"7\" height=\"12\"");
    append_x(t, "x", task->start);
    g_string_append(t->out, " width=\"");
    vmn_append_decimal(t->out, (int64_t)(width * 100000 + 0.5), 3);
    g_string_append(t->out, "%\"/></svg></td><td></td><td class=\"plan\">task</td></tr>\n");
}

/* The tasks that ran at a time which the axis shows. */
static void append_tasks(timeline *t)
{
    int64_t end = vmn_time_after(t->start, t->span);
    unsigned drawn = 0;
    for (unsigned i = 0; i < vmn_tasks_size(t->summary->tasks) && drawn < MOST_TASKS; i++) {
        const vmn_task *task = vmn_tasks_get(t->summary->tasks, i);
        if (task->end < t->start || task->start > end)
            continue;
        g_string_append(t->out, drawn == 0 ? "<tbody>\n" : "");
        append_task(t, task);
        drawn++;
    }
    g_string_append(t->out, drawn > 0 ? "</tbody>\n" : "");
}

static void append_panel(timeline *t, const uint32_t *order, const vmn_panel *panel)
{
    make_lanes(t, order, panel);
    g_string_append(t->out, "<table class=\"timeline\">\n<caption>0 is ");
    vmn_append_time(t->out, panel->start);
    g_string_append(t->out, " UTC; ");
    vmn_append_seconds(t->out, vmn_time_between(panel->start, panel->end));
    g_string_append(t->out, " s from the first round to the last</caption>\n<thead><tr><th "
                            "scope=\"col\">#</th><th scope=\"col\" class=\"mac\">MAC</th><th "
                            "scope=\"col\" class=\"time\">");
    append_ruler(t);
    g_string_append(t->out, "<span class=\"heard\">time</span></th><th scope=\"col\" "
                            "class=\"seen\">rounds</th><th scope=\"col\" "
                            "class=\"plan\">schedule</th></tr></thead>\n");
    for (uint32_t from = 0, to; from < t->n_lanes; from = to) {
        uint32_t event = burst_at(t, t->lanes[from].main)->event;
        for (to = from + 1; to < t->n_lanes; to++)
            if (burst_at(t, t->lanes[to].main)->event != event)
                break;
        append_event(t, from, to);
    }
    append_tasks(t);
    g_string_append(t->out, "</table>\n");
    g_free(t->lanes);
    t->number++;
}

/* One panel after the other, with the silence between them. */
static void append_panels(timeline *t, const uint32_t *order, uint32_t n)
{
    vmn_panel panel;
    for (uint32_t from = 0; from < n; from = panel.to) {
        vmn_axis_panel(t->summary, order, n, from, &panel);
        append_panel(t, order, &panel);
        if (panel.to < n) {
            g_string_append(t->out, "<p class=\"silence\">");
            vmn_append_seconds(t->out, panel.silence);
            g_string_append(t->out, " s without these notices</p>\n");
        }
    }
}

uint32_t vmn_svg_append_timeline(GString *out, const vmn_summary *summary, unsigned most,
                                 unsigned part)
{
    timeline t = {.out = g_string_new(NULL), .summary = summary, .part = part};
    uint32_t all;
    uint32_t *order = vmn_summary_by_start(summary, true, &all);
    uint32_t n = most > 0 ? MIN(all, most) : all;
    t.has_lane = g_new0(bool, summary->n_bursts);
    t.lane_marks = CLAMP(MOST_MARKS / MAX(n, 1), MIN_LANE_MARKS, MAX_LANE_MARKS);
    append_panels(&t, order, n);
    append_legend(out, t.used);
    g_string_append_len(out, t.out->str, (gssize)t.out->len);
    g_string_free(t.out, TRUE);
    g_free(t.has_lane);
    g_free(order);
    return all - n;
}
