/* format.c
 * Numbers, times and lists as the statistics print them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "format.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define NS_PER_S INT64_C(1000000000)
#define S_PER_DAY INT64_C(86400)

/* |value| also for INT64_MIN, which has no positive counterpart. */
static uint64_t magnitude(int64_t value)
{
    return value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value;
}

/* Append number with at least width digits. Large documents hold millions of numbers: no printf. */
static void append_digits(GString *out, uint64_t number, unsigned width)
{
    char digits[20];
    unsigned n = 0;
    do {
        digits[sizeof digits - ++n] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0 || n < width);
    g_string_append_len(out, digits + sizeof digits - n, (gssize)n);
}

void vmn_append_decimal(GString *out, int64_t value, unsigned digits)
{
    uint64_t scale = 1;
    for (unsigned i = 0; i < digits; i++)
        scale *= 10;
    uint64_t part = magnitude(value) % scale;
    if (value < 0)
        g_string_append_c(out, '-');
    append_digits(out, magnitude(value) / scale, 1);
    if (part == 0)
        return;
    while (part % 10 == 0) {
        part /= 10;
        digits--;
    }
    g_string_append_c(out, '.');
    append_digits(out, part, digits);
}

int64_t vmn_whole_us(int64_t ns)
{
    int64_t rest = ns % 1000;
    int64_t whole = ns - rest;
    if (rest >= 500 && whole <= INT64_MAX - 1000)
        return whole + 1000;
    if (rest <= -500 && whole >= INT64_MIN + 1000)
        return whole - 1000;
    return whole;
}

void vmn_append_seconds(GString *out, int64_t ns)
{
    int64_t shown = vmn_whole_us(ns);
    if (shown < 0)
        g_string_append_c(out, '-');
    append_digits(out, magnitude(shown) / NS_PER_S, 1);
    g_string_append_c(out, '.');
    append_digits(out, magnitude(shown) % NS_PER_S / 1000, 6);
}

/* Append "2022-06-14". The last day is remembered: most times of a capture are of one day. */
static void append_day(GString *out, int64_t day)
{
    static int64_t last_day = INT64_MIN;
    static char text[16];
    if (day != last_day) {
        GDateTime *when = g_date_time_new_from_unix_utc(day * S_PER_DAY);
        snprintf(text, sizeof text, "%04d-%02d-%02d", g_date_time_get_year(when),
                 g_date_time_get_month(when), g_date_time_get_day_of_month(when));
        g_date_time_unref(when);
        last_day = day;
    }
    g_string_append(out, text);
}

/* Quotient rounded down, not towards zero: times may lie before 1970. */
static int64_t floor_div(int64_t value, int64_t by)
{
    return value / by - (value % by < 0 ? 1 : 0);
}

/* Append "2022-06-14?14:46:08." with separator for "?"; returns the nanoseconds that are left, 0 …
 * 999999999. */
static unsigned append_whole_seconds(GString *out, int64_t ns, char separator)
{
    int64_t seconds = floor_div(ns, NS_PER_S);
    int64_t day = floor_div(seconds, S_PER_DAY);
    unsigned of_day = (unsigned)(seconds - day * S_PER_DAY);
    append_day(out, day);
    g_string_append_c(out, separator);
    append_digits(out, of_day / 3600, 2);
    g_string_append_c(out, ':');
    append_digits(out, of_day / 60 % 60, 2);
    g_string_append_c(out, ':');
    append_digits(out, of_day % 60, 2);
    g_string_append_c(out, '.');
    return (unsigned)(ns % NS_PER_S + (ns % NS_PER_S < 0 ? NS_PER_S : 0));
}

void vmn_append_time(GString *out, int64_t ns)
{
    unsigned part = append_whole_seconds(out, vmn_whole_us(ns), ' ');
    append_digits(out, part / 1000, 6);
}

void vmn_append_period(GString *out, int64_t from, int64_t to)
{
    vmn_append_time(out, from);
    g_string_append(out, " to ");
    vmn_append_time(out, to);
    g_string_append(out, " UTC");
}

void vmn_append_rfc3339(GString *out, int64_t ns)
{
    unsigned part = append_whole_seconds(out, ns, 'T');
    append_digits(out, part, 9);
    g_string_append_c(out, 'Z');
}

void vmn_append_mac(GString *out, const uint8_t mac[6])
{
    static const char hex[] = "0123456789abcdef";
    char text[17];
    for (unsigned i = 0; i < 6; i++) {
        text[3 * i] = hex[mac[i] >> 4];
        text[3 * i + 1] = hex[mac[i] & 15];
        if (i < 5)
            text[3 * i + 2] = ':';
    }
    g_string_append_len(out, text, sizeof text);
}

int vmn_microseconds(int64_t ns)
{
    return (int)CLAMP(vmn_whole_us(ns) / 1000, INT_MIN, INT_MAX);
}

/* Whether a character is shown as it is. */
static bool is_plain(gunichar c)
{
    GUnicodeType type = g_unichar_type(c);
    bool none = (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
    return !none && type != G_UNICODE_CONTROL && type != G_UNICODE_FORMAT &&
           type != G_UNICODE_LINE_SEPARATOR && type != G_UNICODE_PARAGRAPH_SEPARATOR;
}

void vmn_append_plain(GString *out, const char *text, size_t length)
{
    const char *end = text + length;
    while (text < end) {
        gunichar c = g_utf8_get_char_validated(text, end - text);
        bool valid = c != (gunichar)-1 && c != (gunichar)-2 && c != 0;
        g_string_append_unichar(out, valid && is_plain(c) ? c : 0xfffd);
        text += valid ? g_utf8_next_char(text) - text : 1;
    }
}

void vmn_append_markup(GString *out, const char *text)
{
    GString *plain = g_string_new(NULL);
    vmn_append_plain(plain, text, strlen(text));
    for (const char *at = plain->str; *at != '\0'; at++) {
        if (strchr("&<>\"'", *at))
            g_string_append_printf(out, "&#%d;", *at);
        else
            g_string_append_c(out, *at);
    }
    g_string_free(plain, TRUE);
}

unsigned vmn_columns(const char *text)
{
    return (unsigned)g_utf8_strlen(text, -1);
}
