/* text_page.c
 * A document as lines of text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "text_page.h"

#include "format.h"
#include "timeline.h"

#include <string.h>

#define MIN_WIDTH 80
#define TERM_COLUMNS 12

/* How a kind of block is set: what stands before its first line and before the others. */
typedef struct {
    const char *first, *others;
    bool apart; /* a blank line before it */
} style;

static const style styles[] = {[VMN_BLOCK_TITLE] = {"", "", false},
                               [VMN_BLOCK_VERDICT] = {"", "", true},
                               [VMN_BLOCK_HEADING] = {"", "", true},
                               [VMN_BLOCK_SUBHEADING] = {"  ", "  ", false},
                               [VMN_BLOCK_PARAGRAPH] = {"  ", "  ", false},
                               [VMN_BLOCK_ITEM] = {"  - ", "    ", false},
                               [VMN_BLOCK_FACT] = {"  ", "              ", false},
                               [VMN_BLOCK_TABLE] = {"  ", "  ", false},
                               [VMN_BLOCK_TIMELINE] = {"  ", "  ", false},
                               [VMN_BLOCK_CAUTION] = {"", "", true}};

/* ---- lines ---- */

static void append_spaces(GString *out, unsigned n)
{
    g_string_append_printf(out, "%*s", (int)n, "");
}

/* Append words, a new line where the next one has no room. `first` was appended before. */
static void append_wrapped(GString *out, const char *text, unsigned width, const char *first,
                           const char *others)
{
    unsigned at = vmn_columns(first), indent = vmn_columns(others);
    bool begins = true;
    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        unsigned columns = (unsigned)g_utf8_strlen(text, (gssize)length);
        if (!begins && at + 1 + columns > width) {
            g_string_append_c(out, '\n');
            g_string_append(out, others);
            at = indent;
            begins = true;
        }
        if (!begins)
            g_string_append_c(out, ' ');
        vmn_append_plain(out, text, length);
        at += columns + !begins;
        begins = false;
        text += length;
        text += strspn(text, " ");
    }
    g_string_append_c(out, '\n');
}

/* inside: below a subheading, where a paragraph or an item stands two columns further in. */
static void append_block(GString *out, const vmn_block *block, unsigned width, bool inside)
{
    const style *how = &styles[block->kind];
    bool moves = inside && (block->kind == VMN_BLOCK_PARAGRAPH || block->kind == VMN_BLOCK_ITEM);
    GString *first = g_string_new(moves ? "  " : ""), *others = g_string_new(first->str);
    g_string_append(first, how->first);
    g_string_append(others, how->others);
    if (block->term) {
        g_string_append(first, block->term);
        append_spaces(first, TERM_COLUMNS > vmn_columns(block->term)
                                 ? TERM_COLUMNS - vmn_columns(block->term)
                                 : 1);
    }
    g_string_append(out, first->str);
    append_wrapped(out, block->text, width, first->str, others->str);
    g_string_free(first, TRUE);
    g_string_free(others, TRUE);
}

/* ---- tables ---- */

static unsigned *column_widths(const vmn_doc_table *table)
{
    unsigned *widths = g_new(unsigned, table->n_columns);
    for (unsigned i = 0; i < table->n_columns; i++) {
        widths[i] = vmn_columns(table->columns[i].name);
        for (unsigned row = 0; row < table->rows->len; row++) {
            char **cells = g_ptr_array_index(table->rows, row);
            widths[i] = MAX(widths[i], vmn_columns(cells[i]));
        }
    }
    return widths;
}

/* One line of a table; cells[i] of column i. */
static void append_row(GString *out, const vmn_doc_table *table, const unsigned *widths,
                       const char *const *cells)
{
    size_t begin = out->len;
    for (unsigned i = 0; i < table->n_columns; i++) {
        unsigned pad = widths[i] - vmn_columns(cells[i]);
        append_spaces(out, 2 + (table->columns[i].number ? pad : 0));
        vmn_append_plain(out, cells[i], strlen(cells[i]));
        if (!table->columns[i].number)
            append_spaces(out, pad);
    }
    while (out->len > begin && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
    g_string_append_c(out, '\n');
}

static void append_note(GString *out, const char *note, unsigned indent, unsigned width)
{
    char *first = g_strnfill(indent, ' ');
    char *others = g_strnfill(indent + (strcspn(note, " ") + 1), ' '); /* below the second word */
    g_string_append(out, first);
    append_wrapped(out, note, width, first, others);
    g_free(first);
    g_free(others);
}

static void append_table(GString *out, const vmn_doc_table *table, unsigned width)
{
    unsigned *widths = column_widths(table);
    const char **names = g_new(const char *, table->n_columns);
    unsigned all = 0;
    for (unsigned i = 0; i < table->n_columns; i++) {
        names[i] = table->columns[i].name;
        all += 2 + widths[i];
    }
    append_row(out, table, widths, names);
    for (unsigned row = 0; row < table->rows->len; row++) {
        const char *note = g_ptr_array_index(table->notes, row);
        append_row(out, table, widths, g_ptr_array_index(table->rows, row));
        if (note)
            append_note(out, note, 4 + widths[0], MAX(width, all));
    }
    g_free(names);
    g_free(widths);
}

/* ---- the timeline ---- */

static void append_timeline(GString *out, const vmn_document *document, unsigned most,
                            unsigned width)
{
    GString *picture = g_string_new(NULL);
    uint32_t left_out = vmn_timeline_append_picture(picture, document->summary, width, most);
    char **lines = g_strsplit(picture->str, "\n", -1);
    for (unsigned i = 0; lines[i] && lines[i + 1]; i++) {
        if (*lines[i])
            g_string_append_printf(out, "  %s", lines[i]);
        g_string_append_c(out, '\n');
    }
    if (left_out > 0)
        g_string_append_printf(out, "  … and %u more burst%s\n", left_out,
                               left_out == 1 ? "" : "s");
    g_strfreev(lines);
    g_string_free(picture, TRUE);
}

void vmn_text_page_append(GString *out, const vmn_document *document, unsigned width)
{
    bool inside = false;
    width = MAX(width, MIN_WIDTH);
    for (unsigned i = 0; i < document->blocks->len; i++) {
        const vmn_block *block = g_ptr_array_index(document->blocks, i);
        if (i > 0 && styles[block->kind].apart)
            g_string_append_c(out, '\n');
        if (block->kind == VMN_BLOCK_HEADING || block->kind == VMN_BLOCK_SUBHEADING)
            inside = block->kind == VMN_BLOCK_SUBHEADING;
        if (block->kind == VMN_BLOCK_TABLE)
            append_table(out, block->table, width);
        else if (block->kind == VMN_BLOCK_TIMELINE)
            append_timeline(out, document, block->most, width);
        else
            append_block(out, block, width, inside);
    }
}
