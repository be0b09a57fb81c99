/* SPDX-License-Identifier: MIT */
/* The time of day, and waiting, for those parts of the library that need them. */
#ifndef CLI_CLOCK_H
#define CLI_CLOCK_H

#include "base/clock.h"

/* The system's. Its wait ends early, and says so, at an interrupt (Ctrl-C) or SIGTERM, which then
 * do not end the program. */
struct ses_clock cli_clock(void);

/* The same, for work that should not end in the middle: from here on an interrupt does not end the
 * program at other times either, but the next wait says that it came. A second one does, at once.
 */
struct ses_clock cli_clock_catching(void);

#endif
