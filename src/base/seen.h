/* SPDX-License-Identifier: MIT */
/* Which of very many strings were seen before, and when: twelve bytes a slot, no string kept.
 *
 * Strings are told apart by a 64-bit hash. Among four million of them, two that differ are taken
 * for the same once in two million runs. A zeroed table is valid and empty. */
#ifndef SES_BASE_SEEN_H
#define SES_BASE_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attribute.h"
#include "base/str.h"

struct ses_seen {
    uint64_t *hashes;  /* owned; 0 in an empty slot */
    uint32_t *numbers; /* owned */
    size_t capacity;   /* a power of two, or 0 */
    size_t count;
};

void ses_seen_done(struct ses_seen *seen);

/* A hash of `key` for one `purpose`: the same key for another purpose is another string. */
uint64_t ses_seen_hash(struct ses_str key, unsigned purpose);

/* Looks `hash` up. Where it was seen, `*ret_number` is what came with it first and the result is
 * true; else it is false. */
bool ses_seen_find(const struct ses_seen *seen, uint64_t hash, uint32_t *ret_number);

/* Remembers `number` for a hash that was not seen. Returns 0 or SES_ENOMEM. */
int ses_seen_add(struct ses_seen *seen, uint64_t hash, uint32_t number) SES_MUSTCHECK;

#endif
