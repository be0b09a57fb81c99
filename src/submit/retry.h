/* SPDX-License-Identifier: MIT */
/* What to do after a reply, or after none: a function of what came, without a state of its own.
 *
 * The rule behind it: no status that follows a body proves that nothing was created, but those that
 * are given before anything is executed (reference: 1.6, 7.6). */
#ifndef SES_SUBMIT_RETRY_H
#define SES_SUBMIT_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "submit/http.h"

/* The longest pause of our own choosing, and the first. */
#define SES_RETRY_FIRST_MS 1000
#define SES_RETRY_MAX_MS 120000

/* A 429 without the headers of a rule comes from a full queue, which is everybody's: a longer pause
 * than after an error (reference: section 6). */
#define SES_RETRY_QUEUE_MS 30000

enum ses_outcome {
    SES_OUTCOME_GOOD,      /* 2xx: look at the body */
    SES_OUTCOME_REFUSED,   /* not executed, and another try will not help */
    SES_OUTCOME_AGAIN,     /* not executed: the same may be sent again after the pause */
    SES_OUTCOME_AMBIGUOUS, /* perhaps executed: look before sending it again */
};

struct ses_retry {
    enum ses_outcome verdict;
    int64_t pause_ms; /* before the next request of any kind */
    bool shared;      /* the pause is for everybody who uses the instance */
    bool refuses; /* of AMBIGUOUS: where it turns out not to have been executed, it was refused */
    const char *why; /* static: "the queue of the instance is full" */
};

/* Judges the reply to a request. `writes` is true where executing it twice would matter. `attempt`
 * is how often it has been sent so far, from 1. `random` is any number: it spreads pauses over
 * [half, whole]. A Retry-After is honoured in full. */
struct ses_retry ses_retry_judge(const struct ses_http_reply *reply, bool writes, unsigned attempt,
                                 uint32_t random);

#endif
