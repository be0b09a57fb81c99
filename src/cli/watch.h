/* SPDX-License-Identifier: MIT */
/* A run of submit on a terminal: how far it is, and what it waits for. */
#ifndef CLI_WATCH_H
#define CLI_WATCH_H

#include <pthread.h>

#include "cli/progress.h"
#include "submit/client.h"

struct cli_watch {
    struct ses_watch watch; /* first, so that a watch is one of these */
    pthread_mutex_t lock;
    struct cli_progress progress;
};

void cli_watch_init(struct cli_watch *watch, size_t total, bool quiet);

/* Takes the line away, until the next step or wait. */
void cli_watch_hide(struct cli_watch *watch);

void cli_watch_done(struct cli_watch *watch);

#endif
