/* SPDX-License-Identifier: MIT */
#include "submit/route.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/error.h"

static const struct ses_route *const routes[] = {
    &ses_route_table, &ses_route_change, &ses_route_catalog, &ses_route_producer, &ses_route_import,
};

const struct ses_route *ses_route_find(struct ses_str name)
{
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        if (ses_str_eq(name, ses_str_of(routes[i]->name)))
            return routes[i];
    }
    return NULL;
}

void ses_target_init(struct ses_target *target, struct ses_arena *arena)
{
    target->arena = arena;
    ses_buf_init(&target->text, SES_MAX_TARGET);
}

void ses_target_done(struct ses_target *target)
{
    ses_buf_done(&target->text);
}

void ses_target_add(struct ses_target *target, const char *text)
{
    ses_buf_add(&target->text, ses_str_of(text));
}

void ses_target_add_value(struct ses_target *target, struct ses_str value)
{
    ses_http_escape(&target->text, value);
}

int ses_target_finish(struct ses_target *target, struct ses_str *ret_target)
{
    int error = ses_buf_status(&target->text);

    return error != 0 ? error
                      : ses_arena_copy(target->arena, ses_buf_str(&target->text), ret_target);
}

static void json_freep(json_t **json)
{
    json_decref(*json);
}

static bool set(json_t *object, struct ses_str name, struct ses_str value)
{
    char *copy = NULL;
    bool done;

    if (value.len == 0 || name.len == 0)
        return true;
    copy = strndup(name.ptr, name.len);
    done = copy && json_object_set_new_nocheck(object, copy,
                                               json_stringn_nocheck(value.ptr, value.len)) == 0;
    free(copy);
    return done;
}

static bool set_all(json_t *object, const struct ses_instance *instance,
                    const struct ses_ticket *ticket)
{
    bool done = true;

    for (size_t i = 0; i < ticket->field_count && done; i++)
        done = set(object, ticket->fields[i].name, ticket->fields[i].value);
    done = done && set(object, ses_instance_text(instance, SES_INSTANCE_KEY_FIELD),
                       ses_str_of(ticket->key.text));
    done =
        done && set(object, ses_instance_text(instance, SES_INSTANCE_LABEL_FIELD), ticket->label);
    if (ses_instance_flag(instance, SES_INSTANCE_SEND_SYS_ID))
        done = done && set(object, SES_STR("sys_id"), ses_str_of(ticket->key.record));
    return done;
}

int ses_route_body(const struct ses_instance *instance, const struct ses_ticket *ticket,
                   enum ses_body_shape shape, struct ses_arena *arena, struct ses_str *ret_body)
{
    json_t *root SES_CLEANUP(json_freep) = json_object();
    json_t *fields = root;
    char *text;
    int error;

    if (!root)
        return SES_ENOMEM;
    if (shape == SES_BODY_ORDER &&
        json_object_set_new(root, "sysparm_quantity", json_integer(1)) != 0)
        return SES_ENOMEM;
    if (shape != SES_BODY_FIELDS) {
        fields = json_object();
        if (json_object_set_new(root, "variables", fields) != 0)
            return SES_ENOMEM;
    }
    if (!set_all(fields, instance, ticket))
        return SES_ENOMEM;
    text = json_dumps(root, JSON_COMPACT);
    if (!text)
        return SES_ENOMEM;
    error = ses_arena_copy(arena, ses_str_of(text), ret_body);
    free(text);
    return error;
}

void ses_route_add_field_names(struct ses_target *target, const struct ses_instance *instance,
                               const struct ses_ticket *ticket, bool all)
{
    struct ses_str label = ses_instance_stored(instance, SES_INSTANCE_LABEL_FIELD);

    for (size_t i = 0; i < ticket->field_count; i++) {
        if (ticket->fields[i].value.len == 0 && !all)
            continue;
        ses_target_add_value(target, ticket->fields[i].stored);
        ses_target_add(target, ",");
    }
    ses_target_add_value(target, ses_instance_stored(instance, SES_INSTANCE_KEY_FIELD));
    if (label.len > 0)
        ses_target_add(target, ",");
    ses_target_add_value(target, label);
}

void ses_route_task_place(const struct ses_instance *instance, struct ses_str table,
                          struct ses_lookup_place *ret_place)
{
    *ret_place = (struct ses_lookup_place){
        .table = table,
        .key = ses_instance_stored(instance, SES_INSTANCE_KEY_FIELD),
        .label = ses_instance_stored(instance, SES_INSTANCE_LABEL_FIELD),
        .record = "sys_id",
        .number = "number",
        .table_field = "sys_class_name",
    };
}
