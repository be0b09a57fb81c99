/* SPDX-License-Identifier: MIT */
/* What a request and its reply are, whichever client sends it; the client with libcurl is
 * http_client.c. */
#include "submit/http.h"

#include <string.h>

void ses_http_reply_init(struct ses_http_reply *reply)
{
    *reply = (struct ses_http_reply){.end = SES_HTTP_UNSENT};
    ses_buf_init(&reply->body, SES_MAX_HTTP_BODY);
}

void ses_http_reply_clear(struct ses_http_reply *reply)
{
    struct ses_buf body = reply->body;

    ses_buf_clear(&body);
    *reply = (struct ses_http_reply){.end = SES_HTTP_UNSENT, .body = body};
}

void ses_http_reply_done(struct ses_http_reply *reply)
{
    if (!reply)
        return;
    ses_buf_done(&reply->body);
    ses_http_reply_init(reply);
}

void ses_http_free(struct ses_http *http)
{
    if (http)
        http->free(http);
}

void ses_http_freep(struct ses_http **http)
{
    ses_http_free(*http);
    *http = NULL;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alphanumeric(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void ses_http_escape(struct ses_buf *buf, struct ses_str text)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];

        if (is_alphanumeric(text.ptr[i]) || (byte != 0 && strchr("-_.~", byte))) {
            ses_buf_add_byte(buf, text.ptr[i]);
            continue;
        }
        ses_buf_add_byte(buf, '%');
        ses_buf_add_byte(buf, digits[byte >> 4]);
        ses_buf_add_byte(buf, digits[byte & 0xF]);
    }
}

/* Takes the port behind the last colon off `*authority`. */
static bool take_port(struct ses_str *authority)
{
    size_t colon = authority->len;
    uint32_t port;

    while (colon > 0 && is_digit(authority->ptr[colon - 1]))
        colon--;
    if (colon == 0 || authority->ptr[colon - 1] != ':')
        return true;
    if (!ses_str_to_number(ses_str_slice(*authority, colon, authority->len), 65535, &port) ||
        port == 0)
        return false;
    authority->len = colon - 1;
    return true;
}

/* A name or IPv4 address; or an IPv6 address in brackets (RFC 3986 section 3.2.2). */
static bool is_host(struct ses_str host)
{
    bool bracketed = host.len > 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']';

    if (bracketed)
        host = ses_str_slice(host, 1, host.len - 1);
    for (size_t i = 0; i < host.len; i++) {
        if (!is_alphanumeric(host.ptr[i]) && host.ptr[i] != '.' &&
            host.ptr[i] != (bracketed ? ':' : '-'))
            return false;
    }
    return host.len > 0 && host.len <= 253 && host.ptr[0] != '.' && host.ptr[0] != '-';
}

static bool is_loopback(struct ses_str host)
{
    struct ses_str number;
    uint32_t value;
    size_t count = 0;

    if (ses_str_eq_nocase(host, SES_STR("localhost")) || ses_str_eq(host, SES_STR("[::1]")))
        return true;
    if (!ses_str_starts(host, SES_STR("127.")) || ses_str_ends(host, SES_STR(".")))
        return false;
    while (ses_str_split(&host, '.', &number)) {
        if (!ses_str_to_number(number, 255, &value))
            return false;
        count++;
    }
    return count == 4;
}

/* The host of an origin. False where it is none. */
static bool split(struct ses_str origin, bool *ret_secure, struct ses_str *ret_host)
{
    bool secure = ses_str_starts(origin, SES_STR("https://"));
    struct ses_str host = ses_str_slice(origin, secure ? 8 : 7, origin.len);

    if ((!secure && !ses_str_starts(origin, SES_STR("http://"))) || !take_port(&host) ||
        !is_host(host))
        return false;
    *ret_secure = secure;
    *ret_host = host;
    return true;
}

bool ses_http_is_origin(struct ses_str origin)
{
    struct ses_str host;
    bool secure;

    return split(origin, &secure, &host) && (secure || is_loopback(host));
}

bool ses_http_is_loopback(struct ses_str origin)
{
    struct ses_str host;
    bool secure;

    return split(origin, &secure, &host) && is_loopback(host);
}
