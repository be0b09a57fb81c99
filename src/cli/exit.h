/* SPDX-License-Identifier: MIT */
/* Exit statuses, as the manual lists them. */
#ifndef CLI_EXIT_H
#define CLI_EXIT_H

enum cli_exit {
    CLI_OK = 0,
    CLI_FINDINGS = 1, /* errors in the data (with --strict also warnings) */
    CLI_USAGE = 2,    /* the command line */
    CLI_LOCAL = 3,    /* a local file, the config, memory */
    CLI_REMOTE = 4,   /* the other side failed: running it again is safe, and goes on */
    CLI_REFUSED = 5,  /* the other side refused: running it again will not help */
};

#endif
