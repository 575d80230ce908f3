/* page.c
 * A document as one self-contained HTML page.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "page.h"

#include "format.h"
#include "svg.h"

#include <string.h>

#define MOST_BURSTS 400 /* in the timeline of a document that leaves things out */

#define SHORT 24 /* characters of a cell that is never broken into lines */

/* Light and dark, screens from 400 pixels on, paper. Colours are those of Okabe and Ito, which
 * colour-blind people tell apart, some darker or lighter for contrast. */
/* clang-format off */
static const char *const style[] = {
    ":root { color-scheme: light dark;",
    "  --paper: #fff; --tint: #f5f7f9; --ink: #1b1f24; --soft: #57606a; --line: #d5dbe1;",
    "  --round: #0072b2; --missing: #d55e00; --restart: #00805d; --companion: #a04c86;",
    "  --silence: #e69f00; --edge: #9a6a00; --place: #8b949e }",
    "@media screen and (prefers-color-scheme: dark) { :root {",
    "  --paper: #0f1318; --tint: #181e25; --ink: #e4e9ee; --soft: #9aa5b1; --line: #303943;",
    "  --round: #56b4e9; --missing: #f5853f; --restart: #2bc49a; --companion: #e19cc5;",
    "  --silence: #e69f00; --edge: #e6b450; --place: #7d8894 } }",
    "* { box-sizing: border-box }",
    "body { margin: 0; background: var(--paper); color: var(--ink);",
    "  font: 15px/1.5 system-ui, \"Segoe UI\", Roboto, \"DejaVu Sans\", sans-serif;",
    "  -webkit-text-size-adjust: 100%; text-size-adjust: 100% }",
    "main { max-width: 1200px; margin: 0 auto; padding: 28px 24px 48px }",
    "h1 { margin: 0 0 12px; font-size: 22px; line-height: 1.3 }",
    "h2 { margin: 36px 0 10px; padding-bottom: 6px; border-bottom: 1px solid var(--line);",
    "  font-size: 19px }",
    "h3 { margin: 18px 0 4px; font-size: 15px }",
    "p, ul { margin: 6px 0; max-width: 80ch; overflow-wrap: anywhere }",
    "ul { padding-left: 20px } li { margin: 3px 0 }",
    ".verdict { margin: 0 0 18px; padding: 12px 18px; max-width: none; background: var(--tint);",
    "  border-left: 5px solid var(--round); border-radius: 0 6px 6px 0; font-size: 20px;",
    "    line-height: 1.4 }",
    ".caution { margin-top: 40px; padding-top: 12px; border-top: 1px solid var(--line);",
    "  max-width: none;",
    "  color: var(--soft); font-size: 13.5px }",
    ".more { color: var(--soft) }",
    "dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 3px 20px;",
    "  margin: 10px 0 }",
    "dt { color: var(--soft) } dd { margin: 0; overflow-wrap: anywhere }",
    "table { border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums }",
    "th { text-align: left; font-weight: 600 }",
    ".scroll { overflow-x: auto; margin: 10px 0 }",
    ".scroll:focus-visible { outline: 2px solid var(--round); outline-offset: 2px }",
    ".scroll th, .scroll td { padding: 5px 12px 5px 0; vertical-align: baseline; max-width: 34em }",
    ".scroll thead th { border-bottom: 2px solid var(--line); color: var(--soft);",
    "  white-space: nowrap }",
    ".scroll tbody tr { border-top: 1px solid var(--line) }",
    ".scroll tbody tr:first-child, .scroll tbody tr.note { border-top: 0 }",
    ".scroll tr.note td { padding-top: 0; color: var(--soft); max-width: none }",
    ".scroll .number { text-align: right } .scroll .number, .scroll .short { white-space: nowrap }",
    ".scroll tr > :first-child { position: sticky; left: 0; background: var(--paper) }",
    "tbody th { font-weight: 400 }",
    ".mac { font-family: ui-monospace, \"Cascadia Mono\", Consolas, \"DejaVu Sans Mono\",",
    "  monospace;",
    "  font-size: 12.5px; white-space: nowrap }",
    "thead .mac { font-family: inherit; font-size: inherit }",
    ".shapes { position: absolute; width: 0; height: 0 }",
    ".heard { position: absolute; width: 1px; height: 1px; overflow: hidden;",
    "  clip-path: inset(50%) }",
    ".legend { display: flex; flex-wrap: wrap; gap: 2px 20px; max-width: none; margin: 8px 0 14px;",
    "  padding: 0; list-style: none; font-size: 13px; color: var(--soft) }",
    ".legend li { display: flex; align-items: center; gap: 6px; margin: 0 }",
    ".legend svg { width: 28px; height: 26px; flex: none }",
    "svg { overflow: visible }",
    ".timeline { width: 100%; margin: 6px 0 14px }",
    ".timeline caption { padding: 4px 0 6px; text-align: left; color: var(--soft);",
    "  font-size: 13px }",
    ".timeline th, .timeline td { padding: 0 10px 0 0; white-space: nowrap }",
    ".timeline thead th { position: sticky; top: 0; z-index: 1; padding-top: 4px;",
    "  padding-bottom: 2px;",
    "  background: var(--paper); box-shadow: 0 1px 0 var(--line); color: var(--soft) }",
    ".timeline th:first-child, .timeline .seen { text-align: right }",
    ".timeline .time { width: 100%; padding: 0 34px 0 24px }",
    ".timeline .plan { max-width: 20em; overflow: hidden; text-overflow: ellipsis;",
    "  padding-right: 0 }",
    ".timeline tbody { border-top: 1px solid var(--line) }",
    ".timeline thead + tbody { border-top: 0 }",
    ".timeline .group { border-left: 3px solid var(--place) }",
    ".timeline .group tr > :first-child { padding-left: 10px }",
    ".timeline .event th { padding: 6px 0 2px; text-align: left; color: var(--soft);",
    "  font-size: 12.5px }",
    ".timeline tbody tr:hover { background: var(--tint) }",
    ".silence { max-width: none; text-align: center; color: var(--soft); font-size: 13px }",
    "p.silence::before, p.silence::after { content: \" ··· \" }",
    ".ruler, .lane { display: block; width: 100% } .ruler { height: 20px } .lane { height: 26px }",
    ".ruler text { fill: var(--soft); font-size: 11.5px; font-weight: 400; text-anchor: middle }",
    ".grid { stroke: var(--line) } .zero { stroke: var(--place) }",
    ".run { stroke: var(--round); stroke-width: 2; opacity: .45 }",
    ".o { fill: var(--round); stroke: var(--paper) }",
    ".k { fill: none; stroke: var(--round); stroke-width: 1.3 }",
    ".x { fill: var(--paper); stroke: var(--missing); stroke-width: 1.5;",
    "  stroke-dasharray: 2.6 1.4 }",
    ".xx { fill: none; stroke: var(--missing); stroke-width: 1.5 }",
    ".p { stroke: var(--place); stroke-width: 1.5 }",
    ".R { fill: none; stroke: var(--restart); stroke-width: 2 }",
    ".c { fill: var(--companion); stroke: var(--paper) }",
    ".link { stroke: var(--companion); stroke-width: 1.5; stroke-dasharray: 3 2 }",
    ".e { fill: none; stroke: var(--ink); stroke-width: 2 }",
    ".q { fill: var(--ink); font-size: 15px; font-weight: 700; text-anchor: middle }",
    ".s { fill: var(--silence); opacity: .35 } .se { fill: none; stroke: var(--edge);",
    "  stroke-width: 2 }",
    ".t { fill: var(--silence); fill-opacity: .2; stroke: var(--edge); stroke-dasharray: 6 2 }",
    ".task { max-width: 13em; overflow: hidden; text-overflow: ellipsis }",
    "@media screen and (max-width: 760px) {",
    "  main { padding: 18px 14px 32px }",
    "  .verdict { font-size: 17px; padding: 10px 14px }",
    "  dl { grid-template-columns: 1fr; gap: 0 } dd { margin-bottom: 6px }",
    "  .timeline, .timeline caption, .timeline thead, .timeline tbody { display: block }",
    "  .timeline thead { position: sticky; top: 0; z-index: 1 }",
    "  .timeline tr { display: grid; grid-template-columns: auto auto auto 1fr;",
    "    align-items: baseline; padding-top: 4px }",
    "  .timeline thead tr { padding: 0; background: var(--paper) }",
    "  .timeline thead th:not(.time) { display: none }",
    "  .timeline .time { grid-area: 2 / 1 / 3 / 5; padding: 0 24px 0 12px }",
    "  .timeline .event { display: block }",
    "  .timeline .group { border-left: 0; box-shadow: inset 3px 0 var(--place) }",
    "  .timeline .plan { max-width: none } }",
    "@media print {",
    "  @page { size: A4 landscape; margin: 12mm }",
    "  body { font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact }",
    "  main { max-width: none; padding: 0 }",
    "  .scroll { overflow: visible } .scroll table { font-size: 8.5pt }",
    "  .scroll th, .scroll td { overflow-wrap: anywhere; padding: 2px 8px 2px 0;",
    "    line-height: 1.35 }",
    "  .scroll tr > :first-child, .timeline thead th { position: static }",
    "  h2, h3, caption, .legend { break-after: avoid }",
    "  .scroll .mac { font-size: 8pt }",
    "  tr, tbody.group, .timeline, .legend, .verdict, .caution { break-inside: avoid }",
    "  tr.note { break-before: avoid } .event { break-after: avoid } }"};
/* clang-format on */

/* The page in the making. */
typedef struct {
    GString *out;
    const vmn_document *document;
    const char *list;    /* the element of the list that is open, NULL: none */
    const char *heading; /* of the part that is open, NULL: none */
    unsigned part;       /* its number from 1 */
    unsigned block;      /* number of the block */
} page;

/* Append <element class="class">text</element>; class may be NULL. */
static void append_element(GString *out, const char *element, const char *class, const char *text)
{
    g_string_append_printf(out, class ? "<%s class=\"%s\">" : "<%s>", element, class);
    vmn_append_markup(out, text);
    g_string_append_printf(out, "</%s>", element);
}

static void close_list(page *p)
{
    if (p->list)
        g_string_append_printf(p->out, "</%s>\n", p->list);
    p->list = NULL;
}

/* Neighbours are one list. */
static void open_list(page *p, const char *element)
{
    if (!p->list)
        g_string_append_printf(p->out, "<%s>\n", element);
    p->list = element;
}

static void close_part(page *p)
{
    if (p->heading)
        g_string_append(p->out, "</section>\n");
    p->heading = NULL;
}

static void open_part(page *p, const char *heading)
{
    close_part(p);
    p->heading = heading;
    p->part++;
    g_string_append_printf(p->out,
                           "<section aria-labelledby=\"part%u\">\n<h2 "
                           "id=\"part%u\">",
                           p->part, p->part);
    vmn_append_markup(p->out, heading);
    g_string_append(p->out, "</h2>\n");
}

/* ---- tables ---- */

static bool is_mac(const char *text)
{
    for (unsigned i = 0; i < 17; i++)
        if (i % 3 == 2 ? text[i] != ':' : !g_ascii_isxdigit(text[i]))
            return false;
    return text[17] == '\0';
}

static const char *class_of(const vmn_table_column *column, const char *cell)
{
    if (column->number)
        return "number";
    if (is_mac(cell))
        return "mac";
    return vmn_columns(cell) <= SHORT ? "short" : NULL;
}

static void append_head(page *p, const vmn_doc_table *table)
{
    g_string_append(p->out, "<thead><tr>");
    for (unsigned i = 0; i < table->n_columns; i++) {
        g_string_append_printf(p->out, "<th scope=\"col\"%s>",
                               table->columns[i].number ? " class=\"number\"" : "");
        vmn_append_markup(p->out, table->columns[i].name);
        g_string_append(p->out, "</th>");
    }
    g_string_append(p->out, "</tr></thead>\n<tbody>\n");
}

static void append_row(page *p, const vmn_doc_table *table, unsigned row)
{
    char **cells = g_ptr_array_index(table->rows, row);
    const char *note = g_ptr_array_index(table->notes, row);
    g_string_append(p->out, "<tr>");
    for (unsigned i = 0; i < table->n_columns; i++)
        append_element(p->out, "td", class_of(&table->columns[i], cells[i]), cells[i]);
    g_string_append(p->out, "</tr>\n");
    if (!note)
        return;
    g_string_append(p->out, "<tr class=\"note\">");
    if (table->n_columns > 1)
        g_string_append_printf(p->out, "<td></td><td colspan=\"%u\">", table->n_columns - 1);
    else
        g_string_append(p->out, "<td>");
    vmn_append_markup(p->out, note);
    g_string_append(p->out, "</td></tr>\n");
}

/* A table that is wider than the screen is moved inside a frame of its own, by keys too. */
static void append_table(page *p, const vmn_doc_table *table)
{
    g_string_append(p->out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
                            "aria-label=\"");
    vmn_append_markup(p->out, p->heading ? p->heading : "Table");
    g_string_append(p->out, "\">\n<table>\n");
    append_head(p, table);
    for (unsigned row = 0; row < table->rows->len; row++)
        append_row(p, table, row);
    g_string_append(p->out, "</tbody>\n</table>\n</div>\n");
}

/* ---- blocks ---- */

/* What a text limits for its reader's sake, a page need not; but it shall stay one that a browser
 * opens at once. */
static void append_timeline(page *p, unsigned most)
{
    uint32_t left_out = vmn_svg_append_timeline(p->out, p->document->summary,
                                                most > 0 ? MAX(most, MOST_BURSTS) : 0, p->block);
    if (left_out > 0)
        g_string_append_printf(p->out, "<p class=\"more\">… and %u more burst%s</p>\n", left_out,
                               left_out == 1 ? "" : "s");
}

static void append_fact(page *p, const vmn_block *block)
{
    open_list(p, "dl");
    append_element(p->out, "dt", NULL, block->term);
    append_element(p->out, "dd", NULL, block->text);
    g_string_append_c(p->out, '\n');
}

static void append_text(page *p, const vmn_block *block)
{
    static const struct {
        const char *element, *class;
    } elements[] = {[VMN_BLOCK_TITLE] = {"h1", NULL},      [VMN_BLOCK_VERDICT] = {"p", "verdict"},
                    [VMN_BLOCK_SUBHEADING] = {"h3", NULL}, [VMN_BLOCK_PARAGRAPH] = {"p", NULL},
                    [VMN_BLOCK_ITEM] = {"li", NULL},       [VMN_BLOCK_CAUTION] = {"p", "caution"}};
    if (block->kind == VMN_BLOCK_ITEM)
        open_list(p, "ul");
    if (block->kind == VMN_BLOCK_CAUTION)
        close_part(p);
    append_element(p->out, elements[block->kind].element, elements[block->kind].class, block->text);
    g_string_append_c(p->out, '\n');
}

static void append_block(page *p, const vmn_block *block, bool goes_on)
{
    if (!goes_on)
        close_list(p);
    switch (block->kind) {
    case VMN_BLOCK_HEADING:
        open_part(p, block->text);
        break;
    case VMN_BLOCK_FACT:
        append_fact(p, block);
        break;
    case VMN_BLOCK_TABLE:
        append_table(p, block->table);
        break;
    case VMN_BLOCK_TIMELINE:
        append_timeline(p, block->most);
        break;
    default:
        append_text(p, block);
        break;
    }
}

static const vmn_block *block_at(const vmn_document *document, unsigned i)
{
    return g_ptr_array_index(document->blocks, i);
}

/* The policy forbids a browser what the page does not do by itself: to load or run anything. */
static void append_begin(GString *out, const vmn_document *document)
{
    bool titled = document->blocks->len > 0 && block_at(document, 0)->kind == VMN_BLOCK_TITLE;
    g_string_append(out,
                    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                    "style-src 'unsafe-inline'\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    append_element(out, "title", NULL,
                   titled ? block_at(document, 0)->text : "vMotion Notify report");
    g_string_append(out, "\n<style>\n");
    for (unsigned i = 0; i < G_N_ELEMENTS(style); i++)
        g_string_append_printf(out, "%s\n", style[i]);
    g_string_append(out, "</style>\n</head>\n<body>\n");
    vmn_svg_append_shapes(out);
    g_string_append(out, "<main>\n");
}

void vmn_page_append(GString *out, const vmn_document *document)
{
    page p = {.out = out, .document = document};
    append_begin(out, document);
    for (unsigned i = 0; i < document->blocks->len; i++) {
        const vmn_block *block = block_at(document, i);
        p.block = i;
        append_block(&p, block, i > 0 && block_at(document, i - 1)->kind == block->kind);
    }
    close_list(&p);
    close_part(&p);
    g_string_append(out, "</main>\n</body>\n</html>\n");
}
