/* mactable.c
 * Reads the text that a switch prints for its MAC table; see mactable.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mactable.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#define MAX_FILE (512u << 20) /* octets; four million lines and more */
#define MAX_WORDS 48          /* of a line; what follows cannot be a table's row */
#define MAX_WORD 96           /* octets; no switch has a longer port or VLAN name */

struct vmn_mactable {
    GArray *entries;
    GStringChunk *strings;
    char *path;     /* NULL when parsed from memory */
    int64_t mtime;  /* of that file, ns where the system has them */
    int64_t octets; /* of that file */
};

/* A word of a line: not terminated. */
typedef struct {
    const char *text;
    size_t len;
} word;

/* Which of the columns come first, as the last heading says; 0 where it names none. */
typedef struct {
    unsigned vlan, mac, port;
} heading;

/* What went wrong: the first trouble in words, the others counted. */
typedef struct {
    const char *name;
    char *first;
    unsigned more;
} trouble;

typedef struct {
    vmn_mactable *table;
    heading columns;
    trouble trouble;
    unsigned line;
} reader;

/* ---- words ---- */

/* Control characters part words as well: NULs, tabs, carriage returns, a terminal's escapes. */
static bool is_blank(char c)
{
    return (unsigned char)c <= ' ' || c == 0x7f;
}

static unsigned split(const char *text, size_t len, word words[MAX_WORDS])
{
    unsigned n = 0;
    size_t i = 0;

    while (n < MAX_WORDS) {
        while (i < len && is_blank(text[i]))
            i++;
        if (i == len)
            break;
        size_t start = i;
        while (i < len && !is_blank(text[i]))
            i++;
        words[n++] = (word){text + start, i - start};
    }
    return n;
}

static bool is(word w, const char *text)
{
    return strlen(text) == w.len && g_ascii_strncasecmp(w.text, text, w.len) == 0;
}

static bool is_one_of(word w, const char *const *list)
{
    while (*list && !is(w, *list))
        list++;
    return *list != NULL;
}

static bool holds(word w, const char *text)
{
    size_t len = strlen(text);

    for (size_t i = 0; i + len <= w.len; i++)
        if (g_ascii_strncasecmp(w.text + i, text, len) == 0)
            return true;
    return false;
}

static bool any(word w, bool (*test)(char))
{
    for (size_t i = 0; i < w.len; i++)
        if (test(w.text[i]))
            return true;
    return false;
}

static bool is_digit(char c)
{
    return g_ascii_isdigit(c);
}

static bool is_alpha(char c)
{
    return g_ascii_isalpha(c);
}

static bool is_slash(char c)
{
    return c == '/';
}

/* A number of at most six digits, as VLANs, ages and port numbers are. */
static bool number(word w, unsigned *value)
{
    *value = 0;
    if (w.len == 0 || w.len > 6)
        return false;
    for (size_t i = 0; i < w.len; i++) {
        if (!is_digit(w.text[i]))
            return false;
        *value = *value * 10 + (unsigned)(w.text[i] - '0');
    }
    return true;
}

/* ---- MAC addresses ---- */

static bool is_mac_separator(char c)
{
    return c == ':' || c == '-' || c == '.';
}

/* Are the groups of hexadecimal digits those of a MAC: 6 × 2, 3 × 4, 2 × 6, 1 × 12, or 6 × 1–2 with
 * colons? */
static bool groups_make_a_mac(unsigned groups, unsigned shortest, unsigned longest, char separator)
{
    if (groups == 6 && separator == ':')
        return shortest >= 1 && longest <= 2;
    return 12 % groups == 0 && shortest == 12 / groups && longest == 12 / groups && groups != 4;
}

bool vmn_mac_parse(const char *text, size_t len, uint8_t mac[6])
{
    unsigned groups = 1, digits = 0, shortest = 12, longest = 0, octet = 0;
    uint8_t value[12] = {0};
    char separator = 0;

    if (len < 11 || len > 17)
        return false;
    for (size_t i = 0; i <= len; i++) {
        if (i < len && g_ascii_isxdigit(text[i])) {
            if (digits == 12)
                return false;
            value[digits++] = (uint8_t)g_ascii_xdigit_value(text[i]);
            continue;
        }
        if (i < len && (!is_mac_separator(text[i]) || (separator && separator != text[i])))
            return false;
        shortest = MIN(shortest, digits);
        longest = MAX(longest, digits);
        /* the group's digits, in pairs; a lone one is an octet of its own */
        for (unsigned k = 0; k < digits && octet < 6; k += 2, octet++)
            mac[octet] = (uint8_t)(k + 1 < digits ? value[k] << 4 | value[k + 1] : value[k]);
        digits = 0;
        if (i < len) {
            separator = text[i];
            groups++;
        }
    }
    return groups_make_a_mac(groups, shortest, longest, separator);
}

/* Marks that some switches print right at a MAC. */
static word bare(word w)
{
    while (w.len && strchr("*+([", w.text[0])) {
        w.text++;
        w.len--;
    }
    while (w.len && strchr("*+,;)]", w.text[w.len - 1]))
        w.len--;
    return w;
}

/* Was this meant to be a MAC? Ten to fourteen hexadecimal digits with two separators of one kind.
 */
static bool resembles_mac(word w)
{
    unsigned digits = 0, separators = 0;
    char separator = 0;

    if (w.len > 20)
        return false;
    for (size_t i = 0; i < w.len; i++) {
        char c = w.text[i];
        if (g_ascii_isxdigit(c)) {
            digits++;
        } else if (is_mac_separator(c) && (!separator || separator == c)) {
            separator = c;
            separators++;
        } else {
            return false;
        }
    }
    return digits >= 10 && digits <= 14 && separators >= 2;
}

/* ---- what a word can be ---- */

/* Entry types and flags; none is a port. Words of one or two capitals (Junos) are handled apart. */
static const char *const type_words[] = {
    "dynamic", "static",   "permanent", "self",       "learn",     "learned", "secure", "system",
    "yes",     "no",       "igmp",      "mac",        "type",      "evpn",    "sticky", "cp_learn",
    "control", "security", "config",    "configured", "blackhole", "other",   NULL};

static const char *const fixed_words[] = {"static", "permanent", "local", NULL};

/* Ports that have no digit. */
static const char *const port_words[] = {"cpu",   "switch",      "router",    "drop", "local",
                                         "flood", "all-members", "peer-link", "vpc",  NULL};

/* 5s, 1d2h: an age. */
static bool is_duration(word w)
{
    bool digit_before = false;

    for (size_t i = 0; i < w.len; i++) {
        if (!is_digit(w.text[i]) && !(digit_before && strchr("wdhms", w.text[i])))
            return false;
        digit_before = is_digit(w.text[i]);
    }
    return w.len > 0 && !digit_before;
}

/* Gi0/6, Eth1/6, ge-0/0/6.0, Po1, 1/1/6: letters and a digit, or a digit and a slash. */
static bool is_port(word w)
{
    if (w.len > MAX_WORD || w.text[0] == '(' || !any(w, is_digit) || is_duration(w))
        return false;
    if (is_digit(w.text[0]) && any(w, is_slash))
        return memchr(w.text, '-', w.len) == NULL; /* 50/-/- is Huawei's VLAN column */
    return g_ascii_isalpha(w.text[0]);
}

/* A VLAN's number. Names count when they are a "vlan" and a number: v50, vlan50, VLAN0050, vlan-50.
 */
static uint16_t vlan_of(word w)
{
    static const char *const prefixes[] = {"vlan", "vl", "v", NULL};
    const char *slash = memchr(w.text, '/', w.len);
    unsigned value;

    if (slash)
        w.len = (size_t)(slash - w.text);
    for (const char *const *p = prefixes; *p; p++) {
        size_t len = strlen(*p);
        if (w.len > len && g_ascii_strncasecmp(w.text, *p, len) == 0) {
            w.text += len;
            w.len -= len;
            if (w.len > 1 && strchr("-_.", w.text[0])) {
                w.text++;
                w.len--;
            }
            break;
        }
    }
    return number(w, &value) && value < 4096 ? (uint16_t)value : VMN_NO_VLAN;
}

/* ---- a line ---- */

/* The parts of a row as found so far; .len 0 where there is none. */
typedef struct {
    word vlan, port;
    char port_joined[2 * MAX_WORD + 2]; /* "vPC Peer-Link", "Te 0/6", "Gi1/1,Gi1/2" */
    bool fixed;
} row;

/* `bridge fdb show`: words in pairs. */
static bool read_linux(const word *words, unsigned n, unsigned mac, row *r)
{
    for (unsigned i = mac + 1; i + 1 < n; i++) {
        if (is(words[i], "dev"))
            r->port = words[i + 1];
        else if (is(words[i], "vlan"))
            r->vlan = words[i + 1];
    }
    return r->port.len > 0 && r->port.len <= MAX_WORD;
}

/* A port of two words, or a list with blanks after its commas, is one port. */
static void join_port(row *r, word next)
{
    bool list = r->port.text[r->port.len - 1] == ',';
    bool pair =
        !any(r->port, is_digit) &&
        (holds(next, "peer-link") || (next.len && is_digit(next.text[0]) && any(next, is_slash)));

    if ((!list && !pair) || next.len > MAX_WORD || r->port.len > MAX_WORD)
        return;
    snprintf(r->port_joined, sizeof r->port_joined, "%.*s%s%.*s", (int)r->port.len, r->port.text,
             list ? "" : " ", (int)next.len, next.text);
    r->port = (word){r->port_joined, strlen(r->port_joined)};
}

/* The port after the MAC, where most switches print it. */
static void find_port(const word *words, unsigned n, unsigned mac, row *r)
{
    unsigned at = 0;

    for (unsigned i = mac + 1; i < n; i++)
        if (words[i].text[0] == '(')
            n = i; /* a remark, or NX-OS's "(R)" */
    for (unsigned i = mac + 1; i < n && !at; i++)
        if (is_port(words[i]) && !is_one_of(words[i], type_words))
            at = i;
    for (unsigned i = mac + 1; i < n && (!at || i < at); i++)
        if (is_one_of(words[i], port_words) && (!at || is(words[i], "vpc")))
            at = i;
    if (!at)
        return;
    /* "Te 0/6": the word before a bare 0/6 names its kind */
    if (is_digit(words[at].text[0]) && at > mac + 1 && !any(words[at - 1], is_digit) &&
        any(words[at - 1], is_alpha) && !is_one_of(words[at - 1], type_words) &&
        words[at - 1].len > 1)
        at--;
    r->port = words[at];
    if (at + 1 < n)
        join_port(r, words[at + 1]);
}

/* The VLAN before the MAC: a number, or else the word next to it, unless that is a mark. */
static void find_vlan_before(const word *words, unsigned mac, row *r)
{
    unsigned value;

    for (unsigned i = mac; i-- > 0 && !r->vlan.len;)
        if (number(words[i], &value))
            r->vlan = words[i];
    if (!r->vlan.len && mac > 0 && words[mac - 1].len > 1 && words[mac - 1].len <= MAX_WORD &&
        any(words[mac - 1], is_alpha))
        r->vlan = words[mac - 1];
}

/* Switches that print the MAC first have the VLAN among the words after it. */
static void find_vlan_after(const word *words, unsigned n, row *r)
{
    for (unsigned i = 1; i < n && !r->vlan.len; i++)
        if (words[i].text != r->port.text && is_digit(words[i].text[0]) &&
            vlan_of(words[i]) != VMN_NO_VLAN && !is_port(words[i]))
            r->vlan = words[i];
}

/* Port numbers without a name: Open vSwitch's "port VLAN MAC age", or as the heading has them. */
static void find_number_port(const heading *columns, const word *words, unsigned n, unsigned mac,
                             row *r)
{
    unsigned value;

    for (unsigned i = mac + 1; i < n; i++)
        if (is_one_of(words[i], type_words) && !is(words[i], "static"))
            return;
    if (mac == 2 && number(words[1], &value) && words[0].len <= MAX_WORD &&
        (number(words[0], &value) || words[0].len > 1)) {
        r->port = words[0];
        r->vlan = words[1];
    } else if (mac == 0 && n >= 3 && columns->port > columns->mac && columns->vlan > columns->mac &&
               number(words[1], &value) && number(words[2], &value)) {
        bool port_first = columns->port < columns->vlan;
        r->port = words[port_first ? 1 : 2];
        r->vlan = words[port_first ? 2 : 1];
    }
}

static bool read_row(const heading *columns, const word *words, unsigned n, unsigned mac, row *r)
{
    for (unsigned i = mac + 1; i < n; i++)
        if (is_one_of(words[i], fixed_words))
            r->fixed = true;
    if (read_linux(words, n, mac, r))
        return true;
    r->port = r->vlan = (word){NULL, 0};
    find_port(words, n, mac, r);
    if (!r->port.len) {
        find_number_port(columns, words, n, mac, r);
        return r->port.len > 0;
    }
    find_vlan_before(words, mac, r);
    if (mac == 0)
        find_vlan_after(words, n, r);
    return true;
}

/* Prompts with an echoed command, and log messages, name MACs but are no entries. */
static bool is_noise(const word *words, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (is(words[i], "show") || is(words[i], "fdb") || holds(words[i], "address-table") ||
            holds(words[i], "#show") || holds(words[i], ">show") || holds(words[i], "fdb/show") ||
            words[i].text[0] == '%')
            return true;
    return false;
}

static void read_heading(heading *columns, const word *words, unsigned n)
{
    heading found = {0, 0, 0};

    for (unsigned i = 0; i < n; i++) {
        if (!found.vlan && holds(words[i], "vlan"))
            found.vlan = i + 1;
        else if (!found.mac && is(words[i], "mac"))
            found.mac = i + 1;
        else if (!found.port && (holds(words[i], "port") || holds(words[i], "interface")))
            found.port = i + 1;
    }
    if (found.mac && (found.vlan || found.port))
        *columns = found;
}

G_GNUC_PRINTF(2, 3) static void complain(reader *r, const char *format, ...)
{
    va_list args;

    if (r->trouble.first) {
        r->trouble.more++;
        return;
    }
    va_start(args, format);
    char *text = g_strdup_vprintf(format, args);
    va_end(args);
    r->trouble.first = g_strdup_printf("%s:%u: %s", r->trouble.name, r->line, text);
    g_free(text);
}

/* A word as a string of the table, made valid UTF-8. */
static const char *keep(reader *r, word w)
{
    if (!w.len)
        return "";
    char *text = g_utf8_make_valid(w.text, (gssize)MIN(w.len, MAX_WORD * 2));
    const char *kept = g_string_chunk_insert_const(r->table->strings, text);
    g_free(text);
    return kept;
}

static void add_row(reader *r, const uint8_t mac[6], const row *found)
{
    vmn_mac_entry entry = {.fixed = found->fixed,
                           .vlan = VMN_NO_VLAN,
                           .vlan_name = keep(r, found->vlan),
                           .port = keep(r, found->port),
                           .line = r->line};

    memcpy(entry.mac, mac, sizeof entry.mac);
    if (found->vlan.len)
        entry.vlan = vlan_of(found->vlan);
    g_array_append_val(r->table->entries, entry);
}

static void read_line(reader *r, const char *text, size_t len)
{
    word words[MAX_WORDS];
    unsigned n = split(text, len, words), at = 0;
    uint8_t mac[6];
    row found = {0};

    while (at < n && !vmn_mac_parse(bare(words[at]).text, bare(words[at]).len, mac))
        at++;
    if (is_noise(words, n))
        return;
    if (at == n) {
        for (unsigned i = 0; i < n; i++)
            if (resembles_mac(words[i])) {
                complain(r, "\"%.*s\" is not a MAC address", (int)words[i].len, words[i].text);
                return;
            }
        read_heading(&r->columns, words, n);
        return;
    }
    if (read_row(&r->columns, words, n, at, &found))
        add_row(r, mac, &found);
    else
        complain(r, "no port for MAC %02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3],
                 mac[4], mac[5]);
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
    g_free(table->path);
    g_free(table);
}

static char *trouble_message(trouble *t, bool empty)
{
    char *message = t->first;

    if (!message && empty)
        return g_strdup_printf("%s: no line with a MAC address and a port", t->name);
    if (message && t->more) {
        message =
            g_strdup_printf("%s (and %u more line%s)", t->first, t->more, t->more == 1 ? "" : "s");
        g_free(t->first);
    }
    return message;
}

/* Windows' PowerShell writes redirected text as UTF-16. Returns the same text as UTF-8 and changes
 * *len to its length; NULL, with *len as it was, when it is no UTF-16 or broken. */
static char *from_utf16(const char *text, size_t *len)
{
    gsize new_len = 0;

    if (*len < 2 || memcmp(text, "\xff\xfe", 2) != 0)
        return NULL;
    char *converted = g_convert(text + 2, (gssize)((*len - 2) & ~(size_t)1), "UTF-8", "UTF-16LE",
                                NULL, &new_len, NULL);
    if (converted)
        *len = new_len;
    return converted;
}

vmn_mactable *vmn_mactable_parse(const char *text, size_t len, const char *name, char **message)
{
    reader r = {.table = table_new(), .trouble = {.name = name}};
    char *converted = from_utf16(text, &len);
    const char *at = converted ? converted : text, *end = at + len;

    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if (!stop)
            stop = end;
        r.line++;
        read_line(&r, at, (size_t)(stop - at));
        at = stop < end ? stop + 1 : end;
    }
    g_free(converted);
    g_array_sort(r.table->entries, compare);
    *message = trouble_message(&r.trouble, r.table->entries->len == 0);
    if (r.table->entries->len == 0) {
        vmn_mactable_free(r.table);
        return NULL;
    }
    return r.table;
}

static int64_t mtime_of(const GStatBuf *info)
{
#ifdef st_mtime /* a macro where st_mtim exists */
    return (int64_t)info->st_mtim.tv_sec * G_GINT64_CONSTANT(1000000000) + info->st_mtim.tv_nsec;
#else
    return (int64_t)info->st_mtime * G_GINT64_CONSTANT(1000000000);
#endif
}

vmn_mactable *vmn_mactable_read(const char *path, char **message)
{
    GStatBuf info = {0};
    GError *error = NULL;
    char *text = NULL;
    gsize len = 0;

    *message = NULL;
    if (g_stat(path, &info) == 0 && !g_file_test(path, G_FILE_TEST_IS_REGULAR))
        *message = g_strdup_printf("%s: not a file", path);
    else if (info.st_size > (int64_t)MAX_FILE)
        *message = g_strdup_printf("%s: larger than %u MiB", path, MAX_FILE >> 20);
    else if (!g_file_get_contents(path, &text, &len, &error))
        *message = g_strdup(error->message);
    g_clear_error(&error);
    if (*message)
        return NULL;
    vmn_mactable *table = vmn_mactable_parse(text, len, path, message);
    g_free(text);
    if (table) {
        table->path = g_strdup(path);
        table->mtime = mtime_of(&info);
        table->octets = info.st_size;
    }
    return table;
}

bool vmn_mactable_changed(const vmn_mactable *table, const char *path)
{
    GStatBuf info;

    return !table || !table->path || strcmp(table->path, path) != 0 || g_stat(path, &info) != 0 ||
           mtime_of(&info) != table->mtime || info.st_size != table->octets;
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
