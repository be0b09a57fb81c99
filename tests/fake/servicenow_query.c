/* SPDX-License-Identifier: MIT */
#include "servicenow_query.h"

#include <stdlib.h>
#include <string.h>

#include "servicenow_exchange.h"

/* Longer ones first where one begins with another. */
static const char *const operators[] = {
    "NOT LIKE", "NOT IN", "NOTLIKE", "NOTIN", "STARTSWITH", "ENDSWITH", "ISNOTEMPTY", "ISEMPTY",
    "LIKE",     "IN",     "!=",      ">=",    "<=",         "=",        ">",          "<",
};

/* The table a reference column of `table` leads to. */
static const json_t *column_of(const struct sn_core *core, const char *table, const char *name,
                               size_t len)
{
    char *column = sn_copy(name, len);
    const json_t *field = sn_instance_field(&core->instance, table, column);

    free(column);
    return field;
}

/* The column that a dot-walked name ends at, or NULL; `*ret_table` is its table. */
static const json_t *resolve(const struct sn_core *core, const char *table, const char *name,
                             const char **ret_table)
{
    size_t len = strcspn(name, ".");
    const json_t *field = column_of(core, table, name, len);

    *ret_table = table;
    if (!field || name[len] == '\0')
        return field;
    return resolve(core, sn_text(field, "reference"), name + len + 1, ret_table);
}

const char *sn_query_walk(const struct sn_core *core, const json_t *row, const char *name,
                          const json_t **ret_field)
{
    const char *table = sn_text(row, "sys_class_name"), *at;
    const json_t *field = resolve(core, table, name, &at);

    if (ret_field)
        *ret_field = field;
    for (size_t len = strcspn(name, "."); field && row && name[len]; len = strcspn(name, ".")) {
        char *column = sn_copy(name, len);
        const json_t *reference = sn_instance_field(&core->instance, table, column);

        table = sn_text(reference, "reference");
        row = sn_query_find(core, table, sn_text(row, column));
        /* The row may be of a class that inherits from what the column names. */
        table = row ? sn_text(row, "sys_class_name") : table;
        free(column);
        name += len + 1;
    }
    return field && row ? sn_text(row, name) : "";
}

json_t *sn_query_find(const struct sn_core *core, const char *table, const char *id)
{
    const char *name;
    json_t *rows;

    if (!*id)
        return NULL;
    json_object_foreach (core->store.tables, name, rows) {
        json_t *row =
            sn_instance_is_a(&core->instance, name, table) ? json_object_get(rows, id) : NULL;

        if (row)
            return row;
    }
    return NULL;
}

/* Takes the part up to the next single ^ off `*rest`; ^^ is a ^ in a value. NULL at the end. */
static char *next_part(const char **rest)
{
    struct sn_bytes part = {0};
    const char *at = *rest;

    if (!at)
        return NULL;
    sn_bytes_add(&part, "", 0);
    for (; *at && !(at[0] == '^' && at[1] != '^'); at++) {
        at += *at == '^';
        sn_bytes_add(&part, at, 1);
    }
    *rest = *at ? at + 1 : NULL;
    return part.ptr;
}

static const char *operator_at(const char *text)
{
    for (size_t i = 0; i < sizeof(operators) / sizeof(*operators); i++) {
        if (strncmp(text, operators[i], strlen(operators[i])) == 0)
            return operators[i];
    }
    return NULL;
}

/* IN compares with a set, so that long lists are cheap. */
static json_t *set_of(const char *list)
{
    json_t *set = json_object();

    while (*list) {
        char *item;

        list += strspn(list, " ");
        item = sn_copy(list, strcspn(list, ","));
        json_object_set_new(set, item, json_true());
        list += strlen(item);
        list += *list == ',';
        free(item);
    }
    return set;
}

static bool may_query(struct sn_query *query, const char *table, const char *column)
{
    const struct sn_instance *instance = &query->core->instance;

    if (!sn_instance_denies(instance, table, column, "read") &&
        !sn_instance_denies(instance, table, column, "query"))
        return true;
    query->unreadable = true;
    return false;
}

/* {field, operator, value}, or NULL where it is invalid. */
static json_t *condition_of(struct sn_query *query, const char *part)
{
    size_t len = strspn(part, "abcdefghijklmnopqrstuvwxyz0123456789_.");
    const char *op = operator_at(part + len);
    char *name = sn_copy(part, len);
    const char *table = NULL, *last = strrchr(name, '.');
    const json_t *field = resolve(query->core, query->table, name, &table);
    json_t *condition = NULL;

    if (field && op && may_query(query, table, last ? last + 1 : name)) {
        const char *value = part + len + strlen(op);

        condition = json_pack("{s:s, s:s, s:s}", "field", name, "operator", op, "value", value);
        if (strstr(op, "IN") == op || strncmp(op, "NOT", 3) == 0)
            json_object_set_new(condition, "set", set_of(value));
    }
    free(name);
    if (!condition)
        query->invalid = true;
    return condition;
}

static void add_order(struct sn_query *query, const char *field, bool descending)
{
    const char *table;

    if (resolve(query->core, query->table, field, &table))
        json_array_append_new(query->orders,
                              json_pack("{s:s, s:b}", "field", field, "descending", descending));
    else
        query->invalid = true;
}

static json_t *last_of(json_t *list)
{
    return json_array_get(list, json_array_size(list) - 1);
}

/* A part that was dropped leaves its alternatives behind, if it has any. */
static void add_part(struct sn_query *query, const char *part)
{
    json_t *group, *condition;
    bool alternative = false;

    if (strncmp(part, "ORDERBYDESC", 11) == 0) {
        add_order(query, part + 11, true);
        return;
    }
    if (strncmp(part, "ORDERBY", 7) == 0) {
        add_order(query, part + 7, false);
        return;
    }
    if (strncmp(part, "NQ", 2) == 0) {
        json_array_append_new(query->groups, json_array());
        part += 2;
    } else if (strncmp(part, "OR", 2) == 0) {
        alternative = true;
        part += 2;
    }
    if (!*part || strcmp(part, "EQ") == 0)
        return;
    group = last_of(query->groups);
    condition = condition_of(query, part);
    if (!alternative || json_array_size(group) == 0)
        json_array_append_new(group, json_array());
    if (condition)
        json_array_append_new(last_of(group), condition);
}

void sn_query_init(struct sn_query *query, const struct sn_core *core, const char *table,
                   const char *text)
{
    char *part;

    *query = (struct sn_query){.core = core, .table = table};
    query->groups = json_pack("[[]]");
    query->orders = json_array();
    while ((part = next_part(&text))) {
        add_part(query, part);
        free(part);
    }
}

void sn_query_done(struct sn_query *query)
{
    json_decref(query->groups);
    json_decref(query->orders);
}

void sn_query_require(struct sn_query *query, const char *field, const char *value)
{
    struct sn_bytes part = {0};
    json_t *condition;
    json_t *group;
    size_t i;

    sn_bytes_printf(&part, "%s=%s", field, value);
    condition = condition_of(query, part.ptr);
    if (condition) {
        json_array_foreach (query->groups, i, group)
            json_array_append_new(group, json_pack("[O]", condition));
        json_decref(condition);
    }
    sn_bytes_done(&part);
}

void sn_query_drop(struct sn_query *query)
{
    json_decref(query->groups);
    query->groups = json_pack("[[]]");
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);

    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* Numbers as numbers, dates and all else as texts. */
static int compare(const char *left, const char *right)
{
    char *left_end, *right_end;
    long l = strtol(left, &left_end, 10), r = strtol(right, &right_end, 10);

    if (*left && *right && !*left_end && !*right_end)
        return (l > r) - (l < r);
    return strcmp(left, right);
}

static bool holds(const struct sn_query *query, const json_t *condition, const json_t *row)
{
    const char *text = sn_query_walk(query->core, row, sn_text(condition, "field"), NULL);
    const char *op = sn_text(condition, "operator"), *value = sn_text(condition, "value");
    const json_t *set = json_object_get(condition, "set");

    if (strcmp(op, "=") == 0)
        return strcmp(text, value) == 0;
    if (strcmp(op, "!=") == 0)
        return strcmp(text, value) != 0;
    if (strcmp(op, "IN") == 0)
        return json_object_get(set, text) != NULL;
    if (strcmp(op, "NOT IN") == 0 || strcmp(op, "NOTIN") == 0)
        return json_object_get(set, text) == NULL;
    if (strcmp(op, "LIKE") == 0)
        return strstr(text, value) != NULL;
    if (strcmp(op, "NOT LIKE") == 0 || strcmp(op, "NOTLIKE") == 0)
        return strstr(text, value) == NULL;
    if (strcmp(op, "STARTSWITH") == 0)
        return strncmp(text, value, strlen(value)) == 0;
    if (strcmp(op, "ENDSWITH") == 0)
        return ends_with(text, value);
    if (strcmp(op, "ISEMPTY") == 0)
        return !*text;
    if (strcmp(op, "ISNOTEMPTY") == 0)
        return *text != '\0';
    if (*op == '>')
        return op[1] ? compare(text, value) >= 0 : compare(text, value) > 0;
    return op[1] ? compare(text, value) <= 0 : compare(text, value) < 0;
}

/* An empty list of alternatives is one whose conditions were all dropped. */
static bool any_holds(const struct sn_query *query, const json_t *alternatives, const json_t *row)
{
    size_t i;
    json_t *condition;

    json_array_foreach (alternatives, i, condition) {
        if (holds(query, condition, row))
            return true;
    }
    return json_array_size(alternatives) == 0;
}

static bool group_holds(const struct sn_query *query, const json_t *group, const json_t *row)
{
    size_t i;
    json_t *alternatives;

    json_array_foreach (group, i, alternatives) {
        if (!any_holds(query, alternatives, row))
            return false;
    }
    return true;
}

bool sn_query_matches(const struct sn_query *query, const json_t *row)
{
    size_t i;
    json_t *group;

    if (query->invalid &&
        sn_instance_flag(&query->core->instance, "glide.invalid_query.returns_no_rows"))
        return false;
    json_array_foreach (query->groups, i, group) {
        if (group_holds(query, group, row))
            return true;
    }
    return false;
}

struct sorted {
    const struct sn_query *query;
    json_t *row;
    size_t place; /* what is equal keeps its order */
};

static int compare_rows(const void *a, const void *b)
{
    const struct sorted *left = a, *right = b;
    size_t i;
    json_t *order;

    json_array_foreach (left->query->orders, i, order) {
        const char *field = sn_text(order, "field");
        int sign = compare(sn_query_walk(left->query->core, left->row, field, NULL),
                           sn_query_walk(left->query->core, right->row, field, NULL));

        if (sign != 0)
            return json_is_true(json_object_get(order, "descending")) ? -sign : sign;
    }
    return (left->place > right->place) - (left->place < right->place);
}

static json_t *sort(const struct sn_query *query, json_t *rows)
{
    size_t count = json_array_size(rows), i;
    struct sorted *sorted = sn_alloc(count * sizeof(*sorted));
    json_t *result = json_array(), *row;

    json_array_foreach (rows, i, row)
        sorted[i] = (struct sorted){query, row, i};
    qsort(sorted, count, sizeof(*sorted), compare_rows);
    for (i = 0; i < count; i++)
        json_array_append(result, sorted[i].row);
    free(sorted);
    json_decref(rows);
    return result;
}

/* Without an order there is none: each query may see its rows begin elsewhere, which is what makes
 * pages overlap (servicenow.md 8, duplicate rows while paging). */
static json_t *shuffle(json_t *rows, unsigned number)
{
    size_t count = json_array_size(rows);
    json_t *result = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append(result, json_array_get(rows, (i + number) % count));
    json_decref(rows);
    return result;
}

json_t *sn_query_run(const struct sn_query *query)
{
    const struct sn_instance *instance = &query->core->instance;
    json_t *found = json_array();
    const char *name, *id;
    json_t *rows, *row;

    json_object_foreach (query->core->store.tables, name, rows) {
        if (!sn_instance_is_a(instance, name, query->table))
            continue;
        json_object_foreach (rows, id, row) {
            if (sn_query_matches(query, row))
                json_array_append(found, row);
        }
    }
    if (json_array_size(query->orders) > 0)
        return sort(query, found);
    if (sn_instance_flag(instance, "fake.unordered"))
        return shuffle(found, query->core->faults.requests);
    return found;
}
