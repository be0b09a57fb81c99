/* SPDX-License-Identifier: MIT */
/* What the files of submit share. Private to them. */
#ifndef SES_SUBMIT_SUBMIT_PART_H
#define SES_SUBMIT_SUBMIT_PART_H

#include "submit/code.h"
#include "submit/lookup.h"
#include "submit/submit.h"

/* All tickets of a run that acts, and the threads at them. */
struct ses_act {
    struct ses_submit *submit;
    struct ses_ticket *tickets;
    size_t count;
    struct ses_findings *findings; /* of the ledger's, under the lock */
    pthread_mutex_t lock;          /* guards all below, and the ledger */
    size_t next;
    int error; /* the first that ends the run */
    bool told_other_id;
};

/* One thread. */
struct ses_worker {
    struct ses_act *act;
    struct ses_client client;
    struct ses_arena arena;          /* of one ticket; cleared for the next */
    struct ses_arena *kept;          /* borrowed from the submit: what tickets point to */
    const struct ses_ticket *ticket; /* borrowed: in hand */
    bool has_sent;                   /* something that makes something, for it */
    bool is_doubtful;                /* and what became of that is not known */
};

/* Adds what is to be told about a ticket. Returns 0 or SES_ENOMEM. */
int ses_worker_tell(struct ses_worker *worker, struct ses_ticket *ticket, enum ses_submit_code code,
                    struct ses_str value, const char *format, ...) SES_PRINTF(5, 6) SES_MUSTCHECK;

/* Sets the state and, as its reason, what the last reply comes to, behind `what`. */
int ses_worker_give_up(struct ses_worker *worker, struct ses_ticket *ticket,
                       enum ses_ticket_state state, const char *what) SES_MUSTCHECK;

/* Opens a ticket that is NEW (create.c). */
int ses_worker_open(struct ses_worker *worker, struct ses_ticket *ticket) SES_MUSTCHECK;

/* Puts the files of an open ticket in place (attach.c). */
int ses_worker_attach(struct ses_worker *worker, struct ses_ticket *ticket) SES_MUSTCHECK;

/* Tells what of the fields did not arrive as it was sent; `row` is what the instance has
 * (compare.c).
 * `*ret_has_key` is false where the key is not what it should be. */
int ses_worker_compare(struct ses_worker *worker, struct ses_ticket *ticket,
                       const struct ses_reply_row *row, bool *ret_has_key) SES_MUSTCHECK;

/* The pause after which a transaction whose reply was lost is over. */
int64_t ses_submit_settle_ms(const struct ses_submit *submit);

/* What is left of that pause since an earlier run last sent something for the ticket; 0 or less
 * where nothing of it can be on its way any more. */
int64_t ses_worker_unsettled_ms(const struct ses_worker *worker, const struct ses_ticket *ticket);

#endif
