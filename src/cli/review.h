/* SPDX-License-Identifier: MIT */
/* What somebody looked at before it is submitted: --expect, a digest or the index.json of a render.
 *
 * A request that is not there, or not the same, is not submitted; one that was reviewed and is not
 * in the input any more is told. */
#ifndef CLI_REVIEW_H
#define CLI_REVIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/finding.h"
#include "base/map.h"
#include "base/str.h"
#include "model/request.h"

struct cli_review_entry;

/* All zero is a review that expects nothing in particular. */
struct cli_review {
    struct ses_arena arena;
    char digest[SES_DIGEST_TEXT];      /* of the only request; empty: as the index has it */
    struct cli_review_entry **entries; /* arena */
    size_t count;
    size_t capacity;
    struct ses_map by_subject;
};

/* Reads the argument of --expect (NULL: nothing is expected). Returns 0; SES_ENOMEM; SES_EIO,
 * SES_ESYNTAX or SES_EINVALID after a message on standard error. */
int cli_review_open(struct cli_review *review, const char *expect) SES_MUSTCHECK;
void cli_review_done(struct cli_review *review);

/* True where this is what was reviewed: the request, and the summary and text of its ticket where
 * they are not empty and the review has them. Marks it as seen. */
bool cli_review_agrees(struct cli_review *review, struct ses_str subject, const char *digest,
                       struct ses_str summary, struct ses_str text);

/* Calls `take` with each subject that was reviewed and has not been seen. */
void cli_review_unseen(const struct cli_review *review, void (*take)(const char *subject));

#endif
