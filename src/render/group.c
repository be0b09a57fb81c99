/* SPDX-License-Identifier: MIT */
#include "render/group.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

/* Digits of the hash that ends the name of a long value: 128 bits. */
#define HASH_DIGITS 32

/* The canonical form of a group: a line a member. */
#define MAX_CANONICAL ((size_t)1024 * 1024 * 1024)

void ses_groups_init(struct ses_groups *groups, enum ses_group_key key)
{
    *groups = (struct ses_groups){.key = key};
}

void ses_groups_done(struct ses_groups *groups)
{
    if (groups)
        ses_arena_done(&groups->arena);
}

static void add_encoded(struct ses_buf *name, char byte, bool is_first)
{
    bool is_plain = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');

    if (is_plain || (!is_first && (byte == '.' || byte == '-')))
        ses_buf_add_byte(name, byte);
    else
        ses_buf_printf(name, "_%02x", (unsigned char)byte);
}

/* A group without a value is called "none"; one whose value is "none" is not. */
static int encode(struct ses_buf *name, struct ses_str value)
{
    size_t room = SES_MAX_GROUP_NAME - HASH_DIGITS - 2;
    bool is_word = ses_str_eq(value, SES_STR("none"));
    char digest[SES_DIGEST_TEXT];
    size_t cut = 0;
    int error;

    for (size_t i = 0; i < value.len; i++) {
        if (is_word && i == 0)
            ses_buf_printf(name, "_%02x", (unsigned char)value.ptr[i]);
        else
            add_encoded(name, value.ptr[i], i == 0);
        if (name->len <= room)
            cut = name->len;
    }
    if (value.len == 0)
        ses_buf_add(name, SES_STR("none"));
    if (name->len <= SES_MAX_GROUP_NAME)
        return ses_buf_status(name);
    error = ses_digest_of(value, digest);
    if (error != 0)
        return error;
    /* No code begins with "_", so no other value has this name. */
    name->len = cut;
    ses_buf_printf(name, "__%.*s", HASH_DIGITS, digest);
    return ses_buf_status(name);
}

int ses_group_name(enum ses_group_key key, struct ses_str value,
                   const struct ses_lifetime *lifetime, struct ses_arena *arena,
                   struct ses_str *ret_name)
{
    struct ses_buf name SES_CLEANUP(ses_buf_done);
    char date[SES_DATE_TEXT];
    int error = 0;

    ses_buf_init(&name, value.len * 3 + SES_MAX_GROUP_NAME + 32);
    if (key == SES_GROUP_ALL)
        ses_buf_add(&name, SES_STR("all"));
    else
        error = encode(&name, value);
    if (error != 0)
        return error;
    if (lifetime->kind == SES_LIFETIME_POC) {
        ses_date_format(lifetime->expires, date);
        ses_buf_printf(&name, ".poc-%s", date);
    } else {
        ses_buf_add(&name, SES_STR(".production"));
    }
    error = ses_buf_status(&name);
    return error != 0 ? error : ses_arena_copy(arena, ses_buf_str(&name), ret_name);
}

/* The group of `request`, made where it is the first of it. */
static int open_group(struct ses_groups *groups, const struct ses_request *request,
                      struct ses_group **ret_group)
{
    struct ses_str value = ses_group_value(request, groups->key);
    struct ses_arena *arena = &groups->arena;
    struct ses_group *group;
    struct ses_str name;
    int error = ses_group_name(groups->key, value, &request->lifetime, arena, &name);

    if (error != 0)
        return error;
    *ret_group = ses_map_find(&groups->by_name, name);
    if (*ret_group)
        return 0;
    group = ses_arena_alloc(arena, sizeof(*group));
    if (!group)
        return SES_ENOMEM;
    group->key = groups->key;
    group->name = name;
    error = ses_arena_copy(arena, value, &group->value);
    if (error == 0)
        error = ses_arena_grow(arena, &groups->items, groups->count, &groups->capacity,
                               sizeof(*groups->items));
    if (error == 0)
        error = ses_map_set(&groups->by_name, arena, name, group);
    if (error != 0)
        return error;
    groups->items[groups->count++] = group;
    *ret_group = group;
    return 0;
}

/* One manifest has the same columns in all rows. */
static int share_columns(struct ses_groups *groups, struct ses_request *copy)
{
    struct ses_str *names;
    int error = 0;

    if (!groups->extra_names) {
        names = ses_arena_array(&groups->arena, copy->extra_count, sizeof(*names));
        if (!names)
            return SES_ENOMEM;
        for (size_t i = 0; i < copy->extra_count && error == 0; i++)
            error = ses_arena_copy(&groups->arena, copy->extra_names[i], &names[i]);
        groups->extra_names = names;
    }
    copy->extra_names = groups->extra_names;
    return error;
}

/* One file may be behind many requests, and is described once. */
static int add_export(struct ses_groups *groups, const struct ses_source *source,
                      const struct ses_attachment **ret_export)
{
    struct ses_attachment *made = ses_map_find(&groups->exports, ses_str_of(source->path));
    struct ses_str path;
    int error;

    *ret_export = made;
    if (made)
        return 0;
    made = ses_arena_alloc(&groups->arena, sizeof(*made));
    if (!made)
        return SES_ENOMEM;
    error = ses_arena_copy(&groups->arena, ses_str_of(source->path), &path);
    if (error == 0)
        error = ses_attachment_make(path.ptr, source->bytes, made);
    made->is_export = true;
    *ret_export = made;
    return error != 0 ? error : ses_map_set(&groups->exports, &groups->arena, path, made);
}

static int add_exports(struct ses_groups *groups, const struct ses_request *request,
                       struct ses_group_member *member)
{
    int error = 0;

    member->exports =
        ses_arena_array(&groups->arena, request->source_count, sizeof(*member->exports));
    if (!member->exports)
        return SES_ENOMEM;
    for (size_t i = 0; i < request->source_count && error == 0; i++)
        error = add_export(groups, request->sources[i], &member->exports[i]);
    member->export_count = request->source_count;
    return error;
}

static int copy_request(struct ses_groups *groups, const struct ses_request *request,
                        struct ses_group_member *member)
{
    int error = ses_request_copy(request, &groups->arena, &member->request);

    if (error == 0)
        error = share_columns(groups, &member->request);
    return error != 0 ? error : add_exports(groups, request, member);
}

int ses_groups_add(struct ses_groups *groups, const struct ses_request *request)
{
    struct ses_group_member *member;
    struct ses_group *group;
    int error = open_group(groups, request, &group);

    if (error == 0)
        error = ses_arena_grow(&groups->arena, &group->members, group->count, &group->capacity,
                               sizeof(struct ses_group_member *));
    if (error != 0)
        return error;
    member = ses_arena_alloc(&groups->arena, sizeof(*member));
    if (!member)
        return SES_ENOMEM;
    error = copy_request(groups, request, member);
    if (error == 0)
        group->members[group->count++] = member;
    return error;
}

static int compare_members(const void *a, const void *b)
{
    const struct ses_group_member *const *left = a;
    const struct ses_group_member *const *right = b;
    int order = ses_str_compare((*left)->request.subject, (*right)->request.subject);

    /* A domain that is there twice, and allowed: still the same order whatever the input's. */
    return order != 0 ? order : strcmp((*left)->request.digest, (*right)->request.digest);
}

static int compare_groups(const void *a, const void *b)
{
    const struct ses_group *const *left = a;
    const struct ses_group *const *right = b;

    return ses_str_compare((*left)->name, (*right)->name);
}

/* Over the digests of the members, which cover all that is asked for. The first line names the
 * form, so that no group has the digest of a request. */
static int seal(struct ses_group *group)
{
    struct ses_buf canonical SES_CLEANUP(ses_buf_done);
    int error;

    qsort(group->members, group->count, sizeof(*group->members), compare_members);
    ses_buf_init(&canonical, MAX_CANONICAL);
    ses_buf_printf(&canonical, "sesdns group 1\noperation add\n");
    for (size_t i = 0; i < group->count; i++)
        ses_buf_printf(&canonical, "member sha256:%s\n", group->members[i]->request.digest);
    error = ses_buf_status(&canonical);
    return error != 0 ? error : ses_digest_of(ses_buf_str(&canonical), group->digest);
}

int ses_groups_seal(struct ses_groups *groups)
{
    int error = 0;

    if (groups->count > 0)
        qsort(groups->items, groups->count, sizeof(*groups->items), compare_groups);
    for (size_t i = 0; i < groups->count && error == 0; i++)
        error = seal(groups->items[i]);
    return error;
}
