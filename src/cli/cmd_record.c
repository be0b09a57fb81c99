/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "base/error.h"
#include "cli/batch.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "cli/ledger.h"
#include "cli/option.h"
#include "cli/report.h"
#include "render/escape.h"
#include "render/group.h"

/* Characters of a ticket's number: ServiceNow has 40, and other systems may have a sentence. */
#define MAX_NUMBER 100

/* A line of the result. */
#define MAX_LINE ((size_t)64 * 1024)

/* One ticket: of a request, or of the requests of a group. */
struct entry {
    struct ses_key key;
    struct ses_str subject;              /* arena */
    struct ses_str digest;               /* arena */
    const struct ses_request **requests; /* arena */
    size_t request_count;
    struct ses_str before; /* arena: the number that the ledger has already */
};

struct run {
    const struct cli_options *options;
    struct cli_report *report;
    struct ses_arena arena;
    struct ses_groups groups; /* with --group-by */
    struct entry *entries;    /* arena */
    size_t count, capacity;
    struct ses_ledger *ledger; /* owned */
    struct cli_totals totals;
    size_t refused; /* subjects with findings, and those that have another ticket */
};

static int add_entry(struct run *run, struct ses_str subject, const char *digest,
                     size_t request_count)
{
    struct entry *entry;
    int error = ses_arena_grow(&run->arena, &run->entries, run->count, &run->capacity,
                               sizeof(*run->entries));

    if (error != 0)
        return error;
    entry = &run->entries[run->count];
    *entry = (struct entry){.request_count = request_count};
    entry->requests = ses_arena_array(&run->arena, request_count, sizeof(struct ses_request *));
    if (!entry->requests)
        return SES_ENOMEM;
    error = ses_arena_copy(&run->arena, subject, &entry->subject);
    if (error == 0)
        error = ses_arena_copy(&run->arena, ses_str_of(digest), &entry->digest);
    if (error == 0)
        error = ses_key_make(SES_ADD, entry->subject, entry->digest, &entry->key);
    run->count += error == 0;
    return error;
}

/* The columns of a manifest went into the ticket, and their names stay with the manifest. */
static int add_request(struct run *run, const struct ses_request *request)
{
    struct ses_request *copy = ses_arena_alloc(&run->arena, sizeof(*copy));
    int error = copy ? ses_request_copy(request, &run->arena, copy) : SES_ENOMEM;

    if (error == 0)
        error = add_entry(run, copy->subject, copy->digest, 1);
    if (error != 0)
        return error;
    copy->extra_count = 0;
    run->entries[run->count - 1].requests[0] = copy;
    return 0;
}

/* In the order of the input. */
static int finish(void *context, struct cli_job *job)
{
    struct run *run = context;

    if (job->request && !job->good) {
        run->refused++;
        fprintf(stderr, "sesdns record: %s is not remembered: mend the findings first\n",
                job->request->subject.ptr);
    }
    if (!job->good)
        return 0;
    return run->groups.key != SES_GROUP_NONE ? ses_groups_add(&run->groups, job->request)
                                             : add_request(run, job->request);
}

static int add_groups(struct run *run)
{
    int error = ses_groups_seal(&run->groups);

    for (size_t i = 0; i < run->groups.count && error == 0; i++) {
        const struct ses_group *group = run->groups.items[i];

        error = add_entry(run, group->name, group->digest, group->count);
        for (size_t k = 0; k < group->count && error == 0; k++)
            run->entries[run->count - 1].requests[k] = &group->members[k]->request;
    }
    return error;
}

static int gather(struct run *run)
{
    const struct cli_verb verb = {.name = "record",
                                  .need_lifetime = true,
                                  .need_digest = true,
                                  .finish = finish,
                                  .context = run};
    int error = cli_batch_run(run->options, &verb, run->report, &run->totals);

    if (error == 0)
        error = add_groups(run);
    cli_report_flush(run->report);
    return error;
}

static int find_before(struct run *run, struct entry *entry)
{
    struct ses_ledger_ticket known = {0};
    bool found;
    int error = ses_ledger_find(run->ledger, ses_str_of(entry->key.text), &run->arena, &known,
                                &found, &run->report->findings);

    if (error == 0 && found && known.opened_at > 0)
        entry->before = known.number;
    return error;
}

/* The intents of all in one transaction, then the number of each that has none yet. */
static int write_entries(struct run *run)
{
    const struct ses_ledger_ticket ticket = {.number = ses_str_of(run->options->ticket)};
    struct ses_ledger_intent *intents = ses_arena_array(&run->arena, run->count, sizeof(*intents));
    struct ses_findings *findings = &run->report->findings;
    int64_t now = (int64_t)run->options->now;
    int error = intents ? 0 : SES_ENOMEM;

    for (size_t i = 0; i < run->count && error == 0; i++) {
        const struct entry *entry = &run->entries[i];

        intents[i] = (struct ses_ledger_intent){.ticket = {.key = ses_str_of(entry->key.text),
                                                           .operation = SES_ADD,
                                                           .subject = entry->subject,
                                                           .digest = entry->digest},
                                                .requests = entry->requests,
                                                .request_count = entry->request_count};
        error = find_before(run, &run->entries[i]);
    }
    if (error == 0)
        error = ses_ledger_intend(run->ledger, intents, run->count, now, findings);
    for (size_t i = 0; i < run->count && error == 0; i++) {
        if (run->entries[i].before.len == 0)
            error = ses_ledger_opened(run->ledger, intents[i].ticket.key, &ticket, now, findings);
    }
    return error;
}

static void print_entry(struct run *run, const struct entry *entry)
{
    struct ses_str number = ses_str_of(run->options->ticket);
    bool has_other = entry->before.len > 0 && !ses_str_eq(entry->before, number);
    struct ses_buf line SES_CLEANUP(ses_buf_done);

    ses_buf_init(&line, MAX_LINE);
    ses_escape_terminal(&line, entry->subject);
    ses_buf_add(&line, has_other               ? SES_STR(": not remembered, it has the ticket ")
                       : entry->before.len > 0 ? SES_STR(": remembered before, ")
                                               : SES_STR(": remembered, "));
    ses_escape_terminal(&line, has_other ? entry->before : number);
    ses_buf_add_byte(&line, '\n');
    fwrite(line.ptr, 1, line.ptr ? line.len : 0, has_other ? stderr : stdout);
    run->refused += has_other;
}

static int open_and_write(struct run *run)
{
    int error = cli_ledger_open(run->options, "record", SES_LEDGER_WRITE, &run->ledger,
                                &run->report->findings);

    if (error == 0)
        error = write_entries(run);
    cli_report_flush(run->report);
    for (size_t i = 0; i < run->count && error == 0; i++)
        print_entry(run, &run->entries[i]);
    return error;
}

static int record(struct run *run)
{
    int error = gather(run);
    int status;

    if (error == 0 && run->count > 0)
        error = open_and_write(run);
    else if (error == 0 && !run->totals.bad_lifetime)
        fprintf(stderr, "sesdns record: nothing to remember: no request in the input\n");
    if (error == SES_ENOMEM || error == SES_ELIMIT)
        fprintf(stderr, "sesdns record: %s\n", ses_strerror(error));
    if (error != 0)
        return CLI_LOCAL;
    status = cli_batch_exit(&run->totals, run->report);
    return status == CLI_OK && run->refused > 0 ? CLI_FINDINGS : status;
}

/* One line of plain text. */
static bool is_number(struct ses_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7F)
            return false;
    }
    return text.len > 0 && text.len <= MAX_NUMBER && ses_str_is_utf8(text);
}

int cmd_record(int argc, const char **argv)
{
    struct cli_options options;
    struct cli_report report;
    struct run run = {.options = &options, .report = &report};
    int status;

    if (cli_options_parse(&options, "record", "[OPTION...] EXPORT|FOLDER...", CLI_SET_RECORD, argc,
                          argv, &status)) {
        cli_report_init(&report, &options, stderr);
        ses_groups_init(&run.groups, options.group_by);
        if (!is_number(ses_str_of(options.ticket)))
            status = cli_usage_error("record", "--ticket: want a line of at most 100 characters");
        else
            status = cli_report_check_allowed("record", &options) ? record(&run) : CLI_USAGE;
        cli_report_done(&report);
    }
    ses_ledger_close(run.ledger);
    ses_groups_done(&run.groups);
    ses_arena_done(&run.arena);
    cli_options_done(&options);
    return status;
}
