/* SPDX-License-Identifier: MIT */
/* What tells one ticket from all others, everywhere and for ever: a correlation_id made of what is
 * asked for, so that whoever asks the same makes the same key. */
#ifndef SES_MODEL_KEY_H
#define SES_MODEL_KEY_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/str.h"

/* "sesdns-remove-", 32 hexadecimal digits, and NUL. ServiceNow's correlation_id holds 100
 * characters (Change Management API); the key has none of "^,=" that its query language reads. */
#define SES_KEY_TEXT 48

/* 32 hexadecimal digits, and NUL: a sys_id. */
#define SES_RECORD_TEXT 33

/* What all keys begin with. */
#define SES_KEY_PREFIX "sesdns-"

enum ses_operation {
    SES_ADD,    /* publish */
    SES_RENEW,  /* keep until another day */
    SES_REMOVE, /* take away */
    SES_OPERATIONS
};

/* "add", "renew" or "remove". */
const char *ses_operation_name(enum ses_operation operation);

/* Reads such a name. False for any other. */
bool ses_operation_parse(struct ses_str text, enum ses_operation *ret_operation);

struct ses_key {
    char text[SES_KEY_TEXT];      /* the correlation_id: "sesdns-add-<hex>" */
    char record[SES_RECORD_TEXT]; /* the sys_id that the ticket may be given: the same digits */
};

/* The key of `operation` on `subject` (a canonical name, or the name of a group) as `digest` (64
 * hexadecimal digits) has it. Returns 0 or SES_ENOMEM. */
int ses_key_make(enum ses_operation operation, struct ses_str subject, struct ses_str digest,
                 struct ses_key *ret_key) SES_MUSTCHECK;

/* Characters of a label: task.correlation_display (Change Management API). */
#define SES_MAX_LABEL_TEXT 100

/* Writes what stands beside the key for people, and finds earlier tickets of a subject: "sesdns add
 * example.edu"; a long subject gives way to its hash. In the arena. Returns 0 or SES_ENOMEM. */
int ses_key_label(enum ses_operation operation, struct ses_str subject, struct ses_arena *arena,
                  struct ses_str *ret_label) SES_MUSTCHECK;

#endif
