/* flow.h
 * The notices as arrows in Statistics ▸ Flow Graph and tshark -z flow,vmotion_notify,standard.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef VMN_FLOW_H
#define VMN_FLOW_H

/* Register the flow type; to be called when the protocol vmotion_notify is registered. */
void vmn_register_flow(void);

#endif
