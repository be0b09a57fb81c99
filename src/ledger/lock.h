/* SPDX-License-Identifier: MIT */
/* Who may write to a ledger: one program at a time, which says who it is.
 *
 * A lock is a file beside the ledger that its holder keeps open under flock(2); the system releases
 * it when the holder ends, however it ends. The file itself stays: were it taken away, two programs
 * could hold locks on two files of its name. */
#ifndef SES_LEDGER_LOCK_H
#define SES_LEDGER_LOCK_H

#include "base/attribute.h"

/* Bytes of what a holder says of itself, with NUL. Longer words are cut. */
#define SES_MAX_LEDGER_OWNER 256

/* Takes the lock in the file `path`, made for its owner only where it is missing, and writes
 * `owner` into it. Returns 0, and the caller releases it; SES_ECONFLICT with `ret_holder` set to
 * what the one who has it says, "" where it says nothing; SES_EIO with errno set. */
int ses_lock_take(const char *path, const char *owner, int *ret_lock,
                  char ret_holder[SES_MAX_LEDGER_OWNER]) SES_MUSTCHECK;

/* Gives the lock back, where `*lock` is not negative. */
void ses_lock_release(int *lock);

#endif
