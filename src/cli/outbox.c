/* SPDX-License-Identifier: MIT */
#include "cli/outbox.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "submit/code.h"

/* The largest file that goes with a ticket: the CSV of a large group. */
#define MAX_FILE ((size_t)64 * 1024 * 1024)

static int compile_fields(struct cli_outbox *outbox, struct ses_findings *findings)
{
    const struct ses_instance *instance = &outbox->options->instance;
    struct ses_str names[SES_MAX_FIELDS];
    struct ses_str templates[SES_MAX_FIELDS];

    for (size_t i = 0; i < instance->field_count; i++) {
        names[i] = instance->fields[i].name;
        templates[i] = instance->fields[i].template;
    }
    return ses_fields_new(names, templates, instance->field_count, &outbox->fields, findings);
}

int cli_outbox_open(struct cli_outbox *outbox, const struct cli_options *options,
                    struct ses_findings *findings)
{
    int error;

    *outbox = (struct cli_outbox){.options = options, .findings = findings};
    ses_groups_init(&outbox->groups, options->group_by);
    error = cli_review_open(&outbox->review, options->expect);
    if (error == 0)
        error = ses_documents_new(&options->site, options->templates, &outbox->documents, findings);
    if (error == 0 && options->group_by != SES_GROUP_NONE)
        error = ses_documents_add_groups(outbox->documents, options->templates, findings);
    return error != 0 ? error : compile_fields(outbox, findings);
}

void cli_outbox_done(struct cli_outbox *outbox)
{
    cli_review_done(&outbox->review);
    ses_groups_done(&outbox->groups);
    ses_fields_free(outbox->fields);
    ses_documents_free(outbox->documents);
    ses_arena_done(&outbox->arena);
}

static int open_ticket(struct cli_outbox *outbox, enum ses_operation operation,
                       struct ses_str subject, const char *digest, struct ses_ticket *ticket)
{
    struct ses_arena *arena = &outbox->arena;
    struct ses_str copy;
    int error;

    *ticket = (struct ses_ticket){.operation = operation};
    error = ses_arena_copy(arena, subject, &ticket->subject);
    if (error == 0)
        error = ses_arena_copy(arena, ses_str_of(digest), &copy);
    if (error == 0)
        error = ses_key_make(operation, subject, copy, &ticket->key);
    if (error == 0)
        error = ses_key_label(operation, subject, arena, &ticket->label);
    ticket->digest = copy;
    return error;
}

/* The values are those of the config's fields, in its order. */
static int set_fields(struct cli_outbox *outbox, const struct ses_str *values,
                      struct ses_ticket *ticket)
{
    const struct ses_instance *instance = &outbox->options->instance;
    struct ses_ticket_field *fields =
        ses_arena_array(&outbox->arena, instance->field_count, sizeof(*fields));
    int error = fields ? 0 : SES_ENOMEM;

    for (size_t i = 0; i < instance->field_count && error == 0; i++) {
        fields[i].name = instance->fields[i].name;
        fields[i].stored = instance->fields[i].stored;
        error = ses_arena_copy(&outbox->arena, values[i], &fields[i].value);
    }
    ticket->fields = fields;
    ticket->field_count = instance->field_count;
    return error;
}

struct file_list {
    struct ses_ticket_file *items; /* arena */
    size_t count;
    size_t capacity;
};

static bool has_file(const struct file_list *files, const struct ses_ticket_file *file)
{
    for (size_t i = 0; i < files->count; i++) {
        if (ses_str_eq(files->items[i].name, file->name) &&
            strcmp(files->items[i].sha256, file->sha256) == 0)
            return true;
    }
    return false;
}

static struct ses_str type_of(struct ses_str name)
{
    return ses_str_ends(name, SES_STR(".csv")) ? SES_STR("text/csv") : SES_STR("text/plain");
}

/* Two files of one name and content are one. */
static int add_file(struct cli_outbox *outbox, const char *path, struct ses_str bytes,
                    struct file_list *files)
{
    struct ses_arena *arena = &outbox->arena;
    struct ses_ticket_file file = {0};
    int error;

    if (bytes.len == 0)
        return 0;
    error = ses_ticket_file_name(path, arena, &file.name);
    if (error == 0)
        error = ses_digest_of(bytes, file.sha256);
    if (error != 0 || has_file(files, &file))
        return error;
    file.content_type = type_of(file.name);
    error = ses_arena_copy(arena, bytes, &file.bytes);
    if (error == 0)
        error = ses_arena_grow(arena, &files->items, files->count, &files->capacity,
                               sizeof(*files->items));
    if (error == 0)
        files->items[files->count++] = file;
    return error;
}

static bool shares_name(const struct file_list *files, size_t at)
{
    for (size_t i = 0; i < files->count; i++) {
        if (i != at && ses_str_eq(files->items[i].name, files->items[at].name))
            return true;
    }
    return false;
}

/* The console gives every download the same name, and the text of the ticket tells files apart by
 * their SHA-256: so do their names then. An old instance that tells no hash of a file is asked for
 * its name and size, which are the same for many. */
static int distinguish(struct cli_outbox *outbox, struct file_list *files)
{
    struct ses_arena *arena = &outbox->arena;
    struct ses_str *names = ses_arena_array(arena, files->count + 1, sizeof(*names));
    int error = names ? 0 : SES_ENOMEM;

    for (size_t i = 0; i < files->count && error == 0; i++) {
        const struct ses_ticket_file *file = &files->items[i];

        names[i] = file->name;
        if (shares_name(files, i))
            error = ses_ticket_file_rename(file, arena, &names[i]);
    }
    for (size_t i = 0; i < files->count && error == 0; i++)
        files->items[i].name = names[i];
    return error;
}

static int set_files(struct cli_outbox *outbox, struct file_list *files, struct ses_ticket *ticket)
{
    int error = distinguish(outbox, files);

    ticket->files = files->items;
    ticket->file_count = files->count;
    return error;
}

/* What stands in for the records where the ticket has no room for them. */
static const char *const moved[] = {"records", "zone"};

static int add_documents(struct cli_outbox *outbox, const struct ses_request *request,
                         const struct ses_rendering *rendering, struct file_list *files)
{
    int error = 0;

    for (size_t i = 0; i < sizeof(moved) / sizeof(moved[0]) && error == 0; i++) {
        const struct ses_document *document = ses_document_find(ses_str_of(moved[i]));
        struct ses_buf text SES_CLEANUP(ses_buf_done);

        ses_buf_init(&text, MAX_FILE);
        error = ses_rendering_add(rendering, document, &text);
        if (error == 0)
            error =
                add_file(outbox, ses_document_file(document, request), ses_buf_str(&text), files);
    }
    return error;
}

static int set_request(struct cli_outbox *outbox, const struct ses_request *request,
                       struct ses_ticket *ticket)
{
    const struct ses_request **list =
        ses_arena_array(&outbox->arena, 1, sizeof(struct ses_request *));
    struct ses_request *copy = ses_arena_alloc(&outbox->arena, sizeof(*copy));
    int error;

    if (!list || !copy)
        return SES_ENOMEM;
    error = ses_request_copy(request, &outbox->arena, copy);
    if (error == 0)
        error = ses_request_copy_columns(copy, &outbox->arena);
    list[0] = copy;
    ticket->refers_to = copy->earlier.key;
    ticket->requests = list;
    ticket->request_count = 1;
    return error;
}

static int copy_place(struct ses_arena *arena, const struct ses_place *place,
                      struct ses_place *ret_place)
{
    struct ses_str file = {0};
    int error = 0;

    *ret_place = (struct ses_place){.line = place->line, .offset = place->offset};
    if (place->file)
        error = ses_arena_copy(arena, ses_str_of(place->file), &file);
    ret_place->file = file.ptr;
    return error != 0 ? error : ses_arena_copy(arena, place->text, &ret_place->text);
}

static int block_unreviewed(struct cli_outbox *outbox, struct ses_ticket *ticket)
{
    const struct ses_finding finding = {.code = &ses_submit_codes[SES_SUBMIT_NOT_REVIEWED],
                                        .place = ticket->place,
                                        .value = ticket->subject,
                                        .subject = ticket->subject.ptr};

    if (ticket->state == SES_TICKET_BLOCKED)
        return 0;
    ticket->state = SES_TICKET_BLOCKED;
    ticket->why = SES_STR("not what was reviewed");
    return ses_finding_report(outbox->findings, finding, "this is not what was reviewed");
}

/* The bytes of a document are compared, as --expect has them. */
static int review(struct cli_outbox *outbox, const struct ses_request *request,
                  const struct ses_rendering *rendering, struct ses_str text,
                  struct ses_ticket *ticket)
{
    struct ses_buf summary SES_CLEANUP(ses_buf_done);
    int error;

    ses_buf_init(&summary, MAX_FILE);
    error = ses_rendering_add(rendering, ses_document_find(SES_STR("summary")), &summary);
    if (error == 0 && !cli_review_agrees(&outbox->review, request->subject, request->digest,
                                         ses_buf_str(&summary), text))
        error = block_unreviewed(outbox, ticket);
    return error;
}

static int fill(struct cli_outbox *outbox, struct cli_job *job, struct ses_ticket *ticket)
{
    const struct ses_request *request = job->request;
    struct ses_findings *findings = outbox->findings;
    struct ses_str values[SES_MAX_FIELDS];
    struct ses_rendering *rendering;
    struct ses_ticket_text text;
    struct ses_view_ticket view;
    struct file_list files = {0};
    int error = ses_rendering_new(outbox->documents, request, &job->arena, &rendering, findings);

    if (error == 0)
        error = ses_rendering_ticket(rendering, &text);
    if (error != 0)
        return error;
    view = (struct ses_view_ticket){text.summary, text.text, ses_str_of(ticket->key.text)};
    error = ses_fields_expand(outbox->fields, outbox->documents, request, &view, &job->arena,
                              values, findings);
    if (error == 0)
        error = set_fields(outbox, values, ticket);
    for (size_t i = 0; i < request->source_count && error == 0; i++)
        error = add_file(outbox, request->sources[i]->path, request->sources[i]->bytes, &files);
    if (error == 0 && text.records_attached && request->published_count > 0)
        error = add_documents(outbox, request, rendering, &files);
    if (error == 0)
        error = set_files(outbox, &files, ticket);
    if (error == 0)
        error = copy_place(&outbox->arena, &request->subject_at, &ticket->place);
    if (error == 0)
        error = review(outbox, request, rendering, text.text, ticket);
    return error != 0 ? error : set_request(outbox, request, ticket);
}

static struct ses_ticket *next_ticket(struct cli_outbox *outbox)
{
    if (ses_arena_grow(&outbox->arena, &outbox->tickets, outbox->count, &outbox->capacity,
                       sizeof(*outbox->tickets)) != 0)
        return NULL;
    return &outbox->tickets[outbox->count];
}

/* The bytes of an export that goes with the ticket of a group, each once. */
static int keep_export(struct cli_outbox *outbox, const struct ses_source *source)
{
    struct ses_str *bytes;
    struct ses_str path;
    int error;

    if (ses_map_find(&outbox->exports, ses_str_of(source->path)))
        return 0;
    bytes = ses_arena_alloc(&outbox->arena, sizeof(*bytes));
    if (!bytes)
        return SES_ENOMEM;
    error = ses_arena_copy(&outbox->arena, ses_str_of(source->path), &path);
    if (error == 0)
        error = ses_arena_copy(&outbox->arena, source->bytes, bytes);
    return error != 0 ? error : ses_map_set(&outbox->exports, &outbox->arena, path, bytes);
}

static int add_to_group(struct cli_outbox *outbox, const struct ses_request *request)
{
    int error = ses_groups_add(&outbox->groups, request);

    for (size_t i = 0; i < request->source_count && error == 0; i++)
        error = keep_export(outbox, request->sources[i]);
    return error;
}

int cli_outbox_add(struct cli_outbox *outbox, struct cli_job *job)
{
    struct ses_ticket *ticket;
    int error;

    if (!job->good) {
        outbox->refused += job->request != NULL;
        return 0;
    }
    if (outbox->groups.key != SES_GROUP_NONE)
        return add_to_group(outbox, job->request);
    ticket = next_ticket(outbox);
    if (!ticket)
        return SES_ENOMEM;
    error = open_ticket(outbox, job->request->operation, job->request->subject,
                        job->request->digest, ticket);
    if (error == 0)
        error = fill(outbox, job, ticket);
    if (error == 0)
        outbox->count++;
    /* What is wrong with one was reported, and the others go on. */
    if (error != SES_EINVALID && error != SES_ELIMIT)
        return error;
    outbox->refused++;
    return 0;
}

static int add_exports(struct cli_outbox *outbox, const struct ses_group_member *member,
                       struct file_list *files)
{
    int error = 0;

    for (size_t i = 0; i < member->export_count && error == 0; i++) {
        const char *path = member->exports[i]->path;
        const struct ses_str *bytes = ses_map_find(&outbox->exports, ses_str_of(path));

        if (bytes)
            error = add_file(outbox, path, *bytes, files);
    }
    return error;
}

static int add_group_documents(struct cli_outbox *outbox, const struct ses_group *group,
                               struct ses_findings *findings, struct file_list *files)
{
    int error = 0;

    for (size_t i = 0; i < ses_group_document_count && error == 0; i++) {
        const struct ses_group_document *document = &ses_group_document_rows[i];
        struct ses_buf text SES_CLEANUP(ses_buf_done);

        ses_buf_init(&text, MAX_FILE);
        if (document->builder != SES_GROUP_BUILD_ROWS ||
            !ses_group_document_applies(document, group))
            continue;
        error = ses_group_render(outbox->documents, document, group, &text, findings);
        if (error == 0)
            error = add_file(outbox, document->file, ses_buf_str(&text), files);
    }
    return error;
}

static bool is_reviewed(struct cli_outbox *outbox, const struct ses_group *group,
                        const struct ses_request *member)
{
    const struct ses_str any = {0};

    return cli_review_agrees(&outbox->review, member->subject, member->digest, any, any) ||
           cli_review_agrees(&outbox->review, group->name, group->digest, any, any);
}

static int set_members(struct cli_outbox *outbox, const struct ses_group *group,
                       struct ses_ticket *ticket)
{
    const struct ses_request **list =
        ses_arena_array(&outbox->arena, group->count, sizeof(struct ses_request *));
    int error = 0;

    if (!list)
        return SES_ENOMEM;
    for (size_t i = 0; i < group->count && error == 0; i++) {
        list[i] = &group->members[i]->request;
        if (!is_reviewed(outbox, group, list[i]))
            error = block_unreviewed(outbox, ticket);
    }
    ticket->requests = list;
    ticket->request_count = group->count;
    return error;
}

static int fill_group(struct cli_outbox *outbox, const struct ses_group *group,
                      struct ses_ticket *ticket, struct ses_findings *findings)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_str values[SES_MAX_FIELDS];
    struct ses_ticket_text text;
    struct ses_view_ticket view;
    struct file_list files = {0};
    int error = ses_group_ticket(outbox->documents, group, &arena, &text, findings);

    if (error != 0)
        return error;
    view = (struct ses_view_ticket){text.summary, text.text, ses_str_of(ticket->key.text)};
    error = ses_fields_expand_group(outbox->fields, outbox->documents, group, &view, &arena, values,
                                    findings);
    if (error == 0)
        error = set_fields(outbox, values, ticket);
    for (size_t i = 0; i < group->count && error == 0; i++)
        error = add_exports(outbox, group->members[i], &files);
    if (error == 0 && text.records_attached)
        error = add_group_documents(outbox, group, findings, &files);
    if (error == 0)
        error = set_files(outbox, &files, ticket);
    return error != 0 ? error : set_members(outbox, group, ticket);
}

int cli_outbox_seal(struct cli_outbox *outbox, struct ses_findings *findings)
{
    struct ses_groups *groups = &outbox->groups;
    int error = ses_groups_seal(groups);

    for (size_t i = 0; i < groups->count && error == 0; i++) {
        const struct ses_group *group = groups->items[i];
        struct ses_ticket *ticket = next_ticket(outbox);

        if (!ticket)
            return SES_ENOMEM;
        error = open_ticket(outbox, SES_ADD, group->name, group->digest, ticket);
        if (error == 0)
            error = fill_group(outbox, group, ticket, findings);
        if (error == 0)
            outbox->count++;
        if (error != SES_EINVALID && error != SES_ELIMIT)
            continue;
        outbox->refused++;
        error = 0;
    }
    return error;
}
