/* output.h
 * The statistics that tshark prints as text: json, ndjson, timeline.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef VMN_OUTPUT_H
#define VMN_OUTPUT_H

/* Register them; does nothing in other programs. */
void vmn_register_outputs(void);

#endif
