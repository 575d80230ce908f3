/* windows.c
 * Statistics ▸ vMotion Notify Report and ▸ vMotion Notify Timeline: windows with text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A window shows what tshark prints, of the frames seen so far. Which notices pass its display
 * filter is collected for each window (chosen.h). When to write the text anew is asked once for all
 * of them, by two more listeners: one counts the notices of this pass, so that no window shows half
 * a file while frames are visited again; one sees every frame, so that the last lines know of the
 * last frame. Wireshark draws every three seconds at most.
 *
 * A window ends when the user closes it (close_window) or with Wireshark (its listener's finish).
 */
#include "windows.h"

#include "chosen.h"
#include "compat.h"
#include "cutover_tap.h"
#include "listener.h"
#include "page.h"
#include "preferences.h"
#include "report.h"
#include "tap.h"
#include "text_page.h"
#include "timeline.h"
#include "window_files.h"

#include <epan/funnel.h>
#include <epan/packet.h>
#include <epan/tap.h>
#include <wsutil/report_message.h>

#include <string.h>

#define NO_FILE "No file is open."
#define REPORT_WIDTH 100 /* columns */
#define TIMELINE_WIDTH 120
#define MAX_BURSTS 300 /* of a timeline: more take the window long, and nobody reads them */

typedef struct {
    const char *title;     /* of the menu entry and the window */
    const char *file_name; /* offered by Save as */
    void (*append)(GString *text, vmn_summary *summary);
    vmn_document *(*document)(vmn_summary *summary); /* of the page */
    bool is_report;
} window_kind;

typedef struct {
    vmn_chosen chosen; /* first: its callbacks get a pointer to it */
    const window_kind *kind;
    funnel_text_window_t *shown; /* owned by Wireshark */
    char *filter;                /* NULL: none */
    char *text;                  /* that is shown */
    bool is_held;                /* it stays as it is until the user lets it go on */
} text_window;

static GPtrArray *windows; /* text_window *, those that are open; NULL before the first */

/* ---- what they show ---- */

static void append_report(GString *text, vmn_summary *summary)
{
    vmn_document *document = vmn_report_new(summary);
    vmn_text_page_append(text, document, REPORT_WIDTH);
    vmn_document_free(document);
}

/* Take all bursts but the first ones from the list; returns a line that says so, NULL when there
 * are no more. To be freed. */
static char *shorten(vmn_summary *summary)
{
    uint32_t listed = 0;
    for (uint32_t i = 0; i < summary->n_bursts; i++) {
        listed += summary->bursts[i].listed;
        summary->bursts[i].listed = summary->bursts[i].listed && listed <= MAX_BURSTS;
    }
    return listed <= MAX_BURSTS ? NULL
                                : g_strdup_printf("… and %u more bursts: tshark -q -z "
                                                  "vmotion_notify,timeline prints all of them.",
                                                  listed - MAX_BURSTS);
}

static void append_timeline(GString *text, vmn_summary *summary)
{
    char *more = shorten(summary);
    vmn_timeline_append(text, summary, TIMELINE_WIDTH);
    if (more)
        g_string_append_printf(text, "\n%s\n", more);
    g_free(more);
}

static vmn_document *no_document(vmn_summary *summary)
{
    vmn_document *document = vmn_document_new(summary);
    vmn_document_add(document, VMN_BLOCK_TITLE, g_strdup("vMotion Notify"));
    vmn_document_add(document, VMN_BLOCK_PARAGRAPH, g_strdup(NO_FILE));
    return document;
}

static vmn_document *timeline_document(vmn_summary *summary)
{
    vmn_document *document = vmn_document_new(summary);
    char *more = shorten(summary);
    vmn_document_add(document, VMN_BLOCK_TITLE, g_strdup("vMotion Notify timeline"));
    vmn_document_add_timeline(document, 0);
    if (more)
        vmn_document_add(document, VMN_BLOCK_PARAGRAPH, more);
    return document;
}

/* ---- when they show it ---- */

static struct {
    bool listens;
    uint32_t notices;   /* that came by since the listeners were reset */
    int64_t not_before; /* µs: when the next update may begin */
    bool is_late;       /* one that came earlier is still due */
} watch;

/* Whether all notices came by: while frames are visited again, the first ones have not. */
static bool all_came_by(void)
{
    const vmn_engine *engine = vmn_dissector_engine();
    return watch.notices >= (engine ? vmn_engine_size(engine) : 0);
}

/* What a window's second line says; NULL for nothing. To be freed. */
static char *note_of(const text_window *w)
{
    if (!all_came_by())
        return g_strdup("Not all frames were looked at: close this window and open it again.");
    return w->filter ? g_strdup_printf("Display filter: %s", w->filter) : NULL;
}

static void add_second_line(GString *text, const char *line)
{
    const char *end = strchr(text->str, '\n');
    g_string_insert(text, end - text->str, line);
    g_string_insert_c(text, end - text->str, '\n');
}

static GString *text_of(text_window *w)
{
    GString *text = g_string_new(NULL);
    vmn_summary *summary = vmn_chosen_summary(&w->chosen);
    char *note = note_of(w);
    w->kind->append(text, summary);
    if (note)
        add_second_line(text, note);
    if (w->is_held)
        add_second_line(text,
                        "Held: press \"Hold / follow\" once more to follow the capture again.");
    g_free(note);
    vmn_summary_free(summary);
    return text;
}

static char *page_of(text_window *w)
{
    GString *page = g_string_new(NULL);
    vmn_summary *summary = vmn_chosen_summary(&w->chosen);
    vmn_document *document = vmn_session_runs() ? w->kind->document(summary) : no_document(summary);
    char *note = note_of(w);
    if (note) { /* below the title */
        GPtrArray *blocks = document->blocks;
        vmn_document_add(document, VMN_BLOCK_PARAGRAPH, note);
        g_ptr_array_insert(blocks, 1, g_ptr_array_steal_index(blocks, blocks->len - 1));
    }
    vmn_page_append(page, document);
    vmn_document_free(document);
    vmn_summary_free(summary);
    return g_string_free(page, FALSE);
}

/* Wireshark takes the functions away when it ends, before the listeners. */
static const funnel_ops_t *window_functions(void)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();
    return ops && ops->set_text ? ops : NULL;
}

/* Wireshark would break lines at the window's edge, but for HTML that forbids it. */
static void set_text(const funnel_ops_t *ops, const text_window *w)
{
    char *escaped = g_markup_escape_text(w->text, -1);
    char *html = g_strdup_printf("<div style=\"white-space:pre\">%s</div>", escaped);
    ops->set_text(w->shown, html);
    g_free(html);
    g_free(escaped);
}

/* Write the text, where it changed: the window jumps to its top then. */
static void show(text_window *w)
{
    const funnel_ops_t *ops = window_functions();
    if (!ops)
        return;
    GString *text = vmn_session_runs() ? text_of(w) : g_string_new(NO_FILE "\n");
    if (g_strcmp0(text->str, w->text) == 0) {
        g_string_free(text, TRUE);
        return;
    }
    g_free(w->text);
    w->text = g_string_free(text, FALSE);
    set_text(ops, w);
}

static tap_packet_status count_notice(void *data _U_, packet_info *pinfo _U_,
                                      epan_dissect_t *edt _U_, const void *tap_data _U_,
                                      tap_flags_t flags _U_)
{
    watch.notices++;
    return TAP_PACKET_DONT_REDRAW;
}

static tap_packet_status see_frame(void *data _U_, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                                   const void *tap_data _U_, tap_flags_t flags _U_)
{
    return TAP_PACKET_REDRAW;
}

static bool any_report_is_open(void)
{
    for (unsigned i = 0; windows && i < windows->len; i++)
        if (((text_window *)g_ptr_array_index(windows, i))->kind->is_report)
            return true;
    return false;
}

/* All frames begin anew, maybe since the user changed a preference. */
static void begin_anew(void *data _U_)
{
    watch.notices = 0;
    if (any_report_is_open() && vmn_preferences_cutover())
        vmn_cutover_listen(NULL);
}

/* Of the listener that sees every frame: it was registered last, so it is drawn first. The
 * Wireshark shall be free for as long as an update takes: one that comes too early is asked for
 * again, see draw_again(). */
static void draw(void *data _U_)
{
    int64_t begin = g_get_monotonic_time();
    watch.is_late = begin < watch.not_before;
    if (watch.is_late) {
        set_tap_dfilter(&watch.notices, NULL);
        return;
    }
    if (!all_came_by())
        return;
    for (unsigned i = 0; i < windows->len; i++) {
        text_window *w = g_ptr_array_index(windows, i);
        if (!w->is_held)
            show(w);
    }
    int64_t end = g_get_monotonic_time();
    watch.not_before = end + (end - begin);
}

/* Of the listener that counts. A changed filter, though there is none, makes Wireshark draw the
 * listener next time. */
static void draw_again(void *data _U_)
{
    if (watch.is_late)
        set_tap_dfilter(&watch, NULL);
}

static void listen(const char *tap, void *data, unsigned flags, tap_reset_cb reset,
                   tap_packet_cb packet, tap_draw_cb draw_callback)
{
    GString *error =
        register_tap_listener(tap, data, NULL, flags, reset, packet, draw_callback, NULL);
    if (error) { /* cannot be: the taps exist, there is no filter */
        g_warning("vmotion_notify: %s", error->str);
        g_string_free(error, TRUE);
    }
}

static void start_watch(void)
{
    if (watch.listens)
        return;
    watch.listens = true;
    listen(VMN_TAP_NAME, &watch.notices, TL_REQUIRES_ERROR_PACKETS, begin_anew, count_notice,
           draw_again);
    listen("frame", &watch, TL_REQUIRES_NOTHING, NULL, see_frame, draw);
}

static void stop_watch(void)
{
    remove_tap_listener(&watch);
    remove_tap_listener(&watch.notices);
    memset(&watch, 0, sizeof watch);
}

/* ---- buttons ---- */

/* Wireshark hands out the window; ours is the one that is shown there. */
static text_window *window_of(const funnel_text_window_t *shown)
{
    for (unsigned i = 0; i < windows->len; i++) {
        text_window *w = g_ptr_array_index(windows, i);
        if (w->shown == shown)
            return w;
    }
    return NULL;
}

static vmn_boolean open_page(funnel_text_window_t *shown, void *data _U_)
{
    char *page = page_of(window_of(shown));
    vmn_open_page(page);
    g_free(page);
    return TRUE;
}

static vmn_boolean copy_text(funnel_text_window_t *shown, void *data _U_)
{
    GString *text = g_string_new(window_of(shown)->text);
    window_functions()->copy_to_clipboard(text);
    g_string_free(text, TRUE);
    return TRUE;
}

static vmn_boolean save_as(funnel_text_window_t *shown, void *data _U_)
{
    text_window *w = window_of(shown);
    char *page = page_of(w);
    vmn_ask_and_save(w->kind->file_name, w->text, page);
    g_free(page);
    return TRUE;
}

static vmn_boolean hold(funnel_text_window_t *shown, void *data _U_)
{
    text_window *w = window_of(shown);
    w->is_held = !w->is_held;
    show(w);
    return TRUE;
}

/* Shared by all windows: Wireshark frees nothing of them. */
static funnel_bt_t hold_button = {.func = hold};
static funnel_bt_t page_button = {.func = open_page};
static funnel_bt_t copy_button = {.func = copy_text};
static funnel_bt_t save_button = {.func = save_as};

/* ---- a window's life ---- */

static void forget_window(void *data)
{
    text_window *w = data;
    g_ptr_array_remove(windows, w);
    vmn_chosen_clear(&w->chosen);
    g_free(w->filter);
    g_free(w->text);
    g_free(w);
}

/* The user closed it. Wireshark would call this again for a second Escape that was pressed at once.
 */
static void close_window(void *data)
{
    const text_window *w = data;
    bool is_report = w->kind->is_report;
    window_functions()->set_close_cb(w->shown, NULL, NULL);
    remove_tap_listener(data);
    if (windows->len == 0)
        stop_watch();
    if (is_report) {
        vmn_report_stop();
        vmn_cutover_keep(any_report_is_open());
    }
}

/* What stands in the main window's filter line; NULL for nothing. To be freed. */
static char *current_filter(const funnel_ops_t *ops)
{
    char *filter = g_strdup(ops->get_filter(ops->ops_id));
    if (filter && *g_strstrip(filter) != '\0')
        return filter;
    g_free(filter);
    return NULL;
}

/* A window without a listener yet. */
static text_window *new_window(const funnel_ops_t *ops, const window_kind *kind)
{
    text_window *w = g_new0(text_window, 1);
    w->kind = kind;
    w->filter = current_filter(ops);
    if (!windows)
        windows = g_ptr_array_new();
    g_ptr_array_add(windows, w);
    return w;
}

static void put_on_screen(const funnel_ops_t *ops, text_window *w)
{
    w->shown = ops->new_text_window(ops->ops_id, w->kind->title);
    ops->set_close_cb(w->shown, close_window, w);
    ops->add_button(w->shown, &hold_button, "Hold / follow");
    ops->add_button(w->shown, &page_button, "Open as a page");
    ops->add_button(w->shown, &copy_button, "Copy");
    ops->add_button(w->shown, &save_button, "Save as…");
}

static void open_window(void *data)
{
    const funnel_ops_t *ops = window_functions();
    if (!ops)
        return;
    text_window *w = new_window(ops, data);
    GString *error = vmn_chosen_listen(&w->chosen, w->filter, NULL, forget_window);
    if (error) {
        forget_window(w);
        report_failure("%s: %s", ((const window_kind *)data)->title, error->str);
        g_string_free(error, TRUE);
        return;
    }
    put_on_screen(ops, w);
    start_watch();
    if (w->kind->is_report) {
        vmn_report_listen();
        vmn_cutover_keep(true);
    }
    ops->retap_packets(ops->ops_id);
    if (g_ptr_array_find(windows, w, NULL)) /* not closed while the frames came by */
        show(w);
}

void vmn_register_windows(void)
{
    static const window_kind kinds[] = {
        {"vMotion Notify Report", "vmotion-notify-report.txt", append_report, vmn_report_new, true},
        {"vMotion Notify Timeline", "vmotion-notify-timeline.txt", append_timeline,
         timeline_document, false}};
    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++)
        funnel_register_menu(kinds[i].title, REGISTER_PACKET_STAT_GROUP_UNSORTED, open_window,
                             (void *)&kinds[i], NULL, FALSE);
}
