/* text.c
 * Durations as people read them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NS_PER_US UINT64_C(1000)
#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S UINT64_C(1000000000)

/* INT64_MIN has a magnitude too. */
static uint64_t magnitude(int64_t ns)
{
    return ns < 0 ? -(uint64_t)ns : (uint64_t)ns;
}

/* Cut "1.500" to "1.5" and "6.000" to "6". */
static void cut_zeros(char *number)
{
    char *end = number + strlen(number);

    if (strchr(number, '.') == NULL)
        return;
    while (end[-1] == '0')
        *--end = '\0';
    if (end[-1] == '.')
        *--end = '\0';
}

static void duration(char *text, size_t size, const char *sign, uint64_t ns)
{
    char number[VMN_TEXT_LEN];
    const char *unit;

    if (ns >= NS_PER_S || ns == 0) {
        unit = "s";
        snprintf(number, sizeof number, "%" PRIu64 ".%09" PRIu64, ns / NS_PER_S, ns % NS_PER_S);
    } else if (ns >= NS_PER_MS) {
        unit = "ms";
        snprintf(number, sizeof number, "%" PRIu64 ".%06" PRIu64, ns / NS_PER_MS, ns % NS_PER_MS);
    } else if (ns >= NS_PER_US) {
        unit = "µs";
        snprintf(number, sizeof number, "%" PRIu64 ".%03" PRIu64, ns / NS_PER_US, ns % NS_PER_US);
    } else {
        unit = "ns";
        snprintf(number, sizeof number, "%" PRIu64, ns);
    }
    cut_zeros(number);
    snprintf(text, size, "%s%s %s", sign, number, unit);
}

void vmn_text_duration(char *text, size_t size, int64_t ns)
{
    duration(text, size, ns < 0 ? "-" : "", magnitude(ns));
}

void vmn_text_signed(char *text, size_t size, int64_t ns)
{
    duration(text, size, ns < 0 ? "-" : "+", magnitude(ns));
}

char *vmn_put_text(char *at, const char *text)
{
    size_t n = strlen(text);

    memcpy(at, text, n + 1);
    return at + n;
}

char *vmn_put_number(char *at, uint64_t number)
{
    if (number >= 10)
        at = vmn_put_number(at, number / 10);
    at[0] = (char)('0' + number % 10);
    at[1] = '\0';
    return at + 1;
}

char *vmn_put_duration(char *at, int64_t ns)
{
    uint64_t length = magnitude(ns);
    uint64_t ms = (length + NS_PER_MS / 2) / NS_PER_MS;

    *at++ = ns < 0 ? '-' : '+';
    if (length < NS_PER_MS) {
        at = vmn_put_number(at, (length + NS_PER_US / 2) / NS_PER_US);
        return vmn_put_text(at, " µs");
    }
    at = vmn_put_number(at, ms / 1000);
    *at++ = '.';
    *at++ = (char)('0' + ms / 100 % 10);
    *at++ = (char)('0' + ms / 10 % 10);
    *at++ = (char)('0' + ms % 10);
    return vmn_put_text(at, " s");
}

int64_t vmn_ns_to_us(int64_t ns)
{
    int64_t us = (int64_t)((magnitude(ns) + NS_PER_US / 2) / NS_PER_US);

    return ns < 0 ? -us : us;
}

unsigned vmn_ten_thousandths(double probability)
{
    return (unsigned)(probability * 10000 + 0.5);
}

unsigned vmn_percent(double probability)
{
    return (vmn_ten_thousandths(probability) + 50) / 100;
}
