/* SPDX-License-Identifier: MIT */
#include "base/map.h"

#include <stdint.h>

#include "base/error.h"

/* FNV-1a: short keys, no secret to protect, and a hostile file can at worst slow its own run. */
static size_t hash(struct ses_str key)
{
    uint64_t value = 14695981039346656037U;

    for (size_t i = 0; i < key.len; i++)
        value = (value ^ (unsigned char)key.ptr[i]) * 1099511628211U;
    return (size_t)(value ^ (value >> 32U));
}

/* The slot that holds `key`, or the empty one where it belongs. The table is never full. */
static struct ses_map_slot *slot_of(const struct ses_map *map, struct ses_str key)
{
    size_t mask = map->capacity - 1;
    size_t at = hash(key) & mask;

    while (map->slots[at].value && !ses_str_eq(map->slots[at].key, key))
        at = (at + 1) & mask;
    return &map->slots[at];
}

void *ses_map_find(const struct ses_map *map, struct ses_str key)
{
    return map->capacity > 0 ? slot_of(map, key)->value : NULL;
}

static int grow(struct ses_map *map, struct ses_arena *arena)
{
    struct ses_map grown = {.capacity = map->capacity > 0 ? map->capacity * 2 : 16,
                            .count = map->count};

    grown.slots = ses_arena_array(arena, grown.capacity, sizeof(*grown.slots));
    if (!grown.slots)
        return SES_ENOMEM;
    for (size_t i = 0; i < map->capacity; i++) {
        if (map->slots[i].value)
            *slot_of(&grown, map->slots[i].key) = map->slots[i];
    }
    *map = grown;
    return 0;
}

int ses_map_set(struct ses_map *map, struct ses_arena *arena, struct ses_str key, void *value)
{
    struct ses_map_slot *slot;

    /* At most three quarters full, so that a probe ends soon. */
    if (map->count * 4 >= map->capacity * 3 && grow(map, arena) != 0)
        return SES_ENOMEM;
    slot = slot_of(map, key);
    if (!slot->value)
        map->count++;
    *slot = (struct ses_map_slot){key, value};
    return 0;
}
