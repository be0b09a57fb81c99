/* SPDX-License-Identifier: MIT */
#include "render/request_json.h"

#include <jansson.h>

#include "base/error.h"
#include "model/name.h"
#include "model/record.h"

static void json_freep(json_t **json)
{
    json_decref(*json);
}

/* Words for programs: they stay when the English for people changes. */
static const char *const kind_words[SES_RECORD_KINDS] = {
    [SES_RECORD_DKIM] = "dkim",
    [SES_RECORD_DKIM_KEY] = "dkim-key",
    [SES_RECORD_VERIFICATION] = "verification",
    [SES_RECORD_VERIFICATION_APEX] = "verification-apex",
    [SES_RECORD_MAIL_FROM] = "mail-from",
    [SES_RECORD_SPF] = "spf",
    [SES_RECORD_DMARC] = "dmarc",
    [SES_RECORD_OTHER] = "other",
};

static const char *const fate_words[] = {
    [SES_PUBLISH] = NULL,
    [SES_DUPLICATE] = "duplicate",
    [SES_ALTERNATIVE] = "alternative",
};

/* `text` with U+FFFD in place of bytes that are not UTF-8; jansson refuses those. */
static json_t *repaired(struct ses_str text)
{
    struct ses_buf good SES_CLEANUP(ses_buf_done);

    ses_buf_init(&good, text.len * 3);
    while (text.len > 0) {
        size_t len = ses_str_utf8(text);

        ses_buf_add(&good, len > 0 ? ses_str_slice(text, 0, len) : SES_STR("\xEF\xBF\xBD"));
        text = ses_str_slice(text, len > 0 ? len : 1, text.len);
    }
    return ses_buf_status(&good) == 0 ? json_stringn_nocheck(good.ptr, good.len) : NULL;
}

static json_t *text_or_empty(struct ses_str text)
{
    return ses_str_is_utf8(text) ? json_stringn_nocheck(text.ptr ? text.ptr : "", text.len)
                                 : repaired(text);
}

static json_t *text_or_null(struct ses_str text)
{
    return text.len > 0 ? text_or_empty(text) : json_null();
}

static json_t *word_or_null(const char *word)
{
    return word ? json_string_nocheck(word) : json_null();
}

static json_t *number_or_null(size_t number, bool is_there)
{
    return is_there ? json_integer((json_int_t)number) : json_null();
}

/* One member of an object, its value made and handed over. */
struct pair {
    const char *key;
    json_t *value;
};

/* The object of `pairs`; NULL where it, or any of the values, could not be made. */
static json_t *object_of(const struct pair *pairs, size_t count)
{
    json_t *object = json_object();
    bool whole = object != NULL;

    for (size_t i = 0; i < count; i++)
        whole = json_object_set_new_nocheck(object, pairs[i].key, pairs[i].value) == 0 && whole;
    if (whole)
        return object;
    json_decref(object);
    return NULL;
}

#define OBJECT(pairs) object_of(pairs, sizeof(pairs) / sizeof((pairs)[0]))

static json_t *json_of_subject(const struct ses_request *request)
{
    struct ses_str unicode =
        request->subject_unicode.len > 0 ? request->subject_unicode : request->subject;
    const struct pair pairs[] = {
        {"kind", json_string(request->kind == SES_SUBJECT_HOST ? "host" : "domain")},
        {"name", text_or_empty(request->subject)},
        {"unicode", text_or_empty(unicode)},
        {"zone", text_or_null(request->zone)},
    };

    return OBJECT(pairs);
}

static json_t *json_of_date(struct ses_date date)
{
    char text[SES_DATE_TEXT];

    ses_date_format(date, text);
    return json_string(text);
}

static json_t *json_of_lifetime(const struct ses_lifetime *lifetime)
{
    bool poc = lifetime->kind == SES_LIFETIME_POC;
    const struct pair pairs[] = {
        {"kind", json_string(poc ? "poc" : "production")},
        {"expires", poc ? json_of_date(lifetime->expires) : json_null()},
    };

    return OBJECT(pairs);
}

/* Of what is removed nobody may know it any more. */
static json_t *lifetime_or_null(const struct ses_lifetime *lifetime)
{
    return lifetime->kind == SES_LIFETIME_NONE ? json_null() : json_of_lifetime(lifetime);
}

static json_t *json_of_place(const struct ses_place *place)
{
    const struct pair pairs[] = {
        {"file", text_or_null(ses_str_of(place->file))},
        {"line", number_or_null(place->line, place->line > 0)},
        {"column", number_or_null(ses_place_column(place), place->line > 0)},
    };

    return OBJECT(pairs);
}

static json_t *json_of_record(const struct ses_record *record, const struct ses_request *request)
{
    struct ses_str base = request->zone.len > 0 ? request->zone : request->subject;
    bool inside = ses_name_is_in(record->owner, base);
    struct ses_str label = inside ? ses_name_relative(record->owner, base) : (struct ses_str){0};
    const struct pair pairs[] = {
        {"type", json_string(ses_rrtype_name(record->type))},
        {"name", text_or_empty(record->owner)},
        {"label", text_or_null(label)},
        {"value", text_or_empty(record->value)},
        {"preference", number_or_null(record->preference, record->has_preference)},
        {"target", text_or_null(record->target)},
        {"kind", json_string(kind_words[record->kind])},
        {"publish", json_boolean(record->fate == SES_PUBLISH)},
        {"reason", word_or_null(fate_words[record->fate])},
        {"at", json_of_place(&record->row_at)},
    };

    return OBJECT(pairs);
}

static json_t *json_of_reverse(const struct ses_address *address)
{
    char text[SES_MAX_REVERSE_TEXT];

    ses_address_reverse(address, text);
    return json_string(text);
}

static json_t *json_of_node(const struct ses_node *node)
{
    const struct ses_address *address = &node->address;
    bool is_address = address->version != 0;
    const struct pair pairs[] = {
        {"name", text_or_empty(node->name.len > 0 ? node->name : node->name_text)},
        {"address", text_or_empty(is_address ? ses_str_of(address->text) : node->address_text)},
        {"version", number_or_null((size_t)address->version, is_address)},
        {"reverse", is_address ? json_of_reverse(address) : json_null()},
        {"allocation", text_or_null(node->allocation)},
    };

    return OBJECT(pairs);
}

static json_t *json_of_digest(const struct ses_source *source)
{
    char digest[SES_DIGEST_TEXT];

    return ses_source_digest(source, digest) == 0 ? json_sprintf("sha256:%s", digest) : NULL;
}

static json_t *json_of_source(const struct ses_source *source)
{
    const struct pair pairs[] = {
        {"file", text_or_empty(ses_str_of(source->path))},
        {"bytes", json_integer((json_int_t)source->bytes.len)},
        {"digest", json_of_digest(source)},
        {"refused_rows", json_integer((json_int_t)source->refused_rows)},
    };

    return OBJECT(pairs);
}

static json_t *json_of_records(const struct ses_request *request)
{
    json_t *list SES_CLEANUP(json_freep) = json_array();

    for (size_t i = 0; i < request->record_count; i++) {
        if (json_array_append_new(list, json_of_record(request->records[i], request)) != 0)
            return NULL;
    }
    return json_incref(list);
}

static json_t *json_of_nodes(const struct ses_request *request)
{
    json_t *list SES_CLEANUP(json_freep) = json_array();

    for (size_t i = 0; i < request->node_count; i++) {
        if (json_array_append_new(list, json_of_node(&request->nodes[i])) != 0)
            return NULL;
    }
    return json_incref(list);
}

static json_t *json_of_sources(const struct ses_request *request)
{
    json_t *list SES_CLEANUP(json_freep) = json_array();

    for (size_t i = 0; i < request->source_count; i++) {
        if (json_array_append_new(list, json_of_source(request->sources[i])) != 0)
            return NULL;
    }
    return json_incref(list);
}

static json_t *json_of_columns(const struct ses_request *request)
{
    json_t *object SES_CLEANUP(json_freep) = json_object();

    for (size_t i = 0; i < request->extra_count; i++) {
        if (json_object_set_new_nocheck(object, request->extra_names[i].ptr,
                                        text_or_empty(request->extra_values[i])) != 0)
            return NULL;
    }
    return json_incref(object);
}

/* The ticket that first asked, and what a removal leaves alone. */
static json_t *json_of_earlier(const struct ses_request *request)
{
    const struct ses_earlier *earlier = &request->earlier;
    const struct pair pairs[] = {
        {"number", text_or_null(earlier->number)},
        {"correlation_id", text_or_null(earlier->key)},
        {"lifetime", lifetime_or_null(&earlier->lifetime)},
    };

    return OBJECT(pairs);
}

static json_t *json_of_spared(const struct ses_request *request)
{
    static const char *const reasons[] = {
        [SES_SPARED_GONE] = "gone",
        [SES_SPARED_SHARED] = "shared",
        [SES_SPARED_COVERED] = "covered",
        [SES_SPARED_FOREIGN] = "foreign",
    };
    json_t *list SES_CLEANUP(json_freep) = json_array();

    for (size_t i = 0; i < request->spared_count; i++) {
        const struct ses_spared *spared = &request->spared[i];
        const struct pair pairs[] = {
            {"type", text_or_empty(spared->type)},
            {"name", text_or_empty(spared->owner)},
            {"value", text_or_empty(spared->value)},
            {"reason", json_string(reasons[spared->reason])},
            {"by", text_or_null(spared->by)},
        };

        if (json_array_append_new(list, OBJECT(pairs)) != 0)
            return NULL;
    }
    return json_incref(list);
}

/* Members that a request which adds does not have. */
static int add_continued(json_t *json, const struct ses_request *request)
{
    if (!json || request->operation == SES_ADD)
        return 0;
    if (json_object_set_new(json, "earlier", json_of_earlier(request)) != 0)
        return SES_ENOMEM;
    if (request->operation != SES_REMOVE)
        return 0;
    return json_object_set_new(json, "spared", json_of_spared(request)) == 0 ? 0 : SES_ENOMEM;
}

static json_t *json_of_request(const struct ses_request *request, const struct ses_site *site)
{
    const struct pair pairs[] = {
        {"format", json_string("sesdns request 1")},
        {"operation", json_string(ses_operation_name(request->operation))},
        {"subject", json_of_subject(request)},
        {"lifetime", lifetime_or_null(&request->lifetime)},
        {"contact", text_or_null(request->contact)},
        {"purpose", text_or_null(request->purpose)},
        {"account", text_or_null(request->account)},
        {"region", text_or_null(request->region)},
        {"columns", json_of_columns(request)},
        {"ttl", json_integer((json_int_t)ses_site_number(site, SES_DNS_TTL))},
        {"records", json_of_records(request)},
        {"nodes", json_of_nodes(request)},
        {"sources", json_of_sources(request)},
        {"digest", json_sprintf("sha256:%s", request->digest)},
    };

    return OBJECT(pairs);
}

/* jansson escapes control characters but DEL, which a terminal obeys too. */
static int add_dump(const char *bytes, size_t size, void *ctx)
{
    struct ses_buf *out = ctx;

    for (size_t i = 0; i < size;) {
        struct ses_str rest = {bytes + i, size - i};
        size_t plain = ses_str_find(rest, 0x7F);

        ses_buf_add(out, ses_str_slice(rest, 0, plain));
        if (plain < rest.len)
            ses_buf_add(out, SES_STR("\\u007f"));
        i += plain + 1;
    }
    return ses_buf_status(out);
}

int ses_request_to_json(const struct ses_request *request, const struct ses_site *site,
                        struct ses_buf *out)
{
    json_t *json SES_CLEANUP(json_freep) = json_of_request(request, site);
    int status;

    if (!json || add_continued(json, request) != 0)
        return SES_ENOMEM;
    status = json_dump_callback(json, add_dump, out, JSON_INDENT(2) | JSON_ENSURE_ASCII);
    ses_buf_add_byte(out, '\n');
    if (ses_buf_status(out) != 0)
        return ses_buf_status(out);
    /* What is left to go wrong in jansson is memory. */
    return status == 0 ? 0 : SES_ENOMEM;
}
