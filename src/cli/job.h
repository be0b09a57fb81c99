/* SPDX-License-Identifier: MIT */
/* One subject on its way through a run: made from a row of a manifest or handed over ready,
 * checked, rendered, reported. A job belongs to one thread at a time and is used again for a later
 * subject. */
#ifndef CLI_JOB_H
#define CLI_JOB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "cli/option.h"
#include "cli/report.h"
#include "ingest/manifest.h"
#include "model/digest.h"
#include "model/request.h"
#include "render/index.h"

/* What one run gives to all of its jobs; it does not change while they run. */
struct cli_run {
    const struct cli_options *options;
    bool need_lifetime;
    bool need_digest;
    bool any_date;
    bool doubtful; /* part of the input was not read, and nobody knows what it would have said */
    const struct ses_map
        *by_domain; /* requests made from exports that were named beside a manifest */
    struct ses_str manifest_folder; /* with its final slash; empty for the working directory */
};

struct cli_job {
    struct ses_arena arena;          /* what the job itself read */
    struct ses_manifest_row row;     /* arena; used where `given` is NULL */
    const struct ses_request *given; /* borrowed: a settled request, or NULL */
    struct ses_request *request;     /* arena; NULL where the row was refused */
    struct cli_report report;        /* its findings, not yet printed */
    struct ses_buf out;              /* its part of standard output, not yet printed */
    struct ses_digester digester;
    size_t file_count, record_count;
    struct ses_index_file *written; /* arena: the documents in its folder */
    size_t written_count;
    size_t wanted_count; /* how many there should be */
    bool blank;          /* carries findings about the manifest, and no subject */
    bool good;           /* may be rendered */
    bool unreadable;     /* a local file could not be read or written */
};

void cli_job_init(struct cli_job *job, const struct cli_report *parent);
void cli_job_clear(struct cli_job *job);
void cli_job_done(struct cli_job *job);

/* Keeps a row for cli_job_build. Returns 0 or SES_ENOMEM. */
int cli_job_take_row(struct cli_job *job, const struct ses_manifest_row *row) SES_MUSTCHECK;

/* Makes this a job that only prints `finding`. Returns 0, SES_ENOMEM, or what the report returned.
 */
int cli_job_take_finding(struct cli_job *job, const struct ses_finding *finding) SES_MUSTCHECK;

/* Makes the request and runs the rules over it. Returns 0, or an error that ends the run; what is
 * wrong with the data is in the report. */
int cli_job_build(struct cli_job *job, const struct cli_run *run) SES_MUSTCHECK;

#endif
