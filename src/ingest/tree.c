/* SPDX-License-Identifier: MIT */
#include "ingest/tree.h"

#include <errno.h>
#include <fts.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"

enum {
    UNREADABLE,
    EMPTY,
};

const struct ses_code ses_tree_codes[] = {
    [UNREADABLE] = {"folder-unreadable", SES_ERROR, "A folder cannot be read.",
                    "Exports in it are missing from the run.",
                    "Check the permissions of the folder.",
                    "opendir(3), readdir(3): the system's own reason is in the message"},
    [EMPTY] = {"folder-empty", SES_NOTE, "A folder that was named has no CSV files.",
               "Nothing of it is part of the run.", "Check the name of the folder.",
               "Meaning of a folder as input: the files below it that end in .csv"},
};
const size_t ses_tree_code_count = sizeof(ses_tree_codes) / sizeof(ses_tree_codes[0]);

bool ses_tree_is_folder(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int compare_names(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void close_tree(FTS **tree)
{
    if (*tree)
        fts_close(*tree);
}

static int report(int code, const char *path, int number, struct ses_findings *findings)
{
    struct ses_finding finding = {.code = &ses_tree_codes[code], .place = {.file = path}};

    if (code == EMPTY)
        return ses_finding_report(findings, finding, "no CSV files in the folder");
    return ses_finding_report(findings, finding, "cannot read the folder: %s", strerror(number));
}

int ses_tree_add(struct ses_arena *arena, struct ses_paths *paths, const char *path)
{
    struct ses_str copy;
    int error = ses_arena_copy(arena, ses_str_of(path), &copy);

    if (error == 0)
        error = ses_arena_grow(arena, &paths->items, paths->count, &paths->capacity,
                               sizeof(*paths->items));
    if (error == 0)
        paths->items[paths->count++] = copy.ptr;
    return error;
}

static bool is_csv_file(const FTSENT *entry)
{
    struct stat status;

    if (!ses_str_ends_nocase(ses_str_of(entry->fts_name), SES_STR(".csv")))
        return false;
    if (entry->fts_info == FTS_F)
        return true;
    /* A link to a file is a file; one to a folder could lead in circles. */
    return entry->fts_info == FTS_SL && stat(entry->fts_path, &status) == 0 &&
           S_ISREG(status.st_mode);
}

static bool is_hidden(const FTSENT *entry)
{
    return entry->fts_level > 0 && entry->fts_name[0] == '.';
}

int ses_tree_list(const char *folder, struct ses_arena *arena, struct ses_paths *paths,
                  bool *ret_unreadable, struct ses_findings *findings)
{
    char *const roots[] = {(char *)folder, NULL};
    FTS *tree SES_CLEANUP(close_tree) = NULL;
    size_t before = paths->count;
    FTSENT *entry;
    int error = 0;

    /* NOCHDIR: the process has one working directory for all of its threads. COMFOLLOW: a link that
     * was named is meant. */
    tree = fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, compare_names);
    if (!tree)
        return SES_ENOMEM;
    while (error == 0 && (errno = 0, entry = fts_read(tree)) != NULL) {
        if (is_hidden(entry)) {
            fts_set(tree, entry, FTS_SKIP);
        } else if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR ||
                   entry->fts_info == FTS_NS) {
            *ret_unreadable = true;
            error = report(UNREADABLE, entry->fts_path, entry->fts_errno, findings);
        } else if (is_csv_file(entry)) {
            error = ses_tree_add(arena, paths, entry->fts_path);
        }
    }
    if (error == 0 && errno != 0)
        error = SES_ENOMEM;
    if (error == 0 && paths->count == before && !*ret_unreadable)
        error = report(EMPTY, folder, 0, findings);
    return error;
}
