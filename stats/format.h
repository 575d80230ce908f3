/* format.h
 * Numbers, times and lists as the statistics print them. GLib only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One place, so that the table, JSON and the timeline never disagree. All
 * times are signed nanoseconds; nothing goes through a double.
 */
#ifndef VMN_FORMAT_H
#define VMN_FORMAT_H

#include <glib.h>
#include <stdint.h>

#define VMN_FORMAT_LEN 40 /* room for any number or time below, NUL included */

/* Append value ÷ 10^digits as an exact decimal number without trailing zeros: (2000141000, 3) gives
 * 2000141, (20054, 3) gives 20.054. digits is 0 … 9. */
void vmn_append_decimal(GString *out, int64_t value, unsigned digits);

/* ns rounded to whole µs, half away from zero. What people read has µs: clocks of captures are
 * hardly better, and a column of one width is easier to compare. JSON keeps the nanoseconds. */
int64_t vmn_whole_us(int64_t ns);

/* Append ns as seconds with six decimals, rounded: 2.000141. */
void vmn_append_seconds(GString *out, int64_t ns);

/* Append a point in time, ns since the epoch, in UTC with six decimals, rounded: "2022-06-14
 * 14:46:08.519875". Sorts as text. */
void vmn_append_time(GString *out, int64_t ns);

/* Append two such points: "2022-06-14 14:45:31.000000 to 2022-06-14 14:46:14.000000 UTC". */
void vmn_append_period(GString *out, int64_t from, int64_t to);

/* Append a point in time as RFC 3339 has it, in UTC with nine decimals:
 * 2022-06-14T14:46:08.519875000Z. */
void vmn_append_rfc3339(GString *out, int64_t ns);

/* Append a MAC address, 00:50:56:60:e5:ed. */
void vmn_append_mac(GString *out, const uint8_t mac[6]);

/* vmn_whole_us() in µs, clamped to the range of int: for cells that hold an int. */
int vmn_microseconds(int64_t ns);

/* Append length octets of any text as valid UTF-8: what would control a terminal or turn the order
 * of characters, and what is no character at all, becomes U+FFFD. */
void vmn_append_plain(GString *out, const char *text, size_t length);

/* Append a whole text so, and safe inside HTML and XML, in attributes too. */
void vmn_append_markup(GString *out, const char *text);

/* Number of characters (not octets) of an UTF-8 string, as many columns as a terminal gives it
 * here. */
unsigned vmn_columns(const char *text);

#endif
