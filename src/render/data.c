/* SPDX-License-Identifier: MIT */
#include "render/data.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/error.h"

struct member {
    struct ses_str name;
    struct ses_value value;
};

/* A search from the front: the largest object, the root, has some sixty members, and comparing
 * lengths first tells most of them apart. */
struct ses_object {
    struct member *members; /* arena */
    size_t count;
    size_t capacity;
};

struct ses_list {
    struct ses_value *items; /* arena */
    size_t count;
    size_t capacity;
};

static struct member *find(const struct ses_object *object, struct ses_str name)
{
    for (size_t i = 0; i < object->count; i++) {
        if (ses_str_eq(object->members[i].name, name))
            return &object->members[i];
    }
    return NULL;
}

/* A list may have grown since it was made a member. */
static struct ses_value counted(struct ses_value value)
{
    if (value.kind == SES_VALUE_LIST)
        value.count = ((const struct ses_list *)value.node)->count;
    return value;
}

static void look_up_member(const void *object, struct ses_str name, struct ses_value *ret_value)
{
    const struct member *member = find(object, name);

    *ret_value = member ? counted(member->value) : (struct ses_value){0};
}

static void look_up_item(const void *list, size_t index, struct ses_value *ret_value)
{
    *ret_value = counted(((const struct ses_list *)list)->items[index]);
}

const struct ses_lookup ses_data_lookup = {.member = look_up_member, .item = look_up_item};

int ses_data_status(const struct ses_data *data)
{
    return data->status;
}

static void *make(struct ses_data *data, size_t size)
{
    void *made = data->status == 0 ? ses_arena_alloc(data->arena, size) : NULL;

    if (!made)
        data->status = SES_ENOMEM;
    return made;
}

struct ses_object *ses_data_object(struct ses_data *data)
{
    return make(data, sizeof(struct ses_object));
}

struct ses_list *ses_data_list(struct ses_data *data)
{
    return make(data, sizeof(struct ses_list));
}

static void set(struct ses_data *data, struct ses_object *object, const char *name,
                struct ses_value value)
{
    struct ses_str key = ses_str_of(name);
    struct member *member;

    if (data->status != 0 || !object)
        return;
    member = find(object, key);
    if (!member) {
        data->status = ses_arena_grow(data->arena, &object->members, object->count,
                                      &object->capacity, sizeof(*object->members));
        if (data->status != 0)
            return;
        member = &object->members[object->count++];
    }
    *member = (struct member){key, value};
}

void ses_object_set_text(struct ses_data *data, struct ses_object *object, const char *name,
                         struct ses_str text)
{
    set(data, object, name, (struct ses_value){.kind = SES_VALUE_TEXT, .text = text});
}

void ses_object_set_printf(struct ses_data *data, struct ses_object *object, const char *name,
                           const char *format, ...)
{
    struct ses_str text;
    va_list values;
    char *bytes;
    int len;

    va_start(values, format);
    len = vsnprintf(NULL, 0, format, values);
    va_end(values);
    bytes = make(data, (size_t)len + 1);
    if (!bytes)
        return;
    va_start(values, format);
    vsnprintf(bytes, (size_t)len + 1, format, values);
    va_end(values);
    text = (struct ses_str){bytes, (size_t)len};
    ses_object_set_text(data, object, name, text);
}

void ses_object_set_flag(struct ses_data *data, struct ses_object *object, const char *name,
                         bool flag)
{
    set(data, object, name, (struct ses_value){.kind = flag ? SES_VALUE_TRUE : SES_VALUE_FALSE});
}

void ses_object_set_list(struct ses_data *data, struct ses_object *object, const char *name,
                         struct ses_list *list)
{
    set(data, object, name, (struct ses_value){.kind = SES_VALUE_LIST, .node = list});
}

void ses_object_set_object(struct ses_data *data, struct ses_object *object, const char *name,
                           struct ses_object *member)
{
    set(data, object, name, ses_object_value(member));
}

struct ses_object *ses_object_open(struct ses_data *data, struct ses_object *object,
                                   const char *name)
{
    struct member *member = object ? find(object, ses_str_of(name)) : NULL;
    struct ses_object *made;

    /* The data was ours to write before it became const to templates. */
    if (member && member->value.kind == SES_VALUE_OBJECT)
        return (struct ses_object *)member->value.node;
    made = ses_data_object(data);
    ses_object_set_object(data, object, name, made);
    return made;
}

static void add(struct ses_data *data, struct ses_list *list, struct ses_value value)
{
    if (data->status != 0 || !list)
        return;
    data->status = ses_arena_grow(data->arena, &list->items, list->count, &list->capacity,
                                  sizeof(*list->items));
    if (data->status == 0)
        list->items[list->count++] = value;
}

void ses_list_add_text(struct ses_data *data, struct ses_list *list, struct ses_str text)
{
    add(data, list, (struct ses_value){.kind = SES_VALUE_TEXT, .text = text});
}

void ses_list_add_object(struct ses_data *data, struct ses_list *list, struct ses_object *object)
{
    add(data, list, ses_object_value(object));
}

size_t ses_list_count(const struct ses_list *list)
{
    return list ? list->count : 0;
}

struct ses_value ses_object_value(const struct ses_object *object)
{
    return (struct ses_value){.kind = SES_VALUE_OBJECT, .node = object};
}
