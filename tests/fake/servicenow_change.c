/* SPDX-License-Identifier: MIT */
/* The Change Management API (servicenow.md 2.2). Its values are typed, and each is an object. */
#include <stdlib.h>
#include <string.h>

#include "servicenow_exchange.h"
#include "servicenow_list.h"
#include "servicenow_query.h"
#include "servicenow_record.h"
#include "servicenow_route.h"
#include "servicenow_view.h"

#define CHANGES "change_request"

static json_t *typed(const json_t *field, const char *value)
{
    const char *type = sn_text(field, "type");

    if (strcmp(type, "integer") == 0 && *value)
        return json_integer(strtol(value, NULL, 10));
    if (strcmp(type, "boolean") == 0)
        return json_boolean(strcmp(value, "true") == 0);
    return json_string(value);
}

static json_t *show(const struct sn_exchange *exchange, const json_t *row)
{
    const json_t *table = sn_instance_table(&exchange->core->instance, CHANGES);
    json_t *result = json_object(), *field;
    const char *name;

    json_object_foreach (json_object_get(table, "fields"), name, field) {
        const char *value = sn_text(row, name);
        char *display = sn_view_text(exchange, row, field, name, value);
        json_t *member =
            json_pack("{s:s, s:o}", "display_value", display, "value", typed(field, value));

        if (strncmp(sn_text(field, "type"), "glide_date", 10) == 0)
            sn_set(member, "display_value_internal", display);
        free(display);
        if (sn_has_fault_on(exchange, "hide-field", name) ||
            sn_instance_denies(&exchange->core->instance, CHANGES, name, "read"))
            json_decref(member);
        else
            json_object_set_new(result, name, member);
    }
    return result;
}

/* The documents show an array with __meta, the recordings an object; fake.change_result chooses. */
static void reply(struct sn_exchange *exchange, json_t *result, bool listed)
{
    if (listed &&
        strcmp(sn_instance_text(&exchange->core->instance, "fake.change_result"), "array") == 0)
        result = json_pack("[o]", result);
    sn_reply_result(exchange, 200, result);
}

/* Fields may come as pairs of the address too, and those in the body win. */
static json_t *fields_of(struct sn_exchange *exchange)
{
    json_t *fields = json_object(), *body = sn_body_object(exchange), *value;
    const char *name;

    if (!body) {
        json_decref(fields);
        return NULL;
    }
    json_object_foreach (exchange->parameters, name, value) {
        if (strncmp(name, "sysparm_", 8) != 0)
            json_object_set(fields, name, value);
    }
    json_object_update(fields, body);
    json_decref(body);
    return fields;
}

/* `over` is what stands whatever was sent. Consumes it. */
static void create(struct sn_exchange *exchange, json_t *over, bool listed)
{
    json_t *fields = fields_of(exchange), *ignored = json_array(), *row = NULL, *result;
    const char *name;
    json_t *value;

    json_object_foreach (over, name, value) {
        if (fields && json_object_get(fields, name))
            json_array_append_new(ignored, json_string(name));
    }
    if (fields) {
        json_object_update(fields, over);
        row = sn_record_insert(exchange, CHANGES, fields, ignored);
        json_decref(fields);
    }
    if (row) {
        result = show(exchange, row);
        json_object_set_new(result, "__meta", json_pack("{s:O}", "ignoredFields", ignored));
        reply(exchange, result, listed);
    }
    json_decref(ignored);
    json_decref(over);
}

void sn_change_create(struct sn_exchange *exchange)
{
    create(exchange, json_object(), false);
}

void sn_change_create_normal(struct sn_exchange *exchange)
{
    create(exchange, json_pack("{s:s}", "type", "normal"), true);
}

void sn_change_create_emergency(struct sn_exchange *exchange)
{
    create(exchange, json_pack("{s:s}", "type", "emergency"), true);
}

/* Description and plans are the template's. */
void sn_change_create_standard(struct sn_exchange *exchange)
{
    const json_t *templates = json_object_get(exchange->core->instance.config, "change_templates");
    const json_t *found = json_object_get(templates, sn_segment(exchange, 0));

    if (found)
        create(exchange, json_deep_copy(json_object_get(found, "values")), false);
    else
        sn_refuse(exchange, 404, "Standard Change Template not found", "");
}

static json_t *row_of(struct sn_exchange *exchange)
{
    json_t *row = sn_store_row(&exchange->core->store, CHANGES, sn_segment(exchange, 0));

    if (!row)
        sn_refuse(exchange, 404, "Change Request not found", "");
    return row;
}

void sn_change_list(struct sn_exchange *exchange)
{
    json_t *rows = sn_list_page(exchange, CHANGES, 500), *result, *row;
    size_t i;

    if (!rows)
        return;
    result = json_array();
    json_array_foreach (rows, i, row)
        json_array_append_new(result, show(exchange, row));
    sn_reply_result(exchange, 200, result);
    json_decref(rows);
}

void sn_change_read(struct sn_exchange *exchange)
{
    json_t *row = row_of(exchange);

    if (row)
        reply(exchange, show(exchange, row), false);
}

void sn_change_update(struct sn_exchange *exchange)
{
    json_t *old = row_of(exchange), *fields = old ? fields_of(exchange) : NULL, *row;

    if (!fields)
        return;
    row = sn_record_update(exchange, old, fields, NULL, NULL);
    json_decref(fields);
    if (row)
        reply(exchange, show(exchange, row), false);
}
