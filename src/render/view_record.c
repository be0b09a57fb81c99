/* SPDX-License-Identifier: MIT */
#include "model/name.h"
#include "render/view_part.h"

/* The members of the root that say whether some published record is of a kind; has_verification
 * stands for two kinds. */
static const struct {
    enum ses_record_kind kind;
    const char *member;
} kinds[] = {
    {SES_RECORD_DKIM, "has_dkim"},           {SES_RECORD_DKIM_KEY, "has_dkim_key"},
    {SES_RECORD_MAIL_FROM, "has_mail_from"}, {SES_RECORD_SPF, "has_spf"},
    {SES_RECORD_DMARC, "has_dmarc"},         {SES_RECORD_OTHER, "has_other"},
};

static const char *const types[SES_RRTYPES] = {
    [SES_CNAME] = "has_cname",
    [SES_TXT] = "has_txt",
    [SES_MX] = "has_mx",
};

static void set_label(struct ses_data *data, struct ses_object *object, struct ses_str owner,
                      const struct ses_view_facts *facts)
{
    bool inside = ses_name_is_in(owner, facts->relative_to);
    struct ses_str label =
        inside ? ses_name_relative(owner, facts->relative_to) : (struct ses_str){0};

    ses_object_set_text(data, object, "label", label);
    ses_object_set_flag(data, object, "is_apex", ses_str_eq(label, SES_STR("@")));
}

static bool is_valid(const struct ses_record *record)
{
    if (record->type == SES_TXT)
        return true;
    return record->target.len > 0 && (record->type != SES_MX || record->has_preference);
}

/* What to type in. A record that is not valid keeps the value it was given. */
static void set_value(struct ses_data *data, struct ses_object *object,
                      const struct ses_record *record)
{
    bool valid = is_valid(record);

    ses_object_set_flag(data, object, "is_valid", valid);
    ses_view_set_name(data, object, "target", "target_absolute", record->target);
    if (record->has_preference)
        ses_object_set_number(data, object, "preference", record->preference);
    else
        ses_object_set_flag(data, object, "preference", false);
    if (!valid || record->type == SES_TXT)
        ses_object_set_text(data, object, "value", record->value);
    else if (record->type == SES_MX)
        ses_object_set_printf(data, object, "value", "%u %.*s.", record->preference,
                              SES_STR_ARG(record->target));
    else
        ses_object_set_joined(data, object, "value", record->target, SES_STR("."));
}

/* RFC 1035 section 3.3.14: the text of a TXT is one or more strings; RFC 7208 section 3.3 and RFC
 * 6376 section 3.6.2.2 have readers join them without anything between. */
static void set_strings(struct ses_data *data, struct ses_object *object,
                        const struct ses_record *record)
{
    struct ses_list *strings = ses_data_list(data);
    struct ses_str rest = record->type == SES_TXT ? record->value : (struct ses_str){0};

    ses_object_set_number(data, object, "length", rest.len);
    ses_object_set_flag(data, object, "is_long", rest.len > SES_MAX_TXT_STRING);
    do {
        ses_list_add_text(data, strings, ses_str_slice(rest, 0, SES_MAX_TXT_STRING));
        rest = ses_str_slice(rest, SES_MAX_TXT_STRING, rest.len);
    } while (rest.len > 0);
    ses_object_set_list(data, object, "strings", strings);
    ses_object_set_number(data, object, "string_count", ses_list_count(strings));
}

static void set_flags(struct ses_data *data, struct ses_object *object,
                      const struct ses_record *record)
{
    enum ses_record_kind kind = record->kind;

    ses_object_set_flag(data, object, "is_cname", record->type == SES_CNAME);
    ses_object_set_flag(data, object, "is_txt", record->type == SES_TXT);
    ses_object_set_flag(data, object, "is_mx", record->type == SES_MX);
    ses_object_set_flag(data, object, "is_dkim",
                        kind == SES_RECORD_DKIM || kind == SES_RECORD_DKIM_KEY);
    ses_object_set_flag(data, object, "is_verification",
                        kind == SES_RECORD_VERIFICATION || kind == SES_RECORD_VERIFICATION_APEX);
    ses_object_set_flag(data, object, "is_spf", kind == SES_RECORD_SPF);
    ses_object_set_flag(data, object, "is_dmarc", kind == SES_RECORD_DMARC);
    ses_object_set_flag(data, object, "is_duplicate", record->fate == SES_DUPLICATE);
    ses_object_set_flag(data, object, "is_alternative", record->fate == SES_ALTERNATIVE);
}

static void set_place(struct ses_data *data, struct ses_object *object,
                      const struct ses_place *place)
{
    ses_object_set_text(data, object, "file", ses_str_of(place->file));
    if (place->line > 0) {
        ses_object_set_number(data, object, "line", place->line);
        ses_object_set_number(data, object, "column", ses_place_column(place));
        return;
    }
    ses_object_set_flag(data, object, "line", false);
    ses_object_set_flag(data, object, "column", false);
}

/* A record in a list. */
struct entry {
    const struct ses_record *record;
    size_t number;
    const struct ses_view_facts *facts;
};

static void make_record(struct ses_data *data, struct ses_object *object, const void *context)
{
    const struct entry *entry = context;
    const struct ses_record *record = entry->record;

    ses_object_set_number(data, object, "number", entry->number);
    ses_object_set_text(data, object, "type", ses_str_of(ses_rrtype_name(record->type)));
    ses_object_set_text(data, object, "kind", ses_str_of(ses_record_kind_name(record->kind)));
    ses_view_set_name(data, object, "owner", "owner_absolute", record->owner);
    set_label(data, object, record->owner, entry->facts);
    set_value(data, object, record);
    set_strings(data, object, record);
    set_flags(data, object, record);
    set_place(data, object, &record->row_at);
}

struct ses_object *ses_view_record(struct ses_data *data, const struct ses_record *record,
                                   size_t number, const struct ses_view_facts *facts)
{
    struct ses_object *object = ses_data_object(data);
    struct entry *entry = ses_data_alloc(data, sizeof(*entry));

    if (!entry)
        return NULL;
    *entry = (struct entry){record, number, facts};
    ses_object_add_part(data, object, make_record, entry);
    return object;
}

void ses_view_make_list(struct ses_data *data, struct ses_object *root, const void *context)
{
    const struct ses_view_facts *facts = context;
    const struct ses_request *request = facts->request;
    struct ses_list *records = ses_data_list(data);
    struct ses_list *left_out = ses_data_list(data);
    bool listed = !facts->options->unlisted;

    for (size_t i = 0; i < request->published_count && listed; i++)
        ses_list_add_object(data, records,
                            ses_view_record(data, request->published[i], i + 1, facts));
    for (size_t i = 0; i < request->record_count && listed; i++) {
        if (request->records[i]->fate != SES_PUBLISH)
            ses_list_add_object(
                data, left_out,
                ses_view_record(data, request->records[i], ses_list_count(left_out) + 1, facts));
    }
    ses_object_set_list(data, root, "records", records);
    ses_object_set_list(data, root, "left_out", left_out);
    ses_view_set_count(data, root, "record_count", "record_words", request->published_count,
                       "DNS record");
    ses_object_set_flag(data, root, "has_records", request->published_count > 0);
    ses_object_set_flag(data, root, "has_left_out", ses_list_count(left_out) > 0);
}

static void add_kinds(struct ses_data *data, struct ses_object *root,
                      const struct ses_request *request)
{
    bool dkim = ses_request_count(request, SES_RECORD_DKIM) > 0;
    bool verification = ses_request_count(request, SES_RECORD_VERIFICATION) > 0 ||
                        ses_request_count(request, SES_RECORD_VERIFICATION_APEX) > 0;

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        ses_object_set_flag(data, root, kinds[i].member,
                            ses_request_count(request, kinds[i].kind) > 0);
    ses_object_set_flag(data, root, "has_verification", verification);
    ses_object_set_flag(data, root, "has_verification_and_dkim", verification && dkim);
    ses_object_set_flag(data, root, "has_only_other",
                        request->published_count > 0 && !verification && !dkim);
    ses_object_set_flag(data, root, "has_policy",
                        ses_request_count(request, SES_RECORD_SPF) > 0 ||
                            ses_request_count(request, SES_RECORD_DMARC) > 0);
}

static void add_shapes(struct ses_data *data, struct ses_object *root,
                       const struct ses_request *request)
{
    bool has[SES_RRTYPES] = {false}, underscore = false, is_long = false, own_spf = false;

    for (size_t i = 0; i < request->published_count; i++) {
        const struct ses_record *record = request->published[i];

        has[record->type] = true;
        underscore = underscore || ses_str_contains(record->owner, SES_STR("_"));
        own_spf = own_spf ||
                  (record->kind == SES_RECORD_SPF && ses_str_eq(record->owner, request->subject));
        is_long = is_long || (record->type == SES_TXT && record->value.len > SES_MAX_TXT_STRING);
    }
    for (int type = 0; type < SES_RRTYPES; type++)
        ses_object_set_flag(data, root, types[type], has[type]);
    ses_object_set_flag(data, root, "has_own_spf", own_spf);
    ses_object_set_flag(data, root, "has_underscore", underscore);
    ses_object_set_flag(data, root, "has_long_txt", is_long);
}

void ses_view_make_traits(struct ses_data *data, struct ses_object *root, const void *context)
{
    const struct ses_view_facts *facts = context;

    add_kinds(data, root, facts->request);
    add_shapes(data, root, facts->request);
}
