/* macheading.c
 * The heading of a switch's table, and under which of its columns the words of a row stand.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "macheading.h"

#include <glib.h>
#include <string.h>

#define NAME_LEN 64

/* ---- the heading ---- */

/* A column's name, its words without blanks, hyphens and underscores, lower case. */
typedef struct {
    char text[NAME_LEN];
    unsigned from, to;
} name;

static void append(name *column, vmn_word w)
{
    size_t len = strlen(column->text);

    for (size_t i = 0; i < w.len && len + 1 < sizeof column->text; i++)
        if (w.text[i] != '-' && w.text[i] != '_')
            column->text[len++] = g_ascii_tolower(w.text[i]);
    column->text[len] = '\0';
    column->to = w.at + (unsigned)w.len;
}

/* "Address" goes on what "MAC" began, "Type" only what "Address" began. */
static bool goes_on(const name *column, vmn_word w)
{
    static const char *const always[] = {"address", "addr", "id",     "index", "change", "move",
                                         "update",  "info", "info/",  "(s)",   "#'s",    "ts",
                                         "no.",     "name", "number", NULL};
    static const char *const pairs[][2] = {
        {"destination", "port"}, {"end", "point"}, {"endpoint", "mac"}, {"active", "source"},
        {"ether", "tag"},        {"next", "hop"},  {"next", "hops"},    {"next", "hop(s)"}};

    if (w.at != column->to + 1)
        return false;
    if (vmn_word_is(w, "type"))
        return g_str_has_suffix(column->text, "address");
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++)
        if (strcmp(column->text, pairs[i][0]) == 0 && vmn_word_is(w, pairs[i][1]))
            return true;
    return vmn_word_is_one_of(w, always) || vmn_word_begins(w, "name(");
}

/* Sentences may name MACs, VLANs and ports, too. */
static bool is_prose(const vmn_word *words, unsigned n)
{
    static const char *const prose[] = {"for", "of",   "the",  "is",    "are", "on", "to",
                                        "and", "this", "that", "total", "in",  "=",  NULL};

    for (unsigned i = 0; i < n; i++)
        if (vmn_word_is_one_of(words[i], prose) || words[i].text[words[i].len - 1] == ':')
            return true;
    return false;
}

static unsigned read_names(const vmn_word *words, unsigned n, name *names)
{
    unsigned count = 0;

    for (unsigned i = 0; i < n; i++) {
        if (!vmn_word_has_letter(words[i]) && words[i].text[0] != '#')
            continue; /* a drawn line's end */
        if (count > 0 && goes_on(&names[count - 1], words[i])) {
            append(&names[count - 1], words[i]);
            continue;
        }
        names[count] = (name){.from = words[i].at};
        append(&names[count++], words[i]);
    }
    return count;
}

static bool is_one_of(const char *text, const char *const *list)
{
    while (*list && strcmp(text, *list) != 0)
        list++;
    return *list != NULL;
}

static bool names_mac(const char *text)
{
    static const char *const macs[] = {"mac",         "macaddress",         "macaddr", "lladdr",
                                       "endpointmac", "destinationaddress", NULL};

    return is_one_of(text, macs);
}

static bool names_vlan(const char *text)
{
    static const char *const vlans[] = {"vid", "vsiname", "vsi", "topology", NULL};

    return strstr(text, "vlan") || is_one_of(text, vlans);
}

static bool names_port(const char *text)
{
    return (strstr(text, "port") && !strstr(text, "transport")) || strstr(text, "interface") ||
           strstr(text, "intf") || strcmp(text, "prt") == 0;
}

/* What some call the port, where no other column is called so. */
static bool may_name_port(const char *text)
{
    static const char *const ports[] = {
        "destination", "dest",         "learnedfrom", "source",     "sourceidentifier",
        "logical",     "linkid/name",  "link",        "nexthop(s)", "nexthops",
        "nexthop",     "activesource", NULL};

    return is_one_of(text, ports);
}

static bool names_vtep(const char *text)
{
    return strstr(text, "vtep") || strcmp(text, "remotedst") == 0 ||
           strcmp(text, "tunneldest") == 0;
}

static bool names_fixed(const char *text)
{
    return strcmp(text, "static") == 0 || strcmp(text, "bvi") == 0;
}

static vmn_column_kind kind_of(const char *text)
{
    if (names_mac(text))
        return VMN_COLUMN_MAC;
    if (names_port(text))
        return VMN_COLUMN_PORT;
    if (names_vtep(text))
        return VMN_COLUMN_VTEP;
    if (names_vlan(text))
        return VMN_COLUMN_VLAN;
    return names_fixed(text) ? VMN_COLUMN_FIXED : VMN_COLUMN_OTHER;
}

/* Where no column has a kind, the first one that may be meant so gets it. */
static void choose(vmn_heading *heading, const name *names, vmn_column_kind kind,
                   bool (*may)(const char *))
{
    if (vmn_heading_has(heading, kind))
        return;
    for (unsigned i = 0; i < heading->n; i++)
        if (heading->columns[i].kind == VMN_COLUMN_OTHER && may(names[i].text)) {
            heading->columns[i].kind = kind;
            return;
        }
}

static bool is_address(const char *text)
{
    return strcmp(text, "address") == 0;
}

/* Only one column is the MAC's, only one the VLAN's: what goes on the wire ("encap") if it is
 * there. */
static void settle(vmn_heading *heading, const name *names)
{
    bool encap = false, mac = false, vlan = false;

    for (unsigned i = 0; i < heading->n; i++)
        encap = encap || strcmp(names[i].text, "encap") == 0;
    for (unsigned i = 0; i < heading->n; i++) {
        vmn_column_kind *kind = &heading->columns[i].kind;
        if (encap && strcmp(names[i].text, "encap") == 0)
            *kind = VMN_COLUMN_VLAN;
        else if (*kind == VMN_COLUMN_VLAN && encap)
            *kind = VMN_COLUMN_OTHER;
        if ((*kind == VMN_COLUMN_MAC && mac) || (*kind == VMN_COLUMN_VLAN && vlan))
            *kind = VMN_COLUMN_OTHER;
        mac = mac || *kind == VMN_COLUMN_MAC;
        vlan = vlan || *kind == VMN_COLUMN_VLAN;
    }
}

bool vmn_heading_read(vmn_heading *heading, const vmn_word *words, unsigned n)
{
    name names[VMN_MAX_WORDS];
    vmn_heading found = {.n = 0};

    if (is_prose(words, n))
        return false;
    found.n = read_names(words, n, names);
    for (unsigned i = 0; i < found.n; i++)
        found.columns[i] = (vmn_column){kind_of(names[i].text), names[i].from, names[i].to};
    settle(&found, names);
    choose(&found, names, VMN_COLUMN_MAC, is_address);
    choose(&found, names, VMN_COLUMN_PORT, may_name_port);
    if (!vmn_heading_has(&found, VMN_COLUMN_MAC) ||
        (!vmn_heading_has(&found, VMN_COLUMN_VLAN) && !vmn_heading_has(&found, VMN_COLUMN_PORT) &&
         !vmn_heading_has(&found, VMN_COLUMN_VTEP)))
        return false;
    *heading = found;
    return true;
}

/* The one column that the places have something of; n when it is none or more than one. */
static unsigned column_within(const vmn_heading *heading, unsigned from, unsigned to)
{
    unsigned found = heading->n;

    for (unsigned i = 0; i < heading->n; i++) {
        if (heading->columns[i].from >= to || heading->columns[i].to <= from)
            continue;
        if (found < heading->n)
            return heading->n;
        found = i;
    }
    return found;
}

bool vmn_heading_rule(vmn_heading *heading, const vmn_word *words, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        for (size_t k = 0; k < words[i].len; k++)
            if (!strchr("-=+", words[i].text[k]))
                return false;
    for (unsigned i = 0; i < n; i++)
        for (size_t k = 0, begin = 0; k <= words[i].len; k++) {
            if (k < words[i].len && words[i].text[k] != '+')
                continue;
            unsigned from = words[i].at + (unsigned)begin, to = words[i].at + (unsigned)k;
            unsigned column = column_within(heading, from, to);
            if (column < heading->n) {
                heading->columns[column].from = MIN(heading->columns[column].from, from);
                heading->columns[column].to = MAX(heading->columns[column].to, to);
            }
            begin = k + 1;
        }
    return n > 0;
}

bool vmn_heading_has(const vmn_heading *heading, vmn_column_kind kind)
{
    for (unsigned i = 0; i < heading->n; i++)
        if (heading->columns[i].kind == kind)
            return true;
    return false;
}

/* ---- a row below it ---- */

/* How many places a word shares with a column; 0 and less: how far it is from it. */
static int shared(vmn_word w, const vmn_column *column)
{
    unsigned end = w.at + (unsigned)w.len;

    return (int)MIN(end, column->to) - (int)MAX(w.at, column->from);
}

/* The column that a word stands under, or nearest to; *below: it is below it. */
static int column_of(const vmn_heading *heading, vmn_word w, bool *below)
{
    int best = 0, most = shared(w, &heading->columns[0]);

    for (unsigned i = 1; i < heading->n; i++) {
        int here = shared(w, &heading->columns[i]);
        if (here > most) {
            best = (int)i;
            most = here;
        }
    }
    *below = most > 0;
    return best;
}

static int mac_column(const vmn_heading *heading)
{
    for (unsigned i = 0; i < heading->n; i++)
        if (heading->columns[i].kind == VMN_COLUMN_MAC)
            return (int)i;
    return -1;
}

/* Are there gaps between the columns? Where somebody squeezed them, places say nothing. */
static bool is_wide(const vmn_heading *heading)
{
    for (unsigned i = 1; i < heading->n; i++)
        if (heading->columns[i].from > heading->columns[i - 1].to + 1)
            return true;
    return false;
}

vmn_fit vmn_heading_fit(const vmn_heading *heading, const vmn_word *words, unsigned n, unsigned mac,
                        int *columns)
{
    int of_mac = mac_column(heading), extra = (int)mac - of_mac;
    bool right_below;
    bool all_below = true;

    if (of_mac < 0)
        return VMN_FIT_NONE;
    for (unsigned i = 0; i < n; i++) {
        bool below;
        columns[i] = column_of(heading, words[i], &below);
        all_below = all_below && below;
    }
    right_below = columns[mac] == of_mac && heading->columns[of_mac].from == words[mac].at &&
                  is_wide(heading);
    if (right_below || (all_below && columns[mac] == of_mac && is_wide(heading)))
        return all_below ? VMN_FIT_FIRM : VMN_FIT_NEAR;
    /* Marks may stand before the first column. */
    if (extra >= 0 && n - (unsigned)extra == heading->n) {
        for (unsigned i = 0; i < n; i++)
            columns[i] = MAX((int)i - extra, -1);
        return VMN_FIT_FIRM;
    }
    return columns[mac] == of_mac ? VMN_FIT_NEAR : VMN_FIT_NONE;
}
