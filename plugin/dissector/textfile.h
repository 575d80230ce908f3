/* textfile.h
 * Text files that the user names, read with whatever is in them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * C and GLib only, no Wireshark header.
 */
#ifndef VMN_TEXTFILE_H
#define VMN_TEXTFILE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Which file was read, and how it was then. */
typedef struct {
    char *path;     /* NULL: none. Owned: free with g_free() */
    int64_t mtime;  /* ns where the system has them */
    int64_t octets; /* its length */
} vmn_textfile;

/*
 * The content of the file `path`, *len octets of any kind, to be freed with g_free(); *mark is
 * filled. NULL when it cannot be read: *message says why, naming the file (caller frees it), and
 * *mark stays as it was. *message is NULL otherwise.
 */
char *vmn_textfile_read(const char *path, size_t *len, vmn_textfile *mark, char **message);

/* True when the file at `path` is not the marked one, or no longer as it was. */
bool vmn_textfile_changed(const vmn_textfile *mark, const char *path);

/* Windows' PowerShell writes redirected text as UTF-16. Returns the same text as UTF-8 and changes
 * *len to its length, to be freed with g_free(); NULL, with *len as it was, when it is no UTF-16 or
 * broken. */
char *vmn_textfile_from_utf16(const char *text, size_t *len);

/* The next line of a text that goes from *at to end: false at its end. *at is moved behind it. The
 * line has no newline, but the carriage return before it. */
bool vmn_textfile_line(const char **at, const char *end, const char **line, size_t *len);

/* What went wrong in a text: the first trouble in words, the others counted. Zero-initialise, but
 * for the text's name. */
typedef struct {
    const char *name;
    char *first;
    unsigned more;
} vmn_trouble;

void vmn_trouble_add(vmn_trouble *trouble, unsigned line, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* "NAME:2: what (and 3 more lines)"; "NAME: empty" when there was none and empty is not NULL; else
 * NULL. Caller frees it; the trouble must not be used after it. */
char *vmn_trouble_message(vmn_trouble *trouble, const char *empty);

#endif
