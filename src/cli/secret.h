/* SPDX-License-Identifier: MIT */
/* Where secrets come from: a variable, a command, a file that only its owner can read. Never from
 * the command line, which every user of the machine can see. */
#ifndef CLI_SECRET_H
#define CLI_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/attribute.h"
#include "base/finding.h"
#include "submit/secret.h"

struct cli_options;

/* Secrets that a file gave. */
struct cli_secret_file {
    struct ses_secrets secrets; /* owned */
    char *path;                 /* owned; NULL where it has none */
    size_t line;                /* of the first */
    bool exposed;               /* others can read it, or it is somebody else's */
};

void cli_secret_file_done(struct cli_secret_file *file);

/* True where others than we can read or write the open file. */
bool cli_secret_is_exposed(const struct stat *status);

/* Keeps `value` as the secret of that row, or only that there is one where `row` is NULL. Returns 0
 * or SES_ENOMEM. */
int cli_secret_file_add(struct cli_secret_file *file, const struct ses_secret_row *row,
                        const char *value, const char *path, size_t line,
                        const struct stat *status) SES_MUSTCHECK;

/* Collects what the authentication of the config needs, each from the first that has it: its
 * variable, password_command, secrets_file, the config file, the netrc file. What none has stays
 * NULL. The program leaves no core dumps from here on. Returns 0; SES_ENOMEM; SES_EINVALID after a
 * finding where a file is exposed, or a command or a file did not do. The caller wipes it, whatever
 * was returned. */
int cli_secrets_read(struct ses_secrets *secrets, const struct cli_options *options,
                     struct ses_findings *findings) SES_MUSTCHECK;

#endif
