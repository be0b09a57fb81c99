/* SPDX-License-Identifier: MIT */
#include "submit/ticket.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"

static void test_ticket__names_files_for_instances_that_are_strict(void **state)
{
    static const struct {
        const char *path, *name;
    } cases[] = {
        {"exports/example.edu.csv", "example.edu.csv"},
        {"a b (1).csv", "a_b__1_.csv"},
        {"/", "_"},
        {".hidden", "_hidden"},
        {"..", "_."},
        {"m\xC3\xBCnchen.csv", "m__nchen.csv"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ses_arena arena = {0};
        struct ses_str name;

        assert_int_equal(ses_ticket_file_name(cases[i].path, &arena, &name), 0);
        assert_string_equal(name.ptr, cases[i].name);
        ses_arena_done(&arena);
    }
}

static void test_ticket__cuts_a_long_file_name_in_its_middle(void **state)
{
    char path[301];
    struct ses_arena arena = {0};
    struct ses_str name;

    (void)state;
    memset(path, 'x', 300);
    memcpy(path, "begin", 5);
    memcpy(path + 296, ".csv", 5);
    assert_int_equal(ses_ticket_file_name(path, &arena, &name), 0);
    assert_int_equal(name.len, SES_MAX_FILE_NAME);
    assert_int_equal(strlen(name.ptr), SES_MAX_FILE_NAME);
    assert_true(ses_str_starts(name, SES_STR("begin")));
    assert_true(ses_str_ends(name, SES_STR(".csv")));
    ses_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ticket__names_files_for_instances_that_are_strict),
        cmocka_unit_test(test_ticket__cuts_a_long_file_name_in_its_middle),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
