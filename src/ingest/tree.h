/* SPDX-License-Identifier: MIT */
/* The CSV files below a folder. */
#ifndef SES_INGEST_TREE_H
#define SES_INGEST_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/finding.h"

struct ses_paths {
    const char **items; /* arena */
    size_t count;
    size_t capacity;
};

/* True where `path` is a folder that can be looked at. */
bool ses_tree_is_folder(const char *path);

/* Adds one path. Returns 0 or SES_ENOMEM. */
int ses_tree_add(struct ses_arena *arena, struct ses_paths *paths, const char *path) SES_MUSTCHECK;

/* Adds the files below `folder` whose names end in ".csv" (in any case), sorted by name within each
 * folder. Names that begin with a dot are passed over, links to folders are not followed. A folder
 * that cannot be read is reported, and `*ret_unreadable` becomes true. Returns 0, SES_ENOMEM, or
 * what the sink returned. */
int ses_tree_list(const char *folder, struct ses_arena *arena, struct ses_paths *paths,
                  bool *ret_unreadable, struct ses_findings *findings) SES_MUSTCHECK;

extern const struct ses_code ses_tree_codes[];
extern const size_t ses_tree_code_count;

#endif
