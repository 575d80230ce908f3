/* listener.c
 * What the statistics share when they listen to the tap.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "listener.h"

#include "compat.h"
#include "tap.h"

#include <epan/packet.h>
#include <epan/tap.h>

#include <string.h>

static unsigned sessions; /* how many are over */
static bool is_running;   /* one that is not over */

bool vmn_in_tshark(void)
{
    const char *name = g_get_prgname();
    return name && strstr(name, "tshark") != NULL;
}

void vmn_listen_for_draw(void *data, void (*draw)(void *data))
{
    GString *error = register_tap_listener(VMN_TAP_NAME, data, NULL, TL_REQUIRES_NOTHING, NULL,
                                           NULL, draw, NULL);
    if (error) { /* cannot be: the tap exists, there is no filter */
        g_warning("vmotion_notify: %s", error->str);
        g_string_free(error, TRUE);
    }
}

static void begin_session(void)
{
    is_running = true;
}

static void end_session(void)
{
    is_running = false;
    sessions++;
}

void vmn_listener_register(void)
{
    register_init_routine(begin_session);
    register_cleanup_routine(end_session);
}

bool vmn_session_runs(void)
{
    return is_running;
}

bool vmn_session_is_over(unsigned *session)
{
    bool over = *session != sessions;
    *session = sessions;
    return over;
}
