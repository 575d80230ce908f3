/* preferences.c
 * Edit > Preferences > Protocols > vMotion Notify.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A changed preference makes Wireshark dissect the file anew; that ends the
 * engine (see packet-vmotion_notify.c), and the next one reads the preferences
 * when it begins.
 */
#include "compat.h"

#include <string.h>

#include <epan/prefs.h>
#include <epan/uat.h>
#include <wsutil/report_message.h>

#include "intervals.h"
#include "preferences.h"
#include "switch.h"
#include "task_times.h"

#define NS_PER_MS INT64_C(1000000)

/* Largest values that make sense; above them a preference is clamped. */
#define MAX_COPY_WINDOW_MS 1000
#define MAX_EVENT_WINDOW_MS 600000
#define MAX_TOLERANCE_PERCENT 50
#define MAX_TOLERANCE_FLOOR_MS 1000

static unsigned copy_window_ms;
static unsigned event_window_ms;
static unsigned tolerance_percent;
static unsigned tolerance_floor_ms;
static vmn_boolean info_column = true;
static vmn_boolean cutover = false;
static vmn_boolean report_all = false;

/* A row of the table of user-defined schedules. */
typedef struct {
    char *name;
    char *announcer;
    char *intervals; /* as written … */
    int64_t *ns;     /* … and as read, n of them; NULL until row_update() accepted the text */
    unsigned n;
} schedule_row;

static schedule_row *rows;
static unsigned n_rows;

UAT_CSTRING_CB_DEF(schedule, name, schedule_row)
UAT_CSTRING_CB_DEF(schedule, announcer, schedule_row)
UAT_CSTRING_CB_DEF(schedule, intervals, schedule_row)

static void *row_copy(void *to, const void *from, size_t size _U_)
{
    schedule_row *copy = (schedule_row *)to;
    const schedule_row *row = (const schedule_row *)from;

    copy->name = g_strdup(row->name);
    copy->announcer = g_strdup(row->announcer);
    copy->intervals = g_strdup(row->intervals);
    copy->n = row->n;
    copy->ns = row->ns == NULL ? NULL : g_new(int64_t, row->n);
    if (copy->ns != NULL)
        memcpy(copy->ns, row->ns, row->n * sizeof *row->ns);
    return copy;
}

static void row_free(void *record)
{
    schedule_row *row = (schedule_row *)record;

    g_free(row->name);
    g_free(row->announcer);
    g_free(row->intervals);
    g_free(row->ns);
}

static bool is_utf8(const char *text)
{
    return text == NULL || g_utf8_validate(text, -1, NULL);
}

static bool is_blank(const char *text)
{
    return text == NULL || text[strspn(text, " \t")] == '\0';
}

/* The check behind the dialog's OK and behind -o uat:…: refuses a row with a message that says why.
 */
static vmn_boolean row_update(void *record, char **error)
{
    schedule_row *row = (schedule_row *)record;
    int64_t *ns;
    unsigned n;

    if (is_blank(row->name) || strlen(row->name) >= VMN_NAME_LEN) {
        *error = g_strdup_printf("A schedule needs a name of 1 to %d octets.", VMN_NAME_LEN - 1);
        return false;
    }
    if (!is_utf8(row->name) || !is_utf8(row->announcer)) {
        *error = g_strdup("The name of a schedule or of its announcer is not in UTF-8.");
        return false;
    }
    if (is_blank(row->announcer)) {
        *error = g_strdup_printf("Schedule \"%s\" needs an announcer.", row->name);
        return false;
    }
    ns = vmn_intervals_parse(row->intervals == NULL ? "" : row->intervals, &n, error);
    if (ns == NULL)
        return false;
    g_free(row->ns);
    row->ns = ns;
    row->n = n;
    return true;
}

static void clamp(unsigned *value, unsigned max, const char *name)
{
    if (*value <= max)
        return;
    report_warning("vmotion_notify.%s: %u is more than %u; %u is used.", name, *value, max, max);
    *value = max;
}

static void apply(void)
{
    clamp(&copy_window_ms, MAX_COPY_WINDOW_MS, "copy_window_ms");
    clamp(&event_window_ms, MAX_EVENT_WINDOW_MS, "event_window_ms");
    clamp(&tolerance_percent, MAX_TOLERANCE_PERCENT, "tolerance_percent");
    clamp(&tolerance_floor_ms, MAX_TOLERANCE_FLOOR_MS, "tolerance_floor_ms");
}

static void set_defaults(void)
{
    vmn_config config;

    vmn_config_init(&config);
    copy_window_ms = (unsigned)(config.copy_window / NS_PER_MS);
    event_window_ms = (unsigned)(config.event_window / NS_PER_MS);
    tolerance_percent = (unsigned)config.tolerance_percent;
    tolerance_floor_ms = (unsigned)(config.tolerance_floor / NS_PER_MS);
}

static void register_schedules(module_t *module)
{
    static uat_field_t fields[] = {
        UAT_FLD_CSTRING(schedule, name, "Name", "What the schedule is called in the output"),
        UAT_FLD_CSTRING(schedule, announcer, "Announcer", "The software known to use it"),
        UAT_FLD_CSTRING(schedule, intervals, "Intervals",
                        "Times between one round and the next, such as \"2 s, 4 s, 6 s\""),
        UAT_END_FIELDS};
    uat_t *table = uat_new("vMotion Notify schedules", sizeof(schedule_row),
                           "vmotion_notify_schedules", true, &rows, &n_rows, UAT_AFFECTS_DISSECTION,
                           NULL, row_copy, row_update, row_free, NULL, NULL, fields);

    prefs_register_uat_preference(
        module, "schedules", "User-defined schedules",
        "Schedules that are looked for besides the built-in ones: name, announcer, intervals",
        table);
}

void vmn_preferences_register(int proto)
{
    module_t *module = prefs_register_protocol(proto, apply);

    set_defaults();
    prefs_register_uint_preference(module, "copy_window_ms", "Copy window (ms)",
                                   "Sightings of one notice lie within this time (0 to 1000)", 10,
                                   &copy_window_ms);
    prefs_register_uint_preference(
        module, "tolerance_percent", "Tolerance (% of the interval)",
        "An interval may deviate from its schedule by this much (0 to 50) ...", 10,
        &tolerance_percent);
    prefs_register_uint_preference(module, "tolerance_floor_ms", "Tolerance, at least (ms)",
                                   "... and by this much however short the interval is (0 to 1000)",
                                   10, &tolerance_floor_ms);
    prefs_register_uint_preference(
        module, "event_window_ms", "Event window (ms)",
        "Bursts of different MACs that begin within this time are one event (0 to 600000)", 10,
        &event_window_ms);
    prefs_register_bool_preference(
        module, "info_column", "Show burst and round in the Info column",
        "Append a short text such as [burst 1, round 4, +6.000 s] to the Info column",
        &info_column);
    prefs_register_bool_preference(
        module, "cutover", "Cut-over in JSON",
        "Let -z vmotion_notify,json and ndjson look at all frames of an announced MAC and say how "
        "long it was silent around its notices",
        &cutover);
    prefs_register_bool_preference(
        module, "report_all", "Reports leave nothing out",
        "Without this the report and the page show the first events, bursts and intervals of a "
        "large capture, and say how many more there are",
        &report_all);
    register_schedules(module);
    vmn_switch_register(module);
    vmn_task_times_register(module);
}

/* Once for each number of rows, not for each file. */
static void warn_of_too_many_schedules(void)
{
    static unsigned told;

    if (n_rows <= vmn_engine_max_user() || n_rows == told)
        return;
    told = n_rows;
    report_warning("vmotion_notify.schedules: of %u schedules only the first %u are looked for.",
                   n_rows, vmn_engine_max_user());
}

vmn_engine *vmn_preferences_new_engine(void)
{
    vmn_user_schedule *user = g_new0(vmn_user_schedule, n_rows);
    vmn_engine *engine;
    vmn_config config;
    unsigned i;

    warn_of_too_many_schedules();
    vmn_config_init(&config);
    config.copy_window = copy_window_ms * NS_PER_MS;
    config.event_window = event_window_ms * NS_PER_MS;
    config.tolerance_percent = tolerance_percent;
    config.tolerance_floor = tolerance_floor_ms * NS_PER_MS;
    config.user = user;
    for (i = 0; i < n_rows; i++) {
        if (rows[i].ns == NULL)
            continue;
        user[config.n_user].name = rows[i].name;
        user[config.n_user].announcer = rows[i].announcer;
        user[config.n_user].intervals = rows[i].ns;
        user[config.n_user].n = rows[i].n;
        config.n_user++;
    }
    engine = vmn_engine_new(&config);
    g_free(user);
    return engine;
}

bool vmn_preferences_cutover(void)
{
    return cutover;
}

bool vmn_preferences_info_column(void)
{
    return info_column;
}

bool vmn_preferences_report_all(void)
{
    return report_all;
}

static void append_number(GString *text, const char *name, unsigned value, int64_t standard)
{
    if (value != standard)
        g_string_append_printf(text, "%s%s %u", text->len > 0 ? ", " : "", name, value);
}

static void append_word(GString *text, bool changed, const char *word)
{
    if (changed)
        g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", word);
}

static void append_file(GString *text, const char *name, const char *file)
{
    if (file != NULL)
        g_string_append_printf(text, "%s%s %s", text->len > 0 ? ", " : "", name, file);
}

void vmn_preferences_append_changed(GString *text)
{
    vmn_config config;

    vmn_config_init(&config);
    append_number(text, "copy_window_ms", copy_window_ms, config.copy_window / NS_PER_MS);
    append_number(text, "tolerance_percent", tolerance_percent, (int64_t)config.tolerance_percent);
    append_number(text, "tolerance_floor_ms", tolerance_floor_ms,
                  config.tolerance_floor / NS_PER_MS);
    append_number(text, "event_window_ms", event_window_ms, config.event_window / NS_PER_MS);
    append_word(text, !info_column, "info_column off");
    append_word(text, cutover, "cutover on");
    append_word(text, report_all, "report_all on");
    append_number(text, "schedules", n_rows, 0);
    append_file(text, "mac_table", vmn_switch_file());
    append_file(text, "tasks", vmn_task_times_file());
}
