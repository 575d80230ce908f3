/* canonical.c
 * Answers without numbers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "canonical.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#define SAME_CONFIDENCE 0.001

typedef struct {
    const vmn_engine *engine;
    const capture *changed;
    const vmn_frame **drawn; /* by number; NULL: none */
    unsigned n_drawn;
} speaker;

/* The frame as it was drawn that is at place i (from 0) of the file now, or NULL. */
static const vmn_frame *origin_of(const speaker *s, unsigned i)
{
    uint32_t number = capture_frame(s->changed, i)->frame;

    return number < s->n_drawn ? s->drawn[number] : NULL;
}

/* The MAC of a burst as it was drawn: six octets, or NULL where it is not ours. */
static const uint8_t *mac_of(const speaker *s, const vmn_burst *b)
{
    const vmn_frame *frame = origin_of(s, b->first_frame - 1);

    return frame != NULL ? frame->tha : NULL;
}

static void append_mac(GString *text, const uint8_t *mac)
{
    g_string_append_printf(text, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3],
                           mac[4], mac[5]);
}

static gint compare_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Append the texts in alphabetical order, each once, and free them with their array. */
static void append_set(GString *text, const char *title, GPtrArray *set)
{
    g_ptr_array_sort(set, compare_text);
    g_string_append_printf(text, ", %s", title);
    for (unsigned i = 0; i < set->len; i++)
        if (i == 0 || strcmp(g_ptr_array_index(set, i), g_ptr_array_index(set, i - 1)) != 0)
            g_string_append_printf(text, " %s", (char *)g_ptr_array_index(set, i));
    g_ptr_array_free(set, TRUE);
}

static bool is_there(const vmn_frame *frame, const vmn_path *path)
{
    return frame->interface == path->interface && frame->section == path->section &&
           frame->vni == path->vni && frame->session == path->session &&
           memcmp(&frame->outer_src, &path->outer_src, sizeof(path->outer_src)) == 0 &&
           memcmp(&frame->outer_dst, &path->outer_dst, sizeof(path->outer_dst)) == 0 &&
           frame->n_vlans == path->n_vlans &&
           memcmp(frame->vlans, path->vlans, path->n_vlans * sizeof(*path->vlans)) == 0;
}

/* A place as it was drawn: as that of a frame which is there now. */
static char *place_text(const speaker *s, const vmn_path *path)
{
    GString *text = g_string_new(NULL);
    const vmn_frame *frame = NULL;

    for (unsigned i = 0; i < s->changed->feed->frames->len && frame == NULL; i++)
        if (is_there(capture_frame(s->changed, i), path))
            frame = origin_of(s, i);
    if (frame == NULL)
        return g_string_free(g_string_append(text, "nowhere"), FALSE);
    g_string_printf(text, "if%u", frame->interface);
    for (unsigned i = 0; i < frame->n_vlans; i++)
        g_string_append_printf(text, ".%u", frame->vlans[i]);
    if (frame->vni != VMN_NO_VNI)
        g_string_append_printf(text, "/vni%u-from-%u", frame->vni, frame->outer_src.octets[3]);
    return g_string_free(text, FALSE);
}

static void append_places(const speaker *s, uint32_t i, GString *text)
{
    unsigned n = vmn_engine_burst_paths(s->engine, i, NULL, 0);
    vmn_path *paths = g_new0(vmn_path, n + 1);
    GPtrArray *set = g_ptr_array_new_with_free_func(g_free);

    vmn_engine_burst_paths(s->engine, i, paths, n);
    for (unsigned k = 0; k < n; k++)
        g_ptr_array_add(set, place_text(s, &paths[k]));
    append_set(text, "at", set);
    g_free(paths);
}

static void append_rounds(const speaker *s, const vmn_burst *b, GString *text)
{
    vmn_round r;

    for (uint32_t j = 0; j < b->rounds; j++) {
        vmn_engine_burst_round(s->engine, b->number - 1, j, &r);
        g_string_append_printf(text, "; #%u %+" PRId64 " ns ×%u", r.round, r.when - b->start,
                               r.sightings);
        if (r.has_delta)
            g_string_append_printf(text, " after %" PRId64, r.delta);
        if (r.missing > 0)
            g_string_append_printf(text, " (%u missing)", r.missing);
        if (r.has_expected)
            g_string_append_printf(text, " expected %" PRId64 " off %" PRId64, r.expected,
                                   r.deviation);
        if (r.has_tick)
            g_string_append_printf(text, " tick %u", r.tick);
    }
}

/*
 * The other burst of a companionship, by the moment at which it began: where several MACs are
 * announced at that very moment, which of them is meant is anybody's choice.
 */
static void append_companion(const speaker *s, const char *title, uint32_t number, GString *text)
{
    vmn_burst other;

    if (number == 0)
        return;
    vmn_engine_burst(s->engine, number - 1, &other);
    g_string_append_printf(text, ", %s %" PRId64, title, other.start - s->changed->shift);
}

/* The MACs of the event, and of the bursts that share its host. */
static void append_company(const speaker *s, const vmn_burst *b, GString *text)
{
    GPtrArray *event = g_ptr_array_new_with_free_func(g_free);
    GPtrArray *host = g_ptr_array_new_with_free_func(g_free);
    vmn_burst other;

    for (uint32_t i = 0; i < vmn_engine_n_bursts(s->engine); i++) {
        GString *name = g_string_new(NULL);

        vmn_engine_burst(s->engine, i, &other);
        if (mac_of(s, &other) != NULL && other.event == b->event) {
            append_mac(name, mac_of(s, &other));
            g_ptr_array_add(event, g_strdup(name->str));
        }
        if (mac_of(s, &other) != NULL && b->host > 0 && other.host == b->host) {
            g_string_append_printf(name, "@%" PRId64, other.start - s->changed->shift);
            g_ptr_array_add(host, g_strdup(name->str));
        }
        g_string_free(name, TRUE);
    }
    append_set(text, "event", event);
    append_set(text, "host", host);
}

static void append_burst(const speaker *s, const vmn_burst *b, GString *text)
{
    append_mac(text, mac_of(s, b));
    g_string_append_printf(text, " at %" PRId64 ": %s, %s (also %x), %s, unit %" PRId64,
                           b->start - s->changed->shift, vmn_kind_name(b->kind), b->announcer_name,
                           b->also_fits, b->schedule, b->unit);
    g_string_append_printf(text, ", %u rounds, %u missing, %u before, %u frames, %s", b->rounds,
                           b->missing, b->head_missing, b->frames, vmn_state_name(b->state));
    g_string_append_printf(text, ", span %" PRId64 ", largest %" PRId64 ", edges %d%d, flags %x",
                           b->span, b->max_deviation, b->edge_start, b->edge_end, b->flags);
    append_places(s, b->number - 1, text);
    append_companion(s, "companion", b->companion, text);
    append_companion(s, "companion of", b->companion_of, text);
    append_company(s, b, text);
    append_rounds(s, b, text);
}

typedef struct {
    char *line;
    double confidence;
} burst_line;

static gint compare_lines(gconstpointer a, gconstpointer b)
{
    const burst_line *x = a, *y = b;
    int order = strcmp(x->line, y->line);

    return order != 0 ? order : (x->confidence > y->confidence) - (x->confidence < y->confidence);
}

static GArray *lines_of(const speaker *s)
{
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(burst_line));

    for (uint32_t i = 0; i < vmn_engine_n_bursts(s->engine); i++) {
        GString *text = g_string_new(NULL);
        vmn_burst b;
        burst_line line;

        vmn_engine_burst(s->engine, i, &b);
        if (mac_of(s, &b) != NULL)
            append_burst(s, &b, text);
        line = (burst_line){.confidence = b.confidence};
        line.line = g_string_free(text, FALSE);
        if (line.line[0] != '\0')
            g_array_append_val(lines, line);
        else
            g_free(line.line);
    }
    g_array_sort(lines, compare_lines);
    return lines;
}

answer *answer_new(const vmn_engine *engine, const capture *changed, const capture *drawn)
{
    speaker s = {.engine = engine, .changed = changed};
    answer *a = g_new(answer, 1);
    GArray *lines;

    for (unsigned i = 0; i < drawn->feed->frames->len; i++)
        s.n_drawn = MAX(s.n_drawn, capture_frame(drawn, i)->frame + 1);
    s.drawn = g_new0(const vmn_frame *, s.n_drawn + 1);
    for (unsigned i = 0; i < drawn->feed->frames->len; i++)
        s.drawn[capture_frame(drawn, i)->frame] = capture_frame(drawn, i);
    lines = lines_of(&s);
    a->lines = g_ptr_array_new_with_free_func(g_free);
    a->confidences = g_array_new(FALSE, FALSE, sizeof(double));
    for (unsigned i = 0; i < lines->len; i++) {
        g_ptr_array_add(a->lines, g_array_index(lines, burst_line, i).line);
        g_array_append_val(a->confidences, g_array_index(lines, burst_line, i).confidence);
    }
    g_array_free(lines, TRUE);
    g_free(s.drawn);
    return a;
}

void answer_free(answer *a)
{
    g_ptr_array_free(a->lines, TRUE);
    g_array_free(a->confidences, TRUE);
    g_free(a);
}

static double confidence_at(const answer *a, unsigned i)
{
    return g_array_index(a->confidences, double, i);
}

static bool has_line(const answer *a, const char *line, double confidence)
{
    for (unsigned i = 0; i < a->lines->len; i++)
        if (strcmp(g_ptr_array_index(a->lines, i), line) == 0 &&
            fabs(confidence_at(a, i) - confidence) <= SAME_CONFIDENCE)
            return true;
    return false;
}

bool answer_equal(const answer *a, const answer *b)
{
    if (a->lines->len != b->lines->len)
        return false;
    for (unsigned i = 0; i < a->lines->len; i++)
        if (strcmp(g_ptr_array_index(a->lines, i), g_ptr_array_index(b->lines, i)) != 0 ||
            fabs(confidence_at(a, i) - confidence_at(b, i)) > SAME_CONFIDENCE)
            return false;
    return true;
}

static void append_only(GString *text, const answer *a, const answer *b, char mark)
{
    for (unsigned i = 0; i < a->lines->len; i++)
        if (!has_line(b, g_ptr_array_index(a->lines, i), confidence_at(a, i)))
            g_string_append_printf(text, "%c %s (%.4f)\n", mark,
                                   (char *)g_ptr_array_index(a->lines, i), confidence_at(a, i));
}

char *answer_difference(const answer *a, const answer *b)
{
    GString *text = g_string_new(NULL);

    append_only(text, a, b, '-');
    append_only(text, b, a, '+');
    return g_string_free(text, FALSE);
}
