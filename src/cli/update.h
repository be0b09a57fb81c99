/* SPDX-License-Identifier: MIT */
/* What list does before it lists, where --refresh or --from-servicenow ask for it. */
#ifndef CLI_UPDATE_H
#define CLI_UPDATE_H

#include "cli/option.h"
#include "cli/report.h"
#include "ledger/ledger.h"

/* Brings the ledger, which is open for writing, up to date. Returns the exit status that it comes
 * to: what could be learned is in the ledger whatever it is. */
int cli_update(const struct cli_options *options, struct cli_report *report,
               struct ses_ledger *ledger);

#endif
