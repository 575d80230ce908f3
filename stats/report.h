/* report.h
 * What a capture's announcements tell, in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef VMN_REPORT_H
#define VMN_REPORT_H

#include "document.h"

/*
 * Listen to what a report says beyond the bursts: how many frames, when, from where. Nothing is
 * listened to, and nothing costs, before the first call; each call needs one vmn_report_stop(),
 * which is not to be called from within a tap's callback.
 */
void vmn_report_listen(void);
void vmn_report_stop(void);

/* The report of the summary's listed bursts. Free with vmn_document_free(). */
vmn_document *vmn_report_new(vmn_summary *summary);

#endif
