/* SPDX-License-Identifier: MIT */
/* Service Catalog API, order_now: the fields are variables of a catalog item. It answers with the
 * request (REQ); the requested item (RITM), which people work on and which the variables belong to,
 * only a look-up tells. A variable is a row of sc_item_option, tied to its item by
 * sc_item_option_mtom (reference: 2.1). */
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
    ses_target_add(&target, "/order_now");
    *ret_request =
        (struct ses_http_request){.method = "POST", .content_type = SES_STR("application/json")};
    error = ses_target_finish(&target, &ret_request->target);
    return error != 0 ? error
                      : ses_route_body(instance, ticket, SES_BODY_ORDER, arena, &ret_request->body);
}

static int answer(const struct ses_reply *reply, struct ses_remote_ticket *ret_ticket)
{
    const struct ses_reply_row *row = reply->rows;

    if (reply->count != 1 || !(ses_reply_is_id(ses_reply_text(row, "sys_id")) ||
                               ses_reply_is_id(ses_reply_text(row, "request_id"))))
        return SES_EINVALID;
    *ret_ticket = (struct ses_remote_ticket){0};
    return 0;
}

static void place(const struct ses_instance *instance, struct ses_lookup_place *ret_place)
{
    *ret_place = (struct ses_lookup_place){
        .table = SES_STR("sc_item_option_mtom"),
        .condition_field = "sc_item_option.item_option_new.name",
        .condition = ses_instance_text(instance, SES_INSTANCE_KEY_FIELD),
        .key = SES_STR("sc_item_option.value"),
        .record = "request_item",
        .number = "request_item.number",
        .fixed_table = "sc_req_item",
    };
}

/* Every variable of the item, a row each. */
static int ask_back(const struct ses_instance *instance, const struct ses_ticket *ticket,
                    const struct ses_remote_ticket *remote, struct ses_arena *arena,
                    struct ses_http_request *ret_request)
{
    struct ses_target target SES_CLEANUP(ses_target_done);

    (void)instance;
    (void)ticket;
    ses_target_init(&target, arena);
    ses_target_add(&target, "/api/now/table/sc_item_option_mtom?sysparm_query=request_item%3D");
    ses_target_add_value(&target, remote->record);
    ses_target_add(&target, "%5EORDERBYsys_id&sysparm_fields=sc_item_option.item_option_new.name,"
                            "sc_item_option.value&sysparm_limit=1000"
                            "&sysparm_exclude_reference_link=true");
    *ret_request = (struct ses_http_request){.method = "GET"};
    return ses_target_finish(&target, &ret_request->target);
}

static int read_back(const struct ses_reply *reply, struct ses_arena *arena,
                     struct ses_reply_row *ret_row)
{
    struct ses_reply_row row = {.cells = ses_arena_array(arena, reply->count, sizeof(*row.cells))};

    if (!row.cells)
        return SES_ENOMEM;
    for (size_t i = 0; i < reply->count; i++) {
        row.cells[row.count++] = (struct ses_reply_cell){
            .name = ses_reply_text(&reply->rows[i], "sc_item_option.item_option_new.name"),
            .value = ses_reply_text(&reply->rows[i], "sc_item_option.value"),
        };
    }
    *ret_row = row;
    return 0;
}

const struct ses_route ses_route_catalog = {
    .name = "catalog",
    .needs = "item",
    .ask = ask,
    .answer = answer,
    .place = place,
    .ask_back = ask_back,
    .read_back = read_back,
};
