/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <stdio.h>

#include "base/error.h"
#include "render/data.h"
#include "render/document_part.h"
#include "render/escape.h"
#include "render/group.h"

/* How many names stand for all of them. */
#define NAMED 3

/* A record takes 40 characters of a ticket, a member's line 20: above these counts neither is tried
 * in a ticket of 4000, and a group of a million takes no memory to find that out. */
#define MAX_TABLED (SES_MAX_TICKET_CHARACTERS / 40)
#define MAX_LISTED (SES_MAX_TICKET_CHARACTERS / 20)

/* The first rows of the table. */
enum { SUMMARY, TICKET };

/* To add a document: a row here, and a file of that name in templates/. */
const struct ses_group_document ses_group_document_rows[] = {
    {"summary", "ticket-summary.txt", "group-summary.txt", SES_GROUP_BUILD_TICKET, false,
     SES_MAX_SUMMARY_CHARACTERS},
    {"ticket", "ticket.txt", "group-ticket.txt", SES_GROUP_BUILD_TICKET, false,
     SES_MAX_TICKET_CHARACTERS},
    {"records", "records.csv", "group-records.csv", SES_GROUP_BUILD_ROWS, true, 0},
    {"zone", "records.zone", "group-records.zone", SES_GROUP_BUILD_ROWS, false, 0},
    {"json", "group.json", NULL, SES_GROUP_BUILD_JSON, false, 0},
};
const size_t ses_group_document_count =
    sizeof(ses_group_document_rows) / sizeof(ses_group_document_rows[0]);

_Static_assert(sizeof(ses_group_document_rows) / sizeof(ses_group_document_rows[0]) <=
                   SES_MAX_GROUP_DOCUMENTS,
               "SES_MAX_GROUP_DOCUMENTS is too small");

/* One group on its way to one document. */
struct job {
    const struct ses_documents *documents;
    const struct ses_group *group;
    struct ses_arena *arena;
    struct ses_findings *findings;
    struct ses_request whole; /* what the members have in common, as if they were one */
    struct ses_view_group facts;
};

int ses_documents_add_groups(struct ses_documents *documents, const char *folder,
                             struct ses_findings *findings)
{
    int first = 0;

    for (size_t i = 0; i < ses_group_document_count; i++) {
        const char *name = ses_group_document_rows[i].template_file;
        int error =
            name ? ses_document_compile(folder, name, &documents->group_templates[i], findings) : 0;

        if (error == SES_ENOMEM)
            return error;
        /* The next template can still be looked at. */
        if (first == 0)
            first = error;
    }
    return first;
}

static size_t count_records(const struct ses_group *group)
{
    size_t count = 0;

    for (size_t i = 0; i < group->count; i++)
        count += group->members[i]->request.published_count;
    return count;
}

bool ses_group_document_applies(const struct ses_group_document *document,
                                const struct ses_group *group)
{
    return !document->for_records || count_records(group) > 0;
}

static bool is_of(const struct ses_group_member *member, enum ses_subject_kind kind)
{
    return member->request.kind == kind;
}

/* "a.edu, b.edu, c.edu and 7 more": the members of `kind`, or all of them where it is negative. */
static int name_members(const struct job *job, int kind, struct ses_str *ret_words)
{
    const struct ses_group *group = job->group;
    struct ses_str names = {0};
    size_t total = 0;
    size_t named = 0;
    int error = 0;

    for (size_t i = 0; i < group->count; i++)
        total += kind < 0 || is_of(group->members[i], (enum ses_subject_kind)kind);
    for (size_t i = 0; i < group->count && named < NAMED && error == 0; i++) {
        const struct ses_group_member *member = group->members[i];

        if (kind >= 0 && !is_of(member, (enum ses_subject_kind)kind))
            continue;
        named++;
        error = ses_arena_printf(job->arena, &names, "%.*s%s%s", SES_STR_ARG(names),
                                 named == 1       ? ""
                                 : named == total ? " and "
                                                  : ", ",
                                 member->request.subject.ptr);
    }
    if (error == 0 && total > named)
        error = ses_arena_printf(job->arena, &names, "%.*s and %zu more", SES_STR_ARG(names),
                                 total - named);
    *ret_words = names;
    return error;
}

/* Texts of a request that the whole has where all members have the same. */
static const size_t common_texts[] = {
    offsetof(struct ses_request, zone),    offsetof(struct ses_request, contact),
    offsetof(struct ses_request, purpose), offsetof(struct ses_request, account),
    offsetof(struct ses_request, region),
};

static struct ses_str *text_at(const struct ses_request *request, size_t offset)
{
    return (struct ses_str *)(void *)((char *)request + offset);
}

static void find_common(const struct ses_group *group, struct ses_request *whole)
{
    for (size_t k = 0; k < sizeof(common_texts) / sizeof(common_texts[0]); k++) {
        struct ses_str *text = text_at(whole, common_texts[k]);

        *text = *text_at(&group->members[0]->request, common_texts[k]);
        for (size_t i = 1; i < group->count; i++) {
            if (!ses_str_eq(*text, *text_at(&group->members[i]->request, common_texts[k])))
                *text = (struct ses_str){0};
        }
    }
}

/* Every column is known to every document; its cell where all members have the same. */
static int find_common_columns(const struct job *job, struct ses_request *whole)
{
    const struct ses_request *first = &job->group->members[0]->request;
    struct ses_str *values = ses_arena_array(job->arena, first->extra_count, sizeof(*values));

    if (!values)
        return SES_ENOMEM;
    for (size_t k = 0; k < first->extra_count; k++) {
        values[k] = first->extra_values[k];
        for (size_t i = 1; i < job->group->count; i++) {
            if (!ses_str_eq(values[k], job->group->members[i]->request.extra_values[k]))
                values[k] = (struct ses_str){0};
        }
    }
    whole->extra_names = first->extra_names;
    whole->extra_values = values;
    whole->extra_count = first->extra_count;
    return 0;
}

/* Files of all members, each once. */
static int list_exports(const struct job *job, const struct ses_attachment ***ret_exports,
                        size_t *ret_count)
{
    const struct ses_attachment **exports = NULL;
    struct ses_map seen = {0};
    size_t capacity = 0;
    size_t count = 0;

    for (size_t i = 0; i < job->group->count; i++) {
        const struct ses_group_member *member = job->group->members[i];

        for (size_t k = 0; k < member->export_count; k++) {
            const struct ses_attachment *export = member->exports[k];
            struct ses_str path = ses_str_of(export->path);

            if (ses_map_find(&seen, path))
                continue;
            /* The cast: a map does not write to its values. */
            if (ses_map_set(&seen, job->arena, path, (void *)export) != 0 ||
                ses_arena_grow(job->arena, &exports, count, &capacity, sizeof(*exports)) != 0)
                return SES_ENOMEM;
            exports[count++] = export;
        }
    }
    *ret_exports = exports;
    *ret_count = count;
    return 0;
}

static int start(struct job *job)
{
    const struct ses_group *group = job->group;
    const struct ses_attachment **exports;
    struct ses_view_group *facts = &job->facts;
    struct ses_request *whole = &job->whole;
    int error;

    *facts = (struct ses_view_group){.by = ses_group_key_name(group->key),
                                     .value = group->value,
                                     .whole = whole,
                                     .digest = group->digest};
    for (size_t i = 0; i < group->count; i++)
        facts->host_count += is_of(group->members[i], SES_SUBJECT_HOST);
    facts->domain_count = group->count - facts->host_count;
    ses_request_init(whole, facts->domain_count > 0 ? SES_SUBJECT_DOMAIN : SES_SUBJECT_HOST);
    whole->lifetime = group->members[0]->request.lifetime;
    snprintf(whole->digest, sizeof(whole->digest), "%s", group->digest);
    find_common(group, whole);
    error = find_common_columns(job, whole);
    if (error == 0)
        error = name_members(job, -1, &whole->subject);
    return error != 0 ? error : list_exports(job, &exports, &facts->export_count);
}

/* The records and nodes of all members, borrowed from them. */
static int gather(struct job *job)
{
    size_t records = count_records(job->group);
    struct ses_request *whole = &job->whole;
    int error = 0;

    whole->published = ses_arena_array(job->arena, records, sizeof(struct ses_record *));
    if (!whole->published)
        return SES_ENOMEM;
    for (size_t i = 0; i < job->group->count && error == 0; i++) {
        const struct ses_request *member = &job->group->members[i]->request;

        for (size_t k = 0; k < member->published_count; k++)
            whole->published[whole->published_count++] = member->published[k];
        for (size_t k = 0; k < member->node_count && error == 0; k++)
            error = ses_request_add_node(whole, job->arena, &member->nodes[k]);
    }
    return error;
}

static int attach_exports(const struct job *job, const struct ses_attachment *const *exports,
                          size_t count, struct ses_view_options *options)
{
    struct ses_attachment *attachments = ses_arena_array(job->arena, count, sizeof(*attachments));

    if (!attachments)
        return SES_ENOMEM;
    for (size_t i = 0; i < count; i++)
        attachments[i] = *exports[i];
    options->attachments = attachments;
    options->attachment_count = count;
    return 0;
}

static int attach_all_exports(const struct job *job, struct ses_view_options *options)
{
    const struct ses_attachment **exports;
    size_t count;
    int error = list_exports(job, &exports, &count);

    return error != 0 ? error : attach_exports(job, exports, count, options);
}

/* The documents that stand in for the tables. */
static int attach_documents(const struct job *job, struct ses_view_options *options)
{
    struct ses_attachment *attachments =
        ses_arena_array(job->arena, ses_group_document_count, sizeof(*attachments));
    int error = attachments ? 0 : SES_ENOMEM;

    options->attachments = attachments;
    for (size_t i = 0; i < ses_group_document_count && error == 0; i++) {
        const struct ses_group_document *document = &ses_group_document_rows[i];
        struct ses_buf text SES_CLEANUP(ses_buf_done);

        ses_buf_init(&text, SES_MAX_GROUP_DOCUMENT);
        if (document->builder != SES_GROUP_BUILD_ROWS ||
            !ses_group_document_applies(document, job->group))
            continue;
        error = ses_group_render(job->documents, document, job->group, &text, job->findings);
        if (error == 0)
            error = ses_attachment_make(document->file, ses_buf_str(&text),
                                        &attachments[options->attachment_count++]);
    }
    return error;
}

/* The wording for the members of one kind, if there are any. */
static int open_for(const struct job *job, enum ses_subject_kind kind, enum ses_setting setting,
                    struct ses_str *opening)
{
    const struct ses_view_options options = {
        .site = job->documents->site, .group = &job->facts, .unlisted = true};
    struct ses_request whole = job->whole;
    struct ses_view *view;
    struct ses_str more;
    int error = name_members(job, (int)kind, &whole.subject);

    if (error != 0 || whole.subject.len == 0)
        return error;
    whole.kind = kind;
    if (kind == SES_SUBJECT_HOST)
        whole.published_count = 0;
    error = ses_view_new(&whole, &options, job->arena, &view);
    if (error == 0)
        error = ses_document_expand_wording(job->documents, setting, view, job->arena, &more,
                                            job->findings);
    return error != 0 ? error
                      : ses_arena_printf(job->arena, opening, "%.*s%s%.*s", SES_STR_ARG(*opening),
                                         opening->len > 0 ? " " : "", SES_STR_ARG(more));
}

static int set_wordings(const struct job *job, struct ses_view *view)
{
    struct ses_str opening = {0};
    struct ses_str closing;
    int error = open_for(job, SES_SUBJECT_DOMAIN, SES_TICKET_OPENING_SES, &opening);

    if (error == 0)
        error = open_for(job, SES_SUBJECT_HOST, SES_TICKET_OPENING_EC2, &opening);
    if (error == 0)
        error = ses_document_expand_wording(job->documents, SES_TICKET_CLOSING, view, job->arena,
                                            &closing, job->findings);
    return error != 0 ? error : ses_view_set_wordings(view, opening, closing);
}

/* A view of each member, for the lists of the whole. */
static int show_members(const struct job *job, struct ses_view_options options,
                        const struct ses_view *const **ret_views)
{
    const struct ses_view **views =
        ses_arena_array(job->arena, job->group->count, sizeof(struct ses_view *));
    int error = views ? 0 : SES_ENOMEM;

    options.group = &job->facts;
    options.attachment_count = 0;
    for (size_t i = 0; i < job->group->count && error == 0; i++) {
        struct ses_view *view;

        error = ses_view_new(&job->group->members[i]->request, &options, job->arena, &view);
        if (error == 0)
            views[i] = view;
    }
    *ret_views = views;
    return error;
}

static int expand(const struct job *job, const struct ses_group_document *document,
                  const struct ses_view *view, struct ses_buf *out)
{
    size_t row = (size_t)(document - ses_group_document_rows);

    return ses_view_expand(view, job->documents->group_templates[row], out, job->findings);
}

static int build_ticket(struct job *job, const struct ses_group_document *document,
                        enum ses_view_size size, struct ses_buf *out)
{
    struct ses_view_group facts;
    struct ses_view_options options = {.site = job->documents->site,
                                       .size = size,
                                       .group = &facts,
                                       .unlisted = size >= SES_VIEW_COMPACT};
    struct ses_view *view;
    int error = start(job);

    if (error == 0)
        error = gather(job);
    if (error == 0)
        error = size < SES_VIEW_COMPACT ? attach_all_exports(job, &options)
                                        : attach_documents(job, &options);
    facts = job->facts;
    if (error == 0 && size < SES_VIEW_TIGHT) {
        error = show_members(job, options, &facts.shown);
        facts.shown_count = job->group->count;
    }
    if (error == 0)
        error = ses_view_new(&job->whole, &options, job->arena, &view);
    if (error == 0)
        error = set_wordings(job, view);
    return error != 0 ? error : expand(job, document, view, out);
}

/* One request of a document that has one part for each. */
static int build_row(struct job *job, const struct ses_group_document *document, size_t index,
                     struct ses_arena *arena, struct ses_buf *out)
{
    const struct ses_group_member *member = job->group->members[index];
    struct ses_view_options options = {.site = job->documents->site, .group = &job->facts};
    struct job row = *job;
    struct ses_view *view;
    int error;

    row.arena = arena;
    row.facts.is_first = index == 0;
    options.group = &row.facts;
    error = attach_exports(&row, member->exports, member->export_count, &options);
    if (error == 0)
        error = ses_view_new(&member->request, &options, arena, &view);
    return error != 0 ? error : expand(&row, document, view, out);
}

/* A request at a time, so that the memory is that of the text. */
static int build_rows(struct job *job, const struct ses_group_document *document,
                      struct ses_buf *out)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    int error = start(job);

    for (size_t i = 0; i < job->group->count && error == 0; i++) {
        ses_arena_clear(&arena);
        error = build_row(job, document, i, &arena, out);
    }
    return error;
}

static void add_text(struct ses_buf *out, const char *before, struct ses_str text)
{
    ses_buf_printf(out, "%s", before);
    if (text.len == 0) {
        ses_buf_add(out, SES_STR("null"));
        return;
    }
    ses_buf_add_byte(out, '"');
    ses_escape_json(out, text);
    ses_buf_add_byte(out, '"');
}

static void add_member(struct ses_buf *out, const struct ses_request *request, bool is_last)
{
    ses_buf_printf(out, "    {\"kind\": \"%s\"",
                   request->kind == SES_SUBJECT_HOST ? "host" : "domain");
    add_text(out, ", \"name\": ", request->subject);
    ses_buf_printf(out, ", \"records\": %zu, \"nodes\": %zu, \"digest\": \"sha256:%s\"}%s\n",
                   request->published_count, request->node_count, request->digest,
                   is_last ? "" : ",");
}

static int add_exports(const struct job *job, struct ses_buf *out)
{
    const struct ses_attachment **exports;
    size_t count;
    int error = list_exports(job, &exports, &count);

    for (size_t i = 0; i < count && error == 0; i++) {
        add_text(out, "    {\"file\": ", ses_str_of(exports[i]->path));
        ses_buf_printf(out, ", \"bytes\": %zu, \"digest\": \"sha256:%s\"}%s\n", exports[i]->size,
                       exports[i]->sha256, i + 1 < count ? "," : "");
    }
    return error;
}

/* Written as it comes: a tree of a million members would be far larger than its text. */
static int build_json(const struct job *job, struct ses_buf *out)
{
    const struct ses_group *group = job->group;
    const struct ses_lifetime *lifetime = &group->members[0]->request.lifetime;
    bool poc = lifetime->kind == SES_LIFETIME_POC;
    char expires[SES_DATE_TEXT] = "";
    int error;

    if (poc)
        ses_date_format(lifetime->expires, expires);
    ses_buf_printf(out,
                   "{\n  \"format\": \"sesdns group 1\",\n  \"operation\": \"add\",\n"
                   "  \"group\": {\"by\": \"%s\"",
                   ses_group_key_name(group->key));
    add_text(out, ", \"value\": ", group->value);
    ses_buf_printf(out, "},\n  \"lifetime\": {\"kind\": \"%s\"", poc ? "poc" : "production");
    add_text(out, ", \"expires\": ", ses_str_of(expires));
    ses_buf_add(out, SES_STR("},\n  \"members\": [\n"));
    for (size_t i = 0; i < group->count; i++)
        add_member(out, &group->members[i]->request, i + 1 == group->count);
    ses_buf_add(out, SES_STR("  ],\n  \"exports\": [\n"));
    error = add_exports(job, out);
    ses_buf_printf(out, "  ],\n  \"digest\": \"sha256:%s\"\n}\n", group->digest);
    return error != 0 ? error : ses_buf_status(out);
}

static int report(const struct job *job, enum ses_document_code code, const char *sentence)
{
    const struct ses_finding finding = {.code = &ses_document_codes[code],
                                        .value = job->group->name};

    return ses_finding_report(job->findings, finding, "%s", sentence);
}

static enum ses_view_size largest_size(const struct ses_group *group)
{
    if (group->count > MAX_LISTED)
        return SES_VIEW_TIGHT;
    return count_records(group) > MAX_TABLED ? SES_VIEW_COMPACT : SES_VIEW_FULL;
}

/* Sets `out` to the document in the largest size that fits. */
static int render_fitting(struct job *job, const struct ses_group_document *document,
                          struct ses_buf *out, enum ses_view_size *ret_size)
{
    int error;

    for (int size = (int)largest_size(job->group); size < SES_VIEW_SIZES; size++) {
        struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};

        job->arena = &arena;
        ses_buf_clear(out);
        error = build_ticket(job, document, (enum ses_view_size)size, out);
        if (error != 0)
            return error;
        *ret_size = (enum ses_view_size)size;
        if (ses_document_characters(ses_buf_str(out)) <= document->max_characters)
            return 0;
    }
    error = report(job, SES_DOCUMENT_TOO_LONG, "document of a group exceeds its field");
    return error != 0 ? error : SES_ELIMIT;
}

/* Sets `out` to a document that has a ceiling. */
static int render_ticket(struct job *job, const struct ses_group_document *document,
                         struct ses_buf *out, bool *ret_attached)
{
    enum ses_view_size size = SES_VIEW_FULL;
    int error = render_fitting(job, document, out, &size);

    /* The summary names no records. */
    *ret_attached =
        size >= SES_VIEW_COMPACT && document->max_characters == SES_MAX_TICKET_CHARACTERS;
    if (error == 0 && *ret_attached)
        error =
            report(job, SES_DOCUMENT_RECORDS_ATTACHED, "records of a group moved to attachments");
    return error;
}

static int build(struct job *job, const struct ses_group_document *document, struct ses_buf *out)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    bool attached;

    job->arena = &arena;
    switch (document->builder) {
    case SES_GROUP_BUILD_ROWS:
        return build_rows(job, document, out);
    case SES_GROUP_BUILD_JSON:
        return build_json(job, out);
    default:
        return render_ticket(job, document, out, &attached);
    }
}

int ses_group_ticket(const struct ses_documents *documents, const struct ses_group *group,
                     struct ses_arena *arena, struct ses_ticket_text *ret_ticket,
                     struct ses_findings *findings)
{
    struct job job = {.documents = documents, .group = group, .findings = findings};
    struct ses_buf text SES_CLEANUP(ses_buf_done);
    struct ses_ticket_text ticket = {0};
    bool attached;
    int error;

    ses_buf_init(&text, SES_MAX_GROUP_DOCUMENT);
    error = render_ticket(&job, &ses_group_document_rows[SUMMARY], &text, &attached);
    if (error == 0)
        error = ses_arena_copy(arena, ses_document_first_line(ses_buf_str(&text)), &ticket.summary);
    if (error == 0)
        error =
            render_ticket(&job, &ses_group_document_rows[TICKET], &text, &ticket.records_attached);
    if (error == 0)
        error = ses_arena_copy(arena, ses_buf_str(&text), &ticket.text);
    if (error == 0)
        *ret_ticket = ticket;
    return error;
}

int ses_group_view(const struct ses_documents *documents, const struct ses_group *group,
                   const struct ses_view_ticket *ticket, struct ses_arena *arena,
                   struct ses_view **ret_view, struct ses_findings *findings)
{
    struct job *job = ses_arena_alloc(arena, sizeof(*job));
    struct ses_view_options options = {.site = documents->site, .ticket = ticket, .unlisted = true};
    int error;

    if (!job)
        return SES_ENOMEM;
    *job =
        (struct job){.documents = documents, .group = group, .arena = arena, .findings = findings};
    error = start(job);
    options.group = &job->facts;
    return error != 0 ? error : ses_view_new(&job->whole, &options, arena, ret_view);
}

int ses_group_render(const struct ses_documents *documents,
                     const struct ses_group_document *document, const struct ses_group *group,
                     struct ses_buf *out, struct ses_findings *findings)
{
    struct job job = {.documents = documents, .group = group, .findings = findings};
    struct ses_buf text SES_CLEANUP(ses_buf_done);
    int error;

    ses_buf_init(&text, SES_MAX_GROUP_DOCUMENT);
    error = build(&job, document, &text);
    if (error != 0)
        return error;
    ses_buf_add(out, ses_buf_str(&text));
    return ses_buf_status(out);
}
