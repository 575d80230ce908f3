/* file.c
 * What is kept of the file that is open.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include <epan/packet.h>

#include "file.h"
#include "preferences.h"

static vmn_engine *engine;

static void forget_file(void)
{
    vmn_engine_free(engine);
    engine = NULL;
}

vmn_engine *vmn_dissector_engine(void)
{
    return engine;
}

vmn_engine *vmn_file_begin(void)
{
    if (engine == NULL)
        engine = vmn_preferences_new_engine();
    return engine;
}

int64_t vmn_file_nanoseconds(const nstime_t *t)
{
    /* the nanoseconds are an int and come unchecked from the file: up to 2.2 s */
    const int64_t limit = INT64_MAX / 2 / 1000000000 - 3;
    int64_t secs = (int64_t)t->secs;

    return CLAMP(secs, -limit, limit) * 1000000000 + t->nsecs;
}

int64_t vmn_dissector_time(const packet_info *pinfo)
{
    return vmn_file_nanoseconds(&pinfo->abs_ts);
}

void vmn_file_register(void)
{
    register_cleanup_routine(forget_file);
}
