/* place.h
 * The names of places: interfaces, tags, tunnels.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef VMN_PLACE_H
#define VMN_PLACE_H

#include <epan/packet_info.h>

#include "looks.h"

#define VMN_ADDRESS_LEN 46 /* room for any address as text, NUL included */

/* Name of an interface as the capture gives it ("vmnic0"), or "" when it has none. Valid UTF-8, as
 * long as the file is open. */
const char *vmn_dissector_interface_name(uint32_t interface);

/* The name of the packet's interface, valid UTF-8; NULL where it has none. Freed with g_free(). */
char *vmn_place_interface_of(const packet_info *pinfo);

/* Keep the name of the packet's interface, which has this number in vmn_frame. */
void vmn_place_remember_interface(const packet_info *pinfo, uint32_t interface);

/* An address as text, VMN_ADDRESS_LEN octets; "" where there is none. Returns text. */
const char *vmn_place_address(char *text, const vmn_address *address);

/*
 * Append the name of a place: "tap0", "bond0 (VLAN 100.200)", "interface 1 (VNI 7, 10.0.0.1 to
 * 10.0.0.2)".
 */
void vmn_place_append(GString *text, const vmn_path *path);

/* Append n of them: "a", "a and b", "a, b, c and 2 more". */
void vmn_place_append_list(GString *text, const vmn_path *paths, unsigned n);

/* Forget the names when the file closes. Once. */
void vmn_place_register(void);

#endif
