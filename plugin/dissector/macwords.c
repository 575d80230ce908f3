/* macwords.c
 * The words of a line that a switch prints: what each of them can be.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "macwords.h"

#include <glib.h>
#include <string.h>

/* ---- words ---- */

/* Control characters part words as well: NULs, tabs, carriage returns, a terminal's escapes. */
static bool is_blank(char c)
{
    return (unsigned char)c <= ' ' || c == 0x7f || c == '|';
}

/* Where the character after c stands, c standing at `at`. */
static unsigned next_place(unsigned at, char c)
{
    if (c == '\t')
        return (at / 8 + 1) * 8;
    return ((unsigned char)c & 0xC0) == 0x80 ? at : at + 1; /* UTF-8 goes on */
}

unsigned vmn_words_split(const char *text, size_t len, vmn_word words[VMN_MAX_WORDS])
{
    unsigned n = 0, at = 0;
    size_t i = 0;

    while (n < VMN_MAX_WORDS) {
        for (; i < len && is_blank(text[i]); i++)
            at = next_place(at, text[i]);
        if (i == len)
            break;
        words[n] = (vmn_word){text + i, 0, at};
        for (; i < len && !is_blank(text[i]); i++)
            at = next_place(at, text[i]);
        words[n].len = (size_t)(text + i - words[n].text);
        n++;
    }
    return n;
}

bool vmn_word_is(vmn_word w, const char *text)
{
    return strlen(text) == w.len && g_ascii_strncasecmp(w.text, text, w.len) == 0;
}

bool vmn_word_is_one_of(vmn_word w, const char *const *list)
{
    while (*list && !vmn_word_is(w, *list))
        list++;
    return *list != NULL;
}

bool vmn_word_begins(vmn_word w, const char *text)
{
    size_t len = strlen(text);

    return w.len >= len && g_ascii_strncasecmp(w.text, text, len) == 0;
}

bool vmn_word_holds(vmn_word w, const char *text)
{
    size_t len = strlen(text);

    for (size_t i = 0; i + len <= w.len; i++)
        if (g_ascii_strncasecmp(w.text + i, text, len) == 0)
            return true;
    return false;
}

bool vmn_word_has_digit(vmn_word w)
{
    for (size_t i = 0; i < w.len; i++)
        if (g_ascii_isdigit(w.text[i]))
            return true;
    return false;
}

bool vmn_word_has_letter(vmn_word w)
{
    for (size_t i = 0; i < w.len; i++)
        if (g_ascii_isalpha(w.text[i]))
            return true;
    return false;
}

bool vmn_word_has_slash(vmn_word w)
{
    return memchr(w.text, '/', w.len) != NULL;
}

bool vmn_word_number(vmn_word w, unsigned *value)
{
    *value = 0;
    if (w.len == 0 || w.len > 6)
        return false;
    for (size_t i = 0; i < w.len; i++) {
        if (!g_ascii_isdigit(w.text[i]))
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
static vmn_word bare(vmn_word w)
{
    while (w.len && strchr("*+([", w.text[0])) {
        w.text++;
        w.len--;
    }
    while (w.len && strchr("*+,;)]", w.text[w.len - 1]))
        w.len--;
    return w;
}

bool vmn_word_mac(vmn_word w, uint8_t mac[6])
{
    w = bare(w);
    return vmn_mac_parse(w.text, w.len, mac);
}

bool vmn_word_resembles_mac(vmn_word w)
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

bool vmn_word_is_type(vmn_word w)
{
    static const char *const words[] = {
        "dynamic", "static",      "permanent",  "self",      "learn",        "learned", "secure",
        "system",  "yes",         "no",         "igmp",      "mac",          "type",    "evpn",
        "sticky",  "cp_learn",    "control",    "security",  "config",       "learnt",  "remote",
        "other",   "evpn-static", "configured", "blackhole", "extern_learn", NULL};

    return vmn_word_is_one_of(w, words);
}

bool vmn_word_is_plain_port(vmn_word w)
{
    static const char *const words[] = {"cpu",   "switch",      "router",    "drop", "local",
                                        "flood", "all-members", "peer-link", "vpc",  NULL};

    return vmn_word_is_one_of(w, words);
}

/* 5s, 1d2h: an age. */
static bool is_duration(vmn_word w)
{
    bool digit_before = false;

    for (size_t i = 0; i < w.len; i++) {
        bool digit = g_ascii_isdigit(w.text[i]);
        if (!digit && !(digit_before && strchr("wdhms", w.text[i])))
            return false;
        digit_before = digit;
    }
    return w.len > 0 && !digit_before;
}

/* vlan-50, vxlan-5000: what Cisco ACI calls a network. */
static bool is_network(vmn_word w)
{
    static const char *const prefixes[] = {"vlan-", "vxlan-", NULL};

    for (const char *const *p = prefixes; *p; p++)
        if (vmn_word_begins(w, *p)) {
            size_t i = strlen(*p);
            while (i < w.len && g_ascii_isdigit(w.text[i]))
                i++;
            return i == w.len;
        }
    return false;
}

bool vmn_word_is_port(vmn_word w)
{
    if (w.len == 0 || w.len > VMN_MAX_WORD || w.text[0] == '(' || !vmn_word_has_digit(w) ||
        is_duration(w) || is_network(w))
        return false;
    if (g_ascii_isdigit(w.text[0]) && vmn_word_has_slash(w))
        return memchr(w.text, '-', w.len) == NULL; /* 50/-/- is Huawei's VLAN column */
    return g_ascii_isalpha(w.text[0]);
}

bool vmn_word_is_ip(vmn_word w)
{
    char text[48];

    if (w.len < 3 || w.len >= sizeof text || memchr(w.text, '%', w.len))
        return false;
    memcpy(text, w.text, w.len);
    text[w.len] = '\0';
    return g_hostname_is_ip_address(text);
}

bool vmn_word_is_segment(vmn_word w)
{
    if (w.len != 29)
        return false;
    for (size_t i = 0; i < w.len; i++)
        if (i % 3 == 2 ? w.text[i] != ':' : !g_ascii_isxdigit(w.text[i]))
            return false;
    return true;
}

uint16_t vmn_word_vlan(vmn_word w)
{
    static const char *const prefixes[] = {"vlan", "vl", "v", NULL};
    const char *slash = memchr(w.text, '/', w.len), *bracket = memchr(w.text, '(', w.len);
    unsigned value;

    if (bracket && w.text[w.len - 1] == ')') { /* v101(0101): name and number */
        w.len -= (size_t)(bracket + 2 - w.text);
        w.text = bracket + 1;
    } else if (slash) {
        w.len = (size_t)(slash - w.text);
    }
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
    return vmn_word_number(w, &value) && value < 4096 ? (uint16_t)value : VMN_NO_VLAN;
}

bool vmn_word_is_named_vlan(vmn_word w)
{
    return vmn_word_begins(w, "vlan") && vmn_word_vlan(w) != VMN_NO_VLAN;
}
