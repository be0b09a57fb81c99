/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "base/error.h"
#include "cli/batch.h"
#include "cli/command.h"
#include "cli/delivery.h"
#include "cli/exit.h"
#include "cli/ledger.h"
#include "cli/option.h"
#include "cli/outbox.h"
#include "cli/report.h"

struct run {
    const struct cli_options *options;
    struct cli_report *report;
    struct cli_outbox outbox;
    struct cli_delivery delivery;
    struct ses_ledger *ledger; /* owned */
    struct cli_totals totals;
};

/* In the order of the input. */
static int finish(void *context, struct cli_job *job)
{
    struct run *run = context;
    int error;

    if (job->request && !job->good)
        fprintf(stderr, "sesdns submit: no ticket for %s: mend the findings first\n",
                job->request->subject.ptr);
    error = cli_outbox_add(&run->outbox, job);
    cli_report_flush(run->report);
    return error;
}

static void complain_unseen(const char *subject)
{
    fprintf(stderr, "sesdns submit: --expect: %s was reviewed, and is not in the input\n", subject);
}

/* Reads, checks and renders. */
static int gather(struct run *run)
{
    const struct cli_verb verb = {.name = "submit",
                                  .need_lifetime = true,
                                  .need_digest = true,
                                  .finish = finish,
                                  .context = run};
    struct ses_findings *findings = &run->report->findings;
    int error = cli_outbox_open(&run->outbox, run->options, findings);

    if (error == 0)
        error = cli_batch_run(run->options, &verb, run->report, &run->totals);
    if (error == 0 && !run->totals.bad_lifetime)
        error = cli_outbox_seal(&run->outbox, findings);
    if (error == 0)
        cli_review_unseen(&run->outbox.review, complain_unseen);
    cli_report_flush(run->report);
    return error;
}

static int open_and_submit(struct run *run)
{
    struct ses_findings *findings = &run->report->findings;
    enum ses_ledger_mode mode = run->options->dry_run ? SES_LEDGER_READ : SES_LEDGER_WRITE;
    int error;

    error = cli_delivery_open(&run->delivery, run->options, run->report, &run->outbox);
    if (error == 0)
        error = cli_ledger_open(run->options, "submit", mode, &run->ledger, findings);
    /* Neither has sent anything yet. */
    if (error == SES_EINVALID || error == SES_ECONFLICT)
        error = SES_EIO;
    if (error == 0)
        error = cli_delivery_run(&run->delivery, run->ledger);
    cli_report_flush(run->report);
    return error;
}

static int status_of(const struct run *run, int error)
{
    int status;

    if (run->totals.bad_lifetime)
        return CLI_USAGE;
    status = cli_delivery_exit(&run->outbox, error);
    return status != CLI_OK ? status : cli_batch_exit(&run->totals, run->report);
}

static int run_all(struct run *run)
{
    int error = gather(run);

    if (error == SES_ENOMEM)
        fprintf(stderr, "sesdns submit: %s\n", ses_strerror(error));
    if (error != 0)
        return CLI_LOCAL;
    if (run->outbox.count > 0)
        error = open_and_submit(run);
    else if (!run->totals.bad_lifetime)
        fprintf(stderr, "sesdns submit: no ticket to open\n");
    return status_of(run, error);
}

int cmd_submit(int argc, const char **argv)
{
    struct cli_options options;
    struct cli_report report;
    struct run run = {.options = &options, .report = &report};
    int status;

    if (cli_options_parse(&options, "submit", "[OPTION...] EXPORT|FOLDER...", CLI_SET_SUBMIT, argc,
                          argv, &status)) {
        cli_report_init(&report, &options, stderr);
        if (!cli_delivery_can_ask(&options))
            status = cli_usage_error("submit", "there is no terminal to ask on: give --yes or "
                                               "--dry-run");
        else
            status = cli_report_check_allowed("submit", &options) ? run_all(&run) : CLI_USAGE;
        cli_report_done(&report);
    }
    ses_ledger_close(run.ledger);
    cli_delivery_done(&run.delivery);
    cli_outbox_done(&run.outbox);
    cli_options_done(&options);
    return status;
}
