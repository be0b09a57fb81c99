/* SPDX-License-Identifier: MIT */
/* The verbs. To add one, write cmd_<verb>.c, declare its function here, and add a row in main.c. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

/* Each takes its own argv (argv[0] is the verb) and returns an exit status. */
int cmd_check(int argc, const char **argv);
int cmd_render(int argc, const char **argv);
int cmd_explain(int argc, const char **argv);

#endif
