/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

/* Small enough that a run over one domain touches few pages, large enough that a request of a usual
 * size takes one chunk. */
#define CHUNK_SIZE ((size_t)16 * 1024)

struct ses_arena_chunk {
    struct ses_arena_chunk *next; /* owned */
    size_t size;                  /* usable bytes behind this header */
    size_t used;
    max_align_t bytes[];
};

void ses_arena_init(struct ses_arena *arena, size_t max)
{
    *arena = (struct ses_arena){.max = max};
}

static void free_chunks(struct ses_arena *arena, struct ses_arena_chunk *chunk)
{
    while (chunk) {
        struct ses_arena_chunk *next = chunk->next;

        arena->total -= sizeof(*chunk) + chunk->size;
        free(chunk);
        chunk = next;
    }
}

void ses_arena_clear(struct ses_arena *arena)
{
    if (!arena || !arena->head)
        return;
    free_chunks(arena, arena->head->next);
    arena->head->next = NULL;
    arena->head->used = 0;
}

void ses_arena_done(struct ses_arena *arena)
{
    if (!arena)
        return;
    free_chunks(arena, arena->head);
    arena->head = NULL;
}

static struct ses_arena_chunk *add_chunk(struct ses_arena *arena, size_t size)
{
    size_t usable = size > CHUNK_SIZE ? size : CHUNK_SIZE;
    struct ses_arena_chunk *chunk;

    if (size > SIZE_MAX / 2 ||
        (arena->max > 0 && usable + sizeof(*chunk) > arena->max - arena->total))
        return NULL;
    chunk = malloc(sizeof(*chunk) + usable);
    if (!chunk)
        return NULL;
    chunk->size = usable;
    chunk->used = 0;
    chunk->next = arena->head;
    arena->head = chunk;
    arena->total += sizeof(*chunk) + usable;
    return chunk;
}

void *ses_arena_alloc(struct ses_arena *arena, size_t size)
{
    struct ses_arena_chunk *chunk = arena->head;
    void *bytes;

    if (size > SIZE_MAX / 2)
        return NULL;
    size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    if (!chunk || size > chunk->size - chunk->used) {
        chunk = add_chunk(arena, size);
        if (!chunk)
            return NULL;
    }
    bytes = (char *)chunk->bytes + chunk->used;
    chunk->used += size;
    return memset(bytes, 0, size);
}

void *ses_arena_array(struct ses_arena *arena, size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / size)
        return NULL;
    return ses_arena_alloc(arena, count * size);
}

int ses_arena_copy(struct ses_arena *arena, struct ses_str s, struct ses_str *ret_copy)
{
    return ses_arena_join(arena, s, (struct ses_str){0}, ret_copy);
}

int ses_arena_join(struct ses_arena *arena, struct ses_str s, struct ses_str behind,
                   struct ses_str *ret_text)
{
    char *text = ses_arena_alloc(arena, s.len + behind.len + 1);

    if (!text)
        return SES_ENOMEM;
    if (s.len > 0)
        memcpy(text, s.ptr, s.len);
    if (behind.len > 0)
        memcpy(text + s.len, behind.ptr, behind.len);
    *ret_text = (struct ses_str){text, s.len + behind.len};
    return 0;
}

int ses_arena_printf(struct ses_arena *arena, struct ses_str *ret_text, const char *format, ...)
{
    char trial[256];
    va_list values;
    char *text;
    int len;

    va_start(values, format);
    len = vsnprintf(trial, sizeof(trial), format, values);
    va_end(values);
    if (len < 0)
        return SES_ENOMEM;
    if ((size_t)len < sizeof(trial))
        return ses_arena_copy(arena, (struct ses_str){trial, (size_t)len}, ret_text);
    text = ses_arena_alloc(arena, (size_t)len + 1);
    if (!text)
        return SES_ENOMEM;
    va_start(values, format);
    vsnprintf(text, (size_t)len + 1, format, values);
    va_end(values);
    *ret_text = (struct ses_str){text, (size_t)len};
    return 0;
}

int ses_arena_grow(struct ses_arena *arena, void *list, size_t count, size_t *capacity, size_t size)
{
    size_t wanted = *capacity > 0 ? *capacity * 2 : 8;
    void *old;
    void *grown;

    if (count < *capacity)
        return 0;
    grown = ses_arena_array(arena, wanted, size);
    if (!grown)
        return SES_ENOMEM;
    memcpy(&old, list, sizeof(old));
    if (count > 0)
        memcpy(grown, old, count * size);
    memcpy(list, &grown, sizeof(grown));
    *capacity = wanted;
    return 0;
}
