/* SPDX-License-Identifier: MIT */
#include "model/key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_fail.h"
#include "base/error.h"
#include "collect.h"

#define DIGEST "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define OTHER_DIGEST "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ae"

static struct ses_key make(enum ses_operation operation, const char *subject, const char *digest)
{
    struct ses_key key;

    assert_int_equal(ses_key_make(operation, ses_str_of(subject), ses_str_of(digest), &key), 0);
    return key;
}

/* Keys are in tickets that are out there: another one would open them a second time. */
static void test_key__stays_what_it_is(void **state)
{
    static const struct {
        enum ses_operation operation;
        const char *subject, *text;
    } rows[] = {
        /* printf 'add\nexample.edu\n%s\n' DIGEST | sha256sum, and so on */
        {SES_ADD, "example.edu", "sesdns-add-9a7b0ed86f2103a6252e1c540f0d93e3"},
        {SES_RENEW, "example.edu", "sesdns-renew-edb99ff99c3202305ea3d5275948a315"},
        {SES_REMOVE, "mail.example.edu", "sesdns-remove-c8b061993da21b0831e58efbdb9ae50b"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_key key = make(rows[i].operation, rows[i].subject, DIGEST);

        assert_string_equal(key.text, rows[i].text);
        assert_int_equal(strlen(key.record), 32);
        assert_string_equal(key.record, key.text + strlen(key.text) - 32);
    }
}

static void test_key__differs_with_each_of_its_parts(void **state)
{
    static const struct {
        enum ses_operation operation;
        const char *subject, *digest;
    } rows[] = {
        {SES_ADD, "example.edu", DIGEST},
        {SES_RENEW, "example.edu", DIGEST},
        {SES_REMOVE, "example.edu", DIGEST},
        {SES_ADD, "a.example.edu", DIGEST},
        {SES_ADD, "", DIGEST},
        {SES_ADD, "example.edu", OTHER_DIGEST},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_key left = make(rows[i].operation, rows[i].subject, rows[i].digest);

        for (size_t k = 0; k < COUNT(rows); k++) {
            struct ses_key right = make(rows[k].operation, rows[k].subject, rows[k].digest);

            assert_true((strcmp(left.text, right.text) == 0) == (i == k));
            assert_true((strcmp(left.record, right.record) == 0) == (i == k));
        }
    }
}

static void test_key__has_nothing_that_a_query_reads(void **state)
{
    (void)state;
    for (int i = 0; i < SES_OPERATIONS; i++) {
        struct ses_key key = make((enum ses_operation)i, "a^b,c=d.example.edu", DIGEST);

        assert_int_equal(strspn(key.text, "abcdefghijklmnopqrstuvwxyz0123456789-"),
                         strlen(key.text));
        assert_int_equal(strncmp(key.text, SES_KEY_PREFIX, strlen(SES_KEY_PREFIX)), 0);
        assert_true(strlen(key.text) < SES_KEY_TEXT);
    }
}

static void test_key__reads_the_names_of_operations(void **state)
{
    static const char *const others[] = {"", "Add", "add ", "delete", "removed"};
    enum ses_operation operation = SES_OPERATIONS;

    (void)state;
    for (int i = 0; i < SES_OPERATIONS; i++) {
        const char *name = ses_operation_name((enum ses_operation)i);

        ASSERT_ROW(name, ses_operation_parse(ses_str_of(name), &operation));
        ASSERT_ROW(name, operation == (enum ses_operation)i);
    }
    for (size_t i = 0; i < COUNT(others); i++)
        ASSERT_ROW(others[i], !ses_operation_parse(ses_str_of(others[i]), &operation));
}

static int make_one(void *ctx)
{
    struct ses_key key;

    (void)ctx;
    return ses_key_make(SES_ADD, SES_STR("example.edu"), SES_STR(DIGEST), &key);
}

static void test_key__survives_each_failing_allocation(void **state)
{
    (void)state;
    alloc_fail_each(make_one, NULL);
}

static void test_key__labels_fit_their_column(void **state)
{
    char subject[254];
    struct ses_arena arena = {0};
    struct ses_str label, other;

    (void)state;
    assert_int_equal(ses_key_label(SES_REMOVE, SES_STR("mail.example.edu"), &arena, &label), 0);
    assert_string_equal(label.ptr, "sesdns remove mail.example.edu");
    memset(subject, 'a', 253);
    subject[253] = '\0';
    assert_int_equal(ses_key_label(SES_ADD, ses_str_of(subject), &arena, &label), 0);
    assert_in_range(label.len, 1, 100);
    subject[252] = 'b';
    assert_int_equal(ses_key_label(SES_ADD, ses_str_of(subject), &arena, &other), 0);
    assert_false(ses_str_eq(label, other));
    ses_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key__stays_what_it_is),
        cmocka_unit_test(test_key__differs_with_each_of_its_parts),
        cmocka_unit_test(test_key__has_nothing_that_a_query_reads),
        cmocka_unit_test(test_key__reads_the_names_of_operations),
        cmocka_unit_test(test_key__survives_each_failing_allocation),
        cmocka_unit_test(test_key__labels_fit_their_column),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
