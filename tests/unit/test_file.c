/* SPDX-License-Identifier: MIT */
/* Files, in a folder of their own. What depends on permissions is not tried: root has them all. */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc_fail.h"
#include "base/error.h"
#include "collect.h"

/* Every test starts in an empty folder. */
static int enter_folder(void **state)
{
    char folder[] = P_tmpdir "/sesdns-test-XXXXXX";

    *state = strdup(mkdtemp(folder) ? folder : "");
    return *state && chdir(*state) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
    char command[64];

    if (chdir("/") != 0)
        return -1;
    snprintf(command, sizeof(command), "rm -rf '%s'", (const char *)*state);
    free(*state);
    return system(command);
}

static void put(const char *path, const char *text)
{
    FILE *file SES_CLEANUP(ses_file_closep) = fopen(path, "wb");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
}

static void assert_holds(const char *path, const char *text)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_str bytes;

    assert_int_equal(ses_file_read(path, 1000000, &arena, &bytes), 0);
    assert_string_equal(bytes.ptr, text);
}

static size_t count_files(void)
{
    DIR *folder = opendir(".");
    size_t count = 0;

    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count - 2; /* "." and ".." */
}

static void test_file__reads_all_bytes(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_str bytes;
    FILE *file = fopen("f", "wb");

    (void)state;
    assert_non_null(file);
    assert_int_equal(fwrite("a\0\r\n\xFF", 1, 5, file), 5);
    ses_file_closep(&file);
    assert_int_equal(ses_file_read("f", 100, &arena, &bytes), 0);
    assert_int_equal(bytes.len, 5);
    assert_memory_equal(bytes.ptr, "a\0\r\n\xFF", 6);
}

static void test_file__reads_an_empty_file(void **state)
{
    (void)state;
    put("f", "");
    assert_holds("f", "");
}

static void test_file__reads_up_to_the_ceiling(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_str bytes = SES_STR("untouched");

    (void)state;
    put("f", "12345");
    assert_int_equal(ses_file_read("f", 4, &arena, &bytes), SES_ELIMIT);
    assert_string_equal(bytes.ptr, "untouched");
    assert_int_equal(ses_file_read("f", 5, &arena, &bytes), 0);
}

static void test_file__says_why_it_cannot_read(void **state)
{
    static const struct {
        const char *path;
        int reason;
    } rows[] = {{"absent", ENOENT}, {".", EISDIR}, {"f/f", ENOTDIR}, {"", ENOENT}};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_str bytes;

    (void)state;
    put("f", "");
    for (size_t i = 0; i < COUNT(rows); i++) {
        errno = 0;
        ASSERT_ROW(rows[i].path, ses_file_read(rows[i].path, 9, &arena, &bytes) == SES_EIO);
        ASSERT_ROW(rows[i].path, errno == rows[i].reason);
    }
}

/* Puts `len` bytes into a pipe that becomes standard input. */
static void feed_stdin(size_t len)
{
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    for (size_t i = 0; i < len; i++)
        assert_int_equal(write(ends[1], i % 100 == 99 ? "\n" : "a", 1), 1);
    close(ends[1]);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
}

/* More than the first guess at the size of a pipe, less than what a pipe holds. */
#define PIPED 40000

static int read_stdin(void *ctx)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_str bytes;
    int error;

    (void)ctx;
    feed_stdin(PIPED);
    error = ses_file_read("-", PIPED, &arena, &bytes);
    if (error != 0)
        return error;
    assert_int_equal(bytes.len, PIPED);
    assert_int_equal(strlen(bytes.ptr), PIPED);
    return 0;
}

static void test_file__reads_standard_input(void **state)
{
    (void)state;
    assert_int_equal(read_stdin(NULL), 0);
}

static void test_file__stops_reading_a_pipe_at_the_ceiling(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_str bytes;

    (void)state;
    feed_stdin(PIPED);
    assert_int_equal(ses_file_read("-", PIPED - 1, &arena, &bytes), SES_ELIMIT);
}

static void test_file__writes_a_new_file(void **state)
{
    enum ses_file_outcome outcome = SES_FILE_SAME;

    (void)state;
    assert_int_equal(ses_file_write(AT_FDCWD, "f", SES_STR("new"), false, &outcome), 0);
    assert_int_equal(outcome, SES_FILE_WRITTEN);
    assert_holds("f", "new");
    assert_int_equal(count_files(), 1);
}

static void test_file__leaves_the_same_bytes_untouched(void **state)
{
    enum ses_file_outcome outcome = SES_FILE_WRITTEN;
    struct stat before;
    struct stat after;

    (void)state;
    put("f", "same");
    assert_int_equal(stat("f", &before), 0);
    assert_int_equal(ses_file_write(AT_FDCWD, "f", SES_STR("same"), true, &outcome), 0);
    assert_int_equal(outcome, SES_FILE_SAME);
    assert_int_equal(stat("f", &after), 0);
    assert_true(before.st_ino == after.st_ino);
}

static void test_file__overwrites_other_bytes_only_when_told(void **state)
{
    static const char *const others[] = {"a", "abcd", "abd", "ABC"};
    enum ses_file_outcome outcome = SES_FILE_SAME;

    (void)state;
    for (size_t i = 0; i < COUNT(others); i++) {
        put("f", others[i]);
        ASSERT_ROW(others[i],
                   ses_file_write(AT_FDCWD, "f", SES_STR("abc"), false, &outcome) == SES_ECONFLICT);
        assert_holds("f", others[i]);
        ASSERT_ROW(others[i], ses_file_write(AT_FDCWD, "f", SES_STR("abc"), true, &outcome) == 0);
        assert_holds("f", "abc");
    }
    assert_int_equal(count_files(), 1);
}

/* A power cut may leave one. */
static void test_file__counts_an_empty_file_as_none(void **state)
{
    enum ses_file_outcome outcome = SES_FILE_SAME;

    (void)state;
    put("f", "");
    assert_int_equal(ses_file_write(AT_FDCWD, "f", SES_STR("new"), false, &outcome), 0);
    assert_int_equal(outcome, SES_FILE_WRITTEN);
    assert_holds("f", "new");
    assert_int_equal(count_files(), 1);
}

/* Comparison goes by pieces of 16384 bytes. */
static void test_file__compares_to_the_last_byte(void **state)
{
    static const size_t lengths[] = {16383, 16384, 16385, 32768};
    static char text[32769];

    (void)state;
    for (size_t i = 0; i < COUNT(lengths); i++) {
        struct ses_str bytes = {text, lengths[i]};
        enum ses_file_outcome outcome = SES_FILE_SAME;

        memset(text, 'a', sizeof(text));
        assert_int_equal(ses_file_write(AT_FDCWD, "f", bytes, true, &outcome), 0);
        assert_int_equal(outcome, SES_FILE_WRITTEN);
        assert_int_equal(ses_file_write(AT_FDCWD, "f", bytes, false, &outcome), 0);
        assert_int_equal(outcome, SES_FILE_SAME);
        text[lengths[i] - 1] = 'b';
        assert_int_equal(ses_file_write(AT_FDCWD, "f", bytes, false, &outcome), SES_ECONFLICT);
        bytes.len--;
        assert_int_equal(ses_file_write(AT_FDCWD, "f", bytes, false, &outcome), SES_ECONFLICT);
    }
}

static void test_file__takes_over_what_an_interrupted_run_left(void **state)
{
    enum ses_file_outcome outcome;

    (void)state;
    put("f", "old");
    put(".f.part", "half of something longer than the new text");
    assert_int_equal(ses_file_write(AT_FDCWD, "f", SES_STR("whole"), true, &outcome), 0);
    assert_holds("f", "whole");
    assert_int_equal(count_files(), 1);
}

static void test_file__does_not_write_through_a_link(void **state)
{
    enum ses_file_outcome outcome;

    (void)state;
    put("precious", "kept");
    put("f", "old");
    assert_int_equal(symlink("precious", ".f.part"), 0);
    assert_int_equal(ses_file_write(AT_FDCWD, "f", SES_STR("new"), true, &outcome), 0);
    assert_holds("f", "new");
    assert_holds("precious", "kept");
}

static void test_file__says_why_it_cannot_write(void **state)
{
    static const struct {
        const char *path;
        int reason;
    } rows[] = {{"absent/f", ENOENT}, {"folder", EISDIR}, {"file/f", ENOTDIR}};
    enum ses_file_outcome outcome;

    (void)state;
    put("file", "");
    assert_int_equal(mkdir("folder", 0777), 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        errno = 0;
        ASSERT_ROW(rows[i].path,
                   ses_file_write(AT_FDCWD, rows[i].path, SES_STR("a"), true, &outcome) == SES_EIO);
        ASSERT_ROW(rows[i].path, errno == rows[i].reason);
    }
    assert_int_equal(count_files(), 2);
}

/* NAME_MAX: 255 bytes. */
static void test_file__writes_names_as_long_as_the_system_takes(void **state)
{
    enum ses_file_outcome outcome;
    char name[257];

    (void)state;
    memset(name, 'n', sizeof(name));
    name[255] = '\0';
    assert_int_equal(ses_file_write(AT_FDCWD, name, SES_STR("a"), false, &outcome), 0);
    name[255] = 'n';
    name[256] = '\0';
    errno = 0;
    assert_int_equal(ses_file_write(AT_FDCWD, name, SES_STR("a"), false, &outcome), SES_EIO);
    assert_int_equal(errno, ENAMETOOLONG);
    assert_int_equal(count_files(), 1);
}

/* A disk that is full halfway through: the limit on the size of a file acts the same, and root has
 * it too. */
static void test_file__keeps_the_old_file_when_the_disk_is_full(void **state)
{
    static const char many[5000];
    enum ses_file_outcome outcome = SES_FILE_SAME;
    struct rlimit old;
    struct rlimit tight;
    int error;
    int reason;

    (void)state;
    put("f", "old");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    tight = old;
    tight.rlim_cur = 1000;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    error = ses_file_write(AT_FDCWD, "f", (struct ses_str){many, sizeof(many)}, true, &outcome);
    reason = errno;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(error, SES_EIO);
    assert_int_equal(reason, EFBIG);
    assert_int_equal(outcome, SES_FILE_SAME);
    assert_holds("f", "old");
    assert_int_equal(count_files(), 1);
}

/* Opens it and lets it go. */
static int make_folder(const char *path)
{
    int folder = -1;
    int error = ses_folder_open(path, &folder);

    assert_true((error == 0) == (folder >= 0));
    ses_folder_closep(&folder);
    return error;
}

static void test_file__makes_folders_that_are_missing(void **state)
{
    static const char *const paths[] = {"a", "a", "b/c/d", "b/c/e/", "./g", "b//h", "."};
    struct stat status;

    (void)state;
    for (size_t i = 0; i < COUNT(paths); i++) {
        ASSERT_ROW(paths[i], make_folder(paths[i]) == 0);
        ASSERT_ROW(paths[i], stat(paths[i], &status) == 0 && S_ISDIR(status.st_mode));
    }
}

static void test_file__makes_private_folders(void **state)
{
    struct stat status;
    mode_t old = umask(0);

    (void)state;
    assert_int_equal(mkdir("a", 0755), 0);
    assert_int_equal(ses_folder_make_private("a/b/c"), 0);
    assert_int_equal(ses_folder_make_private("a/b/c"), 0);
    umask(old);
    assert_true(stat("a", &status) == 0 && (status.st_mode & 07777) == 0755);
    assert_true(stat("a/b", &status) == 0 && (status.st_mode & 07777) == 0700);
    assert_true(stat("a/b/c", &status) == 0 && (status.st_mode & 07777) == 0700);
}

static void test_file__says_that_a_file_is_in_the_way(void **state)
{
    (void)state;
    put("f", "");
    errno = 0;
    assert_int_equal(make_folder("f"), SES_EIO);
    assert_int_equal(errno, ENOTDIR);
    errno = 0;
    assert_int_equal(make_folder("f/g"), SES_EIO);
    assert_int_equal(errno, ENOTDIR);
}

static void test_file__enters_a_folder_that_is_there_or_not(void **state)
{
    struct stat status;
    bool made;
    int folder;
    int inner;

    (void)state;
    assert_int_equal(ses_folder_open(".", &folder), 0);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(ses_folder_enter(folder, "inner", &inner, &made), 0);
        assert_true(made == (round == 0));
        assert_int_equal(fstat(inner, &status), 0);
        assert_true(S_ISDIR(status.st_mode));
        ses_folder_closep(&inner);
    }
    put("file", "");
    errno = 0;
    assert_int_equal(ses_folder_enter(folder, "file", &inner, &made), SES_EIO);
    assert_int_equal(errno, ENOTDIR);
    ses_folder_closep(&folder);
}

static int write_and_make(void *ctx)
{
    enum ses_file_outcome outcome;
    int error = make_folder("x/y");

    (void)ctx;
    return error != 0 ? error : ses_file_write(AT_FDCWD, "g", SES_STR("text"), true, &outcome);
}

static void test_file__survives_each_failing_allocation(void **state)
{
    (void)state;
    alloc_fail_each(read_stdin, NULL);
    assert_int_equal(make_folder("x/y"), 0);
    /* The file is there only after the run in which nothing failed. */
    alloc_fail_each(write_and_make, NULL);
    assert_holds("g", "text");
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_file__reads_all_bytes),
        IN_FOLDER(test_file__reads_an_empty_file),
        IN_FOLDER(test_file__reads_up_to_the_ceiling),
        IN_FOLDER(test_file__says_why_it_cannot_read),
        IN_FOLDER(test_file__reads_standard_input),
        IN_FOLDER(test_file__stops_reading_a_pipe_at_the_ceiling),
        IN_FOLDER(test_file__writes_a_new_file),
        IN_FOLDER(test_file__leaves_the_same_bytes_untouched),
        IN_FOLDER(test_file__overwrites_other_bytes_only_when_told),
        IN_FOLDER(test_file__counts_an_empty_file_as_none),
        IN_FOLDER(test_file__enters_a_folder_that_is_there_or_not),
        IN_FOLDER(test_file__compares_to_the_last_byte),
        IN_FOLDER(test_file__takes_over_what_an_interrupted_run_left),
        IN_FOLDER(test_file__does_not_write_through_a_link),
        IN_FOLDER(test_file__says_why_it_cannot_write),
        IN_FOLDER(test_file__writes_names_as_long_as_the_system_takes),
        IN_FOLDER(test_file__keeps_the_old_file_when_the_disk_is_full),
        IN_FOLDER(test_file__makes_folders_that_are_missing),
        IN_FOLDER(test_file__makes_private_folders),
        IN_FOLDER(test_file__says_that_a_file_is_in_the_way),
        IN_FOLDER(test_file__survives_each_failing_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
