/* windows.h
 * Statistics ▸ vMotion Notify Report and ▸ vMotion Notify Timeline: windows with text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef VMN_WINDOWS_H
#define VMN_WINDOWS_H

/* Put the two entries into Wireshark's menu. Once, while protocols are handed off. */
void vmn_register_windows(void);

#endif
