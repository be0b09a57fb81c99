/* SPDX-License-Identifier: MIT */
/* The parts of a view, one file each. Private to the view files.
 *
 * Every part sets its own members of the root; they know nothing of each other. */
#ifndef SES_RENDER_VIEW_PART_H
#define SES_RENDER_VIEW_PART_H

#include "base/str.h"
#include "model/request.h"
#include "model/site.h"
#include "render/data.h"
#include "render/view.h"

/* What every part looks at. */
struct ses_view_facts {
    const struct ses_request *request;      /* borrowed */
    const struct ses_view_options *options; /* borrowed */
    struct ses_str relative_to;             /* what labels count from */
};

/* records, left_out, and what can be said of all of them together. */
void ses_view_add_records(struct ses_data *data, struct ses_object *root,
                          const struct ses_view_facts *facts);

/* nodes, and the NetDB objects that stand for targets and texts. */
void ses_view_add_nodes(struct ses_data *data, struct ses_object *root,
                        const struct ses_view_facts *facts);

/* One record, its number from 1. */
struct ses_object *ses_view_record(struct ses_data *data, const struct ses_record *record,
                                   size_t number, const struct ses_view_facts *facts);

/* A member with `name` that is `text` and one that is `text` with a final dot. */
void ses_view_set_name(struct ses_data *data, struct ses_object *object, const char *name,
                       const char *absolute_name, struct ses_str text);

/* A member with `name` that is `count` and one that is `count` with its noun. */
void ses_view_set_count(struct ses_data *data, struct ses_object *object, const char *name,
                        const char *words_name, size_t count, const char *noun);

/* `text` where it is letters, digits and hyphens, so that it may stand in a command; else empty. */
void ses_view_set_word(struct ses_data *data, struct ses_object *object, const char *name,
                       struct ses_str text);

#endif
