/* SPDX-License-Identifier: MIT */
/* Rate rules: so many requests an hour (servicenow.md 6). */
#ifndef FAKE_SERVICENOW_RATE_H
#define FAKE_SERVICENOW_RATE_H

#include <jansson.h>
#include <stdbool.h>

struct sn_exchange;

struct sn_rate {
    json_t *windows; /* owned: number of the rule -> {ends, used} */
};

/* Counts the request against the rules that fit it and adds their headers. False where a rule
 * denied it; the reply is then there. */
bool sn_rate_admits(struct sn_exchange *exchange);

/* 429 as a rule has it, until `seconds` from now. */
void sn_rate_deny(struct sn_exchange *exchange, const char *rule, const char *name, long limit,
                  long seconds);

#endif
