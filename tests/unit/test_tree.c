/* SPDX-License-Identifier: MIT */
#include "ingest/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc_fail.h"
#include "base/error.h"
#include "collect.h"

static const char *const folders[] = {"b", "b/deep", ".hidden", "empty", "c.csv"};
static const char *const files[] = {"b/2.csv", "b/10.CSV",     "b/deep/x.csv", ".hidden/x.csv",
                                    "a.csv",   "b/notes.txt",  "b/.dot.csv",   "z.csv",
                                    "csv",     "c.csv/in.csv", "b/x.csv.bak"};

/* The folder that the tests look at, made for the group of them. */
static int make_tree(void **state)
{
    char *root = strdup(P_tmpdir "/sesdns-tree-XXXXXX");
    char path[256];

    assert_non_null(root);
    assert_non_null(mkdtemp(root));
    for (size_t i = 0; i < COUNT(folders); i++) {
        snprintf(path, sizeof(path), "%s/%s", root, folders[i]);
        assert_int_equal(mkdir(path, 0700), 0);
    }
    for (size_t i = 0; i < COUNT(files); i++) {
        FILE *file;

        snprintf(path, sizeof(path), "%s/%s", root, files[i]);
        file = fopen(path, "w");
        assert_non_null(file);
        assert_int_equal(fclose(file), 0);
    }
    /* A link to a file is a file; one to a folder leads in circles; one to nothing is nothing. */
    snprintf(path, sizeof(path), "%s/b/link.csv", root);
    assert_int_equal(symlink("../a.csv", path), 0);
    snprintf(path, sizeof(path), "%s/b/up.csv", root);
    assert_int_equal(symlink("..", path), 0);
    snprintf(path, sizeof(path), "%s/b/gone.csv", root);
    assert_int_equal(symlink("nowhere", path), 0);
    *state = root;
    return 0;
}

static int remove_tree(void **state)
{
    static const char *const links[] = {"b/link.csv", "b/up.csv", "b/gone.csv"};
    char *root = *state;
    char path[256];

    for (size_t i = 0; i < COUNT(links); i++) {
        snprintf(path, sizeof(path), "%s/%s", root, links[i]);
        unlink(path);
    }
    for (size_t i = 0; i < COUNT(files); i++) {
        snprintf(path, sizeof(path), "%s/%s", root, files[i]);
        unlink(path);
    }
    for (size_t i = COUNT(folders); i-- > 0;) {
        snprintf(path, sizeof(path), "%s/%s", root, folders[i]);
        rmdir(path);
    }
    rmdir(root);
    free(root);
    return 0;
}

static void test_tree__lists_csv_files_in_order(void **state)
{
    static const char *const expected[] = {"a.csv",      "b/10.CSV",     "b/2.csv", "b/deep/x.csv",
                                           "b/link.csv", "c.csv/in.csv", "z.csv"};
    const char *root = *state;
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct collect collect SES_CLEANUP(collect_done);
    struct ses_paths paths = {0};
    bool unreadable = false;

    collect_init(&collect, SES_NOTE);
    assert_int_equal(ses_tree_list(root, &arena, &paths, &unreadable, &collect.findings), 0);
    assert_false(unreadable);
    assert_string_equal(collect_codes(&collect), "");
    for (size_t i = 0; i < paths.count && i < COUNT(expected); i++)
        assert_string_equal(paths.items[i] + strlen(root) + 1, expected[i]);
    assert_int_equal(paths.count, COUNT(expected));
}

static void test_tree__says_that_a_folder_has_none(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct collect collect SES_CLEANUP(collect_done);
    struct ses_paths paths = {0};
    bool unreadable = false;
    struct ses_str path;

    collect_init(&collect, SES_NOTE);
    assert_int_equal(ses_arena_printf(&arena, &path, "%s/empty", (const char *)*state), 0);
    assert_int_equal(ses_tree_list(path.ptr, &arena, &paths, &unreadable, &collect.findings), 0);
    assert_string_equal(collect_codes(&collect), "folder-empty");
    assert_int_equal(paths.count, 0);
}

static void test_tree__reports_a_folder_that_is_not_there(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct collect collect SES_CLEANUP(collect_done);
    struct ses_paths paths = {0};
    bool unreadable = false;
    struct ses_str path;

    collect_init(&collect, SES_NOTE);
    assert_int_equal(ses_arena_printf(&arena, &path, "%s/missing", (const char *)*state), 0);
    assert_false(ses_tree_is_folder(path.ptr));
    assert_int_equal(ses_tree_list(path.ptr, &arena, &paths, &unreadable, &collect.findings), 0);
    assert_true(unreadable);
    assert_string_equal(collect_codes(&collect), "folder-unreadable");
}

static int list(void *ctx)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct collect collect SES_CLEANUP(collect_done);
    struct ses_paths paths = {0};
    bool unreadable = false;

    collect_init(&collect, SES_NOTE);
    return ses_tree_list(ctx, &arena, &paths, &unreadable, &collect.findings);
}

static void test_tree__survives_each_failing_allocation(void **state)
{
    alloc_fail_each(list, *state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tree__lists_csv_files_in_order),
        cmocka_unit_test(test_tree__says_that_a_folder_has_none),
        cmocka_unit_test(test_tree__reports_a_folder_that_is_not_there),
        cmocka_unit_test(test_tree__survives_each_failing_allocation),
    };

    return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
