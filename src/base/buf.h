/* SPDX-License-Identifier: MIT */
/* A growable text on the heap with a ceiling and a memory of its first failure.
 *
 * Adding never reports: after the first failure every later add does nothing, and ses_buf_status
 * says what happened. So a writer of many small pieces checks once, at its end. init cannot fail.
 * The text is NUL-terminated whenever it is not empty. */
#ifndef SES_BASE_BUF_H
#define SES_BASE_BUF_H

#include <stddef.h>

#include "base/attribute.h"
#include "base/str.h"

struct ses_buf {
    char *ptr; /* owned */
    size_t len;
    size_t cap;
    size_t max; /* ceiling of len */
    int status; /* 0, SES_ENOMEM or SES_ELIMIT */
};

/* `max` is the most bytes it may hold; reaching past it is SES_ELIMIT. */
void ses_buf_init(struct ses_buf *buf, size_t max);
void ses_buf_done(struct ses_buf *buf);

/* Empties the text and forgets a failure; keeps the memory. */
void ses_buf_clear(struct ses_buf *buf);

void ses_buf_add(struct ses_buf *buf, struct ses_str s);
void ses_buf_add_byte(struct ses_buf *buf, char byte);
void ses_buf_add_number(struct ses_buf *buf, size_t number);
void ses_buf_printf(struct ses_buf *buf, const char *format, ...) SES_PRINTF(2, 3);

/* Takes the first `len` bytes away. */
void ses_buf_drop(struct ses_buf *buf, size_t len);

/* Takes away what stands behind the first `len` bytes, and forgets a failure. */
void ses_buf_cut(struct ses_buf *buf, size_t len);

/* 0, or the first failure since init or clear. */
int ses_buf_status(const struct ses_buf *buf) SES_MUSTCHECK;

/* The text so far, borrowed until the next add. */
struct ses_str ses_buf_str(const struct ses_buf *buf);

#endif
