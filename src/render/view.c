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

const struct ses_value *ses_view_root(const struct ses_view *view)
{
    return &view->value;
}

void ses_view_set_name(struct ses_data *data, struct ses_object *object, const char *name,
                       const char *absolute_name, struct ses_str text)
{
    ses_object_set_text(data, object, name, text);
    ses_object_set_joined(data, object, absolute_name, text,
                          text.len > 0 ? SES_STR(".") : SES_STR(""));
}

void ses_view_set_count(struct ses_data *data, struct ses_object *object, const char *name,
                        const char *words_name, size_t count, const char *noun)
{
    ses_object_set_number(data, object, name, count);
    ses_object_set_printf(data, object, words_name, "%zu %s%s", count, noun, count == 1 ? "" : "s");
}

void ses_view_set_word(struct ses_data *data, struct ses_object *object, const char *name,
                       struct ses_str text)
{
    bool is_word = text.len > 0 && text.ptr[0] != '-';

    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        is_word &=
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    }
    ses_object_set_text(data, object, name, is_word ? text : (struct ses_str){0});
}

static void make_subject(struct ses_data *data, struct ses_object *root, const void *context)
{
    const struct ses_view_facts *facts = context;
    const struct ses_request *request = facts->request;
    struct ses_str name = request->subject;

    ses_view_set_name(data, root, "subject", "subject_absolute", name);
    ses_object_set_text(data, root, "subject_unicode",
                        request->subject_unicode.len > 0 ? request->subject_unicode : name);
    ses_object_set_flag(data, root, "is_idn",
                        request->subject_unicode.len > 0 &&
                            !ses_str_eq(request->subject_unicode, name));
    if (name.len > MAX_SHORT_NAME)
        ses_object_set_printf(data, root, "subject_short", "%.*s...%.*s", MAX_SHORT_NAME / 2,
                              name.ptr, MAX_SHORT_NAME / 2,
                              name.ptr + name.len - MAX_SHORT_NAME / 2);
    else
        ses_object_set_text(data, root, "subject_short", name);
    ses_object_set_flag(data, root, "is_domain", request->kind == SES_SUBJECT_DOMAIN);
    ses_object_set_flag(data, root, "is_host", request->kind == SES_SUBJECT_HOST);
    ses_object_set_text(data, root, "zone", request->zone);
    ses_object_set_text(data, root, "relative_to", facts->relative_to);
    ses_object_set_joined(data, root, "digest", SES_STR("sha256:"), ses_str_of(request->digest));
    ses_object_set_printf(data, root, "key", "sesdns-%.*s", KEY_DIGITS, request->digest);
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
static void set_date(struct ses_data *data, struct ses_object *root, const char *name,
                     struct ses_str format, struct ses_date date)
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
    ses_object_set_printf(data, root, name, "%s", text);
}

static void make_lifetime(struct ses_data *data, struct ses_object *root, const void *context)
{
    const struct ses_view_facts *facts = context;
    const struct ses_lifetime *lifetime = &facts->request->lifetime;
    bool poc = lifetime->kind == SES_LIFETIME_POC;

    ses_object_set_flag(data, root, "poc", poc);
    ses_object_set_flag(data, root, "production", lifetime->kind == SES_LIFETIME_PRODUCTION);
    ses_object_set_text(data, root, "lifetime_kind", poc ? SES_STR("poc") : SES_STR("production"));
    ses_object_set_text(data, root, "expires", (struct ses_str){0});
    ses_object_set_text(data, root, "expires_netdb", (struct ses_str){0});
    if (!poc)
        return;
    set_date(data, root, "expires", SES_STR("%Y-%m-%d"), lifetime->expires);
    set_date(data, root, "expires_netdb",
             ses_site_text(facts->options->site, SES_NETDB_DATE_FORMAT), lifetime->expires);
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

void ses_view_set_free_text(struct ses_data *data, struct ses_object *object, const char *name,
                            struct ses_str text, size_t max_tight, enum ses_view_size size)
{
    size_t max = size == SES_VIEW_TIGHT ? max_tight : MAX_BRIEF_TEXT;
    size_t len = size == SES_VIEW_FULL ? text.len : fitting(text, max, &data->status);

    if (len < text.len)
        ses_object_set_printf(data, object, name, "%.*s... (shortened)", (int)len, text.ptr);
    else
        ses_object_set_text(data, object, name, text);
}

static void make_people(struct ses_data *data, struct ses_object *root, const void *context)
{
    const struct ses_view_facts *facts = context;
    const struct ses_request *request = facts->request;
    enum ses_view_size size = facts->options->size;

    ses_view_set_free_text(data, root, "contact", request->contact, SES_MAX_TIGHT_TEXT, size);
    ses_view_set_free_text(data, root, "purpose", request->purpose, SES_MAX_TIGHT_TEXT, size);
    ses_view_set_free_text(data, root, "account", request->account, MAX_TIGHT_WORD, size);
    ses_view_set_free_text(data, root, "region", request->region, MAX_TIGHT_WORD, size);
    ses_view_set_word(data, root, "region_word", request->region);
    ses_object_set_flag(data, root, "is_govcloud",
                        ses_str_starts(request->region, SES_STR("us-gov-")));
    ses_object_set_flag(data, root, "is_brief", size >= SES_VIEW_BRIEF);
    ses_object_set_flag(data, root, "is_compact", size >= SES_VIEW_COMPACT);
    ses_object_set_flag(data, root, "is_tight", size >= SES_VIEW_TIGHT);
}

/* Columns of a manifest that are the site's own: their names begin with x_, as none of ours does.
 */
static void make_columns(struct ses_data *data, struct ses_object *root, const void *context)
{
    const struct ses_request *request = ((const struct ses_view_facts *)context)->request;

    for (size_t i = 0; i < request->extra_count; i++)
        ses_object_set_text(data, root, request->extra_names[i].ptr, request->extra_values[i]);
}

/* Wordings are not among them: they are templates, and documents get them expanded. */
static void make_settings(struct ses_data *data, struct ses_object *root, const void *context)
{
    const struct ses_site *site = ((const struct ses_view_facts *)context)->options->site;

    for (int i = 0; i < SES_SETTINGS; i++) {
        const struct ses_setting_row *row = &ses_settings[i];

        if (row->kind != SES_SETTING_TEMPLATE)
            ses_object_set_text(data, ses_object_open(data, root, row->section), row->key,
                                ses_site_text(site, (enum ses_setting)i));
    }
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

static void add_attachment(struct ses_data *data, struct ses_list *list,
                           const struct ses_attachment *attachment)
{
    struct ses_object *object = ses_data_object(data);

    ses_object_set_text(data, object, "name", file_name(attachment->path));
    ses_object_set_number(data, object, "bytes", attachment->size);
    ses_object_set_joined(data, object, "sha256", ses_str_of(attachment->sha256), SES_STR(""));
    ses_object_set_flag(data, object, "is_export", attachment->is_export);
    ses_object_set_flag(data, object, "is_document", !attachment->is_export);
    ses_list_add_object(data, list, object);
}

static void add_source(struct ses_data *data, struct ses_list *list,
                       const struct ses_source *source)
{
    struct ses_attachment attachment = {
        .path = source->path, .size = source->bytes.len, .is_export = true};

    if (ses_data_status(data) == 0)
        data->status = ses_source_digest(source, attachment.sha256);
    if (ses_data_status(data) == 0)
        add_attachment(data, list, &attachment);
}

static void make_attachments(struct ses_data *data, struct ses_object *root, const void *context)
{
    const struct ses_view_facts *facts = context;
    const struct ses_request *request = facts->request;
    const struct ses_view_options *options = facts->options;
    struct ses_list *list = ses_data_list(data);

    for (size_t i = 0; i < options->attachment_count; i++)
        add_attachment(data, list, &options->attachments[i]);
    for (size_t i = 0; i < request->source_count; i++)
        add_source(data, list, request->sources[i]);
    ses_object_set_list(data, root, "attachments", list);
    ses_object_set_printf(data, root, "attachment_count", "%zu", ses_list_count(list));
    ses_object_set_flag(data, root, "has_attachments", ses_list_count(list) > 0);
}

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

static struct ses_list *lines_of(struct ses_data *data, struct ses_str text)
{
    struct ses_list *lines = ses_data_list(data);
    struct ses_str rest = ses_str_trim(text);

    while (rest.len > 0) {
        size_t len = line_length(rest, SES_MAX_LINE_CHARACTERS);

        ses_list_add_text(data, lines, ses_str_slice(rest, 0, len));
        rest = ses_str_trim(ses_str_slice(rest, len, rest.len));
    }
    return lines;
}

int ses_view_set_wordings(struct ses_view *view, struct ses_str opening, struct ses_str closing)
{
    struct ses_data *data = &view->data;

    ses_object_set_text(data, view->root, "opening", opening);
    ses_object_set_text(data, view->root, "closing", closing);
    ses_object_set_list(data, view->root, "opening_lines", lines_of(data, opening));
    ses_object_set_list(data, view->root, "closing_lines", lines_of(data, closing));
    view->has_wordings = true;
    return ses_data_status(data);
}

/* Empty first: wordings see the same data as documents, and themselves in it. */
static void make_wordings(struct ses_data *data, struct ses_object *root, const void *context)
{
    struct ses_view *view = ((const struct ses_view_facts *)context)->view;
    const struct ses_view_options *options = &view->options;
    int error = 0;

    (void)root;
    if (!view->has_wordings)
        error = ses_view_set_wordings(view, (struct ses_str){0}, (struct ses_str){0});
    if (error == 0 && options->set_wordings)
        error = options->set_wordings(options->context, view);
    if (ses_data_status(data) == 0)
        data->status = error;
}

/* The parts of the root. What most documents ask for comes first: to find a name, the parts before
 * the one that has it are made. */
static ses_part_fn *const parts[] = {
    make_subject,         make_lifetime,       make_people,         make_columns,
    ses_view_make_list,   ses_view_make_nodes, make_settings,       make_attachments,
    ses_view_make_traits, ses_view_make_netdb, ses_view_make_group, make_wordings,
};

int ses_view_new(const struct ses_request *request, const struct ses_view_options *options,
                 struct ses_arena *arena, struct ses_view **ret_view)
{
    struct ses_view *view = ses_arena_alloc(arena, sizeof(*view));

    if (!view)
        return SES_ENOMEM;
    view->options = *options;
    view->facts = (struct ses_view_facts){
        .request = request,
        .options = &view->options,
        .relative_to = request->zone.len > 0 ? request->zone : request->subject,
        .view = view,
    };
    view->data.arena = arena;
    view->root = ses_data_object(&view->data);
    view->value = ses_object_value(view->root);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        ses_object_add_part(&view->data, view->root, parts[i], &view->facts);
    if (ses_data_status(&view->data) == 0)
        *ret_view = view;
    return ses_data_status(&view->data);
}

/* What failed while a name was looked up comes before what the template made of it. */
static int status_of(const struct ses_view *view)
{
    const struct ses_view_group *group = view->options.group;
    int status = ses_data_status(&view->data);

    for (size_t i = 0; group && i < group->shown_count && status == 0; i++)
        status = ses_data_status(&group->shown[i]->data);
    return status;
}

int ses_view_expand(const struct ses_view *view, const struct ses_template *template,
                    struct ses_buf *out, struct ses_findings *findings)
{
    int error = ses_template_expand(template, &ses_data_lookup, &view->value, out, findings);
    int status = status_of(view);

    return status != 0 ? status : error;
}
