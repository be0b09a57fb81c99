/* SPDX-License-Identifier: MIT */
#include "model/request.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"

/* The canonical form of a request; more than a thousand records of the largest size. */
#define MAX_CANONICAL ((size_t)8 * 1024 * 1024)

int ses_source_seal(struct ses_source *source, struct ses_digester *digester)
{
    return ses_digester_take(digester, source->bytes, source->digest);
}

int ses_source_digest(const struct ses_source *source, char text[SES_DIGEST_TEXT])
{
    if (source->digest[0] == '\0')
        return ses_digest_of(source->bytes, text);
    memcpy(text, source->digest, SES_DIGEST_TEXT);
    return 0;
}

void ses_request_init(struct ses_request *request, enum ses_subject_kind kind)
{
    *request = (struct ses_request){.kind = kind};
}

int ses_request_add_record(struct ses_request *request, struct ses_arena *arena,
                           struct ses_record *record)
{
    int error = ses_arena_grow(arena, &request->records, request->record_count,
                               &request->record_capacity, sizeof(*request->records));

    if (error == 0)
        request->records[request->record_count++] = record;
    return error;
}

int ses_request_add_node(struct ses_request *request, struct ses_arena *arena,
                         const struct ses_node *node)
{
    int error = ses_arena_grow(arena, &request->nodes, request->node_count, &request->node_capacity,
                               sizeof(*request->nodes));

    if (error == 0)
        request->nodes[request->node_count++] = *node;
    return error;
}

int ses_request_add_source(struct ses_request *request, struct ses_arena *arena,
                           const struct ses_source *source)
{
    int error;

    for (size_t i = 0; i < request->source_count; i++) {
        if (request->sources[i] == source)
            return 0;
    }
    error = ses_arena_grow(arena, &request->sources, request->source_count,
                           &request->source_capacity, sizeof(*request->sources));
    if (error == 0)
        request->sources[request->source_count++] = source;
    return error;
}

static int compare_records(const void *a, const void *b)
{
    const struct ses_record *const *left = a;
    const struct ses_record *const *right = b;

    return ses_record_compare(*left, *right);
}

static bool has_token(const struct ses_request *request, enum ses_record_kind kind,
                      struct ses_str token)
{
    for (size_t i = 0; i < request->record_count; i++) {
        if (request->records[i]->kind == kind && ses_str_eq(request->records[i]->token, token))
            return true;
    }
    return false;
}

/* Equal records are neighbours in `sorted`; the one that came first in the input is the original.
 */
static void mark_copies(struct ses_record **sorted, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (ses_record_compare(sorted[i - 1], sorted[i]) != 0)
            continue;
        sorted[i]->fate = SES_DUPLICATE;
        sorted[i]->copy_of = sorted[i - 1]->copy_of ? sorted[i - 1]->copy_of : sorted[i - 1];
    }
}

static void mark_alternatives(const struct ses_request *request)
{
    for (size_t i = 0; i < request->record_count; i++) {
        struct ses_record *record = request->records[i];

        if (record->kind == SES_RECORD_VERIFICATION_APEX && record->fate == SES_PUBLISH &&
            has_token(request, SES_RECORD_VERIFICATION, record->token))
            record->fate = SES_ALTERNATIVE;
    }
}

int ses_request_settle(struct ses_request *request, struct ses_arena *arena)
{
    size_t count = request->record_count;
    struct ses_record **sorted = ses_arena_array(arena, count, sizeof(struct ses_record *));

    if (!sorted)
        return SES_ENOMEM;
    for (size_t i = 0; i < count; i++) {
        sorted[i] = request->records[i];
        sorted[i]->fate = SES_PUBLISH;
    }
    /* glibc's and BSD's mergesort keep equal records in the order of the input; where qsort does
     * not, another copy is called the original, and nothing that is published changes. */
    qsort(sorted, count, sizeof(struct ses_record *), compare_records);
    mark_copies(sorted, count);
    mark_alternatives(request);
    request->published = sorted;
    request->published_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (sorted[i]->fate == SES_PUBLISH)
            request->published[request->published_count++] = sorted[i];
    }
    return 0;
}

/* Every value is preceded by its length, so that no value can pretend to be the next line. */
static void add_fact(struct ses_buf *buf, const char *name, struct ses_str value)
{
    ses_buf_add(buf, ses_str_of(name));
    ses_buf_add_byte(buf, ' ');
    ses_buf_add_number(buf, value.len);
    ses_buf_add_byte(buf, ' ');
    ses_buf_add(buf, value);
    ses_buf_add_byte(buf, '\n');
}

static void add_record(struct ses_buf *buf, const struct ses_record *record)
{
    ses_buf_add(buf, ses_str_of(ses_rrtype_name(record->type)));
    ses_buf_add_byte(buf, ' ');
    add_fact(buf, "owner", record->owner);
    if (record->has_preference)
        ses_buf_printf(buf, "preference %u\n", record->preference);
    /* A target that is no name is told from another by its text. */
    add_fact(buf, "value", record->target.len > 0 ? record->target : record->value);
}

static void add_lifetime(struct ses_buf *buf, const struct ses_lifetime *lifetime)
{
    static const char *const words[] = {
        [SES_LIFETIME_NONE] = "none",
        [SES_LIFETIME_POC] = "poc",
        [SES_LIFETIME_PRODUCTION] = "production",
    };
    char date[SES_DATE_TEXT] = "";

    if (lifetime->kind == SES_LIFETIME_POC)
        ses_date_format(lifetime->expires, date);
    ses_buf_add(buf, SES_STR("lifetime "));
    ses_buf_add(buf, ses_str_of(words[lifetime->kind]));
    ses_buf_add_byte(buf, ' ');
    ses_buf_add(buf, ses_str_of(date));
    ses_buf_add_byte(buf, '\n');
}

static int compare_nodes(const void *a, const void *b)
{
    const struct ses_node *left = a;
    const struct ses_node *right = b;
    int order = ses_str_compare(left->name, right->name);

    if (order == 0)
        order = left->address.version - right->address.version;
    return order != 0 ? order : strcmp(left->address.text, right->address.text);
}

int ses_request_seal(struct ses_request *request, struct ses_digester *digester)
{
    struct ses_buf canonical SES_CLEANUP(ses_buf_done);
    int error;

    if (request->node_count > 1)
        qsort(request->nodes, request->node_count, sizeof(struct ses_node), compare_nodes);

    ses_buf_init(&canonical, MAX_CANONICAL);
    /* The first line names the form: another form must give another digest. What was asked for
     * earlier is not in it: who has lost the ledger makes the same. */
    ses_buf_add(&canonical, SES_STR("sesdns request 1\noperation "));
    ses_buf_add(&canonical, ses_str_of(ses_operation_name(request->operation)));
    ses_buf_add_byte(&canonical, '\n');
    add_fact(&canonical, request->kind == SES_SUBJECT_HOST ? "host" : "domain", request->subject);
    add_fact(&canonical, "zone", request->zone);
    add_lifetime(&canonical, &request->lifetime);
    add_fact(&canonical, "contact", request->contact);
    add_fact(&canonical, "purpose", request->purpose);
    add_fact(&canonical, "account", request->account);
    add_fact(&canonical, "region", request->region);
    for (size_t i = 0; i < request->extra_count; i++) {
        add_fact(&canonical, "column", request->extra_names[i]);
        add_fact(&canonical, "cell", request->extra_values[i]);
    }
    for (size_t i = 0; i < request->published_count; i++)
        add_record(&canonical, request->published[i]);
    for (size_t i = 0; i < request->node_count; i++) {
        add_fact(&canonical, "node", request->nodes[i].name);
        add_fact(&canonical, "address", ses_str_of(request->nodes[i].address.text));
        add_fact(&canonical, "allocation", request->nodes[i].allocation);
    }
    error = ses_buf_status(&canonical);
    return error != 0 ? error
                      : ses_digester_take(digester, ses_buf_str(&canonical), request->digest);
}

bool ses_request_is_partial(const struct ses_request *request)
{
    for (size_t i = 0; i < request->source_count; i++) {
        if (request->sources[i]->refused_rows > 0)
            return true;
    }
    return false;
}

size_t ses_request_count(const struct ses_request *request, enum ses_record_kind kind)
{
    size_t count = 0;

    for (size_t i = 0; i < request->published_count; i++)
        count += request->published[i]->kind == kind;
    return count;
}

struct ses_request *ses_requests_add(struct ses_requests *requests, struct ses_arena *arena,
                                     enum ses_subject_kind kind)
{
    struct ses_request *request = ses_arena_alloc(arena, sizeof(*request));

    if (!request || ses_arena_grow(arena, &requests->items, requests->count, &requests->capacity,
                                   sizeof(*requests->items)) != 0)
        return NULL;
    ses_request_init(request, kind);
    requests->items[requests->count++] = request;
    return request;
}
