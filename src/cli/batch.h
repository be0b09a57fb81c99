/* SPDX-License-Identifier: MIT */
/* Runs any number of subjects through a verb, on several threads, with output in the order of the
 * input.
 *
 * Subjects come from exports and folders, which are read at once, and from a manifest, which is
 * read as a stream. They travel in chunks. A chunk is built and checked on some thread; then, when
 * all chunks before it have been, compared with all subjects before it; then rendered on any
 * thread; then, again in order, printed. Memory is a few chunks, whatever the number of subjects.
 */
#ifndef CLI_BATCH_H
#define CLI_BATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/job.h"
#include "cli/option.h"
#include "cli/report.h"
#include "model/name.h"

/* What a verb does with a subject that was checked. */
struct cli_verb {
    const char *name;
    bool need_lifetime;
    bool need_digest;
    bool any_date; /* expiration dates of rows may be over, or far away: they are not asked for */
    bool one_only; /* more than one subject is a mistake: nothing is processed */
    /* Called on any thread, for good jobs only; NULL where there is nothing to do. */
    int (*process)(void *context, struct cli_job *job);
    /* Called in the order of the input, one job at a time, when its findings have been printed. */
    int (*finish)(void *context, struct cli_job *job);
    void *context;
};

struct cli_totals {
    size_t files, records, subjects;
    char first[SES_MAX_NAME + 1]; /* the name of the first subject */
    bool unreadable, bad_lifetime, too_many;
};

/* Returns 0, or an error that ended the run. Findings are printed to the stream of `report` as they
 * come. */
int cli_batch_run(const struct cli_options *options, const struct cli_verb *verb,
                  struct cli_report *report, struct cli_totals *ret_totals) SES_MUSTCHECK;

/* The exit status that totals and report come to. */
int cli_batch_exit(const struct cli_totals *totals, const struct cli_report *report);

#endif
