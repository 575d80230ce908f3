/* schedule.c
 * The known schedules, the open families, their gaps and their names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "schedule.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cost.h"

#define MAX_GAP (INT64_C(1000000) * VMN_S) /* keeps sums of gaps far from overflow */
#define FIB_TICKS 25                       /* 33 hours, where a tick is a second */
#define DUE_ROUNDS 32                      /* more than nearly all bursts have */
#define MAX_FIB_BASE (10000 * VMN_S)       /* likewise */

struct vmn_schedules {
    GArray *list;         /* vmn_schedule */
    GArray *ways;         /* vmn_way, sorted by interval */
    unsigned octaves[64]; /* index of the first way of 2^k ns or more */
    GByteArray *loose;    /* see vmn_schedules_loose() */
    GPtrArray *owned;     /* strings and gap tables of user-defined schedules */
};

/*
 * Sources of the figures: VMware's bursts were read off published captures
 * (2012 to 2022, see captures/README.md), VMware documents none of it; QEMU
 * net/announce.c (defaults of AnnounceParameters); Cloud Hypervisor
 * virtio-devices/src/net.rs; OVN controller/pinctrl.c, 24.03 and before;
 * Linux net/ipv4/ipconfig.c; NetBSD and OpenBSD kernels; U-Boot; Cisco IOU
 * as captured.
 */
static const int64_t iou_gaps[] = {2 * VMN_S, 2 * VMN_S, 2 * VMN_S,  2 * VMN_S,
                                   2 * VMN_S, 2 * VMN_S, 38 * VMN_S, 15 * VMN_S};

static const vmn_schedule known[] = {
    {.family = VMN_FAMILY_FRESH, .announcer_name = "unknown"},
    {.family = VMN_FAMILY_IRREGULAR, .announcer_name = "unknown"},
    {.family = VMN_FAMILY_FIBONACCI,
     .params = {.base = VMN_S},
     .last = 9,
     .prior = 1.4F,
     .length = 60,
     .announcer = VMN_ANNOUNCER_ESXI,
     .announcer_name = "VMware ESXi"},
    /* Seen as ticks 2 to 21 only (ESXi 7.0 U2); KB 343401 speaks of "around 5 (max. 8)". */
    {.family = VMN_FAMILY_FIBONACCI,
     .params = {.base = 2 * VMN_S},
     .last = 9,
     .prior = 1.6F,
     .second_start = 2,
     .second_last = 7,
     .length = 60,
     .announcer = VMN_ANNOUNCER_ESXI,
     .announcer_name = "VMware ESXi"},
    {.family = VMN_FAMILY_LINEAR,
     .params = {.base = 50 * VMN_MS, .step = 100 * VMN_MS, .cap = 550 * VMN_MS},
     .last = 4,
     .beyond = true,
     .held_back = true,
     .prior = 1.4F,
     .length = 60,
     .announcer = VMN_ANNOUNCER_QEMU,
     .announcer_name = "QEMU"},
    {.family = VMN_FAMILY_GEOMETRIC,
     .params = {.base = 2 * VMN_S},
     .num = 2,
     .den = 1,
     .last = 4,
     .beyond = true,
     .prior = 1.6F,
     .length = 42,
     .announcer = VMN_ANNOUNCER_OVN,
     .announcer_name = "OVN"},
    {.family = VMN_FAMILY_GEOMETRIC,
     .params = {.base = VMN_S},
     .num = 2,
     .den = 1,
     .last = 4,
     .beyond = true,
     .prior = 1.6F,
     .length = 42,
     .announcer = VMN_ANNOUNCER_OVN,
     .announcer_name = "OVN"},
    {.family = VMN_FAMILY_CONSTANT,
     .params = {.base = 200 * VMN_MS},
     .last = 4,
     .prior = 3.0F,
     .announcer = VMN_ANNOUNCER_CLOUD_HYPERVISOR,
     .announcer_name = "Cloud Hypervisor"},
    {.family = VMN_FAMILY_CONSTANT,
     .params = {.base = 500 * VMN_MS},
     .last = 19,
     .prior = 4.5F,
     .announcer = VMN_ANNOUNCER_RARP_CLIENT,
     .announcer_name = "RARP client"},
    {.family = VMN_FAMILY_CONSTANT,
     .params = {.base = 5 * VMN_S},
     .last = 4,
     .prior = 5.0F,
     .announcer = VMN_ANNOUNCER_RARP_CLIENT,
     .announcer_name = "RARP client"},
    {.family = VMN_FAMILY_TABLE,
     .gaps = iou_gaps,
     .n_gaps = G_N_ELEMENTS(iou_gaps),
     .tail = true,
     .prior = 5.0F,
     .name = "7 × 2 s, 38 s, then every 15 s",
     .announcer = VMN_ANNOUNCER_RARP_CLIENT,
     .announcer_name = "RARP client"},
};

/* Parameters estimated from the first intervals. */
static const vmn_schedule open_families[] = {
    {.family = VMN_FAMILY_FIBONACCI, .prior = 3.5F, .announcer_name = "unknown"},
    {.family = VMN_FAMILY_LINEAR,
     .prior = 3.0F,
     .length = 60,
     .announcer = VMN_ANNOUNCER_QEMU,
     .announcer_name = "QEMU"},
    {.family = VMN_FAMILY_GEOMETRIC,
     .num = 2,
     .den = 1,
     .prior = 3.5F,
     .announcer_name = "unknown"},
    /* Linux: the first gap is random in 2 … 3 s, the others grow up to 30 s; at most 6 sends. */
    {.family = VMN_FAMILY_GEOMETRIC,
     .num = 7,
     .den = 4,
     .last = 5,
     .prior = 4.0F,
     .announcer = VMN_ANNOUNCER_RARP_CLIENT,
     .announcer_name = "RARP client"},
    {.family = VMN_FAMILY_CONSTANT, .prior = 3.5F, .announcer_name = "unknown"},
};

uint32_t vmn_schedule_tick(unsigned k)
{
    static const uint32_t ticks[FIB_TICKS + 1] = {
        0,   1,   2,   3,    5,    8,    13,   21,    34,    55,    89,    144,   233,
        377, 610, 987, 1597, 2584, 4181, 6765, 10946, 17711, 28657, 46368, 75025, 121393};

    return ticks[MIN(k, FIB_TICKS)];
}

static int64_t geometric_gap(const vmn_schedule *s, const vmn_params *p, unsigned k)
{
    int64_t gap = p->base;
    int64_t limit = p->cap > 0 ? p->cap : MAX_GAP;

    if (s->num == 2 && s->den == 1)
        return k < 24 && gap < limit >> k ? gap << k : limit;
    while (k-- > 0 && gap < limit)
        gap = gap / s->den * s->num + gap % s->den * s->num / s->den;
    return MIN(gap, limit);
}

int64_t vmn_schedule_gap(const vmn_schedule *s, const vmn_params *p, unsigned k)
{
    switch (s->family) {
    case VMN_FAMILY_FIBONACCI:
        if (k >= FIB_TICKS)
            return 0;
        return (int64_t)(vmn_schedule_tick(k + 1) - vmn_schedule_tick(k)) *
               MIN(p->base, MAX_FIB_BASE);
    case VMN_FAMILY_LINEAR: {
        int64_t gap = p->base + p->step * (int64_t)MIN(k, 100000U);

        return p->cap > 0 ? MIN(gap, p->cap) : MIN(gap, MAX_GAP);
    }
    case VMN_FAMILY_GEOMETRIC:
        return geometric_gap(s, p, k);
    case VMN_FAMILY_CONSTANT:
        return p->base;
    case VMN_FAMILY_TABLE:
        if (k < s->n_gaps)
            return s->gaps[k];
        return s->tail ? s->gaps[s->n_gaps - 1] : 0;
    default:
        return 0;
    }
}

/* The ways from round `from` on: the precomputed answer to "what can this interval be?". */
static void add_ways_from(vmn_schedules *list, unsigned schedule, unsigned from)
{
    const vmn_schedule *s = vmn_schedules_get(list, schedule);
    int64_t interval = 0;
    /* A burst that begins with an interval of any length has its own rule (free first interval). */
    bool free_first = s->family == VMN_FAMILY_FIBONACCI && from == 0;
    float head = vmn_cost_head(s, from);

    for (unsigned to = from + 1; to <= from + VMN_MAX_SKIP + 1; to++) {
        int64_t gap = vmn_schedule_gap(s, &s->params, to - 1);
        vmn_way way = {.schedule = (uint8_t)schedule, .from = (uint8_t)from, .to = (uint8_t)to};

        if (gap == 0 || (s->last > 0 && to > s->last))
            break;
        interval += gap;
        if (free_first)
            continue;
        way.interval = interval;
        way.cost = s->prior + head + VMN_COST_LOST * (float)(to - from - 1);
        way.exact = vmn_cost_exact(s, interval);
        g_array_append_val(list->ways, way);
    }
}

static int compare_ways(const void *a, const void *b)
{
    const vmn_way *x = a, *y = b;

    return (x->interval > y->interval) - (x->interval < y->interval);
}

static void find_octaves(vmn_schedules *list)
{
    unsigned way = 0;

    for (unsigned k = 0; k < G_N_ELEMENTS(list->octaves); k++) {
        while (way < list->ways->len &&
               (uint64_t)g_array_index(list->ways, vmn_way, way).interval < UINT64_C(1) << k)
            way++;
        list->octaves[k] = way;
    }
}

/* When its rounds are due, and what they cost then. */
static void add_due(vmn_schedules *list, unsigned schedule)
{
    vmn_schedule *s = &g_array_index(list->list, vmn_schedule, schedule);
    int64_t *due = g_new0(int64_t, DUE_ROUNDS);
    float *exact = g_new0(float, DUE_ROUNDS);

    for (unsigned k = 1; k < DUE_ROUNDS; k++) {
        bool over = s->last > 0 && k > s->last && !s->beyond;

        due[k] = due[k - 1] + (over ? 0 : vmn_schedule_gap(s, &s->params, k - 1));
        exact[k - 1] = vmn_cost_exact(s, due[k] - due[k - 1]);
    }
    s->due = due;
    s->exact = exact;
    s->n_due = DUE_ROUNDS;
    g_ptr_array_add(list->owned, due);
    g_ptr_array_add(list->owned, exact);
}

static void add_user(vmn_schedules *list, const vmn_user_schedule *user)
{
    int64_t *gaps = g_new(int64_t, user->n);
    vmn_schedule s = {.family = VMN_FAMILY_TABLE, .prior = 1.0F, .announcer = VMN_ANNOUNCER_USER};

    for (unsigned i = 0; i < user->n; i++)
        gaps[i] = CLAMP(user->intervals[i], 1, MAX_GAP);
    s.gaps = gaps;
    s.n_gaps = (uint16_t)MIN(user->n, 1000U);
    s.last = s.n_gaps;
    s.name = g_strdup(user->name);
    s.announcer_name = g_strdup(user->announcer);
    g_ptr_array_add(list->owned, gaps);
    g_ptr_array_add(list->owned, (void *)s.name);
    g_ptr_array_add(list->owned, (void *)s.announcer_name);
    g_array_append_val(list->list, s);
}

unsigned vmn_engine_max_user(void)
{
    return VMN_MAX_SCHEDULES - G_N_ELEMENTS(known) - G_N_ELEMENTS(open_families);
}

vmn_schedules *vmn_schedules_new(const vmn_user_schedule *user, unsigned n)
{
    vmn_schedules *list = g_new0(vmn_schedules, 1);

    list->list = g_array_new(FALSE, TRUE, sizeof(vmn_schedule));
    list->ways = g_array_new(FALSE, TRUE, sizeof(vmn_way));
    list->loose = g_byte_array_new();
    list->owned = g_ptr_array_new_with_free_func(g_free);
    g_array_append_vals(list->list, known, G_N_ELEMENTS(known));
    for (unsigned i = 0; i < MIN(n, vmn_engine_max_user()); i++)
        if (user[i].n > 0)
            add_user(list, &user[i]);
    for (unsigned i = 0; i < list->list->len; i++) {
        const vmn_schedule *s = vmn_schedules_get(list, i);
        /* Where all gaps are equal, a burst that lost its head looks like any other. */
        unsigned head = s->family == VMN_FAMILY_CONSTANT || s->tail ? 0 : VMN_MAX_HEAD;

        for (unsigned from = 0; s->family > VMN_FAMILY_IRREGULAR && from <= head; from++)
            add_ways_from(list, i, from);
        if (s->family > VMN_FAMILY_IRREGULAR)
            add_due(list, i);
        if (s->family == VMN_FAMILY_FIBONACCI || s->held_back)
            g_byte_array_append(list->loose, &(uint8_t){(uint8_t)i}, 1);
    }
    g_array_append_vals(list->list, open_families, G_N_ELEMENTS(open_families));
    qsort(list->ways->data, list->ways->len, sizeof(vmn_way), compare_ways);
    find_octaves(list);
    return list;
}

void vmn_schedules_free(vmn_schedules *list)
{
    if (list == NULL)
        return;
    g_array_free(list->list, TRUE);
    g_array_free(list->ways, TRUE);
    g_byte_array_free(list->loose, TRUE);
    g_ptr_array_free(list->owned, TRUE);
    g_free(list);
}

unsigned vmn_schedules_count(const vmn_schedules *list)
{
    return list->list->len;
}

const vmn_schedule *vmn_schedules_get(const vmn_schedules *list, unsigned i)
{
    return &g_array_index(list->list, vmn_schedule, i);
}

unsigned vmn_schedules_open(const vmn_schedules *list, vmn_family family, uint8_t num)
{
    unsigned first = list->list->len - (unsigned)G_N_ELEMENTS(open_families);

    for (unsigned i = 0; i < G_N_ELEMENTS(open_families); i++)
        if (open_families[i].family == family &&
            (family != VMN_FAMILY_GEOMETRIC || open_families[i].num == num))
            return first + i;
    g_assert_not_reached();
}

const uint8_t *vmn_schedules_loose(const vmn_schedules *list, unsigned *n)
{
    *n = list->loose->len;
    return list->loose->data;
}

const vmn_way *vmn_schedules_ways(const vmn_schedules *list, int64_t low, int64_t high, unsigned *n)
{
    const vmn_way *ways = (const vmn_way *)(void *)list->ways->data;
    unsigned octave = vmn_octave(low);
    unsigned from = list->octaves[octave], to = list->octaves[octave + 1], end;

    while (from < to) {
        unsigned middle = (from + to) / 2;

        if (ways[middle].interval < low)
            from = middle + 1;
        else
            to = middle;
    }
    for (end = from; end < list->ways->len && ways[end].interval <= high; end++)
        ;
    *n = end - from;
    return ways + from;
}

void vmn_duration_text(int64_t ns, char *text, size_t size)
{
    static const struct {
        int64_t unit;
        const char *name;
    } units[] = {{VMN_S, "s"}, {VMN_MS, "ms"}, {1000, "µs"}, {1, "ns"}};
    unsigned u = 0;
    char number[32];

    while (u < G_N_ELEMENTS(units) - 1 && ns < units[u].unit)
        u++;
    snprintf(number, sizeof(number), "%" PRId64 ".%09" PRId64, ns / units[u].unit,
             ns % units[u].unit * (VMN_S / units[u].unit));
    for (size_t end = strlen(number); number[end - 1] == '0' || number[end - 1] == '.'; end--) {
        bool point = number[end - 1] == '.';

        number[end - 1] = '\0';
        if (point)
            break;
    }
    snprintf(text, size, "%s %s", number, units[u].name);
}

int64_t vmn_round_duration(int64_t ns)
{
    static const int64_t digits[] = {5, 2, 1};
    int64_t allowed = MIN(MAX(VMN_MS / 2, ns / 1000), ns / 100);

    int64_t power = 1000 * VMN_S;

    while (power / 2 > ns && power > 1)
        power /= 10;
    for (; power > 0; power /= 10) {
        for (unsigned i = 0; i < G_N_ELEMENTS(digits); i++) {
            int64_t grid = digits[i] * power;
            int64_t rounded;

            if (grid / 2 > ns)
                continue;
            rounded = (ns + grid / 2) / grid * grid;
            if (rounded > 0 && ABS(rounded - ns) <= allowed)
                return rounded;
        }
    }
    return ns;
}

/* Copy a name, cut between characters where there is no room for all of it. */
static void copy_name(char *text, const char *name, size_t size)
{
    const char *end;

    g_strlcpy(text, name, size);
    if (strlen(name) >= size && !g_utf8_validate(text, -1, &end))
        text[end - text] = '\0';
}

void vmn_schedule_name(const vmn_schedule *s, const vmn_params *p, unsigned reached, char *text,
                       size_t size)
{
    char base[32], step[32], cap[32];

    vmn_duration_text(p->base, base, sizeof(base));
    switch (s->family) {
    case VMN_FAMILY_FRESH:
        snprintf(text, size, "single");
        break;
    case VMN_FAMILY_IRREGULAR:
        snprintf(text, size, "irregular");
        break;
    case VMN_FAMILY_FIBONACCI:
        snprintf(text, size, "Fibonacci × %s", base);
        break;
    case VMN_FAMILY_LINEAR:
        vmn_duration_text(p->step, step, sizeof(step));
        vmn_duration_text(p->cap, cap, sizeof(cap));
        /* A cap that no gap reached was not seen at work. */
        if (p->cap > 0 && reached > 0 && p->base + p->step * (int64_t)(reached - 1) > p->cap)
            snprintf(text, size, "%s + %s, at most %s", base, step, cap);
        else
            snprintf(text, size, "%s + %s", base, step);
        break;
    case VMN_FAMILY_GEOMETRIC:
        vmn_duration_text(p->cap, cap, sizeof(cap));
        if (s->num == 2)
            snprintf(text, size, "doubling from %s%s%s", base, p->cap ? ", at most " : "",
                     p->cap ? cap : "");
        else
            snprintf(text, size, "× %u/%u from %s", s->num, s->den, base);
        break;
    case VMN_FAMILY_CONSTANT:
        snprintf(text, size, "constant %s", base);
        break;
    case VMN_FAMILY_TABLE:
        copy_name(text, s->name, size);
        break;
    }
}
