/* SPDX-License-Identifier: MIT */
#include "model/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"
#include "collect.h"

#define TOKEN "MKu0dZrRuvSdUvGaGo0sAci10CK7EHb05DIhX0849wU="

static void test_record__reads_types_in_any_case(void **state)
{
    static const struct {
        const char *text;
        bool good;
        enum ses_rrtype type;
    } rows[] = {{"CNAME", true, SES_CNAME},
                {"txt", true, SES_TXT},
                {"Mx", true, SES_MX},
                {"A", false, 0},
                {"", false, 0},
                {"TXT ", false, 0},
                {"CNAMES", false, 0}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        enum ses_rrtype type = SES_RRTYPES;

        ASSERT_ROW(rows[i].text, ses_rrtype_parse(ses_str_of(rows[i].text), &type) == rows[i].good);
        ASSERT_ROW(rows[i].text, !rows[i].good || type == rows[i].type);
    }
}

static void test_record__names_types_and_kinds(void **state)
{
    (void)state;
    assert_string_equal(ses_rrtype_name(SES_CNAME), "CNAME");
    assert_string_equal(ses_rrtype_name(SES_TXT), "TXT");
    assert_string_equal(ses_rrtype_name(SES_MX), "MX");
    for (int kind = 0; kind < SES_RECORD_KINDS; kind++)
        assert_non_null(ses_record_kind_name((enum ses_record_kind)kind));
}

static void classify(struct ses_record *record, struct ses_arena *arena)
{
    assert_int_equal(ses_record_classify(record, arena), 0);
}

static void test_record__knows_what_it_is_for(void **state)
{
    static const struct {
        enum ses_rrtype type;
        const char *owner, *value;
        enum ses_record_kind kind;
        const char *domain, *token;
    } rows[] = {
        {SES_CNAME, "t._domainkey.a.edu", "t.dkim.amazonses.com", SES_RECORD_DKIM, "a.edu", "t"},
        {SES_CNAME, "t.domainkey.a.edu", "t.dkim.amazonses.com", SES_RECORD_DKIM, "a.edu", "t"},
        {SES_CNAME, "t._domainkey", "t.dkim.amazonses.com", SES_RECORD_DKIM, "", "t"},
        {SES_CNAME, "_domainkey.a.edu", "t.dkim.amazonses.com", SES_RECORD_OTHER, "", ""},
        {SES_CNAME, "x.t._domainkey.a.edu", "y", SES_RECORD_OTHER, "", ""},
        {SES_CNAME, "_amazonses.a.edu", "y", SES_RECORD_OTHER, "", ""},
        {SES_TXT, "s._domainkey.a.edu", "p=MIG", SES_RECORD_DKIM_KEY, "a.edu", "s"},
        {SES_TXT, "s.domainkey.a.edu", "p=MIG", SES_RECORD_DKIM_KEY, "a.edu", "s"},
        {SES_TXT, "_amazonses.a.edu", TOKEN, SES_RECORD_VERIFICATION, "a.edu", TOKEN},
        {SES_TXT, "_amazonses.a.edu", "anything", SES_RECORD_VERIFICATION, "a.edu", "anything"},
        {SES_TXT, "_amazonses.a.edu", "amazonses:" TOKEN, SES_RECORD_VERIFICATION, "a.edu", TOKEN},
        {SES_TXT, "amazonses.a.edu", TOKEN, SES_RECORD_VERIFICATION, "a.edu", TOKEN},
        {SES_TXT, "amazonses.a.edu", "hello", SES_RECORD_OTHER, "", ""},
        {SES_TXT, "a.edu", "amazonses:" TOKEN, SES_RECORD_VERIFICATION_APEX, "a.edu", TOKEN},
        {SES_TXT, "a.edu", "AmazonSES:x", SES_RECORD_VERIFICATION_APEX, "a.edu", "x"},
        {SES_TXT, "a.edu", TOKEN, SES_RECORD_VERIFICATION_APEX, "a.edu", TOKEN},
        {SES_TXT, "a.edu", "hello", SES_RECORD_OTHER, "", ""},
        {SES_TXT, "m.a.edu", "v=spf1 include:amazonses.com ~all", SES_RECORD_SPF, "", ""},
        {SES_TXT, "m.a.edu", "V=SPF1 -all", SES_RECORD_SPF, "", ""},
        {SES_TXT, "_dmarc.a.edu", "v=DMARC1; p=none;", SES_RECORD_DMARC, "a.edu", ""},
        {SES_TXT, "dmarc.a.edu", "v=dmarc1; p=none;", SES_RECORD_DMARC, "a.edu", ""},
        {SES_TXT, "_dmarc.a.edu", "p=none", SES_RECORD_DMARC, "a.edu", ""},
        {SES_TXT, "a.edu", "v=DMARC1; p=none;", SES_RECORD_DMARC, "a.edu", ""},
        {SES_TXT, "dmarc.a.edu", "hello", SES_RECORD_OTHER, "", ""},
        {SES_MX, "m.a.edu", "10 x.amazonses.com", SES_RECORD_MAIL_FROM, "", ""},
        {SES_MX, "s._domainkey.a.edu", "10 x.amazonses.com", SES_RECORD_MAIL_FROM, "", ""},
    };
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_record record = {.type = rows[i].type,
                                    .owner = ses_str_of(rows[i].owner),
                                    .value = ses_str_of(rows[i].value)};

        classify(&record, &arena);
        ASSERT_ROW(rows[i].owner, record.kind == rows[i].kind);
        ASSERT_ROW(rows[i].owner, ses_str_eq(record.domain, ses_str_of(rows[i].domain)));
        ASSERT_ROW(rows[i].owner, ses_str_eq(record.token, ses_str_of(rows[i].token)));
    }
}

static void test_record__takes_targets_apart(void **state)
{
    static const struct {
        enum ses_rrtype type;
        const char *value, *target;
        bool has_preference;
        uint32_t preference;
    } rows[] = {
        {SES_CNAME, "T.Dkim.AmazonSES.com.", "t.dkim.amazonses.com", false, 0},
        {SES_CNAME, "not a name", "", false, 0},
        {SES_CNAME, "10 a.b", "", false, 0},
        {SES_MX, "10 a.b", "a.b", true, 10},
        {SES_MX, "10   A.B.", "a.b", true, 10},
        {SES_MX, "0 a.b", "a.b", true, 0},
        {SES_MX, "65535 a.b", "a.b", true, 65535},
        {SES_MX, "65536 a.b", "", false, 0},
        {SES_MX, "-1 a.b", "", false, 0},
        {SES_MX, "a.b", "a.b", false, 0},
        {SES_MX, "a.b 10", "", false, 0},
        {SES_MX, "10", "", true, 10},
        {SES_TXT, "a.b", "", false, 0},
    };
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_record record = {
            .type = rows[i].type, .owner = SES_STR("m.a.edu"), .value = ses_str_of(rows[i].value)};

        classify(&record, &arena);
        ASSERT_ROW(rows[i].value, ses_str_eq(record.target, ses_str_of(rows[i].target)));
        ASSERT_ROW(rows[i].value, record.has_preference == rows[i].has_preference);
        ASSERT_ROW(rows[i].value,
                   !record.has_preference || record.preference == rows[i].preference);
    }
}

static void test_record__parts_of_a_dkim_target(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_record record = {.type = SES_CNAME,
                                .owner = SES_STR("t._domainkey.a.edu"),
                                .value = SES_STR("u.dkim.eu-south-1.amazonses.com")};

    (void)state;
    classify(&record, &arena);
    assert_true(ses_str_eq(ses_record_target_token(&record), SES_STR("u")));
    assert_true(
        ses_str_eq(ses_record_target_zone(&record), SES_STR("dkim.eu-south-1.amazonses.com")));
}

static void test_record__equals_what_is_the_same_in_dns(void **state)
{
    static const struct {
        enum ses_rrtype type;
        const char *a, *b;
        bool same;
    } rows[] = {
        {SES_CNAME, "t.dkim.amazonses.com", "T.dkim.amazonses.com.", true},
        {SES_CNAME, "t.dkim.amazonses.com", "u.dkim.amazonses.com", false},
        {SES_CNAME, "no name", "no name", true},
        {SES_CNAME, "no name", "No name", false},
        {SES_MX, "10 a.b", "10  A.b.", true},
        {SES_MX, "10 a.b", "20 a.b", false},
        {SES_MX, "0 a.b", "a.b", false},
        {SES_TXT, TOKEN, TOKEN, true},
        {SES_TXT, "abc", "ABC", false},
        {SES_TXT, "abc", "abc.", false},
    };
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_record a = {
            .type = rows[i].type, .owner = SES_STR("m.a.edu"), .value = ses_str_of(rows[i].a)};
        struct ses_record b = {
            .type = rows[i].type, .owner = SES_STR("m.a.edu"), .value = ses_str_of(rows[i].b)};

        classify(&a, &arena);
        classify(&b, &arena);
        ASSERT_ROW(rows[i].a, (ses_record_compare(&a, &b) == 0) == rows[i].same);
        ASSERT_ROW(rows[i].a, (ses_record_compare(&b, &a) == 0) == rows[i].same);
    }
}

/* Names compare by target and other values by text: the two must not be mixed. */
static void test_record__order_has_no_circles(void **state)
{
    static const char *const values[] = {"b", "C", "X y", "a.", "10", "\"q\"", "d"};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_record records[COUNT(values)];

    (void)state;
    for (size_t i = 0; i < COUNT(values); i++) {
        records[i] = (struct ses_record){
            .type = SES_CNAME, .owner = SES_STR("m.a.edu"), .value = ses_str_of(values[i])};
        classify(&records[i], &arena);
    }
    for (size_t i = 0; i < COUNT(values); i++) {
        for (size_t j = 0; j < COUNT(values); j++) {
            for (size_t k = 0; k < COUNT(values); k++)
                ASSERT_ROW(values[i], !(ses_record_compare(&records[i], &records[j]) < 0 &&
                                        ses_record_compare(&records[j], &records[k]) < 0) ||
                                          ses_record_compare(&records[i], &records[k]) < 0);
        }
    }
}

static void test_record__sorts_by_kind_first(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_record dkim = {.type = SES_CNAME,
                              .owner = SES_STR("z._domainkey.z.edu"),
                              .value = SES_STR("z.dkim.amazonses.com")};
    struct ses_record dmarc = {
        .type = SES_TXT, .owner = SES_STR("_dmarc.a.edu"), .value = SES_STR("v=DMARC1")};

    (void)state;
    classify(&dkim, &arena);
    classify(&dmarc, &arena);
    assert_true(ses_record_compare(&dkim, &dmarc) < 0);
    assert_true(ses_record_compare(&dmarc, &dkim) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_record__reads_types_in_any_case),
        cmocka_unit_test(test_record__names_types_and_kinds),
        cmocka_unit_test(test_record__knows_what_it_is_for),
        cmocka_unit_test(test_record__takes_targets_apart),
        cmocka_unit_test(test_record__parts_of_a_dkim_target),
        cmocka_unit_test(test_record__equals_what_is_the_same_in_dns),
        cmocka_unit_test(test_record__order_has_no_circles),
        cmocka_unit_test(test_record__sorts_by_kind_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
