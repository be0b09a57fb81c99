/* SPDX-License-Identifier: MIT */
/* Whole files in, whole files out.
 *
 * A file is read in one piece, and written so that its name appears when all of its bytes are
 * there: whoever is killed in between leaves the old file or none. Files are not flushed to the
 * disk one by one: what is written here can be made again, and an empty file, which a power cut may
 * leave, counts as none. */
#ifndef SES_BASE_FILE_H
#define SES_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/buf.h"
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

/* Opens the folder `path`, made with those above it where they are missing. Returns 0, SES_ENOMEM,
 * or SES_EIO with errno set; the caller closes the descriptor (ses_folder_closep). */
int ses_folder_open(const char *path, int *ret_folder) SES_MUSTCHECK;

/* Makes the folder `path`, with those above it, where they are missing: each of them for its owner
 * only. Returns 0, SES_ENOMEM, or SES_EIO with errno set. */
int ses_folder_make_private(const char *path) SES_MUSTCHECK;

/* Opens the folder `name` in `parent`, made where it is missing; `*ret_made` says whether it was.
 * Returns 0, or SES_EIO with errno set. */
int ses_folder_enter(int parent, const char *name, int *ret_folder, bool *ret_made) SES_MUSTCHECK;

/* For SES_CLEANUP on a descriptor: closes it where it is not negative. */
void ses_folder_closep(int *folder);

/* Makes the file `name` (without a slash) in the open `folder` hold `bytes`. Where it holds other
 * bytes and `replace` is false it is left alone: SES_ECONFLICT. Otherwise 0, SES_ENOMEM, or SES_EIO
 * with errno set; a failure leaves no new file. */
int ses_file_write(int folder, const char *name, struct ses_str bytes, bool replace,
                   enum ses_file_outcome *ret_outcome) SES_MUSTCHECK;

/* The same in a folder that was made just now: looks whether there is such a file only where giving
 * it the name fails. */
int ses_file_write_first(int folder, const char *name, struct ses_str bytes, bool replace,
                         enum ses_file_outcome *ret_outcome) SES_MUSTCHECK;

/* For SES_CLEANUP on a `FILE *`: closes it where it is open. */
void ses_file_closep(FILE **file);

/* A file of any length that is written in pieces: open, add, finish; close at the end whatever
 * happened. Until finish has returned 0 nothing bears the name but what did before. */
struct ses_stream {
    int folder;             /* borrowed: a descriptor */
    const char *name;       /* borrowed */
    int descriptor;         /* owned; negative where nothing is open */
    bool nameless;          /* else it has the name of a part */
    struct ses_buf waiting; /* what has not been handed to the system */
};

/* Begins the file `name` (without a slash) in the open `folder`. Returns 0, or SES_EIO with errno
 * set. */
int ses_stream_open(struct ses_stream *stream, int folder, const char *name) SES_MUSTCHECK;

/* Returns 0, SES_ENOMEM, or SES_EIO with errno set; after a failure the stream is only good for
 * closing. */
int ses_stream_add(struct ses_stream *stream, struct ses_str bytes) SES_MUSTCHECK;

/* Gives the file its name, in the place of what has it now, which is not touched where it holds the
 * same bytes. Returns 0, or SES_EIO with errno set. */
int ses_stream_finish(struct ses_stream *stream, enum ses_file_outcome *ret_outcome) SES_MUSTCHECK;

/* Releases the stream; a file that was not finished is gone. Keeps errno. */
void ses_stream_close(struct ses_stream *stream);

#endif
