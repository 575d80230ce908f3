/* bursts.c
 * Write down what the decoder decided.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "bursts.h"

#include <string.h>

static uint32_t new_burst(vmn_engine *e)
{
    uint32_t i = e->free_burst;

    if (i == VMN_NONE) {
        i = e->bursts->len;
        g_array_set_size(e->bursts, i + 1);
    } else {
        e->free_burst = VMN_BURST(e, i)->next_tentative;
    }
    memset(VMN_BURST(e, i), 0, sizeof(vmn_burst_data));
    VMN_BURST(e, i)->alive = true;
    return i;
}

static void start_burst(const vmn_decision *d, uint32_t round, const vmn_node *node)
{
    vmn_engine *e = d->engine;
    uint32_t i = new_burst(e);
    vmn_burst_data *b = VMN_BURST(e, i);

    b->stream = d->stream;
    b->first = b->last = round;
    b->track = node->front;
    b->decided_last = d->for_good ? round : VMN_NONE;
    b->before = d->last != VMN_NONE ? VMN_ROUND(e, d->last)->burst : VMN_NONE;
    b->next_tentative = VMN_NONE;
    if (!d->for_good) {
        b->next_tentative = d->stream->tentative;
        d->stream->tentative = i;
    }
    VMN_ROUND(e, round)->burst = i;
}

static void continue_burst(const vmn_decision *d, uint32_t round, const vmn_node *node)
{
    vmn_engine *e = d->engine;
    vmn_round_data *r = VMN_ROUND(e, round);
    uint32_t i = VMN_ROUND(e, node->front.start)->burst;
    vmn_burst_data *b = VMN_BURST(e, i);

    r->burst = i;
    r->previous = b->last;
    r->skipped = node->missing;
    if (node->free &&
        (node->front.schedule != VMN_SCHEDULE_IRREGULAR || vmn_is_unproven(&node->front)))
        r->flags |= VMN_ROUND_FREE;
    if (node->late)
        r->flags |= VMN_ROUND_LATE;
    VMN_ROUND(e, b->last)->next = round;
    b->last = round;
    b->track = node->front;
    if (d->for_good)
        b->decided_last = round;
}

void vmn_decide_round(void *user, const vmn_column *column, const vmn_node *node)
{
    vmn_decision *d = user;
    vmn_round_data *r = VMN_ROUND(d->engine, column->round);

    r->previous = r->next = VMN_NONE;
    r->skipped = 0;
    r->flags &= VMN_ROUND_STORM;
    switch ((vmn_action)node->action) {
    case VMN_ACTION_ABSORB:
        r->flags |= VMN_ROUND_ABSORBED;
        r->previous = d->last;
        r->burst = VMN_ROUND(d->engine, d->last)->burst;
        return; /* d->last stays: it is the round that this one is a sighting of */
    case VMN_ACTION_START:
        start_burst(d, column->round, node);
        break;
    case VMN_ACTION_GO_ON:
        continue_burst(d, column->round, node);
        break;
    }
    d->last = column->round;
}

/* Back to what was decided of a burst (NULL: there is none). */
static void rewind_burst(vmn_engine *e, const vmn_track *track)
{
    uint32_t i;

    if (track == NULL)
        return;
    i = VMN_ROUND(e, track->start)->burst;
    if (i == VMN_NONE || !VMN_BURST(e, i)->alive || VMN_BURST(e, i)->decided_last == VMN_NONE)
        return;
    VMN_BURST(e, i)->last = VMN_BURST(e, i)->decided_last;
    VMN_BURST(e, i)->track = *track;
    VMN_ROUND(e, VMN_BURST(e, i)->last)->next = VMN_NONE;
}

void vmn_forget_tentative(vmn_engine *e, vmn_stream *s)
{
    const vmn_decoder *d = &s->decoder;

    while (s->tentative != VMN_NONE) {
        vmn_burst_data *b = VMN_BURST(e, s->tentative);
        uint32_t next = b->next_tentative;

        b->alive = false;
        b->next_tentative = e->free_burst;
        e->free_burst = s->tentative;
        s->tentative = next;
    }
    if (d->anchored && s->extended) {
        rewind_burst(e, &d->columns[0]->nodes[0].front);
        rewind_burst(e, d->columns[0]->nodes[0].back);
    }
    s->extended = false;
}

static void settle_stream(vmn_engine *e, vmn_stream *s)
{
    uint8_t path[VMN_MAX_COLUMNS + 1];
    vmn_decision d = {.engine = e, .stream = s, .last = s->last_decided};

    if (!s->dirty)
        return;
    vmn_forget_tentative(e, s);
    vmn_decoder_path(&s->decoder, path);
    for (unsigned i = s->decoder.anchored ? 1 : 0; i < s->decoder.n_columns; i++)
        vmn_decide_round(&d, s->decoder.columns[i], &s->decoder.columns[i]->nodes[path[i]]);
    s->extended = true;
    s->dirty = false;
}

void vmn_settle_streams(vmn_engine *e)
{
    for (unsigned i = 0; i < e->stream_list->len; i++)
        settle_stream(e, g_ptr_array_index(e->stream_list, i));
}
