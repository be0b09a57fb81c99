/* SPDX-License-Identifier: MIT */
#include "servicenow_token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "servicenow_exchange.h"

#define CREDENTIALS "oauth_credential"

/* A row is {sys_id, type ("access", "refresh"), token, user, client, expires (ms since 1970)}. */
static json_t *rows_of(const struct sn_core *core)
{
    return sn_store_rows(&core->store, CREDENTIALS);
}

static const json_t *oauth_of(const struct sn_core *core)
{
    return json_object_get(core->instance.config, "oauth");
}

static json_int_t left_ms(const json_t *row)
{
    return json_integer_value(json_object_get(row, "expires")) - sn_now_ms();
}

static bool is(const json_t *row, const char *key, const char *value)
{
    return strcmp(sn_text(row, key), value) == 0;
}

static json_t *find_token(const struct sn_core *core, const char *type, const char *token)
{
    const char *id;
    json_t *row;

    json_object_foreach (rows_of(core), id, row) {
        if (is(row, "type", type) && is(row, "token", token) && left_ms(row) > 0)
            return row;
    }
    return NULL;
}

/* One that is alive, of this user at this client. */
static json_t *find_living(const struct sn_core *core, const char *type, const char *user,
                           const char *client)
{
    const char *id;
    json_t *row;

    json_object_foreach (rows_of(core), id, row) {
        if (is(row, "type", type) && is(row, "user", user) && is(row, "client", client) &&
            left_ms(row) > 0)
            return row;
    }
    return NULL;
}

const char *sn_token_user(const struct sn_core *core, const char *token, const json_t **ret_client)
{
    const json_t *row = find_token(core, "access", token);

    if (!row)
        return NULL;
    *ret_client =
        json_object_get(json_object_get(oauth_of(core), "clients"), sn_text(row, "client"));
    return sn_text(row, "user");
}

static void keep_expired(json_t *changes, json_t *row)
{
    json_t *copy = json_copy(row);

    json_object_set_new(copy, "expires", json_integer(0));
    json_array_append_new(changes, json_pack("{s:s, s:o}", "table", CREDENTIALS, "row", copy));
}

void sn_tokens_expire(struct sn_core *core)
{
    json_t *changes = json_array();
    const char *id;
    json_t *row;

    json_object_foreach (rows_of(core), id, row) {
        if (is(row, "type", "access") && left_ms(row) > 0)
            keep_expired(changes, row);
    }
    sn_store_commit(&core->store, changes);
}

static json_t *make_token(struct sn_exchange *exchange, const char *type, const char *user,
                          const char *client, const char *life)
{
    json_int_t seconds = json_integer_value(json_object_get(oauth_of(exchange->core), life));
    char id[SN_ID], token[2 * SN_ID];
    json_t *row;

    sn_id(token);
    sn_id(token + SN_ID - 1);
    sn_id(id);
    row = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I}", "sys_id", id, "type", type, "token", token,
                    "user", user, "client", client, "expires", sn_now_ms() + seconds * 1000);
    sn_keep(exchange, CREDENTIALS, row);
    return row;
}

/* No reason is given (servicenow.md 5). */
static void refuse(struct sn_exchange *exchange)
{
    sn_reply_clear(exchange);
    sn_reply_json(
        exchange, 401,
        json_pack("{s:s, s:s}", "error_description", "access_denied", "error", "server_error"));
}

/* Inside its life the same token comes again, with less of it left; a refresh gives a new one. */
static void grant(struct sn_exchange *exchange, const char *user, const char *client, bool renew,
                  bool refreshable)
{
    json_t *old = find_living(exchange->core, "access", user, client);
    json_t *refresh = find_living(exchange->core, "refresh", user, client);
    json_t *access = old && !renew ? json_incref(old)
                                   : make_token(exchange, "access", user, client, "access_seconds");
    json_t *reply =
        json_pack("{s:s, s:s, s:I, s:s}", "scope", "useraccount", "token_type", "Bearer",
                  "expires_in", left_ms(access) / 1000, "access_token", sn_text(access, "token"));

    if (old && renew)
        keep_expired(exchange->changes, old);
    if (refreshable) {
        refresh = refresh ? json_incref(refresh)
                          : make_token(exchange, "refresh", user, client, "refresh_seconds");
        sn_set(reply, "refresh_token", sn_text(refresh, "token"));
        json_decref(refresh);
    }
    json_decref(access);
    sn_reply_json(exchange, 200, reply);
}

static void grant_password(struct sn_exchange *exchange, const json_t *form, const char *client)
{
    const json_t *users = json_object_get(exchange->core->instance.config, "users");
    const char *user = sn_text(form, "username");
    const json_t *account = json_object_get(users, user);

    if (account && is(account, "password", sn_text(form, "password")))
        grant(exchange, user, client, false, true);
    else
        refuse(exchange);
}

static void grant_refresh(struct sn_exchange *exchange, const json_t *form, const char *client)
{
    const json_t *row = find_token(exchange->core, "refresh", sn_text(form, "refresh_token"));

    if (row && is(row, "client", client))
        grant(exchange, sn_text(row, "user"), client, true, true);
    else
        refuse(exchange);
}

/* That this grant gives no refresh token is from memory. */
static void grant_client(struct sn_exchange *exchange, const json_t *setup, const char *client)
{
    if (sn_instance_flag(&exchange->core->instance,
                         "glide.oauth.inbound.client.credential.grant_type.enabled") &&
        *sn_text(setup, "user"))
        grant(exchange, sn_text(setup, "user"), client, false, false);
    else
        refuse(exchange);
}

static json_t *read_form(const struct sn_exchange *exchange)
{
    struct sn_bytes target = {0};
    struct sn_exchange *form;
    json_t *parameters;

    if (strncasecmp(sn_header(exchange, "content-type"), "application/x-www-form-urlencoded", 33) !=
        0)
        return json_object();
    sn_bytes_printf(&target, "?%s", exchange->body.ptr ? exchange->body.ptr : "");
    form = sn_exchange_new(exchange->core, target.ptr);
    parameters = json_incref(form->parameters);
    sn_exchange_free(form);
    sn_bytes_done(&target);
    return parameters;
}

void sn_token_issue(struct sn_exchange *exchange)
{
    json_t *form = read_form(exchange);
    const char *client = sn_text(form, "client_id");
    const char *type = sn_text(form, "grant_type");
    const json_t *setup =
        json_object_get(json_object_get(oauth_of(exchange->core), "clients"), client);

    if (!setup || !is(setup, "secret", sn_text(form, "client_secret")))
        refuse(exchange);
    else if (strcmp(type, "client_credentials") == 0)
        grant_client(exchange, setup, client);
    else if (strcmp(type, "password") == 0)
        grant_password(exchange, form, client);
    else if (strcmp(type, "refresh_token") == 0)
        grant_refresh(exchange, form, client);
    else
        refuse(exchange);
    json_decref(form);
}
