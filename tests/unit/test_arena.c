/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_fail.h"
#include "base/error.h"

#define MANY 5000

static void test_arena__gives_zeroed_aligned_bytes(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};

    (void)state;
    for (size_t size = 0; size < 300; size++) {
        unsigned char *bytes = ses_arena_alloc(&arena, size);

        assert_non_null(bytes);
        assert_int_equal((uintptr_t)bytes % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(bytes[i], 0);
        memset(bytes, 0xFF, size);
    }
}

static void test_arena__gives_more_than_a_chunk(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    char *large = ses_arena_alloc(&arena, 1000000);

    (void)state;
    assert_non_null(large);
    memset(large, 'a', 1000000);
    assert_true(arena.total >= 1000000);
}

static void test_arena__clear_gives_zeroed_bytes_again(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    char *first = ses_arena_alloc(&arena, 100);

    (void)state;
    assert_non_null(first);
    memset(first, 'a', 100);
    assert_non_null(ses_arena_alloc(&arena, 50000));
    ses_arena_clear(&arena);
    first = ses_arena_alloc(&arena, 100);
    assert_non_null(first);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(first[i], 0);
}

static void test_arena__stops_at_its_ceiling(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done);
    size_t count = 0;

    (void)state;
    ses_arena_init(&arena, 100000);
    while (ses_arena_alloc(&arena, 1000))
        count++;
    assert_in_range(count, 60, 100);
    assert_true(arena.total <= 100000);
}

static void test_arena__works_on_after_a_refusal(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done);

    (void)state;
    ses_arena_init(&arena, 20000);
    assert_null(ses_arena_alloc(&arena, 30000));
    assert_non_null(ses_arena_alloc(&arena, 10000));
    assert_null(ses_arena_alloc(&arena, 10000));
    assert_non_null(ses_arena_alloc(&arena, 100));
}

static void test_arena__refuses_sizes_that_overflow(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};

    (void)state;
    assert_null(ses_arena_alloc(&arena, SIZE_MAX));
    assert_null(ses_arena_alloc(&arena, SIZE_MAX - 8));
    assert_null(ses_arena_array(&arena, SIZE_MAX / 4, 8));
    assert_null(ses_arena_array(&arena, 8, SIZE_MAX / 4));
    assert_non_null(ses_arena_array(&arena, SIZE_MAX, 0));
}

static void test_arena__copies_with_a_final_nul(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_str copy;

    (void)state;
    assert_int_equal(ses_arena_copy(&arena, (struct ses_str){"abcdef", 3}, &copy), 0);
    assert_string_equal(copy.ptr, "abc");
    assert_int_equal(copy.len, 3);
    assert_int_equal(ses_arena_copy(&arena, (struct ses_str){0}, &copy), 0);
    assert_string_equal(copy.ptr, "");
}

static void test_arena__joins_with_a_final_nul(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_str text;

    (void)state;
    assert_int_equal(ses_arena_join(&arena, SES_STR("ab"), SES_STR("c"), &text), 0);
    assert_int_equal(text.len, 3);
    assert_string_equal(text.ptr, "abc");
    assert_int_equal(ses_arena_join(&arena, (struct ses_str){0}, (struct ses_str){0}, &text), 0);
    assert_string_equal(text.ptr, "");
}

static void test_arena__prints(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_str text;

    (void)state;
    assert_int_equal(ses_arena_printf(&arena, &text, "%s=%d", "a", 7), 0);
    assert_string_equal(text.ptr, "a=7");
    assert_int_equal(text.len, 3);
}

static void test_arena__done_gives_all_back(void **state)
{
    struct ses_arena arena = {0};

    (void)state;
    assert_non_null(ses_arena_alloc(&arena, 1));
    assert_non_null(ses_arena_alloc(&arena, 100000));
    ses_arena_done(&arena);
    assert_int_equal(arena.total, 0);
    ses_arena_done(&arena);
    ses_arena_clear(&arena);
    ses_arena_done(NULL);
    ses_arena_clear(NULL);
}

/* A list that grows, between other things. */
static int grow_list(void *ctx)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    size_t *list = NULL;
    size_t capacity = 0;

    (void)ctx;
    for (size_t i = 0; i < MANY; i++) {
        struct ses_str text;
        int error = ses_arena_grow(&arena, &list, i, &capacity, sizeof(*list));

        if (error == 0)
            error = ses_arena_printf(&arena, &text, "%zu", i);
        if (error != 0)
            return error;
        list[i] = i;
    }
    for (size_t i = 0; i < MANY; i++)
        assert_int_equal(list[i], i);
    assert_true(capacity >= MANY);
    return 0;
}

static void test_arena__grows_lists(void **state)
{
    (void)state;
    assert_int_equal(grow_list(NULL), 0);
}

static void test_arena__keeps_the_list_that_cannot_grow(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done);
    char *list = NULL;
    char *old = NULL;
    size_t capacity = 0;
    size_t count = 0;

    (void)state;
    ses_arena_init(&arena, 40000);
    while (ses_arena_grow(&arena, &list, count, &capacity, 1) == 0) {
        list[count++] = 'a';
        old = list;
    }
    assert_ptr_equal(list, old);
    assert_int_equal(capacity, count);
    assert_int_equal(list[count - 1], 'a');
}

static void test_arena__survives_each_failing_allocation(void **state)
{
    (void)state;
    alloc_fail_each(grow_list, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arena__gives_zeroed_aligned_bytes),
        cmocka_unit_test(test_arena__gives_more_than_a_chunk),
        cmocka_unit_test(test_arena__clear_gives_zeroed_bytes_again),
        cmocka_unit_test(test_arena__stops_at_its_ceiling),
        cmocka_unit_test(test_arena__works_on_after_a_refusal),
        cmocka_unit_test(test_arena__refuses_sizes_that_overflow),
        cmocka_unit_test(test_arena__copies_with_a_final_nul),
        cmocka_unit_test(test_arena__joins_with_a_final_nul),
        cmocka_unit_test(test_arena__prints),
        cmocka_unit_test(test_arena__done_gives_all_back),
        cmocka_unit_test(test_arena__grows_lists),
        cmocka_unit_test(test_arena__keeps_the_list_that_cannot_grow),
        cmocka_unit_test(test_arena__survives_each_failing_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
