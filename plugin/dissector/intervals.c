/* intervals.c
 * The text of intervals in which a user writes a schedule down.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "intervals.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <glib.h>

#define MIN_NS 1e3                   /* a microsecond: captures seldom tell less apart */
#define MAX_NS (24.0 * 3600.0 * 1e9) /* a day */

typedef struct {
    const char *name;
    double ns;
} unit_name;

static const unit_name units[] = {{"ns", 1},   {"us", 1e3}, {"µs", 1e3},   {"μs", 1e3},
                                  {"ms", 1e6}, {"s", 1e9},  {"min", 60e9}, {"h", 3600e9}};

/* Nanoseconds of a unit that fills `name` entirely, 0 when it is none. */
static double unit_ns(const char *name)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(units); i++)
        if (strcmp(units[i].name, name) == 0)
            return units[i].ns;
    return 0;
}

/* One "2 s". On failure *error is set and 0 returned. */
static int64_t parse_one(const char *item, char **error)
{
    char *end;
    double number, unit, ns;

    if (*item == '\0') {
        *error = g_strdup("An interval is missing: write them like \"2 s, 4 s, 6 s\".");
        return 0;
    }
    number = g_ascii_strtod(item, &end);
    if (end == item || !isfinite(number)) {
        *error = g_strdup_printf("\"%s\" does not begin with a number.", item);
        return 0;
    }
    unit = unit_ns(g_strstrip(end));
    if (unit == 0) {
        *error = g_strdup_printf("The interval %g has %s%s%s: use ns, us, ms, s, min or h.", number,
                                 *end == '\0' ? "no unit" : "the unknown unit \"", end,
                                 *end == '\0' ? "" : "\"");
        return 0;
    }
    ns = number * unit;
    if (!(ns >= MIN_NS && ns <= MAX_NS)) {
        *error = g_strdup_printf("The interval %g %s is out of range: at least 1 us, at most 24 h.",
                                 number, end);
        return 0;
    }
    return (int64_t)llround(ns);
}

int64_t *vmn_intervals_parse(const char *text, unsigned *n, char **error)
{
    char **items = g_strsplit(text, ",", VMN_MAX_INTERVALS + 1);
    unsigned count = g_strv_length(items), i;
    int64_t *intervals = NULL;

    *n = 0;
    *error = NULL;
    if (count == 0) {
        *error = g_strdup("The intervals are missing: write them like \"2 s, 4 s, 6 s\".");
    } else if (count > VMN_MAX_INTERVALS) {
        *error = g_strdup_printf("More than %d intervals.", VMN_MAX_INTERVALS);
    } else {
        intervals = g_new(int64_t, count);
        for (i = 0; i < count && *error == NULL; i++)
            intervals[i] = parse_one(g_strstrip(items[i]), error);
    }
    g_strfreev(items);
    if (*error != NULL) {
        g_free(intervals);
        return NULL;
    }
    *n = count;
    return intervals;
}
