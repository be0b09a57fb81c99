/* SPDX-License-Identifier: MIT */
/* What a call that failed returns.
 *
 * Functions return 0 or one of these. They say what a caller may do next; what went wrong with
 * which byte of whose file is a finding (finding.h), reported by the function that noticed it,
 * once. */
#ifndef SES_BASE_ERROR_H
#define SES_BASE_ERROR_H

enum ses_error {
    SES_OK = 0,
    SES_ENOMEM = -1,    /* out of memory; everything still allocated can be released */
    SES_EIO = -2,       /* the system refused to read or write; errno says why */
    SES_ESYNTAX = -3,   /* the bytes are not in the language they should be in */
    SES_EINVALID = -4,  /* readable, but not a value that is allowed here */
    SES_ELIMIT = -5,    /* a named ceiling (SES_MAX_...) was reached */
    SES_EREMOTE = -6,   /* the other side failed or refused */
    SES_ECONFLICT = -7, /* something else is already there */
};

/* A lower-case phrase for `error`, static. Unknown numbers give "unknown error". */
const char *ses_strerror(int error);

#endif
