/* SPDX-License-Identifier: MIT */
#include <stddef.h>

#include "render/view_part.h"

/* Names of this file are known in the documents of a group only. */
static const struct ses_view_group *group_of(const struct ses_look *look)
{
    return ses_view_of(look)->options.group;
}

static const struct ses_value unknown = {.kind = SES_VALUE_NONE};

void ses_view_add_members(struct ses_view *view, struct ses_list *list)
{
    const struct ses_view_group *group = view->options.group;

    for (size_t i = 0; group && i < group->shown_count; i++)
        ses_list_add_member(&view->data, list, &group->shown[i]->root);
}

static struct ses_value get_members(const struct ses_look *look)
{
    return group_of(look) ? ses_view_get_list(look) : unknown;
}

static struct ses_value get_by(const struct ses_look *look)
{
    const struct ses_view_group *group = group_of(look);

    return group ? ses_value_text(ses_str_of(group->by)) : unknown;
}

static struct ses_value get_value(const struct ses_look *look)
{
    const struct ses_view_group *group = group_of(look);

    return group ? ses_view_free_text(look->data, group->value, SES_MAX_TIGHT_TEXT, SES_VIEW_TIGHT)
                 : unknown;
}

static struct ses_value get_digest(const struct ses_look *look)
{
    const struct ses_view_group *group = group_of(look);

    return group ? ses_value_joined(look->data, SES_STR("sha256:"), ses_str_of(group->digest))
                 : unknown;
}

static struct ses_value get_is_first(const struct ses_look *look)
{
    const struct ses_view_group *group = group_of(look);

    return group ? ses_value_flag(group->is_first) : unknown;
}

static struct ses_value get_count(const struct ses_look *look)
{
    const struct ses_view_group *group = group_of(look);

    return group ? ses_value_number(look->data, group->domain_count + group->host_count) : unknown;
}

static struct ses_value get_words(const struct ses_look *look)
{
    const struct ses_view_group *group = group_of(look);

    if (!group)
        return unknown;
    if (group->host_count == 0)
        return ses_value_count(look->data, group->domain_count, "domain");
    if (group->domain_count == 0)
        return ses_value_count(look->data, group->host_count, "host");
    return ses_value_printf(look->data, "%zu domain%s and %zu host%s", group->domain_count,
                            group->domain_count == 1 ? "" : "s", group->host_count,
                            group->host_count == 1 ? "" : "s");
}

static struct ses_value get_has_domains(const struct ses_look *look)
{
    const struct ses_view_group *group = group_of(look);

    return group ? ses_value_flag(group->domain_count > 0) : unknown;
}

static struct ses_value get_has_hosts(const struct ses_look *look)
{
    const struct ses_view_group *group = group_of(look);

    return group ? ses_value_flag(group->host_count > 0) : unknown;
}

static struct ses_value get_export_words(const struct ses_look *look)
{
    const struct ses_view_group *group = group_of(look);

    return group ? ses_value_count(look->data, group->export_count, "export") : unknown;
}

static struct ses_str text_at(const struct ses_request *request, size_t offset)
{
    return *(const struct ses_str *)(const void *)((const char *)request + offset);
}

/* What the group says once, its members do not repeat. `offset` is that of the text in a request.
 */
static struct ses_value get_own(const struct ses_look *look)
{
    const struct ses_view *view = ses_view_of(look);
    const struct ses_view_group *group = group_of(look);
    struct ses_str own = text_at(view->request, look->which);

    if (!group)
        return unknown;
    if (text_at(group->whole, look->which).len > 0)
        own = (struct ses_str){0};
    return ses_view_free_text(look->data, own, SES_MAX_TIGHT_TEXT, view->options.size);
}

static const struct ses_member rows[] = {
    {"group_by", get_by, 0},
    {"group_value", get_value, 0},
    {"group_digest", get_digest, 0},
    {"members", get_members, SES_VIEW_MEMBERS},
    {"member_count", get_count, 0},
    {"member_words", get_words, 0},
    {"export_words", get_export_words, 0},
    {"has_domains", get_has_domains, 0},
    {"has_hosts", get_has_hosts, 0},
    {"own_contact", get_own, offsetof(struct ses_request, contact)},
    {"own_purpose", get_own, offsetof(struct ses_request, purpose)},
    {"own_account", get_own, offsetof(struct ses_request, account)},
    {"own_region", get_own, offsetof(struct ses_request, region)},
    {"is_first", get_is_first, 0},
};

const struct ses_members ses_view_group_members = {
    .rows = rows, .count = sizeof(rows) / sizeof(rows[0]), .next = &ses_view_operation_members};
