/* SPDX-License-Identifier: MIT */
/* One HTTP request and its reply, on one host, through a client that is handed in.
 *
 * What matters to a caller that must not do a thing twice is whether the request can have arrived:
 * `end` says so. A reply counts as one only when all of its bytes came. Redirects are never
 * followed. */
#ifndef SES_SUBMIT_HTTP_H
#define SES_SUBMIT_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/buf.h"
#include "base/finding.h"
#include "base/str.h"
#include "submit/secret.h"

/* Bytes of a reply. A page of look-ups is some kilobytes; ServiceNow's own cap is 10 MiB
 * (KB0747638). */
#define SES_MAX_HTTP_BODY ((size_t)16 * 1024 * 1024)

/* Bytes of a reason. */
#define SES_MAX_HTTP_REASON 256

/* Headers that a caller may add. */
#define SES_MAX_HTTP_HEADERS 4

enum ses_http_end {
    SES_HTTP_REPLIED,  /* a whole reply */
    SES_HTTP_UNSENT,   /* no connection: nothing arrived, and another try may get through */
    SES_HTTP_LOST,     /* it may have arrived; no whole reply came */
    SES_HTTP_UNUSABLE, /* nothing was executed, and another try will not get further: a certificate
                          that does not verify, a file that is not there, a proxy that refuses */
};

struct ses_http_header {
    struct ses_str name, value;
};

struct ses_http_request {
    const char *method;          /* "GET", "POST", "PATCH" */
    struct ses_str target;       /* path and query, escaped: "/api/now/table/incident?..." */
    struct ses_str accept;       /* empty: application/json */
    struct ses_str content_type; /* of the body; empty where there is none */
    struct ses_str body;
    struct ses_http_header headers[SES_MAX_HTTP_HEADERS];
    size_t header_count;
    bool secret; /* body and reply are not to be traced: tokens */
};

struct ses_http_reply {
    enum ses_http_end end;
    /* Where there is no reply, or no token (auth.h): a phrase without secrets; untrusted bytes. */
    char reason[SES_MAX_HTTP_REASON];
    unsigned status;
    char content_type[128];
    char transaction[64]; /* X-Transaction-ID: what an administrator of the instance looks for */
    bool has_rule;        /* X-RateLimit-*: a 429 by a rule, not by a full queue */
    bool has_retry_after;
    uint32_t retry_after; /* seconds; a date is counted from the Date of the reply */
    bool wants_mfa;       /* X-MFA_TOKEN */
    struct ses_buf body;
};

void ses_http_reply_init(struct ses_http_reply *reply);
void ses_http_reply_clear(struct ses_http_reply *reply);
void ses_http_reply_done(struct ses_http_reply *reply);

/* A client. One thread uses it at a time; each has its own connection and cookies. */
struct ses_http {
    /* Sends and waits. Returns 0 with all of `reply` set, whatever the end, or SES_ENOMEM. */
    int (*send)(struct ses_http *http, const struct ses_http_request *request,
                struct ses_http_reply *reply);
    void (*free)(struct ses_http *http);
};

/* Takes text for a trace, whole lines, with secrets masked. May be called by several threads:
 * whoever hands it in sees to the order. */
struct ses_trace {
    void (*write)(struct ses_trace *trace, struct ses_str text);
};

/* How to reach a host. All strings are borrowed as long as the client lives; NULL: not set. */
struct ses_http_options {
    const char *origin;      /* "https://example.service-now.com"; http:// only for loopback */
    const char *ca_file;     /* PEM, instead of the system's */
    const char *certificate; /* PEM: of the client (mutual TLS) */
    const char *key;         /* PEM; may be in the certificate file */
    const char *key_password;
    const char *proxy;          /* an URL; "" or NULL is none: the environment is not looked at */
    const char *no_proxy;       /* hosts that are reached without it, separated by commas */
    unsigned connect_seconds;   /* to a connection, TLS included */
    unsigned transfer_seconds;  /* to the last byte of the reply, from the beginning */
    struct ses_trace *trace;    /* NULL: none */
    const char *secret_headers; /* names, separated by blanks, that a trace masks beside
                                   Authorization, Cookie and Set-Cookie */
    const struct ses_secrets *secrets; /* a trace masks them wherever they stand; NULL */
    /* Asked while it waits, at least every second: true ends the request, as lost where it may have
     * been sent. NULL: never. */
    bool (*is_stopped)(void *context);
    void *context;
};

/* True where `origin` is one that a client may be made for: https, a host, no user, path or query;
 * plain http for 127.0.0.0/8, ::1 and localhost only. */
bool ses_http_is_origin(struct ses_str origin);

/* True where an origin is one of this machine: it is reached without a proxy. */
bool ses_http_is_loopback(struct ses_str origin);

/* What libcurl needs once in a program: start before its threads, and before any client; stop after
 * the last, as often as start returned 0. start returns 0 or SES_ENOMEM. */
int ses_http_start(void) SES_MUSTCHECK;
void ses_http_stop(void);

/* Makes a client with libcurl. Returns 0, SES_ENOMEM, or SES_EINVALID where `origin` is none. The
 * caller frees it. */
int ses_http_new(const struct ses_http_options *options, struct ses_http **ret_http) SES_MUSTCHECK;
void ses_http_free(struct ses_http *http);
void ses_http_freep(struct ses_http **http);

/* Adds `text` to a target or a form, with all but letters, digits, "-", "_", "." and "~" escaped
 * (RFC 3986 section 2.3). */
void ses_http_escape(struct ses_buf *buf, struct ses_str text);

#endif
