/* window_files.c
 * What a text window writes: a page for the browser, and the file that the user names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "window_files.h"

#include "compat.h"

#include <epan/funnel.h>
#include <epan/packet.h>
#include <glib/gstdio.h>
#include <wsutil/report_message.h>

#include <errno.h>
#include <stdio.h>

/* A new file: one that is there already is an error. */
static bool write_file(const char *name, const char *contents)
{
    FILE *file = g_fopen(name, "wx");
    bool written = file && fputs(contents, file) >= 0;
    int why = errno;

    if (file && fclose(file) != 0 && written) {
        written = false;
        why = errno;
    }
    if (!written)
        report_failure("vMotion Notify: \"%s\" could not be written: %s.", name, g_strerror(why));
    return written;
}

/* ---- pages ---- */

static char *folder;     /* only the user may enter it; NULL before the first page */
static GPtrArray *pages; /* names of the files in it */

static void remove_pages(void)
{
    if (!folder)
        return;
    for (unsigned i = 0; i < pages->len; i++)
        g_unlink(g_ptr_array_index(pages, i));
    g_rmdir(folder);
    g_ptr_array_unref(pages);
    g_free(folder);
    folder = NULL;
}

static bool make_folder(void)
{
    GError *error = NULL;

    if (folder)
        return true;
    folder = g_dir_make_tmp("vmotion-notify-XXXXXX", &error);
    if (!folder) {
        report_failure("vMotion Notify: %s", error->message);
        g_error_free(error);
        return false;
    }
    pages = g_ptr_array_new_with_free_func(g_free);
    register_shutdown_routine(remove_pages);
    return true;
}

void vmn_open_page(const char *page)
{
    if (!make_folder())
        return;
    char *name = g_strdup_printf("%s%spage-%u.html", folder, G_DIR_SEPARATOR_S, pages->len + 1);
    g_ptr_array_add(pages, name);
    if (write_file(name, page))
        funnel_get_funnel_ops()->browser_open_data_file(name);
}

/* ---- files that the user names ---- */

/* What is to be saved, as it was when the user asked for it. */
typedef struct {
    char *text, *page;
} saving;

static void ask(const char *name, const char *text, const char *page);

static void free_saving(void *data)
{
    saving *s = data;

    g_free(s->text);
    g_free(s->page);
    g_free(s);
}

/* The user's home is where a name without a folder lies. */
static char *whole_name(const char *name)
{
    return g_path_is_absolute(name) ? g_strdup(name)
                                    : g_build_filename(g_get_home_dir(), name, NULL);
}

static void save(char **input, void *data)
{
    const saving *s = data;
    char *name = whole_name(input[0]);
    bool is_page = g_str_has_suffix(name, ".html") || g_str_has_suffix(name, ".htm");
    /* The dialog may be gone when the message is read. */
    char *text = g_strdup(s->text), *page = g_strdup(s->page);

    if (!write_file(name, is_page ? page : text))
        ask(name, text, page);
    g_free(text);
    g_free(page);
    g_free(name);
    g_strfreev(input);
}

/* `name` with its folder. */
static void ask(const char *name, const char *text, const char *page)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();
    const char *fields[] = {"File name (.html: a page, else text)", NULL};
    const char *values[] = {name, NULL};
    saving *s = g_new(saving, 1);

    *s = (saving){g_strdup(text), g_strdup(page)};
    ops->new_dialog(ops->ops_id, "vMotion Notify: Save as", fields, values, save, s, free_saving);
}

void vmn_ask_and_save(const char *name, const char *text, const char *page)
{
    char *whole = whole_name(name);

    ask(whole, text, page);
    g_free(whole);
}
