/* SPDX-License-Identifier: MIT */
/* What submit is going to do, and what it did, as people and programs read it. */
#ifndef CLI_RESULT_H
#define CLI_RESULT_H

#include <stddef.h>

#include "cli/option.h"
#include "cli/outbox.h"

/* Prints the plan: to standard output where it is all there will be (--dry-run), else to standard
 * error. Returns how many tickets are to be opened. */
size_t cli_result_plan(const struct cli_outbox *outbox, const struct cli_options *options);

/* Prints what became of each ticket to standard output, and a sentence to standard error. */
void cli_result_print(const struct cli_outbox *outbox, const struct cli_options *options);

/* The exit status that the states of the tickets come to. */
int cli_result_exit(const struct cli_outbox *outbox);

#endif
