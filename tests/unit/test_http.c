/* SPDX-License-Identifier: MIT */
/* The client with libcurl, against a server that does what servers and networks do when they fail.
 * What counts above all: how often a request arrived, and what the client says of it. */
#include "submit/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc_fail.h"
#include "base/error.h"
#include "collect.h"
#include "http_server.h"

#define OK "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"

static const struct server_step good = {SERVER_WHOLE(OK), .then = SERVER_KEEP};

static const struct ses_http_request get = {.method = "GET", .target = {"/x?a=%20b", 9}};

static const struct ses_http_request post = {.method = "POST",
                                             .target = {"/api/now/table/incident", 23},
                                             .content_type = {"application/json", 16},
                                             .body = {"{\"a\":\"b\"}", 9}};

/* A client, the reply to one request after the other, and where they went. */
struct fixture {
    struct server server;
    char origin[64];
    struct ses_http_options options;
    struct ses_http *http;
    struct ses_http_reply reply;
};

static void begin(struct fixture *fixture, const struct server_step *steps, size_t count)
{
    memset(fixture, 0, sizeof(*fixture));
    server_start(&fixture->server, steps, count);
    fixture->options.origin = server_origin(&fixture->server, fixture->origin);
    fixture->options.connect_seconds = 10;
    fixture->options.transfer_seconds = 60;
    ses_http_reply_init(&fixture->reply);
}

static void end(struct fixture *fixture)
{
    ses_http_freep(&fixture->http);
    ses_http_reply_done(&fixture->reply);
    server_stop(&fixture->server);
}

static enum ses_http_end ask(struct fixture *fixture, const struct ses_http_request *request)
{
    if (!fixture->http)
        assert_int_equal(ses_http_new(&fixture->options, &fixture->http), 0);
    assert_int_equal(fixture->http->send(fixture->http, request, &fixture->reply), 0);
    return fixture->reply.end;
}

/* The end that a step gives to one request on a new connection. */
static enum ses_http_end end_of(const struct server_step *step,
                                const struct ses_http_request *request)
{
    struct fixture fixture;
    enum ses_http_end got;

    begin(&fixture, step, 1);
    got = ask(&fixture, request);
    end(&fixture);
    return got;
}

static void test_http__sends_what_was_asked(void **state)
{
    const struct server_step steps[] = {good, good, good, good, good};
    struct ses_http_request patch = post;
    struct ses_http_request bare = {.method = "POST", .target = SES_STR("/y")};
    struct ses_http_request typed = get;
    struct fixture fixture;
    char expected[1024];

    (void)state;
    begin(&fixture, steps, COUNT(steps));
    assert_int_equal(ask(&fixture, &get), SES_HTTP_REPLIED);
    snprintf(expected, sizeof(expected),
             "GET /x?a=%%20b HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUser-Agent: sesdns/%s\r\n"
             "Accept: application/json\r\n\r\n",
             fixture.server.port, SESDNS_VERSION);
    assert_string_equal(fixture.server.last, expected);

    assert_int_equal(ask(&fixture, &post), SES_HTTP_REPLIED);
    snprintf(expected, sizeof(expected),
             "POST /api/now/table/incident HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
             "User-Agent: sesdns/%s\r\nAccept: application/json\r\n"
             "Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{\"a\":\"b\"}",
             fixture.server.port, SESDNS_VERSION);
    assert_string_equal(fixture.server.last, expected);

    patch.method = "PATCH";
    assert_int_equal(ask(&fixture, &patch), SES_HTTP_REPLIED);
    assert_true(strncmp(fixture.server.last, "PATCH /api/now/table/incident HTTP/1.1\r\n", 40) ==
                0);

    assert_int_equal(ask(&fixture, &bare), SES_HTTP_REPLIED);
    assert_non_null(strstr(fixture.server.last, "\r\nContent-Length: 0\r\n"));
    assert_null(strstr(fixture.server.last, "Content-Type"));

    typed.accept = SES_STR("application/xml");
    typed.headers[0] = (struct ses_http_header){SES_STR("X-One"), SES_STR("1")};
    typed.header_count = 1;
    assert_int_equal(ask(&fixture, &typed), SES_HTTP_REPLIED);
    assert_non_null(strstr(fixture.server.last, "Accept: application/xml\r\nX-One: 1\r\n"));
    end(&fixture);
    assert_int_equal(fixture.server.connections, 1);
}

/* A long body is sent at once: not announced, and so never asked for a second time. */
static void test_http__does_not_ask_before_a_long_body(void **state)
{
    static char body[40000];
    struct ses_http_request long_post = post;
    struct fixture fixture;

    (void)state;
    memset(body, 'x', sizeof(body));
    long_post.body = (struct ses_str){body, sizeof(body)};
    begin(&fixture, &good, 1);
    assert_int_equal(ask(&fixture, &long_post), SES_HTTP_REPLIED);
    end(&fixture);
    assert_null(strstr(fixture.server.last, "Expect"));
    assert_int_equal(fixture.server.arrived, 1);
}

/* `spare` bytes at the end may be missing: libcurl does not wait for the last line feed behind a
 * chunked body. */
static const struct {
    const char *text;
    size_t spare;
} replies[] = {
    {OK, 0},
    {"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n"
     "\r\n3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n",
     1},
    {"HTTP/1.1 100 Continue\r\n\r\n" OK, 0},
};

/* One request, on a connection of its own or on one that was used before. */
static void ask_cut(const struct server_step *cut, bool reused, bool whole)
{
    const struct server_step steps[] = {good, *cut, good};
    struct fixture fixture;
    enum ses_http_end got;

    begin(&fixture, reused ? steps : steps + 1, reused ? 3 : 2);
    if (reused)
        assert_int_equal(ask(&fixture, &get), SES_HTTP_REPLIED);
    got = ask(&fixture, &post);
    end(&fixture);
    /* A reset can overtake the last bytes of a whole reply. */
    if (got != (whole ? SES_HTTP_REPLIED : SES_HTTP_LOST) &&
        !(whole && cut->then == SERVER_RESET && got == SES_HTTP_LOST))
        fail_msg("'%s' cut at %zu: %d", cut->reply, cut->cut, got);
    if (fixture.server.writes != 1)
        fail_msg("'%s' cut at %zu: arrived %zu times", cut->reply, cut->cut, fixture.server.writes);
}

static void test_http__counts_a_reply_only_when_it_is_whole(void **state)
{
    size_t runs = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(replies); i++) {
        size_t len = strlen(replies[i].text);

        for (size_t cut = 0; cut <= len; cut++) {
            for (int way = 0; way < 4; way++, runs++) {
                const struct server_step step = {replies[i].text, cut,
                                                 .then = way < 2 ? SERVER_CLOSE : SERVER_RESET};

                ask_cut(&step, way % 2 == 1, cut + replies[i].spare >= len);
            }
        }
    }
    print_message("%zu replies, none asked for twice\n", runs);
}

/* The case that libcurl decides otherwise: the connection ends before anything of a reply came. */
static void test_http__never_sends_a_write_again_by_itself(void **state)
{
    static const enum server_then endings[] = {SERVER_CLOSE, SERVER_RESET};
    const struct ses_http_request writes[] = {
        post,
        {.method = "POST", .target = SES_STR("/empty")},
        {.method = "PATCH", .target = SES_STR("/p"), .body = SES_STR("x")}};

    (void)state;
    for (size_t i = 0; i < COUNT(writes) * COUNT(endings); i++) {
        const struct server_step steps[] = {
            good, {.then = endings[i % 2]}, good, good, good, good, good, good};
        struct fixture fixture;

        begin(&fixture, steps, COUNT(steps));
        assert_int_equal(ask(&fixture, &get), SES_HTTP_REPLIED);
        assert_int_equal(ask(&fixture, &writes[i / 2]), SES_HTTP_LOST);
        assert_string_not_equal(fixture.reply.reason, "");
        /* The client is as good as new. */
        assert_int_equal(ask(&fixture, &get), SES_HTTP_REPLIED);
        end(&fixture);
        assert_int_equal(fixture.server.writes, 1);
        assert_int_equal(fixture.server.arrived, 3);
    }
}

static void test_http__sends_a_read_again_on_a_new_connection(void **state)
{
    const struct server_step steps[] = {good, {.then = SERVER_CLOSE}, good};
    struct fixture fixture;

    (void)state;
    begin(&fixture, steps, COUNT(steps));
    assert_int_equal(ask(&fixture, &get), SES_HTTP_REPLIED);
    assert_int_equal(ask(&fixture, &get), SES_HTTP_REPLIED);
    end(&fixture);
    assert_int_equal(fixture.server.arrived, 3);
}

/* An end of the connection between two requests is seen before the second is sent. */
static void test_http__does_not_send_into_a_closed_connection(void **state)
{
    const struct server_step steps[] = {{SERVER_WHOLE(OK), .then = SERVER_CLOSE}, good};
    struct fixture fixture;

    (void)state;
    begin(&fixture, steps, COUNT(steps));
    assert_int_equal(ask(&fixture, &get), SES_HTTP_REPLIED);
    while (fixture.server.closed == 0)
        usleep(1000);
    assert_int_equal(ask(&fixture, &post), SES_HTTP_REPLIED);
    end(&fixture);
    assert_int_equal(fixture.server.writes, 1);
    assert_int_equal(fixture.server.connections, 2);
}

static void test_http__calls_it_lost_where_it_may_have_arrived(void **state)
{
    const struct server_step unread = {.then = SERVER_RESET, .unread = true};
    const struct server_step unread_reply = {SERVER_WHOLE(OK), .then = SERVER_RESET,
                                             .unread = true};

    (void)state;
    assert_int_equal(end_of(&unread, &post), SES_HTTP_LOST);
    /* A reply before the request was read is one of what nobody has looked at: whole or lost, but
     * never unsent. */
    assert_int_not_equal(end_of(&unread_reply, &post), SES_HTTP_UNSENT);
}

static void test_http__calls_it_unsent_where_there_is_no_connection(void **state)
{
    struct fixture fixture;

    (void)state;
    begin(&fixture, &good, 1);
    assert_int_equal(shutdown(fixture.server.listener, SHUT_RDWR), 0);
    close(fixture.server.listener);
    fixture.server.listener = dup(0);
    assert_int_equal(ask(&fixture, &post), SES_HTTP_UNSENT);
    assert_non_null(strstr(fixture.reply.reason, "connect"));
    end(&fixture);
    assert_int_equal(fixture.server.arrived, 0);
}

/* Speaks to a server that knows no TLS. */
static void test_http__calls_it_unsent_where_tls_does_not_begin(void **state)
{
    static const enum server_then endings[] = {SERVER_CLOSE, SERVER_RESET};

    (void)state;
    for (size_t i = 0; i < COUNT(endings); i++) {
        const struct server_step step = {SERVER_WHOLE(OK), .then = endings[i], .unread = true};
        struct fixture fixture;
        char origin[64];

        begin(&fixture, &step, 1);
        snprintf(origin, sizeof(origin), "https://127.0.0.1:%u", fixture.server.port);
        fixture.options.origin = origin;
        assert_int_equal(ask(&fixture, &post), SES_HTTP_UNSENT);
        end(&fixture);
    }
}

static bool stop(void *context)
{
    const volatile size_t *arrived = context;

    return *arrived > 0;
}

static bool stop_at_once(void *context)
{
    (void)context;
    return true;
}

static void test_http__ends_when_told_to(void **state)
{
    const struct server_step hang = {.then = SERVER_HANG};
    struct fixture fixture;

    (void)state;
    begin(&fixture, &hang, 1);
    fixture.options.is_stopped = stop;
    fixture.options.context = &fixture.server.arrived;
    assert_int_equal(ask(&fixture, &post), SES_HTTP_LOST);
    assert_string_equal(fixture.reply.reason, "it was stopped");
    end(&fixture);

    begin(&fixture, &hang, 1);
    fixture.options.is_stopped = stop_at_once;
    assert_int_equal(ask(&fixture, &post), SES_HTTP_UNSENT);
    end(&fixture);
    assert_int_equal(fixture.server.arrived, 0);
}

static void test_http__gives_up_after_its_time(void **state)
{
    const struct server_step steps[] = {
        {.then = SERVER_HANG},
        {SERVER_WHOLE(OK), .then = SERVER_CLOSE, .delay_ms = 50},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(steps); i++) {
        struct fixture fixture;

        begin(&fixture, &steps[i], 1);
        fixture.options.transfer_seconds = 1;
        assert_int_equal(ask(&fixture, &post), SES_HTTP_LOST);
        assert_int_equal(fixture.reply.status, 0);
        end(&fixture);
    }
}

#define HEAD "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"

static void test_http__reads_headers(void **state)
{
    static const struct {
        const char *reply;
        bool has_rule, has_retry_after, wants_mfa;
        uint32_t retry_after;
        const char *content_type, *transaction;
    } rows[] = {
        {HEAD "\r\n", false, false, false, 0, "", ""},
        {HEAD "content-type:  application/json;charset=UTF-8 \r\nX-Transaction-ID: 17\r\n\r\n",
         false, false, false, 0, "application/json;charset=UTF-8", "17"},
        {HEAD "Retry-After: 120\r\n\r\n", false, true, false, 120, "", ""},
        {HEAD "retry-after: 4294967295\r\n\r\n", false, true, false, UINT32_MAX, "", ""},
        {HEAD "Retry-After: 4294967296\r\n\r\n", false, false, false, 0, "", ""},
        {HEAD "Retry-After: -5\r\n\r\n", false, false, false, 0, "", ""},
        {HEAD "Retry-After: soon\r\n\r\n", false, false, false, 0, "", ""},
        {HEAD "Retry-After:\r\n\r\n", false, false, false, 0, "", ""},
        {HEAD "Date: Wed, 21 Oct 2015 07:28:00 GMT\r\n"
              "Retry-After: Wed, 21 Oct 2015 07:30:05 GMT\r\n\r\n",
         false, true, false, 125, "", ""},
        {HEAD "Retry-After: Wed, 21 Oct 2015 07:30:05 GMT\r\n"
              "Date: Wed, 21 Oct 2015 07:28:00 GMT\r\n\r\n",
         false, true, false, 125, "", ""},
        /* In the past: at once. */
        {HEAD "Date: Wed, 21 Oct 2015 07:28:00 GMT\r\n"
              "Retry-After: Wed, 21 Oct 2015 07:00:00 GMT\r\n\r\n",
         false, true, false, 0, "", ""},
        /* Whose clock? */
        {HEAD "Retry-After: Wed, 21 Oct 2015 07:30:05 GMT\r\n\r\n", false, false, false, 0, "", ""},
        {HEAD "X-RateLimit-Limit: 100\r\nX-RateLimit-Reset: 1\r\n\r\n", true, false, false, 0, "",
         ""},
        {HEAD "x-ratelimit-rule: a\r\n\r\n", true, false, false, 0, "", ""},
        {HEAD "X-MFA_TOKEN: invalid\r\n\r\n", false, false, true, 0, "", ""},
        /* An interim reply says nothing of the one behind it. */
        {"HTTP/1.1 103 Early Hints\r\nRetry-After: 9\r\nX-RateLimit-Rule: a\r\n"
         "Content-Type: text/html\r\n\r\n" HEAD "\r\n",
         false, false, false, 0, "", ""},
        /* Nor does a trailer. */
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Retry-After\r\n\r\n"
         "0\r\nRetry-After: 9\r\n\r\n",
         false, false, false, 0, "", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct server_step step = {rows[i].reply, strlen(rows[i].reply),
                                         .then = SERVER_CLOSE};
        struct fixture fixture;
        const struct ses_http_reply *reply = &fixture.reply;

        begin(&fixture, &step, 1);
        ASSERT_ROW(rows[i].reply, ask(&fixture, &get) == SES_HTTP_REPLIED);
        ASSERT_ROW(rows[i].reply, reply->status == 200);
        ASSERT_ROW(rows[i].reply, reply->has_rule == rows[i].has_rule);
        ASSERT_ROW(rows[i].reply, reply->wants_mfa == rows[i].wants_mfa);
        ASSERT_ROW(rows[i].reply, reply->has_retry_after == rows[i].has_retry_after);
        ASSERT_ROW(rows[i].reply,
                   !reply->has_retry_after || reply->retry_after == rows[i].retry_after);
        assert_string_equal(reply->content_type, rows[i].content_type);
        assert_string_equal(reply->transaction, rows[i].transaction);
        end(&fixture);
    }
}

/* Every status is a reply, and none is acted on. */
static void test_http__gives_every_status_back(void **state)
{
    static const unsigned rows[] = {200, 201, 202, 301, 302, 307, 308, 400, 401, 403,
                                    404, 408, 417, 421, 425, 429, 499, 500, 503, 599};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[256];
        struct server_step steps[2] = {{.reply = text, .then = SERVER_KEEP}, good};
        struct fixture fixture;

        begin(&fixture, steps, COUNT(steps));
        steps[0].cut = (size_t)snprintf(
            text, sizeof(text),
            "HTTP/1.1 %u X\r\nLocation: %s/elsewhere\r\nWWW-Authenticate: Basic realm=\"x\"\r\n"
            "Content-Length: 1\r\n\r\nx",
            rows[i], fixture.origin);
        assert_int_equal(ask(&fixture, &post), SES_HTTP_REPLIED);
        assert_int_equal(fixture.reply.status, rows[i]);
        end(&fixture);
        assert_int_equal(fixture.server.arrived, 1);
    }
}

static void test_http__wants_to_know_how_long_a_reply_is(void **state)
{
    static const struct {
        const char *reply;
        enum ses_http_end end;
    } rows[] = {
        {"HTTP/1.1 200 OK\r\n\r\n{}", SES_HTTP_LOST},
        {"HTTP/1.0 200 OK\r\n\r\n{}", SES_HTTP_LOST},
        {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", SES_HTTP_REPLIED},
        {"HTTP/1.1 204 No Content\r\n\r\n", SES_HTTP_REPLIED},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", SES_HTTP_LOST},
        {"hello\r\n\r\n", SES_HTTP_LOST},
        {"SSH-2.0-OpenSSH_9.2\r\n", SES_HTTP_LOST},
        {"HTTP/1.1 103 Early Hints\r\n\r\n", SES_HTTP_LOST},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct server_step step = {rows[i].reply, strlen(rows[i].reply),
                                         .then = SERVER_CLOSE};

        ASSERT_ROW(rows[i].reply, end_of(&step, &post) == rows[i].end);
    }
}

static void test_http__takes_no_endless_reply(void **state)
{
    static char text[SES_MAX_HTTP_BODY + 1024];
    struct server_step step = {.reply = text, .then = SERVER_CLOSE};

    (void)state;
    for (size_t more = 0; more < 2; more++) {
        size_t len =
            (size_t)snprintf(text, sizeof(text), "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n",
                             SES_MAX_HTTP_BODY + more);

        memset(text + len, 'x', SES_MAX_HTTP_BODY + more);
        step.cut = len + SES_MAX_HTTP_BODY + more;
        assert_int_equal(end_of(&step, &get), more == 0 ? SES_HTTP_REPLIED : SES_HTTP_LOST);
    }
}

static void test_http__keeps_cookies_for_the_run(void **state)
{
    static const struct server_step steps[] = {
        {SERVER_WHOLE("HTTP/1.1 200 OK\r\nSet-Cookie: JSESSIONID=0123456789ABCDEF; Path=/; "
                      "HttpOnly\r\nContent-Length: 0\r\n\r\n"),
         .then = SERVER_KEEP},
        {SERVER_WHOLE(OK), .then = SERVER_KEEP}};
    struct fixture fixture;

    (void)state;
    begin(&fixture, steps, COUNT(steps));
    assert_int_equal(ask(&fixture, &get), SES_HTTP_REPLIED);
    assert_int_equal(ask(&fixture, &get), SES_HTTP_REPLIED);
    end(&fixture);
    assert_non_null(strstr(fixture.server.last, "\r\nCookie: JSESSIONID=0123456789ABCDEF\r\n"));
}

static void test_http__lets_no_header_begin_another(void **state)
{
    static const struct ses_http_header rows[] = {{{"X-One", 5}, {"1\r\nX-Two: 2", 11}},
                                                  {{"X-One\n", 6}, {"1", 1}},
                                                  {{"X-One", 5}, {"\0", 1}}};
    struct fixture fixture;

    (void)state;
    begin(&fixture, &good, 1);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_http_request request = get;

        request.headers[0] = rows[i];
        request.header_count = 1;
        assert_int_equal(ask(&fixture, &request), SES_HTTP_UNUSABLE);
    }
    end(&fixture);
    assert_int_equal(fixture.server.connections, 0);
}

/* Nobody listens at port 9 of this machine, and no proxy is asked for a loopback address. */
static void test_http__asks_no_proxy_of_the_environment(void **state)
{
    struct fixture fixture;

    (void)state;
    setenv("http_proxy", "http://127.0.0.1:9", 1);
    setenv("all_proxy", "http://127.0.0.1:9", 1);
    begin(&fixture, &good, 1);
    fixture.options.proxy = "http://127.0.0.1:9";
    assert_int_equal(ask(&fixture, &get), SES_HTTP_REPLIED);
    end(&fixture);
    unsetenv("http_proxy");
    unsetenv("all_proxy");
}

/* The server is the proxy here, and is asked for a tunnel to a host that is never looked up. */
static void test_http__tells_what_a_proxy_answers(void **state)
{
    static const struct {
        const char *reply;
        enum ses_http_end end;
    } rows[] = {
        {"HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n",
         SES_HTTP_UNUSABLE},
        {"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", SES_HTTP_UNUSABLE},
        {"HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n", SES_HTTP_UNSENT},
        {"", SES_HTTP_UNSENT},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct server_step step = {rows[i].reply, strlen(rows[i].reply),
                                         .then = SERVER_CLOSE};
        struct fixture fixture;
        char proxy[64];

        begin(&fixture, &step, 1);
        snprintf(proxy, sizeof(proxy), "http://ann:geheim@127.0.0.1:%u", fixture.server.port);
        fixture.options.origin = "https://servicenow.example.edu";
        fixture.options.proxy = proxy;
        ASSERT_ROW(rows[i].reply, ask(&fixture, &post) == rows[i].end);
        ASSERT_ROW(rows[i].reply, !strstr(fixture.reply.reason, "geheim"));
        end(&fixture);
        assert_non_null(
            strstr(fixture.server.last, "CONNECT servicenow.example.edu:443 HTTP/1.1\r\n"));
        assert_null(strstr(fixture.server.last, "POST"));
    }
}

static void test_http__does_not_name_the_password_of_a_proxy(void **state)
{
    struct fixture fixture;

    (void)state;
    begin(&fixture, &good, 1);
    fixture.options.origin = "https://servicenow.example.edu";
    fixture.options.proxy = "nonsense://ann:geheim@127.0.0.1:9";
    assert_int_not_equal(ask(&fixture, &post), SES_HTTP_REPLIED);
    assert_null(strstr(fixture.reply.reason, "geheim"));
    end(&fixture);
}

static void test_http__knows_what_an_origin_is(void **state)
{
    static const struct {
        const char *text;
        bool origin, loopback;
    } rows[] = {
        {"https://example.service-now.com", true, false},
        {"https://example.service-now.com:8443", true, false},
        {"https://192.0.2.1", true, false},
        {"https://[2001:db8::1]", true, false},
        {"https://[2001:db8::1]:443", true, false},
        {"https://127.0.0.1", true, true},
        {"https://localhost:1", true, true},
        {"http://127.0.0.1", true, true},
        {"http://127.0.0.1:8080", true, true},
        {"http://127.255.0.9:8080", true, true},
        {"http://localhost", true, true},
        {"http://LOCALHOST:80", true, true},
        {"http://[::1]:8080", true, true},
        {"http://example.service-now.com", false, false},
        {"http://127.0.0.1.example.edu", false, false},
        {"http://localhost.example.edu", false, false},
        {"http://127.0.0.256", false, false},
        {"http://127.0.0", false, false},
        {"http://127.0.0.1.", false, false},
        {"http://127.0.0.1.2", false, false},
        {"http://127.0..1", false, false},
        {"http://128.0.0.1", false, false},
        {"http://[::2]", false, false},
        {"https://", false, false},
        {"https://:443", false, false},
        {"https://example.edu:", false, false},
        {"https://example.edu:0", false, false},
        {"https://example.edu:65536", false, false},
        {"https://example.edu:1:2", false, false},
        {"https://example.edu/", false, false},
        {"https://example.edu/path", false, false},
        {"https://example.edu?q", false, false},
        {"https://example.edu#f", false, false},
        {"https://ann@example.edu", false, false},
        {"https://ann:pw@example.edu", false, false},
        {"https://example.edu\\@example.com", false, false},
        {"https://exam ple.edu", false, false},
        {"https://-example.edu", false, false},
        {"https://.example.edu", false, false},
        {"https://[]", false, false},
        {"https://[::1", false, false},
        {"HTTPS://example.edu", false, false},
        {"ftp://example.edu", false, false},
        {"example.edu", false, false},
        {"", false, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct ses_http_options options = {.origin = rows[i].text};
        struct ses_http *http = NULL;

        ASSERT_ROW(rows[i].text, ses_http_is_origin(ses_str_of(rows[i].text)) == rows[i].origin);
        ASSERT_ROW(rows[i].text,
                   ses_http_is_loopback(ses_str_of(rows[i].text)) == rows[i].loopback);
        ASSERT_ROW(rows[i].text,
                   ses_http_new(&options, &http) == (rows[i].origin ? 0 : SES_EINVALID));
        ses_http_freep(&http);
    }
}

static void test_http__escapes_all_but_the_unreserved(void **state)
{
    struct ses_buf buf SES_CLEANUP(ses_buf_done);

    (void)state;
    ses_buf_init(&buf, 1000);
    ses_http_escape(&buf, SES_STR("azAZ09-_.~ %&=+/?#^,:;@'\"<>\x7F\n\xC3\xA4"));
    ses_http_escape(&buf, (struct ses_str){"\0", 1});
    assert_string_equal(buf.ptr, "azAZ09-_.~%20%25%26%3D%2B%2F%3F%23%5E%2C%3A%3B%40%27%22%3C%3E%7F"
                                 "%0A%C3%A4%00");
}

/* A server that is asked once for each allocation that fails. */
struct exchange {
    const struct ses_http_options *options;
    size_t replies;
};

static int run_exchange(void *context)
{
    struct exchange *exchange = context;
    struct ses_http *http SES_CLEANUP(ses_http_freep) = NULL;
    struct ses_http_reply reply SES_CLEANUP(ses_http_reply_done);
    int error;

    ses_http_reply_init(&reply);
    error = ses_http_new(exchange->options, &http);
    if (error == 0)
        error = http->send(http, &post, &reply);
    exchange->replies += error == 0 && reply.end == SES_HTTP_REPLIED;
    return error;
}

static void drop(struct ses_trace *trace, struct ses_str text)
{
    (void)trace, (void)text;
}

static void test_http__survives_running_out_of_memory(void **state)
{
    struct server_step steps[512];
    struct ses_trace trace = {drop};
    const struct ses_secrets secrets = {.password = (char *)"geheim"};
    struct fixture fixture;
    struct exchange exchange = {&fixture.options, 0};

    (void)state;
    for (size_t i = 0; i < COUNT(steps); i++)
        steps[i] = (struct server_step){SERVER_WHOLE(OK), .then = SERVER_CLOSE};
    begin(&fixture, steps, COUNT(steps));
    fixture.options.trace = &trace;
    fixture.options.secrets = &secrets;
    alloc_fail_each(run_exchange, &exchange);
    assert_int_equal(exchange.replies, 1);
    end(&fixture);
}

static int start_curl(void **state)
{
    (void)state;
    return ses_http_start();
}

static int end_curl(void **state)
{
    (void)state;
    ses_http_stop();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_http__sends_what_was_asked),
        cmocka_unit_test(test_http__does_not_ask_before_a_long_body),
        cmocka_unit_test(test_http__counts_a_reply_only_when_it_is_whole),
        cmocka_unit_test(test_http__never_sends_a_write_again_by_itself),
        cmocka_unit_test(test_http__sends_a_read_again_on_a_new_connection),
        cmocka_unit_test(test_http__does_not_send_into_a_closed_connection),
        cmocka_unit_test(test_http__calls_it_lost_where_it_may_have_arrived),
        cmocka_unit_test(test_http__calls_it_unsent_where_there_is_no_connection),
        cmocka_unit_test(test_http__calls_it_unsent_where_tls_does_not_begin),
        cmocka_unit_test(test_http__ends_when_told_to),
        cmocka_unit_test(test_http__gives_up_after_its_time),
        cmocka_unit_test(test_http__reads_headers),
        cmocka_unit_test(test_http__gives_every_status_back),
        cmocka_unit_test(test_http__wants_to_know_how_long_a_reply_is),
        cmocka_unit_test(test_http__takes_no_endless_reply),
        cmocka_unit_test(test_http__keeps_cookies_for_the_run),
        cmocka_unit_test(test_http__lets_no_header_begin_another),
        cmocka_unit_test(test_http__asks_no_proxy_of_the_environment),
        cmocka_unit_test(test_http__tells_what_a_proxy_answers),
        cmocka_unit_test(test_http__does_not_name_the_password_of_a_proxy),
        cmocka_unit_test(test_http__knows_what_an_origin_is),
        cmocka_unit_test(test_http__escapes_all_but_the_unreserved),
        cmocka_unit_test(test_http__survives_running_out_of_memory),
    };

    return cmocka_run_group_tests(tests, start_curl, end_curl);
}
