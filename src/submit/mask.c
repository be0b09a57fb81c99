/* SPDX-License-Identifier: MIT */
#include "submit/mask.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "submit/http.h"

void ses_mask_init(struct ses_mask *mask)
{
    *mask = (struct ses_mask){0};
}

void ses_mask_done(struct ses_mask *mask)
{
    for (size_t i = 0; mask && i < mask->count; i++)
        ses_secret_buf_done(&mask->forms[i]);
    if (mask) {
        free(mask->forms);
        ses_mask_init(mask);
    }
}

/* A new form with room for `room` bytes; NULL after a failure. */
static struct ses_buf *grow(struct ses_mask *mask, size_t room)
{
    size_t capacity = mask->capacity > 0 ? mask->capacity * 2 : 16;
    struct ses_buf *grown;

    if (mask->status != 0)
        return NULL;
    if (mask->count == mask->capacity) {
        grown = realloc(mask->forms, capacity * sizeof(*grown));
        if (!grown) {
            mask->status = SES_ENOMEM;
            return NULL;
        }
        mask->forms = grown;
        mask->capacity = capacity;
    }
    ses_secret_buf_init(&mask->forms[mask->count], room);
    return &mask->forms[mask->count++];
}

static void add_plain(struct ses_buf *form, struct ses_str value)
{
    ses_buf_add(form, value);
}

/* As JSON writes it: RFC 8259 section 7 has these two that must be escaped, beside controls. */
static void add_json(struct ses_buf *form, struct ses_str value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] == '"' || value.ptr[i] == '\\')
            ses_buf_add_byte(form, '\\');
        ses_buf_add_byte(form, value.ptr[i]);
    }
}

/* The three notations: what must be escaped takes at most three bytes. */
static void (*const notations[])(struct ses_buf *form, struct ses_str value) = {add_plain, add_json,
                                                                                ses_http_escape};

void ses_mask_add(struct ses_mask *mask, struct ses_str value)
{
    for (size_t i = 0; value.len > 0 && i < sizeof(notations) / sizeof(notations[0]); i++) {
        struct ses_buf *form = grow(mask, 3 * value.len);

        if (!form)
            return;
        notations[i](form, value);
        if (ses_buf_status(form) != 0)
            mask->status = SES_ENOMEM;
    }
}

void ses_mask_add_secrets(struct ses_mask *mask, const struct ses_secrets *secrets)
{
    if (!secrets)
        return;
    ses_mask_add(mask, ses_str_of(secrets->password));
    ses_mask_add(mask, ses_str_of(secrets->client_secret));
    ses_mask_add(mask, ses_str_of(secrets->refresh_token));
    ses_mask_add(mask, ses_str_of(secrets->api_key));
    ses_mask_add(mask, ses_str_of(secrets->key_password));
}

/* What stands before the "@" of the authority that begins `text` (RFC 3986 section 3.2). */
static struct ses_str userinfo(struct ses_str text)
{
    size_t at = 0;

    for (size_t i = 0; i < text.len && (unsigned char)text.ptr[i] > 0x20; i++) {
        if (strchr("/?#\"'<>\\", text.ptr[i]))
            break;
        if (text.ptr[i] == '@')
            at = i;
    }
    return ses_str_slice(text, 0, at);
}

void ses_mask_add_url(struct ses_mask *mask, struct ses_str url)
{
    const char *colon = url.len > 0 ? memmem(url.ptr, url.len, "://", 3) : NULL;
    struct ses_str user =
        userinfo(ses_str_slice(url, colon ? (size_t)(colon - url.ptr) + 3 : 0, url.len));
    size_t end = ses_str_find(user, ':');

    ses_mask_add(mask, user);
    if (end < user.len)
        ses_mask_add(mask, ses_str_slice(user, end + 1, user.len));
}

static void mark_form(struct ses_str text, struct ses_str form, bool *marks)
{
    const char *at = text.ptr;

    while (form.len > 0 &&
           (at = memmem(at, text.len - (size_t)(at - text.ptr), form.ptr, form.len)) != NULL) {
        memset(marks + (at - text.ptr), true, form.len);
        at++;
    }
}

/* JSON may escape the slashes. */
static void mark_urls(struct ses_str text, bool *marks)
{
    static const struct ses_str openings[] = {{"://", 3}, {":\\/\\/", 5}};

    for (size_t i = 0; i < text.len; i++) {
        struct ses_str rest = ses_str_slice(text, i, text.len);

        for (size_t k = 0; k < sizeof(openings) / sizeof(openings[0]); k++) {
            size_t from = openings[k].len;

            if (ses_str_starts(rest, openings[k]))
                memset(marks + i + from, true, userinfo(ses_str_slice(rest, from, rest.len)).len);
        }
    }
}

/* Marks first, so that a secret inside another or across its end is hidden whole. */
int ses_mask_text(const struct ses_mask *mask, struct ses_buf *out, struct ses_str text)
{
    bool *marks;

    if (mask->status != 0)
        return mask->status;
    if (text.len == 0)
        return ses_buf_status(out);
    marks = calloc(text.len, sizeof(*marks));
    if (!marks)
        return SES_ENOMEM;
    for (size_t i = 0; i < mask->count; i++)
        mark_form(text, ses_buf_str(&mask->forms[i]), marks);
    mark_urls(text, marks);
    for (size_t from = 0, to; from < text.len; from = to) {
        for (to = from + 1; to < text.len && marks[to] == marks[from]; to++)
            ;
        ses_buf_add(out, marks[from] ? SES_STR(SES_MASK) : ses_str_slice(text, from, to));
    }
    free(marks);
    return ses_buf_status(out);
}
