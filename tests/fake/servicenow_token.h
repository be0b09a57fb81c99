/* SPDX-License-Identifier: MIT */
/* OAuth tokens, which are rows of oauth_credential and so outlive the process (servicenow.md 5). */
#ifndef FAKE_SERVICENOW_TOKEN_H
#define FAKE_SERVICENOW_TOKEN_H

#include <jansson.h>

struct sn_core;
struct sn_exchange;

/* POST /oauth_token.do */
void sn_token_issue(struct sn_exchange *exchange);

/* The user of an access token that is alive and its client; NULL where there is none. */
const char *sn_token_user(const struct sn_core *core, const char *token, const json_t **ret_client);

/* Ends the life of every access token, now. */
void sn_tokens_expire(struct sn_core *core);

#endif
