/* text.h
 * Durations as people read them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef VMN_TEXT_H
#define VMN_TEXT_H

#include <stddef.h>
#include <stdint.h>

#define VMN_TEXT_LEN 32 /* room for any duration, NUL included */

/* "6 s", "2.000141 s", "49.7 ms", "295 µs", "0 s": ns in the largest unit that it fills, trailing
 * zeros cut. */
void vmn_text_duration(char *text, size_t size, int64_t ns);

/* The same with a sign always: "+295 µs", "-12.5 ms". */
void vmn_text_signed(char *text, size_t size, int64_t ns);

/*
 * The same for a column that is written for every frame: these cost a tenth of snprintf().
 * Each writes at `at`, which must have room for it, ends it with NUL and returns where the NUL is.
 */
char *vmn_put_text(char *at, const char *text);
char *vmn_put_number(char *at, uint64_t number);

/* Signed, in seconds to the millisecond, "+6.000 s"; in microseconds below a millisecond, "+70 µs".
 */
char *vmn_put_duration(char *at, int64_t ns);

/* Nanoseconds as the nearest microseconds, halves away from zero. */
int64_t vmn_ns_to_us(int64_t ns);

/* A probability, 0 to 1, in ten-thousandths; and in percent, rounded from those, so that what shows
 * the one agrees with what shows the other. */
unsigned vmn_ten_thousandths(double probability);
unsigned vmn_percent(double probability);

#endif
