/* notice_menu.h
 * The context menu of a notice in the packet list (Wireshark 4.2 and later).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef VMN_NOTICE_MENU_H
#define VMN_NOTICE_MENU_H

/* Put the entries into the menu of frames that have the layer; does nothing in Wireshark 4.0. Once,
 * while protocols are handed off. */
void vmn_register_notice_menu(void);

#endif
