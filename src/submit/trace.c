/* SPDX-License-Identifier: MIT */
#include "submit/trace.h"

#include <stdbool.h>
#include <string.h>

/* The text of an exchange: a body with every byte escaped, and its headers. */
#define MAX_TEXT ((size_t)2 * 1024 * 1024)

/* Names that are secrets wherever one goes. */
static const char *const secret_names =
    "authorization proxy-authorization cookie set-cookie x-sn-apikey x-usertoken";

static bool is_listed(const char *names, struct ses_str name)
{
    struct ses_str rest = ses_str_of(names);
    struct ses_str part;

    while (ses_str_split(&rest, ' ', &part)) {
        if (part.len > 0 && ses_str_eq_nocase(part, name))
            return true;
    }
    return false;
}

static bool is_secret(const struct ses_http_options *options, struct ses_str name)
{
    return is_listed(secret_names, name) || is_listed(options->secret_headers, name);
}

void ses_trace_add_secrets(struct ses_mask *mask, const struct ses_http_options *options,
                           const struct ses_http_header *headers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct ses_str value = headers[i].value;

        if (!is_secret(options, headers[i].name))
            continue;
        ses_mask_add(mask, value);
        /* Behind the scheme: "Bearer TOKEN". */
        ses_mask_add(mask, ses_str_slice(value, ses_str_find(value, ' ') + 1, value.len));
    }
}

/* How many bytes of `text` are one that must not be seen as it is: controls, those of C1 too, and
 * the characters that turn the direction of writing or that nobody sees (Unicode TR 36, section
 * 2.9). 0: shown as it is. */
static size_t hidden(struct ses_str text)
{
    const unsigned char *byte = (const unsigned char *)text.ptr;
    size_t len = ses_str_utf8(text);

    if (len == 0 || byte[0] < 0x20 || byte[0] == 0x7F)
        return 1;
    if (len == 2 && byte[0] == 0xC2 && byte[1] < 0xA0)
        return 2;
    if (len == 3 && byte[0] == 0xE2 &&
        ((byte[1] == 0x80 && ((byte[2] >= 0x8B && byte[2] <= 0x8F) || byte[2] >= 0xA8) &&
          byte[2] <= 0xAE) ||
         (byte[1] == 0x81 && byte[2] >= 0xA0 && byte[2] <= 0xAF)))
        return 3;
    return 0;
}

static void add_escaped(struct ses_buf *out, struct ses_str line)
{
    while (line.len > 0) {
        size_t bad = line.ptr[0] == '\t' ? 0 : hidden(line);
        size_t len = bad > 0 ? bad : ses_str_utf8(line);

        for (size_t i = 0; i < bad; i++)
            ses_buf_printf(out, "\\x%02x", (unsigned char)line.ptr[i]);
        if (bad == 0)
            ses_buf_add(out, ses_str_slice(line, 0, len));
        line = ses_str_slice(line, len, line.len);
    }
}

static void add_lines(struct ses_buf *out, char mark, struct ses_str text)
{
    struct ses_str line;

    while (ses_str_split(&text, '\n', &line)) {
        ses_buf_printf(out, "%c ", mark);
        add_escaped(out, line);
        ses_buf_add_byte(out, '\n');
    }
}

static void add_header(struct ses_buf *out, char mark, const struct ses_http_options *options,
                       struct ses_str name, struct ses_str value)
{
    ses_buf_printf(out, "%c ", mark);
    add_escaped(out, name);
    ses_buf_add(out, SES_STR(": "));
    add_escaped(out, is_secret(options, name) ? SES_STR(SES_MASK) : value);
    ses_buf_add_byte(out, '\n');
}

static bool is_text(struct ses_str body)
{
    return ses_str_is_utf8(body) && ses_str_find(body, '\0') == body.len;
}

static int add_body(struct ses_buf *out, const struct ses_mask *mask, char mark,
                    struct ses_str body, bool secret)
{
    struct ses_buf masked SES_CLEANUP(ses_buf_done);
    struct ses_str text;
    int error;

    ses_buf_init(&masked, 3 * body.len);
    ses_buf_printf(out, "%c\n", mark);
    if (body.len == 0)
        return ses_buf_status(out);
    if (secret || !is_text(body)) {
        ses_buf_printf(out, "%c (%zu bytes%s)\n", mark, body.len,
                       secret ? " with secrets" : " that are not text");
        return ses_buf_status(out);
    }
    /* Before it is cut: half of a secret would not be found. */
    error = ses_mask_text(mask, &masked, body);
    if (error != 0)
        return error;
    text = ses_buf_str(&masked);
    add_lines(out, mark, ses_str_slice(text, 0, SES_MAX_TRACE_BODY));
    if (text.len > SES_MAX_TRACE_BODY)
        ses_buf_printf(out, "%c (%zu bytes more)\n", mark, text.len - SES_MAX_TRACE_BODY);
    return ses_buf_status(out);
}

/* Headers pass through the mask as well: a secret can be echoed in any of them. */
static int write_out(const struct ses_http_options *options, const struct ses_mask *mask,
                     struct ses_buf *head, struct ses_buf *body)
{
    struct ses_buf text SES_CLEANUP(ses_buf_done);
    int error;

    ses_buf_init(&text, 2 * MAX_TEXT);
    error = ses_mask_text(mask, &text, ses_buf_str(head));
    ses_buf_add(&text, ses_buf_str(body));
    ses_buf_add_byte(&text, '\n');
    if (error == 0)
        error = ses_buf_status(&text);
    if (error == 0)
        options->trace->write(options->trace, ses_buf_str(&text));
    return error;
}

int ses_trace_request(const struct ses_http_options *options, const struct ses_mask *mask,
                      const struct ses_http_request *request, const struct ses_http_header *headers,
                      size_t count)
{
    struct ses_buf head SES_CLEANUP(ses_buf_done);
    struct ses_buf body SES_CLEANUP(ses_buf_done);
    int error;

    ses_buf_init(&head, MAX_TEXT);
    ses_buf_init(&body, MAX_TEXT);
    if (!options->trace)
        return 0;
    ses_buf_printf(&head, "> %s %s", request->method, options->origin);
    add_escaped(&head, request->target);
    ses_buf_add_byte(&head, '\n');
    for (size_t i = 0; i < count; i++)
        add_header(&head, '>', options, headers[i].name, headers[i].value);
    error = add_body(&body, mask, '>', request->body, request->secret);
    if (error == 0)
        error = ses_buf_status(&head);
    return error != 0 ? error : write_out(options, mask, &head, &body);
}

static void add_reply_head(struct ses_buf *out, const struct ses_http_options *options,
                           struct ses_str head)
{
    struct ses_str line;

    while (ses_str_split(&head, '\n', &line)) {
        size_t colon = ses_str_find(line, ':');
        bool is_header = colon < line.len && !ses_str_starts(line, SES_STR("HTTP/"));

        if (ses_str_ends(line, SES_STR("\r")))
            line.len--;
        if (is_header)
            add_header(out, '<', options, ses_str_slice(line, 0, colon),
                       ses_str_trim(ses_str_slice(line, colon + 1, line.len)));
        else if (line.len > 0)
            add_lines(out, '<', line);
    }
}

int ses_trace_reply(const struct ses_http_options *options, const struct ses_mask *mask,
                    const struct ses_http_request *request, struct ses_str head,
                    const struct ses_http_reply *reply, int64_t milliseconds)
{
    static const char *const ends[] = {[SES_HTTP_REPLIED] = "replied",
                                       [SES_HTTP_UNSENT] = "not sent",
                                       [SES_HTTP_LOST] = "no whole reply",
                                       [SES_HTTP_UNUSABLE] = "not executed"};
    struct ses_buf text SES_CLEANUP(ses_buf_done);
    struct ses_buf body SES_CLEANUP(ses_buf_done);
    int error;

    ses_buf_init(&text, MAX_TEXT);
    ses_buf_init(&body, MAX_TEXT);
    if (!options->trace)
        return 0;
    ses_buf_printf(&text, "< %s ", request->method);
    add_escaped(&text, request->target);
    ses_buf_printf(&text, ": %s after %lld ms", ends[reply->end], (long long)milliseconds);
    if (reply->end != SES_HTTP_REPLIED) {
        ses_buf_add(&text, SES_STR(": "));
        add_escaped(&text, ses_str_of(reply->reason));
    }
    ses_buf_add_byte(&text, '\n');
    add_reply_head(&text, options, head);
    error = add_body(&body, mask, '<', ses_buf_str(&reply->body), request->secret);
    if (error == 0)
        error = ses_buf_status(&text);
    return error != 0 ? error : write_out(options, mask, &text, &body);
}
