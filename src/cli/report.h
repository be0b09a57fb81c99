/* SPDX-License-Identifier: MIT */
/* Findings as people and programs read them: the sink of every verb.
 *
 * Here and nowhere else it is decided what --allow silences and what --strict makes of a warning.
 * Every byte that came from a file is escaped before it is printed. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/finding.h"
#include "cli/option.h"

struct cli_report {
    struct ses_findings findings; /* first, so that a sink is a report */
    FILE *stream;                 /* borrowed */
    const struct cli_options *options;
    enum cli_format format;
    bool color;
    size_t width; /* columns of the terminal */
    size_t shown[SES_SEVERITIES];
    struct ses_buf line;
};

/* Findings go to `stream`. */
void cli_report_init(struct cli_report *report, const struct cli_options *options, FILE *stream);
void cli_report_done(struct cli_report *report);

/* How many findings so far fail the run: errors, with --strict warnings too. */
size_t cli_report_failures(const struct cli_report *report);

/* True where every code of --allow exists and may be silenced; else false, after a message. */
bool cli_report_check_allowed(const char *verb, const struct cli_options *options);

/* Every code that a finding can have, one after the other; NULL behind the last. */
const struct ses_code *cli_report_code(size_t index);

/* The row of `code`, or NULL. */
const struct ses_code *cli_report_find_code(const char *code);

/* Columns of the terminal behind `stream`, COLUMNS, or 80. */
size_t cli_report_width(FILE *stream);

#endif
