/* SPDX-License-Identifier: MIT */
/* IP addresses, and which of them the public Internet can reach. */
#ifndef SES_MODEL_ADDRESS_H
#define SES_MODEL_ADDRESS_H

#include <stdbool.h>

#include "base/attribute.h"
#include "base/str.h"

#define SES_MAX_ADDRESS_TEXT 46 /* INET6_ADDRSTRLEN */
#define SES_MAX_REVERSE_TEXT 74 /* 32 nibbles with dots, "ip6.arpa", NUL */

struct ses_address {
    int version; /* 4 or 6; 0 where there is none */
    unsigned char bytes[16];
    char text[SES_MAX_ADDRESS_TEXT]; /* canonical: RFC 5952 for IPv6 */
};

/* Reads dotted decimal or RFC 4291 text. Returns 0 or SES_EINVALID. */
int ses_address_parse(struct ses_str text, struct ses_address *ret_address) SES_MUSTCHECK;

bool ses_address_eq(const struct ses_address *a, const struct ses_address *b);

enum ses_address_scope {
    SES_ADDRESS_PUBLIC,
    SES_ADDRESS_PRIVATE,       /* not routed: RFC 1918, RFC 4193, RFC 6598, link-local, loopback */
    SES_ADDRESS_RESERVED,      /* no host has it: multicast, unspecified, future use, benchmarks */
    SES_ADDRESS_DOCUMENTATION, /* RFC 5737, RFC 3849, RFC 9637: for examples */
};

/* The scope of `address`, and in `*ret_name` a static name of the block it lies in (NULL if
 * public). */
enum ses_address_scope ses_address_scope(const struct ses_address *address, const char **ret_name);

/* Writes the name that holds the PTR record (RFC 1035 section 3.5, RFC 3596 section 2.5), no final
 * dot. */
void ses_address_reverse(const struct ses_address *address, char text[SES_MAX_REVERSE_TEXT]);

#endif
