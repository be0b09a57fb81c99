/* SPDX-License-Identifier: MIT */
/* Requests with patience: sends, waits where an instance asks for it, and sends again where that is
 * safe. What is not safe is the caller's to decide: it gets SES_OUTCOME_AMBIGUOUS and looks.
 *
 * Several clients, one for each thread, share a `struct ses_patience`: a pause that the instance
 * asks for is everybody's, and so is the time that a run may spend on waiting. */
#ifndef SES_SUBMIT_CLIENT_H
#define SES_SUBMIT_CLIENT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/clock.h"
#include "submit/auth.h"
#include "submit/http.h"
#include "submit/reply.h"
#include "submit/retry.h"

/* How often a request is sent before a run gives up on it, where the instance asked for no pause:
 * with the pauses of retry.h some three minutes. */
#define SES_MAX_ATTEMPTS 8

/* The same for the first request of a run: a name that was mistyped should not take minutes. */
#define SES_FIRST_ATTEMPTS 3

/* Told before each pause; may be called by any thread. */
struct ses_watch {
    void (*waits)(struct ses_watch *watch, int64_t milliseconds, const char *why);
    /* A ticket is done with, for better or worse; its state says which. */
    void (*step)(struct ses_watch *watch, bool failed);
};

struct ses_patience {
    struct ses_clock *clock; /* borrowed */
    struct ses_watch *watch; /* borrowed; may be NULL */
    int64_t budget_ms;       /* what may be waited in all */
    pthread_mutex_t lock;    /* guards all below */
    int64_t waited_ms;
    int64_t quiet_until; /* nobody sends before */
    bool stopped;        /* somebody asked to end */
    bool is_spent;       /* a pause was longer than what the budget still held */
    uint32_t random;
};

void ses_patience_init(struct ses_patience *patience, struct ses_clock *clock,
                       struct ses_watch *watch, int64_t budget_ms);
void ses_patience_done(struct ses_patience *patience);

/* Waits at least so long. False where the run is to end: somebody asked for it, or the budget is
 * spent. */
bool ses_patience_wait(struct ses_patience *patience, int64_t milliseconds, const char *why);

bool ses_patience_is_stopped(struct ses_patience *patience);

/* True where the budget ended a wait. */
bool ses_patience_is_spent(struct ses_patience *patience);

struct ses_client {
    struct ses_http *http;         /* owned */
    struct ses_auth *auth;         /* owned */
    struct ses_patience *patience; /* borrowed */
    struct ses_http_reply reply;   /* the last */
    struct ses_retry judged;       /* what was made of it */
    unsigned max_attempts;
    bool refused_us; /* the last reply is about who we are, not about the request */
    /* Called before each sending of a request that writes, the first and every other; returns 0, or
     * an error that ends it. NULL: nobody wants to know. */
    int (*before_write)(void *context);
    void *context;
};

void ses_client_init(struct ses_client *client, struct ses_http *http, struct ses_auth *auth,
                     struct ses_patience *patience);
void ses_client_done(struct ses_client *client);

/* Sends `request` until there is a verdict that time alone does not change: GOOD, REFUSED, or
 * AMBIGUOUS; AGAIN where attempts, budget or somebody's patience ended first: it was not executed.
 * `writes` as in retry.h; a request that does not write is never AMBIGUOUS. Returns 0, SES_ENOMEM,
 * or what before_write returned.
 */
int ses_client_send(struct ses_client *client, const struct ses_http_request *request, bool writes,
                    enum ses_outcome *ret_outcome) SES_MUSTCHECK;

/* The last reply was good, but for its body: `why` is static. */
void ses_client_doubt(struct ses_client *client, const char *why);

/* What the last reply, or the lack of one, comes to in words: "status 403: Operation Failed: ...";
 * empty where it was good. In the arena. Returns 0 or SES_ENOMEM. */
int ses_client_explain(const struct ses_client *client, struct ses_arena *arena,
                       struct ses_str *ret_text) SES_MUSTCHECK;

#endif
