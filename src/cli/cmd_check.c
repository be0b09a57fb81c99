/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "cli/input.h"
#include "cli/option.h"
#include "cli/report.h"

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

/* Talk, not data: how much was looked at, and what came of it. */
static void print_summary(const struct cli_input *input, const struct cli_report *report)
{
    const size_t *shown = report->shown;

    if (report->options->quiet || report->format == CLI_FORMAT_JSON)
        return;
    fflush(stdout);
    fprintf(stderr,
            "%zu file%s, %zu record%s, %zu request%s: %zu error%s, %zu warning%s, %zu note%s\n",
            input->file_count, plural(input->file_count), input->record_count,
            plural(input->record_count), input->requests.count, plural(input->requests.count),
            shown[SES_ERROR], plural(shown[SES_ERROR]), shown[SES_WARNING],
            plural(shown[SES_WARNING]), shown[SES_NOTE], plural(shown[SES_NOTE]));
}

static int check(const struct cli_options *options)
{
    struct cli_report report;
    struct cli_input input;
    int status = CLI_LOCAL;
    int error;

    cli_report_init(&report, options, stdout);
    error = cli_input_read(&input, options, false, &report);
    if (error != 0)
        fprintf(stderr, "sesdns check: %s\n", ses_strerror(error));
    else
        status = cli_input_exit(&input, &report);
    if (error == 0)
        print_summary(&input, &report);
    cli_input_done(&input);
    cli_report_done(&report);
    return status;
}

int cmd_check(int argc, const char **argv)
{
    struct cli_options options;
    int status;

    if (cli_options_parse(&options, "check", "[OPTION...] EXPORT...", CLI_SET_CHECK, argc, argv,
                          &status))
        status = cli_report_check_allowed("check", &options) ? check(&options) : CLI_USAGE;
    cli_options_done(&options);
    return status;
}
