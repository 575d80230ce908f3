/* packet-vmotion_notify.h
 * Registration of the dissector, called by the plugin loader through plugin.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PACKET_VMOTION_NOTIFY_H
#define PACKET_VMOTION_NOTIFY_H

void proto_register_vmotion_notify(void);
void proto_reg_handoff_vmotion_notify(void);

#endif
