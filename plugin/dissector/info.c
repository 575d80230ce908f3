/* info.c
 * The suffix of the Info column.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * It is made for every frame of a list, so it is put together without printf().
 */
#include "compat.h"

#include <string.h>

#include <epan/column-info.h>
#include <epan/packet.h>

#include "info.h"
#include "text.h"

bool vmn_column_is_shown(const packet_info *pinfo, int column)
{
    return pinfo->cinfo != NULL && pinfo->cinfo->col_first[column] >= 0;
}

bool vmn_info_is_wanted(const packet_info *pinfo)
{
    return vmn_column_is_shown(pinfo, COL_INFO);
}

/*
 * Append n octets to the Info column. col_append_str() looks at every octet on its own, which was a
 * tenth of the whole analysis; where the one column has its text in its own buffer, as ARP leaves
 * it, the octets are put behind it here instead.
 */
static void append_to_info(column_info *cinfo, const char *suffix, size_t n)
{
    const int first = cinfo->col_first[COL_INFO];
    const col_item_t *column = &cinfo->columns[first];
    size_t length = strlen(column->col_data);

    if (column->col_data == column->col_buf && cinfo->col_last[COL_INFO] == first &&
        length + n < COL_MAX_INFO_LEN && col_get_writable(cinfo, COL_INFO))
        memcpy(column->col_buf + length, suffix, n + 1);
    else
        col_append_str(cinfo, COL_INFO, suffix);
}

void vmn_info_append(packet_info *pinfo, const vmn_glance *glance)
{
    char text[96]; /* the longest suffix has 3 numbers of 10 digits or a duration */
    char *at = text;

    if (glance->burst == 0) {
        if (glance->answer_to == 0)
            return;
        at = vmn_put_text(at, " [reply to frame ");
        at = vmn_put_number(at, glance->answer_to);
    } else {
        at = vmn_put_text(at, " [burst ");
        at = vmn_put_number(at, glance->burst);
        at = vmn_put_text(at, ", round ");
        at = vmn_put_number(at, glance->round);
        if (glance->sighting > 1) {
            at = vmn_put_text(at, ", sighting ");
            at = vmn_put_number(at, glance->sighting);
        } else if (glance->has_delta) {
            at = vmn_put_text(at, ", ");
            at = vmn_put_duration(at, glance->delta);
        }
    }
    at = vmn_put_text(at, "]");
    append_to_info(pinfo->cinfo, text, (size_t)(at - text));
}
