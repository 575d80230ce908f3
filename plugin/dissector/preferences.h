/* preferences.h
 * Edit > Preferences > Protocols > vMotion Notify.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef VMN_PREFERENCES_H
#define VMN_PREFERENCES_H

#include "compat.h"
#include "engine.h"

/* Register the preferences of protocol proto. Once. */
void vmn_preferences_register(int proto);

/* A new engine that works by the preferences as they stand. Free with vmn_engine_free(). */
vmn_engine *vmn_preferences_new_engine(void);

/* Shall JSON tell the cut-over? */
bool vmn_preferences_cutover(void);

/* Shall the Info column get its suffix? */
bool vmn_preferences_info_column(void);

/* Shall reports leave nothing out, however long they get? */
bool vmn_preferences_report_all(void);

/* Append the preferences that are not at their defaults: "copy_window_ms 10, cutover". */
void vmn_preferences_append_changed(GString *text);

#endif
