/* SPDX-License-Identifier: MIT */
/* Whether a ticket is there: the question that comes before every other.
 *
 * An instance drops a condition that it does not understand and answers with all rows, and shows a
 * page before it takes away what the caller may not read (reference: 1.2, 1.3). So every row of an
 * answer is compared with what was asked for, byte for byte. Nothing is asked of a ticket's state:
 * a closed one has been opened once as well. */
#ifndef SES_SUBMIT_LOOKUP_H
#define SES_SUBMIT_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/str.h"
#include "submit/client.h"
#include "submit/route.h"

enum ses_lookup_end {
    SES_LOOKUP_DONE,
    SES_LOOKUP_FOREIGN, /* rows that nobody asked for: the condition was dropped, or the field is
                           not shown */
    SES_LOOKUP_REFUSED, /* for good */
    SES_LOOKUP_FAILED,  /* another run may get through */
};

struct ses_lookup {
    struct ses_remote_ticket *found; /* arena; in the order of their sys_id */
    size_t count;
    enum ses_lookup_end end;
};

/* Sends a question that may be asked any number of times, and reads the answer. `*ret_end` is DONE
 * with `*ret_reply` set, REFUSED or FAILED. Returns 0, SES_ENOMEM, or SES_ELIMIT where the answer
 * has too many rows. */
int ses_lookup_ask(struct ses_client *client, const struct ses_http_request *request,
                   struct ses_arena *arena, struct ses_reply *ret_reply,
                   enum ses_lookup_end *ret_end) SES_MUSTCHECK;

/* How many of `values` fit into one question. At least 1. */
size_t ses_lookup_page(const struct ses_str *values, size_t count);

/* Asks for the tickets whose key, or label where `by_label` is true, is one of `values`; at most as
 * many as ses_lookup_page says. Returns 0 or SES_ENOMEM. */
int ses_lookup_run(struct ses_client *client, const struct ses_lookup_place *place, bool by_label,
                   const struct ses_str *values, size_t count, struct ses_arena *arena,
                   struct ses_lookup *ret_lookup) SES_MUSTCHECK;

/* Asks for one ticket's fields (route.h), as they are stored. `ret_end` is DONE with `*ret_row`
 * set, REFUSED or FAILED. Returns 0 or SES_ENOMEM. */
int ses_lookup_fields(struct ses_client *client, const struct ses_route *route,
                      const struct ses_instance *instance, const struct ses_ticket *ticket,
                      const struct ses_remote_ticket *remote, struct ses_arena *arena,
                      struct ses_reply_row *ret_row, enum ses_lookup_end *ret_end) SES_MUSTCHECK;

/* Asks for any one row of the table with the fields of `ticket`. `*ret_any` is false where there is
 * none to be seen, and nothing is proved. Otherwise as above. */
int ses_lookup_sample(struct ses_client *client, const struct ses_lookup_place *place,
                      const struct ses_instance *instance, const struct ses_ticket *ticket,
                      struct ses_arena *arena, struct ses_reply_row *ret_row, bool *ret_any,
                      enum ses_lookup_end *ret_end) SES_MUSTCHECK;

#endif
