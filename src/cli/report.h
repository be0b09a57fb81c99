/* SPDX-License-Identifier: MIT */
/* Findings as people and programs read them: the sink of every verb.
 *
 * Here and nowhere else it is decided what --allow silences and what --strict makes of a warning.
 * Every byte that came from a file is escaped before it is printed. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/finding.h"
#include "cli/option.h"
#include "render/index.h"

/* Findings that are kept of one subject, beside being printed: as many as a person reads of a row
 * of a page. */
#define CLI_MAX_KEPT 50

/* Findings that are kept of the input as a whole: a folder of files none of which can be read. */
#define CLI_MAX_KEPT_OF_INPUT 100000

/* Findings for a later list, in the order in which they came. */
struct cli_kept {
    struct ses_arena *arena;         /* borrowed; NULL: none is kept */
    struct ses_index_finding *items; /* arena */
    size_t count;
    size_t capacity;
    size_t max;
    size_t left_out; /* beyond `max` */
};

struct cli_report {
    struct ses_findings findings; /* first, so that a sink is a report */
    FILE *stream;                 /* borrowed: where a flush prints */
    const struct cli_options *options;
    enum cli_format format;
    bool color;
    size_t width; /* columns of the terminal */
    size_t shown[SES_SEVERITIES];
    struct ses_buf text; /* findings not yet printed */
    struct cli_kept kept;
};

/* Findings go to `stream`. */
void cli_report_init(struct cli_report *report, const struct cli_options *options, FILE *stream);
void cli_report_done(struct cli_report *report);

/* A report of its own for one subject of a batch, to be merged into `parent` later. */
void cli_report_init_like(struct cli_report *report, const struct cli_report *parent);

/* From now on findings are kept too, at most `max`, in `arena`, which is borrowed. */
void cli_report_keep(struct cli_report *report, struct ses_arena *arena, size_t max);

/* Forgets what was found. What was kept is the arena's. */
void cli_report_clear(struct cli_report *report);

/* Adds the findings of `part` behind those of `report`. */
void cli_report_merge(struct cli_report *report, const struct cli_report *part);

/* Prints what has not been printed. */
void cli_report_flush(struct cli_report *report);

/* How many findings so far fail the run: errors, with --strict warnings too. */
size_t cli_report_failures(const struct cli_report *report);

/* True where every code of --allow exists and may be silenced; else false, after a message. */
bool cli_report_check_allowed(const char *verb, const struct cli_options *options);

/* Every code that a finding can have, one after the other; NULL behind the last. */
const struct ses_code *cli_report_code(size_t index);

/* The row of `code`, or NULL. */
const struct ses_code *cli_report_find_code(const char *code);

/* True where what is printed to `stream` may have colours. */
bool cli_report_use_color(const struct cli_options *options, FILE *stream);

/* Columns of the terminal behind `stream`, COLUMNS, or 80. */
size_t cli_report_width(FILE *stream);

#endif
