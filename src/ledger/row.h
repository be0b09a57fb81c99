/* SPDX-License-Identifier: MIT */
/* A row of the file made into values. A ledger can have been edited or damaged: what does not parse
 * is reported, once, and from then on every read gives nothing; whoever made the row looks at
 * `error` when all is read. */
#ifndef SES_LEDGER_ROW_H
#define SES_LEDGER_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/finding.h"
#include "base/str.h"
#include "ledger/ledger.h"
#include "ledger/query.h"
#include "ledger/word.h"
#include "model/address.h"
#include "model/lifetime.h"

struct ses_row {
    const struct ses_query *query; /* borrowed: at a row */
    struct ses_arena *arena;       /* borrowed: for what is read */
    struct ses_findings *findings;
    int error; /* 0, SES_ENOMEM, SES_EIO after a finding, or what the sink returned */
};

/* Any text without a NUL byte. */
struct ses_str ses_row_text(struct ses_row *row, int column);

/* A canonical name; with `may_be_empty` also none. */
struct ses_str ses_row_name(struct ses_row *row, int column, bool may_be_empty);

struct ses_str ses_row_key(struct ses_row *row, int column, bool may_be_empty);
struct ses_str ses_row_digest(struct ses_row *row, int column);

/* Seconds since 1970, up to the year 9999. */
int64_t ses_row_time(struct ses_row *row, int column);

/* One of `words`: its number; 0 also where it is none of them. */
int ses_row_word(struct ses_row *row, int column, const struct ses_words *words);

/* A lifetime of two columns: its word, and the date of a proof of concept. */
struct ses_lifetime ses_row_lifetime(struct ses_row *row, int word, int date);

struct ses_address ses_row_address(struct ses_row *row, int column);

/* Everything of a ticket: the first columns of a list (schema.h). */
struct ses_ledger_ticket ses_row_ticket(struct ses_row *row);

/* Reports what is wrong with `value`, unless something was before. */
void ses_row_damaged(struct ses_row *row, struct ses_str value, const char *sentence);

#endif
