/* table.c
 * The tables: vmotion_notify,schedule, …,mac and …,event.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Wireshark's stat tables are filled while packets come by and have no draw
 * callback of their own. A row can be written as soon as the engine's answer
 * is final:
 *
 *   GUI, sharkd   frames are visited again for the table, everything is
 *                 known: a row is written at its first frame
 *   tshark        the answer is final after the last frame. A second tap
 *                 listener without packet callback, registered at the first
 *                 frame, writes all rows: listeners are drawn latest first
 *                 (epan/tap.c puts a new one at the head of its queue), so
 *                 its draw callback runs just before tshark prints the table
 *
 * Memory. Dialogs of one table share it, and hold raw pointers to its rows
 * until they are filled again. A reset therefore parks the rows instead of
 * freeing them: they go when the dialogs that could show them are gone.
 *
 * A cell is never left empty: Copy and Save as would shift the row's rest to
 * the left. What there is none of reads "-"; only the largest deviation, a
 * signed number that text would not sort, then reads 0. JSON says null.
 */
#include "table.h"

#include "burst_words.h"
#include "chosen.h"
#include "compat.h"
#include "cutover_tap.h"
#include "format.h"
#include "listener.h"
#include "place.h"
#include "summary.h"
#include "switch_rows.h"
#include "tap.h"
#include "text.h"

#include <epan/stat_tap_ui.h>

#include <stdio.h>
#include <string.h>

#define MAX_INTERVALS 12 /* in a cell, then "… (n more)" */
#define MAX_EVENT_MACS 8 /* likewise */
#define MAX_PLACES 4     /* likewise */
#define MAX_COLUMNS 20

typedef enum { SCHEDULE = 0, MAC, EVENT, SWITCH, CUTOVER, N_TABLES } table_kind;

typedef struct {
    stat_tap_table_ui ui; /* first: Wireshark hands out a pointer to it */
    table_kind kind;
    vmn_chosen chosen;        /* tshark: what passed the filter */
    bool waits;               /* tshark: the listener that writes the rows is registered */
    vmn_summary *summary;     /* GUI, sharkd: of this filling */
    const vmn_engine *engine; /* whose summary it is, never followed */
    uint32_t size;            /* number of its records then */
    GPtrArray *parked;        /* rows that a dialog may still show */
    GHashTable *shown;        /* GUI, sharkd, cut-over: burst's index → its cells */
} table;

static table tables[N_TABLES];

/* ---- columns ---- */

#define LEFT(name)                                                                                 \
    {                                                                                              \
        TABLE_ITEM_STRING, TAP_ALIGN_LEFT, name, "%s"                                              \
    }
#define RIGHT(name)                                                                                \
    {                                                                                              \
        TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, name, "%s"                                             \
    }
#define COUNT(name)                                                                                \
    {                                                                                              \
        TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, name, "%u"                                               \
    }
#define SIGNED(name)                                                                               \
    {                                                                                              \
        TABLE_ITEM_INT, TAP_ALIGN_RIGHT, name, "%d"                                                \
    }
#define SECONDS(name)                                                                              \
    {                                                                                              \
        TABLE_ITEM_FLOAT, TAP_ALIGN_RIGHT, name, "%.6f"                                            \
    }

/* Six decimals of seconds are what the GUI of 4.0 and 4.4 prints of a float whatever its format
 * says. */
static stat_tap_table_item schedule_columns[] = {
    LEFT("MAC"),          RIGHT("VLAN"),         COUNT("Burst"),
    LEFT("Announcer"),    LEFT("Schedule"),      COUNT("Rounds"),
    COUNT("Missing"),     COUNT("Frames"),       SIGNED("Max. deviation (µs)"),
    COUNT("First frame"), LEFT("Start (UTC)"),   SECONDS("Span (s)"),
    LEFT("State"),        COUNT("Head missing"), COUNT("Confidence (%)"),
    LEFT("Also fits"),    LEFT("Seen at"),       LEFT("Intervals (s)")};

static stat_tap_table_item mac_columns[] = {LEFT("MAC"),
                                            COUNT("Bursts"),
                                            COUNT("Rounds"),
                                            COUNT("Missing"),
                                            COUNT("Frames"),
                                            COUNT("First frame"),
                                            LEFT("First seen (UTC)"),
                                            LEFT("Last seen (UTC)"),
                                            RIGHT("Largest silence (s)"),
                                            LEFT("Announcers")};

/* Not the number first: the GUI's sort mark would lie on a narrow column's name. */
static stat_tap_table_item event_columns[] = {
    LEFT("Start (UTC)"),  COUNT("Event"),      COUNT("MACs"),         COUNT("Bursts"),
    COUNT("Rounds"),      COUNT("Missing"),    COUNT("Frames"),       LEFT("Announcers"),
    COUNT("First frame"), SECONDS("Span (s)"), LEFT("MACs announced")};

static stat_tap_table_item switch_columns[] = {
    LEFT("MAC"),   COUNT("Bursts"),       RIGHT("Switch VLAN"), LEFT("Switch port"),
    LEFT("Entry"), LEFT("Companion MAC"), LEFT("Same port"),    LEFT("Remark")};

static stat_tap_table_item cutover_columns[] = {LEFT("MAC"),
                                                COUNT("Burst"),
                                                COUNT("First frame"),
                                                LEFT("Start (UTC)"),
                                                RIGHT("Last before"),
                                                RIGHT("First after"),
                                                RIGHT("Silence (s)"),
                                                RIGHT("Before round 1 (s)"),
                                                RIGHT("After (s)"),
                                                LEFT("Moved"),
                                                LEFT("Path before"),
                                                LEFT("Path after"),
                                                RIGHT("First traffic"),
                                                RIGHT("Silence to traffic (s)"),
                                                RIGHT("Unanswered"),
                                                RIGHT("Early frame"),
                                                LEFT("Own announcement"),
                                                LEFT("Note")};

/* ---- cells ---- */

/* Cells of one row, filled from left to right. */
typedef struct {
    stat_tap_table_item_type cells[MAX_COLUMNS];
    unsigned n;
} row;

static stat_tap_table_item_type *next_cell(row *r, stat_tap_table_item_enum type)
{
    stat_tap_table_item_type *cell = &r->cells[r->n++];
    memset(cell, 0, sizeof *cell);
    cell->type = type;
    return cell;
}

static void put_count(row *r, uint32_t count)
{
    next_cell(r, TABLE_ITEM_UINT)->value.uint_value = count;
}

static void put_seconds(row *r, int64_t ns)
{
    next_cell(r, TABLE_ITEM_FLOAT)->value.float_value = (double)vmn_whole_us(ns) / 1e9;
}

/* Takes text over. */
static void put_text(row *r, GString *text)
{
    next_cell(r, TABLE_ITEM_STRING)->value.string_value = g_string_free(text, FALSE);
}

static void put_mac(row *r, const uint8_t mac[6])
{
    GString *text = g_string_new(NULL);
    vmn_append_who(text, mac);
    put_text(r, text);
}

static void put_time(row *r, int64_t ns)
{
    GString *text = g_string_new(NULL);
    vmn_append_time(text, ns);
    put_text(r, text);
}

/* Seconds or "-", as wide as any, so that it sorts as a number. */
static void put_wide_seconds(row *r, bool known, int64_t ns)
{
    GString *text = g_string_new(NULL);
    if (known)
        vmn_append_seconds(text, ns);
    else
        g_string_append_c(text, '-');
    while (text->len < 17) /* nanoseconds in 64 bits hold ten digits of seconds */
        g_string_prepend_c(text, ' ');
    put_text(r, text);
}

/* VLAN ids four places wide, so that they sort as numbers; "-" when every path is untagged. */
static void put_vlans(row *r, const vmn_summary *summary, uint32_t burst)
{
    GString *text = g_string_new(NULL);
    GArray *vlans = vmn_summary_vlans(summary, burst);
    for (unsigned i = 0; i < vlans->len; i++)
        g_string_append_printf(text, i == 0 ? "%4u" : ", %u", g_array_index(vlans, uint16_t, i));
    if (vlans->len == 0)
        g_string_append(text, "-");
    g_array_unref(vlans);
    put_text(r, text);
}

static void put_intervals(row *r, const vmn_summary *summary, uint32_t burst)
{
    GString *text = g_string_new(NULL);
    uint32_t rounds = summary->bursts[burst].burst.rounds;
    uint32_t shown = MIN(rounds, MAX_INTERVALS + 1);
    for (uint32_t j = 1; j < shown; j++) {
        vmn_round round;
        vmn_engine_burst_round(summary->engine, burst, j, &round);
        if (j > 1)
            g_string_append_c(text, ' ');
        vmn_append_seconds(text, round.delta);
    }
    if (shown < rounds)
        g_string_append_printf(text, " … (%u more)", rounds - shown);
    if (rounds < 2)
        g_string_append_c(text, '-');
    put_text(r, text);
}

/* Where a burst was seen; if some place missed rounds, how many of them each saw. */
static void put_places(row *r, const vmn_summary *summary, uint32_t burst)
{
    GString *text = g_string_new(NULL);
    GArray *paths = vmn_summary_paths(summary, burst);
    unsigned shown = MIN(paths->len, MAX_PLACES);
    uint32_t rounds = summary->bursts[burst].burst.rounds, seen[MAX_PLACES] = {0}, all = 0;
    for (uint32_t j = 0; paths->len > 1 && j < rounds; j++) {
        uint64_t places = vmn_engine_round_paths(summary->engine, burst, j);
        for (unsigned k = 0; k < shown; k++)
            seen[k] += places >> k & 1;
    }
    for (unsigned k = 0; k < shown; k++)
        all += seen[k];
    for (unsigned k = 0; k < shown; k++) {
        if (k > 0)
            g_string_append(text, ", ");
        vmn_place_append(text, &g_array_index(paths, vmn_path, k));
        if (paths->len > 1 && all < shown * rounds)
            g_string_append_printf(text, " %u/%u", seen[k], rounds);
    }
    if (shown < paths->len)
        g_string_append_printf(text, " … (%u more)", paths->len - shown);
    g_array_unref(paths);
    put_text(r, text);
}

static void put_announcers(row *r, const GPtrArray *names)
{
    GString *text = g_string_new(NULL);
    for (unsigned i = 0; names && i < names->len; i++)
        g_string_append_printf(text, "%s%s", i == 0 ? "" : ", ",
                               (const char *)g_ptr_array_index(names, i));
    put_text(r, text);
}

/* Announcers given as bits, or "-". */
static void put_fitting(row *r, unsigned announcers)
{
    GString *text = g_string_new(NULL);
    for (unsigned i = 0; i < VMN_ANNOUNCERS; i++)
        if (announcers & 1U << i)
            g_string_append_printf(text, "%s%s", text->len == 0 ? "" : ", ",
                                   vmn_announcer_name((vmn_announcer)i));
    if (text->len == 0)
        g_string_append_c(text, '-');
    put_text(r, text);
}

static void put_event_macs(row *r, vmn_summary *summary, uint32_t event)
{
    uint32_t macs[MAX_EVENT_MACS];
    uint32_t n = vmn_summary_event_macs(summary, event, macs, MAX_EVENT_MACS);
    GString *text = g_string_new(NULL);
    for (uint32_t i = 0; i < MIN(n, MAX_EVENT_MACS); i++) {
        if (i > 0)
            g_string_append_c(text, ' ');
        vmn_append_mac(text, summary->macs[macs[i]].mac);
    }
    if (n > MAX_EVENT_MACS)
        g_string_append_printf(text, " … (%u more)", n - MAX_EVENT_MACS);
    put_text(r, text);
}

/* ---- rows ---- */

static void schedule_row(row *r, const vmn_summary *summary, uint32_t i)
{
    const vmn_burst *burst = &summary->bursts[i].burst;
    put_mac(r, burst->mac);
    put_vlans(r, summary, i);
    put_count(r, burst->number);
    put_text(r, g_string_new(burst->announcer_name));
    put_text(r, g_string_new(burst->schedule));
    put_count(r, burst->rounds);
    put_count(r, burst->missing);
    put_count(r, burst->frames);
    next_cell(r, TABLE_ITEM_INT)->value.int_value =
        burst->has_max_deviation ? vmn_microseconds(burst->max_deviation) : 0;
    put_count(r, burst->first_frame);
    put_time(r, burst->start);
    put_seconds(r, burst->span);
    put_text(r, g_string_new(vmn_state_name(burst->state)));
    put_count(r, burst->head_missing);
    put_count(r, vmn_percent(burst->confidence));
    put_fitting(r, burst->also_fits);
    put_places(r, summary, i);
    put_intervals(r, summary, i);
}

static void mac_row(row *r, const vmn_summary *summary, uint32_t i)
{
    const vmn_summary_mac *mac = &summary->macs[i];
    put_mac(r, mac->mac);
    put_count(r, mac->bursts);
    put_count(r, mac->rounds);
    put_count(r, mac->missing);
    put_count(r, mac->frames);
    put_count(r, mac->first_frame);
    put_time(r, mac->first_seen);
    put_time(r, mac->last_seen);
    put_wide_seconds(r, mac->has_silence, mac->silence);
    put_announcers(r, mac->announcers);
}

static void event_row(row *r, vmn_summary *summary, uint32_t i)
{
    const vmn_summary_event *event = &summary->events[i];
    put_time(r, event->event.start);
    put_count(r, event->event.number);
    put_count(r, event->event.macs);
    put_count(r, event->event.n_bursts);
    put_count(r, event->rounds);
    put_count(r, event->missing);
    put_count(r, event->frames);
    put_announcers(r, event->announcers);
    put_count(r, event->event.first_frame);
    put_seconds(r, event->event.span);
    put_event_macs(r, summary, i);
}

/* What the switch's table has for a MAC; see also dissector/switch.h. */
static void switch_row(row *r, const vmn_summary *summary, uint32_t i)
{
    const vmn_summary_mac *mac = &summary->macs[i];
    vmn_switch_answer answer;
    vmn_switch_of_mac(summary, i, &answer);
    put_mac(r, mac->mac);
    put_count(r, mac->bursts);
    put_text(r, g_string_new(answer.vlan));
    put_text(r, g_string_new(answer.port));
    put_text(r, g_string_new(answer.state));
    if (answer.companion)
        put_mac(r, answer.companion);
    else
        put_text(r, g_string_new("-"));
    put_text(r, g_string_new(answer.same_port));
    put_text(r, g_string_new(answer.remark));
}

/* A number or "-", as wide as any, so that it sorts as one. */
static void put_number(row *r, bool known, uint32_t number)
{
    GString *text = g_string_new(NULL);
    if (known)
        g_string_printf(text, "%10u", number);
    else
        g_string_printf(text, "%10s", "-");
    put_text(r, text);
}

static void put_path(row *r, bool known, const vmn_sight *sight)
{
    GString *text = g_string_new(known ? NULL : "-");
    if (known)
        vmn_cutover_append_path(text, sight, true);
    put_text(r, text);
}

static void put_own(row *r, const vmn_around *around, int64_t start)
{
    GString *text = g_string_new(around->has_own ? vmn_cutover_says(&around->own) : "-");
    if (around->has_own) {
        g_string_append_printf(text, " in frame %u, +", around->own.frame);
        vmn_append_seconds(text, vmn_time_between(start, around->own.when));
        g_string_append(text, " s");
    }
    put_text(r, text);
}

static void cutover_row(row *r, const vmn_summary *summary, uint32_t i)
{
    static const char *const moved[] = {"-", "no", "yes"};
    const vmn_burst *burst = &summary->bursts[i].burst;
    vmn_around around;
    vmn_cutover_of_burst(summary, i, &around);
    put_mac(r, burst->mac);
    put_count(r, burst->number);
    put_count(r, burst->first_frame);
    put_time(r, burst->start);
    put_number(r, around.has_before, around.before.frame);
    put_number(r, around.has_after, around.after.frame);
    put_wide_seconds(r, around.has_before && around.has_after,
                     vmn_time_between(around.before.when, around.after.when));
    put_wide_seconds(r, around.has_before, vmn_time_between(around.before.when, burst->start));
    put_wide_seconds(r, around.has_after, vmn_time_between(burst->start, around.after.when));
    put_text(r, g_string_new(moved[around.moved]));
    put_path(r, around.has_before, &around.before);
    put_path(r, around.has_after, &around.after);
    put_number(r, around.has_traffic, around.traffic.frame);
    put_wide_seconds(r, around.has_silence_traffic, around.silence_traffic);
    put_number(r, around.has_unanswered, around.unanswered);
    put_number(r, around.has_early, around.early.frame);
    put_own(r, &around, burst->start);
    put_text(r, g_string_new(vmn_cutover_note(&around)));
}

/* How many rows the summary has for a table, and whether the i-th is listed. */
static uint32_t n_rows(table_kind kind, const vmn_summary *summary)
{
    switch (kind) {
    case SCHEDULE:
    case CUTOVER:
        return summary->n_bursts;
    case MAC:
    case SWITCH:
        return summary->n_macs;
    default:
        return summary->n_events;
    }
}

static bool is_listed(table_kind kind, const vmn_summary *summary, uint32_t i)
{
    switch (kind) {
    case SCHEDULE:
    case CUTOVER:
        return summary->bursts[i].listed;
    case MAC:
    case SWITCH:
        return summary->macs[i].listed;
    default:
        return summary->events[i].listed;
    }
}

/* The row that a burst belongs to, VMN_NONE if to none. */
static uint32_t row_of_burst(table_kind kind, const vmn_summary *summary, uint32_t burst)
{
    switch (kind) {
    case SCHEDULE:
    case CUTOVER:
        return burst;
    case MAC:
    case SWITCH:
        return summary->bursts[burst].mac;
    default:
        return summary->bursts[burst].event;
    }
}

static void make_row(row *r, table_kind kind, vmn_summary *summary, uint32_t i)
{
    switch (kind) {
    case SCHEDULE:
        schedule_row(r, summary, i);
        break;
    case MAC:
        mac_row(r, summary, i);
        break;
    case SWITCH:
        switch_row(r, summary, i);
        break;
    case CUTOVER:
        cutover_row(r, summary, i);
        break;
    default:
        event_row(r, summary, i);
        break;
    }
}

static void append_row(table *t, stat_tap_table *st, vmn_summary *summary, uint32_t i)
{
    row r = {.n = 0};
    make_row(&r, t->kind, summary, i);
    g_assert(r.n == t->ui.nfields);
    stat_tap_init_table_row(st, st->num_elements, r.n, r.cells);
}

/* ---- tshark: columns as wide as what they hold ---- */

/* Columns that a cell takes at a terminal. */
static unsigned cell_columns(const stat_tap_table_item_type *cell)
{
    char number[64];
    switch (cell->type) {
    case TABLE_ITEM_UINT:
        return (unsigned)snprintf(number, sizeof number, "%u", cell->value.uint_value);
    case TABLE_ITEM_INT:
        return (unsigned)snprintf(number, sizeof number, "%d", cell->value.int_value);
    case TABLE_ITEM_FLOAT:
        return (unsigned)snprintf(number, sizeof number, "%.6f", cell->value.float_value);
    default:
        return vmn_columns(cell->value.string_value);
    }
}

/* A copy in scope of text with blanks up to width columns. printf would count octets. */
static char *padded(wmem_allocator_t *scope, const char *text, tap_alignment_type align,
                    unsigned width)
{
    unsigned columns = vmn_columns(text);
    int blanks = columns < width ? (int)(width - columns) : 0;
    if (align == TAP_ALIGN_RIGHT)
        return wmem_strdup_printf(scope, "%*s%s", blanks, "", text);
    return wmem_strdup_printf(scope, "%s%*s", text, blanks, "");
}

static const char *padded_format(stat_tap_table_item_enum type, unsigned width)
{
    switch (type) {
    case TABLE_ITEM_UINT:
        return wmem_strdup_printf(wmem_epan_scope(), "%%%uu", width);
    case TABLE_ITEM_INT:
        return wmem_strdup_printf(wmem_epan_scope(), "%%%ud", width);
    case TABLE_ITEM_FLOAT:
        return wmem_strdup_printf(wmem_epan_scope(), "%%%u.6f", width);
    default:
        return "%s";
    }
}

/* Pad a column's name, numbers and strings. Name and format live as long as the columns: until
 * Wireshark ends. */
static void align_column(stat_tap_table *st, stat_tap_table_item *column, unsigned c)
{
    unsigned width = vmn_columns(column->column_name);
    for (unsigned i = 0; i < st->num_elements; i++) {
        stat_tap_table_item_type *cell = stat_tap_get_field_data(st, i, c);
        if (cell->type == TABLE_ITEM_STRING)
            g_strchug((char *)cell->value.string_value); /* blanks are for sorting in the GUI */
        width = MAX(width, cell_columns(cell));
    }
    column->column_name = padded(wmem_epan_scope(), column->column_name, column->align, width);
    column->field_format = padded_format(column->type, width);
    if (column->type != TABLE_ITEM_STRING)
        return;
    for (unsigned i = 0; i < st->num_elements; i++) {
        stat_tap_table_item_type *cell = stat_tap_get_field_data(st, i, c);
        char *text = padded(NULL, cell->value.string_value, column->align, width);
        g_free((char *)cell->value.string_value);
        cell->value.string_value = text;
    }
}

static void write_rows(void *data)
{
    table *t = data;
    stat_tap_table *st = stat_tap_find_table(&t->ui, t->ui.title);
    vmn_summary *summary = vmn_chosen_summary(&t->chosen);
    if (st && st->num_elements == 0) { /* two tables of one name share their rows */
        for (uint32_t i = 0; i < n_rows(t->kind, summary); i++)
            if (is_listed(t->kind, summary, i))
                append_row(t, st, summary, i);
        for (unsigned c = 0; c < t->ui.nfields; c++)
            align_column(st, &t->ui.fields[c], c);
    }
    vmn_summary_free(summary);
}

/* ---- what Wireshark calls ---- */

/* A row has as many cells as the table has columns, and nothing that marks its end. */
static void free_parked(table *t)
{
    for (unsigned i = 0; t->parked && i < t->parked->len; i++) {
        stat_tap_table_item_type *cells = g_ptr_array_index(t->parked, i);
        for (unsigned c = 0; c < t->ui.nfields; c++)
            if (cells[c].type == TABLE_ITEM_STRING)
                g_free((char *)cells[c].value.string_value);
        g_free(cells);
    }
    if (t->parked)
        g_ptr_array_set_size(t->parked, 0);
}

static void forget(table *t)
{
    vmn_chosen_clear(&t->chosen);
    vmn_summary_free(t->summary);
    t->summary = NULL;
    t->engine = NULL;
    if (t->shown)
        g_hash_table_remove_all(t->shown);
}

/* GUI, sharkd: a frame came by that changes the cut-over of bursts whose rows are written. */
static void rewrite_rows(uint32_t i)
{
    table *t = &tables[CUTOVER];
    if (!t->summary || !t->shown || i >= t->summary->n_macs)
        return;
    const vmn_summary_mac *mac = &t->summary->macs[i];
    for (uint32_t k = 0; k < mac->bursts; k++) {
        uint32_t burst = t->summary->mac_bursts[mac->members + k];
        stat_tap_table_item_type *cells =
            g_hash_table_lookup(t->shown, GUINT_TO_POINTER(burst + 1));
        row r = {.n = 0};
        if (!cells)
            continue;
        make_row(&r, CUTOVER, t->summary, burst);
        for (unsigned c = 0; c < r.n; c++) {
            if (cells[c].type == TABLE_ITEM_STRING)
                g_free((char *)cells[c].value.string_value);
            cells[c] = r.cells[c];
        }
    }
}

static void table_init(stat_tap_table_ui *ui)
{
    table *t = (table *)(void *)ui;
    if (t->kind == CUTOVER)
        vmn_cutover_listen(rewrite_rows);
    if (stat_tap_find_table(ui, ui->title))
        return;
    forget(t);
    stat_tap_add_table(ui, stat_tap_init_table(ui->title, (int)ui->nfields, 0, NULL));
}

/* tshark: remember the frame; see the top of this file. */
static void collect(table *t, uint32_t record)
{
    vmn_chosen_add(&t->chosen, record);
    if (t->waits)
        return;
    t->waits = true;
    vmn_listen_for_draw(t, write_rows);
}

/* GUI, sharkd: write the row at its first frame. */
static void write_row_of(table *t, uint32_t record)
{
    vmn_engine *engine = vmn_dissector_engine();
    if (!t->summary || t->engine != engine || t->size != vmn_engine_size(engine)) {
        vmn_summary_free(t->summary);
        t->summary = vmn_summary_new(engine);
        t->engine = engine;
        t->size = vmn_engine_size(engine);
    }
    uint32_t burst = vmn_engine_burst_of(engine, record);
    uint32_t i = burst == VMN_NONE ? VMN_NONE : row_of_burst(t->kind, t->summary, burst);
    if (i == VMN_NONE || is_listed(t->kind, t->summary, i))
        return;
    vmn_summary_list_record(t->summary, record);
    stat_tap_table *st = stat_tap_find_table(&t->ui, t->ui.title);
    if (!st)
        return;
    append_row(t, st, t->summary, i);
    if (t->kind != CUTOVER)
        return;
    if (!t->shown)
        t->shown = g_hash_table_new(NULL, NULL);
    g_hash_table_insert(t->shown, GUINT_TO_POINTER(i + 1), st->elements[st->num_elements - 1]);
}

static tap_packet_status table_packet(void *data, packet_info *pinfo, epan_dissect_t *edt _U_,
                                      const void *tap_data, tap_flags_t flags _U_)
{
    table *t = (table *)(void *)((stat_data_t *)data)->stat_tap_data;
    const vmn_tap_info *info = tap_data;
    if (vmn_in_tshark())
        collect(t, info->record);
    else if (pinfo->fd->visited) {
        if (t->kind == CUTOVER)
            vmn_cutover_begin(pinfo);
        write_row_of(t, info->record);
    }
    return TAP_PACKET_REDRAW;
}

/* Take the rows out of the table, but keep them: a dialog may still show them. */
static void table_reset(stat_tap_table *st)
{
    table *t = tables;
    while (t->ui.title != st->title)
        t++;
    forget(t);
    if (t->ui.refcount <= 1)
        free_parked(t); /* the only dialog has dropped those by now */
    if (!t->parked)
        t->parked = g_ptr_array_new();
    for (unsigned i = 0; i < st->num_elements; i++)
        g_ptr_array_add(t->parked, st->elements[i]);
    st->num_elements = 0;
}

/* Wireshark takes a table away when the last dialog that shows it is closed: then no frame needs to
 * be looked at for the cut-over any more. (It says nothing when the table has no row. Then no MAC
 * is announced, and next to nothing is kept.) */
static void table_free_cell(stat_tap_table *st, unsigned r _U_, unsigned c _U_,
                            stat_tap_table_item_type *cell)
{
    if (st->title == tables[CUTOVER].ui.title)
        vmn_cutover_stop();
    if (cell->type == TABLE_ITEM_STRING)
        g_free((char *)cell->value.string_value);
    cell->type = TABLE_ITEM_NONE;
}

/* tshark takes an argument for ours that only begins with our name. */
static void check_argument(const char *argument, const char **filter _U_, char **error)
{
    for (unsigned kind = 0; kind < N_TABLES; kind++) {
        size_t len = strlen(tables[kind].ui.cli_string);
        if (strncmp(argument, tables[kind].ui.cli_string, len) == 0 && argument[len] != '\0' &&
            argument[len] != ',')
            *error = g_strdup_printf("no such statistic: \"%s\"", argument);
    }
}

static void register_table(table_kind kind, const char *title, const char *cli_string,
                           stat_tap_table_item *columns, size_t n_columns)
{
    static tap_param params[] = {{PARAM_FILTER, "filter", "Filter", NULL, TRUE}};
    table *t = &tables[kind];
    t->kind = kind;
    t->ui = (stat_tap_table_ui){.group = REGISTER_PACKET_STAT_GROUP_UNSORTED,
                                .title = title,
                                .tap_name = VMN_TAP_NAME,
                                .cli_string = cli_string,
                                .stat_tap_init_cb = table_init,
                                .packet_func = table_packet,
                                .stat_tap_reset_table_cb = table_reset,
                                .stat_tap_free_table_item_cb = table_free_cell,
                                .stat_filter_check_cb = check_argument,
                                .nfields = n_columns,
                                .fields = columns,
                                .nparams = G_N_ELEMENTS(params),
                                .params = params};
    register_stat_tap_table_ui(&t->ui);
}

void vmn_register_tables(void)
{
    register_table(SCHEDULE, "vMotion Notify Schedules", "vmotion_notify,schedule",
                   schedule_columns, G_N_ELEMENTS(schedule_columns));
    register_table(MAC, "vMotion Notify MACs", "vmotion_notify,mac", mac_columns,
                   G_N_ELEMENTS(mac_columns));
    register_table(SWITCH, "vMotion Notify Switch", "vmotion_notify,switch", switch_columns,
                   G_N_ELEMENTS(switch_columns));
    register_table(CUTOVER, "vMotion Notify Cut-over", "vmotion_notify,cutover", cutover_columns,
                   G_N_ELEMENTS(cutover_columns));
    register_table(EVENT, "vMotion Notify Events", "vmotion_notify,event", event_columns,
                   G_N_ELEMENTS(event_columns));
}
