/* SPDX-License-Identifier: MIT */
/* The program that program.c starts for the verb which makes documents. */
#include "cli/command.h"
#include "cli/dispatch.h"

static const struct cli_command commands[] = {
    {"render", cmd_render, "check, then write the ticket and the NetDB record"},
};

int main(int argc, char **argv)
{
    return cli_main(commands, sizeof(commands) / sizeof(commands[0]), argc, (const char **)argv);
}
