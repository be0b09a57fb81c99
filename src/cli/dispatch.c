/* SPDX-License-Identifier: MIT */
#include "cli/dispatch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/exit.h"
#include "cli/option.h"

static int print_help(const struct cli_command *commands, size_t count)
{
    printf("Usage: sesdns COMMAND [OPTION...] [EXPORT...]\n\n"
           "Turns Amazon SES exports into a DNS change that can be executed.\n\n");
    for (size_t i = 0; i < count; i++)
        printf("  %-9s %s\n", commands[i].name, commands[i].summary);
    printf("\n'sesdns COMMAND --help' lists the options; the manual is sesdns(1).\n");
    return CLI_OK;
}

static int dispatch(const struct cli_command *commands, size_t count, int argc, const char **argv)
{
    if (argc < 2)
        return cli_usage_error(NULL, "which command?");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0)
        return print_help(commands, count);
    if (strcmp(argv[1], "--version") == 0) {
        printf("sesdns %s\n", SESDNS_VERSION);
        return CLI_OK;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    }
    return cli_usage_error(NULL, "no such command: '%s'", argv[1]);
}

/* Where a standard stream is closed, the next file that is opened would have its number, and what
 * is meant for people would go into the ledger. These are opened the wrong way round: using them
 * still fails. */
static bool hold_streams(void)
{
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
        int mode = stream == STDIN_FILENO ? O_WRONLY : O_RDONLY;

        if (fcntl(stream, F_GETFD) < 0 && open("/dev/null", mode) != stream)
            return false;
    }
    return true;
}

int cli_main(const struct cli_command *commands, size_t count, int argc, const char **argv)
{
    int status = hold_streams() ? dispatch(commands, count, argc, argv) : CLI_LOCAL;

    /* A full disk shows at the last flush: the data is the result, so losing it is a failure. */
    if (ferror(stdout) || fclose(stdout) != 0) {
        fprintf(stderr, "sesdns: cannot write the output: %s\n", strerror(errno));
        return CLI_LOCAL;
    }
    return status;
}
