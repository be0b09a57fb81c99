/* SPDX-License-Identifier: MIT */
#include "servicenow_exchange.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void split_pair(json_t *parameters, const char *pair, size_t len)
{
    const char *equals = memchr(pair, '=', len);
    size_t name_len = equals ? (size_t)(equals - pair) : len;
    char *name = sn_decode(pair, name_len, true);
    char *value = equals ? sn_decode(equals + 1, len - name_len - 1, true) : sn_copy("", 0);

    /* What is not UTF-8 cannot be kept and counts as empty. */
    if (*name && json_object_set_new(parameters, name, json_string(value)) != 0)
        sn_set(parameters, name, "");
    free(name);
    free(value);
}

static json_t *split_query(const char *query)
{
    json_t *parameters = json_object();

    while (*query) {
        size_t len = strcspn(query, "&");

        if (len > 0)
            split_pair(parameters, query, len);
        query += len;
        query += *query == '&';
    }
    return parameters;
}

struct sn_exchange *sn_exchange_new(struct sn_core *core, const char *target)
{
    struct sn_exchange *exchange = sn_alloc(sizeof(*exchange));
    size_t len = strcspn(target, "?");

    exchange->core = core;
    exchange->target = sn_copy(target, strlen(target));
    exchange->path = sn_decode(target, len, false);
    exchange->parameters = split_query(target[len] == '?' ? target + len + 1 : "");
    exchange->headers = json_object();
    exchange->segments = json_array();
    exchange->reply_headers = json_array();
    exchange->changes = json_array();
    exchange->fault_name = "-";
    return exchange;
}

void sn_exchange_free(struct sn_exchange *exchange)
{
    if (!exchange)
        return;
    free(exchange->target);
    free(exchange->path);
    sn_fault_free(exchange->fault);
    json_decref(exchange->parameters);
    json_decref(exchange->headers);
    json_decref(exchange->segments);
    json_decref(exchange->reply_headers);
    json_decref(exchange->changes);
    sn_bytes_done(&exchange->body);
    sn_bytes_done(&exchange->reply);
    free(exchange);
}

const char *sn_parameter(const struct sn_exchange *exchange, const char *name)
{
    return sn_text(exchange->parameters, name);
}

const char *sn_header(const struct sn_exchange *exchange, const char *name)
{
    return sn_text(exchange->headers, name);
}

const char *sn_segment(const struct sn_exchange *exchange, size_t number)
{
    const char *text = json_string_value(json_array_get(exchange->segments, number));

    return text ? text : "";
}

bool sn_is_true(const struct sn_exchange *exchange, const char *parameter)
{
    return strcmp(sn_parameter(exchange, parameter), "true") == 0;
}

char *sn_base(const struct sn_exchange *exchange)
{
    struct sn_bytes text = {0};

    sn_bytes_printf(&text, "%s://%s", exchange->core->tls ? "https" : "http",
                    sn_header(exchange, "host"));
    return text.ptr;
}

void sn_reply_header(struct sn_exchange *exchange, const char *name, const char *format, ...)
{
    char value[16384];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(value, sizeof(value), format, arguments);
    va_end(arguments);
    json_array_append_new(exchange->reply_headers, json_pack("[s, s]", name, value));
}

void sn_reply_clear(struct sn_exchange *exchange)
{
    exchange->status = 0;
    json_array_clear(exchange->reply_headers);
    sn_bytes_done(&exchange->reply);
    json_array_clear(exchange->changes);
}

void sn_reply_text(struct sn_exchange *exchange, int status, const char *type, const char *text)
{
    exchange->status = status;
    sn_bytes_done(&exchange->reply);
    sn_bytes_add(&exchange->reply, text, strlen(text));
    sn_reply_header(exchange, "Content-Type", "%s", type);
}

void sn_reply_json(struct sn_exchange *exchange, int status, json_t *document)
{
    char *text = json_dumps(document, JSON_COMPACT);

    sn_reply_text(exchange, status, "application/json;charset=UTF-8", text);
    free(text);
    json_decref(document);
}

void sn_reply_result(struct sn_exchange *exchange, int status, json_t *result)
{
    json_t *document = json_pack("{s:o}", "result", result);

    /* servicenow.md 1.1: a member beside "result" where the client asks for it. */
    if (*sn_header(exchange, "x-wantsessiondebugmessages"))
        json_object_set_new(document, "session",
                            json_pack("{s:[], s:[]}", "notifications", "debug_logs"));
    sn_reply_json(exchange, status, document);
}

void sn_refuse(struct sn_exchange *exchange, int status, const char *message, const char *detail)
{
    sn_reply_clear(exchange);
    sn_reply_json(exchange, status,
                  json_pack("{s:{s:s, s:s?}, s:s}", "error", "message", message, "detail", detail,
                            "status", "failure"));
    sn_reply_header(exchange, "X-Cnection", "close");
}

void sn_keep(struct sn_exchange *exchange, const char *table, json_t *row)
{
    json_array_append_new(exchange->changes, json_pack("{s:s, s:O}", "table", table, "row", row));
}

void sn_keep_delete(struct sn_exchange *exchange, const char *table, const char *id)
{
    json_array_append_new(exchange->changes, json_pack("{s:s, s:s}", "table", table, "delete", id));
}

/* Media types of a header without their parameters: "application/json;q=0.9, x/y" has both. */
static bool names_type(const char *header, const char *type)
{
    size_t len = strlen(type);

    while (*header) {
        header += strspn(header, " ,\t");
        if (strncasecmp(header, type, len) == 0 && strchr(";, \t", header[len]))
            return true;
        header += strcspn(header, ",");
    }
    return false;
}

/* servicenow.md 1.1: both headers are required, a missing or wrong one is 400. The words are ours.
 */
static bool speaks_json(struct sn_exchange *exchange)
{
    if (names_type(sn_header(exchange, "content-type"), "application/json"))
        return true;
    sn_refuse(exchange, 400, "Requested media type is not supported", "Content-Type");
    return false;
}

static bool body_fits(struct sn_exchange *exchange)
{
    char detail[160];

    if (!exchange->too_large)
        return true;
    snprintf(detail, sizeof(detail),
             "Rejected large REST payload with content-length = %s bytes. Max allowed: "
             "%" JSON_INTEGER_FORMAT " bytes.",
             sn_header(exchange, "content-length"),
             sn_instance_number(&exchange->core->instance, "glide.rest.max_content_length"));
    sn_refuse(exchange, 400, "Exception while reading request", detail);
    return false;
}

json_t *sn_body_object(struct sn_exchange *exchange)
{
    json_t *document, *object;

    if (!body_fits(exchange) || !speaks_json(exchange))
        return NULL;
    if (exchange->body.len == 0)
        return json_object();
    document = json_loadb(exchange->body.ptr, exchange->body.len, 0, NULL);
    object = json_is_array(document) ? json_array_get(document, 0) : document;
    if (!json_is_object(object)) {
        json_decref(document);
        /* The message is recorded, the detail is from memory. */
        sn_refuse(exchange, 400, "Exception while reading request",
                  "The payload is not valid JSON.");
        return NULL;
    }
    json_incref(object);
    json_decref(document);
    return object;
}
