/* SPDX-License-Identifier: MIT */
/* What is wrong with the input, where, and what to do about it.
 *
 * A stage owns a table of `struct ses_code` rows and reports through a sink that its caller made;
 * it never prints. Severity is how loud to be to people and is a property of the row; whether a
 * warning fails the run is decided in one place by whoever owns the sink. A finding is borrowed for
 * the length of the emit call: a sink that keeps it copies it. */
#ifndef SES_BASE_FINDING_H
#define SES_BASE_FINDING_H

#include <stddef.h>

#include "base/attribute.h"
#include "base/str.h"

/* One finding's sentence; longer ones are cut. The value has its own field. */
#define SES_MAX_SENTENCE 512

enum ses_severity {
    SES_NOTE,    /* something was normalised or is worth knowing */
    SES_WARNING, /* works today, probably not what was meant */
    SES_ERROR,   /* must not be published */
    SES_SEVERITIES
};

/* "note", "warning" or "error". */
const char *ses_severity_name(enum ses_severity severity);

/* One kind of finding, with what `sesdns explain` says of it. All strings are static. */
struct ses_code {
    const char *code; /* kebab-case, stable: "dkim-set-incomplete" */
    enum ses_severity severity;
    const char *what;   /* a sentence: what was found */
    const char *why;    /* what happens to mail or DNS if it stays */
    const char *remedy; /* what to do, imperative; NULL where there is nothing to do */
    const char *source; /* RFC section, vendor page or report the rule comes from */
};

/* A place in an input. `text` is the physical line, kept so that a report can show it; empty where
 * the line must not be shown (credentials) or there is none (a command-line value). */
struct ses_place {
    const char *file; /* borrowed, NUL-terminated; NULL where there is no file */
    size_t line;      /* from 1; 0 when the finding is about the whole file */
    size_t offset;    /* bytes before the thing on its line */
    struct ses_str text;
};

/* The column of `place` in characters, from 1; 0 where it has no line. */
size_t ses_place_column(const struct ses_place *place);

struct ses_finding {
    const struct ses_code *code;
    struct ses_place place;
    struct ses_str value;      /* the offending value, untrusted; may be empty */
    struct ses_str suggestion; /* "did you mean": the value that would be right; may be empty */
    const char *subject;       /* the domain or host it belongs to; may be NULL */
    const char *sentence;      /* set by ses_finding_report; untrusted bytes possible */
};

struct ses_findings {
    /* Takes one finding. Returns 0 or a negative ses_error, which stops the run. */
    int (*emit)(struct ses_findings *findings, const struct ses_finding *finding);
    size_t counts[SES_SEVERITIES]; /* kept by ses_finding_report, by the severity of the row */
};

/* Formats the sentence and hands `finding` to the sink. The sentence is lower case, one line,
 * without a full stop and without the value, which a report adds. Returns what the sink returned.
 */
int ses_finding_report(struct ses_findings *findings, struct ses_finding finding,
                       const char *format, ...) SES_PRINTF(3, 4) SES_MUSTCHECK;

#endif
