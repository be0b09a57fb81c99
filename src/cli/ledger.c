/* SPDX-License-Identifier: MIT */
#include "cli/ledger.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"

/* $XDG_STATE_HOME/sesdns/ledger.db, with the default of the specification. */
static char *standard_path(void)
{
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    char *path = NULL;

    if (state && *state == '/')
        return asprintf(&path, "%s/sesdns/ledger.db", state) < 0 ? NULL : path;
    if (home && *home)
        return asprintf(&path, "%s/.local/state/sesdns/ledger.db", home) < 0 ? NULL : path;
    return NULL;
}

static char *path_of(const struct cli_options *options)
{
    const char *variable = getenv("SESDNS_LEDGER");

    if (options->ledger)
        return strdup(options->ledger);
    return variable && *variable ? strdup(variable) : standard_path();
}

/* What somebody is shown who finds the ledger in use. */
static void describe(const struct cli_options *options, const char *verb, char *owner, size_t size)
{
    const char *user = getenv("USER");
    char host[HOST_NAME_MAX + 1] = "";
    char since[32] = "";
    struct tm day;

    gethostname(host, sizeof(host) - 1);
    if (gmtime_r(&options->now, &day))
        strftime(since, sizeof(since), "%Y-%m-%d %H:%M:%S UTC", &day);
    snprintf(owner, size, "sesdns %s, process %ld of %s on %s, since %s", verb, (long)getpid(),
             user && *user ? user : "somebody", host, since);
}

int cli_ledger_open(const struct cli_options *options, const char *verb, enum ses_ledger_mode mode,
                    struct ses_ledger **ret_ledger, struct ses_findings *findings)
{
    char owner[HOST_NAME_MAX + 160];
    char *path = path_of(options);
    int error;

    if (!path) {
        fprintf(stderr, "sesdns %s: no place for the ledger: give --ledger FILE\n", verb);
        return SES_EINVALID;
    }
    describe(options, verb, owner, sizeof(owner));
    error = ses_ledger_open(path, mode, owner, ret_ledger, findings);
    free(path);
    return error;
}
