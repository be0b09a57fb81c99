/* SPDX-License-Identifier: MIT */
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "collect.h"

#define NOTHING ((struct ses_str){0})

static void test_str__compares_bytes(void **state)
{
    static const struct {
        const char *a, *b;
        int order;
        bool eq, eq_nocase;
    } rows[] = {
        {"", "", 0, true, true},
        {"a", "a", 0, true, true},
        {"a", "b", -1, false, false},
        {"a", "A", 1, false, true},
        {"a", "aa", -1, false, false},
        {"", "a", -1, false, false},
        {"mail-1", "MAIL-1", 1, false, true},
        {"\xC3\xA9", "\xC3\x89", 1, false, false},
        {"[", "{", -1, false, false},
        {"\xFF", "a", 1, false, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_str a = ses_str_of(rows[i].a);
        struct ses_str b = ses_str_of(rows[i].b);
        int order = ses_str_compare(a, b);

        ASSERT_ROW(rows[i].a, (order > 0) - (order < 0) == rows[i].order);
        ASSERT_ROW(rows[i].a, (ses_str_compare(b, a) < 0) == (order > 0));
        ASSERT_ROW(rows[i].a, ses_str_eq(a, b) == rows[i].eq);
        ASSERT_ROW(rows[i].a, ses_str_eq_nocase(a, b) == rows[i].eq_nocase);
    }
}

static void test_str__takes_null_as_empty(void **state)
{
    struct ses_str part;
    struct ses_str rest = NOTHING;

    (void)state;
    assert_int_equal(ses_str_of(NULL).len, 0);
    assert_true(ses_str_eq(NOTHING, SES_STR("")));
    assert_true(ses_str_eq_nocase(NOTHING, SES_STR("")));
    assert_int_equal(ses_str_compare(NOTHING, SES_STR("")), 0);
    assert_true(ses_str_starts(NOTHING, NOTHING) && ses_str_ends(NOTHING, NOTHING));
    assert_true(ses_str_contains(NOTHING, NOTHING) && ses_str_contains_nocase(NOTHING, NOTHING));
    assert_int_equal(ses_str_find(NOTHING, 'a'), 0);
    assert_null(ses_str_slice(NOTHING, 1, 2).ptr);
    assert_int_equal(ses_str_trim(NOTHING).len, 0);
    assert_false(ses_str_split(&rest, ',', &part));
    assert_int_equal(ses_str_utf8(NOTHING), 0);
    assert_true(ses_str_is_utf8(NOTHING));
}

static void test_str__finds_parts(void **state)
{
    static const struct {
        const char *s, *part;
        bool starts, ends, contains, nocase;
    } rows[] = {
        {"example.edu", "", true, true, true, true},
        {"example.edu", "example.edu", true, true, true, true},
        {"example.edu", "example", true, false, true, true},
        {"example.edu", ".edu", false, true, true, true},
        {"example.edu", "ple.e", false, false, true, true},
        {"example.edu", "PLE.E", false, false, false, true},
        {"example.edu", "example.edux", false, false, false, false},
        {"", "a", false, false, false, false},
        {"aab", "ab", false, true, true, true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_str s = ses_str_of(rows[i].s);
        struct ses_str part = ses_str_of(rows[i].part);

        ASSERT_ROW(rows[i].part, ses_str_starts(s, part) == rows[i].starts);
        ASSERT_ROW(rows[i].part, ses_str_ends(s, part) == rows[i].ends);
        ASSERT_ROW(rows[i].part, ses_str_contains(s, part) == rows[i].contains);
        ASSERT_ROW(rows[i].part, ses_str_contains_nocase(s, part) == rows[i].nocase);
    }
}

static void test_str__folds_case_at_both_ends(void **state)
{
    (void)state;
    assert_true(ses_str_starts_nocase(SES_STR("AmazonSES:x"), SES_STR("amazonses:")));
    assert_false(ses_str_starts_nocase(SES_STR("Amazon"), SES_STR("amazonses:")));
    assert_true(ses_str_ends_nocase(SES_STR("x.Amazonses.COM"), SES_STR(".amazonses.com")));
    assert_false(ses_str_ends_nocase(SES_STR("com"), SES_STR(".com")));
}

static void test_str__cuts_slices_to_the_text(void **state)
{
    static const struct {
        size_t from, to;
        const char *expected;
    } rows[] = {{0, 3, "abc"}, {1, 2, "b"}, {0, 9, "abc"},       {3, 3, ""},
                {7, 9, ""},    {2, 1, ""},  {1, SIZE_MAX, "bc"}, {SIZE_MAX, SIZE_MAX, ""}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_str slice = ses_str_slice(SES_STR("abc"), rows[i].from, rows[i].to);

        ASSERT_ROW(rows[i].expected, ses_str_eq(slice, ses_str_of(rows[i].expected)));
    }
}

static void test_str__trims_blanks_and_tabs_only(void **state)
{
    static const char *const rows[][2] = {{" a ", "a"},
                                          {"\t a b\t", "a b"},
                                          {" \t ", ""},
                                          {"a\n", "a\n"},
                                          {"\xC2\xA0"
                                           "a",
                                           "\xC2\xA0"
                                           "a"}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        ASSERT_ROW(rows[i][0],
                   ses_str_eq(ses_str_trim(ses_str_of(rows[i][0])), ses_str_of(rows[i][1])));
}

static void test_str__splits_at_each_separator(void **state)
{
    /* The parts, with | between them. */
    static const char *const rows[][2] = {{"a,b", "a|b|"}, {"a", "a|"},  {"a,,b", "a||b|"},
                                          {",a", "|a|"},   {"a,", "a|"}, {",", "|"},
                                          {"", ""}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_str rest = ses_str_of(rows[i][0]);
        struct ses_buf parts SES_CLEANUP(ses_buf_done);
        struct ses_str part;

        ses_buf_init(&parts, 100);
        while (ses_str_split(&rest, ',', &part))
            ses_buf_printf(&parts, "%.*s|", SES_STR_ARG(part));
        ASSERT_ROW(rows[i][0], ses_str_eq(ses_buf_str(&parts), ses_str_of(rows[i][1])));
    }
}

static void test_str__reads_decimal_digits_only(void **state)
{
    static const struct {
        const char *text;
        uint32_t max;
        bool good;
        uint32_t number;
    } rows[] = {
        {"0", 0, true, 0},
        {"007", 9, true, 7},
        {"10", 10, true, 10},
        {"11", 10, false, 0},
        {"4294967295", UINT32_MAX, true, UINT32_MAX},
        {"4294967296", UINT32_MAX, false, 0},
        {"9999999999", UINT32_MAX, false, 0},
        {"00000000001", UINT32_MAX, false, 0},
        {"", 9, false, 0},
        {"+1", 9, false, 0},
        {"-1", 9, false, 0},
        {" 1", 9, false, 0},
        {"1 ", 9, false, 0},
        {"0x1", 9, false, 0},
        {"\xD9\xA1", 9, false, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint32_t number = 12345;
        bool good = ses_str_to_number(ses_str_of(rows[i].text), rows[i].max, &number);

        ASSERT_ROW(rows[i].text, good == rows[i].good);
        ASSERT_ROW(rows[i].text, number == (good ? rows[i].number : 12345));
    }
}

static void test_str__knows_well_formed_utf8(void **state)
{
    /* The edges of each row of RFC 3629 section 4, inside and outside. */
    static const struct {
        const char *bytes;
        size_t length;
    } rows[] = {
        {"a", 1},
        {"\x7F", 1},
        {"\x80", 0},
        {"\xC1\x80", 0},
        {"\xC2\x80", 2},
        {"\xC2\x7F", 0},
        {"\xDF\xBF", 2},
        {"\xDF\xC0", 0},
        {"\xC2", 0},
        {"\xE0\x9F\xBF", 0},
        {"\xE0\xA0\x80", 3},
        {"\xE2\x82", 0},
        {"\xE2\x82"
         "A",
         0},
        {"\xE2\x82\xAC", 3},
        {"\xED\x9F\xBF", 3},
        {"\xED\xA0\x80", 0},
        {"\xEE\x80\x80", 3},
        {"\xEF\xBF\xBF", 3},
        {"\xF0\x8F\xBF\xBF", 0},
        {"\xF0\x90\x80\x80", 4},
        {"\xF0\x90\x80", 0},
        {"\xF4\x8F\xBF\xBF", 4},
        {"\xF4\x90\x80\x80", 0},
        {"\xF5\x80\x80\x80", 0},
        {"\xFF", 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_str bytes = ses_str_of(rows[i].bytes);

        ASSERT_ROW(rows[i].bytes, ses_str_utf8(bytes) == rows[i].length);
        ASSERT_ROW(rows[i].bytes, ses_str_is_utf8(bytes) == (rows[i].length == bytes.len));
    }
}

static void test_str__counts_nul_as_utf8(void **state)
{
    (void)state;
    assert_int_equal(ses_str_utf8((struct ses_str){"\0", 1}), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_str__compares_bytes),
        cmocka_unit_test(test_str__takes_null_as_empty),
        cmocka_unit_test(test_str__finds_parts),
        cmocka_unit_test(test_str__folds_case_at_both_ends),
        cmocka_unit_test(test_str__cuts_slices_to_the_text),
        cmocka_unit_test(test_str__trims_blanks_and_tabs_only),
        cmocka_unit_test(test_str__splits_at_each_separator),
        cmocka_unit_test(test_str__reads_decimal_digits_only),
        cmocka_unit_test(test_str__knows_well_formed_utf8),
        cmocka_unit_test(test_str__counts_nul_as_utf8),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
