/* naming.h
 * Who sends so.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A name is the outcome of a comparison: every row of the table (senders.h) and "other software"
 * say how likely they would send what was seen (fit.h for the intervals; length, address, fields),
 * and how common they are. What comes out is a probability for each announcer; the best one is
 * named where it reaches VMN_SURE, else the announcer is unknown, and those that may be it are
 * listed.
 *
 *   P(announcer | burst)  ∝  P(announcer) · P(address | announcer) · P(length, intervals |
 * announcer)
 *
 * A MAC is mostly announced by the same software: its bursts speak for each other.
 *
 * What is shown of a burst follows from its name: the places of its rounds in the sender's
 * schedule, and which are missing. Of an unknown sender nothing is claimed that its own intervals
 * do not bear out.
 *
 * Decides: the announcer of a burst, how sure that is, and which schedule is shown.
 */
#ifndef VMN_NAMING_H
#define VMN_NAMING_H

#include "fit.h"
#include "store.h"

#define VMN_SURE 0.95F

/* What is asked of one burst. */
typedef struct {
    vmn_intervals intervals;
    const vmn_shape *shape;
    const uint8_t *mac;
    bool answered, client; /* by a reply; the station asked elsewhere */
    uint8_t row;           /* the row whose own parameters announce the MAC elsewhere, … */
    vmn_params params;     /* … and they; row 0: not known */
} vmn_evidence;

/* How probable each announcer is, VMN_ANNOUNCER_UNKNOWN: other software. */
typedef struct {
    float share[VMN_ANNOUNCERS];
    float cost[VMN_ANNOUNCERS];        /* nats, of the burst alone */
    uint8_t row[VMN_ANNOUNCERS];       /* the row of the table that fits best … */
    uint8_t foretold[VMN_ANNOUNCERS];  /* … how many intervals it foretold, … */
    vmn_params params[VMN_ANNOUNCERS]; /* … with these parameters */
} vmn_ranking;

/* Compare all rows. */
void vmn_rank(const vmn_rules *rules, const vmn_evidence *evidence, vmn_ranking *ranking);

/* Name the announcers of all bursts, and set what is shown of them; they are numbered. */
void vmn_name_bursts(vmn_engine *engine);

/* Open vSwitch's learning packets, one unpadded frame a MAC, several MACs at once; events are
 * known. */
void vmn_name_learning_packets(vmn_engine *engine);

/* The announcers that a ranking leaves beside the one named (or beside unknown), as bits. */
unsigned vmn_also_fits(const vmn_ranking *ranking, vmn_announcer named);

/* The announcer that a ranking names. */
vmn_announcer vmn_named(const vmn_ranking *ranking, float *confidence);

/* What the frames of a burst are taken for: by who sends them, or by what they ask. */
vmn_kind vmn_burst_kind(const vmn_engine *engine, const vmn_burst_data *burst);

/* The parameters of its own by which a row's sender announces a MAC, as its surest burst shows
 * them; the MAC's. NULL: none are known. */
const vmn_params *vmn_own_params(const vmn_mac *mac, unsigned row);

/* The name of a burst's schedule, at most VMN_NAME_LEN octets. */
void vmn_name_schedule(const vmn_engine *engine, const vmn_track *track, char *text);

/* Evidence for the announcer of a record's burst, in words; the caller frees it. */
char *vmn_evidence_text(const vmn_engine *engine, uint32_t record);

#endif
