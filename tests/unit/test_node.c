/* SPDX-License-Identifier: MIT */
#include "ingest/node.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alloc_fail.h"
#include "base/error.h"
#include "collect.h"

static const struct ses_place place = {.file = "--dedicated-ip"};

static void test_node__reads_address_and_name(void **state)
{
    static const struct {
        const char *text, *name, *address;
    } rows[] = {
        {"198.51.100.7=mail1.example.edu", "mail1.example.edu", "198.51.100.7"},
        {" 198.51.100.7 = Mail1.Example.edu. ", "mail1.example.edu", "198.51.100.7"},
        {"2001:DB8::7=mail1.example.edu", "mail1.example.edu", "2001:db8::7"},
        {"198.51.100.7=b\xC3\xBC"
         "cher.example",
         "xn--bcher-kva.example", "198.51.100.7"},
        /* Rules report what is wrong with these. */
        {"198.51.100.777=mail1.example.edu", "mail1.example.edu", ""},
        {"198.51.100.7=no name", "", "198.51.100.7"},
        {"mail1.example.edu=198.51.100.7", "198.51.100.7", ""},
        {"198.51.100.7=a=b", "", "198.51.100.7"},
    };
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct collect collect SES_CLEANUP(collect_done);
        struct ses_node node;

        collect_init(&collect, SES_NOTE);
        ASSERT_ROW(rows[i].text, ses_node_parse(ses_str_of(rows[i].text), place, &arena, &node,
                                                &collect.findings) == 0);
        ASSERT_ROW(rows[i].text, ses_str_eq(node.name, ses_str_of(rows[i].name)));
        assert_string_equal(node.address.text, rows[i].address);
        ASSERT_ROW(rows[i].text, (node.address.version == 0) == (rows[i].address[0] == '\0'));
        assert_string_equal(collect_codes(&collect), "");
    }
}

static void test_node__keeps_the_words_as_given(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_node node;

    (void)state;
    assert_int_equal(ses_node_make(SES_STR("1.2.3"), SES_STR("A B"), place, &arena, &node), 0);
    assert_true(ses_str_eq(node.address_text, SES_STR("1.2.3")));
    assert_true(ses_str_eq(node.name_text, SES_STR("A B")));
    assert_string_equal(node.place.file, "--dedicated-ip");
}

static void test_node__refuses_half_a_node(void **state)
{
    static const char *const texts[] = {"", "=", "198.51.100.7", "198.51.100.7=", "=a.b", " = "};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct collect collect SES_CLEANUP(collect_done);
        struct ses_node node;

        collect_init(&collect, SES_NOTE);
        ASSERT_ROW(texts[i], ses_node_parse(ses_str_of(texts[i]), place, &arena, &node,
                                            &collect.findings) == SES_EINVALID);
        assert_string_equal(collect_codes(&collect), "node-syntax");
    }
}

/* Requests for the domains in a list that ends with NULL. */
static struct ses_requests requests_for(const char *const *domains, struct ses_arena *arena)
{
    struct ses_requests requests = {0};

    for (size_t i = 0; domains[i]; i++) {
        struct ses_request *request = ses_requests_add(&requests, arena, SES_SUBJECT_DOMAIN);

        assert_non_null(request);
        request->subject = ses_str_of(domains[i]);
    }
    return requests;
}

static void test_node__goes_to_the_closest_domain(void **state)
{
    static const struct {
        const char *domains[4];
        const char *name;
        const char *expected; /* the domain, or NULL: a finding */
    } rows[] = {
        {{"a.edu"}, "m.a.edu", "a.edu"},
        {{"a.edu"}, "m.elsewhere.edu", "a.edu"},
        {{"a.edu"}, "no name", "a.edu"},
        {{"a.edu", "b.edu"}, "m.b.edu", "b.edu"},
        {{"a.edu", "b.a.edu"}, "m.b.a.edu", "b.a.edu"},
        {{"b.a.edu", "a.edu"}, "m.b.a.edu", "b.a.edu"},
        {{"b.a.edu", "a.edu"}, "a.edu", "a.edu"},
        {{"a.edu", "b.edu"}, "m.c.edu", NULL},
        {{"a.edu", "b.edu"}, "xa.edu", NULL},
        {{"a.edu", "b.edu"}, "no name", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
        struct collect collect SES_CLEANUP(collect_done);
        struct ses_requests requests = requests_for(rows[i].domains, &arena);
        struct ses_node node;

        collect_init(&collect, SES_NOTE);
        assert_int_equal(
            ses_node_make(SES_STR("192.0.2.1"), ses_str_of(rows[i].name), place, &arena, &node), 0);
        assert_int_equal(ses_node_assign(&node, &requests, &arena, &collect.findings), 0);
        assert_string_equal(collect_codes(&collect), rows[i].expected ? "" : "node-without-domain");
        for (size_t k = 0; k < requests.count; k++)
            ASSERT_ROW(rows[i].name,
                       requests.items[k]->node_count ==
                           (rows[i].expected &&
                            ses_str_eq(requests.items[k]->subject, ses_str_of(rows[i].expected))));
    }
}

static int make_many(void *ctx)
{
    static const char *const domains[] = {"a.edu", "b.edu", NULL};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct collect collect SES_CLEANUP(collect_done);
    struct ses_requests requests = {0};
    int error = 0;

    (void)ctx;
    collect_init(&collect, SES_NOTE);
    for (size_t i = 0; domains[i]; i++) {
        struct ses_request *request = ses_requests_add(&requests, &arena, SES_SUBJECT_DOMAIN);

        if (!request)
            return SES_ENOMEM;
        request->subject = ses_str_of(domains[i]);
    }
    for (int i = 0; i < 200 && error == 0; i++) {
        struct ses_node node;

        error =
            ses_node_parse(SES_STR("192.0.2.1=m.a.edu"), place, &arena, &node, &collect.findings);
        if (error == 0)
            error = ses_node_assign(&node, &requests, &arena, &collect.findings);
    }
    return error;
}

static void test_node__survives_each_failing_allocation(void **state)
{
    (void)state;
    alloc_fail_each(make_many, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_node__reads_address_and_name),
        cmocka_unit_test(test_node__keeps_the_words_as_given),
        cmocka_unit_test(test_node__refuses_half_a_node),
        cmocka_unit_test(test_node__goes_to_the_closest_domain),
        cmocka_unit_test(test_node__survives_each_failing_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
