/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <stddef.h>

static const char *const phrases[] = {
    [-SES_OK] = "no error",
    [-SES_ENOMEM] = "out of memory",
    [-SES_EIO] = "input or output failed",
    [-SES_ESYNTAX] = "syntax error",
    [-SES_EINVALID] = "invalid value",
    [-SES_ELIMIT] = "limit reached",
    [-SES_EREMOTE] = "remote side failed",
    [-SES_ECONFLICT] = "conflict",
};

const char *ses_strerror(int error)
{
    size_t index = (size_t)-error;

    if (error > 0 || index >= sizeof(phrases) / sizeof(phrases[0]))
        return "unknown error";
    return phrases[index];
}
