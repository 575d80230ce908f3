/* replay.c
 * Runs a fuzzer's entry on files, without libFuzzer: any compiler builds it, for any processor.
 * What the entry says of its answers becomes one line of output a file, so that two processors can
 * be compared.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 *     replay_engine FOLDER…        NAME and a checksum of the answers, for each file there
 *     replay_engine --text FILE…   the answers themselves
 */
#include "replay.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static GString *said;

void replay_say(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_string_append_vprintf(said, format, arguments);
    va_end(arguments);
    g_string_append_c(said, '\n');
}

/* Replay a file; false when it cannot be read. */
static bool replay(const char *path, bool text)
{
    GError *error = NULL;
    char *data, *sum, *name;
    gsize size;

    if (!g_file_get_contents(path, &data, &size, &error)) {
        fprintf(stderr, "%s\n", error->message);
        g_error_free(error);
        return false;
    }
    g_string_truncate(said, 0);
    LLVMFuzzerTestOneInput((const uint8_t *)data, size);
    sum = g_compute_checksum_for_string(G_CHECKSUM_MD5, said->str, (gssize)said->len);
    name = g_path_get_basename(path);
    if (text)
        fputs(said->str, stdout);
    else
        printf("%s %s\n", name, sum);
    g_free(name);
    g_free(sum);
    g_free(data);
    return true;
}

static int compare(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Replay a folder's files in order of their names; how many could not be read. */
static unsigned replay_folder(const char *folder)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    unsigned failures = 0;

    for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;)
        g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
    if (dir != NULL)
        g_dir_close(dir);
    g_ptr_array_sort(paths, compare);
    for (unsigned i = 0; i < paths->len; i++)
        failures += !replay(g_ptr_array_index(paths, i), false);
    if (paths->len == 0)
        fprintf(stderr, "%s: no files there\n", folder);
    failures += paths->len == 0;
    g_ptr_array_free(paths, TRUE);
    return failures;
}

int main(int argc, char **argv)
{
    bool text = argc > 1 && strcmp(argv[1], "--text") == 0;
    unsigned failures = 0;

    said = g_string_new(NULL);
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ); /* an entry that aborts leaves the names before */
    for (int i = text ? 2 : 1; i < argc; i++)
        failures += text ? !replay(argv[i], true) : replay_folder(argv[i]);
    g_string_free(said, TRUE);
    return failures > 0;
}
