/* SPDX-License-Identifier: MIT */
#include "cli/command.h"
#include "cli/dispatch.h"
#include "cli/program.h"

static const struct cli_command commands[] = {
    {"check", cmd_check, "find what is wrong with exports; touches nothing"},
    {"render", cli_render_run, "check, then write the ticket and the NetDB record"},
    {"submit", cli_remote_run, "check, render, then open the tickets in ServiceNow"},
    {"verify", cli_remote_run, "ask DNS whether the records are live"},
    {"record", cli_remote_run, "remember a request that was sent by hand"},
    {"list", cli_remote_run, "say what was asked for, where it stands, when it ends"},
    {"renew", cli_remote_run, "let a proof of concept last longer, or for good"},
    {"retire", cli_remote_run, "have removed what was asked for"},
    {"explain", cmd_explain, "say what a finding means and how to mend it"},
};

int main(int argc, char **argv)
{
    return cli_main(commands, sizeof(commands) / sizeof(commands[0]), argc, (const char **)argv);
}
