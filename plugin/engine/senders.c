/* senders.c
 * The table of known schedules.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "senders.h"

#include <string.h>

#include "cost.h"

#define DUE_ROUNDS 32 /* more than nearly all bursts have */

struct vmn_schedules {
    GArray *list;      /* vmn_schedule */
    GByteArray *loose; /* see vmn_schedules_loose() */
    GPtrArray *owned;  /* strings and gap tables of user-defined schedules */
};

/*
 * Sources of the figures, row by row: VMware's bursts were read off published captures (2012 to
 * 2022, see captures/README.md), VMware documents none of it. QEMU: net/announce.c, defaults of
 * AnnounceParameters; 64 octets come from DPDK, which sends at QEMU's request (lib/net/rte_arp.c).
 * OVN: controller/pinctrl.c, 20.03 to 23.03, and 24.03. Cloud Hypervisor:
 * virtio-devices/src/net.rs. NetBSD and OpenBSD kernels: every 0.5 s, 20 times. U-Boot, Minix: 5 s
 * × 5. Cisco IOU: ten clients of six public captures, 7 × (2 s + 0 to 8 ms), 38.0 to 38.13 s, then
 * 15 s + 0 to 9 ms. FreeBSD's boot loader: stand/libsa/net.c. NetBSD's and OpenBSD's:
 * sys/lib/libsa/net.c. Both count seconds of a clock that may be about to go on: the first interval
 * may be up to one shorter. Minix: 1 s × 5. SunOS: every 3 s. The open family
 * with ratio 7/4: Linux net/ipv4/ipconfig.c, in ticks of its clock.
 *
 * A row's prior is −ln of how common the sender is among all who send so: rough odds. Lengths are
 * those of frames without tags, as sent (42) or padded by the network card (60).
 */
static const int64_t iou_gaps[] = {2 * VMN_S, 2 * VMN_S, 2 * VMN_S,  2 * VMN_S,
                                   2 * VMN_S, 2 * VMN_S, 38 * VMN_S, 15 * VMN_S};

static const vmn_schedule known[] = {
    {.family = VMN_FAMILY_FRESH, .announcer_name = "unknown"},
    {.family = VMN_FAMILY_IRREGULAR, .announcer_name = "unknown"},
    {.family = VMN_FAMILY_FIBONACCI,
     .params = {.base = VMN_S},
     .shorter = VMN_S,
     .stops_early = true,
     .last = 9,
     .prior = 1.4F,
     .lengths = {60},
     .announcer = VMN_ANNOUNCER_ESXI,
     .announcer_name = "VMware ESXi"},
    /* Seen as ticks 2 to 21 only (ESXi 7.0 U2); KB 343401 speaks of "around 5 (max. 8)". */
    {.family = VMN_FAMILY_FIBONACCI,
     .params = {.base = 2 * VMN_S},
     .shorter = 2 * VMN_S,
     .stops_early = true,
     .last = 9,
     .prior = 1.9F,
     .second_start = 2,
     .second_last = 7,
     .lengths = {60},
     .announcer = VMN_ANNOUNCER_ESXI,
     .announcer_name = "VMware ESXi"},
    {.family = VMN_FAMILY_LINEAR,
     .params = {.base = 50 * VMN_MS, .step = 100 * VMN_MS, .cap = 550 * VMN_MS},
     .last = 4,
     .beyond = true,
     .held_back = true,
     .caps = VMN_MS,
     .prior = 1.4F,
     .lengths = {60, 64},
     .announcer = VMN_ANNOUNCER_QEMU,
     .announcer_name = "QEMU"},
    {.family = VMN_FAMILY_GEOMETRIC,
     .params = {.base = 2 * VMN_S},
     .num = 2,
     .den = 1,
     .caps = VMN_S,
     .last = 4,
     .beyond = true,
     .prior = 1.6F,
     .lengths = {42},
     .announcer = VMN_ANNOUNCER_OVN,
     .announcer_name = "OVN"},
    {.family = VMN_FAMILY_GEOMETRIC,
     .params = {.base = VMN_S},
     .num = 2,
     .den = 1,
     .caps = VMN_S,
     .last = 4,
     .beyond = true,
     .prior = 1.6F,
     .lengths = {42},
     .announcer = VMN_ANNOUNCER_OVN,
     .announcer_name = "OVN"},
    {.family = VMN_FAMILY_CONSTANT,
     .params = {.base = 200 * VMN_MS},
     .last = 4,
     .prior = 3.0F,
     .lengths = {60},
     .announcer = VMN_ANNOUNCER_CLOUD_HYPERVISOR,
     .announcer_name = "Cloud Hypervisor"},
    {.family = VMN_FAMILY_CONSTANT,
     .params = {.base = 500 * VMN_MS},
     .lengths = {42, 60},
     .last = 19,
     .prior = 4.5F,
     .announcer = VMN_ANNOUNCER_RARP_CLIENT,
     .announcer_name = "RARP client"},
    {.family = VMN_FAMILY_CONSTANT,
     .params = {.base = 5 * VMN_S},
     .lengths = {42, 60},
     .last = 4,
     .prior = 5.0F,
     .announcer = VMN_ANNOUNCER_RARP_CLIENT,
     .announcer_name = "RARP client"},
    {.family = VMN_FAMILY_TABLE,
     .gaps = iou_gaps,
     .n_gaps = G_N_ELEMENTS(iou_gaps),
     .tail = true,
     .late = 4.2e-3,
     .prior = 3.5F,
     .lengths = {60},
     .name = "7 × 2 s, 38 s, then every 15 s",
     .announcer = VMN_ANNOUNCER_RARP_CLIENT,
     .announcer_name = "RARP client"},
    {.family = VMN_FAMILY_LINEAR,
     .params = {.base = 2 * VMN_S, .step = 2 * VMN_S, .cap = 120 * VMN_S},
     .shorter = VMN_S,
     .jitter = VMN_MS / 2,
     .prior = 2.3F,
     .lengths = {60},
     .announcer = VMN_ANNOUNCER_RARP_CLIENT,
     .announcer_name = "RARP client"},
    {.family = VMN_FAMILY_GEOMETRIC,
     .params = {.base = 2 * VMN_S, .cap = 20 * VMN_S},
     .shorter = VMN_S,
     .jitter = VMN_MS / 2,
     .num = 2,
     .den = 1,
     .prior = 3.7F,
     .lengths = {60},
     .announcer = VMN_ANNOUNCER_RARP_CLIENT,
     .announcer_name = "RARP client"},
    {.family = VMN_FAMILY_CONSTANT,
     .params = {.base = VMN_S},
     .last = 4,
     .prior = 5.5F,
     .lengths = {42, 60},
     .announcer = VMN_ANNOUNCER_RARP_CLIENT,
     .announcer_name = "RARP client"},
    {.family = VMN_FAMILY_CONSTANT,
     .params = {.base = 3 * VMN_S},
     .prior = 6.0F,
     .lengths = {42, 60},
     .announcer = VMN_ANNOUNCER_RARP_CLIENT,
     .announcer_name = "RARP client"},
};

/* Parameters estimated from the first intervals. */
static const vmn_schedule open_families[] = {
    {.family = VMN_FAMILY_FIBONACCI, .prior = 3.5F, .announcer_name = "unknown"},
    {.family = VMN_FAMILY_LINEAR,
     .held_back = true,
     .caps = 1,
     .prior = 3.0F,
     .lengths = {60},
     .announcer = VMN_ANNOUNCER_QEMU,
     .announcer_name = "QEMU"},
    {.family = VMN_FAMILY_GEOMETRIC,
     .num = 2,
     .den = 1,
     .caps = 1,
     .prior = 3.5F,
     .announcer_name = "unknown"},
    /* Linux: the first gap is random in 2 … 3 s, the others grow up to 30 s; at most 6 sends. */
    {.family = VMN_FAMILY_GEOMETRIC,
     .num = 7,
     .den = 4,
     .jitter = 5 * VMN_MS,
     .lengths = {42, 60},
     .last = 5,
     .prior = 4.0F,
     .announcer = VMN_ANNOUNCER_RARP_CLIENT,
     .announcer_name = "RARP client"},
    {.family = VMN_FAMILY_CONSTANT, .prior = 3.5F, .announcer_name = "unknown"},
};

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
        gaps[i] = CLAMP(user->intervals[i], 1, VMN_MAX_GAP);
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

/*
 * −ln of how much more often the MACs that a sender announces lie in each range than those of other
 * software do. Rough shares, no measurement: of VMware's MACs 92 % in its own range, of QEMU's 75 %
 * in 52:54:00, a fifth in other local ones …; of other software's 15, 12, 27 and 46 %.
 */
static const float range_costs[VMN_ANNOUNCERS][VMN_RANGES] = {
    [VMN_ANNOUNCER_ESXI] = {-1.8F, 2.5F, 1.9F, 2.7F},
    [VMN_ANNOUNCER_QEMU] = {3.4F, -1.8F, 0.3F, 2.3F},
    [VMN_ANNOUNCER_CLOUD_HYPERVISOR] = {2.7F, -0.2F, -1.1F, 2.4F},
    [VMN_ANNOUNCER_OVS] = {1.6F, -0.9F, -0.7F, 1.5F},
    [VMN_ANNOUNCER_OVN] = {2.0F, -0.7F, -0.8F, 1.5F},
    [VMN_ANNOUNCER_RARP_CLIENT] = {0.6F, 0.4F, 0.3F, -0.3F},
};

float vmn_sender_range_cost(vmn_announcer announcer, vmn_range range)
{
    return range_costs[announcer][range];
}

unsigned vmn_schedules_max_user(void)
{
    return VMN_MAX_SCHEDULES - G_N_ELEMENTS(known) - G_N_ELEMENTS(open_families);
}

vmn_schedules *vmn_schedules_new(const vmn_user_schedule *user, unsigned n)
{
    vmn_schedules *list = g_new0(vmn_schedules, 1);

    list->list = g_array_new(FALSE, TRUE, sizeof(vmn_schedule));
    list->loose = g_byte_array_new();
    list->owned = g_ptr_array_new_with_free_func(g_free);
    g_array_append_vals(list->list, known, G_N_ELEMENTS(known));
    for (unsigned i = 0; i < MIN(n, vmn_schedules_max_user()); i++)
        if (user[i].n > 0)
            add_user(list, &user[i]);
    for (unsigned i = 0; i < list->list->len; i++) {
        const vmn_schedule *s = vmn_schedules_get(list, i);

        if (s->family > VMN_FAMILY_IRREGULAR)
            add_due(list, i);
        if (s->shorter > 0 || s->held_back)
            g_byte_array_append(list->loose, &(uint8_t){(uint8_t)i}, 1);
    }
    g_array_append_vals(list->list, open_families, G_N_ELEMENTS(open_families));
    return list;
}

void vmn_schedules_free(vmn_schedules *list)
{
    if (list == NULL)
        return;
    g_array_free(list->list, TRUE);
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
