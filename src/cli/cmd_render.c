/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "cli/batch.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "cli/index.h"
#include "cli/option.h"
#include "cli/printer.h"
#include "cli/report.h"
#include "cli/ticket.h"
#include "render/document.h"
#include "render/unload_xml.h"

struct run {
    const struct cli_options *options;
    struct ses_documents *documents; /* owned */
    struct cli_printer printer;
    struct cli_index index;     /* of that output */
    struct cli_tickets tickets; /* of that output, where --group-by was given */
    size_t refused;             /* subjects that nothing was made for */
};

/* On any thread. */
static int process(void *context, struct cli_job *job)
{
    const struct run *run = context;

    return cli_printer_process(&run->printer, job);
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

    if (error == 0)
        error = cli_printer_open(&run->printer, options, run->documents, &report->findings);
    if (error == 0 && options->output)
        error = cli_index_open(&run->index, &run->printer.output, options->templates, report);
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
    struct run run = {.options = &options};
    int status;

    if (cli_options_parse(&options, "render", "[OPTION...] EXPORT|FOLDER...", CLI_SET_RENDER, argc,
                          argv, &status)) {
        cli_report_init(&report, &options, stderr);
        status = check_names(&options) ? render(&run, &report) : CLI_USAGE;
        cli_report_done(&report);
    }
    cli_tickets_done(&run.tickets);
    cli_index_done(&run.index);
    cli_printer_done(&run.printer);
    ses_documents_free(run.documents);
    cli_options_done(&options);
    return status;
}
