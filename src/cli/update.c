/* SPDX-License-Identifier: MIT */
#include "cli/update.h"

#include <stdio.h>

#include "base/error.h"
#include "cli/clock.h"
#include "cli/connection.h"
#include "cli/exit.h"
#include "cli/rebuild.h"
#include "cli/refresh.h"
#include "cli/watch.h"

struct run {
    const struct cli_options *options;
    struct cli_report *report;
    struct ses_ledger *ledger;
    struct cli_connection connection;
    struct ses_clock clock;
    struct cli_watch watch;
    struct ses_survey survey;
};

static int survey(struct run *run)
{
    int error = 0;

    if (run->options->from_servicenow)
        error = cli_rebuild(run->options, run->report, run->ledger, &run->survey);
    if (error == 0 && run->options->refresh)
        error = cli_refresh_tickets(run->options, run->report, run->ledger, &run->survey);
    return error;
}

static int ask_instance(struct run *run)
{
    struct ses_findings *findings = &run->report->findings;
    const struct ses_survey_options options = {
        .instance = &run->options->instance,
        .clock = &run->clock,
        .watch = &run->watch.watch,
        .connect = cli_connection_connect,
        .context = &run->connection,
    };
    int error;

    run->clock = cli_clock();
    error = cli_connection_open(&run->connection, run->options, &run->clock, findings);
    /* Nothing has been sent yet. */
    if (error != 0)
        return error == SES_ENOMEM ? error : SES_EIO;
    cli_watch_init(&run->watch, 0, run->options->quiet != 0);
    error = ses_survey_init(&run->survey, &options, findings);
    if (error == 0)
        error = survey(run);
    cli_watch_hide(&run->watch);
    cli_watch_done(&run->watch);
    ses_survey_done(&run->survey);
    return error;
}

/* Tickets that were all sent by hand need no instance. */
static int ask_instance_if_needed(struct run *run)
{
    bool needed = run->options->from_servicenow != 0;
    int error = 0;

    if (!needed)
        error = cli_refresh_needs_instance(run->options, run->report, run->ledger, &needed);
    return error == 0 && needed ? ask_instance(run) : error;
}

static int status_of(int error)
{
    if (error == SES_EREMOTE)
        return CLI_REMOTE;
    if (error == SES_EINVALID)
        return CLI_REFUSED;
    return error != 0 ? CLI_LOCAL : CLI_OK;
}

int cli_update(const struct cli_options *options, struct cli_report *report,
               struct ses_ledger *ledger)
{
    struct run run = {.options = options, .report = report, .ledger = ledger};
    int asked = ask_instance_if_needed(&run);
    int looked = 0;

    cli_report_flush(report);
    if (options->refresh)
        looked = cli_refresh_dns(options, report, ledger);
    cli_report_flush(report);
    if (looked != 0)
        fprintf(stderr, "sesdns list: DNS: %s\n", ses_strerror(looked));
    cli_connection_done(&run.connection);
    return asked != 0 ? status_of(asked) : looked != 0 ? CLI_LOCAL : CLI_OK;
}
