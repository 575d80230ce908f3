/* json.c
 * The summary as JSON, and its bursts as NDJSON.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "json.h"

#include "cutover_tap.h"
#include "format.h"
#include "json_text.h"
#include "place.h"
#include "switch_rows.h"
#include "tap.h"
#include "tasks_of.h"
#include "text.h"

#define FLUSH_AT 65536 /* octets that are kept back for one write */

typedef struct {
    vmn_json json;
    GString *text; /* scratch */
    FILE *file;
} writer;

/* ---- members ---- */

static void put_null(writer *w)
{
    vmn_json_word(&w->json, "null");
}

static void put_us(writer *w, bool known, int64_t ns)
{
    if (known)
        vmn_json_decimal(&w->json, ns, 3);
    else
        put_null(w);
}

static void put_count(writer *w, uint32_t count)
{
    vmn_json_decimal(&w->json, count, 0);
}

static void add_count(writer *w, const char *name, uint32_t count)
{
    vmn_json_name(&w->json, name);
    put_count(w, count);
}

/* A number that counts from 1; 0 stands for "none". */
static void add_number_or_null(writer *w, const char *name, uint32_t number)
{
    vmn_json_name(&w->json, name);
    if (number == 0)
        put_null(w);
    else
        put_count(w, number);
}

static void add_us(writer *w, const char *name, bool known, int64_t ns)
{
    vmn_json_name(&w->json, name);
    put_us(w, known, ns);
}

static void put_bool(writer *w, bool value)
{
    vmn_json_word(&w->json, value ? "true" : "false");
}

static void add_bool(writer *w, const char *name, bool value)
{
    vmn_json_name(&w->json, name);
    put_bool(w, value);
}

/* NULL is null. */
static void add_string(writer *w, const char *name, const char *value)
{
    vmn_json_name(&w->json, name);
    vmn_json_string(&w->json, value);
}

static void put_mac(writer *w, const uint8_t mac[6])
{
    vmn_json_value(&w->json);
    g_string_append_c(w->json.out, '"');
    vmn_append_mac(w->json.out, mac);
    g_string_append_c(w->json.out, '"');
}

static void add_mac(writer *w, const uint8_t mac[6])
{
    vmn_json_name(&w->json, "mac");
    put_mac(w, mac);
}

/* A point in time as RFC 3339 has it. */
static void add_rfc3339(writer *w, const char *name, int64_t ns)
{
    vmn_json_name(&w->json, name);
    vmn_json_value(&w->json);
    g_string_append_c(w->json.out, '"');
    vmn_append_rfc3339(w->json.out, ns);
    g_string_append_c(w->json.out, '"');
}

/* A point in time twice: name (RFC 3339) and name_epoch (seconds). */
static void add_time(writer *w, const char *name, const char *name_epoch, int64_t ns)
{
    add_rfc3339(w, name, ns);
    vmn_json_name(&w->json, name_epoch);
    vmn_json_decimal(&w->json, ns, 9);
}

static void begin_list(writer *w, const char *name)
{
    vmn_json_name(&w->json, name);
    vmn_json_begin(&w->json, '[');
}

static void end_list(writer *w)
{
    vmn_json_end(&w->json, ']');
}

static void begin_object(writer *w)
{
    vmn_json_begin(&w->json, '{');
}

static void end_object(writer *w)
{
    vmn_json_end(&w->json, '}');
}

static void add_announcers(writer *w, const GPtrArray *names)
{
    begin_list(w, "announcers");
    for (unsigned i = 0; names && i < names->len; i++)
        vmn_json_string(&w->json, g_ptr_array_index(names, i));
    end_list(w);
}

/* ---- a burst ---- */

/* The interface's name; its number as text when it has none. In w->text. */
static const char *interface_text(writer *w, uint32_t interface)
{
    const char *name = vmn_dissector_interface_name(interface);
    if (name && *name)
        return name;
    g_string_printf(w->text, "%u", interface);
    return w->text->str;
}

static void add_interfaces(writer *w, const GArray *paths)
{
    GHashTable *listed = g_hash_table_new(NULL, NULL);
    begin_list(w, "interfaces");
    for (unsigned i = 0; i < paths->len; i++) {
        uint32_t interface = g_array_index(paths, vmn_path, i).interface;
        if (g_hash_table_add(listed, GUINT_TO_POINTER(interface)))
            vmn_json_string(&w->json, interface_text(w, interface));
    }
    end_list(w);
    g_hash_table_destroy(listed);
}

static void add_known(writer *w, bool known, uint32_t number)
{
    if (known)
        put_count(w, number);
    else
        put_null(w);
}

static void add_address(writer *w, const char *name, const vmn_address *address)
{
    char text[VMN_ADDRESS_LEN];
    add_string(w, name, address->family != 0 ? vmn_place_address(text, address) : NULL);
}

/* A seen round of a burst: its position and the paths that saw it. */
typedef struct {
    uint32_t position;
    uint64_t paths;
} path_round;

/* Numbers of the rounds that its k-th path saw, or did not see; null where nobody knows. */
static void add_path_rounds(writer *w, const char *name, const GArray *rounds, unsigned k,
                            bool seen)
{
    vmn_json_name(&w->json, name);
    if (k >= VMN_PLACES_TOLD) {
        put_null(w);
        return;
    }
    vmn_json_begin(&w->json, '[');
    for (unsigned j = 0; j < rounds->len; j++) {
        const path_round *round = &g_array_index(rounds, path_round, j);
        if ((round->paths >> k & 1) == seen)
            put_count(w, round->position);
    }
    end_list(w);
}

static GArray *rounds_of(const vmn_summary *summary, uint32_t i)
{
    uint32_t n = summary->bursts[i].burst.rounds;
    GArray *rounds = g_array_sized_new(FALSE, FALSE, sizeof(path_round), n);
    for (uint32_t j = 0; j < n; j++) {
        vmn_round round;
        vmn_engine_burst_round(summary->engine, i, j, &round);
        path_round item = {round.round, vmn_engine_round_paths(summary->engine, i, j)};
        g_array_append_val(rounds, item);
    }
    return rounds;
}

static void add_paths(writer *w, const vmn_summary *summary, uint32_t burst, const GArray *paths)
{
    GArray *rounds = rounds_of(summary, burst);
    begin_list(w, "paths");
    for (unsigned i = 0; i < paths->len; i++) {
        const vmn_path *path = &g_array_index(paths, vmn_path, i);
        begin_object(w);
        add_string(w, "interface", interface_text(w, path->interface));
        add_count(w, "section", path->section);
        begin_list(w, "vlans");
        for (unsigned j = 0; j < path->n_vlans; j++)
            put_count(w, path->vlans[j]);
        end_list(w);
        vmn_json_name(&w->json, "vni");
        add_known(w, path->vni != VMN_NO_VNI, path->vni);
        add_address(w, "outer_src", &path->outer_src);
        add_address(w, "outer_dst", &path->outer_dst);
        vmn_json_name(&w->json, "session");
        add_known(w, path->session != VMN_NO_SESSION, path->session);
        add_path_rounds(w, "rounds", rounds, i, true);
        add_path_rounds(w, "missing", rounds, i, false);
        end_object(w);
    }
    end_list(w);
    g_array_unref(rounds);
}

static void add_vlans(writer *w, const vmn_summary *summary, uint32_t i)
{
    GArray *vlans = vmn_summary_vlans(summary, i);
    begin_list(w, "vlans");
    for (unsigned j = 0; j < vlans->len; j++)
        put_count(w, g_array_index(vlans, uint16_t, j));
    end_list(w);
    g_array_unref(vlans);
}

/* Three lists of the same length, one item for each interval between two seen rounds. */
static void add_intervals(writer *w, const vmn_summary *summary, uint32_t i)
{
    uint32_t n = summary->bursts[i].burst.rounds;
    vmn_round round;
    begin_list(w, "intervals_us");
    for (uint32_t j = 1; j < n; j++) {
        vmn_engine_burst_round(summary->engine, i, j, &round);
        put_us(w, true, round.delta);
    }
    end_list(w);
    begin_list(w, "expected_us");
    for (uint32_t j = 1; j < n; j++) {
        vmn_engine_burst_round(summary->engine, i, j, &round);
        put_us(w, round.has_expected, round.expected);
    }
    end_list(w);
    begin_list(w, "deviations_us");
    for (uint32_t j = 1; j < n; j++) {
        vmn_engine_burst_round(summary->engine, i, j, &round);
        put_us(w, round.has_expected, round.deviation);
    }
    end_list(w);
}

/* Positions of the rounds that were seen, from 1, missing ones counted. */
static void add_round_numbers(writer *w, const vmn_summary *summary, uint32_t i)
{
    vmn_round round;
    begin_list(w, "round_numbers");
    for (uint32_t j = 0; j < summary->bursts[i].burst.rounds; j++) {
        vmn_engine_burst_round(summary->engine, i, j, &round);
        put_count(w, round.round);
    }
    end_list(w);
}

/* What is worth a second look, as words that scripts can search. */
static void add_notes(writer *w, unsigned flags)
{
    static const struct {
        unsigned flag;
        const char *word;
    } notes[] = {{VMN_FLAG_OFF_SCHEDULE, "off schedule"},
                 {VMN_FLAG_RESTART, "restart"},
                 {VMN_FLAG_BEGAN_BEFORE, "may have begun before the capture"},
                 {VMN_FLAG_MAY_GO_ON, "may go on after the capture"},
                 {VMN_FLAG_STORM, "storm"},
                 {VMN_FLAG_SEVERAL_HOSTS, "several hosts"},
                 {VMN_FLAG_ANSWERED, "answered"},
                 {VMN_FLAG_CLIENT_BY_TIMING, "client by timing alone"}};
    begin_list(w, "notes");
    for (unsigned i = 0; i < G_N_ELEMENTS(notes); i++)
        if (flags & notes[i].flag)
            vmn_json_string(&w->json, notes[i].word);
    end_list(w);
}

/* How sure the announcer is, who else it may be, and what is missing before the first seen round.
 */
static void add_doubt(writer *w, const vmn_burst *burst)
{
    vmn_json_name(&w->json, "confidence");
    vmn_json_decimal(&w->json, vmn_ten_thousandths(burst->confidence), 4);
    begin_list(w, "also_fits");
    for (unsigned i = 0; i < VMN_ANNOUNCERS; i++)
        if (burst->also_fits & 1U << i)
            vmn_json_string(&w->json, vmn_announcer_name((vmn_announcer)i));
    end_list(w);
    add_number_or_null(w, "head_missing", burst->head_missing);
}

/* ---- cut-over, switch ---- */

static void add_text(writer *w, const char *name, GString *text)
{
    add_string(w, name, text->str);
    g_string_free(text, TRUE);
}

/* Tags, and the tunnel where there is one. */
static void add_sight_path(writer *w, const vmn_path *path)
{
    begin_list(w, "vlans");
    for (unsigned i = 0; i < path->n_vlans; i++)
        put_count(w, path->vlans[i]);
    end_list(w);
    if (path->vni != VMN_NO_VNI)
        add_count(w, "vni", path->vni);
    if (path->session != VMN_NO_SESSION)
        add_count(w, "session", path->session);
    if (path->outer_src.family != 0)
        add_address(w, "outer_src", &path->outer_src);
}

/* A frame by the name of a member: null, or where and when it was, start being the burst's. */
static void add_sight(writer *w, const char *name, bool known, const vmn_sight *sight,
                      int64_t start)
{
    GString *path = g_string_new(NULL);
    vmn_json_name(&w->json, name);
    if (!known) {
        g_string_free(path, TRUE);
        put_null(w);
        return;
    }
    vmn_cutover_append_path(path, sight, false);
    begin_object(w);
    add_count(w, "frame", sight->frame);
    vmn_json_name(&w->json, "time_epoch");
    vmn_json_decimal(&w->json, sight->when, 9);
    add_us(w, "offset_us", true, vmn_time_between(start, sight->when));
    add_text(w, "interface", path);
    add_sight_path(w, vmn_cutover_path(sight));
    if (sight->says)
        add_string(w, "says", vmn_cutover_says(sight));
    end_object(w);
}

/* Where the machine went, and when it was there for others. */
static void add_move(writer *w, const vmn_around *around)
{
    vmn_json_name(&w->json, "moved");
    if (around->moved == VMN_MOVED_UNKNOWN)
        put_null(w);
    else
        put_bool(w, around->moved == VMN_MOVED_YES);
    add_number_or_null(w, "first_traffic_frame", around->has_traffic ? around->traffic.frame : 0);
    add_us(w, "silence_traffic_us", around->has_silence_traffic, around->silence_traffic);
    vmn_json_name(&w->json, "unanswered");
    add_known(w, around->has_unanswered, around->unanswered);
    add_number_or_null(w, "early_frame", around->has_early ? around->early.frame : 0);
}

/* Only where it was asked for: how long the MAC was silent around the burst's first round. */
static void add_cutover(writer *w, const vmn_summary *summary, uint32_t i)
{
    int64_t start = summary->bursts[i].burst.start;
    vmn_around around;
    if (!vmn_cutover_is_asked())
        return;
    vmn_cutover_of_burst(summary, i, &around);
    vmn_json_name(&w->json, "cutover");
    begin_object(w);
    add_us(w, "silence_us", around.has_before && around.has_after,
           vmn_time_between(around.before.when, around.after.when));
    add_sight(w, "last_before", around.has_before, &around.before, start);
    add_sight(w, "first_after", around.has_after, &around.after, start);
    add_sight(w, "own_announcement", around.has_own, &around.own, start);
    add_move(w, &around);
    add_string(w, "note", vmn_cutover_note(&around));
    end_object(w);
}

/* Only where the switch's table is known: what it has for the MAC. */
static void add_switch(writer *w, const vmn_summary *summary, uint32_t i)
{
    vmn_switch_answer answer;
    vmn_switch_of_mac(summary, i, &answer);
    if (!answer.known)
        return;
    vmn_json_name(&w->json, "switch");
    begin_object(w);
    add_string(w, "entry", answer.state);
    vmn_json_name(&w->json, "port");
    vmn_json_string(&w->json, answer.entry ? answer.entry->port : NULL);
    vmn_json_name(&w->json, "vlan");
    if (answer.entry && answer.entry->vlan != VMN_NO_VLAN)
        put_count(w, answer.entry->vlan);
    else
        put_null(w);
    vmn_json_name(&w->json, "vlan_name");
    vmn_json_string(&w->json,
                    answer.entry && *answer.entry->vlan_name ? answer.entry->vlan_name : NULL);
    add_bool(w, "remote", answer.remote);
    add_string(w, "vtep", answer.vtep);
    add_count(w, "entries", answer.entries);
    vmn_json_name(&w->json, "companion");
    if (answer.companion)
        put_mac(w, answer.companion);
    else
        put_null(w);
    vmn_json_name(&w->json, "same_port");
    if (answer.same == VMN_PORT_UNKNOWN)
        put_null(w);
    else
        put_bool(w, answer.same == VMN_PORT_SAME);
    end_object(w);
}

static void put_burst(writer *w, const vmn_summary *summary, uint32_t i)
{
    const vmn_burst *burst = &summary->bursts[i].burst;
    GArray *paths = vmn_summary_paths(summary, i);
    begin_object(w);
    add_count(w, "burst", burst->number);
    add_mac(w, burst->mac);
    add_string(w, "kind", vmn_kind_name(burst->kind));
    add_vlans(w, summary, i);
    add_interfaces(w, paths);
    add_paths(w, summary, i, paths);
    add_string(w, "announcer", burst->announcer_name);
    add_string(w, "schedule", burst->schedule);
    add_us(w, "unit_us", burst->unit != 0, burst->unit);
    add_count(w, "rounds", burst->rounds);
    add_count(w, "missing", burst->missing);
    add_count(w, "frames", burst->frames);
    add_count(w, "first_frame", burst->first_frame);
    add_count(w, "last_frame", burst->last_frame);
    add_time(w, "start", "start_epoch", burst->start);
    add_us(w, "span_us", true, burst->span);
    add_round_numbers(w, summary, i);
    add_intervals(w, summary, i);
    add_us(w, "max_deviation_us", burst->has_max_deviation, burst->max_deviation);
    add_string(w, "state", vmn_state_name(burst->state));
    add_bool(w, "edge_start", burst->edge_start);
    add_bool(w, "edge_end", burst->edge_end);
    add_number_or_null(w, "event", burst->event);
    add_number_or_null(w, "host", burst->host);
    add_number_or_null(w, "companion_of", burst->companion_of);
    add_number_or_null(w, "companion", burst->companion);
    add_notes(w, burst->flags);
    add_doubt(w, burst);
    add_cutover(w, summary, i);
    end_object(w);
    g_array_unref(paths);
}

/* ---- a MAC, an event ---- */

static void put_mac_summary(writer *w, const vmn_summary *summary, uint32_t i)
{
    const vmn_summary_mac *mac = &summary->macs[i];
    begin_object(w);
    add_mac(w, mac->mac);
    add_count(w, "bursts", mac->bursts);
    add_count(w, "rounds", mac->rounds);
    add_count(w, "missing", mac->missing);
    add_count(w, "frames", mac->frames);
    add_announcers(w, mac->announcers);
    add_count(w, "first_frame", mac->first_frame);
    add_time(w, "first_seen", "first_seen_epoch", mac->first_seen);
    add_time(w, "last_seen", "last_seen_epoch", mac->last_seen);
    add_us(w, "largest_silence_us", mac->has_silence, mac->silence);
    add_switch(w, summary, i);
    end_object(w);
}

/* macs: room for summary->n_macs numbers. */
static void put_event(writer *w, vmn_summary *summary, uint32_t i, uint32_t *macs)
{
    const vmn_summary_event *event = &summary->events[i];
    begin_object(w);
    add_count(w, "event", event->event.number);
    add_count(w, "macs", event->event.macs);
    add_count(w, "bursts", event->event.n_bursts);
    add_count(w, "rounds", event->rounds);
    add_count(w, "missing", event->missing);
    add_count(w, "frames", event->frames);
    add_announcers(w, event->announcers);
    add_count(w, "first_frame", event->event.first_frame);
    add_time(w, "start", "start_epoch", event->event.start);
    add_us(w, "span_us", true, event->event.span);
    begin_list(w, "mac_list");
    uint32_t n = vmn_summary_event_macs(summary, i, macs, summary->n_macs);
    for (uint32_t j = 0; j < n; j++)
        put_mac(w, summary->macs[macs[j]].mac);
    end_list(w);
    begin_list(w, "burst_list");
    for (uint32_t j = 0; j < event->event.n_bursts; j++)
        put_count(w, summary->event_bursts[event->members + j] + 1);
    end_list(w);
    end_object(w);
}

/* ---- a task ---- */

static void put_task(writer *w, const vmn_summary *summary, const vmn_tasks_of *of, unsigned i)
{
    const vmn_task *task = vmn_tasks_get(summary->tasks, i);
    GArray *bursts = vmn_tasks_of_task(of, i);
    begin_object(w);
    add_string(w, "name", *task->name ? task->name : NULL);
    add_string(w, "target", *task->target ? task->target : NULL);
    add_rfc3339(w, "start", task->start);
    add_rfc3339(w, "end", task->end);
    begin_list(w, "bursts");
    for (unsigned j = 0; j < bursts->len; j++) {
        const vmn_task_burst *touch = &g_array_index(bursts, vmn_task_burst, j);
        begin_object(w);
        add_count(w, "burst", summary->bursts[touch->burst].burst.number);
        add_us(w, "after_start_us", true, touch->after_start);
        add_us(w, "before_end_us", true, touch->before_end);
        end_object(w);
    }
    end_list(w);
    end_object(w);
    g_array_unref(bursts);
}

/* ---- documents ---- */

/* Pass on what was written, when it is much or `all` is asked for. */
static void flush(writer *w, bool all)
{
    if (w->json.out->len < FLUSH_AT && !all)
        return;
    fwrite(w->json.out->str, 1, w->json.out->len, w->file); /* the caller looks at ferror() */
    g_string_truncate(w->json.out, 0);
}

/* A list of the document has a line for each item, and a bracket alone on the line after the last.
 */
static void begin_line(writer *w)
{
    flush(w, false);
    if (w->json.needs_comma)
        g_string_append_c(w->json.out, ',');
    w->json.needs_comma = false;
    g_string_append(w->json.out, "\n    ");
}

static void begin_lines(writer *w, const char *name)
{
    g_string_append_printf(w->json.out, ",\n  \"%s\": [", name);
    w->json.needs_comma = false;
}

static void end_lines(writer *w)
{
    g_string_append(w->json.out, w->json.needs_comma ? "\n  ]" : "]");
}

static void print_macs(writer *w, const vmn_summary *summary)
{
    begin_lines(w, "macs");
    for (uint32_t i = 0; i < summary->n_macs; i++) {
        if (!summary->macs[i].listed)
            continue;
        begin_line(w);
        put_mac_summary(w, summary, i);
    }
    end_lines(w);
}

static void print_bursts(writer *w, const vmn_summary *summary)
{
    begin_lines(w, "bursts");
    for (uint32_t i = 0; i < summary->n_bursts; i++) {
        if (!summary->bursts[i].listed)
            continue;
        begin_line(w);
        put_burst(w, summary, i);
    }
    end_lines(w);
}

static void print_events(writer *w, vmn_summary *summary)
{
    uint32_t *macs = g_new(uint32_t, summary->n_macs);
    begin_lines(w, "events");
    for (uint32_t i = 0; i < summary->n_events; i++) {
        if (!summary->events[i].listed)
            continue;
        begin_line(w);
        put_event(w, summary, i, macs);
    }
    end_lines(w);
    g_free(macs);
}

/* Only where tasks were read. */
static void print_tasks(writer *w, const vmn_summary *summary)
{
    if (!summary->tasks)
        return;
    vmn_tasks_of *of = vmn_tasks_of_new(summary, summary->tasks);
    begin_lines(w, "tasks");
    for (unsigned i = 0; i < vmn_tasks_size(summary->tasks); i++) {
        begin_line(w);
        put_task(w, summary, of, i);
    }
    end_lines(w);
    vmn_tasks_of_free(of);
}

static void begin_document(writer *w, FILE *file)
{
    *w = (writer){.json = {.out = g_string_new(NULL)}, .text = g_string_new(NULL), .file = file};
}

static void end_document(writer *w)
{
    flush(w, true);
    g_string_free(w->json.out, TRUE);
    g_string_free(w->text, TRUE);
}

void vmn_json_print(vmn_summary *summary, FILE *out)
{
    writer w;
    begin_document(&w, out);
    g_string_append_printf(w.json.out, "{\n  \"format\": %d", VMN_JSON_FORMAT);
    print_macs(&w, summary);
    print_bursts(&w, summary);
    print_events(&w, summary);
    print_tasks(&w, summary);
    g_string_append(w.json.out, "\n}\n");
    end_document(&w);
}

void vmn_ndjson_print(vmn_summary *summary, FILE *out)
{
    writer w;
    begin_document(&w, out);
    for (uint32_t i = 0; i < summary->n_bursts; i++) {
        if (!summary->bursts[i].listed)
            continue;
        w.json.needs_comma = false;
        put_burst(&w, summary, i);
        g_string_append_c(w.json.out, '\n');
        flush(&w, false);
    }
    end_document(&w);
}
