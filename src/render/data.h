/* SPDX-License-Identifier: MIT */
/* Objects, lists and texts in an arena, in the shape in which templates look at data.
 *
 * Adding never reports: after the first failure every later add does nothing, and ses_data_status
 * says what happened (as in base/buf.h). So objects and lists that could not be made are NULL, and
 * every function takes NULL for them. Names are borrowed, and so are texts.
 *
 * Most of what a template could look at is never asked for. So an object may have parts: functions
 * that make members of it once a name is looked up which the object does not have yet. A failure
 * while that is done is in the status, to be looked at when a template has been expanded. */
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
    int status;              /* 0, SES_ENOMEM, or what the maker of a part put here */
};

struct ses_object;
struct ses_list;

/* Sees objects and lists, whoever made them. */
extern const struct ses_lookup ses_data_lookup;

/* 0, or the first failure. */
int ses_data_status(const struct ses_data *data) SES_MUSTCHECK;

/* Sets members of `object`. */
typedef void ses_part_fn(struct ses_data *data, struct ses_object *object, const void *context);

/* Zeroed memory in the arena; NULL after a failure. */
void *ses_data_alloc(struct ses_data *data, size_t size);

struct ses_object *ses_data_object(struct ses_data *data);
struct ses_list *ses_data_list(struct ses_data *data);

/* Has `make` called once, when a name is looked up that neither the object has nor a part that was
 * added before this one. `context` is borrowed until then. */
void ses_object_add_part(struct ses_data *data, struct ses_object *object, ses_part_fn *make,
                         const void *context);

/* Each sets member `name` of `object`, in place of what it was. */
void ses_object_set_text(struct ses_data *data, struct ses_object *object, const char *name,
                         struct ses_str text);
void ses_object_set_joined(struct ses_data *data, struct ses_object *object, const char *name,
                           struct ses_str text, struct ses_str behind);
void ses_object_set_number(struct ses_data *data, struct ses_object *object, const char *name,
                           size_t number);
void ses_object_set_printf(struct ses_data *data, struct ses_object *object, const char *name,
                           const char *format, ...) SES_PRINTF(4, 5);
void ses_object_set_flag(struct ses_data *data, struct ses_object *object, const char *name,
                         bool flag);
void ses_object_set_list(struct ses_data *data, struct ses_object *object, const char *name,
                         struct ses_list *list);
void ses_object_set_object(struct ses_data *data, struct ses_object *object, const char *name,
                           struct ses_object *member);

/* The object that is member `name`, made where there is none. */
struct ses_object *ses_object_open(struct ses_data *data, struct ses_object *object,
                                   const char *name);

void ses_list_add_text(struct ses_data *data, struct ses_list *list, struct ses_str text);
void ses_list_add_object(struct ses_data *data, struct ses_list *list, struct ses_object *object);

size_t ses_list_count(const struct ses_list *list);

/* An object as a value, for the root of an expansion. */
struct ses_value ses_object_value(const struct ses_object *object);

#endif
