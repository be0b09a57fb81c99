/* SPDX-License-Identifier: MIT */
#include "ingest/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_fail.h"
#include "base/error.h"
#include "collect.h"

/* What was read, a line a row: line:column of each field and its text, in quotes where it was
 * quoted, with line breaks shown as ~. */
struct rows {
    struct ses_buf text;
    size_t count;
    size_t refused;
    struct collect collect;
};

static void add_field(struct ses_buf *text, const struct ses_csv_field *field)
{
    ses_buf_printf(text, " %zu:%zu=", field->place.line, ses_place_column(&field->place));
    if (field->quoted)
        ses_buf_add_byte(text, '"');
    for (size_t i = 0; i < field->text.len; i++) {
        char c = field->text.ptr[i];

        ses_buf_add_byte(text, (char)(c == '\n' || c == '\r' ? '~' : c));
    }
    if (field->quoted)
        ses_buf_add_byte(text, '"');
}

static int take(void *context, const struct ses_csv_row *row)
{
    struct rows *rows = context;

    rows->count++;
    for (size_t i = 0; i < row->kept; i++)
        add_field(&rows->text, &row->fields[i]);
    ses_buf_add_byte(&rows->text, '\n');
    return ses_buf_status(&rows->text);
}

static void rows_done(struct rows *rows)
{
    ses_buf_done(&rows->text);
    collect_done(&rows->collect);
}

static int read_text(struct ses_str text, struct rows *ret_rows)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};

    *ret_rows = (struct rows){0};
    ses_buf_init(&ret_rows->text, (size_t)1024 * 1024);
    collect_init(&ret_rows->collect, SES_NOTE);
    return ses_csv_read(text, "f", 1, &arena, take, ret_rows, &ret_rows->refused,
                        &ret_rows->collect.findings);
}

static void assert_rows(const char *text, const char *expected, const char *findings)
{
    struct rows rows SES_CLEANUP(rows_done);

    assert_int_equal(read_text(ses_str_of(text), &rows), 0);
    assert_string_equal(rows.text.ptr ? rows.text.ptr : "", expected);
    assert_string_equal(collect_lines(&rows.collect), findings);
}

static void test_csv__reads_every_line_end(void **state)
{
    static const char *const texts[] = {"a,b\nc,d\n", "a,b\nc,d", "a,b\r\nc,d\r\n", "a,b\r\nc,d",
                                        "a,b\rc,d\r", "a,b\rc,d", "a,b\r\nc,d\n"};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_rows(texts[i], " 1:1=a 1:3=b\n 2:1=c 2:3=d\n", "");
}

static void test_csv__passes_over_blank_lines_and_counts_them(void **state)
{
    static const char *const rows[][2] = {
        {"", ""},
        {"\n", ""},
        {"\r\n\r\n", ""},
        {" \t \n", ""},
        {"\n\na\n\n\nb\n\n", " 3:1=a\n 6:1=b\n"},
        {"\r\n\r\na\r\n\r\nb", " 3:1=a\n 5:1=b\n"},
        {"\r\ra\r\rb", " 3:1=a\n 5:1=b\n"},
        {"a\n   \nb", " 1:1=a\n 3:1=b\n"},
        {"a\n\"\"\nb", " 1:1=a\n 2:1=\"\"\n 3:1=b\n"},
        {"a\n,\nb", " 1:1=a\n 2:1= 2:2=\n 3:1=b\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_rows(rows[i][0], rows[i][1], "");
}

static void test_csv__keeps_blanks(void **state)
{
    (void)state;
    assert_rows(" a , b\t,c ", " 1:1= a  1:5= b\t 1:9=c \n", "");
}

static void test_csv__reads_empty_fields(void **state)
{
    static const char *const rows[][2] = {
        {"a,,c", " 1:1=a 1:3= 1:4=c\n"},
        {",,", " 1:1= 1:2= 1:3=\n"},
        {"a,", " 1:1=a 1:3=\n"},
        {"\"\",a", " 1:1=\"\" 1:4=a\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_rows(rows[i][0], rows[i][1], "");
}

static void test_csv__reads_quoted_fields(void **state)
{
    static const char *const rows[][2] = {
        {"\"a\",\"b,c\",d", " 1:1=\"a\" 1:5=\"b,c\" 1:11=d\n"},
        {"\"a\"\"b\",c", " 1:1=\"a\"b\" 1:8=c\n"},
        {"\"\"\"a\"\"\",c", " 1:1=\"\"a\"\" 1:9=c\n"},
        {"a,\"b\"", " 1:1=a 1:3=\"b\"\n"},
        {"\"b\xC3\xBC\",c", " 1:1=\"b\xC3\xBC\" 1:6=c\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_rows(rows[i][0], rows[i][1], "");
}

static void test_csv__keeps_places_past_quoted_line_breaks(void **state)
{
    static const char *const rows[][2] = {
        {"a,\"b\nc\",d\ne,f", " 1:1=a 1:3=\"b~c\" 2:4=d\n 3:1=e 3:3=f\n"},
        {"a,\"b\r\nc\",d\r\ne,f", " 1:1=a 1:3=\"b~~c\" 2:4=d\n 3:1=e 3:3=f\n"},
        {"a,\"b\rc\",d\re,f", " 1:1=a 1:3=\"b~c\" 2:4=d\n 3:1=e 3:3=f\n"},
        {"\"\n\n\n\",x\ny", " 1:1=\"~~~\" 4:3=x\n 5:1=y\n"},
        {"\"a\nb\"\n\"c\nd\"", " 1:1=\"a~b\"\n 3:1=\"c~d\"\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_rows(rows[i][0], rows[i][1], "");
}

static void test_csv__refuses_stray_quotes_and_reads_on(void **state)
{
    static const struct {
        const char *text, *expected, *findings;
    } rows[] = {
        {"a\"b,c\nd,e", " 2:1=d 2:3=e\n", "f:1:2: csv-quote ''\n"},
        {"\"a\"b,c\nd,e", " 2:1=d 2:3=e\n", "f:1:4: csv-quote ''\n"},
        {"x\n\"a\nb\"c\nd,e", " 1:1=x\n 4:1=d 4:3=e\n",
         "f:2:1: csv-unclosed-quote ''\nf:3:2: csv-quote ''\n"},
        {"a\"\r\nb\"\r\nc", " 3:1=c\n", "f:1:2: csv-quote ''\nf:2:2: csv-quote ''\n"},
        {" \"a\",b\nc", " 2:1=c\n", "f:1:2: csv-quote ''\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_rows(rows[i].text, rows[i].expected, rows[i].findings);
}

static void test_csv__refuses_unclosed_quotes_and_reads_on(void **state)
{
    static const struct {
        const char *text, *expected, *findings;
    } rows[] = {
        {"\"a", "", "f:1:1: csv-unclosed-quote ''\n"},
        {"a,\"b\nc,d\n", " 2:1=c 2:3=d\n", "f:1:3: csv-unclosed-quote ''\n"},
        {"x\na,\"b,c\n\nd,e", " 1:1=x\n 4:1=d 4:3=e\n", "f:2:3: csv-unclosed-quote ''\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_rows(rows[i].text, rows[i].expected, rows[i].findings);
}

/* Each costs a second look at the rest of the file, so that there is an end to it. */
static void test_csv__gives_up_after_many_unclosed_quotes(void **state)
{
    struct rows rows SES_CLEANUP(rows_done);
    /* The next line closes the quote of each, with a letter behind it. */
    struct ses_buf text SES_CLEANUP(ses_buf_done);

    (void)state;
    ses_buf_init(&text, 10000);
    for (size_t i = 0; i < 20; i++)
        ses_buf_add(&text, SES_STR("\"a\n"));
    ses_buf_add(&text, SES_STR("last\n"));
    assert_int_equal(read_text(ses_buf_str(&text), &rows), 0);
    assert_int_equal(rows.refused, SES_MAX_CSV_UNCLOSED_QUOTES);
    assert_int_equal(rows.count, 0);
}

static void fill(struct ses_buf *text, size_t len, char byte)
{
    for (size_t i = 0; i < len; i++)
        ses_buf_add_byte(text, byte);
}

/* A row of `len` bytes, its quotes included, between two others. */
static void assert_long(size_t len, bool quoted, bool good)
{
    struct rows rows SES_CLEANUP(rows_done);
    struct ses_buf text SES_CLEANUP(ses_buf_done);

    ses_buf_init(&text, 200000);
    ses_buf_add(&text, SES_STR("x\n"));
    if (quoted)
        ses_buf_add_byte(&text, '"');
    fill(&text, quoted ? len - 2 : len, 'a');
    if (quoted)
        ses_buf_add_byte(&text, '"');
    ses_buf_add(&text, SES_STR("\ny\n"));
    assert_int_equal(read_text(ses_buf_str(&text), &rows), 0);
    assert_int_equal(rows.count, good ? 3 : 2);
    assert_int_equal(rows.refused, good ? 0 : 1);
    assert_string_equal(collect_lines(&rows.collect), good ? "" : "f:2:1: csv-row-too-long ''\n");
    assert_true(ses_str_ends(ses_buf_str(&rows.text), SES_STR(" 3:1=y\n")));
}

static void test_csv__refuses_rows_beyond_the_ceiling(void **state)
{
    (void)state;
    assert_long(SES_MAX_CSV_ROW, false, true);
    assert_long(SES_MAX_CSV_ROW + 1, false, false);
    assert_long(SES_MAX_CSV_ROW - 1, true, true);
    assert_long(SES_MAX_CSV_ROW + 1, true, false);
}

struct widths {
    size_t count, kept;
};

static int take_width(void *context, const struct ses_csv_row *row)
{
    *(struct widths *)context = (struct widths){row->count, row->kept};
    return 0;
}

static void test_csv__counts_fields_that_it_does_not_keep(void **state)
{
    static const size_t counts[] = {63, 64, 65, 1000};

    (void)state;
    for (size_t i = 0; i < COUNT(counts); i++) {
        struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
        struct ses_buf text SES_CLEANUP(ses_buf_done);
        struct collect collect SES_CLEANUP(collect_done);
        struct widths widths = {0};
        size_t refused;

        ses_buf_init(&text, 2000);
        fill(&text, counts[i] - 1, ',');
        collect_init(&collect, SES_NOTE);
        assert_int_equal(ses_csv_read(ses_buf_str(&text), "f", 1, &arena, take_width, &widths,
                                      &refused, &collect.findings),
                         0);
        assert_int_equal(widths.count, counts[i]);
        assert_int_equal(widths.kept,
                         counts[i] < SES_MAX_CSV_FIELDS ? counts[i] : SES_MAX_CSV_FIELDS);
    }
}

static int stop(void *context, const struct ses_csv_row *row)
{
    (void)row;
    ++*(int *)context;
    return SES_ECONFLICT;
}

static void test_csv__stops_when_the_taker_says_so(void **state)
{
    static const char *const texts[] = {"a\nb\nc", "\"a\"\n\"b\"\n", "a", "\"a\""};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
        struct collect collect SES_CLEANUP(collect_done);
        int calls = 0;
        size_t refused;

        collect_init(&collect, SES_NOTE);
        ASSERT_ROW(texts[i], ses_csv_read(ses_str_of(texts[i]), "f", 1, &arena, stop, &calls,
                                          &refused, &collect.findings) == SES_ECONFLICT);
        ASSERT_ROW(texts[i], calls == 1);
    }
}

/* A file of one-byte lines takes as long as its size, whatever ends them. */
static void test_csv__reads_many_lines_of_every_kind_quickly(void **state)
{
    static const char ends[] = "\n\r";

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct rows rows SES_CLEANUP(rows_done);
        size_t len = (size_t)2 * 1024 * 1024;
        char *text = malloc(len);

        assert_non_null(text);
        memset(text, ends[i], len);
        text[len - 1] = 'a';
        assert_int_equal(read_text((struct ses_str){text, len}, &rows), 0);
        free(text);
        assert_string_equal(rows.text.ptr, " 2097152:1=a\n");
    }
}

static int read_mixed(void *ctx)
{
    struct rows rows SES_CLEANUP(rows_done);

    (void)ctx;
    return read_text(SES_STR("a,b\n\"c\nd\",\"e\"\"f\"\nstray\"\n\n\"unclosed,x\ny,z"), &rows);
}

static void test_csv__survives_each_failing_allocation(void **state)
{
    (void)state;
    alloc_fail_each(read_mixed, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csv__reads_every_line_end),
        cmocka_unit_test(test_csv__passes_over_blank_lines_and_counts_them),
        cmocka_unit_test(test_csv__keeps_blanks),
        cmocka_unit_test(test_csv__reads_empty_fields),
        cmocka_unit_test(test_csv__reads_quoted_fields),
        cmocka_unit_test(test_csv__keeps_places_past_quoted_line_breaks),
        cmocka_unit_test(test_csv__refuses_stray_quotes_and_reads_on),
        cmocka_unit_test(test_csv__refuses_unclosed_quotes_and_reads_on),
        cmocka_unit_test(test_csv__gives_up_after_many_unclosed_quotes),
        cmocka_unit_test(test_csv__refuses_rows_beyond_the_ceiling),
        cmocka_unit_test(test_csv__counts_fields_that_it_does_not_keep),
        cmocka_unit_test(test_csv__stops_when_the_taker_says_so),
        cmocka_unit_test(test_csv__reads_many_lines_of_every_kind_quickly),
        cmocka_unit_test(test_csv__survives_each_failing_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
