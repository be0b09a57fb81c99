/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "render/escape.h"

struct expectation {
    struct ses_str value;
    const char *expected;
};

/* Values in which anything can stand, NUL too. */
#define V(literal)                                                                                 \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }

static void check_all(ses_escape_fn *escape, const struct expectation *rows, size_t count)
{
    struct ses_buf out SES_CLEANUP(ses_buf_done);

    ses_buf_init(&out, 65536);
    for (size_t i = 0; i < count; i++) {
        ses_buf_clear(&out);
        escape(&out, rows[i].value);
        assert_string_equal(out.ptr ? out.ptr : "", rows[i].expected);
        assert_int_equal(out.len, strlen(rows[i].expected));
    }
}

#define CHECK_ALL(escape, rows) check_all(escape, rows, sizeof(rows) / sizeof((rows)[0]))

static void test_escape_terminal__shows_what_is_not_visible(void **state)
{
    static const struct expectation rows[] = {
        {V(""), ""},
        {V("plain [code] \"'\\"), "plain [code] \"'\\"},
        {V("a\nb\r\tc"), "a\\nb\\x0d\\x09c"},
        {V("\x1b[31m\x07\x7f"), "\\x1b[31m\\x07\\x7f"},
        {V("a\0b"), "a\\x00b"},
        {V("gr\xC3\xBC\xC3\x9F \xE4\xB8\xAD \xF0\x9F\x93\xA7"),
         "gr\xC3\xBC\xC3\x9F \xE4\xB8\xAD \xF0\x9F\x93\xA7"},
        {V("\xC2\x9B"
           "31m"),
         "\\u{9b}31m"},
        {V("\xE2\x80\xAE\xE2\x81\xA6\xE2\x80\x8E\xE2\x80\x8F"),
         "\\u{202e}\\u{2066}\\u{200e}\\u{200f}"},
        {V("\xE2\x80\xA8\xD8\x9C\xEF\xBB\xBF\xF3\xA0\x81\x81"),
         "\\u{2028}\\u{61c}\\u{feff}\\u{e0041}"},
        {V("\xFF\xC3"), "\\xff\\xc3"},
        {V("\xC0\xAF\xED\xA0\x80"), "\\xc0\\xaf\\xed\\xa0\\x80"},
    };

    (void)state;
    CHECK_ALL(ses_escape_terminal, rows);
}

static void test_escape_text__breaks_code_tags(void **state)
{
    static const struct expectation rows[] = {
        {V("[code]<a href=x>[/code]"), "[ code]<a href=x>[ /code]"},
        {V("[CoDe][/CODE]"), "[ CoDe][ /CODE]"},
        {V("[[code]]"), "[[ code]]"},
        {V("[codex] [cod] [/] [a] []"), "[ codex] [cod] [/] [a] []"},
        {V("ends in [/co"), "ends in [ /co"},
        {V("ends in ["), "ends in [ "},
        {V("[\ncode]\x1b[code"), "[\\ncode]\\x1b[ code"},
        {V("[\xE2\x80\x8B"
           "code]"),
         "[\\u{200b}code]"},
    };

    (void)state;
    CHECK_ALL(ses_escape_text, rows);
}

static void test_escape_html__leaves_no_markup(void **state)
{
    static const struct expectation rows[] = {
        {V("& \" < > '"), "&amp; &quot; &lt; &gt; &#39;"},
        {V("<script>alert(1)</script>"), "&lt;script&gt;alert(1)&lt;/script&gt;"},
        {V("a\tb\nc"), "a\tb\nc"},
        {V("\0\x1b\r"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
        {V("\xFF\xE2\x80\xAE\xC2\x85"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
        {V("\xC3\xBC"), "\xC3\xBC"},
    };

    (void)state;
    CHECK_ALL(ses_escape_html, rows);
}

static void test_escape_json__stays_inside_the_string(void **state)
{
    static const struct expectation rows[] = {
        {V("\"},{\"a\\"), "\\\"},{\\\"a\\\\"},
        {V("\b\f\n\r\t\x1b\0"), "\\b\\f\\n\\r\\t\\u001b\\u0000"},
        {V("\x7f\xC2\x80\xE2\x80\xA8\xE2\x80\xAE"), "\\u007f\\u0080\\u2028\\u202e"},
        {V("\xF3\xA0\x81\x81"), "\\udb40\\udc41"},
        {V("\xFF\xC3\xBC"), "\\ufffd\xC3\xBC"},
    };

    (void)state;
    CHECK_ALL(ses_escape_json, rows);
}

static void test_escape_csv__quotes_where_needed(void **state)
{
    static const struct expectation rows[] = {
        {V(""), ""},
        {V("plain text"), "plain text"},
        {V("a,b"), "\"a,b\""},
        {V("a;b"), "\"a;b\""},
        {V("say \"x\""), "\"say \"\"x\"\"\""},
        {V("a\r\nb"), "\"a\r\nb\""},
        {V(" a"), "\" a\""},
        {V("\x1b\xFF\xE2\x80\xAE"), "\\x1b\\xff\\u{202e}"},
    };

    (void)state;
    CHECK_ALL(ses_escape_csv, rows);
}

static void test_escape_csv__disarms_formulas(void **state)
{
    static const struct expectation rows[] = {
        {V("=1+1"), "'=1+1"},
        {V("+1"), "'+1"},
        {V("-1"), "'-1"},
        {V("@SUM(A1)"), "'@SUM(A1)"},
        {V("\t=1"), "\"'\t=1\""},
        {V("\r=1"), "\"'\r=1\""},
        {V("  =1"), "\"'  =1\""},
        {V("=HYPERLINK(\"x\",\"y\")"), "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""},
        {V("\xEF\xBC\x9D"
           "1"),
         "'\xEF\xBC\x9D"
         "1"},
        {V("a=1"), "a=1"},
    };

    (void)state;
    CHECK_ALL(ses_escape_csv, rows);
}

static void test_escape_shell__makes_one_inert_word(void **state)
{
    static const struct expectation rows[] = {
        {V(""), "''"},
        {V("mail.example.com"), "mail.example.com"},
        {V("a/b:c@d%e+f=g,h-i_j"), "a/b:c@d%e+f=g,h-i_j"},
        {V("-rf"), "'-rf'"},
        {V("=ls"), "'=ls'"},
        {V("a b"), "'a b'"},
        {V("it's"), "'it'\\''s'"},
        {V("$(id) `id` ; | & > ~ * ? ! # \\ \""), "'$(id) `id` ; | & > ~ * ? ! # \\ \"'"},
        {V("a\nrm -rf /"), "'a\\x0arm -rf /'"},
        {V("\0\x1b\xFF\xE2\x80\xAE"), "'\\x00\\x1b\\xff\\u{202e}'"},
        {V("\xC3\xBC"), "'\xC3\xBC'"},
    };

    (void)state;
    CHECK_ALL(ses_escape_shell, rows);
}

static void test_escape_zone__stays_inside_the_string(void **state)
{
    static const struct expectation rows[] = {
        {V("v=spf1 include:amazonses.com ~all"), "v=spf1 include:amazonses.com ~all"},
        {V("\" A 192.0.2.1 ; \\"), "\\\" A 192.0.2.1 \\; \\\\"},
        {V("a\n@ A 192.0.2.1"), "a\\010@ A 192.0.2.1"},
        {V("\0\t\x1b\x7f"), "\\000\\009\\027\\127"},
        {V("\xC3\xBC\xFF"), "\\195\\188\\255"},
    };

    (void)state;
    CHECK_ALL(ses_escape_zone, rows);
}

static void test_escape__leaves_no_control_byte_in_any_line_language(void **state)
{
    static ses_escape_fn *const escapers[] = {ses_escape_terminal, ses_escape_text, ses_escape_json,
                                              ses_escape_shell, ses_escape_zone};
    struct ses_buf out SES_CLEANUP(ses_buf_done);

    (void)state;
    ses_buf_init(&out, 65536);
    for (size_t i = 0; i < sizeof(escapers) / sizeof(escapers[0]); i++) {
        ses_buf_clear(&out);
        for (int byte = 0; byte < 256; byte++)
            escapers[i](&out, (struct ses_str){&(char){(char)byte}, 1});
        for (size_t k = 0; k < out.len; k++)
            assert_in_range((unsigned char)out.ptr[k], 0x20, 0x7E);
    }
}

static void test_escape_for_file__goes_by_the_ending(void **state)
{
    static const struct {
        const char *file;
        ses_escape_fn *escape;
    } rows[] = {
        {"ticket.txt", ses_escape_text},
        {"a/ticket.html", ses_escape_html},
        {"x.json", ses_escape_json},
        {"x.csv", ses_escape_csv},
        {"netdb-node.sh", ses_escape_shell},
        {"records.zone", ses_escape_zone},
        {"ticket.TXT", NULL},
        {"ticket.md", NULL},
        {"txt", NULL},
        {"", NULL},
        {"ticket.txt.bak", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_true(ses_escape_for_file(ses_str_of(rows[i].file)) == rows[i].escape);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_escape_terminal__shows_what_is_not_visible),
        cmocka_unit_test(test_escape_text__breaks_code_tags),
        cmocka_unit_test(test_escape_html__leaves_no_markup),
        cmocka_unit_test(test_escape_json__stays_inside_the_string),
        cmocka_unit_test(test_escape_csv__quotes_where_needed),
        cmocka_unit_test(test_escape_csv__disarms_formulas),
        cmocka_unit_test(test_escape_shell__makes_one_inert_word),
        cmocka_unit_test(test_escape_zone__stays_inside_the_string),
        cmocka_unit_test(test_escape__leaves_no_control_byte_in_any_line_language),
        cmocka_unit_test(test_escape_for_file__goes_by_the_ending),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
