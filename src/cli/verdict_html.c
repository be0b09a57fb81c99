/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/verdict.h"
#include "model/record.h"
#include "render/escape.h"
#include "render/shipped.h"

static void add_code(struct ses_buf *out, const char *before, struct ses_str text,
                     const char *behind)
{
    ses_buf_printf(out, "%s<code>", before);
    ses_escape_html(out, text);
    ses_buf_printf(out, "</code>%s", behind);
}

static void add_state(struct ses_buf *out, const char *class, const char *text)
{
    ses_buf_printf(out, "<span class=\"state %s\">%s</span> ", class, text);
}

static void add_command(struct ses_buf *out, const struct ses_question *question, bool dnssec,
                        const struct cli_verdict_style *style)
{
    struct ses_buf command SES_CLEANUP(ses_buf_done);

    ses_buf_init(&command, CLI_MAX_COMMAND);
    cli_verdict_add_dig(&command, question, dnssec, style);
    add_code(out, "<dt>see</dt><dd>", ses_buf_str(&command), "</dd>");
}

static void add_found(struct ses_buf *out, const struct ses_str *found, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_code(out, i == 0 ? "<dt>found</dt><dd>" : "<dd>", found[i], "</dd>");
}

static void add_reason(struct ses_buf *out, const struct ses_expectation *expectation,
                       const struct cli_verdict_style *style)
{
    struct ses_question question = expectation->question;

    ses_buf_add(out, SES_STR("<p>"));
    ses_escape_html(out, expectation->sentence);
    ses_buf_printf(out, " <span class=\"soft\">%s</span></p><dl>", expectation->code->code);
    if (cli_verdict_wants_value(expectation))
        add_code(out, "<dt>want</dt><dd>", expectation->value, "</dd>");
    add_found(out, expectation->found, expectation->found_count);
    if (expectation->at.len > 0) {
        add_code(out, "<dt>at</dt><dd>", expectation->at, "</dd>");
        question.name = expectation->at;
    }
    add_command(out, &question, expectation->verdict == SES_VERDICT_BOGUS, style);
    ses_buf_add(out, SES_STR("</dl>"));
}

static void add_line(struct ses_buf *out, const struct ses_expectation *expectation,
                     const struct cli_verdict_style *style)
{
    const char *verdict = ses_verdict_name(expectation->verdict);

    ses_buf_add(out, SES_STR("<li>"));
    add_state(out, verdict, verdict);
    ses_buf_printf(out, "%s %s", cli_verdict_type(expectation),
                   expectation->kind == SES_EXPECT_KEY ? "behind " : "");
    add_code(out, "", expectation->question.name, "");
    if (expectation->bits > 0)
        ses_buf_printf(out, " RSA key of %d bits", expectation->bits);
    if (expectation->code)
        add_reason(out, expectation, style);
    ses_buf_add(out, SES_STR("</li>\n"));
}

static void add_obstacle(struct ses_buf *out, const struct ses_obstacle *obstacle,
                         const struct cli_verdict_style *style)
{
    const char *severity = ses_severity_name(obstacle->code->severity);

    ses_buf_add(out, SES_STR("<li>"));
    add_state(out, severity, severity);
    ses_buf_printf(out, "%s ", ses_qtype_name(obstacle->question.type));
    add_code(out, "", obstacle->question.name, "<p>");
    ses_escape_html(out, obstacle->sentence);
    ses_buf_printf(out, " <span class=\"soft\">%s</span></p><dl>", obstacle->code->code);
    add_found(out, obstacle->found, obstacle->found_count);
    add_command(out, &obstacle->question, false, style);
    ses_buf_add(out, SES_STR("</dl></li>\n"));
}

static void add_zone(struct ses_buf *out, const struct ses_before *before)
{
    if (before->zone.len == 0) {
        ses_buf_add(out, SES_STR("<p>The zone is not known.</p>\n"));
        return;
    }
    add_code(out, "<dl><dt>zone</dt><dd>", before->zone,
             before->is_signed ? " signed</dd>" : "</dd>");
    if (before->contact.len > 0)
        add_code(out, "<dt>contact</dt><dd>", before->contact, "</dd>");
    for (size_t i = 0; i < before->name_server_count; i++)
        add_code(out, i == 0 ? "<dt>name servers</dt><dd>" : " ", before->name_servers[i], "");
    ses_buf_add(out, before->name_server_count > 0 ? SES_STR("</dd></dl>\n") : SES_STR("</dl>\n"));
}

static void add_before(struct ses_buf *out, const struct ses_before *before,
                       const struct cli_verdict_style *style)
{
    add_zone(out, before);
    ses_buf_add(out, SES_STR("<ul>\n"));
    for (size_t i = 0; i < before->obstacle_count; i++)
        add_obstacle(out, &before->obstacles[i], style);
    ses_buf_add(out, SES_STR("</ul>\n"));
}

static void add_lines(struct ses_buf *out, const struct ses_expectations *expectations,
                      const struct cli_verdict_style *style)
{
    ses_buf_add(out, SES_STR("<ul>\n"));
    for (size_t i = 0; i < expectations->count; i++) {
        const struct ses_expectation *expectation = &expectations->items[i];

        if (expectation->verdict != SES_VERDICT_SKIPPED || expectation->code)
            add_line(out, expectation, style);
    }
    ses_buf_add(out, SES_STR("</ul>\n"));
}

void cli_verdict_add_html(struct ses_buf *out, const struct ses_verification *verification,
                          const struct cli_verdict_style *style)
{
    bool open =
        style->before ? verification->before.obstacle_count > 0 : verification->live != SES_LIVE;

    ses_buf_printf(out, "<details%s><summary>", open ? " open=\"open\"" : "");
    if (!style->before)
        add_state(out, ses_live_name(verification->live), cli_verdict_live(verification->live));
    ses_buf_add(out, SES_STR("<b>"));
    ses_escape_html(out, verification->subject_unicode);
    ses_buf_add(out, SES_STR("</b></summary>\n"));
    if (style->before)
        add_before(out, &verification->before, style);
    else
        add_lines(out, &verification->expectations, style);
    ses_buf_add(out, SES_STR("</details>\n"));
}

void cli_verdict_begin_html(struct ses_buf *out)
{
    for (size_t i = 0; i < ses_shipped_template_count; i++) {
        if (strcmp(ses_shipped_templates[i].name, "verify-head.html") == 0)
            ses_buf_add(out, ses_shipped_templates[i].text);
    }
}

void cli_verdict_end_html(struct ses_buf *out, struct ses_str totals)
{
    ses_buf_add(out, SES_STR("<p id=\"totals\">"));
    ses_escape_html(out, totals);
    ses_buf_add(out, SES_STR("</p>\n</body>\n</html>\n"));
}
