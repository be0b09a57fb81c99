/* SPDX-License-Identifier: MIT */
#include "base/finding.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "collect.h"

static void test_finding__counts_columns_in_characters(void **state)
{
    static const struct {
        const char *text;
        size_t line, offset, column;
    } rows[] = {
        {"TXT,a,b", 1, 0, 1},
        {"TXT,a,b", 1, 4, 5},
        {"TXT,a,b", 1, 7, 8},
        {"TXT,a,b", 0, 4, 0},
        {"b\xC3\xBC"
         "cher,x",
         2, 3, 3},                       /* ü is two bytes */
        {"\xE5\x80\xBC,x", 2, 4, 3},     /* 値 is three */
        {"\xF0\x9F\x93\xA7,x", 2, 5, 3}, /* an emoji is four */
        {"\xFF\xFE,x", 2, 3, 4},         /* no UTF-8: a byte is a character */
        {"b\xC3\xBC", 2, 2, 3},          /* in the middle of a character */
        {"", 3, 0, 1},
        {"", 3, 6, 7},
        {"ab", 3, 6, 7},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_place place = {.file = "f",
                                  .line = rows[i].line,
                                  .offset = rows[i].offset,
                                  .text = ses_str_of(rows[i].text)};

        ASSERT_ROW(rows[i].text, ses_place_column(&place) == rows[i].column);
    }
}

static void test_finding__names_severities(void **state)
{
    (void)state;
    assert_string_equal(ses_severity_name(SES_NOTE), "note");
    assert_string_equal(ses_severity_name(SES_WARNING), "warning");
    assert_string_equal(ses_severity_name(SES_ERROR), "error");
}

struct last {
    struct ses_findings findings;
    char sentence[2 * SES_MAX_SENTENCE];
    int answer;
};

static int keep_last(struct ses_findings *findings, const struct ses_finding *finding)
{
    struct last *last = (struct last *)findings;

    strncpy(last->sentence, finding->sentence, sizeof(last->sentence) - 1);
    return last->answer;
}

static const struct ses_code warning = {.code = "some-code", .severity = SES_WARNING};

static void test_finding__formats_the_sentence(void **state)
{
    struct last last = {.findings = {.emit = keep_last}};

    (void)state;
    assert_int_equal(ses_finding_report(&last.findings, (struct ses_finding){.code = &warning},
                                        "%d of %s", 2, "them"),
                     0);
    assert_string_equal(last.sentence, "2 of them");
}

static void test_finding__cuts_a_long_sentence(void **state)
{
    struct last last = {.findings = {.emit = keep_last}};

    (void)state;
    assert_int_equal(
        ses_finding_report(&last.findings, (struct ses_finding){.code = &warning}, "%0600d", 0), 0);
    assert_int_equal(strlen(last.sentence), SES_MAX_SENTENCE - 1);
}

static void test_finding__counts_by_severity(void **state)
{
    struct last last = {.findings = {.emit = keep_last}};

    (void)state;
    for (int i = 0; i < 2; i++)
        assert_int_equal(
            ses_finding_report(&last.findings, (struct ses_finding){.code = &warning}, "x"), 0);
    assert_int_equal(last.findings.counts[SES_WARNING], 2);
    assert_int_equal(last.findings.counts[SES_ERROR] + last.findings.counts[SES_NOTE], 0);
}

static void test_finding__returns_what_the_sink_returns(void **state)
{
    struct last last = {.findings = {.emit = keep_last}, .answer = SES_ENOMEM};

    (void)state;
    assert_int_equal(
        ses_finding_report(&last.findings, (struct ses_finding){.code = &warning}, "x"),
        SES_ENOMEM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finding__counts_columns_in_characters),
        cmocka_unit_test(test_finding__names_severities),
        cmocka_unit_test(test_finding__formats_the_sentence),
        cmocka_unit_test(test_finding__cuts_a_long_sentence),
        cmocka_unit_test(test_finding__counts_by_severity),
        cmocka_unit_test(test_finding__returns_what_the_sink_returns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
