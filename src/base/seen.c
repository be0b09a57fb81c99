/* SPDX-License-Identifier: MIT */
#include "base/seen.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

void ses_seen_done(struct ses_seen *seen)
{
    free(seen->hashes);
    free(seen->numbers);
    *seen = (struct ses_seen){0};
}

/* FNV-1a, and the finaliser of SplitMix64 behind it, because the low bits choose the slot. */
uint64_t ses_seen_hash(struct ses_str key, unsigned purpose)
{
    uint64_t hash = 14695981039346656037U ^ purpose;

    for (size_t i = 0; i < key.len; i++)
        hash = (hash ^ (unsigned char)key.ptr[i]) * 1099511628211U;
    hash = (hash ^ (hash >> 30U)) * 0xBF58476D1CE4E5B9U;
    hash = (hash ^ (hash >> 27U)) * 0x94D049BB133111EBU;
    hash ^= hash >> 31U;
    return hash != 0 ? hash : 1;
}

/* The slot that holds `hash`, or the empty one where it belongs. The table is never full. */
static size_t slot_of(const struct ses_seen *seen, uint64_t hash)
{
    size_t mask = seen->capacity - 1;
    size_t at = (size_t)hash & mask;

    while (seen->hashes[at] != 0 && seen->hashes[at] != hash)
        at = (at + 1) & mask;
    return at;
}

static void place(struct ses_seen *seen, uint64_t hash, uint32_t number)
{
    size_t at = slot_of(seen, hash);

    seen->hashes[at] = hash;
    seen->numbers[at] = number;
}

/* Doubles the table in its place: a second one beside it would be the peak of a run's memory. Each
 * entry is taken out and put in again, run by run of occupied slots from an empty one on, so that
 * no entry is ever put behind one that is still to move. */
static void spread(struct ses_seen *seen, size_t old)
{
    size_t start = 0;

    while (start < old && seen->hashes[start] != 0)
        start++;
    for (size_t i = 1; i <= old; i++) {
        size_t at = (start + i) & (old - 1);
        uint64_t hash = seen->hashes[at];

        seen->hashes[at] = 0;
        if (hash != 0)
            place(seen, hash, seen->numbers[at]);
    }
}

static int grow(struct ses_seen *seen)
{
    size_t old = seen->capacity;
    size_t capacity = old > 0 ? old * 2 : 1024;
    uint64_t *hashes = realloc(seen->hashes, capacity * sizeof(*hashes));
    uint32_t *numbers;

    if (!hashes)
        return SES_ENOMEM;
    seen->hashes = hashes;
    numbers = realloc(seen->numbers, capacity * sizeof(*numbers));
    if (!numbers)
        return SES_ENOMEM;
    seen->numbers = numbers;
    memset(hashes + old, 0, (capacity - old) * sizeof(*hashes));
    seen->capacity = capacity;
    if (old > 0)
        spread(seen, old);
    return 0;
}

bool ses_seen_find(const struct ses_seen *seen, uint64_t hash, uint32_t *ret_number)
{
    size_t at;

    if (seen->capacity == 0)
        return false;
    at = slot_of(seen, hash);
    if (seen->hashes[at] == 0)
        return false;
    *ret_number = seen->numbers[at];
    return true;
}

int ses_seen_add(struct ses_seen *seen, uint64_t hash, uint32_t number)
{
    /* At most seven eighths full. */
    if (seen->count + 1 > seen->capacity / 8 * 7 && grow(seen) != 0)
        return SES_ENOMEM;
    place(seen, hash, number);
    seen->count++;
    return 0;
}
