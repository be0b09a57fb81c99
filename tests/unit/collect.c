/* SPDX-License-Identifier: MIT */
#include "collect.h"

#include <string.h>

#include "base/error.h"
#include "ingest/subject.h"

/* Far more than any test reports. */
#define MAX_TEXT ((size_t)16 * 1024 * 1024)

static void add_shown(struct ses_buf *shown, const struct ses_finding *finding)
{
    ses_buf_add(shown, finding->value);
    ses_buf_add(shown, finding->suggestion);
    ses_buf_add(shown, finding->place.text);
    ses_buf_add(shown, ses_str_of(finding->sentence));
}

static int keep(struct ses_findings *findings, const struct ses_finding *finding)
{
    struct collect *collect = (struct collect *)findings;
    int error;

    add_shown(&collect->shown, finding);
    if (finding->code->severity >= collect->least) {
        ses_buf_printf(&collect->codes, "%s%s", collect->codes.len > 0 ? " " : "",
                       finding->code->code);
        ses_buf_printf(&collect->lines, "%s:%zu:%zu: %s '%.*s'\n",
                       finding->place.file ? finding->place.file : "", finding->place.line,
                       ses_place_column(&finding->place), finding->code->code,
                       SES_STR_ARG(finding->value));
    }
    error = ses_buf_status(&collect->shown);
    if (error == 0)
        error = ses_buf_status(&collect->codes);
    return error != 0 ? error : ses_buf_status(&collect->lines);
}

void collect_init(struct collect *collect, enum ses_severity least)
{
    *collect = (struct collect){.findings = {.emit = keep}, .least = least};
    ses_buf_init(&collect->codes, MAX_TEXT);
    ses_buf_init(&collect->lines, MAX_TEXT);
    ses_buf_init(&collect->shown, MAX_TEXT);
}

void collect_done(struct collect *collect)
{
    ses_buf_done(&collect->codes);
    ses_buf_done(&collect->lines);
    ses_buf_done(&collect->shown);
}

void collect_clear(struct collect *collect)
{
    ses_buf_clear(&collect->codes);
    ses_buf_clear(&collect->lines);
    ses_buf_clear(&collect->shown);
    memset(collect->findings.counts, 0, sizeof(collect->findings.counts));
}

const char *collect_codes(const struct collect *collect)
{
    return collect->codes.ptr ? collect->codes.ptr : "";
}

const char *collect_lines(const struct collect *collect)
{
    return collect->lines.ptr ? collect->lines.ptr : "";
}

int collect_read(const char *name, struct ses_str text, struct ses_arena *arena,
                 struct ses_entries *entries, struct ses_findings *findings)
{
    struct ses_source *source = ses_arena_alloc(arena, sizeof(*source));

    if (!source)
        return SES_ENOMEM;
    *source = (struct ses_source){.path = name, .bytes = text};
    return ses_export_read(source, arena, entries, findings);
}

int collect_requests(const char *const *texts, struct ses_arena *arena,
                     struct ses_requests *ret_requests, struct ses_findings *findings)
{
    static const char *const names[] = {"1", "2", "3", "4", "5", "6", "7", "8"};
    struct ses_entries entries = {0};
    int error = 0;

    for (size_t i = 0; texts[i] && i < COUNT(names) && error == 0; i++)
        error = collect_read(names[i], ses_str_of(texts[i]), arena, &entries, findings);
    if (error == 0)
        error = ses_subject_assign(&entries, NULL, 0, (struct ses_place){0}, arena, ret_requests,
                                   findings);
    for (size_t i = 0; error == 0 && i < ret_requests->count; i++) {
        error = ses_request_settle(ret_requests->items[i], arena);
        if (error == 0)
            error = ses_request_seal(ret_requests->items[i], NULL);
    }
    return error;
}
