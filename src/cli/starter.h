/* SPDX-License-Identifier: MIT */
/* A manifest to start from: a row for each domain of the exports that were named. */
#ifndef CLI_STARTER_H
#define CLI_STARTER_H

#include "base/attribute.h"
#include "cli/batch.h"
#include "cli/option.h"
#include "cli/report.h"

/* Prints it to standard output. Returns 0, or a ses_error that ended the run. */
int cli_starter_print(const struct cli_options *options, struct cli_totals *ret_totals,
                      struct cli_report *report) SES_MUSTCHECK;

#endif
