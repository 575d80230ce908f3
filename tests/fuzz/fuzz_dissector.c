/* fuzz_dissector.c
 * libFuzzer target for the whole plugin inside libwireshark: any bytes become
 * a capture, which is dissected twice, without and with a tree, while every
 * statistic listens; every fourth time, by the input's length, all of them print.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 *   input = frames:
 *     control  bits 0–1 encapsulation: Ethernet, SLL, SLL2, Ethernet
 *              bits 2–3 interface
 *              bit 4    a whole notice is laid down first, and the data changes octets of it
 *              bit 5    the frame has no time stamp
 *              bit 6    the time is given whole
 *              bit 7    the snap length follows the data
 *     time     1 octet: a step of the table; with bit 6: seconds (8) and nanoseconds (4)
 *     length   1 octet of what follows
 *     data     the frame; with bit 4: which MAC (1), then pairs of position and value
 *     snap     1 octet, with bit 7 only
 *
 * make_seeds.py writes the same from captures. The plugin is linked in, since the
 * loader would keep an instrumented one apart. One session of libwireshark serves SESSION_FRAMES
 * frames or more, for its start takes far longer than a frame; a finding that needs the
 * inputs before it is repeated by giving libFuzzer the whole corpus with -runs=0.
 * With VMN_FUZZ_ALONE in the environment every input gets a session of its own.
 */
#include "compat.h"

#if VMN_WIRESHARK_IS(4, 5)
#error "written for the interfaces of Wireshark 4.0 to 4.4"
#endif

#include <epan/column-info.h>
#include <epan/column.h>
#include <epan/epan.h>
#include <epan/epan_dissect.h>
#include <epan/frame_data.h>
#include <epan/packet.h>
#include <epan/prefs.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <epan/timestamp.h>
#include <wiretap/wtap.h>
#include <wsutil/filesystem.h>
#include <wsutil/privileges.h>
#include <wsutil/wslog.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"

#define MAX_FRAMES 64
#define SESSION_FRAMES 2000
#define NOTICE_LEN 60

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
void plugin_register(void); /* plugin.c's */

/* A frame as the input has it. */
typedef struct {
    uint8_t bytes[UINT8_MAX];
    unsigned length, captured;
    int encapsulation;
    uint32_t interface;
    bool has_time;
    nstime_t when;
} fuzz_frame;

static epan_t *session;
static uint32_t frames_in_session;
static nstime_t last_time;
static bool alone;

/* ---- libwireshark ---- */

static const nstime_t *frame_time(struct packet_provider_data *provider _U_, uint32_t number _U_)
{
    return &last_time;
}

static const char *interface_name(struct packet_provider_data *provider _U_, uint32_t interface
#if VMN_WIRESHARK_IS(4, 2)
                                  ,
                                  unsigned section _U_
#endif
)
{
    return interface == 3 ? NULL : "an interface";
}

static void open_session(void)
{
    static const struct packet_provider_funcs functions = {.get_frame_ts = frame_time,
                                                           .get_interface_name = interface_name};

    session = epan_new(NULL, &functions);
    frames_in_session = 0;
}

static void close_session(void)
{
    epan_free(session);
    reset_tap_listeners();
}

/* Let a table listen as tshark's -z does; the command line's own way to it is not in the library.
 */
static void listen_with_table(const char *name)
{
    stat_tap_table_ui *ui = stat_tap_by_name(name);
    stat_data_t *data = g_new0(stat_data_t, 1);
    GString *error;

    if (ui == NULL) {
        fprintf(stderr, "no table %s\n", name);
        abort();
    }
    data->stat_tap_data = ui;
    ui->stat_tap_init_cb(ui);
    error = register_tap_listener(ui->tap_name, data, NULL, 0, NULL, ui->packet_func, NULL, NULL);
    if (error != NULL) {
        fprintf(stderr, "%s: %s\n", name, error->str);
        abort();
    }
}

static void start_statistics(void)
{
    static const char *const tables[] = {"vmotion_notify,schedule", "vmotion_notify,mac",
                                         "vmotion_notify,event", "vmotion_notify,switch",
                                         "vmotion_notify,cutover"};
    static const char *const outputs[] = {"vmotion_notify,json", "vmotion_notify,ndjson",
                                          "vmotion_notify,timeline"};

    vmn_register_outputs();
    for (unsigned i = 0; i < G_N_ELEMENTS(tables); i++)
        listen_with_table(tables[i]);
    for (unsigned i = 0; i < G_N_ELEMENTS(outputs); i++)
        if (!process_stat_cmd_arg(outputs[i])) {
            fprintf(stderr, "no statistic %s\n", outputs[i]);
            abort();
        }
    start_requested_stats();
}

int LLVMFuzzerInitialize(int *argc _U_, char ***argv)
{
    char *error;

    ws_log_init("fuzz_dissector", NULL);
    init_process_policies();
    error = configuration_init((*argv)[0], NULL);
    if (error != NULL)
        fprintf(stderr, "%s\n", error);
    g_free(error);
    alone = getenv("VMN_FUZZ_ALONE") != NULL;
    g_set_prgname("tshark");                       /* else JSON and timeline stay away */
    if (freopen("/dev/null", "w", stdout) == NULL) /* what the statistics print */
        abort();
    wtap_init(FALSE);
    plugin_register();
    if (!epan_init(NULL, NULL, FALSE))
        abort();
    epan_load_settings();
    timestamp_set_type(TS_RELATIVE); /* of the column, which is filled in too */
    timestamp_set_precision(TS_PREC_AUTO);
    timestamp_set_seconds_type(TS_SECONDS_DEFAULT);
    start_statistics();
    open_session();
    return 0;
}

/* ---- from the input to frames ---- */

typedef struct {
    const uint8_t *data;
    size_t size;
} input;

static uint8_t next_octet(input *in)
{
    if (in->size == 0)
        return 0;
    in->size--;
    return *in->data++;
}

static uint64_t next_number(input *in, unsigned octets)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < octets; i++)
        value |= (uint64_t)next_octet(in) << (8 * i);
    return value;
}

/* A notice of MAC number `mac`, as ESXi sends it. */
static void lay_notice(uint8_t bytes[NOTICE_LEN], uint8_t mac)
{
    static const uint8_t notice[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x50, 0x56, 0,
                                     0,    0,    0x80, 0x35, 0x00, 0x01, 0x08, 0x00, 0x06, 0x04,
                                     0x00, 0x03, 0x00, 0x50, 0x56, 0,    0,    0,    0,    0,
                                     0,    0,    0x00, 0x50, 0x56, 0,    0,    0};

    memset(bytes, 0, NOTICE_LEN);
    memcpy(bytes, notice, sizeof notice);
    bytes[11] = bytes[27] = bytes[37] = mac;
}

static void read_data(input *in, bool on_notice, fuzz_frame *frame)
{
    unsigned length = next_octet(in);

    frame->length = length;
    if (on_notice) {
        lay_notice(frame->bytes, next_octet(in) & 3);
        frame->length = NOTICE_LEN;
        for (unsigned i = 0; i + 1 < length; i += 2) {
            unsigned at = next_octet(in) % NOTICE_LEN;

            frame->bytes[at] = next_octet(in);
        }
        return;
    }
    for (unsigned i = 0; i < length; i++)
        frame->bytes[i] = next_octet(in);
}

static void read_time(input *in, bool whole, nstime_t *now)
{
    static const int64_t steps_us[] = {0,       1,       50000,   150000,   250000,  350000,
                                       1000000, 2000000, 3000000, 4000000,  6000000, 10000000,
                                       200000,  -40000,  -500000, 100000000};
    int64_t us;

    if (whole) {
        now->secs = (time_t)next_number(in, 8);
        now->nsecs = (int)(next_number(in, 4) % 1000000000);
        return;
    }
    us = steps_us[next_octet(in) % G_N_ELEMENTS(steps_us)];
    if (now->secs > INT64_MAX / 2 || now->secs < INT64_MIN / 2)
        now->secs = 0;
    us += now->nsecs / 1000;
    now->secs += us / 1000000 - (us < 0);
    now->nsecs = (int)((us % 1000000 + 1000000) % 1000000) * 1000;
}

static void read_frame(input *in, nstime_t *now, fuzz_frame *frame)
{
    static const int encapsulations[] = {WTAP_ENCAP_ETHERNET, WTAP_ENCAP_SLL, WTAP_ENCAP_SLL2,
                                         WTAP_ENCAP_ETHERNET};
    uint8_t control = next_octet(in);

    memset(frame, 0, sizeof *frame);
    frame->encapsulation = encapsulations[control & 3];
    frame->interface = control >> 2 & 3;
    frame->has_time = !(control & 0x20);
    read_time(in, control & 0x40, now);
    frame->when = *now;
    read_data(in, control & 0x10, frame);
    frame->captured = frame->length;
    if (control & 0x80)
        frame->captured = MIN(next_octet(in), frame->length);
}

/* ---- dissection ---- */

static void fill_record(const fuzz_frame *frame, wtap_rec *rec)
{
    wtap_rec_init(rec);
    rec->rec_type = REC_TYPE_PACKET;
    rec->presence_flags = WTAP_HAS_CAP_LEN | WTAP_HAS_INTERFACE_ID;
    if (frame->has_time)
        rec->presence_flags |= WTAP_HAS_TS;
    rec->ts = frame->when;
    rec->rec_header.packet_header.caplen = frame->captured;
    rec->rec_header.packet_header.len = frame->length;
    rec->rec_header.packet_header.pkt_encap = frame->encapsulation;
    rec->rec_header.packet_header.interface_id = frame->interface;
}

/* Dissect one frame on its first or second visit; the second has a tree that somebody looks at. */
static void dissect(const fuzz_frame *frame, frame_data *fd, column_info *columns, bool visible)
{
    epan_dissect_t *edt = epan_dissect_new(session, visible, visible);
    uint8_t *copy = g_memdup2(frame->bytes, MAX(frame->captured, 1)); /* so that an overrun shows */
    tvbuff_t *tvb = tvb_new_real_data(copy, frame->captured, (int)frame->length);
    wtap_rec rec;

    fill_record(frame, &rec);
    epan_dissect_run_with_taps(edt, WTAP_FILE_TYPE_SUBTYPE_UNKNOWN, &rec, tvb, fd, columns);
    if (columns != NULL)
        epan_dissect_fill_in_columns(edt, FALSE, TRUE);
    epan_dissect_free(edt);
    wtap_rec_cleanup(&rec);
    g_free(copy);
}

static void prepare(const fuzz_frame *frame, frame_data *fd, uint32_t number)
{
    static nstime_t elapsed;
    static const frame_data *reference, *displayed;
    wtap_rec rec;

    fill_record(frame, &rec);
    frame_data_init(fd, number, &rec, 0, 0);
    nstime_set_zero(&elapsed);
    reference = fd;
    displayed = NULL;
    frame_data_set_before_dissect(fd, &elapsed, &reference, displayed);
    wtap_rec_cleanup(&rec);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static column_info columns;
    static fuzz_frame frames[MAX_FRAMES];
    static frame_data records[MAX_FRAMES];
    nstime_t now = {1700000000, 0};
    input in = {data, size};
    unsigned n;

    if (alone || frames_in_session > SESSION_FRAMES) {
        close_session();
        open_session();
    }
    if (columns.num_cols == 0)
        build_column_format_array(&columns, prefs.num_cols, TRUE);
    for (n = 0; n < MAX_FRAMES && in.size > 0; n++) {
        read_frame(&in, &now, &frames[n]);
        prepare(&frames[n], &records[n], ++frames_in_session);
        last_time = frames[n].when;
        dissect(&frames[n], &records[n], n % 2 == 0 ? &columns : NULL, n % 4 == 3);
        records[n].visited = 1;
    }
    for (unsigned i = 0; i < n; i++)
        dissect(&frames[i], &records[i], &columns, true);
    if (size % 4 == 0) /* not always: it prints all of the session */
        draw_tap_listeners(TRUE);
    for (unsigned i = 0; i < n; i++)
        frame_data_destroy(&records[i]);
    return 0;
}
