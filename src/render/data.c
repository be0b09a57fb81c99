/* SPDX-License-Identifier: MIT */
#include "render/data.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/error.h"

struct ses_list {
    struct ses_value *items; /* arena */
    size_t count;
    size_t capacity;
};

static const struct ses_members empty_members = {0};

static const struct ses_members *const tables[SES_OBJECT_KINDS] = {
    [SES_OBJECT_EMPTY] = &empty_members,
    [SES_OBJECT_VIEW] = &ses_view_members,
    [SES_OBJECT_SECTION] = &ses_section_members,
    [SES_OBJECT_RECORD] = &ses_record_members,
    [SES_OBJECT_NODE] = &ses_node_members,
    [SES_OBJECT_ADDRESS] = &ses_address_members,
    [SES_OBJECT_TARGET] = &ses_target_members,
    [SES_OBJECT_OWNER] = &ses_owner_members,
    [SES_OBJECT_ATTACHMENT] = &ses_attachment_members,
    [SES_OBJECT_SPARED] = &ses_spared_members,
    [SES_OBJECT_INDEX_ROW] = &ses_index_row_members,
    [SES_OBJECT_INDEX_FILE] = &ses_index_file_members,
    [SES_OBJECT_INDEX_FINDING] = &ses_index_finding_members,
    [SES_OBJECT_INDEX_FOOT] = &ses_index_foot_members,
};

_Static_assert((int)SES_OBJECT_KINDS <= SES_MAX_TEMPLATE_KINDS,
               "SES_MAX_TEMPLATE_KINDS is too small");

/* The number of the row that has `name`, from 1, counted through all tables of a kind; else 0. */
static size_t number_of(const struct ses_members *members, struct ses_str name)
{
    size_t before = 1;

    for (; members; members = members->next) {
        for (size_t i = 0; i < members->count; i++) {
            if (ses_str_eq(ses_str_of(members->rows[i].name), name))
                return before + i;
        }
        before += members->count;
    }
    return 0;
}

/* No kind has as many members as a byte can count; test_view.c sees to it. */
static void bind(struct ses_template_name *name)
{
    for (int kind = 0; kind < SES_OBJECT_KINDS; kind++)
        name->numbers[kind] = (unsigned char)number_of(tables[kind], name->text);
}

static struct ses_value look_up_row(const struct ses_members *members, size_t number,
                                    struct ses_look *look)
{
    const struct ses_member *row;

    for (; number > members->count; members = members->next)
        number -= members->count;
    row = &members->rows[number - 1];
    look->which = row->which;
    return row->get(look);
}

static void look_up_member(const void *looked, const struct ses_template_name *name,
                           struct ses_value *ret_value)
{
    const struct ses_object *object = looked;
    const struct ses_members *members = tables[object->kind];
    struct ses_look look = {.data = object->data, .node = object->node};
    size_t number = name->numbers[object->kind];
    struct ses_value value = {0};

    if (number > 0)
        value = look_up_row(members, number, &look);
    else if (members->other)
        value = members->other(&look, name->text);
    /* Where making the data failed, that is what is wrong, and not the name. */
    if (value.kind == SES_VALUE_NONE && object->data->status != 0)
        value.kind = SES_VALUE_FALSE;
    *ret_value = value;
}

static void look_up_item(const void *list, size_t index, struct ses_value *ret_value)
{
    *ret_value = ((const struct ses_list *)list)->items[index];
}

const struct ses_lookup ses_data_lookup = {
    .bind = bind, .member = look_up_member, .item = look_up_item};

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

struct ses_list *ses_data_list(struct ses_data *data)
{
    return ses_data_alloc(data, sizeof(struct ses_list));
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
    add(data, list, ses_value_text(text));
}

void ses_list_add_object(struct ses_data *data, struct ses_list *list, enum ses_object_kind kind,
                         const void *node)
{
    add(data, list, ses_value_new_object(data, kind, node));
}

void ses_list_add_member(struct ses_data *data, struct ses_list *list,
                         const struct ses_object *object)
{
    add(data, list, ses_value_object(object));
}

size_t ses_list_count(const struct ses_list *list)
{
    return list ? list->count : 0;
}

struct ses_value ses_value_text(struct ses_str text)
{
    return (struct ses_value){.kind = SES_VALUE_TEXT, .text = text};
}

struct ses_value ses_value_flag(bool flag)
{
    return (struct ses_value){.kind = flag ? SES_VALUE_TRUE : SES_VALUE_FALSE};
}

struct ses_value ses_value_list(const struct ses_list *list)
{
    return (struct ses_value){.kind = list ? SES_VALUE_LIST : SES_VALUE_FALSE,
                              .node = list,
                              .count = ses_list_count(list)};
}

struct ses_value ses_value_object(const struct ses_object *object)
{
    return (struct ses_value){.kind = SES_VALUE_OBJECT, .node = object};
}

struct ses_value ses_value_number(struct ses_data *data, size_t number)
{
    char digits[24];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    return ses_value_joined(data, (struct ses_str){digits + at, sizeof(digits) - at},
                            (struct ses_str){0});
}

struct ses_value ses_value_joined(struct ses_data *data, struct ses_str text, struct ses_str behind)
{
    struct ses_str joined = {0};

    if (data->status == 0)
        data->status = ses_arena_join(data->arena, text, behind, &joined);
    return data->status == 0 ? ses_value_text(joined) : ses_value_flag(false);
}

struct ses_value ses_value_printf(struct ses_data *data, const char *format, ...)
{
    char trial[256];
    va_list values;
    char *bytes;
    int printed;
    size_t len;

    va_start(values, format);
    printed = vsnprintf(trial, sizeof(trial), format, values);
    va_end(values);
    len = printed > 0 ? (size_t)printed : 0;
    if (len < sizeof(trial))
        return ses_value_joined(data, (struct ses_str){trial, len}, (struct ses_str){0});
    bytes = ses_data_alloc(data, len + 1);
    if (!bytes)
        return ses_value_flag(false);
    va_start(values, format);
    vsnprintf(bytes, len + 1, format, values);
    va_end(values);
    return ses_value_text((struct ses_str){bytes, len});
}

struct ses_value ses_value_new_object(struct ses_data *data, enum ses_object_kind kind,
                                      const void *node)
{
    struct ses_object *object = ses_data_alloc(data, sizeof(*object));

    if (!object)
        return ses_value_flag(false);
    *object = (struct ses_object){.kind = kind, .data = data, .node = node};
    return ses_value_object(object);
}

struct ses_value ses_value_count(struct ses_data *data, size_t count, const char *noun)
{
    return ses_value_printf(data, "%zu %s%s", count, noun, count == 1 ? "" : "s");
}
