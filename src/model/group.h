/* SPDX-License-Identifier: MIT */
/* What makes several requests share a ticket: the value that they have in common. */
#ifndef SES_MODEL_GROUP_H
#define SES_MODEL_GROUP_H

#include <stdbool.h>

#include "base/str.h"
#include "model/request.h"

enum ses_group_key {
    SES_GROUP_NONE, /* every request has a ticket of its own */
    SES_GROUP_COLUMN,
    SES_GROUP_CONTACT,
    SES_GROUP_ACCOUNT,
    SES_GROUP_ALL,
    SES_GROUP_KEYS
};

/* "group", "contact", "account" or "all"; NULL for none. Static. */
const char *ses_group_key_name(enum ses_group_key key);

/* Reads such a name. False for any other. */
bool ses_group_key_parse(struct ses_str text, enum ses_group_key *ret_key);

/* The value of `request` that `key` names, borrowed from it. Empty where it has none, and where all
 * requests share one ticket. */
struct ses_str ses_group_value(const struct ses_request *request, enum ses_group_key key);

#endif
