/* SPDX-License-Identifier: MIT */
/* The ways into ServiceNow: which API makes a ticket, and where it is found afterwards.
 *
 * A route is a row: how to ask for a ticket, how to read the answer, where to look a key up, how to
 * read back what arrived. To add one, write route_<name>.c, declare its row here and list it in
 * route.c. The functions only write and read messages; sending them is submit.c's business. */
#ifndef SES_SUBMIT_ROUTE_H
#define SES_SUBMIT_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/str.h"
#include "submit/http.h"
#include "submit/instance.h"
#include "submit/reply.h"
#include "submit/ticket.h"

/* Bytes of a target: what every proxy and server lets through (reference: 1.1). */
#define SES_MAX_TARGET 2000

/* Where a key is looked up: a table, and the fields in which its rows have what we want to know. */
struct ses_lookup_place {
    struct ses_str table;
    const char *condition_field; /* must be `condition`; NULL where any row will do */
    struct ses_str condition;
    struct ses_str key;      /* the field that holds the key; dot-walked where it must be */
    struct ses_str label;    /* that of correlation_display; empty where there is none */
    const char *record;      /* "sys_id" */
    const char *number;      /* "number" */
    const char *table_field; /* "sys_class_name"; NULL: `fixed_table` */
    const char *fixed_table;
};

/* A ticket as a reply shows it; arena. */
struct ses_remote_ticket {
    struct ses_str record, number, table;
    struct ses_str key, label, created; /* of a look-up */
};

struct ses_route {
    const char *name;
    const char *needs; /* keys of the settings it cannot do without, separated by blanks */
    /* Asks for the ticket. */
    int (*ask)(const struct ses_instance *instance, const struct ses_ticket *ticket,
               struct ses_arena *arena, struct ses_http_request *ret_request);
    /* Reads the answer: 0; SES_EINVALID where it does not say that a ticket was made. `ret_ticket`
     * has what the answer tells; its record is empty where only a look-up will tell. */
    int (*answer)(const struct ses_reply *reply, struct ses_remote_ticket *ret_ticket);
    /* What stands in the way, from an answer that `answer` did not like; may be NULL. */
    struct ses_str (*reason)(const struct ses_reply *reply);
    void (*place)(const struct ses_instance *instance, struct ses_lookup_place *ret_place);
    bool answers_fields; /* the answer has the fields as they arrived */
    /* Asks for the fields of a ticket that is there; NULL: from its own table. */
    int (*ask_back)(const struct ses_instance *instance, const struct ses_ticket *ticket,
                    const struct ses_remote_ticket *remote, struct ses_arena *arena,
                    struct ses_http_request *ret_request);
    /* Makes one row of names and values of that answer; NULL: it is one. */
    int (*read_back)(const struct ses_reply *reply, struct ses_arena *arena,
                     struct ses_reply_row *ret_row);
};

extern const struct ses_route ses_route_table, ses_route_change, ses_route_catalog,
    ses_route_producer, ses_route_import;

/* The route called `name`, or NULL. */
const struct ses_route *ses_route_find(struct ses_str name);

/* What every message is made of. */

/* A target as it grows: printf for what is ours, add for values, which are escaped. */
struct ses_target {
    struct ses_arena *arena; /* borrowed */
    struct ses_buf text;
};

void ses_target_init(struct ses_target *target, struct ses_arena *arena);
void ses_target_done(struct ses_target *target);
void ses_target_add(struct ses_target *target, const char *text);
void ses_target_add_value(struct ses_target *target, struct ses_str value);

/* Copies the target into the arena. Returns 0, SES_ENOMEM, or SES_ELIMIT where it is too long. */
int ses_target_finish(struct ses_target *target, struct ses_str *ret_target) SES_MUSTCHECK;

/* The fields of the ticket as members of a JSON object, in the order of the config, then key and
 * label, then the sys_id where the config wants it sent; inside `{"variables": ...}` where
 * `variables` is true, with `sysparm_quantity` where `quantity` is. */
enum ses_body_shape { SES_BODY_FIELDS, SES_BODY_VARIABLES, SES_BODY_ORDER };
int ses_route_body(const struct ses_instance *instance, const struct ses_ticket *ticket,
                   enum ses_body_shape shape, struct ses_arena *arena,
                   struct ses_str *ret_body) SES_MUSTCHECK;

/* "f1,f2,...": the names under which the fields that are sent arrive, key and label included; with
 * `all` also those of fields that are empty here. */
void ses_route_add_field_names(struct ses_target *target, const struct ses_instance *instance,
                               const struct ses_ticket *ticket, bool all);

/* The place of a key in a table of tasks. */
void ses_route_task_place(const struct ses_instance *instance, struct ses_str table,
                          struct ses_lookup_place *ret_place);

#endif
