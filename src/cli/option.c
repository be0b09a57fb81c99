/* SPDX-License-Identifier: MIT */
#include "cli/option.h"

#include <errno.h>
#include <popt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/finding.h"
#include "cli/config.h"
#include "cli/exit.h"
#include "model/name.h"
#include "render/document.h"
#include "render/escape.h"
#include "submit/submit.h"
#include "verify/direct.h"

void cli_complain(const char *format, va_list values)
{
    struct ses_buf escaped SES_CLEANUP(ses_buf_done);
    char sentence[SES_MAX_SENTENCE];

    ses_buf_init(&escaped, sizeof(sentence) * 8);
    vsnprintf(sentence, sizeof(sentence), format, values);
    ses_escape_terminal(&escaped, ses_str_of(sentence));
    if (escaped.len > 0)
        fputs(escaped.ptr, stderr);
    putc('\n', stderr);
}

int cli_usage_error(const char *verb, const char *format, ...)
{
    const char *blank = verb ? " " : "";
    va_list values;

    verb = verb ? verb : "";
    fprintf(stderr, "sesdns%s%s: ", blank, verb);
    va_start(values, format);
    cli_complain(format, values);
    va_end(values);
    fprintf(stderr, "Try 'sesdns%s%s --help'.\n", blank, verb);
    return CLI_USAGE;
}

size_t cli_list_count(const char *const *list)
{
    size_t count = 0;

    while (list && list[count])
        count++;
    return count;
}

static bool set_format(struct cli_options *options)
{
    static const struct {
        const char *name;
        enum cli_format format;
    } formats[] = {{"auto", CLI_FORMAT_AUTO}, {"text", CLI_FORMAT_TEXT},
                   {"long", CLI_FORMAT_LONG}, {"json", CLI_FORMAT_JSON},
                   {"html", CLI_FORMAT_HTML}, {"jsonl", CLI_FORMAT_JSON_LINES},
                   {"csv", CLI_FORMAT_CSV},   {"ics", CLI_FORMAT_ICS}};

    for (size_t i = 0; options->format_name && i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (strcmp(options->format_name, formats[i].name) == 0) {
            options->format = formats[i].format;
            return true;
        }
    }
    return !options->format_name;
}

/* True where the request may come from the ledger, and asks for something about an earlier one. */
static bool continues(enum cli_option_set set)
{
    return set == CLI_SET_RENEW || set == CLI_SET_RETIRE;
}

/* Not every verb has something to write in every format. */
static bool has_format(enum cli_option_set set, enum cli_format format)
{
    switch (format) {
    case CLI_FORMAT_LONG:
        return set != CLI_SET_VERIFY && set != CLI_SET_LIST;
    case CLI_FORMAT_HTML:
        return set == CLI_SET_VERIFY;
    case CLI_FORMAT_CSV:
    case CLI_FORMAT_ICS:
        return set == CLI_SET_LIST;
    case CLI_FORMAT_JSON_LINES:
        return set == CLI_SET_RENDER || continues(set);
    default:
        return true;
    }
}

/* A number and its unit. */
static bool set_wait(struct cli_options *options)
{
    static const struct {
        char unit;
        uint32_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
    struct ses_str text = ses_str_of(options->wait_text);
    uint32_t number;

    if (!options->wait_text)
        return true;
    if (text.len == 0 || !ses_str_to_number(ses_str_slice(text, 0, text.len - 1), 9999, &number) ||
        number == 0)
        return false;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (text.ptr[text.len - 1] == units[i].unit)
            options->wait = number * units[i].seconds;
    }
    return options->wait > 0;
}

static bool set_color(struct cli_options *options)
{
    const char *name = options->color_name ? options->color_name : "auto";

    options->color_always = strcmp(name, "always") == 0;
    options->color_never = strcmp(name, "never") == 0;
    return options->color_always || options->color_never || strcmp(name, "auto") == 0;
}

/* SOURCE_DATE_EPOCH makes runs repeatable: https://reproducible-builds.org/specs/source-date-epoch/
 */
static bool set_clock(struct cli_options *options)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    char *end;
    long long seconds;

    options->now = time(NULL);
    if (!epoch || !*epoch)
        return true;
    errno = 0;
    seconds = strtoll(epoch, &end, 10);
    if (errno != 0 || *end || seconds < 0 || seconds > 253402300799LL) /* the end of year 9999 */
        return false;
    options->now = (time_t)seconds;
    return true;
}

static enum ses_operation operation_of(enum cli_option_set set)
{
    return set == CLI_SET_RENEW ? SES_RENEW : set == CLI_SET_RETIRE ? SES_REMOVE : SES_ADD;
}

/* What -t takes, from the table itself. */
static void print_documents(enum ses_operation operation)
{
    printf("\nDocuments that -t names (%s):\n",
           operation == SES_ADD ? "without -t or -o: summary, ticket, netdb; with -o: all"
                                : "with -o alone: all");
    for (size_t i = 0; i < ses_document_count; i++) {
        if (ses_document_rows[i].files[operation])
            printf("  %-15s %s\n", ses_document_rows[i].name, ses_document_rows[i].what);
    }
    printf("\n--format jsonl prints them to standard output, one object a request.\n");
}

static bool run_parser(struct cli_options *options, const char *name, const char *usage,
                       enum cli_option_set set, const struct poptOption *table, int argc,
                       const char **argv, int *ret_exit)
{
    char program[32];
    poptContext parser;
    int result;

    /* popt shows argv[0] in its help. */
    snprintf(program, sizeof(program), "sesdns %s", name);
    argv[0] = program;
    parser = poptGetContext("sesdns", argc, argv, table, 0);

    options->parser = parser;
    *ret_exit = CLI_LOCAL;
    if (!parser)
        return false;
    poptSetOtherOptionHelp(parser, usage);
    result = poptGetNextOpt(parser);
    if (result == 'h') {
        poptPrintHelp(parser, stdout, 0);
        if (set == CLI_SET_RENDER || continues(set))
            print_documents(operation_of(set));
        *ret_exit = CLI_OK;
        return false;
    }
    if (result < -1) {
        *ret_exit = cli_usage_error(name, "%s: %s", poptBadOption(parser, POPT_BADOPTION_NOALIAS),
                                    poptStrerror(result));
        return false;
    }
    options->inputs = poptGetArgs(parser);
    options->input_count = cli_list_count(options->inputs);
    return true;
}

static bool parse_flags(struct cli_options *o, const char *name, const char *usage,
                        enum cli_option_set set, int argc, const char **argv, int *ret_exit)
{
    const struct poptOption help_table[] = {
        {"help", 'h', POPT_ARG_NONE, NULL, 'h', "Show this help and end", NULL}, POPT_TABLEEND};
    const struct poptOption input_table[] = {
        {"manifest", 'm', POPT_ARG_STRING, &o->manifest, 0,
         "CSV file (- is standard input) with a row for each domain or host; flags fill empty "
         "cells",
         "FILE"},
        {"domain", 'd', POPT_ARG_ARGV, &o->domains, 0, "Only this domain (repeatable)", "NAME"},
        POPT_TABLEEND};
    const struct poptOption lifetime_table[] = {
        {"poc", '\0', POPT_ARG_NONE, &o->poc, 0, "Proof of concept, to be removed on a date", NULL},
        {"expires", '\0', POPT_ARG_STRING, &o->expires, 0,
         "That date: YYYY-MM-DD, +90d, +12w, +6m or +1y", "DATE"},
        {"production", '\0', POPT_ARG_NONE, &o->production, 0,
         "Production: there is no expiration date", NULL},
        POPT_TABLEEND};
    const struct poptOption detail_table[] = {
        {"contact", '\0', POPT_ARG_STRING, &o->values.contact, 0, "Who asks, and answers questions",
         "TEXT"},
        {"purpose", '\0', POPT_ARG_STRING, &o->values.purpose, 0, "What the mail is for", "TEXT"},
        {"account", '\0', POPT_ARG_STRING, &o->values.account, 0, "AWS account, 12 digits", "ID"},
        {"region", '\0', POPT_ARG_STRING, &o->values.region, 0, "AWS Region, such as us-west-2",
         "NAME"},
        {"zone", '\0', POPT_ARG_STRING, &o->values.zone, 0,
         "DNS zone the records are typed into (default: the domain)", "NAME"},
        {"dedicated-ip", '\0', POPT_ARG_ARGV, &o->dedicated_ips, 0,
         "Dedicated IP and the name it is to have (repeatable)", "IP=NAME"},
        {"ec2", '\0', POPT_ARG_STRING, &o->ec2, 0, "An EC2 host instead of exports", "NAME"},
        {"eip", '\0', POPT_ARG_STRING, &o->eip, 0, "Elastic IP of the EC2 host", "IP"},
        {"allocation-id", '\0', POPT_ARG_STRING, &o->allocation_id, 0,
         "Allocation id of the Elastic IP", "ID"},
        POPT_TABLEEND};
    const struct poptOption request_table[] = {
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)input_table, 0, NULL, NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)lifetime_table, 0, NULL, NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)detail_table, 0, NULL, NULL},
        POPT_TABLEEND};
    const struct poptOption thread_table[] = {
        {"jobs", 'j', POPT_ARG_INT, &o->jobs, 0, "Threads (default: one for each processor)", "N"},
        POPT_TABLEEND};
    const struct poptOption finding_table[] = {
        {"format", '\0', POPT_ARG_STRING, &o->format_name, 0,
         set == CLI_SET_VERIFY ? "What DNS says as text, json, html, or auto: text"
                               : "Findings as text, long, json, or auto: long on a terminal",
         "FORMAT"},
        {"strict", '\0', POPT_ARG_NONE, &o->strict, 0, "Warnings fail the run too", NULL},
        {"allow", '\0', POPT_ARG_ARGV, &o->allowed, 0, "Silence this finding (repeatable)", "CODE"},
        {"quiet", 'q', POPT_ARG_NONE, &o->quiet, 0, "No notes and no summary", NULL},
        {"color", '\0', POPT_ARG_STRING, &o->color_name, 0, "Colour: auto, always or never",
         "WHEN"},
        {"config", '\0', POPT_ARG_STRING, &o->config, 0,
         "Config file (default: $XDG_CONFIG_HOME/sesdns/config.ini)", "FILE"},
        POPT_TABLEEND};
    const struct poptOption render_table[] = {
        {"template", 't', POPT_ARG_ARGV, &o->documents, 0, "This document (repeatable)", "NAME"},
        {"output", 'o', POPT_ARG_STRING, &o->output, 0, "Write files DIR/<domain>/<document>",
         "DIR"},
        {"force", '\0', POPT_ARG_NONE, &o->force, 0, "Replace files that have another text", NULL},
        POPT_TABLEEND};
    const struct poptOption group_table[] = {
        {"group-by", '\0', POPT_ARG_STRING, &o->group_name, 0,
         set == CLI_SET_SUBMIT
             ? "One ticket for requests of the same group, contact or account, or for all"
             : "Also one ticket, DIR/tickets/..., for requests of the same group, contact or "
               "account, or for all",
         "KEY"},
        POPT_TABLEEND};
    const struct poptOption folder_table[] = {
        {"templates", '\0', POPT_ARG_STRING, &o->templates, 0,
         "Folder with templates to use instead of the shipped ones", "DIR"},
        POPT_TABLEEND};
    const struct poptOption ticket_table[] = {
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)group_table, 0, NULL, NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)folder_table, 0, NULL, NULL},
        POPT_TABLEEND};
    const struct poptOption submit_table[] = {
        {"dry-run", 'n', POPT_ARG_NONE, &o->dry_run, 0,
         "Look what is open, show the plan, and end: nothing is written anywhere", NULL},
        {"yes", 'y', POPT_ARG_NONE, &o->yes, 0, "Do not ask; needed where nobody can answer", NULL},
        {"expect", '\0', POPT_ARG_STRING, &o->expect, 0,
         "Only what was reviewed: a digest, or the index.json of a render", "DIGEST|FILE"},
        {"again", '\0', POPT_ARG_NONE, &o->reopen, 0,
         "Open a ticket also where an earlier one of the subject asks for something else", NULL},
        {"jobs", 'j', POPT_ARG_INT, &o->connections, 0, "Connections, 1 to 4 (default: 1)", "N"},
        {"ledger", '\0', POPT_ARG_STRING, &o->ledger, 0,
         "The ledger (default: $XDG_STATE_HOME/sesdns/ledger.db)", "FILE"},
        {"trace", '\0', POPT_ARG_STRING, &o->trace, 0,
         "Write requests and replies to this file, secrets masked", "FILE"},
        POPT_TABLEEND};
    const struct poptOption server_table[] = {
        {"server", '\0', POPT_ARG_STRING, &o->server, 0,
         "Ask this name server (default: from the root, with DNSSEC validation)", "ADDRESS[@PORT]"},
        {"trust-anchor", '\0', POPT_ARG_STRING, &o->trust_anchor, 0,
         "Validate with these DS or DNSKEY records, also what --server says", "FILE"},
        {"root-hints", '\0', POPT_ARG_STRING, &o->root_hints, 0,
         "Begin at these servers of the root, for a tree of your own", "FILE"},
        POPT_TABLEEND};
    const struct poptOption verify_table[] = {
        {"before", '\0', POPT_ARG_NONE, &o->before, 0,
         "Also whose zone it is, and what would stand in the way of the records", NULL},
        {"wait", '\0', POPT_ARG_STRING, &o->wait_text, 0,
         "Go on asking until all is live, at most so long: 30m, 72h or 3d", "TIME"},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)server_table, 0, NULL, NULL},
        POPT_TABLEEND};
    const struct poptOption due_table[] = {
        {"expiring", '\0', POPT_ARG_STRING, &o->expiring, 0,
         "What expires within this time, or has expired: 30d, 4w, 6m or 1y", "TIME"},
        {"expired", '\0', POPT_ARG_NONE, &o->expired, 0, "What has expired", NULL},
        POPT_TABLEEND};
    const struct poptOption renew_table[] = {
        {"expires", '\0', POPT_ARG_STRING, &o->expires, 0,
         "Until that day: YYYY-MM-DD, +90d, +12w, +6m or +1y, from today", "DATE"},
        {"production", '\0', POPT_ARG_NONE, &o->production, 0,
         "For good: from now on there is no expiration date", NULL},
        POPT_TABLEEND};
    const struct poptOption retire_table[] = {
        {"check", '\0', POPT_ARG_NONE, &o->check, 0,
         "Ask DNS whether what was to be removed is gone, and remember it", NULL},
        {"no-dns", '\0', POPT_ARG_NONE, &o->no_dns, 0,
         "Do not ask DNS what is still there: ask for all to be removed", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)server_table, 0, NULL, NULL},
        POPT_TABLEEND};
    const struct poptOption ledger_table[] = {
        {"ledger", '\0', POPT_ARG_STRING, &o->ledger, 0,
         "The ledger (default: $XDG_STATE_HOME/sesdns/ledger.db)", "FILE"},
        POPT_TABLEEND};
    const struct poptOption record_table[] = {
        {"ticket", '\0', POPT_ARG_STRING, &o->ticket, 0, "The number of the ticket that was sent",
         "NUMBER"},
        {"group-by", '\0', POPT_ARG_STRING, &o->group_name, 0,
         "As render was told: the ticket is for requests of the same group, contact or account, or "
         "for all",
         "KEY"},
        POPT_TABLEEND};
    const struct poptOption list_table[] = {
        {"expiring", '\0', POPT_ARG_STRING, &o->expiring, 0,
         "Only what expires within this time, or has expired: 30d, 4w, 6m or 1y", "TIME"},
        {"expired", '\0', POPT_ARG_NONE, &o->expired, 0, "Only what has expired", NULL},
        {"domain", 'd', POPT_ARG_ARGV, &o->domains, 0, "Only this domain or host (repeatable)",
         "NAME"},
        {"state", '\0', POPT_ARG_ARGV, &o->states, 0,
         "Only asked, open, partly-live, live, expired or removed (repeatable)", "STATE"},
        {"exit-code", '\0', POPT_ARG_NONE, &o->exit_code, 0,
         "End with status 1 where anything is listed", NULL},
        {"format", '\0', POPT_ARG_STRING, &o->format_name, 0,
         "As text, json, csv or ics, a calendar (default: text)", "FORMAT"},
        {"color", '\0', POPT_ARG_STRING, &o->color_name, 0, "Colour: auto, always or never",
         "WHEN"},
        {"quiet", 'q', POPT_ARG_NONE, &o->quiet, 0, "No summary", NULL},
        {"config", '\0', POPT_ARG_STRING, &o->config, 0,
         "Config file (default: $XDG_CONFIG_HOME/sesdns/config.ini)", "FILE"},
        POPT_TABLEEND};
    const struct poptOption refresh_table[] = {
        {"refresh", '\0', POPT_ARG_NONE, &o->refresh, 0,
         "First ask ServiceNow for the state of each ticket, and DNS for each record", NULL},
        {"from-servicenow", '\0', POPT_ARG_NONE, &o->from_servicenow, 0,
         "First take what ServiceNow has and the ledger has not into it; exports tell records that "
         "no ticket has",
         NULL},
        {"trace", '\0', POPT_ARG_STRING, &o->trace, 0,
         "Write requests and replies to this file, secrets masked", "FILE"},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)server_table, 0, NULL, NULL},
        POPT_TABLEEND};
    const struct poptOption template_table[] = {
        {"manifest-template", '\0', POPT_ARG_NONE, &o->manifest_template, 0,
         "Write a manifest for the domains of the exports to start from", NULL},
        POPT_TABLEEND};
    const struct poptOption check_set[] = {
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)template_table, 0,
         "Instead of a check:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)request_table, 0, "The request:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)thread_table, 0, "Speed:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)finding_table, 0, "Findings:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)help_table, 0, "Help:", NULL},
        POPT_TABLEEND};
    const struct poptOption render_set[] = {
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)render_table, 0, "Documents:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)ticket_table, 0, "Tickets:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)request_table, 0, "The request:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)thread_table, 0, "Speed:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)finding_table, 0, "Findings:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)help_table, 0, "Help:", NULL},
        POPT_TABLEEND};
    const struct poptOption submit_set[] = {
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)submit_table, 0, "ServiceNow:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)ticket_table, 0, "Tickets:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)request_table, 0, "The request:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)finding_table, 0, "Findings:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)help_table, 0, "Help:", NULL},
        POPT_TABLEEND};
    const struct poptOption verify_set[] = {
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)verify_table, 0, "DNS:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)request_table, 0, "The request:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)finding_table, 0, "Findings:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)help_table, 0, "Help:", NULL},
        POPT_TABLEEND};
    const struct poptOption list_set[] = {
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)list_table, 0, "What and how:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)refresh_table, 0, "ServiceNow and DNS:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)ledger_table, 0, "Ledger:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)help_table, 0, "Help:", NULL},
        POPT_TABLEEND};
    const struct poptOption record_set[] = {
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)record_table, 0, "The ticket:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)ledger_table, 0, "Ledger:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)request_table, 0, "The request:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)thread_table, 0, "Speed:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)finding_table, 0, "Findings:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)help_table, 0, "Help:", NULL},
        POPT_TABLEEND};
    const struct poptOption renew_set[] = {
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)renew_table, 0, "How long:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)due_table, 0, "Of the ledger:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)submit_table, 0, "ServiceNow:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)render_table, 0,
         "Documents instead of tickets:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)folder_table, 0, "Tickets:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)input_table, 0, "The request:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)detail_table, 0,
         "Of exports, where the ledger is lost:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)finding_table, 0, "Findings:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)help_table, 0, "Help:", NULL},
        POPT_TABLEEND};
    const struct poptOption retire_set[] = {
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)due_table, 0, "Of the ledger:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)retire_table, 0, "DNS:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)submit_table, 0, "ServiceNow:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)render_table, 0,
         "Documents instead of tickets:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)folder_table, 0, "Tickets:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)input_table, 0, "The request:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)detail_table, 0,
         "Of exports, where the ledger is lost:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)finding_table, 0, "Findings:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)help_table, 0, "Help:", NULL},
        POPT_TABLEEND};
    const struct poptOption *const sets[] = {
        [CLI_SET_CHECK] = check_set,   [CLI_SET_RENDER] = render_set,
        [CLI_SET_SUBMIT] = submit_set, [CLI_SET_VERIFY] = verify_set,
        [CLI_SET_LIST] = list_set,     [CLI_SET_RECORD] = record_set,
        [CLI_SET_RENEW] = renew_set,   [CLI_SET_RETIRE] = retire_set,
        [CLI_SET_EXPLAIN] = help_table};

    return run_parser(o, name, usage, set, sets[set], argc, argv, ret_exit);
}

/* Names that flags give must be names; findings are for files. */
static bool check_name(struct cli_options *options, const char *verb, const char *flag,
                       const char *text, int *ret_exit)
{
    struct ses_name_flaw flaw;
    struct ses_name parsed;

    if (!text || ses_name_parse(ses_str_of(text), &options->arena, &parsed, &flaw) == 0)
        return true;
    *ret_exit = cli_usage_error(verb, "%s: not a DNS name: '%s'", flag, text);
    return false;
}

static bool check_names(struct cli_options *options, const char *verb, int *ret_exit)
{
    for (size_t i = 0; i < cli_list_count(options->domains); i++) {
        if (!check_name(options, verb, "--domain", options->domains[i], ret_exit))
            return false;
    }
    return check_name(options, verb, "--zone", options->values.zone, ret_exit) &&
           check_name(options, verb, "--ec2", options->ec2, ret_exit);
}

static bool reads(const struct cli_options *options)
{
    return options->ec2 || options->manifest || options->input_count > 0;
}

/* What is wrong with the flags that say which requests are renewed or removed; NULL: nothing. */
static const char *complain_of_choice(const struct cli_options *options)
{
    bool due = options->expired || options->expiring;

    if (reads(options) && due)
        return "--expired and --expiring choose from the ledger: not with exports";
    if (options->expired && options->expiring)
        return "--expiring has what expired in it: give one of both";
    if (options->check && (reads(options) || due || options->no_dns || options->documents ||
                           options->output || options->dry_run))
        return "--check asks DNS about what was to be removed: only --domain goes with it";
    if (!options->check && !reads(options) && !due && !options->domains)
        return "which? name them with --domain, --expired or --expiring, or name the exports";
    if (options->set == CLI_SET_RENEW && !options->expires == !options->production)
        return "until when? give --expires DATE or --production";
    if (options->no_dns && (options->server || options->trust_anchor || options->root_hints))
        return "--no-dns asks nobody";
    return NULL;
}

/* What the flags say together, beyond what each says alone. */
static bool check_flags(const struct cli_options *options, const char *name, int *ret_exit)
{
    const char *sentence = NULL;

    if (options->jobs < 0 || options->jobs > CLI_MAX_JOBS)
        sentence = "--jobs: want 1 to 64";
    else if (options->manifest && (options->ec2 || options->dedicated_ips || options->domains))
        sentence = "--domain, --dedicated-ip and --ec2 are columns of a manifest";
    else if (options->connections < 0 || options->connections > SES_MAX_SUBMIT_JOBS)
        sentence = "--jobs: want 1 to 4";
    else if (options->dry_run && options->yes)
        sentence = "--dry-run writes nothing: --yes has no meaning with it";
    else if (options->set == CLI_SET_RENDER && options->group_by != SES_GROUP_NONE &&
             !options->output)
        sentence = "--group-by writes files: give -o DIR with it";
    else if (options->server && !ses_direct_is_server(ses_str_of(options->server)))
        sentence = "--server: want an IP address, with @PORT behind it if that is not 53";
    else if (options->server && options->root_hints)
        sentence = "--root-hints is for going from the root, and --server for asking one server";
    else if (options->wait > 0 && options->before)
        sentence = "--wait waits until records are there, and --before looks before they are";
    else if (options->ec2 && !options->eip)
        sentence = "--ec2 needs --eip, the Elastic IP of the host";
    else if (!options->ec2 && (options->eip || options->allocation_id))
        sentence = "--eip and --allocation-id belong to --ec2";
    else if (options->ec2 && (options->input_count > 0 || options->domains))
        sentence = "--ec2 makes a request of its own: give no exports and no --domain with it";
    else if (options->ec2 && options->dedicated_ips)
        sentence = "--dedicated-ip belongs to an SES domain, --eip to an EC2 host";
    else if (options->set == CLI_SET_LIST && options->input_count > 0 && !options->from_servicenow)
        sentence = "the ledger is listed, and no files: name what to list with --domain";
    else if (options->set == CLI_SET_RECORD && !options->ticket)
        sentence = "give --ticket NUMBER, the ticket that was sent";
    else if (options->set != CLI_SET_LIST && !continues(options->set) && !reads(options))
        sentence = "nothing to read: name the exports, or - for standard input";
    else if (continues(options->set))
        sentence = complain_of_choice(options);
    if (sentence)
        *ret_exit = cli_usage_error(name, "%s", sentence);
    return !sentence;
}

bool cli_options_parse(struct cli_options *options, const char *name, const char *usage,
                       enum cli_option_set set, int argc, const char **argv, int *ret_exit)
{
    *options = (struct cli_options){.set = set, .verb = name};
    ses_site_init(&options->site);
    ses_instance_init(&options->instance);
    if (!parse_flags(options, name, usage, set, argc, argv, ret_exit))
        return false;
    if (set == CLI_SET_EXPLAIN)
        return true;
    if (options->jobs == 0) {
        long processors = sysconf(_SC_NPROCESSORS_ONLN);

        options->jobs = processors > CLI_MAX_JOBS ? CLI_MAX_JOBS : (int)processors;
    }
    if (!set_format(options) || !has_format(set, options->format)) {
        *ret_exit = cli_usage_error(name, "--format: want auto, text, %s%s",
                                    set == CLI_SET_VERIFY ? "json or html"
                                    : set == CLI_SET_LIST ? "json, csv or ics"
                                                          : "long or json",
                                    set == CLI_SET_RENDER ? ", or jsonl for documents" : "");
        return false;
    }
    if (!set_wait(options)) {
        *ret_exit = cli_usage_error(name, "--wait: want a time, as in 30m, 72h or 3d");
        return false;
    }
    if (options->group_name &&
        !ses_group_key_parse(ses_str_of(options->group_name), &options->group_by)) {
        *ret_exit = cli_usage_error(name, "--group-by: want group, contact, account or all");
        return false;
    }
    if (!set_color(options)) {
        *ret_exit = cli_usage_error(name, "--color: want auto, always or never");
        return false;
    }
    if (!set_clock(options)) {
        *ret_exit = cli_usage_error(name, "SOURCE_DATE_EPOCH: want seconds since 1970");
        return false;
    }
    if (!check_flags(options, name, ret_exit))
        return false;
    *ret_exit = CLI_LOCAL;
    return cli_config_read(options) && check_names(options, name, ret_exit);
}

void cli_options_done(struct cli_options *options)
{
    void *const owned[] = {
        options->domains,
        options->dedicated_ips,
        options->documents,
        options->allowed,
        options->values.contact,
        options->values.purpose,
        options->values.account,
        options->values.region,
        options->values.zone,
        options->expires,
        options->ec2,
        options->eip,
        options->allocation_id,
        options->output,
        options->templates,
        options->config,
        options->format_name,
        options->color_name,
        options->manifest,
        options->group_name,
        options->ledger,
        options->expect,
        options->trace,
        options->server,
        options->trust_anchor,
        options->root_hints,
        options->wait_text,
        options->ticket,
        options->expiring,
        options->states,
    };
    const char **const lists[] = {options->domains, options->dedicated_ips, options->documents,
                                  options->allowed, options->states};

    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        for (size_t k = 0; lists[i] && lists[i][k]; k++)
            free((void *)lists[i][k]);
    }
    for (size_t i = 0; i < sizeof(owned) / sizeof(owned[0]); i++)
        free(owned[i]);
    cli_secret_file_done(&options->config_secrets);
    poptFreeContext(options->parser);
    ses_arena_done(&options->arena);
}
