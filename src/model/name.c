/* SPDX-License-Identifier: MIT */
#include "model/name.h"

#include <idn2.h>
#include <string.h>

#include "base/error.h"

static int flaw(struct ses_name_flaw *ret_flaw, enum ses_name_flaw_kind kind, size_t offset,
                size_t length)
{
    *ret_flaw = (struct ses_name_flaw){kind, offset, length};
    return SES_EINVALID;
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_label_byte(char c)
{
    return (c >= 'a' && c <= 'z') || is_upper(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* Goes through the label that begins at `from`; `*ret_to` is the index of the dot behind it. */
static int check_label(struct ses_str text, size_t from, size_t *ret_to,
                       struct ses_name_flaw *ret_flaw)
{
    size_t to = from;

    while (to < text.len && is_label_byte(text.ptr[to]))
        to++;
    *ret_to = to;
    if (to < text.len && text.ptr[to] != '.')
        return flaw(ret_flaw, SES_NAME_BAD_BYTE, to, 1);
    if (from == to)
        return flaw(ret_flaw, SES_NAME_EMPTY_LABEL, from, 0);
    if (to - from > SES_MAX_LABEL)
        return flaw(ret_flaw, SES_NAME_LONG_LABEL, from, to - from);
    if (text.ptr[from] == '-' || text.ptr[to - 1] == '-')
        return flaw(ret_flaw, SES_NAME_BAD_HYPHEN, text.ptr[from] == '-' ? from : to - 1,
                    to - from);
    return 0;
}

static int check_labels(struct ses_str text, struct ses_name_flaw *ret_flaw)
{
    size_t from = 0;

    while (from <= text.len) {
        size_t to;
        int error = check_label(text, from, &to, ret_flaw);

        if (error != 0)
            return error;
        from = to + 1;
    }
    if (text.len > SES_MAX_NAME)
        return flaw(ret_flaw, SES_NAME_TOO_LONG, SES_MAX_NAME, text.len);
    return 0;
}

/* RFC 5891 through UTS 46, non-transitional: what browsers and SES do. Underscores pass. */
static int to_ascii(struct ses_str text, struct ses_arena *arena, struct ses_str *ret_ascii,
                    struct ses_name_flaw *ret_flaw)
{
    struct ses_str terminated;
    char *ascii = NULL;
    int error = ses_arena_copy(arena, text, &terminated);
    int idn;

    if (error != 0)
        return error;
    if (!ses_str_is_utf8(text) || memchr(text.ptr, '\0', text.len))
        return flaw(ret_flaw, SES_NAME_BAD_IDN, 0, text.len);
    idn = idn2_to_ascii_8z(terminated.ptr, &ascii, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
    if (idn == IDN2_MALLOC)
        return SES_ENOMEM;
    if (idn != IDN2_OK)
        return flaw(ret_flaw, SES_NAME_BAD_IDN, 0, text.len);
    error = ses_arena_copy(arena, ses_str_of(ascii), ret_ascii);
    idn2_free(ascii);
    return error;
}

/* To the end in any case: a loop without a way out is one that compilers do many bytes at a time.
 */
static bool is_ascii(struct ses_str s)
{
    unsigned char all = 0;

    for (size_t i = 0; i < s.len; i++)
        all |= (unsigned char)s.ptr[i];
    return all < 0x80;
}

/* Copies `text`, which check_labels accepted, in lower case. */
static int copy_lower(struct ses_str text, struct ses_arena *arena, struct ses_name *name)
{
    char *copy = ses_arena_alloc(arena, text.len + 1);
    char all = 0;

    if (!copy)
        return SES_ENOMEM;
    /* In ASCII a small letter is the capital and one bit: so there is no branch, and compilers do
     * many bytes at a time. */
    for (size_t i = 0; i < text.len; i++) {
        char bit = is_upper(text.ptr[i]) ? 'a' - 'A' : 0;

        all |= bit;
        copy[i] = (char)(text.ptr[i] | bit);
    }
    name->upper = all != 0;
    name->text = (struct ses_str){copy, text.len};
    return 0;
}

int ses_name_parse(struct ses_str text, struct ses_arena *arena, struct ses_name *ret_name,
                   struct ses_name_flaw *ret_flaw)
{
    struct ses_name name = {0};
    int error;

    if (text.len == 0)
        return flaw(ret_flaw, SES_NAME_EMPTY, 0, 0);
    if (text.ptr[text.len - 1] == '.') {
        name.final_dot = true;
        text.len--;
    }
    if (!is_ascii(text)) {
        name.idn = true;
        error = to_ascii(text, arena, &text, ret_flaw);
        if (error != 0)
            return error;
    }
    error = check_labels(text, ret_flaw);
    /* An offset into the A-labels is no place in the text that was given. */
    if (error != 0 && name.idn)
        ret_flaw->offset = 0;
    if (error != 0)
        return error;
    error = copy_lower(text, arena, &name);
    if (error == 0)
        *ret_name = name;
    return error;
}

int ses_name_to_unicode(struct ses_str name, struct ses_arena *arena, struct ses_str *ret_unicode)
{
    struct ses_str terminated;
    struct ses_str decoded;
    struct ses_name_flaw flaw;
    struct ses_name again;
    char *unicode = NULL;
    int error;

    *ret_unicode = name;
    if (!ses_str_contains(name, SES_STR("xn--")))
        return 0;
    error = ses_arena_copy(arena, name, &terminated);
    if (error != 0)
        return error;
    if (idn2_to_unicode_8z8z(terminated.ptr, &unicode, 0) != IDN2_OK)
        return 0;
    error = ses_arena_copy(arena, ses_str_of(unicode), &decoded);
    idn2_free(unicode);
    /* Punycode can say anything, also control bytes: RFC 5891 section 5.4 wants the way back. */
    if (error == 0)
        error = ses_name_parse(decoded, arena, &again, &flaw);
    if (error == 0 && ses_str_eq(again.text, name))
        *ret_unicode = decoded;
    return error == SES_EINVALID ? 0 : error;
}

bool ses_name_is_in(struct ses_str name, struct ses_str zone)
{
    if (zone.len == 0 || ses_str_eq(name, zone))
        return true;
    return name.len > zone.len && ses_str_ends(name, zone) &&
           name.ptr[name.len - zone.len - 1] == '.';
}

struct ses_str ses_name_first(struct ses_str name)
{
    return ses_str_slice(name, 0, ses_str_find(name, '.'));
}

struct ses_str ses_name_parent(struct ses_str name)
{
    return ses_str_slice(name, ses_str_find(name, '.') + 1, name.len);
}

size_t ses_name_label_count(struct ses_str name)
{
    size_t count = 0;

    for (; name.len > 0; name = ses_name_parent(name))
        count++;
    return count;
}

struct ses_str ses_name_relative(struct ses_str name, struct ses_str zone)
{
    if (ses_str_eq(name, zone))
        return SES_STR("@");
    if (zone.len == 0 || !ses_name_is_in(name, zone))
        return name;
    return ses_str_slice(name, 0, name.len - zone.len - 1);
}

bool ses_name_is_host(struct ses_str name)
{
    return name.len > 0 && !ses_str_contains(name, SES_STR("_"));
}

/* True where the last label of `name` stands in it once more, as it does where a zone was appended
 * to a name in it. */
static bool repeats_last(struct ses_str name)
{
    const char *dot = name.len > 0 ? memrchr(name.ptr, '.', name.len) : NULL;
    size_t before = dot ? (size_t)(dot - name.ptr) : 0;
    struct ses_str last = ses_str_slice(name, before + 1, name.len);

    for (struct ses_str rest = ses_str_slice(name, 0, before); rest.len > 0;
         rest = ses_name_parent(rest)) {
        if (ses_str_eq(ses_name_first(rest), last))
            return true;
    }
    return false;
}

struct ses_str ses_name_undoubled(struct ses_str name)
{
    if (!repeats_last(name))
        return (struct ses_str){0};
    for (struct ses_str zone = name; zone.len > 0; zone = ses_name_parent(zone)) {
        struct ses_str before = ses_name_relative(name, zone);

        if (ses_name_label_count(zone) >= 2 && ses_name_is_in(name, zone) &&
            !ses_str_eq(name, zone) && ses_name_is_in(before, zone))
            return before;
    }
    return (struct ses_str){0};
}
