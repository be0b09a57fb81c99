/* SPDX-License-Identifier: MIT */
/* A ledger from the tickets: ServiceNow is what several engineers share. */
#ifndef CLI_REBUILD_H
#define CLI_REBUILD_H

#include "base/attribute.h"
#include "cli/option.h"
#include "cli/report.h"
#include "ledger/ledger.h"
#include "submit/survey.h"

/* Takes every ticket of ours that the ledger does not have into it: what it is about from its last
 * lines, its records from the exports that are attached to it, or from those that the flags name.
 * What cannot be told is said on standard error. The ledger is open for writing. Returns 0, or what
 * ses_survey_tickets does. */
int cli_rebuild(const struct cli_options *options, struct cli_report *report,
                struct ses_ledger *ledger, struct ses_survey *survey) SES_MUSTCHECK;

#endif
