/* macwords.h
 * The words of a line that a switch prints: what each of them can be.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * C and GLib only, no Wireshark header.
 */
#ifndef VMN_MACWORDS_H
#define VMN_MACWORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VMN_MAX_WORDS 48 /* of a line; what follows cannot be a table's row */
#define VMN_MAX_WORD 96  /* octets; no switch has a longer port or VLAN name */
#define VMN_NO_VLAN 0xFFFF

/* A word of a line: not terminated. */
typedef struct {
    const char *text;
    size_t len;
    unsigned at; /* where it begins, in characters from 0, tabs expanded */
} vmn_word;

/* Part a line at blanks, control characters and the bars of drawn tables; returns how many words.
 */
unsigned vmn_words_split(const char *text, size_t len, vmn_word words[VMN_MAX_WORDS]);

/* Without regard to case: is it this text, one of a list that ends with NULL; does it begin with
 * this text, hold it? */
bool vmn_word_is(vmn_word w, const char *text);
bool vmn_word_is_one_of(vmn_word w, const char *const *list);
bool vmn_word_begins(vmn_word w, const char *text);
bool vmn_word_holds(vmn_word w, const char *text);

/* Any digit, letter, slash in it? */
bool vmn_word_has_digit(vmn_word w);
bool vmn_word_has_letter(vmn_word w);
bool vmn_word_has_slash(vmn_word w);

/* A number of at most six digits, as VLANs and ages are. */
bool vmn_word_number(vmn_word w, unsigned *value);

/* A MAC in any notation: 0050.5660.e5ed, 00:50:56:60:e5:ed, 0:50:56:60:e5:ed, 00-50-56-60-E5-ED,
 * 005056-60e5ed, 0050-5660-e5ed, 0050:5660:e5ed, 00505660e5ed. Exactly `len` characters. */
bool vmn_mac_parse(const char *text, size_t len, uint8_t mac[6]);

/* The same of a word, which may have a mark before or after it. */
bool vmn_word_mac(vmn_word w, uint8_t mac[6]);
/* Was this meant to be a MAC? Ten to fourteen hexadecimal digits with two separators of one kind.
 */
bool vmn_word_resembles_mac(vmn_word w);

/* Entry types and flags, which are no port, whatever they look like. */
bool vmn_word_is_type(vmn_word w);

/* Gi0/6, Eth1/6, ge-0/0/6.0, Po1, 1/1/6: letters and a digit, or a digit and a slash. */
bool vmn_word_is_port(vmn_word w);
/* Ports that have no digit: CPU, Router, vPC. */
bool vmn_word_is_plain_port(vmn_word w);

/* An IPv4 or IPv6 address; an Ethernet segment, ten octets. */
bool vmn_word_is_ip(vmn_word w);
bool vmn_word_is_segment(vmn_word w);

/* A VLAN's number, VMN_NO_VLAN for none. Names count when they are a "vlan" and a number: v50,
 * vlan50, VLAN0050, vlan-50, servers(0050). */
uint16_t vmn_word_vlan(vmn_word w);
/* vlan50, vlan-50: a VLAN that says that it is one. */
bool vmn_word_is_named_vlan(vmn_word w);

#endif
