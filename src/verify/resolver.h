/* SPDX-License-Identifier: MIT */
/* What asks DNS: questions go in, answers come back in any order.
 *
 * A resolver is handed in, so that a test can answer in its place. `ask` begins, `wait` lets
 * answers arrive and calls `done` for each; nothing is called from anywhere else. An answer lives
 * as long as the call of `done`; whoever keeps it copies it (ses_answer_copy). Names in questions
 * are canonical (model/name.h). Everything in an answer is untrusted: names and texts may hold any
 * byte. */
#ifndef SES_VERIFY_RESOLVER_H
#define SES_VERIFY_RESOLVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/str.h"
#include "model/address.h"

/* Types by their number in DNS (RFC 1035 section 3.2.2, RFC 3596). */
enum ses_qtype {
    SES_QTYPE_A = 1,
    SES_QTYPE_NS = 2,
    SES_QTYPE_CNAME = 5,
    SES_QTYPE_SOA = 6,
    SES_QTYPE_PTR = 12,
    SES_QTYPE_MX = 15,
    SES_QTYPE_TXT = 16,
    SES_QTYPE_AAAA = 28,
};

/* "A", "NS", ...; "TYPE" for one that is not above. */
const char *ses_qtype_name(enum ses_qtype type);

struct ses_question {
    struct ses_str name; /* canonical */
    enum ses_qtype type;
};

/* Of an answer: above SES_ANSWER_BOGUS something is known, from there on nothing is. */
enum ses_answer_status {
    SES_ANSWER_DATA,      /* there are records of that type, perhaps behind CNAMEs */
    SES_ANSWER_NODATA,    /* the name exists, without records of that type */
    SES_ANSWER_NXDOMAIN,  /* the name does not exist; nor does anything below it (RFC 8020) */
    SES_ANSWER_ELSEWHERE, /* a CNAME leads to where this server knows nothing and does not ask */
    SES_ANSWER_LOOP,      /* the CNAMEs lead in a circle */
    SES_ANSWER_BOGUS,     /* DNSSEC says that the answer is not genuine */
    SES_ANSWER_SERVFAIL,
    SES_ANSWER_REFUSED,
    SES_ANSWER_LAME,      /* the server points elsewhere: it does not have the zone */
    SES_ANSWER_RCODE,     /* another response code; the reason names it */
    SES_ANSWER_TRUNCATED, /* cut, and the whole could not be had over TCP */
    SES_ANSWER_MALFORMED, /* not a DNS message */
    SES_ANSWER_TIMEOUT,
    SES_ANSWER_UNREACHABLE, /* nothing listens there */
};

/* One record of an answer. Names are text without a final dot, "." for the root; bytes that mean
 * something in a zone file or are no printable ASCII are \. or \DDD (RFC 1035 section 5.1). */
struct ses_rr {
    struct ses_str owner;
    enum ses_qtype type;
    uint32_t ttl;
    struct ses_str name;        /* CNAME, NS, PTR, MX: where it points; SOA: the primary server */
    struct ses_str text;        /* TXT: its strings joined, as they are (RFC 7208 section 3.3) */
    struct ses_str contact;     /* SOA: a mail address (RFC 1035 section 3.3.13) */
    uint32_t preference;        /* MX */
    uint32_t serial;            /* SOA */
    struct ses_address address; /* A, AAAA */
};

struct ses_answer {
    enum ses_answer_status status;
    struct ses_str
        reason;         /* what the resolver says of a failure, beyond its status; may be empty */
    bool secure;        /* proven by DNSSEC, by whoever validates here */
    bool authoritative; /* the server has the zone */
    bool recursive;     /* the server asks others */
    bool forked;        /* some owner has several CNAMEs, which DNS does not allow */
    const struct ses_rr *chain; /* the CNAMEs that were followed, first to last */
    size_t chain_count;
    const struct ses_rr *rrs; /* the records of the type asked for, at the end of the chain */
    size_t count;
    const struct ses_rr *soa; /* of the zone that a negative answer is about; NULL if not told */
    uint32_t ttl;             /* how long it may be kept; the least of all that are above */
};

/* True where nothing is known after this answer: it may be another next time. */
bool ses_answer_is_unknown(const struct ses_answer *answer);

/* "answered", "no such name", "SERVFAIL", ...: what the status means, for people. */
const char *ses_answer_status_name(enum ses_answer_status status);

/* Copies all of `answer` into `arena`. Returns 0 or SES_ENOMEM. */
int ses_answer_copy(const struct ses_answer *answer, struct ses_arena *arena,
                    struct ses_answer *ret_copy) SES_MUSTCHECK;

/* The data of `rr` as people write it: "10 mail.example.edu". Returns 0 or SES_ENOMEM. */
int ses_rr_format(const struct ses_rr *rr, struct ses_arena *arena,
                  struct ses_str *ret_text) SES_MUSTCHECK;

struct ses_resolver {
    /* Begins to ask. `question` is copied, `context` is borrowed. Returns 0, SES_ENOMEM, SES_EIO,
     * or SES_ELIMIT where as many questions are on their way as it lets: wait, and ask again. */
    int (*ask)(struct ses_resolver *resolver, const struct ses_question *question,
               void (*done)(void *context, const struct ses_answer *answer),
               void *context) SES_MUSTCHECK;
    /* Waits at most so long for answers, and calls `done` for those that came. Returns 0,
     * SES_ENOMEM or SES_EIO. */
    int (*wait)(struct ses_resolver *resolver, int milliseconds) SES_MUSTCHECK;
    /* Drops what is on its way without calling `done`, and releases the resolver. */
    void (*free)(struct ses_resolver *resolver);
};

/* For a cleanup attribute; takes NULL. */
void ses_resolver_freep(struct ses_resolver **resolver);

#endif
