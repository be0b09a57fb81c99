/* SPDX-License-Identifier: MIT */
/* Renewals and removals on their way: into documents, where -t or -o ask for them, else into
 * tickets and the ledger. */
#ifndef CLI_SEQUEL_H
#define CLI_SEQUEL_H

#include <stdbool.h>

#include "cli/choice.h"
#include "cli/option.h"
#include "cli/report.h"
#include "ledger/ledger.h"

/* True where only documents are made: nothing is sent, and nothing is written down. */
bool cli_sequel_is_offline(const struct cli_options *options);

/* True where the flags name documents that there are, and somebody can be asked; else false after a
 * message. */
bool cli_sequel_check(const struct cli_options *options, enum ses_operation operation);

/* Takes the sealed requests of the choices to their end. The ledger is open for writing, unless
 * this is a dry run, or offline. Returns the exit status. */
int cli_sequel_run(const struct cli_options *options, struct cli_report *report,
                   const struct cli_choices *choices, struct ses_ledger *ledger);

#endif
