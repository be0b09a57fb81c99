/* SPDX-License-Identifier: MIT */
/* What a renewal or removal says of what was before. */
#include "render/view_part.h"

static const struct ses_request *request_of(const struct ses_look *look)
{
    return ses_view_of(look)->request;
}

static struct ses_value get_operation(const struct ses_look *look)
{
    return ses_value_text(ses_str_of(ses_operation_name(request_of(look)->operation)));
}

static struct ses_value get_is_operation(const struct ses_look *look)
{
    return ses_value_flag(request_of(look)->operation == (enum ses_operation)look->which);
}

static struct ses_value get_earlier(const struct ses_look *look)
{
    return ses_value_text(request_of(look)->earlier.number);
}

static struct ses_value get_refers(const struct ses_look *look)
{
    return ses_value_text(request_of(look)->earlier.key);
}

static struct ses_value get_earlier_expires(const struct ses_look *look)
{
    const struct ses_lifetime *lifetime = &request_of(look)->earlier.lifetime;
    char date[SES_DATE_TEXT];

    if (lifetime->kind != SES_LIFETIME_POC)
        return ses_value_text((struct ses_str){0});
    ses_date_format(lifetime->expires, date);
    return ses_value_joined(look->data, ses_str_of(date), (struct ses_str){0});
}

static struct ses_value get_has_spared(const struct ses_look *look)
{
    const struct ses_request *request = request_of(look);
    bool has = false;

    for (size_t i = 0; i < request->spared_count && !has; i++)
        has = request->spared[i].reason == (enum ses_spared_reason)look->which;
    return ses_value_flag(has);
}

static const struct ses_member rows[] = {
    {"operation", get_operation, 0},
    {"is_add", get_is_operation, SES_ADD},
    {"is_renew", get_is_operation, SES_RENEW},
    {"is_remove", get_is_operation, SES_REMOVE},
    {"earlier", get_earlier, 0},
    {"earlier_expires", get_earlier_expires, 0},
    {"refers", get_refers, 0},
    {"spared", ses_view_get_list, SES_VIEW_SPARED},
    {"has_gone", get_has_spared, SES_SPARED_GONE},
    {"has_shared", get_has_spared, SES_SPARED_SHARED},
    {"has_foreign", get_has_spared, SES_SPARED_FOREIGN},
};

const struct ses_members ses_view_operation_members = {.rows = rows,
                                                       .count = sizeof(rows) / sizeof(rows[0])};

void ses_view_add_spared(struct ses_view *view, struct ses_list *list)
{
    for (size_t i = 0; i < view->request->spared_count; i++)
        ses_list_add_object(&view->data, list, SES_OBJECT_SPARED, &view->request->spared[i]);
}

static const struct ses_spared *spared_of(const struct ses_look *look)
{
    return look->node;
}

static struct ses_value get_owner_absolute(const struct ses_look *look)
{
    return ses_view_absolute(look->data, spared_of(look)->owner);
}

static struct ses_value get_type(const struct ses_look *look)
{
    return ses_value_text(spared_of(look)->type);
}

static struct ses_value get_value(const struct ses_look *look)
{
    return ses_value_text(spared_of(look)->value);
}

static struct ses_value get_by(const struct ses_look *look)
{
    return ses_value_text(spared_of(look)->by);
}

static struct ses_value get_is_reason(const struct ses_look *look)
{
    return ses_value_flag(spared_of(look)->reason == (enum ses_spared_reason)look->which);
}

static const struct ses_member spared_rows[] = {
    {"owner_absolute", get_owner_absolute, 0},
    {"type", get_type, 0},
    {"value", get_value, 0},
    {"by", get_by, 0},
    {"is_gone", get_is_reason, SES_SPARED_GONE},
    {"is_shared", get_is_reason, SES_SPARED_SHARED},
    {"is_foreign", get_is_reason, SES_SPARED_FOREIGN},
};

const struct ses_members ses_spared_members = {
    .rows = spared_rows, .count = sizeof(spared_rows) / sizeof(spared_rows[0])};
