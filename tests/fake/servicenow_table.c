/* SPDX-License-Identifier: MIT */
/* The Table API (servicenow.md 1). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "servicenow_exchange.h"
#include "servicenow_list.h"
#include "servicenow_query.h"
#include "servicenow_record.h"
#include "servicenow_route.h"
#include "servicenow_view.h"

/* The table of the path; NULL where it was refused. */
static const char *table_of(struct sn_exchange *exchange)
{
    const char *table = sn_segment(exchange, 0);
    char message[160];

    if (sn_instance_table(&exchange->core->instance, table))
        return table;
    snprintf(message, sizeof(message), "Invalid table %.100s", table);
    sn_refuse(exchange, 400, message, NULL);
    return NULL;
}

static void refuse_missing(struct sn_exchange *exchange)
{
    sn_refuse(exchange, 404, "No Record found",
              "Record doesn't exist or ACL restricts the record retrieval");
}

static bool denied(struct sn_exchange *exchange, const char *table, const char *what)
{
    if (!sn_instance_denies(&exchange->core->instance, table, NULL, what))
        return false;
    sn_refuse(
        exchange, 403, "Operation Failed",
        strcmp(what, "create") == 0   ? "ACL Exception Insert Failed due to security constraints"
        : strcmp(what, "delete") == 0 ? "ACL Exception Delete Failed due to security constraints"
                                      : "ACL Exception Update Failed due to security constraints");
    return true;
}

/* The row of the path; NULL where it was refused. */
static json_t *row_of(struct sn_exchange *exchange)
{
    const char *table = table_of(exchange);
    json_t *row;

    if (!table)
        return NULL;
    row = sn_query_find(exchange->core, table, sn_segment(exchange, 1));
    if (!row || !sn_view_admits(exchange, row) ||
        sn_instance_denies(&exchange->core->instance, table, NULL, "read")) {
        refuse_missing(exchange);
        return NULL;
    }
    return row;
}

/* X-no-response-body (servicenow.md 1.1). */
static void reply_row(struct sn_exchange *exchange, int status, const json_t *row)
{
    if (strcmp(sn_header(exchange, "x-no-response-body"), "true") == 0)
        sn_reply_text(exchange, status, "application/json;charset=UTF-8", "");
    else
        sn_reply_result(exchange, status, sn_view_row(exchange, row));
}

void sn_table_list(struct sn_exchange *exchange)
{
    const char *table = table_of(exchange);
    json_t *rows = table ? sn_list_page(exchange, table, 10000) : NULL;
    json_t *result, *row;
    size_t i;

    if (!rows)
        return;
    /* servicenow.md 1.1: version 1 has 404 where later ones have an empty list. */
    if (json_array_size(rows) == 0 && exchange->version == 1) {
        sn_refuse(exchange, 404, "No Record found", NULL);
    } else {
        result = json_array();
        json_array_foreach (rows, i, row)
            json_array_append_new(result, sn_view_row(exchange, row));
        sn_reply_result(exchange, 200, result);
    }
    json_decref(rows);
}

void sn_table_read(struct sn_exchange *exchange)
{
    json_t *row = row_of(exchange);

    if (row)
        reply_row(exchange, 200, row);
}

void sn_table_create(struct sn_exchange *exchange)
{
    const char *table = table_of(exchange);
    json_t *body, *row;
    char version[16] = "";
    char *base;

    if (!table || denied(exchange, table, "create") || !(body = sn_body_object(exchange)))
        return;
    row = sn_record_insert(exchange, table, body, NULL);
    json_decref(body);
    if (!row)
        return;
    if (exchange->version > 0)
        snprintf(version, sizeof(version), "/v%d", exchange->version);
    base = sn_base(exchange);
    sn_reply_header(exchange, "Location", "%s/api/now%s/table/%s/%s", base, version, table,
                    sn_text(row, "sys_id"));
    free(base);
    reply_row(exchange, 201, row);
}

void sn_table_update(struct sn_exchange *exchange)
{
    json_t *old = row_of(exchange), *body, *row;

    if (!old || denied(exchange, sn_text(old, "sys_class_name"), "write") ||
        !(body = sn_body_object(exchange)))
        return;
    row = sn_record_update(exchange, old, body, NULL, NULL);
    json_decref(body);
    if (row)
        reply_row(exchange, 200, row);
}

void sn_table_delete(struct sn_exchange *exchange)
{
    json_t *row = row_of(exchange), *attachment;
    const char *id;

    if (!row || denied(exchange, sn_text(row, "sys_class_name"), "delete"))
        return;
    sn_keep_delete(exchange, sn_text(row, "sys_class_name"), sn_text(row, "sys_id"));
    json_object_foreach (sn_store_rows(&exchange->core->store, "sys_attachment"), id, attachment) {
        if (strcmp(sn_text(attachment, "table_sys_id"), sn_text(row, "sys_id")) == 0)
            sn_keep_delete(exchange, "sys_attachment", id);
    }
    exchange->status = 204;
}
