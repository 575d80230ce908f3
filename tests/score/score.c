/* score.c
 * What the engine answers to simulated frames, for score.py to count.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 *     score [--bursts] FRAMES > ANSWERS
 *
 * Reads the text list that simulate.py writes, feeds the engine alone, and
 * prints tab separated, first one line a frame with the causal answer, then one
 * line a frame with the settled one, then with --bursts one line a burst:
 *
 *     c|s  frame  burst  prev  round  sighting  missing  announcer  schedule
 *     b  first frame  name=value  name=value …
 *
 * A burst begins at a frame with burst > 0, prev 0 and sighting 1. Readers of
 * "b" lines take the values by name, so that more can follow; a flag is 0 or 1.
 *
 * A line of the list is a frame, "clock NS" (the time of a frame that is no
 * RARP), or "capture": what follows was captured elsewhere, by a new engine.
 * Exit status 1 and a message when the list cannot be read, or when the settled
 * engine's bursts contradict its own views.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"

static void print_answer(const vmn_engine *engine, char pass, uint32_t frame, const vmn_view *view)
{
    char schedule[VMN_NAME_LEN];

    vmn_engine_schedule_name(engine, view, schedule);
    printf("%c\t%u\t%u\t%u\t%u\t%u\t%u\t%s\t%s\n", pass, frame, view->burst, view->prev,
           view->round, view->sighting, view->missing, view->announcer_name, schedule);
}

/* Twelve hexadecimal digits to six octets. */
static bool read_mac(const char *text, uint8_t mac[6])
{
    if (strlen(text) != 12)
        return false;
    for (int i = 0; i < 6; i++) {
        unsigned octet;
        if (sscanf(text + 2 * i, "%2x", &octet) != 1)
            return false;
        mac[i] = (uint8_t)octet;
    }
    return true;
}

static bool read_frame(const char *line, vmn_frame *frame)
{
    char dst[13], src[13], sha[13], tha[13], vlan[8];
    unsigned opcode;
    long long when;

    memset(frame, 0, sizeof *frame);
    if (sscanf(line, "%u %lld %12s %12s %u %12s %12s %u %u %u %u %7s", &frame->frame, &when, dst,
               src, &opcode, sha, tha, &frame->spa, &frame->tpa, &frame->length, &frame->interface,
               vlan) != 12)
        return false;
    frame->when = when;
    frame->ethertype = 0x8035;
    frame->opcode = (uint16_t)opcode;
    frame->has_eth = true;
    frame->padding_zero = true;
    frame->vni = VMN_NO_VNI;
    frame->session = VMN_NO_SESSION;
    if (vlan[0] != '-') {
        frame->vlans[0] = (uint16_t)atoi(vlan);
        frame->n_vlans = 1;
    }
    return read_mac(dst, frame->eth_dst) && read_mac(src, frame->eth_src) &&
           read_mac(sha, frame->sha) && read_mac(tha, frame->tha);
}

/* Feed one capture's frames, print what is known at each; numbers receives the frame numbers.
 * more: another capture follows. */
static bool print_causal(FILE *file, vmn_engine *engine, GArray *numbers, bool *more)
{
    char line[256];
    vmn_frame frame;
    vmn_view view;
    long long when;

    *more = false;
    while (fgets(line, sizeof line, file)) {
        if (strcmp(line, "capture\n") == 0) {
            *more = true;
            return true;
        }
        if (sscanf(line, "clock %lld", &when) == 1) {
            vmn_engine_clock(engine, when);
            continue;
        }
        if (!read_frame(line, &frame)) {
            fprintf(stderr, "score: not a frame: %s", line);
            return false;
        }
        vmn_engine_clock(engine, frame.when);
        vmn_engine_view(engine, vmn_engine_add(engine, &frame, true), &view);
        print_answer(engine, 'c', frame.frame, &view);
        g_array_append_val(numbers, frame.frame);
    }
    return true;
}

/* Do a burst and the views of its rounds' first frames tell the same? */
static bool burst_agrees(vmn_engine *engine, uint32_t i)
{
    vmn_burst burst;
    vmn_round round;
    vmn_view view;
    uint32_t previous = 0, missing = 0, frames = 0;

    vmn_engine_burst(engine, i, &burst);
    for (uint32_t j = 0; j < burst.rounds; j++) {
        vmn_engine_burst_round(engine, i, j, &round);
        uint32_t record = vmn_engine_find(engine, round.frame, 0);
        if (record == VMN_NONE)
            return false;
        vmn_engine_view(engine, record, &view);
        if (view.burst != burst.number || view.prev != previous || view.sighting != 1 ||
            view.round != round.round || view.missing != round.missing)
            return false;
        previous = round.frame;
        missing += round.missing;
        frames += round.sightings;
    }
    return missing == burst.missing && frames == burst.frames;
}

static bool print_settled(vmn_engine *engine, const GArray *numbers)
{
    vmn_view view;

    vmn_engine_settle(engine);
    for (guint i = 0; i < numbers->len; i++) {
        vmn_engine_view(engine, i, &view);
        print_answer(engine, 's', g_array_index(numbers, uint32_t, i), &view);
    }
    for (uint32_t i = 0; i < vmn_engine_n_bursts(engine); i++) {
        if (!burst_agrees(engine, i)) {
            fprintf(stderr, "score: burst %u contradicts the views of its rounds\n", i + 1);
            return false;
        }
    }
    return true;
}

static void print_flag(const char *name, bool value)
{
    printf("\t%s=%d", name, value);
}

static void print_bursts(vmn_engine *engine)
{
    for (uint32_t i = 0; i < vmn_engine_n_bursts(engine); i++) {
        vmn_burst burst;

        vmn_engine_burst(engine, i, &burst);
        printf("b\t%u\tburst=%u\tannouncer=%s\tconfidence=%.4f\tschedule=%s", burst.first_frame,
               burst.number, burst.announcer_name, (double)burst.confidence, burst.schedule);
        printf("\trounds=%u\tmissing=%u\tstate=%s", burst.rounds, burst.missing,
               vmn_state_name(burst.state));
        print_flag("restart", burst.flags & VMN_FLAG_RESTART);
        print_flag("several_hosts", burst.flags & VMN_FLAG_SEVERAL_HOSTS);
        print_flag("began_before", burst.flags & VMN_FLAG_BEGAN_BEFORE);
        print_flag("may_go_on", burst.flags & VMN_FLAG_MAY_GO_ON);
        print_flag("edge_start", burst.edge_start);
        print_flag("edge_end", burst.edge_end);
        putchar('\n');
    }
}

/* One capture, from its first line to the next one's. */
static bool print_capture(FILE *file, const vmn_config *config, bool bursts, bool *more)
{
    vmn_engine *engine = vmn_engine_new(config);
    GArray *numbers = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    bool good = print_causal(file, engine, numbers, more) && print_settled(engine, numbers);

    if (good && bursts)
        print_bursts(engine);
    g_array_free(numbers, TRUE);
    vmn_engine_free(engine);
    return good;
}

int main(int argc, char **argv)
{
    vmn_config config;
    bool bursts = argc == 3 && strcmp(argv[1], "--bursts") == 0;
    FILE *file = argc == 2 || bursts ? fopen(argv[argc - 1], "r") : NULL;
    bool more = true, good = true;

    if (!file) {
        fprintf(stderr, "usage: score [--bursts] FRAMES (a list that simulate.py wrote)\n");
        return 1;
    }
    vmn_config_init(&config);
    while (good && more)
        good = print_capture(file, &config, bursts, &more);
    fclose(file);
    return good ? 0 : 1;
}
