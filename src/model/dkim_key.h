/* SPDX-License-Identifier: MIT */
/* The public key in a DKIM TXT record (RFC 6376 section 3.6.1), and whether SES can sign with it.
 */
#ifndef SES_MODEL_DKIM_KEY_H
#define SES_MODEL_DKIM_KEY_H

#include "base/str.h"

/* Amazon SES Developer Guide, BYODKIM: RSA, 1024 to 2048 bits. */
#define SES_MIN_DKIM_BITS 1024
#define SES_MAX_DKIM_BITS 2048

/* What a key is, and what can be wrong with it, in the order in which it is looked for. */
enum ses_dkim_key_state {
    SES_DKIM_KEY_GOOD,
    SES_DKIM_KEY_PLACEHOLDER, /* what the console shows in place of a key that it does not know */
    SES_DKIM_KEY_PEM,         /* header or footer of a file */
    SES_DKIM_KEY_IS_CNAME,    /* what belongs into a CNAME */
    SES_DKIM_KEY_NO_TAG,      /* no p= */
    SES_DKIM_KEY_REVOKED,     /* p= with nothing behind it */
    SES_DKIM_KEY_BLANK,
    SES_DKIM_KEY_NOT_BASE64,
    SES_DKIM_KEY_NOT_A_KEY, /* not a SubjectPublicKeyInfo */
    SES_DKIM_KEY_NOT_RSA,
    SES_DKIM_KEY_BITS, /* too short or too long */
};

struct ses_dkim_key {
    enum ses_dkim_key_state state;
    int bits; /* of a key that could be read; else 0 */
};

/* Looks at the value of a TXT record, its strings joined. */
struct ses_dkim_key ses_dkim_key_parse(struct ses_str value);

#endif
