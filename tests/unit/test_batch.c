/* SPDX-License-Identifier: MIT */
#include "check/batch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alloc_fail.h"
#include "base/error.h"
#include "collect.h"
#include "ingest/node.h"

#define HEADER "Type,Name,Value\n"
#define TOKEN "abcdefghijklmnopqrstuvwxyz234567"
#define OTHER "zyxwvutsrqponmlkjihgfedcba765432"
#define DKIM(token, domain) "CNAME," token "._domainkey." domain "," token ".dkim.amazonses.com\n"
#define MX(region) "MX,m.b.edu,10 feedback-smtp." region ".amazonses.com\n"

/* Requests from exports, each one of its own. */
static void make(const char *const *texts, struct ses_arena *arena, struct ses_requests *requests)
{
    struct collect unused SES_CLEANUP(collect_done);

    collect_init(&unused, SES_ERROR);
    assert_int_equal(collect_requests(texts, arena, requests, &unused.findings), 0);
}

static void add_node(struct ses_request *request, struct ses_arena *arena, const char *address,
                     const char *name)
{
    const struct ses_place place = {.file = "nodes", .line = 1};
    struct ses_node node;

    assert_int_equal(ses_node_make(ses_str_of(address), ses_str_of(name), place, arena, &node), 0);
    assert_int_equal(ses_request_add_node(request, arena, &node), 0);
}

/* What adding all of them reports. */
static void add_all(const struct ses_requests *requests, enum ses_group_key key,
                    struct collect *collect)
{
    struct ses_batch batch SES_CLEANUP(ses_batch_done);

    collect_init(collect, SES_NOTE);
    ses_batch_init(&batch, requests, key);
    for (size_t i = 0; i < requests->count; i++)
        assert_int_equal(ses_batch_add(&batch, requests->items[i], &collect->findings), 0);
}

static void test_batch__compares_exports(void **state)
{
    static const struct {
        const char *texts[4];
        const char *lines;
    } rows[] = {
        {{HEADER DKIM(TOKEN, "a.edu"), HEADER DKIM(OTHER, "b.edu")}, ""},
        {{HEADER DKIM(TOKEN, "a.edu"), HEADER DKIM(TOKEN, "b.edu")},
         "2:2:7: batch-dkim-token-shared '" TOKEN "'\n"},
        {{HEADER "CNAME,www.a.edu,x.edu\n" DKIM(TOKEN, "a.edu"), HEADER DKIM(OTHER, "b.edu")}, ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
        struct collect collect SES_CLEANUP(collect_done);
        struct ses_requests requests = {0};

        make(rows[i].texts, &arena, &requests);
        add_all(&requests, SES_GROUP_NONE, &collect);
        assert_string_equal(collect_lines(&collect), rows[i].lines);
    }
}

static void test_batch__names_the_earlier_request(void **state)
{
    static const char *const texts[] = {HEADER DKIM(TOKEN, "a.edu"), HEADER DKIM(TOKEN, "b.edu"),
                                        NULL};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct collect collect SES_CLEANUP(collect_done);
    struct ses_requests requests = {0};

    (void)state;
    make(texts, &arena, &requests);
    add_all(&requests, SES_GROUP_NONE, &collect);
    assert_true(ses_str_contains(ses_buf_str(&collect.shown), SES_STR("already, by a.edu")));
    collect_done(&collect);
    requests.items[0]->row_at = (struct ses_place){.file = "m.csv", .line = 7};
    requests.items[1]->row_at = (struct ses_place){.file = "m.csv", .line = 9};
    add_all(&requests, SES_GROUP_NONE, &collect);
    assert_string_equal(collect_lines(&collect),
                        "m.csv:9:1: batch-dkim-token-shared '" TOKEN "'\n");
    assert_true(ses_str_contains(ses_buf_str(&collect.shown), SES_STR("on line 7 of")));
}

static void test_batch__reports_a_domain_that_is_there_twice_once(void **state)
{
    static const char *const texts[] = {HEADER DKIM(TOKEN, "a.edu") DKIM(OTHER, "a.edu"), NULL};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct collect collect SES_CLEANUP(collect_done);
    struct ses_requests requests = {0};
    struct ses_request *twice[2];

    (void)state;
    make(texts, &arena, &requests);
    twice[0] = twice[1] = requests.items[0];
    requests = (struct ses_requests){.items = twice, .count = 2};
    add_all(&requests, SES_GROUP_ALL, &collect);
    assert_string_equal(collect_codes(&collect), "batch-subject-twice");
}

static void test_batch__compares_owners_of_single_records(void **state)
{
    static const struct {
        const char *first, *second;
        const char *codes;
    } rows[] = {
        {MX("us-east-1"), MX("us-east-1"), ""},
        {MX("us-east-1"), MX("us-west-2"), "batch-owner-conflict"},
        {"TXT,_dmarc.b.edu,v=DMARC1; p=none;\n", "TXT,_dmarc.b.edu,v=DMARC1; p=reject;\n",
         "batch-owner-conflict"},
        {"TXT,m.b.edu,v=spf1 include:amazonses.com ~all\n",
         "TXT,m.b.edu,v=spf1 include:amazonses.com -all\n", "batch-owner-conflict"},
        {"CNAME,m.b.edu,x.edu\n", "CNAME,m.b.edu,y.edu\n", "batch-owner-conflict"},
        {"CNAME,m.b.edu,x.edu\n", "CNAME,M.b.edu,X.edu.\n", ""},
        {"TXT,m.b.edu,one\n", "TXT,m.b.edu,two\n", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
        struct collect collect SES_CLEANUP(collect_done);
        struct ses_requests requests = {0}, more = {0};
        struct ses_str text;
        struct ses_request *both[2];

        /* The two come from different rows of a manifest: what is below b.edu may be asked for by
         * the request of any domain above it. */
        assert_int_equal(ses_arena_printf(&arena, &text, HEADER "%s", rows[i].first), 0);
        make((const char *const[]){text.ptr, NULL}, &arena, &requests);
        assert_int_equal(ses_arena_printf(&arena, &text, HEADER "%s", rows[i].second), 0);
        make((const char *const[]){text.ptr, NULL}, &arena, &more);
        ASSERT_ROW(rows[i].first, requests.count == 1 && more.count == 1);
        both[0] = requests.items[0];
        both[1] = more.items[0];
        both[1]->subject = SES_STR("edu");
        requests = (struct ses_requests){.items = both, .count = 2};
        add_all(&requests, SES_GROUP_NONE, &collect);
        ASSERT_ROW(rows[i].second,
                   ses_str_eq(ses_str_of(collect_codes(&collect)), ses_str_of(rows[i].codes)));
    }
}

static void test_batch__compares_nodes(void **state)
{
    static const struct {
        const char *address, *name;
        const char *codes;
    } rows[] = {
        {"54.240.0.1", "mail.a.edu", ""},
        {"54.240.0.1", "mail.b.edu", "batch-address-two-names"},
        {"54.240.0.2", "mail.a.edu", "batch-name-two-addresses"},
        {"2620:0:1::1", "mail.a.edu", ""},
        {"54.240.0.3", "mail.b.edu", ""},
        {"not an address", "mail.a.edu", ""},
    };
    static const char *const texts[] = {HEADER DKIM(TOKEN, "a.edu"), HEADER DKIM(OTHER, "b.edu"),
                                        NULL};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
        struct collect collect SES_CLEANUP(collect_done);
        struct ses_requests requests = {0};

        make(texts, &arena, &requests);
        add_node(requests.items[0], &arena, "54.240.0.1", "mail.a.edu");
        add_node(requests.items[1], &arena, rows[i].address, rows[i].name);
        /* The same once more says nothing new. */
        add_node(requests.items[1], &arena, rows[i].address, rows[i].name);
        add_all(&requests, SES_GROUP_NONE, &collect);
        ASSERT_ROW(rows[i].address,
                   ses_str_eq(ses_str_of(collect_codes(&collect)), ses_str_of(rows[i].codes)));
    }
}

static void test_batch__reports_mixed_lifetimes_where_tickets_are_shared(void **state)
{
    static const struct {
        enum ses_group_key key;
        const char *contact;
        enum ses_lifetime_kind kind;
        const char *codes;
    } rows[] = {
        {SES_GROUP_ALL, "them", SES_LIFETIME_PRODUCTION, "batch-lifetimes-mixed"},
        {SES_GROUP_CONTACT, "us", SES_LIFETIME_PRODUCTION, "batch-lifetimes-mixed"},
        {SES_GROUP_CONTACT, "them", SES_LIFETIME_PRODUCTION, ""},
        {SES_GROUP_CONTACT, "us", SES_LIFETIME_POC, ""},
        {SES_GROUP_CONTACT, "us", SES_LIFETIME_NONE, ""},
        {SES_GROUP_NONE, "us", SES_LIFETIME_PRODUCTION, ""},
    };
    static const char *const texts[] = {HEADER DKIM(TOKEN, "a.edu"), HEADER DKIM(OTHER, "b.edu"),
                                        NULL};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
        struct collect collect SES_CLEANUP(collect_done);
        struct ses_requests requests = {0};

        make(texts, &arena, &requests);
        requests.items[0]->lifetime.kind = SES_LIFETIME_POC;
        requests.items[0]->contact = SES_STR("us");
        requests.items[1]->lifetime.kind = rows[i].kind;
        requests.items[1]->contact = ses_str_of(rows[i].contact);
        add_all(&requests, rows[i].key, &collect);
        ASSERT_ROW(rows[i].contact,
                   ses_str_eq(ses_str_of(collect_codes(&collect)), ses_str_of(rows[i].codes)));
    }
}

static int add_many(void *ctx)
{
    struct ses_batch batch SES_CLEANUP(ses_batch_done);
    struct ses_requests *requests = ctx;
    struct collect collect SES_CLEANUP(collect_done);
    int error = 0;

    collect_init(&collect, SES_ERROR);
    ses_batch_init(&batch, requests, SES_GROUP_ALL);
    for (size_t i = 0; i < requests->count && error == 0; i++)
        error = ses_batch_add(&batch, requests->items[i], &collect.findings);
    return error;
}

static void test_batch__survives_each_failing_allocation(void **state)
{
    static const char *const texts[] = {HEADER DKIM(TOKEN, "a.edu"), HEADER DKIM(OTHER, "b.edu"),
                                        NULL};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_requests requests = {0};

    (void)state;
    make(texts, &arena, &requests);
    alloc_fail_each(add_many, &requests);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_batch__compares_exports),
        cmocka_unit_test(test_batch__names_the_earlier_request),
        cmocka_unit_test(test_batch__reports_a_domain_that_is_there_twice_once),
        cmocka_unit_test(test_batch__compares_owners_of_single_records),
        cmocka_unit_test(test_batch__compares_nodes),
        cmocka_unit_test(test_batch__reports_mixed_lifetimes_where_tickets_are_shared),
        cmocka_unit_test(test_batch__survives_each_failing_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
