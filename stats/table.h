/* table.h
 * The tables of Statistics ▸ vMotion Notify …, tshark -z and sharkd's nstat.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef VMN_TABLE_H
#define VMN_TABLE_H

/* Register the tables schedule, mac and event with Wireshark. */
void vmn_register_tables(void);

#endif
