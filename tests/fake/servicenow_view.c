/* SPDX-License-Identifier: MIT */
#include "servicenow_view.h"

#include <stdlib.h>
#include <string.h>

#include "servicenow_exchange.h"
#include "servicenow_query.h"

static const struct sn_instance *instance_of(const struct sn_exchange *exchange)
{
    return &exchange->core->instance;
}

static bool has_type(const json_t *field, const char *type)
{
    return strcmp(sn_text(field, "type"), type) == 0;
}

bool sn_view_admits(const struct sn_exchange *exchange, const json_t *row)
{
    const char *table = sn_text(row, "sys_class_name");
    size_t i;
    json_t *rule;
    bool readable = true;

    json_array_foreach (json_object_get(instance_of(exchange)->config, "acls"), i, rule) {
        const char *rows = sn_text(rule, "rows");
        struct sn_query query;

        if (!*rows || !sn_instance_is_a(instance_of(exchange), table, sn_text(rule, "table")))
            continue;
        sn_query_init(&query, exchange->core, table, rows);
        readable = readable && !sn_query_matches(&query, row);
        sn_query_done(&query);
    }
    return readable;
}

static void shift_zone(const struct sn_exchange *exchange, const char *value, char stamp[SN_STAMP])
{
    time_t when;

    stamp[0] = '\0';
    if (sn_stamp_parse(value, &when))
        sn_stamp(
            when + 3600 * (time_t)sn_instance_number(instance_of(exchange), "fake.time_zone_hours"),
            stamp);
}

/* Newest first, each with its date, its writer and the journal's label (servicenow.md 1.8). */
static char *journal_text(const struct sn_exchange *exchange, const json_t *row,
                          const json_t *field, const char *name)
{
    struct sn_bytes text = {0}, all = {0};
    const char *id;
    json_t *note;
    char stamp[SN_STAMP];

    json_object_foreach (sn_store_rows(&exchange->core->store, "sys_journal_field"), id, note) {
        if (strcmp(sn_text(note, "element"), name) != 0 ||
            strcmp(sn_text(note, "element_id"), sn_text(row, "sys_id")) != 0)
            continue;
        shift_zone(exchange, sn_text(note, "sys_created_on"), stamp);
        sn_bytes_printf(&text, "%s - %s (%s)\n%s\n\n%s", stamp, sn_text(note, "sys_created_by"),
                        sn_text(field, "label"), sn_text(note, "value"), all.ptr ? all.ptr : "");
        sn_bytes_done(&all);
        all = text;
        text = (struct sn_bytes){0};
    }
    return all.ptr ? all.ptr : sn_copy("", 0);
}

char *sn_view_text(const struct sn_exchange *exchange, const json_t *row, const json_t *field,
                   const char *name, const char *value)
{
    const char *label =
        json_string_value(json_object_get(json_object_get(field, "choices"), value));
    const char *table = sn_text(field, "reference");
    const json_t *other;
    char stamp[SN_STAMP];

    if (has_type(field, "journal"))
        return journal_text(exchange, row, field, name);
    if (has_type(field, "glide_date_time")) {
        shift_zone(exchange, value, stamp);
        value = stamp;
    } else if (has_type(field, "sys_class_name")) {
        label = sn_text(sn_instance_table(instance_of(exchange), value), "label");
    } else if (*table) {
        other = sn_query_find(exchange->core, table, value);
        label = other ? sn_text(other,
                                sn_text(sn_instance_table(instance_of(exchange), table), "display"))
                      : NULL;
    }
    value = label && *label ? label : value;
    return sn_copy(value, strlen(value));
}

static json_t *link_of(const struct sn_exchange *exchange, const char *table, const char *value)
{
    char *base = sn_base(exchange);
    json_t *link = json_sprintf("%s/api/now/table/%s/%s", base, table, value);

    free(base);
    return link;
}

static json_t *show_value(const struct sn_exchange *exchange, const json_t *row,
                          const json_t *field, const char *name, const char *value)
{
    const char *mode = sn_parameter(exchange, "sysparm_display_value");
    const char *table = sn_text(field, "reference");
    bool link = *table && *value && !sn_is_true(exchange, "sysparm_exclude_reference_link");
    bool all = strcmp(mode, "all") == 0, display = all || strcmp(mode, "true") == 0;
    char *shown = display ? sn_view_text(exchange, row, field, name, value) : NULL;
    json_t *result;

    if (!all && !link)
        result = json_string(shown ? shown : value);
    else
        result = json_object();
    if (json_is_object(result) && display)
        sn_set(result, "display_value", shown);
    if (json_is_object(result) && (all || !display))
        sn_set(result, "value", value);
    if (json_is_object(result) && link)
        json_object_set_new(result, "link", link_of(exchange, table, value));
    free(shown);
    return result;
}

/* A field that nobody may read is not there (servicenow.md 1.4). */
static void show_field(const struct sn_exchange *exchange, json_t *result, const json_t *row,
                       const char *name)
{
    const json_t *field;
    const char *value = sn_query_walk(exchange->core, row, name, &field);
    const char *table = sn_text(row, "sys_class_name");

    if (!field || sn_instance_denies(instance_of(exchange), table, name, "read") ||
        sn_has_fault_on(exchange, "hide-field", name))
        return;
    json_object_set_new(result, name, show_value(exchange, row, field, name, value));
}

json_t *sn_view_row(const struct sn_exchange *exchange, const json_t *row)
{
    const char *fields = sn_parameter(exchange, "sysparm_fields");
    const json_t *table = sn_instance_table(instance_of(exchange), sn_text(row, "sys_class_name"));
    json_t *result = json_object();
    const char *name;
    json_t *field;

    if (!*fields) {
        json_object_foreach (json_object_get(table, "fields"), name, field)
            show_field(exchange, result, row, name);
        return result;
    }
    while (*fields) {
        char *one = sn_copy(fields, strcspn(fields, ","));

        show_field(exchange, result, row, one + strspn(one, " "));
        fields += strlen(one);
        fields += *fields == ',';
        free(one);
    }
    return result;
}
