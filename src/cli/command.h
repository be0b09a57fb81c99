/* SPDX-License-Identifier: MIT */
/* The verbs. To add one, write cmd_<verb>.c, declare its function here, and add a row in main.c;
 * where it needs the network or the ledger, that row runs the program whose table is in
 * main_remote.c (see program.h). */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

/* Each takes its own argv (argv[0] is the verb) and returns an exit status. */
int cmd_check(int argc, const char **argv);
int cmd_explain(int argc, const char **argv);

/* In the program sesdns-render. */
int cmd_render(int argc, const char **argv);

/* In the program sesdns-remote. */
int cmd_submit(int argc, const char **argv);
int cmd_verify(int argc, const char **argv);
int cmd_record(int argc, const char **argv);
int cmd_list(int argc, const char **argv);
int cmd_renew(int argc, const char **argv);
int cmd_retire(int argc, const char **argv);

#endif
