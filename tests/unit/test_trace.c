/* SPDX-License-Identifier: MIT */
#include "submit/trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "collect.h"

struct sink {
    struct ses_trace trace;
    struct ses_buf text;
};

static void take(struct ses_trace *trace, struct ses_str text)
{
    ses_buf_add(&((struct sink *)trace)->text, text);
}

static const struct ses_secrets secrets = {.password = (char *)"geheim"};

static struct ses_http_options options_of(struct sink *sink)
{
    *sink = (struct sink){.trace = {take}};
    ses_buf_init(&sink->text, 10000000);
    return (struct ses_http_options){.origin = "https://example.service-now.com",
                                     .trace = &sink->trace,
                                     .secret_headers = "x-key x-other",
                                     .secrets = &secrets};
}

static const struct ses_http_header headers[] = {
    {{"User-Agent", 10}, {"sesdns", 6}},
    {{"authorization", 13}, {"Bearer token-1", 14}},
    {{"X-Key", 5}, {"key-1", 5}},
};

static void fill(struct ses_mask *mask, const struct ses_http_options *options)
{
    ses_mask_init(mask);
    ses_mask_add_secrets(mask, options->secrets);
    ses_trace_add_secrets(mask, options, headers, COUNT(headers));
}

static void test_trace__writes_a_request_without_its_secrets(void **state)
{
    const struct ses_http_request request = {.method = "POST",
                                             .target = SES_STR("/api/now/table/incident?a=key-1"),
                                             .body =
                                                 SES_STR("{\"a\":\"geheim, token-1\"}\nx\x1b[2J")};
    struct sink sink;
    struct ses_http_options options = options_of(&sink);
    struct ses_mask mask SES_CLEANUP(ses_mask_done);

    (void)state;
    fill(&mask, &options);
    assert_int_equal(ses_trace_request(&options, &mask, &request, headers, COUNT(headers)), 0);
    assert_string_equal(sink.text.ptr,
                        "> POST https://example.service-now.com/api/now/table/incident?a=***\n"
                        "> User-Agent: sesdns\n"
                        "> authorization: ***\n"
                        "> X-Key: ***\n"
                        ">\n"
                        "> {\"a\":\"***, ***\"}\n"
                        "> x\\x1b[2J\n"
                        "\n");
    ses_buf_done(&sink.text);
}

static void test_trace__writes_a_reply_without_its_secrets(void **state)
{
    static const char head[] =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nSet-Cookie: JSESSIONID=1; Path=/\r\n"
        "X-Echo: Bearer token-1 \xFF\r\nLocation: https://ann:pw@example.edu/\r\nodd line\r\n\r\n";
    const struct ses_http_request request = {.method = "POST", .target = SES_STR("/x")};
    struct sink sink;
    struct ses_http_options options = options_of(&sink);
    struct ses_mask mask SES_CLEANUP(ses_mask_done);
    struct ses_http_reply reply SES_CLEANUP(ses_http_reply_done);

    (void)state;
    fill(&mask, &options);
    ses_http_reply_init(&reply);
    reply.end = SES_HTTP_REPLIED;
    ses_buf_add(&reply.body, SES_STR("{\"r\":\"geheim\"}"));
    assert_int_equal(ses_trace_reply(&options, &mask, &request, ses_str_of(head), &reply, 1234), 0);
    assert_string_equal(sink.text.ptr, "< POST /x: replied after 1234 ms\n"
                                       "< HTTP/1.1 100 Continue\n"
                                       "< HTTP/1.1 201 Created\n"
                                       "< Set-Cookie: ***\n"
                                       "< X-Echo: *** \\xff\n"
                                       "< Location: https://***@example.edu/\n"
                                       "< odd line\n"
                                       "<\n"
                                       "< {\"r\":\"***\"}\n"
                                       "\n");
    ses_buf_done(&sink.text);
}

static void test_trace__says_why_there_is_no_reply(void **state)
{
    static const struct {
        enum ses_http_end end;
        const char *expected;
    } rows[] = {
        {SES_HTTP_UNSENT, "< GET /x: not sent after 5 ms: why\\x07\n<\n\n"},
        {SES_HTTP_LOST, "< GET /x: no whole reply after 5 ms: why\\x07\n<\n\n"},
        {SES_HTTP_UNUSABLE, "< GET /x: not executed after 5 ms: why\\x07\n<\n\n"},
    };
    const struct ses_http_request request = {.method = "GET", .target = SES_STR("/x")};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sink sink;
        struct ses_http_options options = options_of(&sink);
        struct ses_mask mask SES_CLEANUP(ses_mask_done);
        struct ses_http_reply reply = {.end = rows[i].end, .reason = "why\a"};

        fill(&mask, &options);
        assert_int_equal(ses_trace_reply(&options, &mask, &request, SES_STR(""), &reply, 5), 0);
        assert_string_equal(sink.text.ptr, rows[i].expected);
        ses_buf_done(&sink.text);
    }
}

static void test_trace__shows_bodies_as_far_as_they_can_be_read(void **state)
{
    static const struct {
        const char *body;
        size_t len;
        bool secret;
        const char *expected;
    } rows[] = {
        {"", 0, false, ""},
        {"a\tb", 3, false, "> a\tb\n"},
        {"\xC3\xA4 \xF0\x9F\x90\x9F", 7, false, "> \xC3\xA4 \xF0\x9F\x90\x9F\n"},
        {"a\r\nb\n", 5, false, "> a\\x0d\n> b\n"},
        {"\x7F\xC2\x9B", 3, false, "> \\x7f\\xc2\\x9b\n"},
        {"\xE2\x80\xAE\xE2\x81\xA6\xE2\x80\x8B", 9, false,
         "> \\xe2\\x80\\xae\\xe2\\x81\\xa6\\xe2\\x80\\x8b\n"},
        {"\xE2\x80\x9C\xE2\x82\xAC", 6, false, "> \xE2\x80\x9C\xE2\x82\xAC\n"},
        {"\xFF\xFE", 2, false, "> (2 bytes that are not text)\n"},
        {"a\0b", 3, false, "> (3 bytes that are not text)\n"},
        {"grant_type=x", 12, true, "> (12 bytes with secrets)\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct ses_http_request request = {.method = "POST",
                                                 .target = SES_STR("/x"),
                                                 .body = {rows[i].body, rows[i].len},
                                                 .secret = rows[i].secret};
        struct sink sink;
        struct ses_http_options options = options_of(&sink);
        struct ses_mask mask SES_CLEANUP(ses_mask_done);
        char expected[256];

        fill(&mask, &options);
        assert_int_equal(ses_trace_request(&options, &mask, &request, NULL, 0), 0);
        snprintf(expected, sizeof(expected), "> POST https://example.service-now.com/x\n>\n%s\n",
                 rows[i].expected);
        assert_string_equal(sink.text.ptr, expected);
        ses_buf_done(&sink.text);
    }
}

/* What is cut off was masked before: no half of a secret is left at the end. */
static void test_trace__cuts_long_bodies(void **state)
{
    static char body[SES_MAX_TRACE_BODY + 100];
    const struct ses_http_request request = {
        .method = "POST", .target = SES_STR("/x"), .body = {body, sizeof(body)}};
    struct sink sink;
    struct ses_http_options options = options_of(&sink);
    struct ses_mask mask SES_CLEANUP(ses_mask_done);

    (void)state;
    fill(&mask, &options);
    memset(body, '\n', sizeof(body));
    memcpy(body + SES_MAX_TRACE_BODY - 3, "geheim", 6);
    assert_int_equal(ses_trace_request(&options, &mask, &request, NULL, 0), 0);
    assert_null(strstr(sink.text.ptr, "geh"));
    assert_non_null(strstr(sink.text.ptr, "> ***\n> (97 bytes more)\n\n"));
    ses_buf_done(&sink.text);
}

static void test_trace__writes_nothing_without_a_sink(void **state)
{
    const struct ses_http_options options = {.origin = "https://example.edu"};
    const struct ses_http_request request = {.method = "GET"};
    const struct ses_http_reply reply = {0};
    struct ses_mask mask;

    (void)state;
    ses_mask_init(&mask);
    assert_int_equal(ses_trace_request(&options, &mask, &request, NULL, 0), 0);
    assert_int_equal(ses_trace_reply(&options, &mask, &request, SES_STR(""), &reply, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trace__writes_a_request_without_its_secrets),
        cmocka_unit_test(test_trace__writes_a_reply_without_its_secrets),
        cmocka_unit_test(test_trace__says_why_there_is_no_reply),
        cmocka_unit_test(test_trace__shows_bodies_as_far_as_they_can_be_read),
        cmocka_unit_test(test_trace__cuts_long_bodies),
        cmocka_unit_test(test_trace__writes_nothing_without_a_sink),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
