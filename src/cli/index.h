/* SPDX-License-Identifier: MIT */
/* The index of a run (render/index.h) from its jobs and its report.
 *
 * new before the first finding, add each job in the order of the input, finish, done. An index that
 * fails says so once and does not end the run: the documents are worth having without it. */
#ifndef CLI_INDEX_H
#define CLI_INDEX_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/map.h"
#include "cli/job.h"
#include "cli/report.h"
#include "render/index.h"
#include "render/output.h"

struct cli_index_stray;

/* All zero is an index that nothing is added to. */
struct cli_index {
    struct ses_index *index;        /* owned */
    struct cli_report *report;      /* borrowed: of the run */
    struct ses_arena arena;         /* of the three below */
    struct cli_index_stray *strays; /* what was found before the first job, in its order */
    size_t stray_count;
    struct ses_map by_file; /* the first stray of each file */
    bool begun;
    bool failed;
};

/* Opens the index and makes `report` keep findings for it. Returns what ses_index_new does. */
int cli_index_open(struct cli_index *index, const struct ses_output *output, const char *templates,
                   struct cli_report *report) SES_MUSTCHECK;

/* Adds the job, with what was found in its files before there were jobs. Returns 0, or an error
 * that ends the run. */
int cli_index_add(struct cli_index *index, struct cli_job *job) SES_MUSTCHECK;

/* Adds what was refused and belongs to no job, and writes the index. Returns as cli_index_add does.
 */
int cli_index_finish(struct cli_index *index) SES_MUSTCHECK;

void cli_index_done(struct cli_index *index);

#endif
