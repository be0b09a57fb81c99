/* SPDX-License-Identifier: MIT */
#include "cli/job.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/error.h"
#include "check/check.h"
#include "ingest/export.h"
#include "ingest/node.h"
#include "ingest/source.h"
#include "ingest/subject.h"
#include "model/name.h"

/* One document set of one subject on its way to standard output. */
#define MAX_OUT ((size_t)64 * 1024 * 1024)

/* Days that reach beyond the last date there is. */
#define MAX_HORIZON 4000000

void cli_job_init(struct cli_job *job, const struct cli_report *parent)
{
    *job = (struct cli_job){0};
    cli_report_init_like(&job->report, parent);
    if (parent->kept.arena)
        cli_report_keep(&job->report, &job->arena, CLI_MAX_KEPT);
    ses_buf_init(&job->out, MAX_OUT);
}

void cli_job_clear(struct cli_job *job)
{
    ses_arena_clear(&job->arena);
    ses_buf_clear(&job->out);
    cli_report_clear(&job->report);
    job->given = NULL;
    job->request = NULL;
    job->file_count = 0;
    job->record_count = 0;
    job->written = NULL;
    job->written_count = 0;
    job->wanted_count = 0;
    job->blank = false;
    job->good = false;
    job->unreadable = false;
}

void cli_job_done(struct cli_job *job)
{
    ses_arena_done(&job->arena);
    ses_buf_done(&job->out);
    ses_digester_done(&job->digester);
    cli_report_done(&job->report);
}

static int copy_place(struct cli_job *job, struct ses_place *place)
{
    return ses_arena_copy(&job->arena, place->text, &place->text);
}

int cli_job_take_row(struct cli_job *job, const struct ses_manifest_row *row)
{
    int error;

    job->row = *row;
    error = copy_place(job, &job->row.place);
    for (int i = 0; i < SES_COLUMNS && error == 0; i++) {
        struct ses_cell *cell = &job->row.cells[i];

        error = ses_arena_copy(&job->arena, cell->text, &cell->text);
        /* All cells of a row without line breaks stand on one line. */
        if (cell->place.line == job->row.place.line)
            cell->place.text = job->row.place.text;
        else if (error == 0)
            error = copy_place(job, &cell->place);
    }
    /* The names too: the manifest may be read to its end, and forgotten, before this job runs. */
    for (size_t i = 0; i < row->extra_count && error == 0; i++) {
        error = ses_arena_copy(&job->arena, row->extra_names[i], &job->row.extra_names[i]);
        if (error == 0)
            error = ses_arena_copy(&job->arena, row->extra_values[i], &job->row.extra_values[i]);
    }
    return error;
}

int cli_job_take_finding(struct cli_job *job, const struct ses_finding *finding)
{
    job->blank = true;
    return ses_finding_report(&job->report.findings, *finding, "%s", finding->sentence);
}

static const struct ses_cell *cell_of(const struct cli_job *job, enum ses_column column)
{
    return &job->row.cells[column];
}

/* A cell, or the flag that is the default for an empty one. */
static struct ses_str text_of(const struct cli_job *job, enum ses_column column, const char *flag)
{
    struct ses_str text = cell_of(job, column)->text;

    return text.len > 0 ? text : ses_str_of(flag);
}

static int refuse(struct cli_job *job, const struct ses_cell *cell,
                  enum ses_manifest_refusal refusal)
{
    return ses_manifest_refuse(cell, refusal, &job->report.findings);
}

/* Reads the name in a cell. `*ret_ok` is false after a finding. */
static int parse_name(struct cli_job *job, const struct ses_cell *cell, struct ses_str *ret_name,
                      bool *ret_ok)
{
    struct ses_name_flaw flaw;
    struct ses_name name;
    int error = ses_name_parse(cell->text, &job->arena, &name, &flaw);

    *ret_ok = error == 0;
    if (error == 0)
        *ret_name = name.text;
    if (error == SES_EINVALID)
        return refuse(job, cell, SES_MANIFEST_BAD_NAME);
    return error;
}

/* The path of an export that a cell names, which is relative to the manifest. */
static int path_of(struct cli_job *job, const struct cli_run *run, struct ses_str name,
                   struct ses_str *ret_path)
{
    bool absolute = ses_str_starts(name, SES_STR("/"));

    return ses_arena_join(&job->arena, absolute ? (struct ses_str){0} : run->manifest_folder, name,
                          ret_path);
}

static int read_exports(struct cli_job *job, const struct cli_run *run, struct ses_entries *entries,
                        bool *ret_ok)
{
    const struct ses_cell *cell = cell_of(job, SES_COLUMN_EXPORTS);
    struct ses_str rest = cell->text;
    struct ses_str name;

    *ret_ok = true;
    while (ses_str_split(&rest, ';', &name)) {
        struct ses_source *source;
        struct ses_str path;
        int error;

        name = ses_str_trim(name);
        if (name.len == 0)
            continue;
        error = path_of(job, run, name, &path);
        if (error == 0)
            error = ses_source_read(path.ptr, &cell->place, &job->arena, &source,
                                    &job->report.findings);
        if (error == SES_EIO) {
            job->unreadable = true;
            *ret_ok = false;
            continue;
        }
        if (error == 0 && run->need_digest)
            error = ses_source_seal(source, &job->digester);
        if (error == 0)
            error = ses_export_read(source, &job->arena, entries, &job->report.findings);
        if (error != 0)
            return error;
        job->file_count++;
    }
    job->record_count = entries->count;
    return 0;
}

/* An empty cell: the request comes from the exports that were named beside the manifest. It is
 * shared with no other row, or else the row is refused as a second one for its domain. */
static int find_request(struct cli_job *job, const struct cli_run *run, struct ses_str domain)
{
    const struct ses_request *found = run->by_domain ? ses_map_find(run->by_domain, domain) : NULL;

    if (!found)
        return refuse(job, cell_of(job, SES_COLUMN_DOMAIN), SES_MANIFEST_NO_EXPORT);
    job->request = ses_arena_alloc(&job->arena, sizeof(*job->request));
    if (!job->request)
        return SES_ENOMEM;
    *job->request = *found;
    return 0;
}

static int build_domain(struct cli_job *job, const struct cli_run *run)
{
    const struct ses_cell *cell = cell_of(job, SES_COLUMN_DOMAIN);
    struct ses_requests requests = {0};
    struct ses_entries entries = {0};
    struct ses_str domain;
    bool ok;
    int error = parse_name(job, cell, &domain, &ok);

    if (error != 0 || !ok)
        return error;
    if (cell_of(job, SES_COLUMN_EXPORTS)->text.len == 0)
        return find_request(job, run, domain);
    error = read_exports(job, run, &entries, &ok);
    if (error != 0 || !ok)
        return error;
    error = ses_subject_assign(&entries, &domain, 1, cell->place, &job->arena, &requests,
                               &job->report.findings);
    if (error != 0 || requests.count == 0)
        return error;
    job->request = requests.items[0];
    return ses_request_settle(job->request, &job->arena);
}

static int build_host(struct cli_job *job)
{
    const struct ses_cell *cell = cell_of(job, SES_COLUMN_HOST);
    struct ses_requests requests = {0};
    struct ses_request *request;
    struct ses_str host;
    bool ok;
    int error = parse_name(job, cell, &host, &ok);

    if (error != 0 || !ok)
        return error;
    if (cell_of(job, SES_COLUMN_EIP)->text.len == 0)
        return refuse(job, cell, SES_MANIFEST_NO_EIP);
    request = ses_requests_add(&requests, &job->arena, SES_SUBJECT_HOST);
    if (!request)
        return SES_ENOMEM;
    request->subject = host;
    request->subject_at = cell->place;
    job->request = request;
    error = ses_name_to_unicode(host, &job->arena, &request->subject_unicode);
    return error != 0 ? error : ses_request_settle(request, &job->arena);
}

static int add_nodes(struct cli_job *job)
{
    const struct ses_cell *cell = cell_of(job, SES_COLUMN_DEDICATED_IPS);
    const struct ses_cell *eip = cell_of(job, SES_COLUMN_EIP);
    struct ses_str rest = cell->text;
    struct ses_str text;
    struct ses_node node;
    int error = 0;

    while (error == 0 && ses_str_split(&rest, ';', &text)) {
        text = ses_str_trim(text);
        if (text.len == 0)
            continue;
        error = ses_node_parse(text, cell->place, &job->arena, &node, &job->report.findings);
        if (error == 0)
            error = ses_request_add_node(job->request, &job->arena, &node);
        else if (error == SES_EINVALID)
            error = 0;
    }
    if (error != 0 || job->request->kind != SES_SUBJECT_HOST)
        return error;
    error = ses_node_make(eip->text, job->request->subject, eip->place, &job->arena, &node);
    node.allocation = cell_of(job, SES_COLUMN_ALLOCATION_ID)->text;
    return error != 0 ? error : ses_request_add_node(job->request, &job->arena, &node);
}

static int parse_lifetime(struct cli_job *job, const struct cli_run *run)
{
    const struct cli_options *options = run->options;
    const struct ses_cell *kind = cell_of(job, SES_COLUMN_LIFETIME);
    const struct ses_cell *expires = cell_of(job, SES_COLUMN_EXPIRES);
    struct ses_lifetime_words words = {
        .poc = ses_str_eq_nocase(kind->text, SES_STR("poc")),
        .production = ses_str_eq_nocase(kind->text, SES_STR("production")),
        .expires = expires->text,
        .required = run->need_lifetime,
        .place = expires->text.len > 0 ? expires->place : kind->place,
    };
    struct ses_date today = ses_date_of(options->now);
    unsigned horizon = ses_site_number(&options->site, SES_LIFETIME_HORIZON_DAYS);
    int error;

    if (kind->text.len > 0 && !words.poc && !words.production)
        return refuse(job, kind, SES_MANIFEST_BAD_LIFETIME);
    if (kind->text.len == 0) {
        words.poc = options->poc != 0;
        words.production = options->production != 0;
    }
    if (words.expires.len == 0 && words.poc)
        words.expires = ses_str_of(options->expires);
    if (words.place.line == 0)
        words.place = job->row.place;
    /* Days from now were days from another day, when the manifest was new. */
    if (run->any_date && ses_str_starts(words.expires, SES_STR("+")))
        return 0;
    error = ses_lifetime_parse(&words, run->any_date ? ses_date_from_days(0) : today,
                               run->any_date ? MAX_HORIZON : horizon, &job->request->lifetime,
                               &job->report.findings);
    return error == SES_EINVALID ? 0 : error;
}

static int add_settings(struct cli_job *job, const struct cli_run *run)
{
    const struct cli_values *flags = &run->options->values;
    const struct ses_cell *zone = cell_of(job, SES_COLUMN_ZONE);
    struct ses_request *request = job->request;
    struct ses_name_flaw flaw;
    struct ses_name name;
    bool ok;
    int error = 0;

    request->contact = text_of(job, SES_COLUMN_CONTACT, flags->contact);
    request->purpose = text_of(job, SES_COLUMN_PURPOSE, flags->purpose);
    request->account = text_of(job, SES_COLUMN_ACCOUNT, flags->account);
    request->region = text_of(job, SES_COLUMN_REGION, flags->region);
    request->group = cell_of(job, SES_COLUMN_GROUP)->text;
    request->settings_at = job->row.place;
    request->extra_names = job->row.extra_names;
    request->extra_values = job->row.extra_values;
    request->extra_count = job->row.extra_count;
    if (zone->text.len > 0)
        return parse_name(job, zone, &request->zone, &ok);
    if (flags->zone) {
        error = ses_name_parse(ses_str_of(flags->zone), &job->arena, &name, &flaw);
        if (error == 0)
            request->zone = name.text;
    }
    return error;
}

/* Makes the request of the row; it stays NULL where the row was refused. */
static int build_row(struct cli_job *job, const struct cli_run *run)
{
    bool is_domain = cell_of(job, SES_COLUMN_DOMAIN)->text.len > 0;
    bool is_host = cell_of(job, SES_COLUMN_HOST)->text.len > 0;
    struct ses_cell whole = {.place = job->row.place};
    int error;

    if (is_domain == is_host)
        return refuse(job, &whole, is_host ? SES_MANIFEST_TWO_SUBJECTS : SES_MANIFEST_NO_NAME);
    error = is_domain ? build_domain(job, run) : build_host(job);
    if (error != 0 || !job->request)
        return error;
    job->request->row_at = job->row.place;
    error = add_nodes(job);
    if (error == 0)
        error = parse_lifetime(job, run);
    return error != 0 ? error : add_settings(job, run);
}

static int copy_given(struct cli_job *job)
{
    job->request = ses_arena_alloc(&job->arena, sizeof(*job->request));
    if (!job->request)
        return SES_ENOMEM;
    *job->request = *job->given;
    return 0;
}

int cli_job_build(struct cli_job *job, const struct cli_run *run)
{
    int error = 0;

    if (job->blank)
        return 0;
    error = job->given ? copy_given(job) : build_row(job, run);
    if (error == 0 && job->request && run->need_digest)
        error = ses_request_seal(job->request, &job->digester);
    if (error == 0 && job->request)
        error = ses_check_request(job->request, &job->report.findings);
    job->good = job->request && !run->doubtful && cli_report_failures(&job->report) == 0 &&
                !ses_request_is_partial(job->request);
    return error;
}
