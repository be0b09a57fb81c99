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

/* Characters of a free text where there is least room. */
#define SES_MAX_TIGHT_TEXT 300

/* What every part looks at: it is the context that each gets. */
struct ses_view_facts {
    const struct ses_request *request;      /* borrowed */
    const struct ses_view_options *options; /* borrowed */
    struct ses_str relative_to;             /* what labels count from */
    struct ses_view *view;                  /* that they belong to */
};

struct ses_view {
    struct ses_data data;
    struct ses_object *root;
    struct ses_value value;
    struct ses_view_options options;
    struct ses_view_facts facts;
    bool has_wordings;
};

/* records, left_out, and how many there are. */
ses_part_fn ses_view_make_list;

/* What can be said of all records together: has_dkim, has_txt, ... */
ses_part_fn ses_view_make_traits;

/* nodes. */
ses_part_fn ses_view_make_nodes;

/* The NetDB objects that stand for targets and texts. */
ses_part_fn ses_view_make_netdb;

/* What is said of a group only; nothing where there is none. */
ses_part_fn ses_view_make_group;

/* One record, its number from 1. */
struct ses_object *ses_view_record(struct ses_data *data, const struct ses_record *record,
                                   size_t number, const struct ses_view_facts *facts);

/* A member with `name` that is `text` and one that is `text` with a final dot. */
void ses_view_set_name(struct ses_data *data, struct ses_object *object, const char *name,
                       const char *absolute_name, struct ses_str text);

/* A member with `name` that is `count` and one that is `count` with its noun. */
void ses_view_set_count(struct ses_data *data, struct ses_object *object, const char *name,
                        const char *words_name, size_t count, const char *noun);

/* `text`, cut where there is little room; to `max_tight` characters where there is least. */
void ses_view_set_free_text(struct ses_data *data, struct ses_object *object, const char *name,
                            struct ses_str text, size_t max_tight, enum ses_view_size size);

/* `text` where it is letters, digits and hyphens, so that it may stand in a command; else empty. */
void ses_view_set_word(struct ses_data *data, struct ses_object *object, const char *name,
                       struct ses_str text);

#endif
