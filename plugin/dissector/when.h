/* when.h
 * Points in time as people and programs write them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * C and GLib only, no Wireshark header.
 *
 *   2022-06-14T14:45:31.5+09:00, 2022-06-14 14:45:31, 06/14/2022, 2:45:31 PM, 14.06.2022 14:45:31,
 *   Jun 14, 2022, 2:45:31 PM, 14-Jun-2022 14:45
 */
#ifndef VMN_WHEN_H
#define VMN_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#define VMN_FIRST_YEAR 1960
#define VMN_LAST_YEAR 2106

/* A piece of a text: not terminated. What is taken from it is taken from its begin. */
typedef struct {
    const char *at, *end;
} vmn_span;

/* Blanks, the no-break ones that stand before AM and PM included. */
void vmn_skip_blanks(vmn_span *s);

/* The character c, if it stands there. */
bool vmn_take(vmn_span *s, char c);

/* In which order dates such as 06/07/2022 have day and month. */
typedef enum { VMN_MONTH_FIRST, VMN_DAY_FIRST } vmn_date_order;

/* A date with a time, ns since 1970-01-01 UTC; one without a zone is `offset` seconds ahead of UTC.
 * False, and anything may have been taken, where there is none, or none of these years. */
bool vmn_take_when(vmn_span *s, vmn_date_order order, int offset, int64_t *ns);

/* Which orders the dates of a text allow. Zero-initialise. */
typedef struct {
    bool month_first, day_first; /* some date allows only this order */
    unsigned either;             /* line of the first one that allows both; 0: none */
} vmn_date_orders;

/* Learn from the date at the begin of s, if one stands there with a time. */
void vmn_look_at_date(vmn_date_orders *seen, vmn_span s, unsigned line);

/* Seconds that a zone is ahead of UTC: "UTC", "Z", "+02:00", "-0330", "+9". False when it is
 * none of these, or beyond 14 hours. */
bool vmn_zone_parse(const char *text, int *offset);

#endif
