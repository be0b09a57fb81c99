/* SPDX-License-Identifier: MIT */
#include "cli/input.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/batch.h"
#include "ingest/export.h"
#include "ingest/node.h"
#include "ingest/source.h"
#include "ingest/subject.h"
#include "ingest/tree.h"
#include "model/name.h"

/* Files as the user named them, and those found in folders. */
static int list_files(struct cli_input *input, const struct cli_options *options,
                      struct ses_paths *paths, size_t *ret_named, struct cli_totals *totals,
                      struct ses_findings *findings)
{
    int error = 0;

    for (size_t i = 0; i < options->input_count && error == 0; i++) {
        if (!ses_tree_is_folder(options->inputs[i]))
            error = ses_tree_add(&input->arena, paths, options->inputs[i]);
    }
    *ret_named = paths->count;
    for (size_t i = 0; i < options->input_count && error == 0; i++) {
        if (ses_tree_is_folder(options->inputs[i]))
            error = ses_tree_list(options->inputs[i], &input->arena, paths, &totals->unreadable,
                                  findings);
    }
    return error;
}

static int read_files(struct cli_input *input, const struct cli_options *options,
                      const struct cli_verb *verb, struct ses_entries *entries,
                      struct cli_totals *totals, struct ses_findings *findings)
{
    struct ses_digester digester SES_CLEANUP(ses_digester_done) = {0};
    struct ses_paths paths = {0};
    size_t named;
    int error = list_files(input, options, &paths, &named, totals, findings);

    for (size_t i = 0; i < paths.count && error == 0; i++) {
        struct ses_source *source;

        error = ses_source_read(paths.items[i], NULL, &input->arena, &source, findings);
        if (error == SES_EIO) {
            totals->unreadable = true;
            error = 0;
            continue;
        }
        if (error != 0)
            break;
        source->found = i >= named;
        if (verb->need_digest)
            error = ses_source_seal(source, &digester);
        if (error == 0)
            error = ses_export_read(source, &input->arena, entries, findings);
        totals->files++;
    }
    totals->records += entries->count;
    return error;
}

/* Names on the command line; option.c has refused what is no name. */
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
    const struct ses_place named_at = {.file = "--domain"};
    size_t count = cli_list_count(options->domains);
    struct ses_str *wanted = ses_arena_array(&input->arena, count, sizeof(*wanted));
    int error = wanted ? 0 : SES_ENOMEM;

    for (size_t i = 0; i < count && error == 0; i++)
        error = parse_name(input, options->domains[i], &wanted[i]);
    if (error != 0)
        return error;
    return ses_subject_assign(entries, wanted, count, named_at, &input->arena, &input->requests,
                              findings);
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

static int parse_lifetime(const struct cli_options *options, bool need_lifetime,
                          struct ses_lifetime *ret_lifetime, struct cli_totals *totals,
                          struct ses_findings *findings)
{
    struct ses_lifetime_words words = {.poc = options->poc != 0,
                                       .production = options->production != 0,
                                       .expires = ses_str_of(options->expires),
                                       .required = need_lifetime && !options->manifest,
                                       .place = {.file = options->expires ? "--expires" : NULL}};
    int error;

    /* With a manifest they are defaults: a row may bring the date that the flags leave out. */
    if (options->manifest && words.poc && words.expires.len == 0)
        return 0;
    error = ses_lifetime_parse(&words, ses_date_of(options->now),
                               ses_site_number(&options->site, SES_LIFETIME_HORIZON_DAYS),
                               ret_lifetime, findings);
    if (error != SES_EINVALID)
        return error;
    totals->bad_lifetime = true;
    return 0;
}

/* What the flags say of every request. */
static int complete(struct cli_input *input, const struct cli_options *options,
                    const struct ses_lifetime *lifetime)
{
    struct ses_str zone = {0};
    int error = options->values.zone ? parse_name(input, options->values.zone, &zone) : 0;

    for (size_t i = 0; i < input->requests.count && error == 0; i++) {
        struct ses_request *request = input->requests.items[i];

        request->lifetime = *lifetime;
        request->contact = ses_str_of(options->values.contact);
        request->purpose = ses_str_of(options->values.purpose);
        request->account = ses_str_of(options->values.account);
        request->region = ses_str_of(options->values.region);
        request->zone = zone;
    }
    input->expected = input->requests.count;
    return error;
}

static int settle(struct cli_input *input)
{
    int error = 0;

    for (size_t i = 0; i < input->requests.count && error == 0; i++)
        error = ses_request_settle(input->requests.items[i], &input->arena);
    return error;
}

/* About as many subjects as the manifest has lines; 0 where it cannot be read twice. */
static size_t count_lines(const char *path)
{
    FILE *file SES_CLEANUP(ses_file_closep) = strcmp(path, "-") != 0 ? fopen(path, "re") : NULL;
    char bytes[16 * 1024];
    size_t lines = 0;
    size_t got;

    while (file && (got = fread(bytes, 1, sizeof(bytes), file)) > 0) {
        for (const char *at = bytes; (at = memchr(at, '\n', got - (size_t)(at - bytes))) != NULL;
             at++)
            lines++;
    }
    return lines > 0 ? lines - 1 : 0;
}

static int prepare_manifest(struct cli_input *input, const char *path)
{
    const char *slash = strrchr(path, '/');
    int error = 0;

    input->manifest_folder = (struct ses_str){path, slash ? (size_t)(slash - path) + 1 : 0};
    input->expected = count_lines(path);
    for (size_t i = 0; i < input->requests.count && error == 0; i++)
        error = ses_map_set(&input->by_domain, &input->arena, input->requests.items[i]->subject,
                            input->requests.items[i]);
    return error;
}

int cli_input_read(struct cli_input *input, const struct cli_options *options,
                   const struct cli_verb *verb, struct cli_totals *totals,
                   struct cli_report *report)
{
    struct ses_findings *findings = &report->findings;
    struct ses_entries entries = {0};
    struct ses_lifetime lifetime = {0};
    int error;

    *input = (struct cli_input){0};
    error = parse_lifetime(options, verb->need_lifetime, &lifetime, totals, findings);
    if (error == 0)
        error = read_files(input, options, verb, &entries, totals, findings);
    if (error == 0)
        error = assign(input, options, &entries, findings);
    if (error == 0 && options->ec2)
        error = add_host(input, options);
    if (error == 0)
        error = add_dedicated_ips(input, options, findings);
    if (error == 0)
        error = settle(input);
    if (error != 0)
        return error;
    return options->manifest ? prepare_manifest(input, options->manifest)
                             : complete(input, options, &lifetime);
}

void cli_input_done(struct cli_input *input)
{
    ses_arena_done(&input->arena);
}
