/* SPDX-License-Identifier: MIT */
/* The tickets of a run, gathered from its jobs until all are known.
 *
 * open, add each job in the order of the input, seal; then tickets stand in that order, groups in
 * that of their names, and can be handed to submit/. Everything lives as long as the outbox: a
 * ticket takes some ten kilobytes. */
#ifndef CLI_OUTBOX_H
#define CLI_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/map.h"
#include "cli/job.h"
#include "cli/option.h"
#include "cli/report.h"
#include "cli/review.h"
#include "render/document.h"
#include "render/field.h"
#include "render/group.h"
#include "submit/ticket.h"

struct cli_outbox {
    const struct cli_options *options; /* borrowed */
    struct ses_findings *findings;     /* borrowed: of the run */
    struct cli_review review;
    struct ses_documents *documents; /* owned */
    struct ses_fields *fields;       /* owned */
    struct ses_groups groups;        /* with --group-by */
    struct ses_map exports;          /* of those groups: bytes by path */
    struct ses_arena arena;
    struct ses_ticket *tickets; /* arena */
    size_t count;
    size_t capacity;
    size_t refused; /* subjects without a ticket, because of findings */
};

/* Compiles documents and fields, and reads what was reviewed. Returns what ses_documents_new and
 * cli_review_open do. */
int cli_outbox_open(struct cli_outbox *outbox, const struct cli_options *options,
                    struct ses_findings *findings) SES_MUSTCHECK;
void cli_outbox_done(struct cli_outbox *outbox);

/* Adds the ticket of a job that is good, or keeps its request for the ticket of its group; counts
 * the others. Returns 0, or an error that ends the run. */
int cli_outbox_add(struct cli_outbox *outbox, struct cli_job *job) SES_MUSTCHECK;

/* Makes the tickets of groups. Returns 0, or an error that ends the run. */
int cli_outbox_seal(struct cli_outbox *outbox, struct ses_findings *findings) SES_MUSTCHECK;

#endif
