/* SPDX-License-Identifier: MIT */
/* What DNS says before a change: whose zone it is, and what stands in the way of the records. */
#ifndef SES_VERIFY_BEFORE_H
#define SES_VERIFY_BEFORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/finding.h"
#include "base/str.h"
#include "verify/resolver.h"

struct ses_obstacle {
    const struct ses_code *code;
    struct ses_question question; /* where it shows */
    struct ses_str sentence;      /* lower case, without the values */
    const struct ses_str *found;  /* what stands there; untrusted */
    size_t found_count;
};

struct ses_before {
    /* The zone that holds the subject, by its SOA: who has it must make the change, and names are
     * typed in relative to it. Canonical; empty where DNS did not tell. */
    struct ses_str zone;
    struct ses_str primary;             /* the primary name server, as the SOA says; untrusted */
    struct ses_str contact;             /* the mail address in the SOA; untrusted */
    const struct ses_str *name_servers; /* of the zone; untrusted */
    size_t name_server_count;
    bool is_signed;                 /* DNSSEC vouches for the zone */
    struct ses_obstacle *obstacles; /* arena */
    size_t obstacle_count, obstacle_capacity;
};

#endif
