/* SPDX-License-Identifier: MIT */
/* Opens tickets, each exactly once, whatever fails on the way.
 *
 * Order of calls: init; plan, which only looks; act, which opens what the plan found missing and
 * puts the files in place; done. What makes it safe (reference: section 7):
 *
 *   - the key of a ticket is made of what is asked for, so every run makes the same;
 *   - before anything else a key that nobody has is looked up: an instance that drops the condition
 *     answers with rows, and nothing is opened there;
 *   - the intent is in the ledger, and on the disk, before the request is sent;
 *   - after every outcome that does not prove that nothing was made, the key is looked up, and once
 *     more when a transaction can no longer be running, before it is sent again;
 *   - a ticket counts as opened only where the instance shows it with our key.
 *
 * Two runs on one ledger exclude each other. Two runs on two ledgers can both look before either
 * has created: only a server-side key (route import) or a caller-chosen sys_id keeps them apart. */
#ifndef SES_SUBMIT_SUBMIT_H
#define SES_SUBMIT_SUBMIT_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/clock.h"
#include "base/finding.h"
#include "ledger/ledger.h"
#include "submit/client.h"
#include "submit/instance.h"
#include "submit/route.h"
#include "submit/ticket.h"

/* Connections at a time: an instance serves REST with four threads a node (reference: section 6).
 */
#define SES_MAX_SUBMIT_JOBS 4

/* How often one ticket is asked for, each time after a look-up that did not find it. */
#define SES_MAX_CREATES 4

struct ses_submit_options {
    const struct ses_instance *instance; /* borrowed */
    struct ses_ledger *ledger;           /* borrowed; open for writing where act is called */
    struct ses_clock *clock;             /* borrowed */
    struct ses_watch *watch;             /* borrowed; may be NULL */
    /* Makes a client and who we are for one thread; submit frees both. Returns 0 or an error. */
    int (*connect)(void *context, struct ses_http **ret_http, struct ses_auth **ret_auth);
    void *context;
    size_t jobs; /* 1 to SES_MAX_SUBMIT_JOBS */
    bool reopen; /* open a ticket also where an earlier one of the subject asks for something else,
                    or where the one that the ledger knows is not to be seen */
};

struct ses_submit {
    struct ses_submit_options options;
    const struct ses_route *route;
    struct ses_lookup_place place;
    struct ses_patience patience;
    struct ses_client client; /* of the planning thread */
    bool connected;
    struct ses_arena arena;                     /* what the plan found */
    struct ses_arena kept[SES_MAX_SUBMIT_JOBS]; /* what the threads found */
};

/* Returns 0, SES_ENOMEM, or SES_EINVALID after a finding where the instance lacks a setting. */
int ses_submit_init(struct ses_submit *submit, const struct ses_submit_options *options,
                    struct ses_findings *findings) SES_MUSTCHECK;
void ses_submit_done(struct ses_submit *submit);

/* Sets the state of every ticket that is NEW. Sends nothing that could change anything. Returns 0;
 * SES_ENOMEM; SES_EREMOTE after a finding where the instance could not be asked, and another run
 * may get through; SES_EINVALID after a finding where it refuses, or must not be trusted; or what
 * the ledger returned. */
int ses_submit_plan(struct ses_submit *submit, struct ses_ticket *tickets, size_t count,
                    struct ses_findings *findings) SES_MUSTCHECK;

/* Opens what is NEW, and puts files in place where they are missing. Returns 0 when every ticket
 * has the state that it ends this run with; SES_ENOMEM, SES_EINVALID after a finding where the
 * instance turned out not to keep the key, or what the ledger returned: then the rest was not
 * begun. */
int ses_submit_act(struct ses_submit *submit, struct ses_ticket *tickets, size_t count,
                   struct ses_findings *findings) SES_MUSTCHECK;

#endif
