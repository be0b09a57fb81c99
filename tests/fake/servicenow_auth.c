/* SPDX-License-Identifier: MIT */
#include "servicenow_auth.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "servicenow_exchange.h"
#include "servicenow_token.h"

static const json_t *account_of(const struct sn_exchange *exchange, const char *user)
{
    return json_object_get(json_object_get(exchange->core->instance.config, "users"), user);
}

static bool be(struct sn_exchange *exchange, const char *user)
{
    const json_t *users = json_object_get(exchange->core->instance.config, "users");

    exchange->account = account_of(exchange, user);
    if (!exchange->account)
        return false;
    exchange->user = json_object_iter_key(json_object_iter_at((json_t *)users, user));
    return true;
}

static bool has_role(const json_t *account, const char *role)
{
    size_t i;
    json_t *value;

    json_array_foreach (json_object_get(account, "roles"), i, value) {
        if (strcmp(json_string_value(value), role) == 0)
            return true;
    }
    return false;
}

/* The gate of newer instances: without the role, the answer is that to a wrong password, byte for
 * byte (servicenow.md 1.6, 5). */
static bool gate_is_open(const struct sn_exchange *exchange, const json_t *account)
{
    return !sn_instance_flag(&exchange->core->instance,
                             "glide.authenticate.basic_auth.restriction.enforce") ||
           json_is_true(json_object_get(account, "web_service_access_only")) ||
           has_role(account, "snc_basic_auth_api_access");
}

static bool try_basic(struct sn_exchange *exchange, const char *encoded)
{
    size_t len = strlen(encoded);
    char *plain = sn_alloc(len + 4);
    const json_t *account;
    char *colon;
    int size = len % 4 == 0 ? EVP_DecodeBlock((unsigned char *)plain,
                                              (const unsigned char *)encoded, (int)len)
                            : -1;
    bool known = false;

    plain[size > 0 ? size : 0] = '\0';
    colon = strchr(plain, ':');
    if (colon) {
        *colon = '\0';
        account = account_of(exchange, plain);
        known = account && strcmp(sn_text(account, "password"), colon + 1) == 0 &&
                gate_is_open(exchange, account) && be(exchange, plain);
    }
    free(plain);
    return known;
}

/* A "securely scoped" client may not use these addresses (servicenow.md 1.6). */
static bool try_bearer(struct sn_exchange *exchange, const char *token, bool *ret_scoped)
{
    const json_t *client = NULL;
    const char *user = sn_token_user(exchange->core, token, &client);

    *ret_scoped = json_is_true(json_object_get(client, "scoped"));
    return user && be(exchange, user);
}

static bool try_key(struct sn_exchange *exchange)
{
    const json_t *setup = json_object_get(exchange->core->instance.config, "api_key");
    const char *prefix = sn_text(setup, "prefix");
    const char *value = sn_header(exchange, sn_text(setup, "header"));
    const char *user;

    if (strncmp(value, prefix, strlen(prefix)) != 0)
        return false;
    value += strlen(prefix);
    value += strspn(value, " ");
    user = json_string_value(json_object_get(json_object_get(setup, "keys"), value));
    return user && be(exchange, user);
}

/* After the scheme and its spaces; NULL where the header has another. */
static const char *after_scheme(const char *header, const char *scheme)
{
    size_t len = strlen(scheme);

    if (strncasecmp(header, scheme, len) != 0 || header[len] != ' ')
        return NULL;
    return header + len + strspn(header + len, " ");
}

/* Where a second factor is asked for, which no program has (servicenow.md 5). */
static bool needs_factor(const struct sn_exchange *exchange, bool basic)
{
    return basic && json_is_true(json_object_get(exchange->account, "mfa"));
}

static void refuse(struct sn_exchange *exchange, bool bearer)
{
    sn_refuse(exchange, 401, "User Not Authenticated", "Required to provide Auth information");
    sn_reply_header(exchange, "WWW-Authenticate", "%s realm=\"Service-now\"",
                    bearer ? "BEARER" : "Basic");
}

bool sn_auth_admits(struct sn_exchange *exchange)
{
    const char *header = sn_header(exchange, "authorization");
    const char *basic = after_scheme(header, "Basic");
    const char *bearer = after_scheme(header, "Bearer");
    bool known = false, scoped = false;

    if (basic)
        known = try_basic(exchange, basic);
    else if (bearer)
        known = try_bearer(exchange, bearer, &scoped);
    else if (try_key(exchange))
        known = true;
    else if (exchange->certified)
        known = be(exchange, sn_text(exchange->core->instance.config, "certificate_user"));
    if (!known || needs_factor(exchange, basic != NULL)) {
        refuse(exchange, bearer != NULL);
        if (known)
            sn_reply_header(exchange, "X-MFA_TOKEN", "invalid");
        exchange->user = NULL;
        return false;
    }
    if (scoped)
        sn_refuse(exchange, 403, "User Not Authorized", "Access to unscoped api is not allowed");
    return !scoped;
}
