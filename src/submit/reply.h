/* SPDX-License-Identifier: MIT */
/* What a ServiceNow instance said, as rows of names and texts.
 *
 * The APIs answer in several shapes: a value is a string, or a reference with a link, or a pair of
 * value and display value, or (Change Management API) a number; `result` is an object or a list.
 * All become rows of text here. Unknown members are passed over, as the documentation asks for. A
 * reply that was cut, or that has an `error` beside its `result`, is no reply, whatever its status
 * was (reference: 1.4, 1.6). */
#ifndef SES_SUBMIT_REPLY_H
#define SES_SUBMIT_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/str.h"

/* Rows of one reply: a page of look-ups asks for a few hundred. */
#define SES_MAX_REPLY_ROWS 10000

struct ses_reply_cell {
    struct ses_str name, value; /* arena */
    struct ses_str display;     /* arena: what people are shown, where the answer has both */
};

struct ses_reply_row {
    struct ses_reply_cell *cells; /* arena */
    size_t count;
};

struct ses_reply {
    struct ses_reply_row *rows; /* arena */
    size_t count;
    bool is_list;           /* `result` was a list */
    struct ses_str ignored; /* arena: __meta.ignoredFields of the Change Management API, joined by
                               ", "; empty where there are none */
};

/* Reads a body. Returns 0, SES_ENOMEM, SES_ESYNTAX where it is not JSON or cut, SES_EINVALID where
 * it has no `result` or has an `error`, or SES_ELIMIT. */
int ses_reply_parse(struct ses_str body, struct ses_arena *arena,
                    struct ses_reply *ret_reply) SES_MUSTCHECK;

/* The value of `name` in the row. False where it has no such member: there is no such field, or no
 * right to read it. */
bool ses_reply_get(const struct ses_reply_row *row, const char *name, struct ses_str *ret_value);

/* The same, empty where there is none. */
struct ses_str ses_reply_text(const struct ses_reply_row *row, const char *name);

/* What people are shown, or the value itself where that is all there is. */
struct ses_str ses_reply_display(const struct ses_reply_row *row, const char *name);

/* The message and detail of an error, as one text in the arena; empty where the body has none.
 * Returns 0 or SES_ENOMEM. */
int ses_reply_error(struct ses_str body, struct ses_arena *arena,
                    struct ses_str *ret_text) SES_MUSTCHECK;

/* True where `text` can be a sys_id: 32 hexadecimal digits. */
bool ses_reply_is_id(struct ses_str text);

#endif
