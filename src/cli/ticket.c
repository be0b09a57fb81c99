/* SPDX-License-Identifier: MIT */
#include "cli/ticket.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "render/output.h"

/* Below the folder of -o. */
#define FOLDER "tickets"

int cli_tickets_open(struct cli_tickets *tickets, const struct cli_options *options,
                     struct ses_documents *documents, struct cli_report *report)
{
    *tickets = (struct cli_tickets){.options = options, .documents = documents};
    ses_groups_init(&tickets->groups, options->group_by);
    if (options->group_by == SES_GROUP_NONE)
        return 0;
    return ses_documents_add_groups(documents, options->templates, &report->findings);
}

void cli_tickets_done(struct cli_tickets *tickets)
{
    ses_groups_done(&tickets->groups);
}

int cli_tickets_add(struct cli_tickets *tickets, const struct cli_job *job)
{
    if (tickets->groups.key == SES_GROUP_NONE || !job->request)
        return 0;
    if (job->good)
        return ses_groups_add(&tickets->groups, job->request);
    fprintf(stderr, "sesdns render: the ticket of its group goes without %s\n",
            job->request->subject.ptr);
    return 0;
}

/* -t names the documents of a group too. */
static bool is_wanted(const struct cli_tickets *tickets, const struct ses_group_document *document,
                      const struct ses_group *group)
{
    const char **names = tickets->options->documents;

    if (!ses_group_document_applies(document, group))
        return false;
    for (size_t i = 0; names && names[i]; i++) {
        if (strcmp(names[i], document->name) == 0)
            return true;
    }
    return !names;
}

static int write_document(struct cli_tickets *tickets, const struct ses_group_document *document,
                          const struct ses_group *group, const struct ses_output_subject *folder,
                          struct ses_findings *findings)
{
    struct ses_buf text SES_CLEANUP(ses_buf_done);
    int error;

    ses_buf_init(&text, SES_MAX_GROUP_DOCUMENT);
    error = ses_group_render(tickets->documents, document, group, &text, findings);
    /* It was reported that this one cannot be made; the others can. */
    if (error == SES_EINVALID || error == SES_ELIMIT)
        return 0;
    if (error == 0)
        error = ses_output_write(folder, document->file, ses_buf_str(&text), findings);
    if (error != SES_EIO && error != SES_ECONFLICT)
        return error;
    tickets->failed = true;
    return 0;
}

static int write_group(struct cli_tickets *tickets, const struct ses_group *group,
                       const struct ses_output *output, struct ses_findings *findings)
{
    struct ses_output_subject folder SES_CLEANUP(ses_output_leave) = {.folder = -1};
    int error = ses_output_enter(output, group->name.ptr, &folder, findings);

    if (error == SES_EIO) {
        tickets->failed = true;
        return 0;
    }
    for (size_t i = 0; i < ses_group_document_count && error == 0; i++) {
        if (is_wanted(tickets, &ses_group_document_rows[i], group))
            error = write_document(tickets, &ses_group_document_rows[i], group, &folder, findings);
    }
    return error;
}

static void close_output(struct ses_output *output)
{
    ses_output_close(output);
}

int cli_tickets_write(struct cli_tickets *tickets, struct cli_report *report)
{
    struct ses_output output SES_CLEANUP(close_output) = {.folder = -1};
    struct ses_groups *groups = &tickets->groups;
    struct ses_str path;
    int error = ses_groups_seal(groups);

    if (error != 0 || groups->count == 0)
        return error;
    error = ses_arena_printf(&groups->arena, &path, "%s/" FOLDER, tickets->options->output);
    if (error == 0)
        error = ses_output_open(&output, path.ptr, tickets->options->force != 0, &report->findings);
    if (error == SES_EIO) {
        tickets->failed = true;
        return 0;
    }
    for (size_t i = 0; i < groups->count && error == 0; i++) {
        error = write_group(tickets, groups->items[i], &output, &report->findings);
        cli_report_flush(report);
    }
    return error;
}
