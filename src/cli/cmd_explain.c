/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/exit.h"
#include "cli/option.h"
#include "cli/report.h"

#define INDENT 10

/* Prints `text` behind a heading, broken at blanks to fit `width`. */
static void print_wrapped(const char *heading, const char *text, size_t width)
{
    size_t column = (size_t)printf("  %-*s", INDENT - 2, heading);

    while (*text) {
        size_t word = strcspn(text, " ");

        if (column > INDENT && column + 1 + word > width) {
            printf("\n%*s", INDENT, "");
            column = INDENT;
        }
        if (column > INDENT)
            column += (size_t)printf(" ");
        column += (size_t)printf("%.*s", (int)word, text);
        text += word + strspn(text + word, " ");
    }
    putchar('\n');
}

static void print_code(const struct ses_code *code, size_t width)
{
    printf("%s (%s)\n", code->code, ses_severity_name(code->severity));
    print_wrapped("What", code->what, width);
    print_wrapped("Why", code->why, width);
    print_wrapped("Remedy", code->remedy ? code->remedy : "Nothing to do.", width);
    print_wrapped("Source", code->source, width);
}

static void list_codes(void)
{
    const struct ses_code *code;

    for (size_t i = 0; (code = cli_report_code(i)) != NULL; i++)
        printf("%-28s %-8s %s\n", code->code, ses_severity_name(code->severity), code->what);
}

static int explain(const struct cli_options *options)
{
    size_t width = cli_report_width(stdout);

    if (options->input_count == 0)
        list_codes();
    for (size_t i = 0; i < options->input_count; i++) {
        const struct ses_code *code = cli_report_find_code(options->inputs[i]);

        if (!code)
            return cli_usage_error("explain", "no such code: '%s'; without one, all are listed",
                                   options->inputs[i]);
        if (i > 0)
            putchar('\n');
        print_code(code, width > 100 ? 100 : width);
    }
    return CLI_OK;
}

int cmd_explain(int argc, const char **argv)
{
    struct cli_options options;
    int status;

    if (cli_options_parse(&options, "explain", "[CODE...]\n\nWithout a code, all codes are listed.",
                          CLI_SET_EXPLAIN, argc, argv, &status))
        status = explain(&options);
    cli_options_done(&options);
    return status;
}
