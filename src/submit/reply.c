/* SPDX-License-Identifier: MIT */
#include "submit/reply.h"

#include <jansson.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"

static void json_freep(json_t **json)
{
    json_decref(*json);
}

static int load(struct ses_str body, json_t **ret_json)
{
    json_error_t error;
    json_t *json = json_loadb(body.ptr ? body.ptr : "", body.len, 0, &error);

    if (json) {
        *ret_json = json;
        return 0;
    }
    return json_error_code(&error) == json_error_out_of_memory ? SES_ENOMEM : SES_ESYNTAX;
}

static int text_of_number(const json_t *value, struct ses_arena *arena, struct ses_str *ret_text)
{
    if (json_is_integer(value))
        return ses_arena_printf(arena, ret_text, "%" JSON_INTEGER_FORMAT,
                                json_integer_value(value));
    /* The Change Management API has been seen to answer -5.0 for a state of -5. */
    return ses_arena_printf(arena, ret_text, "%.15g", json_real_value(value));
}

/* A reference or a pair holds its text in `value`; where that is left out, the link ends in it. */
static const json_t *inner(const json_t *value)
{
    const json_t *found = json_object_get(value, "value");

    return found ? found : json_object_get(value, "display_value");
}

static int text_of(const json_t *value, struct ses_arena *arena, struct ses_str *ret_text)
{
    *ret_text = SES_STR("");
    if (json_is_object(value))
        value = inner(value);
    if (json_is_string(value))
        return ses_arena_copy(
            arena, (struct ses_str){json_string_value(value), json_string_length(value)}, ret_text);
    if (json_is_number(value))
        return text_of_number(value, arena, ret_text);
    if (json_is_boolean(value))
        *ret_text = json_is_true(value) ? SES_STR("true") : SES_STR("false");
    return 0;
}

static int join_ignored(const json_t *meta, struct ses_arena *arena, struct ses_reply *reply)
{
    const json_t *fields = json_object_get(meta, "ignoredFields");
    const json_t *field;
    size_t index;
    int error = 0;

    json_array_foreach (fields, index, field) {
        const char *name = json_string_value(field);

        if (name && error == 0)
            error =
                ses_arena_printf(arena, &reply->ignored, "%.*s%s%s", SES_STR_ARG(reply->ignored),
                                 reply->ignored.len > 0 ? ", " : "", name);
    }
    return error;
}

static int add_row(json_t *object, struct ses_arena *arena, struct ses_reply *reply)
{
    struct ses_reply_row *row = &reply->rows[reply->count];
    const char *name;
    json_t *value;
    int error = join_ignored(json_object_get(object, "__meta"), arena, reply);

    /* The Change Management API lists its notes as a row of their own. */
    if (error != 0 || (json_object_get(object, "__meta") && json_object_size(object) == 1))
        return error;
    row->cells = ses_arena_array(arena, json_object_size(object), sizeof(*row->cells));
    if (!row->cells)
        return SES_ENOMEM;
    json_object_foreach (object, name, value) {
        struct ses_reply_cell *cell = &row->cells[row->count];

        error = ses_arena_copy(arena, ses_str_of(name), &cell->name);
        if (error == 0)
            error = text_of(value, arena, &cell->value);
        if (error == 0 && json_is_string(json_object_get(value, "display_value")))
            error = text_of(json_object_get(value, "display_value"), arena, &cell->display);
        if (error != 0)
            return error;
        row->count++;
    }
    reply->count++;
    return 0;
}

static int add_rows(json_t *result, struct ses_arena *arena, struct ses_reply *reply)
{
    size_t count = json_is_array(result) ? json_array_size(result) : 1;
    int error = 0;

    if (count > SES_MAX_REPLY_ROWS)
        return SES_ELIMIT;
    reply->is_list = json_is_array(result);
    reply->rows = ses_arena_array(arena, count, sizeof(*reply->rows));
    if (!reply->rows)
        return SES_ENOMEM;
    for (size_t i = 0; i < count && error == 0; i++) {
        json_t *row = reply->is_list ? json_array_get(result, i) : result;

        error = json_is_object(row) ? add_row(row, arena, reply) : SES_EINVALID;
    }
    return error;
}

int ses_reply_parse(struct ses_str body, struct ses_arena *arena, struct ses_reply *ret_reply)
{
    json_t *root SES_CLEANUP(json_freep) = NULL;
    struct ses_reply reply = {0};
    json_t *result;
    int error = load(body, &root);

    if (error != 0)
        return error;
    result = json_object_get(root, "result");
    if (!result || json_object_get(root, "error"))
        return SES_EINVALID;
    error = add_rows(result, arena, &reply);
    if (error == 0)
        *ret_reply = reply;
    return error;
}

bool ses_reply_get(const struct ses_reply_row *row, const char *name, struct ses_str *ret_value)
{
    for (size_t i = 0; i < row->count; i++) {
        if (ses_str_eq(row->cells[i].name, ses_str_of(name))) {
            *ret_value = row->cells[i].value;
            return true;
        }
    }
    return false;
}

struct ses_str ses_reply_text(const struct ses_reply_row *row, const char *name)
{
    struct ses_str value = {0};

    (void)ses_reply_get(row, name, &value);
    return value;
}

struct ses_str ses_reply_display(const struct ses_reply_row *row, const char *name)
{
    for (size_t i = 0; i < row->count; i++) {
        if (ses_str_eq(row->cells[i].name, ses_str_of(name)))
            return row->cells[i].display.len > 0 ? row->cells[i].display : row->cells[i].value;
    }
    return (struct ses_str){0};
}

int ses_reply_error(struct ses_str body, struct ses_arena *arena, struct ses_str *ret_text)
{
    json_t *root SES_CLEANUP(json_freep) = NULL;
    const json_t *described;
    const char *message, *detail;
    int error = load(body, &root);

    *ret_text = (struct ses_str){0};
    if (error != 0)
        return error == SES_ESYNTAX ? 0 : error;
    described = json_object_get(root, "error");
    message = json_string_value(json_object_get(described, "message"));
    detail = json_string_value(json_object_get(described, "detail"));
    /* The endpoint of OAuth answers otherwise. */
    if (!message)
        message = json_string_value(json_object_get(root, "error_description"));
    if (!message)
        return 0;
    return ses_arena_printf(arena, ret_text, "%s%s%s", message, detail && *detail ? ": " : "",
                            detail ? detail : "");
}

bool ses_reply_is_id(struct ses_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')))
            return false;
    }
    return text.len == 32;
}
