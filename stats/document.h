/* document.h
 * A report as a list of blocks, which text and page print each in its own way. GLib only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Strings are UTF-8. What comes from a capture may hold any character: who prints a block escapes
 * it.
 */
#ifndef VMN_DOCUMENT_H
#define VMN_DOCUMENT_H

#include "summary.h"

typedef enum {
    VMN_BLOCK_TITLE,      /* of the document; once, first */
    VMN_BLOCK_VERDICT,    /* the answer in one sentence */
    VMN_BLOCK_HEADING,    /* of a part */
    VMN_BLOCK_SUBHEADING, /* of one event inside a part */
    VMN_BLOCK_PARAGRAPH,
    VMN_BLOCK_ITEM,     /* of a list: neighbours are one list */
    VMN_BLOCK_FACT,     /* a term and what there is to say of it; neighbours are one list */
    VMN_BLOCK_TABLE,    /* .table */
    VMN_BLOCK_TIMELINE, /* the timeline of the listed bursts, drawn by who prints it */
    VMN_BLOCK_CAUTION   /* a paragraph on what all this does not say */
} vmn_block_kind;

typedef struct {
    const char *name; /* static */
    bool number;      /* set to the right */
} vmn_table_column;

typedef struct {
    const vmn_table_column *columns; /* n_columns of them, static */
    unsigned n_columns;
    GPtrArray *rows;  /* char **, NULL-terminated: n_columns cells */
    GPtrArray *notes; /* char *, one a row: a line below it, NULL for none */
} vmn_doc_table;

typedef struct {
    vmn_block_kind kind;
    char *term;           /* of a fact; else NULL */
    char *text;           /* NULL for tables and timelines */
    vmn_doc_table *table; /* else NULL */
    unsigned most;        /* of a timeline: so many bursts at most, 0: all */
} vmn_block;

typedef struct {
    vmn_summary *summary; /* what the timeline draws; must outlive the document */
    GPtrArray *blocks;    /* vmn_block * */
} vmn_document;

/* An empty document; free with vmn_document_free(). */
vmn_document *vmn_document_new(vmn_summary *summary);
void vmn_document_free(vmn_document *document);

/* Add a block with a text. Takes the text, which is freed with the document. */
void vmn_document_add(vmn_document *document, vmn_block_kind kind, char *text);

/* Add "term: text"; `term` is static. Takes the text. */
void vmn_document_add_fact(vmn_document *document, const char *term, char *text);

/* Add a table without rows, to be filled with vmn_doc_table_add(). */
vmn_doc_table *vmn_document_add_table(vmn_document *document, const vmn_table_column *columns,
                                      unsigned n_columns);

/* Add a row: n_columns cells and a note or NULL, all taken. */
void vmn_doc_table_add(vmn_doc_table *table, char **cells, char *note);

/* Add the timeline of the summary's listed bursts, at most so many of them (0: all). */
void vmn_document_add_timeline(vmn_document *document, unsigned most);

#endif
