/* SPDX-License-Identifier: MIT */
#include "servicenow_seed.h"

#include "servicenow_text.h"

/* All columns of the table, and what is given. Consumes `given`. */
static void add(const struct sn_instance *instance, json_t *seeds, const char *table, json_t *given)
{
    const json_t *definition = sn_instance_table(instance, table);
    json_t *row = json_object(), *field, *rows = json_object_get(seeds, table);
    const char *name;

    if (!definition)
        sn_die("rows: no table %s", table);
    if (!rows) {
        rows = json_array();
        json_object_set_new(seeds, table, rows);
    }
    json_object_foreach (json_object_get(definition, "fields"), name, field)
        sn_set(row, name, "");
    json_object_update(row, json_object_get(definition, "defaults"));
    sn_set(row, "sys_class_name", table);
    sn_set(row, "sys_created_on", "2025-01-01 00:00:00");
    sn_set(row, "sys_updated_on", "2025-01-01 00:00:00");
    sn_set(row, "sys_created_by", "admin");
    sn_set(row, "sys_updated_by", "admin");
    sn_set(row, "sys_mod_count", "0");
    json_object_update(row, given);
    json_decref(given);
    json_array_append_new(rows, row);
}

static void add_users(const struct sn_instance *instance, json_t *seeds)
{
    const char *name;
    json_t *user;

    json_object_foreach (json_object_get(instance->config, "users"), name, user)
        add(instance, seeds, "sys_user",
            json_pack("{s:s, s:s, s:s, s:s}", "sys_id", sn_text(user, "sys_id"), "user_name", name,
                      "name", sn_text(user, "name"), "active", "true"));
}

static void add_items(const struct sn_instance *instance, json_t *seeds)
{
    const char *id, *name;
    json_t *item, *variable;

    json_object_foreach (json_object_get(instance->config, "catalog_items"), id, item) {
        add(instance, seeds, "sc_cat_item",
            json_pack("{s:s, s:s, s:s}", "sys_id", id, "name", sn_text(item, "name"), "active",
                      "true"));
        json_object_foreach (json_object_get(item, "variables"), name, variable)
            add(instance, seeds, "item_option_new",
                json_pack("{s:s, s:s, s:s, s:s}", "sys_id", sn_text(variable, "sys_id"), "name",
                          name, "cat_item", id, "mandatory",
                          json_is_true(json_object_get(variable, "mandatory")) ? "true" : "false"));
    }
}

json_t *sn_seed_rows(const struct sn_instance *instance)
{
    json_t *seeds = json_object(), *rows, *row;
    const char *table;
    size_t i;

    add_users(instance, seeds);
    add_items(instance, seeds);
    json_object_foreach (json_object_get(instance->config, "rows"), table, rows) {
        json_array_foreach (rows, i, row)
            add(instance, seeds, table, json_copy(row));
    }
    return seeds;
}
