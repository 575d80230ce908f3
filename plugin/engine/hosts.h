/* hosts.h
 * Hosts as their timers show them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * ESXi sends on the ticks of a timer of the host, so bursts whose ticks fall on the same fraction
 * of the period probably come from one host. It drifts by tens of µs a second.
 *
 * Decides: which bursts share a host, and that two hosts announce one MAC. Inferences, never
 * proofs.
 */
#ifndef VMN_HOSTS_H
#define VMN_HOSTS_H

#include "store.h"

/* Number the hosts; `sorted` as from vmn_bursts_by_start(). */
void vmn_find_hosts(vmn_engine *engine, const GArray *sorted);

/* Two bursts of one MAC run at the same time: one host does not do that without a restart. */
void vmn_find_rivals(vmn_engine *engine);

#endif
