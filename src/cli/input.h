/* SPDX-License-Identifier: MIT */
/* From the command line to checked requests: the first half of every verb that reads exports. */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "cli/option.h"
#include "cli/report.h"
#include "model/request.h"

struct cli_input {
    struct ses_arena arena;
    struct ses_requests requests; /* settled, sealed and checked */
    bool *good;                   /* arena: for each request, whether it may be rendered */
    size_t file_count;
    size_t record_count;
    bool unreadable; /* a file was */
    bool bad_lifetime;
};

/* Reads everything the options name, makes requests and runs the rules over them. `need_lifetime`
 * refuses a request that says neither proof of concept nor production. Returns 0, or a ses_error
 * that ends the run; what is wrong with the data is in the report. */
int cli_input_read(struct cli_input *input, const struct cli_options *options, bool need_lifetime,
                   struct cli_report *report) SES_MUSTCHECK;

void cli_input_done(struct cli_input *input);

/* The exit status that input and report come to. */
int cli_input_exit(const struct cli_input *input, const struct cli_report *report);

#endif
