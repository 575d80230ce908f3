/* format.c
 * Numbers, times and lists as the statistics print them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "format.h"

#include <limits.h>
#include <stdbool.h>

#define NS_PER_S INT64_C(1000000000)

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
    g_string_append_len(out, digits + sizeof digits - n, n);
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

void vmn_append_seconds(GString *out, int64_t ns)
{
    uint64_t whole = magnitude(ns) / NS_PER_S;
    unsigned part = (unsigned)(magnitude(ns) % NS_PER_S);
    if (ns < 0)
        g_string_append_c(out, '-');
    append_digits(out, whole, 1);
    g_string_append_c(out, '.');
    if (part % 1000 == 0)
        append_digits(out, part / 1000, 6);
    else
        append_digits(out, part, 9);
}

/* Append "2022-06-14?14:46:08" with separator for "?"; returns the nanoseconds that are left, 0 …
 * 999999999. */
static unsigned append_whole_seconds(GString *out, int64_t ns, const char *separator)
{
    int64_t seconds = ns / NS_PER_S;
    int64_t part = ns % NS_PER_S;
    if (part < 0) { /* before 1970: round down, not towards zero */
        part += NS_PER_S;
        seconds--;
    }
    GDateTime *when = g_date_time_new_from_unix_utc(seconds);
    g_string_append_printf(out, "%04d-%02d-%02d%s%02d:%02d:%02d", g_date_time_get_year(when),
                           g_date_time_get_month(when), g_date_time_get_day_of_month(when),
                           separator, g_date_time_get_hour(when), g_date_time_get_minute(when),
                           g_date_time_get_second(when));
    g_date_time_unref(when);
    return (unsigned)part;
}

void vmn_append_time(GString *out, int64_t ns)
{
    unsigned part = append_whole_seconds(out, ns, " ");
    if (part % 1000 == 0)
        g_string_append_printf(out, ".%06u", part / 1000);
    else
        g_string_append_printf(out, ".%09u", part);
}

void vmn_append_rfc3339(GString *out, int64_t ns)
{
    unsigned part = append_whole_seconds(out, ns, "T");
    g_string_append_printf(out, ".%09uZ", part);
}

void vmn_append_mac(GString *out, const uint8_t mac[6])
{
    g_string_append_printf(out, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3],
                           mac[4], mac[5]);
}

int vmn_microseconds(int64_t ns)
{
    int64_t us = ns / 1000;
    int64_t rest = ns % 1000;
    if (rest >= 500)
        us++;
    else if (rest <= -500)
        us--;
    return (int)CLAMP(us, INT_MIN, INT_MAX);
}

unsigned vmn_columns(const char *text)
{
    return (unsigned)g_utf8_strlen(text, -1);
}
