/* SPDX-License-Identifier: MIT */
/* The Service Catalog: orders and record producers (servicenow.md 2.1). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "servicenow_exchange.h"
#include "servicenow_record.h"
#include "servicenow_route.h"

/* What an item is due after; recorded as nine days. */
#define DELIVERY_SECONDS (9 * 24 * 3600)

static json_t *setup_of(struct sn_exchange *exchange, const char *kind)
{
    json_t *all = json_object_get(exchange->core->instance.config, kind);

    return json_object_get(all, sn_segment(exchange, 0));
}

static bool has_mandatory(struct sn_exchange *exchange, const json_t *setup,
                          const json_t *variables)
{
    const char *name;
    json_t *variable;

    json_object_foreach (json_object_get(setup, "variables"), name, variable) {
        if (json_is_true(json_object_get(variable, "mandatory")) && !*sn_text(variables, name)) {
            sn_refuse(exchange, 400, "Mandatory Variables are required", "");
            return false;
        }
    }
    return true;
}

static json_t *keep_task(struct sn_exchange *exchange, const char *table, json_t *values)
{
    json_t *row = sn_record_insert(exchange, table, values, NULL);

    json_decref(values);
    return row;
}

/* A variable of an order is three rows away from it. */
static void keep_variable(struct sn_exchange *exchange, const char *item, const char *variable,
                          const char *value)
{
    json_t *option =
        sn_record_keep(exchange, "sc_item_option",
                       json_pack("{s:s, s:s}", "item_option_new", variable, "value", value));

    sn_record_keep(
        exchange, "sc_item_option_mtom",
        json_pack("{s:s, s:s}", "request_item", item, "sc_item_option", sn_text(option, "sys_id")));
}

static void keep_variables(struct sn_exchange *exchange, const json_t *setup, const char *item,
                           const json_t *variables)
{
    const char *name;
    json_t *value;

    json_object_foreach ((json_t *)variables, name, value) {
        const json_t *known = json_object_get(json_object_get(setup, "variables"), name);
        char *text = sn_value_text(value);

        if (known && !sn_has_fault_on(exchange, "drop-field", name) &&
            !(strcmp(name, "correlation_id") == 0 && sn_has_fault(exchange, "no-key")))
            keep_variable(exchange, item, sn_text(known, "sys_id"), text);
        free(text);
    }
}

static bool keep_order(struct sn_exchange *exchange, const json_t *setup, const json_t *body)
{
    const char *user = sn_text(body, "sysparm_requested_for");
    const json_t *request, *item;
    char due[SN_STAMP];

    if (!*user && exchange->account)
        user = sn_text(exchange->account, "sys_id");
    sn_stamp(time(NULL) + DELIVERY_SECONDS, due);
    request = keep_task(exchange, "sc_request", json_pack("{s:s}", "requested_for", user));
    item = request ? keep_task(exchange, "sc_req_item",
                               json_pack("{s:s, s:s, s:s, s:s, s:s}", "request",
                                         sn_text(request, "sys_id"), "cat_item",
                                         sn_segment(exchange, 0), "requested_for", user, "due_date",
                                         due, "short_description", sn_text(setup, "name")))
                   : NULL;
    if (!item)
        return false;
    keep_variables(exchange, setup, sn_text(item, "sys_id"), json_object_get(body, "variables"));
    sn_reply_result(exchange, 200,
                    json_pack("{s:s, s:s, s:s, s:s, s:s}", "sys_id", sn_text(request, "sys_id"),
                              "number", sn_text(request, "number"), "request_number",
                              sn_text(request, "number"), "request_id", sn_text(request, "sys_id"),
                              "table", "sc_request"));
    return true;
}

void sn_catalog_order(struct sn_exchange *exchange)
{
    json_t *setup = setup_of(exchange, "catalog_items"), *body = sn_body_object(exchange);
    char *quantity = body ? sn_value_text(json_object_get(body, "sysparm_quantity")
                                              ? json_object_get(body, "sysparm_quantity")
                                              : json_null())
                          : NULL;

    if (!body)
        return;
    /* An item that is not there and one that may not be ordered look alike. */
    if (strtol(quantity, NULL, 10) < 1 || quantity[strspn(quantity, "0123456789")] != '\0')
        sn_refuse(exchange, 400, "Invalid Quantity value", "");
    else if (!setup || json_is_true(json_object_get(setup, "denied")))
        sn_refuse(exchange, 400, "Security constraints prevent ordering of Item", "");
    else if (has_mandatory(exchange, setup, json_object_get(body, "variables")))
        keep_order(exchange, setup, body);
    free(quantity);
    json_decref(body);
}

static json_t *values_of(const json_t *setup, const json_t *variables)
{
    json_t *values = json_object(), *variable;
    const char *name;

    json_object_foreach (json_object_get(setup, "variables"), name, variable) {
        json_t *value = json_object_get(variables, name);

        if (value)
            json_object_set(values, sn_text(variable, "field"), value);
    }
    return values;
}

static void reply_producer(struct sn_exchange *exchange, const char *table, const json_t *row)
{
    const char *id = sn_text(row, "sys_id");
    json_t *result =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:n, s:s, s:s}", "sys_id", id, "number",
                  sn_text(row, "number"), "table", table, "record", id, "redirect_portal_url", "",
                  "parent_id", "parent_table", "task", "redirect_to", "none");

    json_object_set_new(result, "redirect_url", json_sprintf("%s.do?sys_id=%s", table, id));
    sn_reply_result(exchange, 200, result);
}

void sn_catalog_submit(struct sn_exchange *exchange)
{
    json_t *setup = setup_of(exchange, "record_producers"), *body = sn_body_object(exchange);
    const char *table = sn_text(setup, "table");
    const json_t *row = NULL;

    if (!body)
        return;
    if (!setup)
        sn_refuse(exchange, 400, "Security constraints prevent ordering of Item", "");
    else if (has_mandatory(exchange, setup, json_object_get(body, "variables")))
        row = keep_task(exchange, table, values_of(setup, json_object_get(body, "variables")));
    json_decref(body);
    if (row)
        reply_producer(exchange, table, row);
}
