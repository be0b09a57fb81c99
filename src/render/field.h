/* SPDX-License-Identifier: MIT */
/* The fields of a ticket as the config maps them: each a template over what documents see, and the
 * documents `summary` and `ticket` (render/view.h).
 *
 * Compile a set once, expand it for any number of requests, free it. A set does not change while
 * expanding. */
#ifndef SES_RENDER_FIELD_H
#define SES_RENDER_FIELD_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/finding.h"
#include "base/str.h"
#include "render/document.h"
#include "render/group.h"
#include "render/view.h"

struct ses_fields;

/* Compiles `count` templates; `names` are what findings call them. Both are copied. Returns what
 * ses_template_new does; findings cover all of them. The caller owns the set. */
int ses_fields_new(const struct ses_str *names, const struct ses_str *templates, size_t count,
                   struct ses_fields **ret_fields, struct ses_findings *findings) SES_MUSTCHECK;
void ses_fields_free(struct ses_fields *fields);

/* What the fields are of a request whose ticket is `ticket`: `ret_values` has room for all, in the
 * order of the templates. Returns 0, SES_ENOMEM, or what ses_template_expand does. */
int ses_fields_expand(const struct ses_fields *fields, const struct ses_documents *documents,
                      const struct ses_request *request, const struct ses_view_ticket *ticket,
                      struct ses_arena *arena, struct ses_str *ret_values,
                      struct ses_findings *findings) SES_MUSTCHECK;

/* The same of a group. */
int ses_fields_expand_group(const struct ses_fields *fields, const struct ses_documents *documents,
                            const struct ses_group *group, const struct ses_view_ticket *ticket,
                            struct ses_arena *arena, struct ses_str *ret_values,
                            struct ses_findings *findings) SES_MUSTCHECK;

#endif
