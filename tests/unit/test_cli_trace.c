/* SPDX-License-Identifier: MIT */
#include "cli/trace.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "collect.h"

#define THREADS 4
#define BLOCKS 200

static int enter_folder(void **state)
{
    char folder[] = P_tmpdir "/sesdns-test-XXXXXX";

    *state = strdup(mkdtemp(folder) ? folder : "");
    umask(022);
    return *state && chdir(*state) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
    int error = unlink("trace");

    if (chdir("/") != 0)
        return -1;
    error = rmdir(*state) != 0 || error != 0;
    free(*state);
    return error;
}

static void test_cli_trace__begins_a_file_for_its_owner(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct cli_trace trace;
    struct ses_str text;
    struct stat status;
    int old = open("trace", O_WRONLY | O_CREAT, 0644);

    (void)state;
    assert_int_equal(write(old, "what was there before, and is longer than what comes", 52), 52);
    close(old);
    assert_int_equal(cli_trace_open(&trace, "trace"), 0);
    trace.trace.write(&trace.trace, SES_STR("> GET\n\n"));
    /* There at once, for whoever looks after a crash. */
    assert_int_equal(ses_file_read("trace", 1000, &arena, &text), 0);
    cli_trace_close(&trace);
    cli_trace_close(&trace);
    assert_int_equal(text.len, 27 + 7);
    assert_true(ses_str_starts(text, SES_STR("# 2")));
    assert_true(ses_str_ends(text, SES_STR("Z\n> GET\n\n")));
    assert_int_equal(stat("trace", &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void test_cli_trace__is_none_without_a_name(void **state)
{
    struct cli_trace trace;

    (void)state;
    assert_int_equal(cli_trace_open(&trace, NULL), 0);
    assert_null(trace.file);
    cli_trace_close(&trace);
}

static void test_cli_trace__says_where_it_cannot_be(void **state)
{
    struct cli_trace trace;

    (void)state;
    assert_int_equal(cli_trace_open(&trace, "no/such/folder"), SES_EIO);
    cli_trace_close(&trace);
}

static void *write_blocks(void *context)
{
    struct ses_trace *trace = context;

    for (int i = 0; i < BLOCKS; i++)
        trace->write(trace, SES_STR("> one\n> two\n\n"));
    return NULL;
}

static void test_cli_trace__keeps_exchanges_apart(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    pthread_t threads[THREADS];
    struct cli_trace trace;
    struct ses_str text;
    struct ses_str line;
    size_t lines = 0;

    (void)state;
    assert_int_equal(cli_trace_open(&trace, "trace"), 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_blocks, &trace.trace), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    cli_trace_close(&trace);
    assert_int_equal(ses_file_read("trace", 1000000, &arena, &text), 0);
    for (; ses_str_split(&text, '\n', &line); lines++) {
        static const char *const expected[] = {"# ", "> one", "> two", ""};

        assert_true(ses_str_starts(line, ses_str_of(expected[lines % 4])));
    }
    assert_int_equal(lines, THREADS * BLOCKS * 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cli_trace__begins_a_file_for_its_owner),
        cmocka_unit_test(test_cli_trace__is_none_without_a_name),
        cmocka_unit_test(test_cli_trace__says_where_it_cannot_be),
        cmocka_unit_test(test_cli_trace__keeps_exchanges_apart),
    };

    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
