/* SPDX-License-Identifier: MIT */
/* The file of --trace: requests and replies as submit/trace.h writes them, each with its time. */
#ifndef CLI_TRACE_H
#define CLI_TRACE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/attribute.h"
#include "submit/http.h"

struct cli_trace {
    struct ses_trace trace; /* first: what a client is given */
    FILE *file;             /* owned; NULL: there is none */
    const char *path;       /* borrowed */
    pthread_mutex_t lock;   /* one exchange at a time */
};

/* Begins the file `path` anew, for its owner only; NULL is none. A closed one is all zero. Returns
 * 0, or SES_EIO after a message. */
int cli_trace_open(struct cli_trace *trace, const char *path) SES_MUSTCHECK;

/* Says where what was to be written could not be. */
void cli_trace_close(struct cli_trace *trace);

#endif
