/* SPDX-License-Identifier: MIT */
/* The file behind a ledger: found out whether it is one, without touching it; made; opened.
 *
 * Numbers called status are SQLite's own; ses_store_fail makes errors and findings of them. */
#ifndef SES_LEDGER_STORE_H
#define SES_LEDGER_STORE_H

#include <stdbool.h>

#include "base/attribute.h"
#include "base/finding.h"
#include "ledger/code.h"
#include "ledger/ledger.h"
#include "ledger/schema.h"

struct sqlite3;
struct sqlite3_stmt;

struct ses_ledger {
    char *given;              /* owned: as the caller named it, for findings */
    char *path;               /* owned: the file itself, links followed; absolute */
    int lock;                 /* owned: negative where it is only read */
    struct sqlite3 *database; /* owned; NULL: no file, or an empty one */
    struct sqlite3_stmt *statements[SES_STATEMENTS]; /* owned */
};

/* Finds the file, or where it would be. `*ret_there` is false where there is none, or an empty one,
 * which a power cut may leave. Returns 0, SES_ENOMEM, or SES_EIO or SES_EINVALID after a finding.
 */
int ses_store_find(struct ses_ledger *ledger, enum ses_ledger_mode mode, bool *ret_there,
                   struct ses_findings *findings) SES_MUSTCHECK;

/* Refuses a file that is no ledger or a newer one, and changes neither it nor its folder. Returns
 * 0, SES_ENOMEM, or SES_EINVALID or SES_EIO after a finding. */
int ses_store_look(struct ses_ledger *ledger, struct ses_findings *findings) SES_MUSTCHECK;

/* Makes the file, with all of its tables or not at all. The lock is held. Returns 0, SES_ENOMEM, or
 * SES_EIO after a finding. */
int ses_store_make(struct ses_ledger *ledger, struct ses_findings *findings) SES_MUSTCHECK;

/* Opens the file and prepares its statements; an older one is brought up to date for writing.
 * Returns 0, SES_ENOMEM, SES_ECONFLICT where others keep it busy, or SES_EINVALID or SES_EIO, each
 * but SES_ENOMEM after a finding. Whatever it returns, ses_store_close releases it. */
int ses_store_open(struct ses_ledger *ledger, enum ses_ledger_mode mode,
                   struct ses_findings *findings) SES_MUSTCHECK;
void ses_store_close(struct ses_ledger *ledger);

/* Reports `sentence` about the file; `value` may be empty. Returns `error`, or what the sink
 * returned. */
int ses_store_refuse(const struct ses_ledger *ledger, enum ses_ledger_code code,
                     struct ses_str value, int error, const char *sentence,
                     struct ses_findings *findings) SES_MUSTCHECK;

/* What a call of SQLite that ended with `status` comes to: SES_ENOMEM, or SES_EIO after a finding.
 */
int ses_store_fail(const struct ses_ledger *ledger, int status,
                   struct ses_findings *findings) SES_MUSTCHECK;

#endif
