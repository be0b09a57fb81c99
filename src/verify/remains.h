/* SPDX-License-Identifier: MIT */
/* What DNS still has of a request that is to go, and what else stands at its names. */
#ifndef SES_VERIFY_REMAINS_H
#define SES_VERIFY_REMAINS_H

#include <stddef.h>

#include "base/str.h"
#include "verify/resolver.h"

/* A record at a name of the request that is none of its own. */
struct ses_neighbour {
    struct ses_question question; /* where it stands, and its type */
    struct ses_str text;          /* arena: its data; untrusted */
};

/* Filled in the order of the request's records and nodes. */
struct ses_neighbours {
    struct ses_neighbour *items; /* arena */
    size_t count, capacity;
};

#endif
