/* SPDX-License-Identifier: MIT */
#include "render/field.h"

#include <stdlib.h>

#include "base/error.h"
#include "render/data.h"
#include "render/document_part.h"
#include "render/template.h"

/* Bytes of a field: more than any column of a form holds. */
#define MAX_FIELD ((size_t)1024 * 1024)

struct ses_fields {
    size_t count;
    struct ses_template **templates; /* owned */
};

int ses_fields_new(const struct ses_str *names, const struct ses_str *templates, size_t count,
                   struct ses_fields **ret_fields, struct ses_findings *findings)
{
    const struct ses_template_options options = {.lookup = &ses_data_lookup,
                                                 .escape = ses_document_escape_nothing};
    struct ses_fields *fields = calloc(1, sizeof(*fields));
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    int first = 0;

    if (!fields)
        return SES_ENOMEM;
    fields->templates = calloc(count > 0 ? count : 1, sizeof(struct ses_template *));
    if (!fields->templates)
        first = SES_ENOMEM;
    for (size_t i = 0; i < count && first != SES_ENOMEM; i++) {
        struct ses_str name;
        int error = ses_arena_copy(&arena, names[i], &name);

        if (error == 0)
            error =
                ses_template_new(name.ptr, templates[i], &options, &fields->templates[i], findings);
        fields->count++;
        if (error == SES_ENOMEM || first == 0)
            first = error;
    }
    if (first != 0) {
        ses_fields_free(fields);
        return first;
    }
    *ret_fields = fields;
    return 0;
}

void ses_fields_free(struct ses_fields *fields)
{
    if (!fields)
        return;
    for (size_t i = 0; i < fields->count; i++)
        ses_template_free(fields->templates[i]);
    free(fields->templates);
    free(fields);
}

static int expand(const struct ses_fields *fields, const struct ses_view *view,
                  struct ses_arena *arena, struct ses_str *ret_values,
                  struct ses_findings *findings)
{
    struct ses_buf text SES_CLEANUP(ses_buf_done);
    int error = 0;

    ses_buf_init(&text, MAX_FIELD);
    for (size_t i = 0; i < fields->count && error == 0; i++) {
        ses_buf_clear(&text);
        error = ses_view_expand(view, fields->templates[i], &text, findings);
        if (error == 0)
            error = ses_arena_copy(arena, ses_buf_str(&text), &ret_values[i]);
    }
    return error;
}

int ses_fields_expand(const struct ses_fields *fields, const struct ses_documents *documents,
                      const struct ses_request *request, const struct ses_view_ticket *ticket,
                      struct ses_arena *arena, struct ses_str *ret_values,
                      struct ses_findings *findings)
{
    const struct ses_view_options options = {.site = documents->site, .ticket = ticket};
    struct ses_view *view;
    int error = ses_view_new(request, &options, arena, &view);

    return error != 0 ? error : expand(fields, view, arena, ret_values, findings);
}

int ses_fields_expand_group(const struct ses_fields *fields, const struct ses_documents *documents,
                            const struct ses_group *group, const struct ses_view_ticket *ticket,
                            struct ses_arena *arena, struct ses_str *ret_values,
                            struct ses_findings *findings)
{
    struct ses_view *view;
    int error = ses_group_view(documents, group, ticket, arena, &view, findings);

    return error != 0 ? error : expand(fields, view, arena, ret_values, findings);
}
