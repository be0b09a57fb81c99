/* SPDX-License-Identifier: MIT */
/* Who asks: Basic, OAuth token, API key or client certificate (servicenow.md 5). */
#ifndef FAKE_SERVICENOW_AUTH_H
#define FAKE_SERVICENOW_AUTH_H

#include <stdbool.h>

struct sn_exchange;

/* Sets user and account. False where nobody is known; the reply is then there. */
bool sn_auth_admits(struct sn_exchange *exchange);

#endif
