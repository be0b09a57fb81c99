/* SPDX-License-Identifier: MIT */
#include "cli/rebuild.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/map.h"
#include "cli/batch.h"
#include "ingest/export.h"
#include "ingest/node.h"
#include "ingest/subject.h"
#include "model/name.h"
#include "render/escape.h"
#include "submit/block.h"

/* A ticket whose text was understood. */
struct found {
    struct ses_survey_ticket ticket; /* arena */
    struct ses_block block;          /* arena */
    struct ses_str subject;          /* arena: as the key has it */
};

struct run {
    const struct cli_options *options;
    struct cli_report *report;
    struct ses_ledger *ledger;
    struct ses_survey *survey;
    struct ses_arena arena; /* of all tickets */
    struct ses_arena own;   /* of one ticket */
    struct found **items;   /* arena */
    size_t count, capacity;
    struct ses_map inputs; /* by subject: requests of the exports that flags name */
    struct ses_requests input_requests;
    size_t known, obscure;
};

/* What is wrong with an export was told when it was submitted. */
static int ignore(struct ses_findings *findings, const struct ses_finding *finding)
{
    (void)findings;
    (void)finding;
    return 0;
}

/* Numbers come from the instance. */
static void tell(struct ses_str subject, struct ses_str number, const char *sentence)
{
    struct ses_buf line SES_CLEANUP(ses_buf_done);

    ses_buf_init(&line, (size_t)64 * 1024);
    ses_buf_add(&line, SES_STR("sesdns list: "));
    ses_escape_terminal(&line, number);
    if (subject.len > 0) {
        ses_buf_add(&line, SES_STR(", "));
        ses_escape_terminal(&line, subject);
    }
    if (ses_buf_status(&line) == 0)
        fprintf(stderr, "%s: %s\n", line.ptr, sentence);
}

/* Of a group the text has no name; the label has. */
static struct ses_str subject_of(const struct found *found)
{
    struct ses_str rest = found->ticket.label;
    struct ses_str word;

    if (!found->block.is_group)
        return found->block.subject;
    for (int i = 0; i < 2; i++) {
        if (!ses_str_split(&rest, ' ', &word))
            return (struct ses_str){0};
    }
    return rest;
}

static int keep(struct run *run, const struct ses_survey_ticket *ticket)
{
    struct found *found = ses_arena_alloc(&run->arena, sizeof(*found));
    int error = found ? ses_block_parse(ticket->text, &run->arena, &found->block) : SES_ENOMEM;

    if (error == 0) {
        found->ticket = *ticket;
        found->subject = subject_of(found);
        if (!ses_block_agrees(&found->block, found->subject, ticket->key))
            error = SES_EINVALID;
    }
    if (error == SES_EINVALID) {
        run->obscure++;
        tell((struct ses_str){0}, ticket->number,
             "its last lines are not there, or are not those that its key was made of");
        return 0;
    }
    if (error == 0)
        error = ses_arena_grow(&run->arena, &run->items, run->count, &run->capacity,
                               sizeof(struct found *));
    if (error == 0)
        run->items[run->count++] = found;
    return error;
}

static int take(void *context, const struct ses_survey_ticket *ticket)
{
    struct run *run = context;
    struct ses_findings *findings = &run->report->findings;
    struct ses_ledger_ticket known;
    bool is_known = false;
    int error = ses_ledger_find(run->ledger, ticket->key, &run->arena, &known, &is_known, findings);

    if (error != 0 || !is_known || known.opened_at == 0)
        return error != 0 ? error : keep(run, ticket);
    run->known++;
    return ticket->state.len > 0
               ? ses_ledger_set_state(run->ledger, ticket->key, ticket->state, findings)
               : 0;
}

/* What adds comes before what goes on with it, and each in the order in which it was opened. */
static int compare(const void *a, const void *b)
{
    const struct found *const *left = a;
    const struct found *const *right = b;
    int order = (int)(*left)->block.operation - (int)(*right)->block.operation;

    if (order == 0)
        order = ses_str_compare((*left)->ticket.created, (*right)->ticket.created);
    return order != 0 ? order : ses_str_compare((*left)->ticket.key, (*right)->ticket.key);
}

static bool read_two(struct ses_str text, size_t at, uint32_t max, uint32_t *ret_number)
{
    return ses_str_to_number(ses_str_slice(text, at, at + 2), max, ret_number);
}

/* "YYYY-MM-DD HH:MM:SS" in UTC; the time of the run where it is not such. */
static int64_t time_of(const struct run *run, struct ses_str text)
{
    uint32_t hour, minute, second;
    struct ses_date date;

    if (text.len != 19 || ses_date_parse(ses_str_slice(text, 0, 10), &date) != 0 ||
        !read_two(text, 11, 23, &hour) || !read_two(text, 14, 59, &minute) ||
        !read_two(text, 17, 59, &second))
        return run->options->now;
    return ses_date_to_days(date) * 86400 + hour * 3600 + minute * 60 + second;
}

static int read_file(struct run *run, const struct found *found, const struct ses_survey_file *file,
                     struct ses_entries *entries)
{
    struct ses_findings quiet = {.emit = ignore};
    struct ses_source *source = ses_arena_alloc(&run->own, sizeof(*source));
    struct ses_str path;
    int error = source ? 0 : SES_ENOMEM;

    if (error == 0)
        error =
            ses_survey_fetch(run->survey, file, &run->own, &source->bytes, &run->report->findings);
    if (error == 0)
        error = ses_arena_printf(&run->own, &path, "%.*s/%.*s", SES_STR_ARG(found->ticket.number),
                                 SES_STR_ARG(file->name));
    if (error != 0)
        return error;
    source->path = path.ptr;
    source->found = true;
    return ses_export_read(source, &run->own, entries, &quiet);
}

/* The records of the exports that are attached. */
static int read_files(struct run *run, const struct found *found, struct ses_requests *requests)
{
    struct ses_findings quiet = {.emit = ignore};
    const struct ses_place place = {.file = "--from-servicenow"};
    struct ses_entries entries = {0};
    struct ses_survey_file *files;
    size_t count;
    int error = ses_survey_files(run->survey, found->ticket.record, &run->own, &files, &count,
                                 &run->report->findings);

    for (size_t i = 0; i < count && error == 0; i++) {
        if (ses_str_ends_nocase(files[i].name, SES_STR(".csv")))
            error = read_file(run, found, &files[i], &entries);
    }
    if (error != 0)
        return error;
    return ses_subject_assign(&entries, &found->subject, found->block.is_group ? 0 : 1, place,
                              &run->own, requests, &quiet);
}

/* One without records, where nobody has any. */
static int make_request(struct run *run, const struct found *found, struct ses_requests *requests)
{
    const struct ses_request *input = ses_map_find(&run->inputs, found->subject);
    struct ses_request *request = ses_requests_add(
        requests, &run->own, found->block.is_host ? SES_SUBJECT_HOST : SES_SUBJECT_DOMAIN);

    if (!request)
        return SES_ENOMEM;
    if (input)
        *request = *input;
    request->subject = found->subject;
    return 0;
}

static int add_nodes(struct run *run, const struct found *found, struct ses_request *request)
{
    const struct ses_place nowhere = {0};
    int error = 0;

    request->node_count = 0;
    for (size_t i = 0; i < found->block.node_count && error == 0; i++) {
        const struct ses_block_node *line = &found->block.nodes[i];
        struct ses_node node;

        error = ses_node_make(line->address, line->name, nowhere, &run->own, &node);
        node.allocation = line->allocation;
        if (error == 0 && node.name.len > 0 && node.address.version != 0)
            error = ses_request_add_node(request, &run->own, &node);
    }
    return error;
}

/* What the text says beside the records. `*ret_exact` is true where the digest is that of the text,
 * so that the request is the one that was submitted. */
static int complete(struct run *run, const struct found *found, struct ses_request *request,
                    bool *ret_exact)
{
    const struct ses_block *block = &found->block;
    int error;

    request->lifetime = block->lifetime;
    request->contact = block->contact;
    request->purpose = block->purpose;
    request->account = block->account;
    request->region = block->region;
    request->zone = block->zone;
    error = block->is_group ? 0 : add_nodes(run, found, request);
    if (error == 0)
        error = ses_request_settle(request, &run->own);
    if (error == 0)
        error = ses_request_seal(request, NULL);
    *ret_exact = error == 0 && (block->is_group || strcmp(request->digest, block->digest) == 0);
    if (error == 0 && !*ret_exact)
        memcpy(request->digest, block->digest, sizeof(request->digest));
    return error;
}

static int note(struct run *run, const struct found *found, bool has_earlier)
{
    struct ses_findings *findings = &run->report->findings;
    struct ses_str key = has_earlier ? found->block.refers : found->ticket.key;

    if (found->block.operation == SES_ADD)
        return 0;
    if (found->block.operation == SES_REMOVE)
        return ses_ledger_removed(run->ledger, key, found->subject, found->ticket.key, 0, findings);
    return has_earlier ? ses_ledger_renewed(run->ledger, key, found->subject, found->ticket.key,
                                            &found->block.lifetime, findings)
                       : 0;
}

/* Opened comes last: a run that was killed before takes the ticket again. */
static int write_ticket(struct run *run, const struct found *found,
                        const struct ses_request *const *requests, size_t count, bool has_earlier)
{
    struct ses_findings *findings = &run->report->findings;
    int64_t now = time_of(run, found->ticket.created);
    const struct ses_ledger_intent intent = {
        .ticket = {.key = found->ticket.key,
                   .operation = found->block.operation,
                   .subject = found->subject,
                   .digest = ses_str_of(found->block.digest),
                   .refers_to = found->block.refers},
        .requests = requests,
        .request_count = count,
    };
    const struct ses_ledger_ticket there = {
        .instance = ses_instance_text(&run->options->instance, SES_INSTANCE_ORIGIN),
        .table = found->ticket.table,
        .record = found->ticket.record,
        .number = found->ticket.number,
        .state = found->ticket.state,
    };
    int error = ses_ledger_intend(run->ledger, &intent, 1, now, findings);

    if (error == 0)
        error = note(run, found, has_earlier);
    /* Whoever opened it has put its files in place, or will. */
    if (error == 0)
        error = ses_ledger_attached(run->ledger, found->ticket.key, now, findings);
    if (error == 0)
        error = ses_ledger_opened(run->ledger, found->ticket.key, &there, now, findings);
    return error;
}

static void tell_missing(const struct run *run, const struct found *found,
                         const struct ses_request *request, bool exact)
{
    if (exact || run->options->quiet)
        return;
    tell(request->subject, found->ticket.number,
         request->record_count + request->node_count == 0
             ? "nothing tells its records: name its exports beside --from-servicenow"
             : "not quite what was submitted: the ticket does not tell all of it");
}

static int rebuild_add(struct run *run, const struct found *found)
{
    struct ses_requests requests = {0};
    int error = read_files(run, found, &requests);

    if (error == 0 && requests.count == 0 && !found->block.is_group)
        error = make_request(run, found, &requests);
    for (size_t i = 0; i < requests.count && error == 0; i++) {
        struct ses_request *request = requests.items[i];
        bool exact;

        error = ses_name_to_unicode(request->subject, &run->own, &request->subject_unicode);
        if (error == 0)
            error = complete(run, found, request, &exact);
        if (error == 0)
            tell_missing(run, found, request, exact);
    }
    if (error == 0 && requests.count == 0)
        tell(found->subject, found->ticket.number,
             "nothing tells its requests: name their exports beside --from-servicenow");
    return error != 0 ? error
                      : write_ticket(run, found, (const struct ses_request *const *)requests.items,
                                     requests.count, false);
}

/* The request that a renewal or removal goes on with, as the ledger has it. */
struct search {
    struct run *run;
    struct ses_request *request; /* arena: NULL where it does not have it */
};

static int take_earlier(void *context, const struct ses_ledger_item *item)
{
    struct search *search = context;
    struct ses_arena *arena = &search->run->own;

    search->request = ses_arena_alloc(arena, sizeof(*search->request));
    if (!search->request || ses_request_copy(item->request, arena, search->request) != 0)
        return SES_ENOMEM;
    return ses_request_copy_columns(search->request, arena);
}

static int rebuild_sequel(struct run *run, const struct found *found)
{
    const struct ses_ledger_filter filter = {.key = found->block.refers, .subject = found->subject};
    struct search search = {.run = run};
    struct ses_requests requests = {0};
    int error = 0;

    if (found->block.refers.len > 0)
        error =
            ses_ledger_list(run->ledger, &filter, take_earlier, &search, &run->report->findings);
    if (error == 0)
        error = make_request(run, found, &requests);
    if (error != 0)
        return error;
    if (search.request)
        *requests.items[0] = *search.request;
    requests.items[0]->operation = found->block.operation;
    requests.items[0]->lifetime = found->block.lifetime;
    error = ses_request_settle(requests.items[0], &run->own);
    memcpy(requests.items[0]->digest, found->block.digest, SES_DIGEST_TEXT);
    return error != 0 ? error
                      : write_ticket(run, found, (const struct ses_request *const *)requests.items,
                                     1, search.request != NULL);
}

/* In the order of the input. */
static int finish(void *context, struct cli_job *job)
{
    struct run *run = context;
    struct ses_request *request;
    int error;

    if (!job->request)
        return 0;
    request = ses_requests_add(&run->input_requests, &run->arena, job->request->kind);
    error = request ? ses_request_copy(job->request, &run->arena, request) : SES_ENOMEM;
    if (error == 0)
        error = ses_request_copy_columns(request, &run->arena);
    return error != 0 ? error : ses_map_set(&run->inputs, &run->arena, request->subject, request);
}

static int read_inputs(struct run *run)
{
    const struct cli_verb verb = {
        .name = "list", .any_date = true, .finish = finish, .context = run};
    struct cli_totals totals;

    if (run->options->input_count == 0 && !run->options->manifest)
        return 0;
    return cli_batch_run(run->options, &verb, run->report, &totals);
}

static int rebuild(struct run *run)
{
    int error = read_inputs(run);

    if (error == 0)
        error = ses_survey_tickets(run->survey, &run->arena, take, run, &run->report->findings);
    if (run->count > 1)
        qsort(run->items, run->count, sizeof(struct found *), compare);
    for (size_t i = 0; i < run->count && error == 0; i++) {
        ses_arena_clear(&run->own);
        error = run->items[i]->block.operation == SES_ADD ? rebuild_add(run, run->items[i])
                                                          : rebuild_sequel(run, run->items[i]);
    }
    return error;
}

int cli_rebuild(const struct cli_options *options, struct cli_report *report,
                struct ses_ledger *ledger, struct ses_survey *survey)
{
    struct run run = {.options = options, .report = report, .ledger = ledger, .survey = survey};
    int error = rebuild(&run);

    cli_report_flush(report);
    if (error == 0 && !options->quiet)
        fprintf(stderr, "%zu tickets taken into the ledger, %zu known, %zu not understood\n",
                run.count, run.known, run.obscure);
    ses_arena_done(&run.own);
    ses_arena_done(&run.arena);
    return error;
}
