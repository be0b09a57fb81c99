/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

/* Enough for most texts: a document of a request, its canonical form, a line of the index. */
#define FIRST_ROOM 1024

void ses_buf_init(struct ses_buf *buf, size_t max)
{
    *buf = (struct ses_buf){.max = max};
}

void ses_buf_done(struct ses_buf *buf)
{
    if (!buf)
        return;
    free(buf->ptr);
    *buf = (struct ses_buf){.max = buf->max};
}

void ses_buf_clear(struct ses_buf *buf)
{
    ses_buf_cut(buf, 0);
}

void ses_buf_cut(struct ses_buf *buf, size_t len)
{
    if (len < buf->len)
        buf->len = len;
    buf->status = 0;
    if (buf->ptr)
        buf->ptr[buf->len] = '\0';
}

/* Room for `more` bytes and the final NUL. */
static int reserve(struct ses_buf *buf, size_t more)
{
    size_t cap = buf->cap > 0 ? buf->cap : FIRST_ROOM;
    char *grown;

    if (buf->status != 0)
        return buf->status;
    if (more > buf->max - buf->len)
        return buf->status = SES_ELIMIT;
    if (buf->len + more < buf->cap)
        return 0;
    while (cap <= buf->len + more)
        cap *= 2;
    grown = realloc(buf->ptr, cap);
    if (!grown)
        return buf->status = SES_ENOMEM;
    buf->ptr = grown;
    buf->cap = cap;
    return 0;
}

void ses_buf_add(struct ses_buf *buf, struct ses_str s)
{
    if (s.len == 0 || reserve(buf, s.len) != 0)
        return;
    memcpy(buf->ptr + buf->len, s.ptr, s.len);
    buf->len += s.len;
    buf->ptr[buf->len] = '\0';
}

void ses_buf_add_byte(struct ses_buf *buf, char byte)
{
    ses_buf_add(buf, (struct ses_str){&byte, 1});
}

void ses_buf_add_number(struct ses_buf *buf, size_t number)
{
    char digits[24];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    ses_buf_add(buf, (struct ses_str){digits + at, sizeof(digits) - at});
}

void ses_buf_printf(struct ses_buf *buf, const char *format, ...)
{
    size_t room = buf->cap - buf->len;
    va_list values;
    int len;

    va_start(values, format);
    len = vsnprintf(buf->cap > 0 ? buf->ptr + buf->len : NULL, room, format, values);
    va_end(values);
    if (len < 0 || reserve(buf, (size_t)len) != 0) {
        /* What was printed for trial is none of the text. */
        if (buf->cap > 0)
            buf->ptr[buf->len] = '\0';
        return;
    }
    if ((size_t)len >= room) {
        va_start(values, format);
        vsnprintf(buf->ptr + buf->len, (size_t)len + 1, format, values);
        va_end(values);
    }
    buf->len += (size_t)len;
}

void ses_buf_drop(struct ses_buf *buf, size_t len)
{
    if (len > buf->len)
        len = buf->len;
    if (len == 0)
        return;
    buf->len -= len;
    memmove(buf->ptr, buf->ptr + len, buf->len + 1);
}

int ses_buf_status(const struct ses_buf *buf)
{
    return buf->status;
}

struct ses_str ses_buf_str(const struct ses_buf *buf)
{
    return (struct ses_str){buf->ptr, buf->len};
}
