/* SPDX-License-Identifier: MIT */
/* Items of the ledger for people and programs. Every byte of the ledger is escaped. */
#ifndef CLI_LISTING_H
#define CLI_LISTING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/buf.h"
#include "base/str.h"
#include "ledger/ledger.h"
#include "ledger/state.h"
#include "model/lifetime.h"

/* What is shown of an item beside the item itself. */
struct cli_listing {
    const struct ses_ledger_item *item; /* borrowed */
    enum ses_ledger_state state;
    struct ses_date today;
    struct ses_str renewed_by, removed_by; /* numbers of those tickets, or their keys */
};

/* A line of the text table, kept until all widths are known. */
struct cli_listing_line {
    enum ses_ledger_state state;
    bool near;                                     /* expires within two weeks */
    struct ses_str subject, expires, number, note; /* arena: escaped */
};

/* Returns 0 or SES_ENOMEM. */
int cli_listing_line(const struct cli_listing *listing, struct ses_arena *arena,
                     struct cli_listing_line *ret_line) SES_MUSTCHECK;

/* Adds the lines as a table. */
void cli_listing_add_text(struct ses_buf *out, const struct cli_listing_line *lines, size_t count,
                          bool color);

/* One object on a line. */
void cli_listing_add_json(struct ses_buf *out, const struct cli_listing *listing);

/* RFC 4180: the names of the columns, and a row. */
void cli_listing_begin_csv(struct ses_buf *out);
void cli_listing_add_csv(struct ses_buf *out, const struct cli_listing *listing);

/* Where a browser shows the ticket; nothing where that is not known. */
void cli_listing_add_link(struct ses_buf *out, const struct ses_ledger_ticket *ticket);

#endif
