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
    } formats[] = {{"auto", CLI_FORMAT_AUTO},
                   {"text", CLI_FORMAT_TEXT},
                   {"long", CLI_FORMAT_LONG},
                   {"json", CLI_FORMAT_JSON},
                   {"jsonl", CLI_FORMAT_JSON_LINES}};

    for (size_t i = 0; options->format_name && i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (strcmp(options->format_name, formats[i].name) == 0) {
            options->format = formats[i].format;
            return true;
        }
    }
    return !options->format_name;
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

/* What -t takes, from the table itself. */
static void print_documents(void)
{
    printf("\nDocuments that -t names (without -t or -o: summary, ticket, netdb; with -o: all):\n");
    for (size_t i = 0; i < ses_document_count; i++)
        printf("  %-15s %s\n", ses_document_rows[i].name, ses_document_rows[i].what);
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
        if (set == CLI_SET_RENDER)
            print_documents();
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
    const struct poptOption request_table[] = {
        {"manifest", 'm', POPT_ARG_STRING, &o->manifest, 0,
         "CSV file (- is standard input) with a row for each domain or host; flags fill empty "
         "cells",
         "FILE"},
        {"jobs", 'j', POPT_ARG_INT, &o->jobs, 0, "Threads (default: one for each processor)", "N"},
        {"domain", 'd', POPT_ARG_ARGV, &o->domains, 0, "Only this domain (repeatable)", "NAME"},
        {"poc", '\0', POPT_ARG_NONE, &o->poc, 0, "Proof of concept, to be removed on a date", NULL},
        {"expires", '\0', POPT_ARG_STRING, &o->expires, 0,
         "That date: YYYY-MM-DD, +90d, +12w, +6m or +1y", "DATE"},
        {"production", '\0', POPT_ARG_NONE, &o->production, 0,
         "Production: there is no expiration date", NULL},
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
    const struct poptOption finding_table[] = {
        {"format", '\0', POPT_ARG_STRING, &o->format_name, 0,
         "Findings as text, long, json, or auto: long on a terminal", "FORMAT"},
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
        {"group-by", '\0', POPT_ARG_STRING, &o->group_name, 0,
         "Also one ticket, DIR/tickets/..., for requests of the same group, contact or account, or "
         "for all",
         "KEY"},
        {"force", '\0', POPT_ARG_NONE, &o->force, 0, "Replace files that have another text", NULL},
        {"templates", '\0', POPT_ARG_STRING, &o->templates, 0,
         "Folder with templates to use instead of the shipped ones", "DIR"},
        POPT_TABLEEND};
    const struct poptOption template_table[] = {
        {"manifest-template", '\0', POPT_ARG_NONE, &o->manifest_template, 0,
         "Write a manifest for the domains of the exports to start from", NULL},
        POPT_TABLEEND};
    const struct poptOption check_set[] = {
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)template_table, 0,
         "Instead of a check:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)request_table, 0, "The request:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)finding_table, 0, "Findings:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)help_table, 0, "Help:", NULL},
        POPT_TABLEEND};
    const struct poptOption render_set[] = {
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)render_table, 0, "Documents:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)request_table, 0, "The request:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)finding_table, 0, "Findings:", NULL},
        {NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)help_table, 0, "Help:", NULL},
        POPT_TABLEEND};
    const struct poptOption *const sets[] = {
        [CLI_SET_CHECK] = check_set, [CLI_SET_RENDER] = render_set, [CLI_SET_EXPLAIN] = help_table};

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

/* What the flags say together, beyond what each says alone. */
static bool check_flags(const struct cli_options *options, const char *name, int *ret_exit)
{
    const char *sentence = NULL;

    if (options->jobs < 0 || options->jobs > CLI_MAX_JOBS)
        sentence = "--jobs: want 1 to 64";
    else if (options->manifest && (options->ec2 || options->dedicated_ips || options->domains))
        sentence = "--domain, --dedicated-ip and --ec2 are columns of a manifest";
    else if (options->group_by != SES_GROUP_NONE && !options->output)
        sentence = "--group-by writes files: give -o DIR with it";
    else if (options->ec2 && !options->eip)
        sentence = "--ec2 needs --eip, the Elastic IP of the host";
    else if (!options->ec2 && (options->eip || options->allocation_id))
        sentence = "--eip and --allocation-id belong to --ec2";
    else if (options->ec2 && (options->input_count > 0 || options->domains))
        sentence = "--ec2 makes a request of its own: give no exports and no --domain with it";
    else if (options->ec2 && options->dedicated_ips)
        sentence = "--dedicated-ip belongs to an SES domain, --eip to an EC2 host";
    else if (!options->ec2 && !options->manifest && options->input_count == 0)
        sentence = "nothing to read: name the exports, or - for standard input";
    if (sentence)
        *ret_exit = cli_usage_error(name, "%s", sentence);
    return !sentence;
}

bool cli_options_parse(struct cli_options *options, const char *name, const char *usage,
                       enum cli_option_set set, int argc, const char **argv, int *ret_exit)
{
    *options = (struct cli_options){0};
    ses_site_init(&options->site);
    if (!parse_flags(options, name, usage, set, argc, argv, ret_exit))
        return false;
    if (set == CLI_SET_EXPLAIN)
        return true;
    if (options->jobs == 0) {
        long processors = sysconf(_SC_NPROCESSORS_ONLN);

        options->jobs = processors > CLI_MAX_JOBS ? CLI_MAX_JOBS : (int)processors;
    }
    if (!set_format(options) ||
        (set == CLI_SET_CHECK && options->format == CLI_FORMAT_JSON_LINES)) {
        *ret_exit = cli_usage_error(name, "--format: want auto, text, long or json%s",
                                    set == CLI_SET_RENDER ? ", or jsonl for documents" : "");
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
    };
    const char **const lists[] = {options->domains, options->dedicated_ips, options->documents,
                                  options->allowed};

    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        for (size_t k = 0; lists[i] && lists[i][k]; k++)
            free((void *)lists[i][k]);
    }
    for (size_t i = 0; i < sizeof(owned) / sizeof(owned[0]); i++)
        free(owned[i]);
    poptFreeContext(options->parser);
    ses_arena_done(&options->arena);
}
