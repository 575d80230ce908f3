/* burst_words.c
 * One burst in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "burst_words.h"

#include "compat.h"
#include "format.h"
#include "place.h"

#include <epan/addr_resolv.h>

#include <math.h>
#include <string.h>

#define MOST_PARTLY 6 /* so many groups of paths that saw the same rounds are told */

/* ---- numbers, names, lists ---- */

void vmn_append_count(GString *text, uint64_t number, const char *noun)
{
    g_string_append_printf(text, "%" G_GUINT64_FORMAT " %s%s", (guint64)number, noun,
                           number == 1 ? "" : "s");
}

void vmn_append_span(GString *text, int64_t ns)
{
    double size = fabs((double)ns);
    if (size >= 1e9)
        g_string_append_printf(text, "%.3f s", (double)ns / 1e9);
    else if (size >= 1e6)
        g_string_append_printf(text, "%.4g ms", (double)ns / 1e6);
    else
        g_string_append_printf(text, "%.4g µs", (double)ns / 1e3);
}

/* Whether what Wireshark calls a MAC is a name, and not the address or its vendor with the rest of
 * the address. */
static bool is_name(const char *name, const char *address)
{
    const char *last = strrchr(name, '_');
    return strcmp(name, address) != 0 && !(last && g_str_has_suffix(address, last + 1));
}

void vmn_append_who(GString *text, const uint8_t mac[6])
{
    size_t at = text->len;
    vmn_append_mac(text, mac);
    const char *name = get_ether_name(mac);
    if (name && is_name(name, text->str + at)) {
        char *valid = g_utf8_make_valid(name, -1);
        g_string_append_printf(text, " (%s)", valid);
        g_free(valid);
    }
}

void vmn_append_list(GString *text, const GPtrArray *words, unsigned most)
{
    unsigned shown = most > 0 && words->len > most ? most : words->len;
    for (unsigned i = 0; i < shown; i++) {
        if (i > 0)
            g_string_append(text, i + 1 == words->len ? " and " : ", ");
        g_string_append(text, g_ptr_array_index(words, i));
    }
    if (shown < words->len)
        g_string_append_printf(text, " and %u more", words->len - shown);
}

static void append_times(GString *text, uint32_t number)
{
    if (number == 1)
        g_string_append(text, "once");
    else if (number == 2)
        g_string_append(text, "twice");
    else
        g_string_append_printf(text, "%u times", number);
}

static GPtrArray *new_words(void)
{
    return g_ptr_array_new_with_free_func(g_free);
}

static void add_number(GPtrArray *words, uint32_t number)
{
    g_ptr_array_add(words, g_strdup_printf("%u", number));
}

static const vmn_burst *burst_of(const vmn_summary *summary, uint32_t i)
{
    return &summary->bursts[i].burst;
}

uint32_t vmn_burst_outer(const vmn_summary *summary, uint32_t i)
{
    uint32_t number = burst_of(summary, i)->companion_of;
    return number > 0 ? number - 1 : VMN_NONE;
}

/* Part a sentence from what stands before it. */
static void part(GString *text, size_t begin)
{
    if (text->len > begin)
        g_string_append(text, "; ");
}

/* ---- schedule and sender ---- */

static const char *announcer_words(const char *name)
{
    return strcmp(name, vmn_announcer_name(VMN_ANNOUNCER_RARP_CLIENT)) == 0 ? "a RARP client"
                                                                            : name;
}

/* Who an unknown sender may be; nothing where nobody is known to send so. */
static bool append_fits(GString *text, const vmn_burst *burst)
{
    GPtrArray *names = g_ptr_array_new();
    for (unsigned i = 0; i < VMN_ANNOUNCERS; i++)
        if (burst->also_fits & 1U << i)
            g_ptr_array_add(names, (gpointer)announcer_words(vmn_announcer_name((vmn_announcer)i)));
    bool any = names->len > 0;
    if (any) {
        g_string_append(text, "sender unknown; ");
        vmn_append_list(text, names, 0);
        g_string_append(text, names->len == 1 ? " fits" : " fit");
    }
    g_ptr_array_unref(names);
    return any;
}

static void append_single(GString *text, const vmn_burst *burst, bool known)
{
    g_string_append(text, "a single notice, ");
    if (known) {
        g_string_append_printf(text, "consistent with %s", burst->announcer_name);
        return;
    }
    size_t at = text->len;
    g_string_append(text, "which tells no schedule, ");
    if (append_fits(text, burst))
        return;
    g_string_truncate(text, at);
    g_string_append(text, "which tells neither schedule nor announcer");
}

/* Which schedule and announcer the intervals agree with. */
static void append_schedule(GString *text, const vmn_burst *burst)
{
    bool known = burst->announcer != VMN_ANNOUNCER_UNKNOWN;
    bool irregular = strcmp(burst->schedule, "irregular") == 0;
    if (burst->kind == VMN_KIND_REQUEST) {
        g_string_append_printf(text, "a request, consistent with %s",
                               announcer_words(burst->announcer_name));
    } else if (burst->state == VMN_STATE_SINGLE) {
        append_single(text, burst, known);
    } else if (known) {
        g_string_append_printf(text, "consistent with %s", burst->announcer_name);
        g_string_append_printf(text, irregular ? ", though the intervals are irregular" : ", %s",
                               burst->schedule);
    } else if (burst->also_fits != 0) {
        g_string_append(text, irregular ? "irregular intervals" : burst->schedule);
        g_string_append(text, ", ");
        append_fits(text, burst);
    } else if (irregular) {
        g_string_append(text, "irregular intervals, consistent with no known schedule");
    } else {
        g_string_append_printf(text, "%s; announcer unknown", burst->schedule);
    }
}

/* ---- rounds ---- */

/* "round 3 missing", "rounds 2, 3 and 4 missing": those between seen ones. */
static void append_gaps(GString *text, const vmn_summary *summary, uint32_t i)
{
    const vmn_burst *burst = burst_of(summary, i);
    GPtrArray *numbers = new_words();
    for (uint32_t j = 1; j < burst->rounds && numbers->len < VMN_NUMBERS_TOLD; j++) {
        vmn_round round;
        vmn_engine_burst_round(summary->engine, i, j, &round);
        for (uint32_t k = round.missing; k > 0 && numbers->len < VMN_NUMBERS_TOLD; k--)
            add_number(numbers, round.round - k);
    }
    g_string_append(text, burst->missing == 1 ? " (round " : " (rounds ");
    if (burst->missing > numbers->len)
        g_ptr_array_add(numbers, g_strdup_printf("%u more", burst->missing - numbers->len));
    vmn_append_list(text, numbers, 0);
    g_string_append(text, " missing)");
    g_ptr_array_unref(numbers);
}

static const char *end_words(vmn_state state)
{
    switch (state) {
    case VMN_STATE_RESTART:
        return "then cut short by a restart";
    case VMN_STATE_CAPTURE_END:
        return "may go on after the end of the capture";
    default:
        return vmn_state_name(state);
    }
}

/* How many rounds were seen and how the burst ended. */
static void append_rounds(GString *text, const vmn_summary *summary, uint32_t i)
{
    const vmn_burst *burst = burst_of(summary, i);
    bool complete = burst->state == VMN_STATE_COMPLETE;
    if (complete) {
        g_string_append_printf(text, "%u of %u rounds", burst->rounds,
                               burst->rounds + burst->missing + burst->head_missing);
    } else {
        vmn_append_count(text, burst->rounds, "round");
        g_string_append(text, " seen");
    }
    if (burst->missing > 0)
        append_gaps(text, summary, i);
    if (burst->head_missing > 1)
        g_string_append_printf(text, ", the first %u missing", burst->head_missing);
    else if (burst->head_missing == 1)
        g_string_append(text, ", the first missing");
    if (!complete)
        g_string_append_printf(text, ", %s", end_words(burst->state));
}

/* ---- sightings ---- */

/* How often the rounds of a burst were seen. */
typedef struct {
    uint32_t lowest, highest;
    uint32_t usual;         /* the count that most rounds have */
    uint32_t others, other; /* rounds with another count: how many, and the last of them */
} sight_counts;

/* The count that holds for more than half of the rounds, if any does (Boyer and Moore's vote). */
static void count_sights(const vmn_summary *summary, uint32_t i, sight_counts *counts)
{
    uint32_t n = burst_of(summary, i)->rounds, votes = 0;
    vmn_round round;
    *counts = (sight_counts){.lowest = UINT32_MAX};
    for (uint32_t j = 0; j < n; j++) {
        vmn_engine_burst_round(summary->engine, i, j, &round);
        counts->lowest = MIN(counts->lowest, round.sightings);
        counts->highest = MAX(counts->highest, round.sightings);
        if (votes == 0)
            counts->usual = round.sightings;
        votes = round.sightings == counts->usual ? votes + 1 : votes - 1;
    }
    for (uint32_t j = 0; j < n; j++) {
        vmn_engine_burst_round(summary->engine, i, j, &round);
        if (round.sightings == counts->usual)
            continue;
        counts->others++;
        counts->other = j;
    }
}

static void append_sights(GString *text, const vmn_summary *summary, uint32_t i)
{
    const vmn_burst *burst = burst_of(summary, i);
    sight_counts counts;
    vmn_round round;
    count_sights(summary, i, &counts);
    if (counts.lowest == counts.highest) {
        if (burst->state == VMN_STATE_SINGLE && counts.lowest == 1)
            return;
        g_string_append(text, burst->state == VMN_STATE_SINGLE ? "seen " : "every round seen ");
        append_times(text, counts.lowest);
    } else if (counts.others == 1 && burst->rounds > 2) {
        vmn_engine_burst_round(summary->engine, i, counts.other, &round);
        if (counts.other == 0 || counts.other == burst->rounds - 1)
            g_string_append_printf(text, "every round but the %s seen ",
                                   counts.other == 0 ? "first" : "last");
        else
            g_string_append_printf(text, "every round but round %u seen ", round.round);
        append_times(text, counts.usual);
    } else {
        g_string_append(text, "rounds seen from ");
        append_times(text, counts.lowest);
        g_string_append(text, " to ");
        append_times(text, counts.highest);
    }
}

/* ---- places ---- */

/* Where it was seen, when there is something to say: several places, tags or a tunnel. */
static void append_places(GString *text, const vmn_summary *summary, uint32_t i)
{
    GArray *paths = vmn_summary_paths(summary, i);
    const vmn_path *first = (const vmn_path *)(const void *)paths->data;
    bool tells = paths->len > 1 || first->n_vlans > 0 || first->vni != VMN_NO_VNI ||
                 first->session != VMN_NO_SESSION || first->outer_src.family != 0;
    if (tells) {
        g_string_append(text, "on ");
        vmn_place_append_list(text, first, paths->len);
    }
    g_array_unref(paths);
}

/* The paths named by bits. */
static void append_paths(GString *text, const GArray *paths, uint64_t bits)
{
    GArray *named = g_array_new(FALSE, FALSE, sizeof(vmn_path));
    for (unsigned k = 0; k < MIN(paths->len, VMN_PLACES_TOLD); k++)
        if (bits >> k & 1)
            g_array_append_val(named, g_array_index(paths, vmn_path, k));
    vmn_place_append_list(text, (const vmn_path *)(const void *)named->data, named->len);
    g_array_unref(named);
}

/* Rounds that the same paths saw, and the same missed. */
typedef struct {
    uint64_t here, missed;
    GPtrArray *rounds; /* numbers as words */
} partly_seen;

static void free_partly(void *data)
{
    g_ptr_array_unref(((partly_seen *)data)->rounds);
    g_free(data);
}

/*
 * A path counts beside one that saw a round with it: where the machine moved in the middle of a
 * burst, neither port has missed anything.
 */
static uint64_t beside(const uint64_t *seen, uint32_t n, uint64_t here)
{
    uint64_t together = 0;
    for (uint32_t j = 0; j < n; j++)
        if (seen[j] & here)
            together |= seen[j];
    return together & ~here;
}

/* The group of the rounds that these paths saw; NULL where there are too many already. */
static partly_seen *find_partly(GPtrArray *groups, const uint64_t *seen, uint32_t n, uint64_t here)
{
    for (unsigned k = 0; k < groups->len; k++) {
        partly_seen *group = g_ptr_array_index(groups, k);
        if (group->here == here)
            return group;
    }
    if (groups->len == MOST_PARTLY)
        return NULL;
    partly_seen *group = g_new(partly_seen, 1);
    *group = (partly_seen){here, beside(seen, n, here), new_words()};
    g_ptr_array_add(groups, group);
    return group;
}

static GPtrArray *find_missed(const vmn_summary *summary, uint32_t i)
{
    uint32_t n = burst_of(summary, i)->rounds;
    GPtrArray *groups = g_ptr_array_new_with_free_func(free_partly);
    uint64_t *seen = g_new(uint64_t, n);
    uint64_t all = 0;
    for (uint32_t j = 0; j < n; j++)
        all |= seen[j] = vmn_engine_round_paths(summary->engine, i, j);
    for (uint32_t j = 0; j < n; j++) {
        partly_seen *group = seen[j] == all ? NULL : find_partly(groups, seen, n, seen[j]);
        vmn_round round;
        if (!group || !group->missed)
            continue;
        vmn_engine_burst_round(summary->engine, i, j, &round);
        add_number(group->rounds, round.round);
    }
    g_free(seen);
    return groups;
}

static void append_partly(GString *text, const GArray *paths, const partly_seen *group)
{
    bool one = group->rounds->len == 1;
    g_string_append(text, one ? "round " : "rounds ");
    vmn_append_list(text, group->rounds, VMN_NUMBERS_TOLD);
    g_string_append(text, one ? " was seen on " : " were seen on ");
    append_paths(text, paths, group->here);
    g_string_append(text, " and not on ");
    append_paths(text, paths, group->missed);
}

bool vmn_append_missed(GString *text, const vmn_summary *summary, uint32_t i)
{
    GArray *paths = vmn_summary_paths(summary, i);
    GPtrArray *groups = paths->len > 1 ? find_missed(summary, i) : NULL;
    bool any = false;
    for (unsigned k = 0; groups && k < groups->len; k++) {
        const partly_seen *group = g_ptr_array_index(groups, k);
        if (!group->missed)
            continue;
        if (text && any)
            g_string_append(text, "; ");
        if (text)
            append_partly(text, paths, group);
        any = true;
    }
    if (groups)
        g_ptr_array_unref(groups);
    g_array_unref(paths);
    return any;
}

bool vmn_append_own_places(GString *text, const vmn_summary *summary, uint32_t i, uint32_t other)
{
    vmn_path own[VMN_PLACES_TOLD];
    unsigned n = vmn_engine_own_paths(summary->engine, i, other, own, VMN_PLACES_TOLD);
    if (n == 0 || vmn_engine_own_paths(summary->engine, other, i, NULL, 0) == 0)
        return false;
    vmn_place_append_list(text, own, n);
    return true;
}

/* ---- what is special about it ---- */

static void append_restart(GString *text, const vmn_summary *summary, uint32_t i, uint32_t previous)
{
    const vmn_burst *before = burst_of(summary, previous);
    int64_t end = vmn_time_after(before->start, before->span);
    int64_t silence = vmn_time_between(end, burst_of(summary, i)->start);
    g_string_append(text, "a restart");
    size_t at = text->len;
    g_string_append(text, " on ");
    if (vmn_append_own_places(text, summary, i, previous))
        g_string_append_printf(text, ", where burst %u was not seen", before->number);
    else
        g_string_truncate(text, at);
    if (silence < 0) {
        g_string_append_printf(text, ", while burst %u went on", before->number);
        return;
    }
    g_string_append(text, ", ");
    vmn_append_span(text, silence);
    g_string_append_printf(text, " after the last round of burst %u", before->number);
}

static void append_ip(GString *text, uint32_t address)
{
    g_string_append_printf(text, "%u.%u.%u.%u", address >> 24, address >> 16 & 255,
                           address >> 8 & 255, address & 255);
}

static bool is_same_answer(const vmn_reply *a, const vmn_reply *b)
{
    return memcmp(a->server, b->server, sizeof a->server) == 0 &&
           a->server_address == b->server_address && a->given == b->given;
}

/* "answered by 02:00:00:00:00:01 (10.0.0.1) with the address 10.0.0.7 in frame 4". */
static void append_answer(GString *text, const vmn_reply *reply)
{
    g_string_append(text, "answered by ");
    vmn_append_who(text, reply->server);
    if (reply->server_address != 0) {
        g_string_append(text, " (");
        append_ip(text, reply->server_address);
        g_string_append_c(text, ')');
    }
    g_string_append(text, " with the address ");
    append_ip(text, reply->given);
    g_string_append_printf(text, " in frame %u", reply->frame);
}

/* The same answer again, or another sight of it, is told with its frame alone. */
static void append_answers(GString *text, const GPtrArray *replies, size_t begin)
{
    for (unsigned k = 0; replies && k < replies->len; k++) {
        const vmn_reply *reply = g_ptr_array_index(replies, k);
        if (k > 0 && is_same_answer(reply, g_ptr_array_index(replies, k - 1))) {
            g_string_append_printf(text, ", %u", reply->frame);
            continue;
        }
        part(text, begin);
        append_answer(text, reply);
    }
}

static void append_notes(GString *text, size_t begin, const vmn_summary *summary, uint32_t i,
                         uint32_t previous)
{
    unsigned flags = burst_of(summary, i)->flags;
    size_t at = text->len;
    part(text, begin);
    if (!vmn_append_missed(text, summary, i))
        g_string_truncate(text, at);
    if (flags & VMN_FLAG_RESTART && previous != VMN_NONE) {
        part(text, begin);
        append_restart(text, summary, i, previous);
    }
    if (flags & VMN_FLAG_BEGAN_BEFORE) {
        part(text, begin);
        g_string_append(text, "may have begun before the capture");
    }
}

/* ---- a companion ---- */

static void append_companion(GString *text, const vmn_summary *summary, uint32_t i, uint32_t outer)
{
    int64_t start = burst_of(summary, i)->start;
    vmn_round round, last;
    vmn_summary_nearest_round(summary, outer, start, &round);
    vmn_engine_burst_round(summary->engine, outer, burst_of(summary, outer)->rounds - 1, &last);
    int64_t distance = vmn_time_between(round.when, start);
    g_string_append(text, "announced once, ");
    if (distance == 0) {
        g_string_append(text, "at the very time of");
    } else {
        vmn_append_span(text, distance < 0 ? -distance : distance);
        g_string_append(text, distance < 0 ? " before" : " after");
    }
    g_string_append_printf(text, " round %u of burst %u%s", round.round,
                           burst_of(summary, outer)->number,
                           round.round == last.round ? ", the last one seen" : "");
    g_string_append(text, "; consistent with a guest inside a nested hypervisor");
}

/* ---- all of it ---- */

static void append_sights_and_places(GString *text, const vmn_summary *summary, uint32_t i,
                                     size_t begin)
{
    size_t at = text->len;
    part(text, begin);
    size_t sights = text->len;
    append_sights(text, summary, i);
    size_t places = text->len;
    if (places > sights)
        g_string_append_c(text, ' ');
    size_t before = text->len;
    append_places(text, summary, i);
    if (text->len == before)
        g_string_truncate(text, places);
    if (text->len == sights)
        g_string_truncate(text, at);
}

void vmn_append_burst(GString *text, const vmn_summary *summary, uint32_t i, uint32_t previous,
                      const GPtrArray *replies)
{
    const vmn_burst *burst = burst_of(summary, i);
    uint32_t outer = vmn_burst_outer(summary, i);
    size_t begin = text->len;
    if (outer != VMN_NONE) {
        append_companion(text, summary, i, outer);
        append_sights_and_places(text, summary, i, begin);
        return;
    }
    append_schedule(text, burst);
    if (burst->state != VMN_STATE_SINGLE) {
        part(text, begin);
        append_rounds(text, summary, i);
    }
    append_sights_and_places(text, summary, i, begin);
    append_notes(text, begin, summary, i, previous);
    append_answers(text, replies, begin);
}
