/* SPDX-License-Identifier: MIT */
/* Whole files in, whole files out.
 *
 * A file is read in one piece and written so that its name either holds the old bytes or all of the
 * new ones, also across a crash: written beside its place, flushed, renamed. */
#ifndef SES_BASE_FILE_H
#define SES_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/str.h"

/* Reads all of `path` ("-" is standard input) into the arena, NUL-terminated. Returns 0,
 * SES_ENOMEM, SES_ELIMIT when there are more than `max` bytes, or SES_EIO with errno set (EISDIR
 * for a folder). */
int ses_file_read(const char *path, size_t max, struct ses_arena *arena,
                  struct ses_str *ret_bytes) SES_MUSTCHECK;

enum ses_file_outcome {
    SES_FILE_WRITTEN,
    SES_FILE_SAME, /* it held these bytes already; not touched */
};

/* Makes `path` hold `bytes`. Where it holds other bytes and `replace` is false it is left alone:
 * SES_ECONFLICT. Otherwise 0, SES_ENOMEM, or SES_EIO with errno set; a failure leaves no new file.
 */
int ses_file_write(const char *path, struct ses_str bytes, bool replace,
                   enum ses_file_outcome *ret_outcome) SES_MUSTCHECK;

/* Makes the folder `path` and those above it where they are missing. Returns 0, SES_ENOMEM or
 * SES_EIO with errno set. */
int ses_file_make_folder(const char *path) SES_MUSTCHECK;

/* For SES_CLEANUP on a `FILE *`: closes it where it is open. */
void ses_file_closep(FILE **file);

#endif
