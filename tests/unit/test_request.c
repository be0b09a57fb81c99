/* SPDX-License-Identifier: MIT */
#include "model/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "collect.h"
#include "ingest/node.h"

#define TOKEN "MKu0dZrRuvSdUvGaGo0sAci10CK7EHb05DIhX0849wU="

struct row {
    enum ses_rrtype type;
    const char *owner, *value;
};

static const struct row family[] = {
    {SES_CNAME, "a._domainkey.a.edu", "a.dkim.amazonses.com"},
    {SES_CNAME, "b._domainkey.a.edu", "b.dkim.amazonses.com"},
    {SES_CNAME, "c._domainkey.a.edu", "c.dkim.amazonses.com"},
    {SES_MX, "m.a.edu", "10 feedback-smtp.us-east-1.amazonses.com"},
    {SES_TXT, "m.a.edu", "v=spf1 include:amazonses.com ~all"},
    {SES_TXT, "_dmarc.a.edu", "v=DMARC1; p=none;"},
    {SES_TXT, "_amazonses.a.edu", TOKEN},
};

static void add(struct ses_request *request, const struct row *row, struct ses_arena *arena)
{
    struct ses_record *record = ses_arena_alloc(arena, sizeof(*record));

    assert_non_null(record);
    record->type = row->type;
    record->owner = ses_str_of(row->owner);
    record->value = ses_str_of(row->value);
    assert_int_equal(ses_record_classify(record, arena), 0);
    assert_int_equal(ses_request_add_record(request, arena, record), 0);
}

static void make(struct ses_request *request, const struct row *rows, size_t count,
                 struct ses_arena *arena)
{
    ses_request_init(request, SES_SUBJECT_DOMAIN);
    request->subject = SES_STR("a.edu");
    for (size_t i = 0; i < count; i++)
        add(request, &rows[i], arena);
}

static void settle(struct ses_request *request, struct ses_arena *arena)
{
    assert_int_equal(ses_request_settle(request, arena), 0);
    assert_int_equal(ses_request_seal(request, NULL), 0);
}

static void test_request__publishes_in_canonical_order(void **state)
{
    static const struct row rows[] = {
        {SES_TXT, "_dmarc.a.edu", "v=DMARC1; p=none;"},
        {SES_TXT, "m.a.edu", "v=spf1 include:amazonses.com ~all"},
        {SES_MX, "m.a.edu", "10 x.amazonses.com"},
        {SES_TXT, "_amazonses.a.edu", TOKEN},
        {SES_CNAME, "b._domainkey.a.edu", "b.dkim.amazonses.com"},
        {SES_CNAME, "a._domainkey.a.edu", "a.dkim.amazonses.com"},
    };
    static const char *const expected[] = {
        "a._domainkey.a.edu", "b._domainkey.a.edu", "_amazonses.a.edu", "m.a.edu", "m.a.edu",
        "_dmarc.a.edu"};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_request request;

    (void)state;
    make(&request, rows, COUNT(rows), &arena);
    settle(&request, &arena);
    assert_int_equal(request.published_count, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++)
        ASSERT_ROW(expected[i], ses_str_eq(request.published[i]->owner, ses_str_of(expected[i])));
    assert_true(ses_str_eq(request.records[0]->owner, SES_STR("_dmarc.a.edu")));
}

static void test_request__publishes_a_repeated_record_once(void **state)
{
    static const struct row rows[] = {
        {SES_CNAME, "a._domainkey.a.edu", "a.dkim.amazonses.com"},
        {SES_TXT, "_dmarc.a.edu", "v=DMARC1; p=none;"},
        {SES_CNAME, "a._domainkey.a.edu", "A.dkim.amazonses.com."},
        {SES_CNAME, "a._domainkey.a.edu", "a.dkim.amazonses.com"},
        {SES_TXT, "_dmarc.a.edu", "v=DMARC1; p=none"},
    };
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_request request;

    (void)state;
    make(&request, rows, COUNT(rows), &arena);
    settle(&request, &arena);
    assert_int_equal(request.published_count, 3);
    assert_int_equal(request.records[0]->fate, SES_PUBLISH);
    assert_int_equal(request.records[2]->fate, SES_DUPLICATE);
    assert_ptr_equal(request.records[2]->copy_of, request.records[0]);
    assert_ptr_equal(request.records[3]->copy_of, request.records[0]);
    assert_int_equal(ses_request_count(&request, SES_RECORD_DMARC), 2);
}

static void test_request__leaves_the_alternative_form_out(void **state)
{
    static const struct row rows[] = {{SES_TXT, "a.edu", "amazonses:" TOKEN},
                                      {SES_TXT, "_amazonses.a.edu", TOKEN},
                                      {SES_TXT, "a.edu", "amazonses:other"}};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_request request;

    (void)state;
    make(&request, rows, COUNT(rows), &arena);
    settle(&request, &arena);
    assert_int_equal(request.records[0]->fate, SES_ALTERNATIVE);
    assert_int_equal(request.records[1]->fate, SES_PUBLISH);
    assert_int_equal(request.records[2]->fate, SES_PUBLISH);
    assert_int_equal(request.published_count, 2);
}

static void test_request__publishes_the_alternative_form_alone(void **state)
{
    static const struct row rows[] = {{SES_TXT, "a.edu", "amazonses:" TOKEN}};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_request request;

    (void)state;
    make(&request, rows, COUNT(rows), &arena);
    settle(&request, &arena);
    assert_int_equal(request.published_count, 1);
}

static void test_request__settles_without_records(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_request request;

    (void)state;
    make(&request, NULL, 0, &arena);
    settle(&request, &arena);
    assert_int_equal(request.published_count, 0);
    assert_int_equal(strlen(request.digest), 64);
}

static void test_request__adds_a_source_once(void **state)
{
    static const struct ses_source whole = {.path = "a"};
    static const struct ses_source cut = {.path = "b", .refused_rows = 1};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_request request;

    (void)state;
    make(&request, NULL, 0, &arena);
    assert_int_equal(ses_request_add_source(&request, &arena, &whole), 0);
    assert_int_equal(ses_request_add_source(&request, &arena, &whole), 0);
    assert_int_equal(request.source_count, 1);
    assert_false(ses_request_is_partial(&request));
    assert_int_equal(ses_request_add_source(&request, &arena, &cut), 0);
    assert_true(ses_request_is_partial(&request));
}

/* Every rotation, forwards and backwards. */
static void test_request__digest_does_not_depend_on_the_order_of_records(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_request first;

    (void)state;
    make(&first, family, COUNT(family), &arena);
    settle(&first, &arena);
    for (size_t start = 0; start < 2 * COUNT(family); start++) {
        struct row rows[COUNT(family)];
        struct ses_request request;

        for (size_t i = 0; i < COUNT(family); i++)
            rows[start < COUNT(family) ? i : COUNT(family) - 1 - i] =
                family[(start + i) % COUNT(family)];
        make(&request, rows, COUNT(rows), &arena);
        settle(&request, &arena);
        assert_string_equal(request.digest, first.digest);
    }
}

static void test_request__digest_does_not_depend_on_copies_and_spelling(void **state)
{
    static const struct row more[] = {
        {SES_CNAME, "a._domainkey.a.edu", "A.Dkim.AmazonSES.com."},
        {SES_MX, "m.a.edu", "10  feedback-smtp.us-east-1.amazonses.com."},
        {SES_TXT, "a.edu", "amazonses:" TOKEN},
    };
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_request first;
    struct ses_request second;

    (void)state;
    make(&first, family, COUNT(family), &arena);
    settle(&first, &arena);
    make(&second, more, COUNT(more), &arena);
    for (size_t i = 0; i < COUNT(family); i++)
        add(&second, &family[i], &arena);
    settle(&second, &arena);
    assert_string_equal(first.digest, second.digest);
}

/* The requests that differ from the first in one fact each. */
static void vary(size_t variant, struct ses_request *request, struct ses_arena *arena)
{
    static const struct row rows[] = {
        {SES_TXT, "_dmarc.a.edu", "v=DMARC1; p=none; "},
        {SES_TXT, "a.edu", "v=DMARC1; p=none;"},
        {SES_CNAME, "_dmarc.a.edu", "v"},
        {SES_CNAME, "_dmarc.a.edu", "not a name"},
        {SES_CNAME, "_dmarc.a.edu", "another that is none"},
        {SES_MX, "n.a.edu", "10 x"},
        {SES_MX, "n.a.edu", "11 x"},
        {SES_MX, "n.a.edu", "10 y"},
        {SES_MX, "n.a.edu", "0 y"},
        {SES_MX, "n.a.edu", "y"},
    };
    struct ses_node node = {0};
    const struct ses_lifetime poc = {SES_LIFETIME_POC, {2026, 3, 31}};
    const struct ses_lifetime later = {SES_LIFETIME_POC, {2026, 4, 1}};
    const struct ses_lifetime production = {.kind = SES_LIFETIME_PRODUCTION};

    make(request, family, COUNT(family), arena);
    if (variant < COUNT(rows))
        add(request, &rows[variant], arena);
    switch (variant - COUNT(rows)) {
    case 0:
        request->subject = SES_STR("b.edu");
        break;
    case 1:
        request->kind = SES_SUBJECT_HOST;
        break;
    case 2:
        request->zone = SES_STR("edu");
        break;
    case 3:
        request->lifetime = poc;
        break;
    case 4:
        request->lifetime = later;
        break;
    case 5:
        request->lifetime = production;
        break;
    case 6:
        request->contact = SES_STR("x");
        break;
    case 7:
        request->purpose = SES_STR("x");
        break;
    case 8:
        request->account = SES_STR("x");
        break;
    case 9:
        request->region = SES_STR("x");
        break;
    case 10:
    case 11:
    case 12:
    case 13:
        assert_int_equal(
            ses_node_make(variant % 2 ? SES_STR("192.0.2.1") : SES_STR("192.0.2.2"),
                          variant < COUNT(rows) + 12 ? SES_STR("m.a.edu") : SES_STR("n.a.edu"),
                          (struct ses_place){0}, arena, &node),
            0);
        assert_int_equal(ses_request_add_node(request, arena, &node), 0);
        break;
    case 14:
        assert_int_equal(ses_node_make(SES_STR("192.0.2.1"), SES_STR("m.a.edu"),
                                       (struct ses_place){0}, arena, &node),
                         0);
        node.allocation = SES_STR("eipalloc-1");
        assert_int_equal(ses_request_add_node(request, arena, &node), 0);
        break;
    /* Values that, put behind one another, would read the same as others. */
    case 15:
        request->contact = SES_STR("x\npurpose 1 y");
        break;
    case 16:
        request->contact = SES_STR("x");
        request->purpose = SES_STR("y");
        break;
    case 17:
        request->contact = SES_STR("xy");
        break;
    case 18:
        request->contact = SES_STR("");
        request->purpose = SES_STR("xy");
        break;
    case 19:
        request->contact = SES_STR("x\npurpose y");
        break;
    case 20:
        request->contact = SES_STR("x");
        request->purpose = SES_STR("y\npurpose ");
        break;
    default:
        break;
    }
    settle(request, arena);
}

#define VARIANTS 32 /* the last is the family as it is */

static void test_request__digest_changes_with_each_fact(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_request requests[VARIANTS];

    (void)state;
    for (size_t i = 0; i < VARIANTS; i++) {
        vary(i, &requests[i], &arena);
        for (size_t k = 0; k < i; k++) {
            if (strcmp(requests[i].digest, requests[k].digest) == 0)
                fail_msg("variants %zu and %zu have one digest", k, i);
        }
    }
}

static void test_request__digest_does_not_hold_places(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_request first;
    struct ses_request second;

    (void)state;
    make(&first, family, COUNT(family), &arena);
    settle(&first, &arena);
    make(&second, family, COUNT(family), &arena);
    for (size_t i = 0; i < second.record_count; i++)
        second.records[i]->row_at = (struct ses_place){"other", 7, 0, SES_STR("x")};
    settle(&second, &arena);
    assert_string_equal(first.digest, second.digest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request__publishes_in_canonical_order),
        cmocka_unit_test(test_request__publishes_a_repeated_record_once),
        cmocka_unit_test(test_request__leaves_the_alternative_form_out),
        cmocka_unit_test(test_request__publishes_the_alternative_form_alone),
        cmocka_unit_test(test_request__settles_without_records),
        cmocka_unit_test(test_request__adds_a_source_once),
        cmocka_unit_test(test_request__digest_does_not_depend_on_the_order_of_records),
        cmocka_unit_test(test_request__digest_does_not_depend_on_copies_and_spelling),
        cmocka_unit_test(test_request__digest_changes_with_each_fact),
        cmocka_unit_test(test_request__digest_does_not_hold_places),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
