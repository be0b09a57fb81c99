/* SPDX-License-Identifier: MIT */
#include "cli/starter.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/error.h"
#include "cli/input.h"
#include "ingest/manifest.h"
#include "render/escape.h"

/* A row; the longest thing in it is the list of exports. */
#define MAX_ROW ((size_t)1024 * 1024)

static int add_exports(struct ses_buf *exports, const struct ses_request *request)
{
    for (size_t i = 0; i < request->source_count; i++)
        ses_buf_printf(exports, "%s%s", i > 0 ? ";" : "", request->sources[i]->path);
    return ses_buf_status(exports);
}

static struct ses_str lifetime_of(const struct ses_lifetime *lifetime)
{
    switch (lifetime->kind) {
    case SES_LIFETIME_POC:
        return SES_STR("poc");
    case SES_LIFETIME_PRODUCTION:
        return SES_STR("production");
    default:
        return SES_STR("");
    }
}

static int add_row(struct ses_buf *row, const struct ses_request *request)
{
    struct ses_buf exports SES_CLEANUP(ses_buf_done);
    char expires[SES_DATE_TEXT] = "";
    struct ses_str cells[SES_COLUMNS] = {{0}};
    int error;

    ses_buf_init(&exports, MAX_ROW);
    error = add_exports(&exports, request);
    if (error != 0)
        return error;
    if (request->lifetime.kind == SES_LIFETIME_POC)
        ses_date_format(request->lifetime.expires, expires);
    cells[SES_COLUMN_DOMAIN] = request->subject;
    cells[SES_COLUMN_LIFETIME] = lifetime_of(&request->lifetime);
    cells[SES_COLUMN_EXPIRES] = ses_str_of(expires);
    cells[SES_COLUMN_EXPORTS] = ses_buf_str(&exports);
    cells[SES_COLUMN_CONTACT] = request->contact;
    cells[SES_COLUMN_PURPOSE] = request->purpose;
    cells[SES_COLUMN_ACCOUNT] = request->account;
    cells[SES_COLUMN_REGION] = request->region;
    cells[SES_COLUMN_ZONE] = request->zone;
    for (int i = 0; i < SES_COLUMNS; i++) {
        ses_buf_add(row, i > 0 ? SES_STR(",") : SES_STR(""));
        ses_escape_csv(row, cells[i]);
    }
    ses_buf_add_byte(row, '\n');
    return ses_buf_status(row);
}

static int print_rows(const struct ses_requests *requests)
{
    struct ses_buf row SES_CLEANUP(ses_buf_done);
    int error = 0;

    ses_buf_init(&row, MAX_ROW * 2);
    for (int i = 0; i < SES_COLUMNS; i++)
        printf("%s%s", i > 0 ? "," : "", ses_column_name((enum ses_column)i));
    putchar('\n');
    for (size_t i = 0; i < requests->count && error == 0; i++) {
        ses_buf_clear(&row);
        error = add_row(&row, requests->items[i]);
        if (error == 0)
            fwrite(row.ptr, 1, row.len, stdout);
    }
    return error;
}

int cli_starter_print(const struct cli_options *options, struct cli_totals *ret_totals,
                      struct cli_report *report)
{
    const struct cli_verb verb = {0};
    struct cli_input input;
    int error;

    *ret_totals = (struct cli_totals){0};
    error = cli_input_read(&input, options, &verb, ret_totals, report);
    if (error == 0)
        error = print_rows(&input.requests);
    cli_report_flush(report);
    cli_input_done(&input);
    return error;
}
