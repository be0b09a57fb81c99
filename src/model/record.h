/* SPDX-License-Identifier: MIT */
/* One DNS record of an export, with the place it came from and what it means to SES.
 *
 * A reader fills type, owner, value and places, then calls ses_record_classify, which derives the
 * rest. All strings live in the arena of the run. */
#ifndef SES_MODEL_RECORD_H
#define SES_MODEL_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/finding.h"
#include "base/str.h"

#define SES_MAX_TXT_STRING 255 /* RFC 1035 section 3.3: one character-string */
#define SES_MAX_TXT_VALUE                                                                          \
    4096 /* sixteen such strings: far above any SES value, below a DNS message */

enum ses_rrtype { SES_CNAME, SES_TXT, SES_MX, SES_RRTYPES };

/* "CNAME", "TXT" or "MX". */
const char *ses_rrtype_name(enum ses_rrtype type);

/* Reads a record type in any case. False for one that SES exports do not hold. */
bool ses_rrtype_parse(struct ses_str text, enum ses_rrtype *ret_type);

/* What a record is for. The order is the order in documents. */
enum ses_record_kind {
    SES_RECORD_DKIM,              /* Easy DKIM: CNAME <token>._domainkey.<domain> */
    SES_RECORD_DKIM_KEY,          /* BYODKIM: TXT <selector>._domainkey.<domain> */
    SES_RECORD_VERIFICATION,      /* TXT _amazonses.<domain> */
    SES_RECORD_VERIFICATION_APEX, /* the same token at <domain> itself */
    SES_RECORD_MAIL_FROM,         /* MX <label>.<domain> */
    SES_RECORD_SPF,               /* TXT v=spf1 at the same name */
    SES_RECORD_DMARC,             /* TXT _dmarc.<domain> */
    SES_RECORD_OTHER,
    SES_RECORD_KINDS
};

/* A short English name for people: "DKIM", "domain verification", ... */
const char *ses_record_kind_name(enum ses_record_kind kind);

/* Why a record of the input is not among those to publish. */
enum ses_record_fate {
    SES_PUBLISH,
    SES_DUPLICATE,   /* an equal record stands before it */
    SES_ALTERNATIVE, /* the apex form of a token that has its _amazonses record */
};

struct ses_record {
    enum ses_rrtype type;
    struct ses_str owner;    /* arena: canonical name (name.h) */
    struct ses_str value;    /* arena: RDATA as text, TXT strings joined and unquoted */
    struct ses_place row_at; /* of the type, the owner and the value */
    struct ses_place owner_at;
    struct ses_place value_at;

    enum ses_record_kind kind;
    struct ses_str domain; /* slice of owner: the identity it names; empty where it names none */
    struct ses_str token;  /* DKIM selector, or verification token without its prefix */
    struct ses_str target; /* arena: CNAME or MX host, canonical; empty where it is not a name */
    uint32_t preference;   /* MX */
    bool has_preference;   /* MX: a number stood before the host */
    enum ses_record_fate fate;
    const struct ses_record *copy_of; /* arena: of a duplicate, the first */
};

/* Derives everything below `kind`. Returns 0 or SES_ENOMEM. */
int ses_record_classify(struct ses_record *record, struct ses_arena *arena) SES_MUSTCHECK;

/* For a DKIM CNAME: the first label of the target, and the rest of it. */
struct ses_str ses_record_target_token(const struct ses_record *record);
struct ses_str ses_record_target_zone(const struct ses_record *record);

/* Canonical order: kind, owner, value. <0, 0 or >0; 0 only for records that are the same in DNS. */
int ses_record_compare(const struct ses_record *a, const struct ses_record *b);

#endif
