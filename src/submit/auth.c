/* SPDX-License-Identifier: MIT */
#include "submit/auth.h"

#include <assert.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "submit/mask.h"

/* A token with less left is not used any more: a slow request would outlive it. */
#define MIN_LEFT_MS 30000

/* Bytes of a form: a password with every byte escaped, a client secret, a refresh token. */
#define MAX_FORM ((size_t)4 * 3 * SES_MAX_SECRET)

/* Bytes of an Authorization header. */
#define MAX_VALUE ((size_t)4 * SES_MAX_SECRET)

struct ses_auth {
    struct ses_auth_options options;
    char *refresh_token; /* owned: that of the last reply; NULL: the one of the options */
    char *token;         /* owned; NULL: none yet */
    int64_t ends_at;     /* of the token; INT64_MAX where it was not told */
};

/* What each way needs. A certificate is part of the connection. */
static const struct {
    const char *name;
    const char *grant; /* RFC 6749; NULL where no token is used */
    bool user, client_id, password, client_secret, refresh_token, api_key;
} kinds[SES_AUTH_KINDS] = {
    [SES_AUTH_BASIC] = {.name = "basic", .user = true, .password = true},
    [SES_AUTH_CLIENT_CREDENTIALS] = {.name = "client_credentials",
                                     .grant = "client_credentials",
                                     .client_id = true,
                                     .client_secret = true},
    [SES_AUTH_PASSWORD] = {.name = "password",
                           .grant = "password",
                           .user = true,
                           .password = true,
                           .client_id = true,
                           .client_secret = true},
    [SES_AUTH_REFRESH_TOKEN] = {.name = "refresh_token",
                                .grant = "refresh_token",
                                .client_id = true,
                                .client_secret = true,
                                .refresh_token = true},
    [SES_AUTH_API_KEY] = {.name = "api_key", .api_key = true},
    [SES_AUTH_CERTIFICATE] = {.name = "certificate"},
};

const char *ses_auth_name(enum ses_auth_kind kind)
{
    return kinds[kind].name;
}

bool ses_auth_parse(struct ses_str text, enum ses_auth_kind *ret_kind)
{
    for (int i = 0; i < SES_AUTH_KINDS; i++) {
        if (!ses_str_eq(text, ses_str_of(kinds[i].name)))
            continue;
        *ret_kind = (enum ses_auth_kind)i;
        return true;
    }
    return false;
}

static bool is_missing(bool needed, const char *value)
{
    return needed && (!value || !*value);
}

/* The config's, or the one that came with the password. */
static const char *user_of(const struct ses_auth_options *options)
{
    return options->user || !options->secrets ? options->user : options->secrets->user;
}

const char *ses_auth_missing(const struct ses_auth_options *options)
{
    static const struct ses_secrets nothing = {0};
    const struct ses_secrets *secrets = options->secrets ? options->secrets : &nothing;

    if (is_missing(kinds[options->kind].user, user_of(options)))
        return "user";
    if (is_missing(kinds[options->kind].client_id, options->client_id))
        return "client_id";
    if (is_missing(kinds[options->kind].password, secrets->password))
        return "password";
    if (is_missing(kinds[options->kind].client_secret, secrets->client_secret))
        return "client_secret";
    if (is_missing(kinds[options->kind].refresh_token, secrets->refresh_token))
        return "refresh_token";
    return is_missing(kinds[options->kind].api_key, secrets->api_key) ? "api_key" : NULL;
}

int ses_auth_new(const struct ses_auth_options *options, struct ses_auth **ret_auth)
{
    struct ses_auth *auth = calloc(1, sizeof(*auth));

    if (!auth)
        return SES_ENOMEM;
    auth->options = *options;
    *ret_auth = auth;
    return 0;
}

void ses_auth_free(struct ses_auth *auth)
{
    if (!auth)
        return;
    ses_secret_free(auth->refresh_token);
    ses_secret_free(auth->token);
    free(auth);
}

void ses_auth_freep(struct ses_auth **auth)
{
    ses_auth_free(*auth);
    *auth = NULL;
}

/* RFC 7617 section 2. */
static int add_basic(const struct ses_auth *auth, struct ses_buf *value)
{
    struct ses_buf pair SES_CLEANUP(ses_secret_buf_done);
    unsigned char *encoded;

    ses_secret_buf_init(&pair, 2 * SES_MAX_SECRET);
    ses_buf_add(&pair, ses_str_of(user_of(&auth->options)));
    ses_buf_add_byte(&pair, ':');
    ses_buf_add(&pair, ses_str_of(auth->options.secrets->password));
    if (ses_buf_status(&pair) != 0)
        return ses_buf_status(&pair);
    encoded = malloc(pair.len / 3 * 4 + 5);
    if (!encoded)
        return SES_ENOMEM;
    EVP_EncodeBlock(encoded, (const unsigned char *)pair.ptr, (int)pair.len);
    ses_buf_add(value, SES_STR("Basic "));
    ses_buf_add(value, ses_str_of((const char *)encoded));
    ses_secret_free((char *)encoded);
    return ses_buf_status(value);
}

/* Makes the header, which stays empty where the connection says who we are. */
static int make_header(const struct ses_auth *auth, struct ses_buf *value,
                       struct ses_http_header *ret_header)
{
    const struct ses_auth_options *options = &auth->options;
    int error = 0;

    ret_header->name = SES_STR("Authorization");
    if (options->kind == SES_AUTH_BASIC) {
        error = add_basic(auth, value);
    } else if (options->kind == SES_AUTH_API_KEY) {
        ret_header->name = ses_str_of(options->api_key_header);
        if (options->api_key_prefix && *options->api_key_prefix)
            ses_buf_printf(value, "%s ", options->api_key_prefix);
        ses_buf_add(value, ses_str_of(options->secrets->api_key));
    } else if (auth->token) {
        ses_buf_add(value, SES_STR("Bearer "));
        ses_buf_add(value, ses_str_of(auth->token));
    }
    ret_header->value = ses_buf_str(value);
    return error != 0 ? error : ses_buf_status(value);
}

static int send_with_header(struct ses_auth *auth, struct ses_http *http,
                            const struct ses_http_request *request, struct ses_http_reply *reply)
{
    struct ses_http_request own = *request;
    struct ses_buf value SES_CLEANUP(ses_secret_buf_done);
    int error;

    assert(own.header_count < SES_MAX_HTTP_HEADERS);
    ses_secret_buf_init(&value, MAX_VALUE);
    error = make_header(auth, &value, &own.headers[own.header_count]);
    if (error != 0)
        return error;
    own.header_count += value.len > 0;
    return http->send(http, &own, reply);
}

static void add_pair(struct ses_buf *form, const char *name, bool wanted, const char *value)
{
    if (!wanted)
        return;
    ses_buf_printf(form, "&%s=", name);
    ses_http_escape(form, ses_str_of(value));
}

/* ServiceNow takes the client's secret in the form only (OAuth API request parameters). */
static void make_form(const struct ses_auth *auth, struct ses_buf *form)
{
    const struct ses_auth_options *options = &auth->options;
    const struct ses_secrets *secrets = options->secrets;

    ses_buf_printf(form, "grant_type=%s", kinds[options->kind].grant);
    add_pair(form, "client_id", kinds[options->kind].client_id, options->client_id);
    add_pair(form, "client_secret", kinds[options->kind].client_secret, secrets->client_secret);
    add_pair(form, "username", kinds[options->kind].user, user_of(options));
    add_pair(form, "password", kinds[options->kind].password, secrets->password);
    add_pair(form, "refresh_token", kinds[options->kind].refresh_token,
             auth->refresh_token ? auth->refresh_token : secrets->refresh_token);
}

/* Visible ASCII (RFC 6749 appendix A.12): anything else would not stay in its header. */
static bool is_token(const char *text)
{
    size_t len = text ? strlen(text) : 0;

    for (size_t i = 0; i < len; i++) {
        if (text[i] <= 0x20 || text[i] >= 0x7F)
            return false;
    }
    return len > 0 && len <= SES_MAX_SECRET;
}

static int replace(char **held, const char *value)
{
    char *kept = strdup(value);

    if (!kept)
        return SES_ENOMEM;
    ses_secret_free(*held);
    *held = kept;
    return 0;
}

/* Seconds, as a number or, as some instances write it, a string. */
static int64_t seconds_of(const json_t *value)
{
    uint32_t number;

    if (json_is_integer(value) && json_integer_value(value) >= 0 &&
        json_integer_value(value) <= UINT32_MAX)
        return json_integer_value(value);
    if (json_is_string(value) &&
        ses_str_to_number(ses_str_of(json_string_value(value)), UINT32_MAX, &number))
        return number;
    return -1;
}

/* Keeps what the reply grants. `*ret_good` is false where it has no token. */
static int take_token(struct ses_auth *auth, json_t *root, int64_t asked_at, bool *ret_good)
{
    const char *token = json_string_value(json_object_get(root, "access_token"));
    const char *type = json_string_value(json_object_get(root, "token_type"));
    const char *refresh = json_string_value(json_object_get(root, "refresh_token"));
    int64_t seconds = seconds_of(json_object_get(root, "expires_in"));
    int error;

    *ret_good =
        is_token(token) && (!type || ses_str_eq_nocase(ses_str_of(type), SES_STR("Bearer")));
    if (!*ret_good)
        return 0;
    error = replace(&auth->token, token);
    if (error == 0 && kinds[auth->options.kind].refresh_token && is_token(refresh))
        error = replace(&auth->refresh_token, refresh);
    auth->ends_at = seconds >= 0 ? asked_at + seconds * 1000 : INT64_MAX;
    return error;
}

/* Says why there is no token: "server_error: access_denied". What is said can have the form in it.
 */
static int explain(const struct ses_auth *auth, json_t *root, struct ses_http_reply *reply)
{
    const char *code = json_string_value(json_object_get(root, "error"));
    const char *text = json_string_value(json_object_get(root, "error_description"));
    struct ses_buf said SES_CLEANUP(ses_buf_done);
    struct ses_buf masked SES_CLEANUP(ses_buf_done);
    struct ses_mask mask SES_CLEANUP(ses_mask_done);
    int error;

    ses_buf_init(&said, SES_MAX_HTTP_BODY);
    ses_buf_init(&masked, 3 * SES_MAX_HTTP_BODY);
    ses_mask_init(&mask);
    ses_mask_add_secrets(&mask, auth->options.secrets);
    ses_mask_add(&mask, ses_str_of(auth->refresh_token));
    ses_buf_printf(&said, "no token was given: %s%s%s", code ? code : "the reply has none",
                   text ? ": " : "", text ? text : "");
    error = ses_buf_status(&said);
    if (error == 0)
        error = ses_mask_text(&mask, &masked, ses_buf_str(&said));
    if (error != 0)
        return error;
    snprintf(reply->reason, sizeof(reply->reason), "%s", masked.ptr);
    if (reply->status >= 200 && reply->status < 300)
        reply->end = SES_HTTP_LOST;
    return 0;
}

static void wipe_string(json_t *value)
{
    /* jansson lends what it will free: nobody looks at it in between. */
    if (json_is_string(value))
        ses_secret_wipe((void *)(uintptr_t)json_string_value(value), json_string_length(value));
}

static int read_token(struct ses_auth *auth, struct ses_http_reply *reply, int64_t asked_at,
                      bool *ret_good)
{
    bool is_good = reply->status >= 200 && reply->status < 300;
    json_t *root = json_loadb(reply->body.ptr ? reply->body.ptr : "", reply->body.len, 0, NULL);
    int error = 0;

    *ret_good = false;
    if (is_good)
        error = take_token(auth, root, asked_at, ret_good);
    if (error == 0 && !*ret_good)
        error = explain(auth, root, reply);
    wipe_string(json_object_get(root, "access_token"));
    wipe_string(json_object_get(root, "refresh_token"));
    json_decref(root);
    return error;
}

/* Asks for a token. Where `*ret_good` is false, `reply` says why there is none. */
static int get_token(struct ses_auth *auth, struct ses_http *http, struct ses_http_reply *reply,
                     bool *ret_good)
{
    struct ses_buf form SES_CLEANUP(ses_secret_buf_done);
    struct ses_http_request request = {
        .method = "POST",
        .target = ses_str_of(auth->options.token_path),
        .content_type = SES_STR("application/x-www-form-urlencoded"),
        .secret = true,
    };
    int64_t asked_at = auth->options.clock->now(auth->options.clock);
    int error;

    ses_secret_buf_init(&form, MAX_FORM);
    make_form(auth, &form);
    request.body = ses_buf_str(&form);
    error = ses_buf_status(&form);
    if (error == 0)
        error = http->send(http, &request, reply);
    *ret_good = false;
    if (error == 0 && reply->end == SES_HTTP_REPLIED)
        error = read_token(auth, reply, asked_at, ret_good);
    if (reply->body.ptr)
        ses_secret_wipe(reply->body.ptr, reply->body.cap);
    ses_buf_clear(&reply->body);
    return error;
}

static bool is_fresh(const struct ses_auth *auth)
{
    return auth->token &&
           auth->options.clock->now(auth->options.clock) < auth->ends_at - MIN_LEFT_MS;
}

int ses_auth_send(struct ses_auth *auth, struct ses_http *http,
                  const struct ses_http_request *request, struct ses_http_reply *reply,
                  bool *ret_refused)
{
    bool uses_token = kinds[auth->options.kind].grant != NULL;
    bool good = true;
    int error = 0;

    *ret_refused = false;
    if (uses_token && !is_fresh(auth))
        error = get_token(auth, http, reply, &good);
    if (error == 0 && good)
        error = send_with_header(auth, http, request, reply);
    if (error == 0 && good && uses_token && reply->end == SES_HTTP_REPLIED &&
        reply->status == 401 && !reply->wants_mfa) {
        auth->ends_at = 0;
        error = get_token(auth, http, reply, &good);
        if (error == 0 && good)
            error = send_with_header(auth, http, request, reply);
    }
    *ret_refused = error == 0 && !good;
    return error;
}
