/* SPDX-License-Identifier: MIT */
/* A compiled template, as template_parse.c makes it and template_expand.c walks it. Private to the
 * three template files.
 *
 * A text is a flat array of operations in the order of the source. An operation with a body
 * (section, parent, block) is followed by it; `end` is the index behind the body, so walking a body
 * is a loop and skipping one is a jump. Everything lives in the template's arena. */
#ifndef SES_RENDER_TEMPLATE_TREE_H
#define SES_RENDER_TEMPLATE_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/finding.h"
#include "base/str.h"
#include "render/template.h"

enum ses_template_kind {
    SES_TEMPLATE_TEXT,
    SES_TEMPLATE_VALUE,
    SES_TEMPLATE_RAW,
    SES_TEMPLATE_SECTION,
    SES_TEMPLATE_INVERTED,
    SES_TEMPLATE_PARTIAL,
    SES_TEMPLATE_PARENT,
    SES_TEMPLATE_BLOCK,
    SES_TEMPLATE_KINDS
};

struct ses_template_op {
    enum ses_template_kind kind;
    bool dynamic; /* PARTIAL, PARENT: the name of the text is the value of the name */
    /* PARTIAL, PARENT, BLOCK: alone on its line, so that `indent` goes before every line of what it
     * stands for. A block that is not has it before the later lines of an override only. */
    bool standalone;
    size_t line;                           /* of the tag, from 1 */
    size_t at;                             /* of the tag or the text, in the source */
    size_t end;                            /* index of the next operation that is not in its body */
    struct ses_str text;                   /* TEXT: what to print; otherwise the name as written */
    const struct ses_template_name *parts; /* arena: the name split at its dots; none for "." */
    size_t part_count;
    const struct ses_template_text *target; /* arena: PARTIAL, PARENT whose name is fixed */
    struct ses_str indent;
};

struct ses_template_text {
    struct ses_template_text *next; /* arena */
    struct ses_str name;            /* what partial tags call it; empty for the root */
    const char *file;               /* arena */
    struct ses_str source;
    struct ses_template_op *ops; /* arena */
    size_t count;
    size_t capacity;
    bool missing;  /* asked for and not there */
    bool reported; /* and said so */
};

struct ses_template {
    struct ses_arena arena;
    const struct ses_lookup *lookup; /* borrowed */
    ses_escape_fn *escape;
    bool lenient;
    struct ses_template_text *root; /* arena: head of the list of all texts */
    struct ses_template_text *last;
    size_t text_count;
    size_t bytes;
};

/* Index in ses_template_codes. */
enum ses_template_code {
    SES_TEMPLATE_BAD_SYNTAX,
    SES_TEMPLATE_UNESCAPED,
    SES_TEMPLATE_UNKNOWN_NAME,
    SES_TEMPLATE_UNKNOWN_PARTIAL,
    SES_TEMPLATE_NOT_TEXT,
    SES_TEMPLATE_TOO_LARGE,
    SES_TEMPLATE_TOO_DEEP,
    SES_TEMPLATE_TOO_LONG,
    SES_TEMPLATE_TOO_SLOW,
    SES_TEMPLATE_CODES
};

/* Reports `code` at byte `at` of line `line` of `text`. Returns the ses_error that belongs to the
 * code, or what the sink returned where that is not 0. */
int ses_template_report(const struct ses_template_text *text, size_t line, size_t at,
                        enum ses_template_code code, struct ses_str value, const char *sentence,
                        struct ses_findings *findings) SES_MUSTCHECK;

/* The text called `name`, or NULL; `*ret_looked` is how many were compared. */
struct ses_template_text *ses_template_find(const struct ses_template *template,
                                            struct ses_str name, size_t *ret_looked);

/* As ses_template_find, but a text that is not yet there is loaded, to be parsed in its turn, and
 * one that cannot be is remembered as missing. Returns 0, SES_ENOMEM, SES_ELIMIT where a ceiling of
 * the whole template is reached, or what the loader returned. */
int ses_template_want(struct ses_template *template, const struct ses_template_loader *loader,
                      struct ses_str name, struct ses_template_text **ret_text) SES_MUSTCHECK;

/* Parses `text->source` into its operations. */
int ses_template_parse(struct ses_template *template, struct ses_template_text *text,
                       const struct ses_template_options *options,
                       struct ses_findings *findings) SES_MUSTCHECK;

#endif
