/* SPDX-License-Identifier: MIT */
/* A netrc file: users and passwords by host, as ftp(1) and curl(1) read it. */
#ifndef CLI_NETRC_H
#define CLI_NETRC_H

#include "base/attribute.h"
#include "base/str.h"

struct cli_netrc_entry {
    char *login, *password; /* owned; NULL where there is none */
};

/* Wipes and releases. */
void cli_netrc_entry_done(struct cli_netrc_entry *entry);

/* Finds the first entry with a password for the host of `origin`, and for `user` where that is not
 * empty; "default" is for any host. Where there is none, the entry stays empty. Returns 0 or
 * SES_ENOMEM. */
int cli_netrc_find(struct ses_str text, const char *origin, const char *user,
                   struct cli_netrc_entry *ret_entry) SES_MUSTCHECK;

#endif
