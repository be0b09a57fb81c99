/* SPDX-License-Identifier: MIT */
#include "ingest/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/error.h"
#include "collect.h"

/* A file of `size` zero bytes that takes no space. */
static void make_file(char *path, off_t size)
{
    int descriptor = mkstemp(path);

    assert_true(descriptor >= 0);
    assert_int_equal(ftruncate(descriptor, size), 0);
    close(descriptor);
}

static void assert_refused(const char *path, const char *code)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct collect collect SES_CLEANUP(collect_done);
    struct ses_source *source = NULL;

    collect_init(&collect, SES_NOTE);
    assert_int_equal(ses_source_read(path, NULL, &arena, &source, &collect.findings), SES_EIO);
    assert_string_equal(collect_codes(&collect), code);
    assert_null(source);
}

static void test_source__keeps_path_and_bytes(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct collect collect SES_CLEANUP(collect_done);
    struct ses_source *source = NULL;
    char path[] = P_tmpdir "/sesdns-test-XXXXXX";

    (void)state;
    make_file(path, 3);
    collect_init(&collect, SES_NOTE);
    assert_int_equal(ses_source_read(path, NULL, &arena, &source, &collect.findings), 0);
    unlink(path);
    assert_string_equal(source->path, path);
    assert_int_equal(source->bytes.len, 3);
    assert_int_equal(source->refused_rows, 0);
}

static void test_source__reports_what_cannot_be_read(void **state)
{
    (void)state;
    assert_refused("/nowhere/export.csv", "file-unreadable");
    assert_refused(".", "file-unreadable");
}

static void test_source__refuses_a_file_beyond_the_ceiling(void **state)
{
    char path[] = P_tmpdir "/sesdns-test-XXXXXX";

    (void)state;
    make_file(path, (off_t)SES_MAX_SOURCE + 1);
    assert_refused(path, "file-too-large");
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_source__keeps_path_and_bytes),
        cmocka_unit_test(test_source__reports_what_cannot_be_read),
        cmocka_unit_test(test_source__refuses_a_file_beyond_the_ceiling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
