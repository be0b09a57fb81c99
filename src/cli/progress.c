/* SPDX-License-Identifier: MIT */
#include "cli/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define FIRST_DRAW 500
#define NEXT_DRAW 100

static int64_t milliseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void cli_progress_init(struct cli_progress *progress, size_t total, bool quiet)
{
    *progress = (struct cli_progress){.active = !quiet && isatty(STDERR_FILENO), .total = total};
    if (progress->active)
        progress->start = milliseconds();
}

static void draw(struct cli_progress *progress, int64_t elapsed)
{
    double seconds = (double)elapsed / 1000;
    double rate = (double)progress->done / seconds;

    fprintf(stderr, "\r\x1b[K%zu done", progress->done);
    if (progress->total > 0)
        fprintf(stderr, " of %zu", progress->total);
    fprintf(stderr, ", %zu failed, %.0f a second", progress->failed, rate);
    if (progress->total > progress->done && rate > 0)
        fprintf(stderr, ", %.0f s left", (double)(progress->total - progress->done) / rate);
    fflush(stderr);
    progress->visible = true;
}

void cli_progress_step(struct cli_progress *progress, bool failed)
{
    int64_t now;

    progress->done++;
    progress->failed += failed;
    /* The clock is looked at now and then: a subject takes some microseconds. */
    if (!progress->active || progress->done % 16 != 0)
        return;
    now = milliseconds();
    if (now - progress->start < FIRST_DRAW || now - progress->drawn < NEXT_DRAW)
        return;
    progress->drawn = now;
    draw(progress, now - progress->start);
}

void cli_progress_hide(struct cli_progress *progress)
{
    if (progress->visible)
        fputs("\r\x1b[K", stderr);
    progress->visible = false;
}
