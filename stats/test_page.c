/* test_page.c
 * Every kind of block in a page, whatever its text; and what makes text safe.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "page.h"

#include "cutover_tap.h"
#include "format.h"

#include <string.h>

/* No frame is listened to here. */
bool vmn_cutover_is_asked(void)
{
    return false;
}

void vmn_cutover_of_burst(const vmn_summary *summary, uint32_t burst, vmn_around *around)
{
    (void)summary;
    (void)burst;
    memset(around, 0, sizeof *around);
}

/* What a capture may hold: markup, a control character, one that turns the order, no UTF-8. */
#define BAD "<b a=\"1\" c='2'>&amp;\x1b\u202e\xff"
#define SAFE "&#60;b a=&#34;1&#34; c=&#39;2&#39;&#62;&#38;amp;\ufffd\ufffd\ufffd"

static void check_markup(const char *text, const char *expected)
{
    GString *out = g_string_new(NULL);
    vmn_append_markup(out, text);
    g_assert_cmpstr(out->str, ==, expected);
    g_string_free(out, TRUE);
}

static void test_markup(void)
{
    check_markup("", "");
    check_markup("50 ms + 100 ms, at most 1 s × 2", "50 ms + 100 ms, at most 1 s × 2");
    check_markup(BAD, SAFE);
    check_markup("\t\n\x7f", "\ufffd\ufffd\ufffd");
    check_markup("\ufeff\u2028\u2066\uffff\ufdd0", "\ufffd\ufffd\ufffd\ufffd\ufffd");
    check_markup("\xc3(\xe2\x82", "\ufffd(\ufffd\ufffd"); /* cut short */
    check_markup("\xc0\xaf\xed\xa0\x80",
                 "\ufffd\ufffd\ufffd\ufffd\ufffd"); /* too long; a surrogate */
}

/* The page of a document, without its head. */
static char *body_of(const vmn_document *document)
{
    GString *out = g_string_new(NULL);
    vmn_page_append(out, document);
    g_assert_true(g_str_has_prefix(out->str, "<!DOCTYPE html>\n<html lang=\"en\">\n"));
    g_assert_true(g_str_has_suffix(out->str, "</main>\n</body>\n</html>\n"));
    g_assert_true(g_utf8_validate(out->str, (gssize)out->len, NULL));
    char *begin = strstr(out->str, "<main>\n") + strlen("<main>\n");
    char *body = g_strndup(begin, (size_t)(strstr(begin, "</main>") - begin));
    g_string_free(out, TRUE);
    return body;
}

static void check_text(vmn_block_kind kind, const char *expected)
{
    vmn_summary *summary = vmn_summary_new(NULL);
    vmn_document *document = vmn_document_new(summary);
    vmn_document_add(document, kind, g_strdup(BAD));
    char *body = body_of(document);
    g_assert_cmpstr(body, ==, expected);
    g_free(body);
    vmn_document_free(document);
    vmn_summary_free(summary);
}

static void test_texts(void)
{
    check_text(VMN_BLOCK_TITLE, "<h1>" SAFE "</h1>\n");
    check_text(VMN_BLOCK_VERDICT, "<p class=\"verdict\">" SAFE "</p>\n");
    check_text(VMN_BLOCK_HEADING,
               "<section aria-labelledby=\"part1\">\n<h2 id=\"part1\">" SAFE "</h2>\n</section>\n");
    check_text(VMN_BLOCK_SUBHEADING, "<h3>" SAFE "</h3>\n");
    check_text(VMN_BLOCK_PARAGRAPH, "<p>" SAFE "</p>\n");
    check_text(VMN_BLOCK_ITEM, "<ul>\n<li>" SAFE "</li>\n</ul>\n");
    check_text(VMN_BLOCK_CAUTION, "<p class=\"caution\">" SAFE "</p>\n");
}

/* Neighbours are one list; another kind ends it, and a caution stands behind the last part. */
static void test_lists(void)
{
    vmn_summary *summary = vmn_summary_new(NULL);
    vmn_document *document = vmn_document_new(summary);
    vmn_document_add(document, VMN_BLOCK_HEADING, g_strdup("H"));
    vmn_document_add_fact(document, "file", g_strdup(BAD));
    vmn_document_add_fact(document, "time", g_strdup("t"));
    vmn_document_add(document, VMN_BLOCK_ITEM, g_strdup("a"));
    vmn_document_add(document, VMN_BLOCK_ITEM, g_strdup("b"));
    vmn_document_add(document, VMN_BLOCK_PARAGRAPH, g_strdup("p"));
    vmn_document_add(document, VMN_BLOCK_ITEM, g_strdup("c"));
    vmn_document_add(document, VMN_BLOCK_CAUTION, g_strdup("z"));
    char *body = body_of(document);
    g_assert_cmpstr(body, ==,
                    "<section aria-labelledby=\"part1\">\n<h2 id=\"part1\">H</h2>\n"
                    "<dl>\n<dt>file</dt><dd>" SAFE "</dd>\n<dt>time</dt><dd>t</dd>\n</dl>\n"
                    "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<p>p</p>\n<ul>\n<li>c</li>\n</ul>\n"
                    "</section>\n<p class=\"caution\">z</p>\n");
    g_free(body);
    vmn_document_free(document);
    vmn_summary_free(summary);
}

static char **cells(const char *first, const char *second)
{
    char **texts = g_new0(char *, 3);
    texts[0] = g_strdup(first);
    texts[1] = g_strdup(second);
    return texts;
}

static void test_table(void)
{
    static const vmn_table_column columns[] = {{"#", true}, {"what", false}};
    vmn_summary *summary = vmn_summary_new(NULL);
    vmn_document *document = vmn_document_new(summary);
    vmn_doc_table *table = vmn_document_add_table(document, columns, 2);
    vmn_doc_table_add(table, cells("1", BAD), g_strdup(BAD));
    vmn_doc_table_add(table, cells("2", "00:50:56:60:e5:ed"), NULL);
    vmn_doc_table_add(table, cells("3", "a text that is broken into lines"), NULL);
    char *body = body_of(document);
    g_assert_cmpstr(body, ==,
                    "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Table\">\n"
                    "<table>\n<thead><tr><th scope=\"col\" class=\"number\">#</th>"
                    "<th scope=\"col\">what</th></tr></thead>\n<tbody>\n"
                    "<tr><td class=\"number\">1</td><td class=\"short\">" SAFE "</td></tr>\n"
                    "<tr class=\"note\"><td></td><td colspan=\"1\">" SAFE "</td></tr>\n"
                    "<tr><td class=\"number\">2</td><td class=\"mac\">00:50:56:60:e5:ed</td></tr>\n"
                    "<tr><td class=\"number\">3</td><td>a text that is broken into lines</td>"
                    "</tr>\n</tbody>\n</table>\n</div>\n");
    g_free(body);
    vmn_document_free(document);
    vmn_summary_free(summary);
}

/* Nothing was announced: a timeline of nothing. */
static void test_empty(void)
{
    vmn_summary *summary = vmn_summary_new(NULL);
    vmn_document *document = vmn_document_new(summary);
    char *body = body_of(document);
    g_assert_cmpstr(body, ==, "");
    g_free(body);
    vmn_document_add_timeline(document, 0);
    body = body_of(document);
    g_assert_cmpstr(body, ==, "");
    g_free(body);
    vmn_document_free(document);
    vmn_summary_free(summary);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/page/markup", test_markup);
    g_test_add_func("/page/texts", test_texts);
    g_test_add_func("/page/lists", test_lists);
    g_test_add_func("/page/table", test_table);
    g_test_add_func("/page/empty", test_empty);
    return g_test_run();
}
