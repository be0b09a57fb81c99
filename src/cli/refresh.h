/* SPDX-License-Identifier: MIT */
/* The ledger brought up to date: how ServiceNow has its tickets, and DNS its records. */
#ifndef CLI_REFRESH_H
#define CLI_REFRESH_H

#include <stdbool.h>

#include "base/attribute.h"
#include "cli/option.h"
#include "cli/report.h"
#include "ledger/ledger.h"

struct ses_survey;

/* True where some ticket of the ledger is at the instance of the config. Returns 0, or what
 * ses_ledger_list does. */
int cli_refresh_needs_instance(const struct cli_options *options, struct cli_report *report,
                               struct ses_ledger *ledger, bool *ret_needs) SES_MUSTCHECK;

/* Writes down the state of each ticket. Returns 0, or what ses_survey_states does. */
int cli_refresh_tickets(const struct cli_options *options, struct cli_report *report,
                        struct ses_ledger *ledger, struct ses_survey *survey) SES_MUSTCHECK;

/* Writes down what DNS has of each request, and whether what was to be removed is gone. Returns 0,
 * or an error that ends the run. */
int cli_refresh_dns(const struct cli_options *options, struct cli_report *report,
                    struct ses_ledger *ledger) SES_MUSTCHECK;

#endif
