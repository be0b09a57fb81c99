/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "base/error.h"
#include "cli/batch.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "cli/option.h"
#include "cli/report.h"
#include "cli/starter.h"

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

/* Talk, not data: how much was looked at, and what came of it. */
static void print_summary(const struct cli_totals *totals, const struct cli_report *report)
{
    const size_t *shown = report->shown;

    if (report->options->quiet || report->format == CLI_FORMAT_JSON)
        return;
    fflush(stdout);
    fprintf(stderr, "%zu file%s, %zu record%s, %zu request%s", totals->files, plural(totals->files),
            totals->records, plural(totals->records), totals->subjects, plural(totals->subjects));
    /* A name that is wrong in every row is wrong for no rule; a person sees it here. */
    if (totals->subjects == 1)
        fprintf(stderr, " (%s)", totals->first);
    fprintf(stderr, ": %zu error%s, %zu warning%s, %zu note%s\n", shown[SES_ERROR],
            plural(shown[SES_ERROR]), shown[SES_WARNING], plural(shown[SES_WARNING]),
            shown[SES_NOTE], plural(shown[SES_NOTE]));
}

static int check(const struct cli_options *options)
{
    const struct cli_verb verb = {0};
    struct cli_report report;
    struct cli_totals totals;
    int error;
    int status;

    /* The starter manifest is data, so findings make way for it. */
    cli_report_init(&report, options, options->manifest_template ? stderr : stdout);
    error = options->manifest_template ? cli_starter_print(options, &totals, &report)
                                       : cli_batch_run(options, &verb, &report, &totals);
    status = error != 0 ? CLI_LOCAL : cli_batch_exit(&totals, &report);
    if (error != 0)
        fprintf(stderr, "sesdns check: %s\n", ses_strerror(error));
    else if (!options->manifest_template)
        print_summary(&totals, &report);
    cli_report_done(&report);
    return status;
}

int cmd_check(int argc, const char **argv)
{
    struct cli_options options;
    int status;

    if (cli_options_parse(&options, "check", "[OPTION...] EXPORT|FOLDER...", CLI_SET_CHECK, argc,
                          argv, &status))
        status = cli_report_check_allowed("check", &options) ? check(&options) : CLI_USAGE;
    cli_options_done(&options);
    return status;
}
