/* SPDX-License-Identifier: MIT */
/* What can go wrong on the way to a ticket. The table stands apart from what uses libcurl, so that
 * a program which only explains findings is not linked to it. */
#ifndef SES_SUBMIT_CODE_H
#define SES_SUBMIT_CODE_H

#include <stddef.h>

#include "base/finding.h"

/* The rows of ses_submit_codes. */
enum ses_submit_code {
    SES_SUBMIT_BAD_SETTING,    /* servicenow-bad-setting */
    SES_SUBMIT_NO_SECRET,      /* servicenow-no-secret */
    SES_SUBMIT_OPEN_SECRET,    /* servicenow-secret-exposed */
    SES_SUBMIT_UNREACHABLE,    /* servicenow-unreachable */
    SES_SUBMIT_REFUSED,        /* servicenow-refused */
    SES_SUBMIT_FAILED,         /* servicenow-failed */
    SES_SUBMIT_NOT_SERVICENOW, /* servicenow-foreign-reply */
    SES_SUBMIT_KEY_DROPPED,    /* servicenow-key-ignored */
    SES_SUBMIT_KEY_LOST,       /* servicenow-key-lost */
    SES_SUBMIT_OTHER_ID,       /* servicenow-sys-id-ignored */
    SES_SUBMIT_TWICE,          /* servicenow-ticket-twice */
    SES_SUBMIT_FIELD_DROPPED,  /* servicenow-field-dropped */
    SES_SUBMIT_FIELD_CUT,      /* servicenow-field-cut */
    SES_SUBMIT_FIELD_CHANGED,  /* servicenow-field-changed */
    SES_SUBMIT_CHANGED_SINCE,  /* ticket-changed-since */
    SES_SUBMIT_NOT_REVIEWED,   /* ticket-not-reviewed */
    SES_SUBMIT_ATTACHMENT,     /* servicenow-file-refused */
    SES_SUBMIT_UNSETTLED,      /* servicenow-unsettled */
};

extern const struct ses_code ses_submit_codes[];
extern const size_t ses_submit_code_count;

#endif
