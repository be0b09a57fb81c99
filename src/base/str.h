/* SPDX-License-Identifier: MIT */
/* A slice of bytes: a pointer and a length, passed by value, owning nothing.
 *
 * A slice lives as long as what it points into (an arena, a literal, a file's bytes). It need not
 * end in NUL; slices made by arena.h do. Bytes are compared as bytes; "nocase" folds ASCII letters
 * only, as DNS does (RFC 4343). */
#ifndef SES_BASE_STR_H
#define SES_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/attribute.h"

struct ses_str {
    const char *ptr; /* borrowed; may be NULL only when len is 0 */
    size_t len;
};

/* A slice of a string literal. */
#define SES_STR(literal) ((struct ses_str){"" literal, sizeof(literal) - 1})

/* For printf: printf("%.*s", SES_STR_ARG(s)). */
#define SES_STR_ARG(s) (int)(s).len, (s).ptr ? (s).ptr : ""

/* The slice of a NUL-terminated string; NULL gives the empty slice. */
static inline struct ses_str ses_str_of(const char *text)
{
    return (struct ses_str){text, text ? strlen(text) : 0};
}

/* The bytes from `from` up to but not including `to`; both are cut to the length of `s`. */
static inline struct ses_str ses_str_slice(struct ses_str s, size_t from, size_t to)
{
    if (to > s.len)
        to = s.len;
    if (from > to)
        from = to;
    /* NULL plus zero is undefined in C; an empty slice of nothing stays what it was. */
    return (struct ses_str){s.ptr ? s.ptr + from : s.ptr, to - from};
}

static inline bool ses_str_eq(struct ses_str a, struct ses_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool ses_str_starts(struct ses_str s, struct ses_str prefix)
{
    return s.len >= prefix.len && ses_str_eq(ses_str_slice(s, 0, prefix.len), prefix);
}

static inline bool ses_str_ends(struct ses_str s, struct ses_str suffix)
{
    return s.len >= suffix.len && ses_str_eq(ses_str_slice(s, s.len - suffix.len, s.len), suffix);
}

/* The index of the first `byte`, or s.len where there is none. */
static inline size_t ses_str_find(struct ses_str s, char byte)
{
    const char *at = s.len > 0 ? (const char *)memchr(s.ptr, byte, s.len) : NULL;

    return at ? (size_t)(at - s.ptr) : s.len;
}

bool ses_str_eq_nocase(struct ses_str a, struct ses_str b);
bool ses_str_starts_nocase(struct ses_str s, struct ses_str prefix);
bool ses_str_ends_nocase(struct ses_str s, struct ses_str suffix);
bool ses_str_contains(struct ses_str s, struct ses_str part);
bool ses_str_contains_nocase(struct ses_str s, struct ses_str part);

/* Orders by bytes, a shorter slice before a longer one that it begins: <0, 0 or >0. */
int ses_str_compare(struct ses_str a, struct ses_str b);

/* `s` without blanks and tabs at both ends. */
struct ses_str ses_str_trim(struct ses_str s);

/* Takes the part of `*rest` before the next `separator` into `*ret_part` and moves `*rest` behind
 * it. The last part ends with the text. False when there is nothing left: a text that ends in a
 * separator has no empty part behind it. */
bool ses_str_split(struct ses_str *rest, char separator, struct ses_str *ret_part);

/* Reads `s`, which must be decimal digits only, as a number of at most `max`. False otherwise. */
bool ses_str_to_number(struct ses_str s, uint32_t max, uint32_t *ret_number);

/* The length of the well-formed UTF-8 sequence (RFC 3629) at the start of `s`: 1 to 4, or 0. */
size_t ses_str_utf8(struct ses_str s);

/* True where all of `s` is well-formed UTF-8. */
bool ses_str_is_utf8(struct ses_str s);

#endif
