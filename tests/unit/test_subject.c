/* SPDX-License-Identifier: MIT */
#include "ingest/subject.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_fail.h"
#include "base/error.h"
#include "collect.h"

#define HEADER "Type,Name,Value\n"
#define TOKEN "MKu0dZrRuvSdUvGaGo0sAci10CK7EHb05DIhX0849wU="
#define DKIM(token, domain) "CNAME," token "._domainkey." domain "," token ".dkim.amazonses.com\n"
#define DKIM_SET(domain) DKIM("a", domain) DKIM("b", domain) DKIM("c", domain)
#define MX(name) "MX," name ",10 feedback-smtp.us-east-1.amazonses.com\n"
#define SPF(name) "TXT," name ",v=spf1 include:amazonses.com ~all\n"
#define DMARC(domain) "TXT,_dmarc." domain ",v=DMARC1; p=none;\n"
#define VERIFICATION(domain) "TXT,_amazonses." domain "," TOKEN "\n"

struct row {
    const char *texts[4];  /* the rows of each file */
    const char *wanted[4]; /* --domain */
    const char *expected;  /* "domain count, domain count" */
    const char *codes;
};

static void read_rows(const struct row *row, struct ses_arena *arena, struct ses_entries *entries,
                      struct collect *collect)
{
    static const char *const names[] = {"1", "2", "3", "4"};

    for (size_t i = 0; i < COUNT(row->texts) && row->texts[i]; i++) {
        struct ses_str text;

        assert_int_equal(ses_arena_printf(arena, &text, HEADER "%s", row->texts[i]), 0);
        assert_int_equal(collect_read(names[i], text, arena, entries, &collect->findings), 0);
    }
}

static void assert_row(const struct row *row)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct collect collect SES_CLEANUP(collect_done);
    struct ses_buf found SES_CLEANUP(ses_buf_done);
    struct ses_entries entries = {0};
    struct ses_requests requests;
    struct ses_str wanted[COUNT(row->wanted)];
    size_t wanted_count = 0;

    collect_init(&collect, SES_NOTE);
    ses_buf_init(&found, 10000);
    read_rows(row, &arena, &entries, &collect);
    while (wanted_count < COUNT(wanted) && row->wanted[wanted_count]) {
        wanted[wanted_count] = ses_str_of(row->wanted[wanted_count]);
        wanted_count++;
    }
    assert_int_equal(ses_subject_assign(&entries, wanted, wanted_count,
                                        (struct ses_place){.file = "--domain"}, &arena, &requests,
                                        &collect.findings),
                     0);
    for (size_t i = 0; i < requests.count; i++)
        ses_buf_printf(&found, "%s%s %zu", i > 0 ? ", " : "", requests.items[i]->subject.ptr,
                       requests.items[i]->record_count);
    assert_string_equal(found.ptr ? found.ptr : "", row->expected);
    assert_string_equal(collect_codes(&collect), row->codes);
}

static void assert_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_row(&rows[i]);
}

static void test_subject__makes_one_request_of_one_domain(void **state)
{
    static const struct row rows[] = {
        {{DKIM_SET("a.edu")}, {NULL}, "a.edu 3", ""},
        {{VERIFICATION("a.edu") "TXT,a.edu,amazonses:" TOKEN "\n"}, {NULL}, "a.edu 2", ""},
        {{DKIM_SET("a.edu") MX("m.a.edu") SPF("m.a.edu") DMARC("a.edu")}, {NULL}, "a.edu 6", ""},
        {{MX("m.a.edu") SPF("m.a.edu") DKIM_SET("a.edu")}, {NULL}, "a.edu 5", ""},
        {{DKIM_SET("a.edu"), VERIFICATION("a.edu"), MX("m.a.edu")}, {NULL}, "a.edu 5", ""},
        {{MX("m.a.edu"), DMARC("a.edu"), DKIM_SET("a.edu")}, {NULL}, "a.edu 5", ""},
        {{DMARC("a.edu")}, {NULL}, "a.edu 1", ""},
        {{"TXT,s._domainkey.a.edu,p=MIG\n"}, {NULL}, "a.edu 1", ""},
        {{"TXT,a.edu,amazonses:" TOKEN "\n" MX("m.a.edu")}, {NULL}, "a.edu 2", ""},
    };

    (void)state;
    assert_rows(rows, COUNT(rows));
}

static void test_subject__makes_several_of_several_in_input_order(void **state)
{
    static const struct row rows[] = {
        {{DKIM_SET("b.edu") DKIM_SET("a.edu")}, {NULL}, "b.edu 3, a.edu 3", ""},
        {{DKIM_SET("b.edu"), DKIM_SET("a.edu"), VERIFICATION("b.edu")},
         {NULL},
         "b.edu 4, a.edu 3",
         ""},
        /* An identity below another is one of its own, and takes what lies below it. */
        {{DKIM_SET("a.edu") DKIM_SET("b.a.edu") MX("m.b.a.edu") DMARC("a.edu")},
         {NULL},
         "a.edu 4, b.a.edu 4",
         ""},
    };

    (void)state;
    assert_rows(rows, COUNT(rows));
}

static void test_subject__infers_the_domain_from_mail_from_alone(void **state)
{
    static const struct row rows[] = {
        {{MX("m.a.edu") SPF("m.a.edu")}, {NULL}, "a.edu 2", "domain-inferred"},
        {{SPF("m.a.edu")}, {NULL}, "a.edu 1", "domain-inferred"},
        {{MX("m.n.a.edu")}, {NULL}, "n.a.edu 1", "domain-inferred"},
        {{MX("a.edu")}, {NULL}, "a.edu 1", "domain-inferred"},
        {{MX("m.a.edu") SPF("m.a.edu")}, {"a.edu"}, "a.edu 2", ""},
        {{MX("m.n.a.edu") SPF("m.n.a.edu")}, {"a.edu"}, "a.edu 2", ""},
    };

    (void)state;
    assert_rows(rows, COUNT(rows));
}

static void test_subject__narrows_to_the_domains_that_were_named(void **state)
{
    static const struct row rows[] = {
        {{DKIM_SET("a.edu") DKIM_SET("b.edu")}, {"a.edu"}, "a.edu 3", "domain-left-out"},
        {{DKIM_SET("a.edu") DKIM_SET("b.edu")}, {"b.edu"}, "b.edu 3", "domain-left-out"},
        {{DKIM_SET("a.edu") DKIM_SET("b.edu")}, {"b.edu", "a.edu"}, "a.edu 3, b.edu 3", ""},
        {{DKIM_SET("a.edu") DKIM_SET("b.edu") DKIM_SET("c.edu")},
         {"c.edu"},
         "c.edu 3",
         "domain-left-out domain-left-out"},
        {{DKIM_SET("a.edu")}, {"a.edu", "a.edu"}, "a.edu 3", ""},
    };

    (void)state;
    assert_rows(rows, COUNT(rows));
}

static void test_subject__reports_a_named_domain_without_records(void **state)
{
    static const struct row rows[] = {
        {{DKIM_SET("a.edu")}, {"b.edu"}, "", "domain-left-out domain-not-found"},
        {{DKIM_SET("a.edu")}, {"a.edu", "b.edu"}, "a.edu 3", "domain-not-found"},
        {{DKIM_SET("a.edu")}, {"edu"}, "", "domain-left-out domain-not-found"},
    };

    (void)state;
    assert_rows(rows, COUNT(rows));
}

static void test_subject__takes_a_doubled_zone_to_the_domain_meant(void **state)
{
    static const struct row rows[] = {
        {{DKIM("a", "a.edu") DKIM("b", "a.edu") DKIM("c", "a.edu.a.edu")}, {NULL}, "a.edu 3", ""},
        {{DKIM_SET("a.edu.a.edu")}, {NULL}, "a.edu 3", ""},
        {{DKIM_SET("a.edu") DMARC("a.edu.a.edu")}, {NULL}, "a.edu 4", ""},
        {{VERIFICATION("a.edu.a.edu"), DKIM_SET("a.edu")}, {NULL}, "a.edu 4", ""},
    };

    (void)state;
    assert_rows(rows, COUNT(rows));
}

static void test_subject__takes_an_appended_zone_to_the_domain_meant(void **state)
{
    static const struct row rows[] = {
        {{DKIM("a", "a.edu") DKIM("b", "a.edu") DKIM("c", "a.edu.b.org")}, {NULL}, "a.edu 3", ""},
        {{DKIM("c", "a.edu.b.org") DKIM("a", "a.edu") DKIM("b", "a.edu")}, {NULL}, "a.edu 3", ""},
        {{DKIM_SET("a.edu.b.org")}, {"a.edu"}, "a.edu 3", ""},
    };

    (void)state;
    assert_rows(rows, COUNT(rows));
}

/* One name begins with the other, and both are real domains. */
static void test_subject__keeps_whole_sets_apart(void **state)
{
    static const struct row rows[] = {
        {{DKIM_SET("example.com") DKIM_SET("example.com.br")},
         {NULL},
         "example.com 3, example.com.br 3",
         ""},
        {{DKIM_SET("example.com.br"), DKIM_SET("example.com")},
         {NULL},
         "example.com.br 3, example.com 3",
         ""},
        {{DKIM_SET("example.com") VERIFICATION("example.com.br")},
         {NULL},
         "example.com 3, example.com.br 1",
         ""},
        {{DKIM_SET("a.edu") DKIM_SET("xa.edu")}, {NULL}, "a.edu 3, xa.edu 3", ""},
    };

    (void)state;
    assert_rows(rows, COUNT(rows));
}

static void test_subject__leaves_strays_with_their_file(void **state)
{
    static const struct row rows[] = {
        {{DKIM_SET("a.edu") "TXT,other.org,hello\n"}, {NULL}, "a.edu 4", ""},
        {{"TXT,other.org,hello\n" DKIM_SET("a.edu")}, {NULL}, "a.edu 4", ""},
        {{DKIM_SET("a.edu"), "TXT,other.org,hello\n"}, {NULL}, "a.edu 3, other.org 1", ""},
        {{"TXT,other.org,hello\n"}, {NULL}, "other.org 1", ""},
    };

    (void)state;
    assert_rows(rows, COUNT(rows));
}

static void test_subject__makes_nothing_of_nothing(void **state)
{
    static const struct row rows[] = {
        {{NULL}, {NULL}, "", ""},
        {{NULL}, {"a.edu"}, "", "domain-not-found"},
    };

    (void)state;
    assert_rows(rows, COUNT(rows));
}

static void test_subject__remembers_the_files_of_each_request(void **state)
{
    static const char *const texts[] = {HEADER DKIM_SET("a.edu"), HEADER VERIFICATION("b.edu"),
                                        HEADER VERIFICATION("a.edu") MX("m.a.edu"), NULL};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct collect collect SES_CLEANUP(collect_done);
    struct ses_requests requests;

    (void)state;
    collect_init(&collect, SES_NOTE);
    assert_int_equal(collect_requests(texts, &arena, &requests, &collect.findings), 0);
    assert_int_equal(requests.count, 2);
    assert_int_equal(requests.items[0]->source_count, 2);
    assert_string_equal(requests.items[0]->sources[0]->path, "1");
    assert_string_equal(requests.items[0]->sources[1]->path, "3");
    assert_int_equal(requests.items[1]->source_count, 1);
}

static void test_subject__shows_international_domains_to_people(void **state)
{
    static const char *const texts[] = {HEADER DKIM_SET("b\xC3\xBC"
                                                        "cher.example"),
                                        NULL};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct collect collect SES_CLEANUP(collect_done);
    struct ses_requests requests;

    (void)state;
    collect_init(&collect, SES_WARNING);
    assert_int_equal(collect_requests(texts, &arena, &requests, &collect.findings), 0);
    assert_string_equal(requests.items[0]->subject.ptr, "xn--bcher-kva.example");
    assert_string_equal(requests.items[0]->subject_unicode.ptr, "b\xC3\xBC"
                                                                "cher.example");
}

/* The subject is a text of its own, also where it was cut out of a longer name. */
static void test_subject__ends_the_subject_with_nul(void **state)
{
    static const char *const texts[] = {HEADER DKIM_SET("a.edu.a.edu"), NULL};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct collect collect SES_CLEANUP(collect_done);
    struct ses_requests requests;

    (void)state;
    collect_init(&collect, SES_WARNING);
    assert_int_equal(collect_requests(texts, &arena, &requests, &collect.findings), 0);
    assert_string_equal(requests.items[0]->subject.ptr, "a.edu");
}

/* More domains than the first tables hold. */
static int assign_many(void *ctx)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct collect collect SES_CLEANUP(collect_done);
    struct ses_buf text SES_CLEANUP(ses_buf_done);
    struct ses_requests requests;
    const char *texts[2] = {NULL, NULL};
    int error;

    (void)ctx;
    collect_init(&collect, SES_NOTE);
    ses_buf_init(&text, 100000);
    ses_buf_add(&text, SES_STR(HEADER));
    for (size_t i = 0; i < 100; i++)
        ses_buf_printf(&text, MX("m.a%zu.edu") "CNAME,a._domainkey.b%zu.edu,a.b\n", i, i);
    if (ses_buf_status(&text) != 0)
        return ses_buf_status(&text);
    texts[0] = text.ptr;
    error = collect_requests(texts, &arena, &requests, &collect.findings);
    if (error == 0)
        assert_int_equal(requests.count, 200);
    return error;
}

static void test_subject__survives_each_failing_allocation(void **state)
{
    (void)state;
    alloc_fail_each(assign_many, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_subject__makes_one_request_of_one_domain),
        cmocka_unit_test(test_subject__makes_several_of_several_in_input_order),
        cmocka_unit_test(test_subject__infers_the_domain_from_mail_from_alone),
        cmocka_unit_test(test_subject__narrows_to_the_domains_that_were_named),
        cmocka_unit_test(test_subject__reports_a_named_domain_without_records),
        cmocka_unit_test(test_subject__takes_a_doubled_zone_to_the_domain_meant),
        cmocka_unit_test(test_subject__takes_an_appended_zone_to_the_domain_meant),
        cmocka_unit_test(test_subject__keeps_whole_sets_apart),
        cmocka_unit_test(test_subject__leaves_strays_with_their_file),
        cmocka_unit_test(test_subject__makes_nothing_of_nothing),
        cmocka_unit_test(test_subject__remembers_the_files_of_each_request),
        cmocka_unit_test(test_subject__shows_international_domains_to_people),
        cmocka_unit_test(test_subject__ends_the_subject_with_nul),
        cmocka_unit_test(test_subject__survives_each_failing_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
