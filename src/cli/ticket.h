/* SPDX-License-Identifier: MIT */
/* Tickets that several requests share: DIR/tickets/<group>/, beside the folders of the requests.
 *
 * Open before the run, add each request in the order of the input, write when all are known. The
 * requests are kept until then, so that the memory of a run grows with them; nothing is kept, and
 * every call does nothing, without --group-by. */
#ifndef CLI_TICKET_H
#define CLI_TICKET_H

#include <stdbool.h>

#include "base/attribute.h"
#include "cli/job.h"
#include "cli/option.h"
#include "cli/report.h"
#include "render/group.h"

struct cli_tickets {
    const struct cli_options *options;
    struct ses_documents *documents; /* borrowed */
    struct ses_groups groups;
    bool failed; /* a file could not be written */
};

/* Compiles the templates of group documents. Returns 0, or an error that ends the run. */
int cli_tickets_open(struct cli_tickets *tickets, const struct cli_options *options,
                     struct ses_documents *documents, struct cli_report *report) SES_MUSTCHECK;
void cli_tickets_done(struct cli_tickets *tickets);

/* Keeps the request of a good job; says of any other that its ticket goes without it. Returns 0 or
 * SES_ENOMEM. */
int cli_tickets_add(struct cli_tickets *tickets, const struct cli_job *job) SES_MUSTCHECK;

/* Writes the documents of every group. Returns 0, or an error that ends the run. */
int cli_tickets_write(struct cli_tickets *tickets, struct cli_report *report) SES_MUSTCHECK;

#endif
