/* textfile.c
 * Text files that the user names, read with whatever is in them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "textfile.h"

#include <glib/gstdio.h>
#include <string.h>

#define MAX_FILE (512u << 20) /* octets; four million lines and more */

static int64_t mtime_of(const GStatBuf *info)
{
#ifdef st_mtime /* a macro where st_mtim exists */
    return (int64_t)info->st_mtim.tv_sec * G_GINT64_CONSTANT(1000000000) + info->st_mtim.tv_nsec;
#else
    return (int64_t)info->st_mtime * G_GINT64_CONSTANT(1000000000);
#endif
}

char *vmn_textfile_read(const char *path, size_t *len, vmn_textfile *mark, char **message)
{
    GStatBuf info = {0};
    GError *error = NULL;
    char *text = NULL;
    gsize octets = 0;

    *message = NULL;
    if (g_stat(path, &info) == 0 && !g_file_test(path, G_FILE_TEST_IS_REGULAR))
        *message = g_strdup_printf("%s: not a file", path);
    else if (info.st_size > (int64_t)MAX_FILE)
        *message = g_strdup_printf("%s: larger than %u MiB", path, MAX_FILE >> 20);
    else if (!g_file_get_contents(path, &text, &octets, &error))
        *message = g_strdup(error->message);
    g_clear_error(&error);
    if (*message)
        return NULL;
    g_free(mark->path);
    *mark = (vmn_textfile){g_strdup(path), mtime_of(&info), info.st_size};
    *len = octets;
    return text;
}

bool vmn_textfile_changed(const vmn_textfile *mark, const char *path)
{
    GStatBuf info;

    return !mark->path || strcmp(mark->path, path) != 0 || g_stat(path, &info) != 0 ||
           mtime_of(&info) != mark->mtime || info.st_size != mark->octets;
}

char *vmn_textfile_from_utf16(const char *text, size_t *len)
{
    gsize new_len = 0;

    if (*len < 2 || memcmp(text, "\xff\xfe", 2) != 0)
        return NULL;
    char *converted = g_convert(text + 2, (gssize)((*len - 2) & ~(size_t)1), "UTF-8", "UTF-16LE",
                                NULL, &new_len, NULL);
    if (converted)
        *len = new_len;
    return converted;
}

bool vmn_textfile_line(const char **at, const char *end, const char **line, size_t *len)
{
    if (*at >= end)
        return false;
    const char *stop = memchr(*at, '\n', (size_t)(end - *at));
    if (!stop)
        stop = end;
    *line = *at;
    *len = (size_t)(stop - *at);
    *at = stop < end ? stop + 1 : end;
    return true;
}

void vmn_trouble_add(vmn_trouble *trouble, unsigned line, const char *format, ...)
{
    va_list args;

    if (trouble->first) {
        trouble->more++;
        return;
    }
    va_start(args, format);
    char *text = g_strdup_vprintf(format, args);
    va_end(args);
    char *whole = g_strdup_printf("%s:%u: %s", trouble->name, line, text);
    trouble->first = g_utf8_make_valid(whole, -1);
    g_free(whole);
    g_free(text);
}

char *vmn_trouble_message(vmn_trouble *trouble, const char *empty)
{
    char *message = trouble->first;

    if (!message && empty)
        return g_strdup_printf("%s: %s", trouble->name, empty);
    if (message && trouble->more) {
        message = g_strdup_printf("%s (and %u more line%s)", trouble->first, trouble->more,
                                  trouble->more == 1 ? "" : "s");
        g_free(trouble->first);
    }
    return message;
}
