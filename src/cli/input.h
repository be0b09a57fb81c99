/* SPDX-License-Identifier: MIT */
/* Exports and folders on the command line, read at once into requests. */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/map.h"
#include "cli/option.h"
#include "cli/report.h"
#include "model/request.h"

struct cli_totals;
struct cli_verb;

struct cli_input {
    struct ses_arena arena;
    struct ses_requests requests;   /* settled; complete unless a manifest completes them */
    struct ses_map by_domain;       /* the same, for the rows of a manifest */
    struct ses_str manifest_folder; /* with its final slash; empty for the working directory */
    size_t expected;                /* subjects, as far as is known; for the progress line */
};

/* Reads everything the options name, as far as `verb` needs it. Without a manifest the flags
 * complete the requests, and are refused where they say neither proof of concept nor production and
 * the verb needs a lifetime. Returns 0, or a ses_error that ends the run; what is wrong with the
 * data is in the report. */
int cli_input_read(struct cli_input *input, const struct cli_options *options,
                   const struct cli_verb *verb, struct cli_totals *totals,
                   struct cli_report *report) SES_MUSTCHECK;

void cli_input_done(struct cli_input *input);

#endif
