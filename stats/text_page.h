/* text_page.h
 * A document as lines of text. GLib only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef VMN_TEXT_PAGE_H
#define VMN_TEXT_PAGE_H

#include "document.h"

/* Append the document as text. Paragraphs are broken at `width` columns (80 at least), tables are
 * as wide as they need. Control characters become "�", so that no capture writes to a terminal's
 * controls. */
void vmn_text_page_append(GString *out, const vmn_document *document, unsigned width);

#endif
