/* SPDX-License-Identifier: MIT */
/* Texts of tickets: whatever somebody made of one, its last lines are read whole or refused. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "model/name.h"
#include "submit/block.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

static bool is_inside(struct ses_str part, struct ses_str text)
{
    return part.len == 0 || (part.ptr >= text.ptr && part.ptr + part.len <= text.ptr + text.len);
}

static void check(const struct ses_block *block, struct ses_str text)
{
    struct ses_key key;

    CHECK(block->operation < SES_OPERATIONS);
    CHECK(strlen(block->digest) == SES_DIGEST_TEXT - 1);
    CHECK(block->is_group || (block->subject.len > 0 && block->subject.len <= SES_MAX_NAME));
    CHECK(block->lifetime.kind != SES_LIFETIME_NONE || block->operation == SES_REMOVE);
    CHECK(block->refers.len < SES_KEY_TEXT);
    CHECK(block->node_count <= SES_MAX_BLOCK_NODES);
    CHECK(is_inside(block->contact, text) && is_inside(block->purpose, text));
    CHECK(is_inside(block->account, text) && is_inside(block->region, text));
    CHECK(is_inside(block->zone, text) && is_inside(block->refers, text));
    for (size_t i = 0; i < block->node_count; i++) {
        CHECK(is_inside(block->nodes[i].name, text));
        CHECK(is_inside(block->nodes[i].address, text));
        CHECK(is_inside(block->nodes[i].allocation, text));
    }
    CHECK(ses_key_make(block->operation, block->subject, ses_str_of(block->digest), &key) == 0);
    CHECK(ses_block_agrees(block, block->subject, ses_str_of(key.text)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct ses_str text = {(const char *)bytes, len};
    struct ses_arena arena = {0};
    struct ses_block block;
    int error;

    ses_arena_init(&arena, (size_t)16 * 1024 * 1024);
    error = ses_block_parse(text, &arena, &block);
    CHECK(error == 0 || error == SES_EINVALID || error == SES_ENOMEM);
    if (error == 0)
        check(&block, text);
    ses_arena_done(&arena);
    return 0;
}
