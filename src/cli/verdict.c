/* SPDX-License-Identifier: MIT */
#include "cli/verdict.h"

#include <stdio.h>
#include <string.h>

#include "model/record.h"
#include "render/escape.h"

/* A value longer than this is shown by its beginning: the dig command shows all of it. */
#define MAX_VALUE 200

/* As many of the values at a name as a person reads. */
#define MAX_FOUND 8

static const char *const verdict_colors[] = {
    [SES_VERDICT_OK] = "32",      [SES_VERDICT_MISSING] = "1;31", [SES_VERDICT_DIFFERENT] = "1;31",
    [SES_VERDICT_BOGUS] = "1;31", [SES_VERDICT_UNKNOWN] = "1;33", [SES_VERDICT_SKIPPED] = "36",
};

static const char *const live_colors[] = {
    [SES_LIVE] = "1;32",
    [SES_LIVE_PART] = "1;31",
    [SES_LIVE_NONE] = "1;31",
    [SES_LIVE_UNKNOWN] = "1;33",
};

static const char *const severity_colors[SES_SEVERITIES] = {"36", "1;33", "1;31"};

static void add_colored(struct ses_buf *out, const struct cli_verdict_style *style,
                        const char *color, const char *text)
{
    if (style->color)
        ses_buf_printf(out, "\x1b[%sm", color);
    ses_buf_add(out, ses_str_of(text));
    if (style->color)
        ses_buf_add(out, SES_STR("\x1b[0m"));
}

/* The server of --server, as dig wants it. */
static void add_server(struct ses_buf *out, const char *server)
{
    struct ses_str text = ses_str_of(server);
    size_t at = ses_str_find(text, '@');

    if (!server)
        return;
    ses_buf_add(out, SES_STR(" @"));
    ses_escape_shell(out, ses_str_slice(text, 0, at));
    if (at < text.len) {
        ses_buf_add(out, SES_STR(" -p "));
        ses_escape_shell(out, ses_str_slice(text, at + 1, text.len));
    }
}

void cli_verdict_add_dig(struct ses_buf *out, const struct ses_question *question, bool dnssec,
                         const struct cli_verdict_style *style)
{
    ses_buf_add(out, SES_STR("dig"));
    add_server(out, style->server);
    if (dnssec)
        ses_buf_add(out, SES_STR(" +dnssec"));
    /* The final dot keeps the search list of the machine out. */
    ses_buf_printf(out, " '%.*s.' %s", SES_STR_ARG(question->name), ses_qtype_name(question->type));
}

static void add_value(struct ses_buf *out, const char *label, struct ses_str value)
{
    ses_buf_printf(out, "             %-6s", label);
    ses_escape_terminal(out, ses_str_slice(value, 0, MAX_VALUE));
    ses_buf_add(out, value.len > MAX_VALUE ? SES_STR("...\n") : SES_STR("\n"));
}

static void add_values(struct ses_buf *out, const struct ses_str *values, size_t count)
{
    for (size_t i = 0; i < count && i < MAX_FOUND; i++)
        add_value(out, i == 0 ? "found" : "", values[i]);
    if (count > MAX_FOUND)
        ses_buf_printf(out, "             %-6s%zu more\n", "", count - MAX_FOUND);
}

static void add_command(struct ses_buf *out, const struct ses_question *question, bool dnssec,
                        const struct cli_verdict_style *style)
{
    ses_buf_add(out, SES_STR("             "));
    cli_verdict_add_dig(out, question, dnssec, style);
    ses_buf_add_byte(out, '\n');
}

const char *cli_verdict_live(enum ses_live live)
{
    static const char *const phrases[] = {
        [SES_LIVE] = "live",
        [SES_LIVE_PART] = "partly live",
        [SES_LIVE_NONE] = "not live",
        [SES_LIVE_UNKNOWN] = "could not tell",
    };

    return phrases[live];
}

bool cli_verdict_wants_value(const struct ses_expectation *expectation)
{
    return expectation->kind != SES_EXPECT_KEY && (expectation->verdict == SES_VERDICT_MISSING ||
                                                   expectation->verdict == SES_VERDICT_DIFFERENT);
}

const char *cli_verdict_type(const struct ses_expectation *expectation)
{
    return expectation->kind == SES_EXPECT_KEY ? "key" : ses_qtype_name(expectation->question.type);
}

/* The key stands with its CNAME where there is nothing to say of it. */
static bool is_shown(const struct ses_expectation *expectation,
                     const struct cli_verdict_style *style)
{
    if (style->quiet && expectation->verdict == SES_VERDICT_OK)
        return false;
    return expectation->kind != SES_EXPECT_KEY ||
           (expectation->verdict != SES_VERDICT_OK && expectation->verdict != SES_VERDICT_SKIPPED);
}

static void add_key(struct ses_buf *out, const struct ses_expectations *expectations, size_t index)
{
    const struct ses_expectation *next = &expectations->items[index + 1];

    if (index + 1 == expectations->count || next->kind != SES_EXPECT_KEY)
        return;
    if (next->bits > 0)
        ses_buf_printf(out, " (RSA key of %d bits)", next->bits);
    else if (next->verdict == SES_VERDICT_SKIPPED && next->code)
        ses_buf_add(out, SES_STR(" (key not seen)"));
}

static void add_reason(struct ses_buf *out, const struct ses_expectation *expectation,
                       const struct cli_verdict_style *style)
{
    struct ses_question question = expectation->question;

    ses_buf_add(out, SES_STR(": "));
    ses_escape_terminal(out, expectation->sentence);
    ses_buf_printf(out, " [%s]\n", expectation->code->code);
    if (cli_verdict_wants_value(expectation))
        add_value(out, "want", expectation->value);
    add_values(out, expectation->found, expectation->found_count);
    if (expectation->at.len > 0) {
        add_value(out, "at", expectation->at);
        question.name = expectation->at;
    }
    add_command(out, &question, expectation->verdict == SES_VERDICT_BOGUS, style);
}

static void add_line(struct ses_buf *out, const struct ses_expectations *expectations, size_t index,
                     const struct cli_verdict_style *style)
{
    const struct ses_expectation *expectation = &expectations->items[index];
    const char *name = ses_verdict_name(expectation->verdict);

    ses_buf_add(out, SES_STR("  "));
    add_colored(out, style, verdict_colors[expectation->verdict], name);
    ses_buf_printf(out, "%*s %-5s %.*s", (int)(10 - strlen(name)), "",
                   cli_verdict_type(expectation), SES_STR_ARG(expectation->question.name));
    add_key(out, expectations, index);
    if (expectation->code)
        add_reason(out, expectation, style);
    else
        ses_buf_add_byte(out, '\n');
}

static size_t count_verdicts(const struct ses_expectations *expectations, enum ses_verdict verdict)
{
    size_t count = 0;

    for (size_t i = 0; i < expectations->count; i++)
        count += expectations->items[i].verdict == verdict;
    return count;
}

static void add_counts(struct ses_buf *out, const struct ses_expectations *expectations)
{
    static const enum ses_verdict order[] = {SES_VERDICT_OK, SES_VERDICT_MISSING,
                                             SES_VERDICT_DIFFERENT, SES_VERDICT_BOGUS,
                                             SES_VERDICT_UNKNOWN};
    const char *comma = ": ";

    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        size_t count = count_verdicts(expectations, order[i]);

        if (count == 0)
            continue;
        ses_buf_printf(out, "%s%zu %s", comma, count, ses_verdict_name(order[i]));
        comma = ", ";
    }
    ses_buf_add_byte(out, '\n');
}

static void add_live(struct ses_buf *out, const struct ses_verification *verification,
                     const struct cli_verdict_style *style)
{
    const struct ses_expectations *expectations = &verification->expectations;

    ses_buf_printf(out, "%s: ", verification->subject.ptr);
    add_colored(out, style, live_colors[verification->live], cli_verdict_live(verification->live));
    add_counts(out, expectations);
    for (size_t i = 0; i < expectations->count; i++) {
        if (is_shown(&expectations->items[i], style))
            add_line(out, expectations, i, style);
    }
}

static void add_zone(struct ses_buf *out, const struct ses_before *before)
{
    ses_buf_printf(out, "zone %.*s", SES_STR_ARG(before->zone));
    if (before->contact.len > 0) {
        ses_buf_add(out, SES_STR(", contact "));
        ses_escape_terminal(out, before->contact);
    }
    for (size_t i = 0; i < before->name_server_count; i++) {
        ses_buf_add(out, i == 0 ? SES_STR(", name servers ") : SES_STR(" "));
        ses_escape_terminal(out, before->name_servers[i]);
    }
    ses_buf_add(out, before->is_signed ? SES_STR(", signed\n") : SES_STR("\n"));
}

static void add_obstacle(struct ses_buf *out, const struct ses_obstacle *obstacle,
                         const struct cli_verdict_style *style)
{
    enum ses_severity severity = obstacle->code->severity;
    const char *name = ses_severity_name(severity);

    ses_buf_add(out, SES_STR("  "));
    add_colored(out, style, severity_colors[severity], name);
    ses_buf_printf(out, "%*s %-5s ", (int)(10 - strlen(name)), "",
                   ses_qtype_name(obstacle->question.type));
    ses_escape_terminal(out, obstacle->question.name);
    ses_buf_add(out, SES_STR(": "));
    ses_escape_terminal(out, obstacle->sentence);
    ses_buf_printf(out, " [%s]\n", obstacle->code->code);
    add_values(out, obstacle->found, obstacle->found_count);
    add_command(out, &obstacle->question, false, style);
}

static void add_before(struct ses_buf *out, const struct ses_verification *verification,
                       const struct cli_verdict_style *style)
{
    const struct ses_before *before = &verification->before;

    ses_buf_printf(out, "%s: ", verification->subject.ptr);
    if (before->zone.len > 0)
        add_zone(out, before);
    else
        ses_buf_add(out, SES_STR("zone unknown\n"));
    for (size_t i = 0; i < before->obstacle_count; i++)
        add_obstacle(out, &before->obstacles[i], style);
}

void cli_verdict_add_text(struct ses_buf *out, const struct ses_verification *verification,
                          const struct cli_verdict_style *style)
{
    if (style->before)
        add_before(out, verification, style);
    else
        add_live(out, verification, style);
}

static void add_member(struct ses_buf *out, const char *name, struct ses_str value)
{
    ses_buf_printf(out, ",\"%s\":\"", name);
    ses_escape_json(out, value);
    ses_buf_add_byte(out, '"');
}

static void add_list(struct ses_buf *out, const char *name, const struct ses_str *values,
                     size_t count)
{
    ses_buf_printf(out, ",\"%s\":[", name);
    for (size_t i = 0; i < count; i++) {
        ses_buf_add(out, i > 0 ? SES_STR(",\"") : SES_STR("\""));
        ses_escape_json(out, values[i]);
        ses_buf_add_byte(out, '"');
    }
    ses_buf_add_byte(out, ']');
}

static void add_json_dig(struct ses_buf *out, const struct ses_question *question, bool dnssec,
                         const struct cli_verdict_style *style)
{
    struct ses_buf command SES_CLEANUP(ses_buf_done);

    ses_buf_init(&command, CLI_MAX_COMMAND);
    cli_verdict_add_dig(&command, question, dnssec, style);
    add_member(out, "dig", ses_buf_str(&command));
}

static const char *purpose_of(const struct ses_expectation *expectation)
{
    switch (expectation->kind) {
    case SES_EXPECT_KEY:
        return "DKIM key behind the CNAME";
    case SES_EXPECT_FORWARD:
    case SES_EXPECT_REVERSE:
        return "node";
    default:
        return ses_record_kind_name(expectation->record);
    }
}

static void add_json_expectation(struct ses_buf *out, const struct ses_expectation *expectation,
                                 const struct cli_verdict_style *style)
{
    ses_buf_printf(out, "{\"verdict\":\"%s\",\"for\":\"%s\",\"type\":\"%s\"",
                   ses_verdict_name(expectation->verdict), purpose_of(expectation),
                   ses_qtype_name(expectation->question.type));
    add_member(out, "name", expectation->question.name);
    if (expectation->kind != SES_EXPECT_KEY)
        add_member(out, "value", expectation->value);
    if (expectation->bits > 0)
        ses_buf_printf(out, ",\"bits\":%d", expectation->bits);
    if (expectation->secure)
        ses_buf_add(out, SES_STR(",\"secure\":true"));
    if (expectation->code) {
        ses_buf_printf(out, ",\"code\":\"%s\"", expectation->code->code);
        add_member(out, "message", expectation->sentence);
        add_json_dig(out, &expectation->question, expectation->verdict == SES_VERDICT_BOGUS, style);
    }
    if (expectation->found_count > 0)
        add_list(out, "found", expectation->found, expectation->found_count);
    if (expectation->at.len > 0)
        add_member(out, "at", expectation->at);
    ses_buf_add_byte(out, '}');
}

static void add_json_obstacle(struct ses_buf *out, const struct ses_obstacle *obstacle,
                              const struct cli_verdict_style *style)
{
    ses_buf_printf(out, "{\"code\":\"%s\",\"severity\":\"%s\",\"type\":\"%s\"",
                   obstacle->code->code, ses_severity_name(obstacle->code->severity),
                   ses_qtype_name(obstacle->question.type));
    add_member(out, "name", obstacle->question.name);
    add_member(out, "message", obstacle->sentence);
    if (obstacle->found_count > 0)
        add_list(out, "found", obstacle->found, obstacle->found_count);
    add_json_dig(out, &obstacle->question, false, style);
    ses_buf_add_byte(out, '}');
}

static void add_json_before(struct ses_buf *out, const struct ses_before *before,
                            const struct cli_verdict_style *style)
{
    ses_buf_add(out, SES_STR(",\"before\":{\"zone\":\""));
    ses_escape_json(out, before->zone);
    ses_buf_printf(out, "\",\"signed\":%s", before->is_signed ? "true" : "false");
    add_member(out, "contact", before->contact);
    add_member(out, "primary", before->primary);
    add_list(out, "name_servers", before->name_servers, before->name_server_count);
    ses_buf_add(out, SES_STR(",\"obstacles\":["));
    for (size_t i = 0; i < before->obstacle_count; i++) {
        if (i > 0)
            ses_buf_add_byte(out, ',');
        add_json_obstacle(out, &before->obstacles[i], style);
    }
    ses_buf_add(out, SES_STR("]}"));
}

void cli_verdict_add_json(struct ses_buf *out, const struct ses_verification *verification,
                          const struct cli_verdict_style *style)
{
    const struct ses_expectations *expectations = &verification->expectations;

    ses_buf_printf(out, "{\"subject\":\"%s\",\"kind\":\"%s\",\"state\":\"%s\",\"records\":[",
                   verification->subject.ptr,
                   verification->kind == SES_SUBJECT_HOST ? "host" : "domain",
                   ses_live_name(verification->live));
    for (size_t i = 0; i < expectations->count; i++) {
        if (i > 0)
            ses_buf_add_byte(out, ',');
        add_json_expectation(out, &expectations->items[i], style);
    }
    ses_buf_add_byte(out, ']');
    if (style->before)
        add_json_before(out, &verification->before, style);
    ses_buf_add(out, SES_STR("}\n"));
}
