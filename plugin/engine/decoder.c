/* decoder.c
 * The trellis of one stream: columns come, are decided and go.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "decoder.h"

#include <math.h>
#include <string.h>

#define MOST_SPARES 64 /* of one size */

/* The node with the least cost if nothing follows. */
static uint8_t best_node(const vmn_column *column)
{
    uint8_t best = 0;
    float least = INFINITY;

    /* They are sorted, and no end is a gain. */
    for (uint8_t i = 0; i < column->n_nodes && column->nodes[i].cost < least; i++) {
        float cost = column->nodes[i].cost + column->nodes[i].front.end;

        if (cost < least) {
            least = cost;
            best = i;
        }
    }
    return best;
}

/* How much room that many nodes and bursts beneath take. */
static uint8_t room_for(unsigned nodes, unsigned backs)
{
    return (uint8_t)VMN_COLUMN_ROOMS(nodes * sizeof(vmn_node) + backs * sizeof(vmn_track));
}

/* The bursts beneath of a column that knows how many nodes it has; they lie behind those. */
static vmn_track *backs_of(vmn_column *column)
{
    return (vmn_track *)(column->nodes + column->n_nodes);
}

/* A column that begins like *head. */
static vmn_column *new_column(vmn_decoding *common, const vmn_column *head, uint8_t room)
{
    vmn_spares *spares = &common->spares;
    vmn_column *column = spares->first[room];

    if (column != NULL) {
        spares->first[room] = *(void **)column;
        spares->n[room]--;
    } else {
        column = g_malloc(sizeof(*column) + (size_t)room * VMN_COLUMN_ROOM);
    }
    *column = *head;
    column->room = room;
    return column;
}

/* Columns come and go with every round; malloc would cost as much as the trellis' bookkeeping. */
static void free_column(vmn_decoding *common, vmn_column *column)
{
    vmn_spares *spares = &common->spares;
    uint8_t room = column->room;

    if (spares->n[room] == MOST_SPARES) { /* others need the memory */
        g_free(column);
        return;
    }
    *(void **)column = spares->first[room];
    spares->first[room] = column;
    spares->n[room]++;
}

/* Tell for each of n candidates which burst beneath it has, each once; returns how many. */
static unsigned list_backs(const vmn_candidates *c, unsigned n, const vmn_track **backs,
                           uint8_t *which)
{
    unsigned n_backs = 0;

    for (unsigned k = 0; k < n; k++) {
        const vmn_track *back = c->list[c->order[k]].back;
        unsigned i = 0;

        if (back == NULL)
            continue;
        while (i < n_backs && backs[i] != back)
            i++;
        if (i == n_backs)
            backs[n_backs++] = back;
        which[k] = (uint8_t)i;
    }
    return n_backs;
}

/*
 * A column that begins like *head, of the n candidates to keep. Costs count from the cheapest one
 * on, so that they keep their precision.
 */
static vmn_column *keep(vmn_decoding *common, const vmn_column *head, const vmn_candidates *c,
                        unsigned n)
{
    const vmn_track *backs[VMN_MAX_NODES];
    uint8_t which[VMN_MAX_NODES];
    unsigned n_backs = list_backs(c, n, backs, which);
    vmn_column *column = new_column(common, head, room_for(n, n_backs));
    vmn_track *beneath;

    column->n_nodes = (uint8_t)n;
    beneath = backs_of(column);
    for (unsigned i = 0; i < n_backs; i++)
        beneath[i] = *backs[i];
    for (unsigned k = 0; k < n; k++) {
        vmn_node *node = &column->nodes[k];

        *node = c->list[c->order[k]];
        column->parents[k] = node->parent;
        node->cost -= c->best;
        node->front.end = vmn_track_end_cost(c->rules, &node->front);
        if (node->back != NULL)
            node->back = &beneath[which[k]];
    }
    column->best = best_node(column);
    return column;
}

/* Keep no more than the first node of a column, and give the rest of its memory back. */
static vmn_column *shrink(vmn_decoding *common, vmn_column *column)
{
    const vmn_track *back = column->nodes[0].back;
    uint8_t room = room_for(1, back != NULL);
    vmn_column *small;

    column->n_nodes = 1;
    column->best = 0;
    if (column->room <= room + 1)
        return column;
    small = new_column(common, column, room);
    small->nodes[0] = column->nodes[0];
    if (back != NULL) {
        *backs_of(small) = *back;
        small->nodes[0].back = backs_of(small);
    }
    free_column(common, column);
    return small;
}

void vmn_spares_clear(vmn_spares *spares)
{
    for (unsigned i = 0; i <= VMN_COLUMN_MOST; i++) {
        for (void *next, *column = spares->first[i]; column != NULL; column = next) {
            next = *(void **)column;
            g_free(column);
        }
        spares->first[i] = NULL;
        spares->n[i] = 0;
    }
}

/* Explain the round of *column, which comes after column `before` (NULL: none); returns how many
 * nodes to keep. */
static unsigned explain(vmn_candidates *c, const vmn_decoder *d, vmn_decoding *common,
                        const vmn_column *column, const vmn_column *before)
{
    vmn_question question = {.rules = &common->rules,
                             .when = column->when,
                             .round = column->round,
                             .maybe_copy = column->maybe_copy,
                             .length = d->length,
                             .range = d->range};

    if (before == NULL)
        return vmn_explain(c, &question, NULL, 0, 0);
    return vmn_explain(c, &question, before->nodes, before->n_nodes, before->when);
}

/* Compute column i anew from the one before it. */
static void compute(vmn_decoder *d, vmn_decoding *common, unsigned i)
{
    vmn_candidates c;
    vmn_column *column = d->columns[i];
    unsigned n = explain(&c, d, common, column, i > 0 ? d->columns[i - 1] : NULL);

    d->columns[i] = keep(common, column, &c, n);
    free_column(common, column);
}

void vmn_decoder_clear(vmn_decoder *d)
{
    for (unsigned i = 0; i < d->n_columns; i++)
        g_free(d->columns[i]);
    if (d->columns != d->few)
        g_free(d->columns);
    *d = (vmn_decoder){.length = d->length, .range = d->range};
}

static void make_room(vmn_decoder *d)
{
    if (d->n_columns < d->allocated)
        return;
    if (d->columns == NULL) {
        d->columns = d->few;
        d->allocated = G_N_ELEMENTS(d->few);
        return;
    }
    d->allocated = VMN_MAX_COLUMNS + 1;
    d->columns = g_new(vmn_column *, d->allocated);
    memcpy(d->columns, d->few, sizeof(d->few));
}

bool vmn_decoder_insert(vmn_decoder *d, vmn_decoding *common, uint32_t round, int64_t when,
                        bool maybe_copy, unsigned *at)
{
    vmn_column head = {.when = when, .round = round, .maybe_copy = maybe_copy, .latest = when};
    unsigned place = d->n_columns, n;
    vmn_column *column;
    vmn_candidates c;

    while (place > 0 && d->columns[place - 1]->when > when)
        place--;
    if (place == 0 && d->anchored)
        return false;
    make_room(d);
    n = explain(&c, d, common, &head, place > 0 ? d->columns[place - 1] : NULL);
    column = keep(common, &head, &c, n);
    memmove(d->columns + place + 1, d->columns + place,
            (d->n_columns - place) * sizeof(*d->columns));
    d->columns[place] = column;
    d->n_columns++;
    for (unsigned i = place + 1; i < d->n_columns; i++)
        compute(d, common, i);
    *at = place;
    return true;
}

void vmn_decoder_drop(vmn_decoder *d, unsigned n)
{
    while (n-- > 0)
        g_free(d->columns[--d->n_columns]);
}

void vmn_decoder_remove(vmn_decoder *d, vmn_decoding *common, uint32_t round)
{
    unsigned at = d->anchored ? 1 : 0;

    while (at < d->n_columns && d->columns[at]->round != round)
        at++;
    if (at >= d->n_columns)
        return;
    free_column(common, d->columns[at]);
    d->n_columns--;
    memmove(d->columns + at, d->columns + at + 1, (d->n_columns - at) * sizeof(*d->columns));
    for (; at < d->n_columns; at++)
        compute(d, common, at);
}

const vmn_node *vmn_decoder_best(const vmn_decoder *d)
{
    const vmn_column *last = d->n_columns > 0 ? d->columns[d->n_columns - 1] : NULL;

    return last != NULL ? &last->nodes[last->best] : NULL;
}

void vmn_decoder_path(const vmn_decoder *d, uint8_t *nodes)
{
    unsigned i = d->n_columns;

    if (i == 0)
        return;
    i--;
    nodes[i] = d->columns[i]->best;
    for (; i > 0; i--)
        nodes[i - 1] = d->columns[i]->parents[nodes[i]];
}

/* Forget all columns before `keep`, which becomes the anchor with its one node `node`. */
static void anchor(vmn_decoder *d, vmn_decoding *common, unsigned keep, unsigned node)
{
    vmn_column *column = d->columns[keep];

    for (unsigned i = 0; i < keep; i++)
        free_column(common, d->columns[i]);
    memmove(d->columns, d->columns + keep, (d->n_columns - keep) * sizeof(*d->columns));
    d->n_columns = (uint8_t)(d->n_columns - keep);
    column->nodes[0] = column->nodes[node];
    d->columns[0] = shrink(common, column);
    d->anchored = true;
}

/* Drop the nodes of a column that have no parent; moved[] tells where the others are then. */
static void drop_orphans(vmn_column *column, uint8_t *moved)
{
    unsigned n = 0;

    for (unsigned k = 0; k < column->n_nodes; k++) {
        bool orphan = column->parents[k] == UINT8_MAX;

        moved[k] = orphan ? UINT8_MAX : (uint8_t)n;
        if (orphan)
            continue;
        if (n < k) {
            column->nodes[n] = column->nodes[k];
            column->parents[n] = column->parents[k];
        }
        n++;
    }
    if (n == column->n_nodes)
        return;
    column->n_nodes = (uint8_t)n;
    column->best = best_node(column);
}

/* Drop the nodes of later columns that do not come from node `node` of column `at`. */
static void keep_heirs(vmn_decoder *d, unsigned at, unsigned node)
{
    uint8_t moved[VMN_MAX_NODES];

    memset(moved, UINT8_MAX, sizeof(moved));
    moved[node] = 0; /* where anchor() will put it */
    for (unsigned i = at + 1; i < d->n_columns; i++) {
        vmn_column *column = d->columns[i];

        for (unsigned k = 0; k < column->n_nodes; k++)
            column->parents[k] = moved[column->parents[k]];
        drop_orphans(column, moved);
    }
}

/* The latest column in which all explanations meet in one node; 0 when there is none. */
static unsigned meeting(const vmn_decoder *d, unsigned *node)
{
    unsigned last = d->n_columns - 1U;
    uint32_t alive = (1U << d->columns[last]->n_nodes) - 1;

    for (unsigned i = last; i > 0; i--) {
        uint32_t parents = 0;

        if ((alive & (alive - 1)) == 0) {
            *node = (unsigned)__builtin_ctz(alive);
            return i;
        }
        for (unsigned k = 0; k < d->columns[i]->n_nodes; k++)
            if (alive & (1U << k))
                parents |= 1U << d->columns[i]->parents[k];
        alive = parents;
    }
    return 0;
}

static void report(const vmn_decoder *d, unsigned upto, unsigned node, vmn_decided decided,
                   void *user)
{
    uint8_t path[VMN_MAX_COLUMNS + 1];

    path[upto] = (uint8_t)node;
    for (unsigned i = upto; i > 0; i--)
        path[i - 1] = d->columns[i]->parents[path[i]];
    for (unsigned i = d->anchored ? 1 : 0; i <= upto; i++)
        decided(user, d->columns[i], &d->columns[i]->nodes[path[i]]);
}

void vmn_decoder_decide(vmn_decoder *d, vmn_decoding *common, int64_t horizon, vmn_decided decided,
                        void *user)
{
    unsigned upto, node = 0;

    if (d->n_columns <= VMN_COLUMNS_KEPT)
        return;
    upto = meeting(d, &node);
    while (upto > 0 && d->columns[upto]->when > horizon) {
        node = d->columns[upto]->parents[node];
        upto--;
    }
    if (upto == 0 && d->n_columns == VMN_MAX_COLUMNS) {
        uint8_t path[VMN_MAX_COLUMNS + 1];

        vmn_decoder_path(d, path);
        upto = 1;
        node = path[1];
    }
    if (upto == 0)
        return;
    keep_heirs(d, upto, node);
    report(d, upto, node, decided, user);
    anchor(d, common, upto, node);
}

void vmn_decoder_flush(vmn_decoder *d, vmn_decided decided, void *user)
{
    if (d->n_columns > 0)
        report(d, d->n_columns - 1U, d->columns[d->n_columns - 1]->best, decided, user);
    vmn_decoder_clear(d);
}
