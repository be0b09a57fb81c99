/* SPDX-License-Identifier: MIT */
#include "base/finding.h"

#include <stdarg.h>
#include <stdio.h>

const char *ses_severity_name(enum ses_severity severity)
{
    static const char *const names[SES_SEVERITIES] = {"note", "warning", "error"};

    return names[severity];
}

size_t ses_place_column(const struct ses_place *place)
{
    struct ses_str before = ses_str_slice(place->text, 0, place->offset);
    size_t column = 1;

    if (place->line == 0)
        return 0;
    if (before.len < place->offset)
        return place->offset + 1;
    while (before.len > 0) {
        size_t length = ses_str_utf8(before);

        /* A byte that is not UTF-8 counts as one character, as editors show it. */
        before = ses_str_slice(before, length > 0 ? length : 1, before.len);
        column++;
    }
    return column;
}

int ses_finding_report(struct ses_findings *findings, struct ses_finding finding,
                       const char *format, ...)
{
    char sentence[SES_MAX_SENTENCE];
    va_list values;

    va_start(values, format);
    vsnprintf(sentence, sizeof(sentence), format, values);
    va_end(values);
    finding.sentence = sentence;
    findings->counts[finding.code->severity]++;
    return findings->emit(findings, &finding);
}
