/* SPDX-License-Identifier: MIT */
/* What can be wrong with what DNS says. The table stands apart from what asks DNS, so that a
 * program which only explains findings is not linked to a resolver. */
#ifndef SES_VERIFY_CODE_H
#define SES_VERIFY_CODE_H

#include <stddef.h>

#include "base/finding.h"

/* The rows of ses_verify_codes. */
enum ses_verify_code {
    SES_VERIFY_MISSING,
    SES_VERIFY_DOUBLED,
    SES_VERIFY_DIFFERENT,
    SES_VERIFY_TARGET_APPENDED,
    SES_VERIFY_NOT_CNAME,
    SES_VERIFY_VALUE_DAMAGED,
    SES_VERIFY_SEVERAL,
    SES_VERIFY_KEY_MISSING,
    SES_VERIFY_KEY_INVALID,
    SES_VERIFY_KEY_UNSEEN,
    SES_VERIFY_PTR_SEVERAL,
    SES_VERIFY_BOGUS,
    SES_VERIFY_UNKNOWN,
    SES_BEFORE_LIVE,
    SES_BEFORE_UNREGISTERED,
    SES_BEFORE_NOT_PUBLIC,
    SES_BEFORE_ZONE,
    SES_BEFORE_OCCUPIED,
    SES_BEFORE_CNAME,
    SES_BEFORE_KEEP,
    SES_BEFORE_MX,
    SES_BEFORE_NODE,
    SES_BEFORE_OTHER_ZONE,
    SES_BEFORE_WILDCARD,
    SES_BEFORE_BOGUS,
    SES_BEFORE_UNKNOWN,
};

extern const struct ses_code ses_verify_codes[];
extern const size_t ses_verify_code_count;

#endif
