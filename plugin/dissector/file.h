/* file.h
 * The file that is open: its engine, its times.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One engine a file, made with the first RARP frame and freed by the cleanup
 * routine, which also runs before Reload and after a preference change. So it
 * must not be kept over a reset: ask vmn_dissector_engine() again.
 */
#ifndef VMN_FILE_H
#define VMN_FILE_H

#include <epan/packet_info.h>

#include "engine.h"

/* The engine of the file that is open now, NULL when no RARP frame was seen yet. Not to be freed.
 */
vmn_engine *vmn_dissector_engine(void);

/* The same, made by the preferences as they stand where there is none yet. Never NULL. */
vmn_engine *vmn_file_begin(void);

/* The packet's time as the engine is given it, in nanoseconds since the epoch. */
int64_t vmn_dissector_time(const packet_info *pinfo);

/* A time of Wireshark's in nanoseconds. Times beyond ±146 years are clamped, so that the difference
 * of any two fits 64 bits; the engine clamps further. */
int64_t vmn_file_nanoseconds(const nstime_t *t);

/* See to it that all is forgotten when a file closes. Once. */
void vmn_file_register(void);

#endif
