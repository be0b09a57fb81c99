/* SPDX-License-Identifier: MIT */
/* Objects, lists and texts in the shape in which templates look at data.
 *
 * What an object has is said by its kind: a table of members, each with the function that finds its
 * value. The function is called when a template asks, so that nothing is made which no template
 * looks at; and a template asks by number, because its names are looked up in the tables when it is
 * compiled. Texts that have to be made are made in the arena.
 *
 * Making never reports: after the first failure every value is false, and ses_data_status says what
 * happened, to be looked at when a template has been expanded (as in base/buf.h). So lists that
 * could not be made are NULL, and every function takes NULL for them. */
#ifndef SES_RENDER_DATA_H
#define SES_RENDER_DATA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/str.h"
#include "render/template.h"

struct ses_data {
    struct ses_arena *arena; /* borrowed */
    int status;              /* 0, SES_ENOMEM, or what a member's function put here */
};

/* What objects there are. To add a kind, add it here, its table below and in data.c. */
enum ses_object_kind {
    SES_OBJECT_EMPTY, /* has no members */
    SES_OBJECT_VIEW,
    SES_OBJECT_SECTION,
    SES_OBJECT_RECORD,
    SES_OBJECT_NODE,
    SES_OBJECT_ADDRESS,
    SES_OBJECT_TARGET,
    SES_OBJECT_OWNER,
    SES_OBJECT_ATTACHMENT,
    SES_OBJECT_SPARED,
    SES_OBJECT_INDEX_ROW,
    SES_OBJECT_INDEX_FILE,
    SES_OBJECT_INDEX_FINDING,
    SES_OBJECT_INDEX_FOOT,
    SES_OBJECT_KINDS
};

struct ses_object {
    enum ses_object_kind kind;
    struct ses_data *data; /* borrowed: where values are made */
    const void *node;      /* borrowed: what it is about; every kind has its own type of it */
};

/* What the function of a member is given. */
struct ses_look {
    struct ses_data *data; /* of the object */
    const void *node;      /* of the object */
    size_t which;          /* of the member */
};

struct ses_member {
    const char *name;
    /* Finds the value. One that is not known of this object is SES_VALUE_NONE. */
    struct ses_value (*get)(const struct ses_look *look);
    size_t which; /* tells members apart that share a function */
};

struct ses_members {
    const struct ses_member *rows;
    size_t count;
    const struct ses_members *next; /* more of them; may be NULL */
    /* For names that stand in no table; may be NULL. */
    struct ses_value (*other)(const struct ses_look *look, struct ses_str name);
};

extern const struct ses_members ses_view_members;
extern const struct ses_members ses_section_members;
extern const struct ses_members ses_record_members;
extern const struct ses_members ses_node_members;
extern const struct ses_members ses_address_members;
extern const struct ses_members ses_target_members;
extern const struct ses_members ses_owner_members;
extern const struct ses_members ses_attachment_members;
extern const struct ses_members ses_spared_members;
extern const struct ses_members ses_index_row_members;
extern const struct ses_members ses_index_file_members;
extern const struct ses_members ses_index_finding_members;
extern const struct ses_members ses_index_foot_members;

/* Sees objects and lists, whoever made them. */
extern const struct ses_lookup ses_data_lookup;

/* 0, or the first failure. */
int ses_data_status(const struct ses_data *data) SES_MUSTCHECK;

/* Zeroed memory in the arena; NULL after a failure. */
void *ses_data_alloc(struct ses_data *data, size_t size);

struct ses_list;

struct ses_list *ses_data_list(struct ses_data *data);
void ses_list_add_text(struct ses_data *data, struct ses_list *list, struct ses_str text);
void ses_list_add_object(struct ses_data *data, struct ses_list *list, enum ses_object_kind kind,
                         const void *node);

/* Adds an object that belongs to other data, which is borrowed as long as the list is used. */
void ses_list_add_member(struct ses_data *data, struct ses_list *list,
                         const struct ses_object *object);

size_t ses_list_count(const struct ses_list *list);

/* Values for members. Texts and objects are borrowed. */
struct ses_value ses_value_text(struct ses_str text);
struct ses_value ses_value_flag(bool flag);
struct ses_value ses_value_list(const struct ses_list *list);
struct ses_value ses_value_object(const struct ses_object *object);

/* Values that are made in the arena. */
struct ses_value ses_value_number(struct ses_data *data, size_t number);
struct ses_value ses_value_joined(struct ses_data *data, struct ses_str text,
                                  struct ses_str behind);
struct ses_value ses_value_printf(struct ses_data *data, const char *format, ...) SES_PRINTF(2, 3);
struct ses_value ses_value_new_object(struct ses_data *data, enum ses_object_kind kind,
                                      const void *node);

/* "7 DNS records" */
struct ses_value ses_value_count(struct ses_data *data, size_t count, const char *noun);

#endif
