/* SPDX-License-Identifier: MIT */
#include "cli/input.h"

#include "base/error.h"
#include "check/check.h"
#include "cli/exit.h"
#include "ingest/export.h"
#include "ingest/node.h"
#include "ingest/source.h"
#include "ingest/subject.h"
#include "model/name.h"

static int read_files(struct cli_input *input, const struct cli_options *options,
                      struct ses_entries *entries, struct ses_findings *findings)
{
    for (size_t i = 0; i < options->input_count; i++) {
        struct ses_source *source;
        int error = ses_source_read(options->inputs[i], &input->arena, &source, findings);

        if (error == SES_EIO) {
            input->unreadable = true;
            continue;
        }
        if (error == 0)
            error = ses_export_read(source, &input->arena, entries, findings);
        if (error != 0)
            return error;
        input->file_count++;
    }
    input->record_count = entries->count;
    return 0;
}

/* Names on the command line; options.c has refused what is no name. */
static int parse_name(struct cli_input *input, const char *text, struct ses_str *ret_name)
{
    struct ses_name_flaw flaw;
    struct ses_name name;
    int error = ses_name_parse(ses_str_of(text), &input->arena, &name, &flaw);

    if (error == 0)
        *ret_name = name.text;
    return error;
}

static int assign(struct cli_input *input, const struct cli_options *options,
                  const struct ses_entries *entries, struct ses_findings *findings)
{
    size_t count = cli_list_count(options->domains);
    struct ses_str *wanted = ses_arena_array(&input->arena, count, sizeof(*wanted));
    int error = wanted ? 0 : SES_ENOMEM;

    for (size_t i = 0; i < count && error == 0; i++)
        error = parse_name(input, options->domains[i], &wanted[i]);
    if (error != 0)
        return error;
    return ses_subject_assign(entries, wanted, count, &input->arena, &input->requests, findings);
}

static int add_dedicated_ips(struct cli_input *input, const struct cli_options *options,
                             struct ses_findings *findings)
{
    const struct ses_place place = {.file = "--dedicated-ip"};

    for (size_t i = 0; i < cli_list_count(options->dedicated_ips); i++) {
        struct ses_node node;
        int error = ses_node_parse(ses_str_of(options->dedicated_ips[i]), place, &input->arena,
                                   &node, findings);

        if (error == SES_EINVALID)
            continue;
        if (error == 0 && input->requests.count > 0)
            error = ses_node_assign(&node, &input->requests, &input->arena, findings);
        if (error != 0)
            return error;
    }
    return 0;
}

static int add_host(struct cli_input *input, const struct cli_options *options)
{
    const struct ses_place place = {.file = "--eip"};
    struct ses_request *request =
        ses_requests_add(&input->requests, &input->arena, SES_SUBJECT_HOST);
    struct ses_node node;
    int error;

    if (!request)
        return SES_ENOMEM;
    error = parse_name(input, options->ec2, &request->subject);
    if (error == 0)
        error = ses_name_to_unicode(request->subject, &input->arena, &request->subject_unicode);
    if (error == 0)
        error = ses_node_make(ses_str_of(options->eip), ses_str_of(options->ec2), place,
                              &input->arena, &node);
    if (error != 0)
        return error;
    request->subject_at.file = "--ec2";
    node.allocation = ses_str_of(options->allocation_id);
    return ses_request_add_node(request, &input->arena, &node);
}

static int parse_lifetime(struct cli_input *input, const struct cli_options *options,
                          bool need_lifetime, struct ses_lifetime *ret_lifetime,
                          struct ses_findings *findings)
{
    struct ses_lifetime_words words = {.poc = options->poc != 0,
                                       .production = options->production != 0,
                                       .expires = ses_str_of(options->expires),
                                       .required = need_lifetime,
                                       .place = {.file = options->expires ? "--expires" : NULL}};
    int error = ses_lifetime_parse(&words, ses_date_of(options->now),
                                   ses_site_number(&options->site, SES_LIFETIME_HORIZON_DAYS),
                                   ret_lifetime, findings);

    if (error != SES_EINVALID)
        return error;
    input->bad_lifetime = true;
    return 0;
}

/* What the flags say of every request. */
static int complete(struct cli_input *input, const struct cli_options *options,
                    struct ses_request *request, const struct ses_lifetime *lifetime)
{
    int error = 0;

    request->lifetime = *lifetime;
    request->contact = ses_str_of(options->values.contact);
    request->purpose = ses_str_of(options->values.purpose);
    request->account = ses_str_of(options->values.account);
    request->region = ses_str_of(options->values.region);
    if (options->values.zone)
        error = parse_name(input, options->values.zone, &request->zone);
    if (error == 0)
        error = ses_request_settle(request, &input->arena);
    return error != 0 ? error : ses_request_seal(request);
}

static int check_all(struct cli_input *input, const struct cli_options *options,
                     const struct ses_lifetime *lifetime, struct cli_report *report)
{
    int error = 0;

    input->good = ses_arena_array(&input->arena, input->requests.count, sizeof(*input->good));
    if (!input->good)
        return SES_ENOMEM;
    for (size_t i = 0; i < input->requests.count && error == 0; i++) {
        struct ses_request *request = input->requests.items[i];
        size_t failures = cli_report_failures(report);

        error = complete(input, options, request, lifetime);
        if (error == 0)
            error = ses_check_request(request, &report->findings);
        input->good[i] =
            cli_report_failures(report) == failures && !ses_request_is_partial(request);
    }
    return error;
}

int cli_input_read(struct cli_input *input, const struct cli_options *options, bool need_lifetime,
                   struct cli_report *report)
{
    struct ses_findings *findings = &report->findings;
    struct ses_entries entries = {0};
    struct ses_lifetime lifetime = {0};
    int error;

    *input = (struct cli_input){0};
    error = parse_lifetime(input, options, need_lifetime, &lifetime, findings);
    if (error == 0)
        error = read_files(input, options, &entries, findings);
    if (error == 0)
        error = assign(input, options, &entries, findings);
    if (error == 0 && options->ec2)
        error = add_host(input, options);
    if (error == 0)
        error = add_dedicated_ips(input, options, findings);
    return error != 0 ? error : check_all(input, options, &lifetime, report);
}

void cli_input_done(struct cli_input *input)
{
    ses_arena_done(&input->arena);
}

int cli_input_exit(const struct cli_input *input, const struct cli_report *report)
{
    if (input->bad_lifetime)
        return CLI_USAGE;
    if (input->unreadable)
        return CLI_LOCAL;
    return cli_report_failures(report) > 0 ? CLI_FINDINGS : CLI_OK;
}
