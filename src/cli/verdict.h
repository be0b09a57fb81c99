/* SPDX-License-Identifier: MIT */
/* What DNS says of a request, for people and programs. Every byte that came from DNS is escaped. */
#ifndef CLI_VERDICT_H
#define CLI_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "verify/verify.h"

#define CLI_MAX_COMMAND ((size_t)16 * 1024) /* a dig command: a name, and words of our own */

struct cli_verdict_style {
    const char *server; /* that was asked, as in --server; NULL for none. For dig commands. */
    bool color;
    bool quiet;  /* nothing about what is right */
    bool before; /* a look before the change: what is missing is no fault */
};

/* A block of lines: a head, and a line for each record and node with the reason below it. */
void cli_verdict_add_text(struct ses_buf *out, const struct ses_verification *verification,
                          const struct cli_verdict_style *style);

/* The same for a page: its beginning, a part for each request, and its end with the totals. */
void cli_verdict_begin_html(struct ses_buf *out);
void cli_verdict_add_html(struct ses_buf *out, const struct ses_verification *verification,
                          const struct cli_verdict_style *style);
void cli_verdict_end_html(struct ses_buf *out, struct ses_str totals);

/* One object on a line. */
void cli_verdict_add_json(struct ses_buf *out, const struct ses_verification *verification,
                          const struct cli_verdict_style *style);

/* The command that shows what DNS says to a question. */
void cli_verdict_add_dig(struct ses_buf *out, const struct ses_question *question, bool dnssec,
                         const struct cli_verdict_style *style);

/* "live", "partly live", "not live" or "could not tell". */
const char *cli_verdict_live(enum ses_live live);

/* The type of its record; "key" for the key behind a CNAME. */
const char *cli_verdict_type(const struct ses_expectation *expectation);

/* True where the value says more than what was found. */
bool cli_verdict_wants_value(const struct ses_expectation *expectation);

#endif
