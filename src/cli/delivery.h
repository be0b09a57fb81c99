/* SPDX-License-Identifier: MIT */
/* The tickets of an outbox on their way into ServiceNow: what is open already, the question whether
 * to go on, the tickets, and what became of them. */
#ifndef CLI_DELIVERY_H
#define CLI_DELIVERY_H

#include <stdbool.h>

#include "base/attribute.h"
#include "base/clock.h"
#include "cli/connection.h"
#include "cli/option.h"
#include "cli/outbox.h"
#include "cli/report.h"
#include "ledger/ledger.h"

/* All zero is one that was never opened. */
struct cli_delivery {
    const struct cli_options *options; /* borrowed, as all but the connection */
    struct cli_report *report;
    struct cli_outbox *outbox;
    struct cli_connection connection;
    struct ses_clock clock;
    bool acted; /* somebody agreed, and tickets have the state that they end the run with */
};

/* True where somebody can be asked, or need not be: without a terminal nobody can. */
bool cli_delivery_can_ask(const struct cli_options *options);

/* Reads secrets and opens the trace; sends nothing. Returns as cli_connection_open does. */
int cli_delivery_open(struct cli_delivery *delivery, const struct cli_options *options,
                      struct cli_report *report, struct cli_outbox *outbox) SES_MUSTCHECK;
void cli_delivery_done(struct cli_delivery *delivery);

/* Plans, asks, acts and prints. The ledger is open for writing, unless this is a dry run. Returns
 * what ses_submit_plan and ses_submit_act do. */
int cli_delivery_run(struct cli_delivery *delivery, struct ses_ledger *ledger) SES_MUSTCHECK;

/* The exit status that `error` and the states of the tickets come to. */
int cli_delivery_exit(const struct cli_outbox *outbox, int error);

#endif
