/* SPDX-License-Identifier: MIT */
#include "servicenow_instance.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "servicenow_text.h"

static json_t *load_file(const char *path)
{
    json_error_t error;
    json_t *document = json_load_file(path, JSON_REJECT_DUPLICATES, &error);

    if (!document)
        sn_die("%s:%d:%d: %s", path, error.line, error.column, error.text);
    if (!json_is_object(document))
        sn_die("%s: not a JSON object", path);
    return document;
}

/* RFC 7396: what is null goes away, objects are merged, anything else is replaced. */
static void merge(json_t *target, json_t *patch)
{
    const char *key;
    json_t *value;

    json_object_foreach (patch, key, value) {
        json_t *old = json_object_get(target, key);

        if (json_is_null(value))
            json_object_del(target, key);
        else if (json_is_object(value) && json_is_object(old))
            merge(old, value);
        else
            json_object_set(target, key, value);
    }
}

/* "short_description" -> "Short description" */
static void default_label(const char *name, json_t *field)
{
    char label[128];

    if (json_object_get(field, "label"))
        return;
    snprintf(label, sizeof(label), "%s", name);
    label[0] = (char)toupper((unsigned char)label[0]);
    for (char *at = label; *at; at++) {
        if (*at == '_')
            *at = ' ';
    }
    sn_set(field, "label", label);
}

/* "string 160" or "reference sys_user" -> an object; an object is copied. */
static json_t *field_of(const char *name, const json_t *spec)
{
    json_t *field = json_is_object(spec) ? json_deep_copy(spec) : json_object();
    char type[64], more[64];
    int found;

    if (json_is_string(spec)) {
        found = sscanf(json_string_value(spec), "%63s %63s", type, more);
        if (found < 1)
            sn_die("field %s: no type", name);
        sn_set(field, "type", type);
        if (found == 2 && strcmp(type, "reference") == 0)
            sn_set(field, "reference", more);
        else if (found == 2)
            json_object_set_new(field, "length", json_integer(atoi(more)));
    }
    /* References are VARCHAR(32), strings without a length 40 (servicenow.md 1.8). */
    if (strcmp(sn_text(field, "type"), "reference") == 0)
        json_object_set_new(field, "length", json_integer(32));
    else if (!json_object_get(field, "length"))
        json_object_set_new(field, "length", json_integer(40));
    default_label(name, field);
    return field;
}

static void inherit(const json_t *tables, const char *name, json_t *table, int depth)
{
    const json_t *own = json_object_get(tables, name);
    const char *parent = sn_text(own, "parent");
    const char *key;
    json_t *value;

    if (!own || depth > 16)
        sn_die("table %s: not there, or inherits from itself", name);
    if (*parent)
        inherit(tables, parent, table, depth + 1);
    json_object_foreach (json_object_get(own, "fields"), key, value)
        json_object_set_new(json_object_get(table, "fields"), key, field_of(key, value));
    json_object_update(json_object_get(table, "defaults"), json_object_get(own, "defaults"));
    json_array_append_new(json_object_get(table, "chain"), json_string(name));
    json_object_foreach ((json_t *)own, key, value) {
        if (strcmp(key, "fields") != 0 && strcmp(key, "defaults") != 0)
            json_object_set(table, key, value);
    }
}

static void resolve_tables(struct sn_instance *instance)
{
    json_t *tables = json_object_get(instance->config, "tables");
    const char *name;
    json_t *value;

    instance->tables = json_object();
    json_object_foreach (tables, name, value) {
        json_t *table =
            json_pack("{s:s, s:{}, s:{}, s:[]}", "name", name, "fields", "defaults", "chain");

        inherit(tables, name, table, 0);
        json_object_set_new(instance->tables, name, table);
    }
}

void sn_instance_load(struct sn_instance *instance, const char *path, const char *more)
{
    instance->config = load_file(path);
    if (more) {
        json_t *patch = load_file(more);

        merge(instance->config, patch);
        json_decref(patch);
    }
    resolve_tables(instance);
}

void sn_instance_done(struct sn_instance *instance)
{
    json_decref(instance->config);
    json_decref(instance->tables);
}

static const json_t *property_of(const struct sn_instance *instance, const char *property)
{
    return json_object_get(json_object_get(instance->config, "properties"), property);
}

bool sn_instance_flag(const struct sn_instance *instance, const char *property)
{
    return json_is_true(property_of(instance, property));
}

json_int_t sn_instance_number(const struct sn_instance *instance, const char *property)
{
    return json_integer_value(property_of(instance, property));
}

const char *sn_instance_text(const struct sn_instance *instance, const char *property)
{
    const char *text = json_string_value(property_of(instance, property));

    return text ? text : "";
}

json_t *sn_instance_table(const struct sn_instance *instance, const char *name)
{
    return json_object_get(instance->tables, name);
}

json_t *sn_instance_field(const struct sn_instance *instance, const char *table, const char *field)
{
    return json_object_get(json_object_get(sn_instance_table(instance, table), "fields"), field);
}

bool sn_instance_is_a(const struct sn_instance *instance, const char *table, const char *base)
{
    size_t i;
    json_t *name;

    json_array_foreach (json_object_get(sn_instance_table(instance, table), "chain"), i, name) {
        if (strcmp(json_string_value(name), base) == 0)
            return true;
    }
    return false;
}

const char *sn_instance_root(const struct sn_instance *instance, const char *table)
{
    const json_t *chain = json_object_get(sn_instance_table(instance, table), "chain");
    const char *root = json_string_value(json_array_get(chain, json_array_size(chain) > 1 ? 1 : 0));

    return root ? root : table;
}

static bool has_word(const json_t *list, const char *word)
{
    size_t i;
    json_t *value;

    json_array_foreach (list, i, value) {
        if (json_is_string(value) && strcmp(json_string_value(value), word) == 0)
            return true;
    }
    return false;
}

bool sn_instance_denies(const struct sn_instance *instance, const char *table, const char *field,
                        const char *what)
{
    size_t i;
    json_t *rule;

    json_array_foreach (json_object_get(instance->config, "acls"), i, rule) {
        const char *of = json_string_value(json_object_get(rule, "field"));

        if (json_object_get(rule, "rows") ||
            !sn_instance_is_a(instance, table, sn_text(rule, "table")))
            continue;
        if (field ? (of && strcmp(of, field) == 0) : !of) {
            if (has_word(json_object_get(rule, "deny"), what))
                return true;
        }
    }
    return false;
}
