/* SPDX-License-Identifier: MIT */
/* Who we are, with an instance and a clock that follow a script. */
#include "submit/auth.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_fail.h"
#include "base/error.h"
#include "collect.h"

#define MAX_TURNS 12

/* What the instance answers to one request. */
struct turn {
    enum ses_http_end end;
    unsigned status;
    const char *body;
    bool mfa;
};

struct script {
    struct ses_http http;
    struct ses_clock clock;
    const struct turn *turns;
    size_t count, next;
    int64_t now;
    struct ses_buf seen; /* "METHOD TARGET [HEADER: VALUE] BODY\n" of each request */
};

static int answer(struct ses_http *http, const struct ses_http_request *request,
                  struct ses_http_reply *reply)
{
    struct script *script = (struct script *)http;
    const struct turn *turn = &script->turns[script->next++];

    assert_true(script->next <= script->count);
    ses_buf_printf(&script->seen, "%s %.*s [", request->method, SES_STR_ARG(request->target));
    for (size_t i = 0; i < request->header_count; i++)
        ses_buf_printf(&script->seen, "%s%.*s: %.*s", i > 0 ? ", " : "",
                       SES_STR_ARG(request->headers[i].name),
                       SES_STR_ARG(request->headers[i].value));
    ses_buf_printf(&script->seen, "] %.*s%s\n", SES_STR_ARG(request->body),
                   request->secret ? " (secret)" : "");
    ses_http_reply_clear(reply);
    reply->end = turn->end;
    reply->status = turn->status;
    reply->wants_mfa = turn->mfa;
    snprintf(reply->content_type, sizeof(reply->content_type), "application/json");
    ses_buf_add(&reply->body, ses_str_of(turn->body));
    if (turn->end != SES_HTTP_REPLIED)
        snprintf(reply->reason, sizeof(reply->reason), "a reason");
    return ses_buf_status(&reply->body) != 0 ? SES_ENOMEM : ses_buf_status(&script->seen);
}

static void free_nothing(struct ses_http *http)
{
    (void)http;
}

static int64_t now(struct ses_clock *clock)
{
    return ((struct script *)(void *)((char *)clock - offsetof(struct script, clock)))->now;
}

static bool wait(struct ses_clock *clock, int64_t milliseconds)
{
    (void)clock, (void)milliseconds;
    return true;
}

static void begin(struct script *script, const struct turn *turns, size_t count)
{
    *script = (struct script){.http = {answer, free_nothing},
                              .clock = {now, wait},
                              .turns = turns,
                              .count = count,
                              .now = 1700000000000};
    ses_buf_init(&script->seen, 100000);
}

static const struct ses_secrets secrets = {.password = (char *)"p\xC3\xA4ss w&rd",
                                           .client_secret = (char *)"c=s",
                                           .refresh_token = (char *)"r+t",
                                           .api_key = (char *)"k-1"};

static struct ses_auth_options options_of(enum ses_auth_kind kind, struct script *script)
{
    return (struct ses_auth_options){.kind = kind,
                                     .user = "ann",
                                     .client_id = "id",
                                     .api_key_header = "x-sn-apikey",
                                     .api_key_prefix = "",
                                     .token_path = "/oauth_token.do",
                                     .secrets = &secrets,
                                     .clock = &script->clock};
}

static const struct ses_http_request get = {.method = "GET", .target = {"/x", 2}};

#define TOKEN(name, seconds)                                                                       \
    "{\"scope\":\"useraccount\",\"token_type\":\"Bearer\",\"expires_in\":" seconds                 \
    ",\"refresh_token\":\"new-" name "\",\"access_token\":\"" name "\"}"

#define REPLIED(status, body)                                                                      \
    {                                                                                              \
        SES_HTTP_REPLIED, status, body, false                                                      \
    }

#define FORM "POST /oauth_token.do [] grant_type="
#define CLIENT FORM "client_credentials&client_id=id&client_secret=c%3Ds (secret)\n"
#define BEARER(token) "GET /x [Authorization: Bearer " token "] \n"

static void test_auth__says_who_we_are_in_each_way(void **state)
{
    static const struct {
        enum ses_auth_kind kind;
        const char *prefix;
        size_t turns; /* the last of two is the request's own */
        const char *seen;
    } rows[] = {
        {SES_AUTH_BASIC, "", 1, "GET /x [Authorization: Basic YW5uOnDDpHNzIHcmcmQ=] \n"},
        {SES_AUTH_API_KEY, "", 1, "GET /x [x-sn-apikey: k-1] \n"},
        {SES_AUTH_API_KEY, "Key", 1, "GET /x [x-sn-apikey: Key k-1] \n"},
        {SES_AUTH_CERTIFICATE, "", 1, "GET /x [] \n"},
        {SES_AUTH_CLIENT_CREDENTIALS, "", 2, CLIENT BEARER("t1")},
        {SES_AUTH_PASSWORD, "", 2,
         FORM "password&client_id=id&client_secret=c%3Ds&username=ann&"
              "password=p%C3%A4ss%20w%26rd (secret)\n" BEARER("t1")},
        {SES_AUTH_REFRESH_TOKEN, "", 2,
         FORM
         "refresh_token&client_id=id&client_secret=c%3Ds&refresh_token=r%2Bt (secret)\n" BEARER(
             "t1")},
    };
    static const struct turn turns[] = {REPLIED(200, TOKEN("t1", "1799")), REPLIED(200, "{}")};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_auth *auth SES_CLEANUP(ses_auth_freep) = NULL;
        struct ses_http_reply reply SES_CLEANUP(ses_http_reply_done);
        struct ses_auth_options options;
        struct script script;
        bool refused;

        begin(&script, turns + 2 - rows[i].turns, rows[i].turns);
        options = options_of(rows[i].kind, &script);
        options.api_key_prefix = rows[i].prefix;
        ses_http_reply_init(&reply);
        assert_null(ses_auth_missing(&options));
        assert_int_equal(ses_auth_new(&options, &auth), 0);
        assert_int_equal(ses_auth_send(auth, &script.http, &get, &reply, &refused), 0);
        assert_false(refused);
        assert_string_equal(script.seen.ptr, rows[i].seen);
        assert_string_equal(reply.body.ptr, "{}");
        ses_buf_done(&script.seen);
    }
}

/* A run of requests, each after so many seconds; what was asked, and what came of the last. */
static const struct {
    const char *name;
    enum ses_auth_kind kind;
    struct turn turns[MAX_TURNS];
    int waits[4]; /* seconds before each request; -1 is the end */
    const char *seen;
    bool refused;
    unsigned status;
    enum ses_http_end end;
    const char *reason;
} runs[] = {
    {"a token is used while it lives",
     SES_AUTH_CLIENT_CREDENTIALS,
     {REPLIED(200, TOKEN("t1", "1799")), REPLIED(200, "{}"), REPLIED(200, "{}"),
      REPLIED(200, "{}")},
     {0, 1700, 68, -1},
     CLIENT BEARER("t1") BEARER("t1") BEARER("t1"),
     false,
     200,
     SES_HTTP_REPLIED,
     ""},
    {"and replaced when it has less than half a minute",
     SES_AUTH_CLIENT_CREDENTIALS,
     {REPLIED(200, TOKEN("t1", "1799")), REPLIED(200, "{}"), REPLIED(200, TOKEN("t2", "1799")),
      REPLIED(200, "{}")},
     {0, 1769, -1},
     CLIENT BEARER("t1") CLIENT BEARER("t2"),
     false,
     200,
     SES_HTTP_REPLIED,
     ""},
    /* Inside its life the same token is given again. */
    {"one that is given with little left is used",
     SES_AUTH_CLIENT_CREDENTIALS,
     {REPLIED(200, TOKEN("t1", "12")), REPLIED(200, "{}"), REPLIED(200, TOKEN("t1", "11")),
      REPLIED(200, "{}")},
     {0, 1, -1},
     CLIENT BEARER("t1") CLIENT BEARER("t1"),
     false,
     200,
     SES_HTTP_REPLIED,
     ""},
    {"without a time it lives until it is refused",
     SES_AUTH_CLIENT_CREDENTIALS,
     {REPLIED(200, "{\"access_token\":\"t1\"}"), REPLIED(200, "{}"), REPLIED(200, "{}")},
     {0, 2000000000, -1},
     CLIENT BEARER("t1") BEARER("t1"),
     false,
     200,
     SES_HTTP_REPLIED,
     ""},
    {"a time can be a string",
     SES_AUTH_CLIENT_CREDENTIALS,
     {REPLIED(200, "{\"access_token\":\"t1\",\"expires_in\":\"100\"}"), REPLIED(200, "{}"),
      REPLIED(200, TOKEN("t2", "100")), REPLIED(200, "{}")},
     {0, 71, -1},
     CLIENT BEARER("t1") CLIENT BEARER("t2"),
     false,
     200,
     SES_HTTP_REPLIED,
     ""},
    {"one that is refused is replaced, once",
     SES_AUTH_CLIENT_CREDENTIALS,
     {REPLIED(200, TOKEN("t1", "1799")), REPLIED(401, "no"), REPLIED(200, TOKEN("t2", "1799")),
      REPLIED(201, "{}")},
     {0, -1},
     CLIENT BEARER("t1") CLIENT BEARER("t2"),
     false,
     201,
     SES_HTTP_REPLIED,
     ""},
    {"and not a second time",
     SES_AUTH_CLIENT_CREDENTIALS,
     {REPLIED(200, TOKEN("t1", "1799")), REPLIED(401, "no"), REPLIED(200, TOKEN("t2", "1799")),
      REPLIED(401, "no")},
     {0, -1},
     CLIENT BEARER("t1") CLIENT BEARER("t2"),
     false,
     401,
     SES_HTTP_REPLIED,
     ""},
    {"other refusals are not about the token",
     SES_AUTH_CLIENT_CREDENTIALS,
     {REPLIED(200, TOKEN("t1", "1799")), REPLIED(403, "no")},
     {0, -1},
     CLIENT BEARER("t1"),
     false,
     403,
     SES_HTTP_REPLIED,
     ""},
    {"a second factor is not a token",
     SES_AUTH_CLIENT_CREDENTIALS,
     {REPLIED(200, TOKEN("t1", "1799")), {SES_HTTP_REPLIED, 401, "no", true}},
     {0, -1},
     CLIENT BEARER("t1"),
     false,
     401,
     SES_HTTP_REPLIED,
     ""},
    {"what was lost is not sent again",
     SES_AUTH_CLIENT_CREDENTIALS,
     {REPLIED(200, TOKEN("t1", "1799")), {SES_HTTP_LOST, 401, "", false}},
     {0, -1},
     CLIENT BEARER("t1"),
     false,
     401,
     SES_HTTP_LOST,
     "a reason"},
    {"a password has no second try",
     SES_AUTH_BASIC,
     {REPLIED(401, "no")},
     {0, -1},
     "GET /x [Authorization: Basic YW5uOnDDpHNzIHcmcmQ=] \n",
     false,
     401,
     SES_HTTP_REPLIED,
     ""},
    {"a new refresh token takes the place of the old",
     SES_AUTH_REFRESH_TOKEN,
     {REPLIED(200, TOKEN("t1", "100")), REPLIED(200, "{}"), REPLIED(200, TOKEN("t2", "100")),
      REPLIED(200, "{}")},
     {0, 99, -1},
     FORM "refresh_token&client_id=id&client_secret=c%3Ds&refresh_token=r%2Bt (secret)\n" BEARER(
         "t1") FORM "refresh_token&client_id=id&client_secret=c%3Ds&refresh_token=new-t1 "
                    "(secret)\n" BEARER("t2"),
     false,
     200,
     SES_HTTP_REPLIED,
     ""},
    /* Recorded (reference: section 5). */
    {"a refusal is readable",
     SES_AUTH_CLIENT_CREDENTIALS,
     {REPLIED(401, "{\"error_description\":\"access_denied\",\"error\":\"server_error\"}")},
     {0, -1},
     CLIENT,
     true,
     401,
     SES_HTTP_REPLIED,
     "no token was given: server_error: access_denied"},
    {"a refusal does not repeat what it was sent",
     SES_AUTH_CLIENT_CREDENTIALS,
     {REPLIED(401, "{\"error\":\"bad client_secret c=s or c%3Ds\"}")},
     {0, -1},
     CLIENT,
     true,
     401,
     SES_HTTP_REPLIED,
     "no token was given: bad client_secret *** or ***"},
    {"a refusal in other words",
     SES_AUTH_CLIENT_CREDENTIALS,
     {REPLIED(403, "<html>no</html>")},
     {0, -1},
     CLIENT,
     true,
     403,
     SES_HTTP_REPLIED,
     "no token was given: the reply has none"},
    {"a failure is left to whoever asked",
     SES_AUTH_CLIENT_CREDENTIALS,
     {{SES_HTTP_UNSENT, 0, "", false}},
     {0, -1},
     CLIENT,
     true,
     0,
     SES_HTTP_UNSENT,
     "a reason"},
    {"a good reply without a token is none",
     SES_AUTH_CLIENT_CREDENTIALS,
     {REPLIED(200, "{\"refresh_token\":\"geheim\"}")},
     {0, -1},
     CLIENT,
     true,
     200,
     SES_HTTP_LOST,
     "no token was given: the reply has none"},
    {"a token must fit into its header",
     SES_AUTH_CLIENT_CREDENTIALS,
     {REPLIED(200, "{\"access_token\":\"t1\\r\\nX: y\"}")},
     {0, -1},
     CLIENT,
     true,
     200,
     SES_HTTP_LOST,
     "no token was given: the reply has none"},
    {"a token of another kind is none",
     SES_AUTH_CLIENT_CREDENTIALS,
     {REPLIED(200, "{\"access_token\":\"t1\",\"token_type\":\"mac\"}")},
     {0, -1},
     CLIENT,
     true,
     200,
     SES_HTTP_LOST,
     "no token was given: the reply has none"},
    {"no new token after a refusal",
     SES_AUTH_CLIENT_CREDENTIALS,
     {REPLIED(200, TOKEN("t1", "1799")), REPLIED(401, "no"),
      REPLIED(401, "{\"error\":\"access_denied\"}")},
     {0, -1},
     CLIENT BEARER("t1") CLIENT,
     true,
     401,
     SES_HTTP_REPLIED,
     "no token was given: access_denied"},
    {"the next request asks again",
     SES_AUTH_CLIENT_CREDENTIALS,
     {REPLIED(200, TOKEN("t1", "1799")), REPLIED(401, "no"), REPLIED(503, ""),
      REPLIED(200, TOKEN("t2", "1799")), REPLIED(200, "{}")},
     {0, 0, -1},
     CLIENT BEARER("t1") CLIENT CLIENT BEARER("t2"),
     false,
     200,
     SES_HTTP_REPLIED,
     ""},
};

static void test_auth__lives_with_tokens(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(runs); i++) {
        struct ses_auth *auth SES_CLEANUP(ses_auth_freep) = NULL;
        struct ses_http_reply reply SES_CLEANUP(ses_http_reply_done);
        struct ses_auth_options options;
        struct script script;
        bool refused = false;

        begin(&script, runs[i].turns, MAX_TURNS);
        options = options_of(runs[i].kind, &script);
        ses_http_reply_init(&reply);
        assert_int_equal(ses_auth_new(&options, &auth), 0);
        for (size_t k = 0; runs[i].waits[k] >= 0; k++) {
            script.now += (int64_t)runs[i].waits[k] * 1000;
            assert_int_equal(ses_auth_send(auth, &script.http, &get, &reply, &refused), 0);
        }
        if (strcmp(script.seen.ptr, runs[i].seen) != 0)
            fail_msg("%s:\n%s", runs[i].name, script.seen.ptr);
        ASSERT_ROW(runs[i].name, refused == runs[i].refused);
        ASSERT_ROW(runs[i].name, reply.status == runs[i].status);
        ASSERT_ROW(runs[i].name, reply.end == runs[i].end);
        ASSERT_ROW(runs[i].name, strcmp(reply.reason, runs[i].reason) == 0);
        /* What came with a token, or in its place, stays with us. */
        ASSERT_ROW(runs[i].name, !refused || reply.body.len == 0);
        ses_buf_done(&script.seen);
    }
}

static void test_auth__says_what_is_missing(void **state)
{
    static const struct {
        enum ses_auth_kind kind;
        const char *missing[5]; /* one after the other */
    } rows[] = {
        {SES_AUTH_BASIC, {"user", "password"}},
        {SES_AUTH_CLIENT_CREDENTIALS, {"client_id", "client_secret"}},
        {SES_AUTH_PASSWORD, {"user", "client_id", "password", "client_secret"}},
        {SES_AUTH_REFRESH_TOKEN, {"client_id", "client_secret", "refresh_token"}},
        {SES_AUTH_API_KEY, {"api_key"}},
        {SES_AUTH_CERTIFICATE, {NULL}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_secrets known = {0};
        struct ses_auth_options options = {.kind = rows[i].kind, .secrets = &known};

        for (size_t k = 0; rows[i].missing[k]; k++) {
            const char *name = rows[i].missing[k];

            assert_string_equal(ses_auth_missing(&options), name);
            if (strcmp(name, "user") == 0)
                known.user = (char *)"ann";
            if (strcmp(name, "client_id") == 0)
                options.client_id = "id";
            for (size_t row = 0; row < ses_secret_count; row++) {
                if (strcmp(name, ses_secret_rows[row].key) == 0)
                    *ses_secret_slot(&known, &ses_secret_rows[row]) = (char *)"x";
            }
        }
        assert_null(ses_auth_missing(&options));
    }
}

static void test_auth__has_a_name_for_each_way(void **state)
{
    (void)state;
    for (int i = 0; i < SES_AUTH_KINDS; i++) {
        enum ses_auth_kind kind = SES_AUTH_KINDS;

        assert_true(ses_auth_parse(ses_str_of(ses_auth_name((enum ses_auth_kind)i)), &kind));
        assert_int_equal(kind, i);
    }
    assert_false(ses_auth_parse(SES_STR("Basic"), &(enum ses_auth_kind){0}));
    assert_false(ses_auth_parse(SES_STR(""), &(enum ses_auth_kind){0}));
}

static int run_all(void *context)
{
    static const struct turn turns[] = {REPLIED(200, TOKEN("t1", "1799")), REPLIED(401, "no"),
                                        REPLIED(200, TOKEN("t2", "1799")), REPLIED(200, "{}"),
                                        REPLIED(401, "{\"error\":\"c=s\"}")};
    struct ses_auth *auth SES_CLEANUP(ses_auth_freep) = NULL;
    struct ses_auth *basic SES_CLEANUP(ses_auth_freep) = NULL;
    struct ses_http_reply reply SES_CLEANUP(ses_http_reply_done);
    struct ses_auth_options options;
    struct script script;
    bool refused;
    int error;

    (void)context;
    begin(&script, turns, COUNT(turns));
    ses_http_reply_init(&reply);
    options = options_of(SES_AUTH_REFRESH_TOKEN, &script);
    error = ses_auth_new(&options, &auth);
    if (error == 0)
        error = ses_auth_send(auth, &script.http, &get, &reply, &refused);
    script.now += 3600000;
    if (error == 0)
        error = ses_auth_send(auth, &script.http, &get, &reply, &refused);
    options.kind = SES_AUTH_BASIC;
    script.next = 3;
    if (error == 0)
        error = ses_auth_new(&options, &basic);
    if (error == 0)
        error = ses_auth_send(basic, &script.http, &get, &reply, &refused);
    ses_buf_done(&script.seen);
    return error;
}

static void test_auth__survives_running_out_of_memory(void **state)
{
    (void)state;
    alloc_fail_each(run_all, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_auth__says_who_we_are_in_each_way),
        cmocka_unit_test(test_auth__lives_with_tokens),
        cmocka_unit_test(test_auth__says_what_is_missing),
        cmocka_unit_test(test_auth__has_a_name_for_each_way),
        cmocka_unit_test(test_auth__survives_running_out_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
