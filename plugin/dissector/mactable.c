/* mactable.c
 * Reads the text that a switch prints for its MAC table; see mactable.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mactable.h"

#include <string.h>

#include "macrow.h"
#include "textfile.h"

struct vmn_mactable {
    GArray *entries;
    GStringChunk *strings;
    vmn_textfile file; /* that it was read from; none when parsed from memory */
};

typedef struct {
    vmn_mactable *table;
    vmn_heading heading; /* the last one */
    unsigned heading_line;
    vmn_trouble trouble;
    unsigned line;
    bool open; /* the last entry's port goes on in the next line */
} reader;

/* ---- a line ---- */

/* A prompt with an echoed command: the table before it is at its end. */
static bool is_command(const vmn_word *words, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (vmn_word_is(words[i], "show") || vmn_word_is(words[i], "fdb") ||
            vmn_word_is(words[i], "display") || vmn_word_holds(words[i], "address-table") ||
            vmn_word_holds(words[i], "#show") || vmn_word_holds(words[i], ">show") ||
            vmn_word_holds(words[i], ">display") || vmn_word_holds(words[i], "fdb/show"))
            return true;
    return false;
}

/* Log messages name MACs but are no entries. */
static bool is_log(const vmn_word *words, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (words[i].text[0] == '%')
            return true;
    return false;
}

/* A word as a string of the table, made valid UTF-8. */
static const char *keep(reader *r, vmn_word w)
{
    if (!w.len)
        return "";
    char *text = g_utf8_make_valid(w.text, (gssize)MIN(w.len, VMN_MAX_WORD * 2));
    const char *kept = g_string_chunk_insert_const(r->table->strings, text);
    g_free(text);
    return kept;
}

static void add_row(reader *r, const uint8_t mac[6], const vmn_row *row)
{
    vmn_mac_entry entry = {.fixed = row->fixed,
                           .remote = row->remote,
                           .vlan = VMN_NO_VLAN,
                           .vlan_name = keep(r, row->vlan),
                           .port = keep(r, row->port),
                           .vtep = keep(r, row->vtep),
                           .line = r->line};

    memcpy(entry.mac, mac, sizeof entry.mac);
    if (row->vlan.len)
        entry.vlan = vmn_word_vlan(row->vlan);
    g_array_append_val(r->table->entries, entry);
    r->open = row->port.text[row->port.len - 1] == ':';
}

/* Nokia SR OS prints "vxlan-1:" and the far end in a line of its own. */
static void go_on(reader *r, vmn_word word)
{
    vmn_mac_entry *last =
        &g_array_index(r->table->entries, vmn_mac_entry, r->table->entries->len - 1);
    char *port = g_strdup_printf("%s%.*s", last->port, (int)MIN(word.len, VMN_MAX_WORD), word.text);

    last->port = keep(r, (vmn_word){port, strlen(port), 0});
    if (word.len <= VMN_MAX_WORD)
        last->vtep = keep(r, word);
    g_free(port);
}

/* A line without a MAC: a heading, or something that was meant to be a MAC, or neither. */
static void read_other_line(reader *r, const vmn_word *words, unsigned n)
{
    if (r->open && n == 1 && vmn_word_has_digit(words[0]))
        go_on(r, words[0]);
    r->open = false;
    for (unsigned i = 0; i < n; i++)
        if (vmn_word_resembles_mac(words[i])) {
            vmn_trouble_add(&r->trouble, r->line, "\"%.*s\" is not a MAC address",
                            (int)words[i].len, words[i].text);
            return;
        }
    if (vmn_heading_rule(&r->heading, words, n))
        return;
    /* Of a heading of two lines the first says more. */
    if ((r->heading_line == 0 || r->heading_line + 1 != r->line) &&
        vmn_heading_read(&r->heading, words, n))
        r->heading_line = r->line;
}

static void read_line(reader *r, const char *text, size_t len)
{
    vmn_word words[VMN_MAX_WORDS];
    unsigned n = vmn_words_split(text, len, words), at = 0;
    uint8_t mac[6];
    vmn_row row;

    if (is_command(words, n))
        r->heading.n = 0;
    if (is_command(words, n) || is_log(words, n))
        return;
    while (at < n && !vmn_word_mac(words[at], mac))
        at++;
    if (at == n)
        read_other_line(r, words, n);
    else if (vmn_row_read(&row, &r->heading, words, n, at))
        add_row(r, mac, &row);
    else
        vmn_trouble_add(&r->trouble, r->line, "no port for MAC %02x:%02x:%02x:%02x:%02x:%02x",
                        mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}

/* ---- the table ---- */

static int compare(gconstpointer a, gconstpointer b)
{
    const vmn_mac_entry *x = a, *y = b;
    int order = memcmp(x->mac, y->mac, sizeof x->mac);

    if (order == 0)
        order = (int)x->fixed - (int)y->fixed;
    if (order == 0)
        order = x->line < y->line ? -1 : x->line > y->line;
    return order;
}

static vmn_mactable *table_new(void)
{
    vmn_mactable *table = g_new0(vmn_mactable, 1);

    table->entries = g_array_new(FALSE, FALSE, sizeof(vmn_mac_entry));
    table->strings = g_string_chunk_new(4096);
    return table;
}

void vmn_mactable_free(vmn_mactable *table)
{
    if (!table)
        return;
    g_array_free(table->entries, TRUE);
    g_string_chunk_free(table->strings);
    g_free(table->file.path);
    g_free(table);
}

#define FEW 16 /* entries of one MAC; more of them are not compared with each other */

static bool same_mac(const vmn_mac_entry *a, const vmn_mac_entry *b)
{
    return memcmp(a->mac, b->mac, sizeof a->mac) == 0;
}

/* Linux and Cumulus have two entries for a MAC behind a tunnel, and only one tells the far end:
 * give it to the other one, too, where there is only one such. */
static void share_vtep(vmn_mac_entry *entries, unsigned n, vmn_mac_entry *entry)
{
    const char *vtep = "";

    for (unsigned i = 0; i < n; i++) {
        if (!*entries[i].vtep || strcmp(entries[i].port, entry->port) != 0)
            continue;
        if (*vtep && strcmp(vtep, entries[i].vtep) != 0)
            return;
        vtep = entries[i].vtep;
    }
    entry->vtep = vtep;
}

static void share_vteps(vmn_mactable *table)
{
    vmn_mac_entry *entries = (vmn_mac_entry *)(void *)table->entries->data;

    for (unsigned first = 0, next; first < table->entries->len; first = next) {
        for (next = first + 1;
             next < table->entries->len && same_mac(&entries[first], &entries[next]);)
            next++;
        for (unsigned i = first; next - first <= FEW && i < next; i++)
            if (entries[i].remote && !*entries[i].vtep)
                share_vtep(&entries[first], next - first, &entries[i]);
    }
}

vmn_mactable *vmn_mactable_parse(const char *text, size_t len, const char *name, char **message)
{
    reader r = {.table = table_new(), .trouble = {.name = name}};
    char *converted = vmn_textfile_from_utf16(text, &len);
    const char *at = converted ? converted : text, *end = at + len, *line;
    size_t line_len;

    while (vmn_textfile_line(&at, end, &line, &line_len)) {
        r.line++;
        read_line(&r, line, line_len);
    }
    g_free(converted);
    g_array_sort(r.table->entries, compare);
    share_vteps(r.table);
    bool empty = r.table->entries->len == 0;
    *message =
        vmn_trouble_message(&r.trouble, empty ? "no line with a MAC address and a port" : NULL);
    if (!empty)
        return r.table;
    vmn_mactable_free(r.table);
    return NULL;
}

vmn_mactable *vmn_mactable_read(const char *path, char **message)
{
    vmn_textfile file = {NULL, 0, 0};
    size_t len = 0;
    char *text = vmn_textfile_read(path, &len, &file, message);

    if (!text)
        return NULL;
    vmn_mactable *table = vmn_mactable_parse(text, len, path, message);
    g_free(text);
    if (table)
        table->file = file;
    else
        g_free(file.path);
    return table;
}

bool vmn_mactable_changed(const vmn_mactable *table, const char *path)
{
    return !table || vmn_textfile_changed(&table->file, path);
}

unsigned vmn_mactable_size(const vmn_mactable *table)
{
    return table->entries->len;
}

const vmn_mac_entry *vmn_mactable_entry(const vmn_mactable *table, unsigned i)
{
    return &g_array_index(table->entries, vmn_mac_entry, i);
}

/* Index of the first entry whose MAC is not below `mac`. */
static unsigned lower_bound(const vmn_mactable *table, const uint8_t mac[6])
{
    unsigned low = 0, high = table->entries->len;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (memcmp(vmn_mactable_entry(table, middle)->mac, mac, 6) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const vmn_mac_entry *vmn_mactable_find(const vmn_mactable *table, const uint8_t mac[6], unsigned *n)
{
    unsigned first = lower_bound(table, mac), i = first;

    while (i < table->entries->len && memcmp(vmn_mactable_entry(table, i)->mac, mac, 6) == 0)
        i++;
    *n = i - first;
    return *n ? vmn_mactable_entry(table, first) : NULL;
}

const vmn_mac_entry *vmn_mactable_best(const vmn_mactable *table, const uint8_t mac[6],
                                       uint16_t vlan)
{
    unsigned n;
    const vmn_mac_entry *entries = vmn_mactable_find(table, mac, &n);

    for (unsigned i = 0; i < n && vlan != VMN_NO_VLAN; i++)
        if (entries[i].vlan == vlan)
            return &entries[i];
    return entries;
}
