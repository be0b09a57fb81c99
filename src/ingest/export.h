/* SPDX-License-Identifier: MIT */
/* A record-set CSV file downloaded from the SES console, read into records.
 *
 * A file is recognised by its columns and rows, never by its name: AWS names and translates as it
 * likes. Files that are something else are refused by name. A row that cannot be made into a record
 * is reported and counted in the source; the others are read. */
#ifndef SES_INGEST_EXPORT_H
#define SES_INGEST_EXPORT_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/finding.h"
#include "model/record.h"
#include "model/request.h"

/* A record and the file it came from. */
struct ses_entry {
    struct ses_record *record;
    struct ses_source *source;
};

/* What was read from any number of exports, in input order. Zeroed is empty. */
struct ses_entries {
    struct ses_entry *items; /* arena */
    size_t count;
    size_t capacity;
};

/* Adds the records of `source` to `entries`. Returns 0, also for a file that was refused after a
 * finding; SES_ENOMEM; or what the sink returned. */
int ses_export_read(struct ses_source *source, struct ses_arena *arena, struct ses_entries *entries,
                    struct ses_findings *findings) SES_MUSTCHECK;

extern const struct ses_code ses_export_codes[];
extern const size_t ses_export_code_count;

#endif
