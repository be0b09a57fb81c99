/* SPDX-License-Identifier: MIT */
/* Text without the secrets that are in it.
 *
 * init, add what must not be seen, then pass any text through it. A value is found as it is, inside
 * a JSON string, and escaped as in a query or form; what others made of it in other ways is not.
 * The user and password of a URL are hidden whatever they are. */
#ifndef SES_SUBMIT_MASK_H
#define SES_SUBMIT_MASK_H

#include <stddef.h>

#include "base/attribute.h"
#include "base/buf.h"
#include "base/str.h"
#include "submit/secret.h"

/* What stands in the place of a secret. */
#define SES_MASK "***"

struct ses_mask {
    struct ses_buf *forms; /* owned */
    size_t count, capacity;
    int status; /* 0 or SES_ENOMEM */
};

void ses_mask_init(struct ses_mask *mask);
void ses_mask_done(struct ses_mask *mask);

/* Adds a value; the empty one is none. A failure is remembered, as ses_buf does. */
void ses_mask_add(struct ses_mask *mask, struct ses_str value);

/* Adds all that are known; NULL is none. */
void ses_mask_add_secrets(struct ses_mask *mask, const struct ses_secrets *secrets);

/* Adds user and password of a URL, each and together. */
void ses_mask_add_url(struct ses_mask *mask, struct ses_str url);

/* Adds `text` to `out` with every secret replaced. Returns 0, SES_ENOMEM, also where a value could
 * not be added before: then nothing of the text is in `out`; or the failure of `out`. */
int ses_mask_text(const struct ses_mask *mask, struct ses_buf *out,
                  struct ses_str text) SES_MUSTCHECK;

#endif
