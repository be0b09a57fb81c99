/* SPDX-License-Identifier: MIT */
#include "cli/review.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/option.h"

/* An index.json has some hundred bytes a request. */
#define MAX_INDEX ((size_t)1024 * 1024 * 1024)

/* Before the hexadecimal digits, wherever a digest is shown. */
#define PREFIX "sha256:"

/* The documents whose bytes are compared too: what people read when they reviewed it. */
#define SUMMARY "/ticket-summary.txt"
#define TICKET "/ticket.txt"

struct cli_review_entry {
    struct ses_str subject;
    char digest[SES_DIGEST_TEXT];
    char summary_digest[SES_DIGEST_TEXT]; /* empty where none was rendered */
    char text_digest[SES_DIGEST_TEXT];    /* the same */
    bool seen;
};

static void json_freep(json_t **json)
{
    json_decref(*json);
}

static SES_PRINTF(1, 2) void complain(const char *format, ...)
{
    va_list values;

    va_start(values, format);
    cli_complain(format, values);
    va_end(values);
}

static bool read_digest(const char *text, char ret_digest[SES_DIGEST_TEXT])
{
    size_t prefix = text && strncmp(text, PREFIX, strlen(PREFIX)) == 0 ? strlen(PREFIX) : 0;

    if (!text || strlen(text + prefix) != SES_DIGEST_TEXT - 1 ||
        strspn(text + prefix, "0123456789abcdef") != SES_DIGEST_TEXT - 1)
        return false;
    memcpy(ret_digest, text + prefix, SES_DIGEST_TEXT);
    return true;
}

static void read_text_digests(const json_t *files, struct cli_review_entry *entry)
{
    const json_t *file;
    size_t index;

    json_array_foreach (files, index, file) {
        const char *path = json_string_value(json_object_get(file, "path"));
        const char *digest = json_string_value(json_object_get(file, "digest"));

        if (path && ses_str_ends(ses_str_of(path), SES_STR(SUMMARY)))
            (void)read_digest(digest, entry->summary_digest);
        if (path && ses_str_ends(ses_str_of(path), SES_STR(TICKET)))
            (void)read_digest(digest, entry->text_digest);
    }
}

/* Requests that were refused have no digest, and nothing was reviewed of them. */
static int add_entry(struct cli_review *review, const json_t *item)
{
    const char *subject = json_string_value(json_object_get(item, "subject"));
    struct cli_review_entry *entry = ses_arena_alloc(&review->arena, sizeof(*entry));
    int error;

    if (!entry)
        return SES_ENOMEM;
    if (!subject || !read_digest(json_string_value(json_object_get(item, "digest")), entry->digest))
        return 0;
    read_text_digests(json_object_get(item, "files"), entry);
    error = ses_arena_copy(&review->arena, ses_str_of(subject), &entry->subject);
    if (error == 0)
        error = ses_arena_grow(&review->arena, &review->entries, review->count, &review->capacity,
                               sizeof(struct cli_review_entry *));
    if (error == 0)
        error = ses_map_set(&review->by_subject, &review->arena, entry->subject, entry);
    if (error == 0)
        review->entries[review->count++] = entry;
    return error;
}

static int read_index(struct cli_review *review, const char *path)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    json_t *root SES_CLEANUP(json_freep) = NULL;
    const json_t *requests, *item;
    struct ses_str bytes;
    json_error_t where;
    size_t index;
    int error = ses_file_read(path, MAX_INDEX, &arena, &bytes);

    if (error == SES_EIO)
        complain("sesdns submit: --expect: cannot read %s: %s", path, strerror(errno));
    if (error != 0)
        return error;
    root = json_loadb(bytes.ptr, bytes.len, 0, &where);
    requests = json_object_get(root, "requests");
    if (!json_is_array(requests)) {
        complain("sesdns submit: --expect: %s is neither a digest nor the index.json of a render",
                 path);
        return SES_ESYNTAX;
    }
    json_array_foreach (requests, index, item) {
        if (error == 0)
            error = add_entry(review, item);
    }
    if (error == 0 && review->count == 0) {
        complain("sesdns submit: --expect: %s has no request that was rendered", path);
        return SES_EINVALID;
    }
    return error;
}

int cli_review_open(struct cli_review *review, const char *expect)
{
    *review = (struct cli_review){0};
    if (!expect || read_digest(expect, review->digest))
        return 0;
    return read_index(review, expect);
}

void cli_review_done(struct cli_review *review)
{
    ses_arena_done(&review->arena);
}

static bool is_same_text(const char *reviewed, struct ses_str text)
{
    char digest[SES_DIGEST_TEXT];

    return !*reviewed || text.len == 0 ||
           (ses_digest_of(text, digest) == 0 && strcmp(reviewed, digest) == 0);
}

bool cli_review_agrees(struct cli_review *review, struct ses_str subject, const char *digest,
                       struct ses_str summary, struct ses_str text)
{
    struct cli_review_entry *entry;

    if (*review->digest)
        return strcmp(review->digest, digest) == 0;
    if (review->count == 0)
        return true;
    entry = ses_map_find(&review->by_subject, subject);
    if (!entry)
        return false;
    entry->seen = true;
    return strcmp(entry->digest, digest) == 0 && is_same_text(entry->summary_digest, summary) &&
           is_same_text(entry->text_digest, text);
}

void cli_review_unseen(const struct cli_review *review, void (*take)(const char *subject))
{
    for (size_t i = 0; i < review->count; i++) {
        if (!review->entries[i]->seen)
            take(review->entries[i]->subject.ptr);
    }
}
