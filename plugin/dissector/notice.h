/* notice.h
 * What is known of one RARP layer when it is shown.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef VMN_NOTICE_H
#define VMN_NOTICE_H

#include "engine.h"

/* All that is printed of one RARP layer. */
typedef struct {
    vmn_engine *engine;
    uint32_t record;        /* in the engine */
    const vmn_frame *frame; /* the layer as it was captured */
    vmn_view view;
    bool settled; /* view is the final answer */
} vmn_notice;

#endif
