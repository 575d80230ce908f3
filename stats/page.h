/* page.h
 * A document as one self-contained HTML page, the timeline as inline SVG.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef VMN_PAGE_H
#define VMN_PAGE_H

#include "document.h"

/* Append the whole page, UTF-8. No script, nothing loaded from elsewhere; what comes from the
 * capture is escaped. */
void vmn_page_append(GString *out, const vmn_document *document);

#endif
