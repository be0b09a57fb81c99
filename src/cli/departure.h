/* SPDX-License-Identifier: MIT */
/* What was to be removed, and whether it is gone: DNS tells, the ledger remembers. */
#ifndef CLI_DEPARTURE_H
#define CLI_DEPARTURE_H

#include "base/attribute.h"
#include "base/str.h"
#include "cli/option.h"
#include "cli/report.h"
#include "ledger/ledger.h"

/* Asks DNS about every request of the ledger whose removal was asked for: all, or those of
 * `domains` (the canonical names of --domain). Prints what it says, and notes down what is gone.
 * The ledger is open for writing. Returns the exit status. */
int cli_departures_check(const struct cli_options *options, struct cli_report *report,
                         struct ses_ledger *ledger, const struct ses_str *domains);

/* The same of all, without a word on standard output. Returns 0, or an error that ends the run. */
int cli_departures_note(const struct cli_options *options, struct cli_report *report,
                        struct ses_ledger *ledger) SES_MUSTCHECK;

#endif
