/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"
#include "base/map.h"
#include "render/view_part.h"

/* What NetDB keeps under one name: the addresses of a node, the owners that point to a target, the
 * texts of an owner. */
struct group {
    struct ses_object *object;
    struct ses_list *items;
};

/* The groups of one list of the root. */
struct groups {
    struct ses_list *list;
    const char *items; /* what each object calls its list */
    struct ses_map seen;
};

/* The group of `name`, made and added to the list at first sight; NULL where memory ran out. */
static struct group *open_group(struct ses_data *data, struct groups *groups, struct ses_str name)
{
    struct group *group = ses_map_find(&groups->seen, name);

    if (group || ses_data_status(data) != 0)
        return group;
    group = ses_arena_alloc(data->arena, sizeof(*group));
    if (!group || ses_map_set(&groups->seen, data->arena, name, group) != 0) {
        data->status = SES_ENOMEM;
        return NULL;
    }
    group->object = ses_data_object(data);
    group->items = ses_data_list(data);
    ses_view_set_name(data, group->object, "name", "name_absolute", name);
    ses_object_set_list(data, group->object, groups->items, group->items);
    ses_list_add_object(data, groups->list, group->object);
    return group;
}

/* NetDB refuses what is not printable ASCII in a comment, line breaks above all. */
static bool is_plain(struct ses_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < ' ' || text.ptr[i] > '~')
            return false;
    }
    return text.len > 0;
}

/* Adds one fact to a comment, unless it does not fit or NetDB would refuse it. */
static void add_fact(char comment[SES_MAX_NETDB_COMMENT + 1], size_t *len, const char *what,
                     struct ses_str value)
{
    const char *separator = *len > 0 ? "; " : "";
    size_t room = SES_MAX_NETDB_COMMENT + 1 - *len;
    int more;

    if (!is_plain(value) || value.len >= room)
        return;
    more = snprintf(comment + *len, room, "%s%s%.*s", separator, what, SES_STR_ARG(value));
    if (more > 0 && (size_t)more < room)
        *len += (size_t)more;
    else
        comment[*len] = '\0';
}

static void set_comment(struct ses_data *data, struct ses_object *object, const char *member,
                        const char *what, struct ses_str allocation,
                        const struct ses_request *request)
{
    char comment[SES_MAX_NETDB_COMMENT + 1] = "";
    size_t len = 0;

    add_fact(comment, &len, what, request->subject);
    add_fact(comment, &len, "", allocation);
    add_fact(comment, &len, "AWS account ", request->account);
    add_fact(comment, &len, "", request->region);
    add_fact(comment, &len, "contact ", request->contact);
    ses_object_set_printf(data, object, member, "%s", comment);
}

static struct ses_object *view_of_address(struct ses_data *data, const struct ses_node *node,
                                          bool is_first)
{
    struct ses_object *object = ses_data_object(data);
    int version = node->address.version;
    char reverse[SES_MAX_REVERSE_TEXT] = "";

    if (version != 0)
        ses_address_reverse(&node->address, reverse);
    ses_object_set_text(data, object, "address",
                        version != 0 ? ses_str_of(node->address.text) : node->address_text);
    ses_object_set_text(data, object, "rrtype", version == 6 ? SES_STR("AAAA") : SES_STR("A"));
    ses_object_set_printf(data, object, "reverse", "%s", reverse);
    ses_object_set_text(data, object, "allocation", node->allocation);
    ses_view_set_word(data, object, "allocation_word", node->allocation);
    ses_object_set_flag(data, object, "is_ipv4", version == 4);
    ses_object_set_flag(data, object, "is_ipv6", version == 6);
    ses_object_set_flag(data, object, "is_first", is_first);
    ses_object_set_flag(data, object, "is_valid", node->name.len > 0 && version != 0);
    return object;
}

/* NetDB has one node for a name, however many addresses that has. */
static void add_node(struct ses_data *data, struct groups *groups, const struct ses_node *node,
                     const struct ses_request *request)
{
    struct group *group =
        open_group(data, groups, node->name.len > 0 ? node->name : node->name_text);
    bool is_first = group && ses_list_count(group->items) == 0;

    if (is_first) {
        ses_object_set_text(data, group->object, "host_word", node->name);
        set_comment(data, group->object, "comment",
                    request->kind == SES_SUBJECT_HOST ? "Amazon EC2 mail host "
                                                      : "Amazon SES dedicated IP of ",
                    node->allocation, request);
    }
    if (group)
        ses_list_add_object(data, group->items, view_of_address(data, node, is_first));
}

void ses_view_make_nodes(struct ses_data *data, struct ses_object *root, const void *context)
{
    const struct ses_request *request = ((const struct ses_view_facts *)context)->request;
    struct groups groups = {.list = ses_data_list(data), .items = "addresses"};
    bool ipv6 = false;

    for (size_t i = 0; i < request->node_count; i++) {
        add_node(data, &groups, &request->nodes[i], request);
        ipv6 = ipv6 || request->nodes[i].address.version == 6;
    }
    ses_object_set_list(data, root, "nodes", groups.list);
    ses_view_set_count(data, root, "node_count", "node_words", ses_list_count(groups.list),
                       "NetDB node");
    ses_object_set_flag(data, root, "has_nodes", request->node_count > 0);
    ses_object_set_flag(data, root, "has_ipv6", ipv6);
}

/* Which records share a NetDB object, by type. */
static const struct {
    const char *list;  /* of the root */
    const char *items; /* of each of its objects */
} groupings[SES_RRTYPES] = {
    [SES_CNAME] = {"cname_targets", "aliases"},
    [SES_MX] = {"mx_targets", "aliases"},
    [SES_TXT] = {"txt_owners", "values"},
};

static void add_groups(struct ses_data *data, struct ses_object *root, enum ses_rrtype type,
                       const struct ses_view_facts *facts)
{
    struct groups groups = {.list = ses_data_list(data), .items = groupings[type].items};

    for (size_t i = 0; i < facts->request->published_count && !facts->options->unlisted; i++) {
        const struct ses_record *record = facts->request->published[i];
        struct ses_str name = type == SES_TXT ? record->owner : record->target;
        struct group *group;

        /* A target that is no name cannot be the name of a node. */
        if (record->type != type || name.len == 0)
            continue;
        group = open_group(data, &groups, name);
        if (group)
            ses_list_add_object(data, group->items, ses_view_record(data, record, i + 1, facts));
    }
    ses_object_set_list(data, root, groupings[type].list, groups.list);
}

void ses_view_make_netdb(struct ses_data *data, struct ses_object *root, const void *context)
{
    const struct ses_view_facts *facts = context;

    for (int type = 0; type < SES_RRTYPES; type++)
        add_groups(data, root, (enum ses_rrtype)type, facts);
    set_comment(data, root, "target_comment", "Amazon SES DKIM of ", (struct ses_str){0},
                facts->request);
}
