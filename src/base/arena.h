/* SPDX-License-Identifier: MIT */
/* A region of memory that is released at once: what a run parses lives here and is never freed
 * singly.
 *
 * init, then allocate; clear forgets everything but keeps one chunk for the next round; done
 * releases all. A zeroed arena is valid and has no ceiling. Not for use by two threads. */
#ifndef SES_BASE_ARENA_H
#define SES_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "base/attribute.h"
#include "base/str.h"

struct ses_arena_chunk;

struct ses_arena {
    struct ses_arena_chunk *head; /* owned, private */
    size_t total;                 /* bytes obtained from the system */
    size_t max;                   /* ceiling of `total`; 0 is none */
};

void ses_arena_init(struct ses_arena *arena, size_t max);
void ses_arena_clear(struct ses_arena *arena);
void ses_arena_done(struct ses_arena *arena);

/* `size` zeroed bytes, aligned for any type; NULL when memory or the ceiling is exhausted. */
void *ses_arena_alloc(struct ses_arena *arena, size_t size) SES_MUSTCHECK;

/* `count` zeroed elements of `size` bytes; NULL also where the product would overflow. */
void *ses_arena_array(struct ses_arena *arena, size_t count, size_t size) SES_MUSTCHECK;

/* A NUL-terminated copy of `s`. Returns 0 or SES_ENOMEM. */
int ses_arena_copy(struct ses_arena *arena, struct ses_str s,
                   struct ses_str *ret_copy) SES_MUSTCHECK;

/* `s` and `behind` as one text, NUL-terminated. Returns 0 or SES_ENOMEM. */
int ses_arena_join(struct ses_arena *arena, struct ses_str s, struct ses_str behind,
                   struct ses_str *ret_text) SES_MUSTCHECK;

/* What printf would print, NUL-terminated. Returns 0 or SES_ENOMEM. */
int ses_arena_printf(struct ses_arena *arena, struct ses_str *ret_text, const char *format, ...)
    SES_PRINTF(3, 4) SES_MUSTCHECK;

/* Makes room for one more element at the end of `*list`, doubling its capacity in the arena when it
 * is full. `*list` may move. Returns 0 or SES_ENOMEM, and then `*list` is unchanged. */
int ses_arena_grow(struct ses_arena *arena, void *list, size_t count, size_t *capacity,
                   size_t size) SES_MUSTCHECK;

#endif
