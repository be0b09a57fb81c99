/* SPDX-License-Identifier: MIT */
#include "submit/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_fail.h"
#include "base/error.h"

#define ID "0123456789abcdef0123456789abcdef"

static void assert_text(struct ses_str text, const char *expected)
{
    if (!ses_str_eq(text, ses_str_of(expected)))
        fail_msg("'%.*s', want '%s'", SES_STR_ARG(text), expected);
}

static void test_reply__makes_text_of_every_kind_of_value(void **state)
{
    static const struct {
        const char *value, *text;
    } cases[] = {
        {"\"INC1\"", "INC1"},
        {"\"\"", ""},
        {"null", ""},
        {"3", "3"},
        {"-5", "-5"},
        {"-5.0", "-5"},
        {"2.5", "2.5"},
        {"true", "true"},
        {"false", "false"},
        {"{\"link\":\"https://example.com/x\",\"value\":\"" ID "\"}", ID},
        {"{\"display_value\":\"New\",\"value\":-5.0,\"display_value_internal\":\"\"}", "-5"},
        {"{\"display_value\":\"New\",\"link\":\"https://example.com/x\"}", "New"},
        {"[1,2]", ""},
        {"{}", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ses_arena arena = {0};
        struct ses_reply reply;
        struct ses_str body;

        assert_int_equal(ses_arena_printf(&arena, &body, "{\"result\":{\"x\":%s},\"session\":{}}",
                                          cases[i].value),
                         0);
        assert_int_equal(ses_reply_parse(body, &arena, &reply), 0);
        assert_int_equal(reply.count, 1);
        assert_false(reply.is_list);
        assert_text(ses_reply_text(&reply.rows[0], "x"), cases[i].text);
        ses_arena_done(&arena);
    }
}

static void test_reply__refuses_what_is_not_an_answer(void **state)
{
    static const struct {
        const char *body;
        int error;
    } cases[] = {
        {"", SES_ESYNTAX},
        {"<html>Instance Hibernating page</html>", SES_ESYNTAX},
        {"{\"result\":{\"sys_id\":\"" ID "\"", SES_ESYNTAX},
        {"{\"result\":[{\"number\":\"\"}],\"error\":{\"message\":\"Transaction cancelled\"}}",
         SES_EINVALID},
        {"{\"error\":{\"message\":\"No Record found\",\"detail\":null},\"status\":\"failure\"}",
         SES_EINVALID},
        {"{}", SES_EINVALID},
        {"[]", SES_EINVALID},
        {"{\"result\":\"text\"}", SES_EINVALID},
        {"{\"result\":[1]}", SES_EINVALID},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ses_arena arena = {0};
        struct ses_reply reply;

        assert_int_equal(ses_reply_parse(ses_str_of(cases[i].body), &arena, &reply),
                         cases[i].error);
        ses_arena_done(&arena);
    }
}

static void test_reply__tells_a_hidden_field_from_an_empty_one(void **state)
{
    struct ses_arena arena = {0};
    struct ses_reply reply;
    struct ses_str value;

    (void)state;
    assert_int_equal(ses_reply_parse(SES_STR("{\"result\":[{\"shown\":\"\"},{}]}"), &arena, &reply),
                     0);
    assert_true(reply.is_list);
    assert_int_equal(reply.count, 2);
    assert_true(ses_reply_get(&reply.rows[0], "shown", &value));
    assert_int_equal(value.len, 0);
    assert_false(ses_reply_get(&reply.rows[1], "shown", &value));
    ses_arena_done(&arena);
}

static void test_reply__takes_the_notes_of_the_change_api_for_no_row(void **state)
{
    struct ses_arena arena = {0};
    struct ses_reply reply;

    (void)state;
    assert_int_equal(ses_reply_parse(SES_STR("{\"result\":[{\"number\":{\"value\":\"CHG1\"}},"
                                             "{\"__meta\":{\"ignoredFields\":[\"u_a\",\"b\"]}}]}"),
                                     &arena, &reply),
                     0);
    assert_int_equal(reply.count, 1);
    assert_text(reply.ignored, "u_a, b");
    ses_arena_done(&arena);
}

static void test_reply__reads_errors(void **state)
{
    static const struct {
        const char *body, *text;
    } cases[] = {
        {"{\"error\":{\"message\":\"Operation Failed\",\"detail\":\"ACL Exception\"}}",
         "Operation Failed: ACL Exception"},
        {"{\"error\":{\"message\":\"Invalid table x\",\"detail\":null}}", "Invalid table x"},
        {"{\"error_description\":\"access_denied\",\"error\":\"server_error\"}", "access_denied"},
        {"{\"error\":7}", ""},
        {"no JSON", ""},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ses_arena arena = {0};
        struct ses_str text;

        assert_int_equal(ses_reply_error(ses_str_of(cases[i].body), &arena, &text), 0);
        assert_text(text, cases[i].text);
        ses_arena_done(&arena);
    }
}

static void test_reply__knows_a_sys_id(void **state)
{
    (void)state;
    assert_true(ses_reply_is_id(SES_STR(ID)));
    assert_true(ses_reply_is_id(SES_STR("0123456789ABCDEF0123456789ABCDEF")));
    assert_false(ses_reply_is_id(SES_STR("0123456789abcdef0123456789abcde")));
    assert_false(ses_reply_is_id(SES_STR("0123456789abcdef0123456789abcdeg")));
    assert_false(ses_reply_is_id(SES_STR("")));
}

static int parse_one(void *ctx)
{
    struct ses_arena arena = {0};
    struct ses_reply reply;
    int error = ses_reply_parse(SES_STR("{\"result\":[{\"a\":\"b\",\"n\":3},"
                                        "{\"__meta\":{\"ignoredFields\":[\"u_a\"]}}]}"),
                                &arena, &reply);

    (void)ctx;
    ses_arena_done(&arena);
    return error;
}

static void test_reply__survives_a_lack_of_memory(void **state)
{
    (void)state;
    alloc_fail_each(parse_one, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reply__makes_text_of_every_kind_of_value),
        cmocka_unit_test(test_reply__refuses_what_is_not_an_answer),
        cmocka_unit_test(test_reply__tells_a_hidden_field_from_an_empty_one),
        cmocka_unit_test(test_reply__takes_the_notes_of_the_change_api_for_no_row),
        cmocka_unit_test(test_reply__reads_errors),
        cmocka_unit_test(test_reply__knows_a_sys_id),
        cmocka_unit_test(test_reply__survives_a_lack_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
