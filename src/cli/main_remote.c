/* SPDX-License-Identifier: MIT */
/* The program that program.c starts: the verbs which need the network or the ledger. */
#include "cli/command.h"
#include "cli/dispatch.h"

static const struct cli_command commands[] = {
    {"submit", cmd_submit, "check, render, then open the tickets in ServiceNow"},
    {"verify", cmd_verify, "ask DNS whether the records are live"},
    {"record", cmd_record, "remember a request that was sent by hand"},
    {"list", cmd_list, "say what was asked for, where it stands, when it ends"},
    {"renew", cmd_renew, "let a proof of concept last longer, or for good"},
    {"retire", cmd_retire, "have removed what was asked for"},
};

int main(int argc, char **argv)
{
    return cli_main(commands, sizeof(commands) / sizeof(commands[0]), argc, (const char **)argv);
}
