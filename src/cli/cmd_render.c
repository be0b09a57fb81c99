/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "cli/input.h"
#include "cli/option.h"
#include "cli/report.h"
#include "render/document.h"
#include "render/output.h"

/* The largest document is a page; this bounds what a template of somebody's can make. */
#define MAX_DOCUMENT ((size_t)16 * 1024 * 1024)

/* What is shown on standard output where -t names nothing: the ticket and the NetDB record. */
static const char *const shown_documents[] = {"summary", "ticket", "netdb", NULL};

struct run {
    const struct cli_options *options;
    struct cli_report *report;
    struct ses_documents *documents; /* owned */
    bool failed;                     /* a file could not be written */
    size_t printed;                  /* documents on standard output */
};

static bool is_named(const char *const *names, const struct ses_document *document)
{
    for (size_t i = 0; names && names[i]; i++) {
        if (strcmp(names[i], document->name) == 0)
            return true;
    }
    return false;
}

static bool is_wanted(const struct run *run, const struct ses_document *document)
{
    const char *const *names = (const char *const *)run->options->documents;

    if (!names && !run->options->output)
        names = shown_documents;
    return !names || is_named(names, document);
}

/* Several documents are told apart as head(1) tells files apart; a single one comes bare. */
static void print_document(struct run *run, const struct ses_document *document,
                           struct ses_str text, bool alone)
{
    if (!alone)
        printf("%s==> %s <==\n", run->printed > 0 ? "\n" : "", document->name);
    fwrite(text.ptr, 1, text.len, stdout);
    run->printed++;
}

static int render_document(struct run *run, const struct ses_document *document,
                           const struct ses_request *request, struct ses_arena *arena, bool alone)
{
    const struct cli_options *options = run->options;
    struct ses_findings *findings = &run->report->findings;
    struct ses_buf text SES_CLEANUP(ses_buf_done);
    int error;

    ses_buf_init(&text, MAX_DOCUMENT);
    error = ses_document_render(run->documents, document, request, options->now, arena, &text,
                                findings);
    if (error == SES_EINVALID || error == SES_ELIMIT)
        return 0; /* reported; the other documents go on */
    if (error != 0)
        return error;
    if (!options->output) {
        print_document(run, document, ses_buf_str(&text), alone);
        return 0;
    }
    error = ses_output_write(options->output, request->subject, document->file, ses_buf_str(&text),
                             options->force != 0, findings);
    if (error != SES_EIO && error != SES_ECONFLICT)
        return error;
    run->failed = true;
    return 0;
}

static size_t count_wanted(const struct run *run, const struct ses_request *request)
{
    size_t count = 0;

    for (size_t i = 0; i < ses_document_count; i++)
        count += is_wanted(run, &ses_document_rows[i]) &&
                 ses_document_applies(&ses_document_rows[i], request);
    return count;
}

static int render_request(struct run *run, const struct ses_request *request,
                          struct ses_arena *arena)
{
    bool alone = count_wanted(run, request) == 1;
    int error = 0;

    for (size_t i = 0; i < ses_document_count && error == 0; i++) {
        if (is_wanted(run, &ses_document_rows[i]) &&
            ses_document_applies(&ses_document_rows[i], request))
            error = render_document(run, &ses_document_rows[i], request, arena, alone);
    }
    return error;
}

static int render_all(struct run *run, struct cli_input *input)
{
    int error = 0;

    for (size_t i = 0; i < input->requests.count && error == 0; i++) {
        const struct ses_request *request = input->requests.items[i];

        if (input->good[i])
            error = render_request(run, request, &input->arena);
        else
            fprintf(stderr, "sesdns render: nothing was made for %s: mend the findings first\n",
                    request->subject.ptr);
    }
    return error;
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
        if (options->ec2 ? !document->for_host : !document->for_domain) {
            cli_usage_error("render", "-t %s: this document is for %s", document->name,
                            options->ec2 ? "an SES domain" : "an EC2 host");
            return false;
        }
    }
    return cli_report_check_allowed("render", options);
}

static int render(struct run *run)
{
    const struct cli_options *options = run->options;
    struct cli_input input;
    int status = CLI_LOCAL;
    int error = cli_input_read(&input, options, true, run->report);

    if (error == 0) {
        status = cli_input_exit(&input, run->report);
        if (!options->output && input.requests.count > 1)
            status =
                cli_usage_error("render", "%zu domains in the input: give -o DIR, or one --domain",
                                input.requests.count);
    }
    if (error == 0 && status != CLI_USAGE) {
        error = ses_documents_new(&options->site, options->templates, &run->documents,
                                  &run->report->findings);
        if (error == 0)
            error = render_all(run, &input);
        if (error != 0)
            status = CLI_LOCAL;
        else if (run->failed)
            status = CLI_LOCAL;
        else
            status = cli_input_exit(&input, run->report);
    }
    if (error == SES_ENOMEM)
        fprintf(stderr, "sesdns render: %s\n", ses_strerror(error));
    ses_documents_free(run->documents);
    cli_input_done(&input);
    return status;
}

int cmd_render(int argc, const char **argv)
{
    struct cli_options options;
    struct cli_report report;
    struct run run = {.options = &options, .report = &report};
    int status;

    if (cli_options_parse(&options, "render", "[OPTION...] EXPORT...", CLI_SET_RENDER, argc, argv,
                          &status)) {
        cli_report_init(&report, &options, stderr);
        status = check_names(&options) ? render(&run) : CLI_USAGE;
        cli_report_done(&report);
    }
    cli_options_done(&options);
    return status;
}
