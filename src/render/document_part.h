/* SPDX-License-Identifier: MIT */
/* What the documents of one request and those of a group share. Private to the document files. */
#ifndef SES_RENDER_DOCUMENT_PART_H
#define SES_RENDER_DOCUMENT_PART_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/finding.h"
#include "base/str.h"
#include "model/site.h"
#include "render/document.h"
#include "render/template.h"
#include "render/view.h"

/* More documents than the tables will have. */
#define SES_MAX_DOCUMENTS 32
#define SES_MAX_GROUP_DOCUMENTS 8

struct ses_group;

struct ses_documents {
    const struct ses_site *site; /* borrowed */
    /* Owned; by operation and row; NULL where there is none. */
    struct ses_template *templates[SES_OPERATIONS][SES_MAX_DOCUMENTS];
    struct ses_template *wordings[SES_SETTINGS];                   /* owned; by setting */
    struct ses_template *group_templates[SES_MAX_GROUP_DOCUMENTS]; /* owned; by row */
};

/* The rows of ses_document_codes. */
enum ses_document_code {
    SES_DOCUMENT_WITHOUT_LIFETIME,
    SES_DOCUMENT_RECORDS_ATTACHED,
    SES_DOCUMENT_TOO_LONG,
    SES_DOCUMENT_BAD_TABLE,
    SES_DOCUMENT_UNREADABLE,
};

/* Compiles the template called `name`, from `folder` where that has it. Returns what
 * ses_documents_new returns. */
int ses_document_compile(const char *folder, const char *name, struct ses_template **ret_template,
                         struct ses_findings *findings) SES_MUSTCHECK;

/* What a wording of the site makes of `view`, in the arena. Returns what ses_template_expand does.
 */
int ses_document_expand_wording(const struct ses_documents *documents, enum ses_setting setting,
                                const struct ses_view *view, struct ses_arena *arena,
                                struct ses_str *ret_text,
                                struct ses_findings *findings) SES_MUSTCHECK;

/* What a group has in common, as a view in the arena, with `ticket` in it. Returns 0 or SES_ENOMEM.
 */
int ses_group_view(const struct ses_documents *documents, const struct ses_group *group,
                   const struct ses_view_ticket *ticket, struct ses_arena *arena,
                   struct ses_view **ret_view, struct ses_findings *findings) SES_MUSTCHECK;

/* The escaper of what becomes a value: whatever it gets into has one of its own. */
void ses_document_escape_nothing(struct ses_buf *out, struct ses_str value);

/* `text` up to its first line break: a summary is a column, not a file. */
struct ses_str ses_document_first_line(struct ses_str text);

/* The length of `text` in UTF-16 units. */
size_t ses_document_characters(struct ses_str text);

#endif
