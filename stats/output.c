/* output.c
 * The statistics that tshark prints as text: json, ndjson, timeline, report, html.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * They use `tshark -q`, else packet lines mix in. The GUI would draw them
 * again and again on its standard output: they are not registered there.
 */
#include "output.h"

#include "chosen.h"
#include "compat.h"
#include "cutover_tap.h"
#include "json.h"
#include "listener.h"
#include "page.h"
#include "report.h"
#include "text_page.h"
#include "timeline.h"
#include "preferences.h"

#include <epan/stat_tap_ui.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifndef _WIN32
#include <sys/ioctl.h>
#include <unistd.h>
#endif

typedef struct {
    const char *cli_string;
    void (*print)(vmn_summary *summary);
} output;

/* One -z of the command line. */
typedef struct {
    vmn_chosen chosen; /* first: the callbacks get a pointer to it */
    const output *what;
} listener;

/* Columns of the terminal; COLUMNS overrides it, and without either a line has 80. */
static unsigned terminal_width(void)
{
    const char *columns = g_getenv("COLUMNS");
    unsigned long width = columns ? strtoul(columns, NULL, 10) : 0;
#ifdef TIOCGWINSZ
    struct winsize size;
    if (width == 0 && isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        width = size.ws_col;
#endif
    return width == 0 ? VMN_TIMELINE_MIN_WIDTH : (unsigned)MIN(width, 1000);
}

static void print_json(vmn_summary *summary)
{
    vmn_json_print(summary, stdout);
}

static void print_ndjson(vmn_summary *summary)
{
    vmn_ndjson_print(summary, stdout);
}

static void print_timeline(vmn_summary *summary)
{
    GString *text = g_string_new(NULL);
    vmn_timeline_append(text, summary, terminal_width());
    fputs(text->str, stdout);
    g_string_free(text, TRUE);
}

static void append_text(GString *out, const vmn_document *document)
{
    vmn_text_page_append(out, document, terminal_width());
}

static void print_document(vmn_summary *summary,
                           void (*append)(GString *out, const vmn_document *document))
{
    GString *text = g_string_new(NULL);
    vmn_document *document = vmn_report_new(summary);
    append(text, document);
    fwrite(text->str, 1, text->len, stdout);
    vmn_document_free(document);
    g_string_free(text, TRUE);
}

static void print_report(vmn_summary *summary)
{
    print_document(summary, append_text);
}

static void print_page(vmn_summary *summary)
{
    print_document(summary, vmn_page_append);
}

/* A document that is cut off by a full disk must not look like a success. */
static void output_draw(void *data)
{
    listener *l = data;
    vmn_summary *summary = vmn_chosen_summary(&l->chosen);
    l->what->print(summary);
    vmn_summary_free(summary);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "tshark: -z %s: could not write: %s\n", l->what->cli_string,
                g_strerror(errno));
        exit(2);
    }
}

static void output_finish(void *data)
{
    vmn_chosen_clear(data);
    g_free(data);
}

/* Register the listener of "-z cli_string[,filter]". Returns NULL, or what is wrong (to be freed).
 */
static GString *listen(const output *what, const char *argument)
{
    const char *rest = argument + strlen(what->cli_string);
    if (*rest != '\0' && *rest != ',') {
        GString *error = g_string_new(NULL);
        g_string_printf(error, "no such statistic: \"%s\"", argument);
        return error;
    }
    listener *l = g_new0(listener, 1);
    l->what = what;
    GString *error =
        vmn_chosen_listen(&l->chosen, *rest == ',' ? rest + 1 : NULL, output_draw, output_finish);
    if (error)
        g_free(l);
    else if (what->print == print_report || what->print == print_page)
        vmn_report_listen();
    if (!error && vmn_preferences_cutover() && what->print != print_timeline)
        vmn_cutover_listen(NULL);
    return error;
}

static VMN_STAT_INIT_RESULT output_init(const char *argument, void *data)
{
    const output *what = data;
    GString *error = listen(what, argument);
    if (error) {
        fprintf(stderr, "tshark: -z %s: %s\n", what->cli_string, error->str);
        g_string_free(error, TRUE);
        VMN_STAT_INIT_FAIL();
    }
    VMN_STAT_INIT_RETURN(true);
}

void vmn_register_outputs(void)
{
    static const output outputs[] = {{"vmotion_notify,json", print_json},
                                     {"vmotion_notify,ndjson", print_ndjson},
                                     {"vmotion_notify,timeline", print_timeline},
                                     {"vmotion_notify,report", print_report},
                                     {"vmotion_notify,html", print_page}};
    if (!vmn_in_tshark())
        return;
    for (unsigned i = 0; i < G_N_ELEMENTS(outputs); i++) {
        stat_tap_ui ui = {.group = REGISTER_STAT_GROUP_GENERIC,
                          .cli_string = outputs[i].cli_string,
                          .tap_init_cb = output_init};
        register_stat_tap_ui(&ui, (void *)&outputs[i]);
    }
}
