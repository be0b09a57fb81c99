/* SPDX-License-Identifier: MIT */
#include "cli/printer.h"

#include <string.h>

#include "base/error.h"
#include "render/escape.h"

/* The largest document is a page; this bounds what a template of somebody's can make. */
#define MAX_DOCUMENT ((size_t)16 * 1024 * 1024)

/* What is shown on standard output where -t names nothing: the ticket and the NetDB record. */
static const char *const shown_documents[] = {"summary", "ticket", "netdb", NULL};

int cli_printer_open(struct cli_printer *printer, const struct cli_options *options,
                     const struct ses_documents *documents, struct ses_findings *findings)
{
    *printer =
        (struct cli_printer){.options = options, .documents = documents, .output = {.folder = -1}};
    if (!options->output)
        return 0;
    return ses_output_open(&printer->output, options->output, options->force != 0, findings);
}

void cli_printer_done(struct cli_printer *printer)
{
    if (printer->documents)
        ses_output_close(&printer->output);
}

static bool is_named(const char *const *names, const struct ses_document *document)
{
    for (size_t i = 0; names && names[i]; i++) {
        if (strcmp(names[i], document->name) == 0)
            return true;
    }
    return false;
}

static bool is_wanted(const struct cli_printer *printer, const struct ses_document *document,
                      const struct ses_request *request)
{
    const char *const *names = (const char *const *)printer->options->documents;

    if (!ses_document_applies(document, request))
        return false;
    if (!names && !printer->options->output)
        names = shown_documents;
    return !names || is_named(names, document);
}

static size_t count_wanted(const struct cli_printer *printer, const struct ses_request *request)
{
    size_t count = 0;

    for (size_t i = 0; i < ses_document_count; i++)
        count += is_wanted(printer, &ses_document_rows[i], request);
    return count;
}

/* How documents stand on standard output: several are told apart as head(1) tells files apart, a
 * single one comes bare, and with jsonl they are members of one object. */
static void add_shown(const struct cli_printer *printer, struct cli_job *job,
                      const struct ses_document *document, struct ses_str text, size_t index,
                      bool alone)
{
    struct ses_buf *out = &job->out;

    if (printer->options->format == CLI_FORMAT_JSON_LINES) {
        ses_buf_printf(out, "%s\"%s\":\"", index > 0 ? "," : "", document->name);
        ses_escape_json(out, text);
        ses_buf_add_byte(out, '"');
        return;
    }
    if (!alone)
        ses_buf_printf(out, "%s==> %s <==\n", index > 0 ? "\n" : "", document->name);
    ses_buf_add(out, text);
}

static void open_object(const struct cli_printer *printer, struct cli_job *job)
{
    if (printer->options->format != CLI_FORMAT_JSON_LINES)
        return;
    ses_buf_add(&job->out, SES_STR("{\"subject\":\""));
    ses_escape_json(&job->out, job->request->subject);
    ses_buf_printf(&job->out, "\",\"digest\":\"sha256:%s\",\"documents\":{", job->request->digest);
}

static void close_object(const struct cli_printer *printer, struct cli_job *job)
{
    if (printer->options->format == CLI_FORMAT_JSON_LINES)
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

static int begin(const struct cli_printer *printer, struct cli_job *job,
                 struct ses_rendering **ret_rendering)
{
    return ses_rendering_new(printer->documents, job->request, &job->arena, ret_rendering,
                             &job->report.findings);
}

static int show_documents(const struct cli_printer *printer, struct cli_job *job)
{
    bool alone = count_wanted(printer, job->request) == 1;
    struct ses_buf text SES_CLEANUP(ses_buf_done);
    struct ses_rendering *rendering;
    size_t index = 0;
    int error = begin(printer, job, &rendering);

    ses_buf_init(&text, MAX_DOCUMENT);
    open_object(printer, job);
    for (size_t i = 0; i < ses_document_count && error == 0; i++) {
        bool made;

        if (!is_wanted(printer, &ses_document_rows[i], job->request))
            continue;
        ses_buf_clear(&text);
        error = make_document(rendering, &ses_document_rows[i], &text, &made);
        if (error == 0 && made)
            add_shown(printer, job, &ses_document_rows[i], ses_buf_str(&text), index++, alone);
    }
    close_object(printer, job);
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

static int write_documents(const struct cli_printer *printer, struct cli_job *job,
                           const struct ses_output_subject *subject)
{
    struct ses_buf text SES_CLEANUP(ses_buf_done);
    struct ses_rendering *rendering;
    int error = begin(printer, job, &rendering);

    ses_buf_init(&text, MAX_DOCUMENT);
    job->written = ses_arena_array(&job->arena, job->wanted_count, sizeof(*job->written));
    if (!job->written)
        return SES_ENOMEM;
    for (size_t i = 0; i < ses_document_count && error == 0; i++) {
        const struct ses_document *document = &ses_document_rows[i];
        bool made;

        if (!is_wanted(printer, document, job->request))
            continue;
        ses_buf_clear(&text);
        error = make_document(rendering, document, &text, &made);
        if (error == 0 && made)
            error = write_document(job, subject, ses_document_file(document, job->request),
                                   ses_buf_str(&text));
        if (error == SES_EIO || error == SES_ECONFLICT) {
            job->unreadable = true;
            error = 0;
        }
    }
    return error;
}

int cli_printer_process(const struct cli_printer *printer, struct cli_job *job)
{
    struct ses_output_subject subject SES_CLEANUP(ses_output_leave) = {.folder = -1};
    int error;

    if (!printer->options->output)
        return show_documents(printer, job);
    job->wanted_count = count_wanted(printer, job->request);
    error = ses_output_enter(&printer->output, job->request->subject.ptr, &subject,
                             &job->report.findings);
    if (error == SES_EIO) {
        job->unreadable = true;
        return 0;
    }
    return error != 0 ? error : write_documents(printer, job, &subject);
}
