/* SPDX-License-Identifier: MIT */
/* SHA-256 of texts, as lower-case hexadecimal.
 *
 * Whoever takes many digests keeps a digester: finding the algorithm and making room for its state
 * costs as much as the digest of a short text. A zeroed digester is valid; it is for one thread at
 * a time. */
#ifndef SES_MODEL_DIGEST_H
#define SES_MODEL_DIGEST_H

#include "base/attribute.h"
#include "base/str.h"

#define SES_DIGEST_TEXT 65 /* SHA-256 (FIPS 180-4) in hexadecimal, and NUL */

struct ses_digester {
    void *context; /* owned, private; NULL until the first text */
};

void ses_digester_done(struct ses_digester *digester);

/* Writes the digest of `bytes`. NULL stands for a digester of this text alone. Returns 0 or
 * SES_ENOMEM. */
int ses_digester_take(struct ses_digester *digester, struct ses_str bytes,
                      char text[SES_DIGEST_TEXT]) SES_MUSTCHECK;

/* The same with NULL. */
int ses_digest_of(struct ses_str bytes, char text[SES_DIGEST_TEXT]) SES_MUSTCHECK;

#endif
