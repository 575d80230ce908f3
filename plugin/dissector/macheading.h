/* macheading.h
 * The heading of a switch's table, and under which of its columns the words of a row stand.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * C and GLib only, no Wireshark header.
 */
#ifndef VMN_MACHEADING_H
#define VMN_MACHEADING_H

#include "macwords.h"

typedef enum {
    VMN_COLUMN_OTHER = 0, /* neither VLAN nor port, whatever stands there: ages, nodes, sequences */
    VMN_COLUMN_MAC,
    VMN_COLUMN_VLAN,
    VMN_COLUMN_PORT,
    VMN_COLUMN_VTEP,  /* the far end of a tunnel */
    VMN_COLUMN_FIXED, /* a mark there says that the entry is static */
} vmn_column_kind;

typedef struct {
    vmn_column_kind kind;
    unsigned from, to; /* places of its first character, and after its last one */
} vmn_column;

typedef struct {
    vmn_column columns[VMN_MAX_WORDS];
    unsigned n; /* 0: there is no heading */
} vmn_heading;

/* Take the line for a heading when it names a MAC and a VLAN, a port or a far end; else *heading
 * stays as it was and false is returned. */
bool vmn_heading_read(vmn_heading *heading, const vmn_word *words, unsigned n);

/* A drawn line below the heading, "----  ------" or "+----+------+", shows how wide the columns
 * are. False when the line is none. */
bool vmn_heading_rule(vmn_heading *heading, const vmn_word *words, unsigned n);

bool vmn_heading_has(const vmn_heading *heading, vmn_column_kind kind);

/* How well a row fits the heading. */
typedef enum {
    VMN_FIT_NONE = 0, /* its MAC does not stand where the heading has the MACs, or no heading */
    VMN_FIT_NEAR,     /* words were given to the column next to them */
    VMN_FIT_FIRM,     /* all of them right below their columns, or as many words as columns */
} vmn_fit;

/* The column of each word of a row whose MAC is words[mac], by its index in the heading; -1 for
 * what stands before the first column. Room for n numbers. */
vmn_fit vmn_heading_fit(const vmn_heading *heading, const vmn_word *words, unsigned n, unsigned mac,
                        int *columns);

#endif
