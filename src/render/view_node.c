/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"
#include "base/map.h"
#include "render/view_part.h"

/* What NetDB keeps under one name: the addresses of a node, the owners that point to a target, the
 * texts of an owner. */
struct group {
    struct ses_str name;
    struct ses_list *items;      /* arena */
    const struct ses_node *node; /* the first of its name; NULL for a target or an owner */
    const struct ses_view *view;
};

/* The groups of one list of the root. */
struct groups {
    struct ses_view *view;
    struct ses_list *list;
    enum ses_object_kind kind;
    struct ses_map seen;
};

/* The group of `name`, made and added to the list at first sight; NULL where memory ran out. */
static struct group *open_group(struct groups *groups, struct ses_str name)
{
    struct ses_data *data = &groups->view->data;
    struct group *group = ses_map_find(&groups->seen, name);

    if (group || ses_data_status(data) != 0)
        return group;
    group = ses_data_alloc(data, sizeof(*group));
    if (!group)
        return NULL;
    if (ses_map_set(&groups->seen, data->arena, name, group) != 0) {
        data->status = SES_ENOMEM;
        return NULL;
    }
    group->name = name;
    group->items = ses_data_list(data);
    group->view = groups->view;
    ses_list_add_object(data, groups->list, groups->kind, group);
    return group;
}

static struct ses_value get_name(const struct ses_look *look)
{
    return ses_value_text(((const struct group *)look->node)->name);
}

static struct ses_value get_name_absolute(const struct ses_look *look)
{
    return ses_view_absolute(look->data, ((const struct group *)look->node)->name);
}

static struct ses_value get_items(const struct ses_look *look)
{
    return ses_value_list(((const struct group *)look->node)->items);
}

static struct ses_value get_host_word(const struct ses_look *look)
{
    return ses_value_text(((const struct group *)look->node)->node->name);
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

static struct ses_value comment_of(struct ses_data *data, const char *what,
                                   struct ses_str allocation, const struct ses_request *request)
{
    char comment[SES_MAX_NETDB_COMMENT + 1] = "";
    size_t len = 0;

    add_fact(comment, &len, what, request->subject);
    add_fact(comment, &len, "", allocation);
    add_fact(comment, &len, "AWS account ", request->account);
    add_fact(comment, &len, "", request->region);
    add_fact(comment, &len, "contact ", request->contact);
    return ses_value_joined(data, (struct ses_str){comment, len}, (struct ses_str){0});
}

static struct ses_value get_comment(const struct ses_look *look)
{
    const struct group *group = look->node;
    const struct ses_request *request = group->view->request;

    return comment_of(look->data,
                      request->kind == SES_SUBJECT_HOST ? "Amazon EC2 mail host "
                                                        : "Amazon SES dedicated IP of ",
                      group->node->allocation, request);
}

static struct ses_value get_target_comment(const struct ses_look *look)
{
    return comment_of(look->data, "Amazon SES DKIM of ", (struct ses_str){0},
                      ses_view_of(look)->request);
}

/* Of a removal: another address keeps the name, so the node cannot go. */
static struct ses_value get_keeps_name(const struct ses_look *look)
{
    const struct group *group = look->node;
    const struct ses_request *request = group->view->request;
    bool keeps = false;

    for (size_t i = 0; i < request->spared_count && !keeps; i++) {
        const struct ses_spared *spared = &request->spared[i];

        keeps =
            spared->reason != SES_SPARED_GONE && ses_str_eq(spared->owner, group->name) &&
            (ses_str_eq(spared->type, SES_STR("A")) || ses_str_eq(spared->type, SES_STR("AAAA")));
    }
    return ses_value_flag(keeps);
}

/* Easy DKIM gives a target to one domain alone. */
static struct ses_value get_is_own(const struct ses_look *look)
{
    const struct group *group = look->node;
    const struct ses_request *request = group->view->request;
    bool own = true;

    for (size_t i = 0; i < request->published_count && own; i++)
        own = !ses_str_eq(request->published[i]->target, group->name) ||
              request->published[i]->kind == SES_RECORD_DKIM;
    return ses_value_flag(own);
}

static const struct ses_member node_rows[] = {
    {"name", get_name, 0},           {"name_absolute", get_name_absolute, 0},
    {"host_word", get_host_word, 0}, {"comment", get_comment, 0},
    {"addresses", get_items, 0},     {"keeps_name", get_keeps_name, 0},
};

static const struct ses_member target_rows[] = {
    {"name", get_name, 0},
    {"name_absolute", get_name_absolute, 0},
    {"aliases", get_items, 0},
    {"is_own", get_is_own, 0},
};

static const struct ses_member owner_rows[] = {
    {"name", get_name, 0},
    {"name_absolute", get_name_absolute, 0},
    {"values", get_items, 0},
};

const struct ses_members ses_node_members = {.rows = node_rows,
                                             .count = sizeof(node_rows) / sizeof(node_rows[0])};
const struct ses_members ses_target_members = {
    .rows = target_rows, .count = sizeof(target_rows) / sizeof(target_rows[0])};
const struct ses_members ses_owner_members = {.rows = owner_rows,
                                              .count = sizeof(owner_rows) / sizeof(owner_rows[0])};

/* An address of a node. */
struct address {
    const struct ses_node *node;
    bool is_first;
};

static const struct ses_node *node_of(const struct ses_look *look)
{
    return ((const struct address *)look->node)->node;
}

static struct ses_value get_address(const struct ses_look *look)
{
    const struct ses_node *node = node_of(look);

    return ses_value_text(node->address.version != 0 ? ses_str_of(node->address.text)
                                                     : node->address_text);
}

static struct ses_value get_rrtype(const struct ses_look *look)
{
    return ses_value_text(node_of(look)->address.version == 6 ? SES_STR("AAAA") : SES_STR("A"));
}

static struct ses_value get_reverse(const struct ses_look *look)
{
    const struct ses_node *node = node_of(look);
    char reverse[SES_MAX_REVERSE_TEXT] = "";

    if (node->address.version != 0)
        ses_address_reverse(&node->address, reverse);
    return ses_value_joined(look->data, ses_str_of(reverse), (struct ses_str){0});
}

static struct ses_value get_allocation(const struct ses_look *look)
{
    return ses_value_text(node_of(look)->allocation);
}

static struct ses_value get_allocation_word(const struct ses_look *look)
{
    return ses_view_word(node_of(look)->allocation);
}

static struct ses_value get_is_version(const struct ses_look *look)
{
    return ses_value_flag(node_of(look)->address.version == (int)look->which);
}

static struct ses_value get_is_first(const struct ses_look *look)
{
    return ses_value_flag(((const struct address *)look->node)->is_first);
}

static struct ses_value get_is_valid(const struct ses_look *look)
{
    const struct ses_node *node = node_of(look);

    return ses_value_flag(node->name.len > 0 && node->address.version != 0);
}

static const struct ses_member address_rows[] = {
    {"address", get_address, 0},
    {"rrtype", get_rrtype, 0},
    {"reverse", get_reverse, 0},
    {"allocation", get_allocation, 0},
    {"allocation_word", get_allocation_word, 0},
    {"is_ipv4", get_is_version, 4},
    {"is_ipv6", get_is_version, 6},
    {"is_first", get_is_first, 0},
    {"is_valid", get_is_valid, 0},
};

const struct ses_members ses_address_members = {
    .rows = address_rows, .count = sizeof(address_rows) / sizeof(address_rows[0])};

/* NetDB has one node for a name, however many addresses that has. */
static void add_node(struct groups *groups, const struct ses_node *node)
{
    struct ses_data *data = &groups->view->data;
    struct group *group = open_group(groups, node->name.len > 0 ? node->name : node->name_text);
    struct address *address = ses_data_alloc(data, sizeof(*address));

    if (!group || !address)
        return;
    *address = (struct address){node, !group->node};
    if (!group->node)
        group->node = node;
    ses_list_add_object(data, group->items, SES_OBJECT_ADDRESS, address);
}

void ses_view_add_nodes(struct ses_view *view, struct ses_list *list)
{
    struct groups groups = {.view = view, .list = list, .kind = SES_OBJECT_NODE};

    for (size_t i = 0; i < view->request->node_count; i++)
        add_node(&groups, &view->request->nodes[i]);
}

/* The published records of one type, by the name that NetDB keeps them under. */
static void add_groups(struct groups *groups, enum ses_rrtype type)
{
    struct ses_view *view = groups->view;
    const struct ses_request *request = view->request;

    for (size_t i = 0; i < request->published_count && !view->options.unlisted; i++) {
        const struct ses_record *record = request->published[i];
        struct ses_str name = type == SES_TXT ? record->owner : record->target;
        struct group *group;

        /* A target that is no name cannot be the name of a node. */
        if (record->type != type || name.len == 0)
            continue;
        group = open_group(groups, name);
        if (group)
            ses_view_add_record(view, group->items, record, i + 1);
    }
}

void ses_view_add_cname_targets(struct ses_view *view, struct ses_list *list)
{
    struct groups groups = {.view = view, .list = list, .kind = SES_OBJECT_TARGET};

    add_groups(&groups, SES_CNAME);
}

void ses_view_add_mx_targets(struct ses_view *view, struct ses_list *list)
{
    struct groups groups = {.view = view, .list = list, .kind = SES_OBJECT_TARGET};

    add_groups(&groups, SES_MX);
}

void ses_view_add_txt_owners(struct ses_view *view, struct ses_list *list)
{
    struct groups groups = {.view = view, .list = list, .kind = SES_OBJECT_OWNER};

    add_groups(&groups, SES_TXT);
}

static size_t count_nodes(const struct ses_look *look)
{
    return ses_list_count(ses_view_list(ses_view_of(look), SES_VIEW_NODES));
}

static struct ses_value get_node_count(const struct ses_look *look)
{
    return ses_value_number(look->data, count_nodes(look));
}

static struct ses_value get_node_words(const struct ses_look *look)
{
    return ses_value_count(look->data, count_nodes(look), "NetDB node");
}

static struct ses_value get_has_nodes(const struct ses_look *look)
{
    return ses_value_flag(ses_view_of(look)->request->node_count > 0);
}

static struct ses_value get_has_ipv6(const struct ses_look *look)
{
    const struct ses_request *request = ses_view_of(look)->request;
    bool has = false;

    for (size_t i = 0; i < request->node_count && !has; i++)
        has = request->nodes[i].address.version == 6;
    return ses_value_flag(has);
}

static const struct ses_member rows[] = {
    {"nodes", ses_view_get_list, SES_VIEW_NODES},
    {"node_count", get_node_count, 0},
    {"node_words", get_node_words, 0},
    {"has_nodes", get_has_nodes, 0},
    {"has_ipv6", get_has_ipv6, 0},
    {"cname_targets", ses_view_get_list, SES_VIEW_CNAME_TARGETS},
    {"mx_targets", ses_view_get_list, SES_VIEW_MX_TARGETS},
    {"txt_owners", ses_view_get_list, SES_VIEW_TXT_OWNERS},
    {"target_comment", get_target_comment, 0},
};

const struct ses_members ses_view_node_members = {
    .rows = rows, .count = sizeof(rows) / sizeof(rows[0]), .next = &ses_view_group_members};
