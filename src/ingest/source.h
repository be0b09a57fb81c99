/* SPDX-License-Identifier: MIT */
/* A file handed in by the user, read whole. */
#ifndef SES_INGEST_SOURCE_H
#define SES_INGEST_SOURCE_H

#include "base/arena.h"
#include "base/attribute.h"
#include "base/finding.h"
#include "model/request.h"

/* A console export of one domain has under 2 KiB. Files this large hold a hundred thousand records.
 */
#define SES_MAX_SOURCE ((size_t)64 * 1024 * 1024)

/* Reads `path` ("-" is standard input) into a source in the arena. `named_at` is the place that
 * named it, for findings; NULL where the user did. Returns 0, SES_ENOMEM, or
 * SES_EIO after one finding when it cannot be read or is too large. */
int ses_source_read(const char *path, const struct ses_place *named_at, struct ses_arena *arena,
                    struct ses_source **ret_source, struct ses_findings *findings) SES_MUSTCHECK;

extern const struct ses_code ses_source_codes[];
extern const size_t ses_source_code_count;

#endif
