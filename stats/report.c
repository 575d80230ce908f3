/* report.c
 * What a capture's announcements tell, in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report.h"

#include "format.h"

void vmn_report_listen(void)
{
}

/* ---- the table of bursts ---- */

static char *vlans_text(const vmn_summary *summary, uint32_t i)
{
    GArray *vlans = vmn_summary_vlans(summary, i);
    GString *text = g_string_new(vlans->len == 0 ? "-" : NULL);
    for (unsigned j = 0; j < vlans->len; j++)
        g_string_append_printf(text, "%s%u", j == 0 ? "" : ",", g_array_index(vlans, uint16_t, j));
    g_array_unref(vlans);
    return g_string_free(text, FALSE);
}

static char *mac_text(const uint8_t mac[6])
{
    GString *text = g_string_new(NULL);
    vmn_append_mac(text, mac);
    return g_string_free(text, FALSE);
}

static void add_bursts(vmn_document *document)
{
    static const vmn_table_column columns[] = {
        {"#", true},          {"MAC", false},      {"VLAN", false},
        {"announcer", false}, {"schedule", false}, {"rounds", true},
        {"missing", true},    {"frames", true},    {"state", false}};
    vmn_summary *summary = document->summary;
    vmn_document_add(document, VMN_BLOCK_HEADING, g_strdup("Bursts"));
    vmn_doc_table *table = vmn_document_add_table(document, columns, G_N_ELEMENTS(columns));
    for (uint32_t i = 0; i < summary->n_bursts; i++) {
        const vmn_burst *burst = &summary->bursts[i].burst;
        if (!summary->bursts[i].listed)
            continue;
        char **cells = g_new0(char *, G_N_ELEMENTS(columns) + 1);
        cells[0] = g_strdup_printf("%u", burst->number);
        cells[1] = mac_text(burst->mac);
        cells[2] = vlans_text(summary, i);
        cells[3] = g_strdup(burst->announcer_name);
        cells[4] = g_strdup(burst->schedule);
        cells[5] = g_strdup_printf("%u", burst->rounds);
        cells[6] = g_strdup_printf("%u", burst->missing);
        cells[7] = g_strdup_printf("%u", burst->frames);
        cells[8] = g_strdup(vmn_state_name(burst->state));
        vmn_doc_table_add(table, cells, NULL);
    }
}

vmn_document *vmn_report_new(vmn_summary *summary)
{
    vmn_document *document = vmn_document_new(summary);
    vmn_document_add(document, VMN_BLOCK_TITLE, g_strdup("vMotion Notify report"));
    add_bursts(document);
    vmn_document_add(document, VMN_BLOCK_HEADING, g_strdup("Timeline"));
    vmn_document_add_timeline(document, 40);
    return document;
}
