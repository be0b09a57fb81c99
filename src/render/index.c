/* SPDX-License-Identifier: MIT */
#include "render/index.h"

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
    const char *phrase, *word, *flag;
} states[SES_INDEX_STATES] = {
    [SES_INDEX_RENDERED] = {"rendered", "rendered", "is_rendered"},
    [SES_INDEX_NOT_WRITTEN] = {"not written", "not-written", "is_not_written"},
    [SES_INDEX_REFUSED] = {"refused", "refused", "is_refused"},
};

/* The loudest first, as everywhere that findings are counted for people. */
static const struct {
    enum ses_severity severity;
    const char *plural, *flag;
} severities[SES_SEVERITIES] = {
    {SES_ERROR, "errors", "is_error"},
    {SES_WARNING, "warnings", "is_warning"},
    {SES_NOTE, "notes", "is_note"},
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

static int expand(struct ses_index *index, enum part part, const struct ses_object *root,
                  struct ses_findings *findings)
{
    struct ses_value value = ses_object_value(root);
    int error = ses_template_expand(index->templates[part], &ses_data_lookup, &value, &index->text,
                                    findings);

    return error != 0 ? error : send(index, &index->html, findings);
}

static int begin(struct ses_index *index, struct ses_findings *findings)
{
    struct ses_data data = {.arena = &index->arena};
    struct ses_object *root = ses_data_object(&data);
    int error = ses_data_status(&data);

    if (error == 0)
        error = expand(index, HEAD, root, findings);
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

/* "3 requests" */
static void add_words(struct ses_buf *text, size_t count, const char *noun)
{
    ses_buf_printf(text, "%zu %s%s", count, noun, count == 1 ? "" : "s");
}

static int set_finding_words(struct ses_data *data, struct ses_object *row,
                             const size_t counts[SES_SEVERITIES])
{
    struct ses_buf words SES_CLEANUP(ses_buf_done);
    struct ses_str copy;
    int error;

    ses_buf_init(&words, MAX_LINE);
    for (int i = 0; i < SES_SEVERITIES; i++) {
        enum ses_severity severity = severities[i].severity;

        if (counts[severity] == 0)
            continue;
        if (words.len > 0)
            ses_buf_add(&words, SES_STR(", "));
        add_words(&words, counts[severity], ses_severity_name(severity));
    }
    error = ses_buf_status(&words);
    if (error == 0)
        error = ses_arena_copy(data->arena, ses_buf_str(&words), &copy);
    if (error == 0)
        ses_object_set_text(data, row, "finding_words", copy);
    return error;
}

/* A number that is empty, and so false in a section, where it is nought. */
static void set_number_or_empty(struct ses_data *data, struct ses_object *object, const char *name,
                                size_t number)
{
    ses_object_set_text(data, object, name, (struct ses_str){0});
    if (number > 0)
        ses_object_set_number(data, object, name, number);
}

static void set_counts(struct ses_data *data, struct ses_object *object,
                       const size_t counts[SES_SEVERITIES])
{
    for (int i = 0; i < SES_SEVERITIES; i++)
        ses_object_set_number(data, object, severities[i].plural, counts[severities[i].severity]);
}

/* RFC 3986 section 2.3: what is not in this list is percent-encoded. */
static bool is_unreserved(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || ses_str_find(SES_STR("-._~"), byte) < sizeof("-._~") - 1;
}

static void add_segment(struct ses_buf *url, struct ses_str segment)
{
    for (size_t i = 0; i < segment.len; i++) {
        if (is_unreserved(segment.ptr[i]))
            ses_buf_add_byte(url, segment.ptr[i]);
        else
            ses_buf_printf(url, "%%%02X", (unsigned)(unsigned char)segment.ptr[i]);
    }
}

/* The address of a document as seen from the page. */
static int make_href(struct ses_data *data, struct ses_str subject, const char *file,
                     struct ses_str *ret_href)
{
    struct ses_buf url SES_CLEANUP(ses_buf_done);
    int error;

    ses_buf_init(&url, MAX_LINE);
    add_segment(&url, subject);
    ses_buf_add_byte(&url, '/');
    add_segment(&url, ses_str_of(file));
    error = ses_buf_status(&url);
    return error != 0 ? error : ses_arena_copy(data->arena, ses_buf_str(&url), ret_href);
}

static int set_files(struct ses_data *data, struct ses_object *row,
                     const struct ses_index_entry *entry)
{
    struct ses_list *list = ses_data_list(data);

    for (size_t i = 0; i < entry->file_count; i++) {
        const struct ses_index_file *file = &entry->files[i];
        struct ses_object *item = ses_data_object(data);
        struct ses_str href;
        int error = make_href(data, entry->request->subject, file->name, &href);

        if (error != 0)
            return error;
        ses_object_set_text(data, item, "name", ses_str_of(file->name));
        ses_object_set_text(data, item, "href", href);
        ses_object_set_number(data, item, "bytes", file->bytes);
        ses_object_set_text(data, item, "sha256", ses_str_of(file->digest));
        ses_list_add_object(data, list, item);
    }
    ses_object_set_list(data, row, "files", list);
    ses_object_set_flag(data, row, "has_files", entry->file_count > 0);
    return 0;
}

/* "file:line:column", as much of it as there is. */
static void set_place(struct ses_data *data, struct ses_object *object, struct ses_str file,
                      size_t line, size_t column)
{
    if (line == 0)
        ses_object_set_text(data, object, "place", file);
    else if (column == 0)
        ses_object_set_printf(data, object, "place", "%.*s:%zu", SES_STR_ARG(file), line);
    else
        ses_object_set_printf(data, object, "place", "%.*s:%zu:%zu", SES_STR_ARG(file), line,
                              column);
}

static void add_finding(struct ses_data *data, struct ses_list *list,
                        const struct ses_index_finding *finding)
{
    struct ses_object *item = ses_data_object(data);
    enum ses_severity severity = finding->code->severity;

    ses_object_set_text(data, item, "code", ses_str_of(finding->code->code));
    ses_object_set_text(data, item, "severity", ses_str_of(ses_severity_name(severity)));
    for (int i = 0; i < SES_SEVERITIES; i++)
        ses_object_set_flag(data, item, severities[i].flag, severities[i].severity == severity);
    ses_object_set_text(data, item, "message", finding->message);
    ses_object_set_text(data, item, "value", finding->value);
    ses_object_set_text(data, item, "suggestion", finding->suggestion);
    set_place(data, item, finding->file, finding->line, finding->column);
    ses_list_add_object(data, list, item);
}

static int set_findings(struct ses_data *data, struct ses_object *row,
                        const struct ses_index_entry *entry)
{
    struct ses_list *list = ses_data_list(data);

    for (size_t i = 0; i < entry->finding_count; i++)
        add_finding(data, list, &entry->findings[i]);
    ses_object_set_list(data, row, "findings", list);
    ses_object_set_flag(data, row, "has_findings",
                        entry->finding_count + entry->findings_left_out > 0);
    set_number_or_empty(data, row, "findings_left_out", entry->findings_left_out);
    set_counts(data, row, entry->counts);
    return set_finding_words(data, row, entry->counts);
}

static struct ses_str subject_of(const struct ses_index_entry *entry)
{
    return entry->request ? entry->request->subject : entry->subject;
}

static void set_subject(struct ses_data *data, struct ses_object *row,
                        const struct ses_index_entry *entry)
{
    const struct ses_request *request = entry->request;
    struct ses_str subject = subject_of(entry);
    struct ses_str people = request ? request->subject_unicode : subject;

    if (people.len == 0)
        people = subject;
    ses_object_set_text(data, row, "subject", subject);
    ses_object_set_text(data, row, "subject_unicode", people);
    ses_object_set_flag(data, row, "is_idn", !ses_str_eq(subject, people));
    ses_object_set_flag(data, row, "is_domain", request && request->kind == SES_SUBJECT_DOMAIN);
    ses_object_set_flag(data, row, "is_host", request && request->kind == SES_SUBJECT_HOST);
    set_place(data, row, ses_str_of(entry->place.file), entry->place.line, 0);
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

static void set_request(struct ses_data *data, struct ses_object *row,
                        const struct ses_index_entry *entry)
{
    static const struct ses_request none = {0};
    const struct ses_request *request = entry->request ? entry->request : &none;
    struct ses_str lifetime = lifetime_of(entry);
    struct ses_str digest = digest_of(entry);
    char date[SES_DATE_TEXT];
    struct ses_str expires = expires_of(entry, date);

    ses_object_set_text(data, row, "lifetime", lifetime);
    ses_object_set_flag(data, row, "is_poc", ses_str_eq(lifetime, SES_STR("poc")));
    ses_object_set_flag(data, row, "is_production", ses_str_eq(lifetime, SES_STR("production")));
    ses_object_set_printf(data, row, "expires", "%.*s", SES_STR_ARG(expires));
    ses_object_set_text(data, row, "contact", request->contact);
    ses_object_set_text(data, row, "purpose", request->purpose);
    ses_object_set_text(data, row, "account", request->account);
    ses_object_set_text(data, row, "region", request->region);
    ses_object_set_text(data, row, "group", request->group);
    ses_object_set_printf(data, row, "digest", "%s%.*s", digest.len > 0 ? "sha256:" : "",
                          SES_STR_ARG(digest));
}

static int add_row(struct ses_index *index, const struct ses_index_entry *entry,
                   struct ses_findings *findings)
{
    struct ses_data data = {.arena = &index->arena};
    struct ses_object *row = ses_data_object(&data);
    int error;

    ses_object_set_printf(&data, row, "number", "%zu", index->entries);
    ses_object_set_text(&data, row, "state", ses_str_of(states[entry->state].phrase));
    ses_object_set_text(&data, row, "state_word", ses_str_of(states[entry->state].word));
    for (int i = 0; i < SES_INDEX_STATES; i++)
        ses_object_set_flag(&data, row, states[i].flag, i == (int)entry->state);
    set_subject(&data, row, entry);
    set_request(&data, row, entry);
    error = set_files(&data, row, entry);
    if (error == 0)
        error = set_findings(&data, row, entry);
    if (error == 0)
        error = ses_data_status(&data);
    return error != 0 ? error : expand(index, ROW, row, findings);
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
        ses_buf_printf(line, "%zu}", place->line);
    else
        ses_buf_add(line, SES_STR("null}"));
}

static void json_counts(struct ses_buf *line, const size_t counts[SES_SEVERITIES])
{
    ses_buf_add(line, SES_STR(",\"findings\":{"));
    for (int i = 0; i < SES_SEVERITIES; i++)
        ses_buf_printf(line, "%s\"%s\":%zu", i > 0 ? "," : "", severities[i].plural,
                       counts[severities[i].severity]);
    ses_buf_add_byte(line, '}');
}

static void json_files(struct ses_buf *line, const struct ses_index_entry *entry)
{
    ses_buf_add(line, SES_STR(",\"files\":["));
    for (size_t i = 0; i < entry->file_count; i++) {
        const struct ses_index_file *file = &entry->files[i];

        ses_buf_add(line, i > 0 ? SES_STR(",{\"path\":\"") : SES_STR("{\"path\":\""));
        ses_escape_json(line, entry->request->subject);
        ses_buf_printf(line, "/%s\",\"bytes\":%zu,\"digest\":\"sha256:%s\"}", file->name,
                       file->bytes, file->digest);
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

    ses_buf_printf(line, "%s\n{\"state\":\"%s\"", index->entries > 1 ? "," : "",
                   states[entry->state].word);
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

static int end_html(struct ses_index *index, struct ses_findings *findings)
{
    struct ses_data data = {.arena = &index->arena};
    struct ses_object *foot = ses_data_object(&data);
    int error;

    ses_object_set_printf(&data, foot, "requests", "%zu", index->entries);
    ses_object_set_printf(&data, foot, "request_words", "%zu request%s", index->entries,
                          index->entries == 1 ? "" : "s");
    ses_object_set_printf(&data, foot, "rendered", "%zu", index->states[SES_INDEX_RENDERED]);
    ses_object_set_printf(&data, foot, "not_written", "%zu", index->states[SES_INDEX_NOT_WRITTEN]);
    ses_object_set_printf(&data, foot, "refused", "%zu", index->states[SES_INDEX_REFUSED]);
    ses_object_set_flag(&data, foot, "has_not_written", index->states[SES_INDEX_NOT_WRITTEN] > 0);
    ses_object_set_flag(&data, foot, "has_refused", index->states[SES_INDEX_REFUSED] > 0);
    ses_object_set_printf(&data, foot, "rows", "%zu", index->rows);
    set_number_or_empty(&data, foot, "rows_left_out", index->entries - index->rows);
    set_counts(&data, foot, index->counts);
    error = set_finding_words(&data, foot, index->counts);
    if (error == 0)
        error = ses_data_status(&data);
    return error != 0 ? error : expand(index, FOOT, foot, findings);
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
