/* SPDX-License-Identifier: MIT */
/* Import Set API: POST /api/now/import/{staging table} runs the transform map at once and answers
 * 201 with what it did, also where that failed. With a map that coalesces on the key, equal
 * requests make one ticket: the server itself keeps from doing it twice (reference: 2.3). */
#include "base/error.h"
#include "submit/route.h"

static int ask(const struct ses_instance *instance, const struct ses_ticket *ticket,
               struct ses_arena *arena, struct ses_http_request *ret_request)
{
    struct ses_target target SES_CLEANUP(ses_target_done);
    int error;

    ses_target_init(&target, arena);
    ses_target_add(&target, "/api/now/import/");
    ses_target_add_value(&target, ses_instance_text(instance, SES_INSTANCE_STAGING));
    *ret_request =
        (struct ses_http_request){.method = "POST", .content_type = SES_STR("application/json")};
    error = ses_target_finish(&target, &ret_request->target);
    return error != 0
               ? error
               : ses_route_body(instance, ticket, SES_BODY_FIELDS, arena, &ret_request->body);
}

/* Inserted; updated or ignored where the map found the key and had something or nothing to change.
 * Of a row that the map refused the sys_id is that of the import, not of a ticket. */
static bool is_made(struct ses_str status)
{
    return ses_str_eq(status, SES_STR("inserted")) || ses_str_eq(status, SES_STR("updated")) ||
           ses_str_eq(status, SES_STR("ignored"));
}

static int answer(const struct ses_reply *reply, struct ses_remote_ticket *ret_ticket)
{
    const struct ses_reply_row *row = reply->rows;

    if (reply->count == 0 || !is_made(ses_reply_text(row, "status")) ||
        !ses_reply_is_id(ses_reply_text(row, "sys_id")))
        return SES_EINVALID;
    *ret_ticket = (struct ses_remote_ticket){
        .record = ses_reply_text(row, "sys_id"),
        .number = ses_reply_text(row, "display_value"),
        .table = ses_reply_text(row, "table"),
    };
    return 0;
}

static struct ses_str reason(const struct ses_reply *reply)
{
    struct ses_str text = {0};

    if (reply->count > 0 && !is_made(ses_reply_text(reply->rows, "status"))) {
        text = ses_reply_text(reply->rows, "error_message");
        if (text.len == 0)
            text = ses_reply_text(reply->rows, "status_message");
        if (text.len == 0)
            text = SES_STR("the transform map refused the row");
    }
    return text;
}

static void place(const struct ses_instance *instance, struct ses_lookup_place *ret_place)
{
    ses_route_task_place(instance, ses_instance_text(instance, SES_INSTANCE_TABLE), ret_place);
}

const struct ses_route ses_route_import = {
    .name = "import",
    .needs = "staging table",
    .ask = ask,
    .answer = answer,
    .reason = reason,
    .place = place,
};
