/* SPDX-License-Identifier: MIT */
/* Verifies any number of requests at once, and hands them back in the order in which they came.
 *
 * init, then add requests; `done` is called from within add and finish. Memory is that of as many
 * requests as are asked for at a time. */
#ifndef SES_VERIFY_VERIFIER_H
#define SES_VERIFY_VERIFIER_H

#include <stddef.h>

#include "base/attribute.h"
#include "verify/verify.h"

/* Requests asked for at a time: enough to keep a resolver busy, since each has four questions or
 * more. */
#define SES_MAX_VERIFIED 256

struct ses_verifier {
    struct ses_resolver *resolver;     /* borrowed */
    struct ses_verify_options options; /* borrowed label */
    /* Takes one that is done: what it keeps it moves away, and leaves a zeroed one. Returns 0, or
     * an error, which ends the run. */
    int (*done)(void *context, struct ses_verification *verification);
    void *context; /* borrowed */

    struct ses_verification *ring; /* owned; private, as all below */
    size_t first, count;
};

/* Ready for `add`. Returns 0 or SES_ENOMEM. */
int ses_verifier_init(struct ses_verifier *verifier) SES_MUSTCHECK;

/* Begins with a settled request, which is not needed afterwards; waits for others where there are
 * as many as it takes. Returns 0, or an error that ends the run. */
int ses_verifier_add(struct ses_verifier *verifier,
                     const struct ses_request *request) SES_MUSTCHECK;

/* The same for one that was done before, and is moved: asked anew. */
int ses_verifier_add_again(struct ses_verifier *verifier,
                           struct ses_verification *verification) SES_MUSTCHECK;

/* Waits for all. */
int ses_verifier_finish(struct ses_verifier *verifier) SES_MUSTCHECK;

/* The resolver must be gone, or nothing on its way. */
void ses_verifier_done(struct ses_verifier *verifier);

#endif
