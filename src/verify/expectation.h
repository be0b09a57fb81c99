/* SPDX-License-Identifier: MIT */
/* What DNS is to say once a request is done: a list made of its records and nodes, and for each
 * what DNS does say.
 *
 * Expected is a part of what may stand at a name: other TXT values, other sets of DKIM CNAMEs and
 * other addresses are no fault. */
#ifndef SES_VERIFY_EXPECTATION_H
#define SES_VERIFY_EXPECTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/finding.h"
#include "model/request.h"
#include "verify/resolver.h"

enum ses_expectation_kind {
    SES_EXPECT_CNAME,
    SES_EXPECT_KEY, /* the DKIM key behind the CNAME before it */
    SES_EXPECT_TXT,
    SES_EXPECT_MX,
    SES_EXPECT_FORWARD, /* a node: from the name to the address */
    SES_EXPECT_REVERSE, /* from the address to the name */
};

enum ses_verdict {
    SES_VERDICT_OK,
    SES_VERDICT_MISSING,
    SES_VERDICT_DIFFERENT,
    SES_VERDICT_BOGUS,   /* DNSSEC says that the answer is not genuine */
    SES_VERDICT_UNKNOWN, /* nobody told */
    SES_VERDICT_SKIPPED, /* not looked at: it counts for nothing */
};

/* "ok", "missing", "different", "bogus", "unknown", "skipped". */
const char *ses_verdict_name(enum ses_verdict verdict);

struct ses_expectation {
    enum ses_expectation_kind kind;
    enum ses_record_kind record;  /* SES_RECORD_OTHER for a node */
    struct ses_question question; /* arena: where it is to stand, and as what */
    struct ses_str value;         /* arena: as people write it */
    struct ses_str target;        /* arena: CNAME, MX, PTR: canonical */
    uint32_t preference;          /* MX */
    struct ses_address address;   /* of a node */

    enum ses_verdict verdict;
    const struct ses_code *code; /* NULL where there is nothing to say */
    struct ses_str sentence;     /* lower case, without the values; may be empty */
    const struct ses_str *found; /* what stands there instead or beside; untrusted */
    size_t found_count;
    struct ses_str at; /* where it was found, if not at the name asked for; else empty */
    bool secure;       /* DNSSEC vouches for the verdict */
    int bits;          /* of a DKIM key */
};

struct ses_expectations {
    struct ses_expectation *items; /* arena */
    size_t count;
    size_t capacity;
};

/* Lists what the published records and the nodes of a settled request want, in their order; nothing
 * points into the request afterwards. Returns 0 or SES_ENOMEM. */
int ses_expectations_add(struct ses_expectations *expectations, const struct ses_request *request,
                         struct ses_arena *arena) SES_MUSTCHECK;

#endif
