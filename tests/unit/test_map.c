/* SPDX-License-Identifier: MIT */
#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alloc_fail.h"
#include "base/error.h"

#define MANY 2000

static void test_map__finds_nothing_in_an_empty_one(void **state)
{
    struct ses_map map = {0};

    (void)state;
    assert_null(ses_map_find(&map, SES_STR("a")));
    assert_null(ses_map_find(&map, SES_STR("")));
}

static void test_map__tells_similar_keys_apart(void **state)
{
    static const struct ses_str keys[] = {{NULL, 0}, {"\0", 1},  {"\0\0", 2}, {"a", 1},
                                          {"A", 1},  {"a\0", 2}, {"aa", 2}};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_map map = {0};

    (void)state;
    /* The cast: a map does not write to its values. */
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        assert_int_equal(ses_map_set(&map, &arena, keys[i], (void *)&keys[i]), 0);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        assert_ptr_equal(ses_map_find(&map, keys[i]), &keys[i]);
    assert_null(ses_map_find(&map, SES_STR("b")));
}

static void test_map__replaces_the_value_of_a_key(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_map map = {0};
    int one = 1;
    int two = 2;

    (void)state;
    assert_int_equal(ses_map_set(&map, &arena, SES_STR("a"), &one), 0);
    assert_int_equal(ses_map_set(&map, &arena, SES_STR("a"), &two), 0);
    assert_int_equal(map.count, 1);
    assert_ptr_equal(ses_map_find(&map, SES_STR("a")), &two);
}

static int fill(void *ctx)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_map map = {0};
    struct ses_str keys[MANY];

    (void)ctx;
    for (size_t i = 0; i < MANY; i++) {
        int error = ses_arena_printf(&arena, &keys[i], "a%zu.example.edu", i);

        if (error == 0)
            error = ses_map_set(&map, &arena, keys[i], &keys[i]);
        if (error != 0)
            return error;
    }
    assert_int_equal(map.count, MANY);
    for (size_t i = 0; i < MANY; i++)
        assert_ptr_equal(ses_map_find(&map, keys[i]), &keys[i]);
    assert_null(ses_map_find(&map, SES_STR("a2000.example.edu")));
    return 0;
}

static void test_map__finds_each_of_many(void **state)
{
    (void)state;
    assert_int_equal(fill(NULL), 0);
}

static void test_map__survives_each_failing_allocation(void **state)
{
    (void)state;
    alloc_fail_each(fill, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_map__finds_nothing_in_an_empty_one),
        cmocka_unit_test(test_map__tells_similar_keys_apart),
        cmocka_unit_test(test_map__replaces_the_value_of_a_key),
        cmocka_unit_test(test_map__finds_each_of_many),
        cmocka_unit_test(test_map__survives_each_failing_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
