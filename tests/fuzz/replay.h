/* replay.h
 * What a fuzzer's entry says of its answers where replay.c runs it; nothing under libFuzzer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef REPLAY_H
#define REPLAY_H

#include <glib.h>

#ifdef VMN_REPLAY
#define REPLAYING 1
/* Append a line to what the entry says of the input at hand. */
void replay_say(const char *format, ...) G_GNUC_PRINTF(1, 2);
#else
#define REPLAYING 0
static inline void G_GNUC_PRINTF(1, 2) replay_say(const char *format, ...)
{
    (void)format;
}
#endif

#endif
