/* SPDX-License-Identifier: MIT */
#include "base/seen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "alloc_fail.h"
#include "base/error.h"
#include "collect.h"

#define MILLION 1000000

/* The capacity that the first entry makes. */
#define FIRST 1024

static void test_seen__finds_nothing_in_an_empty_one(void **state)
{
    struct ses_seen seen SES_CLEANUP(ses_seen_done) = {0};
    uint32_t number = 7;

    (void)state;
    assert_false(ses_seen_find(&seen, 1, &number));
    assert_int_equal(number, 7);
}

static void test_seen__tells_purposes_and_similar_keys_apart(void **state)
{
    static const struct ses_str keys[] = {{NULL, 0}, {"\0", 1},  {"\0\0", 2}, {"a", 1},
                                          {"A", 1},  {"a\0", 2}, {"aa", 2}};
    struct ses_seen seen SES_CLEANUP(ses_seen_done) = {0};
    uint32_t number;

    (void)state;
    for (unsigned purpose = 0; purpose < 4; purpose++) {
        for (size_t i = 0; i < COUNT(keys); i++) {
            uint64_t hash = ses_seen_hash(keys[i], purpose);

            assert_int_not_equal(hash, 0);
            assert_false(ses_seen_find(&seen, hash, &number));
            assert_int_equal(ses_seen_add(&seen, hash, (uint32_t)i), 0);
        }
    }
}

/* Adds `count` hashes that `of` makes of a counter, and looks each up after every growth. */
static int fill(struct ses_seen *seen, uint64_t (*of)(uint32_t), uint32_t count)
{
    size_t capacity = seen->capacity;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t number;
        int error;

        assert_false(ses_seen_find(seen, of(i), &number));
        error = ses_seen_add(seen, of(i), i);
        if (error != 0)
            return error;
        if (seen->capacity == capacity && i + 1 < count)
            continue;
        capacity = seen->capacity;
        for (uint32_t k = 0; k <= i; k++) {
            if (!ses_seen_find(seen, of(k), &number) || number != k)
                fail_msg("entry %u of %u was lost at capacity %zu", k, i + 1, capacity);
        }
    }
    assert_int_equal(seen->count, count);
    return 0;
}

/* All want the last slot of the first table, and go on at its beginning. */
static uint64_t last_slot(uint32_t i)
{
    return ((uint64_t)i + 1) * FIRST - 1;
}

/* All want the last slot of any table up to four million. */
static uint64_t last_slot_of_all(uint32_t i)
{
    return (((uint64_t)i + 1) << 22U) - 1;
}

/* The run across the end has entries of both halves of the larger table, in turns. */
static uint64_t around_the_end(uint32_t i)
{
    return (uint64_t)i * FIRST + FIRST - 1 - i % 8;
}

/* Slots from the end downwards: each run begins where the next one ends. */
static uint64_t downwards(uint32_t i)
{
    return UINT64_MAX - i;
}

static uint64_t upwards(uint32_t i)
{
    return (uint64_t)i + 1;
}

/* Every home is taken twice in the small table and once in the large one. */
static uint64_t halves(uint32_t i)
{
    return (uint64_t)(i / 2) + (i % 2) * FIRST + (uint64_t)(i / FIRST) * 4 * FIRST + FIRST / 2;
}

static void test_seen__keeps_runs_whole_when_it_grows(void **state)
{
    static const struct {
        const char *name;
        uint64_t (*of)(uint32_t);
    } rows[] = {{"last slot", last_slot},
                {"last slot of all", last_slot_of_all},
                {"around the end", around_the_end},
                {"downwards", downwards},
                {"upwards", upwards},
                {"halves", halves}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_seen seen SES_CLEANUP(ses_seen_done) = {0};

        ASSERT_ROW(rows[i].name, fill(&seen, rows[i].of, 7 * FIRST) == 0);
    }
}

static uint64_t hash_of(uint32_t i)
{
    char key[32];
    int len = snprintf(key, sizeof(key), "d%u.example.edu", i);

    return ses_seen_hash((struct ses_str){key, (size_t)len}, 1);
}

static void test_seen__finds_each_of_a_million(void **state)
{
    struct ses_seen seen SES_CLEANUP(ses_seen_done) = {0};
    uint32_t number = 0;

    (void)state;
    for (uint32_t i = 0; i < MILLION; i++) {
        assert_false(ses_seen_find(&seen, hash_of(i), &number));
        assert_int_equal(ses_seen_add(&seen, hash_of(i), i), 0);
    }
    for (uint32_t i = 0; i < MILLION; i++)
        assert_true(ses_seen_find(&seen, hash_of(i), &number) && number == i);
    assert_false(ses_seen_find(&seen, hash_of(MILLION), &number));
}

static int fill_some(void *ctx)
{
    struct ses_seen seen SES_CLEANUP(ses_seen_done) = {0};

    (void)ctx;
    return fill(&seen, around_the_end, 2 * FIRST);
}

static void test_seen__survives_each_failing_allocation(void **state)
{
    (void)state;
    alloc_fail_each(fill_some, NULL);
}

static void test_seen__is_at_most_seven_eighths_full(void **state)
{
    struct ses_seen seen SES_CLEANUP(ses_seen_done) = {0};

    (void)state;
    assert_int_equal(fill(&seen, last_slot, FIRST / 8 * 7), 0);
    assert_int_equal(seen.capacity, FIRST);
    assert_int_equal(ses_seen_add(&seen, last_slot(FIRST), 0), 0);
    assert_int_equal(seen.capacity, 2 * FIRST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seen__finds_nothing_in_an_empty_one),
        cmocka_unit_test(test_seen__tells_purposes_and_similar_keys_apart),
        cmocka_unit_test(test_seen__keeps_runs_whole_when_it_grows),
        cmocka_unit_test(test_seen__finds_each_of_a_million),
        cmocka_unit_test(test_seen__survives_each_failing_allocation),
        cmocka_unit_test(test_seen__is_at_most_seven_eighths_full),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
