/* SPDX-License-Identifier: MIT */
#include "cli/departure.h"

#include <stdio.h>

#include "base/error.h"
#include "cli/clock.h"
#include "cli/exit.h"
#include "cli/resolver.h"
#include "render/escape.h"
#include "verify/verifier.h"

/* One line, or one object. */
#define MAX_LINE ((size_t)1024 * 1024)

/* A request whose removal was asked for. */
struct departure {
    struct ses_str key, subject,
        removed_by;        /* arena: of its ticket and of the one that removes it */
    struct ses_str number; /* arena: of the latter */
};

struct run {
    const struct cli_options *options;
    struct cli_report *report;
    struct ses_ledger *ledger;
    const struct ses_str *domains;
    struct ses_verifier verifier;
    struct ses_buf out;
    struct ses_arena arena;
    struct departure *items; /* arena */
    size_t count, capacity;
    size_t next;                 /* that comes back */
    struct ses_request *request; /* request_arena: what the removal asked for; NULL: not known */
    struct ses_arena request_arena;
    size_t gone, there, unknown;
    bool silent;
};

static bool is_named(const struct run *run, struct ses_str subject)
{
    size_t count = run->domains ? cli_list_count(run->options->domains) : 0;

    for (size_t i = 0; i < count; i++) {
        if (ses_str_eq(run->domains[i], subject))
            return true;
    }
    return count == 0;
}

static int take(void *context, const struct ses_ledger_item *item)
{
    struct run *run = context;
    struct departure departure = {0};
    struct ses_ledger_ticket removal;
    bool found = false;
    int error;

    if (item->removed_by.len == 0 || !is_named(run, item->request->subject))
        return 0;
    error = ses_ledger_find(run->ledger, item->removed_by, &run->arena, &removal, &found,
                            &run->report->findings);
    if (error == 0 && found)
        departure.number = removal.number;
    if (error == 0)
        error = ses_arena_copy(&run->arena, item->ticket.key, &departure.key);
    if (error == 0)
        error = ses_arena_copy(&run->arena, item->request->subject, &departure.subject);
    if (error == 0)
        error = ses_arena_copy(&run->arena, item->removed_by, &departure.removed_by);
    if (error == 0)
        error = ses_arena_grow(&run->arena, &run->items, run->count, &run->capacity,
                               sizeof(*run->items));
    if (error == 0)
        run->items[run->count++] = departure;
    return error;
}

static int take_request(void *context, const struct ses_ledger_item *item)
{
    struct run *run = context;

    run->request = ses_arena_alloc(&run->request_arena, sizeof(*run->request));
    return run->request ? ses_request_copy(item->request, &run->request_arena, run->request)
                        : SES_ENOMEM;
}

static int read_request(struct run *run, struct ses_str key, struct ses_str subject)
{
    const struct ses_ledger_filter filter = {.key = key, .subject = subject};

    return ses_ledger_list(run->ledger, &filter, take_request, run, &run->report->findings);
}

/* Exactly what was to be removed: others may need the rest. What another subject's removal takes
 * along stands with this subject only. */
static int begin(struct run *run, const struct departure *departure)
{
    int error;

    run->request = NULL;
    ses_arena_clear(&run->request_arena);
    error = read_request(run, departure->removed_by, departure->subject);
    if (error == 0 && !run->request)
        error = read_request(run, departure->key, departure->subject);
    if (error != 0)
        return error;
    return run->request ? ses_verifier_add(&run->verifier, run->request) : SES_EIO;
}

static enum ses_live sum_up(const struct ses_expectations *expectations)
{
    size_t there = 0;
    size_t unknown = 0;

    for (size_t i = 0; i < expectations->count; i++) {
        enum ses_verdict verdict = expectations->items[i].verdict;

        there += verdict == SES_VERDICT_OK;
        unknown += verdict == SES_VERDICT_UNKNOWN || verdict == SES_VERDICT_BOGUS;
    }
    return there > 0 ? SES_LIVE : unknown > 0 ? SES_LIVE_UNKNOWN : SES_LIVE_NONE;
}

static const char *state_name(enum ses_live live)
{
    return live == SES_LIVE_NONE ? "removed" : live == SES_LIVE ? "there" : "unknown";
}

static void add_text(struct run *run, const struct departure *departure, enum ses_live live,
                     const struct ses_expectations *expectations)
{
    struct ses_buf *out = &run->out;

    ses_buf_printf(out, "%s  %s", departure->subject.ptr, state_name(live));
    if (departure->number.len > 0) {
        ses_buf_add(out, SES_STR("  "));
        ses_escape_terminal(out, departure->number);
    }
    ses_buf_add_byte(out, '\n');
    for (size_t i = 0; i < expectations->count && live == SES_LIVE; i++) {
        const struct ses_expectation *expectation = &expectations->items[i];

        if (expectation->verdict != SES_VERDICT_OK)
            continue;
        ses_buf_printf(out, "  still there: %s %s. ", ses_qtype_name(expectation->question.type),
                       expectation->question.name.ptr);
        ses_escape_terminal(out, expectation->value);
        ses_buf_add_byte(out, '\n');
    }
}

static void add_json(struct run *run, const struct departure *departure, enum ses_live live,
                     const struct ses_expectations *expectations)
{
    struct ses_buf *out = &run->out;
    const char *comma = "";

    ses_buf_printf(out, "{\"subject\":\"%s\",\"state\":\"%s\",\"number\":\"",
                   departure->subject.ptr, state_name(live));
    ses_escape_json(out, departure->number);
    ses_buf_add(out, SES_STR("\",\"there\":["));
    for (size_t i = 0; i < expectations->count; i++) {
        const struct ses_expectation *expectation = &expectations->items[i];

        if (expectation->verdict != SES_VERDICT_OK)
            continue;
        ses_buf_printf(out, "%s{\"type\":\"%s\",\"name\":\"%s\",\"value\":\"", comma,
                       ses_qtype_name(expectation->question.type), expectation->question.name.ptr);
        ses_escape_json(out, expectation->value);
        ses_buf_add(out, SES_STR("\"}"));
        comma = ",";
    }
    ses_buf_add(out, SES_STR("]}\n"));
}

static int print(struct run *run, const struct departure *departure, enum ses_live live,
                 const struct ses_expectations *expectations)
{
    int error;

    ses_buf_clear(&run->out);
    if (run->options->format == CLI_FORMAT_JSON)
        add_json(run, departure, live, expectations);
    else
        add_text(run, departure, live, expectations);
    error = ses_buf_status(&run->out);
    if (error == 0)
        fwrite(run->out.ptr, 1, run->out.len, stdout);
    return error;
}

static int verified(void *context, struct ses_verification *verification)
{
    struct run *run = context;
    const struct departure *departure = &run->items[run->next++];
    enum ses_live live = sum_up(&verification->expectations);
    int error = 0;

    run->gone += live == SES_LIVE_NONE;
    run->there += live == SES_LIVE;
    run->unknown += live == SES_LIVE_UNKNOWN;
    if (live == SES_LIVE_NONE)
        error =
            ses_ledger_removed(run->ledger, departure->key, departure->subject,
                               departure->removed_by, run->options->now, &run->report->findings);
    if (error != 0 || run->silent)
        return error;
    return print(run, departure, live, &verification->expectations);
}

static int look(struct run *run)
{
    const struct ses_ledger_filter filter = {.not_removed = true};
    struct ses_resolver *resolver SES_CLEANUP(ses_resolver_freep) = NULL;
    struct ses_clock clock = cli_clock();
    int error = ses_ledger_list(run->ledger, &filter, take, run, &run->report->findings);

    if (error == 0)
        error = cli_resolver_open(run->options, &clock, &resolver);
    run->verifier.resolver = resolver;
    if (error == 0)
        error = ses_verifier_init(&run->verifier);
    for (size_t i = 0; i < run->count && error == 0; i++)
        error = begin(run, &run->items[i]);
    if (error == 0)
        error = ses_verifier_finish(&run->verifier);
    ses_resolver_freep(&resolver);
    resolver = NULL;
    ses_verifier_done(&run->verifier);
    return error;
}

static void end(struct run *run)
{
    ses_buf_done(&run->out);
    ses_arena_done(&run->request_arena);
    ses_arena_done(&run->arena);
}

int cli_departures_note(const struct cli_options *options, struct cli_report *report,
                        struct ses_ledger *ledger)
{
    struct run run = {.options = options,
                      .report = report,
                      .ledger = ledger,
                      .verifier = {.done = verified, .options = {.remains = true}},
                      .silent = true};
    int error;

    run.verifier.context = &run;
    ses_buf_init(&run.out, MAX_LINE);
    error = look(&run);
    end(&run);
    return error;
}

int cli_departures_check(const struct cli_options *options, struct cli_report *report,
                         struct ses_ledger *ledger, const struct ses_str *domains)
{
    struct run run = {.options = options,
                      .report = report,
                      .ledger = ledger,
                      .domains = domains,
                      .verifier = {.done = verified, .options = {.remains = true}}};
    int error;

    run.verifier.context = &run;
    ses_buf_init(&run.out, MAX_LINE);
    error = look(&run);
    cli_report_flush(report);
    fflush(stdout);
    if (error != 0)
        fprintf(stderr, "sesdns %s: %s\n", options->verb, ses_strerror(error));
    else if (!options->quiet)
        fprintf(stderr, "%zu removed, %zu still there, %zu unknown\n", run.gone, run.there,
                run.unknown);
    end(&run);
    if (error != 0)
        return CLI_LOCAL;
    return run.there > 0 ? CLI_FINDINGS : run.unknown > 0 ? CLI_REMOTE : CLI_OK;
}
