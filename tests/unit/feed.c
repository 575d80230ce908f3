/* feed.c
 * Helpers of the engine's unit tests: frames in, words out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "feed.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "schedule.h"

feed *feed_new(void)
{
    feed *f = g_new0(feed, 1);

    f->frames = g_array_new(FALSE, FALSE, sizeof(vmn_frame));
    f->next.ethertype = 0x8035;
    f->next.opcode = 3;
    f->next.has_eth = true;
    f->next.length = 60;
    f->next.padding_zero = true;
    f->next.vni = VMN_NO_VNI;
    f->next.session = VMN_NO_SESSION;
    memset(f->next.eth_dst, 0xff, 6);
    return f;
}

void feed_free(feed *f)
{
    g_array_free(f->frames, TRUE);
    g_free(f);
}

void feed_mac(feed *f, const char *mac)
{
    uint8_t *a = f->next.tha;
    int n = sscanf(mac, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx", &a[0], &a[1], &a[2], &a[3], &a[4],
                   &a[5]);

    g_assert_cmpint(n, ==, 6);
    memcpy(f->next.sha, a, 6);
    memcpy(f->next.eth_src, a, 6);
}

void feed_at(feed *f, int64_t ns)
{
    f->next.when = ns;
    g_array_append_val(f->frames, f->next);
}

/* "12.5" with the point moved `digits` places to the right; *end is set behind it. */
static int64_t read_decimal(const char *text, unsigned digits, char **end)
{
    int64_t sign = text[strspn(text, " ")] == '-' ? -1 : 1;
    int64_t value = ABS(g_ascii_strtoll(text, end, 10));
    bool point = **end == '.';

    g_assert_true(*end != text);
    if (point)
        (*end)++;
    for (; digits > 0; digits--) {
        value *= 10;
        if (point && g_ascii_isdigit(**end))
            value += *(*end)++ - '0';
    }
    g_assert_true(**end == ' ' || **end == '\0');
    return sign * value;
}

void feed_burst(feed *f, const char *mac, const char *seconds)
{
    char *at = (char *)seconds;

    feed_mac(f, mac);
    while (*at != '\0')
        feed_at(f, read_decimal(at, 9, &at));
}

void feed_gaps(feed *f, const char *mac, int64_t start, const char *milliseconds)
{
    char *at = (char *)milliseconds;

    feed_mac(f, mac);
    feed_at(f, start);
    while (*at != '\0')
        feed_at(f, start += read_decimal(at, 6, &at));
}

/* Insertion sort: stable, and quick for what is nearly in order. */
void feed_sort(feed *f)
{
    for (unsigned i = 1; i < f->frames->len; i++) {
        vmn_frame moving = g_array_index(f->frames, vmn_frame, i);
        unsigned to = i;

        for (; to > 0 && g_array_index(f->frames, vmn_frame, to - 1).when > moving.when; to--)
            g_array_index(f->frames, vmn_frame, to) = g_array_index(f->frames, vmn_frame, to - 1);
        g_array_index(f->frames, vmn_frame, to) = moving;
    }
}

void feed_add(const feed *f, vmn_engine *engine, unsigned from, unsigned to)
{
    for (unsigned i = from; i < to; i++) {
        vmn_frame frame = g_array_index(f->frames, vmn_frame, i);

        frame.frame = i + 1;
        g_assert_cmpuint(vmn_engine_add(engine, &frame, i % 5 == 0), ==, i);
    }
}

vmn_engine *feed_settled_with(feed *f, const vmn_config *config)
{
    vmn_config defaults;
    vmn_engine *engine;
    int64_t last = INT64_MIN;

    vmn_config_init(&defaults);
    engine = vmn_engine_new(config != NULL ? config : &defaults);
    feed_sort(f);
    feed_add(f, engine, 0, f->frames->len);
    for (unsigned i = 0; i < f->frames->len; i++)
        last = MAX(last, g_array_index(f->frames, vmn_frame, i).when);
    vmn_engine_clock(engine, last + 3600 * VMN_S);
    feed_free(f);
    vmn_engine_settle(engine);
    check_engine(engine);
    return engine;
}

vmn_engine *feed_settled(feed *f)
{
    return feed_settled_with(f, NULL);
}

vmn_view view_of(vmn_engine *engine, uint32_t record)
{
    vmn_view view;

    vmn_engine_view(engine, record, &view);
    return view;
}

const char *schedule_of(const vmn_engine *engine, const vmn_view *view)
{
    static char name[VMN_NAME_LEN];

    vmn_engine_schedule_name(engine, view, name);
    return name;
}

vmn_burst burst_of(const vmn_engine *engine, uint32_t i)
{
    vmn_burst burst;

    g_assert_cmpuint(i, <, vmn_engine_n_bursts(engine));
    vmn_engine_burst(engine, i, &burst);
    return burst;
}

static void append_ticks(GString *text, const vmn_engine *engine, uint32_t i)
{
    vmn_burst burst = burst_of(engine, i);
    vmn_round round;

    vmn_engine_burst_round(engine, i, 0, &round);
    if (!round.has_tick)
        return;
    g_string_append(text, ", ticks");
    for (uint32_t j = 0; j < burst.rounds; j++) {
        vmn_engine_burst_round(engine, i, j, &round);
        g_string_append_printf(text, " %u", round.tick);
    }
}

char *bursts_text(const vmn_engine *engine)
{
    GString *text = g_string_new(NULL);

    for (uint32_t i = 0; i < vmn_engine_n_bursts(engine); i++) {
        vmn_burst burst = burst_of(engine, i);

        g_string_append_printf(text, "%s%u round%s, ", i > 0 ? "\n" : "", burst.rounds,
                               burst.rounds == 1 ? "" : "s");
        if (burst.missing > 0)
            g_string_append_printf(text, "%u missing, ", burst.missing);
        g_string_append_printf(text, "%u frame%s: %s, %s", burst.frames,
                               burst.frames == 1 ? "" : "s", burst.announcer_name, burst.schedule);
        append_ticks(text, engine, i);
        g_string_append_printf(text, ", %s", vmn_state_name(burst.state));
    }
    return g_string_free(text, FALSE);
}

void assert_bursts(const vmn_engine *engine, const char *expected)
{
    char *text = bursts_text(engine);

    g_assert_cmpstr(text, ==, expected);
    g_free(text);
}
