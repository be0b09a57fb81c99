/* SPDX-License-Identifier: MIT */
/* Change Management API: POST /api/sn_chg_rest/change answers 200 with every field as a pair of
 * display value and value, numbers as numbers, and the fields that it ignored (reference: 2.2). */
#include "base/error.h"
#include "submit/route.h"

static int ask(const struct ses_instance *instance, const struct ses_ticket *ticket,
               struct ses_arena *arena, struct ses_http_request *ret_request)
{
    struct ses_str kind = ses_instance_text(instance, SES_INSTANCE_CHANGE);
    struct ses_target target SES_CLEANUP(ses_target_done);
    int error;

    ses_target_init(&target, arena);
    ses_target_add(&target, "/api/sn_chg_rest/change");
    /* The setting is "normal", "emergency" or "standard/SYS_ID" (instance.c). */
    if (kind.len > 0) {
        ses_target_add(&target, "/");
        ses_target_add(&target, kind.ptr);
    }
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
        .table = SES_STR("change_request"),
    };
    return 0;
}

static void place(const struct ses_instance *instance, struct ses_lookup_place *ret_place)
{
    ses_route_task_place(instance, SES_STR("change_request"), ret_place);
}

const struct ses_route ses_route_change = {
    .name = "change",
    .needs = "",
    .ask = ask,
    .answer = answer,
    .place = place,
    .answers_fields = true,
};
