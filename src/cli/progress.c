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

static void draw(struct cli_progress *progress, int64_t elapsed, const char *note)
{
    double seconds = (double)(elapsed > 0 ? elapsed : 1) / 1000;
    double rate = (double)progress->done / seconds;

    fprintf(stderr, "\r\x1b[K%zu done", progress->done);
    if (progress->total > 0)
        fprintf(stderr, " of %zu", progress->total);
    fprintf(stderr, ", %zu failed, %.0f a second", progress->failed, rate);
    if (progress->total > progress->done && rate > 0)
        fprintf(stderr, ", %.0f s left", (double)(progress->total - progress->done) / rate);
    if (note)
        fprintf(stderr, "; %s", note);
    fflush(stderr);
    progress->visible = true;
}

static void draw_in_time(struct cli_progress *progress)
{
    int64_t now = milliseconds();

    if (now - progress->start < FIRST_DRAW || now - progress->drawn < NEXT_DRAW)
        return;
    progress->drawn = now;
    draw(progress, now - progress->start, NULL);
}

void cli_progress_step(struct cli_progress *progress, bool failed)
{
    progress->done++;
    progress->failed += failed;
    /* The clock is looked at now and then: a subject takes some microseconds. */
    if (progress->active && progress->done % 16 == 0)
        draw_in_time(progress);
}

void cli_progress_step_slow(struct cli_progress *progress, bool failed)
{
    progress->done++;
    progress->failed += failed;
    if (progress->active)
        draw_in_time(progress);
}

void cli_progress_note(struct cli_progress *progress, const char *note)
{
    if (progress->active)
        draw(progress, milliseconds() - progress->start, note);
}

void cli_progress_hide(struct cli_progress *progress)
{
    if (progress->visible)
        fputs("\r\x1b[K", stderr);
    progress->visible = false;
}
