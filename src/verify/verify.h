/* SPDX-License-Identifier: MIT */
/* What DNS says of one request: the questions, and the verdicts that the answers come to.
 *
 * take, then ask until it is done. A verification asks in rounds: what an answer leaves open makes
 * the questions of the next round. It keeps what it needs of the request, and may be asked again
 * later. It belongs to one thread at a time, and must stay where it is while questions are on their
 * way. */
#ifndef SES_VERIFY_VERIFY_H
#define SES_VERIFY_VERIFY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/map.h"
#include "base/str.h"
#include "model/request.h"
#include "verify/before.h"
#include "verify/expectation.h"
#include "verify/remains.h"
#include "verify/resolver.h"

/* What all verdicts come to. */
enum ses_live {
    SES_LIVE,         /* all is there and works */
    SES_LIVE_PART,    /* some of it is not */
    SES_LIVE_NONE,    /* nothing is */
    SES_LIVE_UNKNOWN, /* nothing is known to be wrong, and not all is known to be right */
};

/* "live", "partly", "none", "unknown". */
const char *ses_live_name(enum ses_live live);

struct ses_verify_options {
    bool before; /* also look for what stands in the way */
    /* A label that nobody has, to ask for a wildcard with: letters and digits. Borrowed. */
    struct ses_str random_label;
    /* Of a request that is to go: a verdict is OK where the record itself is still there, and
     * MISSING where it is not, whatever else is. */
    bool remains;
};

struct ses_asked;

struct ses_verification {
    enum ses_subject_kind kind;
    struct ses_str subject; /* arena: canonical */
    struct ses_str subject_unicode;
    struct ses_str zone; /* arena: as the requester said; may be empty */
    struct ses_str digest;
    struct ses_expectations expectations; /* arena */
    enum ses_live live;
    struct ses_before before;         /* where it was asked for */
    struct ses_neighbours neighbours; /* the same */

    struct ses_arena arena;   /* what the request wants; private, as all below */
    struct ses_arena answers; /* what DNS said, in this pass */
    const struct ses_verify_options *options;
    struct ses_map asked; /* by type and name */
    struct ses_asked **asked_list;
    size_t asked_count, asked_capacity;
    size_t sent; /* of that list */
    size_t open; /* on their way */
    bool done;
    int error; /* the first that ends the run */
};

/* Makes it ready for `request`, which is settled and not needed afterwards; what it held before is
 * forgotten. A zeroed verification is valid and empty. `options` are borrowed. Returns 0 or
 * SES_ENOMEM. */
int ses_verification_take(struct ses_verification *verification, const struct ses_request *request,
                          const struct ses_verify_options *options) SES_MUSTCHECK;

/* Forgets the answers, to ask anew. No question may be on its way. */
void ses_verification_rewind(struct ses_verification *verification);

/* Asks what is to be asked, as far as the resolver lets, and judges when all was answered. Returns
 * 0, SES_ELIMIT where the resolver takes no more now, or the error that ends the run. */
int ses_verification_step(struct ses_verification *verification,
                          struct ses_resolver *resolver) SES_MUSTCHECK;

/* True where all verdicts are there. */
bool ses_verification_is_done(const struct ses_verification *verification);

/* Takes NULL. No question may be on its way, unless its resolver is gone. */
void ses_verification_done(struct ses_verification *verification);

#endif
