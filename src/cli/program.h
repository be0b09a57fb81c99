/* SPDX-License-Identifier: MIT */
/* The verbs live in several programs, because a program loads every library that it is linked to:
 * what ServiceNow and DNS take would make checking a domain three times as slow, and what renders
 * XML twice. The one that people call becomes the one that has the verb. */
#ifndef CLI_PROGRAM_H
#define CLI_PROGRAM_H

/* Each becomes the program of its name, for the verb argv[0]. Returns an exit status only where
 * that cannot be started. */
int cli_render_run(int argc, const char **argv); /* sesdns-render */
int cli_remote_run(int argc, const char **argv); /* sesdns-remote: the network, the ledger */

#endif
