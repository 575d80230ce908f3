/* window_files.h
 * What a text window writes: a page for the browser, and the file that the user names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef VMN_WINDOW_FILES_H
#define VMN_WINDOW_FILES_H

/* Write the page into a file that nobody else can read and open it in the browser. The file goes
 * when Wireshark ends. What goes wrong is said in a message. */
void vmn_open_page(const char *page);

/* Ask for a name and write a file: the page when the name ends in .html, else the text. A file that
 * is there already is not replaced. What goes wrong is said in a message. Both are copied. `name`
 * is offered, without a folder. */
void vmn_ask_and_save(const char *name, const char *text, const char *page);

#endif
