/* bytes.h
 * Big-endian numbers in captured bytes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Wireshark's own (wsutil/pint.h) go by different names in different versions.
 */
#ifndef VMN_BYTES_H
#define VMN_BYTES_H

#include <stdint.h>

static inline uint16_t vmn_be16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t vmn_be24(const uint8_t *at)
{
    return (uint32_t)at[0] << 16 | (uint32_t)vmn_be16(at + 1);
}

static inline uint32_t vmn_be32(const uint8_t *at)
{
    return (uint32_t)vmn_be16(at) << 16 | vmn_be16(at + 2);
}

#endif
