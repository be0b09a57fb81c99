/* SPDX-License-Identifier: MIT */
/* One statement of a ledger at work: open, bind, then run it or step through its rows, close.
 *
 * Binding never reports: the first failure is remembered, and run and step say what happened, once.
 * What is bound is borrowed until the close; what is read is copied. A statement serves one query
 * at a time. */
#ifndef SES_LEDGER_QUERY_H
#define SES_LEDGER_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/finding.h"
#include "base/str.h"
#include "ledger/schema.h"

struct ses_ledger;
struct sqlite3_stmt;

struct ses_query {
    struct ses_ledger *ledger;      /* borrowed */
    struct sqlite3_stmt *statement; /* borrowed: the ledger's */
    int bound;                      /* parameters so far */
    int status;                     /* SQLite's: the first that was none of success */
};

void ses_query_open(struct ses_query *query, struct ses_ledger *ledger,
                    enum ses_statement statement);
void ses_query_close(struct ses_query *query);

/* Each binds the next parameter. */
void ses_query_bind(struct ses_query *query, struct ses_str text);
void ses_query_bind_word(struct ses_query *query, const char *word);
void ses_query_bind_number(struct ses_query *query, int64_t number);
void ses_query_bind_null(struct ses_query *query);

/* Runs a statement that has no rows. `*ret_changed`, which may be NULL, is how many rows it
 * changed. Returns 0, SES_ENOMEM, SES_EINVALID where it would break a rule of the schema, without a
 * finding, or SES_EIO after one. */
int ses_query_run(struct ses_query *query, size_t *ret_changed,
                  struct ses_findings *findings) SES_MUSTCHECK;

/* Goes to the next row; `*ret_row` is false behind the last. Returns 0, SES_ENOMEM, or SES_EIO
 * after a finding. */
int ses_query_step(struct ses_query *query, bool *ret_row,
                   struct ses_findings *findings) SES_MUSTCHECK;

/* A column of the row, from 0. Returns 0, SES_ENOMEM, or SES_EINVALID for a text with a NUL byte.
 */
int ses_query_text(const struct ses_query *query, int column, struct ses_arena *arena,
                   struct ses_str *ret_text) SES_MUSTCHECK;
int64_t ses_query_number(const struct ses_query *query, int column);

#endif
