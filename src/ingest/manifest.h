/* SPDX-License-Identifier: MIT */
/* A manifest: a CSV file with one subject a row, read as a stream.
 *
 * The header names the columns, in any order. A manifest may have millions of rows: one row at a
 * time is in memory. A cell that is wrong is reported at its place and refuses its row; other rows
 * go on. */
#ifndef SES_INGEST_MANIFEST_H
#define SES_INGEST_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/finding.h"
#include "base/str.h"

#define SES_MAX_EXTRA_COLUMNS 32 /* x_* columns; half of what a CSV row may have */

/* The columns, as their header cells are called (ses_column_name). To add one, add it here and to
 * the table in manifest.c. */
enum ses_column {
    SES_COLUMN_DOMAIN,
    SES_COLUMN_HOST,
    SES_COLUMN_LIFETIME,
    SES_COLUMN_EXPIRES,
    SES_COLUMN_EXPORTS,
    SES_COLUMN_DEDICATED_IPS,
    SES_COLUMN_EIP,
    SES_COLUMN_ALLOCATION_ID,
    SES_COLUMN_CONTACT,
    SES_COLUMN_PURPOSE,
    SES_COLUMN_ACCOUNT,
    SES_COLUMN_REGION,
    SES_COLUMN_ZONE,
    SES_COLUMN_GROUP,
    SES_COLUMNS
};

/* The header cell of `column`. Static. */
const char *ses_column_name(enum ses_column column);

struct ses_cell {
    struct ses_str text; /* without blanks at its edges; empty where the column is missing */
    struct ses_place place;
};

struct ses_manifest_row {
    struct ses_cell cells[SES_COLUMNS];
    struct ses_str extra_names[SES_MAX_EXTRA_COLUMNS]; /* of the header, in lower case: "x_team" */
    struct ses_str extra_values[SES_MAX_EXTRA_COLUMNS];
    size_t extra_count;
    struct ses_place place; /* of the row */
};

/* Hands each row of the manifest at `path` ("-" is standard input) to `take`; what it points to
 * lives until `take` returns. `take` returns 0 or an error that ends the reading. Returns 0, also
 * where rows or columns were refused after findings; SES_EIO after a finding where the file cannot
 * be read; SES_EINVALID after a finding where it is no manifest; SES_ENOMEM; or what `take` or the
 * sink returned. */
int ses_manifest_read(const char *path,
                      int (*take)(void *context, const struct ses_manifest_row *row), void *context,
                      struct ses_findings *findings) SES_MUSTCHECK;

/* Why a row cannot become a request. */
enum ses_manifest_refusal {
    SES_MANIFEST_NO_NAME,      /* neither domain nor host */
    SES_MANIFEST_TWO_SUBJECTS, /* both */
    SES_MANIFEST_BAD_NAME,     /* not a DNS name */
    SES_MANIFEST_BAD_LIFETIME, /* neither poc nor production */
    SES_MANIFEST_NO_EXPORT,    /* no exports in the row, and none of the domain in the input */
    SES_MANIFEST_NO_EIP,       /* a host without its address */
};

/* Reports why at `cell`. Returns what the sink returned. */
int ses_manifest_refuse(const struct ses_cell *cell, enum ses_manifest_refusal refusal,
                        struct ses_findings *findings) SES_MUSTCHECK;

/* Notes that the input has `domain`, at `place`, and no row names it. Returns what the sink
 * returned. */
int ses_manifest_report_unused(struct ses_place place, struct ses_str domain,
                               struct ses_findings *findings) SES_MUSTCHECK;

extern const struct ses_code ses_manifest_codes[];
extern const size_t ses_manifest_code_count;

#endif
