/* places.h
 * Where the rounds of a burst were seen, and where they were not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A place is an interface with a stack of tags and a tunnel; variants of a path are one place. The
 * places of a burst are numbered from 0 in order of first sight; bit k of a mask is place k. All is
 * final, and worked out when it is first asked for.
 *
 * Decides: which places missed a round.
 */
#ifndef VMN_PLACES_H
#define VMN_PLACES_H

#include "store.h"

/* One place of a burst. */
typedef struct {
    uint32_t path;        /* number of a path of it */
    uint32_t first, last; /* positions of the first and the last round seen there */
    uint64_t beside;      /* places that saw some round that was seen here, too */
} vmn_place;

/* Forget what was worked out: it is out of date. */
void vmn_places_forget(vmn_engine *engine);

/* The places of a burst (i counts from 0, as its number from 1); *n: how many there are. */
const vmn_place *vmn_places_of(const vmn_engine *engine, uint32_t i, uint32_t *n);

/* The places of its burst where a round, not an absorbed one, was seen; of the first
 * VMN_PLACES_TOLD. */
uint64_t vmn_places_saw(const vmn_engine *engine, uint32_t round);

/*
 * Those where it was not, though its burst was to be expected there: another round was seen both
 * there and at one of the places that saw this one. Where a machine moves in the middle of a burst,
 * its new port has missed nothing, and its old one neither.
 */
uint64_t vmn_places_missed(const vmn_engine *engine, uint32_t round);

#endif
