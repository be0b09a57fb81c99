/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "base/error.h"
#include "cli/choice.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "cli/ledger.h"
#include "cli/option.h"
#include "cli/report.h"
#include "cli/sequel.h"

struct run {
    const struct cli_options *options;
    struct cli_report *report;
    struct cli_choices choices;
    struct ses_ledger *ledger; /* owned */
};

static int choose(struct run *run)
{
    const struct cli_options *options = run->options;
    bool may_write = !options->dry_run && !cli_sequel_is_offline(options);
    int error = cli_ledger_open(options, "renew", may_write ? SES_LEDGER_WRITE : SES_LEDGER_READ,
                                &run->ledger, &run->report->findings);

    if (error == 0)
        error = cli_choices_read(&run->choices, run->ledger, may_write);
    for (size_t i = 0; i < run->choices.count && error == 0; i++)
        error = ses_request_seal(run->choices.items[i].request, NULL);
    cli_report_flush(run->report);
    return error;
}

static int renew(struct run *run)
{
    int error = choose(run);

    if (error == SES_ENOMEM)
        fprintf(stderr, "sesdns renew: %s\n", ses_strerror(error));
    return error != 0 ? CLI_LOCAL
                      : cli_sequel_run(run->options, run->report, &run->choices, run->ledger);
}

int cmd_renew(int argc, const char **argv)
{
    struct cli_options options;
    struct cli_report report;
    struct run run = {.options = &options, .report = &report};
    int status;

    if (cli_options_parse(&options, "renew", "[OPTION...] [EXPORT|FOLDER...]", CLI_SET_RENEW, argc,
                          argv, &status)) {
        cli_report_init(&report, &options, stderr);
        status = CLI_USAGE;
        if (cli_sequel_check(&options, SES_RENEW) &&
            cli_choices_open(&run.choices, &options, SES_RENEW, &report, &status))
            status = renew(&run);
        cli_report_done(&report);
    }
    cli_choices_done(&run.choices);
    ses_ledger_close(run.ledger);
    cli_options_done(&options);
    return status;
}
