/* SPDX-License-Identifier: MIT */
/* Rows of comma-separated values (RFC 4180), each field with the line and column it came from.
 *
 * Lines may end in LF, CRLF or CR; the last may end in nothing. Blank lines are passed over. A
 * field may be quoted and then hold commas, doubled quotes and line breaks. A row that breaks these
 * rules is reported and skipped, and the next line is read. Blanks belong to a field. */
#ifndef SES_INGEST_CSV_H
#define SES_INGEST_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/finding.h"
#include "base/str.h"

#define SES_MAX_CSV_FIELDS 64       /* the widest known table has 20; more are counted, not kept */
#define SES_MAX_CSV_ROW (64 * 1024) /* bytes: a TXT value of the largest size, all of it quotes */
#define SES_MAX_CSV_UNCLOSED_QUOTES 8 /* each costs a second look at the rest of the file */

struct ses_csv_field {
    struct ses_str text; /* slice of the input, or arena where it was quoted */
    struct ses_place place;
    bool quoted;
};

struct ses_csv_row {
    struct ses_csv_field fields[SES_MAX_CSV_FIELDS];
    size_t count; /* of fields in the row */
    size_t kept;  /* of those in `fields` */
};

/* Hands each row of `text` to `take`, which returns 0 or an error that ends the reading. Malformed
 * rows are reported to `findings` and counted in `*ret_refused`. `file` names the text in
 * places, and `first_line` is the number of its first line.
 * Returns 0, SES_ENOMEM, or what `take` or the sink returned. */
int ses_csv_read(struct ses_str text, const char *file, size_t first_line, struct ses_arena *arena,
                 int (*take)(void *context, const struct ses_csv_row *row), void *context,
                 size_t *ret_refused, struct ses_findings *findings) SES_MUSTCHECK;

/* A piece of a text that is too large to be in memory at once. */
struct ses_csv_part {
    bool more;    /* the text goes on behind this piece: its last row may not be whole */
    size_t line;  /* number of its first line; behind the call, of the line to go on with */
    size_t taken; /* result: bytes up to the first row that is not whole */
};

/* As ses_csv_read, for one piece. Where more is to follow, a row that does not end in this piece is
 * left for the next call, which gets it whole; nothing is taken where no row ends. */
int ses_csv_read_part(struct ses_str text, const char *file, struct ses_csv_part *part,
                      struct ses_arena *arena,
                      int (*take)(void *context, const struct ses_csv_row *row), void *context,
                      struct ses_findings *findings) SES_MUSTCHECK;

extern const struct ses_code ses_csv_codes[];
extern const size_t ses_csv_code_count;

#endif
