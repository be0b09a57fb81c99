/* SPDX-License-Identifier: MIT */
/* Objects, lists and texts in an arena, in the shape in which templates look at data.
 *
 * Adding never reports: after the first failure every later add does nothing, and ses_data_status
 * says what happened (as in base/buf.h). So objects and lists that could not be made are NULL, and
 * every function takes NULL for them. Names are borrowed, and so are texts. */
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
    int status;              /* 0 or SES_ENOMEM */
};

struct ses_object;
struct ses_list;

/* Sees objects and lists, whoever made them. */
extern const struct ses_lookup ses_data_lookup;

/* 0, or the first failure. */
int ses_data_status(const struct ses_data *data) SES_MUSTCHECK;

struct ses_object *ses_data_object(struct ses_data *data);
struct ses_list *ses_data_list(struct ses_data *data);

/* Each sets member `name` of `object`, in place of what it was. */
void ses_object_set_text(struct ses_data *data, struct ses_object *object, const char *name,
                         struct ses_str text);
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
