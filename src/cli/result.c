/* SPDX-License-Identifier: MIT */
#include "cli/result.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "cli/exit.h"
#include "render/escape.h"

/* One ticket's line. */
#define MAX_LINE ((size_t)64 * 1024)

/* The longest subject that the columns of a table make room for. */
#define MAX_WIDTH 48

static void add_link(struct ses_buf *line, const struct ses_ticket *ticket,
                     const struct cli_options *options)
{
    struct ses_str origin = ses_instance_text(&options->instance, SES_INSTANCE_ORIGIN);

    if (ticket->record.len > 0)
        ses_buf_printf(line, "%.*s/%.*s.do?sys_id=%.*s", SES_STR_ARG(origin),
                       SES_STR_ARG(ticket->table), SES_STR_ARG(ticket->record));
}

static void add_member(struct ses_buf *line, const char *name, struct ses_str value)
{
    ses_buf_printf(line, ",\"%s\":", name);
    if (value.len == 0) {
        ses_buf_add(line, SES_STR("null"));
        return;
    }
    ses_buf_add_byte(line, '"');
    ses_escape_json(line, value);
    ses_buf_add_byte(line, '"');
}

static void add_json(struct ses_buf *line, const struct ses_ticket *ticket,
                     const struct cli_options *options)
{
    struct ses_buf link SES_CLEANUP(ses_buf_done);

    ses_buf_init(&link, MAX_LINE);
    add_link(&link, ticket, options);
    ses_buf_printf(line, "{\"action\":\"%s\"", ses_ticket_state_name(ticket->state));
    add_member(line, "subject", ticket->subject);
    add_member(line, "number", ticket->number);
    add_member(line, "link", ses_buf_str(&link));
    add_member(line, "sys_id", ticket->record);
    add_member(line, "table", ticket->table);
    add_member(line, "correlation_id", ses_str_of(ticket->key.text));
    ses_buf_printf(line, ",\"digest\":\"sha256:%.*s\"", SES_STR_ARG(ticket->digest));
    add_member(line, "earlier", ticket->earlier);
    add_member(line, "reason", ticket->why);
    ses_buf_printf(line, ",\"attachments\":%zu,\"uploaded\":%zu,\"complete\":%s}\n",
                   ticket->file_count, ticket->uploaded, ticket->attached ? "true" : "false");
}

static int width_of(const struct cli_outbox *outbox)
{
    size_t width = 0;

    for (size_t i = 0; i < outbox->count; i++) {
        size_t len = outbox->tickets[i].subject.len;

        if (len > width && len <= MAX_WIDTH)
            width = len;
    }
    return (int)width;
}

static void add_text(struct ses_buf *line, const struct ses_ticket *ticket,
                     const struct cli_options *options, int width)
{
    struct ses_str number = ticket->number.len > 0 ? ticket->number : ticket->earlier;
    struct ses_buf escaped SES_CLEANUP(ses_buf_done);

    ses_buf_init(&escaped, MAX_LINE);
    ses_escape_terminal(&escaped, number);
    ses_buf_printf(line, "%-*.*s  ", width, SES_STR_ARG(ticket->subject));
    ses_buf_printf(line, number.len + ticket->why.len > 0 ? "%-7s" : "%s",
                   ses_ticket_state_name(ticket->state));
    if (escaped.len > 0)
        ses_buf_printf(line, ticket->record.len + ticket->why.len > 0 ? "  %-11s" : "  %s",
                       escaped.ptr);
    ses_buf_clear(&escaped);
    add_link(&escaped, ticket, options);
    if (escaped.len > 0) {
        ses_buf_add(line, SES_STR("  "));
        ses_escape_terminal(line, ses_buf_str(&escaped));
    }
    if (ticket->why.len > 0) {
        ses_buf_add(line, SES_STR("  "));
        ses_escape_terminal(line, ticket->why);
    }
    ses_buf_add_byte(line, '\n');
}

static void print_lines(const struct cli_outbox *outbox, const struct cli_options *options,
                        FILE *stream)
{
    struct ses_buf line SES_CLEANUP(ses_buf_done);
    int width = width_of(outbox);

    ses_buf_init(&line, MAX_LINE);
    for (size_t i = 0; i < outbox->count; i++) {
        ses_buf_clear(&line);
        if (options->format == CLI_FORMAT_JSON)
            add_json(&line, &outbox->tickets[i], options);
        else
            add_text(&line, &outbox->tickets[i], options, width);
        if (line.len > 0)
            fwrite(line.ptr, 1, line.len, stream);
    }
}

static size_t count_state(const struct cli_outbox *outbox, enum ses_ticket_state state)
{
    size_t count = 0;

    for (size_t i = 0; i < outbox->count; i++)
        count += outbox->tickets[i].state == state;
    return count;
}

/* Open, and some of its files are not in place: because they were refused, or not. */
static size_t count_incomplete(const struct cli_outbox *outbox, bool refused)
{
    size_t count = 0;

    for (size_t i = 0; i < outbox->count; i++) {
        const struct ses_ticket *ticket = &outbox->tickets[i];

        count += (ticket->state == SES_TICKET_OPENED || ticket->state == SES_TICKET_FOUND) &&
                 !ticket->attached && ticket->files_refused == refused;
    }
    return count;
}

size_t cli_result_plan(const struct cli_outbox *outbox, const struct cli_options *options)
{
    size_t open = count_state(outbox, SES_TICKET_NEW);

    if (options->dry_run)
        print_lines(outbox, options, stdout);
    else if (open > 0 && !options->quiet && options->format != CLI_FORMAT_JSON)
        print_lines(outbox, options, stderr);
    return open;
}

void cli_result_print(const struct cli_outbox *outbox, const struct cli_options *options)
{
    size_t opened = count_state(outbox, SES_TICKET_OPENED);
    size_t found = count_state(outbox, SES_TICKET_FOUND);
    size_t failed = count_state(outbox, SES_TICKET_FAILED);
    size_t incomplete = count_incomplete(outbox, false);

    print_lines(outbox, options, stdout);
    fflush(stdout);
    if (failed + incomplete > 0)
        fprintf(stderr,
                "sesdns submit: %zu not opened, %zu without all files: run the same command "
                "again, it goes on where this one ended\n",
                failed, incomplete);
    if (options->quiet)
        return;
    if (opened == 0 && found == outbox->count && incomplete + count_incomplete(outbox, true) == 0)
        fprintf(stderr, "all %zu open already: nothing was done\n", found);
    else
        fprintf(stderr, "%zu opened, %zu open before, %zu not opened\n", opened, found,
                outbox->count - opened - found);
}

int cli_result_exit(const struct cli_outbox *outbox)
{
    size_t incomplete = outbox->options->dry_run ? 0 : count_incomplete(outbox, false);

    if (count_state(outbox, SES_TICKET_FAILED) > 0 || incomplete > 0)
        return CLI_REMOTE;
    if (count_state(outbox, SES_TICKET_REFUSED) > 0 || count_incomplete(outbox, true) > 0)
        return CLI_REFUSED;
    if (count_state(outbox, SES_TICKET_CHANGED) > 0 || count_state(outbox, SES_TICKET_BLOCKED) > 0)
        return CLI_FINDINGS;
    return CLI_OK;
}
