/* bounds.c
 * The capture's bounds: when its frames begin and end, RARP or not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include <epan/packet.h>

#include "bounds.h"
#include "file.h"

/* No capture that counts from the epoch was written within a year of it; a simulator's counts from
 * 0. */
#define FIRST_YEAR (INT64_C(366) * 86400 * 1000000000)

static dissector_handle_t handle;
static bool is_watching;
static int64_t last_begin = INT64_MIN,
               last_seen = INT64_MIN; /* of the session before, or of this one */

static bool has_time(const packet_info *pinfo)
{
    return (pinfo->presence_flags & PINFO_HAS_TS) != 0;
}

/*
 * The time of the capture's first frame, or of the user's time reference before this frame. A first
 * frame without a time stamp has time 0: then nothing is known but this frame.
 */
static int64_t first_time(const packet_info *pinfo)
{
    int64_t when = vmn_dissector_time(pinfo);
    int64_t first = when - vmn_file_nanoseconds(&pinfo->rel_ts);

    return first == 0 && when > FIRST_YEAR ? when : first;
}

/*
 * A session that goes on in the same capture after the one before (tshark -M) knows nothing of what
 * came in between: to it, the capture begins with this frame.
 */
static int64_t session_begin(const packet_info *pinfo)
{
    int64_t when = vmn_dissector_time(pinfo), first = first_time(pinfo);
    bool goes_on = first == last_begin && when > last_seen;

    last_begin = first;
    last_seen = when;
    return goes_on ? when : first;
}

/* The post-dissector. Frames are seen again and again; their times are new once. */
static int see_frame(tvbuff_t *tvb _U_, packet_info *pinfo, proto_tree *tree _U_, void *data _U_)
{
    vmn_engine *engine = vmn_dissector_engine();

    if (engine != NULL && !pinfo->fd->visited && has_time(pinfo)) {
        int64_t when = vmn_dissector_time(pinfo);

        last_seen = MAX(last_seen, when);
        vmn_engine_clock(engine, when);
    }
    return 0;
}

void vmn_bounds_begin(const packet_info *pinfo)
{
    vmn_engine *engine = vmn_file_begin();

    if (has_time(pinfo))
        vmn_engine_clock(engine, session_begin(pinfo));
    if (!is_watching)
        register_postdissector(handle);
    is_watching = true;
}

void vmn_bounds_handoff(void)
{
    /* Of no protocol: that of the wrapper would be asked for its parent before every frame. */
    handle = create_dissector_handle(see_frame, -1);
}
