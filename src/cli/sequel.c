/* SPDX-License-Identifier: MIT */
#include "cli/sequel.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "cli/delivery.h"
#include "cli/exit.h"
#include "cli/index.h"
#include "cli/job.h"
#include "cli/outbox.h"
#include "cli/printer.h"
#include "render/unload_xml.h"

/* Of a choice that has no ticket. */
#define NO_TICKET SIZE_MAX

struct run {
    const struct cli_options *options;
    struct cli_report *report;
    const struct cli_choices *choices;
    struct ses_ledger *ledger;
    struct cli_job job;
    size_t *tickets; /* arena: by choice, its place in the outbox */
    struct ses_arena arena;

    struct ses_documents *documents; /* owned: offline */
    struct cli_printer printer;
    struct cli_index index;

    struct cli_outbox outbox;
    struct cli_delivery delivery;
};

bool cli_sequel_is_offline(const struct cli_options *options)
{
    return options->documents || options->output;
}

static bool has_name(const struct cli_options *options, const char *name,
                     enum ses_operation operation)
{
    const struct ses_document *document = ses_document_find(ses_str_of(name));

    if (document && document->files[operation])
        return true;
    cli_usage_error(options->verb, "-t %s: no such document; 'sesdns %s --help' lists them", name,
                    options->verb);
    return false;
}

bool cli_sequel_check(const struct cli_options *options, enum ses_operation operation)
{
    for (size_t i = 0; options->documents && options->documents[i]; i++) {
        if (!has_name(options, options->documents[i], operation))
            return false;
    }
    if (options->format == CLI_FORMAT_JSON_LINES && (options->output || !options->documents)) {
        cli_usage_error(options->verb, "--format jsonl prints documents: give -t with it, not -o");
        return false;
    }
    if (!cli_sequel_is_offline(options) && !cli_delivery_can_ask(options)) {
        cli_usage_error(options->verb, "there is no terminal to ask on: give --yes or --dry-run");
        return false;
    }
    return cli_report_check_allowed(options->verb, options);
}

static size_t count_whole(const struct cli_choices *choices)
{
    size_t count = 0;

    for (size_t i = 0; i < choices->count; i++)
        count += cli_choice_has_work(&choices->items[i]);
    return count;
}

static int prepare_documents(struct run *run)
{
    const struct cli_options *options = run->options;
    struct ses_findings *findings = &run->report->findings;
    int error = ses_documents_new(&options->site, options->templates, &run->documents, findings);

    ses_unload_init();
    if (error == 0)
        error = ses_documents_add_operation(run->documents, run->choices->operation,
                                            options->templates, findings);
    if (error == 0)
        error = cli_printer_open(&run->printer, options, run->documents, findings);
    if (error == 0 && options->output)
        error = cli_index_open(&run->index, &run->printer.output, options->templates, run->report);
    return error;
}

/* One request to standard output, or to its folder. */
static int print(struct run *run, struct ses_request *request)
{
    struct cli_job *job = &run->job;
    int error;

    job->request = request;
    job->good = true;
    error = cli_printer_process(&run->printer, job);
    cli_report_merge(run->report, &job->report);
    cli_report_flush(run->report);
    if (job->out.len > 0)
        fwrite(job->out.ptr, 1, job->out.len, stdout);
    if (error == 0 && ferror(stdout))
        error = SES_EIO;
    if (error == 0)
        error = cli_index_add(&run->index, job);
    run->index.failed |= job->unreadable;
    cli_job_clear(job);
    return error;
}

static int print_all(struct run *run)
{
    const struct cli_choices *choices = run->choices;
    int error = prepare_documents(run);

    if (error == 0)
        cli_job_init(&run->job, run->report);
    for (size_t i = 0; i < choices->count && error == 0; i++) {
        if (cli_choice_has_work(&choices->items[i]))
            error = print(run, choices->items[i].request);
    }
    if (error == 0)
        error = cli_index_finish(&run->index);
    cli_report_flush(run->report);
    return error != 0 || run->index.failed ? CLI_LOCAL : CLI_OK;
}

static int print_documents(struct run *run)
{
    size_t count = count_whole(run->choices);

    if (count > 1 && !run->options->output && run->options->format != CLI_FORMAT_JSON_LINES)
        return cli_usage_error(run->options->verb,
                               "%zu requests: give -o DIR, --format jsonl, or one --domain", count);
    return print_all(run);
}

static void complain_unseen(const char *subject)
{
    fprintf(stderr, "sesdns: --expect: %s was reviewed, and is not among them\n", subject);
}

static int fill_outbox(struct run *run)
{
    const struct cli_choices *choices = run->choices;
    struct cli_outbox *outbox = &run->outbox;
    int error = cli_outbox_open(outbox, run->options, &run->report->findings);

    if (error == 0)
        error = ses_documents_add_operation(outbox->documents, choices->operation,
                                            run->options->templates, &run->report->findings);
    if (error == 0)
        cli_job_init(&run->job, run->report);
    for (size_t i = 0; i < choices->count && error == 0; i++) {
        run->tickets[i] = NO_TICKET;
        if (!cli_choice_has_work(&choices->items[i]))
            continue;
        run->job.request = choices->items[i].request;
        run->job.good = true;
        error = cli_outbox_add(outbox, &run->job);
        if (outbox->count > 0 && error == 0)
            run->tickets[i] = outbox->count - 1;
        cli_job_clear(&run->job);
    }
    if (error == 0)
        cli_review_unseen(&outbox->review, complain_unseen);
    cli_report_flush(run->report);
    return error;
}

/* Open, and nothing is left to be attached. */
static bool is_whole(const struct ses_ticket *ticket)
{
    return (ticket->state == SES_TICKET_OPENED || ticket->state == SES_TICKET_FOUND) &&
           (ticket->attached || ticket->files_refused);
}

/* The ticket of a choice, where it is whole: who goes on with one that is not finds it again. */
static const struct ses_ticket *ticket_of(const struct run *run, size_t choice)
{
    size_t place = run->tickets[choice];
    const struct ses_ticket *ticket = place != NO_TICKET ? &run->outbox.tickets[place] : NULL;

    return ticket && is_whole(ticket) ? ticket : NULL;
}

/* What goes with another removal goes with its ticket. */
static const struct ses_ticket *covering_ticket(const struct run *run,
                                                const struct ses_request *request)
{
    const struct cli_choices *choices = run->choices;

    for (size_t i = 0; i < request->spared_count; i++) {
        if (request->spared[i].reason != SES_SPARED_COVERED)
            continue;
        for (size_t k = 0; k < choices->count; k++) {
            if (ses_str_eq(choices->items[k].request->earlier.key, request->spared[i].by))
                return ticket_of(run, k);
        }
    }
    return NULL;
}

static bool has_covered(const struct ses_request *request)
{
    bool has = false;

    for (size_t i = 0; i < request->spared_count && !has; i++)
        has = request->spared[i].reason == SES_SPARED_COVERED;
    return has;
}

/* Nothing of it is left to be removed. */
static int note_empty(const struct run *run, const struct cli_choice *choice)
{
    const struct ses_request *request = choice->request;
    const struct ses_ticket *covering = covering_ticket(run, request);
    struct ses_findings *findings = &run->report->findings;

    if (request->earlier.key.len == 0 || choice->is_part || (has_covered(request) && !covering))
        return 0;
    if (covering)
        return ses_ledger_removed(run->ledger, request->earlier.key, request->subject,
                                  ses_str_of(covering->key.text), 0, findings);
    return ses_ledger_removed(run->ledger, request->earlier.key, request->subject,
                              (struct ses_str){0}, run->options->now, findings);
}

static int note_ticket(const struct run *run, const struct cli_choice *choice,
                       const struct ses_ticket *ticket)
{
    const struct ses_request *request = choice->request;
    struct ses_str key = request->earlier.key;
    struct ses_str by = ses_str_of(ticket->key.text);
    struct ses_findings *findings = &run->report->findings;

    if (request->operation == SES_RENEW)
        return key.len == 0 ? 0
                            : ses_ledger_renewed(run->ledger, key, request->subject, by,
                                                 &request->lifetime, findings);
    /* Where the ledger has no request that this takes back whole, it stands for itself. */
    if (key.len == 0 || choice->is_part)
        key = by;
    return ses_ledger_removed(run->ledger, key, request->subject, by, 0, findings);
}

/* After the tickets: who is killed before this finds them in the ledger (cli/pending.h). */
static int note(const struct run *run)
{
    const struct cli_choices *choices = run->choices;
    int error = 0;

    for (size_t i = 0; i < choices->count && error == 0; i++) {
        const struct cli_choice *choice = &choices->items[i];
        const struct ses_ticket *ticket = ticket_of(run, i);

        if (ticket)
            error = note_ticket(run, choice, ticket);
        else if (!cli_choice_has_work(choice))
            error = note_empty(run, choice);
    }
    return error;
}

static int deliver(struct run *run)
{
    int error = cli_delivery_open(&run->delivery, run->options, run->report, &run->outbox);

    cli_report_flush(run->report);
    /* Nothing has been sent yet. */
    if (error != 0)
        return error == SES_ENOMEM ? error : SES_EIO;
    return cli_delivery_run(&run->delivery, run->ledger);
}

static void tell_empty(const struct run *run)
{
    const struct cli_choices *choices = run->choices;

    for (size_t i = 0; i < choices->count && !run->options->quiet; i++) {
        const struct ses_request *request = choices->items[i].request;

        if (!cli_choice_has_work(&choices->items[i]) && !has_covered(request))
            fprintf(stderr, "sesdns %s: %s: nothing of it is left to be removed\n",
                    run->options->verb, request->subject.ptr);
    }
}

static int open_tickets(struct run *run)
{
    int error;
    int noted = 0;

    run->tickets = ses_arena_array(&run->arena, run->choices->count, sizeof(*run->tickets));
    error = run->tickets ? fill_outbox(run) : SES_ENOMEM;
    if (error != 0)
        return CLI_LOCAL;
    tell_empty(run);
    if (run->outbox.count > 0)
        error = deliver(run);
    if (!run->options->dry_run && (run->outbox.count == 0 || run->delivery.acted))
        noted = note(run);
    cli_report_flush(run->report);
    if (error == 0 && noted != 0)
        error = SES_EIO;
    return cli_delivery_exit(&run->outbox, error);
}

static int status_of(const struct cli_choices *choices, const struct cli_report *report, int status)
{
    if (status == CLI_OK)
        status = cli_batch_exit(&choices->totals, report);
    return status == CLI_OK && choices->passed_over > 0 ? CLI_FINDINGS : status;
}

int cli_sequel_run(const struct cli_options *options, struct cli_report *report,
                   const struct cli_choices *choices, struct ses_ledger *ledger)
{
    struct run run = {.options = options, .report = report, .choices = choices, .ledger = ledger};
    int status = CLI_OK;

    if (choices->count > 0)
        status = cli_sequel_is_offline(options) ? print_documents(&run) : open_tickets(&run);
    else if (!options->quiet)
        fprintf(stderr, "sesdns %s: nothing to %s\n", options->verb, options->verb);
    cli_delivery_done(&run.delivery);
    cli_outbox_done(&run.outbox);
    cli_index_done(&run.index);
    cli_printer_done(&run.printer);
    ses_documents_free(run.documents);
    cli_job_done(&run.job);
    ses_arena_done(&run.arena);
    return status_of(choices, report, status);
}
