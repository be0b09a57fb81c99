/* SPDX-License-Identifier: MIT */
/* What the first row of a CSV file says the file is. */
#ifndef SES_INGEST_HEADER_H
#define SES_INGEST_HEADER_H

#include "ingest/csv.h"

enum ses_header_kind {
    SES_HEADER_EXPORT,    /* columns known by name */
    SES_HEADER_FOREIGN,   /* a language not met before: three columns, none a record type */
    SES_HEADER_RECORD,    /* no header: the first row is a record already */
    SES_HEADER_ACM,       /* four columns, as ACM writes them; SES is not excluded */
    SES_HEADER_OTHER_DNS, /* another DNS tool's export */
    SES_HEADER_SEPARATOR, /* one column that holds semicolons or tabs */
    SES_HEADER_MANIFEST,  /* a column is called domain or host */
    SES_HEADER_UNKNOWN,
};

struct ses_header {
    enum ses_header_kind kind;
    size_t type, name, value; /* indices of the columns */
    size_t columns;
    const char *tool; /* OTHER_DNS: who writes such files; static */
};

/* True where the first line of a file is the header of a credentials download: SMTP user name and
 * password, or access keys. To be asked before a cell may be shown to anybody. */
bool ses_header_is_secret(struct ses_str first_line);

/* Looks at the first row of a file. Cannot fail. */
struct ses_header ses_header_of(const struct ses_csv_row *row);

/* Sets the columns by a row that holds a record: one is a record type, the others are name and
 * value, in that order, as in every export seen. False where none of three is a type. */
bool ses_header_find_columns(struct ses_header *header, const struct ses_csv_row *row);

#endif
