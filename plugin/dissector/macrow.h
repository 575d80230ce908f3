/* macrow.h
 * What a row of a switch's table says: VLAN, port, the far end of a tunnel.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * C and GLib only, no Wireshark header.
 *
 * By the heading where the row fits it, else by what the words look like.
 */
#ifndef VMN_MACROW_H
#define VMN_MACROW_H

#include "macheading.h"

/* The parts of a row; .len 0 where there is none. Words of the row, or of port_joined. */
typedef struct {
    vmn_word vlan, port, vtep;
    char port_joined[2 * VMN_MAX_WORD + 2]; /* "vPC Peer-Link", "Te 0/6", "Gi1/1,Gi1/2" */
    bool fixed;                             /* static, or the switch's own */
    bool remote;                            /* learned from the far end of a tunnel */
} vmn_row;

/* Read the row whose MAC is words[mac]. False when it has no port, then *row says nothing. */
bool vmn_row_read(vmn_row *row, const vmn_heading *heading, const vmn_word *words, unsigned n,
                  unsigned mac);

#endif
