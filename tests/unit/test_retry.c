/* SPDX-License-Identifier: MIT */
#include "submit/retry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "collect.h"

#define JSON "application/json;charset=UTF-8"
#define HTML "text/html;charset=UTF-8"
#define FAILED                                                                                     \
    "{\"error\":{\"message\":\"Operation Failed\",\"detail\":\"ACL\"},\"status\":\"failure\"}"
#define DENIED                                                                                     \
    "{\"error\":{\"message\":\"User Not Authorized\",\"detail\":null},\"status\":\"failure\"}"

enum { GOOD = SES_OUTCOME_GOOD, NO = SES_OUTCOME_REFUSED, AGAIN = SES_OUTCOME_AGAIN };
enum { AMBIGUOUS = SES_OUTCOME_AMBIGUOUS };

/* The longest of the first pause of each kind. */
enum { NONE = 0, SHORT = SES_RETRY_FIRST_MS, QUEUE = SES_RETRY_QUEUE_MS };

enum flag { RULE = 1, MFA = 2, SHARED = 4 };

static const struct row {
    enum ses_http_end end;
    unsigned status;
    const char *type, *body;
    unsigned flags;
    int64_t retry_after; /* seconds; -1: none */
    int write, read;
    int64_t pause; /* of the one that may be sent again */
} rows[] = {
    /* Without a reply. */
    {SES_HTTP_UNSENT, 0, "", "", 0, -1, AGAIN, AGAIN, SHORT},
    {SES_HTTP_LOST, 0, "", "", 0, -1, AMBIGUOUS, AGAIN, SHORT},
    {SES_HTTP_UNUSABLE, 0, "", "", 0, -1, NO, NO, NONE},
    /* What a client has of a status does not count without a whole reply. */
    {SES_HTTP_LOST, 201, JSON, "{}", 0, -1, AMBIGUOUS, AGAIN, SHORT},
    {SES_HTTP_LOST, 401, JSON, "{}", 0, -1, AMBIGUOUS, AGAIN, SHORT},
    {SES_HTTP_UNSENT, 200, JSON, "{}", 0, -1, AGAIN, AGAIN, SHORT},
    /* Done. */
    {SES_HTTP_REPLIED, 200, JSON, "{}", 0, -1, GOOD, GOOD, NONE},
    {SES_HTTP_REPLIED, 201, "application/json", "{}", 0, -1, GOOD, GOOD, NONE},
    {SES_HTTP_REPLIED, 201, "Application/JSON ; charset=utf-8", "", 0, -1, GOOD, GOOD, NONE},
    {SES_HTTP_REPLIED, 200, "application/problem+json", "", 0, -1, GOOD, GOOD, NONE},
    {SES_HTTP_REPLIED, 200, "application/xml", "", 0, -1, GOOD, GOOD, NONE},
    {SES_HTTP_REPLIED, 200, "text/xml", "", 0, -1, GOOD, GOOD, NONE},
    {SES_HTTP_REPLIED, 204, "", "", 0, -1, GOOD, GOOD, NONE},
    /* Whoever asks to wait after it was done is asked again all the same. */
    {SES_HTTP_REPLIED, 201, JSON, "{}", RULE, 60, GOOD, GOOD, NONE},
    /* Pages. */
    {SES_HTTP_REPLIED, 200, HTML, "Instance Hibernating page", SHARED, -1, AMBIGUOUS, AGAIN, SHORT},
    {SES_HTTP_REPLIED, 201, HTML, "", SHARED, -1, AMBIGUOUS, AGAIN, SHORT},
    {SES_HTTP_REPLIED, 200, "", "", SHARED, -1, AMBIGUOUS, AGAIN, SHORT},
    {SES_HTTP_REPLIED, 200, "application/jsonp", "", SHARED, -1, AMBIGUOUS, AGAIN, SHORT},
    {SES_HTTP_REPLIED, 200, "text/plain", "", SHARED, -1, AMBIGUOUS, AGAIN, SHORT},
    /* Refused before anything is executed. */
    {SES_HTTP_REPLIED, 301, HTML, "", 0, -1, NO, NO, NONE},
    {SES_HTTP_REPLIED, 302, HTML, "", 0, -1, NO, NO, NONE},
    {SES_HTTP_REPLIED, 307, HTML, "", 0, -1, NO, NO, NONE},
    {SES_HTTP_REPLIED, 400, JSON, "", 0, -1, NO, NO, NONE},
    {SES_HTTP_REPLIED, 401, JSON, "", 0, -1, NO, NO, NONE},
    {SES_HTTP_REPLIED, 401, JSON, "", MFA, -1, NO, NO, NONE},
    {SES_HTTP_REPLIED, 404, JSON, "", 0, -1, NO, NO, NONE},
    {SES_HTTP_REPLIED, 405, JSON, "", 0, -1, NO, NO, NONE},
    {SES_HTTP_REPLIED, 406, JSON, "", 0, -1, NO, NO, NONE},
    {SES_HTTP_REPLIED, 413, JSON, "", 0, -1, NO, NO, NONE},
    {SES_HTTP_REPLIED, 414, JSON, "", 0, -1, NO, NO, NONE},
    {SES_HTTP_REPLIED, 415, JSON, "", 0, -1, NO, NO, NONE},
    {SES_HTTP_REPLIED, 403, JSON, DENIED, 0, -1, NO, NO, NONE},
    {SES_HTTP_REPLIED, 403, HTML, "", 0, -1, NO, NO, NONE},
    /* Known to be said after it was done. */
    {SES_HTTP_REPLIED, 403, JSON, FAILED, 0, -1, AMBIGUOUS, NO, NONE},
    {SES_HTTP_REPLIED, 403, HTML, "operation failed", 0, -1, AMBIGUOUS, NO, NONE},
    /* Too much at once. */
    {SES_HTTP_REPLIED, 429, JSON, "", RULE | SHARED, -1, AGAIN, AGAIN, QUEUE},
    {SES_HTTP_REPLIED, 429, JSON, "", RULE | SHARED, 3000, AGAIN, AGAIN, 3000000},
    {SES_HTTP_REPLIED, 429, JSON, "", RULE | SHARED, 4294967295, AGAIN, AGAIN, 4294967295000},
    {SES_HTTP_REPLIED, 429, JSON, "", RULE | SHARED, 0, AGAIN, AGAIN, QUEUE},
    {SES_HTTP_REPLIED, 429, JSON, "", SHARED, -1, AMBIGUOUS, AGAIN, QUEUE},
    {SES_HTTP_REPLIED, 429, HTML, "", SHARED, 600, AMBIGUOUS, AGAIN, 600000},
    /* Failures. */
    {SES_HTTP_REPLIED, 500, JSON, "", 0, -1, AMBIGUOUS, AGAIN, SHORT},
    {SES_HTTP_REPLIED, 500, JSON, "", 0, 120, AMBIGUOUS, AGAIN, 120000},
    {SES_HTTP_REPLIED, 501, JSON, "", 0, -1, AMBIGUOUS, AGAIN, SHORT},
    {SES_HTTP_REPLIED, 502, HTML, "", SHARED, -1, AMBIGUOUS, AGAIN, SHORT},
    {SES_HTTP_REPLIED, 503, HTML, "", SHARED, -1, AMBIGUOUS, AGAIN, SHORT},
    {SES_HTTP_REPLIED, 503, HTML, "", SHARED, 120, AMBIGUOUS, AGAIN, 120000},
    {SES_HTTP_REPLIED, 504, HTML, "", SHARED, -1, AMBIGUOUS, AGAIN, SHORT},
    {SES_HTTP_REPLIED, 599, HTML, "", 0, -1, AMBIGUOUS, AGAIN, SHORT},
    /* Not documented. */
    {SES_HTTP_REPLIED, 402, JSON, "", 0, -1, AMBIGUOUS, NO, NONE},
    {SES_HTTP_REPLIED, 407, HTML, "", 0, -1, AMBIGUOUS, NO, NONE},
    {SES_HTTP_REPLIED, 408, HTML, "", 0, -1, AMBIGUOUS, AGAIN, SHORT},
    {SES_HTTP_REPLIED, 409, JSON, "", 0, -1, AMBIGUOUS, NO, NONE},
    {SES_HTTP_REPLIED, 499, JSON, "", 0, -1, AMBIGUOUS, NO, NONE},
    {SES_HTTP_REPLIED, 100, "", "", 0, -1, AMBIGUOUS, AGAIN, SHORT},
    {SES_HTTP_REPLIED, 0, "", "", 0, -1, AMBIGUOUS, AGAIN, SHORT},
    {SES_HTTP_REPLIED, 600, "", "", 0, -1, AMBIGUOUS, AGAIN, SHORT},
    {SES_HTTP_REPLIED, UINT32_MAX, "", "", 0, -1, AMBIGUOUS, AGAIN, SHORT},
};

static void fill(struct ses_http_reply *reply, const struct row *row)
{
    ses_http_reply_clear(reply);
    reply->end = row->end;
    reply->status = row->status;
    snprintf(reply->content_type, sizeof(reply->content_type), "%s", row->type);
    reply->has_rule = (row->flags & RULE) != 0;
    reply->wants_mfa = (row->flags & MFA) != 0;
    reply->has_retry_after = row->retry_after >= 0;
    reply->retry_after = row->retry_after >= 0 ? (uint32_t)row->retry_after : 0;
    ses_buf_add(&reply->body, ses_str_of(row->body));
}

/* From half of the longest pause of our own to the whole; to the millisecond where it was asked. */
static void assert_judged(const struct row *row, struct ses_retry got, int verdict)
{
    bool waits = verdict == AGAIN || verdict == AMBIGUOUS;
    bool asked = row->retry_after * 1000 == row->pause;
    bool in_range =
        got.pause_ms <= row->pause && got.pause_ms >= (asked ? row->pause : row->pause / 2);

    if ((int)got.verdict != verdict || (waits ? !in_range : got.pause_ms != 0) || !got.why ||
        (waits && row->end == SES_HTTP_REPLIED && got.shared != ((row->flags & SHARED) != 0)))
        fail_msg("end %d, status %u, '%s', '%s', flags %u: verdict %d, %lld ms, shared %d, '%s'",
                 row->end, row->status, row->type, row->body, row->flags, got.verdict,
                 (long long)got.pause_ms, got.shared, got.why);
}

static void test_retry__judges_each_reply(void **state)
{
    static const uint32_t randoms[] = {0, 1, 499, 12345678, UINT32_MAX};
    struct ses_http_reply reply SES_CLEANUP(ses_http_reply_done);

    (void)state;
    ses_http_reply_init(&reply);
    for (size_t i = 0; i < COUNT(rows); i++) {
        fill(&reply, &rows[i]);
        for (size_t k = 0; k < COUNT(randoms); k++) {
            assert_judged(&rows[i], ses_retry_judge(&reply, true, 1, randoms[k]), rows[i].write);
            assert_judged(&rows[i], ses_retry_judge(&reply, false, 1, randoms[k]), rows[i].read);
        }
    }
}

/* For every status there is: a write is never sent again where it may have been done. */
static void test_retry__never_repeats_a_write_in_doubt(void **state)
{
    struct ses_http_reply reply SES_CLEANUP(ses_http_reply_done);
    size_t again = 0;

    (void)state;
    ses_http_reply_init(&reply);
    for (unsigned status = 0; status < 1100; status++) {
        for (unsigned flags = 0; flags < 4; flags++) {
            const struct row row = {SES_HTTP_REPLIED, status, JSON, "", flags, 5, 0, 0, 0};
            struct ses_retry got;

            fill(&reply, &row);
            got = ses_retry_judge(&reply, true, 1, 7);
            if (got.verdict != SES_OUTCOME_AGAIN)
                continue;
            again++;
            assert_int_equal(status, 429);
            assert_true(flags & RULE);
        }
    }
    assert_int_equal(again, 2);
}

static void test_retry__waits_longer_each_time_up_to_a_limit(void **state)
{
    static const struct {
        unsigned status, attempt;
        int64_t whole;
    } pauses[] = {
        {503, 0, 1000},  {503, 1, 1000},   {503, 2, 2000},   {503, 3, 4000},
        {503, 7, 64000}, {503, 8, 120000}, {503, 9, 120000}, {503, 4000000000, 120000},
        {429, 1, 30000}, {429, 2, 60000},  {429, 3, 120000}, {429, 4, 120000},
    };
    struct ses_http_reply reply SES_CLEANUP(ses_http_reply_done);

    (void)state;
    ses_http_reply_init(&reply);
    reply.end = SES_HTTP_REPLIED;
    for (size_t i = 0; i < COUNT(pauses); i++) {
        int64_t least = INT64_MAX;
        int64_t most = 0;

        reply.status = pauses[i].status;
        for (uint32_t random = 0; random < 200000; random += 7) {
            int64_t pause = ses_retry_judge(&reply, false, pauses[i].attempt, random).pause_ms;

            least = pause < least ? pause : least;
            most = pause > most ? pause : most;
        }
        assert_true(least >= pauses[i].whole / 2 && least < pauses[i].whole * 6 / 10);
        assert_true(most <= pauses[i].whole && most > pauses[i].whole * 9 / 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_retry__judges_each_reply),
        cmocka_unit_test(test_retry__never_repeats_a_write_in_doubt),
        cmocka_unit_test(test_retry__waits_longer_each_time_up_to_a_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
