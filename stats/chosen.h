/* chosen.h
 * The notices that pass a display filter: a tap listener for statistics that print a summary.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef VMN_CHOSEN_H
#define VMN_CHOSEN_H

#include "summary.h"

/* Zero-initialised. With vmn_chosen_listen() the first member of the statistic's own struct: the
 * callbacks are handed a pointer to it. */
typedef struct {
    vmn_selection selection;
    unsigned session; /* that it was made in */
} vmn_chosen;

/*
 * Choose from now on. `filter` may be NULL; draw and finish are those of a tap listener, draw may
 * be NULL. Returns NULL, or what is wrong with the filter (to be freed): then nothing listens. The
 * end is remove_tap_listener(chosen), which calls finish; finish calls vmn_chosen_clear().
 */
GString *vmn_chosen_listen(vmn_chosen *chosen, const char *filter, void (*draw)(void *),
                           void (*finish)(void *));
void vmn_chosen_clear(vmn_chosen *chosen);

/* Choose one more record of the file that is open, for who has a packet callback of its own. */
void vmn_chosen_add(vmn_chosen *chosen, uint32_t record);

/* The summary of what is open now, the bursts of the chosen notices listed. Free with
 * vmn_summary_free(). */
vmn_summary *vmn_chosen_summary(vmn_chosen *chosen);

#endif
