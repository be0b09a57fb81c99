/* SPDX-License-Identifier: MIT */
#include "model/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_fail.h"
#include "base/error.h"
#include "collect.h"

#define L63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define L61 "ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
#define N253 L63 "." L63 "." L63 "." L61

static void test_name__makes_canonical_text(void **state)
{
    static const struct {
        const char *text, *canonical;
        bool final_dot, upper, idn;
    } rows[] = {
        {"example.edu", "example.edu", false, false, false},
        {"example.edu.", "example.edu", true, false, false},
        {"EXAMPLE.edu", "example.edu", false, true, false},
        {"Mail-1.Example.EDU.", "mail-1.example.edu", true, true, false},
        {"_amazonses.example.edu", "_amazonses.example.edu", false, false, false},
        {"a_b.1-2.x", "a_b.1-2.x", false, false, false},
        {"edu", "edu", false, false, false},
        {L63 ".x", L63 ".x", false, false, false},
        {N253, N253, false, false, false},
        {N253 ".", N253, true, false, false},
        {"b\xC3\xBC"
         "cher.example",
         "xn--bcher-kva.example", false, false, true},
        {"B\xC3\x9C"
         "CHER.example.",
         "xn--bcher-kva.example", true, false, true},
        {"bu\xCC\x88"
         "cher.example",
         "xn--bcher-kva.example", false, false, true},
        {"stra\xC3\x9F"
         "e.example",
         "xn--strae-oqa.example", false, false, true},
        {"_dmarc.b\xC3\xBC"
         "cher.example",
         "_dmarc.xn--bcher-kva.example", false, false, true},
        {"\xE4\xBE\x8B\xE3\x80\x82\xE4\xBE\x8B", "xn--fsq.xn--fsq", false, false, true},
        {"xn--bcher-kva.example", "xn--bcher-kva.example", false, false, false},
    };
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_name_flaw flaw;
        struct ses_name name;

        ASSERT_ROW(rows[i].text,
                   ses_name_parse(ses_str_of(rows[i].text), &arena, &name, &flaw) == 0);
        assert_string_equal(name.text.ptr, rows[i].canonical);
        ASSERT_ROW(rows[i].text, name.text.len == strlen(rows[i].canonical));
        ASSERT_ROW(rows[i].text, name.final_dot == rows[i].final_dot);
        ASSERT_ROW(rows[i].text, name.upper == rows[i].upper);
        ASSERT_ROW(rows[i].text, name.idn == rows[i].idn);
    }
}

static void test_name__tells_the_flaw_and_its_place(void **state)
{
    static const struct {
        const char *text;
        enum ses_name_flaw_kind kind;
        size_t offset, length;
    } rows[] = {
        {"", SES_NAME_EMPTY, 0, 0},
        {".", SES_NAME_EMPTY_LABEL, 0, 0},
        {".example.edu", SES_NAME_EMPTY_LABEL, 0, 0},
        {"a..example.edu", SES_NAME_EMPTY_LABEL, 2, 0},
        {"example.edu..", SES_NAME_EMPTY_LABEL, 12, 0},
        {"x." L63 "a.edu", SES_NAME_LONG_LABEL, 2, 64},
        {N253 "c", SES_NAME_TOO_LONG, 253, 254},
        {N253 "c.", SES_NAME_TOO_LONG, 253, 254},
        {"a b.edu", SES_NAME_BAD_BYTE, 1, 1},
        {"a.b/c", SES_NAME_BAD_BYTE, 3, 1},
        {"user@example.edu", SES_NAME_BAD_BYTE, 4, 1},
        {"*.example.edu", SES_NAME_BAD_BYTE, 0, 1},
        {"a\\.b", SES_NAME_BAD_BYTE, 1, 1},
        {"a\n", SES_NAME_BAD_BYTE, 1, 1},
        {"a.-b.edu", SES_NAME_BAD_HYPHEN, 2, 2},
        {"a.b-.edu", SES_NAME_BAD_HYPHEN, 3, 2},
        {"-", SES_NAME_BAD_HYPHEN, 0, 1},
        {"a.b\xFC"
         "cher.edu",
         SES_NAME_BAD_IDN, 0, 12},
        {"a.\xC3", SES_NAME_BAD_IDN, 0, 3},
        {"\xE2\x80\xAE"
         "a.edu",
         SES_NAME_BAD_IDN, 0, 8},
        /* Found in the A-labels, where an offset would say nothing about the text. */
        {"b\xC3\xBC"
         "cher.a b",
         SES_NAME_BAD_BYTE, 0, 1},
        {"\xEF\xBC\x82.edu", SES_NAME_BAD_BYTE, 0, 1},
    };
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_name_flaw flaw;
        struct ses_name name;

        ASSERT_ROW(rows[i].text,
                   ses_name_parse(ses_str_of(rows[i].text), &arena, &name, &flaw) == SES_EINVALID);
        ASSERT_ROW(rows[i].text, flaw.kind == rows[i].kind);
        ASSERT_ROW(rows[i].text, flaw.offset == rows[i].offset);
        ASSERT_ROW(rows[i].text, flaw.length == rows[i].length);
    }
}

static void test_name__refuses_nul_bytes(void **state)
{
    static const struct ses_str texts[] = {{"a\0b.edu", 7}, {"\0", 1}, {"\xC3\xBC\0.edu", 7}};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct ses_name_flaw flaw;
        struct ses_name name;

        assert_int_equal(ses_name_parse(texts[i], &arena, &name, &flaw), SES_EINVALID);
    }
}

static void test_name__shows_u_labels(void **state)
{
    static const char *const rows[][2] = {
        {"xn--bcher-kva.example", "b\xC3\xBC"
                                  "cher.example"},
        {"_dmarc.xn--bcher-kva.example", "_dmarc.b\xC3\xBC"
                                         "cher.example"},
        {"example.edu", "example.edu"},
        {"xn--zzzz99999999.example", "xn--zzzz99999999.example"},
        {"axn--b.example", "axn--b.example"},
    };
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_str unicode;

        assert_int_equal(ses_name_to_unicode(ses_str_of(rows[i][0]), &arena, &unicode), 0);
        assert_string_equal(unicode.ptr, rows[i][1]);
    }
}

/* Punycode can stand for anything: a control byte, a change of direction, a capital letter. */
static void test_name__shows_no_label_that_is_not_the_way_back(void **state)
{
    static const char *const names[] = {"xn--fa.example", "xn--ab-g4t.example", "xn--tvg.example",
                                        "xn--bcher-2pa.example"};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        struct ses_str unicode;

        assert_int_equal(ses_name_to_unicode(ses_str_of(names[i]), &arena, &unicode), 0);
        assert_string_equal(unicode.ptr, names[i]);
    }
}

static void test_name__knows_what_lies_in_a_zone(void **state)
{
    /* Also what it is called there; the whole name where it does not lie in it. */
    static const struct {
        const char *name, *zone;
        bool is_in;
        const char *relative;
    } rows[] = {
        {"example.edu", "example.edu", true, "@"},
        {"a.b.example.edu", "example.edu", true, "a.b"},
        {"a.example.edu", "edu", true, "a.example"},
        {"notexample.edu", "example.edu", false, "notexample.edu"},
        {"example.edu", "a.example.edu", false, "example.edu"},
        {"example.edu.org", "example.edu", false, "example.edu.org"},
        {"example.edu", "", true, "example.edu"},
        {"", "", true, "@"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_str name = ses_str_of(rows[i].name);
        struct ses_str zone = ses_str_of(rows[i].zone);

        ASSERT_ROW(rows[i].name, ses_name_is_in(name, zone) == rows[i].is_in);
        ASSERT_ROW(rows[i].name,
                   ses_str_eq(ses_name_relative(name, zone), ses_str_of(rows[i].relative)));
    }
}

static void test_name__takes_labels_apart(void **state)
{
    static const struct {
        const char *name, *first, *parent;
        size_t count;
    } rows[] = {{"a.b.c", "a", "b.c", 3}, {"a", "a", "", 1}, {"", "", "", 0}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_str name = ses_str_of(rows[i].name);

        ASSERT_ROW(rows[i].name, ses_str_eq(ses_name_first(name), ses_str_of(rows[i].first)));
        ASSERT_ROW(rows[i].name, ses_str_eq(ses_name_parent(name), ses_str_of(rows[i].parent)));
        ASSERT_ROW(rows[i].name, ses_name_label_count(name) == rows[i].count);
    }
}

static void test_name__tells_host_names_from_others(void **state)
{
    (void)state;
    assert_true(ses_name_is_host(SES_STR("mail-1.example.edu")));
    assert_false(ses_name_is_host(SES_STR("mail_1.example.edu")));
    assert_false(ses_name_is_host(SES_STR("")));
}

static void test_name__finds_a_zone_that_stands_twice(void **state)
{
    static const char *const rows[][2] = {
        {"a.example.edu.example.edu", "a.example.edu"},
        {"example.edu.example.edu", "example.edu"},
        {"_dmarc.a.example.edu.a.example.edu", "_dmarc.a.example.edu"},
        {"a.b.example.edu.example.edu", "a.b.example.edu"},
        {"example.edu", ""},
        {"com.com", ""},
        {"a.com.com", ""},
        {"edu.example.edu", ""},
        {"example.edu.notexample.edu", ""},
        {"myexample.edu.example.edu", ""},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        ASSERT_ROW(rows[i][0],
                   ses_str_eq(ses_name_undoubled(ses_str_of(rows[i][0])), ses_str_of(rows[i][1])));
}

static int parse_both_ways(void *ctx)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_name_flaw flaw;
    struct ses_name name;
    struct ses_str unicode;
    int error = 0;

    (void)ctx;
    /* Often enough for the arena to need several chunks. */
    for (int i = 0; i < 200 && error == 0; i++) {
        error = ses_name_parse(SES_STR(L63 ".B\xC3\xBC"
                                           "cher.Example."),
                               &arena, &name, &flaw);
        if (error == 0)
            error = ses_name_to_unicode(name.text, &arena, &unicode);
    }
    return error;
}

static void test_name__survives_each_failing_allocation(void **state)
{
    (void)state;
    alloc_fail_each(parse_both_ways, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_name__makes_canonical_text),
        cmocka_unit_test(test_name__tells_the_flaw_and_its_place),
        cmocka_unit_test(test_name__refuses_nul_bytes),
        cmocka_unit_test(test_name__shows_u_labels),
        cmocka_unit_test(test_name__shows_no_label_that_is_not_the_way_back),
        cmocka_unit_test(test_name__knows_what_lies_in_a_zone),
        cmocka_unit_test(test_name__takes_labels_apart),
        cmocka_unit_test(test_name__tells_host_names_from_others),
        cmocka_unit_test(test_name__finds_a_zone_that_stands_twice),
        cmocka_unit_test(test_name__survives_each_failing_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
