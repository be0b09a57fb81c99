/* SPDX-License-Identifier: MIT */
#include "cli/watch.h"

#include <stdio.h>

static void waits(struct ses_watch *base, int64_t milliseconds, const char *why)
{
    struct cli_watch *watch = (struct cli_watch *)base;
    char note[160];

    snprintf(note, sizeof(note), "waiting %lld s: %s", (long long)((milliseconds + 999) / 1000),
             why);
    pthread_mutex_lock(&watch->lock);
    cli_progress_note(&watch->progress, note);
    pthread_mutex_unlock(&watch->lock);
}

static void step(struct ses_watch *base, bool failed)
{
    struct cli_watch *watch = (struct cli_watch *)base;

    pthread_mutex_lock(&watch->lock);
    cli_progress_step_slow(&watch->progress, failed);
    pthread_mutex_unlock(&watch->lock);
}

void cli_watch_init(struct cli_watch *watch, size_t total, bool quiet)
{
    *watch = (struct cli_watch){.watch = {.waits = waits, .step = step},
                                .lock = PTHREAD_MUTEX_INITIALIZER};
    cli_progress_init(&watch->progress, total, quiet);
}

void cli_watch_hide(struct cli_watch *watch)
{
    pthread_mutex_lock(&watch->lock);
    cli_progress_hide(&watch->progress);
    pthread_mutex_unlock(&watch->lock);
}

void cli_watch_done(struct cli_watch *watch)
{
    pthread_mutex_destroy(&watch->lock);
}
