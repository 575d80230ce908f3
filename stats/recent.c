/* recent.c
 * The frames that came by last; see recent.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "recent.h"

#define FIRST_ROOM 64

struct vmn_recent {
    vmn_recent_frame *frames;
    uint32_t room;   /* a power of two up to VMN_RECENT */
    uint64_t newest; /* number of the last one; they count from 1 */
};

vmn_recent *vmn_recent_new(void)
{
    vmn_recent *recent = g_new0(vmn_recent, 1);

    recent->room = FIRST_ROOM;
    recent->frames = g_new(vmn_recent_frame, recent->room);
    return recent;
}

void vmn_recent_free(vmn_recent *recent)
{
    if (!recent)
        return;
    g_free(recent->frames);
    g_free(recent);
}

static vmn_recent_frame *place_of(const vmn_recent *recent, uint64_t number)
{
    return &recent->frames[(number - 1) & (recent->room - 1)];
}

uint64_t vmn_recent_add(vmn_recent *recent, uint64_t older, const vmn_sight *sight, bool is_to)
{
    if (recent->newest == recent->room && recent->room < VMN_RECENT) {
        recent->room *= 2; /* nothing was overwritten yet: all stay where they are */
        recent->frames = g_renew(vmn_recent_frame, recent->frames, recent->room);
    }
    recent->newest++;
    *place_of(recent, recent->newest) =
        (vmn_recent_frame){.sight = *sight, .older = older, .times = 1, .is_to = is_to};
    return recent->newest;
}

vmn_recent_frame *vmn_recent_get(vmn_recent *recent, uint64_t number)
{
    if (number == 0 || number + recent->room <= recent->newest)
        return NULL;
    return place_of(recent, number);
}
