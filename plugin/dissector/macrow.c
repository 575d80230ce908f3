/* macrow.c
 * What a row of a switch's table says: VLAN, port, the far end of a tunnel.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "macrow.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

/* ---- ports of several words ---- */

static bool ends_with(vmn_word w, char c)
{
    return w.len > 0 && w.text[w.len - 1] == c;
}

/* A port that goes on in the next word: a list with blanks after its commas, "vPC Peer-Link",
 * "Te 0/6". */
static bool goes_on(vmn_word port, vmn_word next)
{
    if (ends_with(port, ','))
        return true;
    return !vmn_word_has_digit(port) &&
           (vmn_word_holds(next, "peer-link") ||
            (g_ascii_isdigit(next.text[0]) && vmn_word_has_slash(next)));
}

static void join_port(vmn_row *r, vmn_word next)
{
    bool list = ends_with(r->port, ',');

    if (r->port.len > VMN_MAX_WORD || next.len > VMN_MAX_WORD)
        return;
    char *joined = g_strdup_printf("%.*s%s%.*s", (int)r->port.len, r->port.text, list ? "" : " ",
                                   (int)next.len, next.text);
    g_strlcpy(r->port_joined, joined, sizeof r->port_joined);
    g_free(joined);
    r->port = (vmn_word){r->port_joined, strlen(r->port_joined), r->port.at};
}

/* ---- `bridge fdb show`: words in pairs ---- */

static bool read_linux(vmn_row *r, const vmn_word *words, unsigned n, unsigned mac)
{
    for (unsigned i = mac + 1; i < n; i++) {
        bool last = i + 1 == n;
        if (!last && vmn_word_is(words[i], "dev"))
            r->port = words[i + 1];
        else if (!last && vmn_word_is(words[i], "vlan"))
            r->vlan = words[i + 1];
        else if (!last && vmn_word_is(words[i], "dst"))
            r->vtep = words[i + 1];
        else if (vmn_word_is(words[i], "extern_learn"))
            r->remote = true;
    }
    r->remote = r->remote || r->vtep.len > 0;
    return r->port.len > 0 && r->port.len <= VMN_MAX_WORD;
}

/* ---- by what the words look like ---- */

/* FRR: "remote", perhaps flags, and then who it is remote from. */
static unsigned find_far_end(const vmn_word *words, unsigned n, unsigned mac)
{
    bool remote = false;

    for (unsigned i = mac + 1; i < n; i++) {
        if (remote && (vmn_word_is_ip(words[i]) || vmn_word_is_segment(words[i])))
            return i;
        remote = remote || vmn_word_is(words[i], "remote");
    }
    return 0;
}

/* 1/0: a port, or FRR's sequence numbers, or VPP's. */
static bool is_fraction(vmn_word w)
{
    unsigned slashes = 0;

    for (size_t i = 0; i < w.len; i++) {
        if (!g_ascii_isdigit(w.text[i]) && w.text[i] != '/')
            return false;
        slashes += w.text[i] == '/';
    }
    return slashes == 1;
}

/* The first word that looks like a port; one that has letters is better than 1/0. */
static unsigned find_port_word(const vmn_word *words, unsigned n, unsigned mac)
{
    unsigned fraction = 0;

    for (unsigned i = mac + 1; i < n; i++) {
        if (!vmn_word_is_port(words[i]) || vmn_word_is_type(words[i]))
            continue;
        bool named = i > mac + 1 && vmn_word_has_letter(words[i - 1]) &&
                     !vmn_word_is_type(words[i - 1]); /* "Te 0/6" */
        if (!is_fraction(words[i]) || named)
            return i;
        fraction = fraction ? fraction : i;
    }
    return fraction;
}

/* The port after the MAC, where most switches print it. */
static void find_port(vmn_row *r, const vmn_word *words, unsigned n, unsigned mac)
{
    for (unsigned i = mac + 1; i < n; i++)
        if (words[i].text[0] == '(')
            n = i; /* a remark, or NX-OS's "(R)" */
    unsigned at = find_far_end(words, n, mac);
    if (!at)
        at = find_port_word(words, n, mac);
    for (unsigned i = mac + 1; i < n && (!at || i < at); i++)
        if (vmn_word_is_plain_port(words[i]) && (!at || vmn_word_is(words[i], "vpc")))
            at = i;
    if (!at)
        return;
    /* "Te 0/6": the word before a bare 0/6 names its kind */
    if (g_ascii_isdigit(words[at].text[0]) && vmn_word_has_slash(words[at]) && at > mac + 1 &&
        !vmn_word_has_digit(words[at - 1]) && vmn_word_has_letter(words[at - 1]) &&
        !vmn_word_is_type(words[at - 1]) && words[at - 1].len > 1)
        at--;
    r->port = words[at];
    if (at + 1 < n && goes_on(r->port, words[at + 1]))
        join_port(r, words[at + 1]);
}

/* The VLAN before the MAC: the nearest that is a number or says that it is a VLAN, or else the
 * word next to the MAC, unless that is a mark. */
static void find_vlan_before(vmn_row *r, const vmn_word *words, unsigned mac)
{
    unsigned value;

    for (unsigned i = mac; i-- > 0 && !r->vlan.len;)
        if (vmn_word_number(words[i], &value) || vmn_word_is_named_vlan(words[i]))
            r->vlan = words[i];
    if (!r->vlan.len && mac > 0 && words[mac - 1].len > 1 && words[mac - 1].len <= VMN_MAX_WORD &&
        vmn_word_has_letter(words[mac - 1]))
        r->vlan = words[mac - 1];
}

/* Switches that print the MAC first have the VLAN among the words after it. */
static void find_vlan_after(vmn_row *r, const vmn_word *words, unsigned n)
{
    for (unsigned i = 1; i < n && !r->vlan.len; i++)
        if (words[i].text != r->port.text && vmn_word_is_named_vlan(words[i]))
            r->vlan = words[i];
    for (unsigned i = 1; i < n && !r->vlan.len; i++)
        if (words[i].text != r->port.text && g_ascii_isdigit(words[i].text[0]) &&
            vmn_word_vlan(words[i]) != VMN_NO_VLAN && !vmn_word_is_port(words[i]))
            r->vlan = words[i];
}

/* Port numbers without a name: Open vSwitch's "port VLAN MAC age". */
static bool find_number_port(vmn_row *r, const vmn_word *words, unsigned n, unsigned mac)
{
    unsigned value;

    for (unsigned i = mac + 1; i < n; i++)
        if (vmn_word_is_type(words[i]) && !vmn_word_is(words[i], "static"))
            return false;
    if (mac != 2 || !vmn_word_number(words[1], &value) || words[0].len > VMN_MAX_WORD ||
        (!vmn_word_number(words[0], &value) && words[0].len < 2))
        return false;
    r->port = words[0];
    r->vlan = words[1];
    return true;
}

static bool read_by_shape(vmn_row *r, const vmn_word *words, unsigned n, unsigned mac)
{
    find_port(r, words, n, mac);
    if (!r->port.len)
        return find_number_port(r, words, n, mac);
    find_vlan_before(r, words, mac);
    if (mac == 0 && !find_far_end(words, n, mac))
        find_vlan_after(r, words, n);
    return true;
}

/* ---- by the heading ---- */

/* "-", "*", "---" and "N/A" stand for nothing. */
static bool is_mark(vmn_word w)
{
    for (size_t i = 0; i < w.len; i++)
        if (g_ascii_isalnum(w.text[i]))
            return vmn_word_is(w, "n/a");
    return true;
}

/* The first word below a column of this kind, n when there is none. */
static unsigned below(const vmn_heading *heading, vmn_column_kind kind, const vmn_word *words,
                      unsigned n, unsigned mac, const int *columns)
{
    for (unsigned i = 0; i < n; i++)
        if (i != mac && columns[i] >= 0 && heading->columns[columns[i]].kind == kind &&
            !is_mark(words[i]) && !vmn_word_is_type(words[i]) && words[i].len <= VMN_MAX_WORD)
            return i;
    return n;
}

/* The VLAN: a number is better than a name, and a lone letter is a flag. */
static void take_vlan(vmn_row *r, const vmn_heading *heading, const vmn_word *words, unsigned n,
                      unsigned mac, const int *columns)
{
    for (unsigned i = 0; i < n; i++) {
        if (i == mac || columns[i] < 0 || words[i].len > VMN_MAX_WORD ||
            heading->columns[columns[i]].kind != VMN_COLUMN_VLAN || is_mark(words[i]))
            continue;
        if (vmn_word_vlan(words[i]) != VMN_NO_VLAN) {
            r->vlan = words[i];
            return;
        }
        if (!r->vlan.len && (words[i].len > 1 || vmn_word_has_digit(words[i])))
            r->vlan = words[i];
    }
}

/* The port at words[at], with the words below the same column that belong to it: "vPC Peer-Link",
 * "VxLAN DIP: 10.0.0.1". */
static void take_port(vmn_row *r, const vmn_word *words, unsigned n, unsigned at,
                      const int *columns)
{
    r->port = words[at];
    for (unsigned i = at + 1; i < n && columns[i] == columns[at] && words[i].text[0] != '('; i++) {
        if (vmn_word_has_digit(r->port) && !goes_on(r->port, words[i]))
            return;
        join_port(r, words[i]);
    }
    /* "Te 0/6", where the heading is narrow */
    if (r->port.text == words[at].text && at + 1 < n && goes_on(r->port, words[at + 1]))
        join_port(r, words[at + 1]);
}

/* Some print the VLAN as part of the port: sap:1/1/c10/1:200. */
static void find_vlan_in_port(vmn_row *r)
{
    if (!vmn_word_begins(r->port, "sap:"))
        return;
    for (size_t i = r->port.len; i-- > 4;)
        if (r->port.text[i] == ':') {
            r->vlan = (vmn_word){r->port.text + i + 1, r->port.len - i - 1, r->port.at};
            return;
        }
}

typedef enum { READ, NO_PORT, NO_FIT } by_heading;

static by_heading read_by_heading(vmn_row *r, const vmn_heading *heading, const vmn_word *words,
                                  unsigned n, unsigned mac)
{
    int columns[VMN_MAX_WORDS];
    vmn_fit fit = vmn_heading_fit(heading, words, n, mac, columns);

    if (fit == VMN_FIT_NONE)
        return NO_FIT;
    unsigned port = below(heading, VMN_COLUMN_PORT, words, n, mac, columns);
    unsigned vtep = below(heading, VMN_COLUMN_VTEP, words, n, mac, columns);
    if (vtep < n && (vmn_word_is_ip(words[vtep]) || port == n))
        r->vtep = words[vtep];
    if (port == n)
        port = vtep;
    if (port == n)
        return fit == VMN_FIT_FIRM ? NO_PORT : NO_FIT;
    take_port(r, words, n, port, columns);
    take_vlan(r, heading, words, n, mac, columns);
    if (!r->vlan.len)
        find_vlan_in_port(r);
    for (unsigned i = 0; i < n; i++)
        if (columns[i] >= 0 && heading->columns[columns[i]].kind == VMN_COLUMN_FIXED &&
            vmn_word_is(words[i], "*"))
            r->fixed = true;
    return READ;
}

/* ---- static, own, remote ---- */

/* FRR's "local" is what others call "learned". */
static bool is_own(const vmn_heading *heading, const vmn_word *words, unsigned n, unsigned mac)
{
    for (unsigned i = mac + 1; i < n; i++)
        if (vmn_word_is(words[i], "permanent") || vmn_word_is(words[i], "static") ||
            (vmn_word_is(words[i], "local") && !vmn_heading_has(heading, VMN_COLUMN_VTEP)))
            return true;
    return false;
}

/* MikroTik's flags before the MAC, "DL": local, the bridge's own. */
static bool has_local_flag(const vmn_word *words, unsigned mac)
{
    return mac > 0 && words[mac - 1].len <= 3 && vmn_word_begins(words[mac - 1], "D") &&
           words[mac - 1].len > 1 && words[mac - 1].text[1] == 'L';
}

/* Ports that are tunnels. */
static bool is_tunnel(vmn_word port)
{
    static const char *const names[] = {"vxlan",  "nve",   "vtep", "tunnel",
                                        "geneve", "mpls-", "sdp:", NULL};

    for (const char *const *name = names; *name; name++)
        if (vmn_word_begins(port, *name) && (vmn_word_has_digit(port)))
            return true;
    if (vmn_word_begins(port, "vx") && port.len > 2 && g_ascii_isdigit(port.text[2]))
        return true; /* Arista */
    return vmn_word_begins(port, "tun") && port.len > 3 && g_ascii_isdigit(port.text[3]);
}

/* Junos: esi.1744 with the flags DR is remote, with DLR it is learned here, too. */
static bool is_remote_segment(const vmn_row *r, const vmn_word *words, unsigned n, unsigned mac)
{
    return vmn_word_begins(r->port, "esi.") && mac + 1 < n && words[mac + 1].len <= 5 &&
           memchr(words[mac + 1].text, 'R', words[mac + 1].len) &&
           !memchr(words[mac + 1].text, 'L', words[mac + 1].len);
}

/* The address in nve1(10.0.0.1), vtep:10.0.0.1, "VxLAN DIP: 10.0.0.1". */
static vmn_word address_in(vmn_word w)
{
    size_t from = w.len;

    while (from > 0 && !strchr("( ", w.text[from - 1]))
        from--;
    vmn_word inner = {w.text + from, w.len - from, w.at};
    if (from > 0 && ends_with(inner, ')'))
        inner.len--;
    if (vmn_word_begins(inner, "vtep:"))
        inner = (vmn_word){inner.text + 5, inner.len - 5, inner.at};
    return vmn_word_is_ip(inner) ? inner : (vmn_word){NULL, 0, 0};
}

static void find_vtep(vmn_row *r, const vmn_word *words, unsigned n, unsigned mac)
{
    if (!r->vtep.len)
        r->vtep = address_in(r->port);
    for (unsigned i = mac + 1; i < n && !r->vtep.len; i++)
        r->vtep = address_in(words[i]);
    if (!r->vtep.len && vmn_word_is_segment(r->port))
        r->vtep = r->port;
}

static bool is_remote(const vmn_row *r, const vmn_word *words, unsigned n, unsigned mac)
{
    static const char *const types[] = {"remote", "evpn", "evpn-static", "extern_learn", NULL};

    if (r->vtep.len || vmn_word_is_ip(r->port) || is_remote_segment(r, words, n, mac))
        return true;
    for (unsigned i = mac + 1; i < n; i++)
        if (vmn_word_is_one_of(words[i], types))
            return true;
    return is_tunnel(r->port);
}

static void find_state(vmn_row *r, const vmn_heading *heading, const vmn_word *words, unsigned n,
                       unsigned mac)
{
    bool permanent = false;

    for (unsigned i = mac + 1; i < n; i++) {
        permanent = permanent || vmn_word_is(words[i], "permanent");
        r->fixed = r->fixed || vmn_word_is(words[i], "self") || vmn_word_is(words[i], "management");
    }
    r->fixed = r->fixed || is_own(heading, words, n, mac) || has_local_flag(words, mac);
    r->remote = !permanent && is_remote(r, words, n, mac);
    if (r->remote)
        find_vtep(r, words, n, mac);
}

bool vmn_row_read(vmn_row *row, const vmn_heading *heading, const vmn_word *words, unsigned n,
                  unsigned mac)
{
    *row = (vmn_row){.fixed = false};
    if (read_linux(row, words, n, mac)) {
        row->fixed = is_own(heading, words, n, mac);
        return true;
    }
    *row = (vmn_row){.fixed = false};
    by_heading found = read_by_heading(row, heading, words, n, mac);
    if (found == NO_PORT || (found == NO_FIT && !read_by_shape(row, words, n, mac)))
        return false;
    find_state(row, heading, words, n, mac);
    return true;
}
