/* replies.c
 * Requests and their replies.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "replies.h"

#define REPLY_WINDOW (10 * VMN_S) /* a reply belongs to a request this long before it */
#define MOST_STREAMS 64           /* of a MAC on more paths, only the first in its list are asked */

void vmn_note_named(vmn_engine *e, uint32_t record, vmn_mac *mac, int64_t when)
{
    e->last_stream = NULL;
    VMN_RECORD(e, record)->when = when;
    g_hash_table_insert(e->replies, GUINT_TO_POINTER(record + 1), mac);
}

void vmn_take_reply(vmn_engine *e, uint32_t record, vmn_mac *mac, int64_t when)
{
    uint32_t found = VMN_NONE, first;
    int64_t latest = INT64_MIN;
    unsigned asked = 0;

    vmn_note_named(e, record, mac, when);
    for (vmn_stream *s = mac->streams; s != NULL && asked < MOST_STREAMS; s = s->next, asked++) {
        for (unsigned i = 0; i < s->decoder.n_columns; i++) {
            const vmn_column *c = s->decoder.columns[i];

            if (c->when >= latest && c->when - e->decoding.rules.copy_window <= when &&
                vmn_distance(c->when, when) <= (uint64_t)REPLY_WINDOW) {
                latest = c->when;
                found = c->round;
                s->dirty = true;
            }
        }
    }
    if (found == VMN_NONE)
        return;
    mac->client = true;
    g_hash_table_insert(e->answer_to, GUINT_TO_POINTER(record + 1), GUINT_TO_POINTER(found + 1));
    first = GPOINTER_TO_UINT(g_hash_table_lookup(e->answers, GUINT_TO_POINTER(found + 1)));
    if (first == 0 || VMN_RECORD(e, record)->frame < first)
        g_hash_table_insert(e->answers, GUINT_TO_POINTER(found + 1),
                            GUINT_TO_POINTER(VMN_RECORD(e, record)->frame));
}

void vmn_forget_reply(vmn_engine *e, uint32_t record)
{
    g_hash_table_remove(e->answer_to, GUINT_TO_POINTER(record + 1));
    g_hash_table_remove(e->replies, GUINT_TO_POINTER(record + 1));
}

uint32_t vmn_answered_round(const vmn_engine *e, uint32_t record)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(e->answer_to, GUINT_TO_POINTER(record + 1)));
}

void vmn_set_answered_round(vmn_engine *e, uint32_t record, uint32_t round)
{
    if (round > 0)
        g_hash_table_insert(e->answer_to, GUINT_TO_POINTER(record + 1), GUINT_TO_POINTER(round));
    else
        g_hash_table_remove(e->answer_to, GUINT_TO_POINTER(record + 1));
}

static gboolean is_from(gpointer key, gpointer frame, gpointer n_rounds)
{
    (void)frame;
    return GPOINTER_TO_UINT(key) > GPOINTER_TO_UINT(n_rounds);
}

void vmn_forget_answers(vmn_engine *e, uint32_t n_rounds)
{
    g_hash_table_foreach_remove(e->answers, is_from, GUINT_TO_POINTER(n_rounds));
}

void vmn_resolve_answers(vmn_engine *e)
{
    GHashTableIter iter;
    gpointer key, value;

    g_hash_table_remove_all(e->answered);
    g_hash_table_iter_init(&iter, e->answers);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        uint32_t round = vmn_effective_round(e, GPOINTER_TO_UINT(key) - 1);
        gpointer shown = GUINT_TO_POINTER(round + 1);
        uint32_t frame = GPOINTER_TO_UINT(value);
        uint32_t other = GPOINTER_TO_UINT(g_hash_table_lookup(e->answered, shown));

        if (other == 0 || frame < other)
            g_hash_table_insert(e->answered, shown, value);
    }
}

uint32_t vmn_answer_to(const vmn_engine *e, uint32_t record)
{
    uint32_t request;

    if (g_hash_table_size(e->replies) == 0)
        return 0; /* as in most captures */
    request = vmn_answered_round(e, record);
    return request > 0 ? VMN_ROUND(e, vmn_effective_round(e, request - 1))->frame : 0;
}
