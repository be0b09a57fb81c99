/* SPDX-License-Identifier: MIT */
/* One line on a terminal that says how far a long run is; nothing elsewhere. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cli_progress {
    bool active;  /* standard error is a terminal and nobody said --quiet */
    bool visible; /* the line stands on the terminal now */
    size_t done;
    size_t failed;
    size_t total;  /* 0 where it is not known */
    int64_t start; /* milliseconds of a clock that only goes forward */
    int64_t drawn;
};

/* `total` is how many subjects there are, 0 where that is not known. */
void cli_progress_init(struct cli_progress *progress, size_t total, bool quiet);

/* One more is done. Draws at most ten times a second, and never within the first half second. */
void cli_progress_step(struct cli_progress *progress, bool failed);

/* The same for what takes long: looks at the clock every time. */
void cli_progress_step_slow(struct cli_progress *progress, bool failed);

/* Draws the line now, with `note` behind it: why nothing goes on. */
void cli_progress_note(struct cli_progress *progress, const char *note);

/* Takes the line away, so that something else can be printed. */
void cli_progress_hide(struct cli_progress *progress);

#endif
