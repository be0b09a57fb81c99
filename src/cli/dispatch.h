/* SPDX-License-Identifier: MIT */
/* From argv to a verb, and what every program of ours does around it. */
#ifndef CLI_DISPATCH_H
#define CLI_DISPATCH_H

#include <stddef.h>

/* A row of the table of verbs. */
struct cli_command {
    const char *name;
    int (*run)(int argc, const char **argv); /* takes argv from the verb on; an exit status */
    const char *summary;
};

/* Runs the verb that argv[1] names, or prints the help, and sees to it that standard output was
 * written. Returns the exit status. */
int cli_main(const struct cli_command *commands, size_t count, int argc, const char **argv);

#endif
