/* SPDX-License-Identifier: MIT */
#include "cli/batch.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "check/batch.h"
#include "cli/exit.h"
#include "cli/input.h"
#include "cli/progress.h"
#include "ingest/manifest.h"
#include "model/name.h"

/* Subjects handed from thread to thread at a time: enough to make the handing over cheap, few
 * enough to keep the memory of a run small. */
#define CHUNK 32

/* Chunks on the way for each thread: one in hand, one waiting. */
#define CHUNKS_PER_THREAD 2

/* What is done with a chunk, one step after the other. */
enum step { BUILD, COMPARE, PROCESS, FINISH, STEPS };

struct chunk {
    struct cli_job jobs[CHUNK];
    size_t count;
    size_t number; /* position in the input */
    enum step step;
    bool busy; /* some thread does the step */
    struct chunk *next;
};

struct batch {
    struct cli_run run;
    const struct cli_verb *verb;
    struct cli_report *report;
    struct cli_totals *totals;
    struct cli_progress progress;
    struct ses_batch crowd; /* touched in the order of the input only */

    pthread_mutex_t lock; /* guards all below, and step and busy of chunks on the way */
    pthread_cond_t changed;
    struct chunk *free;   /* empty chunks */
    struct chunk *on_way; /* filled, not yet finished; in the order of the input */
    struct chunk **on_way_end;
    size_t numbered;     /* chunks made so far */
    size_t turns[STEPS]; /* how many chunks have passed each step */
    bool ended;          /* no more chunks will be made */
    int error;           /* the first that ends the run */

    struct chunk *filling;  /* of the reading thread, as all below */
    struct ses_arena arena; /* for the names in `named` */
    struct ses_map named;   /* domains of the other inputs that a row names */
    bool unreadable;        /* the manifest was */
    size_t thread_count;    /* 0: the reading thread does all */
};

static int build(struct batch *batch, struct chunk *chunk)
{
    int error = 0;

    for (size_t i = 0; i < chunk->count && error == 0; i++)
        error = cli_job_build(&chunk->jobs[i], &batch->run);
    return error;
}

static int compare(struct batch *batch, struct chunk *chunk)
{
    int error = 0;

    for (size_t i = 0; i < chunk->count && error == 0; i++) {
        struct cli_job *job = &chunk->jobs[i];

        if (!job->request)
            continue;
        error = ses_batch_add(&batch->crowd, job->request, &job->report.findings);
        job->good = job->good && cli_report_failures(&job->report) == 0;
    }
    return error;
}

static int process(struct batch *batch, struct chunk *chunk)
{
    int error = 0;

    for (size_t i = 0; i < chunk->count && error == 0; i++) {
        if (batch->verb->process && chunk->jobs[i].good)
            error = batch->verb->process(batch->verb->context, &chunk->jobs[i]);
    }
    return error;
}

static int finish_job(struct batch *batch, struct cli_job *job)
{
    struct cli_totals *totals = batch->totals;
    bool failed = cli_report_failures(&job->report) > 0;
    int error = 0;

    totals->files += job->file_count;
    totals->records += job->record_count;
    if (job->request && totals->subjects++ == 0)
        snprintf(totals->first, sizeof(totals->first), "%s", job->request->subject.ptr);
    totals->unreadable |= job->unreadable;
    cli_progress_step(&batch->progress, failed);
    if (job->report.text.len > 0 || job->out.len > 0)
        cli_progress_hide(&batch->progress);
    cli_report_merge(batch->report, &job->report);
    cli_report_flush(batch->report);
    if (batch->verb->finish)
        error = batch->verb->finish(batch->verb->context, job);
    cli_job_clear(job);
    return error;
}

static int finish(struct batch *batch, struct chunk *chunk)
{
    int error = 0;

    for (size_t i = 0; i < chunk->count && error == 0; i++)
        error = finish_job(batch, &chunk->jobs[i]);
    chunk->count = 0;
    return error;
}

/* To add a step, add it to the enum and here. */
static const struct {
    int (*run)(struct batch *batch, struct chunk *chunk);
    bool in_turn; /* in the order of the input, and so by one thread at a time */
} steps[STEPS] = {
    [BUILD] = {build, false},
    [COMPARE] = {compare, true},
    [PROCESS] = {process, false},
    [FINISH] = {finish, true},
};

/* The oldest chunk whose step can be done now; NULL where there is none. */
static struct chunk *find_work(const struct batch *batch)
{
    struct chunk *chunk = batch->on_way;

    while (chunk && (chunk->busy ||
                     (steps[chunk->step].in_turn && batch->turns[chunk->step] != chunk->number)))
        chunk = chunk->next;
    return chunk;
}

/* The first chunk on the way is done with, and empty again. */
static void give_back(struct batch *batch, struct chunk *chunk)
{
    batch->on_way = chunk->next;
    if (!batch->on_way)
        batch->on_way_end = &batch->on_way;
    chunk->step = BUILD;
    chunk->next = batch->free;
    batch->free = chunk;
}

/* One step of a chunk. The lock is held, but not while the step is done. */
static void work_on(struct batch *batch, struct chunk *chunk)
{
    enum step step = chunk->step;
    int error;

    chunk->busy = true;
    pthread_mutex_unlock(&batch->lock);
    error = steps[step].run(batch, chunk);
    pthread_mutex_lock(&batch->lock);
    chunk->busy = false;
    batch->turns[step]++;
    if (batch->error == 0)
        batch->error = error;
    if (step == FINISH)
        give_back(batch, chunk);
    else
        chunk->step = step + 1;
    pthread_cond_broadcast(&batch->changed);
}

static void *work(void *context)
{
    struct batch *batch = context;

    pthread_mutex_lock(&batch->lock);
    while (batch->error == 0 && !(batch->ended && !batch->on_way)) {
        struct chunk *chunk = find_work(batch);

        if (chunk)
            work_on(batch, chunk);
        else
            pthread_cond_wait(&batch->changed, &batch->lock);
    }
    pthread_mutex_unlock(&batch->lock);
    return NULL;
}

static struct chunk *new_chunk(struct batch *batch)
{
    struct chunk *chunk = calloc(1, sizeof(*chunk));

    for (size_t i = 0; chunk && i < CHUNK; i++)
        cli_job_init(&chunk->jobs[i], batch->report);
    return chunk;
}

static void free_chunks(struct chunk *chunk)
{
    while (chunk) {
        struct chunk *next = chunk->next;

        for (size_t i = 0; i < CHUNK; i++)
            cli_job_done(&chunk->jobs[i]);
        free(chunk);
        chunk = next;
    }
}

/* An empty chunk, waiting for one where all are on the way; NULL where the run has failed. */
static struct chunk *take_free(struct batch *batch)
{
    struct chunk *chunk = NULL;

    pthread_mutex_lock(&batch->lock);
    while (!batch->free && batch->error == 0)
        pthread_cond_wait(&batch->changed, &batch->lock);
    if (batch->error == 0) {
        chunk = batch->free;
        batch->free = chunk->next;
        chunk->next = NULL;
        chunk->number = batch->numbered++;
    }
    pthread_mutex_unlock(&batch->lock);
    return chunk;
}

static int error_of(struct batch *batch)
{
    int error;

    pthread_mutex_lock(&batch->lock);
    error = batch->error;
    pthread_mutex_unlock(&batch->lock);
    return error;
}

/* Without threads, all steps at once. */
static int send(struct batch *batch)
{
    struct chunk *chunk = batch->filling;
    int error;

    batch->filling = NULL;
    if (!chunk)
        return error_of(batch);
    pthread_mutex_lock(&batch->lock);
    *batch->on_way_end = chunk;
    batch->on_way_end = &chunk->next;
    pthread_cond_broadcast(&batch->changed);
    while (batch->thread_count == 0 && batch->on_way && batch->error == 0)
        work_on(batch, batch->on_way);
    error = batch->error;
    pthread_mutex_unlock(&batch->lock);
    return error;
}

/* The job to fill next. NULL where the run has failed. */
static struct cli_job *next_job(struct batch *batch)
{
    if (!batch->filling)
        batch->filling = take_free(batch);
    return batch->filling ? &batch->filling->jobs[batch->filling->count] : NULL;
}

static int job_filled(struct batch *batch)
{
    batch->filling->count++;
    return batch->filling->count == CHUNK ? send(batch) : 0;
}

/* What is wrong with the manifest itself is printed in its place among the rows: by a job of its
 * own. */
struct relay {
    struct ses_findings findings; /* first, so that a sink is a relay */
    struct batch *batch;
};

static int relay(struct ses_findings *findings, const struct ses_finding *finding)
{
    struct batch *batch = ((struct relay *)findings)->batch;
    struct cli_job *job = next_job(batch);
    int error = job ? cli_job_take_finding(job, finding) : error_of(batch);

    return error != 0 ? error : job_filled(batch);
}

/* Notes down that a row names a domain which the other inputs have. */
static int note_named(struct batch *batch, struct ses_str text)
{
    struct ses_request *request;
    struct ses_name_flaw flaw;
    struct ses_name name;
    int error;

    if (batch->run.by_domain->count == 0 || text.len == 0)
        return 0;
    error = ses_name_parse(text, &batch->arena, &name, &flaw);
    if (error != 0)
        return error == SES_EINVALID ? 0 : error;
    request = ses_map_find(batch->run.by_domain, name.text);
    return request ? ses_map_set(&batch->named, &batch->arena, request->subject, request) : 0;
}

static int take_row(void *context, const struct ses_manifest_row *row)
{
    struct batch *batch = context;
    struct cli_job *job = next_job(batch);
    int error = job ? cli_job_take_row(job, row) : error_of(batch);

    if (error == 0)
        error = note_named(batch, row->cells[SES_COLUMN_DOMAIN].text);
    return error != 0 ? error : job_filled(batch);
}

static int take_requests(struct batch *batch, const struct ses_requests *requests)
{
    int error = 0;

    for (size_t i = 0; i < requests->count && error == 0; i++) {
        struct cli_job *job = next_job(batch);

        if (!job)
            return error_of(batch);
        job->given = requests->items[i];
        error = job_filled(batch);
    }
    return error;
}

static int report_unused(struct batch *batch, const struct ses_requests *requests,
                         struct ses_findings *findings)
{
    int error = 0;

    for (size_t i = 0; i < requests->count && error == 0; i++) {
        const struct ses_request *request = requests->items[i];

        if (!ses_map_find(&batch->named, request->subject))
            error = ses_manifest_report_unused(request->subject_at, request->subject, findings);
    }
    return error;
}

static int read_manifest(struct batch *batch, const struct cli_input *input, const char *path)
{
    struct relay sink = {.findings = {.emit = relay}, .batch = batch};
    int error = ses_manifest_read(path, take_row, batch, &sink.findings);

    if (error == 0)
        return report_unused(batch, &input->requests, &sink.findings);
    batch->unreadable = error == SES_EIO;
    return error == SES_EIO || error == SES_EINVALID ? 0 : error;
}

/* The jobs, from wherever they come, and then the chunk that is not full. */
static int feed(struct batch *batch, const struct cli_input *input)
{
    const char *manifest = batch->run.options->manifest;
    int error =
        manifest ? read_manifest(batch, input, manifest) : take_requests(batch, &input->requests);
    int sent = send(batch);

    return error != 0 ? error : sent;
}

/* Threads that could not be started are done without. */
static size_t start_threads(struct batch *batch, pthread_t *threads, size_t count)
{
    size_t started = 0;

    while (started < count && pthread_create(&threads[started], NULL, work, batch) == 0)
        started++;
    return started;
}

static void join_threads(struct batch *batch, const pthread_t *threads, size_t count, int error)
{
    pthread_mutex_lock(&batch->lock);
    batch->ended = true;
    if (batch->error == 0)
        batch->error = error;
    pthread_cond_broadcast(&batch->changed);
    pthread_mutex_unlock(&batch->lock);
    for (size_t i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
}

static int make_chunks(struct batch *batch, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct chunk *chunk = new_chunk(batch);

        if (!chunk)
            return SES_ENOMEM;
        chunk->next = batch->free;
        batch->free = chunk;
    }
    return 0;
}

static int run(struct batch *batch, const struct cli_input *input)
{
    pthread_t threads[CLI_MAX_JOBS];
    int jobs = batch->run.options->jobs;
    size_t wanted = jobs > 1 ? (size_t)jobs : 0;
    int error = make_chunks(batch, wanted * CHUNKS_PER_THREAD + 1);

    if (error != 0)
        return error;
    batch->thread_count = wanted;
    batch->thread_count = start_threads(batch, threads, wanted);
    error = feed(batch, input);
    join_threads(batch, threads, batch->thread_count, error);
    return batch->error;
}

int cli_batch_run(const struct cli_options *options, const struct cli_verb *verb,
                  struct cli_report *report, struct cli_totals *ret_totals)
{
    struct batch batch = {
        .run = {.options = options,
                .need_lifetime = verb->need_lifetime,
                .need_digest = verb->need_digest,
                .any_date = verb->any_date},
        .verb = verb,
        .report = report,
        .totals = ret_totals,
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .changed = PTHREAD_COND_INITIALIZER,
    };
    struct cli_input input;
    int error;

    *ret_totals = (struct cli_totals){0};
    batch.on_way_end = &batch.on_way;
    error = cli_input_read(&input, options, verb, ret_totals, report);
    cli_report_flush(report);
    ses_batch_init(&batch.crowd, &input.requests, options->group_by);
    batch.run.by_domain = &input.by_domain;
    batch.run.doubtful = !options->manifest && input.requests.count == 1 &&
                         (ret_totals->unreadable || cli_report_failures(report) > 0);
    batch.run.manifest_folder = input.manifest_folder;
    ret_totals->too_many = verb->one_only && (options->manifest || input.requests.count > 1);
    if (ret_totals->too_many)
        ret_totals->subjects = input.requests.count;
    if (error == 0 && !ret_totals->too_many && !(ret_totals->bad_lifetime && verb->need_lifetime)) {
        cli_progress_init(&batch.progress, input.expected, options->quiet != 0);
        error = run(&batch, &input);
        cli_progress_hide(&batch.progress);
    }
    cli_report_flush(report);
    free_chunks(batch.free);
    free_chunks(batch.on_way);
    free_chunks(batch.filling);
    ret_totals->unreadable |= batch.unreadable;
    ses_arena_done(&batch.arena);
    ses_batch_done(&batch.crowd);
    cli_input_done(&input);
    return error;
}

int cli_batch_exit(const struct cli_totals *totals, const struct cli_report *report)
{
    if (totals->bad_lifetime)
        return CLI_USAGE;
    if (totals->unreadable)
        return CLI_LOCAL;
    return cli_report_failures(report) > 0 ? CLI_FINDINGS : CLI_OK;
}
