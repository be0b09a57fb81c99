/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/exit.h"
#include "cli/option.h"

static const struct {
    const char *name;
    int (*run)(int argc, const char **argv);
    const char *summary;
} commands[] = {
    {"check", cmd_check, "find what is wrong with exports; touches nothing"},
    {"render", cmd_render, "check, then write the ticket and the NetDB record"},
    {"explain", cmd_explain, "say what a finding means and how to mend it"},
};

static const size_t command_count = sizeof(commands) / sizeof(commands[0]);

static int print_help(void)
{
    printf("Usage: sesdns COMMAND [OPTION...] [EXPORT...]\n\n"
           "Turns Amazon SES exports into a DNS change that can be executed.\n\n");
    for (size_t i = 0; i < command_count; i++)
        printf("  %-9s %s\n", commands[i].name, commands[i].summary);
    printf("\n'sesdns COMMAND --help' lists the options; the manual is sesdns(1).\n");
    return CLI_OK;
}

static int dispatch(int argc, const char **argv)
{
    if (argc < 2)
        return cli_usage_error(NULL, "which command?");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0)
        return print_help();
    if (strcmp(argv[1], "--version") == 0) {
        printf("sesdns %s\n", SESDNS_VERSION);
        return CLI_OK;
    }
    for (size_t i = 0; i < command_count; i++) {
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    }
    return cli_usage_error(NULL, "no such command: '%s'", argv[1]);
}

int main(int argc, char **argv)
{
    int status = dispatch(argc, (const char **)argv);

    /* A full disk shows at the last flush: the data is the result, so losing it is a failure. */
    if (ferror(stdout) || fclose(stdout) != 0) {
        fprintf(stderr, "sesdns: cannot write the output: %s\n", strerror(errno));
        return CLI_LOCAL;
    }
    return status;
}
