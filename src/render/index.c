/* SPDX-License-Identifier: MIT */
#include "render/index.h"

#include <stddef.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "render/data.h"
#include "render/document.h"
#include "render/escape.h"
#include "render/template.h"

/* One line of index.json: an entry has some dozen files, and findings only as numbers. */
#define MAX_LINE ((size_t)16 * 1024 * 1024)

enum part { HEAD, ROW, FOOT, PARTS };

static const char *const part_files[PARTS] = {
    [HEAD] = "index-head.html",
    [ROW] = "index-row.html",
    [FOOT] = "index-foot.html",
};

/* For people and, with hyphens, for programs and style sheets. */
static const struct {
    const char *phrase, *word;
} states[SES_INDEX_STATES] = {
    [SES_INDEX_RENDERED] = {"rendered", "rendered"},
    [SES_INDEX_NOT_WRITTEN] = {"not written", "not-written"},
    [SES_INDEX_REFUSED] = {"refused", "refused"},
};

/* The loudest first, as everywhere that findings are counted for people. */
static const struct {
    enum ses_severity severity;
    const char *plural;
} severities[SES_SEVERITIES] = {
    {SES_ERROR, "errors"},
    {SES_WARNING, "warnings"},
    {SES_NOTE, "notes"},
};

/* One of the two files. */
struct page {
    const char *name;
    struct ses_stream stream;
};

struct ses_index {
    const struct ses_output *output; /* borrowed */
    struct ses_template *templates[PARTS];
    struct page html, json;
    struct ses_arena arena; /* of the entry being added */
    struct ses_buf text;    /* its row, then its line */
    size_t entries, rows;
    size_t states[SES_INDEX_STATES];
    size_t counts[SES_SEVERITIES];
};

static int open_page(struct ses_index *index, struct page *page, const char *name,
                     struct ses_findings *findings)
{
    int error = ses_stream_open(&page->stream, index->output->folder, name);

    page->name = name;
    return error == SES_EIO ? ses_output_report(index->output, name, findings) : error;
}

/* Moves the text to the end of the page. */
static int send(struct ses_index *index, struct page *page, struct ses_findings *findings)
{
    int error = ses_buf_status(&index->text);

    if (error == 0)
        error = ses_stream_add(&page->stream, ses_buf_str(&index->text));
    ses_buf_clear(&index->text);
    return error == SES_EIO ? ses_output_report(index->output, page->name, findings) : error;
}

/* Expands a part of the page over what `node` is as an object of `kind`. */
static int expand(struct ses_index *index, enum part part, enum ses_object_kind kind,
                  const void *node, struct ses_findings *findings)
{
    struct ses_data data = {.arena = &index->arena};
    const struct ses_object root = {.kind = kind, .data = &data, .node = node};
    struct ses_value value = ses_value_object(&root);
    int error = ses_template_expand(index->templates[part], &value, &index->text, findings);

    if (ses_data_status(&data) != 0)
        error = ses_data_status(&data);
    return error != 0 ? error : send(index, &index->html, findings);
}

static int begin(struct ses_index *index, struct ses_findings *findings)
{
    int error = expand(index, HEAD, SES_OBJECT_EMPTY, NULL, findings);

    ses_buf_add(&index->text, SES_STR("{\"sesdns\":\"request index 1\",\"requests\":["));
    return error != 0 ? error : send(index, &index->json, findings);
}

int ses_index_new(const struct ses_output *output, const char *templates,
                  struct ses_index **ret_index, struct ses_findings *findings)
{
    struct ses_index *index SES_CLEANUP(ses_index_freep) = calloc(1, sizeof(*index));
    int error = 0;

    if (!index)
        return SES_ENOMEM;
    index->output = output;
    index->html.stream.descriptor = index->json.stream.descriptor = -1;
    ses_buf_init(&index->text, MAX_LINE);
    for (int part = 0; part < PARTS && error == 0; part++)
        error =
            ses_document_compile(templates, part_files[part], &index->templates[part], findings);
    if (error == 0)
        error = open_page(index, &index->html, "index.html", findings);
    if (error == 0)
        error = open_page(index, &index->json, "index.json", findings);
    if (error == 0)
        error = begin(index, findings);
    if (error != 0)
        return error;
    *ret_index = index;
    index = NULL;
    return 0;
}

static struct ses_value words_of(struct ses_data *data, const size_t counts[SES_SEVERITIES])
{
    struct ses_str words = {0};

    for (int i = 0; i < SES_SEVERITIES; i++) {
        enum ses_severity severity = severities[i].severity;

        if (counts[severity] > 0)
            words = ses_value_printf(data, "%.*s%s%zu %s%s", SES_STR_ARG(words),
                                     words.len > 0 ? ", " : "", counts[severity],
                                     ses_severity_name(severity), counts[severity] == 1 ? "" : "s")
                        .text;
    }
    return ses_value_text(words);
}

/* A number that is empty, and so false in a section, where it is nought. */
static struct ses_value number_or_empty(struct ses_data *data, size_t number)
{
    return number > 0 ? ses_value_number(data, number) : ses_value_text((struct ses_str){0});
}

/* RFC 3986 section 2.3: what is not in this list is percent-encoded. */
static bool is_unreserved(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

static void add_segment(struct ses_buf *url, struct ses_str segment)
{
    while (segment.len > 0) {
        size_t len = 0;

        while (len < segment.len && is_unreserved(segment.ptr[len]))
            len++;
        ses_buf_add(url, ses_str_slice(segment, 0, len));
        if (len < segment.len)
            ses_buf_printf(url, "%%%02X", (unsigned)(unsigned char)segment.ptr[len++]);
        segment = ses_str_slice(segment, len, segment.len);
    }
}

/* A document in the folder of its subject. */
struct file {
    const struct ses_index_file *file;
    struct ses_str subject;
};

static const struct file *file_of(const struct ses_look *look)
{
    return look->node;
}

static struct ses_value get_file_name(const struct ses_look *look)
{
    return ses_value_text(ses_str_of(file_of(look)->file->name));
}

/* The address of a document as seen from the page. */
static struct ses_value get_file_href(const struct ses_look *look)
{
    struct ses_buf url SES_CLEANUP(ses_buf_done);

    ses_buf_init(&url, MAX_LINE);
    add_segment(&url, file_of(look)->subject);
    ses_buf_add_byte(&url, '/');
    add_segment(&url, ses_str_of(file_of(look)->file->name));
    if (ses_buf_status(&url) != 0)
        look->data->status = ses_buf_status(&url);
    return ses_value_joined(look->data, ses_buf_str(&url), (struct ses_str){0});
}

static struct ses_value get_file_bytes(const struct ses_look *look)
{
    return ses_value_number(look->data, file_of(look)->file->bytes);
}

static struct ses_value get_file_sha256(const struct ses_look *look)
{
    return ses_value_text(ses_str_of(file_of(look)->file->digest));
}

static const struct ses_member file_rows[] = {
    {"name", get_file_name, 0},
    {"href", get_file_href, 0},
    {"bytes", get_file_bytes, 0},
    {"sha256", get_file_sha256, 0},
};

const struct ses_members ses_index_file_members = {
    .rows = file_rows, .count = sizeof(file_rows) / sizeof(file_rows[0])};

/* "file:line:column", as much of it as there is. */
static struct ses_value value_of_place(struct ses_data *data, struct ses_str file, size_t line,
                                       size_t column)
{
    if (line == 0)
        return ses_value_text(file);
    if (column == 0)
        return ses_value_printf(data, "%.*s:%zu", SES_STR_ARG(file), line);
    return ses_value_printf(data, "%.*s:%zu:%zu", SES_STR_ARG(file), line, column);
}

static const struct ses_index_finding *finding_of(const struct ses_look *look)
{
    return look->node;
}

static struct ses_value get_finding_code(const struct ses_look *look)
{
    return ses_value_text(ses_str_of(finding_of(look)->code->code));
}

static struct ses_value get_finding_severity(const struct ses_look *look)
{
    return ses_value_text(ses_str_of(ses_severity_name(finding_of(look)->code->severity)));
}

static struct ses_value get_finding_is(const struct ses_look *look)
{
    return ses_value_flag(finding_of(look)->code->severity == (enum ses_severity)look->which);
}

static struct ses_value get_finding_message(const struct ses_look *look)
{
    return ses_value_text(finding_of(look)->message);
}

static struct ses_value get_finding_value(const struct ses_look *look)
{
    return ses_value_text(finding_of(look)->value);
}

static struct ses_value get_finding_suggestion(const struct ses_look *look)
{
    return ses_value_text(finding_of(look)->suggestion);
}

static struct ses_value get_finding_place(const struct ses_look *look)
{
    const struct ses_index_finding *finding = finding_of(look);

    return value_of_place(look->data, finding->file, finding->line, finding->column);
}

static const struct ses_member finding_rows[] = {
    {"code", get_finding_code, 0},           {"severity", get_finding_severity, 0},
    {"is_error", get_finding_is, SES_ERROR}, {"is_warning", get_finding_is, SES_WARNING},
    {"is_note", get_finding_is, SES_NOTE},   {"message", get_finding_message, 0},
    {"value", get_finding_value, 0},         {"suggestion", get_finding_suggestion, 0},
    {"place", get_finding_place, 0},
};

const struct ses_members ses_index_finding_members = {
    .rows = finding_rows, .count = sizeof(finding_rows) / sizeof(finding_rows[0])};

static struct ses_str subject_of(const struct ses_index_entry *entry)
{
    return entry->request ? entry->request->subject : entry->subject;
}

/* The word for a lifetime; empty where none was said. */
static struct ses_str lifetime_of(const struct ses_index_entry *entry)
{
    static const char *const words[] = {
        [SES_LIFETIME_NONE] = NULL,
        [SES_LIFETIME_POC] = "poc",
        [SES_LIFETIME_PRODUCTION] = "production",
    };

    return ses_str_of(entry->request ? words[entry->request->lifetime.kind] : NULL);
}

static struct ses_str expires_of(const struct ses_index_entry *entry, char text[SES_DATE_TEXT])
{
    if (!entry->request || entry->request->lifetime.kind != SES_LIFETIME_POC)
        return (struct ses_str){0};
    ses_date_format(entry->request->lifetime.expires, text);
    return ses_str_of(text);
}

/* Empty where nothing was made: then it would be the digest of something that nobody asks for. */
static struct ses_str digest_of(const struct ses_index_entry *entry)
{
    return ses_str_of(entry->request && entry->state != SES_INDEX_REFUSED ? entry->request->digest
                                                                          : NULL);
}

/* What a row is about. */
struct row {
    const struct ses_index_entry *entry;
    size_t number;
};

static const struct ses_index_entry *entry_of(const struct ses_look *look)
{
    return ((const struct row *)look->node)->entry;
}

static struct ses_value get_number(const struct ses_look *look)
{
    return ses_value_number(look->data, ((const struct row *)look->node)->number);
}

static struct ses_value get_state(const struct ses_look *look)
{
    return ses_value_text(ses_str_of(states[entry_of(look)->state].phrase));
}

static struct ses_value get_state_word(const struct ses_look *look)
{
    return ses_value_text(ses_str_of(states[entry_of(look)->state].word));
}

static struct ses_value get_is_state(const struct ses_look *look)
{
    return ses_value_flag(entry_of(look)->state == (enum ses_index_state)look->which);
}

static struct ses_value get_subject(const struct ses_look *look)
{
    return ses_value_text(subject_of(entry_of(look)));
}

/* As people write it. */
static struct ses_str unicode_of(const struct ses_index_entry *entry)
{
    return entry->request && entry->request->subject_unicode.len > 0
               ? entry->request->subject_unicode
               : subject_of(entry);
}

static struct ses_value get_subject_unicode(const struct ses_look *look)
{
    return ses_value_text(unicode_of(entry_of(look)));
}

static struct ses_value get_is_idn(const struct ses_look *look)
{
    return ses_value_flag(!ses_str_eq(subject_of(entry_of(look)), unicode_of(entry_of(look))));
}

static struct ses_value get_is_kind(const struct ses_look *look)
{
    const struct ses_request *request = entry_of(look)->request;

    return ses_value_flag(request && request->kind == (enum ses_subject_kind)look->which);
}

static struct ses_value get_place(const struct ses_look *look)
{
    const struct ses_place *place = &entry_of(look)->place;

    return value_of_place(look->data, ses_str_of(place->file), place->line, 0);
}

static struct ses_value get_lifetime(const struct ses_look *look)
{
    return ses_value_text(lifetime_of(entry_of(look)));
}

static struct ses_value get_is_lifetime(const struct ses_look *look)
{
    const struct ses_request *request = entry_of(look)->request;

    return ses_value_flag(request && request->lifetime.kind == (enum ses_lifetime_kind)look->which);
}

static struct ses_value get_expires(const struct ses_look *look)
{
    char date[SES_DATE_TEXT];

    return ses_value_joined(look->data, expires_of(entry_of(look), date), (struct ses_str){0});
}

/* A text of the request, by its offset there. */
static struct ses_value get_text(const struct ses_look *look)
{
    const char *request = (const char *)entry_of(look)->request;

    if (!request)
        return ses_value_text((struct ses_str){0});
    return ses_value_text(*(const struct ses_str *)(const void *)(request + look->which));
}

static struct ses_value get_digest(const struct ses_look *look)
{
    struct ses_str digest = digest_of(entry_of(look));

    return digest.len > 0 ? ses_value_joined(look->data, SES_STR("sha256:"), digest)
                          : ses_value_text(digest);
}

static struct ses_value get_files(const struct ses_look *look)
{
    const struct ses_index_entry *entry = entry_of(look);
    struct ses_list *list = ses_data_list(look->data);

    for (size_t i = 0; i < entry->file_count; i++) {
        struct file *file = ses_data_alloc(look->data, sizeof(*file));

        if (!file)
            break;
        *file = (struct file){&entry->files[i], entry->request->subject};
        ses_list_add_object(look->data, list, SES_OBJECT_INDEX_FILE, file);
    }
    return ses_value_list(list);
}

static struct ses_value get_has_files(const struct ses_look *look)
{
    return ses_value_flag(entry_of(look)->file_count > 0);
}

static struct ses_value get_findings(const struct ses_look *look)
{
    const struct ses_index_entry *entry = entry_of(look);
    struct ses_list *list = ses_data_list(look->data);

    for (size_t i = 0; i < entry->finding_count; i++)
        ses_list_add_object(look->data, list, SES_OBJECT_INDEX_FINDING, &entry->findings[i]);
    return ses_value_list(list);
}

static struct ses_value get_has_findings(const struct ses_look *look)
{
    const struct ses_index_entry *entry = entry_of(look);

    return ses_value_flag(entry->finding_count + entry->findings_left_out > 0);
}

static struct ses_value get_findings_left_out(const struct ses_look *look)
{
    return number_or_empty(look->data, entry_of(look)->findings_left_out);
}

static struct ses_value get_finding_count(const struct ses_look *look)
{
    return ses_value_number(look->data, entry_of(look)->counts[look->which]);
}

static struct ses_value get_finding_words(const struct ses_look *look)
{
    return words_of(look->data, entry_of(look)->counts);
}

static const struct ses_member row_rows[] = {
    {"number", get_number, 0},
    {"state", get_state, 0},
    {"state_word", get_state_word, 0},
    {"is_rendered", get_is_state, SES_INDEX_RENDERED},
    {"is_not_written", get_is_state, SES_INDEX_NOT_WRITTEN},
    {"is_refused", get_is_state, SES_INDEX_REFUSED},
    {"subject", get_subject, 0},
    {"subject_unicode", get_subject_unicode, 0},
    {"is_idn", get_is_idn, 0},
    {"is_domain", get_is_kind, SES_SUBJECT_DOMAIN},
    {"is_host", get_is_kind, SES_SUBJECT_HOST},
    {"place", get_place, 0},
    {"lifetime", get_lifetime, 0},
    {"is_poc", get_is_lifetime, SES_LIFETIME_POC},
    {"is_production", get_is_lifetime, SES_LIFETIME_PRODUCTION},
    {"expires", get_expires, 0},
    {"contact", get_text, offsetof(struct ses_request, contact)},
    {"purpose", get_text, offsetof(struct ses_request, purpose)},
    {"account", get_text, offsetof(struct ses_request, account)},
    {"region", get_text, offsetof(struct ses_request, region)},
    {"group", get_text, offsetof(struct ses_request, group)},
    {"digest", get_digest, 0},
    {"files", get_files, 0},
    {"has_files", get_has_files, 0},
    {"findings", get_findings, 0},
    {"has_findings", get_has_findings, 0},
    {"findings_left_out", get_findings_left_out, 0},
    {"errors", get_finding_count, SES_ERROR},
    {"warnings", get_finding_count, SES_WARNING},
    {"notes", get_finding_count, SES_NOTE},
    {"finding_words", get_finding_words, 0},
};

const struct ses_members ses_index_row_members = {.rows = row_rows,
                                                  .count = sizeof(row_rows) / sizeof(row_rows[0])};

static int add_row(struct ses_index *index, const struct ses_index_entry *entry,
                   struct ses_findings *findings)
{
    const struct row row = {entry, index->entries};

    return expand(index, ROW, SES_OBJECT_INDEX_ROW, &row, findings);
}

static void json_text(struct ses_buf *line, const char *key, const char *prefix,
                      struct ses_str value)
{
    ses_buf_add(line, SES_STR(",\""));
    ses_buf_add(line, ses_str_of(key));
    if (value.len == 0) {
        ses_buf_add(line, SES_STR("\":null"));
        return;
    }
    ses_buf_add(line, SES_STR("\":\""));
    ses_buf_add(line, ses_str_of(prefix));
    ses_escape_json(line, value);
    ses_buf_add_byte(line, '"');
}

static void json_place(struct ses_buf *line, const struct ses_place *place)
{
    if (!place->file) {
        ses_buf_add(line, SES_STR(",\"at\":null"));
        return;
    }
    ses_buf_add(line, SES_STR(",\"at\":{\"file\":\""));
    ses_escape_json(line, ses_str_of(place->file));
    ses_buf_add(line, SES_STR("\",\"line\":"));
    if (place->line > 0)
        ses_buf_add_number(line, place->line);
    else
        ses_buf_add(line, SES_STR("null"));
    ses_buf_add_byte(line, '}');
}

static void json_counts(struct ses_buf *line, const size_t counts[SES_SEVERITIES])
{
    ses_buf_add(line, SES_STR(",\"findings\":{"));
    for (int i = 0; i < SES_SEVERITIES; i++) {
        ses_buf_add(line, i > 0 ? SES_STR(",\"") : SES_STR("\""));
        ses_buf_add(line, ses_str_of(severities[i].plural));
        ses_buf_add(line, SES_STR("\":"));
        ses_buf_add_number(line, counts[severities[i].severity]);
    }
    ses_buf_add_byte(line, '}');
}

static void json_files(struct ses_buf *line, const struct ses_index_entry *entry)
{
    ses_buf_add(line, SES_STR(",\"files\":["));
    for (size_t i = 0; i < entry->file_count; i++) {
        const struct ses_index_file *file = &entry->files[i];

        ses_buf_add(line, i > 0 ? SES_STR(",{\"path\":\"") : SES_STR("{\"path\":\""));
        ses_escape_json(line, entry->request->subject);
        ses_buf_add_byte(line, '/');
        ses_buf_add(line, ses_str_of(file->name));
        ses_buf_add(line, SES_STR("\",\"bytes\":"));
        ses_buf_add_number(line, file->bytes);
        ses_buf_add(line, SES_STR(",\"digest\":\"sha256:"));
        ses_buf_add(line, ses_str_of(file->digest));
        ses_buf_add(line, SES_STR("\"}"));
    }
    ses_buf_add_byte(line, ']');
}

/* Built by hand, as findings are in JSON: one line an entry, and its keys in one order. */
static int add_line(struct ses_index *index, const struct ses_index_entry *entry,
                    struct ses_findings *findings)
{
    static const char *const kinds[] = {
        [SES_SUBJECT_DOMAIN] = "domain",
        [SES_SUBJECT_HOST] = "host",
    };
    static const struct ses_request none = {0};
    const struct ses_request *request = entry->request ? entry->request : &none;
    struct ses_buf *line = &index->text;
    char date[SES_DATE_TEXT];

    ses_buf_add(line,
                index->entries > 1 ? SES_STR(",\n{\"state\":\"") : SES_STR("\n{\"state\":\""));
    ses_buf_add(line, ses_str_of(states[entry->state].word));
    ses_buf_add_byte(line, '"');
    json_text(line, "subject", "", subject_of(entry));
    json_text(line, "kind", "", ses_str_of(entry->request ? kinds[request->kind] : NULL));
    json_text(line, "lifetime", "", lifetime_of(entry));
    json_text(line, "expires", "", expires_of(entry, date));
    json_text(line, "contact", "", request->contact);
    json_text(line, "purpose", "", request->purpose);
    json_text(line, "account", "", request->account);
    json_text(line, "region", "", request->region);
    json_text(line, "group", "", request->group);
    json_text(line, "digest", "sha256:", digest_of(entry));
    json_place(line, &entry->place);
    json_counts(line, entry->counts);
    json_files(line, entry);
    ses_buf_add_byte(line, '}');
    return send(index, &index->json, findings);
}

int ses_index_add(struct ses_index *index, const struct ses_index_entry *entry,
                  struct ses_findings *findings)
{
    int error = 0;

    index->entries++;
    index->states[entry->state]++;
    for (int i = 0; i < SES_SEVERITIES; i++)
        index->counts[i] += entry->counts[i];
    if (index->rows < SES_MAX_INDEX_ROWS) {
        index->rows++;
        error = add_row(index, entry, findings);
        ses_arena_clear(&index->arena);
    }
    return error != 0 ? error : add_line(index, entry, findings);
}

static const struct ses_index *index_of(const struct ses_look *look)
{
    return look->node;
}

static struct ses_value get_requests(const struct ses_look *look)
{
    return ses_value_number(look->data, index_of(look)->entries);
}

static struct ses_value get_request_words(const struct ses_look *look)
{
    return ses_value_count(look->data, index_of(look)->entries, "request");
}

static struct ses_value get_state_count(const struct ses_look *look)
{
    return ses_value_number(look->data, index_of(look)->states[look->which]);
}

static struct ses_value get_has_state(const struct ses_look *look)
{
    return ses_value_flag(index_of(look)->states[look->which] > 0);
}

static struct ses_value get_rows(const struct ses_look *look)
{
    return ses_value_number(look->data, index_of(look)->rows);
}

static struct ses_value get_rows_left_out(const struct ses_look *look)
{
    return number_or_empty(look->data, index_of(look)->entries - index_of(look)->rows);
}

static struct ses_value get_total(const struct ses_look *look)
{
    return ses_value_number(look->data, index_of(look)->counts[look->which]);
}

static struct ses_value get_total_words(const struct ses_look *look)
{
    return words_of(look->data, index_of(look)->counts);
}

static const struct ses_member foot_rows[] = {
    {"requests", get_requests, 0},
    {"request_words", get_request_words, 0},
    {"rendered", get_state_count, SES_INDEX_RENDERED},
    {"not_written", get_state_count, SES_INDEX_NOT_WRITTEN},
    {"refused", get_state_count, SES_INDEX_REFUSED},
    {"has_not_written", get_has_state, SES_INDEX_NOT_WRITTEN},
    {"has_refused", get_has_state, SES_INDEX_REFUSED},
    {"rows", get_rows, 0},
    {"rows_left_out", get_rows_left_out, 0},
    {"errors", get_total, SES_ERROR},
    {"warnings", get_total, SES_WARNING},
    {"notes", get_total, SES_NOTE},
    {"finding_words", get_total_words, 0},
};

const struct ses_members ses_index_foot_members = {
    .rows = foot_rows, .count = sizeof(foot_rows) / sizeof(foot_rows[0])};

static int end_html(struct ses_index *index, struct ses_findings *findings)
{
    return expand(index, FOOT, SES_OBJECT_INDEX_FOOT, index, findings);
}

static int end_json(struct ses_index *index, struct ses_findings *findings)
{
    struct ses_buf *text = &index->text;

    ses_buf_printf(text, "\n],\"counts\":{\"requests\":%zu,\"states\":{", index->entries);
    for (int i = 0; i < SES_INDEX_STATES; i++)
        ses_buf_printf(text, "%s\"%s\":%zu", i > 0 ? "," : "", states[i].word, index->states[i]);
    ses_buf_add_byte(text, '}');
    json_counts(text, index->counts);
    ses_buf_add(text, SES_STR("}}\n"));
    return send(index, &index->json, findings);
}

static int finish_page(struct ses_index *index, struct page *page, struct ses_findings *findings)
{
    enum ses_file_outcome outcome;
    int error = ses_stream_finish(&page->stream, &outcome);

    return error == SES_EIO ? ses_output_report(index->output, page->name, findings) : error;
}

int ses_index_finish(struct ses_index *index, struct ses_findings *findings)
{
    int error = end_html(index, findings);

    if (error == 0)
        error = end_json(index, findings);
    if (error == 0)
        error = finish_page(index, &index->html, findings);
    return error != 0 ? error : finish_page(index, &index->json, findings);
}

void ses_index_free(struct ses_index *index)
{
    if (!index)
        return;
    for (int part = 0; part < PARTS; part++)
        ses_template_free(index->templates[part]);
    ses_stream_close(&index->html.stream);
    ses_stream_close(&index->json.stream);
    ses_arena_done(&index->arena);
    ses_buf_done(&index->text);
    free(index);
}

void ses_index_freep(struct ses_index **index)
{
    ses_index_free(*index);
}
