/* SPDX-License-Identifier: MIT */
/* The instance of the config, its secrets and the trace: all that a client is made from. */
#ifndef CLI_CONNECTION_H
#define CLI_CONNECTION_H

#include <stdbool.h>

#include "base/attribute.h"
#include "base/clock.h"
#include "cli/option.h"
#include "cli/trace.h"
#include "submit/auth.h"
#include "submit/http.h"

struct cli_connection {
    const struct cli_options *options; /* borrowed */
    struct ses_secrets secrets;        /* owned */
    struct cli_trace trace;
    struct ses_clock *clock; /* borrowed */
    bool started;            /* ses_http_start */
};

/* Collects secrets and opens the trace. Returns 0; SES_ENOMEM; SES_EINVALID after a finding or a
 * message where a setting or a secret is missing or must not be used; SES_EIO after one where a
 * file could not be read or written. */
int cli_connection_open(struct cli_connection *connection, const struct cli_options *options,
                        struct ses_clock *clock, struct ses_findings *findings) SES_MUSTCHECK;
void cli_connection_done(struct cli_connection *connection);

/* Makes a client; `context` is a connection. As struct ses_submit_options wants it. */
int cli_connection_connect(void *context, struct ses_http **ret_http,
                           struct ses_auth **ret_auth) SES_MUSTCHECK;

#endif
