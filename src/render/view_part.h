/* SPDX-License-Identifier: MIT */
/* The parts of a view, one file each. Private to the view files.
 *
 * Every part has its own table of members of the root; they know nothing of each other. */
#ifndef SES_RENDER_VIEW_PART_H
#define SES_RENDER_VIEW_PART_H

#include "base/str.h"
#include "model/request.h"
#include "model/site.h"
#include "render/data.h"
#include "render/view.h"

/* Characters of a free text where there is least room. */
#define SES_MAX_TIGHT_TEXT 300

/* The lists of the root. They are made once, when a template first asks for one. */
enum ses_view_list {
    SES_VIEW_RECORDS,
    SES_VIEW_LEFT_OUT,
    SES_VIEW_NODES,
    SES_VIEW_CNAME_TARGETS,
    SES_VIEW_MX_TARGETS,
    SES_VIEW_TXT_OWNERS,
    SES_VIEW_ATTACHMENTS,
    SES_VIEW_MEMBERS,
    SES_VIEW_SPARED,
    SES_VIEW_OPENING_LINES,
    SES_VIEW_CLOSING_LINES,
    SES_VIEW_LISTS
};

struct ses_view {
    struct ses_data data;
    struct ses_object root;
    struct ses_value value;            /* the root */
    const struct ses_request *request; /* borrowed */
    struct ses_view_options options;
    struct ses_str relative_to;             /* what labels count from */
    struct ses_list *lists[SES_VIEW_LISTS]; /* arena: NULL until one is asked for */
    struct ses_str opening, closing;        /* borrowed */
    bool has_wordings;
    int wording_error; /* what set_wordings returned */
};

/* Members of the root: lists of records and what can be said of all records together; nodes and the
 * NetDB objects that stand for targets and texts; what is said of a group only; what a renewal or
 * removal says of what was before. */
extern const struct ses_members ses_view_record_members;
extern const struct ses_members ses_view_node_members;
extern const struct ses_members ses_view_group_members;
extern const struct ses_members ses_view_operation_members;

/* The view whose root is looked at. */
struct ses_view *ses_view_of(const struct ses_look *look);

/* The list, made if this is the first look at it; NULL where it could not be. */
const struct ses_list *ses_view_list(struct ses_view *view, enum ses_view_list which);

/* For tables of members: the list that `which` says. */
struct ses_value ses_view_get_list(const struct ses_look *look);

/* Each adds the items of one list. */
void ses_view_add_records(struct ses_view *view, struct ses_list *list);
void ses_view_add_left_out(struct ses_view *view, struct ses_list *list);
void ses_view_add_nodes(struct ses_view *view, struct ses_list *list);
void ses_view_add_cname_targets(struct ses_view *view, struct ses_list *list);
void ses_view_add_mx_targets(struct ses_view *view, struct ses_list *list);
void ses_view_add_txt_owners(struct ses_view *view, struct ses_list *list);
void ses_view_add_members(struct ses_view *view, struct ses_list *list);
void ses_view_add_spared(struct ses_view *view, struct ses_list *list);

/* Adds one record, its number from 1. */
void ses_view_add_record(struct ses_view *view, struct ses_list *list,
                         const struct ses_record *record, size_t number);

/* `text` with a final dot, where there is one. */
struct ses_value ses_view_absolute(struct ses_data *data, struct ses_str text);

/* `text`, cut where there is little room; to `max_tight` characters where there is least. */
struct ses_value ses_view_free_text(struct ses_data *data, struct ses_str text, size_t max_tight,
                                    enum ses_view_size size);

/* `text` where it is letters, digits and hyphens, so that it may stand in a command; else empty. */
struct ses_value ses_view_word(struct ses_str text);

#endif
