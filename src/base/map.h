/* SPDX-License-Identifier: MIT */
/* A table from byte strings to pointers, in an arena: add and find, nothing is removed.
 *
 * A zeroed map is valid and empty. Keys and values are borrowed. */
#ifndef SES_BASE_MAP_H
#define SES_BASE_MAP_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/str.h"

struct ses_map_slot {
    struct ses_str key;
    void *value; /* borrowed; NULL in an empty slot */
};

struct ses_map {
    struct ses_map_slot *slots; /* arena */
    size_t capacity;            /* a power of two, or 0 */
    size_t count;
};

/* The value of `key`, or NULL. */
void *ses_map_find(const struct ses_map *map, struct ses_str key);

/* Sets the value (not NULL) of `key`. Returns 0 or SES_ENOMEM. */
int ses_map_set(struct ses_map *map, struct ses_arena *arena, struct ses_str key,
                void *value) SES_MUSTCHECK;

#endif
