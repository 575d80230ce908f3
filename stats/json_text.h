/* json_text.h
 * JSON written member after member into a text. GLib only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Wireshark's own json_dumper puts out character by character; a document of a
 * million notices has hundreds of millions of them. The caller keeps the
 * order: a name before each value of an object, an end for each begin.
 */
#ifndef VMN_JSON_TEXT_H
#define VMN_JSON_TEXT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* out: where to write. Zero-initialise the rest. */
typedef struct {
    GString *out;
    bool needs_comma;
} vmn_json;

void vmn_json_name(vmn_json *json, const char *name); /* a plain name: nothing is escaped */
void vmn_json_begin(vmn_json *json, char bracket);    /* '{' or '[' */
void vmn_json_end(vmn_json *json, char bracket);      /* '}' or ']' */

/* Values. A string that is NULL is null; octets that are no UTF-8 are replaced. */
void vmn_json_string(vmn_json *json, const char *value);
void vmn_json_decimal(vmn_json *json, int64_t value, unsigned digits); /* value ÷ 10^digits */
void vmn_json_word(vmn_json *json, const char *word);                  /* true, false, null */

/* Get ready for a value that the caller appends to out himself. */
void vmn_json_value(vmn_json *json);

#endif
