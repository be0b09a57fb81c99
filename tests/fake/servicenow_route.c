/* SPDX-License-Identifier: MIT */
#include "servicenow_route.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "servicenow_auth.h"
#include "servicenow_exchange.h"
#include "servicenow_token.h"

static const struct sn_route routes[] = {
    {"POST", "/oauth_token.do", SN_TOKEN, true, sn_token_issue},
    {"GET", "/api/now/table/*", SN_LOOKUP, false, sn_table_list},
    {"POST", "/api/now/table/*", SN_CREATE, false, sn_table_create},
    {"GET", "/api/now/table/*/*", SN_READ, false, sn_table_read},
    {"PATCH", "/api/now/table/*/*", SN_PATCH, false, sn_table_update},
    {"PUT", "/api/now/table/*/*", SN_PATCH, false, sn_table_update},
    {"DELETE", "/api/now/table/*/*", SN_DELETE, false, sn_table_delete},
    {"GET", "/api/now/attachment", SN_LIST, false, sn_attachment_list},
    {"POST", "/api/now/attachment/file", SN_ATTACH, false, sn_attachment_create},
    {"GET", "/api/now/attachment/*", SN_READ, false, sn_attachment_read},
    {"GET", "/api/now/attachment/*/file", SN_DOWNLOAD, false, sn_attachment_download},
    {"DELETE", "/api/now/attachment/*", SN_DELETE, false, sn_attachment_delete},
    {"GET", "/api/sn_chg_rest/change", SN_LOOKUP, false, sn_change_list},
    {"POST", "/api/sn_chg_rest/change", SN_CREATE, false, sn_change_create},
    {"POST", "/api/sn_chg_rest/change/normal", SN_CREATE, false, sn_change_create_normal},
    {"POST", "/api/sn_chg_rest/change/emergency", SN_CREATE, false, sn_change_create_emergency},
    {"POST", "/api/sn_chg_rest/change/standard/*", SN_CREATE, false, sn_change_create_standard},
    {"GET", "/api/sn_chg_rest/change/*", SN_READ, false, sn_change_read},
    {"PATCH", "/api/sn_chg_rest/change/*", SN_PATCH, false, sn_change_update},
    {"POST", "/api/sn_sc/servicecatalog/items/*/order_now", SN_CREATE, false, sn_catalog_order},
    {"POST", "/api/sn_sc/servicecatalog/items/*/submit_producer", SN_CREATE, false,
     sn_catalog_submit},
    {"POST", "/api/now/import/*", SN_CREATE, false, sn_import_create},
};

#define ROUTES (sizeof(routes) / sizeof(*routes))

/* A segment of `path` from `*at`; false at the end. */
static bool next_segment(const char *path, size_t *at, size_t *ret_len)
{
    while (path[*at] == '/')
        (*at)++;
    *ret_len = strcspn(path + *at, "/");
    return *ret_len > 0;
}

static bool fits(const char *pattern, const char *path, json_t *segments)
{
    size_t pattern_at = 0, path_at = 0, pattern_len, path_len;

    json_array_clear(segments);
    for (;;) {
        bool more = next_segment(pattern, &pattern_at, &pattern_len);

        if (more != next_segment(path, &path_at, &path_len))
            return false;
        if (!more)
            return true;
        if (pattern[pattern_at] == '*')
            json_array_append_new(segments, json_stringn(path + path_at, path_len));
        else if (pattern_len != path_len ||
                 strncmp(pattern + pattern_at, path + path_at, path_len) != 0)
            return false;
        pattern_at += pattern_len;
        path_at += path_len;
    }
}

/* "/api/now/v2/table/x" is "/api/now/table/x" of version 2. The caller frees it. */
static char *without_version(const char *path, int *ret_version)
{
    const char *at = strncmp(path, "/api/", 5) == 0 ? strchr(path + 5, '/') : NULL;
    char *plain = sn_copy(path, strlen(path));

    *ret_version = 0;
    if (at && at[1] == 'v' && isdigit((unsigned char)at[2]) && at[3] == '/') {
        *ret_version = at[2] - '0';
        memmove(plain + (at - path), at + 3, strlen(at + 3) + 1);
    }
    return plain;
}

void sn_route_find(struct sn_exchange *exchange)
{
    const char *method = strcmp(exchange->method, "HEAD") == 0 ? "GET" : exchange->method;
    char *plain = without_version(exchange->path, &exchange->version);

    for (size_t i = 0; i < ROUTES && !exchange->route; i++) {
        if (strcmp(routes[i].method, method) == 0 &&
            fits(routes[i].pattern, plain, exchange->segments))
            exchange->route = &routes[i];
    }
    free(plain);
}

enum sn_kind sn_route_kind(const struct sn_exchange *exchange)
{
    return exchange->route ? exchange->route->kind : SN_OTHER;
}

static bool is_known(const struct sn_exchange *exchange)
{
    json_t *segments = json_array();
    int version;
    char *plain = without_version(exchange->path, &version);
    bool known = false;

    for (size_t i = 0; i < ROUTES && !known; i++)
        known = fits(routes[i].pattern, plain, segments);
    free(plain);
    json_decref(segments);
    return known;
}

/* Recorded with "Accept: text/html" nowhere; the words are ours (servicenow.md 1.1, 10). */
static bool accepts_json(struct sn_exchange *exchange)
{
    const char *accept = sn_header(exchange, "accept");

    if (strstr(accept, "application/json") || strstr(accept, "*/*"))
        return true;
    sn_refuse(exchange, 400, "Requested media type is not supported", "Accept");
    return false;
}

/* Other clients met 414 beyond it (servicenow.md 1.1). */
static bool is_short(struct sn_exchange *exchange)
{
    if ((json_int_t)strlen(exchange->target) <=
        sn_instance_number(&exchange->core->instance, "fake.max_target"))
        return true;
    sn_reply_text(exchange, 414, "text/html", "<html><body>URI too long</body></html>\n");
    return false;
}

void sn_route_answer(struct sn_exchange *exchange)
{
    const struct sn_route *route = exchange->route;

    if (!is_short(exchange))
        return;
    if (route && route->open) {
        route->answer(exchange);
        return;
    }
    if (!sn_auth_admits(exchange))
        return;
    if (!route && is_known(exchange))
        sn_refuse(exchange, 405, "Method not Supported", NULL);
    else if (!route)
        sn_refuse(exchange, 400, "Requested URI does not represent any resource", NULL);
    else if ((route->kind == SN_DOWNLOAD || accepts_json(exchange)) && sn_rate_admits(exchange))
        route->answer(exchange);
}
