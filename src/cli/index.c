/* SPDX-License-Identifier: MIT */
#include "cli/index.h"

#include <string.h>

#include "base/error.h"

/* A finding of the input that was made before there were jobs. */
struct cli_index_stray {
    const struct ses_index_finding *finding;
    struct cli_index_stray *next; /* of the same file */
    bool taken;                   /* it is shown with a job */
};

int cli_index_open(struct cli_index *index, const struct ses_output *output, const char *templates,
                   struct cli_report *report)
{
    *index = (struct cli_index){.report = report};
    cli_report_keep(report, &index->arena, CLI_MAX_KEPT_OF_INPUT);
    return ses_index_new(output, templates, &index->index, &report->findings);
}

/* What is wrong with the index is no reason to stop; want of memory is. */
static int survive(struct cli_index *index, int error)
{
    if (error == 0 || error == SES_ENOMEM)
        return error;
    index->failed = true;
    ses_index_free(index->index);
    index->index = NULL;
    return 0;
}

static int add(struct cli_index *index, const struct ses_index_entry *entry)
{
    return survive(index, ses_index_add(index->index, entry, &index->report->findings));
}

/* Sorts what was found so far by file. */
static int begin(struct cli_index *index)
{
    const struct cli_kept *kept = &index->report->kept;
    int error = 0;

    index->begun = true;
    index->strays = ses_arena_array(&index->arena, kept->count, sizeof(*index->strays));
    if (!index->strays)
        return SES_ENOMEM;
    index->stray_count = kept->count;
    /* From the end, so that each chain comes to stand in the order of the input. */
    for (size_t i = kept->count; i > 0 && error == 0; i--) {
        struct cli_index_stray *stray = &index->strays[i - 1];

        stray->finding = &kept->items[i - 1];
        stray->next = ses_map_find(&index->by_file, stray->finding->file);
        error = ses_map_set(&index->by_file, &index->arena, stray->finding->file, stray);
    }
    return error;
}

static bool fails(const struct cli_index *index, enum ses_severity severity)
{
    return severity == SES_ERROR ||
           (severity == SES_WARNING && index->report->options->strict != 0);
}

/* An error concerns everybody whose file it is in: something of theirs may be what was not read.
 * The rest concerns the request whose record stands on that line. */
static bool concerns(const struct cli_index *index, const struct ses_index_finding *finding,
                     const struct ses_request *request)
{
    if (finding->line == 0 || fails(index, finding->code->severity))
        return true;
    for (size_t i = 0; i < request->record_count; i++) {
        const struct ses_place *place = &request->records[i]->row_at;

        if (place->line == finding->line && ses_str_eq(finding->file, ses_str_of(place->file)))
            return true;
    }
    return false;
}

static void push(struct ses_index_entry *entry, struct ses_index_finding *items,
                 const struct ses_index_finding *finding)
{
    if (entry->finding_count < CLI_MAX_KEPT)
        items[entry->finding_count++] = *finding;
    else
        entry->findings_left_out++;
}

/* Puts the findings of the request's files before those of its job. */
static int add_found_before(struct cli_index *index, struct cli_job *job,
                            struct ses_index_entry *entry)
{
    const struct cli_kept *own = &job->report.kept;
    struct ses_index_finding *items =
        ses_arena_array(&job->arena, CLI_MAX_KEPT, sizeof(struct ses_index_finding));

    if (!items)
        return SES_ENOMEM;
    entry->findings = items;
    entry->finding_count = 0;
    for (size_t i = 0; i < job->request->source_count; i++) {
        struct ses_str file = ses_str_of(job->request->sources[i]->path);
        struct cli_index_stray *stray = ses_map_find(&index->by_file, file);

        for (; stray; stray = stray->next) {
            if (!concerns(index, stray->finding, job->request))
                continue;
            push(entry, items, stray->finding);
            entry->counts[stray->finding->code->severity]++;
            stray->taken = true;
        }
    }
    for (size_t i = 0; i < own->count; i++)
        push(entry, items, &own->items[i]);
    return 0;
}

static struct ses_place place_of(const struct cli_job *job)
{
    if (!job->request)
        return job->row.place;
    return job->request->row_at.line > 0 ? job->request->row_at : job->request->subject_at;
}

/* What a row that was refused called its subject. */
static struct ses_str subject_of(const struct cli_job *job)
{
    struct ses_str domain = job->row.cells[SES_COLUMN_DOMAIN].text;

    return domain.len > 0 ? domain : job->row.cells[SES_COLUMN_HOST].text;
}

static enum ses_index_state state_of(const struct cli_job *job)
{
    if (!job->good)
        return SES_INDEX_REFUSED;
    return job->written_count < job->wanted_count ? SES_INDEX_NOT_WRITTEN : SES_INDEX_RENDERED;
}

static int add_job(struct cli_index *index, struct cli_job *job)
{
    struct ses_index_entry entry = {
        .request = job->request,
        .place = place_of(job),
        .state = state_of(job),
        .files = job->written,
        .file_count = job->written_count,
        .findings = job->report.kept.items,
        .finding_count = job->report.kept.count,
        .findings_left_out = job->report.kept.left_out,
    };
    int error = 0;

    memcpy(entry.counts, job->report.shown, sizeof(entry.counts));
    if (!job->request)
        entry.subject = subject_of(job);
    else if (index->stray_count > 0)
        error = add_found_before(index, job, &entry);
    return error != 0 ? error : add(index, &entry);
}

/* A finding that belongs to no subject stands for one that might have been: a file that was not
 * read, a row that is none. */
static int add_refusal(struct cli_index *index, const struct ses_index_finding *finding)
{
    struct ses_index_entry entry = {
        .place = {.file = finding->file.len > 0 ? finding->file.ptr : NULL, .line = finding->line},
        .state = SES_INDEX_REFUSED,
        .findings = finding,
        .finding_count = 1,
    };

    if (!index->index || !fails(index, finding->code->severity))
        return 0;
    entry.counts[finding->code->severity] = 1;
    return add(index, &entry);
}

int cli_index_add(struct cli_index *index, struct cli_job *job)
{
    const struct cli_kept *kept = &job->report.kept;
    int error = 0;

    if (!index->index)
        return 0;
    if (!index->begun)
        error = begin(index);
    if (error == 0 && !job->blank)
        return add_job(index, job);
    for (size_t i = 0; i < kept->count && error == 0; i++)
        error = add_refusal(index, &kept->items[i]);
    return error;
}

int cli_index_finish(struct cli_index *index)
{
    struct ses_index_entry rest = {.state = SES_INDEX_REFUSED};
    int error = 0;

    if (!index->index)
        return 0;
    if (!index->begun)
        error = begin(index);
    for (size_t i = 0; i < index->stray_count && error == 0; i++) {
        if (!index->strays[i].taken)
            error = add_refusal(index, index->strays[i].finding);
    }
    rest.findings_left_out = index->report->kept.left_out;
    if (error == 0 && index->index && rest.findings_left_out > 0)
        error = add(index, &rest);
    if (error != 0 || !index->index)
        return error;
    return survive(index, ses_index_finish(index->index, &index->report->findings));
}

void cli_index_done(struct cli_index *index)
{
    ses_index_free(index->index);
    ses_arena_done(&index->arena);
}
