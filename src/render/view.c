/* SPDX-License-Identifier: MIT */
#include "render/view.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "render/escape.h"
#include "render/view_part.h"

/* Characters that free text may take, escaped, where there is little room and where there is least:
 * enough for who and why, and together with all else far below the ceiling of a ticket. */
#define MAX_BRIEF_TEXT 600
#define MAX_TIGHT_WORD 60

/* A name longer than this is cut in its middle for a summary. */
#define MAX_SHORT_NAME 100

/* How much of a digest tells requests apart in a key: 128 bits. */
#define KEY_DIGITS 32

struct ses_view *ses_view_of(const struct ses_look *look)
{
    /* The view was ours to write before it became const to templates. */
    return (struct ses_view *)look->node;
}

const struct ses_value *ses_view_root(const struct ses_view *view)
{
    return &view->value;
}

struct ses_value ses_view_absolute(struct ses_data *data, struct ses_str text)
{
    return text.len > 0 ? ses_value_joined(data, text, SES_STR(".")) : ses_value_text(text);
}

struct ses_value ses_view_word(struct ses_str text)
{
    bool is_word = text.len > 0 && text.ptr[0] != '-';

    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        is_word &=
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    }
    return ses_value_text(is_word ? text : (struct ses_str){0});
}

static struct ses_value get_subject(const struct ses_look *look)
{
    return ses_value_text(ses_view_of(look)->request->subject);
}

static struct ses_value get_subject_absolute(const struct ses_look *look)
{
    return ses_view_absolute(look->data, ses_view_of(look)->request->subject);
}

static struct ses_value get_subject_unicode(const struct ses_look *look)
{
    const struct ses_request *request = ses_view_of(look)->request;

    return ses_value_text(request->subject_unicode.len > 0 ? request->subject_unicode
                                                           : request->subject);
}

static struct ses_value get_is_idn(const struct ses_look *look)
{
    const struct ses_request *request = ses_view_of(look)->request;

    return ses_value_flag(request->subject_unicode.len > 0 &&
                          !ses_str_eq(request->subject_unicode, request->subject));
}

static struct ses_value get_subject_short(const struct ses_look *look)
{
    struct ses_str name = ses_view_of(look)->request->subject;

    if (name.len <= MAX_SHORT_NAME)
        return ses_value_text(name);
    return ses_value_printf(look->data, "%.*s...%.*s", MAX_SHORT_NAME / 2, name.ptr,
                            MAX_SHORT_NAME / 2, name.ptr + name.len - MAX_SHORT_NAME / 2);
}

static struct ses_value get_is_kind(const struct ses_look *look)
{
    return ses_value_flag(ses_view_of(look)->request->kind == (enum ses_subject_kind)look->which);
}

static struct ses_value get_zone(const struct ses_look *look)
{
    return ses_value_text(ses_view_of(look)->request->zone);
}

static struct ses_value get_relative_to(const struct ses_look *look)
{
    return ses_value_text(ses_view_of(look)->relative_to);
}

static struct ses_value get_digest(const struct ses_look *look)
{
    return ses_value_joined(look->data, SES_STR("sha256:"),
                            ses_str_of(ses_view_of(look)->request->digest));
}

static struct ses_value get_key(const struct ses_look *look)
{
    struct ses_str digest = ses_str_of(ses_view_of(look)->request->digest);

    return ses_value_joined(look->data, SES_STR("sesdns-"), ses_str_slice(digest, 0, KEY_DIGITS));
}

/* strftime would follow the locale, and a month is no name of another language in NetDB. */
static void add_conversion(char *text, size_t size, char conversion, struct ses_date date)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    const char *month = months[(date.month + 11) % 12];
    struct ses_date new_year = {.year = date.year, .month = 1, .day = 1};
    long day_of_year = (long)(ses_date_to_days(date) - ses_date_to_days(new_year)) + 1;

    switch (conversion) {
    case 'Y':
        snprintf(text, size, "%d", date.year);
        return;
    case 'y':
        snprintf(text, size, "%02d", date.year % 100);
        return;
    case 'm':
        snprintf(text, size, "%02d", date.month);
        return;
    case 'd':
        snprintf(text, size, "%02d", date.day);
        return;
    case 'e':
        snprintf(text, size, "%2d", date.day);
        return;
    case 'j':
        snprintf(text, size, "%03ld", day_of_year);
        return;
    default:
        snprintf(text, size, "%.*s", conversion == 'b' ? 3 : 9, month);
    }
}

/* `format` has only the conversions that model/site.h lets through. */
static struct ses_value value_of_date(struct ses_data *data, struct ses_str format,
                                      struct ses_date date)
{
    char text[1024] = "";
    size_t len = 0;

    for (size_t i = 0; i < format.len && len + 16 < sizeof(text); i++) {
        if (format.ptr[i] == '%' && i + 1 < format.len)
            add_conversion(text + len, sizeof(text) - len, format.ptr[++i], date);
        else
            snprintf(text + len, sizeof(text) - len, "%c", format.ptr[i]);
        len += strlen(text + len);
    }
    return ses_value_joined(data, (struct ses_str){text, len}, (struct ses_str){0});
}

static struct ses_value get_is_lifetime(const struct ses_look *look)
{
    return ses_value_flag(ses_view_of(look)->request->lifetime.kind ==
                          (enum ses_lifetime_kind)look->which);
}

static bool is_poc(const struct ses_view *view)
{
    return view->request->lifetime.kind == SES_LIFETIME_POC;
}

static struct ses_value get_lifetime_kind(const struct ses_look *look)
{
    static const char *const words[] = {
        [SES_LIFETIME_NONE] = "",
        [SES_LIFETIME_POC] = "poc",
        [SES_LIFETIME_PRODUCTION] = "production",
    };

    return ses_value_text(ses_str_of(words[ses_view_of(look)->request->lifetime.kind]));
}

static struct ses_value get_expires(const struct ses_look *look)
{
    const struct ses_view *view = ses_view_of(look);
    char date[SES_DATE_TEXT];

    if (!is_poc(view))
        return ses_value_text((struct ses_str){0});
    ses_date_format(view->request->lifetime.expires, date);
    return ses_value_joined(look->data, ses_str_of(date), (struct ses_str){0});
}

static struct ses_value get_expires_netdb(const struct ses_look *look)
{
    const struct ses_view *view = ses_view_of(look);

    if (!is_poc(view))
        return ses_value_text((struct ses_str){0});
    return value_of_date(look->data, ses_site_text(view->options.site, SES_NETDB_DATE_FORMAT),
                         view->request->lifetime.expires);
}

/* How many bytes of `text` come to at most `max` when they are escaped, in whole characters. */
static size_t fitting(struct ses_str text, size_t max, int *status)
{
    struct ses_buf escaped SES_CLEANUP(ses_buf_done);
    size_t at = 0;

    ses_buf_init(&escaped, max);
    while (at < text.len && ses_buf_status(&escaped) == 0) {
        struct ses_str rest = ses_str_slice(text, at, text.len);
        size_t len = ses_str_utf8(rest);

        ses_escape_text(&escaped, ses_str_slice(rest, 0, len > 0 ? len : 1));
        if (ses_buf_status(&escaped) == 0)
            at += len > 0 ? len : 1;
    }
    if (ses_buf_status(&escaped) == SES_ENOMEM)
        *status = SES_ENOMEM;
    return at;
}

struct ses_value ses_view_free_text(struct ses_data *data, struct ses_str text, size_t max_tight,
                                    enum ses_view_size size)
{
    size_t max = size == SES_VIEW_TIGHT ? max_tight : MAX_BRIEF_TEXT;
    size_t len = size == SES_VIEW_FULL ? text.len : fitting(text, max, &data->status);

    if (len < text.len)
        return ses_value_printf(data, "%.*s... (shortened)", (int)len, text.ptr);
    return ses_value_text(text);
}

static struct ses_value free_text(const struct ses_look *look, struct ses_str text,
                                  size_t max_tight)
{
    return ses_view_free_text(look->data, text, max_tight, ses_view_of(look)->options.size);
}

static struct ses_value get_contact(const struct ses_look *look)
{
    return free_text(look, ses_view_of(look)->request->contact, look->which);
}

static struct ses_value get_purpose(const struct ses_look *look)
{
    return free_text(look, ses_view_of(look)->request->purpose, look->which);
}

static struct ses_value get_account(const struct ses_look *look)
{
    return free_text(look, ses_view_of(look)->request->account, look->which);
}

static struct ses_value get_region(const struct ses_look *look)
{
    return free_text(look, ses_view_of(look)->request->region, look->which);
}

static struct ses_value get_region_word(const struct ses_look *look)
{
    return ses_view_word(ses_view_of(look)->request->region);
}

static struct ses_value get_is_govcloud(const struct ses_look *look)
{
    return ses_value_flag(ses_str_starts(ses_view_of(look)->request->region, SES_STR("us-gov-")));
}

/* True where there is as little room as `size` says, or less. */
static struct ses_value get_is_size(const struct ses_look *look)
{
    return ses_value_flag(ses_view_of(look)->options.size >= (enum ses_view_size)look->which);
}

/* What follows the last slash; a stream has no name of its own. */
static struct ses_str file_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return strcmp(path, "-") == 0 ? SES_STR("(standard input)")
                                  : ses_str_of(slash ? slash + 1 : path);
}

int ses_attachment_make(const char *path, struct ses_str bytes, struct ses_attachment *ret_made)
{
    *ret_made = (struct ses_attachment){.path = path, .size = bytes.len};
    return ses_digest_of(bytes, ret_made->sha256);
}

static void add_attachment(struct ses_view *view, struct ses_list *list,
                           const struct ses_attachment *attachment)
{
    ses_list_add_object(&view->data, list, SES_OBJECT_ATTACHMENT, attachment);
}

static void add_source(struct ses_view *view, struct ses_list *list,
                       const struct ses_source *source)
{
    struct ses_attachment *attachment = ses_data_alloc(&view->data, sizeof(*attachment));

    if (!attachment)
        return;
    *attachment =
        (struct ses_attachment){.path = source->path, .size = source->bytes.len, .is_export = true};
    view->data.status = ses_source_digest(source, attachment->sha256);
    add_attachment(view, list, attachment);
}

static void add_attachments(struct ses_view *view, struct ses_list *list)
{
    for (size_t i = 0; i < view->options.attachment_count; i++)
        add_attachment(view, list, &view->options.attachments[i]);
    for (size_t i = 0; i < view->request->source_count; i++)
        add_source(view, list, view->request->sources[i]);
}

static size_t count_attachments(const struct ses_look *look)
{
    const struct ses_view *view = ses_view_of(look);

    return view->options.attachment_count + view->request->source_count;
}

static struct ses_value get_attachment_count(const struct ses_look *look)
{
    return ses_value_number(look->data, count_attachments(look));
}

static struct ses_value get_has_attachments(const struct ses_look *look)
{
    return ses_value_flag(count_attachments(look) > 0);
}

static struct ses_value get_file_name(const struct ses_look *look)
{
    return ses_value_text(file_name(((const struct ses_attachment *)look->node)->path));
}

static struct ses_value get_bytes(const struct ses_look *look)
{
    return ses_value_number(look->data, ((const struct ses_attachment *)look->node)->size);
}

static struct ses_value get_sha256(const struct ses_look *look)
{
    return ses_value_text(ses_str_of(((const struct ses_attachment *)look->node)->sha256));
}

static struct ses_value get_is_export(const struct ses_look *look)
{
    return ses_value_flag(((const struct ses_attachment *)look->node)->is_export ==
                          (look->which != 0));
}

static const struct ses_member attachment_rows[] = {
    {"name", get_file_name, 0},
    {"bytes", get_bytes, 0},
    {"sha256", get_sha256, 0},
    {"is_export", get_is_export, true},
    {"is_document", get_is_export, false},
};

const struct ses_members ses_attachment_members = {
    .rows = attachment_rows, .count = sizeof(attachment_rows) / sizeof(attachment_rows[0])};

/* Where to break `text`: behind its last blank that leaves a line of at most `max` characters, or,
 * in a word that is longer, behind that word. */
static size_t line_length(struct ses_str text, size_t max)
{
    size_t characters = 0, last_blank = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == ' ' && (characters <= max || last_blank == 0))
            last_blank = i;
        characters += (text.ptr[i] & 0xC0) != 0x80;
        if (characters > max && last_blank > 0)
            return last_blank;
    }
    return text.len;
}

static void add_lines(struct ses_view *view, struct ses_list *list, struct ses_str text)
{
    struct ses_str rest = ses_str_trim(text);

    while (rest.len > 0) {
        size_t len = line_length(rest, SES_MAX_LINE_CHARACTERS);

        ses_list_add_text(&view->data, list, ses_str_slice(rest, 0, len));
        rest = ses_str_trim(ses_str_slice(rest, len, rest.len));
    }
}

static void add_opening_lines(struct ses_view *view, struct ses_list *list)
{
    add_lines(view, list, view->opening);
}

static void add_closing_lines(struct ses_view *view, struct ses_list *list)
{
    add_lines(view, list, view->closing);
}

static void (*const list_makers[SES_VIEW_LISTS])(struct ses_view *view, struct ses_list *list) = {
    [SES_VIEW_RECORDS] = ses_view_add_records,
    [SES_VIEW_LEFT_OUT] = ses_view_add_left_out,
    [SES_VIEW_NODES] = ses_view_add_nodes,
    [SES_VIEW_CNAME_TARGETS] = ses_view_add_cname_targets,
    [SES_VIEW_MX_TARGETS] = ses_view_add_mx_targets,
    [SES_VIEW_TXT_OWNERS] = ses_view_add_txt_owners,
    [SES_VIEW_ATTACHMENTS] = add_attachments,
    [SES_VIEW_MEMBERS] = ses_view_add_members,
    [SES_VIEW_SPARED] = ses_view_add_spared,
    [SES_VIEW_OPENING_LINES] = add_opening_lines,
    [SES_VIEW_CLOSING_LINES] = add_closing_lines,
};

const struct ses_list *ses_view_list(struct ses_view *view, enum ses_view_list which)
{
    struct ses_list *list = view->lists[which];

    if (list)
        return list;
    list = ses_data_list(&view->data);
    list_makers[which](view, list);
    view->lists[which] = list;
    return list;
}

struct ses_value ses_view_get_list(const struct ses_look *look)
{
    return ses_value_list(ses_view_list(ses_view_of(look), (enum ses_view_list)look->which));
}

int ses_view_set_wordings(struct ses_view *view, struct ses_str opening, struct ses_str closing)
{
    view->opening = opening;
    view->closing = closing;
    view->lists[SES_VIEW_OPENING_LINES] = NULL;
    view->lists[SES_VIEW_CLOSING_LINES] = NULL;
    view->has_wordings = true;
    return ses_data_status(&view->data);
}

/* Empty first: wordings see the same data as documents, and themselves in it. What is wrong with
 * one is no reason for names behind it to be unknown, so that it is reported once. */
static struct ses_view *with_wordings(const struct ses_look *look)
{
    struct ses_view *view = ses_view_of(look);
    const struct ses_view_options *options = &view->options;

    if (view->has_wordings)
        return view;
    view->has_wordings = true;
    if (options->set_wordings)
        view->wording_error = options->set_wordings(options->context, view);
    return view;
}

static struct ses_value get_opening(const struct ses_look *look)
{
    return ses_value_text(with_wordings(look)->opening);
}

static struct ses_value get_closing(const struct ses_look *look)
{
    return ses_value_text(with_wordings(look)->closing);
}

static struct ses_value get_lines(const struct ses_look *look)
{
    return ses_value_list(ses_view_list(with_wordings(look), (enum ses_view_list)look->which));
}

/* Columns of a manifest that are the site's own: their names begin with x_, as none of ours does.
 */
static struct ses_value column_of(const struct ses_request *request, struct ses_str name)
{
    for (size_t i = 0; i < request->extra_count; i++) {
        if (ses_str_eq(request->extra_names[i], name))
            return ses_value_text(request->extra_values[i]);
    }
    return (struct ses_value){0};
}

/* What {{section.key}} looks at. */
struct section {
    const struct ses_site *site; /* borrowed */
    const char *name;
};

static struct ses_value section_of(const struct ses_look *look, struct ses_str name)
{
    for (size_t i = 0; i < SES_SETTINGS; i++) {
        struct section *section;

        if (!ses_str_eq(ses_str_of(ses_settings[i].section), name))
            continue;
        section = ses_data_alloc(look->data, sizeof(*section));
        if (!section)
            break;
        *section = (struct section){ses_view_of(look)->options.site, ses_settings[i].section};
        return ses_value_new_object(look->data, SES_OBJECT_SECTION, section);
    }
    return (struct ses_value){0};
}

/* What the fields of a ticket are filled from; in a document there are no such names, and `ticket`
 * is the section of the config. */
static struct ses_value get_ticket_text(const struct ses_look *look)
{
    const struct ses_view_ticket *ticket = ses_view_of(look)->options.ticket;

    if (!ticket && look->which == offsetof(struct ses_view_ticket, text))
        return section_of(look, SES_STR("ticket"));
    if (!ticket)
        return (struct ses_value){0};
    return ses_value_text(
        *(const struct ses_str *)(const void *)((const char *)ticket + look->which));
}

static struct ses_value get_other(const struct ses_look *look, struct ses_str name)
{
    return ses_str_starts(name, SES_STR("x_")) ? column_of(ses_view_of(look)->request, name)
                                               : section_of(look, name);
}

/* Wordings are not among them: they are templates, and documents get them expanded. */
static struct ses_value get_setting(const struct ses_look *look, struct ses_str name)
{
    const struct section *section = look->node;

    for (size_t i = 0; i < SES_SETTINGS; i++) {
        const struct ses_setting_row *row = &ses_settings[i];

        if (row->kind != SES_SETTING_TEMPLATE && strcmp(row->section, section->name) == 0 &&
            ses_str_eq(ses_str_of(row->key), name))
            return ses_value_text(ses_site_text(section->site, (enum ses_setting)i));
    }
    return (struct ses_value){0};
}

const struct ses_members ses_section_members = {.other = get_setting};

static const struct ses_member rows[] = {
    {"subject", get_subject, 0},
    {"subject_absolute", get_subject_absolute, 0},
    {"subject_unicode", get_subject_unicode, 0},
    {"subject_short", get_subject_short, 0},
    {"is_idn", get_is_idn, 0},
    {"is_domain", get_is_kind, SES_SUBJECT_DOMAIN},
    {"is_host", get_is_kind, SES_SUBJECT_HOST},
    {"zone", get_zone, 0},
    {"relative_to", get_relative_to, 0},
    {"digest", get_digest, 0},
    {"key", get_key, 0},
    {"poc", get_is_lifetime, SES_LIFETIME_POC},
    {"production", get_is_lifetime, SES_LIFETIME_PRODUCTION},
    {"lifetime_kind", get_lifetime_kind, 0},
    {"expires", get_expires, 0},
    {"expires_netdb", get_expires_netdb, 0},
    {"contact", get_contact, SES_MAX_TIGHT_TEXT},
    {"purpose", get_purpose, SES_MAX_TIGHT_TEXT},
    {"account", get_account, MAX_TIGHT_WORD},
    {"region", get_region, MAX_TIGHT_WORD},
    {"region_word", get_region_word, 0},
    {"is_govcloud", get_is_govcloud, 0},
    {"is_brief", get_is_size, SES_VIEW_BRIEF},
    {"is_compact", get_is_size, SES_VIEW_COMPACT},
    {"is_tight", get_is_size, SES_VIEW_TIGHT},
    {"attachments", ses_view_get_list, SES_VIEW_ATTACHMENTS},
    {"attachment_count", get_attachment_count, 0},
    {"has_attachments", get_has_attachments, 0},
    {"opening", get_opening, 0},
    {"closing", get_closing, 0},
    {"opening_lines", get_lines, SES_VIEW_OPENING_LINES},
    {"closing_lines", get_lines, SES_VIEW_CLOSING_LINES},
    {"summary", get_ticket_text, offsetof(struct ses_view_ticket, summary)},
    {"ticket", get_ticket_text, offsetof(struct ses_view_ticket, text)},
    {"correlation_id", get_ticket_text, offsetof(struct ses_view_ticket, key)},
};

const struct ses_members ses_view_members = {.rows = rows,
                                             .count = sizeof(rows) / sizeof(rows[0]),
                                             .next = &ses_view_record_members,
                                             .other = get_other};

int ses_view_new(const struct ses_request *request, const struct ses_view_options *options,
                 struct ses_arena *arena, struct ses_view **ret_view)
{
    struct ses_view *view = ses_arena_alloc(arena, sizeof(*view));

    if (!view)
        return SES_ENOMEM;
    view->data.arena = arena;
    view->request = request;
    view->options = *options;
    view->relative_to = request->zone.len > 0 ? request->zone : request->subject;
    view->root = (struct ses_object){SES_OBJECT_VIEW, &view->data, view};
    view->value = ses_value_object(&view->root);
    *ret_view = view;
    return 0;
}

/* What failed while a name was looked up comes before what the template made of it. */
static int status_of(const struct ses_view *view)
{
    const struct ses_view_group *group = view->options.group;
    int status = view->wording_error;

    if (status == 0)
        status = ses_data_status(&view->data);
    for (size_t i = 0; group && i < group->shown_count && status == 0; i++)
        status = ses_data_status(&group->shown[i]->data);
    return status;
}

int ses_view_expand(const struct ses_view *view, const struct ses_template *template,
                    struct ses_buf *out, struct ses_findings *findings)
{
    int error = ses_template_expand(template, &view->value, out, findings);
    int status = status_of(view);

    return status != 0 ? status : error;
}
