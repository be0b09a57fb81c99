/* SPDX-License-Identifier: MIT */
#include "submit/block.h"

#include <string.h>

#include "base/error.h"
#include "model/name.h"

/* What templates put behind a text that had no room (render/view.c). */
#define SHORTENED "... (shortened)"

/* The line up to `\n`, without what an instance may have put at its end. False behind the last. */
static bool next_line(struct ses_str *rest, struct ses_str *ret_line)
{
    size_t end = ses_str_find(*rest, '\n');

    if (rest->len == 0)
        return false;
    *ret_line = ses_str_slice(*rest, 0, end);
    *rest = ses_str_slice(*rest, end < rest->len ? end + 1 : end, rest->len);
    while (ret_line->len > 0 &&
           (ret_line->ptr[ret_line->len - 1] == '\r' || ret_line->ptr[ret_line->len - 1] == ' '))
        ret_line->len--;
    return true;
}

/* The text behind "name: ". */
static bool has_name(struct ses_str line, const char *name, struct ses_str *ret_value)
{
    struct ses_str head = ses_str_of(name);

    if (!ses_str_starts(line, head))
        return false;
    *ret_value = ses_str_slice(line, head.len, line.len);
    return true;
}

static int parse_subject(struct ses_str text, struct ses_arena *arena, struct ses_str *ret_subject)
{
    struct ses_name_flaw flaw;
    struct ses_name name;
    int error = ses_name_parse(text, arena, &name, &flaw);

    if (error == 0 && !ses_str_eq(name.text, text))
        error = SES_EINVALID;
    if (error == 0)
        *ret_subject = name.text;
    return error;
}

static bool parse_digest(struct ses_str text, char ret_digest[SES_DIGEST_TEXT])
{
    struct ses_str digits;

    if (!has_name(text, "sha256:", &digits) || digits.len != SES_DIGEST_TEXT - 1)
        return false;
    for (size_t i = 0; i < digits.len; i++) {
        char c = digits.ptr[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
    }
    memcpy(ret_digest, digits.ptr, digits.len);
    ret_digest[digits.len] = '\0';
    return true;
}

/* "sesdns-add-" and the like, and 32 digits: what ses_key_make gives. */
static bool is_key(struct ses_str text)
{
    bool good = ses_str_starts(text, SES_STR(SES_KEY_PREFIX)) && text.len < SES_KEY_TEXT;

    for (size_t i = 0; i < text.len && good; i++) {
        char c = text.ptr[i];

        good = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-';
    }
    return good;
}

/* The lines of a block, by name. */
struct lines {
    struct ses_str operation, subject, group, refers, lifetime, expires, digest;
};

static const struct {
    const char *name;
    size_t offset;
} block_lines[] = {
    {"Operation: ", offsetof(struct lines, operation)},
    {"Subject: ", offsetof(struct lines, subject)},
    {"Group: ", offsetof(struct lines, group)},
    {"Refers: ", offsetof(struct lines, refers)},
    {"Lifetime: ", offsetof(struct lines, lifetime)},
    {"Expires: ", offsetof(struct lines, expires)},
    {"Digest: ", offsetof(struct lines, digest)},
};

/* Those above the block that bear a name. */
static const struct {
    const char *name;
    size_t offset;
} detail_lines[] = {
    {"Contact: ", offsetof(struct ses_block, contact)},
    {"Purpose: ", offsetof(struct ses_block, purpose)},
    {"AWS account: ", offsetof(struct ses_block, account)},
    {"AWS Region: ", offsetof(struct ses_block, region)},
};

static struct ses_str *text_at(void *object, size_t offset)
{
    return (struct ses_str *)(void *)((char *)object + offset);
}

static void take_line(struct ses_str line, struct lines *lines)
{
    for (size_t i = 0; i < sizeof(block_lines) / sizeof(block_lines[0]); i++) {
        struct ses_str value;

        if (has_name(line, block_lines[i].name, &value))
            *text_at(lines, block_lines[i].offset) = value;
    }
}

static int read_lifetime(const struct lines *lines, struct ses_block *block)
{
    if (ses_str_eq(lines->lifetime, SES_STR("poc"))) {
        block->lifetime.kind = SES_LIFETIME_POC;
        return ses_date_parse(lines->expires, &block->lifetime.expires) == 0 ? 0 : SES_EINVALID;
    }
    if (ses_str_eq(lines->lifetime, SES_STR("production"))) {
        block->lifetime.kind = SES_LIFETIME_PRODUCTION;
        return lines->expires.len == 0 ? 0 : SES_EINVALID;
    }
    return lines->lifetime.len == 0 && block->operation == SES_REMOVE ? 0 : SES_EINVALID;
}

static int read_block(struct ses_str rest, struct ses_arena *arena, struct ses_block *block)
{
    struct lines lines = {0};
    struct ses_str line;
    int error = 0;

    while (next_line(&rest, &line) && line.len > 0)
        take_line(line, &lines);
    if (lines.operation.len > 0 && !ses_operation_parse(lines.operation, &block->operation))
        return SES_EINVALID;
    if (!parse_digest(lines.digest, block->digest) ||
        (lines.refers.len > 0 && !is_key(lines.refers)))
        return SES_EINVALID;
    block->refers = lines.refers;
    if (!block->is_group)
        error = parse_subject(lines.subject, arena, &block->subject);
    return error != 0 ? error : read_lifetime(&lines, block);
}

/* "- mail1.example.edu. A 198.51.100.7 (eipalloc-0123456789abcdef0)" */
static bool read_node(struct ses_str line, struct ses_block_node *ret_node)
{
    struct ses_str name, type, address;
    struct ses_str allocation = {0};
    struct ses_str rest;

    if (!has_name(line, "- ", &rest) || !ses_str_split(&rest, ' ', &name) ||
        !ses_str_split(&rest, ' ', &type) || !ses_str_split(&rest, ' ', &address) ||
        !ses_str_ends(name, SES_STR(".")) ||
        !(ses_str_eq(type, SES_STR("A")) || ses_str_eq(type, SES_STR("AAAA"))))
        return false;
    if (ses_str_starts(rest, SES_STR("(")) && ses_str_ends(rest, SES_STR(")")) && rest.len > 2)
        allocation = ses_str_slice(rest, 1, rest.len - 1);
    *ret_node = (struct ses_block_node){ses_str_slice(name, 0, name.len - 1), address, allocation};
    return true;
}

static void take_detail(struct ses_str line, struct ses_block *block)
{
    struct ses_str value;

    for (size_t i = 0; i < sizeof(detail_lines) / sizeof(detail_lines[0]); i++) {
        if (has_name(line, detail_lines[i].name, &value) &&
            !ses_str_ends(value, SES_STR(SHORTENED)))
            *text_at(block, detail_lines[i].offset) = value;
    }
    if (has_name(line, "Labels are relative to the zone ", &value) &&
        ses_str_ends(value, SES_STR(".")))
        block->zone = ses_str_slice(value, 0, value.len - 1);
    if (has_name(line, "Host: ", &value))
        block->is_host = true;
}

/* What stands above the block; of records it does not have enough to make them again. */
static int read_details(struct ses_str rest, struct ses_arena *arena, struct ses_block *block)
{
    bool in_nodes = false;
    struct ses_str line;

    block->nodes = ses_arena_array(arena, SES_MAX_BLOCK_NODES, sizeof(*block->nodes));
    if (!block->nodes)
        return SES_ENOMEM;
    while (next_line(&rest, &line)) {
        take_detail(line, block);
        if (line.len == 0)
            in_nodes = false;
        if (ses_str_starts(line, SES_STR("NETDB NODES TO ADD: ")))
            in_nodes = true;
        if (in_nodes && block->node_count < SES_MAX_BLOCK_NODES &&
            read_node(line, &block->nodes[block->node_count]))
            block->node_count++;
    }
    return 0;
}

int ses_block_parse(struct ses_str text, struct ses_arena *arena, struct ses_block *ret_block)
{
    struct ses_block block = {0};
    struct ses_str rest = text;
    struct ses_str line, behind = {0}, above = {0};
    bool found = false;
    int error;

    while (next_line(&rest, &line)) {
        bool is_group = ses_str_eq(line, SES_STR("sesdns-group: 1"));

        if (!is_group && !ses_str_eq(line, SES_STR("sesdns-request: 1")))
            continue;
        found = true;
        block.is_group = is_group;
        behind = rest;
        above = ses_str_slice(text, 0, (size_t)(line.ptr - text.ptr));
    }
    error = found ? read_block(behind, arena, &block) : SES_EINVALID;
    if (error == 0)
        error = read_details(above, arena, &block);
    if (error == 0)
        *ret_block = block;
    return error;
}

bool ses_block_agrees(const struct ses_block *block, struct ses_str subject, struct ses_str key)
{
    struct ses_key made;

    return ses_key_make(block->operation, subject, ses_str_of(block->digest), &made) == 0 &&
           ses_str_eq(key, ses_str_of(made.text));
}
