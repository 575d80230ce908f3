/* json_text.c
 * JSON written member after member into a text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "json_text.h"

#include "format.h"

void vmn_json_value(vmn_json *json)
{
    if (json->needs_comma)
        g_string_append_c(json->out, ',');
    json->needs_comma = true;
}

void vmn_json_name(vmn_json *json, const char *name)
{
    vmn_json_value(json);
    g_string_append_c(json->out, '"');
    g_string_append(json->out, name);
    g_string_append_len(json->out, "\":", 2);
    json->needs_comma = false;
}

void vmn_json_begin(vmn_json *json, char bracket)
{
    vmn_json_value(json);
    g_string_append_c(json->out, bracket);
    json->needs_comma = false;
}

void vmn_json_end(vmn_json *json, char bracket)
{
    g_string_append_c(json->out, bracket);
    json->needs_comma = true;
}

/* What RFC 8259 wants escaped: the quote, the backslash, what is below the blank. */
static void append_escaped(GString *out, const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            g_string_append_c(out, '\\');
        if (c < ' ')
            g_string_append_printf(out, "\\u%04x", c);
        else
            g_string_append_c(out, (char)c);
    }
}

void vmn_json_string(vmn_json *json, const char *value)
{
    if (!value) {
        vmn_json_word(json, "null");
        return;
    }
    vmn_json_value(json);
    g_string_append_c(json->out, '"');
    if (g_utf8_validate(value, -1, NULL)) {
        append_escaped(json->out, value);
    } else {
        char *valid = g_utf8_make_valid(value, -1);
        append_escaped(json->out, valid);
        g_free(valid);
    }
    g_string_append_c(json->out, '"');
}

void vmn_json_decimal(vmn_json *json, int64_t value, unsigned digits)
{
    vmn_json_value(json);
    vmn_append_decimal(json->out, value, digits);
}

void vmn_json_word(vmn_json *json, const char *word)
{
    vmn_json_value(json);
    g_string_append(json->out, word);
}
