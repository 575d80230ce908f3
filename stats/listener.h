/* listener.h
 * What the statistics share when they listen to the tap.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef VMN_LISTENER_H
#define VMN_LISTENER_H

#include <stdbool.h>

/*
 * Whether this program is tshark. Only there do frames come once, with the
 * final answer after the last of them, and only there is standard output
 * what the user looks at.
 */
bool vmn_in_tshark(void);

/*
 * Call draw(data) when tshark draws its statistics, before every listener
 * that was registered earlier: to be called from a packet callback that
 * needs to finish something before its own listener is drawn.
 */
void vmn_listen_for_draw(void *data, void (*draw)(void *data));

/* Once, while protocols are registered. */
void vmn_listener_register(void);

/*
 * Whether the capture session that *session stands for is over: its frames,
 * records and engine are gone, numbers begin anew. tshark -M tells listeners
 * nothing of that, so each asks before it adds or draws. Sets *session to the
 * session that runs; 0 is good for the start.
 */
bool vmn_session_is_over(unsigned *session);

/* Whether a capture session runs: a file is open, or frames are being captured. */
bool vmn_session_runs(void);

#endif
