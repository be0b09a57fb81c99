/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "cli/batch.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "cli/index.h"
#include "cli/option.h"
#include "cli/report.h"
#include "cli/ticket.h"
#include "render/document.h"
#include "render/escape.h"
#include "render/output.h"
#include "render/unload_xml.h"

/* The largest document is a page; this bounds what a template of somebody's can make. */
#define MAX_DOCUMENT ((size_t)16 * 1024 * 1024)

/* What is shown on standard output where -t names nothing: the ticket and the NetDB record. */
static const char *const shown_documents[] = {"summary", "ticket", "netdb", NULL};

struct run {
    const struct cli_options *options;
    struct ses_documents *documents; /* owned */
    struct ses_output output;        /* open where -o was given */
    struct cli_index index;          /* of that output */
    struct cli_tickets tickets;      /* of that output, where --group-by was given */
    size_t printed;                  /* documents on standard output */
    size_t refused;                  /* subjects that nothing was made for */
};

static bool is_named(const char *const *names, const struct ses_document *document)
{
    for (size_t i = 0; names && names[i]; i++) {
        if (strcmp(names[i], document->name) == 0)
            return true;
    }
    return false;
}

static bool is_wanted(const struct run *run, const struct ses_document *document,
                      const struct ses_request *request)
{
    const char *const *names = (const char *const *)run->options->documents;

    if (!ses_document_applies(document, request))
        return false;
    if (!names && !run->options->output)
        names = shown_documents;
    return !names || is_named(names, document);
}

static size_t count_wanted(const struct run *run, const struct ses_request *request)
{
    size_t count = 0;

    for (size_t i = 0; i < ses_document_count; i++)
        count += is_wanted(run, &ses_document_rows[i], request);
    return count;
}

/* How documents stand on standard output: several are told apart as head(1) tells files apart, a
 * single one comes bare, and with jsonl they are members of one object. */
static void add_shown(const struct run *run, struct cli_job *job,
                      const struct ses_document *document, struct ses_str text, size_t index,
                      bool alone)
{
    struct ses_buf *out = &job->out;

    if (run->options->format == CLI_FORMAT_JSON_LINES) {
        ses_buf_printf(out, "%s\"%s\":\"", index > 0 ? "," : "", document->name);
        ses_escape_json(out, text);
        ses_buf_add_byte(out, '"');
        return;
    }
    if (!alone)
        ses_buf_printf(out, "%s==> %s <==\n", index > 0 ? "\n" : "", document->name);
    ses_buf_add(out, text);
}

static void open_object(const struct run *run, struct cli_job *job)
{
    if (run->options->format != CLI_FORMAT_JSON_LINES)
        return;
    ses_buf_add(&job->out, SES_STR("{\"subject\":\""));
    ses_escape_json(&job->out, job->request->subject);
    ses_buf_printf(&job->out, "\",\"digest\":\"sha256:%s\",\"documents\":{", job->request->digest);
}

static void close_object(const struct run *run, struct cli_job *job)
{
    if (run->options->format == CLI_FORMAT_JSON_LINES)
        ses_buf_add(&job->out, SES_STR("}}\n"));
}

/* Renders one document into `text`. Returns 0 also where it was reported that it cannot be made;
 * `*ret_made` says which. */
static int make_document(const struct ses_rendering *rendering, const struct ses_document *document,
                         struct ses_buf *text, bool *ret_made)
{
    int error = ses_rendering_add(rendering, document, text);

    *ret_made = error == 0;
    return error == SES_EINVALID || error == SES_ELIMIT ? 0 : error;
}

static int begin(const struct run *run, struct cli_job *job, struct ses_rendering **ret_rendering)
{
    return ses_rendering_new(run->documents, job->request, &job->arena, ret_rendering,
                             &job->report.findings);
}

static int show_documents(const struct run *run, struct cli_job *job)
{
    bool alone = count_wanted(run, job->request) == 1;
    struct ses_buf text SES_CLEANUP(ses_buf_done);
    struct ses_rendering *rendering;
    size_t index = 0;
    int error = begin(run, job, &rendering);

    ses_buf_init(&text, MAX_DOCUMENT);
    open_object(run, job);
    for (size_t i = 0; i < ses_document_count && error == 0; i++) {
        bool made;

        if (!is_wanted(run, &ses_document_rows[i], job->request))
            continue;
        ses_buf_clear(&text);
        error = make_document(rendering, &ses_document_rows[i], &text, &made);
        if (error == 0 && made)
            add_shown(run, job, &ses_document_rows[i], ses_buf_str(&text), index++, alone);
    }
    close_object(run, job);
    return error != 0 ? error : ses_buf_status(&job->out);
}

/* Writes one document and notes down for the index what was written. */
static int write_document(struct cli_job *job, const struct ses_output_subject *subject,
                          const char *file, struct ses_str text)
{
    struct ses_index_file *written = &job->written[job->written_count];
    int error = ses_output_write(subject, file, text, &job->report.findings);

    if (error == 0)
        error = ses_digester_take(&job->digester, text, written->digest);
    if (error != 0)
        return error;
    written->name = file;
    written->bytes = text.len;
    job->written_count++;
    return 0;
}

static int write_documents(const struct run *run, struct cli_job *job,
                           const struct ses_output_subject *subject)
{
    struct ses_buf text SES_CLEANUP(ses_buf_done);
    struct ses_rendering *rendering;
    int error = begin(run, job, &rendering);

    ses_buf_init(&text, MAX_DOCUMENT);
    job->written = ses_arena_array(&job->arena, job->wanted_count, sizeof(*job->written));
    if (!job->written)
        return SES_ENOMEM;
    for (size_t i = 0; i < ses_document_count && error == 0; i++) {
        const struct ses_document *document = &ses_document_rows[i];
        bool made;

        if (!is_wanted(run, document, job->request))
            continue;
        ses_buf_clear(&text);
        error = make_document(rendering, document, &text, &made);
        if (error == 0 && made)
            error = write_document(job, subject, document->file, ses_buf_str(&text));
        if (error == SES_EIO || error == SES_ECONFLICT) {
            job->unreadable = true;
            error = 0;
        }
    }
    return error;
}

/* On any thread. */
static int process(void *context, struct cli_job *job)
{
    const struct run *run = context;
    struct ses_output_subject subject SES_CLEANUP(ses_output_leave) = {.folder = -1};
    int error;

    if (!run->options->output)
        return show_documents(run, job);
    job->wanted_count = count_wanted(run, job->request);
    error =
        ses_output_enter(&run->output, job->request->subject.ptr, &subject, &job->report.findings);
    if (error == SES_EIO) {
        job->unreadable = true;
        return 0;
    }
    return error != 0 ? error : write_documents(run, job, &subject);
}

/* In the order of the input. */
static int finish(void *context, struct cli_job *job)
{
    struct run *run = context;
    int error;

    if (job->request && !job->good) {
        run->refused++;
        fprintf(stderr, "sesdns render: nothing was made for %s: mend the findings first\n",
                job->request->subject.ptr);
    }
    if (job->out.len > 0)
        fwrite(job->out.ptr, 1, job->out.len, stdout);
    if (ferror(stdout))
        return SES_EIO;
    error = cli_tickets_add(&run->tickets, job);
    return error != 0 ? error : cli_index_add(&run->index, job);
}

/* -t must name a document, and one that the subject has; --allow a code. */
static bool check_names(const struct cli_options *options)
{
    for (size_t i = 0; options->documents && options->documents[i]; i++) {
        const struct ses_document *document = ses_document_find(ses_str_of(options->documents[i]));

        if (!document) {
            cli_usage_error("render", "-t %s: no such document; 'sesdns render --help' lists them",
                            options->documents[i]);
            return false;
        }
        if (!options->manifest && (options->ec2 ? !document->for_host : !document->for_domain)) {
            cli_usage_error("render", "-t %s: this document is for %s", document->name,
                            options->ec2 ? "an SES domain" : "an EC2 host");
            return false;
        }
    }
    if (options->format == CLI_FORMAT_JSON_LINES && options->output) {
        cli_usage_error("render", "--format jsonl prints documents: not with -o");
        return false;
    }
    return cli_report_check_allowed("render", options);
}

static int prepare(struct run *run, struct cli_report *report)
{
    const struct cli_options *options = run->options;
    int error =
        ses_documents_new(&options->site, options->templates, &run->documents, &report->findings);

    if (error == 0 && options->output)
        error =
            ses_output_open(&run->output, options->output, options->force != 0, &report->findings);
    if (error == 0 && options->output)
        error = cli_index_open(&run->index, &run->output, options->templates, report);
    if (error == 0)
        error = cli_tickets_open(&run->tickets, options, run->documents, report);
    cli_report_flush(report);
    return error;
}

static int render(struct run *run, struct cli_report *report)
{
    const struct cli_verb verb = {.name = "render",
                                  .need_lifetime = true,
                                  .need_digest = true,
                                  .one_only = !run->options->output &&
                                              run->options->format != CLI_FORMAT_JSON_LINES,
                                  .process = process,
                                  .finish = finish,
                                  .context = run};
    struct cli_totals totals = {0};
    int error;

    ses_unload_init();
    error = prepare(run, report);

    if (error == 0)
        error = cli_batch_run(run->options, &verb, report, &totals);
    if (error == 0)
        error = cli_tickets_write(&run->tickets, report);
    if (error == 0 && !totals.bad_lifetime)
        error = cli_index_finish(&run->index);
    totals.unreadable |= run->index.failed || run->tickets.failed;
    cli_report_flush(report);
    if (error == SES_ENOMEM)
        fprintf(stderr, "sesdns render: %s\n", ses_strerror(error));
    if (totals.too_many)
        return run->options->manifest
                   ? cli_usage_error("render", "--manifest: give -o DIR, or --format jsonl")
                   : cli_usage_error("render",
                                     "%zu domains in the input: give -o DIR, or one --domain",
                                     totals.subjects);
    if (error == 0 && totals.subjects == 0 && !totals.bad_lifetime)
        fprintf(stderr, "sesdns render: nothing was made: no request in the input\n");
    return error != 0 ? CLI_LOCAL : cli_batch_exit(&totals, report);
}

int cmd_render(int argc, const char **argv)
{
    struct cli_options options;
    struct cli_report report;
    struct run run = {.options = &options, .output = {.folder = -1}};
    int status;

    if (cli_options_parse(&options, "render", "[OPTION...] EXPORT|FOLDER...", CLI_SET_RENDER, argc,
                          argv, &status)) {
        cli_report_init(&report, &options, stderr);
        status = check_names(&options) ? render(&run, &report) : CLI_USAGE;
        cli_report_done(&report);
    }
    cli_tickets_done(&run.tickets);
    cli_index_done(&run.index);
    ses_output_close(&run.output);
    ses_documents_free(run.documents);
    cli_options_done(&options);
    return status;
}
