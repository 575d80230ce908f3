/* stats.h
 * What the plugin's other parts see of the statistics.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Arrows: engine ← dissector ← stats. The dissector calls one function at
 * start-up, everything else goes through Wireshark's tap system.
 *
 *   frame ── tap "vmotion_notify" ──▶ selection (which records passed a filter)
 *                                         │
 *   engine, settled ──▶ summary ◀─────────┘
 *                          │
 *                          ├──▶ table.c     schedule, mac, event (GUI, tshark, sharkd)
 *                          ├──▶ json.c      json, ndjson        (tshark)
 *                          ├──▶ timeline.c  timeline            (tshark, GUI's windows)
 *                          └──▶ report.c    report, html        (tshark, GUI's windows)
 *   flow.c draws the single notices in Statistics ▸ Flow Graph.
 */
#ifndef VMN_STATS_H
#define VMN_STATS_H

/*
 * Register all statistics. To be called once, from the protocol's register
 * routine, after the protocol "vmotion_notify" and its tap are registered.
 */
void vmn_register_stats(void);

#endif
