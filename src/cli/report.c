/* SPDX-License-Identifier: MIT */
#include "cli/report.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/error.h"
#include "check/batch.h"
#include "check/check.h"
#include "ingest/csv.h"
#include "ingest/export.h"
#include "ingest/manifest.h"
#include "ingest/node.h"
#include "ingest/source.h"
#include "ingest/subject.h"
#include "ingest/tree.h"
#include "ledger/code.h"
#include "model/lifetime.h"
#include "render/document.h"
#include "render/escape.h"
#include "render/output.h"
#include "render/template.h"
#include "submit/code.h"
#include "verify/code.h"

/* The findings of the exports on one command line, or of one subject of a batch. */
#define MAX_REPORT ((size_t)256 * 1024 * 1024)

/* A value longer than this is shown by its beginning: the place says where the rest is. */
#define MAX_VALUE 120

/* The narrowest excerpt that still shows something around its caret. */
#define MIN_WIDTH 40

size_t cli_report_width(FILE *stream)
{
    const char *columns = getenv("COLUMNS");
    uint32_t width = 0;
    struct winsize size;

    if (columns && ses_str_to_number(ses_str_of(columns), 1000, &width) && width >= MIN_WIDTH)
        return width;
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col >= MIN_WIDTH)
        return size.ws_col;
    return 80;
}

/* NO_COLOR (https://no-color.org) is obeyed where no flag says otherwise. */
bool cli_report_use_color(const struct cli_options *options, FILE *stream)
{
    const char *no_color = getenv("NO_COLOR");

    if (options->color_always || options->color_never)
        return options->color_always;
    return isatty(fileno(stream)) && !(no_color && *no_color);
}

static bool is_allowed(const struct cli_report *report, const struct ses_code *code)
{
    const char **allowed = report->options->allowed;

    for (size_t i = 0; allowed && allowed[i]; i++) {
        if (strcmp(allowed[i], code->code) == 0)
            return true;
    }
    return false;
}

static void add_color(struct cli_report *report, const char *sequence)
{
    if (report->color)
        ses_buf_printf(&report->text, "\x1b[%sm", sequence);
}

static const char *const severity_colors[SES_SEVERITIES] = {"36", "1;33", "1;31"};

static void add_value(struct ses_buf *line, struct ses_str value)
{
    ses_buf_add(line, SES_STR("'"));
    ses_escape_terminal(line, ses_str_slice(value, 0, MAX_VALUE));
    ses_buf_add(line, value.len > MAX_VALUE ? SES_STR("...'") : SES_STR("'"));
}

static void add_place(struct cli_report *report, const struct ses_place *place)
{
    struct ses_buf *line = &report->text;

    add_color(report, "1");
    ses_escape_terminal(line, ses_str_of(place->file ? place->file : "sesdns"));
    if (place->line > 0)
        ses_buf_printf(line, ":%zu:%zu", place->line, ses_place_column(place));
    ses_buf_add(line, SES_STR(": "));
    add_color(report, "0");
}

static void add_sentence(struct cli_report *report, const struct ses_finding *finding)
{
    struct ses_buf *line = &report->text;
    bool is_long = report->format == CLI_FORMAT_LONG;

    add_place(report, &finding->place);
    add_color(report, severity_colors[finding->code->severity]);
    ses_buf_printf(line, "%s:", ses_severity_name(finding->code->severity));
    add_color(report, "0");
    ses_buf_add_byte(line, ' ');
    ses_escape_terminal(line, ses_str_of(finding->sentence));
    if (finding->value.len > 0) {
        ses_buf_add(line, SES_STR(": "));
        add_value(line, finding->value);
    }
    if (finding->suggestion.len > 0 && !is_long) {
        ses_buf_add(line, SES_STR(", did you mean "));
        add_value(line, finding->suggestion);
        ses_buf_add_byte(line, '?');
    }
    ses_buf_printf(line, " [%s]\n", finding->code->code);
}

/* How many columns `text` takes when escaped: an estimate by characters, right for ASCII. */
static size_t columns_of(struct cli_report *report, struct ses_str text)
{
    size_t before = report->text.len;
    size_t columns = 0;

    ses_escape_terminal(&report->text, text);
    for (size_t i = before; i < report->text.len; i++)
        columns += ((unsigned char)report->text.ptr[i] & 0xC0) != 0x80;
    report->text.len = before;
    return columns;
}

/* The part of the line around the caret that fits the terminal. */
static struct ses_str excerpt_of(const struct cli_report *report, const struct ses_place *place,
                                 size_t *offset)
{
    size_t room = report->width > MIN_WIDTH ? report->width - 12 : MIN_WIDTH;
    size_t from = 0;

    if (*offset > room / 2 && place->text.len > room) {
        from = *offset - room / 2;
        if (from + room > place->text.len)
            from = place->text.len - room;
    }
    *offset -= from;
    return ses_str_slice(place->text, from, from + room);
}

/* The source line, and a caret below the place. */
static void add_excerpt(struct cli_report *report, const struct ses_place *place)
{
    size_t offset = place->offset < place->text.len ? place->offset : place->text.len;
    struct ses_str excerpt = excerpt_of(report, place, &offset);
    struct ses_buf *line = &report->text;

    if (place->line == 0 || place->text.len == 0)
        return;
    ses_buf_printf(line, "%5zu | ", place->line);
    ses_escape_terminal(line, excerpt);
    ses_buf_printf(line, "\n      | %*s",
                   (int)columns_of(report, ses_str_slice(excerpt, 0, offset)), "");
    add_color(report, "1;32");
    ses_buf_add_byte(line, '^');
    add_color(report, "0");
    ses_buf_add_byte(line, '\n');
}

static void add_long(struct cli_report *report, const struct ses_finding *finding)
{
    struct ses_buf *line = &report->text;

    add_sentence(report, finding);
    add_excerpt(report, &finding->place);
    if (finding->suggestion.len > 0) {
        ses_buf_add(line, SES_STR("        did you mean "));
        add_value(line, finding->suggestion);
        ses_buf_add(line, SES_STR("?\n"));
    }
    if (finding->code->remedy)
        ses_buf_printf(line, "        %s\n", finding->code->remedy);
}

static void add_member(struct ses_buf *line, const char *name, struct ses_str value)
{
    ses_buf_printf(line, ",\"%s\":\"", name);
    ses_escape_json(line, value);
    ses_buf_add_byte(line, '"');
}

/* One object a line; members that say nothing are left out. */
static void add_json(struct cli_report *report, const struct ses_finding *finding)
{
    struct ses_buf *line = &report->text;
    const struct ses_code *code = finding->code;

    ses_buf_printf(line, "{\"code\":\"%s\",\"severity\":\"%s\"", code->code,
                   ses_severity_name(code->severity));
    if (finding->place.file)
        add_member(line, "file", ses_str_of(finding->place.file));
    if (finding->place.line > 0)
        ses_buf_printf(line, ",\"line\":%zu,\"column\":%zu", finding->place.line,
                       ses_place_column(&finding->place));
    add_member(line, "message", ses_str_of(finding->sentence));
    if (finding->value.len > 0)
        add_member(line, "value", finding->value);
    if (finding->suggestion.len > 0)
        add_member(line, "suggestion", finding->suggestion);
    if (finding->subject)
        add_member(line, "subject", ses_str_of(finding->subject));
    if (code->remedy)
        add_member(line, "remedy", ses_str_of(code->remedy));
    ses_buf_add(line, SES_STR("}\n"));
}

/* A value as it is shown: its beginning, where it is very long. */
static int keep_value(struct ses_arena *arena, struct ses_str value, struct ses_str *ret_copy)
{
    return ses_arena_printf(arena, ret_copy, "%.*s%s",
                            SES_STR_ARG(ses_str_slice(value, 0, MAX_VALUE)),
                            value.len > MAX_VALUE ? "..." : "");
}

static int keep(struct cli_kept *kept, const struct ses_finding *finding)
{
    struct ses_index_finding *item;
    int error;

    if (!kept->arena)
        return 0;
    if (kept->count == kept->max) {
        kept->left_out++;
        return 0;
    }
    error = ses_arena_grow(kept->arena, &kept->items, kept->count, &kept->capacity,
                           sizeof(*kept->items));
    if (error != 0)
        return error;
    item = &kept->items[kept->count];
    *item = (struct ses_index_finding){.code = finding->code,
                                       .line = finding->place.line,
                                       .column = ses_place_column(&finding->place)};
    error = ses_arena_copy(kept->arena, ses_str_of(finding->place.file), &item->file);
    if (error == 0)
        error = ses_arena_copy(kept->arena, ses_str_of(finding->sentence), &item->message);
    if (error == 0)
        error = keep_value(kept->arena, finding->value, &item->value);
    if (error == 0)
        error = keep_value(kept->arena, finding->suggestion, &item->suggestion);
    kept->count += error == 0;
    return error;
}

static int emit(struct ses_findings *findings, const struct ses_finding *finding)
{
    struct cli_report *report = (struct cli_report *)findings;
    enum ses_severity severity = finding->code->severity;
    int error;

    if (is_allowed(report, finding->code))
        return 0;
    report->shown[severity]++;
    error = keep(&report->kept, finding);
    if (error != 0)
        return error;
    if (severity == SES_NOTE && report->options->quiet)
        return 0;
    if (report->format == CLI_FORMAT_JSON)
        add_json(report, finding);
    else if (report->format == CLI_FORMAT_LONG)
        add_long(report, finding);
    else
        add_sentence(report, finding);
    return ses_buf_status(&report->text);
}

void cli_report_init(struct cli_report *report, const struct cli_options *options, FILE *stream)
{
    bool terminal = isatty(fileno(stream));

    *report = (struct cli_report){.findings = {.emit = emit},
                                  .stream = stream,
                                  .options = options,
                                  .format = options->format,
                                  .color = cli_report_use_color(options, stream),
                                  .width = cli_report_width(stream)};
    if (report->format == CLI_FORMAT_AUTO || report->format == CLI_FORMAT_JSON_LINES)
        report->format = terminal ? CLI_FORMAT_LONG : CLI_FORMAT_TEXT;
    ses_buf_init(&report->text, MAX_REPORT);
}

void cli_report_done(struct cli_report *report)
{
    ses_buf_done(&report->text);
}

void cli_report_init_like(struct cli_report *report, const struct cli_report *parent)
{
    *report = *parent;
    report->kept = (struct cli_kept){0};
    ses_buf_init(&report->text, MAX_REPORT);
    cli_report_clear(report);
}

void cli_report_keep(struct cli_report *report, struct ses_arena *arena, size_t max)
{
    report->kept = (struct cli_kept){.arena = arena, .max = max};
}

void cli_report_clear(struct cli_report *report)
{
    ses_buf_clear(&report->text);
    cli_report_keep(report, report->kept.arena, report->kept.max);
    memset(report->shown, 0, sizeof(report->shown));
    memset(report->findings.counts, 0, sizeof(report->findings.counts));
}

void cli_report_merge(struct cli_report *report, const struct cli_report *part)
{
    ses_buf_add(&report->text, ses_buf_str(&part->text));
    for (int i = 0; i < SES_SEVERITIES; i++) {
        report->shown[i] += part->shown[i];
        report->findings.counts[i] += part->findings.counts[i];
    }
}

void cli_report_flush(struct cli_report *report)
{
    if (report->text.len > 0)
        fwrite(report->text.ptr, 1, report->text.len, report->stream);
    ses_buf_clear(&report->text);
}

size_t cli_report_failures(const struct cli_report *report)
{
    return report->shown[SES_ERROR] + (report->options->strict ? report->shown[SES_WARNING] : 0);
}

/* The tables of the stages, in the order of the pipeline; those of the rules come behind them. */
static const struct {
    const struct ses_code *codes;
    const size_t *count;
} code_tables[] = {
    {ses_source_codes, &ses_source_code_count},     {ses_csv_codes, &ses_csv_code_count},
    {ses_export_codes, &ses_export_code_count},     {ses_subject_codes, &ses_subject_code_count},
    {ses_node_codes, &ses_node_code_count},         {ses_lifetime_codes, &ses_lifetime_code_count},
    {ses_template_codes, &ses_template_code_count}, {ses_document_codes, &ses_document_code_count},
    {ses_output_codes, &ses_output_code_count},     {ses_tree_codes, &ses_tree_code_count},
    {ses_manifest_codes, &ses_manifest_code_count}, {ses_batch_codes, &ses_batch_code_count},
    {ses_submit_codes, &ses_submit_code_count},     {ses_verify_codes, &ses_verify_code_count},
    {ses_ledger_codes, &ses_ledger_code_count},
};

const struct ses_code *cli_report_code(size_t index)
{
    for (size_t i = 0; i < sizeof(code_tables) / sizeof(code_tables[0]); i++) {
        if (index < *code_tables[i].count)
            return &code_tables[i].codes[index];
        index -= *code_tables[i].count;
    }
    return ses_check_code(index);
}

/* What a rule found may be meant; what a reader refused was not read, and silence would hide that.
 */
static bool may_be_allowed(const struct ses_code *code)
{
    const struct ses_code *row;

    if (code->severity != SES_ERROR ||
        (code >= ses_batch_codes && code < ses_batch_codes + ses_batch_code_count))
        return true;
    for (size_t i = 0; (row = ses_check_code(i)) != NULL; i++) {
        if (row == code)
            return true;
    }
    return false;
}

bool cli_report_check_allowed(const char *verb, const struct cli_options *options)
{
    for (size_t i = 0; i < cli_list_count(options->allowed); i++) {
        const struct ses_code *code = cli_report_find_code(options->allowed[i]);

        if (!code) {
            cli_usage_error(verb, "--allow: no such code: '%s'; 'sesdns explain' lists them",
                            options->allowed[i]);
            return false;
        }
        if (!may_be_allowed(code)) {
            cli_usage_error(verb, "--allow: %s cannot be silenced: what it names was not read",
                            options->allowed[i]);
            return false;
        }
    }
    return true;
}

const struct ses_code *cli_report_find_code(const char *code)
{
    const struct ses_code *row;

    for (size_t i = 0; (row = cli_report_code(i)) != NULL; i++) {
        if (strcmp(row->code, code) == 0)
            return row;
    }
    return NULL;
}
