/* timeline.c
 * The bursts as a picture in text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "timeline.h"

#include "axis.h"
#include "format.h"

#include <stdio.h>
#include <string.h>

#define MAX_SCHEDULE_COLUMNS 20
#define MAC_COLUMNS 17
#define MOST_TASKS 8 /* of a panel */

/* ---- one line ---- */

/* The column of a time; times outside the axis go to its first or last place. */
static unsigned column_of(const vmn_timeline_axis *axis, int64_t when)
{
    unsigned places = axis->columns - 2;
    if (axis->span <= 0 || when <= axis->start)
        return 1;
    double share = (double)vmn_time_between(axis->start, when) / (double)axis->span;
    return 1 + (unsigned)MIN(share * (places - 1) + 0.5, places - 1);
}

static char count_mark(unsigned rounds)
{
    if (rounds == 1)
        return 'o';
    return rounds < 10 ? (char)('0' + rounds) : '#';
}

/* Put x where rounds are missing. A long gap needs no more marks than the axis has columns. */
static void mark_missing(char *cells, const vmn_timeline_line *line, const vmn_timeline_axis *axis)
{
    for (uint32_t i = 1; i < line->n; i++) {
        const vmn_round *round = &line->rounds[i];
        uint64_t step = 1 + round->missing / axis->columns;
        for (uint64_t k = 1; k <= round->missing; k += step)
            cells[column_of(axis, vmn_axis_missing_time(round, line->unit, k))] = 'x';
    }
}

static void mark_rounds(char *cells, const vmn_timeline_line *line, const vmn_timeline_axis *axis)
{
    unsigned in_column = 0, column = 0;
    for (uint32_t i = 0; i < line->n; i++) {
        unsigned at = column_of(axis, line->rounds[i].when);
        in_column = at == column ? in_column + 1 : 1;
        column = at;
        cells[at] = count_mark(in_column);
    }
}

void vmn_timeline_append_line(GString *out, const vmn_timeline_line *line,
                              const vmn_timeline_axis *axis)
{
    char *cells = g_strnfill(axis->columns, ' ');
    if (line->n > 0) {
        unsigned first = column_of(axis, line->rounds[0].when);
        unsigned last = column_of(axis, line->rounds[line->n - 1].when);
        if (last > first)
            memset(cells + first, '-', last - first);
        mark_missing(cells, line, axis);
        mark_rounds(cells, line, axis);
        if (line->restart)
            cells[first] = 'R';
        if (line->began_before)
            cells[first - 1] = '<';
        if (line->end)
            cells[last + 1] = line->end;
    }
    g_string_append(out, cells);
    g_free(cells);
}

/* ---- the ruler ---- */

void vmn_timeline_append_ruler(GString *out, const vmn_timeline_axis *axis)
{
    const unsigned label_columns = 9;
    char *cells = g_strnfill(axis->columns, ' ');
    unsigned n = MAX((axis->columns - 2) / label_columns, 1);
    cells[1] = '0';
    if (axis->span > 0) {
        int64_t step = vmn_axis_step(axis->span, n);
        GString *label = g_string_new(NULL);
        for (int64_t i = 1; i <= axis->span / step; i++) {
            g_string_truncate(label, 0);
            vmn_axis_append_step(label, i * step, step, "us");
            unsigned at = column_of(axis, vmn_time_after(axis->start, i * step));
            if (at + label->len <= axis->columns && cells[at - 1] == ' ')
                memcpy(cells + at, label->str, label->len);
        }
        g_string_free(label, TRUE);
    }
    g_string_append(out, cells);
    g_free(cells);
}

/* ---- panels ---- */

/* The whole picture in the making. */
typedef struct {
    GString *out;
    const vmn_summary *summary;
    uint32_t *order;           /* listed bursts: indices, by start time … */
    uint32_t n;                /* … so many … */
    uint32_t left_out;         /* … and so many are not drawn */
    unsigned number_columns;   /* width of burst numbers */
    unsigned rounds_columns;   /* of "6/6" */
    unsigned schedule_columns; /* of schedule names */
    unsigned axis_columns;
    bool alone;     /* no table stands beside it: events, rounds and schedules are told */
    char used[128]; /* which marks were drawn */
    unsigned tasks; /* how many were drawn */
} picture;

static const vmn_burst *burst_at(const picture *p, uint32_t i)
{
    return &p->summary->bursts[p->order[i]].burst;
}

static unsigned decimal_columns(uint32_t number)
{
    unsigned n = 1;
    while (number /= 10)
        n++;
    return n;
}

/* Choose the bursts, `most` of them (0: all), their order, and the columns, so that a line is width
 * columns wide. */
static void lay_out(picture *p, unsigned width, unsigned most)
{
    p->number_columns = 3;
    p->rounds_columns = 6;
    p->schedule_columns = 8;
    p->order = vmn_summary_by_start(p->summary, true, &p->n);
    if (most > 0 && p->n > most) {
        p->left_out = p->n - most;
        p->n = most;
    }
    for (uint32_t i = 0; i < p->n; i++) {
        const vmn_burst *burst = burst_at(p, i);
        unsigned rounds =
            decimal_columns(burst->rounds) + 1 + decimal_columns(burst->rounds + burst->missing);
        p->number_columns = MAX(p->number_columns, decimal_columns(burst->number));
        p->rounds_columns = MAX(p->rounds_columns, rounds);
        p->schedule_columns = MAX(p->schedule_columns, vmn_columns(burst->schedule));
    }
    p->schedule_columns = MIN(p->schedule_columns, MAX_SCHEDULE_COLUMNS);
    width = MAX(width, VMN_TIMELINE_MIN_WIDTH);
    unsigned around = p->number_columns + 1 + 17 + 1 + 2;
    if (!p->alone) {
        p->axis_columns = width - around;
        return;
    }
    around += 1 + p->rounds_columns + 1;
    /* In a narrow picture the axis gets half of what is left, and schedule names are cut. */
    unsigned left = width > around + 8 ? width - around : 8;
    p->schedule_columns = MIN(p->schedule_columns, left / 2);
    p->axis_columns = left - p->schedule_columns;
}

/* "event 1", "events 1-3" of the panel's bursts. */
static void append_events(const picture *p, uint32_t from, uint32_t to)
{
    uint32_t low = UINT32_MAX, high = 0;
    for (uint32_t i = from; i < to; i++) {
        low = MIN(low, burst_at(p, i)->event);
        high = MAX(high, burst_at(p, i)->event);
    }
    if (low == high)
        g_string_append_printf(p->out, ", event %u", low);
    else
        g_string_append_printf(p->out, ", events %u to %u", low, high);
}

static char end_mark(vmn_state state)
{
    switch (state) {
    case VMN_STATE_RESTART:
        return '!';
    case VMN_STATE_CAPTURE_END:
        return '>';
    case VMN_STATE_EARLY:
        return '?';
    default:
        return 0;
    }
}

/* A schedule name, cut to its columns; in p->out. */
static void append_schedule(const picture *p, const char *schedule)
{
    if (vmn_columns(schedule) <= p->schedule_columns) {
        g_string_append(p->out, schedule);
        return;
    }
    char *head = g_utf8_substring(schedule, 0, (glong)p->schedule_columns - 1);
    g_string_append_printf(p->out, "%s…", head);
    g_free(head);
}

static void append_rounds_and_schedule(const picture *p, const vmn_burst *burst)
{
    char seen[24];
    snprintf(seen, sizeof seen, "%u/%u", burst->rounds, burst->rounds + burst->missing);
    g_string_append_printf(p->out, " %*s ", (int)p->rounds_columns, seen);
    append_schedule(p, burst->schedule);
}

static void append_burst(picture *p, uint32_t id, const vmn_timeline_axis *axis)
{
    const vmn_burst *burst = &p->summary->bursts[id].burst;
    vmn_round *rounds = g_new(vmn_round, burst->rounds);
    for (uint32_t j = 0; j < burst->rounds; j++)
        vmn_engine_burst_round(p->summary->engine, id, j, &rounds[j]);
    vmn_timeline_line line = {.rounds = rounds,
                              .n = burst->rounds,
                              .unit = burst->unit,
                              .restart = burst->flags & VMN_FLAG_RESTART,
                              .began_before = burst->flags & VMN_FLAG_BEGAN_BEFORE,
                              .end = end_mark(burst->state)};
    g_string_append_printf(p->out, "%*u ", (int)p->number_columns, burst->number);
    vmn_append_mac(p->out, burst->mac);
    g_string_append(p->out, " |");
    size_t drawn = p->out->len;
    vmn_timeline_append_line(p->out, &line, axis);
    for (; drawn < p->out->len; drawn++)
        p->used[p->out->str[drawn] & 0x7f] = 1;
    g_string_append_c(p->out, '|');
    if (p->alone)
        append_rounds_and_schedule(p, burst);
    g_string_append_c(p->out, '\n');
    g_free(rounds);
}

/* One line a task that runs while the panel does: "[====]", open where it began before or ended
 * after. */
static void append_task(picture *p, const vmn_task *task, const vmn_timeline_axis *axis)
{
    int64_t end = vmn_time_after(axis->start, axis->span);
    char *cells = g_strnfill(axis->columns, ' ');
    unsigned from = column_of(axis, task->start), to = column_of(axis, task->end);
    char *name = g_utf8_substring(task->name, 0, MIN(g_utf8_strlen(task->name, -1), MAC_COLUMNS));
    memset(cells + from, '=', to - from + 1);
    if (task->start >= axis->start)
        cells[from] = '[';
    if (task->end <= end)
        cells[to] = ']';
    g_string_append_printf(p->out, "%*s ", (int)p->number_columns, "");
    vmn_append_plain(p->out, name, strlen(name));
    g_string_append_printf(p->out, "%*s |%s|\n", (int)(MAC_COLUMNS - vmn_columns(name)), "", cells);
    p->tasks++;
    g_free(name);
    g_free(cells);
}

static void append_tasks(picture *p, const vmn_timeline_axis *axis)
{
    int64_t end = vmn_time_after(axis->start, axis->span);
    unsigned drawn = 0;
    for (unsigned i = 0; i < vmn_tasks_size(p->summary->tasks) && drawn < MOST_TASKS; i++) {
        const vmn_task *task = vmn_tasks_get(p->summary->tasks, i);
        if (task->end < axis->start || task->start > end)
            continue;
        append_task(p, task, axis);
        drawn++;
    }
}

static void append_panel(picture *p, const vmn_panel *panel)
{
    vmn_timeline_axis axis = {panel->start, vmn_time_between(panel->start, panel->end),
                              p->axis_columns};
    vmn_append_time(p->out, panel->start);
    g_string_append(p->out, " UTC, ");
    vmn_append_seconds(p->out, axis.span);
    g_string_append(p->out, " s");
    if (p->alone)
        append_events(p, panel->from, panel->to);
    g_string_append_printf(p->out, "\n%*s %-17s |", (int)p->number_columns, "#", "MAC");
    vmn_timeline_append_ruler(p->out, &axis);
    g_string_append_c(p->out, '|');
    if (p->alone)
        g_string_append_printf(p->out, " %*s schedule", (int)p->rounds_columns, "rounds");
    g_string_append_c(p->out, '\n');
    for (uint32_t i = panel->from; i < panel->to; i++)
        append_burst(p, p->order[i], &axis);
    append_tasks(p, &axis);
}

/* One panel after the other, with the silence between them. */
static void append_panels(picture *p)
{
    vmn_panel panel;
    for (uint32_t from = 0; from < p->n; from = panel.to) {
        vmn_axis_panel(p->summary, p->order, p->n, from, &panel);
        append_panel(p, &panel);
        if (panel.to < p->n) {
            g_string_append(p->out, "\n... ");
            vmn_append_seconds(p->out, panel.silence);
            g_string_append(p->out, " s without these notices ...\n\n");
        }
    }
}

/* Explain the marks that were drawn, no others. */
static void append_legend(const picture *p)
{
    static const struct {
        char mark;
        const char *text;
    } marks[] = {{'o', "o round"},
                 {'#', "# ten or more rounds in one column"},
                 {'x', "x missing round (about there)"},
                 {'R', "R restart: first round of a new burst"},
                 {'!', "! cut short by a restart"},
                 {'<', "< may have begun before the capture"},
                 {'>', "> may go on after the capture"},
                 {'?', "? ended early"}};
    bool several = false;
    for (char digit = '2'; digit <= '9'; digit++)
        several = several || p->used[(int)digit];
    g_string_append_c(p->out, '\n');
    for (unsigned i = 0; i < G_N_ELEMENTS(marks); i++) {
        if (p->used[(int)marks[i].mark])
            g_string_append_printf(p->out, "  %s\n", marks[i].text);
        if (i == 0 && several)
            g_string_append(p->out, "  2-9 so many rounds in one column\n");
    }
    if (p->tasks > 0)
        g_string_append(p->out, "  [===] a task, by the clock of who wrote it down\n");
}

void vmn_timeline_append(GString *out, const vmn_summary *summary, unsigned width)
{
    picture p = {.out = out, .summary = summary, .alone = true};
    lay_out(&p, width, 0);
    if (p.n == 0) {
        g_string_append(out, "vMotion Notify timeline: no burst to show\n");
    } else {
        g_string_append_printf(out, "vMotion Notify timeline: %u burst%s\n\n", p.n,
                               p.n == 1 ? "" : "s");
        append_panels(&p);
        append_legend(&p);
    }
    g_free(p.order);
}

uint32_t vmn_timeline_append_picture(GString *out, const vmn_summary *summary, unsigned width,
                                     unsigned most)
{
    picture p = {.out = out, .summary = summary};
    lay_out(&p, width, most);
    if (p.n > 0) {
        append_panels(&p);
        append_legend(&p);
    }
    g_free(p.order);
    return p.left_out;
}
