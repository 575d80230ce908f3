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

#define SUFFIX_LEN 96 /* the longest has 3 numbers of 10 digits or a duration */

bool vmn_column_is_shown(const packet_info *pinfo, int column)
{
    return pinfo->cinfo != NULL && pinfo->cinfo->col_first[column] >= 0;
}

bool vmn_field_is_wanted(proto_tree *tree, const header_field_info *field)
{
    const tree_data_t *data = PTREE_DATA(tree);

    return data->visible || field->ref_type != HF_REF_TYPE_NONE ||
           (field->type == FT_PROTOCOL && !data->fake_protocols);
}

bool vmn_info_is_wanted(const packet_info *pinfo)
{
    return vmn_column_is_shown(pinfo, COL_INFO);
}

/*
 * Where the Info column ends, with room for a suffix; NULL where the text does not lie in the one
 * column's own buffer, as ARP leaves it. col_append_str() looks at every octet on its own, which
 * was a tenth of the whole analysis; where it can be, the suffix is made in its place instead.
 */
static char *end_of_info(column_info *cinfo)
{
    const int first = cinfo->col_first[COL_INFO];
    const col_item_t *column = &cinfo->columns[first];
    size_t length;

    if (column->col_data != column->col_buf || cinfo->col_last[COL_INFO] != first ||
        !cinfo->writable || !column->writable)
        return NULL;
    length = strlen(column->col_data);
    return length + SUFFIX_LEN <= COL_MAX_INFO_LEN ? column->col_buf + length : NULL;
}

/* Write the suffix at `at`, which has room for it. */
static void put_suffix(char *at, const vmn_glance *glance)
{
    if (glance->burst == 0) {
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
    vmn_put_text(at, "]");
}

void vmn_info_append(packet_info *pinfo, const vmn_glance *glance)
{
    char text[SUFFIX_LEN], *end;

    if (glance->burst == 0 && glance->answer_to == 0)
        return;
    end = end_of_info(pinfo->cinfo);
    put_suffix(end != NULL ? end : text, glance);
    if (end == NULL)
        col_append_str(pinfo->cinfo, COL_INFO, text);
}
