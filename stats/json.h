/* json.h
 * The summary as JSON, and its bursts as NDJSON.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The format is described by vmotion_notify.schema.json. Numbers are exact:
 * microseconds keep nanoseconds as decimals, nothing is rounded.
 */
#ifndef VMN_JSON_H
#define VMN_JSON_H

#include "summary.h"

#include <stdio.h>

#define VMN_JSON_FORMAT 1 /* raised when a member changes its meaning or goes away */

/* One document with the listed MACs, bursts and events; one line each, for grep and diff. */
void vmn_json_print(vmn_summary *summary, FILE *out);

/* The listed bursts, one object a line, the same as in the document. No line when there is none. */
void vmn_ndjson_print(vmn_summary *summary, FILE *out);

#endif
