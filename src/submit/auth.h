/* SPDX-License-Identifier: MIT */
/* Who we are, to a ServiceNow instance: the header that says so, made anew before every request.
 *
 * Tokens of OAuth live in memory only; one that is about to end is replaced before it is used, and
 * one that the instance refuses once more. Sources: ServiceNow, OAuth API parameters, API key,
 * Basic authentication restriction (reference: section 5). */
#ifndef SES_SUBMIT_AUTH_H
#define SES_SUBMIT_AUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attribute.h"
#include "base/clock.h"
#include "base/finding.h"
#include "base/str.h"
#include "submit/http.h"
#include "submit/secret.h"

enum ses_auth_kind {
    SES_AUTH_BASIC,
    SES_AUTH_CLIENT_CREDENTIALS, /* OAuth: a client that acts for itself */
    SES_AUTH_PASSWORD,           /* OAuth: with a user's password */
    SES_AUTH_REFRESH_TOKEN,      /* OAuth: with a token that was got before */
    SES_AUTH_API_KEY,
    SES_AUTH_CERTIFICATE, /* mutual TLS: the connection says it, no header does */
    SES_AUTH_KINDS
};

/* "basic", "client_credentials", "password", "refresh_token", "api_key" or "certificate". */
const char *ses_auth_name(enum ses_auth_kind kind);
bool ses_auth_parse(struct ses_str text, enum ses_auth_kind *ret_kind);

struct ses_auth_options {
    enum ses_auth_kind kind;
    const char *user, *client_id;      /* borrowed; NULL: not set, or that of `secrets` */
    const char *api_key_header;        /* borrowed: "x-sn-apikey" */
    const char *api_key_prefix;        /* borrowed: a word before the key; "" */
    const char *token_path;            /* borrowed: "/oauth_token.do" */
    const struct ses_secrets *secrets; /* borrowed */
    struct ses_clock *clock;           /* borrowed */
};

/* What `kind` needs and `options` lacks: "client_secret"; NULL where nothing is missing. Static. */
const char *ses_auth_missing(const struct ses_auth_options *options);

struct ses_auth;

/* Returns 0 or SES_ENOMEM; the caller frees it. One thread uses it at a time. */
int ses_auth_new(const struct ses_auth_options *options, struct ses_auth **ret_auth) SES_MUSTCHECK;
void ses_auth_free(struct ses_auth *auth);
void ses_auth_freep(struct ses_auth **auth);

/* Sends `request`, which adds at most SES_MAX_HTTP_HEADERS - 1 headers, as ourselves: gets a token
 * where one is needed, and where the reply is 401 and a token was used, gets a new one and sends it
 * a second time, since a refused request was not executed. Where no token is to be had, `reply` is
 * that of the token request, with `reason` set to what it says and without its body, and
 * `*ret_refused` is true: the request itself was not sent, or was refused. A reply of 2xx that has
 * no token counts as lost. Returns 0 or SES_ENOMEM. */
int ses_auth_send(struct ses_auth *auth, struct ses_http *http,
                  const struct ses_http_request *request, struct ses_http_reply *reply,
                  bool *ret_refused) SES_MUSTCHECK;

#endif
