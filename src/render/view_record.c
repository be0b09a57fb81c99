/* SPDX-License-Identifier: MIT */
#include "model/name.h"
#include "render/view_part.h"

/* A record in a list. */
struct entry {
    const struct ses_record *record;
    size_t number;
    const struct ses_view *view;
};

static const struct entry *entry_of(const struct ses_look *look)
{
    return look->node;
}

static const struct ses_record *record_of(const struct ses_look *look)
{
    return entry_of(look)->record;
}

static struct ses_value get_number(const struct ses_look *look)
{
    return ses_value_number(look->data, entry_of(look)->number);
}

static struct ses_value get_type(const struct ses_look *look)
{
    return ses_value_text(ses_str_of(ses_rrtype_name(record_of(look)->type)));
}

static struct ses_value get_kind(const struct ses_look *look)
{
    return ses_value_text(ses_str_of(ses_record_kind_name(record_of(look)->kind)));
}

static struct ses_value get_owner(const struct ses_look *look)
{
    return ses_value_text(record_of(look)->owner);
}

static struct ses_value get_owner_absolute(const struct ses_look *look)
{
    return ses_view_absolute(look->data, record_of(look)->owner);
}

static struct ses_str label_of(const struct ses_look *look)
{
    struct ses_str owner = record_of(look)->owner;
    struct ses_str zone = entry_of(look)->view->relative_to;

    return ses_name_is_in(owner, zone) ? ses_name_relative(owner, zone) : (struct ses_str){0};
}

static struct ses_value get_label(const struct ses_look *look)
{
    return ses_value_text(label_of(look));
}

static struct ses_value get_is_apex(const struct ses_look *look)
{
    return ses_value_flag(ses_str_eq(label_of(look), SES_STR("@")));
}

static bool is_valid(const struct ses_record *record)
{
    if (record->type == SES_TXT)
        return true;
    return record->target.len > 0 && (record->type != SES_MX || record->has_preference);
}

static struct ses_value get_is_valid(const struct ses_look *look)
{
    return ses_value_flag(is_valid(record_of(look)));
}

static struct ses_value get_target(const struct ses_look *look)
{
    return ses_value_text(record_of(look)->target);
}

static struct ses_value get_target_absolute(const struct ses_look *look)
{
    return ses_view_absolute(look->data, record_of(look)->target);
}

static struct ses_value get_preference(const struct ses_look *look)
{
    const struct ses_record *record = record_of(look);

    return record->has_preference ? ses_value_number(look->data, record->preference)
                                  : ses_value_flag(false);
}

/* What to type in. A record that is not valid keeps the value it was given. */
static struct ses_value get_value(const struct ses_look *look)
{
    const struct ses_record *record = record_of(look);

    if (record->type == SES_TXT || !is_valid(record))
        return ses_value_text(record->value);
    if (record->type == SES_MX)
        return ses_value_printf(look->data, "%u %.*s.", record->preference,
                                SES_STR_ARG(record->target));
    return ses_view_absolute(look->data, record->target);
}

static struct ses_str text_of(const struct ses_look *look)
{
    const struct ses_record *record = record_of(look);

    return record->type == SES_TXT ? record->value : (struct ses_str){0};
}

static struct ses_value get_length(const struct ses_look *look)
{
    return ses_value_number(look->data, text_of(look).len);
}

static struct ses_value get_is_long(const struct ses_look *look)
{
    return ses_value_flag(text_of(look).len > SES_MAX_TXT_STRING);
}

/* RFC 1035 section 3.3.14: the text of a TXT is one or more strings; RFC 7208 section 3.3 and RFC
 * 6376 section 3.6.2.2 have readers join them without anything between. */
static struct ses_value get_strings(const struct ses_look *look)
{
    struct ses_list *strings = ses_data_list(look->data);
    struct ses_str rest = text_of(look);

    do {
        ses_list_add_text(look->data, strings, ses_str_slice(rest, 0, SES_MAX_TXT_STRING));
        rest = ses_str_slice(rest, SES_MAX_TXT_STRING, rest.len);
    } while (rest.len > 0);
    return ses_value_list(strings);
}

static struct ses_value get_string_count(const struct ses_look *look)
{
    size_t len = text_of(look).len;

    return ses_value_number(look->data,
                            len == 0 ? 1 : (len + SES_MAX_TXT_STRING - 1) / SES_MAX_TXT_STRING);
}

static struct ses_value get_is_type(const struct ses_look *look)
{
    return ses_value_flag(record_of(look)->type == (enum ses_rrtype)look->which);
}

/* The set of kinds that a member asks for. */
#define KIND(kind) ((size_t)1 << (kind))
#define DKIM (KIND(SES_RECORD_DKIM) | KIND(SES_RECORD_DKIM_KEY))
#define VERIFICATION (KIND(SES_RECORD_VERIFICATION) | KIND(SES_RECORD_VERIFICATION_APEX))
#define POLICY (KIND(SES_RECORD_SPF) | KIND(SES_RECORD_DMARC))

static struct ses_value get_is_of(const struct ses_look *look)
{
    return ses_value_flag((KIND(record_of(look)->kind) & look->which) != 0);
}

static struct ses_value get_is_fate(const struct ses_look *look)
{
    return ses_value_flag(record_of(look)->fate == (enum ses_record_fate)look->which);
}

static struct ses_value get_file(const struct ses_look *look)
{
    return ses_value_text(ses_str_of(record_of(look)->row_at.file));
}

static struct ses_value get_line(const struct ses_look *look)
{
    size_t line = record_of(look)->row_at.line;

    return line > 0 ? ses_value_number(look->data, line) : ses_value_flag(false);
}

static struct ses_value get_column(const struct ses_look *look)
{
    const struct ses_place *place = &record_of(look)->row_at;

    return place->line > 0 ? ses_value_number(look->data, ses_place_column(place))
                           : ses_value_flag(false);
}

static const struct ses_member record_rows[] = {
    {"number", get_number, 0},
    {"type", get_type, 0},
    {"kind", get_kind, 0},
    {"owner", get_owner, 0},
    {"owner_absolute", get_owner_absolute, 0},
    {"label", get_label, 0},
    {"is_apex", get_is_apex, 0},
    {"value", get_value, 0},
    {"target", get_target, 0},
    {"target_absolute", get_target_absolute, 0},
    {"preference", get_preference, 0},
    {"is_valid", get_is_valid, 0},
    {"length", get_length, 0},
    {"is_long", get_is_long, 0},
    {"strings", get_strings, 0},
    {"string_count", get_string_count, 0},
    {"is_cname", get_is_type, SES_CNAME},
    {"is_txt", get_is_type, SES_TXT},
    {"is_mx", get_is_type, SES_MX},
    {"is_dkim", get_is_of, DKIM},
    {"is_verification", get_is_of, VERIFICATION},
    {"is_spf", get_is_of, KIND(SES_RECORD_SPF)},
    {"is_dmarc", get_is_of, KIND(SES_RECORD_DMARC)},
    {"is_duplicate", get_is_fate, SES_DUPLICATE},
    {"is_alternative", get_is_fate, SES_ALTERNATIVE},
    {"file", get_file, 0},
    {"line", get_line, 0},
    {"column", get_column, 0},
};

const struct ses_members ses_record_members = {
    .rows = record_rows, .count = sizeof(record_rows) / sizeof(record_rows[0])};

void ses_view_add_record(struct ses_view *view, struct ses_list *list,
                         const struct ses_record *record, size_t number)
{
    struct entry *entry = ses_data_alloc(&view->data, sizeof(*entry));

    if (!entry)
        return;
    *entry = (struct entry){record, number, view};
    ses_list_add_object(&view->data, list, SES_OBJECT_RECORD, entry);
}

void ses_view_add_records(struct ses_view *view, struct ses_list *list)
{
    const struct ses_request *request = view->request;

    for (size_t i = 0; i < request->published_count && !view->options.unlisted; i++)
        ses_view_add_record(view, list, request->published[i], i + 1);
}

void ses_view_add_left_out(struct ses_view *view, struct ses_list *list)
{
    const struct ses_request *request = view->request;

    for (size_t i = 0; i < request->record_count && !view->options.unlisted; i++) {
        if (request->records[i]->fate != SES_PUBLISH)
            ses_view_add_record(view, list, request->records[i], ses_list_count(list) + 1);
    }
}

static struct ses_value get_record_count(const struct ses_look *look)
{
    return ses_value_number(look->data, ses_view_of(look)->request->published_count);
}

static struct ses_value get_record_words(const struct ses_look *look)
{
    return ses_value_count(look->data, ses_view_of(look)->request->published_count, "DNS record");
}

static struct ses_value get_has_records(const struct ses_look *look)
{
    return ses_value_flag(ses_view_of(look)->request->published_count > 0);
}

static struct ses_value get_has_left_out(const struct ses_look *look)
{
    return ses_value_flag(ses_list_count(ses_view_list(ses_view_of(look), SES_VIEW_LEFT_OUT)) > 0);
}

/* True where some published record is of one of `kinds`. */
static bool has_any(const struct ses_request *request, size_t kinds)
{
    for (size_t i = 0; i < request->published_count; i++) {
        if ((KIND(request->published[i]->kind) & kinds) != 0)
            return true;
    }
    return false;
}

static struct ses_value get_has_any(const struct ses_look *look)
{
    return ses_value_flag(has_any(ses_view_of(look)->request, look->which));
}

static struct ses_value get_has_verification_and_dkim(const struct ses_look *look)
{
    const struct ses_request *request = ses_view_of(look)->request;

    return ses_value_flag(has_any(request, VERIFICATION) &&
                          has_any(request, KIND(SES_RECORD_DKIM)));
}

static struct ses_value get_has_only_other(const struct ses_look *look)
{
    const struct ses_request *request = ses_view_of(look)->request;

    return ses_value_flag(request->published_count > 0 &&
                          !has_any(request, VERIFICATION | KIND(SES_RECORD_DKIM)));
}

static struct ses_value get_has_type(const struct ses_look *look)
{
    const struct ses_request *request = ses_view_of(look)->request;
    bool has = false;

    for (size_t i = 0; i < request->published_count && !has; i++)
        has = request->published[i]->type == (enum ses_rrtype)look->which;
    return ses_value_flag(has);
}

static struct ses_value get_has_own_spf(const struct ses_look *look)
{
    const struct ses_request *request = ses_view_of(look)->request;
    bool has = false;

    for (size_t i = 0; i < request->published_count && !has; i++)
        has = request->published[i]->kind == SES_RECORD_SPF &&
              ses_str_eq(request->published[i]->owner, request->subject);
    return ses_value_flag(has);
}

static struct ses_value get_has_underscore(const struct ses_look *look)
{
    const struct ses_request *request = ses_view_of(look)->request;
    bool has = false;

    for (size_t i = 0; i < request->published_count && !has; i++)
        has = ses_str_contains(request->published[i]->owner, SES_STR("_"));
    return ses_value_flag(has);
}

static struct ses_value get_has_long_txt(const struct ses_look *look)
{
    const struct ses_request *request = ses_view_of(look)->request;
    bool has = false;

    for (size_t i = 0; i < request->published_count && !has; i++)
        has = request->published[i]->type == SES_TXT &&
              request->published[i]->value.len > SES_MAX_TXT_STRING;
    return ses_value_flag(has);
}

static const struct ses_member rows[] = {
    {"records", ses_view_get_list, SES_VIEW_RECORDS},
    {"left_out", ses_view_get_list, SES_VIEW_LEFT_OUT},
    {"record_count", get_record_count, 0},
    {"record_words", get_record_words, 0},
    {"has_records", get_has_records, 0},
    {"has_left_out", get_has_left_out, 0},
    {"has_dkim", get_has_any, KIND(SES_RECORD_DKIM)},
    {"has_dkim_key", get_has_any, KIND(SES_RECORD_DKIM_KEY)},
    {"has_verification", get_has_any, VERIFICATION},
    {"has_mail_from", get_has_any, KIND(SES_RECORD_MAIL_FROM)},
    {"has_spf", get_has_any, KIND(SES_RECORD_SPF)},
    {"has_dmarc", get_has_any, KIND(SES_RECORD_DMARC)},
    {"has_other", get_has_any, KIND(SES_RECORD_OTHER)},
    {"has_policy", get_has_any, POLICY},
    {"has_verification_and_dkim", get_has_verification_and_dkim, 0},
    {"has_only_other", get_has_only_other, 0},
    {"has_cname", get_has_type, SES_CNAME},
    {"has_txt", get_has_type, SES_TXT},
    {"has_mx", get_has_type, SES_MX},
    {"has_own_spf", get_has_own_spf, 0},
    {"has_underscore", get_has_underscore, 0},
    {"has_long_txt", get_has_long_txt, 0},
};

const struct ses_members ses_view_record_members = {
    .rows = rows, .count = sizeof(rows) / sizeof(rows[0]), .next = &ses_view_node_members};
