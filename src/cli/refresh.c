/* SPDX-License-Identifier: MIT */
/* What DNS has of what the ledger knows. */
#include "cli/refresh.h"
#include "base/error.h"
#include "cli/clock.h"
#include "cli/departure.h"
#include "cli/resolver.h"
#include "verify/verifier.h"

/* A request that DNS is asked about. */
struct entry {
    struct ses_str key, subject; /* arena */
};

struct run {
    const struct cli_options *options;
    struct cli_report *report;
    struct ses_ledger *ledger;
    struct ses_arena arena;
    struct entry *entries; /* arena */
    size_t count, capacity;
    struct ses_verifier verifier;
    size_t next; /* entry that comes back */
    struct ses_arena request_arena;
    struct ses_request *request; /* request_arena */
};

static int add(struct run *run, const struct ses_ledger_item *item)
{
    struct entry entry = {0};
    int error = ses_arena_copy(&run->arena, item->ticket.key, &entry.key);

    if (error == 0)
        error = ses_arena_copy(&run->arena, item->request->subject, &entry.subject);
    if (error == 0)
        error = ses_arena_grow(&run->arena, &run->entries, run->count, &run->capacity,
                               sizeof(*run->entries));
    if (error == 0)
        run->entries[run->count++] = entry;
    return error;
}

/* Those that are to be there. */
static int take_live(void *context, const struct ses_ledger_item *item)
{
    struct run *run = context;

    if (item->ticket.operation == SES_REMOVE || item->removed_by.len > 0 ||
        item->request->published_count + item->request->node_count == 0)
        return 0;
    return add(run, item);
}

static int take_request(void *context, const struct ses_ledger_item *item)
{
    struct run *run = context;

    run->request = ses_arena_alloc(&run->request_arena, sizeof(*run->request));
    return run->request ? ses_request_copy(item->request, &run->request_arena, run->request)
                        : SES_ENOMEM;
}

static int begin(struct run *run, const struct entry *entry)
{
    const struct ses_ledger_filter filter = {.key = entry->key, .subject = entry->subject};
    int error;

    run->request = NULL;
    ses_arena_clear(&run->request_arena);
    error = ses_ledger_list(run->ledger, &filter, take_request, run, &run->report->findings);
    if (error != 0)
        return error;
    return run->request ? ses_verifier_add(&run->verifier, run->request) : SES_EIO;
}

static int verified(void *context, struct ses_verification *verification)
{
    static const enum ses_ledger_dns dns[] = {
        [SES_LIVE] = SES_LEDGER_DNS_ALL,
        [SES_LIVE_PART] = SES_LEDGER_DNS_PART,
        [SES_LIVE_NONE] = SES_LEDGER_DNS_NONE,
        [SES_LIVE_UNKNOWN] = SES_LEDGER_DNS_UNKNOWN,
    };
    struct run *run = context;
    const struct entry *entry = &run->entries[run->next++];

    return ses_ledger_set_dns(run->ledger, entry->key, entry->subject, dns[verification->live],
                              run->options->now, &run->report->findings);
}

static int refresh_live(struct run *run)
{
    const struct ses_ledger_filter filter = {.not_removed = true, .not_continued = true};
    struct ses_resolver *resolver SES_CLEANUP(ses_resolver_freep) = NULL;
    struct ses_clock clock = cli_clock();
    int error = ses_ledger_list(run->ledger, &filter, take_live, run, &run->report->findings);

    if (error == 0)
        error = cli_resolver_open(run->options, &clock, &resolver);
    run->verifier.resolver = resolver;
    if (error == 0)
        error = ses_verifier_init(&run->verifier);
    for (size_t i = 0; i < run->count && error == 0; i++)
        error = begin(run, &run->entries[i]);
    if (error == 0)
        error = ses_verifier_finish(&run->verifier);
    ses_resolver_freep(&resolver);
    resolver = NULL;
    ses_verifier_done(&run->verifier);
    return error;
}

int cli_refresh_dns(const struct cli_options *options, struct cli_report *report,
                    struct ses_ledger *ledger)
{
    struct run run = {
        .options = options, .report = report, .ledger = ledger, .verifier = {.done = verified}};
    int error;

    run.verifier.context = &run;
    error = refresh_live(&run);
    ses_arena_done(&run.request_arena);
    ses_arena_done(&run.arena);
    return error != 0 ? error : cli_departures_note(options, report, ledger);
}
