/* SPDX-License-Identifier: MIT */
#include "ledger/ledger.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "ledger/lock.h"
#include "ledger/store.h"

void ses_ledger_close(struct ses_ledger *ledger)
{
    if (!ledger)
        return;
    /* The lock last: whoever has it next finds the file at rest. */
    ses_store_close(ledger);
    ses_lock_release(&ledger->lock);
    free(ledger->given);
    free(ledger->path);
    free(ledger);
}

void ses_ledger_closep(struct ses_ledger **ledger)
{
    ses_ledger_close(*ledger);
    *ledger = NULL;
}

static int refuse_system(const struct ses_ledger *ledger, struct ses_findings *findings)
{
    char sentence[SES_MAX_SENTENCE];

    snprintf(sentence, sizeof(sentence), "cannot write the ledger: %s", strerror(errno));
    return ses_store_refuse(ledger, SES_LEDGER_UNREADABLE, (struct ses_str){0}, SES_EIO, sentence,
                            findings);
}

/* XDG Base Directory Specification: folders for state are made for their owner only. */
static int make_folder(const struct ses_ledger *ledger, struct ses_findings *findings)
{
    const char *slash = strrchr(ledger->given, '/');
    char *folder = slash && slash > ledger->given
                       ? strndup(ledger->given, (size_t)(slash - ledger->given))
                       : strdup(".");
    int error = folder ? ses_folder_make_private(folder) : SES_ENOMEM;

    if (error == SES_EIO)
        error = refuse_system(ledger, findings);
    free(folder);
    return error;
}

static int lock(struct ses_ledger *ledger, const char *owner, struct ses_findings *findings)
{
    char holder[SES_MAX_LEDGER_OWNER];
    char *path = NULL;
    int error;

    if (asprintf(&path, "%s.lock", ledger->path) < 0)
        return SES_ENOMEM;
    error = ses_lock_take(path, owner, &ledger->lock, holder);
    if (error == SES_EIO)
        error = refuse_system(ledger, findings);
    free(path);
    if (error != SES_ECONFLICT)
        return error;
    return ses_store_refuse(ledger, SES_LEDGER_LOCKED, ses_str_of(holder), SES_ECONFLICT,
                            "somebody else is writing to the ledger", findings);
}

/* A file that is none of ours gets no lock beside it; one that came into being while we waited for
 * the lock is opened. */
static int open_to_write(struct ses_ledger *ledger, const char *owner,
                         struct ses_findings *findings)
{
    bool there = false;
    int error = make_folder(ledger, findings);

    if (error == 0)
        error = ses_store_find(ledger, SES_LEDGER_WRITE, &there, findings);
    if (error == 0 && there)
        error = ses_store_look(ledger, findings);
    if (error == 0)
        error = lock(ledger, owner, findings);
    if (error == 0)
        error = ses_store_find(ledger, SES_LEDGER_WRITE, &there, findings);
    if (error == 0 && !there)
        error = ses_store_make(ledger, findings);
    return error != 0 ? error : ses_store_open(ledger, SES_LEDGER_WRITE, findings);
}

static int open_to_read(struct ses_ledger *ledger, struct ses_findings *findings)
{
    bool there;
    int error = ses_store_find(ledger, SES_LEDGER_READ, &there, findings);

    return error != 0 || !there ? error : ses_store_open(ledger, SES_LEDGER_READ, findings);
}

int ses_ledger_open(const char *path, enum ses_ledger_mode mode, const char *owner,
                    struct ses_ledger **ret_ledger, struct ses_findings *findings)
{
    struct ses_ledger *ledger SES_CLEANUP(ses_ledger_closep) = calloc(1, sizeof(*ledger));
    int error;

    if (!ledger)
        return SES_ENOMEM;
    ledger->lock = -1;
    ledger->given = strdup(path);
    if (!ledger->given)
        return SES_ENOMEM;
    error = mode == SES_LEDGER_WRITE ? open_to_write(ledger, owner, findings)
                                     : open_to_read(ledger, findings);
    if (error != 0)
        return error;
    *ret_ledger = ledger;
    ledger = NULL;
    return 0;
}
