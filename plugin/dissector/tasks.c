/* tasks.c
 * Reads the times of tasks; see tasks.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tasks.h"

#include <string.h>

#include "textfile.h"
#include "when.h"

#define MAX_FIELDS 64 /* of a line; what follows is not looked at */
#define MAX_NAME 512  /* octets of a name or target that are kept */

struct vmn_tasks {
    GArray *tasks;
    GStringChunk *strings;
    vmn_textfile file;
    int offset;
};

typedef struct {
    vmn_tasks *tasks;
    vmn_trouble trouble;
    int offset;
    vmn_date_order order;
    unsigned line;
    int columns[4]; /* of name, target, start, end; by the headings. -1: none */
    bool table;     /* headings were found: CSV */
    char comma;     /* what parts the fields there */
} reader;

enum { NAME = 0, TARGET, START, END };

/* ---- fields ---- */

/* The next field of a line, quotes taken off; false at the line's end. */
static bool next_field(vmn_span *rest, char comma, vmn_span *field, bool *more)
{
    if (!*more)
        return false;
    while (rest->at < rest->end && *rest->at != comma && (unsigned char)*rest->at <= ' ')
        rest->at++;
    if (vmn_take(rest, '"')) {
        field->at = rest->at;
        while (rest->at < rest->end &&
               (*rest->at != '"' || (rest->at + 1 < rest->end && rest->at[1] == '"')))
            rest->at += *rest->at == '"' ? 2 : 1;
        field->end = rest->at;
        vmn_take(rest, '"');
        while (rest->at < rest->end && *rest->at != comma)
            rest->at++;
    } else {
        field->at = rest->at;
        while (rest->at < rest->end && *rest->at != comma)
            rest->at++;
        field->end = rest->at;
        while (field->end > field->at && (unsigned char)field->end[-1] <= ' ')
            field->end--;
    }
    *more = vmn_take(rest, comma);
    return true;
}

static unsigned read_fields(vmn_span line, char comma, vmn_span fields[MAX_FIELDS])
{
    unsigned n = 0;
    bool more = line.at < line.end;

    while (n < MAX_FIELDS && next_field(&line, comma, &fields[n], &more))
        n++;
    return n;
}

/* A field as text of one line, at most `most` octets of it, valid UTF-8, "" read as ". */
static char *text_of(vmn_span s, size_t most)
{
    GString *text = g_string_new(NULL);

    for (const char *c = s.at; c < s.end && text->len < most; c++) {
        g_string_append_c(text, (unsigned char)*c < ' ' ? ' ' : *c);
        if (*c == '"' && c + 1 < s.end && c[1] == '"')
            c++;
    }
    char *valid = g_utf8_make_valid(text->str, (gssize)text->len);
    g_string_free(text, TRUE);
    return g_strchomp(valid);
}

static const char *keep(vmn_tasks *tasks, vmn_span s)
{
    char *text = text_of(s, MAX_NAME);
    const char *kept = g_string_chunk_insert_const(tasks->strings, text);

    g_free(text);
    return kept;
}

/* ---- a task ---- */

static void complain_of_time(reader *r, vmn_span s)
{
    char *text = text_of(s, 40);

    if (*text)
        vmn_trouble_add(&r->trouble, r->line, "\"%s\" is no time between %d and %d", text,
                        VMN_FIRST_YEAR, VMN_LAST_YEAR);
    else
        vmn_trouble_add(&r->trouble, r->line, "a time is missing: the task may still run");
    g_free(text);
}

static void add_task(reader *r, vmn_span name, vmn_span target, int64_t start, int64_t end)
{
    vmn_task task = {keep(r->tasks, name), keep(r->tasks, target), start, end, r->line};

    if (end < start)
        vmn_trouble_add(&r->trouble, r->line, "the task ends before it begins");
    else
        g_array_append_val(r->tasks->tasks, task);
}

static void skip_marks(vmn_span *s, const char *marks)
{
    while (s->at < s->end && ((unsigned char)*s->at <= ' ' || strchr(marks, *s->at)))
        s->at++;
}

/* "start, end, name". */
static void read_plain_line(reader *r, vmn_span line)
{
    static const vmn_span nothing = {"", ""};
    int64_t start, end;
    vmn_span rest = line;

    skip_marks(&rest, "\",;");
    line.at = rest.at;
    if (!vmn_take_when(&rest, r->order, r->offset, &start)) {
        complain_of_time(r, line);
        return;
    }
    skip_marks(&rest, "\",;-");
    line.at = rest.at;
    if (!vmn_take_when(&rest, r->order, r->offset, &end)) {
        complain_of_time(r, line);
        return;
    }
    skip_marks(&rest, "\",;");
    while (rest.end > rest.at && ((unsigned char)rest.end[-1] <= ' ' || rest.end[-1] == '"'))
        rest.end--;
    add_task(r, rest, nothing, start, end);
}

static vmn_span column(const reader *r, const vmn_span *fields, unsigned n, int which)
{
    int at = r->columns[which];

    return at >= 0 && (unsigned)at < n ? fields[at] : (vmn_span){"", ""};
}

static void read_record(reader *r, vmn_span line)
{
    vmn_span fields[MAX_FIELDS];
    unsigned n = read_fields(line, r->comma, fields);
    vmn_span from = column(r, fields, n, START), to = column(r, fields, n, END), rest;
    int64_t start, end;

    rest = from;
    if (!vmn_take_when(&rest, r->order, r->offset, &start)) {
        complain_of_time(r, from);
        return;
    }
    rest = to;
    if (!vmn_take_when(&rest, r->order, r->offset, &end)) {
        complain_of_time(r, to);
        return;
    }
    add_task(r, column(r, fields, n, NAME), column(r, fields, n, TARGET), start, end);
}

/* ---- headings ---- */

static bool names_column(vmn_span field, int which)
{
    static const char *const names[4][6] = {
        [NAME] = {"task name", "task", "name", NULL},
        [TARGET] = {"target", "entity", "object", NULL},
        [START] = {"start time", "start", "started", NULL},
        [END] = {"completion time", "completed time", "end time", "end", "completed", NULL}};
    size_t len = (size_t)(field.end - field.at);

    for (const char *const *name = names[which]; *name; name++)
        if (strlen(*name) == len && g_ascii_strncasecmp(field.at, *name, len) == 0)
            return true;
    return false;
}

static bool read_headings_by(reader *r, vmn_span line, char comma)
{
    vmn_span fields[MAX_FIELDS];
    unsigned n = read_fields(line, comma, fields);

    for (int which = NAME; which <= END; which++) {
        r->columns[which] = -1;
        for (unsigned i = 0; i < n && r->columns[which] < 0; i++)
            if (names_column(fields[i], which))
                r->columns[which] = (int)i;
    }
    r->comma = comma;
    return r->columns[START] >= 0 && r->columns[END] >= 0;
}

/* Take the line for the headings when it has those of the times; else nothing changes. */
static bool read_headings(reader *r, vmn_span line)
{
    reader other = *r;

    if (!read_headings_by(&other, line, ',') && !read_headings_by(&other, line, ';') &&
        !read_headings_by(&other, line, '\t'))
        return false;
    other.table = true;
    *r = other;
    return true;
}

/* ---- day and month ---- */

/* Returns the line of a date that can be read either way, while no other date helps; 0: all is
 * clear. */
static unsigned find_order(reader *r, const char *text, size_t len)
{
    const char *at = text, *end = text + len, *line;
    vmn_date_orders seen = {false, false, 0};
    size_t line_len;

    for (unsigned number = 1; vmn_textfile_line(&at, end, &line, &line_len); number++)
        for (size_t i = 0; i < line_len; i++)
            if (g_ascii_isdigit(line[i]) && (i == 0 || !g_ascii_isalnum(line[i - 1])))
                vmn_look_at_date(&seen, (vmn_span){line + i, line + line_len}, number);
    r->order = seen.day_first && !seen.month_first ? VMN_DAY_FIRST : VMN_MONTH_FIRST;
    return seen.day_first == seen.month_first ? seen.either : 0;
}

/* What went wrong, and that dates may be meant otherwise. */
static char *message_of(reader *r, unsigned either)
{
    bool empty = r->tasks->tasks->len == 0;
    char *message =
        vmn_trouble_message(&r->trouble, empty ? "no line with the times of a task" : NULL);

    if (!either || empty)
        return message;
    char *whole =
        g_strdup_printf("%s%s%s:%u: day and month may be either way round, the month was "
                        "taken first",
                        message ? message : "", message ? "; " : "", r->trouble.name, either);
    g_free(message);
    return whole;
}

/* ---- the text ---- */

#define MOST_LINES 32 /* of one record: a quote that nobody closes swallows no more */

/* Is a quoted field still open at the end of the line? */
static bool is_open(vmn_span line)
{
    bool open = false;

    for (const char *c = line.at; c < line.end; c++)
        open ^= *c == '"';
    return open;
}

/* A record of a CSV file may go on over some lines, within quotes. */
static vmn_span whole_record(vmn_span line, const char **at, const char *end, unsigned *lines)
{
    vmn_span record = line, more = line;
    const char *next = *at;
    bool open = is_open(line);
    unsigned count = 0;
    size_t len;

    for (; open; open ^= is_open(more)) {
        if (++count == MOST_LINES || !vmn_textfile_line(&next, end, &more.at, &len))
            return line;
        record.end = more.end = more.at + len;
    }
    *at = next;
    *lines += count;
    return record;
}

static bool has_digit(vmn_span line)
{
    while (line.at < line.end && !g_ascii_isdigit(*line.at))
        line.at++;
    return line.at < line.end;
}

static void read_line(reader *r, vmn_span line)
{
    vmn_span rest = line;

    vmn_skip_blanks(&rest);
    if (rest.at == rest.end || *rest.at == '#' || (!has_digit(line) && read_headings(r, line)))
        return;
    if (r->table)
        read_record(r, line);
    else
        read_plain_line(r, line);
}

static int compare(gconstpointer a, gconstpointer b)
{
    const vmn_task *x = a, *y = b;

    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    if (x->end != y->end)
        return x->end < y->end ? -1 : 1;
    return x->line < y->line ? -1 : x->line > y->line;
}

static vmn_tasks *tasks_new(int offset)
{
    vmn_tasks *tasks = g_new0(vmn_tasks, 1);

    tasks->tasks = g_array_new(FALSE, FALSE, sizeof(vmn_task));
    tasks->strings = g_string_chunk_new(4096);
    tasks->offset = offset;
    return tasks;
}

void vmn_tasks_free(vmn_tasks *tasks)
{
    if (!tasks)
        return;
    g_array_free(tasks->tasks, TRUE);
    g_string_chunk_free(tasks->strings);
    g_free(tasks->file.path);
    g_free(tasks);
}

vmn_tasks *vmn_tasks_parse(const char *text, size_t len, const char *name, int offset,
                           char **message)
{
    reader r = {.tasks = tasks_new(offset), .trouble = {.name = name}, .offset = offset};
    char *converted = vmn_textfile_from_utf16(text, &len);
    const char *at = converted ? converted : text, *end = at + len, *line;
    size_t line_len;

    if (len >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
        at += 3;
    unsigned either = find_order(&r, at, (size_t)(end - at));
    while (vmn_textfile_line(&at, end, &line, &line_len)) {
        unsigned lines = 1;
        vmn_span record = {line, line + line_len};
        if (r.table)
            record = whole_record(record, &at, end, &lines);
        r.line++;
        read_line(&r, record);
        r.line += lines - 1;
    }
    g_free(converted);
    g_array_sort(r.tasks->tasks, compare);
    *message = message_of(&r, either);
    if (r.tasks->tasks->len > 0)
        return r.tasks;
    vmn_tasks_free(r.tasks);
    return NULL;
}

vmn_tasks *vmn_tasks_read(const char *path, int offset, char **message)
{
    vmn_textfile file = {NULL, 0, 0};
    size_t len = 0;
    char *text = vmn_textfile_read(path, &len, &file, message);

    if (!text)
        return NULL;
    vmn_tasks *tasks = vmn_tasks_parse(text, len, path, offset, message);
    g_free(text);
    if (tasks)
        tasks->file = file;
    else
        g_free(file.path);
    return tasks;
}

bool vmn_tasks_changed(const vmn_tasks *tasks, const char *path, int offset)
{
    return !tasks || tasks->offset != offset || vmn_textfile_changed(&tasks->file, path);
}

unsigned vmn_tasks_size(const vmn_tasks *tasks)
{
    return tasks ? tasks->tasks->len : 0;
}

const vmn_task *vmn_tasks_get(const vmn_tasks *tasks, unsigned i)
{
    return &g_array_index(tasks->tasks, vmn_task, i);
}
