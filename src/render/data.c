/* SPDX-License-Identifier: MIT */
#include "render/data.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

struct member {
    struct ses_str name;
    struct ses_value value;
};

struct part {
    ses_part_fn *make;
    const void *context;
    struct part *next; /* arena */
};

struct ses_object {
    struct ses_data *data;  /* borrowed */
    struct member *members; /* arena */
    size_t count;
    size_t capacity; /* a power of two */
    /* arena: by hash, the number of a member from 1; there are twice as many as members have room
     */
    uint16_t *slots;
    struct part *parts; /* arena: that are still to be made */
};

/* Members of one object at first: a record has as many. */
#define FIRST_CAPACITY 32

struct ses_list {
    struct ses_value *items; /* arena */
    size_t count;
    size_t capacity;
};

/* Names are short words: their length and three of their letters tell them apart well enough. */
static size_t hash(struct ses_str name)
{
    const unsigned char *bytes = (const unsigned char *)name.ptr;

    if (name.len == 0)
        return 0;
    return name.len * 31 + bytes[0] + bytes[name.len / 2] * 7U + bytes[name.len - 1] * 17U;
}

/* The slot that holds `name`, or the empty one where it belongs. Half of them are empty. */
static uint16_t *slot_of(const struct ses_object *object, struct ses_str name)
{
    size_t mask = object->capacity * 2 - 1;
    size_t at = hash(name) & mask;

    while (object->slots[at] != 0 && !ses_str_eq(object->members[object->slots[at] - 1].name, name))
        at = (at + 1) & mask;
    return &object->slots[at];
}

static struct member *find(const struct ses_object *object, struct ses_str name)
{
    uint16_t *slot = object->capacity > 0 ? slot_of(object, name) : NULL;

    return slot && *slot != 0 ? &object->members[*slot - 1] : NULL;
}

/* As find, but makes parts until one of them has the name. */
static struct member *find_or_make(struct ses_object *object, struct ses_str name)
{
    struct member *member = find(object, name);

    while (!member && object->parts) {
        struct part *part = object->parts;

        object->parts = part->next;
        part->make(object->data, object, part->context);
        member = find(object, name);
    }
    return member;
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
    /* The data was ours to write before it became const to templates. */
    struct ses_object *looked = (struct ses_object *)object;
    const struct member *member = find_or_make(looked, name);

    if (member)
        *ret_value = counted(member->value);
    else
        /* Where making the data failed, that is what is wrong, and not the name. */
        *ret_value = (struct ses_value){.kind = looked->data->status != 0 ? SES_VALUE_FALSE
                                                                          : SES_VALUE_NONE};
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

void *ses_data_alloc(struct ses_data *data, size_t size)
{
    void *made = data->status == 0 ? ses_arena_alloc(data->arena, size) : NULL;

    if (!made && data->status == 0)
        data->status = SES_ENOMEM;
    return made;
}

struct ses_object *ses_data_object(struct ses_data *data)
{
    struct ses_object *object = ses_data_alloc(data, sizeof(*object));

    if (object)
        object->data = data;
    return object;
}

void ses_object_add_part(struct ses_data *data, struct ses_object *object, ses_part_fn *make,
                         const void *context)
{
    struct part *part = object ? ses_data_alloc(data, sizeof(*part)) : NULL;
    struct part **end = object ? &object->parts : NULL;

    if (!part)
        return;
    *part = (struct part){.make = make, .context = context};
    while (*end)
        end = &(*end)->next;
    *end = part;
}

struct ses_list *ses_data_list(struct ses_data *data)
{
    return ses_data_alloc(data, sizeof(struct ses_list));
}

/* Twice as much room. */
static int grow(struct ses_object *object, struct ses_arena *arena)
{
    size_t capacity = object->capacity > 0 ? object->capacity * 2 : FIRST_CAPACITY;
    struct member *members = ses_arena_array(arena, capacity, sizeof(*members));
    uint16_t *slots = ses_arena_array(arena, capacity * 2, sizeof(*slots));

    if (!members || !slots)
        return SES_ENOMEM;
    if (object->count > 0)
        memcpy(members, object->members, object->count * sizeof(*members));
    object->members = members;
    object->slots = slots;
    object->capacity = capacity;
    for (size_t i = 0; i < object->count; i++)
        *slot_of(object, members[i].name) = (uint16_t)(i + 1);
    return 0;
}

static void set(struct ses_data *data, struct ses_object *object, const char *name,
                struct ses_value value)
{
    struct ses_str key = ses_str_of(name);
    uint16_t *slot;

    if (data->status != 0 || !object)
        return;
    if (object->count == object->capacity)
        data->status = grow(object, data->arena);
    if (data->status != 0)
        return;
    slot = slot_of(object, key);
    if (*slot == 0)
        *slot = (uint16_t)++object->count;
    object->members[*slot - 1] = (struct member){key, value};
}

void ses_object_set_text(struct ses_data *data, struct ses_object *object, const char *name,
                         struct ses_str text)
{
    set(data, object, name, (struct ses_value){.kind = SES_VALUE_TEXT, .text = text});
}

void ses_object_set_joined(struct ses_data *data, struct ses_object *object, const char *name,
                           struct ses_str text, struct ses_str behind)
{
    char *bytes = ses_data_alloc(data, text.len + behind.len + 1);

    if (!bytes)
        return;
    if (text.len > 0)
        memcpy(bytes, text.ptr, text.len);
    if (behind.len > 0)
        memcpy(bytes + text.len, behind.ptr, behind.len);
    ses_object_set_text(data, object, name, (struct ses_str){bytes, text.len + behind.len});
}

void ses_object_set_number(struct ses_data *data, struct ses_object *object, const char *name,
                           size_t number)
{
    char digits[24];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    ses_object_set_joined(data, object, name, (struct ses_str){digits + at, sizeof(digits) - at},
                          (struct ses_str){0});
}

void ses_object_set_printf(struct ses_data *data, struct ses_object *object, const char *name,
                           const char *format, ...)
{
    char trial[256];
    struct ses_str text = {trial, 0};
    va_list values;
    char *bytes;
    int len;

    va_start(values, format);
    len = vsnprintf(trial, sizeof(trial), format, values);
    va_end(values);
    text.len = len > 0 ? (size_t)len : 0;
    if (text.len < sizeof(trial)) {
        ses_object_set_joined(data, object, name, text, (struct ses_str){0});
        return;
    }
    bytes = ses_data_alloc(data, text.len + 1);
    if (!bytes)
        return;
    va_start(values, format);
    vsnprintf(bytes, text.len + 1, format, values);
    va_end(values);
    text.ptr = bytes;
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
