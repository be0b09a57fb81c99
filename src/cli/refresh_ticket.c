/* SPDX-License-Identifier: MIT */
/* How ServiceNow has what the ledger knows. */
#include <stdlib.h>

#include "base/error.h"
#include "cli/refresh.h"
#include "submit/survey.h"

/* A ticket at the instance. */
struct entry {
    struct ses_str key, table, record; /* arena */
};

struct run {
    const struct cli_options *options;
    struct cli_report *report;
    struct ses_ledger *ledger;
    struct ses_arena arena;
    struct entry *entries; /* arena */
    size_t count, capacity;
};

static int add(struct run *run, const struct ses_ledger_item *item)
{
    struct entry entry = {0};
    int error = ses_arena_copy(&run->arena, item->ticket.key, &entry.key);

    if (error == 0)
        error = ses_arena_copy(&run->arena, item->ticket.table, &entry.table);
    if (error == 0)
        error = ses_arena_copy(&run->arena, item->ticket.record, &entry.record);
    if (error == 0)
        error = ses_arena_grow(&run->arena, &run->entries, run->count, &run->capacity,
                               sizeof(*run->entries));
    if (error == 0)
        run->entries[run->count++] = entry;
    return error;
}

/* The tickets that the instance of the config has. */
static int take_ticket(void *context, const struct ses_ledger_item *item)
{
    struct run *run = context;
    struct ses_str origin = ses_instance_text(&run->options->instance, SES_INSTANCE_ORIGIN);

    if (item->ticket.record.len == 0 || item->ticket.table.len == 0 ||
        !ses_str_eq(item->ticket.instance, origin))
        return 0;
    return add(run, item);
}

static int list_tickets(struct run *run)
{
    const struct ses_ledger_filter filter = {0};

    return ses_ledger_list(run->ledger, &filter, take_ticket, run, &run->report->findings);
}

int cli_refresh_needs_instance(const struct cli_options *options, struct cli_report *report,
                               struct ses_ledger *ledger, bool *ret_needs)
{
    struct run run = {.options = options, .report = report, .ledger = ledger};
    int error = list_tickets(&run);

    *ret_needs = run.count > 0;
    ses_arena_done(&run.arena);
    return error;
}

/* By table; the ticket of a group stands there once for each of its requests. */
static int compare(const void *a, const void *b)
{
    const struct entry *left = a;
    const struct entry *right = b;
    int order = ses_str_compare(left->table, right->table);

    return order != 0 ? order : ses_str_compare(left->record, right->record);
}

static int write_states(struct run *run, const struct entry *entries, size_t count,
                        const struct ses_survey_state *states, size_t state_count)
{
    int error = 0;

    for (size_t i = 0; i < count && error == 0; i++) {
        for (size_t k = 0; k < state_count && error == 0; k++) {
            if (ses_str_eq_nocase(states[k].record, entries[i].record))
                error = ses_ledger_set_state(run->ledger, entries[i].key, states[k].state,
                                             &run->report->findings);
        }
    }
    return error;
}

/* Tickets of one table, a page at a time. */
#define PAGE 30

static int refresh_page(struct run *run, struct ses_survey *survey, const struct entry *entries,
                        size_t count)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_survey_state *states;
    struct ses_str records[PAGE];
    size_t record_count = 0;
    size_t found = 0;
    int error;

    for (size_t i = 0; i < count; i++) {
        if (i == 0 || !ses_str_eq(entries[i].record, entries[i - 1].record))
            records[record_count++] = entries[i].record;
    }
    error = ses_survey_states(survey, entries[0].table, records, record_count, &arena, &states,
                              &found, &run->report->findings);
    return error != 0 ? error : write_states(run, entries, count, states, found);
}

int cli_refresh_tickets(const struct cli_options *options, struct cli_report *report,
                        struct ses_ledger *ledger, struct ses_survey *survey)
{
    struct run run = {.options = options, .report = report, .ledger = ledger};
    int error = list_tickets(&run);

    if (run.count > 1)
        qsort(run.entries, run.count, sizeof(*run.entries), compare);
    for (size_t done = 0; done < run.count && error == 0;) {
        size_t page = 1;

        while (page < PAGE && done + page < run.count &&
               ses_str_eq(run.entries[done + page].table, run.entries[done].table))
            page++;
        error = refresh_page(&run, survey, run.entries + done, page);
        done += page;
    }
    ses_arena_done(&run.arena);
    return error;
}
