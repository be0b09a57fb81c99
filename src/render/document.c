/* SPDX-License-Identifier: MIT */
#include "render/document.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "model/key.h"
#include "render/data.h"
#include "render/document_part.h"
#include "render/request_json.h"
#include "render/shipped.h"
#include "render/template.h"
#include "render/unload_xml.h"
#include "render/view.h"

/* What goes with a ticket that has no room for its records. */
static const struct ses_str attached[] = {{"records", 7}, {"zone", 4}};

/* Where templates come from while a set is made. */
struct shelf {
    const char *folder;            /* borrowed; may be NULL */
    struct ses_arena arena;        /* of what was read from it */
    struct ses_findings *findings; /* borrowed */
};

static int report_unreadable(const char *path, const char *reason, struct ses_findings *findings)
{
    struct ses_finding finding = {
        .code = &ses_document_codes[SES_DOCUMENT_UNREADABLE],
        .place = {.file = path},
        .value = ses_str_of(path),
    };
    int error = ses_finding_report(findings, finding, "cannot read template: %s", reason);

    return error != 0 ? error : SES_EIO;
}

/* SES_EINVALID where the folder has no such file; that is nothing to report. */
static int read_override(struct shelf *shelf, struct ses_str name, struct ses_str *ret_text,
                         const char **ret_file)
{
    struct ses_str path;
    int error;

    /* Partials lie beside the template, not wherever a path in a tag points to. */
    if (!shelf->folder || ses_str_contains(name, SES_STR("/")))
        return SES_EINVALID;
    error = ses_arena_printf(&shelf->arena, &path, "%s/%.*s", shelf->folder, SES_STR_ARG(name));
    if (error != 0)
        return error;
    error = ses_file_read(path.ptr, SES_MAX_TEMPLATE_BYTES, &shelf->arena, ret_text);
    *ret_file = path.ptr;
    if (error == SES_EIO && errno == ENOENT)
        return SES_EINVALID;
    if (error == SES_EIO)
        return report_unreadable(path.ptr, strerror(errno), shelf->findings);
    if (error == SES_ELIMIT)
        return report_unreadable(path.ptr, "larger than a mebibyte", shelf->findings);
    return error;
}

static int load(void *ctx, struct ses_str name, struct ses_str *ret_text, const char **ret_file)
{
    int error = read_override(ctx, name, ret_text, ret_file);

    if (error != SES_EINVALID)
        return error;
    for (size_t i = 0; i < ses_shipped_template_count; i++) {
        if (ses_str_eq(name, ses_str_of(ses_shipped_templates[i].name))) {
            *ret_text = ses_shipped_templates[i].text;
            *ret_file = ses_shipped_templates[i].name;
            return 0;
        }
    }
    return SES_EINVALID;
}

static int compile(struct shelf *shelf, const char *name, struct ses_template **ret_template)
{
    struct ses_template_options options = {
        .lookup = &ses_data_lookup,
        .escape = ses_escape_for_file(ses_str_of(name)),
        .loader = {.load = load, .ctx = shelf},
    };
    struct ses_str text;
    const char *file;
    int error = load(shelf, ses_str_of(name), &text, &file);

    if (error == SES_EINVALID)
        return report_unreadable(name, "no such template", shelf->findings);
    return error != 0 ? error
                      : ses_template_new(file, text, &options, ret_template, shelf->findings);
}

/* A wording becomes a value, and the document's own escaper sees to values. */
void ses_document_escape_nothing(struct ses_buf *out, struct ses_str value)
{
    ses_buf_add(out, value);
}

static int compile_wording(struct shelf *shelf, const struct ses_site *site,
                           enum ses_setting setting, struct ses_template **ret_template)
{
    const struct ses_setting_row *row = &ses_settings[setting];
    struct ses_template_options options = {.lookup = &ses_data_lookup,
                                           .escape = ses_document_escape_nothing};
    char name[128];

    snprintf(name, sizeof(name), "%s.%s", row->section, row->key);
    return ses_template_new(name, ses_site_text(site, setting), &options, ret_template,
                            shelf->findings);
}

/* True where the next template can still be looked at. The first error is kept. */
static bool go_on(int error, int *first)
{
    if (*first == 0)
        *first = error;
    return error == 0 || error == SES_ESYNTAX || error == SES_EINVALID || error == SES_ELIMIT ||
           error == SES_EIO;
}

static int compile_rows(struct ses_documents *documents, enum ses_operation operation,
                        struct shelf *shelf)
{
    struct ses_template **templates = documents->templates[operation];
    int first = 0;

    for (size_t i = 0; i < ses_document_count; i++) {
        const struct ses_document *document = &ses_document_rows[i];
        const char *file = document->files[operation];

        if (document->builder == SES_BUILD_TEMPLATE && file &&
            !go_on(compile(shelf, file, &templates[i]), &first))
            return first;
    }
    return first;
}

static int compile_all(struct ses_documents *documents, struct shelf *shelf)
{
    int first = 0;

    if (!go_on(compile_rows(documents, SES_ADD, shelf), &first))
        return first;
    for (int i = 0; i < SES_SETTINGS; i++) {
        enum ses_setting setting = (enum ses_setting)i;

        if (ses_settings[i].kind == SES_SETTING_TEMPLATE &&
            !go_on(compile_wording(shelf, documents->site, setting, &documents->wordings[i]),
                   &first))
            return first;
    }
    return first;
}

int ses_document_compile(const char *folder, const char *name, struct ses_template **ret_template,
                         struct ses_findings *findings)
{
    struct shelf shelf = {.folder = folder, .findings = findings};
    int error = compile(&shelf, name, ret_template);

    ses_arena_done(&shelf.arena);
    return error;
}

/* A folder that is not there would look like one that overrides nothing. */
static int check_folder(const char *folder, struct ses_findings *findings)
{
    struct stat info;

    if (!folder)
        return 0;
    if (stat(folder, &info) != 0)
        return report_unreadable(folder, strerror(errno), findings);
    return S_ISDIR(info.st_mode) ? 0 : report_unreadable(folder, strerror(ENOTDIR), findings);
}

int ses_documents_new(const struct ses_site *site, const char *folder,
                      struct ses_documents **ret_documents, struct ses_findings *findings)
{
    struct shelf shelf = {.folder = folder, .findings = findings};
    struct ses_documents *documents;
    int error = check_folder(folder, findings);

    if (error != 0)
        return error;
    documents = calloc(1, sizeof(*documents));
    if (!documents)
        return SES_ENOMEM;
    documents->site = site;
    ses_arena_init(&shelf.arena, 0);
    error = compile_all(documents, &shelf);
    ses_arena_done(&shelf.arena);
    if (error != 0) {
        ses_documents_free(documents);
        return error;
    }
    *ret_documents = documents;
    return 0;
}

int ses_documents_add_operation(struct ses_documents *documents, enum ses_operation operation,
                                const char *folder, struct ses_findings *findings)
{
    struct shelf shelf = {.folder = folder, .findings = findings};
    int error = compile_rows(documents, operation, &shelf);

    ses_arena_done(&shelf.arena);
    return error;
}

void ses_documents_free(struct ses_documents *documents)
{
    if (!documents)
        return;
    for (size_t i = 0; i < SES_OPERATIONS * SES_MAX_DOCUMENTS; i++)
        ses_template_free(documents->templates[i / SES_MAX_DOCUMENTS][i % SES_MAX_DOCUMENTS]);
    for (size_t i = 0; i < SES_MAX_GROUP_DOCUMENTS; i++)
        ses_template_free(documents->group_templates[i]);
    for (size_t i = 0; i < SES_SETTINGS; i++)
        ses_template_free(documents->wordings[i]);
    free(documents);
}

void ses_documents_freep(struct ses_documents **documents)
{
    ses_documents_free(*documents);
}

struct ses_rendering {
    const struct ses_documents *documents;
    const struct ses_request *request;
    struct ses_arena *arena;
    struct ses_findings *findings;
    struct ses_view **views; /* arena: by size; NULL until one is needed */
};

static int render_fitting(const struct ses_rendering *job, const struct ses_document *document,
                          struct ses_buf *out, enum ses_view_size *ret_size);

static int report(const struct ses_rendering *job, enum ses_document_code code,
                  struct ses_str value, const char *sentence)
{
    struct ses_finding finding = {
        .code = &ses_document_codes[code],
        .place = job->request->subject_at,
        .value = value,
        .subject = job->request->subject.ptr,
    };

    return ses_finding_report(job->findings, finding, "%s", sentence);
}

/* Renders `document` into the arena. */
static int render_to_arena(const struct ses_rendering *job, const struct ses_document *document,
                           struct ses_str *ret_text)
{
    struct ses_buf text SES_CLEANUP(ses_buf_done);
    enum ses_view_size size;
    int error;

    ses_buf_init(&text, SES_MAX_TEMPLATE_OUTPUT);
    error = render_fitting(job, document, &text, &size);
    return error != 0 ? error : ses_arena_copy(job->arena, ses_buf_str(&text), ret_text);
}

/* The documents that stand in for the list of records, where there is one. */
static int attach_records(const struct ses_rendering *job, struct ses_view_options *options)
{
    size_t count = sizeof(attached) / sizeof(attached[0]);
    struct ses_attachment *attachments = ses_arena_array(job->arena, count, sizeof(*attachments));

    if (!attachments)
        return SES_ENOMEM;
    for (size_t i = 0; i < count && job->request->published_count > 0; i++) {
        const struct ses_document *document = ses_document_find(attached[i]);
        struct ses_str bytes;
        int error = render_to_arena(job, document, &bytes);

        if (error == 0)
            error = ses_attachment_make(ses_document_file(document, job->request), bytes,
                                        &attachments[i]);
        if (error != 0)
            return error;
        options->attachment_count++;
    }
    options->attachments = attachments;
    return 0;
}

int ses_document_expand_wording(const struct ses_documents *documents, enum ses_setting setting,
                                const struct ses_view *view, struct ses_arena *arena,
                                struct ses_str *ret_text, struct ses_findings *findings)
{
    struct ses_buf text SES_CLEANUP(ses_buf_done);
    int error;

    ses_buf_init(&text, SES_MAX_TEMPLATE_OUTPUT);
    error = ses_view_expand(view, documents->wordings[setting], &text, findings);
    return error != 0 ? error : ses_arena_copy(arena, ses_buf_str(&text), ret_text);
}

static int expand_wording(const struct ses_rendering *job, enum ses_setting setting,
                          const struct ses_view *view, struct ses_str *ret_text)
{
    return ses_document_expand_wording(job->documents, setting, view, job->arena, ret_text,
                                       job->findings);
}

static int set_wordings(const void *context, struct ses_view *view)
{
    static const enum ses_setting openings[SES_OPERATIONS] = {
        [SES_ADD] = SES_TICKET_OPENING_SES,
        [SES_RENEW] = SES_TICKET_OPENING_RENEW,
        [SES_REMOVE] = SES_TICKET_OPENING_REMOVE,
    };
    const struct ses_rendering *job = context;
    enum ses_setting setting = openings[job->request->operation];
    struct ses_str opening, closing;
    int error;

    if (setting == SES_TICKET_OPENING_SES && job->request->kind == SES_SUBJECT_HOST)
        setting = SES_TICKET_OPENING_EC2;
    error = expand_wording(job, setting, view, &opening);

    if (error == 0)
        error = expand_wording(job, SES_TICKET_CLOSING, view, &closing);
    return error != 0 ? error : ses_view_set_wordings(view, opening, closing);
}

/* The documents of a request share its views. */
static int view_of(const struct ses_rendering *job, enum ses_view_size size,
                   struct ses_view **ret_view)
{
    struct ses_view_options options = {
        .site = job->documents->site, .size = size, .set_wordings = set_wordings, .context = job};
    int error = 0;

    if (!job->views[size] && size >= SES_VIEW_COMPACT)
        error = attach_records(job, &options);
    if (error == 0 && !job->views[size])
        error = ses_view_new(job->request, &options, job->arena, &job->views[size]);
    if (error == 0)
        *ret_view = job->views[size];
    return error;
}

static int build_template(const struct ses_rendering *job, const struct ses_document *document,
                          enum ses_view_size size, struct ses_buf *out)
{
    size_t row = (size_t)(document - ses_document_rows);
    struct ses_view *view = NULL;
    int error = view_of(job, size, &view);

    if (error != 0)
        return error;
    return ses_view_expand(view, job->documents->templates[job->request->operation][row], out,
                           job->findings);
}

/* A setting as a column: nothing in it that hides from people. */
static int escape_setting(const struct ses_rendering *job, enum ses_setting setting,
                          struct ses_str *ret_text)
{
    struct ses_buf text SES_CLEANUP(ses_buf_done);

    ses_buf_init(&text, SES_MAX_TEMPLATE_OUTPUT);
    ses_escape_text(&text, ses_site_text(job->documents->site, setting));
    return ses_buf_status(&text) != 0 ? ses_buf_status(&text)
                                      : ses_arena_copy(job->arena, ses_buf_str(&text), ret_text);
}

static int build_unload(const struct ses_rendering *job, struct ses_buf *out)
{
    const struct ses_request *request = job->request;
    struct ses_unload unload = {.table = ses_site_text(job->documents->site, SES_TICKET_TABLE)};
    struct ses_key key;
    int error;

    if (!ses_unload_is_table(unload.table)) {
        error =
            report(job, SES_DOCUMENT_BAD_TABLE, unload.table, "invalid table name in ticket.table");
        return error != 0 ? error : SES_EINVALID;
    }
    error = ses_key_make(request->operation, request->subject, ses_str_of(request->digest), &key);
    unload.record = ses_str_of(key.record);
    unload.correlation_id = ses_str_of(key.text);
    if (error == 0)
        error = ses_key_label(request->operation, request->subject, job->arena,
                              &unload.correlation_display);
    if (error == 0)
        error = escape_setting(job, SES_TICKET_CATEGORY, &unload.category);
    if (error == 0)
        error = escape_setting(job, SES_TICKET_ASSIGNMENT_GROUP, &unload.assignment_group);
    if (error == 0)
        error =
            render_to_arena(job, ses_document_find(SES_STR("summary")), &unload.short_description);
    if (error == 0)
        error = render_to_arena(job, ses_document_find(SES_STR("ticket")), &unload.description);
    unload.short_description = ses_document_first_line(unload.short_description);
    return error != 0 ? error : ses_unload_to_xml(&unload, out);
}

static int build(const struct ses_rendering *job, const struct ses_document *document,
                 enum ses_view_size size, struct ses_buf *out)
{
    switch (document->builder) {
    case SES_BUILD_JSON:
        return ses_request_to_json(job->request, job->documents->site, out);
    case SES_BUILD_UNLOAD_XML:
        return build_unload(job, out);
    default:
        return build_template(job, document, size, out);
    }
}

struct ses_str ses_document_first_line(struct ses_str text)
{
    return ses_str_slice(text, 0, ses_str_find(text, '\n'));
}

/* Two units for a character of four bytes. */
size_t ses_document_characters(struct ses_str text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];

        count += (byte & 0xC0) != 0x80;
        count += byte >= 0xF0;
    }
    return count;
}

/* Adds the document to `out` in the largest size that fits. */
static int render_fitting(const struct ses_rendering *job, const struct ses_document *document,
                          struct ses_buf *out, enum ses_view_size *ret_size)
{
    size_t start = out->len;
    int error = 0;

    for (int size = SES_VIEW_FULL; size < SES_VIEW_SIZES; size++) {
        ses_buf_cut(out, start);
        error = build(job, document, (enum ses_view_size)size, out);
        if (error != 0)
            return error;
        *ret_size = (enum ses_view_size)size;
        if (document->max_characters == 0 ||
            ses_document_characters(ses_str_slice(ses_buf_str(out), start, out->len)) <=
                document->max_characters)
            return 0;
    }
    error = report(job, SES_DOCUMENT_TOO_LONG, ses_str_of(document->name),
                   "document exceeds its field");
    return error != 0 ? error : SES_ELIMIT;
}

int ses_rendering_new(const struct ses_documents *documents, const struct ses_request *request,
                      struct ses_arena *arena, struct ses_rendering **ret_rendering,
                      struct ses_findings *findings)
{
    struct ses_rendering *rendering = ses_arena_alloc(arena, sizeof(*rendering));
    struct ses_view **views = ses_arena_array(arena, SES_VIEW_SIZES, sizeof(struct ses_view *));

    if (!rendering || !views)
        return SES_ENOMEM;
    *rendering = (struct ses_rendering){documents, request, arena, findings, views};
    *ret_rendering = rendering;
    return 0;
}

/* Adds a document of a request that is fit to be rendered. */
static int render(const struct ses_rendering *rendering, const struct ses_document *document,
                  struct ses_buf *out, bool *ret_attached)
{
    const struct ses_request *request = rendering->request;
    enum ses_view_size size = SES_VIEW_FULL;
    size_t start = out->len;
    int error = ses_buf_status(out);

    if (error != 0)
        return error;
    if (request->lifetime.kind == SES_LIFETIME_NONE && request->operation != SES_REMOVE) {
        error = report(rendering, SES_DOCUMENT_WITHOUT_LIFETIME, request->subject,
                       "request without a lifetime");
        return error != 0 ? error : SES_EINVALID;
    }
    error = render_fitting(rendering, document, out, &size);
    *ret_attached = size >= SES_VIEW_COMPACT && document->attaches_records;
    if (error == 0 && *ret_attached)
        error = report(rendering, SES_DOCUMENT_RECORDS_ATTACHED, ses_str_of(document->name),
                       "records moved to attachments");
    if (error != 0)
        ses_buf_cut(out, start);
    return error;
}

int ses_rendering_add(const struct ses_rendering *rendering, const struct ses_document *document,
                      struct ses_buf *out)
{
    bool moved;

    return render(rendering, document, out, &moved);
}

int ses_rendering_ticket(const struct ses_rendering *rendering, struct ses_ticket_text *ret_ticket)
{
    struct ses_buf text SES_CLEANUP(ses_buf_done);
    struct ses_arena *arena = rendering->arena;
    struct ses_ticket_text ticket = {0};
    bool moved;
    int error;

    ses_buf_init(&text, SES_MAX_TEMPLATE_OUTPUT);
    error = render(rendering, ses_document_find(SES_STR("summary")), &text, &moved);
    if (error == 0)
        error = ses_arena_copy(arena, ses_document_first_line(ses_buf_str(&text)), &ticket.summary);
    ses_buf_clear(&text);
    if (error == 0)
        error = render(rendering, ses_document_find(SES_STR("ticket")), &text,
                       &ticket.records_attached);
    if (error == 0)
        error = ses_arena_copy(arena, ses_buf_str(&text), &ticket.text);
    if (error == 0)
        *ret_ticket = ticket;
    return error;
}

int ses_document_render(const struct ses_documents *documents, const struct ses_document *document,
                        const struct ses_request *request, struct ses_arena *arena,
                        struct ses_buf *out, struct ses_findings *findings)
{
    struct ses_rendering *rendering;
    int error = ses_rendering_new(documents, request, arena, &rendering, findings);

    return error != 0 ? error : ses_rendering_add(rendering, document, out);
}
