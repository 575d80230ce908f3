/* document.c
 * A report as a list of blocks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "document.h"

static void free_table(vmn_doc_table *table)
{
    if (!table)
        return;
    g_ptr_array_unref(table->rows);
    g_ptr_array_unref(table->notes);
    g_free(table);
}

static void free_block(void *data)
{
    vmn_block *block = data;
    g_free(block->term);
    g_free(block->text);
    free_table(block->table);
    g_free(block);
}

vmn_document *vmn_document_new(vmn_summary *summary)
{
    vmn_document *document = g_new(vmn_document, 1);
    document->summary = summary;
    document->blocks = g_ptr_array_new_with_free_func(free_block);
    return document;
}

void vmn_document_free(vmn_document *document)
{
    g_ptr_array_unref(document->blocks);
    g_free(document);
}

static vmn_block *add(vmn_document *document, vmn_block_kind kind, char *text)
{
    vmn_block *block = g_new0(vmn_block, 1);
    block->kind = kind;
    block->text = text;
    g_ptr_array_add(document->blocks, block);
    return block;
}

void vmn_document_add(vmn_document *document, vmn_block_kind kind, char *text)
{
    add(document, kind, text);
}

void vmn_document_add_fact(vmn_document *document, const char *term, char *text)
{
    add(document, VMN_BLOCK_FACT, text)->term = g_strdup(term);
}

static void free_cells(void *cells)
{
    g_strfreev(cells);
}

vmn_doc_table *vmn_document_add_table(vmn_document *document, const vmn_table_column *columns,
                                      unsigned n_columns)
{
    vmn_doc_table *table = g_new(vmn_doc_table, 1);
    table->columns = columns;
    table->n_columns = n_columns;
    table->rows = g_ptr_array_new_with_free_func(free_cells);
    table->notes = g_ptr_array_new_with_free_func(g_free);
    add(document, VMN_BLOCK_TABLE, NULL)->table = table;
    return table;
}

void vmn_doc_table_add(vmn_doc_table *table, char **cells, char *note)
{
    g_ptr_array_add(table->rows, cells);
    g_ptr_array_add(table->notes, note);
}

void vmn_document_add_timeline(vmn_document *document, unsigned most)
{
    add(document, VMN_BLOCK_TIMELINE, NULL)->most = most;
}
