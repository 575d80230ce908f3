/* svg.h
 * The timeline of a page: a table a panel (axis.h), one row a burst, its lane drawn as inline SVG.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Only the axis stretches with the page, marks and words keep their size; a browser repeats the
 * ruler on each printed sheet. Colours and strokes are the page's style.
 */
#ifndef VMN_SVG_H
#define VMN_SVG_H

#include "summary.h"

/* Append the shapes of the marks, drawing nothing. Once in a page, before its timelines. */
void vmn_svg_append_shapes(GString *out);

/* Append the timeline of the summary's first `most` listed bursts (0: of all). `part` is any number
 * that tells the page's timelines apart. Returns how many bursts are left out. */
uint32_t vmn_svg_append_timeline(GString *out, const vmn_summary *summary, unsigned most,
                                 unsigned part);

#endif
