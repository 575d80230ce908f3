/* intervals.h
 * The text of intervals in which a user writes a schedule down.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef VMN_INTERVALS_H
#define VMN_INTERVALS_H

#include <stdint.h>

#define VMN_MAX_INTERVALS 1000

/*
 * Read "2 s, 4 s, 6 s" or "50ms,150ms": positive numbers with a unit each (ns, us, µs, ms, s, min,
 * h), separated by commas; decimals with a point. Each at least 1 µs and at most a day.
 *
 * Returns the intervals in ns and sets *n, or returns NULL and sets *error to a message that says
 * what is wrong and where. The caller frees either with g_free().
 */
int64_t *vmn_intervals_parse(const char *text, unsigned *n, char **error);

#endif
