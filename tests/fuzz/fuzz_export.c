/* SPDX-License-Identifier: MIT */
/* The way of an export through the program: bytes, records, requests, digest, rules. The input is
 * one file, or several with the byte RS between them. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "check/check.h"
#include "ingest/export.h"
#include "ingest/subject.h"
#include "model/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Holds in every build: a fuzz target without asserts finds nothing. */
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

#define MAX_FILES 8
#define FILE_SEPARATOR '\x1E'

struct sink {
    struct ses_findings findings;
    bool secret; /* the file that is being read holds credentials: nothing of it may come out */
};

static bool is_one_line(struct ses_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7F)
            return false;
    }
    return true;
}

/* A name in canonical form is its own canonical form. */
static void check_name(struct ses_str text, struct ses_arena *arena)
{
    struct ses_name_flaw flaw;
    struct ses_name name;

    CHECK(ses_name_parse(text, arena, &name, &flaw) == 0);
    CHECK(ses_str_eq(name.text, text));
    CHECK(!name.final_dot && !name.upper && !name.idn);
}

/* What is suggested is a name, the value of an MX, or a verification token, and has no flaw. */
static void check_suggestion(struct ses_str suggestion)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    size_t blank = ses_str_find(suggestion, ' ');

    if (blank < suggestion.len)
        suggestion = ses_str_slice(suggestion, blank + 1, suggestion.len);
    if (suggestion.len > 0 && !ses_str_ends(suggestion, SES_STR("=")))
        check_name(suggestion, &arena);
}

static int check_finding(struct ses_findings *findings, const struct ses_finding *finding)
{
    const struct sink *sink = (const struct sink *)findings;
    const struct ses_place *place = &finding->place;

    CHECK(place->file && finding->sentence);
    CHECK(is_one_line(ses_str_of(finding->sentence)));
    CHECK(place->text.len == 0 || place->line > 0);
    CHECK(place->text.len == 0 || place->offset <= place->text.len);
    CHECK(ses_str_find(place->text, '\n') == place->text.len);
    CHECK(!sink->secret || (place->text.len == 0 && finding->value.len == 0 &&
                            finding->suggestion.len == 0 && place->line == 0));
    check_suggestion(finding->suggestion);
    return 0;
}

/* Said again here on purpose: the target must not ask the code under test. */
static bool starts_as_credentials(struct ses_str bytes)
{
    if (ses_str_starts(bytes, SES_STR("\xEF\xBB\xBF")))
        bytes = ses_str_slice(bytes, 3, bytes.len);
    while (bytes.len > 0 && strchr(" \t\r\n", bytes.ptr[0]))
        bytes = ses_str_slice(bytes, 1, bytes.len);
    return ses_str_starts_nocase(bytes, SES_STR("IAM user name,SMTP user name,SMTP password"));
}

static void read_file(struct ses_source *source, struct ses_arena *arena,
                      struct ses_entries *entries, struct sink *sink)
{
    size_t records = entries->count;
    size_t errors = sink->findings.counts[SES_ERROR];

    sink->secret = starts_as_credentials(source->bytes);
    CHECK(ses_export_read(source, arena, entries, &sink->findings) == 0);
    records = entries->count - records;
    errors = sink->findings.counts[SES_ERROR] - errors;
    CHECK(!sink->secret || (records == 0 && errors == 1));
    CHECK(errors >= source->refused_rows);
    CHECK(records > 0 || errors > 0);
    sink->secret = false;
}

static size_t read_files(struct ses_str bytes, struct ses_arena *arena, struct ses_entries *entries,
                         struct sink *sink)
{
    struct ses_str text;

    for (size_t i = 0; i < MAX_FILES && ses_str_split(&bytes, FILE_SEPARATOR, &text); i++) {
        struct ses_source *source = ses_arena_alloc(arena, sizeof(*source));

        CHECK(source);
        *source = (struct ses_source){.path = "export.csv", .bytes = text};
        read_file(source, arena, entries, sink);
    }
    return entries->count;
}

static void check_fates(const struct ses_request *request)
{
    size_t published = 0;

    for (size_t i = 0; i < request->record_count; i++) {
        const struct ses_record *record = request->records[i];

        published += record->fate == SES_PUBLISH;
        CHECK((record->fate == SES_DUPLICATE) == (record->copy_of != NULL));
        CHECK(record->fate != SES_DUPLICATE || ses_record_compare(record, record->copy_of) == 0);
        CHECK(record->fate != SES_ALTERNATIVE || record->kind == SES_RECORD_VERIFICATION_APEX);
    }
    CHECK(published == request->published_count);
}

static void check_published(const struct ses_request *request, struct ses_arena *arena)
{
    for (size_t i = 0; i < request->published_count; i++) {
        const struct ses_record *record = request->published[i];

        check_name(record->owner, arena);
        if (record->target.len > 0)
            check_name(record->target, arena);
        CHECK(record->value.len > 0 && is_one_line(record->value));
        CHECK(i == 0 || ses_record_compare(request->published[i - 1], record) < 0);
    }
}

static void seal(struct ses_request *request, struct ses_arena *arena)
{
    CHECK(ses_request_settle(request, arena) == 0);
    CHECK(ses_request_seal(request, NULL) == 0);
    CHECK(strlen(request->digest) == SES_DIGEST_TEXT - 1);
}

/* The order of the input has no part in the digest. */
static void check_digest(struct ses_request *request, struct ses_arena *arena)
{
    struct ses_request other;

    ses_request_init(&other, request->kind);
    other.subject = request->subject;
    for (size_t i = request->record_count; i > 0; i--) {
        struct ses_record *copy = ses_arena_alloc(arena, sizeof(*copy));

        CHECK(copy);
        *copy = *request->records[i - 1];
        copy->copy_of = NULL;
        CHECK(ses_request_add_record(&other, arena, copy) == 0);
    }
    seal(&other, arena);
    CHECK(strcmp(other.digest, request->digest) == 0);
}

static void check_request(struct ses_request *request, struct ses_arena *arena, struct sink *sink)
{
    check_name(request->subject, arena);
    seal(request, arena);
    check_fates(request);
    check_published(request, arena);
    check_digest(request, arena);
    CHECK(ses_check_request(request, &sink->findings) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct sink sink = {.findings = {.emit = check_finding}};
    struct ses_entries entries = {0};
    struct ses_requests requests;
    size_t records =
        read_files((struct ses_str){(const char *)bytes, len}, &arena, &entries, &sink);

    CHECK(ses_subject_assign(&entries, NULL, 0, (struct ses_place){0}, &arena, &requests,
                             &sink.findings) == 0);
    for (size_t i = 0; i < requests.count; i++) {
        check_request(requests.items[i], &arena, &sink);
        records -= requests.items[i]->record_count;
    }
    CHECK(records == 0);
    return 0;
}
