/* words.c
 * Names as the contract prints them, and times as people write them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *vmn_kind_name(vmn_kind kind)
{
    static const char *const names[] = {"notice", "RARP client request", "RARP reply", "unusual"};

    return (unsigned)kind < G_N_ELEMENTS(names) ? names[kind] : "unknown";
}

const char *vmn_state_name(vmn_state state)
{
    static const char *const names[] = {"complete", "cut short by a restart",
                                        "ends with the capture", "ended early", "single"};

    return (unsigned)state < G_N_ELEMENTS(names) ? names[state] : "unknown";
}

const char *vmn_announcer_name(vmn_announcer announcer)
{
    static const char *const names[] = {"unknown",          "VMware ESXi",  "QEMU",
                                        "Cloud Hypervisor", "Open vSwitch", "OVN",
                                        "RARP client",      "user-defined"};

    return (unsigned)announcer < G_N_ELEMENTS(names) ? names[announcer] : "unknown";
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
    for (size_t end = strlen(number); end > 0 && strchr(".0", number[end - 1]); end--) {
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

unsigned vmn_digits_more(int64_t ns)
{
    unsigned digits = 0;

    while (ns > 0 && ns % 10 == 0)
        ns /= 10;
    for (; ns > 9; ns /= 10)
        digits++;
    return digits;
}
