/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/calendar.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "cli/ledger.h"
#include "cli/listing.h"
#include "cli/option.h"
#include "cli/report.h"
#include "cli/update.h"
#include "ledger/state.h"
#include "model/name.h"

/* The table, the calendar, or one object. */
#define MAX_OUT ((size_t)1024 * 1024 * 1024)

struct run {
    const struct cli_options *options;
    struct cli_report *report;
    struct ses_ledger *ledger; /* owned */
    struct ses_date today;
    struct ses_date expires_by;     /* with --expiring */
    struct ses_str *domains;        /* arena: canonical */
    bool states[SES_LEDGER_STATES]; /* those of --state; none is all */
    struct ses_arena arena;         /* as long as the run */
    struct ses_arena item_arena;    /* of one item */
    struct cli_listing_line *lines; /* arena: of the text table */
    size_t line_count, line_capacity;
    struct cli_calendar *calendar; /* owned */
    struct ses_buf out;
    size_t counts[SES_LEDGER_STATES];
    size_t listed;
};

static bool has_domain(const struct run *run, struct ses_str subject)
{
    size_t count = cli_list_count(run->options->domains);

    for (size_t i = 0; i < count; i++) {
        if (ses_str_eq(run->domains[i], subject))
            return true;
    }
    return count == 0;
}

/* What the ledger's own filter does not choose. */
static bool is_wanted(const struct run *run, const struct ses_ledger_item *item,
                      enum ses_ledger_state state)
{
    bool any = true;

    for (int i = 0; i < SES_LEDGER_STATES; i++)
        any &= !run->states[i];
    return (any || run->states[state]) && (!run->options->expired || state == SES_LEDGER_EXPIRED) &&
           has_domain(run, item->request->subject);
}

/* The number of the ticket of `key`, or the key itself. */
static int number_of(struct run *run, struct ses_str key, struct ses_str *ret_number)
{
    struct ses_ledger_ticket ticket = {0};
    bool found = false;
    int error = 0;

    *ret_number = key;
    if (key.len > 0)
        error = ses_ledger_find(run->ledger, key, &run->item_arena, &ticket, &found,
                                &run->report->findings);
    if (error == 0 && found && ticket.number.len > 0)
        *ret_number = ticket.number;
    return error;
}

static int keep_line(struct run *run, const struct cli_listing *listing)
{
    int error = ses_arena_grow(&run->arena, &run->lines, run->line_count, &run->line_capacity,
                               sizeof(*run->lines));

    if (error == 0)
        error = cli_listing_line(listing, &run->arena, &run->lines[run->line_count]);
    run->line_count += error == 0;
    return error;
}

static int show(struct run *run, const struct cli_listing *listing)
{
    switch (run->options->format) {
    case CLI_FORMAT_JSON:
        cli_listing_add_json(&run->out, listing);
        break;
    case CLI_FORMAT_CSV:
        cli_listing_add_csv(&run->out, listing);
        break;
    case CLI_FORMAT_ICS:
        return cli_calendar_add(run->calendar, listing->item);
    default:
        return keep_line(run, listing);
    }
    return ses_buf_status(&run->out);
}

static bool has_place(const struct run *run, const struct ses_ledger_item *item)
{
    return run->options->format != CLI_FORMAT_ICS || cli_calendar_has_place(item);
}

static int flush(struct run *run)
{
    int error = ses_buf_status(&run->out);

    if (error == 0 && run->out.len > 0)
        fwrite(run->out.ptr, 1, run->out.len, stdout);
    ses_buf_clear(&run->out);
    if (error == 0 && ferror(stdout))
        error = SES_EIO;
    return error;
}

static int take(void *context, const struct ses_ledger_item *item)
{
    struct run *run = context;
    struct cli_listing listing = {
        .item = item, .state = ses_ledger_state(item, run->today), .today = run->today};
    int error;

    if (!is_wanted(run, item, listing.state) || !has_place(run, item))
        return 0;
    ses_arena_clear(&run->item_arena);
    error = number_of(run, item->renewed_by, &listing.renewed_by);
    if (error == 0)
        error = number_of(run, item->removed_by, &listing.removed_by);
    if (error == 0)
        error = show(run, &listing);
    if (error != 0)
        return error;
    run->counts[listing.state]++;
    run->listed++;
    return flush(run);
}

static int list(struct run *run)
{
    const struct cli_options *options = run->options;
    const struct ses_ledger_filter filter = {
        .subject = cli_list_count(options->domains) == 1 ? run->domains[0] : (struct ses_str){0},
        .expires_by = options->expiring ? &run->expires_by : NULL,
        .not_removed = options->expiring != NULL,
        .not_continued = true};
    int error = 0;

    if (options->format == CLI_FORMAT_ICS)
        error = cli_calendar_new(options->now, &run->calendar);
    if (options->format == CLI_FORMAT_CSV)
        cli_listing_begin_csv(&run->out);
    if (error == 0)
        error = ses_ledger_list(run->ledger, &filter, take, run, &run->report->findings);
    cli_listing_add_text(&run->out, run->lines, run->line_count,
                         cli_report_use_color(options, stdout));
    if (error == 0 && run->calendar)
        error = cli_calendar_write(run->calendar, &run->out);
    return error != 0 ? error : flush(run);
}

/* "3 listed: 1 open, 2 live" */
static void print_summary(const struct run *run)
{
    const char *separator = ": ";

    if (run->options->quiet)
        return;
    fflush(stdout);
    fprintf(stderr, "%zu listed", run->listed);
    for (int i = 0; i < SES_LEDGER_STATES; i++) {
        if (run->counts[i] == 0)
            continue;
        fprintf(stderr, "%s%zu %s", separator, run->counts[i],
                ses_ledger_state_name((enum ses_ledger_state)i));
        separator = ", ";
    }
    putc('\n', stderr);
}

static int open_and_list(struct run *run)
{
    const struct cli_options *options = run->options;
    bool renew = options->refresh || options->from_servicenow;
    int error = cli_ledger_open(options, "list", renew ? SES_LEDGER_WRITE : SES_LEDGER_READ,
                                &run->ledger, &run->report->findings);
    int status = CLI_OK;

    if (error == 0 && renew)
        status = cli_update(options, run->report, run->ledger);
    if (error == 0)
        error = list(run);
    cli_report_flush(run->report);
    if (error == SES_ENOMEM || error == SES_ELIMIT)
        fprintf(stderr, "sesdns list: %s\n", ses_strerror(error));
    if (error != 0)
        return CLI_LOCAL;
    print_summary(run);
    if (status != CLI_OK)
        return status;
    return options->exit_code && run->listed > 0 ? CLI_FINDINGS : CLI_OK;
}

/* Names as the ledger has them; option.c has refused what is no name. */
static bool set_domains(struct run *run)
{
    size_t count = cli_list_count(run->options->domains);

    run->domains = ses_arena_array(&run->arena, count, sizeof(*run->domains));
    for (size_t i = 0; run->domains && i < count; i++) {
        struct ses_name_flaw flaw;
        struct ses_name name;

        if (ses_name_parse(ses_str_of(run->options->domains[i]), &run->arena, &name, &flaw) != 0)
            return false;
        run->domains[i] = name.text;
    }
    return run->domains != NULL;
}

static bool set_states(struct run *run, int *ret_status)
{
    for (size_t i = 0; i < cli_list_count(run->options->states); i++) {
        enum ses_ledger_state state;

        if (!ses_ledger_state_parse(ses_str_of(run->options->states[i]), &state)) {
            *ret_status = cli_usage_error(
                "list", "--state: want asked, open, partly-live, live, expired or removed");
            return false;
        }
        run->states[state] = true;
    }
    return true;
}

static bool set_expiring(struct run *run, int *ret_status)
{
    struct ses_str time = ses_str_of(run->options->expiring);

    if (!run->options->expiring ||
        (ses_date_add(run->today, time, &run->expires_by) == 0 && run->expires_by.year <= 9999))
        return true;
    *ret_status = cli_usage_error("list", "--expiring: want a time, as in 30d, 4w, 6m or 1y");
    return false;
}

int cmd_list(int argc, const char **argv)
{
    struct cli_options options;
    struct cli_report report;
    struct run run = {.options = &options, .report = &report};
    int status;

    ses_buf_init(&run.out, MAX_OUT);
    if (cli_options_parse(&options, "list", "[OPTION...]", CLI_SET_LIST, argc, argv, &status)) {
        cli_report_init(&report, &options, stderr);
        run.today = ses_date_of(options.now);
        status = CLI_LOCAL;
        if (set_domains(&run) && set_states(&run, &status) && set_expiring(&run, &status))
            status = open_and_list(&run);
        cli_report_done(&report);
    }
    ses_ledger_close(run.ledger);
    cli_calendar_free(run.calendar);
    ses_buf_done(&run.out);
    ses_arena_done(&run.item_arena);
    ses_arena_done(&run.arena);
    cli_options_done(&options);
    return status;
}
