/* SPDX-License-Identifier: MIT */
/* Table API: POST /api/now/table/{table} answers 201 with the row that it made (reference: 1.1 to
 * 1.5). */
#include "base/error.h"
#include "submit/route.h"

static int ask(const struct ses_instance *instance, const struct ses_ticket *ticket,
               struct ses_arena *arena, struct ses_http_request *ret_request)
{
    struct ses_target target SES_CLEANUP(ses_target_done);
    int error;

    ses_target_init(&target, arena);
    ses_target_add(&target, "/api/now/table/");
    ses_target_add_value(&target, ses_instance_text(instance, SES_INSTANCE_TABLE));
    ses_target_add(&target, "?sysparm_fields=");
    ses_route_add_field_names(&target, instance, ticket, false);
    ses_target_add(&target, ",sys_id,number,sys_class_name&sysparm_exclude_reference_link=true");
    *ret_request =
        (struct ses_http_request){.method = "POST", .content_type = SES_STR("application/json")};
    error = ses_target_finish(&target, &ret_request->target);
    return error != 0
               ? error
               : ses_route_body(instance, ticket, SES_BODY_FIELDS, arena, &ret_request->body);
}

static int answer(const struct ses_reply *reply, struct ses_remote_ticket *ret_ticket)
{
    const struct ses_reply_row *row = reply->rows;

    if (reply->count != 1 || !ses_reply_is_id(ses_reply_text(row, "sys_id")))
        return SES_EINVALID;
    *ret_ticket = (struct ses_remote_ticket){
        .record = ses_reply_text(row, "sys_id"),
        .number = ses_reply_text(row, "number"),
        .table = ses_reply_text(row, "sys_class_name"),
    };
    return 0;
}

static void place(const struct ses_instance *instance, struct ses_lookup_place *ret_place)
{
    ses_route_task_place(instance, ses_instance_text(instance, SES_INSTANCE_TABLE), ret_place);
}

const struct ses_route ses_route_table = {
    .name = "table",
    .needs = "table",
    .ask = ask,
    .answer = answer,
    .place = place,
    .answers_fields = true,
};
