/* SPDX-License-Identifier: MIT */
#include "servicenow_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "servicenow_exchange.h"
#include "servicenow_query.h"
#include "servicenow_view.h"

static json_int_t number_of(const struct sn_exchange *exchange, const char *name,
                            json_int_t fallback)
{
    const char *text = sn_parameter(exchange, name);
    char *end;
    long value = strtol(text, &end, 10);

    return *text && !*end && value >= 0 ? value : fallback;
}

/* Without sysparm_query, name=value pairs of the address are conditions (servicenow.md 1.2). */
static void add_pairs(struct sn_query *query, const struct sn_exchange *exchange)
{
    const char *name;
    json_t *value;

    json_object_foreach (exchange->parameters, name, value) {
        if (strncmp(name, "sysparm_", 8) != 0)
            sn_query_require(query, name, json_string_value(value));
    }
}

/* The target with another offset. */
static void add_link(struct sn_bytes *links, const struct sn_exchange *exchange, json_int_t offset,
                     json_int_t limit, const char *relation)
{
    char *base = sn_base(exchange);
    const char *at = strchr(exchange->target, '?');
    const char *mark = "?";

    sn_bytes_printf(links, "%s<%s%.*s", links->len > 0 ? "," : "", base,
                    (int)strcspn(exchange->target, "?"), exchange->target);
    for (at = at ? at + 1 : ""; *at; at += strcspn(at, "&"), at += *at == '&') {
        size_t len = strcspn(at, "&");

        if (strncmp(at, "sysparm_offset=", 15) == 0 || strncmp(at, "sysparm_limit=", 14) == 0)
            continue;
        sn_bytes_printf(links, "%s%.*s", mark, (int)len, at);
        mark = "&";
    }
    sn_bytes_printf(links,
                    "%ssysparm_limit=%" JSON_INTEGER_FORMAT "&sysparm_offset=%" JSON_INTEGER_FORMAT
                    ">;rel=\"%s\"",
                    mark, limit, offset, relation);
    free(base);
}

static void add_links(struct sn_exchange *exchange, json_int_t total, json_int_t offset,
                      json_int_t limit)
{
    struct sn_bytes links = {0};

    if (limit < 1 || total <= limit)
        return;
    add_link(&links, exchange, 0, limit, "first");
    if (offset > 0)
        add_link(&links, exchange, offset > limit ? offset - limit : 0, limit, "prev");
    if (offset + limit < total)
        add_link(&links, exchange, offset + limit, limit, "next");
    add_link(&links, exchange, (total - 1) / limit * limit, limit, "last");
    sn_reply_header(exchange, "Link", "%s", links.ptr);
    sn_bytes_done(&links);
}

static json_t *take_page(const struct sn_exchange *exchange, json_t *found, json_int_t offset,
                         json_int_t limit)
{
    json_t *page = json_array();

    for (size_t i = (size_t)offset; i < json_array_size(found) && (json_int_t)i < offset + limit;
         i++) {
        json_t *row = json_array_get(found, i);

        if (sn_view_admits(exchange, row))
            json_array_append(page, row);
    }
    return page;
}

json_t *sn_list_page(struct sn_exchange *exchange, const char *table, json_int_t limit)
{
    const struct sn_instance *instance = &exchange->core->instance;
    const char *text = sn_parameter(exchange, "sysparm_query");
    json_int_t offset = number_of(exchange, "sysparm_offset", 0), total;
    struct sn_query query;
    json_t *found, *page = NULL;

    limit = number_of(exchange, "sysparm_limit", limit);
    sn_query_init(&query, exchange->core, table, text);
    if (!*text)
        add_pairs(&query, exchange);
    if (sn_has_fault(exchange, "all-rows"))
        sn_query_drop(&query);
    if (query.unreadable &&
        strcmp(sn_instance_text(instance, "fake.unreadable_query"), "403") == 0) {
        sn_refuse(exchange, 403, "Insufficient rights to query records",
                  "Field(s) present in the query do not have permission to be read");
    } else {
        found = sn_query_run(&query);
        total = (json_int_t)json_array_size(found);
        if (!sn_is_true(exchange, "sysparm_no_count"))
            sn_reply_header(exchange, "X-Total-Count", "%" JSON_INTEGER_FORMAT, total);
        if (!sn_is_true(exchange, "sysparm_suppress_pagination_header"))
            add_links(exchange, total, offset, limit);
        page = take_page(exchange, found, offset, limit);
        json_decref(found);
    }
    sn_query_done(&query);
    return page;
}
