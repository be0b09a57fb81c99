/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/batch.h"
#include "cli/clock.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "cli/option.h"
#include "cli/report.h"
#include "cli/resolver.h"
#include "cli/verdict.h"
#include "verify/code.h"
#include "verify/verifier.h"

/* The verdicts on one request. */
#define MAX_VERDICT ((size_t)64 * 1024 * 1024)

/* Milliseconds before DNS is asked again, doubled each time: a change is published within minutes
 * or hours. */
#define FIRST_PAUSE 2000
#define LAST_PAUSE (10 * 60 * 1000)

struct run {
    const struct cli_options *options;
    struct ses_clock clock;
    struct ses_resolver *resolver; /* owned */
    struct ses_verifier verifier;
    struct cli_verdict_style style;
    struct ses_buf out;
    char random_label[32];
    /* With --wait all are kept until the end, in the order of the input; those that are asked for
     * again are zeroed meanwhile. */
    struct ses_verification *kept; /* owned */
    size_t kept_count, kept_capacity, returned;
    bool again; /* not the first look */
    size_t printed;
    size_t counts[SES_LIVE_UNKNOWN + 1];
    size_t obstacles[SES_SEVERITIES];
    size_t unknown; /* obstacles that are only want of an answer */
    size_t ruled;   /* findings of the rules, which are about what was asked for */
};

static int open_resolver(struct run *run)
{
    int error;

    ses_resolver_freep(&run->resolver);
    error = cli_resolver_open(run->options, &run->clock, &run->resolver);
    if (error == SES_EINVALID)
        fputs("sesdns verify: a file of --trust-anchor or --root-hints cannot be used\n", stderr);
    run->verifier.resolver = run->resolver;
    return error;
}

/* One line on a terminal; nothing elsewhere. */
static bool has_line(const struct run *run)
{
    return !run->options->quiet && isatty(STDERR_FILENO);
}

static void hide_line(const struct run *run)
{
    if (has_line(run))
        fputs("\r\x1b[K", stderr);
}

static int flush(struct run *run)
{
    int error = ses_buf_status(&run->out);

    if (run->out.len > 0)
        hide_line(run);
    if (error == 0 && run->out.len > 0)
        fwrite(run->out.ptr, 1, run->out.len, stdout);
    ses_buf_clear(&run->out);
    return error != 0 ? error : ferror(stdout) ? SES_EIO : 0;
}

static int print(struct run *run, const struct ses_verification *verification)
{
    const struct ses_before *before = &verification->before;

    run->counts[verification->live]++;
    for (size_t i = 0; i < before->obstacle_count; i++) {
        run->obstacles[before->obstacles[i].code->severity]++;
        run->unknown += before->obstacles[i].code == &ses_verify_codes[SES_BEFORE_UNKNOWN];
    }
    if (run->options->format == CLI_FORMAT_JSON)
        cli_verdict_add_json(&run->out, verification, &run->style);
    else if (run->options->format == CLI_FORMAT_HTML)
        cli_verdict_add_html(&run->out, verification, &run->style);
    else
        cli_verdict_add_text(&run->out, verification, &run->style);
    run->printed++;
    return flush(run);
}

static int keep(struct run *run, struct ses_verification *verification)
{
    if (run->again) {
        while (run->kept[run->returned].subject.ptr)
            run->returned++;
        run->kept[run->returned] = *verification;
    } else {
        if (run->kept_count == run->kept_capacity) {
            size_t capacity = run->kept_capacity > 0 ? run->kept_capacity * 2 : 16;
            struct ses_verification *grown = realloc(run->kept, capacity * sizeof(*grown));

            if (!grown)
                return SES_ENOMEM;
            run->kept = grown;
            run->kept_capacity = capacity;
        }
        run->kept[run->kept_count++] = *verification;
    }
    *verification = (struct ses_verification){0};
    return 0;
}

static int verified(void *context, struct ses_verification *verification)
{
    struct run *run = context;

    return run->options->wait > 0 ? keep(run, verification) : print(run, verification);
}

/* In the order of the input. What the rules say of a request is no reason not to look at DNS. */
static int finish(void *context, struct cli_job *job)
{
    struct run *run = context;

    if (!job->request)
        return 0;
    run->ruled += cli_report_failures(&job->report);
    return ses_verifier_add(&run->verifier, job->request);
}

static int set_random_label(struct run *run)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz012345";
    unsigned char bytes[sizeof(run->random_label) - 1];

    if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
        return SES_EIO;
    for (size_t i = 0; i < sizeof(bytes); i++)
        run->random_label[i] = digits[bytes[i] % (sizeof(digits) - 1)];
    run->verifier.options.random_label = ses_str_of(run->random_label);
    return 0;
}

static int begin(struct run *run)
{
    int error = set_random_label(run);

    run->verifier.options.before = run->options->before != 0;
    run->verifier.done = verified;
    run->verifier.context = run;
    if (error == 0)
        error = ses_verifier_init(&run->verifier);
    if (error == 0)
        error = open_resolver(run);
    if (error == 0 && run->options->format == CLI_FORMAT_HTML)
        cli_verdict_begin_html(&run->out);
    return error;
}

static size_t count_live(const struct run *run)
{
    size_t count = 0;

    for (size_t i = 0; i < run->kept_count; i++)
        count += run->kept[i].live == SES_LIVE;
    return count;
}

/* Says what is waited for. */
static void show_waiting(const struct run *run, int64_t pause, int64_t left)
{
    if (!has_line(run))
        return;
    fprintf(stderr, "\r\x1b[K%zu of %zu live; next look in %lld s, for %lld minutes more",
            count_live(run), run->kept_count, (long long)(pause / 1000), (long long)(left / 60000));
    fflush(stderr);
}

/* The last answers can take a while. */
static void show_asking(const struct run *run)
{
    if (!has_line(run))
        return;
    fprintf(stderr, "\r\x1b[K%zu done; asking DNS for %zu more", run->printed + run->kept_count,
            run->verifier.count);
    fflush(stderr);
}

/* Asks anew for what is not live, and sees DNS as it is now: nothing is remembered. */
static int look_again(struct run *run)
{
    int error = open_resolver(run);

    run->again = true;
    run->returned = 0;
    for (size_t i = 0; i < run->kept_count && error == 0; i++) {
        if (run->kept[i].live != SES_LIVE)
            error = ses_verifier_add_again(&run->verifier, &run->kept[i]);
    }
    return error != 0 ? error : ses_verifier_finish(&run->verifier);
}

static int wait_for_all(struct run *run)
{
    int64_t end = run->clock.now(&run->clock) + (int64_t)run->options->wait * 1000;
    int64_t pause = FIRST_PAUSE;
    int error = 0;

    while (error == 0 && count_live(run) < run->kept_count) {
        int64_t left = end - run->clock.now(&run->clock);

        if (left <= 0)
            break;
        show_waiting(run, pause < left ? pause : left, left);
        if (!run->clock.wait(&run->clock, pause < left ? pause : left))
            break;
        error = look_again(run);
        pause = pause * 2 < LAST_PAUSE ? pause * 2 : LAST_PAUSE;
    }
    hide_line(run);
    for (size_t i = 0; i < run->kept_count && error == 0; i++)
        error = print(run, &run->kept[i]);
    return error;
}

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

static void add_summary(struct ses_buf *out, const struct run *run)
{
    ses_buf_printf(out, "%zu request%s", run->printed, plural(run->printed));
    if (run->options->before)
        ses_buf_printf(out, ": %zu error%s, %zu warning%s, %zu note%s", run->obstacles[SES_ERROR],
                       plural(run->obstacles[SES_ERROR]), run->obstacles[SES_WARNING],
                       plural(run->obstacles[SES_WARNING]), run->obstacles[SES_NOTE],
                       plural(run->obstacles[SES_NOTE]));
    else
        ses_buf_printf(out, ": %zu live, %zu partly, %zu not live, %zu could not be told",
                       run->counts[SES_LIVE], run->counts[SES_LIVE_PART],
                       run->counts[SES_LIVE_NONE], run->counts[SES_LIVE_UNKNOWN]);
}

static int end(struct run *run)
{
    struct ses_buf summary SES_CLEANUP(ses_buf_done);
    int error;

    ses_buf_init(&summary, SES_MAX_SENTENCE);
    add_summary(&summary, run);
    if (run->options->format == CLI_FORMAT_HTML)
        cli_verdict_end_html(&run->out, ses_buf_str(&summary));
    error = flush(run);
    fflush(stdout);
    if (error == 0 && summary.len > 0 && !run->options->quiet &&
        run->options->format != CLI_FORMAT_JSON)
        fprintf(stderr, "%s\n", summary.ptr);
    return error;
}

/* What DNS says. Not live comes before could not tell: what could not be told may be worse, but no
 * better. */
static int status_of(const struct run *run)
{
    size_t warnings = run->obstacles[SES_WARNING] - run->unknown;
    size_t failures = run->obstacles[SES_ERROR] + (run->options->strict ? warnings : 0);

    if (failures > 0)
        return CLI_FINDINGS;
    if (run->options->before)
        return run->unknown > 0 ? CLI_REMOTE : CLI_OK;
    if (run->counts[SES_LIVE_PART] + run->counts[SES_LIVE_NONE] > 0)
        return CLI_FINDINGS;
    return run->counts[SES_LIVE_UNKNOWN] > 0 ? CLI_REMOTE : CLI_OK;
}

static int verify_all(struct run *run, struct cli_report *report, struct cli_totals *totals)
{
    const struct cli_verb verb = {.name = "verify", .finish = finish, .context = run};
    int error = begin(run);

    if (error == 0)
        error = cli_batch_run(run->options, &verb, report, totals);
    if (error == 0) {
        show_asking(run);
        error = ses_verifier_finish(&run->verifier);
        hide_line(run);
    }
    if (error == 0 && run->options->wait > 0)
        error = wait_for_all(run);
    return error != 0 ? error : end(run);
}

static void release(struct run *run)
{
    ses_resolver_freep(&run->resolver);
    ses_verifier_done(&run->verifier);
    for (size_t i = 0; i < run->kept_count; i++)
        ses_verification_done(&run->kept[i]);
    free(run->kept);
    ses_buf_done(&run->out);
}

/* What could not be read was not looked at, and that comes first. */
static int exit_of(const struct run *run, const struct cli_totals *totals,
                   const struct cli_report *report)
{
    int status = cli_batch_exit(totals, report);
    int live = status_of(run);

    if (status != CLI_OK && status != CLI_FINDINGS)
        return status;
    return cli_report_failures(report) > run->ruled ? CLI_FINDINGS : live;
}

static int verify(const struct cli_options *options)
{
    struct cli_options talk = *options;
    struct run run = {.options = options,
                      .clock = cli_clock(),
                      .style = {.color = cli_report_use_color(options, stdout),
                                .server = options->server,
                                .quiet = options->quiet,
                                .before = options->before}};
    struct cli_report report;
    struct cli_totals totals = {0};
    int status = CLI_LOCAL;
    int error;

    ses_buf_init(&run.out, MAX_VERDICT);
    /* What the rules only note is no news here. */
    talk.quiet = true;
    cli_report_init(&report, &talk, stderr);
    error = verify_all(&run, &report, &totals);
    if (error != 0 && error != SES_EINVALID)
        fprintf(stderr, "sesdns verify: %s\n", ses_strerror(error));
    if (error == 0)
        status = exit_of(&run, &totals, &report);
    cli_report_done(&report);
    release(&run);
    return status;
}

int cmd_verify(int argc, const char **argv)
{
    struct cli_options options;
    int status;

    if (cli_options_parse(&options, "verify", "[OPTION...] EXPORT|FOLDER...", CLI_SET_VERIFY, argc,
                          argv, &status))
        status = cli_report_check_allowed("verify", &options) ? verify(&options) : CLI_USAGE;
    cli_options_done(&options);
    return status;
}
