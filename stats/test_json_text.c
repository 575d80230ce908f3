/* test_json_text.c
 * Commas, brackets and escapes of JSON.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "json_text.h"

static void check_string(const char *value, const char *expected)
{
    vmn_json json = {.out = g_string_new(NULL)};
    vmn_json_string(&json, value);
    g_assert_cmpstr(json.out->str, ==, expected);
    g_string_free(json.out, TRUE);
}

static void test_strings(void)
{
    check_string("", "\"\"");
    check_string(NULL, "null");
    check_string("Gi0/6 <a>", "\"Gi0/6 <a>\"");
    check_string("a \"b\" \\c", "\"a \\\"b\\\" \\\\c\"");
    check_string("tab\tline\n\x01", "\"tab\\u0009line\\u000a\\u0001\"");
    check_string("2 × 3", "\"2 × 3\"");
    check_string("cut \xc3", "\"cut \xef\xbf\xbd\"");
}

static void test_structure(void)
{
    vmn_json json = {.out = g_string_new(NULL)};
    vmn_json_begin(&json, '{');
    vmn_json_name(&json, "list");
    vmn_json_begin(&json, '[');
    vmn_json_decimal(&json, 20050, 3);
    vmn_json_decimal(&json, -1, 0);
    vmn_json_word(&json, "null");
    vmn_json_begin(&json, '[');
    vmn_json_end(&json, ']');
    vmn_json_string(&json, "x");
    vmn_json_end(&json, ']');
    vmn_json_name(&json, "object");
    vmn_json_begin(&json, '{');
    vmn_json_end(&json, '}');
    vmn_json_name(&json, "last");
    vmn_json_value(&json);
    g_string_append(json.out, "1");
    vmn_json_end(&json, '}');
    g_assert_cmpstr(json.out->str, ==,
                    "{\"list\":[20.05,-1,null,[],\"x\"],\"object\":{},\"last\":1}");
    g_string_free(json.out, TRUE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/json_text/strings", test_strings);
    g_test_add_func("/json_text/structure", test_structure);
    return g_test_run();
}
