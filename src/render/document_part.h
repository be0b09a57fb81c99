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

struct ses_documents {
    const struct ses_site *site;                       /* borrowed */
    struct ses_template *templates[SES_MAX_DOCUMENTS]; /* owned; by row; NULL where there is none */
    struct ses_template *wordings[SES_SETTINGS];       /* owned; by setting */
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

/* The length of `text` in UTF-16 units. */
size_t ses_document_characters(struct ses_str text);

#endif
