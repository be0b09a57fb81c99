/* SPDX-License-Identifier: MIT */
/* A resolver that goes from the root of DNS down, and validates what it is told (libunbound).
 *
 * It keeps what it learns for as long as it lives, so a look at DNS as it is now takes a new one.
 * Of a failure it says no more than that there was one. A question has fifteen seconds; where
 * nobody at all answers, as behind a firewall, the rest is not asked. */
#ifndef SES_VERIFY_UNBOUND_H
#define SES_VERIFY_UNBOUND_H

#include "base/attribute.h"
#include "base/clock.h"
#include "verify/resolver.h"

/* Questions on their way at a time. They spread over the servers of many zones; those of one zone
 * see no more than this. */
#define SES_MAX_RESOLVING 128

/* The files are borrowed, NUL-terminated, and NULL for what is usual. */
struct ses_unbound_options {
    struct ses_clock *clock;  /* borrowed, required */
    const char *trust_anchor; /* file of DS or DNSKEY records; else the root's, as the system has
                                 them or as they were published */
    const char *root_hints;   /* file of the root's name servers, for a tree of one's own */
    const char *server;       /* "ADDRESS[@PORT]": ask all of this one, and validate its answers */
};

/* Returns 0, SES_EINVALID where an option is not usable, SES_EIO or SES_ENOMEM. The caller frees
 * the resolver. */
int ses_unbound_new(const struct ses_unbound_options *options,
                    struct ses_resolver **ret_resolver) SES_MUSTCHECK;

#endif
