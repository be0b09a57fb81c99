/* SPDX-License-Identifier: MIT */
#include "model/group.h"

static const char *const names[SES_GROUP_KEYS] = {
    [SES_GROUP_COLUMN] = "group",
    [SES_GROUP_CONTACT] = "contact",
    [SES_GROUP_ACCOUNT] = "account",
    [SES_GROUP_ALL] = "all",
};

const char *ses_group_key_name(enum ses_group_key key)
{
    return names[key];
}

bool ses_group_key_parse(struct ses_str text, enum ses_group_key *ret_key)
{
    for (int key = 0; key < SES_GROUP_KEYS; key++) {
        if (names[key] && ses_str_eq(text, ses_str_of(names[key]))) {
            *ret_key = (enum ses_group_key)key;
            return true;
        }
    }
    return false;
}

struct ses_str ses_group_value(const struct ses_request *request, enum ses_group_key key)
{
    switch (key) {
    case SES_GROUP_COLUMN:
        return request->group;
    case SES_GROUP_CONTACT:
        return request->contact;
    case SES_GROUP_ACCOUNT:
        return request->account;
    default:
        return (struct ses_str){0};
    }
}
