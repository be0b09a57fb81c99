/* SPDX-License-Identifier: MIT */
#include "base/str.h"

#include <string.h>
#include <strings.h>

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool ses_str_eq_nocase(struct ses_str a, struct ses_str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        if (fold(a.ptr[i]) != fold(b.ptr[i]))
            return false;
    }
    return true;
}

bool ses_str_starts_nocase(struct ses_str s, struct ses_str prefix)
{
    return s.len >= prefix.len && ses_str_eq_nocase(ses_str_slice(s, 0, prefix.len), prefix);
}

bool ses_str_ends_nocase(struct ses_str s, struct ses_str suffix)
{
    return s.len >= suffix.len &&
           ses_str_eq_nocase(ses_str_slice(s, s.len - suffix.len, s.len), suffix);
}

bool ses_str_contains(struct ses_str s, struct ses_str part)
{
    if (part.len == 1)
        return ses_str_find(s, part.ptr[0]) < s.len;
    return part.len == 0 || (s.len > 0 && memmem(s.ptr, s.len, part.ptr, part.len) != NULL);
}

bool ses_str_contains_nocase(struct ses_str s, struct ses_str part)
{
    if (part.len == 0)
        return true;
    for (size_t i = 0; i + part.len <= s.len; i++) {
        if (fold(s.ptr[i]) == fold(part.ptr[0]) &&
            ses_str_eq_nocase(ses_str_slice(s, i, i + part.len), part))
            return true;
    }
    return false;
}

int ses_str_compare(struct ses_str a, struct ses_str b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter > 0 ? memcmp(a.ptr, b.ptr, shorter) : 0;

    if (order != 0 || a.len == b.len)
        return order;
    return a.len < b.len ? -1 : 1;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

struct ses_str ses_str_trim(struct ses_str s)
{
    while (s.len > 0 && is_blank(s.ptr[0]))
        s = ses_str_slice(s, 1, s.len);
    while (s.len > 0 && is_blank(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

bool ses_str_split(struct ses_str *rest, char separator, struct ses_str *ret_part)
{
    size_t at;

    if (rest->len == 0)
        return false;
    at = ses_str_find(*rest, separator);
    *ret_part = ses_str_slice(*rest, 0, at);
    *rest = ses_str_slice(*rest, at + 1, rest->len);
    return true;
}

bool ses_str_to_number(struct ses_str s, uint32_t max, uint32_t *ret_number)
{
    uint64_t number = 0;

    if (s.len == 0 || s.len > 10)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        number = number * 10 + (uint64_t)(s.ptr[i] - '0');
    }
    if (number > max)
        return false;
    *ret_number = (uint32_t)number;
    return true;
}

/* The well-formed sequences of RFC 3629 section 4: the first byte decides the length and the range
 * of the second byte; that range is what keeps out over-long forms, surrogates and all above
 * U+10FFFF. */
static const struct {
    unsigned char first_low, first_high, second_low, second_high;
    size_t length;
} sequences[] = {
    {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xE1, 0xEC, 0x80, 0xBF, 3},
    {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4},
    {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};

size_t ses_str_utf8(struct ses_str s)
{
    const unsigned char *byte = (const unsigned char *)s.ptr;

    if (s.len == 0)
        return 0;
    if (byte[0] < 0x80)
        return 1;
    for (size_t i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++) {
        if (byte[0] < sequences[i].first_low || byte[0] > sequences[i].first_high)
            continue;
        if (s.len < sequences[i].length || byte[1] < sequences[i].second_low ||
            byte[1] > sequences[i].second_high)
            return 0;
        for (size_t k = 2; k < sequences[i].length; k++) {
            if ((byte[k] & 0xC0) != 0x80)
                return 0;
        }
        return sequences[i].length;
    }
    return 0;
}

bool ses_str_is_utf8(struct ses_str s)
{
    while (s.len > 0) {
        size_t length = ses_str_utf8(s);

        if (length == 0)
            return false;
        s = ses_str_slice(s, length, s.len);
    }
    return true;
}
