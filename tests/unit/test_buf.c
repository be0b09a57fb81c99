/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_fail.h"
#include "base/error.h"

static void test_buf__begins_empty(void **state)
{
    struct ses_buf buf SES_CLEANUP(ses_buf_done);

    (void)state;
    ses_buf_init(&buf, 10);
    assert_int_equal(ses_buf_str(&buf).len, 0);
    assert_int_equal(ses_buf_status(&buf), 0);
}

static void test_buf__adds_in_order(void **state)
{
    struct ses_buf buf SES_CLEANUP(ses_buf_done);

    (void)state;
    ses_buf_init(&buf, 100);
    ses_buf_add(&buf, SES_STR("one"));
    ses_buf_add(&buf, (struct ses_str){0});
    ses_buf_add_byte(&buf, ' ');
    ses_buf_printf(&buf, "%d%s", 2, "!");
    assert_string_equal(buf.ptr, "one 2!");
    assert_int_equal(buf.len, 6);
}

static void test_buf__keeps_nul_bytes(void **state)
{
    struct ses_buf buf SES_CLEANUP(ses_buf_done);

    (void)state;
    ses_buf_init(&buf, 100);
    ses_buf_add(&buf, (struct ses_str){"a\0b", 3});
    assert_int_equal(buf.len, 3);
    assert_memory_equal(buf.ptr, "a\0b", 4);
}

static void test_buf__holds_its_ceiling_and_no_more(void **state)
{
    struct ses_buf buf SES_CLEANUP(ses_buf_done);

    (void)state;
    ses_buf_init(&buf, 4);
    ses_buf_add(&buf, SES_STR("1234"));
    assert_int_equal(ses_buf_status(&buf), 0);
    ses_buf_add_byte(&buf, '5');
    assert_int_equal(ses_buf_status(&buf), SES_ELIMIT);
    assert_string_equal(buf.ptr, "1234");
}

static void test_buf__remembers_the_first_failure(void **state)
{
    struct ses_buf buf SES_CLEANUP(ses_buf_done);

    (void)state;
    ses_buf_init(&buf, 4);
    ses_buf_printf(&buf, "%s", "12345");
    ses_buf_add(&buf, SES_STR("1"));
    assert_int_equal(ses_buf_status(&buf), SES_ELIMIT);
    assert_int_equal(buf.len, 0);
}

static void test_buf__clear_forgets_text_and_failure(void **state)
{
    struct ses_buf buf SES_CLEANUP(ses_buf_done);

    (void)state;
    ses_buf_init(&buf, 4);
    ses_buf_add(&buf, SES_STR("123"));
    ses_buf_add(&buf, SES_STR("456"));
    ses_buf_clear(&buf);
    assert_string_equal(buf.ptr, "");
    ses_buf_add(&buf, SES_STR("78"));
    assert_int_equal(ses_buf_status(&buf), 0);
    assert_string_equal(buf.ptr, "78");
}

static void test_buf__cut_keeps_the_beginning_and_forgets_a_failure(void **state)
{
    struct ses_buf buf SES_CLEANUP(ses_buf_done);

    (void)state;
    ses_buf_init(&buf, 6);
    ses_buf_cut(&buf, 3);
    assert_int_equal(buf.len, 0);
    ses_buf_add(&buf, SES_STR("abcdef"));
    ses_buf_add_byte(&buf, 'g');
    assert_int_equal(ses_buf_status(&buf), SES_ELIMIT);
    ses_buf_cut(&buf, 2);
    assert_int_equal(ses_buf_status(&buf), 0);
    assert_string_equal(buf.ptr, "ab");
    ses_buf_cut(&buf, 5);
    ses_buf_add_byte(&buf, 'c');
    assert_string_equal(buf.ptr, "abc");
}

static void test_buf__done_twice_is_harmless(void **state)
{
    struct ses_buf buf;

    (void)state;
    ses_buf_init(&buf, 4);
    ses_buf_add_byte(&buf, 'a');
    ses_buf_done(&buf);
    ses_buf_done(&buf);
    ses_buf_done(NULL);
    assert_null(buf.ptr);
    assert_int_equal(buf.len, 0);
}

/* Lengths around those at which the memory grows: 256 bytes and its doubles. */
static int fill(void *ctx)
{
    struct ses_buf buf SES_CLEANUP(ses_buf_done);

    (void)ctx;
    ses_buf_init(&buf, 5000);
    for (size_t i = 0; i < 1250; i++)
        ses_buf_printf(&buf, "%04zu", i);
    if (ses_buf_status(&buf) != 0)
        return ses_buf_status(&buf);
    assert_int_equal(buf.len, 5000);
    assert_int_equal(strlen(buf.ptr), 5000);
    assert_true(ses_str_ends(ses_buf_str(&buf), SES_STR("12481249")));
    return 0;
}

static void test_buf__grows_up_to_its_ceiling(void **state)
{
    (void)state;
    assert_int_equal(fill(NULL), 0);
}

static void test_buf__survives_each_failing_allocation(void **state)
{
    (void)state;
    alloc_fail_each(fill, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buf__begins_empty),
        cmocka_unit_test(test_buf__adds_in_order),
        cmocka_unit_test(test_buf__keeps_nul_bytes),
        cmocka_unit_test(test_buf__holds_its_ceiling_and_no_more),
        cmocka_unit_test(test_buf__remembers_the_first_failure),
        cmocka_unit_test(test_buf__clear_forgets_text_and_failure),
        cmocka_unit_test(test_buf__cut_keeps_the_beginning_and_forgets_a_failure),
        cmocka_unit_test(test_buf__done_twice_is_harmless),
        cmocka_unit_test(test_buf__grows_up_to_its_ceiling),
        cmocka_unit_test(test_buf__survives_each_failing_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
