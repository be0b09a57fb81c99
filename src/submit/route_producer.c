/* SPDX-License-Identifier: MIT */
/* Service Catalog API, submit_producer: a form that makes a row of a table. It answers with the
 * row's sys_id and table, and not with its fields (reference: 2.1). */
#include "base/error.h"
#include "submit/route.h"

static int ask(const struct ses_instance *instance, const struct ses_ticket *ticket,
               struct ses_arena *arena, struct ses_http_request *ret_request)
{
    struct ses_target target SES_CLEANUP(ses_target_done);
    int error;

    ses_target_init(&target, arena);
    ses_target_add(&target, "/api/sn_sc/servicecatalog/items/");
    ses_target_add_value(&target, ses_instance_text(instance, SES_INSTANCE_ITEM));
    ses_target_add(&target, "/submit_producer");
    *ret_request =
        (struct ses_http_request){.method = "POST", .content_type = SES_STR("application/json")};
    error = ses_target_finish(&target, &ret_request->target);
    return error != 0
               ? error
               : ses_route_body(instance, ticket, SES_BODY_VARIABLES, arena, &ret_request->body);
}

static int answer(const struct ses_reply *reply, struct ses_remote_ticket *ret_ticket)
{
    const struct ses_reply_row *row = reply->rows;

    if (reply->count != 1 || !ses_reply_is_id(ses_reply_text(row, "sys_id")))
        return SES_EINVALID;
    *ret_ticket = (struct ses_remote_ticket){
        .record = ses_reply_text(row, "sys_id"),
        .number = ses_reply_text(row, "number"),
        .table = ses_reply_text(row, "table"),
    };
    return 0;
}

static void place(const struct ses_instance *instance, struct ses_lookup_place *ret_place)
{
    ses_route_task_place(instance, ses_instance_text(instance, SES_INSTANCE_TABLE), ret_place);
}

const struct ses_route ses_route_producer = {
    .name = "producer",
    .needs = "item table",
    .ask = ask,
    .answer = answer,
    .place = place,
};
