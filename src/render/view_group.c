/* SPDX-License-Identifier: MIT */
#include <stddef.h>

#include "render/view_part.h"

static const struct {
    const char *member;
    size_t offset; /* of the text in a request */
} own_texts[] = {
    {"own_contact", offsetof(struct ses_request, contact)},
    {"own_purpose", offsetof(struct ses_request, purpose)},
    {"own_account", offsetof(struct ses_request, account)},
    {"own_region", offsetof(struct ses_request, region)},
};

static struct ses_str text_at(const struct ses_request *request, size_t offset)
{
    return *(const struct ses_str *)(const void *)((const char *)request + offset);
}

/* What the group says once, its members do not repeat. */
static void add_own_texts(struct ses_data *data, struct ses_object *root,
                          const struct ses_view_facts *facts)
{
    for (size_t i = 0; i < sizeof(own_texts) / sizeof(own_texts[0]); i++) {
        struct ses_str common = text_at(facts->options->group->whole, own_texts[i].offset);
        struct ses_str own = text_at(facts->request, own_texts[i].offset);

        ses_view_set_free_text(data, root, own_texts[i].member,
                               common.len > 0 ? (struct ses_str){0} : own, SES_MAX_TIGHT_TEXT,
                               facts->options->size);
    }
}

static void add_counts(struct ses_data *data, struct ses_object *root,
                       const struct ses_view_group *group)
{
    size_t domains = group->domain_count;
    size_t hosts = group->host_count;
    const char *domain_noun = domains == 1 ? "domain" : "domains";
    const char *host_noun = hosts == 1 ? "host" : "hosts";

    ses_object_set_printf(data, root, "member_count", "%zu", domains + hosts);
    if (hosts == 0)
        ses_object_set_printf(data, root, "member_words", "%zu %s", domains, domain_noun);
    else if (domains == 0)
        ses_object_set_printf(data, root, "member_words", "%zu %s", hosts, host_noun);
    else
        ses_object_set_printf(data, root, "member_words", "%zu %s and %zu %s", domains, domain_noun,
                              hosts, host_noun);
    ses_object_set_flag(data, root, "has_domains", domains > 0);
    ses_object_set_flag(data, root, "has_hosts", hosts > 0);
    ses_object_set_printf(data, root, "export_words", "%zu export%s", group->export_count,
                          group->export_count == 1 ? "" : "s");
}

void ses_view_make_group(struct ses_data *data, struct ses_object *root, const void *context)
{
    const struct ses_view_facts *facts = context;
    const struct ses_view_group *group = facts->options->group;
    struct ses_list *members;

    if (!group)
        return;
    members = ses_data_list(data);
    for (size_t i = 0; i < group->shown_count; i++)
        ses_list_add_object(data, members, group->shown[i]->root);
    ses_object_set_list(data, root, "members", members);
    ses_object_set_text(data, root, "group_by", ses_str_of(group->by));
    ses_view_set_free_text(data, root, "group_value", group->value, SES_MAX_TIGHT_TEXT,
                           SES_VIEW_TIGHT);
    ses_object_set_printf(data, root, "group_digest", "sha256:%s", group->digest);
    ses_object_set_flag(data, root, "is_first", group->is_first);
    add_counts(data, root, group);
    add_own_texts(data, root, facts);
}
