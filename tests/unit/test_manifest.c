/* SPDX-License-Identifier: MIT */
#include "ingest/manifest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc_fail.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "collect.h"

/* What the reader takes at a time; the tests write around its edges. */
#define BLOCK ((size_t)256 * 1024)

#define MAX_TEXT ((size_t)64 * 1024 * 1024)

struct read {
    struct collect collect;
    struct ses_buf rows; /* "line:column cell|cell\n": domain, purpose and x_ columns */
    size_t count;
    size_t wrong; /* rows whose cells do not agree with their line */
};

static int take(void *context, const struct ses_manifest_row *row)
{
    const struct ses_cell *domain = &row->cells[SES_COLUMN_DOMAIN];
    struct read *read = context;
    struct ses_str expected;
    char text[64];

    read->count++;
    expected =
        (struct ses_str){text, (size_t)snprintf(text, sizeof(text), "d%zu.edu", row->place.line)};
    read->wrong += !ses_str_eq(domain->text, expected) || domain->place.line != row->place.line;
    if (read->count > 100)
        return 0;
    ses_buf_printf(&read->rows, "%zu:%zu %.*s|%.*s", row->place.line,
                   ses_place_column(&row->cells[SES_COLUMN_PURPOSE].place),
                   SES_STR_ARG(domain->text), SES_STR_ARG(row->cells[SES_COLUMN_PURPOSE].text));
    for (size_t i = 0; i < row->extra_count; i++)
        ses_buf_printf(&read->rows, "|%s=%.*s", row->extra_names[i].ptr,
                       SES_STR_ARG(row->extra_values[i]));
    ses_buf_add_byte(&read->rows, '\n');
    return ses_buf_status(&read->rows);
}

static void read_done(struct read *read)
{
    collect_done(&read->collect);
    ses_buf_done(&read->rows);
}

static int read_text(struct ses_str text, struct read *read)
{
    FILE *file SES_CLEANUP(ses_file_closep) = tmpfile();
    char path[64];

    *read = (struct read){0};
    collect_init(&read->collect, SES_NOTE);
    ses_buf_init(&read->rows, MAX_TEXT);
    assert_non_null(file);
    assert_int_equal(fwrite(text.ptr, 1, text.len, file), text.len);
    assert_int_equal(fflush(file), 0);
    rewind(file);
    snprintf(path, sizeof(path), "/dev/fd/%d", fileno(file));
    return ses_manifest_read(path, take, read, &read->collect.findings);
}

static const char *rows_of(const struct read *read)
{
    return read->rows.ptr ? read->rows.ptr : "";
}

static void test_manifest__reads_columns_in_any_order(void **state)
{
    static const struct {
        const char *text, *rows, *codes;
    } rows[] = {
        {"domain,purpose\na.edu,News\n", "2:7 a.edu|News\n", ""},
        {"purpose,x_b,domain,x_a\nNews,1,a.edu,2\n", "2:1 a.edu|News|x_b=1|x_a=2\n", ""},
        {" Domain , PURPOSE,X_Team\n a.edu , News ,\"red, blue\"\n",
         "2:9 a.edu|News|x_team=red, blue\n", ""},
        {"\xEF\xBB\xBF"
         "domain,purpose\r\na.edu,News\r\n",
         "2:7 a.edu|News\n", ""},
        {"domain,purpose\ra.edu,News\r\rb.edu,News", "2:7 a.edu|News\n4:7 b.edu|News\n", ""},
        {"domain,purpose\n\n\"a.edu\",\"two\nlines\"\nb.edu,", "3:9 a.edu|two\nlines\n5:7 b.edu|\n",
         ""},
        {"host,eip\nh.edu,54.240.0.1\n", "2:0 |\n", ""},
        {"domain,color\na.edu,red\n", "2:0 a.edu|\n", "manifest-column"},
        {"domain,domain\na.edu,b.edu\n", "2:0 a.edu|\n", "manifest-column-twice"},
        {"domain,x_a,X_A\na.edu,1,2\n", "2:0 a.edu||x_a=1\n", "manifest-column-twice"},
        {"domain,x_,x_a b,x_{a}\na.edu,1,2,3\n", "2:0 a.edu|\n",
         "manifest-column manifest-column manifest-column"},
        {"domain,purpose\na.edu\nb.edu,x,y\nc.edu,z\n", "4:7 c.edu|z\n",
         "manifest-fields manifest-fields"},
        {"domain,purpose\na.edu,x\"y\nb.edu,z\n", "3:7 b.edu|z\n", "csv-quote"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct read read SES_CLEANUP(read_done);

        ASSERT_ROW(rows[i].text, read_text(ses_str_of(rows[i].text), &read) == 0);
        assert_string_equal(rows_of(&read), rows[i].rows);
        assert_string_equal(collect_codes(&read.collect), rows[i].codes);
    }
}

static void test_manifest__refuses_what_is_none(void **state)
{
    static const struct {
        struct ses_str text;
        int error;
        const char *codes;
    } rows[] = {
        {{"", 0}, 0, "manifest-empty"},
        {{"domain\n", 7}, 0, "manifest-empty"},
        {{"purpose\nNews\n", 13}, SES_EINVALID, "manifest-no-subject"},
        {{"domain\0\n", 8}, SES_EINVALID, "manifest-not-text"},
        {{"domain\na.edu\nb.\0du\n", 19}, SES_EINVALID, "manifest-not-text"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct read read SES_CLEANUP(read_done);

        ASSERT_ROW(rows[i].codes, read_text(rows[i].text, &read) == rows[i].error);
        assert_string_equal(collect_codes(&read.collect), rows[i].codes);
    }
}

static void test_manifest__keeps_32_columns_for_templates(void **state)
{
    struct read read SES_CLEANUP(read_done);
    struct ses_buf text SES_CLEANUP(ses_buf_done);

    (void)state;
    ses_buf_init(&text, MAX_TEXT);
    ses_buf_add(&text, SES_STR("domain"));
    for (int i = 0; i < SES_MAX_EXTRA_COLUMNS + 1; i++)
        ses_buf_printf(&text, ",x_%d", i);
    ses_buf_add(&text, SES_STR("\na.edu"));
    for (int i = 0; i < SES_MAX_EXTRA_COLUMNS + 1; i++)
        ses_buf_printf(&text, ",%d", i);
    assert_int_equal(read_text(ses_buf_str(&text), &read), 0);
    assert_string_equal(collect_codes(&read.collect), "manifest-column");
    assert_true(ses_str_ends(ses_buf_str(&read.rows), SES_STR("|x_31=31\n")));
}

/* Adds rows whose domain tells their line, until the text has `len` bytes. */
static size_t add_rows(struct ses_buf *text, size_t line, size_t len)
{
    while (text->len < len) {
        ses_buf_printf(text, "d%zu.edu,%0*d\n", line, (int)(line % 50) + 1, 0);
        line++;
    }
    return line;
}

static void test_manifest__places_are_exact_after_many_blocks(void **state)
{
    struct read read SES_CLEANUP(read_done);
    struct ses_buf text SES_CLEANUP(ses_buf_done);
    size_t lines;

    (void)state;
    ses_buf_init(&text, MAX_TEXT);
    ses_buf_add(&text, SES_STR("domain,purpose\n"));
    lines = add_rows(&text, 2, 10 * BLOCK);
    ses_buf_printf(&text, "d%zu.edu,a,b\n", lines);
    assert_int_equal(read_text(ses_buf_str(&text), &read), 0);
    assert_int_equal(read.count, lines - 2);
    assert_int_equal(read.wrong, 0);
    ses_buf_clear(&text);
    ses_buf_printf(&text, ":%zu:1: manifest-fields ''\n", lines);
    assert_true(ses_str_ends(ses_buf_str(&read.collect.lines), ses_buf_str(&text)));
}

/* Rows that are read in another way where the edge of a block is in them. */
static void test_manifest__reads_rows_across_the_edge_of_a_block(void **state)
{
    static const struct {
        const char *text;
        size_t lines;
        size_t good; /* how many rows it is */
        const char *codes;
    } rows[] = {
        {"d%zu.edu,one\n", 1, 1, ""},
        {"d%zu.edu,one\r\n", 1, 1, ""},
        {"d%zu.edu,one\r", 1, 1, ""},
        {"d%zu.edu,\"two\nlines\"\n", 2, 1, ""},
        {"d%zu.edu,\"two\r\n,\"\"lines\"\"\"\r\n", 2, 1, ""},
        {"d%zu.edu,\"\n\n\n\"\n", 4, 1, ""},
        {"d%zu.edu,stray\"quote\n", 1, 0, "csv-quote"},
        {"d%zu.edu,\"stray\"quote\n", 1, 0, "csv-quote"},
        {"\n\n", 2, 0, ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t before = 0; before < 32; before++) {
            struct read read SES_CLEANUP(read_done);
            struct ses_buf text SES_CLEANUP(ses_buf_done);
            size_t start;
            size_t line;

            ses_buf_init(&text, MAX_TEXT);
            ses_buf_add(&text, SES_STR("domain,purpose\n"));
            start = line = add_rows(&text, 2, BLOCK - 400);
            ses_buf_printf(&text, "d%zu.edu,", line++);
            while (text.len + 1 < BLOCK - before)
                ses_buf_add_byte(&text, 'p');
            ses_buf_add_byte(&text, '\n');
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
            ses_buf_printf(&text, rows[i].text, line);
#pragma GCC diagnostic pop
            line += rows[i].lines;
            line = add_rows(&text, line, text.len + BLOCK);
            ASSERT_ROW(rows[i].text, read_text(ses_buf_str(&text), &read) == 0);
            ASSERT_ROW(rows[i].text, start > 2 && read.wrong == 0);
            ASSERT_ROW(rows[i].text, read.count == line - 2 - rows[i].lines + rows[i].good);
            assert_string_equal(collect_codes(&read.collect), rows[i].codes);
        }
    }
}

/* What one row did to quotation marks must not join or cut the rows of blocks behind it. */
static void test_manifest__a_stray_quote_costs_its_row_only(void **state)
{
    static const char *const strays[] = {"a.edu,x\"y\n", "a.edu,\"x\"y\n"};

    (void)state;
    for (size_t i = 0; i < COUNT(strays); i++) {
        struct read read SES_CLEANUP(read_done);
        struct ses_buf text SES_CLEANUP(ses_buf_done);
        size_t lines;

        ses_buf_init(&text, MAX_TEXT);
        ses_buf_add(&text, SES_STR("domain,purpose\n"));
        ses_buf_add(&text, ses_str_of(strays[i]));
        /* Beyond the largest block. */
        lines = add_rows(&text, 3, 70 * BLOCK);
        ASSERT_ROW(strays[i], read_text(ses_buf_str(&text), &read) == 0);
        assert_int_equal(read.count, lines - 3);
        assert_int_equal(read.wrong, 0);
        assert_string_equal(collect_codes(&read.collect), "csv-quote");
    }
}

static void test_manifest__goes_on_behind_a_row_that_is_too_long(void **state)
{
    static const char *const rows[] = {"a.edu,", "a.edu,\"", "a.edu,\"\n"};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct read read SES_CLEANUP(read_done);
        struct ses_buf text SES_CLEANUP(ses_buf_done);
        size_t lines;
        size_t line;

        ses_buf_init(&text, MAX_TEXT);
        ses_buf_add(&text, SES_STR("domain,purpose\n"));
        lines = add_rows(&text, 2, BLOCK / 2);
        ses_buf_add(&text, ses_str_of(rows[i]));
        /* Longer than a block. */
        for (size_t k = 0; k < 2 * BLOCK; k++)
            ses_buf_add_byte(&text, 'p');
        ses_buf_add(&text, i > 0 ? SES_STR("\"\n") : SES_STR("\n"));
        line = lines + (i == 2 ? 2 : 1);
        line = add_rows(&text, line, text.len + BLOCK);
        ASSERT_ROW(rows[i], read_text(ses_buf_str(&text), &read) == 0);
        assert_int_equal(read.count, line - 2 - (i == 2 ? 2 : 1));
        assert_int_equal(read.wrong, 0);
        assert_string_equal(collect_codes(&read.collect), "csv-row-too-long");
    }
}

/* It must not be read as rows wherever a block happens to end. */
static void test_manifest__ends_at_a_line_without_end(void **state)
{
    struct read read SES_CLEANUP(read_done);
    struct ses_buf text SES_CLEANUP(ses_buf_done);

    (void)state;
    ses_buf_init(&text, MAX_TEXT);
    ses_buf_add(&text, SES_STR("domain,purpose\nd2.edu,"));
    while (text.len < 80 * BLOCK)
        ses_buf_add(&text, SES_STR("pppppppppppppppppppppppppppppppppppppppppppppppppppppppppp,a"));
    ses_buf_add(&text, SES_STR("\nd3.edu,x\n"));
    assert_int_equal(read_text(ses_buf_str(&text), &read), SES_EINVALID);
    assert_int_equal(read.count, 0);
    assert_string_equal(collect_codes(&read.collect), "csv-row-too-long");
}

static int read_some(void *ctx)
{
    struct read read SES_CLEANUP(read_done) = {0};

    collect_init(&read.collect, SES_NOTE);
    ses_buf_init(&read.rows, MAX_TEXT);
    return ses_manifest_read(ctx, take, &read, &read.collect.findings);
}

static void test_manifest__survives_each_failing_allocation(void **state)
{
    FILE *file SES_CLEANUP(ses_file_closep) = tmpfile();
    char path[64];

    (void)state;
    assert_non_null(file);
    assert_true(fputs("domain,x_a,purpose\n\"a.edu\",\"b\",c\n\"b.edu\",,\"d\ne\"\n", file) >= 0);
    assert_int_equal(fflush(file), 0);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(file));
    if (access(path, R_OK) != 0)
        skip();
    alloc_fail_each(read_some, path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_manifest__reads_columns_in_any_order),
        cmocka_unit_test(test_manifest__refuses_what_is_none),
        cmocka_unit_test(test_manifest__keeps_32_columns_for_templates),
        cmocka_unit_test(test_manifest__places_are_exact_after_many_blocks),
        cmocka_unit_test(test_manifest__reads_rows_across_the_edge_of_a_block),
        cmocka_unit_test(test_manifest__a_stray_quote_costs_its_row_only),
        cmocka_unit_test(test_manifest__goes_on_behind_a_row_that_is_too_long),
        cmocka_unit_test(test_manifest__ends_at_a_line_without_end),
        cmocka_unit_test(test_manifest__survives_each_failing_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
