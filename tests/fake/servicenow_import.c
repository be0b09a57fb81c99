/* SPDX-License-Identifier: MIT */
/* The Import Set API (servicenow.md 2.3): a row of a staging table, and what its map makes of it.
 * With coalesce fields a row that is there already is updated, or ignored where nothing differs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "servicenow_exchange.h"
#include "servicenow_query.h"
#include "servicenow_record.h"
#include "servicenow_route.h"

struct import {
    const json_t *setup;
    const char *table; /* the target */
    json_t *values;    /* owned: for the target */
    const char *status, *message, *error;
    const json_t *row; /* of the target; NULL where there is none */
};

static void map_values(struct import *import, const json_t *body)
{
    const char *name;
    json_t *value;

    import->values = json_object();
    json_object_foreach ((json_t *)body, name, value) {
        const char *target = sn_text(json_object_get(import->setup, "map"), name);

        if (*target)
            json_object_set(import->values, target, value);
    }
}

static bool has_any(const json_t *body, const json_t *names)
{
    size_t i;
    json_t *name;

    json_array_foreach (names, i, name) {
        if (*sn_text(body, json_string_value(name)))
            return true;
    }
    return false;
}

/* "mandatory" is a list of lists: one of each has to be there. */
static bool lacks_mandatory(const struct import *import, const json_t *body)
{
    size_t i;
    json_t *names;

    json_array_foreach (json_object_get(import->setup, "mandatory"), i, names) {
        if (!has_any(body, names))
            return true;
    }
    return false;
}

/* Of several that coalesce, the first. */
static const json_t *coalesce(const struct sn_exchange *exchange, const struct import *import)
{
    const json_t *names = json_object_get(import->setup, "coalesce");
    struct sn_query query;
    json_t *found, *name;
    const json_t *first;
    size_t i;

    if (json_array_size(names) == 0)
        return NULL;
    sn_query_init(&query, exchange->core, import->table, "");
    json_array_foreach (names, i, name)
        sn_query_require(&query, json_string_value(name),
                         sn_text(import->values, json_string_value(name)));
    found = sn_query_run(&query);
    first = json_array_get(found, 0);
    json_decref(found);
    sn_query_done(&query);
    return first;
}

/* A row as it was is kept as it was. */
static void update(struct sn_exchange *exchange, struct import *import, const json_t *old)
{
    bool changed = false;
    size_t before = json_array_size(exchange->changes);

    import->row = sn_record_update(exchange, old, import->values, NULL, &changed);
    import->status = "updated";
    if (import->row && !changed) {
        while (json_array_size(exchange->changes) > before)
            json_array_remove(exchange->changes, json_array_size(exchange->changes) - 1);
        import->row = old;
        import->status = "ignored";
        import->message = "No field values changed";
    }
}

static void transform(struct sn_exchange *exchange, struct import *import, const json_t *body)
{
    const json_t *old;

    map_values(import, body);
    if (lacks_mandatory(import, body)) {
        import->status = "error";
        import->error = "Row transform ignored by onBefore script; mandatory value missing";
        return;
    }
    old = coalesce(exchange, import);
    if (old) {
        update(exchange, import, old);
    } else {
        import->row = sn_record_insert(exchange, import->table, import->values, NULL);
        import->status = "inserted";
    }
    /* The status of a row that a rule of the target refused is in the reply, not in its code. */
    if (!import->row) {
        sn_reply_clear(exchange);
        import->status = "error";
        import->error = "Operation Failed";
    }
}

static json_t *result_of(const struct sn_exchange *exchange, const struct import *import,
                         const char *staged)
{
    const char *id = import->row ? sn_text(import->row, "sys_id") : staged;
    const char *table = import->row ? import->table : sn_segment(exchange, 0);
    char *base = sn_base(exchange);
    json_t *result =
        json_pack("{s:s, s:s, s:s, s:s}", "transform_map", sn_text(import->setup, "transform_map"),
                  "table", table, "status", import->status, "sys_id", id);

    if (import->row) {
        sn_set(result, "display_name", "number");
        sn_set(result, "display_value", sn_text(import->row, "number"));
        json_object_set_new(result, "record_link",
                            json_sprintf("%s/api/now/table/%s/%s", base, table, id));
    }
    if (import->message)
        sn_set(result, "status_message", import->message);
    if (import->error)
        sn_set(result, "error_message", import->error);
    free(base);
    return result;
}

static json_t *keep_staged(struct sn_exchange *exchange, const json_t *body,
                           const struct import *import, const char *set)
{
    const char *staging = sn_segment(exchange, 0);
    json_t *row = json_object(), *value;
    const char *name;

    json_object_foreach ((json_t *)body, name, value) {
        if (sn_instance_field(&exchange->core->instance, staging, name))
            json_object_set(row, name, value);
    }
    sn_set(row, "sys_import_set", set);
    sn_set(row, "sys_import_state", import->status);
    sn_set(row, "sys_target_table", import->table);
    sn_set(row, "sys_target_sys_id", import->row ? sn_text(import->row, "sys_id") : "");
    return sn_record_keep(exchange, staging, row);
}

static bool has_only_texts(struct sn_exchange *exchange, const json_t *body)
{
    const char *name;
    json_t *value;

    json_object_foreach ((json_t *)body, name, value) {
        if (!json_is_string(value)) {
            sn_refuse(exchange, 400, "Invalid value", name);
            return false;
        }
    }
    return true;
}

void sn_import_create(struct sn_exchange *exchange)
{
    const char *staging = sn_segment(exchange, 0);
    struct import import = {0};
    json_t *body;
    const json_t *staged;
    char set[32], message[160];

    import.setup =
        json_object_get(json_object_get(exchange->core->instance.config, "import_sets"), staging);
    import.table = sn_text(import.setup, "table");
    if (!import.setup) {
        snprintf(message, sizeof(message), "Invalid staging table - %.100s", staging);
        sn_refuse(exchange, 400, message, NULL);
        return;
    }
    body = sn_body_object(exchange);
    if (body && has_only_texts(exchange, body)) {
        transform(exchange, &import, body);
        snprintf(set, sizeof(set), "ISET%07zu",
                 10001 + json_object_size(sn_store_rows(&exchange->core->store, staging)));
        staged = keep_staged(exchange, body, &import, set);
        sn_reply_json(exchange, 201,
                      json_pack("{s:s, s:s, s:[o]}", "import_set", set, "staging_table", staging,
                                "result", result_of(exchange, &import, sn_text(staged, "sys_id"))));
        json_decref(import.values);
    }
    json_decref(body);
}
