/* SPDX-License-Identifier: MIT */
/* Time and waiting, handed in by the program, so that the library has neither of its own and a test
 * can make an hour pass at once. */
#ifndef SES_BASE_CLOCK_H
#define SES_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct ses_clock {
    /* Milliseconds since 1970-01-01, UTC. */
    int64_t (*now)(struct ses_clock *clock);
    /* Waits. False where somebody asked to stop, at once or while it waited. */
    bool (*wait)(struct ses_clock *clock, int64_t milliseconds);
};

#endif
