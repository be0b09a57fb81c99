/* SPDX-License-Identifier: MIT */
#include "servicenow_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "servicenow_exchange.h"
#include "servicenow_query.h"

/* What glide.rest.table_api.admin_only_sys_fields keeps from callers (servicenow.md 1.7). */
static const char *const system_fields[] = {"sys_id", "sys_created_by", "sys_created_on",
                                            "sys_updated_by", "sys_updated_on"};
/* What no caller writes. */
static const char *const computed_fields[] = {"sys_class_name", "sys_mod_count", "sys_tags",
                                              "task_effective_number"};

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(name, names[i]) == 0)
            return true;
    }
    return false;
}

#define IS_ONE_OF(name, names) is_one_of(name, names, sizeof(names) / sizeof(*(names)))

static const struct sn_instance *instance_of(const struct sn_exchange *exchange)
{
    return &exchange->core->instance;
}

static bool has_type(const json_t *field, const char *type)
{
    return strcmp(sn_text(field, "type"), type) == 0;
}

/* Columns hold characters, not bytes. */
static void cut(char *text, json_int_t length)
{
    json_int_t count = 0;

    for (char *at = text; *at; at++) {
        if (((unsigned char)*at & 0xC0U) == 0x80U)
            continue;
        if (count++ == length) {
            *at = '\0';
            return;
        }
    }
}

/* False: not a value of this column, and dropped. From memory for dates and numbers; for choices
 * see servicenow.md 1.5. */
static bool fit(const struct sn_exchange *exchange, const json_t *field, char *text)
{
    const json_t *choices = json_object_get(field, "choices");
    time_t when;
    char *end;

    if (!*text)
        return true;
    if (choices && !json_object_get(choices, text) &&
        !sn_instance_flag(instance_of(exchange), "glide.rest.choice.allow_non_existing_value"))
        return false;
    if (has_type(field, "integer")) {
        strtol(text, &end, 10);
        return *end == '\0';
    }
    if (has_type(field, "boolean"))
        return strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
    if (has_type(field, "glide_date") || has_type(field, "glide_date_time"))
        return sn_stamp_parse(text, &when);
    return true;
}

/* The text as the column will hold it. The caller frees it; NULL where it is dropped. */
static char *column_text(const struct sn_exchange *exchange, const json_t *field,
                         const json_t *value)
{
    char *text = sn_value_text(value);
    char stamp[SN_STAMP];
    time_t when;

    if (!fit(exchange, field, text)) {
        free(text);
        return NULL;
    }
    if (has_type(field, "glide_date_time") && sn_stamp_parse(text, &when)) {
        sn_stamp(when, stamp);
        free(text);
        text = sn_copy(stamp, strlen(stamp));
    }
    if (has_type(field, "glide_date"))
        text[strlen(text) > 10 ? 10 : strlen(text)] = '\0';
    else
        cut(text, json_integer_value(json_object_get(field, "length")));
    return text;
}

/* sysparm_input_display_value: a choice's label or a referenced row's name stands for it. */
static json_t *from_display(const struct sn_exchange *exchange, const json_t *field,
                            const json_t *value)
{
    const char *text = json_string_value(value), *key, *id, *name;
    const char *table = sn_text(field, "reference"), *display;
    json_t *label, *row;

    if (!text || !sn_is_true(exchange, "sysparm_input_display_value"))
        return json_incref((json_t *)value);
    json_object_foreach (json_object_get(field, "choices"), key, label) {
        if (strcmp(json_string_value(label), text) == 0)
            return json_string(key);
    }
    display = sn_text(sn_instance_table(instance_of(exchange), table), "display");
    json_object_foreach (sn_store_rows(&exchange->core->store, table), id, row) {
        name = sn_text(row, display);
        if (*name && strcmp(name, text) == 0)
            return json_string(id);
    }
    return json_incref((json_t *)value);
}

static bool is_closed(const struct sn_exchange *exchange, const char *table, const json_t *row)
{
    const json_t *closed =
        json_object_get(sn_instance_table(instance_of(exchange), table), "closed");
    size_t i;
    json_t *state;

    json_array_foreach (closed, i, state) {
        if (strcmp(json_string_value(state), sn_text(row, "state")) == 0)
            return true;
    }
    return false;
}

/* Journals are rows of their own, one more for each write; on what is closed the text is lost
 * (servicenow.md 1.5, 1.8). */
static void add_note(struct sn_exchange *exchange, const char *table, const json_t *row,
                     const char *name, const char *text)
{
    if (!*text || is_closed(exchange, table, row))
        return;
    sn_record_keep(exchange, "sys_journal_field",
                   json_pack("{s:s, s:s, s:s, s:s}", "name", table, "element", name, "element_id",
                             sn_text(row, "sys_id"), "value", text));
}

static bool may_write(const struct sn_exchange *exchange, const char *table, const char *name)
{
    if (IS_ONE_OF(name, computed_fields) || sn_has_fault_on(exchange, "drop-field", name) ||
        (strcmp(name, "correlation_id") == 0 && sn_has_fault(exchange, "no-key")) ||
        (strcmp(name, "sys_id") == 0 && sn_has_fault(exchange, "other-sys-id")))
        return false;
    if (IS_ONE_OF(name, system_fields) &&
        sn_instance_flag(instance_of(exchange), "glide.rest.table_api.admin_only_sys_fields"))
        return false;
    return !sn_instance_denies(instance_of(exchange), table, name, "write");
}

/* True where the value differs from what was there. */
static bool write_field(struct sn_exchange *exchange, const char *table, json_t *row,
                        const char *name, const json_t *value, json_t *ignored)
{
    const json_t *field = sn_instance_field(instance_of(exchange), table, name);
    json_t *meant;
    char *text = NULL;
    bool changed = false;

    if (field && may_write(exchange, table, name)) {
        meant = from_display(exchange, field, value);
        text = column_text(exchange, field, meant);
        json_decref(meant);
    }
    if (!text && ignored)
        json_array_append_new(ignored, json_string(name));
    if (text && has_type(field, "journal")) {
        add_note(exchange, table, row, name, text);
        changed = *text != '\0';
    } else if (text) {
        changed = strcmp(sn_text(row, name), text) != 0;
        sn_set(row, name, text);
    }
    free(text);
    return changed;
}

static bool write_body(struct sn_exchange *exchange, const char *table, json_t *row,
                       const json_t *body, json_t *ignored)
{
    const char *name;
    json_t *value;
    bool changed = false;

    json_object_foreach ((json_t *)body, name, value) {
        if (strcmp(name, "sys_id") != 0 && write_field(exchange, table, row, name, value, ignored))
            changed = true;
    }
    return changed;
}

/* {"name", "table", "path", "field", "is", "set" | "abort"}: business rules. */
static bool run_rules(struct sn_exchange *exchange, const char *table, json_t *row)
{
    size_t i;
    json_t *rule;
    char detail[512];

    json_array_foreach (json_object_get(instance_of(exchange)->config, "rules"), i, rule) {
        if (!sn_instance_is_a(instance_of(exchange), table, sn_text(rule, "table")) ||
            strncmp(exchange->path, sn_text(rule, "path"), strlen(sn_text(rule, "path"))) != 0 ||
            strcmp(sn_text(row, sn_text(rule, "field")), sn_text(rule, "is")) != 0)
            continue;
        if (json_is_true(json_object_get(rule, "abort"))) {
            snprintf(detail, sizeof(detail),
                     "Operation against file '%s' was aborted by Business Rule "
                     "'%s^34b7e94b4f7b4200086eeed18110c7fd'. Business Rule Stack:%s",
                     table, sn_text(rule, "name"), sn_text(rule, "name"));
            sn_refuse(exchange, 403, "Operation Failed", detail);
            return false;
        }
        json_object_update(row, json_object_get(rule, "set"));
    }
    return true;
}

/* {"table", "mandatory": [field]}: data policies, which name fields by their labels. */
static bool keeps_policy(struct sn_exchange *exchange, const char *table, const json_t *policy,
                         const json_t *row)
{
    struct sn_bytes labels = {0};
    struct sn_bytes detail = {0};
    size_t i;
    json_t *name;

    json_array_foreach (json_object_get(policy, "mandatory"), i, name) {
        const char *field = json_string_value(name);

        if (!*sn_text(row, field))
            sn_bytes_printf(
                &labels, "%s%s", labels.len > 0 ? ", " : "",
                sn_text(sn_instance_field(instance_of(exchange), table, field), "label"));
    }
    if (labels.len == 0)
        return true;
    sn_bytes_printf(&detail, "Data Policy Exception: The following fields are mandatory: %s",
                    labels.ptr);
    sn_refuse(exchange, 403, "Operation Failed", detail.ptr);
    sn_bytes_done(&labels);
    sn_bytes_done(&detail);
    return false;
}

static bool keeps_policies(struct sn_exchange *exchange, const char *table, const json_t *row)
{
    size_t i;
    json_t *policy;

    json_array_foreach (json_object_get(instance_of(exchange)->config, "policies"), i, policy) {
        if (sn_instance_is_a(instance_of(exchange), table, sn_text(policy, "table")) &&
            !keeps_policy(exchange, table, policy, row))
            return false;
    }
    return true;
}

static bool refuse_duplicate(struct sn_exchange *exchange, const char *value, const char *key)
{
    char detail[400];

    snprintf(detail, sizeof(detail),
             "Unique Key violation detected by database (Duplicate entry '%s' for key '%s')", value,
             key);
    sn_refuse(exchange, 403, "Operation Failed", detail);
    return false;
}

/* Primary keys, and columns that an administrator made unique (servicenow.md 1.7). That the status
 * is 403 is not known: the message is. */
static bool is_unique(struct sn_exchange *exchange, const char *table, const json_t *row)
{
    const char *root = sn_instance_root(instance_of(exchange), table);
    const json_t *fields =
        json_object_get(sn_instance_table(instance_of(exchange), table), "fields");
    const char *id = sn_text(row, "sys_id"), *name;
    const json_t *same = sn_query_find(exchange->core, root, id);
    json_t *field;

    if (same && same != row && !sn_has_fault(exchange, "duplicate"))
        return refuse_duplicate(exchange, id, "PRIMARY");
    json_object_foreach ((json_t *)fields, name, field) {
        struct sn_query query;
        json_t *found;

        if (!json_is_true(json_object_get(field, "unique")) || !*sn_text(row, name))
            continue;
        sn_query_init(&query, exchange->core, table, "");
        sn_query_require(&query, name, sn_text(row, name));
        found = sn_query_run(&query);
        same = json_array_get(found, 0);
        json_decref(found);
        sn_query_done(&query);
        if (same && strcmp(sn_text(same, "sys_id"), id) != 0)
            return refuse_duplicate(exchange, sn_text(row, name), name);
    }
    return true;
}

/* One more than the largest that is there. */
static void give_number(struct sn_exchange *exchange, const char *table, json_t *row)
{
    const char *prefix = sn_text(sn_instance_table(instance_of(exchange), table), "prefix");
    size_t len = strlen(prefix);
    long last = 10000;
    char number[64];
    const char *id;
    json_t *other;

    json_object_foreach (sn_store_rows(&exchange->core->store, table), id, other) {
        const char *text = sn_text(other, "number");
        long value = strncmp(text, prefix, len) == 0 ? strtol(text + len, NULL, 10) : 0;

        last = value > last ? value : last;
    }
    snprintf(number, sizeof(number), "%s%07ld", prefix, last + 1);
    sn_set(row, "number", number);
    sn_set(row, "task_effective_number", number);
}

static void stamp_row(const struct sn_exchange *exchange, json_t *row, const char *on,
                      const char *by)
{
    char stamp[SN_STAMP];

    sn_stamp(time(NULL), stamp);
    sn_set(row, on, stamp);
    sn_set(row, by, exchange->user ? exchange->user : "system");
}

/* Priority follows from impact and urgency, whatever was sent (servicenow.md 1.5). */
static void compute_task(json_t *row)
{
    long impact = strtol(sn_text(row, "impact"), NULL, 10);
    long urgency = strtol(sn_text(row, "urgency"), NULL, 10);
    char priority[24];

    if (impact > 0 && urgency > 0) {
        snprintf(priority, sizeof(priority), "%ld", impact + urgency - 1);
        sn_set(row, "priority", priority);
    }
    if (json_object_get(row, "incident_state"))
        sn_set(row, "incident_state", sn_text(row, "state"));
}

static json_t *blank_row(const struct sn_exchange *exchange, const char *table)
{
    const json_t *definition = sn_instance_table(instance_of(exchange), table);
    json_t *row = json_object();
    const char *name;
    json_t *field;

    json_object_foreach (json_object_get(definition, "fields"), name, field)
        sn_set(row, name, "");
    json_object_update(row, json_object_get(definition, "defaults"));
    sn_set(row, "sys_class_name", table);
    sn_set(row, "sys_mod_count", "0");
    return row;
}

json_t *sn_record_keep(struct sn_exchange *exchange, const char *table, json_t *given)
{
    json_t *row = blank_row(exchange, table);
    char id[SN_ID];

    sn_id(id);
    sn_set(row, "sys_id", id);
    stamp_row(exchange, row, "sys_created_on", "sys_created_by");
    stamp_row(exchange, row, "sys_updated_on", "sys_updated_by");
    json_object_update(row, given);
    json_decref(given);
    sn_keep(exchange, table, row);
    json_decref(row);
    return row;
}

static void name_row(const struct sn_exchange *exchange, const char *table, json_t *row,
                     const json_t *body)
{
    const char *asked = sn_text(body, "sys_id");
    char id[SN_ID];

    sn_id(id);
    sn_set(row, "sys_id", sn_is_id(asked) && may_write(exchange, table, "sys_id") ? asked : id);
}

static void change_by_fault(const struct sn_exchange *exchange, json_t *row)
{
    char *name, *value;

    if (!sn_has_fault(exchange, "change-field"))
        return;
    name = sn_copy(exchange->fault->argument, strlen(exchange->fault->argument));
    value = strchr(name, ' ');
    if (value)
        *value++ = '\0';
    sn_set(row, name, value ? value : "");
    free(name);
}

static void start_task(struct sn_exchange *exchange, const char *table, json_t *row)
{
    if (!sn_instance_is_a(instance_of(exchange), table, "task"))
        return;
    if (!*sn_text(row, "number"))
        give_number(exchange, table, row);
    if (!*sn_text(row, "opened_at"))
        sn_set(row, "opened_at", sn_text(row, "sys_created_on"));
    if (exchange->account)
        sn_set(row, "opened_by", sn_text(exchange->account, "sys_id"));
    compute_task(row);
}

/* A second row, as of two transactions that each saw none (servicenow.md 7.1). */
static void keep_twin(struct sn_exchange *exchange, const char *table, const json_t *row)
{
    json_t *twin = json_copy((json_t *)row);
    char id[SN_ID], number[64];
    const char *prefix = sn_text(sn_instance_table(instance_of(exchange), table), "prefix");

    sn_id(id);
    sn_set(twin, "sys_id", id);
    snprintf(number, sizeof(number), "%s%07ld", prefix,
             strtol(sn_text(row, "number") + strlen(prefix), NULL, 10) + 1);
    sn_set(twin, "number", number);
    sn_keep(exchange, table, twin);
    json_decref(twin);
}

json_t *sn_record_insert(struct sn_exchange *exchange, const char *table, const json_t *body,
                         json_t *ignored)
{
    json_t *row = blank_row(exchange, table);

    name_row(exchange, table, row, body);
    stamp_row(exchange, row, "sys_created_on", "sys_created_by");
    stamp_row(exchange, row, "sys_updated_on", "sys_updated_by");
    write_body(exchange, table, row, body, ignored);
    start_task(exchange, table, row);
    change_by_fault(exchange, row);
    if (!run_rules(exchange, table, row) || !keeps_policies(exchange, table, row) ||
        !is_unique(exchange, table, row)) {
        json_decref(row);
        return NULL;
    }
    sn_keep(exchange, table, row);
    json_decref(row);
    if (sn_has_fault(exchange, "duplicate"))
        keep_twin(exchange, table, row);
    return row;
}

json_t *sn_record_update(struct sn_exchange *exchange, const json_t *old, const json_t *body,
                         json_t *ignored, bool *ret_changed)
{
    json_t *row = json_copy((json_t *)old);
    const char *table = sn_text(old, "sys_class_name");
    bool changed = write_body(exchange, table, row, body, ignored);
    char count[24];

    change_by_fault(exchange, row);
    if (sn_instance_is_a(instance_of(exchange), table, "task"))
        compute_task(row);
    if (ret_changed)
        *ret_changed = changed;
    if (!run_rules(exchange, table, row) || !keeps_policies(exchange, table, row)) {
        json_decref(row);
        return NULL;
    }
    if (changed) {
        snprintf(count, sizeof(count), "%ld", strtol(sn_text(row, "sys_mod_count"), NULL, 10) + 1);
        sn_set(row, "sys_mod_count", count);
        stamp_row(exchange, row, "sys_updated_on", "sys_updated_by");
    }
    sn_keep(exchange, table, row);
    json_decref(row);
    return row;
}
