/* report.c
 * What a capture's announcements tell, in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The verdict, what happened, the bursts, the timeline, the cut-over and the switch's table where
 * they were asked for, what is worth a look, what was left out, where it comes from. Parts that
 * have nothing to say are not there.
 */
#include "report.h"

#include "burst_words.h"
#include "bytes.h"
#include "compat.h"
#include "cutover_tap.h"
#include "format.h"
#include "origin.h"
#include "preferences.h"
#include "switch_rows.h"
#include "tap.h"
#include "tasks_of.h"

#include <epan/packet.h>

#include <string.h>

/* Without the preference report_all no more than so many are told. */
#define MOST_EVENTS 20
#define MOST_GROUPS 10 /* of an event, each with words of its own */
#define MOST_BURSTS 40
#define MOST_INTERVALS 40 /* of a burst */
#define MOST_HOSTS 10
#define MOST_IN_A_WARNING 10
#define MOST_SENTENCES 10 /* of a kind */

/* Of no more bursts than these, what was said of each is not said of all again. */
#define FEW_BURSTS 3

/* So many MACs of so many vendors, each announced once at one moment, look like a flood. */
#define FLOOD_MACS 8
#define FLOOD_VENDORS 3

/* Bursts of one machine's adapters begin no further apart than this. */
#define ADAPTERS_APART (5 * VMN_MS)

typedef struct {
    vmn_document *document;
    vmn_summary *summary;
    uint32_t *order;      /* listed bursts by start: indices … */
    uint32_t n;           /* … so many */
    uint32_t *previous;   /* of each burst: the one of its MAC before it, by start, or VMN_NONE */
    GHashTable *answers;  /* index of a burst → GPtrArray of const vmn_reply * */
    uint32_t unanswering; /* replies that answer no request of the capture */
    bool all;             /* leave nothing out */
} story;

static const vmn_burst *burst_at(const story *s, uint32_t i)
{
    return &s->summary->bursts[i].burst;
}

static bool is_request(const vmn_burst *burst)
{
    return burst->kind == VMN_KIND_REQUEST;
}

/* How many of n are told. */
static uint32_t limited(const story *s, uint32_t n, uint32_t most)
{
    return s->all ? n : MIN(n, most);
}

static void add(story *s, vmn_block_kind kind, GString *text)
{
    vmn_document_add(s->document, kind, g_string_free(text, FALSE));
}

static void add_words(story *s, vmn_block_kind kind, const char *text)
{
    vmn_document_add(s->document, kind, g_strdup(text));
}

/* "… and 12 more events; the preference report_all shows them". */
static void add_rest(story *s, uint32_t more, const char *noun)
{
    GString *text = g_string_new("… and ");
    if (more == 0) {
        g_string_free(text, TRUE);
        return;
    }
    vmn_append_count(text, more, noun);
    g_string_append(text, "; the preference report_all shows them");
    add(s, VMN_BLOCK_PARAGRAPH, text);
}

/* ---- what the parts are made from ---- */

/* Which burst of the same MAC came before. */
static void find_previous(story *s)
{
    uint32_t n, *order = vmn_summary_by_start(s->summary, false, &n);
    uint32_t *last = g_new(uint32_t, s->summary->n_macs);
    for (uint32_t i = 0; i < s->summary->n_macs; i++)
        last[i] = VMN_NONE;
    s->previous = g_new(uint32_t, s->summary->n_bursts);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t *of_mac = &last[s->summary->bursts[order[i]].mac];
        s->previous[order[i]] = *of_mac;
        *of_mac = order[i];
    }
    g_free(last);
    g_free(order);
}

static void free_list(void *list)
{
    g_ptr_array_unref(list);
}

/* Which burst each reply answers. */
static void find_answers(story *s)
{
    const vmn_others *others = vmn_others_seen();
    s->answers = g_hash_table_new_full(NULL, NULL, NULL, free_list);
    for (unsigned k = 0; others->replies && s->summary->engine && k < others->replies->len; k++) {
        const vmn_reply *reply = &g_array_index(others->replies, vmn_reply, k);
        vmn_view view;
        vmn_engine_view(s->summary->engine, reply->record, &view);
        uint32_t request =
            view.answer_to == 0 ? VMN_NONE : vmn_engine_find(s->summary->engine, view.answer_to, 0);
        uint32_t burst =
            request == VMN_NONE ? VMN_NONE : vmn_engine_burst_of(s->summary->engine, request);
        if (burst == VMN_NONE) {
            s->unanswering++;
            continue;
        }
        GPtrArray *list = g_hash_table_lookup(s->answers, GUINT_TO_POINTER(burst));
        if (!list) {
            list = g_ptr_array_new();
            g_hash_table_insert(s->answers, GUINT_TO_POINTER(burst), list);
        }
        g_ptr_array_add(list, (gpointer)reply);
    }
}

/* ---- the verdict ---- */

/* What the listed MACs did. A MAC counts once, as the first of these that holds. */
typedef struct {
    uint32_t announced, requests, companions, answered;
    uint32_t bursts, unknown; /* announced bursts, those of an unknown sender */
    uint32_t missing, early, open, complete, unscheduled, restarts;
    unsigned flags; /* of all of them */
} deeds;

enum { MAC_UNSEEN = 0, MAC_COMPANION, MAC_REQUEST, MAC_ANSWERED, MAC_ANNOUNCED };

static uint8_t deed_of(const story *s, uint32_t i)
{
    if (is_request(burst_at(s, i)))
        return burst_at(s, i)->flags & VMN_FLAG_ANSWERED ? MAC_ANSWERED : MAC_REQUEST;
    return vmn_burst_outer(s->summary, i) != VMN_NONE ? MAC_COMPANION : MAC_ANNOUNCED;
}

static void count_macs(const story *s, deeds *d)
{
    uint8_t *kinds = g_new0(uint8_t, s->summary->n_macs);
    for (uint32_t k = 0; k < s->n; k++) {
        uint8_t *kind = &kinds[s->summary->bursts[s->order[k]].mac];
        *kind = MAX(*kind, deed_of(s, s->order[k]));
    }
    for (uint32_t i = 0; i < s->summary->n_macs; i++) {
        d->announced += kinds[i] == MAC_ANNOUNCED;
        d->requests += kinds[i] == MAC_REQUEST || kinds[i] == MAC_ANSWERED;
        d->answered += kinds[i] == MAC_ANSWERED;
        d->companions += kinds[i] == MAC_COMPANION;
    }
    g_free(kinds);
}

static void count_burst(const vmn_burst *burst, deeds *d)
{
    d->flags |= burst->flags;
    d->missing += burst->missing + burst->head_missing;
    d->bursts++;
    d->unknown += burst->announcer == VMN_ANNOUNCER_UNKNOWN;
    if (burst->flags & (VMN_FLAG_BEGAN_BEFORE | VMN_FLAG_MAY_GO_ON) ||
        burst->state == VMN_STATE_CAPTURE_END)
        d->open++;
    else if (burst->state == VMN_STATE_EARLY)
        d->early++;
    else if (burst->state == VMN_STATE_COMPLETE)
        d->complete++;
    else if (burst->state == VMN_STATE_SINGLE)
        d->unscheduled++;
    d->restarts += (burst->flags & VMN_FLAG_RESTART) != 0;
}

static void count_deeds(const story *s, deeds *d)
{
    memset(d, 0, sizeof *d);
    count_macs(s, d);
    for (uint32_t k = 0; k < s->n; k++)
        if (deed_of(s, s->order[k]) == MAC_ANNOUNCED)
            count_burst(burst_at(s, s->order[k]), d);
}

static void append_subject(GString *text, const deeds *d)
{
    if (d->announced == 1 && d->companions == 1)
        g_string_append(text, "One machine with a nested guest was announced");
    else if (d->announced == 1 && d->companions > 1)
        g_string_append_printf(text, "One machine with %u nested guests was announced",
                               d->companions);
    else if (d->announced + d->companions == 1)
        g_string_append(text, "One MAC was announced");
    else if (d->announced + d->companions > 1)
        g_string_append_printf(text, "%u MACs were announced", d->announced + d->companions);
    if (d->announced > 1 && d->companions > 0)
        g_string_append_printf(text, ", %u of them along with others", d->companions);
    if (d->requests == 0)
        return;
    g_string_append(text, text->len > 0 ? ", and " : "");
    if (d->requests == 1)
        g_string_append(text, text->len > 0 ? "one MAC" : "One MAC");
    else
        vmn_append_count(text, d->requests, "MAC");
    g_string_append(text, " asked for an address");
    if (d->answered == d->requests)
        g_string_append(text, "; a server answered");
    else if (d->answered > 0)
        g_string_append_printf(text, "; a server answered %u of them", d->answered);
    else
        g_string_append(text,
                        d->requests == 1 ? "; no answer was captured" : "; none was answered");
}

/* Who sends so: each name once, in order of the bursts. */
static void append_senders(GString *text, const story *s, const deeds *d)
{
    GPtrArray *names = g_ptr_array_new();
    for (uint32_t k = 0; k < s->n; k++) {
        const vmn_burst *burst = burst_at(s, s->order[k]);
        if (deed_of(s, s->order[k]) == MAC_ANNOUNCED && burst->announcer != VMN_ANNOUNCER_UNKNOWN &&
            !g_ptr_array_find_with_equal_func(names, burst->announcer_name, g_str_equal, NULL))
            g_ptr_array_add(names, (gpointer)burst->announcer_name);
    }
    if (names->len > 0) {
        g_string_append(text, "; consistent with ");
        vmn_append_list(text, names, VMN_MACS_TOLD);
        if (d->unknown > 0) {
            g_string_append(text, ", the sender of ");
            vmn_append_count(text, d->unknown, "burst");
            g_string_append(text, " is unknown");
        }
    } else if (d->bursts > 0) {
        g_string_append(text, "; the sender is unknown");
    }
    g_ptr_array_unref(names);
}

static void append_losses(GString *text, const deeds *d)
{
    if (d->restarts > 0) {
        g_string_append(text, "; ");
        vmn_append_count(text, d->restarts, "restart");
    }
    if (d->missing > 0) {
        g_string_append(text, "; ");
        vmn_append_count(text, d->missing, "round");
        g_string_append(text, d->missing == 1 ? " is missing" : " are missing");
    }
    if (d->open > 0) {
        g_string_append(text, "; ");
        if (d->bursts > 1)
            g_string_append_printf(text, "%u bursts", d->open);
        else
            g_string_append(text, "it");
        g_string_append(text, " may reach beyond the capture");
    }
    if (d->missing == 0 && d->open == 0 && d->early == 0 && d->complete > 0 && d->unscheduled == 0)
        g_string_append(text, "; nothing is missing");
    if (d->flags & VMN_FLAG_SEVERAL_HOSTS)
        g_string_append(text, "; several hosts seem to announce one MAC");
    if (d->flags & VMN_FLAG_STORM)
        g_string_append(text, "; some come far too often, possibly a storm or a loop");
}

static void add_verdict(story *s)
{
    GString *text = g_string_new(NULL);
    deeds d;
    count_deeds(s, &d);
    append_subject(text, &d);
    append_senders(text, s, &d);
    append_losses(text, &d);
    g_string_append_c(text, '.');
    add(s, VMN_BLOCK_VERDICT, text);
}

/* ---- what happened ---- */

/* Bursts with the same words. */
typedef struct {
    char *words;
    GArray *bursts; /* of uint32_t */
} group;

static void free_group(void *data)
{
    group *g = data;
    g_free(g->words);
    g_array_unref(g->bursts);
    g_free(g);
}

static GPtrArray *group_by_words(const story *s, const GArray *bursts)
{
    GPtrArray *groups = g_ptr_array_new_with_free_func(free_group);
    GHashTable *index = g_hash_table_new(g_str_hash, g_str_equal); /* words → group */
    for (unsigned k = 0; k < bursts->len; k++) {
        uint32_t i = g_array_index(bursts, uint32_t, k);
        GString *text = g_string_new(NULL);
        vmn_append_burst(text, s->summary, i, s->previous[i],
                         g_hash_table_lookup(s->answers, GUINT_TO_POINTER(i)));
        group *same = g_hash_table_lookup(index, text->str);
        if (same) {
            g_string_free(text, TRUE);
        } else {
            same = g_new(group, 1);
            *same =
                (group){g_string_free(text, FALSE), g_array_new(FALSE, FALSE, sizeof(uint32_t))};
            g_ptr_array_add(groups, same);
            g_hash_table_insert(index, same->words, same);
        }
        g_array_append_val(same->bursts, i);
    }
    g_hash_table_destroy(index);
    return groups;
}

/* "00:50:56:60:e5:ed (burst 1): …" */
static void add_group(story *s, const group *g)
{
    GString *text = g_string_new(NULL);
    GPtrArray *macs = g_ptr_array_new_with_free_func(g_free);
    GPtrArray *numbers = g_ptr_array_new_with_free_func(g_free);
    GHashTable *known = g_hash_table_new(NULL, NULL);
    for (unsigned k = 0; k < g->bursts->len; k++) {
        uint32_t i = g_array_index(g->bursts, uint32_t, k);
        if (g_hash_table_add(known, GUINT_TO_POINTER(s->summary->bursts[i].mac))) {
            GString *mac = g_string_new(NULL);
            vmn_append_who(mac, burst_at(s, i)->mac);
            g_ptr_array_add(macs, g_string_free(mac, FALSE));
        }
        g_ptr_array_add(numbers, g_strdup_printf("%u", burst_at(s, i)->number));
    }
    vmn_append_list(text, macs, VMN_MACS_TOLD);
    g_string_append(text, numbers->len == 1 ? " (burst " : " (bursts ");
    vmn_append_list(text, numbers, VMN_MACS_TOLD);
    g_string_append_printf(text, "): %s.", g->words);
    g_hash_table_destroy(known);
    g_ptr_array_unref(numbers);
    g_ptr_array_unref(macs);
    add(s, VMN_BLOCK_ITEM, text);
}

/* Whether an event is many MACs of many vendors, each announced once; if so, how many. */
static bool is_flood(const story *s, const GArray *bursts, unsigned *n_macs, unsigned *n_vendors)
{
    GHashTable *macs = g_hash_table_new(NULL, NULL), *vendors = g_hash_table_new(NULL, NULL);
    bool singles = true;
    for (unsigned k = 0; k < bursts->len && singles; k++) {
        const vmn_burst *burst = burst_at(s, g_array_index(bursts, uint32_t, k));
        uint32_t mac = s->summary->bursts[g_array_index(bursts, uint32_t, k)].mac;
        uint32_t vendor = vmn_be24(burst->mac);
        singles = burst->state == VMN_STATE_SINGLE && g_hash_table_add(macs, GUINT_TO_POINTER(mac));
        g_hash_table_add(vendors, GUINT_TO_POINTER(vendor));
    }
    *n_macs = g_hash_table_size(macs);
    *n_vendors = g_hash_table_size(vendors);
    g_hash_table_destroy(macs);
    g_hash_table_destroy(vendors);
    return singles && *n_macs >= FLOOD_MACS && *n_vendors >= FLOOD_VENDORS;
}

/* Whether a burst is a hypervisor's whole schedule for an adapter. */
static bool is_of_a_hypervisor(const vmn_burst *burst)
{
    return burst->rounds > 1 &&
           (burst->announcer == VMN_ANNOUNCER_ESXI || burst->announcer == VMN_ANNOUNCER_QEMU ||
            burst->announcer == VMN_ANNOUNCER_CLOUD_HYPERVISOR);
}

/*
 * How many groups of schedules a hypervisor began, by the silence between their starts; 0 where
 * there are fewer than two bursts, or others among them. captures/qemu-announce-4nics-default has
 * four adapters of one machine, qemu-evacuate-3vms three machines.
 */
static unsigned count_machines(const story *s, const GArray *bursts)
{
    unsigned groups = 0, n = 0;
    int64_t before = 0;
    for (unsigned k = 0; k < bursts->len; k++) {
        uint32_t i = g_array_index(bursts, uint32_t, k);
        if (vmn_burst_outer(s->summary, i) != VMN_NONE)
            continue;
        if (!is_of_a_hypervisor(burst_at(s, i)))
            return 0;
        if (n++ == 0 || vmn_time_between(before, burst_at(s, i)->start) > ADAPTERS_APART)
            groups++;
        before = burst_at(s, i)->start;
    }
    return n > 1 ? groups : 0;
}

/* What the starts of an event's bursts look like: inferences all. */
static void append_look(GString *text, const story *s, const GArray *bursts)
{
    unsigned n_macs, n_vendors, machines;
    if (is_flood(s, bursts, &n_macs, &n_vendors)) {
        g_string_append_printf(
            text,
            " %u MACs of %u address ranges, each announced once and all at one moment, look more "
            "like the flood after a fail-over of a bridge or an uplink than like migrations.",
            n_macs, n_vendors);
        return;
    }
    machines = count_machines(s, bursts);
    if (machines == 1)
        g_string_append(text, " They begin as the adapters of one machine do.");
    else if (machines > 1)
        g_string_append_printf(
            text,
            " They begin in %u groups more than %d ms apart, as so many machines do one after "
            "another when a host is emptied.",
            machines, (int)(ADAPTERS_APART / VMN_MS));
}

/* How many MACs of an event did what. */
static void add_headline(story *s, const GArray *bursts)
{
    GString *text = g_string_new(NULL);
    story event = *s;
    deeds d = {0};
    event.order = (uint32_t *)(void *)bursts->data;
    event.n = bursts->len;
    count_macs(&event, &d);
    if (d.announced > 0) {
        vmn_append_count(text, d.announced, "MAC");
        g_string_append(text, " announced");
    }
    if (d.announced > 1) {
        int64_t first = burst_at(s, event.order[0])->start, last = first;
        for (uint32_t k = 0; k < event.n; k++)
            if (deed_of(s, event.order[k]) == MAC_ANNOUNCED)
                last = burst_at(s, event.order[k])->start;
        g_string_append(text, " within ");
        vmn_append_span(text, vmn_time_between(first, last));
    }
    if (d.companions > 0) {
        g_string_append(text, text->len > 0 ? ", " : "");
        vmn_append_count(text, d.companions, d.announced > 0 ? "more MAC" : "MAC");
        g_string_append(text, d.announced == 0   ? " announced"
                              : d.announced == 1 ? " along with it"
                                                 : " along with them");
    }
    if (d.requests > 0) {
        g_string_append(text, text->len > 0 ? ", " : "");
        vmn_append_count(text, d.requests, "MAC");
        g_string_append(text, " asked for an address");
    }
    g_string_append_c(text, '.');
    append_look(text, s, bursts);
    add(s, VMN_BLOCK_PARAGRAPH, text);
}

static void add_event(story *s, const GArray *bursts)
{
    const vmn_burst *first = burst_at(s, g_array_index(bursts, uint32_t, 0));
    GString *text = g_string_new(NULL);
    vmn_append_time(text, first->start);
    g_string_append_printf(text, " UTC, frame %u", first->first_frame);
    add(s, VMN_BLOCK_SUBHEADING, text);
    add_headline(s, bursts);
    GPtrArray *groups = group_by_words(s, bursts);
    uint32_t shown = limited(s, groups->len, MOST_GROUPS);
    for (uint32_t k = 0; k < shown; k++)
        add_group(s, g_ptr_array_index(groups, k));
    add_rest(s, groups->len - shown, "more group");
    g_ptr_array_unref(groups);
}

static void free_array(void *array)
{
    g_array_unref(array);
}

/* Bursts that began together, companions with the burst that they came along with: GArray of
 * indices, in order of time. */
static GPtrArray *find_events(const story *s)
{
    GPtrArray *events = g_ptr_array_new_with_free_func(free_array);
    GHashTable *index = g_hash_table_new(NULL, NULL); /* event → its array */
    for (uint32_t k = 0; k < s->n; k++) {
        uint32_t outer = vmn_burst_outer(s->summary, s->order[k]);
        uint32_t of = s->summary->bursts[outer == VMN_NONE ? s->order[k] : outer].event;
        GArray *bursts = g_hash_table_lookup(index, GUINT_TO_POINTER(of));
        if (!bursts) {
            bursts = g_array_new(FALSE, FALSE, sizeof(uint32_t));
            g_hash_table_insert(index, GUINT_TO_POINTER(of), bursts);
            g_ptr_array_add(events, bursts);
        }
        g_array_append_val(bursts, s->order[k]);
    }
    g_hash_table_destroy(index);
    return events;
}

static gint by_number(gconstpointer a, gconstpointer b)
{
    uint64_t i = *(const uint64_t *)a, j = *(const uint64_t *)b;
    return i < j ? -1 : i > j;
}

/* One host, and the MACs of keys[0 … n − 1]; a key's lower half is a MAC's index. */
static void add_host(story *s, const uint64_t *keys, unsigned n)
{
    GString *text = g_string_new(NULL);
    GPtrArray *macs = g_ptr_array_new_with_free_func(g_free);
    for (unsigned k = 0; k < n; k++) {
        GString *mac = g_string_new(NULL);
        vmn_append_who(mac, s->summary->macs[(uint32_t)keys[k]].mac);
        g_ptr_array_add(macs, g_string_free(mac, FALSE));
    }
    g_string_printf(text, "Host %u, an inference from a common tick phase, may have announced ",
                    (unsigned)(keys[0] >> 32));
    vmn_append_count(text, n, "MAC");
    g_string_append(text, ": ");
    vmn_append_list(text, macs, VMN_MACS_TOLD);
    g_string_append_c(text, '.');
    g_ptr_array_unref(macs);
    add(s, VMN_BLOCK_PARAGRAPH, text);
}

/* MACs whose bursts share a tick phase. */
static void add_hosts(story *s)
{
    GArray *keys = g_array_new(FALSE, FALSE, sizeof(uint64_t)); /* host and MAC, each pair once */
    unsigned told = 0, n = 0;
    for (uint32_t k = 0; k < s->n; k++) {
        uint64_t key =
            (uint64_t)burst_at(s, s->order[k])->host << 32 | s->summary->bursts[s->order[k]].mac;
        if (key >> 32 != 0)
            g_array_append_val(keys, key);
    }
    g_array_sort(keys, by_number);
    uint64_t *key = (uint64_t *)(void *)keys->data;
    for (unsigned k = 0; k < keys->len; k++)
        if (n == 0 || key[k] != key[n - 1])
            key[n++] = key[k];
    for (unsigned from = 0, to; from < n && (s->all || told < MOST_HOSTS); from = to) {
        for (to = from + 1; to < n && key[to] >> 32 == key[from] >> 32; to++)
            continue;
        if (to - from < 2)
            continue;
        add_host(s, key + from, to - from);
        told++;
    }
    g_array_unref(keys);
}

static void add_events(story *s)
{
    GPtrArray *events = find_events(s);
    uint32_t shown = limited(s, events->len, MOST_EVENTS);
    add_words(s, VMN_BLOCK_HEADING, "What happened");
    for (uint32_t k = 0; k < shown; k++)
        add_event(s, g_ptr_array_index(events, k));
    add_rest(s, events->len - shown, "more event");
    add_hosts(s);
    g_ptr_array_unref(events);
}

/* ---- bursts ---- */

static char *vlans_cell(const vmn_summary *summary, uint32_t i)
{
    GArray *vlans = vmn_summary_vlans(summary, i);
    GString *text = g_string_new(vlans->len == 0 ? "-" : NULL);
    for (unsigned j = 0; j < vlans->len; j++)
        g_string_append_printf(text, "%s%u", j == 0 ? "" : ",", g_array_index(vlans, uint16_t, j));
    g_array_unref(vlans);
    return g_string_free(text, FALSE);
}

static char *mac_cell(const uint8_t mac[6])
{
    GString *text = g_string_new(NULL);
    vmn_append_who(text, mac);
    return g_string_free(text, FALSE);
}

/* The largest deviation in whole µs; "-" where there is no schedule to deviate from. */
static char *deviation_cell(const vmn_burst *burst)
{
    if (!burst->has_max_deviation)
        return g_strdup("-");
    long long us = vmn_whole_us(burst->max_deviation) / 1000;
    return us == 0 ? g_strdup("0") : g_strdup_printf("%+lld", us);
}

/* "intervals 2.000141 4.000198 s"; NULL where there are none. */
static char *intervals_note(const story *s, uint32_t i)
{
    uint32_t n = burst_at(s, i)->rounds - 1, shown = limited(s, n, MOST_INTERVALS);
    if (n == 0)
        return NULL;
    GString *text = g_string_new("intervals");
    for (uint32_t j = 1; j <= shown; j++) {
        vmn_round round;
        vmn_engine_burst_round(s->summary->engine, i, j, &round);
        g_string_append_c(text, ' ');
        vmn_append_seconds(text, round.delta);
    }
    if (shown < n)
        g_string_append_printf(text, " … and %u more", n - shown);
    g_string_append(text, " s");
    return g_string_free(text, FALSE);
}

static void add_bursts(story *s)
{
    static const vmn_table_column columns[] = {
        {"#", true},         {"MAC", false},   {"VLAN", false},   {"announcer", false},
        {"schedule", false}, {"rounds", true}, {"missing", true}, {"frames", true},
        {"dev. µs", true},   {"state", false}};
    vmn_doc_table *table;
    uint32_t shown = 0, most = limited(s, s->n, MOST_BURSTS);
    add_words(s, VMN_BLOCK_HEADING, "Bursts");
    table = vmn_document_add_table(s->document, columns, G_N_ELEMENTS(columns));
    for (uint32_t i = 0; i < s->summary->n_bursts && shown < most; i++) {
        const vmn_burst *burst = burst_at(s, i);
        if (!s->summary->bursts[i].listed)
            continue;
        char *cells[] = {g_strdup_printf("%u", burst->number),
                         mac_cell(burst->mac),
                         vlans_cell(s->summary, i),
                         g_strdup(burst->announcer_name),
                         g_strdup(burst->schedule),
                         g_strdup_printf("%u", burst->rounds),
                         g_strdup_printf("%u", burst->missing),
                         g_strdup_printf("%u", burst->frames),
                         deviation_cell(burst),
                         g_strdup(vmn_state_name(burst->state)),
                         NULL};
        vmn_doc_table_add(table, g_memdup2(cells, sizeof cells), intervals_note(s, i));
        shown++;
    }
    add_rest(s, s->n - shown, "more burst");
}

static void add_timeline(story *s)
{
    if (s->n == 1 && burst_at(s, s->order[0])->rounds == 1)
        return; /* a picture of one mark */
    add_words(s, VMN_BLOCK_HEADING, "Timeline");
    vmn_document_add_timeline(s->document, limited(s, s->n, MOST_BURSTS));
}

/* ---- cut-over and switch ---- */

/* "Gi0/1", "interface 0 VLAN 50". */
static void append_place(GString *text, const vmn_sight *sight)
{
    size_t at = text->len;
    vmn_cutover_append_path(text, sight, true);
    if (g_ascii_isdigit(text->str[at])) /* a number, no name */
        g_string_insert(text, (gssize)at, "interface ");
}

/* "moved from Gi0/1 to Gi0/2", "stayed on Gi0/1"; nothing where that is not known. */
static void append_move(GString *text, const vmn_around *around)
{
    if (around->moved == VMN_MOVED_YES) {
        g_string_append(text, "; moved from ");
        append_place(text, &around->from);
        g_string_append(text, " to ");
        append_place(text, &around->to);
    } else if (around->moved == VMN_MOVED_NO) {
        g_string_append(text, "; stayed on ");
        append_place(text, &around->to);
    }
}

static void append_silence(GString *text, const vmn_around *around)
{
    if (around->has_silence_traffic) {
        g_string_append(text, "; silent for ");
        vmn_append_span(text, around->silence_traffic);
        g_string_append_printf(text, ", until frame %u", around->traffic.frame);
    } else if (*vmn_cutover_note(around)) {
        g_string_append_printf(text, "; %s", vmn_cutover_note(around));
    }
    if (around->has_unanswered && around->unanswered > 0) {
        g_string_append(text, "; ");
        vmn_append_count(text, around->unanswered, "frame");
        g_string_append(text, " to it stayed without an answer");
    } else if (around->has_unanswered) {
        g_string_append(text, "; no frame to it stayed without an answer");
    }
}

static void append_when(GString *text, const char *what, const vmn_sight *sight, int64_t start)
{
    int64_t offset = vmn_time_between(start, sight->when);
    g_string_append_printf(text, "; %s (frame %u) ", what, sight->frame);
    vmn_append_span(text, offset < 0 ? -offset : offset);
    g_string_append(text, offset < 0 ? " before its first notice" : " after its first notice");
}

static void add_cutover_of(story *s, uint32_t i)
{
    const vmn_burst *burst = burst_at(s, i);
    GString *text = g_string_new(NULL), *words = g_string_new(NULL);
    vmn_around around;
    vmn_cutover_of_burst(s->summary, i, &around);
    append_move(words, &around);
    append_silence(words, &around);
    if (around.has_own)
        append_when(words, vmn_cutover_says(&around.own), &around.own, burst->start);
    if (around.has_early)
        append_when(words, "seen on the new path", &around.early, burst->start);
    vmn_append_who(text, burst->mac);
    g_string_append_printf(text, " (burst %u): %s.", burst->number,
                           words->len > 2 ? words->str + 2 : "nothing to tell");
    g_string_free(words, TRUE);
    add(s, VMN_BLOCK_ITEM, text);
}

static void add_cutover(story *s)
{
    uint32_t shown = limited(s, s->n, MOST_BURSTS);
    if (!vmn_cutover_is_asked())
        return;
    add_words(s, VMN_BLOCK_HEADING, "Cut-over");
    for (uint32_t k = 0; k < shown; k++)
        add_cutover_of(s, s->order[k]);
    add_rest(s, s->n - shown, "more burst");
}

static void add_switch(story *s)
{
    static const vmn_table_column columns[] = {{"MAC", false},
                                               {"VLAN", false},
                                               {"port", false},
                                               {"in the table", false},
                                               {"companion on the same port", false}};
    uint32_t listed = 0, shown = 0;
    if (!vmn_switch_is_known())
        return;
    add_words(s, VMN_BLOCK_HEADING, "The switch's table");
    vmn_doc_table *table = vmn_document_add_table(s->document, columns, G_N_ELEMENTS(columns));
    for (uint32_t i = 0; i < s->summary->n_macs; i++) {
        vmn_switch_answer answer;
        if (!s->summary->macs[i].listed)
            continue;
        listed++;
        if (!s->all && listed > MOST_BURSTS)
            continue;
        vmn_switch_of_mac(s->summary, i, &answer);
        char *cells[] = {mac_cell(s->summary->macs[i].mac),
                         g_strdup(answer.vlan + strspn(answer.vlan, " ")),
                         g_strdup(answer.port),
                         g_strdup(answer.state),
                         g_strdup(answer.same_port),
                         NULL};
        vmn_doc_table_add(table, g_memdup2(cells, sizeof cells), NULL);
        shown++;
    }
    add_rest(s, listed - shown, "more MAC");
}

/* ---- tasks ---- */

/* "37.520 s after its start and 5.480 s before its end". */
static void append_touch(GString *text, const story *s, const vmn_task_burst *touch)
{
    vmn_append_who(text, burst_at(s, touch->burst)->mac);
    g_string_append_printf(text, " (burst %u) ", burst_at(s, touch->burst)->number);
    vmn_append_span(text, touch->after_start);
    g_string_append(text, " after its start, ");
    vmn_append_span(text, touch->before_end < 0 ? -touch->before_end : touch->before_end);
    g_string_append(text, touch->before_end < 0 ? " after its end" : " before its end");
}

static void add_task(story *s, const vmn_task *task, const GArray *bursts)
{
    GString *text = g_string_new(*task->name ? task->name : "task");
    uint32_t shown = limited(s, bursts->len, MOST_IN_A_WARNING);
    if (*task->target)
        g_string_append_printf(text, " (%s)", task->target);
    g_string_append(text, ", ");
    vmn_append_period(text, task->start, task->end);
    g_string_append(text, ", ");
    vmn_append_span(text, vmn_time_between(task->start, task->end));
    g_string_append(text, ": announced were ");
    for (uint32_t k = 0; k < shown; k++) {
        g_string_append(text, k > 0 ? "; " : "");
        append_touch(text, s, &g_array_index(bursts, vmn_task_burst, k));
    }
    if (shown < bursts->len)
        g_string_append_printf(text, "; and %u more", bursts->len - shown);
    g_string_append_c(text, '.');
    add(s, VMN_BLOCK_ITEM, text);
}

/* Of each task that a burst touches, which and when: two clocks are compared. */
static void add_tasks(story *s)
{
    vmn_tasks_of *of = vmn_tasks_of_new(s->summary, s->summary->tasks);
    uint32_t n = vmn_tasks_size(s->summary->tasks), touched = 0, told = 0;
    if (n > 0)
        add_words(s, VMN_BLOCK_HEADING, "Tasks");
    for (uint32_t i = 0; i < n; i++) {
        GArray *bursts = vmn_tasks_of_task(of, i);
        touched += bursts->len > 0;
        if (bursts->len > 0 && (s->all || told < MOST_EVENTS)) {
            add_task(s, vmn_tasks_get(s->summary->tasks, i), bursts);
            told++;
        }
        g_array_unref(bursts);
    }
    add_rest(s, touched - told, "more task");
    if (n > touched) {
        GString *text = g_string_new(NULL);
        vmn_append_count(text, n - touched, "task");
        g_string_append(text, " without a notice in the capture.");
        add(s, VMN_BLOCK_ITEM, text);
    }
    vmn_tasks_of_free(of);
}

/* ---- worth a look ---- */

/* The bursts of a warning: how many, and the first of them as words. */
typedef struct {
    uint32_t n;
    GPtrArray *words;
} found;

static void begin_found(found *f)
{
    f->n = 0;
    f->words = g_ptr_array_new_with_free_func(g_free);
}

static void add_found(const story *s, found *f, uint32_t i)
{
    if (f->n++ >= MOST_IN_A_WARNING)
        return;
    GString *text = g_string_new(NULL);
    g_string_printf(text, "burst %u (", burst_at(s, i)->number);
    vmn_append_mac(text, burst_at(s, i)->mac);
    g_string_append_c(text, ')');
    g_ptr_array_add(f->words, g_string_free(text, FALSE));
}

/* The sentence, "TEXT: burst 1 (…) and burst 2 (…)."; takes the text and frees what was found. */
static void end_found(story *s, found *f, GString *text)
{
    if (f->n > f->words->len)
        g_ptr_array_add(f->words, g_strdup_printf("%u more", f->n - f->words->len));
    g_string_append(text, ": ");
    vmn_append_list(text, f->words, 0);
    g_string_append_c(text, '.');
    if (f->n > 0)
        add(s, VMN_BLOCK_ITEM, text);
    else
        g_string_free(text, TRUE);
    g_ptr_array_unref(f->words);
}

static void add_missing(story *s)
{
    uint64_t missing = 0;
    GString *text = g_string_new(NULL);
    found f;
    begin_found(&f);
    for (uint32_t k = 0; k < s->n; k++) {
        missing += burst_at(s, s->order[k])->missing;
        if (burst_at(s, s->order[k])->missing > 0)
            add_found(s, &f, s->order[k]);
    }
    vmn_append_count(text, missing, "round");
    g_string_append(text, " missing, lost or not seen here");
    end_found(s, &f, text);
}

static void add_partly_seen(story *s)
{
    found f;
    begin_found(&f);
    for (uint32_t k = 0; k < s->n; k++)
        if (vmn_append_missed(NULL, s->summary, s->order[k]))
            add_found(s, &f, s->order[k]);
    end_found(s, &f, g_string_new("A path missed rounds that others saw"));
}

static void add_flagged(story *s, unsigned flag, const char *sentence)
{
    found f;
    begin_found(&f);
    for (uint32_t k = 0; k < s->n; k++)
        if (burst_at(s, s->order[k])->flags & flag)
            add_found(s, &f, s->order[k]);
    end_found(s, &f, g_string_new(sentence));
}

/* Two bursts of one MAC at once: where each was seen, if that can be said. */
static void add_rivals(story *s)
{
    unsigned told = 0;
    for (uint32_t k = 0; k < s->n && told < MOST_SENTENCES; k++) {
        uint32_t i = s->order[k], other = s->previous[i];
        if (other == VMN_NONE)
            continue;
        const vmn_burst *burst = burst_at(s, i), *before = burst_at(s, other);
        GString *text = g_string_new(NULL);
        vmn_append_mac(text, burst->mac);
        g_string_append(text, " was announced on ");
        bool known = (vmn_time_after(before->start, before->span) > burst->start ||
                      burst->flags & VMN_FLAG_RESTART) &&
                     (before->flags | burst->flags) & VMN_FLAG_SEVERAL_HOSTS &&
                     vmn_append_own_places(text, s->summary, other, i);
        g_string_append(text, " and ");
        if (known && vmn_append_own_places(text, s->summary, i, other)) {
            g_string_append_printf(text, " at once (bursts %u and %u).", before->number,
                                   burst->number);
            add(s, VMN_BLOCK_ITEM, text);
            told++;
        } else {
            g_string_free(text, TRUE);
        }
    }
}

/* Is a burst of the record listed? */
static bool is_listed(const story *s, uint32_t record)
{
    uint32_t i = s->summary->engine ? vmn_engine_burst_of(s->summary->engine, record) : VMN_NONE;
    return i != VMN_NONE && s->summary->bursts[i].listed;
}

static void add_foreign(story *s)
{
    const vmn_others *others = vmn_others_seen();
    unsigned told = 0;
    for (unsigned k = 0; others->foreign && k < others->foreign->len; k++) {
        const vmn_foreign *foreign = &g_array_index(others->foreign, vmn_foreign, k);
        if (!is_listed(s, foreign->record) || (!s->all && told == MOST_SENTENCES))
            continue;
        told++;
        GString *text = g_string_new(NULL);
        GPtrArray *frames = g_ptr_array_new_with_free_func(g_free);
        for (unsigned j = 0; j < MIN(foreign->n, VMN_FRAMES_TOLD); j++)
            g_ptr_array_add(frames, g_strdup_printf("%u", foreign->frames[j]));
        if (foreign->n > VMN_FRAMES_TOLD)
            g_ptr_array_add(frames, g_strdup_printf("%u more", foreign->n - VMN_FRAMES_TOLD));
        vmn_append_who(text, foreign->source);
        g_string_append(text, " sent a frame that announces ");
        vmn_append_who(text, foreign->mac);
        g_string_append(text, foreign->n == 1 ? " (frame " : " (frames ");
        vmn_append_list(text, frames, 0);
        g_string_append(text, "): a switch learns the sender.");
        g_ptr_array_unref(frames);
        add(s, VMN_BLOCK_ITEM, text);
    }
}

static void add_warnings(story *s)
{
    guint before;
    add_words(s, VMN_BLOCK_HEADING, "Worth a look");
    before = s->document->blocks->len;
    if (s->n > FEW_BURSTS) { /* of few, it was said of each */
        add_missing(s);
        add_partly_seen(s);
        add_flagged(s, VMN_FLAG_RESTART, "A restart: the burst before it had not come to its end");
        add_flagged(s, VMN_FLAG_BEGAN_BEFORE,
                    "May have begun before the capture: rounds at the "
                    "front are not to be seen");
        add_flagged(s, VMN_FLAG_MAY_GO_ON,
                    "May go on after the end of the capture: capture longer "
                    "to see the rest");
    }
    add_flagged(s, VMN_FLAG_STORM,
                "Far more frames than a notice needs, possibly a storm or a "
                "loop");
    add_flagged(s, VMN_FLAG_SEVERAL_HOSTS,
                "Several hosts seem to announce one MAC, an inference "
                "from the times of its rounds");
    add_rivals(s);
    add_flagged(s, VMN_FLAG_OFF_SCHEDULE,
                "An interval is off the schedule by more than the "
                "tolerance");
    add_flagged(s, VMN_FLAG_CLIENT_BY_TIMING,
                "Only the timing suggests a RARP client; a notice "
                "has the same fields");
    add_flagged(s, VMN_FLAG_HAS_ADDRESS,
                "A notice with a protocol address, which notices do not "
                "need; a bridge that suppresses neighbours may drop it");
    add_foreign(s);
    if (s->document->blocks->len == before)
        g_ptr_array_set_size(s->document->blocks, (gint)before - 1);
}

/* ---- what was left out ---- */

static void add_left_out_count(story *s, uint64_t n, const char *noun, const char *why)
{
    GString *text = g_string_new(NULL);
    if (n == 0) {
        g_string_free(text, TRUE);
        return;
    }
    vmn_append_count(text, n, noun);
    g_string_append(text, why);
    add(s, VMN_BLOCK_ITEM, text);
}

static void add_left_out(story *s)
{
    const vmn_others *others = vmn_others_seen();
    guint before = s->document->blocks->len + 1;
    add_words(s, VMN_BLOCK_HEADING, "Left out");
    add_left_out_count(s, s->summary->n_bursts - s->n, "burst", " that the filter does not pass.");
    add_left_out_count(s, others->unread, "RARP frame",
                       " cut short, or of other addresses than Ethernet's and IPv4's.");
    add_left_out_count(s, others->unseen, "RARP frame",
                       " inside messages of a control protocol, never on a wire.");
    add_left_out_count(s, s->unanswering, "RARP reply frame", " without a request in the capture.");
    if (s->document->blocks->len == before)
        g_ptr_array_set_size(s->document->blocks, (gint)before - 1);
}

/* ---- where it comes from ---- */

static void add_fact(story *s, const char *term, GString *text)
{
    vmn_document_add_fact(s->document, term, g_string_free(text, FALSE));
}

static void add_times(story *s, const vmn_origin *origin)
{
    GString *text = g_string_new(NULL);
    vmn_append_count(text, origin->frames, "frame");
    if (origin->has_time) {
        g_string_append(text, ", ");
        vmn_append_period(text, origin->first, origin->last);
        g_string_append(text, ", ");
        vmn_append_span(text, vmn_time_between(origin->first, origin->last));
    }
    add_fact(s, "captured", text);
}

static void add_rarp(story *s)
{
    const vmn_others *others = vmn_others_seen();
    uint32_t n_macs = 0, frames = s->summary->engine ? vmn_engine_size(s->summary->engine) : 0;
    uint32_t replies = (others->replies ? others->replies->len : 0) + others->more_replies;
    GString *text = g_string_new(NULL);
    for (uint32_t i = 0; i < s->summary->n_macs; i++)
        n_macs += s->summary->macs[i].listed;
    vmn_append_count(text, frames + others->unread, "frame");
    g_string_append(text, ", ");
    vmn_append_count(text, n_macs, "MAC");
    g_string_append(text, ", ");
    vmn_append_count(text, s->n, "burst");
    if (replies > 0)
        g_string_append_printf(text, replies == 1 ? ", %u reply" : ", %u replies", replies);
    add_fact(s, "RARP", text);
}

static void add_media(story *s, const vmn_origin *origin)
{
    GString *text = g_string_new(NULL);
    if (origin->interfaces->len > 0) {
        vmn_append_list(text, origin->interfaces, 0);
        if (origin->more_interfaces > 0)
            g_string_append_printf(text, ", %u more", origin->more_interfaces);
        add_fact(s, origin->interfaces->len == 1 ? "interface" : "interfaces", text);
        text = g_string_new(NULL);
    }
    if (origin->links->len > 0)
        vmn_append_list(text, origin->links, 0);
    if (origin->snap > 0)
        g_string_append_printf(text, ", snap length %u", origin->snap);
    if (origin->cut > 0) {
        g_string_append(text, ", ");
        vmn_append_count(text, origin->cut, "frame");
        g_string_append_printf(text, " cut, the longest after %u octets", origin->cut_at);
    }
    add_fact(s, "link", text);
}

static bool is_enabled(const char *filter_name)
{
    protocol_t *protocol = find_protocol_by_id(proto_get_id_by_filter_name(filter_name));
    return protocol && proto_is_protocol_enabled(protocol);
}

static void add_origin(story *s)
{
    const vmn_origin *origin = vmn_origin_seen();
    GString *preferences = g_string_new(NULL), *made = g_string_new(NULL);
    add_words(s, VMN_BLOCK_HEADING, "Where it comes from");
    if (origin->file) {
        add_fact(s, "file", g_string_new(origin->file));
        add_fact(s, "format", g_string_new(origin->format));
    }
    if (origin->frames > 0) {
        add_times(s, origin);
        add_media(s, origin);
    }
    if (is_enabled("vmotion_notify") && is_enabled("arp"))
        add_rarp(s);
    g_string_printf(made, "vMotion Notify %s, Wireshark %s", VMN_VERSION, epan_get_version());
    add_fact(s, "made with", made);
    vmn_preferences_append_changed(preferences);
    if (preferences->len > 0)
        add_fact(s, "preferences", preferences);
    else
        g_string_free(preferences, TRUE);
}

/* ---- nothing announced ---- */

/* What was there instead of notices. */
static void add_instead(story *s)
{
    const vmn_others *others = vmn_others_seen();
    GString *text = g_string_new(NULL);
    if (others->gratuitous > 0) {
        g_string_append(text, "Instead there ");
        g_string_append(text, others->gratuitous == 1 ? "is " : "are ");
        vmn_append_count(text, others->gratuitous, "gratuitous ARP frame");
        g_string_append_printf(text, ", the first in frame %u of ", others->gratuitous_frame);
        vmn_append_who(text, others->gratuitous_mac);
        g_string_append(text, ": some guests and hypervisors announce themselves so. Display "
                              "filter: arp.isgratuitous.");
    } else if (others->arp > 0) {
        g_string_append(text, "There is ARP (");
        vmn_append_count(text, others->arp, "frame");
        g_string_append(text, "), none of it gratuitous.");
    } else {
        g_string_append(text, "Nor is there any ARP.");
    }
    add(s, VMN_BLOCK_PARAGRAPH, text);
}

static void add_advice(story *s)
{
    add_words(s, VMN_BLOCK_PARAGRAPH, "What to try:");
    add_words(s, VMN_BLOCK_ITEM,
              "capture at the host that the machine comes to, on its uplink, and until a minute "
              "after the move;");
    add_words(
        s, VMN_BLOCK_ITEM,
        "let the capture filter keep RARP with and without a tag: ether proto 0x8035 or (vlan "
        "and ether proto 0x8035);");
    add_words(
        s, VMN_BLOCK_ITEM,
        "see whether the port group notifies switches (Teaming and failover, Notify switches).");
}

static void add_nothing(story *s)
{
    bool any = s->summary->n_bursts > 0;
    if (!is_enabled("vmotion_notify") || !is_enabled("arp")) {
        add_words(s, VMN_BLOCK_VERDICT, "Nothing was looked at: a protocol is switched off.");
        GString *text = g_string_new(NULL);
        g_string_printf(text, "%s is switched off: see Analyze, Enabled Protocols.",
                        is_enabled("arp") ? "vMotion Notify" : "ARP/RARP");
        add(s, VMN_BLOCK_PARAGRAPH, text);
    } else if (any) {
        add_words(s, VMN_BLOCK_VERDICT, "No announcement passes the filter.");
    } else {
        add_words(s, VMN_BLOCK_VERDICT, "No RARP announcement in what was read.");
        add_instead(s);
        add_advice(s);
    }
}

/* ---- the report ---- */

void vmn_report_listen(void)
{
    vmn_origin_listen();
}

void vmn_report_stop(void)
{
    vmn_origin_stop();
}

static void add_parts(story *s)
{
    if (s->n == 0) {
        add_nothing(s);
    } else {
        add_verdict(s);
        add_events(s);
        add_bursts(s);
        add_timeline(s);
        add_cutover(s);
        add_switch(s);
        add_tasks(s);
        add_warnings(s);
    }
    add_left_out(s);
    add_origin(s);
    if (s->n > 0)
        add_words(
            s, VMN_BLOCK_CAUTION,
            "RARP notices show that a MAC was announced, not why: a migration, a fail-over, a "
            "machine powered on or a changed port group can look alike. \"Consistent with\" "
            "means that intervals and frames agree with what this software is known to send.");
}

vmn_document *vmn_report_new(vmn_summary *summary)
{
    vmn_document *document = vmn_document_new(summary);
    story s = {.document = document, .summary = summary, .all = vmn_preferences_report_all()};
    vmn_document_add(document, VMN_BLOCK_TITLE, g_strdup("vMotion Notify report"));
    s.order = vmn_summary_by_start(summary, true, &s.n);
    find_previous(&s);
    find_answers(&s);
    add_parts(&s);
    g_hash_table_destroy(s.answers);
    g_free(s.previous);
    g_free(s.order);
    return document;
}
